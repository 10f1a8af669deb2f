//! Errors and panics of typify and progenitor.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::{Error, Result};

/// Runs a generator and converts its panics to errors. Both generators panic on documents that they do not support.
pub fn caught<T>(generator: &str, make: impl FnOnce() -> std::result::Result<T, String>) -> Result<T> {
    match catch_unwind(AssertUnwindSafe(make)) {
        Ok(outcome) => outcome.map_err(|message| Error::new(generator, message)),
        Err(panic) => Err(Error::new(generator, format!("panicked: {}", message_of(&*panic)))),
    }
}

fn message_of(panic: &(dyn Any + Send)) -> &str {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    text.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("without a message")
}

/// Returns the error of the first part that fails by itself, with the place of that part in the document.
pub fn culprit<P, T>(parts: impl IntoIterator<Item = (String, P)>, make: impl Fn(P) -> Result<T>) -> Option<Error> {
    let fails = |(place, part)| {
        let error = make(part).err()?;
        Some(Error::new(place, format!("{} {}", error.place(), error.message())))
    };
    parts.into_iter().find_map(fails)
}
