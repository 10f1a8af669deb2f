//! The types of each version of the API.

use anyhow::{Context, Result};
use polar_client::Operation;
use polar_client::client::Version;
use polar_client::codec::{self, DecodeError, Encode};

/// The types and operations of a version.
pub struct Types {
    /// The version.
    pub version: &'static str,
    operations: fn() -> &'static [&'static Operation],
    /// Decodes the payload of a webhook.
    pub webhook: DecodeWebhook,
}

type DecodeWebhook = fn(&[u8]) -> Result<Box<dyn Encode>, DecodeError>;

macro_rules! types_of {
    ($module:ident, $marker:ident) => {
        Types {
            version: polar_client::versions::$marker::VERSION,
            operations: polar_client::versions::$marker::operations,
            webhook: |json| Ok(Box::new(codec::from_slice::<polar_client::$module::types::WebhookPayload>(json)?)),
        }
    };
}

const ALL: &[Types] = include!(concat!(env!("OUT_DIR"), "/versions.rs"));

impl Types {
    /// Returns the types of a version.
    ///
    /// # Errors
    /// If the client does not support the version.
    pub fn of(version: &str) -> Result<&'static Self> {
        let found = ALL.iter().find(|types| types.version == version);
        found.with_context(|| format!("the client has no version {version}"))
    }

    /// Returns the operation with an id.
    pub fn operation(&self, id: &str) -> Option<&'static Operation> {
        (self.operations)().iter().copied().find(|operation| operation.id() == id)
    }
}
