//! Files: uploads, downloads, and the storage that both talk to.

#[cfg(feature = "downloads")]
pub mod download;
pub mod storage;
#[cfg(feature = "uploads")]
pub mod upload;
