//! Runs `cargo xtask refresh-spec` on small projects in temporary folders.

mod published;

use std::ffi::OsStr;
use std::fs;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::thread;

use serde_json::{Value, json};
use tempfile::TempDir;

const OVERLAY: &str = "\
overlay: 1.0.0
info: {title: Ours, version: 1.0.0}
actions:
  - target: $.paths
    update:
      /v1/keys/:
        get:
          operationId: api_keys:list
          tags: [api_keys, private]
          responses:
            '200':
              content:
                application/json:
                  schema: {$ref: '#/components/schemas/Key'}
  - target: $.paths['/v1/orders/'].get
    update:
      summary: Lists the orders.
      parameters:
        - name: sorting
          in: query
          description: What comes first.
          schema: {type: string}
  - target: $.components.schemas.Order.properties.status
    update:
      x-ours: true
      enum: [void]
";

const MANIFEST: &str = "\
[package]
name = \"demo\"

[features]
# resources: written by `cargo xtask refresh-spec`, from here
# resources: to here
extra = []
";

/// A temporary project, and an upstream document.
struct Project {
    folder: TempDir,
}

impl Project {
    fn new() -> Self {
        let project = Self { folder: TempDir::new().unwrap() };
        fs::create_dir_all(project.path("openapi/overlays")).unwrap();
        project.write("openapi/overlays/10-ours.yaml", OVERLAY);
        project.write("Cargo.toml", MANIFEST);
        project.write("upstream.json", &upstream().to_string());
        project
    }

    /// Creates a project whose document is up to date.
    fn refreshed() -> Self {
        let project = Self::new();
        succeeds(&project.refresh(&[]));
        project
    }

    fn path(&self, path: &str) -> PathBuf {
        self.folder.path().join(path)
    }

    fn write(&self, path: &str, text: &str) {
        fs::write(self.path(path), text).unwrap();
    }

    fn read(&self, path: &str) -> String {
        fs::read_to_string(self.path(path)).unwrap()
    }

    fn document(&self) -> Value {
        serde_json::from_str(&self.read("openapi/2026-04.json")).unwrap()
    }

    /// Runs the command with the upstream document and further arguments, without compiling.
    fn refresh(&self, arguments: &[&str]) -> Output {
        self.refresh_from(self.path("upstream.json"), arguments)
    }

    fn refresh_from(&self, from: impl AsRef<Path>, arguments: &[&str]) -> Output {
        let from = ["--no-compile".as_ref(), "--from".as_ref(), from.as_ref().as_os_str()];
        self.run(from.into_iter().chain(arguments.iter().map(OsStr::new)))
    }

    /// Runs the command.
    fn run<'a>(&self, arguments: impl IntoIterator<Item = &'a OsStr>) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_xtask"));
        command.arg("refresh-spec").args(arguments);
        command.arg("--root").arg(self.folder.path());
        // The tests use only the loopback interface.
        for proxy in ["http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"] {
            command.env_remove(proxy);
        }
        command.output().unwrap()
    }

    /// Asserts that a refresh fails, writes nothing, and prints all of `parts`.
    fn refuses(&self, from: impl AsRef<Path>, parts: &[&str]) {
        let files = ["openapi/2026-04.json", "Cargo.toml"];
        let before = files.map(|file| self.read(file));
        let error = fails(&self.refresh_from(from, &[]));
        for part in parts {
            assert!(error.contains(part), "{part:?} is not in: {error}");
        }
        assert_eq!(files.map(|file| self.read(file)), before);
    }
}

fn upstream() -> Value {
    json!({
        "openapi": "3.1.0",
        "info": {"title": "Demo", "version": "2026-04", "description": "Prose."},
        "tags": [{"name": "orders", "description": "Prose."}],
        "paths": {
            "/v1/orders/": {"get": {
                "operationId": "orders:list",
                "tags": ["orders", "public"],
                "summary": "Prose.",
                "x-codeSamples": ["Prose."],
                "responses": {"200": {"description": "Prose.", "content": {
                    "application/json": {"schema": {"$ref": "#/components/schemas/Order"}},
                }}},
            }},
            "/v1/internal/": {"get": {"operationId": "internal:list", "tags": ["internal"]}},
        },
        "components": {"schemas": {
            "Order": {
                "type": "object",
                "title": "Prose.",
                "required": ["status", "description"],
                "properties": {
                    "description": {"type": "string", "description": "Prose."},
                    "status": {"type": "string", "enum": ["pending", "paid"]},
                },
            },
            "Key": {"type": "integer"},
            "Unused": {"type": "string"},
        }},
    })
}

