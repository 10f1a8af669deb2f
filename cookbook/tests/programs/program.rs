//! Running programs.

use std::io::{BufRead, BufReader, Read};
use std::process::{Child, ChildStdout, Command, Stdio};

use polar_client::reqwest::{Client, Response, redirect};
use rustix::process::{Pid, Signal, kill_process};

/// A running program and its output.
pub struct Program {
    process: Child,
    output: BufReader<ChildStdout>,
}

impl Drop for Program {
    fn drop(&mut self) {
        // It has already exited, unless the test failed or killed it.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Returns the command of a program, without an account.
pub fn command(path: &str) -> Command {
    let mut command = Command::new(path);
    for variable in ["POLAR_ACCESS_TOKEN", "POLAR_SERVER", "POLAR_WEBHOOK_SECRET"] {
        command.env_remove(variable);
    }
    command
}

impl Program {
    /// Starts a program.
    pub fn start(command: &mut Command) -> Self {
        let mut process = command.stdout(Stdio::piped()).spawn().expect("another process");
        let output = BufReader::new(process.stdout.take().expect("its output"));
        Self { process, output }
    }

    /// Reads until a line begins with a prefix, and returns the rest of that line.
    pub fn line(&mut self, prefix: &str) -> String {
        let mut line = String::new();
        loop {
            line.clear();
            assert!(self.output.read_line(&mut line).expect("a line") > 0, "it ended before it printed {prefix:?}");
            if let Some(rest) = line.trim().strip_prefix(prefix) {
                return rest.to_owned();
            }
        }
    }

    /// Kills the program, like `kill -9`.
    pub fn kill(mut self) {
        self.process.kill().expect("a process that can be killed");
    }

    /// Terminates the program, and returns the rest of its output.
    pub fn terminate(self) -> String {
        kill_process(Pid::from_child(&self.process), Signal::TERM).expect("a signal");
        self.finish()
    }

    /// Waits until the program exits, and returns the rest of its output.
    pub fn finish(mut self) -> String {
        let mut text = String::new();
        self.output.read_to_string(&mut text).expect("text");
        assert!(self.process.wait().expect("an end").success(), "{text}");
        text
    }
}

/// Creates an HTTP client that does not follow redirects.
pub fn http() -> Client {
    let builder = polar_client::client::http_builder().expect("TLS");
    builder.redirect(redirect::Policy::none()).build().expect("a client")
}

/// Sends a GET request.
pub async fn get(url: impl AsRef<str>) -> Response {
    http().get(url.as_ref()).send().await.expect("an answer")
}
