use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use reqwest::Method;
use reqwest::header::ETAG;
use tokio::task::JoinSet;
use tracing::debug;

use super::content::{Content, run_blocking};
use super::event::{Events, UploadEvent};
use super::failure::UploadFailure;
use super::settings::PartSettings;
use super::source::Source;
use super::state::{Progress, UploadState};

use crate::calls::error::{Error, causes};
use crate::calls::retry::RetryPolicy;
use crate::calls::transport::Transport;
use crate::client::AccessToken;
use crate::features::files::storage::{self, StorageError};
use crate::resources::files::Files;
use crate::types::{File, FileId, FileUploadCompleted, S3FileUploadCompletedPart, S3FileUploadPart};

/// An interrupted upload, which can be resumed with the parts that are left.
///
/// It can be resumed until the URLs of its parts [expire](Self::expires_at). The source must be unchanged. To resume it
/// in another process, save its [state](Self::state).
pub struct UploadSession {
    files: Files<AccessToken>,
    settings: PartSettings,
    progress: Arc<Progress>,
}

impl UploadSession {
    /// Creates a session from the API's response.
    pub(super) fn new(
        files: Files<AccessToken>,
        settings: PartSettings,
        content: Content,
        ids: (FileId, String, String),
        parts: Vec<S3FileUploadPart>,
    ) -> Result<Self, UploadFailure> {
        let mut given: BTreeMap<i64, S3FileUploadPart> = parts.into_iter().map(|part| (part.number, part)).collect();
        let mut targets = Vec::new();
        for part in &content.parts {
            let unexpected = |problem| UploadFailure::Unexpected(format!("part {} {problem}", part.number));
            let target = given.remove(&part.number).ok_or_else(|| unexpected("is missing"))?;
            let announced = part.announce();
            if (target.chunk_start, target.chunk_end) != (announced.chunk_start, announced.chunk_end) {
                return Err(unexpected("begins or ends elsewhere"));
            }
            targets.push(target);
        }
        if let Some(number) = given.keys().next() {
            return Err(UploadFailure::Unexpected(format!("there is no part {number}")));
        }
        let progress = Progress::new(ids, content, targets, BTreeMap::new());
        Ok(Self { files, settings, progress: Arc::new(progress) })
    }

    /// Restores a session from a saved state. Fails if the content has changed.
    pub(super) async fn restore(
        files: Files<AccessToken>,
        settings: PartSettings,
        state: UploadState,
        source: Source,
    ) -> Result<Self, UploadFailure> {
        let content = Content::read_again(source, state.measured()?, state.sha256).await?;
        let etags = state.parts.iter().filter_map(|part| Some((part.target.number, part.etag.clone()?))).collect();
        let targets = state.parts.into_iter().map(|part| part.target).collect();
        let progress = Progress::new((state.file_id, state.upload_id, state.path), content, targets, etags);
        Ok(Self { files, settings, progress: Arc::new(progress) })
    }

    /// Sets how many parts are sent concurrently. The default is 4.
    #[must_use]
    pub fn concurrency(mut self, parts: usize) -> Self {
        self.settings.concurrency = parts.max(1);
        self
    }

    /// Sets the timeout of each attempt to send a part. The default is five minutes; `None` disables it.
    #[must_use]
    pub fn part_timeout(mut self, timeout: impl Into<Option<Duration>>) -> Self {
        self.settings.part_timeout = timeout.into();
        self
    }

    /// Sets the retry policy for parts, overriding the client's.
    #[must_use]
    pub fn retry(mut self, policy: RetryPolicy) -> Self {
        self.settings.retry = Some(policy);
        self
    }

    /// Returns the state to save, so that the upload can be resumed later, even by another process.
    ///
    /// See [`UploadState`] for an example. The serialized state is a secret.
    pub fn state(&self) -> UploadState {
        self.progress.state()
    }

    /// Returns the id of the file. The API does not list it as uploaded yet.
    pub fn file_id(&self) -> FileId {
        self.progress.file_id
    }

    /// Returns the numbers of the parts that are left. If there are none, only the completion failed.
    pub fn parts_left(&self) -> Vec<i64> {
        let etags = self.progress.etags();
        let parts = self.progress.content.parts.iter().map(|part| part.number);
        parts.filter(|number| !etags.contains_key(number)).collect()
    }

    /// Returns the number of bytes sent.
    pub fn bytes_sent(&self) -> u64 {
        let etags = self.progress.etags();
        let parts = self.progress.content.parts.iter().filter(|part| etags.contains_key(&part.number));
        parts.map(|part| part.size()).sum()
    }

    /// Returns when the URLs of the parts expire, in UTC. After that, the upload has to start over.
    pub fn expires_at(&self) -> Option<chrono::DateTime<chrono::Utc>> {
        self.progress.targets.iter().map(|target| target.expires_at).min()
    }

    /// Resumes the upload: sends the remaining parts, and completes the file.
    ///
    /// # Errors
    /// See [`UploadFailure`].
    pub async fn resume(self) -> Result<File, UploadError> {
        self.run(Events(None)).await
    }

    pub(super) async fn run(self, events: Events) -> Result<File, UploadError> {
        events.begin(&self.progress);
        let outcome = match self.send(&events).await {
            Ok(()) => self.complete().await.map_err(UploadFailure::Call),
            Err(failure) => Err(failure),
        };
        outcome.map_err(|failure| UploadError { failure, session: Some(Box::new(self)) })
    }

