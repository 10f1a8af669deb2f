use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;
use std::time::Instant;

use bytes::Bytes;
use reqwest::Method;
use reqwest::header::ETAG;
use tokio::task::JoinSet;
use tracing::debug;

use super::content::{Content, run_blocking};
use super::{Events, Settings, UploadError, UploadEvent, UploadEvents, UploadFailure};
use crate::Uuid;
use crate::client::{Client, Core};
use crate::error::Error;
use crate::resources::files::Files;
use crate::storage::{self, StorageError};
use crate::types::{FileRead, FileUpload, FileUploadCompleted, S3FileUploadCompletedPart, S3FileUploadPart};

/// An upload that stopped on its way: it knows which parts the storage has, and sends only the others.
///
/// It works as long as the addresses of its parts do, of which [`UploadSession::expires_at`] tells. A file that was
/// uploaded from must still be there, and as it was.
pub struct UploadSession {
    client: Client,
    settings: Settings,
    content: Arc<Content>,
    file_id: Uuid,
    upload_id: String,
    path: String,
    /// Where each part of the content goes, in the same order.
    targets: Vec<Arc<S3FileUploadPart>>,
    /// What the storage calls the parts that it has, by number.
    etags: BTreeMap<i64, String>,
}

impl UploadSession {
    /// Begins, with what the API answered.
    pub(super) fn new(
        client: Client,
        settings: Settings,
        content: Content,
        created: FileUpload,
    ) -> Result<Self, UploadFailure> {
        let mut given: BTreeMap<i64, S3FileUploadPart> =
            created.upload.parts.into_iter().map(|part| (part.number, part)).collect();
        let mut targets = Vec::new();
        for part in &content.parts {
            let unexpected = |problem| UploadFailure::Unexpected(format!("part {} {problem}", part.number));
            let target = given.remove(&part.number).ok_or_else(|| unexpected("is missing"))?;
            let announced = part.announce();
            if (target.chunk_start, target.chunk_end) != (announced.chunk_start, announced.chunk_end) {
                return Err(unexpected("begins or ends elsewhere"));
            }
            targets.push(Arc::new(target));
        }
        if let Some(number) = given.keys().next() {
            return Err(UploadFailure::Unexpected(format!("there is no part {number}")));
        }
        Ok(Self {
            client,
            settings,
            content: Arc::new(content),
            file_id: created.id,
            upload_id: created.upload.id,
            path: created.upload.path,
            targets,
            etags: BTreeMap::new(),
        })
    }

    /// The id of the file, which the API has but does not show as uploaded.
    pub fn file_id(&self) -> Uuid {
        self.file_id
    }

    /// The numbers of the parts that are still to be sent. If there are none, only the completion failed.
    pub fn parts_left(&self) -> Vec<i64> {
        let parts = self.content.parts.iter().map(|part| part.number);
        parts.filter(|number| !self.etags.contains_key(number)).collect()
    }

    /// How many bytes the storage has.
    pub fn bytes_sent(&self) -> u64 {
        let parts = self.content.parts.iter().filter(|part| self.etags.contains_key(&part.number));
        parts.map(|part| part.size()).sum()
    }

    /// Until when the storage takes the parts; after that, the upload has to begin anew.
    pub fn expires_at(&self) -> Option<chrono::DateTime<chrono::Utc>> {
        self.targets.iter().map(|target| target.expires_at).min()
    }

    /// Goes on: sends the parts that are left, and completes the file.
    ///
    /// # Errors
    /// See [`UploadFailure`].
    pub async fn resume(self) -> Result<FileRead, UploadError> {
        self.run(Events(None)).await
    }

    /// Goes on, and says how far it is. Nothing happens unless the stream is read.
    pub fn resume_events(self) -> UploadEvents {
        UploadEvents::new(|events| Box::pin(self.run(events)))
    }

