//! Downloads of the files that a customer may have.
//!
//! ```no_run
//! # async fn example(portal: polar_client::CustomerPortal) -> Result<(), Box<dyn std::error::Error>> {
//! for downloadable in portal.downloadables().list().await? {
//!     portal.downloadables().download(&downloadable.file).to_path(&downloadable.file.name).await?;
//! }
//! # Ok(())
//! # }
//! ```

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use reqwest::header::{CONTENT_RANGE, HeaderValue, LOCATION, RANGE};
use reqwest::{Method, Response, StatusCode, Url};
use sha2::{Digest, Sha256};
use tokio::io::{AsyncWrite, AsyncWriteExt};
use tracing::debug;

use crate::client::{Client, Portal};
use crate::resources::customer_portal::downloadables::Downloadables;
use crate::retry::RetryPolicy;
use crate::storage::{self, StorageError};
use crate::types::{FileDownload, S3DownloadUrl};

/// How many times a link may lead elsewhere.
const MAX_REDIRECTS: usize = 5;

impl<C: Portal> Downloadables<C> {
    /// Downloads a file that was listed, by the link that was listed with it.
    ///
    /// The link works for a while only; once its time is over it is answered with 410 or 403, and has to be listed
    /// anew. It needs no token and is sent without one.
    pub fn download(&self, file: &FileDownload) -> Download {
        Download {
            client: self.client.clone(),
            link: file.download.clone(),
            size: file.size,
            sha256: file.checksum_sha256_base64.clone(),
            retry: None,
            idle_timeout: Some(Duration::from_secs(60)),
        }
    }
}

/// A download, to be sent to a path or a writer.
///
/// A connection that breaks is made again, and goes on where it broke if the storage lets it. What was received is
/// compared with the size and the SHA-256 that the API lists.
#[derive(Clone)]
#[must_use = "a download does nothing until it is sent somewhere"]
pub struct Download {
    client: Client,
    link: S3DownloadUrl,
    size: i64,
    sha256: Option<String>,
    retry: Option<RetryPolicy>,
    idle_timeout: Option<Duration>,
}

impl Download {
    /// When a connection that failed is made again, instead of the client's policy.
    pub fn retry(mut self, policy: RetryPolicy) -> Self {
        self.retry = Some(policy);
        self
    }

    /// How long to wait for an answer or for more of it; 60 seconds unless set, and any time if `None`.
    pub fn idle_timeout(mut self, timeout: impl Into<Option<Duration>>) -> Self {
        self.idle_timeout = timeout.into();
        self
    }

    /// Writes the content to a file, in place of what it had. Returns how many bytes there were.
    ///
    /// The content goes to a file beside it, of the same name with `.part` behind, until it is known to be right. It is
    /// removed after a failure, and stays if the future is dropped.
    ///
    /// # Errors
    /// See [`DownloadError`]. What was at the path before is still there then.
    pub async fn to_path(self, path: impl AsRef<Path>) -> Result<u64, DownloadError> {
        let path = path.as_ref();
        let mut partial = path.as_os_str().to_owned();
        partial.push(".part");
        let partial = PathBuf::from(partial);
        let mut file = tokio::fs::File::create(&partial).await.map_err(DownloadError::Write)?;
        let outcome = self.to_writer(&mut file).await;
        drop(file);
        let outcome = match outcome {
            Ok(size) => tokio::fs::rename(&partial, path).await.map(|()| size).map_err(DownloadError::Write),
            Err(error) => Err(error),
        };
        if outcome.is_err() {
            // The failure itself says more than a failure to clean up.
            let _ = tokio::fs::remove_file(&partial).await;
        }
        outcome
    }

    /// Writes the content as it comes, and flushes the writer. Returns how many bytes there were.
    ///
    /// # Errors
    /// See [`DownloadError`]. The size and the checksum are known at the end only: what was written before an error
    /// must not be used.
    pub async fn to_writer(self, writer: impl AsyncWrite + Unpin) -> Result<u64, DownloadError> {
        let size = u64::try_from(self.size).unwrap_or_default();
        let mut sink = Sink { writer, received: 0, size, sha256: Sha256::new() };
        let policy = self.retry.as_ref().unwrap_or(&self.client.retry);
        let mut delays = policy.delays();
        let mut begin = Instant::now();
        loop {
            let before = sink.received;
            let error = match self.attempt(&mut sink).await {
                Ok(()) => return sink.finish(self.sha256.as_deref()).await,
                Err(DownloadError::Storage(error)) => error,
                Err(error) => return Err(error),
            };
            if sink.received > 0 && sink.received == sink.size {
                // Only the end of the answer is missing, not of the content.
                return sink.finish(self.sha256.as_deref()).await;
            }
            if sink.received > before {
                // It got on, so that the attempts begin anew.
                (delays, begin) = (policy.delays(), Instant::now());
            }
            let wait = policy.wait((&error).into(), true, delays.next(), begin.elapsed());
            debug!(received = sink.received, %error, retry_in = ?wait, "download failed");
            let Some(wait) = wait else { return Err(DownloadError::Storage(error)) };
            tokio::time::sleep(wait).await;
        }
    }

