//! Applies one change to the document and vendors it.

use std::panic;

use anyhow::Result;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::mutations::mutate;
use crate::refresh_spec::{Fault, Overlay, vendor_again};

/// The outcome of a change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "outcome", rename_all = "snake_case")]
pub enum Outcome {
    /// Code was generated, which still has to be compiled.
    Source,
    /// The document was refused, with an error for each place.
    Refused { places: Vec<String> },
    /// A panic, a crash, or an error without a place.
    Wrong { what: String },
}

/// A change and its outcome.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trial {
    pub seed: u64,
    pub change: String,
    #[serde(flatten)]
    pub outcome: Outcome,
}

impl Trial {
    /// Applies the change of a seed, and vendors the document.
    pub fn run(document: &Value, overlays: &[Overlay], seed: u64) -> Self {
        let mut document = document.clone();
        let change = mutate(&mut document, seed);
        let vendored = panic::catch_unwind(panic::AssertUnwindSafe(|| vendor_again(&document, overlays)));
        let outcome = vendored.map_or_else(
            |_| Outcome::Wrong { what: "a panic".to_owned() },
            |vendored| Self::outcome(&document, vendored),
        );
        Self { seed, change, outcome }
    }

    fn outcome(document: &Value, vendored: Result<Result<String, Vec<Fault>>>) -> Outcome {
        let faults = match vendored {
            Ok(Ok(_)) => return Outcome::Source,
            Ok(Err(faults)) => {
                faults.iter().map(|fault| (fault.place().to_owned(), fault.message().to_owned())).collect()
            }
            // Errors of earlier passes begin with the place.
            Err(error) => {
                let text = format!("{error:#}");
                let place =
                    text.split(": ").find(|part| part.trim_start_matches('#').starts_with('/')).unwrap_or_default();
                vec![(place.trim_start_matches('#').to_owned(), text)]
            }
        };
        match faults.iter().find(|(place, _)| !is_place(document, place)) {
            None if faults.is_empty() => Outcome::Wrong { what: "a refusal without a reason".to_owned() },
            None => Outcome::Refused {
                places: faults.into_iter().map(|(place, message)| format!("{place}: {message}")).collect(),
            },
            Some((place, message)) => {
                Outcome::Wrong { what: format!("an error without a place: {place:?}: {message}") }
            }
        }
    }
}

/// Returns whether a place, or its parent, exists in the document.
fn is_place(document: &Value, place: &str) -> bool {
    let parent = place.rsplit_once('/').map_or("", |(parent, _)| parent);
    place.starts_with('/')
        && (document.pointer(place).is_some() || !parent.is_empty() && document.pointer(parent).is_some())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::is_place;

    #[test]
    fn a_place_is_there_or_its_parent_is() {
        let document = json!({ "components": { "schemas": { "Order": { "type": "object" } } } });
        assert!(is_place(&document, "/components/schemas/Order/type"));
        assert!(is_place(&document, "/components/schemas/Nowhere"));
        assert!(!is_place(&document, "/components/nowhere/Order"));
        assert!(!is_place(&document, "orders:list"));
        assert!(!is_place(&document, ""));
        assert!(!is_place(&document, "/nowhere"));
    }
}
