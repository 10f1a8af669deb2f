//! A command-line program that is unlocked by a license key, without async and without a token.
//!
//! ```sh
//! export POLAR_ORGANIZATION_ID=…
//! cargo run --package polar-cookbook --bin license_key -- activate KEY LABEL
//! cargo run --package polar-cookbook --bin license_key -- validate KEY ACTIVATION
//! cargo run --package polar-cookbook --bin license_key -- deactivate KEY ACTIVATION
//! ```
//!
//! Without `POLAR_ORGANIZATION_ID`, a demo is used, with the key `ACME2-21DA1E63-180F-4BAA-8F61-D146DBA66E4D`. With
//! `POLAR_SERVER=sandbox`, it uses the sandbox. A validation is stored in the file `LICENSE_STORE`, by default
//! `license.json`, and is used for up to two weeks while the API is unreachable.

use std::env;
use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use polar_client::Polar;
use polar_client::licensing::{LicenseKeys, Validation};
use polar_cookbook::demo_server;

/// The organization in the recordings.
const DEMO_ORGANIZATION: &str = "4ed52778-6440-47b0-a753-83b62c345171";
const GRACE: Duration = Duration::from_secs(14 * 24 * 60 * 60);

fn main() -> ExitCode {
    match run() {
        Ok(code) => code,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<ExitCode, Box<dyn Error>> {
    let client = Polar::builder().timeout(Duration::from_secs(10));
    let (client, organization, _demo) = match env::var("POLAR_ORGANIZATION_ID") {
        Ok(organization) => (client.server_from_env()?, organization, None),
        Err(_) => {
            let demo = demo_server()?;
            println!("POLAR_ORGANIZATION_ID is not set: this is the demo, at {}.", demo.url());
            (client.base_url(&demo.url())?, DEMO_ORGANIZATION.to_owned(), Some(demo))
        }
    };
    let licenses = LicenseKeys::with_client(&client.build()?, organization.parse()?);
    let store = env::var_os("LICENSE_STORE").map_or_else(|| PathBuf::from("license.json"), PathBuf::from);

    let arguments: Vec<String> = env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<&str>>()[..] {
        ["activate", key, label] => {
            let activation = licenses.activate(key, label).send_blocking()?;
            println!("activated as {}", activation.id);
            Ok(ExitCode::SUCCESS)
        }
        ["validate", key, activation] => {
            let request = licenses.validate(key).activation_id(activation.parse()?).or_stored(stored(&store), GRACE);
            let validation = request.send_blocking()?;
            fs::write(&store, serde_json::to_vec(&validation)?)?;
            println!("the license is {}", validation.status);
            Ok(if validation.status.is_usable() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
        }
        ["deactivate", key, activation] => {
            licenses.deactivate(key, activation.parse()?).send_blocking()?;
            if store.exists() {
                fs::remove_file(&store)?;
            }
            println!("given back");
            Ok(ExitCode::SUCCESS)
        }
        _ => Err("say one of: activate KEY LABEL, validate KEY ACTIVATION, deactivate KEY ACTIVATION".into()),
    }
}

/// Returns the last validation. A missing or damaged file is ignored.
fn stored(store: &Path) -> Option<Validation> {
    serde_json::from_slice(&fs::read(store).ok()?).ok()
}
