use std::sync::{Arc, OnceLock};
use std::time::Duration;

use tokio::sync::mpsc;

use super::state::Progress;
use crate::types::File;
use crate::types::FileId;

/// The progress of an upload.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum UploadEvent {
    /// The content was read to compute its size and checksum.
    Measured {
        /// The size in bytes.
        size: u64,
        /// The SHA-256 of the content, in base64.
        sha256: String,
    },
    /// The file was registered with the API.
    Created {
        /// The id of the file.
        file_id: FileId,
        /// The number of parts.
        parts: usize,
    },
    /// A part failed to be sent and will be retried.
    PartRetried {
        /// The number of the part, from 1.
        part: i64,
        /// The number of failed attempts so far.
        attempts: u32,
        /// The delay before the next attempt.
        wait: Duration,
        /// The error, as text.
        problem: String,
    },
    /// A part was sent.
    PartSent {
        /// The number of the part, from 1.
        part: i64,
        /// The size of the part in bytes.
        bytes: u64,
        /// The number of bytes sent so far, including those before the upload was resumed.
        sent: u64,
        /// The total number of bytes.
        total: u64,
    },
    /// The upload is complete. This is the last event.
    Completed(Box<File>),
}

/// Sends events to the listener, if there is one, together with the progress.
#[derive(Clone)]
pub(super) struct Events(pub Option<Listener>);

pub(super) type Listener = (mpsc::UnboundedSender<UploadEvent>, Arc<OnceLock<Arc<Progress>>>);

impl Events {
    /// Publishes the progress, so that the upload can be resumed from now on.
    pub fn begin(&self, progress: &Arc<Progress>) {
        if let Some((_, shared)) = &self.0 {
            shared.get_or_init(|| Arc::clone(progress));
        }
    }

    pub fn send(&self, event: UploadEvent) {
        if let Some((sender, _)) = &self.0 {
            // Fails if the stream was dropped, which also cancels the upload.
            let _ = sender.send(event);
        }
    }
}