    /// Sends the remaining parts. After a failure no further parts are started, but those in flight may finish.
    async fn send(&self, events: &Events) -> Result<(), UploadFailure> {
        let content = &self.progress.content;
        let sent = self.progress.etags().clone();
        let mut left = (0..content.parts.len()).filter(|index| !sent.contains_key(&content.parts[*index].number));
        let mut tasks = JoinSet::new();
        let mut failure = None;
        loop {
            while failure.is_none() && tasks.len() < self.settings.concurrency {
                let Some(index) = left.next() else { break };
                let task = PartTask {
                    transport: self.files.client.transport().clone(),
                    settings: self.settings.clone(),
                    target: Arc::clone(&self.progress.targets[index]),
                    progress: Arc::clone(&self.progress),
                    index,
                    events: events.clone(),
                };
                tasks.spawn(task.run());
            }
            let Some(joined) = tasks.join_next().await else { break };
            let sent = joined.unwrap_or_else(|error| Err(UploadFailure::Aborted(error)));
            match sent {
                Ok((index, etag)) => {
                    let part = &content.parts[index];
                    self.progress.etags().insert(part.number, etag);
                    let (bytes, sent, total) = (part.size(), self.bytes_sent(), content.size);
                    events.send(UploadEvent::PartSent { part: part.number, bytes, sent, total });
                }
                Err(error) => {
                    failure.get_or_insert(error);
                }
            }
        }
        failure.map_or(Ok(()), Err)
    }

    async fn complete(&self) -> Result<File, Error> {
        let parts: Vec<S3FileUploadCompletedPart> = {
            let etags = self.progress.etags();
            let parts = self.progress.content.parts.iter().filter_map(|part| {
                let etag = etags.get(&part.number)?;
                Some(S3FileUploadCompletedPart::new(part.number, etag.as_str(), part.sha256.clone()))
            });
            parts.collect()
        };
        let body = FileUploadCompleted::new(&*self.progress.upload_id, &*self.progress.path, parts);
        self.files.uploaded(self.progress.file_id, body).await
    }
}

/// The error of an upload, with the session to resume it.
///
/// ```no_run
/// # async fn example(polar: polar_client::Polar, film: Vec<u8>) {
/// let mut outcome = polar.files().upload("film.mp4", "video/mp4", film).await;
/// while let Err(error) = outcome {
///     eprintln!("{error}; try again?");
///     let Some(session) = error.into_session() else { return };
///     outcome = session.resume().await;
/// }
/// # }
/// ```
#[derive(Debug)]
pub struct UploadError {
    pub(super) failure: UploadFailure,
    pub(super) session: Option<Box<UploadSession>>,
}

impl UploadError {
    /// Returns the reason for the failure.
    pub fn failure(&self) -> &UploadFailure {
        &self.failure
    }

    /// Returns the session, if the upload can be resumed.
    pub fn session(&self) -> Option<&UploadSession> {
        self.session.as_deref()
    }

    /// Returns the session, if the upload can be resumed.
    pub fn into_session(self) -> Option<UploadSession> {
        self.session.map(|session| *session)
    }
}

impl From<UploadFailure> for UploadError {
    fn from(failure: UploadFailure) -> Self {
        Self { failure, session: None }
    }
}

impl fmt::Display for UploadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.failure.fmt(f)
    }
}

impl std::error::Error for UploadError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        std::error::Error::source(&self.failure)
    }
}

/// The URLs of the parts grant access, so they are redacted.
impl fmt::Debug for UploadSession {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UploadSession")
            .field("file_id", &self.progress.file_id)
            .field("size", &self.progress.content.size)
            .field("bytes_sent", &self.bytes_sent())
            .field("parts_left", &self.parts_left())
            .finish_non_exhaustive()
    }
}

/// A task that sends one part.
struct PartTask {
    transport: Transport,
    settings: PartSettings,
    progress: Arc<Progress>,
    index: usize,
    target: Arc<S3FileUploadPart>,
    events: Events,
}

impl PartTask {
    /// Sends the part, with retries, and returns its index and `ETag`.
    async fn run(self) -> Result<(usize, String), UploadFailure> {
        let (progress, index) = (Arc::clone(&self.progress), self.index);
        let bytes = run_blocking(move || progress.content.part(&progress.content.parts[index])).await?;
        let policy = self.settings.retry.as_ref().unwrap_or(&self.transport.retry);
        let begin = Instant::now();
        let mut delays = policy.delays();
        let mut attempts = 1;
        let part = self.target.number;
        loop {
            let error = match self.put(bytes.clone()).await {
                Ok(etag) => {
                    debug!(part, attempts, "part sent");
                    return Ok((index, etag));
                }
                Err(error) => error,
            };
            let wait = policy.wait((&error).into(), true, delays.next(), begin.elapsed());
            debug!(part, attempts, error = causes(&error), retry_in = ?wait, "part failed");
            let Some(wait) = wait else { return Err(UploadFailure::Part { part, error }) };
            self.events.send(UploadEvent::PartRetried { part, attempts, wait, problem: causes(&error) });
            tokio::time::sleep(wait).await;
            attempts += 1;
        }
    }

    async fn put(&self, bytes: Bytes) -> Result<String, StorageError> {
        let url = storage::address(&self.target.url)?;
        let mut request = storage::request(Method::PUT, url, self.target.headers.as_ref())?;
        *request.timeout_mut() = self.settings.part_timeout;
        *request.body_mut() = Some(bytes.into());
        let response = self.transport.http.execute(request).await.map_err(StorageError::transport)?;
        if !response.status().is_success() {
            return Err(StorageError::refused(response, self.settings.part_timeout).await);
        }
        let etag = storage::header(response.headers(), ETAG.as_str()).ok_or(StorageError::NoETag)?;
        Ok(etag.to_owned())
    }
}
