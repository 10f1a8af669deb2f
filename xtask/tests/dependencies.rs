//! The dependencies of each feature.

use std::path::Path;
use std::process::Command;

/// Returns the crates that are compiled with these features, except for build and dev dependencies.
fn crates(features: &str) -> Vec<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let output = Command::new(env!("CARGO"))
        .current_dir(root)
        .args(["tree", "--package", "polar-client", "--no-default-features", "--features", features])
        .args(["--edges", "normal", "--prefix", "none", "--format", "{p}"])
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).unwrap();
    text.lines().filter_map(|line| line.split(' ').next()).map(str::to_owned).collect()
}

/// Returns those crates that are part of an HTTP client.
fn of_a_client(crates: &[String]) -> Vec<&str> {
    let parts = ["reqwest", "hyper", "tokio", "rustls", "ring", "native-tls", "url", "tower-http"];
    let belongs = |name: &&str| parts.iter().any(|part| name == part || name.starts_with(&format!("{part}-")));
    crates.iter().map(String::as_str).filter(belongs).collect()
}

#[test]
fn receiving_webhooks_needs_no_http_client() {
    let crates = crates("webhook-events,orders");
    assert!(crates.contains(&"hmac-sha256".to_owned()), "{crates:?}");
    assert_eq!(of_a_client(&crates), [] as [&str; 0]);
}

#[test]
fn receiving_webhooks_with_axum_needs_no_http_client() {
    let crates = crates("axum,orders");
    assert!(crates.contains(&"axum-core".to_owned()), "{crates:?}");
    assert_eq!(of_a_client(&crates), [] as [&str; 0]);
}

#[test]
fn sending_requests_needs_an_http_client() {
    let crates = crates("rustls,orders");
    let found = of_a_client(&crates);
    for name in ["reqwest", "hyper", "tokio", "rustls"] {
        assert!(found.contains(&name), "{name}: {found:?}");
    }
}
