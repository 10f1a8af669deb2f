use std::path::Path;
use std::process::Output;

use polar_loopback::{Reply, Server};

use crate::program::command;

const KEY: &str = "ACME2-21DA1E63-180F-4BAA-8F61-D146DBA66E4D";
const ORGANIZATION: &str = "4ed52778-6440-47b0-a753-83b62c345171";

/// Runs the program with its store in a folder, against the demo or a server.
fn run(folder: &Path, server: Option<&Server>, arguments: &[&str]) -> (bool, String) {
    let mut command = command(env!("CARGO_BIN_EXE_license_key"));
    command.env_remove("POLAR_ORGANIZATION_ID").env("LICENSE_STORE", folder.join("license.json")).args(arguments);
    if let Some(server) = server {
        command.env("POLAR_ORGANIZATION_ID", ORGANIZATION).env("POLAR_SERVER", server.url());
    }
    let Output { status, stdout, stderr } = command.output().expect("a process");
    (status.success(), String::from_utf8_lossy(&[stdout, stderr].concat()).into_owned())
}

#[test]
fn a_key_is_activated_validated_and_given_back() {
    let folder = tempfile::tempdir().expect("a folder");
    let (activated, text) = run(folder.path(), None, &["activate", KEY, "laptop"]);
    let activation = text.trim().rsplit(' ').next().expect("an id");
    assert!(activated && activation == "458c6940-a7a0-4063-8ff9-5151e9e1b192", "{text}");
    let (is_valid, text) = run(folder.path(), None, &["validate", KEY, activation]);
    assert!(is_valid && text.ends_with("the license is valid\n"), "{text}");

    // The stored validation is used while the API is unreachable.
    let down = Server::start(|_| Reply::close()).expect("a server");
    let (is_valid, text) = run(folder.path(), Some(&down), &["validate", KEY, activation]);
    assert!(is_valid && text.contains("offline"), "{text}");

    let (is_given_back, text) = run(folder.path(), None, &["deactivate", KEY, activation]);
    assert!(is_given_back && text.ends_with("given back\n"), "{text}");
    assert!(!folder.path().join("license.json").exists());
}

#[test]
fn unknown_key_unlocks_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let activation = "458c6940-a7a0-4063-8ff9-5151e9e1b192";
    let (is_valid, text) = run(folder.path(), None, &["validate", "ACME2-0", activation]);
    assert!(!is_valid, "{text}");
    let (is_valid, text) = run(folder.path(), None, &[]);
    assert!(!is_valid && text.contains("validate KEY ACTIVATION"), "{text}");
}