fn succeeds(output: &Output) -> String {
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{error}");
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn fails(output: &Output) -> String {
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    String::from_utf8(output.stderr.clone()).unwrap()
}

/// Serves a response to a single HTTP request, and returns the URL.
fn serve(answer: impl Into<String>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/openapi.json", listener.local_addr().unwrap());
    let answer = answer.into();
    thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut request = Vec::new();
        while !request.ends_with(b"\r\n\r\n") {
            let mut byte = [0];
            stream.read_exact(&mut byte).unwrap();
            request.extend(byte);
        }
        stream.write_all(answer.as_bytes()).unwrap();
    });
    url
}

#[test]
fn vendored_document_has_facts_and_overlays() {
    let project = Project::refreshed();
    assert_eq!(
        project.document(),
        json!({
            "openapi": "3.1.0",
            "info": {"title": "Demo", "version": "2026-04"},
            "paths": {
                "/v1/orders/": {"get": {
                    "operationId": "orders:list",
                    "tags": ["orders", "public"],
                    "summary": "Lists the orders.",
                    "parameters": [{
                        "name": "sorting", "in": "query", "description": "What comes first.",
                        "schema": {"type": "string"},
                    }],
                    "responses": {"200": {"description": "OK", "content": {
                        "application/json": {"schema": {"$ref": "#/components/schemas/Order"}},
                    }}},
                }},
                "/v1/keys/": {"get": {
                    "operationId": "api_keys:list",
                    "tags": ["api_keys", "private"],
                    "responses": {"200": {"description": "OK", "content": {
                        "application/json": {"schema": {"$ref": "#/components/schemas/Key"}},
                    }}},
                    "x-from-overlay": true,
                }},
            },
            "components": {"schemas": {
                "Order": {
                    "type": "object",
                    "required": ["status", "description"],
                    "properties": {
                        "description": {"type": "string"},
                        "status": {
                            "type": "string", "enum": ["pending", "paid", "void"], "x-ours": true,
                        },
                    },
                },
                "Key": {"type": "integer"},
            }},
        })
    );
    assert!(project.read("openapi/2026-04.json").ends_with("}\n"));
    assert_eq!(
        project.read("Cargo.toml"),
        MANIFEST.replace(
            "# resources: to here",
            "all-resources = [\n    \"api-keys\",\n    \"orders\",\n]\n\
             api-keys = []\norders = []\n\
             # Versions of the API. The one at the root is always there, so that its feature adds nothing.\n\
             all-versions = [\"v2026-04\"]\nv2026-04 = []\n# resources: to here"
        )
    );
}

#[test]
fn a_refresh_from_its_own_result_changes_nothing() {
    let project = Project::refreshed();
    let before = project.read("openapi/2026-04.json");
    let output = project.refresh_from(project.path("openapi/2026-04.json"), &[]);
    assert!(succeeds(&output).contains("nothing to write"));
    assert_eq!(project.read("openapi/2026-04.json"), before);
}

#[test]
fn a_changed_overlay_applies_without_upstream() {
    let project = Project::refreshed();
    let changed = OVERLAY.replace("Lists the orders.", "Lists orders.");
    project.write("openapi/overlays/10-ours.yaml", &changed);
    succeeds(&project.refresh_from(project.path("openapi/2026-04.json"), &[]));
    let summary = &project.document()["paths"]["/v1/orders/"]["get"]["summary"];
    assert_eq!(summary, "Lists orders.");
}

#[test]
fn report_lists_changes_and_missing_docs() {
    let project = Project::refreshed();
    let mut upstream = upstream();
    let order = &mut upstream["components"]["schemas"]["Order"];
    order["properties"]["total"] = json!({"type": "integer"});
    order["required"] = json!(["description"]);
    project.write("upstream.json", &upstream.to_string());
    assert_eq!(
        succeeds(&project.refresh(&[])),
        "breaking  property changed: Order.status: no longer required\n\
         additive  property added: Order.total: optional\n\
         1 breaking, 1 additive: 1 property changed, 1 property added\n\
         without doc text: 1 of 2 operations, 2 of 2 schemas, 3 of 3 properties\n  \
         no summary: api_keys:list\n\
         wrote openapi/2026-04.json\n"
    );
}

#[test]
fn check_passes_when_all_is_up_to_date() {
    let project = Project::refreshed();
    let said = succeeds(&project.refresh(&["--check"]));
    assert_eq!(said, "openapi/2026-04.json and Cargo.toml are up to date\n");
}

