use std::fmt;
use std::future::IntoFuture;
use std::time::Duration;

use super::content::{self, Content};
use super::event::{Events, UploadEvent};
use super::failure::UploadFailure;
use super::session::{UploadError, UploadSession};
use super::settings::PartSettings;
use super::source::Source;
use super::state::UploadState;
use super::stream::{UploadEvents, UploadFuture};
use crate::calls::retry::RetryPolicy;
use crate::client::AccessToken;
use crate::data::codec::{from_slice, to_vec};
use crate::resources::files::Files;
use crate::types::*;

impl<V> Files<AccessToken, V> {
    /// Uploads a file: registers it with the API, sends its content to the storage in parts, and completes it.
    ///
    /// `name` is the file name for downloads, `mime_type` its media type.
    ///
    /// Requires a token with the scope `files:write`. The token is not sent to the storage.
    pub fn upload(&self, name: impl Into<String>, mime_type: impl Into<String>, source: impl Into<Source>) -> Upload {
        Upload {
            files: Files::new(self.client.at_root()),
            file: NewFile {
                name: name.into(),
                mime_type: mime_type.into(),
                service: FileServiceTypes::Downloadable,
                organization_id: None,
                version: None,
            },
            source: source.into(),
            settings: PartSettings::default(),
        }
    }

    /// Restores an upload from a saved state, to be [resumed](UploadSession::resume) with the remaining parts.
    ///
    /// Reads the whole content to verify the checksums of all parts. Sends nothing.
    ///
    /// # Errors
    /// [`UploadFailure::Changed`] if the content has changed since the upload began, [`UploadFailure::Source`] if it
    /// cannot be read, and [`UploadFailure::Invalid`] if the state is inconsistent.
    pub async fn resume_upload(
        &self,
        state: UploadState,
        source: impl Into<Source>,
    ) -> Result<UploadSession, UploadError> {
        Ok(UploadSession::restore(Files::new(self.client.at_root()), PartSettings::default(), state, source.into())
            .await?)
    }
}

/// An upload that is ready to be sent. Awaiting it starts it.
///
/// Dropping the future cancels the upload. It must be awaited within a tokio runtime.
#[must_use = "an upload does nothing until it is awaited"]
pub struct Upload {
    files: Files<AccessToken>,
    file: NewFile,
    source: Source,
    settings: PartSettings,
}

/// The properties of a new file.
struct NewFile {
    name: String,
    mime_type: String,
    service: FileServiceTypes,
    organization_id: Option<OrganizationId>,
    version: Option<String>,
}

impl Upload {
    /// Sets the purpose of the file. The default is a downloadable.
    pub fn service(mut self, service: FileServiceTypes) -> Self {
        self.file.service = service;
        self
    }

    /// Sets the organization that the file belongs to. Only needed with a user's token.
    pub fn organization_id(mut self, id: OrganizationId) -> Self {
        self.file.organization_id = Some(id);
        self
    }

    /// Sets the version of the file, a free-form text.
    pub fn version(mut self, version: impl Into<String>) -> Self {
        self.file.version = Some(version.into());
        self
    }

    /// Sets the size of parts in bytes. The default is 10 MiB. The last part may be smaller.
    ///
    /// The storage requires at least 5 MiB, except for the last part, and accepts at most 10,000 parts; the parts of
    /// very large files are enlarged accordingly.
    pub fn part_size(mut self, bytes: usize) -> Self {
        self.settings.part_size = bytes.max(1);
        self
    }

    /// Sets how many parts are sent concurrently. The default is 4.
    pub fn concurrency(mut self, parts: usize) -> Self {
        self.settings.concurrency = parts.max(1);
        self
    }

    /// Sets the timeout of each attempt to send a part. The default is five minutes; `None` disables it.
    pub fn part_timeout(mut self, timeout: impl Into<Option<Duration>>) -> Self {
        self.settings.part_timeout = timeout.into();
        self
    }

    /// Sets the retry policy for parts, overriding the client's. It applies to each part separately.
    pub fn retry(mut self, policy: RetryPolicy) -> Self {
        self.settings.retry = Some(policy);
        self
    }

    /// Uploads the file and returns a stream of progress events. Nothing is sent until it is polled.
    ///
    /// ```no_run
    /// # async fn example(polar: polar_client::Polar, film: Vec<u8>) -> Result<(), polar_client::uploads::UploadError> {
    /// use polar_client::uploads::UploadEvent;
    ///
    /// let mut events = polar.files().upload("film.mp4", "video/mp4", film).events();
    /// while let Some(event) = events.try_next().await? {
    ///     match event {
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

    async fn run(self, events: Events) -> Result<File, UploadError> {
        let content = Content::read(self.source, self.settings.part_size).await?;
        events.send(UploadEvent::Measured { size: content.size, sha256: content.sha256.clone() });

        let size = i64::try_from(content.size).map_err(|_| UploadFailure::Invalid("the content is too long".into()))?;
        let parts: Vec<S3FileCreatePart> = content.parts.iter().map(content::Part::announce).collect();
        let upload = S3FileCreateMultipart::new(parts);
        let body = self.file.body(size, &upload, &content.sha256)?;
        let created = self.files.create(body).await.map_err(UploadFailure::Call)?;
        let created_event = UploadEvent::Created { file_id: created.id, parts: content.parts.len() };
        let (ids, parts) = ((created.id, created.upload.id, created.upload.path), created.upload.parts);
        let session = UploadSession::new(self.files, self.settings, content, ids, parts);
        events.send(created_event);
        session?.run(events).await
    }
}

impl NewFile {
    /// Returns the request body that registers the file.
    ///
    /// Each service has its own type with the same properties. The body is built as JSON, so that this code does not
    /// depend on the set of services.
    fn body(&self, size: i64, upload: &S3FileCreateMultipart, sha256: &str) -> Result<FileCreate, UploadFailure> {
        let mut body = serde_json::json!({
            "service": self.service.as_str(),
            "name": self.name,
            "mime_type": self.mime_type,
            "size": size,
            "checksum_sha256_base64": sha256,
        });
        body["upload"] = serde_json::from_slice(&to_vec(upload)).unwrap_or_default();
        if let Some(id) = self.organization_id {
            body["organization_id"] = id.to_string().into();
        }
        if let Some(version) = &self.version {
            body["version"] = version.as_str().into();
        }
        from_slice(body.to_string().as_bytes())
            .map_err(|_| UploadFailure::Invalid(format!("there is no way to create a `{}`", self.service)))
    }
}

impl IntoFuture for Upload {
    type Output = Result<File, UploadError>;
    type IntoFuture = UploadFuture;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.run(Events(None)))
    }
}

impl fmt::Debug for Upload {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Upload")
            .field("name", &self.file.name)
            .field("mime_type", &self.file.mime_type)
            .field("source", &self.source)
            .field("service", &self.file.service)
            .finish_non_exhaustive()
    }
}
