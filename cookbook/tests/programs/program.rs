//! A program as it runs.

use std::io::{BufRead, BufReader, Read};
use std::process::{Child, ChildStdout, Command, Stdio};

use polar_client::reqwest::{Client, Response, redirect};
use rustix::process::{Pid, Signal, kill_process};

/// A program of the cookbook, and what it prints.
pub struct Program {
    process: Child,
    output: BufReader<ChildStdout>,
}

impl Drop for Program {
    fn drop(&mut self) {
        // It has ended already, unless the test failed or killed it.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// The command of a program, without an account.
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

    /// Ends it as `kill -9` does.
    pub fn kill(mut self) {
        self.process.kill().expect("a process that can be killed");
    }

    /// Tells it to stop, and returns what it printed since.
    pub fn terminate(self) -> String {
        kill_process(Pid::from_child(&self.process), Signal::TERM).expect("a signal");
        self.finish()
    }

    /// Waits for its end, and returns what it printed since.
    pub fn finish(mut self) -> String {
        let mut text = String::new();
        self.output.read_to_string(&mut text).expect("text");
        assert!(self.process.wait().expect("an end").success(), "{text}");
        text
    }
}

/// A client that follows no redirect.
pub fn http() -> Client {
    let builder = polar_client::client::http_builder().expect("TLS");
    builder.redirect(redirect::Policy::none()).build().expect("a client")
}

/// What a server answers.
pub async fn get(url: impl AsRef<str>) -> Response {
    http().get(url.as_ref()).send().await.expect("an answer")
}
