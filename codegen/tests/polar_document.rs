//! Tests of the model and the source of the vendored document.

mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::OnceLock;

use polar_codegen::Selection;
use polar_codegen::load::{Document, load};
use polar_codegen::model::{Kind, Model, TypeRef, model};
use quote::ToTokens as _;
use support::ids;

/// The vendored document with its model and source. The packaged crate does not contain the document, so the tests are
/// skipped there.
struct Vendored {
    document: Document,
    model: Model,
    texts: BTreeMap<String, String>,
}

fn vendored() -> Option<&'static Vendored> {
    static VENDORED: OnceLock<Option<Vendored>> = OnceLock::new();
    let vendored = VENDORED.get_or_init(|| {
        let folder = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../openapi"));
        if !folder.exists() {
            eprintln!("skipped: {} is not there", folder.display());
            return None;
        }
        let path = polar_codegen::Vendored::at(folder).expect("a default document").default_document();
        let document = load(&path).expect("the vendored document loads");
        let model = model(&document).expect("the vendored document has a model");
        let texts = polar_codegen::emit(model.clone()).expect("the vendored document has source");
        Some(Vendored { document, model, texts })
    });
    vendored.as_ref()
}

/// Returns the operation ids of the document.
fn documented_ids(document: &Document) -> BTreeSet<String> {
    let items = document.entries("/paths").flat_map(|(_, item)| item.as_object().into_iter().flatten());
    items.filter_map(|(_, operation)| Some(operation.get("operationId")?.as_str()?.to_owned())).collect()
}

#[test]
fn two_runs_make_the_same_source() {
    let Some(vendored) = vendored() else { return };
    let again: BTreeMap<_, _> = polar_codegen::source(&vendored.document, &Selection::all()).expect("source");
    assert_eq!(vendored.texts.keys().collect::<Vec<_>>(), again.keys().collect::<Vec<_>>());
    for (file, text) in &vendored.texts {
        assert!(again[file] == *text, "{file} differs from run to run");
    }
}

#[test]
fn every_operation_is_planned_once() {
    let Some(Vendored { document, model, .. }) = vendored() else { return };
    let planned: Vec<&str> = ids(model);
    let documented = documented_ids(document);
    assert_eq!(planned, documented.iter().map(String::as_str).collect::<Vec<_>>());
}

#[test]
fn every_webhook_is_a_variant() {
    let Some(Vendored { document, model, .. }) = vendored() else { return };
    let variants = support::union(model, "WebhookPayload").variants.len();
    assert_eq!(variants, document.entries("/webhooks").count());
}

#[test]
fn every_union_in_answers_has_an_unknown_variant() {
    let Some(Vendored { model, texts, .. }) = vendored() else { return };
    let files = texts.iter().filter(|(file, _)| file.starts_with("types_"));
    let items = files.flat_map(|(_, text)| syn::parse_file(text).expect("the source is Rust").items);
    let enums = items.filter_map(|item| match item {
        syn::Item::Enum(item) => Some((item.ident.to_string(), item.variants)),
        _ => None,
    });
    let enums: BTreeMap<_, _> = enums.collect();
    let mut count = 0;
    for ty in model.types.values().filter(|ty| ty.output && matches!(ty.kind, Kind::Union(_))) {
        let unknown = enums[&ty.name].iter().filter(|variant| variant.ident == "Unknown").count();
        assert_eq!(unknown, 1, "{} of {}", ty.name, ty.place);
        count += 1;
    }
    assert!(count > 20, "only {count} unions in answers");
}

/// Returns the source of each struct and enum.
fn definitions<'a>(texts: impl IntoIterator<Item = (&'a String, &'a String)>) -> BTreeMap<String, String> {
    let files = texts.into_iter().filter(|(file, _)| file.starts_with("types_"));
    let items = files.flat_map(|(_, text)| syn::parse_file(text).expect("the source is Rust").items);
    let named = items.filter_map(|item| match &item {
        syn::Item::Struct(one) => Some((one.ident.to_string(), item.to_token_stream().to_string())),
        syn::Item::Enum(one) => Some((one.ident.to_string(), item.to_token_stream().to_string())),
        _ => None,
    });
    named.collect()
}

