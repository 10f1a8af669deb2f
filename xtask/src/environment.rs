//! What the commands inherit of the environment.

use std::ffi::OsStr;
use std::process::{Command, Stdio};

/// Variables of cargo and rustup that say where things are, not how to build.
const KEPT: [&str; 7] =
    ["CARGO_HOME", "CARGO_HTTP_", "CARGO_NET_", "CARGO_REGISTRIES_", "CARGO_REGISTRY_", "CARGO_SOURCE_", "RUSTUP_"];

/// A command with nothing on its standard input, that no setting of the caller makes faster or slower.
///
/// Variables of the `cargo` that started this program are gone, too.
pub fn command(program: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new(program);
    command.stdin(Stdio::null());
    for (name, _) in std::env::vars_os() {
        if !name.to_str().is_some_and(inherits) {
            command.env_remove(name);
        }
    }
    command
}

fn inherits(name: &str) -> bool {
    let builds = ["CARGO", "RUST", "MAKEFLAGS", "MFLAGS", "CFLAGS", "CXXFLAGS"];
    KEPT.iter().any(|kept| name.starts_with(kept)) || !builds.iter().any(|prefix| name.starts_with(prefix))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_of_builds_are_not_inherited() {
        for name in [
            "CARGO",
            "CARGO_TARGET_DIR",
            "CARGO_PROFILE_DEV_DEBUG",
            "CARGO_INCREMENTAL",
            "CARGO_ENCODED_RUSTFLAGS",
            "CARGO_BUILD_JOBS",
            "CARGO_MANIFEST_DIR",
            "CARGO_FEATURE_CLIENT",
            "RUSTFLAGS",
            "RUSTC_WRAPPER",
            "RUST_LOG",
            "MAKEFLAGS",
        ] {
            assert!(!inherits(name), "{name}");
        }
    }

    #[test]
    fn where_things_are_is_inherited() {
        for name in ["PATH", "HOME", "TMPDIR", "CARGO_HOME", "CARGO_NET_OFFLINE", "RUSTUP_TOOLCHAIN", "CC"] {
            assert!(inherits(name), "{name}");
        }
    }
}