#[test]
fn check_fails_without_writing_if_the_document_would_change() {
    let project = Project::refreshed();
    let before = project.read("openapi/2026-04.json");
    let mut upstream = upstream();
    upstream["info"]["version"] = json!("2026-10");
    project.write("upstream.json", &upstream.to_string());
    let output = project.refresh(&["--check"]);
    let error = fails(&output);
    assert_eq!(
        error,
        "error: openapi/2026-10.json and openapi/default-version and Cargo.toml would change; run `cargo xtask refresh-spec`\n"
    );
    let said = String::from_utf8(output.stdout).unwrap();
    assert_eq!(said, "0 breaking, 1 additive: 1 document changed\n");
    assert_eq!(project.read("openapi/2026-04.json"), before);
}

#[test]
fn check_fails_when_the_features_would_change() {
    let project = Project::refreshed();
    project.write("Cargo.toml", MANIFEST);
    let error = fails(&project.refresh(&["--check"]));
    assert!(error.contains("Cargo.toml would change"), "{error}");
    assert_eq!(project.read("Cargo.toml"), MANIFEST);
}

#[test]
fn a_first_check_fails_and_makes_no_document() {
    let project = Project::new();
    let error = fails(&project.refresh(&["--check"]));
    assert!(error.contains("openapi/2026-04.json and openapi/default-version and Cargo.toml would change"), "{error}");
    assert!(!project.path("openapi/2026-04.json").exists());
}

#[test]
fn missing_markers_leave_everything_as_it_was() {
    let project = Project::refreshed();
    project.write("Cargo.toml", "[features]\n");
    project.refuses(project.path("upstream.json"), &["Cargo.toml", "expected the line `# resources"]);
}

#[test]
fn truncated_json_is_refused_with_its_place() {
    let project = Project::refreshed();
    project.write("upstream.json", "{\n  \"openapi\": \"3.1.0\",\n  \"paths\": {");
    let parts = ["upstream.json: not JSON", "line 3 column 12"];
    project.refuses(project.path("upstream.json"), &parts);
}

