//! Child processes, which run this program again.

use std::env;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use anyhow::{Context, Result, ensure};

use crate::server::Setting;

/// A server in a process of its own, which is killed on drop, and exits when this process does.
struct Server(Child);

impl Drop for Server {
    fn drop(&mut self) {
        // It may have exited already.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Measures a side in a process of its own, against a new server, and returns its figure.
pub fn measure(side: &str, setting: &Setting) -> Result<f64> {
    let program = env::current_exe().context("this program's path")?;
    let (pages, delay) = setting.to_arguments();
    let server = Command::new(&program)
        .args(["serve", &pages, &delay])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .context("a server's process")?;
    let mut server = Server(server);
    let mut url = String::new();
    let output = server.0.stdout.take().context("a server's output")?;
    BufReader::new(output).read_line(&mut url).context("a server's address")?;

    let output = Command::new(&program).args(["side", side, url.trim()]).stderr(Stdio::inherit()).output();
    let output = output.with_context(|| format!("the process of `{side}`"))?;
    ensure!(output.status.success(), "`{side}` failed: {}", output.status);
    let figure = String::from_utf8_lossy(&output.stdout);
    figure.trim().parse().with_context(|| format!("`{side}` says {figure:?}"))
}
