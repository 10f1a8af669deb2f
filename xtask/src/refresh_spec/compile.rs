//! Compiles the client with the refreshed documents. Code generation cannot tell whether hand-written code still fits; the
//! compiler can.

use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, ensure};
use polar_codegen::model::Model;
use serde::{Deserialize, Serialize};

use super::features;

/// An error of the compiler. `Display` writes it without the pointers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CompileError {
    /// The path of the source file.
    pub file: String,
    pub line: u32,
    pub message: String,
    /// JSON pointers of the types and operations that the message names.
    pub pointers: Vec<String>,
}

impl CompileError {
    /// Returns true if the error is in code that was written by hand.
    pub fn is_by_hand(&self) -> bool {
        !Path::new(&self.file).is_absolute()
    }
}

impl fmt::Display for CompileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.file, self.line, self.message)
    }
}

/// Needs the headers of OpenSSL.
const NOT_CHECKED: &str = "native-tls";

/// Checks the client in `root` with all its features, except for the one that needs libraries of the system.
///
/// # Errors
/// If cargo cannot be run, or fails without an error of the compiler.
pub fn check(root: &Path, manifest: &str, model: &Model) -> Result<Vec<CompileError>> {
    let mut features = features::all(manifest)?;
    features.remove(NOT_CHECKED);
    let features: Vec<String> = features.into_iter().collect();
    let mut cargo = Command::new(env!("CARGO"));
    cargo.current_dir(root).args(["check", "--lib", "--no-default-features", "--features", &features.join(",")]);
    errors_of(cargo, model)
}

/// Runs cargo, and returns the errors of the compiler.
///
/// # Errors
/// If cargo cannot be run, or fails without an error of the compiler.
pub fn errors_of(mut cargo: Command, model: &Model) -> Result<Vec<CompileError>> {
    let output = cargo.args(["--quiet", "--message-format", "json"]).output().context("cargo")?;
    let errors = read(&String::from_utf8_lossy(&output.stdout), model);
    let is_explained = output.status.success() || !errors.is_empty();
    ensure!(is_explained, "cargo: {}", String::from_utf8_lossy(&output.stderr).trim());
    Ok(errors)
}

/// Reads the errors from the messages that cargo prints as JSON.
fn read(messages: &str, model: &Model) -> Vec<CompileError> {
    let pointers = Pointers::of(model);
    let messages = messages.lines().filter_map(|line| serde_json::from_str::<CargoMessage>(line).ok());
    let mut errors: Vec<CompileError> = Vec::new();
    for message in messages.filter_map(|message| message.message).filter(|message| message.level == "error") {
        // Summaries such as "could not compile" have no place.
        let Some(span) = message.spans.iter().find(|span| span.is_primary) else { continue };
        let text = match span.label.as_deref() {
            Some(label) if !message.message.contains(label) => format!("{}: {label}", message.message),
            _ => message.message.clone(),
        };
        let notes = message.children.iter().map(|child| child.message.as_str());
        let named = notes.fold(text.clone(), |texts, note| format!("{texts}\n{note}"));
        let error = CompileError {
            file: span.file_name.clone(),
            line: span.line_start,
            message: text,
            pointers: pointers.named_in(&named),
        };
        if !errors.contains(&error) {
            errors.push(error);
        }
    }
    errors
}

#[derive(Deserialize)]
struct CargoMessage {
    message: Option<Message>,
}

#[derive(Deserialize)]
struct Message {
    level: String,
    message: String,
    spans: Vec<Span>,
    children: Vec<Message>,
}

#[derive(Deserialize)]
struct Span {
    file_name: String,
    line_start: u32,
    is_primary: bool,
    label: Option<String>,
}

/// The places of types and operations in the document, by their names in Rust.
struct Pointers(BTreeMap<String, String>);

impl Pointers {
    fn of(model: &Model) -> Self {
        let types = model.types.iter().map(|(name, ty)| (name.clone(), ty.place.clone()));
        let operations = model.operations.iter().map(|operation| (operation.constant(), operation.place()));
        Self(types.chain(operations).collect())
    }

    /// Returns the places of what a text names in backticks.
    fn named_in(&self, text: &str) -> Vec<String> {
        let quoted = text.split('`').skip(1).step_by(2);
        let names = quoted.flat_map(|code| code.split(|letter: char| !letter.is_alphanumeric() && letter != '_'));
        let mut pointers: Vec<String> = Vec::new();
        for pointer in names.filter_map(|name| self.0.get(name)) {
            if !pointers.contains(pointer) {
                pointers.push(pointer.clone());
            }
        }
        pointers
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::super::report::model_of;
    use super::*;

    fn model() -> Model {
        let order = json!({"type": "object", "required": ["id"], "properties": {"id": {"type": "string"}}});
        let response = json!({"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Order"}}}});
        let document = json!({
            "openapi": "3.1.0", "info": {"version": "1"},
            "paths": {"/orders": {"get": {"operationId": "orders:list", "responses": {"200": response}}}},
            "components": {"schemas": {"Order": order}},
        });
        model_of(&document.to_string()).unwrap()
    }

    fn error(message: &str, label: Option<&str>, file: &str, note: &str) -> Value {
        json!({"reason": "compiler-message", "message": {
            "level": "error", "message": message,
            "spans": [
                {"file_name": "/out/types.rs", "line_start": 1, "is_primary": false, "label": null},
                {"file_name": file, "line_start": 7, "is_primary": true, "label": label},
            ],
            "children": [{"level": "note", "message": note, "spans": [], "children": []}],
        }})
    }

    #[test]
    fn errors_have_the_places_of_what_they_name() {
        let messages = [
            json!({"reason": "build-script-executed"}),
            error("no field `seats` on type `&types::Order`", Some("unknown field"), "src/orders.rs", ""),
            error(
                "mismatched types",
                Some("expected `u8`, found `String`"),
                "/out/x.rs",
                "see `operations::ORDERS_LIST`",
            ),
            json!({"reason": "compiler-message", "message": {
                "level": "error", "message": "aborting due to 2 previous errors", "spans": [], "children": [],
            }}),
        ];
        let messages: String = messages.iter().map(|message| format!("{message}\n")).collect();
        let errors = read(&format!("{messages}{messages}no JSON"), &model());
        let [field, types] = errors.as_slice() else { panic!("{errors:#?}") };
        assert_eq!(field.to_string(), "src/orders.rs:7: no field `seats` on type `&types::Order`: unknown field");
        assert_eq!(
            (field.pointers.as_slice(), field.is_by_hand()),
            (["/components/schemas/Order".to_owned()].as_slice(), true)
        );
        assert_eq!(types.to_string(), "/out/x.rs:7: mismatched types: expected `u8`, found `String`");
        assert_eq!(
            (types.pointers.as_slice(), types.is_by_hand()),
            (["/paths/~1orders/get".to_owned()].as_slice(), false)
        );
    }
}
