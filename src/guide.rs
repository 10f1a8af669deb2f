//! The guide: how to use this crate, task by task.
//!
//! | chapter | about |
//! | --- | --- |
//! | [Getting started](getting_started) | the first program, how calls are named, what comes back |
//! | [Tokens and scopes](tokens_and_scopes) | which token a program needs, and what it may do |
//! | [Checkout to fulfilment](checkout) | from a button on your page to the delivered product |
//! | [Subscriptions](subscriptions) | their states, changes, cancellations and seats |
//! | [Usage-based billing](usage_based_billing) | meters, events, outages, balances |
//! | [Customer portal](customer_portal) | what customers see and do themselves |
//! | [Webhooks in production](webhooks) | verification, duplicates, order, rotation of secrets |
//! | [License keys](license_keys) | a desktop program that unlocks itself, also offline |
//! | [Errors and retries](errors_and_retries) | what fails, what is retried, what is left to do |
//! | [Signing people in](sign_in) | acting for people with accounts at Polar, by OAuth 2 |
//! | [Without async](without_async) | command-line and desktop programs |
//! | [On Workers](workers) | WebAssembly in a JavaScript host |
//! | [Long lists](long_lists) | streams, resuming, lists that change, exports |
//! | [Testing your integration](testing) | without an account, without a network, in bad weather |
//! | [Cargo features and build time](cargo_features) | what each feature adds, and how to compile less |
//! | [Following API changes](api_changes) | what a program survives, and how to upgrade |
//! | [Coming from another client](from_other_clients) | how the names of TypeScript and Python become names here |
//!
//! Every code block is compiled by the tests. Most are functions to copy; they take a client as an argument.
// Some chapters link to items that are behind features.
#![cfg_attr(
    not(all(
        feature = "all-resources",
        feature = "axum",
        feature = "downloads",
        feature = "ingestion",
        feature = "sign-in",
        feature = "webhook-events"
    )),
    allow(rustdoc::broken_intra_doc_links)
)]

/// Declares a chapter, whose text is a file in `docs/guide`.
macro_rules! chapters {
    ($($(#[$title:meta])* $name:ident: $($text:expr),+;)*) => {$(
        $(#[$title])*
        ///
        // The package `tests` compiles their code.
        $(#[cfg_attr(not(doctest), doc = $text)])+
        pub mod $name {}
    )*};
}

chapters! {
    /// Getting started.
    getting_started: include_str!("../docs/guide/getting-started.md");
    /// Tokens and scopes.
    tokens_and_scopes: include_str!("../docs/guide/tokens-and-scopes.md");
    /// Checkout to fulfilment.
    checkout: include_str!("../docs/guide/checkout.md");
    /// Subscriptions.
    subscriptions: include_str!("../docs/guide/subscriptions.md");
    /// Usage-based billing.
    usage_based_billing: include_str!("../docs/guide/usage-based-billing.md");
    /// Customer portal.
    customer_portal: include_str!("../docs/guide/customer-portal.md");
    /// Webhooks in production.
    webhooks: include_str!("../docs/guide/webhooks.md");
    /// License keys in a desktop program.
    license_keys: include_str!("../docs/guide/license-keys.md");
    /// Errors and retries.
    errors_and_retries: include_str!("../docs/guide/errors-and-retries.md");
    /// Long lists.
    // The picture is part of the page, since rustdoc copies no files. The first definition of a link counts.
    long_lists: concat!("[revenue]: data:image/svg+xml;base64,", include_str!("../docs/guide/revenue.svg.base64"), "\n"),
        include_str!("../docs/guide/long-lists.md");
    /// Signing people in.
    sign_in: include_str!("../docs/guide/sign-in.md");
    /// Without async.
    without_async: include_str!("../docs/guide/without-async.md");
    /// On Workers.
    workers: include_str!("../docs/guide/workers.md"),
        // Compiled by the package `polar-wasm-tests`.
        concat!("```rust,ignore\n", include_str!("../docs/guide/workers.rs"), "```");
    /// Testing your integration.
    testing: include_str!("../docs/guide/testing.md");
    /// Cargo features and build time.
    cargo_features: include_str!("../docs/guide/cargo-features.md");
    /// Following API changes.
    api_changes: include_str!("../docs/guide/api-changes.md");
    /// Coming from another client.
    from_other_clients: include_str!("../docs/guide/from-other-clients.md");
}
