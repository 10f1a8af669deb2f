//! The content of an upload, and its size and checksums.

use std::fs::{self, File};
use std::future::poll_fn;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use bytes::Bytes;
use sha2::{Digest, Sha256};
use tempfile::{NamedTempFile, TempPath};
use tokio::io::AsyncWriteExt;
use tokio::task::spawn_blocking;

use super::failure::UploadFailure;
use super::source::{Kind, Pieces, Source};
use crate::features::files::storage;
use crate::types::S3FileCreatePart;

/// The maximum number of parts that the API accepts.
const MAX_PARTS: u64 = 10_000;

/// The content of an upload, with the size and checksums from the first time that it was read.
pub(super) struct Content {
    data: Data,
    pub size: u64,
    pub sha256: String,
    pub parts: Vec<Part>,
}

enum Data {
    Bytes(Bytes),
    File(PathBuf),
    /// A stream that was saved to a temporary file, which is deleted on drop.
    Spooled(TempPath),
}

/// A part of the content, from `start` up to, but not including, `end`.
pub(super) struct Part {
    pub number: i64,
    pub start: u64,
    pub end: u64,
    pub sha256: String,
}

impl Part {
    pub fn size(&self) -> u64 {
        self.end - self.start
    }

    /// Returns the part as described to the API.
    pub fn announce(&self) -> S3FileCreatePart {
        // The total size was checked to fit.
        let (start, end) = (self.start as i64, self.end as i64);
        S3FileCreatePart::new(self.number, start, end).checksum_sha256_base64(self.sha256.clone())
    }
}

impl Content {
    /// Reads the whole content to compute its size and checksums.
    pub async fn read(source: Source, part_size: usize) -> Result<Self, UploadFailure> {
        let data = Data::of(source).await?;
        run_blocking(move || Self::measure(data, part_size)).await
    }

    /// Reads the whole content again. Fails if it does not match the checksums of the parts.
    pub async fn read_again(source: Source, parts: Vec<Part>, sha256: String) -> Result<Self, UploadFailure> {
        let data = Data::of(source).await?;
        run_blocking(move || Self::compare(data, parts, sha256)).await
    }

    fn compare(data: Data, parts: Vec<Part>, sha256: String) -> Result<Self, UploadFailure> {
        let (size, mut reader) = data.open()?;
        let changed = |part: &Part| UploadFailure::Changed { part: part.number, what: data.name() };
        for part in &parts {
            if part.end > size {
                return Err(changed(part));
            }
            let mut found = Sha256::new();
            digest(&mut reader, part.size(), &mut |bytes| found.update(bytes))
                .map_err(|error| unreadable(&data.name(), error))?;
            if storage::encode(found) != part.sha256 {
                return Err(changed(part));
            }
        }
        match parts.last() {
            Some(last) if last.end != size => Err(changed(last)),
            _ => Ok(Self { data, size, sha256, parts }),
        }
    }

    fn measure(data: Data, part_size: usize) -> Result<Self, UploadFailure> {
        let invalid = |problem: &str| Err(UploadFailure::Invalid(format!("{} {problem}", data.name())));
        let (size, mut reader) = data.open()?;
        if size == 0 {
            return invalid("has no bytes, and the storage takes no empty files");
        }
        if i64::try_from(size).is_err() {
            return invalid("has more bytes than the API can count");
        }
        let part_size = (part_size as u64).max(size.div_ceil(MAX_PARTS));
        let mut whole = Sha256::new();
        let mut parts = Vec::new();
        let mut start = 0;
        while start < size {
            let end = size.min(start.saturating_add(part_size));
            let mut part = Sha256::new();
            digest(&mut reader, end - start, &mut |bytes| {
                whole.update(bytes);
                part.update(bytes);
            })
            .map_err(|error| unreadable(&data.name(), error))?;
            parts.push(Part { number: parts.len() as i64 + 1, start, end, sha256: storage::encode(part) });
            start = end;
        }
        drop(reader);
        Ok(Self { data, size, sha256: storage::encode(whole), parts })
    }

