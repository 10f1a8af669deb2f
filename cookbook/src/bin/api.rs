//! A command line of all operations of the API, made from their descriptions.
//!
//! ```sh
//! cargo run --package polar-cookbook --bin api -- --help
//! cargo run --package polar-cookbook --bin api -- orders list --limit 2
//! cargo run --package polar-cookbook --bin api -- customers create --body '{"email":"jane@example.com"}'
//! ```
//!
//! Operations that delete something ask first, unless `--yes` is given. Without `POLAR_ACCESS_TOKEN`, a demo is used.

use std::error::Error;
use std::io::{self, BufRead, Write};

use clap::{Arg, ArgAction, ArgMatches, Command};
use polar_client::Operation;
use polar_client::operation::{Parameter, ParameterPlace};
use polar_cookbook::Shop;
use serde_json::Value;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let matches = program().get_matches();
    let (operation, arguments) = chosen(&matches).ok_or("there is no such operation")?;
    if operation.is_destructive() && !arguments.get_flag("yes") && !confirmed(operation)? {
        return Err("not confirmed, and nothing was sent".into());
    }
    let shop = Shop::open()?;
    let mut call = shop.polar.call_json(operation);
    for parameter in operation.parameters() {
        for value in arguments.get_many::<String>(&parameter.name).into_iter().flatten() {
            call = match parameter.place {
                ParameterPlace::Path => call.path(&parameter.name, value),
                // `plan=pro` of `--metadata` is sent as `metadata[plan]=pro`.
                _ if is_map(&parameter) => {
                    let (key, value) = value.split_once('=').ok_or("a map takes KEY=VALUE")?;
                    call.query(format!("{}[{key}]", parameter.name), value)
                }
                _ => call.query(&parameter.name, value),
            };
        }
    }
    if let Some(body) = operation.body().and_then(|_| arguments.get_one::<String>("body")) {
        call = call.body(serde_json::from_str::<Value>(body)?);
    }
    println!("{:#}", call.await?.to_json());
    Ok(())
}

/// Returns a command for each part of an id: `customers:members:create` is `customers members create`.
fn program() -> Command {
    let program = Command::new("api").about("Calls the API of Polar").subcommand_required(true);
    Operation::all().iter().fold(program, |program, operation| {
        let path: Vec<&'static str> = operation.id().split(':').collect();
        insert(program, &path, operation)
    })
}

fn insert(command: Command, path: &[&'static str], operation: &Operation) -> Command {
    let Some((name, rest)) = path.split_first() else { return with_arguments(command, operation) };
    if command.find_subcommand(name).is_some() {
        return command.mut_subcommand(name, |inner| insert(inner, rest, operation));
    }
    let inner = Command::new(*name).subcommand_required(!rest.is_empty());
    command.subcommand(insert(inner, rest, operation))
}

fn with_arguments(command: Command, operation: &Operation) -> Command {
    let command = command.about(operation.summary()).args(operation.parameters().iter().map(argument));
    let command = match operation.body() {
        Some(_) => command.arg(Arg::new("body").long("body").value_name("JSON").help("The body of the request")),
        None => command,
    };
    let yes = Arg::new("yes").long("yes").action(ArgAction::SetTrue).help("Do not ask before something is deleted");
    if operation.is_destructive() { command.arg(yes) } else { command }
}

fn argument(parameter: &Parameter) -> Arg {
    let name = parameter.name.clone();
    let help = parameter.description.clone().unwrap_or_default();
    let argument = Arg::new(name.clone()).long(name).help(help).required(parameter.is_required);
    let argument = if parameter.schema["type"] == "boolean" { argument.value_name("BOOLEAN") } else { argument };
    if parameter.place == ParameterPlace::Query { argument.action(ArgAction::Append) } else { argument }
}

/// Returns the operation that was chosen, and its arguments.
fn chosen(matches: &ArgMatches) -> Option<(&'static Operation, &ArgMatches)> {
    let (mut id, mut matches) = (Vec::new(), matches);
    while let Some((name, inner)) = matches.subcommand() {
        id.push(name);
        matches = inner;
    }
    Some((Operation::by_id(&id.join(":"))?, matches))
}

/// Returns true if keys of the parameter are in brackets.
fn is_map(parameter: &Parameter) -> bool {
    let schemas = parameter.schema["anyOf"].as_array().into_iter().flatten().chain([&parameter.schema]);
    schemas.into_iter().any(|schema| schema["type"] == "object")
}

fn confirmed(operation: &Operation) -> io::Result<bool> {
    eprint!("`{}` cannot be undone. Continue? [y/N] ", operation.id());
    io::stderr().flush()?;
    let mut answer = String::new();
    io::stdin().lock().read_line(&mut answer)?;
    Ok(answer.trim().eq_ignore_ascii_case("y"))
}
