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

/// A stream of progress events of an upload. It ends after [`UploadEvent::Completed`] or an error.
#[must_use = "an upload does nothing unless its events are read"]
pub struct UploadEvents {
    run: Option<UploadFuture>,
    events: mpsc::UnboundedReceiver<UploadEvent>,
    progress: Arc<OnceLock<Arc<Progress>>>,
    outcome: Option<Result<File, UploadError>>,
}

impl UploadEvents {
    pub(super) fn new(run: impl FnOnce(Events) -> UploadFuture) -> Self {
        // An upload of at most 10,000 parts sends few events, so the channel is unbounded.
        let (sender, events) = mpsc::unbounded_channel();
        let progress = Arc::default();
        let run = run(Events(Some((sender, Arc::clone(&progress)))));
        Self { run: Some(run), events, progress, outcome: None }
    }

    /// Returns the state to save, so that the upload can be resumed if the process ends; `None` until the file is
    /// registered with the API.
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
        // The channel is closed when the upload is done, so that all events precede the outcome.
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
    /// Resumes the upload and returns a stream of progress events. Nothing is sent until it is polled.
    pub fn resume_events(self) -> UploadEvents {
        UploadEvents::new(|events| Box::pin(self.run(events)))
    }
}