    /// Returns the bytes of a part. Fails if they have changed.
    pub fn part(&self, part: &Part) -> Result<Bytes, UploadFailure> {
        if let Data::Bytes(bytes) = &self.data {
            // Bytes in memory cannot change.
            return Ok(bytes.slice(part.start as usize..part.end as usize));
        }
        let changed = || UploadFailure::Changed { part: part.number, what: self.data.name() };
        let bytes = self.range(part).map_err(|error| match error.kind() {
            io::ErrorKind::UnexpectedEof => changed(),
            _ => unreadable(&self.data.name(), error),
        })?;
        if storage::sha256(&bytes) == part.sha256 { Ok(bytes.into()) } else { Err(changed()) }
    }

    /// Reads a range. Opens the file each time, so that parts can be read concurrently.
    fn range(&self, part: &Part) -> io::Result<Vec<u8>> {
        let (mut file, _) = open_regular(self.data.path())?.ok_or(io::ErrorKind::UnexpectedEof)?;
        file.seek(SeekFrom::Start(part.start))?;
        let size = usize::try_from(part.size()).map_err(io::Error::other)?;
        let mut bytes = vec![0; size];
        file.read_exact(&mut bytes)?;
        Ok(bytes)
    }
}

impl Data {
    async fn of(source: Source) -> Result<Self, UploadFailure> {
        Ok(match source.0 {
            Kind::Bytes(bytes) => Self::Bytes(bytes),
            Kind::File(path) => Self::File(path),
            Kind::Stream(pieces) => {
                Self::Spooled(spool(pieces).await.map_err(|error| unreadable("the stream", error))?)
            }
        })
    }

    /// Returns the size of the content and a reader.
    fn open(&self) -> Result<(u64, Box<dyn Read>), UploadFailure> {
        if let Self::Bytes(bytes) = self {
            return Ok((bytes.len() as u64, Box::new(io::Cursor::new(bytes.clone()))));
        }
        let opened = open_regular(self.path()).map_err(|error| unreadable(&self.name(), error))?;
        let (file, size) = opened.ok_or_else(|| {
            let problem = format!("{} is no regular file; what has no size can be uploaded as a stream", self.name());
            UploadFailure::Invalid(problem)
        })?;
        Ok((size, Box::new(file)))
    }

    fn path(&self) -> &Path {
        match self {
            Self::Bytes(_) => Path::new(""),
            Self::File(path) => path,
            Self::Spooled(path) => path,
        }
    }

    fn name(&self) -> String {
        match self {
            Self::Bytes(_) => "the content".to_owned(),
            Self::File(path) => format!("`{}`", path.display()),
            Self::Spooled(_) => "the stream".to_owned(),
        }
    }
}

/// Opens a regular file and returns it with its size; `None` if it is not a regular file.
fn open_regular(path: &Path) -> io::Result<Option<(File, u64)>> {
    // Opening a pipe would block until there is a writer.
    if !fs::metadata(path)?.is_file() {
        return Ok(None);
    }
    let file = File::open(path)?;
    let metadata = file.metadata()?;
    Ok(metadata.is_file().then_some((file, metadata.len())))
}

/// Passes `left` bytes to `take` in chunks.
fn digest(reader: &mut dyn Read, mut left: u64, take: &mut dyn FnMut(&[u8])) -> io::Result<()> {
    let mut buffer = vec![0; 64 * 1024];
    while left > 0 {
        let wanted = left.min(buffer.len() as u64) as usize;
        reader.read_exact(&mut buffer[..wanted])?;
        take(&buffer[..wanted]);
        left -= wanted as u64;
    }
    Ok(())
}

/// Saves a stream to a temporary file.
async fn spool(mut pieces: Pieces) -> io::Result<TempPath> {
    let (file, path) = NamedTempFile::new()?.into_parts();
    let mut file = tokio::fs::File::from_std(file);
    while let Some(piece) = poll_fn(|context| pieces.as_mut().poll_next(context)).await {
        file.write_all(&piece?).await?;
    }
    file.flush().await?;
    Ok(path)
}

fn unreadable(what: &str, error: io::Error) -> UploadFailure {
    UploadFailure::Source { what: what.to_owned(), error }
}

/// Runs blocking work outside of async tasks.
pub(super) async fn run_blocking<T: Send + 'static>(
    run: impl FnOnce() -> Result<T, UploadFailure> + Send + 'static,
) -> Result<T, UploadFailure> {
    spawn_blocking(run).await.map_err(UploadFailure::Aborted)?
}
