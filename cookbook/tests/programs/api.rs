use std::io::Write;
use std::process::{Output, Stdio};

use polar_client::Operation;
use serde_json::Value;

use crate::program::command;

fn run(arguments: &[&str], input: &str) -> Output {
    let mut command = command(env!("CARGO_BIN_EXE_api"));
    command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut process = command.spawn().expect("a process");
    process.stdin.take().expect("its input").write_all(input.as_bytes()).expect("it reads");
    process.wait_with_output().expect("an end")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).expect("text")
}

#[test]
fn operation_is_called_with_its_parameters() {
    let output = run(&["orders", "list", "--limit", "2", "--sorting", "created_at"], "");
    let text = text(&output.stdout);
    let page: Value = serde_json::from_str(&text[text.find("{\n").expect("JSON")..]).expect("JSON");
    assert_eq!(page["items"].as_array().map(Vec::len), Some(2));
    assert_eq!(page["items"][0]["invoice_number"], "DEMO-0001");
}

#[test]
fn help_says_what_an_operation_and_its_parameters_are() {
    let output = run(&["orders", "list", "--help"], "");
    let help = text(&output.stdout);
    let operation = Operation::by_id("orders:list").expect("an operation");
    assert!(help.contains(operation.summary()), "{help}");
    for parameter in operation.parameters() {
        assert!(help.contains(&format!("--{} ", parameter.name)), "{}: {help}", parameter.name);
    }
    assert!(!help.contains("--yes"), "{help}");
}

#[test]
fn deletion_asks_first() {
    let id = "00000000-0000-4000-8000-000000000000";
    let refused = run(&["customers", "delete", "--id", id], "n\n");
    assert!(!refused.status.success());
    assert!(text(&refused.stderr).contains("nothing was sent"), "{refused:?}");
    // The demo has no such customer.
    let confirmed = run(&["customers", "delete", "--id", id], "y\n");
    assert!(text(&confirmed.stderr).contains("ResourceNotFound"), "{confirmed:?}");
}
