//! Uploads of files.
//!
//! ```no_run
//! use std::path::Path;
//!
//! # async fn example(polar: polar_client::Polar) -> Result<(), polar_client::uploads::UploadError> {
//! let file = polar.files().upload("manual.pdf", "application/pdf", Path::new("out/manual.pdf")).await?;
//! # Ok(())
//! # }
//! ```
//!
//! The content is read twice: once for its size and checksums, which the API requires in advance, and once to send it
//! in parts. A file that changes in between is an error; the API and the storage verify the checksums, too. At most as
//! many parts are held in memory as are sent concurrently, 40 MiB by default, regardless of the size of the file.

mod content;
mod event;
mod failure;
mod request;
mod session;
mod settings;
mod source;
mod state;
mod stream;

pub use event::UploadEvent;
pub use failure::UploadFailure;
pub use request::Upload;
pub use session::{UploadError, UploadSession};
pub use source::Source;
pub use state::UploadState;
pub use stream::{UploadEvents, UploadFuture};
