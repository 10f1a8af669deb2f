//! The throw-away apps.

use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

/// The release of the peer, of its three crates alike.
pub const PEER_VERSION: &str = "0.1.2";

/// Which app it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// polar-client as it is by default.
    Ours,
    /// The peer as it is by default, with the same program.
    Peer,
    /// polar-client with few features.
    Few,
    /// polar-client as it is by default, but with the system's TLS as the peer.
    Alike,
}

/// A package with one program, in a workspace of its own.
#[derive(Clone, Debug)]
pub struct App {
    /// Which app it is. Its package has the same name.
    pub side: Side,
    /// The folder of the package.
    pub folder: PathBuf,
}

impl Side {
    /// All, in the order they are built.
    pub const ALL: [Self; 4] = [Self::Ours, Self::Peer, Self::Few, Self::Alike];

    /// The package that the generated code is part of.
    pub fn generated(self) -> &'static str {
        match self {
            Self::Ours | Self::Few | Self::Alike => "polar-client",
            Self::Peer => "polar-api",
        }
    }

    fn dependencies(self) -> String {
        // A JSON string is a TOML string, too.
        let path = serde_json::Value::from(checkout().to_string_lossy());
        let ours = |features: &str| {
            format!("polar-client = {{ path = {path}, default-features = false, features = [{features}] }}")
        };
        match self {
            Self::Ours => format!("polar-client = {{ path = {path} }}"),
            // polar-sh by itself takes the other two in later releases, too.
            Self::Peer => {
                let crates = ["polar-sh", "polar-api", "polar-runtime"];
                crates.map(|name| format!("{name} = \"={PEER_VERSION}\"")).join("\n")
            }
            Self::Few => ours(r#""checkouts", "webhook-events", "rustls""#),
            Self::Alike => ours(r#""all-resources", "webhook-events", "native-tls""#),
        }
    }

    /// The body of `main`.
    fn program(self) -> &'static str {
        match self {
            Self::Ours | Self::Alike => {
                r#"
    let polar = polar_client::Polar::from_env()?;
    let page = polar.products().list().limit(10).await?;
    for product in page.items {
        println!("{}", product.name);
    }"#
            }
            Self::Peer => {
                r#"
    use polar_sh::{Polar, Resources as _, operations::ProductsListParams};
    let polar = Polar::new(std::env::var("POLAR_ACCESS_TOKEN")?);
    let params = ProductsListParams { limit: Some(10), ..Default::default() };
    let page = polar.products().list(&params).await?;
    for product in page.items {
        println!("{}", product.name);
    }"#
            }
            Self::Few => {
                r#"
    let polar = polar_client::Polar::from_env()?;
    let page = polar.checkouts().list().limit(10).await?;
    for checkout in page.items {
        println!("{}", checkout.id);
    }"#
            }
        }
    }
}

impl fmt::Display for Side {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Ours => "ours",
            Self::Peer => "peer",
            Self::Few => "few",
            Self::Alike => "alike",
        })
    }
}

impl App {
    /// Makes the package in a folder of its own.
    pub fn write(folder: &Path, side: Side) -> Result<Self> {
        let app = Self { side, folder: folder.join(side.to_string()) };
        let source = app.folder.join("src");
        fs::create_dir_all(&source).with_context(|| source.display().to_string())?;
        write(&app.folder.join("Cargo.toml"), &manifest(side))?;
        app.edit(0)?;
        Ok(app)
    }

    /// Writes the program anew; with another number it prints another line.
    pub fn edit(&self, number: usize) -> Result<()> {
        write(&self.folder.join("src/main.rs"), &source(self.side, number))
    }
}

/// The folder of polar-client.
pub fn checkout() -> &'static Path {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    package.parent().unwrap_or(package)
}

fn manifest(side: Side) -> String {
    format!(
        r#"[package]
name = "{side}"
version = "0.0.0"
edition = "2024"
publish = false

[workspace]

[dependencies]
{}
tokio = {{ version = "1", features = ["macros", "rt-multi-thread"] }}

[profile.release]
strip = true
"#,
        side.dependencies()
    )
}

fn source(side: Side, number: usize) -> String {
    format!(
        r#"#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {{{}
    println!("edit {number}");
    Ok(())
}}
"#,
        side.program()
    )
}

fn write(path: &Path, text: &str) -> Result<()> {
    fs::write(path, text).with_context(|| path.display().to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn manifests_are_toml_and_differ_in_the_client_only() {
        let parsed = Side::ALL.map(|side| manifest(side).parse::<toml_edit::Document<String>>().unwrap());
        for (side, manifest) in Side::ALL.iter().zip(&parsed) {
            assert_eq!(manifest["package"]["name"].as_str(), Some(&*side.to_string()));
            assert_eq!(manifest["dependencies"]["tokio"]["version"].as_str(), Some("1"));
        }
        assert_eq!(parsed[0]["dependencies"]["polar-client"]["path"].as_str(), checkout().to_str());
        assert_eq!(parsed[1]["dependencies"]["polar-sh"].as_str(), Some("=0.1.2"));
        for manifest in &parsed[2..] {
            assert_eq!(manifest["dependencies"]["polar-client"]["default-features"].as_bool(), Some(false));
        }
    }

    #[test]
    fn an_edit_changes_the_program() {
        assert_ne!(source(Side::Peer, 0), source(Side::Peer, 1));
    }
}
