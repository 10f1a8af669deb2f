//! Downloads of the files that a customer may have.
//!
//! ```no_run
//! # async fn example(portal: polar_client::CustomerPortal) -> Result<(), Box<dyn std::error::Error>> {
//! for downloadable in portal.downloadables().list().await? {
//!     let path = portal.downloadables().download(&downloadable.file).to_folder("downloads").await?;
//!     println!("{}", path.display());
//! }
//! # Ok(())
//! # }
//! ```

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use reqwest::header::{CONTENT_RANGE, ETAG, HeaderValue, IF_RANGE, LOCATION, RANGE};
use reqwest::{Method, Response, StatusCode, Url};
use sha2::{Digest, Sha256};
use tokio::fs::File;
use tokio::io::{AsyncSeekExt, AsyncWrite, AsyncWriteExt};
use tracing::debug;

use crate::calls::error::causes;
use crate::calls::retry::RetryPolicy;
use crate::calls::transport::Transport;
use crate::client::Portal;
use crate::features::files::file_name::safe_file_name;
use crate::features::files::partial::PartialFile;
use crate::features::files::storage::{self, StorageError};
use crate::resources::customer_portal::downloadables::Downloadables;
use crate::types::{FileDownload, S3DownloadUrl};

/// How many times a link may lead elsewhere.
const MAX_REDIRECTS: usize = 5;

impl<C: Portal, V> Downloadables<C, V> {
    /// Downloads a file that was listed, by the link that was listed with it.
    ///
    /// The link works for a while only; once its time is over it is answered with 410 or 403, and has to be listed
    /// anew. It needs no token and is sent without one.
    pub fn download(&self, file: &FileDownload) -> Download {
        Download {
            transport: self.client.transport().clone(),
            link: file.download.clone(),
            name: file.name.clone(),
            size: file.size,
            sha256: file.checksum_sha256_base64.clone(),
            retry: None,
            idle_timeout: Some(Duration::from_secs(60)),
        }
    }
}

/// A download, to be sent to a folder, a path or a writer.
///
/// A connection that breaks is made again, and the download continues where it broke if the storage supports that.
/// What was received is compared with the size and the SHA-256 that the API lists.
#[derive(Clone)]
#[must_use = "a download does nothing until it is sent somewhere"]
pub struct Download {
    transport: Transport,
    link: S3DownloadUrl,
    name: String,
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

    /// How long to wait for an answer or for more of it; 60 seconds unless set, and any time if `None`. What the storage
    /// says about an error is read for at most five seconds in any case.
    pub fn idle_timeout(mut self, timeout: impl Into<Option<Duration>>) -> Self {
        self.idle_timeout = timeout.into();
        self
    }

    /// Writes the content to a file in a folder, under the name that the API lists. Returns the path of the file.
    ///
    /// Since the name is whatever the seller chose, it is made safe: the file is always in this very folder. Separators,
    /// control characters and what else a file system reserves become `_`, as does a dot at the beginning; names of devices
    /// on Windows and `.part` at the end get a `_`, and names of more than 200 bytes are cut. A file that the folder has
    /// under this name is replaced.
    ///
    /// The folder must exist. Otherwise this does what [`to_path`](Self::to_path) does.
    ///
    /// # Errors
    /// See [`DownloadError`]. The previous file is left untouched.
    pub async fn to_folder(self, folder: impl AsRef<Path>) -> Result<PathBuf, DownloadError> {
        let path = folder.as_ref().join(safe_file_name(&self.name));
        self.to_path(&path).await?;
        Ok(path)
    }

