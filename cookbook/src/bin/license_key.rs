//! A command-line program that unlocks itself with a license key, without async and without a token.
//!
//! ```sh
//! export POLAR_ORGANIZATION_ID=…
//! cargo run --package polar-cookbook --bin license_key -- activate KEY LABEL
//! cargo run --package polar-cookbook --bin license_key -- validate KEY ACTIVATION
//! cargo run --package polar-cookbook --bin license_key -- deactivate KEY ACTIVATION
//! ```
//!
//! With `POLAR_SERVER=sandbox` it asks the sandbox. A validation is kept in `license.json`, in the current folder, and
//! counts for two weeks if the API cannot be reached.

use std::error::Error;
use std::fs;
use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;

use polar_client::Polar;
use polar_client::license::{LicenseKeys, Validation};

const STORE: &str = "license.json";
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
    let organization = std::env::var("POLAR_ORGANIZATION_ID")
        .map_err(|_| "set POLAR_ORGANIZATION_ID to the id of the organization that sells the key")?
        .parse()?;
    let client = Polar::builder().server_from_env()?.timeout(Duration::from_secs(10)).build()?;
    let licenses = LicenseKeys::with_client(&client, organization);

    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<&str>>()[..] {
        ["activate", key, label] => {
            let activation = licenses.activate(key, label).send_blocking()?;
            println!("activated as {}", activation.id);
            Ok(ExitCode::SUCCESS)
        }
        ["validate", key, activation] => {
            let request = licenses.validate(key).activation_id(activation.parse()?).or_stored(stored(), GRACE);
            let validation = request.send_blocking()?;
            fs::write(STORE, serde_json::to_vec(&validation)?)?;
            println!("the license is {}", validation.status);
            Ok(if validation.status.is_usable() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
        }
        ["deactivate", key, activation] => {
            licenses.deactivate(key, activation.parse()?).send_blocking()?;
            if Path::new(STORE).exists() {
                fs::remove_file(STORE)?;
            }
            println!("given back");
            Ok(ExitCode::SUCCESS)
        }
        _ => Err("say one of: activate KEY LABEL, validate KEY ACTIVATION, deactivate KEY ACTIVATION".into()),
    }
}

/// The last answer. A store that is missing or damaged is none.
fn stored() -> Option<Validation> {
    serde_json::from_slice(&fs::read(STORE).ok()?).ok()
}
