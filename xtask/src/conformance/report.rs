//! Collects and prints the findings.

use std::collections::BTreeMap;
use std::fmt;
use std::io::Write;

/// A number of successes out of a total.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Count {
    /// The number of successes.
    pub whole: usize,
    /// The total.
    pub total: usize,
}

impl Count {
    /// Counts one result.
    pub fn add(&mut self, whole: bool) {
        self.whole += usize::from(whole);
        self.total += 1;
    }

    fn is_whole(self) -> bool {
        self.whole == self.total
    }
}

impl fmt::Display for Count {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.whole, self.total)
    }
}

/// The findings of all recordings.
#[derive(Debug, Default)]
pub struct Report {
    /// Successful responses with a typed JSON body that were decoded.
    pub decoded: Count,
    /// The same responses, if they were re-encoded without loss.
    pub lossless: Count,
    /// Request bodies that were re-encoded without loss.
    pub requests: Count,
    /// Successful calls that were replayed.
    pub calls: Count,
    /// Failures that were replayed.
    pub errors: Count,
    /// Webhook bodies that were re-encoded without loss.
    pub webhooks: Count,
    /// Webhooks whose signature was verified.
    pub verified: Count,
    /// Requests that the version no longer accepts.
    outdated: Vec<String>,
    /// One line each.
    failures: Vec<String>,
    /// One line each.
    unknown: Vec<String>,
    /// The number of occurrences by path.
    undocumented: BTreeMap<String, usize>,
}

impl Report {
    /// Records a failure by file, part of the file, and path.
    pub fn fail(&mut self, file: &str, part: &str, path: &str, what: impl fmt::Display) {
        self.failures.push(format!("{file}: {part} {path}: {what}"));
    }

    /// Records a request that the version no longer accepts.
    pub fn outdated(&mut self, file: &str) {
        self.outdated.push(format!("not taken by this version: {file}: request"));
    }

    /// Records an unknown variant.
    pub fn unknown(&mut self, file: &str, path: &str, of: &str) {
        self.unknown.push(format!("unknown variant: {file}: {path}: {of}"));
    }

    /// Records a property that is not in the document.
    pub fn undocumented(&mut self, of: &str, path: &str) {
        let place = format!("{of} {}", without_indexes(path));
        *self.undocumented.entry(place).or_default() += 1;
    }

    /// Returns the number of failures.
    pub fn failures(&self) -> usize {
        self.failures.len()
    }

    /// Returns true if there are no failures.
    pub fn is_whole(&self) -> bool {
        let counts =
            [self.decoded, self.lossless, self.requests, self.calls, self.errors, self.webhooks, self.verified];
        self.failures.is_empty() && counts.iter().all(|count| count.is_whole())
    }

    /// Returns true if there was nothing to judge.
    pub fn is_empty(&self) -> bool {
        [self.calls, self.errors, self.webhooks].iter().all(|count| count.total == 0)
    }

    /// Writes the findings, followed by the counts on one line.
    pub fn print(&self, out: &mut impl Write) -> std::io::Result<()> {
        for (place, times) in &self.undocumented {
            let times = if *times == 1 { "once".to_owned() } else { format!("{times} times") };
            writeln!(out, "not in the document: {place} ({times})")?;
        }
        for line in self.outdated.iter().chain(&self.unknown).chain(&self.failures) {
            writeln!(out, "{line}")?;
        }
        writeln!(out, "{self}")
    }
}

/// Writes the counts.
impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "responses {} decoded {} lossless {} unknown; requests {}; calls {}; errors {}; webhooks {} verified {}",
            self.decoded,
            self.lossless,
            self.unknown.len(),
            self.requests,
            self.calls,
            self.errors,
            self.webhooks,
            self.verified
        )
    }
}

/// Replaces the indexes in a path with `[]`.
fn without_indexes(path: &str) -> String {
    let mut result = String::new();
    let mut rest = path;
    while let Some(start) = rest.find('[') {
        let (before, after) = rest.split_at(start + 1);
        result.push_str(before);
        rest = after.trim_start_matches(|c: char| c.is_ascii_digit());
    }
    result + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    fn printed(report: &Report) -> String {
        let mut out = Vec::new();
        report.print(&mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn findings_are_listed_and_counted_in_the_last_line() {
        let mut report = Report::default();
        for whole in [true, false] {
            report.decoded.add(whole);
            report.calls.add(true);
        }
        report.lossless.add(true);
        report.undocumented("orders:list", "$.items[0].a[12][\"b c\"]");
        report.undocumented("orders:list", "$.items[3].a[4][\"b c\"]");
        report.undocumented("orders:get", "$.x");
        report.unknown("responses/x.json", "$.status", "OrderStatus");
        report.fail("responses/y.json", "response", "$.id", "1 was dropped");

        assert_eq!(
            printed(&report),
            "not in the document: orders:get $.x (once)\n\
             not in the document: orders:list $.items[].a[][\"b c\"] (2 times)\n\
             unknown variant: responses/x.json: $.status: OrderStatus\n\
             responses/y.json: response $.id: 1 was dropped\n\
             responses 1/2 decoded 1/1 lossless 1 unknown; requests 0/0; calls 2/2; errors 0/0; webhooks 0/0 verified 0/0\n"
        );
        assert!(!report.is_whole());
    }

    #[test]
    fn unknown_variants_and_undocumented_properties_are_not_failures() {
        let mut report = Report::default();
        report.webhooks.add(true);
        report.unknown("webhooks/x.json", "$", "WebhookPayload");
        report.undocumented("order.paid", "$.x");
        assert!(report.is_whole());
        report.webhooks.add(false);
        assert!(!report.is_whole());
    }

    #[test]
    fn webhook_whose_signature_is_refused_is_a_failure() {
        let mut report = Report::default();
        report.webhooks.add(true);
        report.verified.add(false);
        assert!(!report.is_whole());
        assert!(report.to_string().ends_with("; webhooks 1/1 verified 0/1"), "{report}");
    }

    #[test]
    fn report_is_empty_until_something_was_judged() {
        let mut report = Report::default();
        assert!(report.is_empty());
        report.errors.add(false);
        assert!(!report.is_empty());
    }
}