    pub(super) async fn run(mut self, events: Events) -> Result<FileRead, UploadError> {
        let outcome = match self.send(&events).await {
            Ok(()) => self.complete().await.map_err(UploadFailure::Call),
            Err(failure) => Err(failure),
        };
        outcome.map_err(|failure| UploadError { failure, session: Some(Box::new(self)) })
    }

    /// Sends the parts that are left. After a failure no more are begun, but those under way may arrive.
    async fn send(&mut self, events: &Events) -> Result<(), UploadFailure> {
        let content = Arc::clone(&self.content);
        let is_left = |index: &usize| !self.etags.contains_key(&content.parts[*index].number);
        let mut left = (0..content.parts.len()).filter(is_left).collect::<Vec<_>>().into_iter();
        let mut tasks = JoinSet::new();
        let mut failure = None;
        loop {
            while failure.is_none() && tasks.len() < self.settings.concurrency {
                let Some(index) = left.next() else { break };
                let task = PartTask {
                    client: self.client.clone(),
                    settings: self.settings.clone(),
                    content: Arc::clone(&content),
                    index,
                    target: Arc::clone(&self.targets[index]),
                    events: events.clone(),
                };
                tasks.spawn(task.run());
            }
            let Some(joined) = tasks.join_next().await else { break };
            let sent = joined.unwrap_or_else(|error| {
                let error = std::io::Error::other(error);
                Err(UploadFailure::Source { what: "the content".to_owned(), error })
            });
            match sent {
                Ok((index, etag)) => {
                    let part = &content.parts[index];
                    self.etags.insert(part.number, etag);
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

    async fn complete(&self) -> Result<FileRead, Error> {
        let parts = self.content.parts.iter().filter_map(|part| {
            let etag = self.etags.get(&part.number)?;
            Some(S3FileUploadCompletedPart::new(etag.as_str(), part.sha256.clone(), part.number))
        });
        let body = FileUploadCompleted::new(&*self.upload_id, parts.collect::<Vec<_>>(), &*self.path);
        Files::<Core>::new(self.client.clone()).uploaded(self.file_id, body).await
    }
}

/// The addresses of the parts work like passwords and are not shown.
impl fmt::Debug for UploadSession {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UploadSession")
            .field("file_id", &self.file_id)
            .field("size", &self.content.size)
            .field("bytes_sent", &self.bytes_sent())
            .field("parts_left", &self.parts_left())
            .finish_non_exhaustive()
    }
}

/// The sending of one part.
struct PartTask {
    client: Client,
    settings: Settings,
    content: Arc<Content>,
    index: usize,
    target: Arc<S3FileUploadPart>,
    events: Events,
}

impl PartTask {
    /// Sends the part, again if need be, and gives its `ETag`.
    async fn run(self) -> Result<(usize, String), UploadFailure> {
        let (content, index) = (Arc::clone(&self.content), self.index);
        let bytes = run_blocking(move || content.part(&content.parts[index])).await?;
        let policy = self.settings.retry.as_ref().unwrap_or(&self.client.retry);
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
            debug!(part, attempts, %error, retry_in = ?wait, "part failed");
            let Some(wait) = wait else { return Err(UploadFailure::Part { part, error }) };
            self.events.send(UploadEvent::PartRetried { part, attempts, wait, problem: error.to_string() });
            tokio::time::sleep(wait).await;
            attempts += 1;
        }
    }

    async fn put(&self, bytes: Bytes) -> Result<String, StorageError> {
        let url = storage::address(&self.target.url)?;
        let mut request = storage::request(Method::PUT, url, self.target.headers.as_ref())?;
        *request.timeout_mut() = self.settings.part_timeout;
        *request.body_mut() = Some(bytes.into());
        let response = self.client.http.execute(request).await.map_err(StorageError::transport)?;
        if !response.status().is_success() {
            return Err(StorageError::refused(response).await);
        }
        let etag = storage::header(response.headers(), ETAG.as_str()).ok_or(StorageError::NoETag)?;
        Ok(etag.to_owned())
    }
}
