//! Optional parts of the crate, each behind a cargo feature.

/// Refuses features that cannot work in WebAssembly. tokio refuses `blocking`, `downloads` and `uploads` already, which need
/// its threads and files.
macro_rules! native_only {
    ($($feature:literal $reason:literal)*) => {$(
        #[cfg(all(target_arch = "wasm32", feature = $feature))]
        compile_error!(concat!("the feature `", $feature, "` of polar-client does not work on wasm32: ", $reason));
    )*};
}

native_only! {
    "ingestion" "no task outlives a request; disable default features, and send events with `events().ingest(…)`"
    "test-util" "the mock of the API needs tokio's network; test natively"
}

#[cfg(feature = "blocking")]
pub mod blocking;
#[cfg(feature = "csv")]
pub mod csv;
#[cfg(any(feature = "uploads", feature = "downloads"))]
pub mod files;
#[cfg(feature = "ingestion")]
pub mod ingestion;
#[cfg(feature = "licensing")]
pub mod licensing;
#[cfg(feature = "schemars")]
pub(crate) mod schemars;
#[cfg(feature = "sign-in")]
pub mod sign_in;
#[cfg(feature = "test-util")]
pub mod test_util;
#[cfg(feature = "webhook-events")]
pub mod webhook_events;
