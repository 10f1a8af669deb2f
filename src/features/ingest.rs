//! Sends usage events in batches, in the background.
//!
//! [`events().ingestor()`](crate::resources::events::Events::ingestor) starts an [`Ingestor`], which takes events one at
//! a time and sends up to a thousand with each request. It keeps events while the server is not reachable and, with
//! the feature `spool`, also while the program is not running.
// Links lead to what only some features have.
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
mod worker;

pub use builder::IngestorBuilder;
pub use event::{ReturnedEvent, UsageEvent};
pub use ingestor::Ingestor;
pub use push_error::PushError;
pub use report::{BatchReport, FailedEvents, RejectedEvent, ShutdownReport, Totals, UnconfirmedEvents};
pub use settings::WhenFull;
#[cfg(feature = "spool")]
pub use spool_error::SpoolError;
