use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, OnceLock};
use std::task::{Context, Poll};

use futures_core::Stream;
use tokio::sync::mpsc;

use super::event::{Events, UploadEvent};
use super::session::{UploadError, UploadSession};
use super::state::{Progress, UploadState};
use crate::types::File;

/// The future of an upload.
pub type UploadFuture = Pin<Box<dyn Future<Output = Result<File, UploadError>> + Send>>;

/// How far an upload is, as it goes on: any number of events, of which the last is
/// [`UploadEvent::Completed`], or an error.
#[must_use = "an upload does nothing unless its events are read"]
pub struct UploadEvents {
    run: Option<UploadFuture>,
    events: mpsc::UnboundedReceiver<UploadEvent>,
    progress: Arc<OnceLock<Arc<Progress>>>,
    outcome: Option<Result<File, UploadError>>,
}

impl UploadEvents {
    pub(super) fn new(run: impl FnOnce(Events) -> UploadFuture) -> Self {
        // There are a few events for each of at most 10,000 parts, so that no bound is needed.
        let (sender, events) = mpsc::unbounded_channel();
        let progress = Arc::default();
        let run = run(Events(Some((sender, Arc::clone(&progress)))));
        Self { run: Some(run), events, progress, outcome: None }
    }

    /// Returns what has to be saved to resume the upload if this process ends before it is complete; `None` until the
    /// API knows of the file.
    ///
    /// Save it after [`UploadEvent::Created`] and after each [`UploadEvent::PartSent`]. The serialized state is a
    /// secret; see [`UploadState`].
    pub fn state(&self) -> Option<UploadState> {
        self.progress.get().map(|progress| progress.state())
    }

    impl_next!(UploadEvent, UploadError, "See [`UploadError`].");
}

impl Stream for UploadEvents {
    type Item = Result<UploadEvent, UploadError>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if let Some(run) = &mut self.run
            && let Poll::Ready(outcome) = run.as_mut().poll(context)
        {
            self.run = None;
            self.outcome = Some(outcome);
        }
        // The channel closes with the upload, so that the outcome comes after all other events.
        match self.events.poll_recv(context) {
            Poll::Ready(Some(event)) => Poll::Ready(Some(Ok(event))),
            Poll::Ready(None) => {
                let outcome = self.outcome.take();
                Poll::Ready(outcome.map(|outcome| outcome.map(|file| UploadEvent::Completed(Box::new(file)))))
            }
            Poll::Pending => Poll::Pending,
        }
    }
}

impl fmt::Debug for UploadEvents {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UploadEvents").field("running", &self.run.is_some()).finish_non_exhaustive()
    }
}

impl UploadSession {
    /// Goes on, and says how far it is. Nothing happens unless the stream is read.
    pub fn resume_events(self) -> UploadEvents {
        UploadEvents::new(|events| Box::pin(self.run(events)))
    }
}
