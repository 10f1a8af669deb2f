//! Runs `cargo xtask conformance` on small folders of recordings.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use polar_client::webhook_events::{self, http::HeaderMap};
use serde_json::{Value, json};
use tempfile::TempDir;

const FIXTURES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/conformance");

/// The last line if all fixtures pass.
const WHOLE: &str =
    "responses 4/4 decoded 4/4 lossless 0 unknown; requests 2/2; calls 7/7; errors 4/4; webhooks 1/1 verified 1/1";

const DISCOUNT: &str = "responses/discounts__get.4.json";
const CUSTOMER: &str = "responses/customers__create.2.json";
const WEBHOOK: &str = "webhooks/discount.created.1.json";

/// A temporary folder with recordings.
struct Folder(TempDir);

impl Folder {
    fn empty() -> Self {
        Self(TempDir::new().unwrap())
    }

    /// Creates a folder with all fixtures.
    fn full() -> Self {
        let folder = Self::empty();
        for part in ["responses", "errors", "webhooks"] {
            for entry in fs::read_dir(Path::new(FIXTURES).join(part)).unwrap() {
                let entry = entry.unwrap();
                let text = fs::read_to_string(entry.path()).unwrap();
                folder.write(&format!("{part}/{}", entry.file_name().to_str().unwrap()), &text);
            }
        }
        folder
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    fn write(&self, file: &str, text: &str) {
        let path = self.path().join(file);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    fn read(&self, file: &str) -> Value {
        serde_json::from_str(&fs::read_to_string(self.path().join(file)).unwrap()).unwrap()
    }

    fn edit(&self, file: &str, edit: impl FnOnce(&mut Value)) {
        let mut recording = self.read(file);
        edit(&mut recording);
        self.write(file, &recording.to_string());
    }

    /// Replaces the webhook's body and signs it.
    fn edit_webhook(&self, body: &str) {
        self.edit(WEBHOOK, |recording| {
            let text = |value: &Value| value.as_str().unwrap().to_owned();
            let (secret, id) = (text(&recording["secret"]), text(&recording["headers"]["webhook-id"]));
            let headers: HeaderMap =
                webhook_events::sign(&secret, &id, polar_client::Utc::now(), body.as_bytes()).unwrap();
            for (name, value) in &headers {
                recording["headers"][name.as_str()] = json!(value.to_str().unwrap());
            }
            recording["raw_body"] = json!(body);
        });
    }

    fn judge(&self) -> Judged {
        judge(self.path(), &[])
    }
}

/// The output of the command.
struct Judged {
    passes: bool,
    lines: Vec<String>,
    stderr: String,
}

impl Judged {
    fn last(&self) -> &str {
        self.lines.last().unwrap()
    }

    /// Returns the lines before the last one.
    fn findings(&self) -> &[String] {
        &self.lines[..self.lines.len() - 1]
    }
}

fn judge(folder: &Path, args: &[&str]) -> Judged {
    let mut command = Command::new(env!("CARGO_BIN_EXE_xtask"));
    let Output { status, stdout, stderr } = command.arg("conformance").arg(folder).args(args).output().unwrap();
    Judged {
        passes: status.success(),
        lines: String::from_utf8(stdout).unwrap().lines().map(str::to_owned).collect(),
        stderr: String::from_utf8(stderr).unwrap(),
    }
}

/// Asserts that the command fails with a reason, and prints no counts.
fn assert_refused(folder: &Path, reason: &str) {
    let judged = judge(folder, &[]);
    assert!(!judged.passes);
    assert_eq!(judged.lines, [] as [&str; 0]);
    assert!(judged.stderr.contains(reason), "{}", judged.stderr);
}

#[test]
fn whole_folder_passes_and_ends_with_the_counts() {
    let judged = Folder::full().judge();
    assert_eq!(judged.lines, [WHOLE], "{}", judged.stderr);
    assert!(judged.passes);
}

/// Runs on the full set of recordings, if it is available.
#[test]
fn all_recordings_are_whole() {
    let Some(folder) = std::env::var_os("POLAR_RECORDINGS") else {
        eprintln!("skipped: POLAR_RECORDINGS is not set");
        return;
    };
    let judged = judge(&PathBuf::from(folder), &[]);
    let findings = judged.findings().iter().filter(|line| !line.starts_with("not in the document: "));
    assert_eq!(findings.collect::<Vec<_>>(), [] as [&str; 0]);
    assert!(judged.passes, "{}{}", judged.last(), judged.stderr);
}

#[test]
fn property_of_a_wrong_type_fails_with_file_and_path() {
    let folder = Folder::full();
    folder.edit(DISCOUNT, |recording| recording["response_body"]["products"][1]["name"] = json!(7));
    let judged = folder.judge();

    assert!(!judged.passes);
    let [response, call] = judged.findings() else { panic!("{:?}", judged.lines) };
    assert!(response.starts_with(&format!("{DISCOUNT}: response $.products[1].name: ")), "{response}");
    assert!(call.starts_with(&format!("{DISCOUNT}: call $.products[1].name: ")), "{call}");
    assert_eq!(
        judged.last(),
        "responses 3/4 decoded 3/4 lossless 0 unknown; requests 2/2; calls 6/7; errors 4/4; webhooks 1/1 verified 1/1"
    );
}

#[test]
fn repeating_discount_keeps_its_duration() {
    let folder = Folder::full();
    folder.edit(DISCOUNT, |recording| {
        recording["response_body"]["duration"] = json!("repeating");
        recording["response_body"]["duration_in_months"] = json!(3);
    });
    let judged = folder.judge();
    assert_eq!(judged.lines, [WHOLE]);
    assert!(judged.passes);
}

#[test]
fn undocumented_property_is_listed_and_is_not_a_failure() {
    let folder = Folder::full();
    folder.edit(DISCOUNT, |recording| {
        for product in recording["response_body"]["products"].as_array_mut().unwrap() {
            product["colour"] = json!("red");
        }
    });
    let judged = folder.judge();
    assert_eq!(judged.lines, ["not in the document: discounts:get $.products[].colour (2 times)", WHOLE]);
    assert!(judged.passes);
}

#[test]
fn new_enum_value_is_unknown_and_preserved() {
    let folder = Folder::full();
    folder.edit(DISCOUNT, |recording| {
        recording["response_body"]["products"][0]["visibility"] = json!("whispered");
    });
    let out = TempDir::new().unwrap();
    let judged = judge(folder.path(), &["--emit", out.path().to_str().unwrap()]);

    assert!(judged.passes);
    let [unknown, last] = &judged.lines[..] else { panic!("{:?}", judged.lines) };
    let expected = format!("unknown variant: {DISCOUNT}: $.products[0].visibility: ");
    assert!(unknown.starts_with(&expected), "{unknown}");
    assert_eq!(*last, WHOLE.replace("0 unknown", "1 unknown"));

    let emitted = Folder(out).read(DISCOUNT);
    assert_eq!(emitted["encoded"]["products"][0]["visibility"], "whispered");
}

#[test]
fn event_of_a_new_type_is_unknown_and_preserved() {
    let folder = Folder::full();
    folder.edit_webhook(r#"{"type":"discount.melted","timestamp":"2026-04-01T12:30:00Z","data":{"drops":[1]}}"#);
    let judged = folder.judge();
    assert!(judged.passes);
    let unknown = format!("unknown variant: {WEBHOOK}: $: WebhookPayload");
    assert_eq!(judged.lines, [unknown, WHOLE.replace("0 unknown", "1 unknown")]);
}

#[test]
fn broken_webhook_fails_with_file_and_path() {
    let folder = Folder::full();
    let body = folder.read(WEBHOOK)["raw_body"].as_str().unwrap().to_owned();
    folder.edit_webhook(&body.replace(r#""redemptions_count":0"#, r#""redemptions_count":"0""#));
    let judged = folder.judge();
    assert!(!judged.passes);
    let [failure] = judged.findings() else { panic!("{:?}", judged.lines) };
    assert!(failure.starts_with(&format!("{WEBHOOK}: webhook $.data.redemptions_count: ")), "{failure}");
    assert!(judged.last().ends_with("webhooks 0/1 verified 1/1"), "{}", judged.last());
}

#[test]
fn webhook_signed_with_another_secret_is_not_verified() {
    let folder = Folder::full();
    folder.edit(WEBHOOK, |recording| recording["secret"] = json!("polar_whs_other"));
    let judged = folder.judge();
    assert!(!judged.passes);
    let failure = format!("{WEBHOOK}: webhook $.headers: no signature matches the webhook");
    assert_eq!(judged.lines, [failure, WHOLE.replace("verified 1/1", "verified 0/1")]);
}

#[test]
fn webhook_without_its_signature_is_not_verified() {
    let folder = Folder::full();
    folder.edit(WEBHOOK, |recording| {
        recording["headers"].as_object_mut().unwrap().remove("webhook-signature");
    });
    let judged = folder.judge();
    assert!(!judged.passes);
    let failure = format!("{WEBHOOK}: webhook $.headers: the header `webhook-signature` is missing");
    assert_eq!(judged.lines, [failure, WHOLE.replace("verified 1/1", "verified 0/1")]);
}

#[test]
fn lossy_request_body_fails_with_file_and_path() {
    let folder = Folder::full();
    folder.edit(CUSTOMER, |recording| recording["request_body"]["billing_address"]["planet"] = json!("Mars"));
    let judged = folder.judge();
    assert!(!judged.passes);
    assert_eq!(
        judged.lines,
        [
            format!("{CUSTOMER}: request $.billing_address.planet: \"Mars\" was dropped"),
            format!("{CUSTOMER}: call $.request_body.billing_address.planet: \"Mars\" was dropped"),
            "responses 4/4 decoded 4/4 lossless 0 unknown; requests 1/2; calls 6/7; errors 4/4; webhooks 1/1 verified 1/1"
                .to_owned(),
        ]
    );
}

#[test]
fn request_that_arrives_otherwise_fails() {
    let folder = Folder::full();
    folder.edit(CUSTOMER, |recording| {
        recording["method"] = json!("PUT");
        recording["request_content_type"] = json!("text/plain");
    });
    let judged = folder.judge();
    assert!(!judged.passes);
    assert_eq!(
        judged.findings(),
        [
            format!("{CUSTOMER}: call $.method: `PUT` arrived as `POST`"),
            format!("{CUSTOMER}: call $.request_content_type: `text/plain` arrived as `application/json`"),
        ]
    );
}

#[test]
fn operation_that_the_client_lacks_fails() {
    let folder = Folder::full();
    folder.edit(DISCOUNT, |recording| recording["operation_id"] = json!("discounts:melt"));
    let error = "errors/meters__list.bad_token.json";
    folder.edit(error, |recording| recording["operation_id"] = json!("meters:melt"));
    let judged = folder.judge();
    assert!(!judged.passes);
    assert_eq!(
        judged.lines,
        [
            format!("{DISCOUNT}: call $.operation_id: the client has no `discounts:melt`"),
            format!("{error}: error $.operation_id: the client has no `meters:melt`"),
            "responses 3/3 decoded 3/3 lossless 0 unknown; requests 2/2; calls 6/7; errors 3/4; webhooks 1/1 verified 1/1"
                .to_owned(),
        ]
    );
}

#[test]
fn successes_are_determined_by_status_not_by_folder() {
    let folder = Folder::empty();
    let full = Folder::full();
    folder.write("errors/a.json", &full.read(DISCOUNT).to_string());
    folder.write("responses/b.json", &full.read("errors/meters__list.bad_token.json").to_string());
    let judged = folder.judge();
    assert_eq!(
        judged.lines,
        [
            "responses 1/1 decoded 1/1 lossless 0 unknown; requests 0/0; calls 1/1; errors 1/1; webhooks 0/0 verified 0/0"
        ]
    );
    assert!(judged.passes);
}

#[test]
fn recording_without_an_operation_is_passed_over() {
    let folder = Folder::full();
    let mut other = folder.read(DISCOUNT);
    other.as_object_mut().unwrap().remove("operation_id");
    folder.write("responses/_other.json", &other.to_string());
    assert_eq!(folder.judge().lines, [WHOLE]);
}

#[test]
fn recording_is_judged_regardless_of_its_file_name() {
    let folder = Folder::full();
    let mut other = folder.read(DISCOUNT);
    other["operation_id"] = json!("discounts:melt");
    folder.write("responses/_other.json", &other.to_string());
    let judged = folder.judge();
    assert!(!judged.passes);
    let failure = "responses/_other.json: call $.operation_id: the client has no `discounts:melt`";
    assert!(judged.lines.iter().any(|line| line == failure), "{:?}", judged.lines);
}

#[test]
fn re_encoded_json_is_written_out() {
    let folder = Folder::full();
    let out = Folder::empty();
    let judged = judge(folder.path(), &["--emit", out.path().join("new").to_str().unwrap()]);
    assert!(judged.passes);

    let emitted = out.read(&format!("new/{DISCOUNT}"));
    assert_eq!((&emitted["operation_id"], &emitted["status"]), (&json!("discounts:get"), &json!(200)));
    assert_eq!(emitted["encoded"], folder.read(DISCOUNT)["response_body"]);
    assert_eq!(emitted.get("request_encoded"), None);

    let emitted = out.read(&format!("new/{CUSTOMER}"));
    // The tag of a union is sent even if the recorded request omits it.
    let mut expected = folder.read(CUSTOMER)["request_body"].clone();
    expected["type"] = json!("individual");
    assert_eq!(emitted["request_encoded"], expected);

    let emitted = out.read(&format!("new/{WEBHOOK}"));
    assert_eq!(emitted["type"], "discount.created");
    let received: Value = serde_json::from_str(folder.read(WEBHOOK)["raw_body"].as_str().unwrap()).unwrap();
    assert_eq!(emitted["encoded"], received);

    let emitted = out.read("new/responses/members__delete_member_by_external_id.json");
    assert_eq!(emitted, json!({"operation_id": "members:delete_member_by_external_id", "status": 204}));
}

#[test]
fn recordings_are_not_written_over() {
    let folder = Folder::full();
    let judged = judge(folder.path(), &["--emit", folder.path().to_str().unwrap()]);
    assert!(!judged.passes);
    assert!(judged.stderr.contains("would write over the recordings"), "{}", judged.stderr);
    assert_eq!(folder.judge().lines, [WHOLE]);
}

#[test]
fn missing_folder_is_an_error() {
    assert_refused(&Folder::empty().path().join("nowhere"), "no such folder");
}

#[test]
fn empty_folder_is_an_error() {
    assert_refused(Folder::empty().path(), "no recording");
}

#[test]
fn folder_of_recordings_without_operations_is_an_error() {
    let folder = Folder::empty();
    let mut recording = Folder::full().read("errors/meters__list.bad_token.json");
    recording.as_object_mut().unwrap().remove("operation_id");
    folder.write("errors/_x.json", &recording.to_string());
    assert_refused(folder.path(), "no recording");
}

#[test]
fn malformed_recordings_are_errors() {
    for (file, text) in [
        (DISCOUNT, "{"),
        (DISCOUNT, "[]"),
        (WEBHOOK, r#"{"raw_body": 1}"#),
        ("errors/meters__list.bad_token.json", r#"{"operation_id": "meters:list"}"#),
    ] {
        let folder = Folder::full();
        folder.write(file, text);
        assert_refused(folder.path(), file);
    }
}
