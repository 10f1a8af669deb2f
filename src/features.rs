//! Optional parts of the crate, each behind a cargo feature.

#[cfg(feature = "blocking")]
pub mod blocking;
#[cfg(feature = "csv")]
pub mod csv;
#[cfg(any(feature = "uploads", feature = "downloads"))]
pub mod files;
#[cfg(feature = "ingestion")]
pub mod ingest;
#[cfg(feature = "schemars")]
pub(crate) mod json_schema;
#[cfg(feature = "licensing")]
pub mod license;
#[cfg(feature = "sign-in")]
pub mod oauth2;
#[cfg(feature = "test-util")]
pub mod test;
#[cfg(feature = "webhook-events")]
pub mod webhook;
