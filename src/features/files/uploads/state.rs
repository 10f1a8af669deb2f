use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::content::{Content, Part};
use super::failure::UploadFailure;

use crate::data::codec::{Decode, DecodeError, Encode, Literal, Property, Reader, Writer};
use crate::types::{FileId, S3FileUploadPart};

/// The state of an unfinished upload, which can be saved and resumed later, even by another process.
///
/// [`UploadSession::state`](super::UploadSession::state) returns it after a failure, and
/// [`UploadEvents::state`](super::UploadEvents::state) while the upload is running. Pass it to
/// [`Files::resume_upload`](crate::resources::files::Files::resume_upload). It implements serde's `Serialize` and
/// `Deserialize`. The content of the file is not included.
///
/// **The serialized state is a secret.** It contains the presigned URLs of the remaining parts: until they
/// [expire](Self::expires_at), anyone who has them can upload these parts. They are redacted from `Debug` output.
///
/// ```no_run
/// use std::path::Path;
///
/// use polar_client::uploads::UploadState;
///
/// # async fn example(polar: polar_client::Polar) -> Result<(), Box<dyn std::error::Error>> {
/// let (film, saved) = (Path::new("film.mp4"), Path::new("film.mp4.upload"));
/// let outcome = if saved.exists() {
///     let state: UploadState = serde_json::from_slice(&std::fs::read(saved)?)?;
///     polar.files().resume_upload(state, film).await?.resume().await
/// } else {
///     polar.files().upload("film.mp4", "video/mp4", film).await
/// };
/// match outcome {
///     Ok(file) => println!("{file:?}"),
///     Err(error) => {
///         if let Some(session) = error.session() {
///             std::fs::write(saved, serde_json::to_vec(&session.state())?)?;
///         }
///         return Err(error.into());
///     }
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Clone, PartialEq)]
pub struct UploadState {
    pub(super) file_id: FileId,
    pub(super) upload_id: String,
    pub(super) path: String,
    pub(super) size: i64,
    pub(super) sha256: String,
    pub(super) parts: Vec<PartState>,
}

/// A part of an unfinished upload.
#[derive(Clone, PartialEq)]
pub(super) struct PartState {
    pub sha256: String,
    /// The part's `ETag`, if it was sent.
    pub etag: Option<String>,
    /// The URL and headers for the part.
    pub target: S3FileUploadPart,
}

impl UploadState {
    /// Returns the id of the file. The API does not list it as uploaded yet.
    pub fn file_id(&self) -> FileId {
        self.file_id
    }

    /// Returns the numbers of the parts that are left.
    pub fn parts_left(&self) -> Vec<i64> {
        self.parts.iter().filter(|part| part.etag.is_none()).map(|part| part.target.number).collect()
    }

    /// Returns when the URLs of the parts expire, in UTC. After that, the upload has to start over.
    pub fn expires_at(&self) -> Option<chrono::DateTime<chrono::Utc>> {
        self.parts.iter().map(|part| part.target.expires_at).min()
    }

    /// Returns the parts with their checksums. They are contiguous and cover the whole content.
    pub(super) fn measured(&self) -> Result<Vec<Part>, UploadFailure> {
        let mut end = 0;
        let mut parts = Vec::new();
        for part in &self.parts {
            let (start, next) = (part.target.chunk_start, part.target.chunk_end);
            if start != end || next <= start {
                let problem = format!("the saved state has no part that begins at byte {end}");
                return Err(UploadFailure::Invalid(problem));
            }
            let sha256 = part.sha256.clone();
            parts.push(Part { number: part.target.number, start: start as u64, end: next as u64, sha256 });
            end = next;
        }
        if end != self.size || end == 0 {
            let problem = format!("the saved state has parts of {end} bytes, and a size of {}", self.size);
            return Err(UploadFailure::Invalid(problem));
        }
        Ok(parts)
    }
}

/// The progress of an upload, shared by the session and its event stream.
pub(super) struct Progress {
    pub file_id: FileId,
    pub upload_id: String,
    pub path: String,
    pub content: Content,
    /// The upload target of each part, in the same order.
    pub targets: Vec<Arc<S3FileUploadPart>>,
    /// The `ETag` of each part that was sent, by number.
    etags: Mutex<BTreeMap<i64, String>>,
}

impl Progress {
    pub fn new(
        (file_id, upload_id, path): (FileId, String, String),
        content: Content,
        targets: Vec<S3FileUploadPart>,
        etags: BTreeMap<i64, String>,
    ) -> Self {
        let targets = targets.into_iter().map(Arc::new).collect();
        Self { file_id, upload_id, path, content, targets, etags: Mutex::new(etags) }
    }

    /// Returns the `ETag`s of the parts that were sent.
    pub fn etags(&self) -> MutexGuard<'_, BTreeMap<i64, String>> {
        // Code that holds the lock does not panic, so it is never poisoned.
        self.etags.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn state(&self) -> UploadState {
        let etags = self.etags();
        let parts = self.content.parts.iter().zip(&self.targets);
        let parts = parts.map(|(part, target)| PartState {
            sha256: part.sha256.clone(),
            etag: etags.get(&part.number).cloned(),
            target: S3FileUploadPart::clone(target),
        });
        UploadState {
            file_id: self.file_id,
            upload_id: self.upload_id.clone(),
            path: self.path.clone(),
            // The total size was checked to fit.
            size: self.content.size as i64,
            sha256: self.content.sha256.clone(),
            parts: parts.collect(),
        }
    }
}

impl UploadState {
    const PROPERTIES: &'static [Property] = &[
        // Other versions are rejected.
        Property::Constant("version", Literal::String("1")),
        Property::Always("file_id"),
        Property::Always("upload_id"),
        Property::Always("path"),
        Property::Always("size"),
        Property::Always("sha256"),
        Property::Always("parts"),
    ];
}

impl Decode for UploadState {
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let (file_id, upload_id, path, size, sha256, parts) = reader.take(Self::PROPERTIES)?;
        Ok(Self { file_id, upload_id, path, size, sha256, parts })
    }
}

impl Encode for UploadState {
    fn encode(&self, writer: &mut Writer) {
        let values: &[&dyn Encode] =
            &[&self.file_id, &self.upload_id, &self.path, &self.size, &self.sha256, &self.parts];
        writer.object(Self::PROPERTIES, values);
    }
}

impl PartState {
    const PROPERTIES: &'static [Property] =
        &[Property::Always("sha256"), Property::Optional("etag"), Property::Always("target")];
}

impl Decode for PartState {
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let (sha256, etag, target) = reader.take(Self::PROPERTIES)?;
        Ok(Self { sha256, etag, target })
    }
}

impl Encode for PartState {
    fn encode(&self, writer: &mut Writer) {
        writer.object(Self::PROPERTIES, &[&self.sha256, &self.etag, &self.target]);
    }
}

impl_serde!(UploadState);

/// The URLs of the parts grant access, so they are redacted.
impl fmt::Debug for UploadState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UploadState")
            .field("file_id", &self.file_id)
            .field("size", &self.size)
            .field("parts_left", &self.parts_left())
            .finish_non_exhaustive()
    }
}
