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
mod failure;
mod session;
mod state;

use std::fmt;
use std::future::{Future, IntoFuture, poll_fn};
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::sync::{Arc, OnceLock};
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
pub use failure::{UploadError, UploadFailure};
use futures_core::Stream;
pub use session::UploadSession;
pub use state::UploadState;
use tokio::sync::mpsc;

use self::content::Content;
use self::state::Progress;
use crate::client::{Client, Core};
use crate::resources::files::Files;
use crate::retry::RetryPolicy;
use crate::types::*;

impl Files<Core> {
    /// Uploads a file: registers it, sends its content in parts to the storage, and completes it.
    ///
    /// `name` is the name that it is downloaded under, `mime_type` its media type.
    ///
    /// Needs a token with `files:write`. The storage never gets the token.
    pub fn upload(&self, name: impl Into<String>, mime_type: impl Into<String>, source: impl Into<Source>) -> Upload {
        Upload {
            client: self.client.clone(),
            name: name.into(),
            mime_type: mime_type.into(),
            source: source.into(),
            service: FileServiceTypes::Downloadable,
            organization_id: None,
            version: None,
            settings: Settings::default(),
        }
    }

    /// Takes up an upload whose state was saved, to be [resumed](UploadSession::resume) with the parts that are left.
    ///
    /// Reads the whole content, and compares it with the checksums of all parts. Sends nothing.
    ///
    /// # Errors
    /// [`UploadFailure::Changed`] if the content is not what it was when the upload began, [`UploadFailure::Source`] if
    /// it cannot be read, and [`UploadFailure::Invalid`] if the state makes no sense.
    pub async fn resume_upload(
        &self,
        state: UploadState,
        source: impl Into<Source>,
    ) -> Result<UploadSession, UploadError> {
        let client = self.client.clone();
        Ok(UploadSession::restore(client, Settings::default(), state, source.into()).await?)
    }
}

/// An upload, to be awaited.
///
/// Dropping its future cancels it. It must be awaited within a tokio runtime.
#[must_use = "an upload does nothing until it is awaited"]
pub struct Upload {
    client: Client,
    name: String,
    mime_type: String,
    source: Source,
    service: FileServiceTypes,
    organization_id: Option<OrganizationId>,
    version: Option<String>,
    settings: Settings,
}

/// The future of an upload.
pub type UploadFuture = Pin<Box<dyn Future<Output = Result<FileRead, UploadError>> + Send>>;

/// How parts are sent.
#[derive(Clone, Debug)]
struct Settings {
    part_size: usize,
    concurrency: usize,
    part_timeout: Option<Duration>,
    retry: Option<RetryPolicy>,
}

impl Default for Settings {
    fn default() -> Self {
        Self { part_size: 10 * 1024 * 1024, concurrency: 4, part_timeout: Some(Duration::from_secs(300)), retry: None }
    }
}

impl Upload {
    /// What the file is for; a downloadable unless set.
    pub fn service(mut self, service: FileServiceTypes) -> Self {
        self.service = service;
        self
    }

    /// Whose file it is. Only for tokens of a user: one of an organization says so itself.
    pub fn organization_id(mut self, id: OrganizationId) -> Self {
        self.organization_id = Some(id);
        self
    }

    /// The version of the file, a text of one's own.
    pub fn version(mut self, version: impl Into<String>) -> Self {
        self.version = Some(version.into());
        self
    }

    /// How many bytes a part has; 10 MiB unless set. The last one has what is left.
    ///
    /// The storage takes no parts of less than 5 MiB, except the last, and no more than 10,000 of them: parts of
    /// larger files grow to be as many.
    pub fn part_size(mut self, bytes: usize) -> Self {
        self.settings.part_size = bytes.max(1);
        self
    }

    /// How many parts are sent at a time; 4 unless set.
    pub fn concurrency(mut self, parts: usize) -> Self {
        self.settings.concurrency = parts.max(1);
        self
    }

    /// How long one attempt to send a part may take; five minutes unless set, and any time if `None`.
    pub fn part_timeout(mut self, timeout: impl Into<Option<Duration>>) -> Self {
        self.settings.part_timeout = timeout.into();
        self
    }

    /// When a part that failed is sent again, instead of the client's policy. Each part has its own attempts and time.
    pub fn retry(mut self, policy: RetryPolicy) -> Self {
        self.settings.retry = Some(policy);
        self
    }

    /// Uploads, and says how far it is. Nothing happens unless the stream is read.
    ///
    /// ```no_run
    /// # async fn example(polar: polar_client::Polar, film: Vec<u8>) -> Result<(), polar_client::upload::UploadError> {
    /// use polar_client::upload::UploadEvent;
    ///
    /// let mut events = polar.files().upload("film.mp4", "video/mp4", film).events();
    /// while let Some(event) = events.next().await {
    ///     match event? {
    ///         UploadEvent::PartSent { sent, total, .. } => println!("{sent} of {total} bytes"),
    ///         UploadEvent::Completed(file) => println!("{file:?}"),
    ///         _ => {}
    ///     }
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn events(self) -> UploadEvents {
        UploadEvents::new(|events| Box::pin(self.run(events)))
    }