    /// Writes the content to a file, in place of what it had. Returns the number of bytes.
    ///
    /// The path is taken as it is, relative to the current directory unless it is absolute. The name that the API lists is
    /// no path: it may contain `..` or begin with `/`. Use [`to_folder`](Self::to_folder) to keep the name.
    ///
    /// The content is first written to a file next to it, with `.part` appended to the name. If the download fails, its
    /// future is dropped or the process ends, that file is kept, and the next download to the same path continues it, also
    /// in another process. The whole content is verified before the file is renamed. A partial file that turns out to be
    /// of another content is discarded, and the download starts over. Links in place of either file are replaced, not
    /// followed.
    ///
    /// If the API lists no SHA-256 for the file, a partial file cannot be verified: it is not continued, and not kept after
    /// a failure.
    ///
    /// Of several downloads to the same path at once, the last one to begin may succeed; the others fail with
    /// [`DownloadError::Write`].
    ///
    /// # Errors
    /// See [`DownloadError`]. The previous file is left untouched.
    pub async fn to_path(self, path: impl AsRef<Path>) -> Result<u64, DownloadError> {
        let limit = self.sha256.as_ref().map(|_| u64::try_from(self.size).unwrap_or_default());
        let path = path.as_ref().to_owned();
        let (partial, taken_over) = run_blocking(move || PartialFile::create(path, limit)).await?;
        let handle = partial.handle().map_err(DownloadError::Write)?;
        let mut sink = Sink::new(File::from_std(handle), self.size);
        let continues = taken_over.size > 0;
        (sink.received, sink.sha256) = (taken_over.size, taken_over.sha256);
        let mut outcome = self.receive(&mut sink).await;
        if continues && outcome.as_ref().is_err_and(DownloadError::is_of_content) {
            debug!(received = sink.received, "the partial file is of another content");
            sink.restart().await?;
            outcome = self.receive(&mut sink).await;
        }
        let flushed = sink.target.flush().await.map_err(DownloadError::Write);
        drop(sink);
        let outcome = outcome.and_then(|size| flushed.map(|()| size));
        let is_kept = self.sha256.is_some() && outcome.as_ref().is_err_and(|error| !error.is_of_content());
        match &outcome {
            Ok(_) => run_blocking(|| partial.put_in_place()).await?,
            Err(_) if is_kept => {}
            // The failure itself says more than a failure to clean up.
            Err(_) => drop(run_blocking(|| partial.discard()).await),
        }
        outcome
    }

    /// Writes the content as it arrives, and flushes the writer. Returns the number of bytes.
    ///
    /// # Errors
    /// See [`DownloadError`]. The size and the checksum are verified at the end: after an error, what was written must
    /// not be used.
    pub async fn to_writer(self, writer: impl AsyncWrite + Unpin) -> Result<u64, DownloadError> {
        self.receive(&mut Sink::new(Forward(writer), self.size)).await
    }

    /// Receives what is left, in as many attempts as it takes, and verifies the whole.
    async fn receive(&self, sink: &mut Sink<impl Target>) -> Result<u64, DownloadError> {
        let policy = self.retry.as_ref().unwrap_or(&self.transport.retry);
        let mut delays = policy.delays();
        let mut begin = Instant::now();
        loop {
            // If all bytes are there, a failure can only have hit the end of the answer.
            if sink.received > 0 && sink.received == sink.size {
                return sink.finish(self.sha256.as_deref()).await;
            }
            let before = sink.received;
            let error = match self.attempt(sink).await {
                Ok(()) => return sink.finish(self.sha256.as_deref()).await,
                Err(DownloadError::Storage(error)) => error,
                Err(error) => return Err(error),
            };
            if sink.received > 0 && sink.received == sink.size {
                continue;
            }
            if error.status() == Some(StatusCode::RANGE_NOT_SATISFIABLE) && before > 0 && sink.restart().await? {
                continue;
            }
            if sink.received > before {
                // It got on, so that the attempts begin anew.
                (delays, begin) = (policy.delays(), Instant::now());
            }
            let wait = policy.wait((&error).into(), true, delays.next(), begin.elapsed());
            debug!(received = sink.received, error = causes(&error), retry_in = ?wait, "download failed");
            let Some(wait) = wait else { return Err(DownloadError::Storage(error)) };
            tokio::time::sleep(wait).await;
        }
    }

    /// Receives what is left.
    async fn attempt(&self, sink: &mut Sink<impl Target>) -> Result<(), DownloadError> {
        let mut response = self.open(sink.received, sink.etag.clone()).await?;
        let etag = response.headers().get(ETAG).cloned();
        let mut known = match response.status() {
            StatusCode::PARTIAL_CONTENT if begins_at(&response, sink.received) => 0,
            StatusCode::PARTIAL_CONTENT => return Err(DownloadError::Range { wanted: sink.received }),
            // The storage does not support ranges, or has another content by now.
            _ if sink.received == 0 || sink.restart().await? => 0,
            _ if sink.etag.is_some() && sink.etag != etag => return Err(DownloadError::Changed),
            _ => sink.received,
        };
        sink.etag = etag;
        while let Some(mut piece) = self.in_time(response.chunk()).await? {
            let skipped = known.min(piece.len() as u64);
            known -= skipped;
            sink.write(piece.split_off(skipped as usize)).await?;
        }
        // A body without a length can end early without an error.
        if sink.received < sink.size { Err(sink.wrong_size()) } else { Ok(()) }
    }