#[test]
fn types_do_not_depend_on_the_selection() {
    let Some(Vendored { document, texts, .. }) = vendored() else { return };
    let all = definitions(texts);
    for resource in ["checkouts", "events", "license-keys"] {
        let resources = Some([resource.to_owned()].into());
        let selection = Selection { resources, webhook_events: false, client: true, exercises: false };
        let part = definitions(&polar_codegen::source(document, &selection).expect("source"));
        assert!(!part.is_empty() && part.len() < all.len() / 2, "{resource}: {} types", part.len());
        for (name, definition) in part {
            assert_eq!(Some(&definition), all.get(&name), "{resource}");
        }
    }
}

#[test]
fn a_resource_makes_source_alone() {
    let Some(Vendored { document, model, .. }) = vendored() else { return };
    let resources: BTreeSet<&str> = model.operations.iter().map(|operation| operation.resource.as_str()).collect();
    // Every eighth one, since the whole document is read for each.
    for resource in resources.into_iter().step_by(8) {
        let resources = Some([resource.to_owned()].into());
        let selection = Selection { resources, webhook_events: true, client: true, exercises: false };
        polar_codegen::source(document, &selection).unwrap_or_else(|error| panic!("{resource}: {error}"));
    }
}

/// Returns the properties and parameters whose type satisfies a predicate, such as `Thing.x` and `things:get id`.
fn places(model: &Model, is_wanted: impl Fn(&TypeRef) -> bool) -> BTreeSet<String> {
    let mut places = BTreeSet::new();
    for (name, ty) in &model.types {
        if let Kind::Struct(object) = &ty.kind {
            let wanted = object.properties.iter().filter(|property| is_wanted(&property.ty));
            places.extend(wanted.map(|property| format!("{name}.{}", property.name)));
        }
    }
    for operation in &model.operations {
        let in_path = operation.path_parameters.iter().map(|parameter| (&parameter.name, &parameter.ty));
        let query = operation.query.iter().map(|parameter| (&parameter.name, &parameter.ty));
        let wanted = in_path.chain(query).filter(|(_, ty)| is_wanted(ty));
        places.extend(wanted.map(|(name, _)| format!("{} {name}", operation.id)));
    }
    places
}

/// Returns a type without enclosing lists, maps and pages.
fn element(ty: &TypeRef) -> &TypeRef {
    match ty {
        TypeRef::List(inner) | TypeRef::Map(inner) | TypeRef::Page(inner) => element(inner),
        other => other,
    }
}

/// The UUIDs without an id type, with the reason.
const PLAIN_UUIDS: [(&str, &str); 1] =
    [("WebTokenRequest.sub", "the id of a user or of an organization, as `sub_type` says")];

/// The strings that have the name of an id but no id type, with the reason. They are identified by the last word of
/// their place.
const PLAIN_STRINGS: [(&str, &str); 19] = [
    ("account_id", "issued by Discord, GitHub or whoever the account is with"),
    ("channel_id", "issued by Slack"),
    ("confirmation_token_id", "issued by Stripe"),
    ("connected_team_id", "issued by Slack"),
    ("customer_external_id", "the user's own"),
    ("customer_tax_id", "issued by a state"),
    ("external_customer_id", "the user's own"),
    ("external_id", "the user's own"),
    ("external_member_id", "the user's own"),
    ("granted_account_id", "issued by Discord or GitHub"),
    ("guild_id", "issued by Discord"),
    ("id", "issued by the storage of files, for an upload in parts"),
    ("invite_id", "issued by Slack"),
    ("member_external_id", "the user's own"),
    ("parent_id", "the id of an event, or the user's own"),
    ("provider_subscription_id", "issued by the provider that billed the subscription before"),
    ("role_id", "issued by Discord"),
    ("setup_intent_id", "issued by Stripe"),
    ("tax_id", "issued by a state"),
];

