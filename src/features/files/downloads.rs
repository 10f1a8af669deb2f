//! Downloads of the files that a customer has access to.
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

/// The maximum number of redirects.
const MAX_REDIRECTS: usize = 5;

impl<C: Portal, V> Downloadables<C, V> {
    /// Downloads a file from a list of downloadables.
    ///
    /// The link in the list expires after a while. The storage then responds with 410 or 403, and the file has to be
    /// listed again. The request is sent without a token.
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

/// A download, which writes to a folder, a path or a writer.
///
/// If the connection breaks, the download is resumed, provided that the storage supports it. The content is verified
/// against the size and the SHA-256 that the API lists.
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
    /// Sets the retry policy, overriding the client's.
    pub fn retry(mut self, policy: RetryPolicy) -> Self {
        self.retry = Some(policy);
        self
    }

    /// Sets how long to wait for the response, or for more of its body. The default is 60 seconds; `None` disables the
    /// timeout. The body of an error response is read for at most five seconds in any case.
    pub fn idle_timeout(mut self, timeout: impl Into<Option<Duration>>) -> Self {
        self.idle_timeout = timeout.into();
        self
    }

    /// Writes the content to a file in a folder, under the name that the API lists. Returns the path of the file.
    ///
    /// The name is chosen by the seller, so it is sanitized to keep the file within the folder. Separators, control
    /// characters and other characters that a file system reserves become `_`, as does a leading dot. A `_` is added to
    /// Windows device names and to names that end in `.part`. Names of more than 200 bytes are truncated. An existing
    /// file of that name is replaced.
    ///
    /// The folder must exist. Otherwise this behaves like [`to_path`](Self::to_path).
    ///
    /// # Errors
    /// See [`DownloadError`]. The previous file is left untouched.
    pub async fn to_folder(self, folder: impl AsRef<Path>) -> Result<PathBuf, DownloadError> {
        let path = folder.as_ref().join(safe_file_name(&self.name));
        self.to_path(&path).await?;
        Ok(path)
    }

    /// Writes the content to a file, replacing any previous content. Returns the number of bytes.
    ///
    /// The path is used as given. Do not build it from the name that the API lists, which may contain `..` or begin
    /// with `/`: use [`to_folder`](Self::to_folder) to keep the name.
    ///
    /// The content is first written to a partial file next to the path, with `.part` appended to its name. If the
    /// download fails, is dropped, or the process ends, that file is kept, and the next download to the same path
    /// resumes it, even in another process. The content is verified before the file is renamed. A partial file with
    /// other content is discarded, and the download starts over. Symbolic links at either path are replaced, not
    /// followed.
    ///
    /// If the API lists no SHA-256, a partial file cannot be verified, so it is neither resumed nor kept.
    ///
    /// If several downloads write to the same path at once, only the one that started last may succeed; the others fail
    /// with [`DownloadError::Write`].
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
            // The original error is more useful than one from cleaning up.
            Err(_) => drop(run_blocking(|| partial.discard()).await),
        }
        outcome
    }

    /// Writes the content as it arrives, and flushes the writer. Returns the number of bytes.
    ///
    /// # Errors
    /// See [`DownloadError`]. The size and the checksum are verified at the end, so after an error the written content
    /// must not be used.
    pub async fn to_writer(self, writer: impl AsyncWrite + Unpin) -> Result<u64, DownloadError> {
        self.receive(&mut Sink::new(Forward(writer), self.size)).await
    }

    /// Receives the rest of the content, with retries, and verifies it.
    async fn receive(&self, sink: &mut Sink<impl Target>) -> Result<u64, DownloadError> {
        let policy = self.retry.as_ref().unwrap_or(&self.transport.retry);
        let mut delays = policy.delays();
        let mut begin = Instant::now();
        loop {
            // If all bytes have been received, only the end of the response is missing.
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
                // The attempt made progress, so the retry policy starts over.
                (delays, begin) = (policy.delays(), Instant::now());
            }
            let wait = policy.wait((&error).into(), true, delays.next(), begin.elapsed());
            debug!(received = sink.received, error = causes(&error), retry_in = ?wait, "download failed");
            let Some(wait) = wait else { return Err(DownloadError::Storage(error)) };
            tokio::time::sleep(wait).await;
        }
    }

    /// Makes one attempt to receive the rest of the content.
    async fn attempt(&self, sink: &mut Sink<impl Target>) -> Result<(), DownloadError> {
        let mut response = self.open(sink.received, sink.etag.clone()).await?;
        let etag = response.headers().get(ETAG).cloned();
        let mut known = match response.status() {
            StatusCode::PARTIAL_CONTENT if begins_at(&response, sink.received) => 0,
            StatusCode::PARTIAL_CONTENT => return Err(DownloadError::Range { wanted: sink.received }),
            // The storage does not support ranges, or the content has changed.
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
        // Without a length, a truncated body is not an error for the HTTP client.
        if sink.received < sink.size { Err(sink.wrong_size()) } else { Ok(()) }
    }

    /// Requests the content from an offset, or all of it if its `ETag` has changed. Follows redirects.
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
            // The headers are meant for the original address only.
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

/// Runs blocking file operations outside of async tasks.
async fn run_blocking<T: Send + 'static>(
    run: impl FnOnce() -> io::Result<T> + Send + 'static,
) -> Result<T, DownloadError> {
    let outcome = tokio::task::spawn_blocking(run).await;
    outcome.map_err(io::Error::other).and_then(|outcome| outcome).map_err(DownloadError::Write)
}

