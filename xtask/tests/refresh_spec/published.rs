//! Refreshes from published documents, one for each version.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::process::Output;

use polar_loopback::{Reply, Server};
use serde_json::{Value, json};

use super::{Project, fails, succeeds, upstream};

/// Returns the document of a version with an additional order status.
fn document(version: &str, status: &str) -> Value {
    let mut document = upstream();
    document["info"]["version"] = json!(version);
    let values = &mut document["components"]["schemas"]["Order"]["properties"]["status"]["enum"];
    values.as_array_mut().unwrap().push(json!(status));
    document
}

/// Publishes documents like the API.
fn publish<'v>(versions: impl IntoIterator<Item = (&'v str, Value)>) -> Server {
    let documents: BTreeMap<String, Value> = versions
        .into_iter()
        .map(|(version, document)| (format!("/docs/openapi/{version}.openapi.json"), document))
        .collect();
    let answer = move |request: &polar_loopback::Request| match documents.get(&request.path) {
        Some(document) => Reply::json(200, document),
        None => Reply::text(404, "text/html", "<html>"),
    };
    Server::start_unchecked(answer).unwrap()
}

fn follow(project: &Project, server: &Server, arguments: &[&str]) -> Output {
    let published = format!("{}/docs/openapi", server.url());
    let arguments = ["--no-compile", "--published", published.as_str()].into_iter().chain(arguments.iter().copied());
    project.run(arguments.map(OsStr::new))
}

/// Creates a project with a version at the root, and the previous one as a module.
fn with_two_versions() -> Project {
    let project = Project::new();
    for version in ["2026-10", "2026-04"] {
        project.write("upstream.json", &document(version, "refunded").to_string());
        succeeds(&project.refresh(&["--api-version", version]));
    }
    assert_eq!(project.read("openapi/default-version"), "2026-10\n");
    project
}

fn statuses(project: &Project, version: &str) -> Value {
    let document: Value = serde_json::from_str(&project.read(&format!("openapi/{version}.json"))).unwrap();
    document["components"]["schemas"]["Order"]["properties"]["status"]["enum"].clone()
}

#[test]
fn every_vendored_version_is_followed_and_the_next_one_is_found() {
    let project = with_two_versions();
    let server = publish([
        ("2026-04", document("2026-04", "refunded")),
        ("2026-10", document("2026-10", "disputed")),
        ("2027-01", document("2027-01", "paused")),
    ]);
    let said = succeeds(&follow(&project, &server, &[]));
    for part in [
        "Version 2026-10\nbreaking  enum value removed: OrderStatus \"refunded\"",
        "Version 2026-04\nno changes of the API\n",
        "Version 2027-01\nadditive  feature added: v2027-01: the module `v2027_01`\n",
        "version 2027-01 is new\nwrote openapi/2026-10.json and openapi/2027-01.json and Cargo.toml\n",
    ] {
        assert!(said.contains(part), "{part:?} is not in: {said}");
    }
    assert_eq!(statuses(&project, "2026-10"), json!(["pending", "paid", "disputed", "void"]));
    assert_eq!(statuses(&project, "2027-01"), json!(["pending", "paid", "paused", "void"]));
    assert_eq!(project.read("openapi/default-version"), "2026-10\n", "only a rotation changes the root");
    assert!(project.read("Cargo.toml").contains("all-versions = [\"v2026-04\", \"v2026-10\", \"v2027-01\"]"));
    let asked: Vec<String> = server.requests().into_iter().map(|request| request.path).collect();
    assert_eq!(asked.len(), 3, "{asked:?}");

    let again = succeeds(&follow(&project, &server, &["--check"]));
    assert!(again.contains("are up to date"), "{again}");
}

#[test]
fn unpublished_version_is_reported_and_kept() {
    let project = with_two_versions();
    let server = publish([("2026-10", document("2026-10", "refunded"))]);
    let said = succeeds(&follow(&project, &server, &[]));
    assert!(said.contains("version 2026-04 is no longer published"), "{said}");
    assert!(said.ends_with("nothing to write: all files are up to date\n"), "{said}");
    assert!(project.path("openapi/2026-04.json").exists());
    // A quarter may be skipped.
    let server = publish([("2026-10", document("2026-10", "refunded")), ("2027-04", document("2027-04", "paused"))]);
    assert!(succeeds(&follow(&project, &server, &[])).contains("version 2027-04 is new"));
}

#[test]
fn nothing_is_written_unless_all_documents_can_be_read() {
    let project = with_two_versions();
    let before = project.read("openapi/2026-10.json");
    let broken = publish([("2026-04", json!({"openapi": "3.1.0"})), ("2026-10", document("2026-10", "disputed"))]);
    let error = fails(&follow(&project, &broken, &[]));
    assert!(error.contains("/docs/openapi/2026-04.openapi.json") && error.contains("`paths` is missing"), "{error}");
    let mixed = publish([("2026-04", document("2026-04", "x")), ("2026-10", document("2026-04", "x"))]);
    let error = fails(&follow(&project, &mixed, &[]));
    assert!(error.contains("the document is of version 2026-04, not 2026-10"), "{error}");
    let error = fails(&follow(&project, &publish([]), &[]));
    assert!(error.contains("has no document of 2026-04, 2026-10"), "{error}");
    assert_eq!(project.read("openapi/2026-10.json"), before);
}

