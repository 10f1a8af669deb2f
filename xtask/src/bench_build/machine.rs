//! Where it was measured.

use std::fmt;
use std::fs;
use std::time::SystemTime;

use anyhow::{Context, Result, ensure};
use chrono::{DateTime, Utc};

use super::environment;

/// What has an influence on the figures.
#[derive(Debug)]
pub struct Machine {
    /// As `1.95.0`.
    rustc: String,
    /// The triple that rustc builds for by default.
    pub host: String,
    /// How many threads cargo builds with.
    cores: Option<usize>,
    processor: Option<String>,
    /// In KiB.
    memory: Option<u64>,
}

impl Machine {
    /// Asks rustc and, as far as there is one, `/proc`.
    pub fn read() -> Result<Self> {
        let output = environment::command("rustc").arg("-vV").output().context("rustc -vV")?;
        let text = String::from_utf8_lossy(&output.stdout);
        ensure!(output.status.success(), "rustc -vV: {}", String::from_utf8_lossy(&output.stderr).trim());
        let line = |name| value(&text, name).with_context(|| format!("rustc -vV says no `{name}`"));
        let cpuinfo = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
        let meminfo = fs::read_to_string("/proc/meminfo").unwrap_or_default();
        Ok(Self {
            rustc: line("release")?.to_owned(),
            host: line("host")?.to_owned(),
            cores: std::thread::available_parallelism().ok().map(usize::from),
            processor: value(&cpuinfo, "model name").map(str::to_owned),
            memory: value(&meminfo, "MemTotal").and_then(|memory| memory.strip_suffix(" kB")?.parse().ok()),
        })
    }
}

impl fmt::Display for Machine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Measured on {}", DateTime::<Utc>::from(SystemTime::now()).format("%Y-%m-%d"))?;
        if let Some(cores) = self.cores {
            write!(f, ", cores: {cores}")?;
        }
        if let Some(processor) = &self.processor {
            write!(f, ", {processor}")?;
        }
        if let Some(kib) = self.memory {
            write!(f, ", memory: {} GiB", kib.div_ceil(1024 * 1024))?;
        }
        write!(f, ", rustc {} for {}", self.rustc, self.host)
    }
}

/// What stands after `name:` in the first such line.
fn value<'t>(text: &'t str, name: &str) -> Option<&'t str> {
    text.lines().find_map(|line| {
        let (key, value) = line.split_once(':')?;
        (key.trim() == name).then_some(value.trim())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_found_by_their_whole_name() {
        let text = "model\t\t: 5\nmodel name\t: A: processor\nmodel name\t: another\n";
        assert_eq!(value(text, "model name"), Some("A: processor"));
        assert_eq!(value(text, "name"), None);
    }
}
