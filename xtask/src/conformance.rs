//! `cargo xtask conformance`: checks the client against recordings of the API.
//!
//! [`judge`] uses the [`document`] to check that a value survives decoding and encoding without loss, with
//! [`validators`] to find the variants that it satisfies. [`replay`] sends recordings through the public client, and
//! [`refusal`] checks how it reads failures. [`emit`] writes the encoded values, and [`report`] collects the findings.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Result, bail};
use polar_client::by_id::Decoded;
use polar_client::codec::{self, DecodeError, Encode};
use polar_client::operation::{JsonType, Success};
use polar_client::webhook_events::{self, Verifier};
use polar_client::{DateTime, Operation};
use polar_loopback::{Recording, Recordings, Webhook};
use serde_json::{Map, Value, json};

use document::Document;
use emit::Emitter;
use judge::{Judge, Rule};
use replay::{Called, Replay};
use report::Report;
use versions::Types;

pub mod document;
mod emit;
pub mod judge;
mod refusal;
mod replay;
mod report;
pub mod validators;
mod versions;

/// Check the client against a folder of recordings
///
/// Decodes each recorded response, webhook and request body, encodes it again, and checks that nothing that the document
/// defines is lost. Verifies the signature of each webhook, and replays each recording through the client over loopback.
/// Lists each failure with its file and JSON path, and ends with a line of counts. Fails if there is any failure.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The folder, with `responses/`, `errors/` and `webhooks/`
    dir: PathBuf,

    /// The version of the API whose types and document are used
    #[arg(long, value_name = "VERSION", default_value = polar_client::API_VERSION)]
    api_version: String,

    /// Write the encoded JSON to files of the same names in this folder
    #[arg(long, value_name = "OUT")]
    emit: Option<PathBuf>,
}