/// The entities that have an id type. A new entity may be a synonym of an existing one.
const ENTITIES: [&str; 43] = [
    "Account",
    "Benefit",
    "BenefitGrant",
    "Checkout",
    "CheckoutLink",
    "CustomField",
    "Customer",
    "CustomerMeter",
    "CustomerSeat",
    "CustomerSession",
    "Discount",
    "Dispute",
    "Downloadable",
    "Event",
    "EventType",
    "File",
    "LicenseKey",
    "LicenseKeyActivation",
    "Member",
    "Meter",
    "MetricDashboard",
    "OAuth2Client",
    "Order",
    "OrderItem",
    "Organization",
    "OrganizationAccessToken",
    "Payment",
    "PaymentMethod",
    "PayoutAccount",
    "PendingSubscriptionUpdate",
    "Product",
    "ProductPrice",
    "Refund",
    "SlackIntegration",
    "Subscription",
    "SubscriptionMeter",
    "SupportCase",
    "Transaction",
    "User",
    "Wallet",
    "WebhookDelivery",
    "WebhookEndpoint",
    "WebhookEvent",
];

#[test]
fn every_uuid_is_the_id_of_an_entity_unless_there_is_a_reason() {
    let Some(Vendored { model, .. }) = vendored() else { return };
    let left = places(model, |ty| *element(ty) == TypeRef::Uuid);
    assert_eq!(left.iter().map(String::as_str).collect::<Vec<_>>(), PLAIN_UUIDS.map(|(place, _)| place));
}

#[test]
fn every_string_that_is_named_like_an_id_has_a_type_unless_there_is_a_reason() {
    let Some(Vendored { model, .. }) = vendored() else { return };
    let strings = places(model, |ty| *element(ty) == TypeRef::String);
    let names = strings.iter().filter_map(|place| place.rsplit(['.', ' ']).next());
    let left: BTreeSet<&str> = names.filter(|name| *name == "id" || name.ends_with("_id")).collect();
    assert_eq!(left.into_iter().collect::<Vec<_>>(), PLAIN_STRINGS.map(|(name, _)| name));
}

