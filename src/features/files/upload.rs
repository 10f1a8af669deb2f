//! Uploads of files.
//!
//! ```no_run
//! use std::path::Path;
//!
//! # async fn example(polar: polar_client::Polar) -> Result<(), polar_client::upload::UploadError> {
//! let file = polar.files().upload("manual.pdf", "application/pdf", Path::new("out/manual.pdf")).await?;
//! # Ok(())
//! # }
//! ```
//!
//! The content is read twice: once for its size and checksums, which the API wants beforehand, and once to send it in
//! parts. Both the API and its storage refuse what does not match the checksums, and so does the client: a file that
//! changes in between is an error. At any time there are at most as many parts in memory as are sent at a time, 40 MiB
//! unless set, however large the file.

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