#[test]
fn other_documents_than_openapi_are_rejected() {
    let project = Project::refreshed();
    for (text, part) in [
        ("", "the document is empty"),
        ("[]", "not an object"),
        ("{}", "`openapi` is missing"),
        (r#"{"swagger": "2.0", "paths": {}}"#, "`openapi` is missing"),
        (r#"{"openapi": "3.0.3"}"#, "`openapi` is \"3.0.3\", expected 3.1.x"),
        (r#"{"openapi": "3.1.0"}"#, "`paths` is missing"),
        (r#"{"openapi": "3.1.0", "paths": {}}"#, "`paths` is empty"),
        (r#"{"openapi": "3.1.0", "paths": []}"#, "`paths` is not an object"),
        (r#"{"openapi": "3.1.0", "info": {"version": "1"}, "paths": {"/a": {"get": {}}}}"#, "no operation has the tag"),
    ] {
        project.write("upstream.json", text);
        project.refuses(project.path("upstream.json"), &["upstream.json: ", part]);
    }
}

#[test]
fn an_unreadable_path_is_refused() {
    let project = Project::refreshed();
    project.refuses(project.path("gone.json"), &["cannot read ", "gone.json: No such file"]);
    // A folder can be opened like a file, but not read.
    project.refuses(project.path("openapi"), &["cannot read ", "openapi: "]);
}

#[test]
fn a_document_is_downloaded() {
    let project = Project::new();
    let body = upstream().to_string();
    let url = serve(format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{body}", body.len()));
    succeeds(&project.refresh_from(url, &[]));
    assert_eq!(project.document()["info"]["title"], "Demo");
}

#[test]
fn a_missing_page_is_refused() {
    let project = Project::refreshed();
    let url = serve("HTTP/1.1 404 Not Found\r\ncontent-length: 2\r\n\r\n{}");
    let part = format!("cannot download {url}: the server responded with 404 Not Found");
    project.refuses(&url, &[&part]);
}

#[test]
fn a_download_that_breaks_off_is_refused() {
    let project = Project::refreshed();
    let url = serve("HTTP/1.1 200 OK\r\ncontent-length: 5000\r\n\r\n{\"openapi\":");
    project.refuses(&url, &[&format!("cannot download {url}: the body breaks off")]);
}

#[test]
fn unreachable_server_is_an_error() {
    let project = Project::refreshed();
    // The port is released again, so nothing listens on it.
    let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let url = format!("http://{address}/openapi.json");
    project.refuses(&url, &[&format!("cannot download {url}")]);
}

/// An overlay whose first action applies, whose second only describes something missing, and whose third fixes it.
const ROTTEN: &str = "\
overlay: 1.0.0
info: {title: T, version: 1.0.0}
actions:
  - target: $.paths['/v1/orders/'].get
    update:
      description: Newest first.

  # An operation of the past.
  - target: $.paths['/v1/gone/'].get
    update:
      summary: Lists what is gone.
  - target: $.components.schemas.Gone
    update:
      x-rust-name: Lost
";

#[test]
fn actions_whose_target_is_gone_are_passed_over_and_reported() {
    let project = Project::refreshed();
    project.write("openapi/overlays/20-rotten.yaml", ROTTEN);
    let report = succeeds(&project.refresh(&[]));
    for line in [
        "overlays that no longer apply: 1 rules, 1 texts",
        "20-rotten.yaml: actions[1]: target `$.paths['/v1/gone/'].get`: matches nothing (prose)",
        "20-rotten.yaml: actions[2]: target `$.components.schemas.Gone`: matches nothing (rule)",
    ] {
        assert!(report.contains(line), "{line:?} is not in: {report}");
    }
    assert_eq!(project.document()["paths"]["/v1/orders/"]["get"]["description"], "Newest first.");
}

#[test]
fn dead_actions_are_pruned_on_demand() {
    let project = Project::refreshed();
    project.write("openapi/overlays/20-rotten.yaml", ROTTEN);
    let report = succeeds(&project.refresh(&["--prune-overlays"]));
    assert!(report.contains("removed 2 of 2 unused parts of 20-rotten.yaml"), "{report}");
    let (kept, _) = ROTTEN.split_once("  # An operation").unwrap();
    assert_eq!(project.read("openapi/overlays/20-rotten.yaml"), kept);
    let report = succeeds(&project.refresh(&[]));
    assert!(!report.contains("no longer apply"), "{report}");
}

#[test]
fn refusal_names_the_lost_rule() {
    let project = Project::new();
    let mut upstream = upstream();
    // These two cannot be distinguished, and the rule that did has lost its target.
    upstream["components"]["schemas"]["Order"]["properties"]["payer"] = json!({"anyOf": [
        {"type": "object", "properties": {"name": {"type": "string"}}},
        {"type": "object", "properties": {"name": {"type": "string"}}},
    ]});
    project.write("upstream.json", &upstream.to_string());
    project.write(
        "openapi/overlays/20-rotten.yaml",
        "overlay: 1.0.0\ninfo: {title: T, version: 1.0.0}\nactions:\n  \
         - {target: $.components.schemas.Buyer, update: {x-rust-name: Payer}}\n",
    );
    let error = fails(&project.refresh(&[]));
    for part in [
        "no client can be generated from the document: 1 place cannot be decided",
        "/components/schemas/Order/properties/payer: nothing tells the variants of the union `OrderPayer` apart",
        "    - target: $.components.schemas.Order.properties.payer\n      update: { x-untyped: true }\n",
        "overlay rules whose target no longer exists:",
        "20-rotten.yaml: actions[0]: target `$.components.schemas.Buyer`: matches nothing (rule)",
    ] {
        assert!(error.contains(part), "{part:?} is not in: {error}");
    }
    assert!(!project.path("openapi/2026-04.json").exists());
}

#[test]
fn invalid_yaml_overlay_is_rejected() {
    let project = Project::refreshed();
    project.write("openapi/overlays/20-broken.yaml", "overlay: [1.0.0\nactions: }");
    let parts = ["20-broken.yaml: not YAML", "line 2"];
    project.refuses(project.path("upstream.json"), &parts);
}

#[test]
fn an_overlay_that_changes_its_own_result_is_refused() {
    let project = Project::refreshed();
    project.write(
        "openapi/overlays/20-again.yaml",
        "overlay: 1.0.0\ninfo: {title: T, version: 1.0.0}\nactions:\n  \
         - {target: '$.components.schemas.Order.properties.status.enum[0]', remove: true}\n",
    );
    project
        .refuses(project.path("upstream.json"), &["changes it, at #/components/schemas/Order/properties/status/enum"]);
}

/// Returns an upstream document with several kinds of faults: a dangling reference, an ambiguous union, and an
/// operation that cannot be generated.
fn faulty() -> Value {
    let mut upstream = upstream();
    let order = &mut upstream["components"]["schemas"]["Order"]["properties"];
    order["buyer"] = json!({"$ref": "#/components/schemas/Gone"});
    let branch = json!({"type": "object", "properties": {"name": {"type": "string"}}});
    order["payer"] = json!({"anyOf": [branch, branch]});
    upstream["paths"]["/v1/odd/"] = json!({"get": {
        "operationId": "odd", "tags": ["public"], "responses": {"204": {}},
    }});
    upstream
}

#[test]
fn all_faults_are_reported_at_once_with_their_fixes() {
    let project = Project::refreshed();
    project.write("upstream.json", &faulty().to_string());
    let report = project.path("refusal.json");
    project.refuses(
        project.path("upstream.json"),
        &[
            "3 places cannot be decided",
            "\n  /components/schemas/Order/properties/buyer/$ref: `#/components/schemas/Gone` does not exist\n    \
             - target: $.components.schemas\n      update: { Gone: {} }\n",
            "\n  /paths/~1v1~1odd~1/get: `odd`: an operation id without a group\n    - target: $.paths['/v1/odd/'].get\n      remove: true",
            "\n  /components/schemas/Order/properties/payer: nothing tells",
        ],
    );
    fails(&project.refresh(&["--report", report.to_str().unwrap()]));
    let refusal: Value = serde_json::from_str(&project.read("refusal.json")).unwrap();
    let faults = refusal["refused"]["faults"].as_array().unwrap();
    assert_eq!(faults.len(), 3);
    assert_eq!(faults[0]["overlay"], "- target: $.components.schemas\n  update: { Gone: {} }");
}

#[test]
fn proposed_fixes_can_be_written_and_suffice() {
    let project = Project::refreshed();
    project.write("upstream.json", &faulty().to_string());
    let report = succeeds(&project.refresh(&["--mend"]));
    assert!(report.contains("additive  property added: Order.payer: optional"), "{report}");
    let overlay = project.read("openapi/overlays/90-undecided.yaml");
    assert_eq!(overlay.matches("- target: ").count(), 3, "{overlay}");
    let payer = &project.document()["components"]["schemas"]["Order"]["properties"]["payer"];
    assert_eq!(payer["x-untyped"], true);
    // No further intervention is needed, and the overlay is not changed again.
    assert!(succeeds(&project.refresh(&["--mend"])).contains("nothing to write"));
    assert!(succeeds(&project.refresh(&["--check"])).contains("up to date"));
    assert_eq!(project.read("openapi/overlays/90-undecided.yaml"), overlay);
    assert!(succeeds(&project.refresh_from(project.path("openapi/2026-04.json"), &[])).contains("nothing to write"));
}

/// Returns an upstream document with a change of each kind.
fn changed() -> Value {
    let mut upstream = upstream();
    let order = &mut upstream["components"]["schemas"]["Order"];
    order["properties"]["total"] = json!({"type": "integer"});
    order["properties"]["status"]["enum"] = json!(["pending"]);
    upstream
}

#[test]
fn report_is_text_or_json_on_stdout_and_in_a_file() {
    let project = Project::refreshed();
    project.write("upstream.json", &changed().to_string());
    let (text, json) = (project.path("report.md"), project.path("report.json"));
    let said = succeeds(&project.refresh(&["--format", "json", "--report", text.to_str().unwrap()]));
    let report: Value = serde_json::from_str(&said).unwrap();
    assert_eq!(report["summary"], "1 breaking, 1 additive: 1 property added, 1 enum value removed");
    let [breaking, additive] = report["changes"].as_array().unwrap().as_slice() else { panic!("{report:#}") };
    assert_eq!(breaking["impact"], "breaking");
    assert_eq!(breaking["subject"], "enum_value");
    assert_eq!(breaking["name"], "OrderStatus \"paid\"");
    assert_eq!((&additive["name"], &additive["detail"]), (&json!("Order.total"), &json!("optional")));
    let text = project.read("report.md");
    assert!(text.starts_with("breaking  enum value removed: OrderStatus \"paid\"\n"), "{text}");

    // The other formats. Now nothing has changed.
    let said = succeeds(&project.refresh(&["--report", json.to_str().unwrap()]));
    assert!(said.starts_with("no changes of the API\n"), "{said}");
    let report: Value = serde_json::from_str(&project.read("report.json")).unwrap();
    assert_eq!((&report["changes"], &report["summary"]), (&json!([]), &json!("no changes of the API")));
}

#[test]
fn the_changelog_gets_an_entry_and_the_version_is_raised() {
    let project = Project::refreshed();
    let version = "[workspace]\nmembers = []\n\n[workspace.package]\nversion = \"0.3.1\"\n\n";
    project.write("Cargo.toml", &format!("{version}{}", project.read("Cargo.toml")));
    project.write("CHANGELOG.md", "# Changelog\n\n## Unreleased\n\n## 0.3.1 - 2026-11-01\n\nOld.\n");
    project.write("upstream.json", &changed().to_string());
    let said = succeeds(&project.refresh(&["--write-changelog"]));
    assert!(said.ends_with("wrote an entry into CHANGELOG.md\nraised the version from 0.3.1 to 0.4.0\n"), "{said}");
    assert_eq!(
        project.read("CHANGELOG.md"),
        "# Changelog\n\n## Unreleased\n\n### Added\n- API: properties: `Order.total` (optional).\n\n### Removed\n\
         - API: **Breaking**: values: `OrderStatus \"paid\"`.\n\n## 0.3.1 - 2026-11-01\n\nOld.\n"
    );
    assert!(project.read("Cargo.toml").contains("version = \"0.4.0\""));
    // The next refresh before a release adds entries, but does not raise the version twice.
    let mut upstream = changed();
    upstream["components"]["schemas"]["Order"]["properties"]["total"] = json!({"type": "string"});
    project.write("upstream.json", &upstream.to_string());
    let said = succeeds(&project.refresh(&["--write-changelog"]));
    assert!(said.ends_with("the version stays 0.4.0: 0.3.1 is released\n"), "{said}");
    let changelog = project.read("CHANGELOG.md");
    let line = "### Changed\n- API: **Breaking**: properties: `Order.total` (Integer became String).\n";
    assert!(changelog.contains(line), "{changelog}");
}

#[test]
fn parts_of_actions_are_pruned_on_demand() {
    let project = Project::refreshed();
    let head =
        "overlay: 1.0.0\ninfo: {title: T, version: 1.0.0}\nactions:\n  - target: $.components.schemas\n    update:\n";
    let order = "      Order:\n        description: What was bought.\n        properties:\n          \
                 status: { description: How far it is. }\n";
    let gone = "          gone:\n            description: Gone.\n      Lost:\n        description: Lost.\n";
    project.write("openapi/overlays/20-prose.yaml", &format!("{head}{order}{gone}"));
    let report = succeeds(&project.refresh(&["--prune-overlays"]));
    for line in [
        "overlays that no longer apply: 0 rules, 2 texts\n",
        "20-prose.yaml: actions[0]: target `$.components.schemas`: `Lost` is gone (prose)\n",
        "20-prose.yaml: actions[0]: target `$.components.schemas`: `Order/properties/gone` is gone (prose)\n",
        "removed 2 of 2 unused parts of 20-prose.yaml\n",
    ] {
        assert!(report.contains(line), "{line:?} is not in: {report}");
    }
    assert_eq!(project.read("openapi/overlays/20-prose.yaml"), format!("{head}{order}"));
    assert!(!succeeds(&project.refresh(&[])).contains("no longer apply"));
}

#[test]
fn unusable_vendored_document_is_replaced() {
    let project = Project::refreshed();
    project.write(
        "openapi/2026-04.json",
        &json!({"openapi": "3.1.0", "info": {"version": "2026-04"}, "paths": {"/": {"get": {}}}}).to_string(),
    );
    let said = succeeds(&project.refresh(&[]));
    assert!(
        said.starts_with("nothing to compare with, since no client can be generated from the earlier document: "),
        "{said}"
    );
}

#[cfg(unix)]
#[test]
fn the_written_file_is_readable_for_all() {
    use std::os::unix::fs::PermissionsExt;

    let project = Project::refreshed();
    let written = fs::metadata(project.path("openapi/2026-04.json")).unwrap();
    let ordinary = fs::metadata(project.path("upstream.json")).unwrap();
    assert_eq!(written.permissions().mode(), ordinary.permissions().mode());
}

/// Returns the upstream document of another version, in which orders have one more status.
fn next_version() -> Value {
    let mut next = upstream();
    next["info"]["version"] = json!("2026-10");
    let status = &mut next["components"]["schemas"]["Order"]["properties"]["status"]["enum"];
    status.as_array_mut().unwrap().push(json!("refunded"));
    next
}

#[test]
fn another_version_is_vendored_beside_the_first() {
    let project = Project::refreshed();
    let before = project.read("openapi/2026-04.json");
    let mut next = next_version();
    next["paths"]["/v1/disputes/"] = json!({"get": {
        "operationId": "disputes:list",
        "tags": ["public"],
        "responses": {"200": {"content": {"application/json": {"schema": {"type": "object"}}}}},
    }});
    project.write("next.json", &next.to_string());
    let said = succeeds(&project.refresh_from(project.path("next.json"), &["--api-version", "2026-10"]));
    assert!(said.ends_with("wrote openapi/2026-10.json and Cargo.toml\n"), "{said}");
    assert!(
        said.starts_with(
            "additive  feature added: v2026-10: the module `v2026_10`\n\
             0 breaking, 1 additive: 1 feature added\n\
             what differs from version 2026-04, for a program that moves:\n  \
             additive  document changed: version: 2026-04 became 2026-10\n"
        ),
        "{said}"
    );
    assert!(said.contains("enum value added: OrderStatus \"refunded\""), "{said}");

    assert_eq!(project.read("openapi/2026-04.json"), before);
    assert_eq!(project.read("openapi/default-version"), "2026-04\n");
    let written: Value = serde_json::from_str(&project.read("openapi/2026-10.json")).unwrap();
    let status = &written["components"]["schemas"]["Order"]["properties"]["status"]["enum"];
    assert_eq!(*status, json!(["pending", "paid", "refunded", "void"]));
    let manifest = project.read("Cargo.toml");
    assert!(manifest.contains("disputes = []\norders = []\n"), "{manifest}");
    assert!(
        manifest.contains(
            "\nall-versions = [\"v2026-04\", \"v2026-10\"]\nv2026-04 = []\nv2026-10 = []\n# resources: to here"
        ),
        "{manifest}"
    );

    // Refreshing the first one does not change the second.
    assert!(succeeds(&project.refresh(&[])).contains("nothing to write"));
    let own = project.refresh_from(project.path("openapi/2026-10.json"), &["--api-version", "2026-10", "--check"]);
    assert_eq!(succeeds(&own), "openapi/2026-10.json and Cargo.toml are up to date\n");
}

#[test]
fn a_document_of_another_version_than_asked_for_is_refused() {
    let project = Project::refreshed();
    let error = fails(&project.refresh(&["--api-version", "2026-10"]));
    assert!(error.contains("#/info/version: the document is of version 2026-04, not 2026-10"), "{error}");
    let mut upstream = upstream();
    upstream["info"]["version"] = json!("../2026");
    project.write("upstream.json", &upstream.to_string());
    project
        .refuses(project.path("upstream.json"), &["#/info/version: version `../2026` cannot be part of a file name"]);
    upstream["info"] = json!({});
    project.write("upstream.json", &upstream.to_string());
    project.refuses(project.path("upstream.json"), &["#/info/version: the version of the API is missing"]);
}

#[test]
fn default_version_follows_the_document_unless_requested_otherwise() {
    let project = Project::refreshed();
    project.write("next.json", &next_version().to_string());
    let said = succeeds(&project.refresh_from(project.path("next.json"), &[]));
    assert!(
        said.ends_with(
            "wrote openapi/2026-10.json and openapi/default-version and Cargo.toml\n\
             removed openapi/2026-04.json: version 2026-10 is the default now\n"
        ),
        "{said}"
    );
    assert!(said.contains("refunded"), "compares with the former default: {said}");
    assert_eq!(project.read("openapi/default-version"), "2026-10\n");
    assert!(!project.path("openapi/2026-04.json").exists());
    // The former default can be vendored again in addition.
    succeeds(&project.refresh(&["--api-version", "2026-04"]));
    assert_eq!(project.read("openapi/default-version"), "2026-10\n");
    assert!(project.read("Cargo.toml").contains("v2026-04 = []\n"));
}

#[test]
fn overlays_of_one_version_apply_to_that_alone() {
    let project = Project::refreshed();
    fs::create_dir_all(project.path("openapi/overlays/2026-10")).unwrap();
    project.write(
        "openapi/overlays/2026-10/10-own.yaml",
        "overlay: 1.0.0\ninfo: {title: T, version: 1.0.0}\nactions:\n  \
         - target: $.components.schemas.Order\n    update: {x-rust-name: Purchase}\n  \
         - target: $.components.schemas.Ghost\n    update: {description: Gone.}\n",
    );
    project.write("next.json", &next_version().to_string());
    let said =
        succeeds(&project.refresh_from(project.path("next.json"), &["--api-version", "2026-10", "--prune-overlays"]));
    assert!(said.contains("2026-10/10-own.yaml: actions[1]: target `$.components.schemas.Ghost`"), "{said}");
    assert!(said.contains("removed 1 of 1 unused parts of 2026-10/10-own.yaml"), "{said}");
    assert!(project.read("openapi/2026-10.json").contains("Purchase"));
    assert!(succeeds(&project.refresh(&[])).contains("nothing to write"));
    assert!(!project.read("openapi/2026-04.json").contains("Purchase"));
}

#[test]
fn pruning_keeps_actions_that_another_version_needs() {
    let project = Project::refreshed();
    let mut next = next_version();
    next["components"]["schemas"]["Order"]["properties"].as_object_mut().unwrap().remove("status");
    project.write("next.json", &next.to_string());
    let overlay = project.read("openapi/overlays/10-ours.yaml");
    let pruned = ["--api-version", "2026-10", "--prune-overlays"];
    let said = succeeds(&project.refresh_from(project.path("next.json"), &pruned));
    assert!(said.contains("target `$.components.schemas.Order.properties.status`: matches nothing"), "{said}");
    assert_eq!(project.read("openapi/overlays/10-ours.yaml"), overlay);
}

#[test]
fn later_overlay_may_add_the_target_of_an_earlier_description() {
    let project = Project::new();
    project.write(
        "openapi/overlays/20-later.yaml",
        "overlay: 1.0.0\ninfo: {title: T, version: 1.0.0}\nactions:\n  \
         - target: $.components.schemas.Order\n    update: {properties: {seats: {type: integer}}}\n",
    );
    let described =
        "\n  - target: $.components.schemas.Order.properties.seats\n    update: {description: Our words.}\n";
    project.write("openapi/overlays/10-ours.yaml", &format!("{}{described}", OVERLAY.trim_end()));
    succeeds(&project.refresh(&[]));
    let seats = &project.document()["components"]["schemas"]["Order"]["properties"]["seats"];
    assert_eq!(*seats, json!({"type": "integer", "description": "Our words."}));
    assert!(succeeds(&project.refresh(&[])).contains("nothing to write"));
}

#[test]
fn code_that_no_longer_compiles_is_reported_after_writing() {
    let project = Project::new();
    fs::create_dir(project.path("src")).unwrap();
    project.write("src/lib.rs", "pub struct Order;\npub fn seats(order: Order) -> u32 {\n    order.seats\n}\n");
    let report = project.path("report.txt");
    let from = ["--from", "upstream.json", "--report", "report.txt"].map(|argument| match argument.starts_with("--") {
        true => argument.into(),
        false => project.path(argument),
    });
    let error = fails(&project.run(from.iter().map(|argument| argument.as_os_str())));
    assert!(error.ends_with("the client does not compile with them: see the report\n"), "{error}");
    let report = fs::read_to_string(report).unwrap();
    let expected = "the client does not compile with the document:\n  src/lib.rs:3: no field `seats` on type `Order`: \
                    unknown field\n    /components/schemas/Order\n";
    assert!(report.contains(expected), "{report}");
    assert!(project.path("openapi/2026-04.json").exists());
    // An unchanged document is not compiled again.
    succeeds(&project.run(from.iter().map(|argument| argument.as_os_str())));
}

#[test]
fn decisions_for_other_versions_are_written_to_their_folder() {
    let project = Project::refreshed();
    let mut next = next_version();
    let object = |name: &str| json!({"type": "object", "required": [name], "properties": {name: {"type": "string"}}});
    next["components"]["schemas"]["Order"]["properties"]["payer"] = json!({"anyOf": [object("a"), object("a")]});
    project.write("next.json", &next.to_string());
    let asked = ["--api-version", "2026-10", "--mend"];
    succeeds(&project.refresh_from(project.path("next.json"), &asked));
    assert!(project.read("openapi/overlays/2026-10/90-undecided.yaml").contains("x-untyped: true"));
    assert!(!project.path("openapi/overlays/90-undecided.yaml").exists());
    assert!(succeeds(&project.refresh(&[])).contains("nothing to write"));
}

#[test]
fn resource_that_conflicts_with_a_feature_is_refused() {
    let project = Project::refreshed();
    for (id, message) in [
        ("extra:list", "the resource `extra` has the name of a cargo feature of the crate"),
        ("two words:list", "no cargo feature can have the name of the resource, `two words`"),
    ] {
        let mut upstream = upstream();
        upstream["paths"]["/v1/orders/"]["get"]["operationId"] = json!(id);
        project.write("upstream.json", &upstream.to_string());
        let place = format!(
            "/paths/~1v1~1orders~1/get: {message}\n    - target: $.paths['/v1/orders/'].get\n      remove: true"
        );
        project.refuses(project.path("upstream.json"), &[&place]);
    }
}
