//! What is measured, and what it is to reach.

use std::fmt;

/// A row of the table, in this order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, clap::ValueEnum)]
pub enum Figure {
    /// The whole app, `cargo build` into an empty folder
    Debug,
    /// The same with few features, beside the whole peer
    Few,
    /// The whole app, `cargo build --release` into an empty folder
    Release,
    /// The whole app, `cargo check` into an empty folder
    Check,
    /// The crate with the generated code alone, debug
    Generated,
    /// `cargo build` after an edit in the app
    Edit,
    /// One run of our build script, itself not optimized
    Script,
    /// The stripped binary of the release build
    Size,
    /// The whole app with the TLS that the peer has, `cargo build --release` into an empty folder
    ReleaseAlike,
    /// The stripped binary of the release build with the TLS that the peer has
    SizeAlike,
}

/// Whose value it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Column {
    /// polar-client.
    Ours,
    /// The crate beside it.
    Peer,
}

/// What a value counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// Seconds of wall time.
    Seconds,
    /// Bytes, shown as KiB.
    Bytes,
}

/// The greatest value that is good enough.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Goal {
    /// Ours divided by the peer's.
    Ratio(f64),
    /// Ours, in the unit of the figure.
    Value(f64),
}

impl Figure {
    /// What its values count.
    pub fn unit(self) -> Unit {
        match self {
            Self::Size | Self::SizeAlike => Unit::Bytes,
            _ => Unit::Seconds,
        }
    }

    /// What it is to reach.
    pub fn goal(self) -> Goal {
        match self {
            Self::Debug | Self::Release | Self::Size | Self::ReleaseAlike | Self::SizeAlike => Goal::Ratio(1.0),
            Self::Few => Goal::Ratio(0.9),
            Self::Check => Goal::Ratio(1.3),
            Self::Generated => Goal::Ratio(0.34),
            Self::Edit => Goal::Ratio(1.2),
            Self::Script => Goal::Value(0.67),
        }
    }
}

impl fmt::Display for Figure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Debug => "debug build",
            Self::Few => "debug build, few features",
            Self::Release => "release build",
            Self::Check => "`cargo check`",
            Self::Generated => "the crate with the generated code alone, debug",
            Self::Edit => "debug build after an edit in the app",
            Self::Script => "one run of `build.rs`, not optimized",
            Self::Size => "stripped release binary",
            Self::ReleaseAlike => "release build, both with the system's TLS",
            Self::SizeAlike => "stripped release binary, both with the system's TLS",
        })
    }
}

impl Unit {
    /// The value with its unit.
    pub fn show(self, value: f64) -> String {
        let number = self.number(value);
        match self {
            Self::Seconds => format!("{number} s"),
            Self::Bytes => format!("{number} KiB"),
        }
    }

    /// The value as it is shown, without its unit.
    pub fn number(self, value: f64) -> String {
        match self {
            Self::Seconds if value < 10.0 => format!("{value:.2}"),
            Self::Seconds => format!("{value:.1}"),
            Self::Bytes => format!("{:.0}", value / 1024.0),
        }
    }
}

impl Goal {
    /// How it is written, for a figure of this unit.
    pub fn show(self, unit: Unit) -> String {
        match self {
            Self::Ratio(ratio) => format!("≤ {ratio:?}"),
            Self::Value(value) => format!("≤ {}", unit.show(value)),
        }
    }
}