    /// Follows the link to the content, from some byte on; to all of it if it is no longer the content of this `ETag`.
    async fn open(&self, from: u64, etag: Option<HeaderValue>) -> Result<Response, StorageError> {
        let mut url = storage::address(&self.link.url)?;
        let mut headers = self.link.headers.as_ref();
        for _ in 0..=MAX_REDIRECTS {
            let mut request = storage::request(Method::GET, url.clone(), headers)?;
            if from > 0 {
                let range = HeaderValue::from_str(&format!("bytes={from}-"));
                request.headers_mut().extend(range.ok().map(|range| (RANGE, range)));
                request.headers_mut().extend(etag.clone().map(|etag| (IF_RANGE, etag)));
            }
            let response = self.in_time(self.transport.http.execute(request)).await?;
            if response.status().is_success() {
                return Ok(response);
            }
            if !response.status().is_redirection() {
                return Err(StorageError::refused(response, self.idle_timeout).await);
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

/// Runs what reads and renames files apart from the tasks that wait for the network.
async fn run_blocking<T: Send + 'static>(
    run: impl FnOnce() -> io::Result<T> + Send + 'static,
) -> Result<T, DownloadError> {
    let outcome = tokio::task::spawn_blocking(run).await;
    outcome.map_err(io::Error::other).and_then(|outcome| outcome).map_err(DownloadError::Write)
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

/// Where the content goes.
trait Target: AsyncWrite + Unpin {
    /// Discards what was written; whether that is possible.
    async fn restart(&mut self) -> io::Result<bool>;
}

impl Target for File {
    async fn restart(&mut self) -> io::Result<bool> {
        self.flush().await?;
        self.set_len(0).await?;
        self.rewind().await?;
        Ok(true)
    }
}

/// A writer, from which nothing can be taken back.
struct Forward<W>(W);

impl<W: AsyncWrite + Unpin> Target for Forward<W> {
    async fn restart(&mut self) -> io::Result<bool> {
        Ok(false)
    }
}

impl<W: AsyncWrite + Unpin> AsyncWrite for Forward<W> {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.0).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_shutdown(context)
    }
}

/// A target, and what it has received so far.
struct Sink<T> {
    target: T,
    received: u64,
    size: u64,
    sha256: Sha256,
    /// What the storage calls the content.
    etag: Option<HeaderValue>,
}

impl<T: Target> Sink<T> {
    fn new(target: T, size: i64) -> Self {
        let size = u64::try_from(size).unwrap_or_default();
        Self { target, received: 0, size, sha256: Sha256::new(), etag: None }
    }

    /// Discards what was received; whether that is possible.
    async fn restart(&mut self) -> Result<bool, DownloadError> {
        let restarted = self.target.restart().await.map_err(DownloadError::Write)?;
        if restarted {
            (self.received, self.sha256, self.etag) = (0, Sha256::new(), None);
        }
        Ok(restarted)
    }

    async fn write(&mut self, piece: bytes::Bytes) -> Result<(), DownloadError> {
        let received = self.received + piece.len() as u64;
        if received > self.size {
            return Err(DownloadError::Size { expected: self.size, received });
        }
        self.target.write_all(&piece).await.map_err(DownloadError::Write)?;
        self.sha256.update(&piece);
        self.received = received;
        Ok(())
    }

    async fn finish(&mut self, expected: Option<&str>) -> Result<u64, DownloadError> {
        self.target.flush().await.map_err(DownloadError::Write)?;
        let received = storage::encode(self.sha256.clone());
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
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DownloadError {
    /// The content could not be had.
    #[error("the file cannot be downloaded")]
    Storage(#[from] StorageError),
    /// The content could not be written.
    #[error("the download cannot be written")]
    Write(#[source] io::Error),
    /// There are fewer or more bytes than the API lists.
    #[error("the download should have {expected} bytes and came to {received}")]
    Size {
        /// How many bytes the API lists.
        expected: u64,
        /// How many bytes came, so far if there were more.
        received: u64,
    },
    /// The content is not what the API lists.
    #[error("the download should have the SHA-256 {expected} and has {received}")]
    Checksum {
        /// The SHA-256 that the API lists, in base64.
        expected: String,
        /// The SHA-256 of what came, in base64.
        received: String,
    },
    /// The storage has another content than when the download began.
    #[error("the storage replaced the file during the download")]
    Changed,
    /// The storage was asked to go on and answered with another part of the content.
    #[error("the download was to continue at byte {wanted}, and the storage answered with something else")]
    Range {
        /// The byte that was asked for.
        wanted: u64,
    },
}

impl DownloadError {
    /// Whether what was received is not the content.
    fn is_of_content(&self) -> bool {
        match self {
            Self::Size { .. } | Self::Checksum { .. } | Self::Changed | Self::Range { .. } => true,
            Self::Storage(_) | Self::Write(_) => false,
        }
    }
}