/// Returns the target of a redirect.
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

/// Returns true if a partial response starts at the requested byte.
fn begins_at(response: &Response, byte: u64) -> bool {
    let range = storage::header(response.headers(), CONTENT_RANGE.as_str());
    range.is_some_and(|range| range.starts_with(&format!("bytes {byte}-")))
}

/// The destination of a download.
trait Target: AsyncWrite + Unpin {
    /// Discards the written content. Returns false if that is not possible.
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

/// A writer, whose content cannot be discarded.
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

/// A target and the state of its download.
struct Sink<T> {
    target: T,
    received: u64,
    size: u64,
    sha256: Sha256,
    /// The `ETag` of the content.
    etag: Option<HeaderValue>,
}

impl<T: Target> Sink<T> {
    fn new(target: T, size: i64) -> Self {
        let size = u64::try_from(size).unwrap_or_default();
        Self { target, received: 0, size, sha256: Sha256::new(), etag: None }
    }

    /// Discards the received content. Returns false if that is not possible.
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

/// The link grants access to the file, so it is redacted.
impl fmt::Debug for Download {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Download").field("size", &self.size).field("sha256", &self.sha256).finish_non_exhaustive()
    }
}

/// The error of a download.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DownloadError {
    /// The request to the storage failed.
    #[error("the file cannot be downloaded")]
    Storage(#[from] StorageError),
    /// The content could not be written.
    #[error("the download cannot be written")]
    Write(#[source] io::Error),
    /// The content does not have the size that the API lists.
    #[error("the download should have {expected} bytes and came to {received}")]
    Size {
        /// The size that the API lists, in bytes.
        expected: u64,
        /// The number of bytes received. If there were too many, the rest was not read.
        received: u64,
    },
    /// The content does not have the SHA-256 that the API lists.
    #[error("the download should have the SHA-256 {expected} and has {received}")]
    Checksum {
        /// The SHA-256 that the API lists, in base64.
        expected: String,
        /// The SHA-256 of the received content, in base64.
        received: String,
    },
    /// The content changed during the download.
    #[error("the storage replaced the file during the download")]
    Changed,
    /// The storage responded with another range than the requested one.
    #[error("the download was to continue at byte {wanted}, and the storage answered with something else")]
    Range {
        /// The first byte of the requested range.
        wanted: u64,
    },
}

impl DownloadError {
    /// Returns true if the received content is wrong.
    fn is_of_content(&self) -> bool {
        match self {
            Self::Size { .. } | Self::Checksum { .. } | Self::Changed | Self::Range { .. } => true,
            Self::Storage(_) | Self::Write(_) => false,
        }
    }
}