#[test]
fn overlays_are_reported_only_if_no_version_needs_them() {
    let project = with_two_versions();
    let mut without = document("2026-10", "refunded");
    without["components"]["schemas"]["Order"]["properties"].as_object_mut().unwrap().remove("status");
    let needed = publish([("2026-04", document("2026-04", "refunded")), ("2026-10", without.clone())]);
    assert!(!succeeds(&follow(&project, &needed, &[])).contains("no longer apply"));
    let mut old = without.clone();
    old["info"]["version"] = json!("2026-04");
    let dead = publish([("2026-04", old), ("2026-10", without)]);
    let said = succeeds(&follow(&project, &dead, &[]));
    assert_eq!(
        said.matches("target `$.components.schemas.Order.properties.status`: matches nothing").count(),
        1,
        "{said}"
    );
}

#[test]
fn a_rotation_is_one_command() {
    let project = with_two_versions();
    let manifest = project.read("Cargo.toml");
    let version = "[workspace]\nmembers = []\n\n[workspace.package]\nversion = \"0.3.1\"\n\n";
    project.write("Cargo.toml", &format!("{version}{manifest}"));
    project.write("CHANGELOG.md", "# Changelog\n\n## Unreleased\n\n## 0.3.1 - 2026-11-01\n\nOld.\n");
    for folder in ["docs/guide", "openapi/overlays/2026-04", "openapi/overlays/2027-01"] {
        std::fs::create_dir_all(project.path(folder)).unwrap();
    }
    let overlay = "overlay: 1.0.0\ninfo: {title: T, version: 1.0.0}\nactions: []\n";
    project.write("openapi/overlays/2026-04/10-own.yaml", overlay);
    project.write("openapi/overlays/2027-01/10-own.yaml", overlay);
    project.write(
        "docs/guide/versions.md",
        "`v2026_04` is the module of 2026-04, beside 2026-10; 2027-01 is to come. Since 2026-04-01.\n",
    );
    let december = ["2026-04", "2026-10", "2027-01"].map(|version| (version, document(version, "refunded")));
    succeeds(&follow(&project, &publish(december), &[]));

    let january = [
        ("2026-10", document("2026-10", "refunded")),
        ("2027-01", document("2027-01", "disputed")),
        ("2027-04", document("2027-04", "disputed")),
    ];
    let server = publish(january);
    let said = succeeds(&follow(&project, &server, &["--rotate", "--write-changelog"]));
    for part in [
        "Version 2027-01\nbreaking  enum value removed: OrderStatus \"refunded\"",
        "version 2027-01 is at the root now, and 2026-10 a module\nremoved openapi/2026-04.json\n",
        "updated version names in docs/guide/versions.md\n",
        "raised the version from 0.3.1 to 0.4.0\n",
    ] {
        assert!(said.contains(part), "{part:?} is not in: {said}");
    }
    assert_eq!(project.read("openapi/default-version"), "2027-01\n");
    assert!(!project.path("openapi/2026-04.json").exists());
    assert!(!project.path("openapi/overlays/2026-04").exists());
    assert!(project.path("openapi/overlays/2027-01/10-own.yaml").exists());
    assert_eq!(statuses(&project, "2027-04"), json!(["pending", "paid", "disputed", "void"]));
    let manifest = project.read("Cargo.toml");
    assert!(manifest.contains("all-versions = [\"v2026-10\", \"v2027-01\", \"v2027-04\"]"), "{manifest}");
    assert_eq!(
        project.read("docs/guide/versions.md"),
        "`v2026_10` is the module of 2026-10, beside 2027-01; 2027-04 is to come. Since 2026-04-01.\n"
    );
    let changelog = project.read("CHANGELOG.md");
    for line in [
        "- API: **Breaking**: features: `v2026-04`.\n",
        "- API: **Breaking**: values: `OrderStatus \"refunded\"`.\n",
        "`v2027-04` (the module `v2027_04`)",
    ] {
        assert!(changelog.contains(line), "{line:?} is not in: {changelog}");
    }

    succeeds(&follow(&project, &server, &["--check"]));
    // A rotation without a next version fails.
    let lonely = Project::refreshed();
    let error = fails(&follow(&lonely, &publish([]), &["--rotate"]));
    assert!(error.contains("no version after 2026-04 is vendored"), "{error}");
}

#[test]
fn a_project_without_documents_names_a_version() {
    let project = Project::new();
    let server = publish([("2026-10", document("2026-10", "refunded"))]);
    let error = fails(&follow(&project, &server, &[]));
    assert!(error.contains("name one with --api-version"), "{error}");
    succeeds(&follow(&project, &server, &["--api-version", "2026-10"]));
    assert_eq!(project.read("openapi/default-version"), "2026-10\n");
}
