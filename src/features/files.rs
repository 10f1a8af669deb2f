//! Uploads and downloads of files.

#[cfg(feature = "downloads")]
pub mod download;
#[cfg(feature = "downloads")]
mod file_name;
#[cfg(feature = "downloads")]
mod partial;
pub mod storage;
#[cfg(feature = "uploads")]
pub mod upload;
