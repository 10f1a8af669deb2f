//! The last pass: source as text, in files.

use std::panic::resume_unwind;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread::available_parallelism;

use proc_macro2::TokenStream;

use crate::shape::Part;
use crate::{Error, Result};

mod layout;
mod pieces;

/// Shapes the parts of the source, and writes each file into a folder unless it holds the same already.
///
/// As many parts at a time as there are processors: whoever builds the client waits for this.
pub fn print(parts: &[Part<'_>], folder: &Path) -> Result<()> {
    let next = AtomicUsize::new(0);
    let work = || -> Result<()> {
        while let Some(part) = parts.get(next.fetch_add(1, Ordering::Relaxed)) {
            for (name, tokens) in part.shape()? {
                write(&folder.join(format!("{name}.rs")), &text(tokens))?;
            }
        }
        Ok(())
    };
    let others = available_parallelism().map_or(0, |threads| threads.get() - 1);
    std::thread::scope(|scope| {
        let others: Vec<_> = (0..others.min(parts.len())).map(|_| scope.spawn(work)).collect();
        let own = work();
        let joined = others.into_iter().map(|thread| thread.join().unwrap_or_else(|panic| resume_unwind(panic)));
        joined.fold(own, Result::and)
    })
}

fn write(path: &Path, text: &str) -> Result<()> {
    if std::fs::read_to_string(path).is_ok_and(|old| old == text) {
        return Ok(());
    }
    std::fs::write(path, text).map_err(|error| Error::new(path.display().to_string(), error.to_string()))
}

/// A file's text, laid out for readers.
///
/// It is made of the tokens as they are, without parsing them: that takes a fifth of the time that a printer of syntax
/// trees needs, in a program that is compiled for every user and not optimized.
pub fn text(tokens: TokenStream) -> String {
    layout::file(tokens)
}