    /// Receives what is left.
    async fn attempt(&self, sink: &mut Sink<impl AsyncWrite + Unpin>) -> Result<(), DownloadError> {
        let mut response = self.open(sink.received).await?;
        let mut known = match response.status() {
            StatusCode::PARTIAL_CONTENT if begins_at(&response, sink.received) => 0,
            StatusCode::PARTIAL_CONTENT => return Err(DownloadError::Range { wanted: sink.received }),
            // The storage does not know ranges and begins at the beginning.
            _ => sink.received,
        };
        while let Some(mut piece) = self.in_time(response.chunk()).await? {
            let skipped = known.min(piece.len() as u64);
            known -= skipped;
            sink.write(piece.split_off(skipped as usize)).await?;
        }
        // A body without a length can end early without an error.
        if sink.received < sink.size { Err(sink.wrong_size()) } else { Ok(()) }
    }

    /// Follows the link to the content, from some byte on.
    async fn open(&self, from: u64) -> Result<Response, StorageError> {
        let mut url = storage::address(&self.link.url)?;
        let mut headers = self.link.headers.as_ref();
        for _ in 0..=MAX_REDIRECTS {
            let mut request = storage::request(Method::GET, url.clone(), headers)?;
            if from > 0 {
                let range = HeaderValue::from_str(&format!("bytes={from}-"));
                request.headers_mut().extend(range.ok().map(|range| (RANGE, range)));
            }
            let response = self.in_time(self.client.http.execute(request)).await?;
            if response.status().is_success() {
                return Ok(response);
            }
            if !response.status().is_redirection() {
                return Err(StorageError::refused(response).await);
            }
            url = next(&url, &response)?;
            // These were for the first address.
            headers = None;
        }
        Err(StorageError::Address(format!("it leads elsewhere more than {MAX_REDIRECTS} times")))
    }

    async fn in_time<T>(&self, wait: impl Future<Output = reqwest::Result<T>>) -> Result<T, StorageError> {
        let outcome = match self.idle_timeout {
            Some(timeout) => tokio::time::timeout(timeout, wait).await.map_err(|_| StorageError::Timeout)?,
            None => wait.await,
        };
        outcome.map_err(StorageError::transport)
    }
}

/// Where a redirect leads.
fn next(url: &Url, response: &Response) -> Result<Url, StorageError> {
    let problem = |text: &str| StorageError::Address(text.to_owned());
    let location = storage::header(response.headers(), LOCATION.as_str());
    let location = location.ok_or_else(|| problem("it leads elsewhere without saying where"))?;
    let next = url.join(location).map_err(|_| problem("it leads to what is no address"))?;
    match (url.scheme(), next.scheme()) {
        ("http", "http") | (_, "https") => Ok(next),
        _ => Err(problem("it leads from https to something else")),
    }
}

/// Whether a part of the content is the one that was asked for.
fn begins_at(response: &Response, byte: u64) -> bool {
    let range = storage::header(response.headers(), CONTENT_RANGE.as_str());
    range.is_some_and(|range| range.starts_with(&format!("bytes {byte}-")))
}

/// Where the content goes, and what it has been so far.
struct Sink<W> {
    writer: W,
    received: u64,
    size: u64,
    sha256: Sha256,
}

impl<W: AsyncWrite + Unpin> Sink<W> {
    async fn write(&mut self, piece: bytes::Bytes) -> Result<(), DownloadError> {
        let received = self.received + piece.len() as u64;
        if received > self.size {
            return Err(DownloadError::Size { expected: self.size, received });
        }
        self.writer.write_all(&piece).await.map_err(DownloadError::Write)?;
        self.sha256.update(&piece);
        self.received = received;
        Ok(())
    }

    async fn finish(mut self, expected: Option<&str>) -> Result<u64, DownloadError> {
        self.writer.flush().await.map_err(DownloadError::Write)?;
        let received = storage::encode(self.sha256);
        match expected {
            Some(expected) if expected != received => {
                Err(DownloadError::Checksum { expected: expected.to_owned(), received })
            }
            _ => Ok(self.received),
        }
    }

    fn wrong_size(&self) -> DownloadError {
        DownloadError::Size { expected: self.size, received: self.received }
    }
}

/// The link works like a password and is not shown.
impl fmt::Debug for Download {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Download").field("size", &self.size).field("sha256", &self.sha256).finish_non_exhaustive()
    }
}

/// Why a download failed.
#[derive(Debug)]
#[non_exhaustive]
pub enum DownloadError {
    /// The content could not be had.
    Storage(StorageError),
    /// The content could not be written.
    Write(io::Error),
    /// There are fewer or more bytes than the API lists.
    Size {
        /// How many bytes the API lists.
        expected: u64,
        /// How many bytes came, so far if there were more.
        received: u64,
    },
    /// The content is not what the API lists.
    Checksum {
        /// The SHA-256 that the API lists, in base64.
        expected: String,
        /// The SHA-256 of what came, in base64.
        received: String,
    },
    /// The storage was asked to go on and answered with another part of the content.
    Range {
        /// The byte that was asked for.
        wanted: u64,
    },
}

impl From<StorageError> for DownloadError {
    fn from(error: StorageError) -> Self {
        Self::Storage(error)
    }
}

impl fmt::Display for DownloadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Storage(error) => write!(f, "the file cannot be downloaded: {error}"),
            Self::Write(error) => write!(f, "the download cannot be written: {error}"),
            Self::Size { expected, received } => {
                write!(f, "the download should have {expected} bytes and came to {received}")
            }
            Self::Checksum { expected, received } => {
                write!(f, "the download should have the SHA-256 {expected} and has {received}")
            }
            Self::Range { wanted } => {
                write!(f, "the download was to go on at byte {wanted}, and the storage answered with something else")
            }
        }
    }
}

impl std::error::Error for DownloadError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Storage(error) => std::error::Error::source(error),
            Self::Write(error) => Some(error),
            _ => None,
        }
    }
}