/// Runs the command. Succeeds if there are no failures.
///
/// # Errors
/// If the folder is missing, empty or malformed, or if nothing can be written to `--emit`.
pub fn run(args: &Args) -> Result<ExitCode> {
    let recordings = Recordings::load(&args.dir)?;
    if args.emit.as_deref().is_some_and(|out| same_folder(out, &args.dir)) {
        bail!("--emit would write over the recordings in {}", args.dir.display());
    }
    let types = Types::of(&args.api_version)?;
    let document = Document::vendored(types.version)?;
    let mut conformance = Conformance {
        types,
        judge: Judge::new(document.root())?,
        document: &document,
        replay: Replay::start()?,
        emitter: Emitter::new(args.emit.clone()),
        report: Report::default(),
    };
    for (folder, recordings) in [("responses", &recordings.responses), ("errors", &recordings.errors)] {
        for recording in recordings {
            conformance.recording(&format!("{folder}/{}.json", recording.name), recording)?;
        }
    }
    for webhook in &recordings.webhooks {
        conformance.webhook(&format!("webhooks/{}.json", webhook.name), webhook)?;
    }
    let report = conformance.report;
    if report.is_empty() {
        bail!("{}: no recording of an operation or a webhook", args.dir.display());
    }
    report.print(&mut std::io::stdout().lock())?;
    Ok(if report.is_whole() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn same_folder(a: &Path, b: &Path) -> bool {
    matches!((a.canonicalize(), b.canonicalize()), (Ok(a), Ok(b)) if a == b)
}

struct Conformance<'d> {
    types: &'static Types,
    document: &'d Document,
    judge: Judge<'d>,
    replay: Replay,
    emitter: Emitter,
    report: Report,
}

/// Encodes a decoded value again.
fn encoded(value: &dyn Encode) -> Result<Value> {
    Ok(serde_json::from_slice(&codec::to_vec(value))?)
}

impl Conformance<'_> {
    fn recording(&mut self, file: &str, recording: &Recording) -> Result<()> {
        let Some(id) = &recording.operation_id else {
            return Ok(());
        };
        let operation = self.types.operation(id);
        if !recording.is_success() {
            let before = self.report.failures();
            match operation {
                Some(operation) => self.error(file, operation, recording),
                None => self.report.fail(file, "error", "$.operation_id", format_args!("the client has no `{id}`")),
            }
            self.report.errors.add(self.report.failures() == before);
            return Ok(());
        }
        let mut emitted = Map::new();
        emitted.insert("operation_id".to_owned(), json!(id));
        emitted.insert("status".to_owned(), json!(recording.status));
        self.response(file, id, operation, recording, &mut emitted)?;
        let is_outdated = self.is_outdated(id, recording)?;
        if is_outdated {
            self.report.outdated(file);
        } else {
            self.request(file, id, operation, recording, &mut emitted)?;
        }
        self.emitter.write(file, &Value::Object(emitted))?;
        if is_outdated {
            return Ok(());
        }

        let before = self.report.failures();
        match operation {
            Some(operation) => self.call(file, operation, recording)?,
            None => self.report.fail(file, "call", "$.operation_id", format_args!("the client has no `{id}`")),
        }
        self.report.calls.add(self.report.failures() == before);
        Ok(())
    }

    /// Returns true if the request belongs to the default version, and the document of this version rejects it.
    fn is_outdated(&self, id: &str, recording: &Recording) -> Result<bool> {
        match (&recording.request_body, self.document.request(id)) {
            (Some(body), Some(schema)) if self.types.version != polar_client::API_VERSION => {
                Ok(!self.judge.accepts(body, schema)?)
            }
            _ => Ok(false),
        }
    }

    /// Checks the body of a successful response, if it has a type in the document.
    fn response(
        &mut self,
        file: &str,
        id: &str,
        operation: Option<&Operation>,
        recording: &Recording,
        emitted: &mut Map<String, Value>,
    ) -> Result<()> {
        let Some(schema) = self.document.response(id, recording.status) else {
            return Ok(());
        };
        if !has_json(recording) {
            return Ok(());
        }
        let decoded = match operation.map(Operation::success) {
            Some(Success::Json(ty) | Success::OptionalJson(ty)) => Ok(ty.decode(&recording.response_bytes())),
            _ => Err("the client has no type for it"),
        };
        let encoded = match decoded {
            Ok(Ok(value)) => Some(encoded(&*value)?),
            Ok(Err(error)) => {
                self.report.fail(file, "response", &error.path(), error.message());
                None
            }
            Err(reason) => {
                self.report.fail(file, "response", "$", reason);
                None
            }
        };
        self.report.decoded.add(encoded.is_some());
        let lossless = match encoded {
            Some(encoded) => {
                let lossless = self.judge(file, "response", id, &recording.response_body, &encoded, schema)?;
                emitted.insert("encoded".to_owned(), encoded);
                lossless
            }
            None => false,
        };
        self.report.lossless.add(lossless);
        Ok(())
    }

    /// Judges a response or a webhook, and records values that the document does not know.
    fn judge(
        &mut self,
        file: &str,
        part: &str,
        of: &str,
        received: &Value,
        encoded: &Value,
        schema: &Value,
    ) -> Result<bool> {
        let verdict = self.judge.judge(received, encoded, schema, Rule::Lossless)?;
        for path in &verdict.unknown {
            self.report.unknown(file, path, of);
        }
        for path in &verdict.undocumented {
            self.report.undocumented(of, path);
        }
        for loss in &verdict.losses {
            self.report.fail(file, part, &loss.path, &loss.what);
        }
        Ok(verdict.losses.is_empty())
    }

    /// Checks the request body of a successful call.
    fn request(
        &mut self,
        file: &str,
        id: &str,
        operation: Option<&Operation>,
        recording: &Recording,
        emitted: &mut Map<String, Value>,
    ) -> Result<()> {
        let Some(body) = &recording.request_body else {
            return Ok(());
        };
        let before = self.report.failures();
        match operation.and_then(Operation::body).map(|(_, ty)| decode(ty, body)) {
            Some(Ok(value)) => {
                let encoded = encoded(&*value)?;
                for (path, what) in self.changes(id, body, &encoded)? {
                    self.report.fail(file, "request", &path, what);
                }
                emitted.insert("request_encoded".to_owned(), encoded);
            }
            Some(Err(error)) => self.report.fail(file, "request", &error.path(), error.message()),
            None => self.report.fail(file, "request", "$", "the client has no type for it"),
        }
        self.report.requests.add(self.report.failures() == before);
        Ok(())
    }

    /// Returns the differences between a recorded request body and the encoded one.
    fn changes(&self, id: &str, recorded: &Value, body: &Value) -> Result<Vec<(String, String)>> {
        let anything = json!({});
        let schema = self.document.request(id).unwrap_or(&anything);
        let verdict = self.judge.judge(recorded, body, schema, Rule::Same)?;
        Ok(verdict.losses.into_iter().map(|loss| (loss.path, loss.what)).collect())
    }

    /// Replays a successful call.
    fn call(&mut self, file: &str, operation: &'static Operation, recording: &Recording) -> Result<()> {
        let Called { request, outcome } = match self.replay.call(operation, recording, recording.request_body.as_ref())
        {
            Ok(called) => called,
            Err(reason) => {
                self.report.fail(file, "call", "$.path", reason);
                return Ok(());
            }
        };
        match outcome {
            Ok(response) => {
                if response.raw.status.as_u16() != recording.status {
                    self.report.fail(file, "call", "$.status", format_args!("became {}", response.raw.status));
                }
                let recorded = recording.response_body.as_str();
                match response.value {
                    Decoded::Csv(text) if Some(text.as_str()) != recorded => {
                        self.report.fail(file, "call", "$.response_body", "the text is another one");
                    }
                    _ => {}
                }
            }
            Err(error) => match error.decode_error() {
                Some(source) => self.report.fail(file, "call", &source.path(), source.message()),
                None => self.report.fail(file, "call", "$", format_args!("{:#}", anyhow::Error::from(error))),
            },
        }
        let Some(request) = request else {
            return Ok(());
        };
        let format = operation.body().map(|(format, _)| format.content_type());
        for (property, what) in replay::differences(recording, &request, format) {
            self.report.fail(file, "call", &format!("$.{property}"), what);
        }
        let is_form = format == Some("application/x-www-form-urlencoded");
        let recorded = recording.request_body.as_ref();
        let recorded = recorded.map(|body| if is_form { replay::form_fields(body) } else { body.clone() });
        match (recorded, replay::body(&request)) {
            (_, Err(reason)) => self.report.fail(file, "call", "$.request_body", reason),
            (None, Ok(None)) => {}
            (Some(recorded), Ok(Some(arrived))) => {
                for (path, what) in self.changes(operation.id(), &recorded, &arrived)? {
                    let path = path.replacen('$', "$.request_body", 1);
                    self.report.fail(file, "call", &path, what);
                }
            }
            (Some(_), Ok(None)) => self.report.fail(file, "call", "$.request_body", "no body arrived"),
            (None, Ok(Some(_))) => self.report.fail(file, "call", "$.request_body", "a body arrived"),
        }
        Ok(())
    }

    /// Replays a failure. Only the client's reading of the response is checked, not the request.
    fn error(&mut self, file: &str, operation: &'static Operation, recording: &Recording) {
        let fail = |report: &mut Report, path: &str, what: String| report.fail(file, "error", path, what);
        // Recorded input may be invalid on purpose, and is then rejected by the types.
        let body = recording.request_body.as_ref();
        let accepts = |body: &&Value| operation.body().is_some_and(|(_, ty)| decode(ty, body).is_ok());
        let error = match self.replay.provoke(operation, recording, body.filter(accepts)) {
            Err(error) => error,
            Ok(_) => return fail(&mut self.report, "$.status", "it passed for a success".to_owned()),
        };
        let Some(api) = error.api() else {
            return fail(&mut self.report, "$", error.to_string());
        };
        for (path, what) in refusal::misread(recording, &error, api) {
            fail(&mut self.report, path, what);
        }
    }

    fn webhook(&mut self, file: &str, webhook: &Webhook) -> Result<()> {
        let whole = self.webhook_body(file, webhook)?;
        self.report.webhooks.add(whole);
        let verified = verify(webhook);
        if let Err(error) = &verified {
            self.report.fail(file, "webhook", "$.headers", error);
        }
        self.report.verified.add(verified.is_ok());
        Ok(())
    }

    fn webhook_body(&mut self, file: &str, webhook: &Webhook) -> Result<bool> {
        let payload = match (self.types.webhook)(webhook.raw_body.as_bytes()) {
            Ok(payload) => payload,
            Err(error) => {
                self.report.fail(file, "webhook", &error.path(), error.message());
                return Ok(false);
            }
        };
        let encoded = encoded(&*payload)?;
        let received: Value = serde_json::from_str(&webhook.raw_body)?;
        let event_type = received.get("type").and_then(Value::as_str).unwrap_or_default();
        let impossible = Value::Bool(false);
        let schema = self.document.webhook(event_type);
        if schema.is_none() {
            self.report.unknown(file, "$", "WebhookPayload");
        }
        // All properties of an unknown event must be preserved.
        let schema = schema.unwrap_or(&impossible);
        let lossless = self.judge(file, "webhook", event_type, &received, &encoded, schema)?;
        let emitted = json!({
            "type": event_type,
            "encoded": encoded,
        });
        self.emitter.write(file, &emitted)?;
        Ok(lossless)
    }
}