/// The properties whose name suggests a secret although they are none, with the reason. They are identified by their
/// name, or by their type and name.
const NO_SECRETS: [(&str, &str); 44] = [
    ("Checkout.success_url", "where a page leads on to, still without a token"),
    ("CheckoutDiscountFixedOnceForeverDuration.code", "made to be given away"),
    ("CheckoutDiscountFixedRepeatDuration.code", "made to be given away"),
    ("CheckoutDiscountPercentageOnceForeverDuration.code", "made to be given away"),
    ("CheckoutDiscountPercentageRepeatDuration.code", "made to be given away"),
    ("CheckoutLink.success_url", "where a page leads on to, still without a token"),
    ("CheckoutLink.url", "made to be published"),
    ("CheckoutLinkCreateProduct.success_url", "where a page leads on to, still without a token"),
    ("CheckoutLinkCreateProductPrice.success_url", "where a page leads on to, still without a token"),
    ("CheckoutLinkCreateProducts.success_url", "where a page leads on to, still without a token"),
    ("CheckoutLinkUpdate.success_url", "where a page leads on to, still without a token"),
    ("CheckoutProductsCreate.success_url", "where a page leads on to, still without a token"),
    ("CheckoutPublic.success_url", "where a page leads on to, still without a token"),
    ("CheckoutUpdate.success_url", "where a page leads on to, still without a token"),
    ("DiscountFixedCreate.code", "made to be given away"),
    ("DiscountFixedOnceForeverDuration.code", "made to be given away"),
    ("DiscountFixedOnceForeverDurationBase.code", "made to be given away"),
    ("DiscountFixedRepeatDuration.code", "made to be given away"),
    ("DiscountFixedRepeatDurationBase.code", "made to be given away"),
    ("DiscountPercentageCreate.code", "made to be given away"),
    ("DiscountPercentageOnceForeverDuration.code", "made to be given away"),
    ("DiscountPercentageOnceForeverDurationBase.code", "made to be given away"),
    ("DiscountPercentageRepeatDuration.code", "made to be given away"),
    ("DiscountPercentageRepeatDurationBase.code", "made to be given away"),
    ("DiscountUpdate.code", "made to be given away"),
    ("OrganizationSocialLink.url", "a public page"),
    ("UnknownCheckoutDiscount.code", "made to be given away"),
    ("UnknownDiscount.code", "made to be given away"),
    ("UnknownDiscountBase.code", "made to be given away"),
    ("avatar_url", "a public picture"),
    ("client_uri", "a public page"),
    ("confirmation_token_id", "an id, of use only with a secret key of Stripe"),
    ("discount_code", "made to be given away"),
    ("display_key", "masked by the API"),
    ("logo_uri", "a public picture"),
    ("policy_uri", "a public page"),
    ("postal_code", "a part of an address"),
    ("public_url", "a public file"),
    ("redirect_uri", "where a program expects its users"),
    ("redirect_uris", "where a program expects its users"),
    ("registration_client_uri", "of use only with the registration's token"),
    ("return_url", "where a page leads back to"),
    ("token_endpoint_auth_method", "a method, of a set that the document leaves open"),
    ("tos_uri", "a public page"),
];

#[test]
fn every_property_that_is_named_like_a_secret_is_one_unless_there_is_a_reason() {
    const WORDS: [&str; 12] = [
        "code", "headers", "key", "password", "payload", "secret", "token", "tokens", "uri", "uris", "url", "verifier",
    ];
    let folder = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../openapi"));
    if !folder.exists() {
        return;
    }
    let vendored = polar_codegen::Vendored::at(folder).expect("a default document");
    let others = vendored.others().expect("documents").into_iter().map(|version| vendored.document(&version));
    let (mut left, mut secrets) = (BTreeSet::new(), BTreeSet::new());
    for path in [vendored.default_document()].into_iter().chain(others) {
        let model = model(&load(&path).expect("a document")).expect("a model");
        for (ty, property) in model.types.iter().flat_map(|(name, ty)| match &ty.kind {
            Kind::Struct(object) => object.properties.iter().map(|property| (name, property)).collect(),
            _ => Vec::new(),
        }) {
            let is_text = matches!(element(&property.ty), TypeRef::String | TypeRef::Any);
            if property.secret {
                secrets.insert(property.name.clone());
            } else if is_text && property.name.split('_').any(|word| WORDS.contains(&word)) {
                left.insert((property.name.clone(), format!("{ty}.{}", property.name)));
            }
        }
        assert_eq!(model.secrets, secrets.iter().filter(|name| model.secrets.contains(*name)).cloned().collect());
    }
    // The type is significant if a property of the same name is a secret in another type.
    let left: BTreeSet<String> =
        left.into_iter().map(|(name, place)| if secrets.contains(&name) { place } else { name }).collect();
    assert_eq!(left.iter().map(String::as_str).collect::<Vec<_>>(), NO_SECRETS.map(|(place, _)| place));
}

#[test]
fn the_ids_of_these_entities_have_types() {
    let Some(Vendored { model, .. }) = vendored() else { return };
    let ids = model.types.values().filter(|ty| matches!(ty.kind, Kind::Id(_)));
    let entities: BTreeSet<&str> = ids.filter_map(|ty| ty.name.strip_suffix("Id")).collect();
    assert_eq!(entities.into_iter().collect::<Vec<_>>(), ENTITIES);
}
