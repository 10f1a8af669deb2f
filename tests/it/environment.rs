//! Clients that are made of environment variables. Each case runs in a process of its own, since variables belong to
//! the whole process.

use std::process::Command;

use polar_client::Polar;

/// What comes of `Polar::from_env` in a process with these variables.
fn outcome(variables: &[(&str, &str)]) -> String {
    let mut command = Command::new(std::env::current_exe().expect("this test"));
    command.args(["--exact", "--nocapture", "environment::shows_the_client_of_its_environment"]);
    command.env_remove("POLAR_ACCESS_TOKEN").env_remove("POLAR_SERVER").env("POLAR_SHOW", "1");
    let output = command.envs(variables.iter().copied()).output().expect("the child runs");
    String::from_utf8(output.stdout).expect("text")
}

/// The child of the other tests.
#[test]
fn shows_the_client_of_its_environment() {
    if std::env::var_os("POLAR_SHOW").is_none() {
        return;
    }
    match Polar::from_env() {
        Ok(polar) => println!("{polar:?}"),
        Err(error) => println!("error: {error}"),
    }
}

#[test]
fn the_token_and_the_server_come_from_variables() {
    let shown = outcome(&[("POLAR_ACCESS_TOKEN", "polar_oat_secret")]);
    assert!(shown.contains("https://api.polar.sh") && !shown.contains("secret"), "{shown}");
    let shown = outcome(&[("POLAR_ACCESS_TOKEN", "polar_oat_x"), ("POLAR_SERVER", "sandbox")]);
    assert!(shown.contains("https://sandbox-api.polar.sh"), "{shown}");
    let shown = outcome(&[("POLAR_ACCESS_TOKEN", "polar_oat_x"), ("POLAR_SERVER", "http://127.0.0.1:9/base/")]);
    assert!(shown.contains("http://127.0.0.1:9/base\""), "{shown}");
}

#[test]
fn what_is_missing_or_makes_no_sense_is_named() {
    assert!(outcome(&[]).contains("POLAR_ACCESS_TOKEN is not set"));
    assert!(outcome(&[("POLAR_ACCESS_TOKEN", "")]).contains("the token is empty"));
    let shown = outcome(&[("POLAR_ACCESS_TOKEN", "polar_oat_x"), ("POLAR_SERVER", "staging")]);
    let text = "the variable POLAR_SERVER is `staging`: the server is neither `production` nor `sandbox` nor a URL";
    assert!(shown.contains(text), "{shown}");
    let shown = outcome(&[("POLAR_ACCESS_TOKEN", "polar_oat_x"), ("POLAR_SERVER", "https://jane:hunter2@localhost")]);
    assert!(shown.contains("POLAR_SERVER is `…`") && !shown.contains("hunter2"), "{shown}");
}