/// Verifies the signature of a delivery at the time it was sent.
fn verify(webhook: &Webhook) -> Result<(), webhook_events::Error> {
    let header = |name: &str| webhook.headers.get(name).map(String::as_str);
    let sent = header(webhook_events::TIMESTAMP).and_then(|seconds| seconds.parse().ok());
    let now = sent.and_then(|seconds| DateTime::from_timestamp(seconds, 0)).unwrap_or_default();
    let verifier = Verifier::new([&webhook.secret])?.clock(move || now);
    match verifier.verify_with(header, webhook.raw_body.as_bytes()) {
        // Errors in the body have already been reported.
        Ok(_) | Err(webhook_events::Error::Decode(_) | webhook_events::Error::OtherVersion { .. }) => Ok(()),
        Err(error) => Err(error),
    }
}

fn decode(ty: JsonType, body: &Value) -> Result<Box<dyn Encode + Send>, DecodeError> {
    ty.decode(body.to_string().as_bytes())
}

/// Returns true if a recorded response has a JSON body.
fn has_json(recording: &Recording) -> bool {
    let content_type = recording.response_headers.get("content-type");
    let essence = content_type.and_then(|value| value.split(';').next()).unwrap_or_default();
    let is_json = essence.trim().ends_with("/json") || essence.trim().ends_with("+json");
    is_json && !matches!(recording.response_bytes().as_slice(), b"" | b"null")
}
