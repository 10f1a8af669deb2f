use std::sync::{Arc, OnceLock};
use std::time::Duration;

use tokio::sync::mpsc;

use super::state::Progress;
use crate::types::File;
use crate::types::FileId;

/// How far an upload is.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum UploadEvent {
    /// The content was read, and its size and checksum are known.
    Measured {
        /// How many bytes it has.
        size: u64,
        /// The SHA-256 of all of it, in base64.
        sha256: String,
    },
    /// The API knows of the file and expects its parts.
    Created {
        /// The id of the file.
        file_id: FileId,
        /// How many parts there are.
        parts: usize,
    },
    /// A part could not be sent and will be sent again.
    PartRetried {
        /// The number of the part, from 1.
        part: i64,
        /// How many attempts failed so far.
        attempts: u32,
        /// How long it waits before the next one.
        wait: Duration,
        /// What went wrong.
        problem: String,
    },
    /// The storage has a part.
    PartSent {
        /// The number of the part, from 1.
        part: i64,
        /// How many bytes the part has.
        bytes: u64,
        /// How many bytes the storage has by now, those before a resumption included.
        sent: u64,
        /// How many bytes there are.
        total: u64,
    },
    /// The file is complete. The last event.
    Completed(Box<File>),
}

/// Where events go if the caller listens, and the progress that is shared with it.
#[derive(Clone)]
pub(super) struct Events(pub Option<Listener>);

pub(super) type Listener = (mpsc::UnboundedSender<UploadEvent>, Arc<OnceLock<Arc<Progress>>>);

impl Events {
    /// Says that there is something to resume from now on.
    pub fn begin(&self, progress: &Arc<Progress>) {
        if let Some((_, shared)) = &self.0 {
            shared.get_or_init(|| Arc::clone(progress));
        }
    }

    pub fn send(&self, event: UploadEvent) {
        if let Some((sender, _)) = &self.0 {
            // Nobody is left to hear it when the stream is dropped, and the upload goes with it.
            let _ = sender.send(event);
        }
    }
}
