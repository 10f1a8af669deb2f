//! Sends usage events in batches in the background.
//!
//! [`events().ingestor()`](crate::resources::events::Events::ingestor) starts an [`Ingestor`], which accepts events one
//! at a time and sends up to a thousand per request. It buffers events while the server is unreachable and, with the
//! feature `spool`, even across restarts of the program.
// Some links lead to items that are behind features.
#![cfg_attr(not(feature = "spool"), allow(rustdoc::broken_intra_doc_links))]

mod batch;
mod builder;
mod delivery;
mod event;
mod health;
mod ingestor;
mod push_error;
mod report;
mod settings;
mod shared;
#[cfg(feature = "spool")]
mod spool;
#[cfg(feature = "spool")]
mod spool_error;
mod usage;
mod worker;

pub use builder::IngestorBuilder;
pub use event::{ReturnedEvent, UsageEvent};
pub use ingestor::Ingestor;
pub use push_error::PushError;
pub use report::{BatchReport, FailedEvents, RejectedEvent, ShutdownReport, Totals, UnconfirmedEvents};
pub use settings::WhenFull;
#[cfg(feature = "spool")]
pub use spool_error::SpoolError;
pub use usage::{CustomerIngestor, Usage};
