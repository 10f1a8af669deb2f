//! What cargo features add to the client.

#[cfg(feature = "blocking")]
pub mod blocking;
#[cfg(feature = "csv")]
pub mod csv;
#[cfg(any(feature = "uploads", feature = "downloads"))]
pub mod files;
#[cfg(feature = "ingestion")]
pub mod ingest;
#[cfg(all(feature = "client", feature = "customer_portal"))]
pub mod license;
#[cfg(feature = "oauth2-flows")]
pub mod oauth2;
#[cfg(feature = "webhook-events")]
pub mod webhook;