    async fn run(self, events: Events) -> Result<FileRead, UploadError> {
        let content = Content::read(self.source, self.settings.part_size).await?;
        events.send(UploadEvent::Measured { size: content.size, sha256: content.sha256.clone() });

        let size = i64::try_from(content.size).map_err(|_| UploadFailure::Invalid("the content is too long".into()))?;
        let parts: Vec<S3FileCreatePart> = content.parts.iter().map(content::Part::announce).collect();
        let upload = S3FileCreateMultipart::new(parts);
        macro_rules! body {
            ($ty:ident) => {{
                let body = $ty::new(self.mime_type, self.name, size, upload);
                let mut body = body.checksum_sha256_base64(content.sha256.clone());
                if let Some(id) = self.organization_id {
                    body = body.organization_id(id);
                }
                if let Some(version) = self.version {
                    body = body.version(version);
                }
                FileCreate::from(body)
            }};
        }
        let body = match self.service {
            FileServiceTypes::Downloadable => body!(DownloadableFileCreate),
            FileServiceTypes::ProductMedia => body!(ProductMediaFileCreate),
            FileServiceTypes::OrganizationAvatar => body!(OrganizationAvatarFileCreate),
            FileServiceTypes::SupportCaseAttachment => body!(SupportCaseAttachmentFileCreate),
            other => return Err(UploadFailure::Invalid(format!("there is no way to create a `{other}`")).into()),
        };
        let created = Files::<Core>::new(self.client.clone()).create(body).await.map_err(UploadFailure::Call)?;
        let created_event = UploadEvent::Created { file_id: created.id, parts: content.parts.len() };
        let session = UploadSession::new(self.client, self.settings, content, created);
        events.send(created_event);
        session?.run(events).await
    }
}

impl IntoFuture for Upload {
    type Output = Result<FileRead, UploadError>;
    type IntoFuture = UploadFuture;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.run(Events(None)))
    }
}

impl fmt::Debug for Upload {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Upload")
            .field("name", &self.name)
            .field("mime_type", &self.mime_type)
            .field("source", &self.source)
            .field("service", &self.service)
            .finish_non_exhaustive()
    }
}

/// Where the content of an upload comes from.
///
/// A stream is written to a temporary file first, since its size and checksums must be known before it is sent.
pub struct Source(Kind);

enum Kind {
    Bytes(Bytes),
    File(PathBuf),
    Stream(Pieces),
}

/// The content of an upload, as it comes.
type Pieces = Pin<Box<dyn Stream<Item = std::io::Result<Bytes>> + Send>>;

impl Source {
    /// A file. It must stay as it is until the upload is done.
    pub fn path(path: impl Into<PathBuf>) -> Self {
        Self(Kind::File(path.into()))
    }

    /// Bytes in memory.
    pub fn bytes(bytes: impl Into<Bytes>) -> Self {
        Self(Kind::Bytes(bytes.into()))
    }

    /// A stream of any length.
    pub fn stream<S, B, E>(stream: S) -> Self
    where
        S: Stream<Item = Result<B, E>> + Send + 'static,
        B: Into<Bytes> + 'static,
        E: Into<Box<dyn std::error::Error + Send + Sync>> + 'static,
    {
        Self(Kind::Stream(Box::pin(Adapted(Box::pin(stream)))))
    }
}

impl From<PathBuf> for Source {
    fn from(path: PathBuf) -> Self {
        Self::path(path)
    }
}

impl From<&Path> for Source {
    fn from(path: &Path) -> Self {
        Self::path(path)
    }
}

impl From<Bytes> for Source {
    fn from(bytes: Bytes) -> Self {
        Self::bytes(bytes)
    }
}

impl From<Vec<u8>> for Source {
    fn from(bytes: Vec<u8>) -> Self {
        Self::bytes(bytes)
    }
}

impl From<&'static [u8]> for Source {
    fn from(bytes: &'static [u8]) -> Self {
        Self::bytes(bytes)
    }
}

impl fmt::Debug for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Kind::Bytes(bytes) => write!(f, "{} bytes", bytes.len()),
            Kind::File(path) => path.fmt(f),
            Kind::Stream(_) => f.write_str("a stream"),
        }
    }
}

/// A stream with the item and error types of [`Pieces`].
struct Adapted<S>(Pin<Box<S>>);

impl<S, B, E> Stream for Adapted<S>
where
    S: Stream<Item = Result<B, E>>,
    B: Into<Bytes>,
    E: Into<Box<dyn std::error::Error + Send + Sync>>,
{
    type Item = std::io::Result<Bytes>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.0.as_mut().poll_next(context).map_ok(Into::into).map_err(std::io::Error::other)
    }
}

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
    Completed(Box<FileRead>),
}

/// How far an upload is, as it goes on: any number of events, of which the last is
/// [`UploadEvent::Completed`], or an error.
#[must_use = "an upload does nothing unless its events are read"]
pub struct UploadEvents {
    run: Option<UploadFuture>,
    events: mpsc::UnboundedReceiver<UploadEvent>,
    progress: Arc<OnceLock<Arc<Progress>>>,
    outcome: Option<Result<FileRead, UploadError>>,
}

impl UploadEvents {
    fn new(run: impl FnOnce(Events) -> UploadFuture) -> Self {
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

    /// The next event; `None` after the last.
    pub async fn next(&mut self) -> Option<Result<UploadEvent, UploadError>> {
        poll_fn(|context| Pin::new(&mut *self).poll_next(context)).await
    }
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

/// Where events go if the caller listens, and the progress that is shared with it.
#[derive(Clone)]
struct Events(Option<Listener>);

type Listener = (mpsc::UnboundedSender<UploadEvent>, Arc<OnceLock<Arc<Progress>>>);

impl Events {
    /// Says that there is something to resume from now on.
    fn begin(&self, progress: &Arc<Progress>) {
        if let Some((_, shared)) = &self.0 {
            shared.get_or_init(|| Arc::clone(progress));
        }
    }

    fn send(&self, event: UploadEvent) {
        if let Some((sender, _)) = &self.0 {
            // Nobody is left to hear it when the stream is dropped, and the upload goes with it.
            let _ = sender.send(event);
        }
    }
}
