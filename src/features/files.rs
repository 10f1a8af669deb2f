//! Uploads and downloads of files.

#[cfg(feature = "downloads")]
pub mod downloads;
#[cfg(feature = "downloads")]
mod file_name;
#[cfg(feature = "downloads")]
mod partial;
pub mod storage;
#[cfg(feature = "uploads")]
pub mod uploads;
