//! The lifecycle of a version of the API.
//!
//! Versions rotate in the first week of a quarter: the oldest version is removed, the current one is deprecated, and
//! the next one, which is named after that month, becomes current. Therefore the lifecycle of a version can be derived
//! from the list of versions.

use std::fmt;

/// The months in which a version changes its status.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lifecycle {
    /// The month in which the version becomes current.
    pub current: Month,
    /// The month in which the version is deprecated, because the next one becomes current.
    pub deprecated: Month,
    /// The month in which the version is removed.
    pub removed: Month,
}

impl Lifecycle {
    /// Returns the lifecycle of `version`, given all known versions. Returns `None` if the version is not named after a
    /// month.
    ///
    /// If no later version is known, the next one is assumed to follow one quarter later.
    pub fn of(version: &str, all: &[String]) -> Option<Self> {
        let current = Month::parse(version)?;
        let later = all.iter().filter_map(|version| Month::parse(version)).filter(|month| *month > current).min();
        let deprecated = later.unwrap_or_else(|| current.plus_quarter());
        Some(Self { current, deprecated, removed: deprecated.plus_quarter() })
    }
}

/// A month, such as `2026-10`. Versions are named after months.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Month {
    /// The year.
    pub year: i32,
    /// The month, from 1 to 12.
    pub month: u32,
}

impl Month {
    /// Parses a month from the name of a version.
    pub fn parse(version: &str) -> Option<Self> {
        let (year, month) = version.split_once('-')?;
        let is_number = |part: &str, length| part.len() == length && part.bytes().all(|byte| byte.is_ascii_digit());
        if !is_number(year, 4) || !is_number(month, 2) {
            return None;
        }
        let month = month.parse().ok().filter(|month| (1..=12).contains(month))?;
        Some(Self { year: year.parse().ok()?, month })
    }

    /// Returns the month three months later.
    #[must_use]
    pub fn plus_quarter(self) -> Self {
        match self.month {
            10.. => Self { year: self.year + 1, month: self.month - 9 },
            _ => Self { month: self.month + 3, ..self },
        }
    }

    /// Returns the month in words, such as `October 2026`.
    pub fn words(self) -> String {
        const NAMES: [&str; 12] = [
            "January",
            "February",
            "March",
            "April",
            "May",
            "June",
            "July",
            "August",
            "September",
            "October",
            "November",
            "December",
        ];
        let name = NAMES.get(self.month as usize - 1).copied().unwrap_or_default();
        format!("{name} {}", self.year)
    }
}

/// Formats the month like the name of a version.
impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}", self.year, self.month)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn months(version: &str, all: &[&str]) -> Option<[String; 3]> {
        let all: Vec<String> = all.iter().map(|version| (*version).to_owned()).collect();
        let Lifecycle { current, deprecated, removed } = Lifecycle::of(version, &all)?;
        Some([current, deprecated, removed].map(|month| month.to_string()))
    }

    #[test]
    fn a_version_is_served_until_a_quarter_after_its_successor_becomes_current() {
        let all = ["2026-04", "2026-10", "2027-01"];
        assert_eq!(months("2026-04", &all), Some(["2026-04", "2026-10", "2027-01"].map(str::to_owned)));
        assert_eq!(months("2026-10", &all), Some(["2026-10", "2027-01", "2027-04"].map(str::to_owned)));
        assert_eq!(months("2027-01", &all), Some(["2027-01", "2027-04", "2027-07"].map(str::to_owned)));
    }

    #[test]
    fn only_months_are_versions_with_a_lifecycle() {
        for version in ["0.1.0", "2026", "2026-13", "2026-1", "2026-00", "v2026-10", ""] {
            assert_eq!(months(version, &[]), None, "{version}");
        }
    }

    #[test]
    fn a_month_reads_as_words() {
        assert_eq!(Month::parse("2027-01").map(Month::words).as_deref(), Some("January 2027"));
    }
}
