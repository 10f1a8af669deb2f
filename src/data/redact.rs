//! Keeping secrets out of what people read.

use std::borrow::Cow;
use std::ops::Range;

/// Returns the parts of a text that no log should hold: what follows the prefix of Polar's tokens and secrets (`polar_oat_`,
/// `polar_cst_`, `polar_c_`, `whsec_` and so on).
fn secrets(text: &[u8]) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut at = 0;
    while at < text.len() {
        let Some((length, others)) = prefix(&text[at..]) else {
            at += 1;
            continue;
        };
        let secret = at + length;
        at = secret + run(&text[secret..], |byte| byte.is_ascii_alphanumeric() || others.contains(byte));
        if at > secret {
            found.push(secret..at);
        }
    }
    found
}

/// Returns the length of the prefix of a token or secret that a text begins with, and which characters besides letters and
/// digits follow it.
fn prefix(text: &[u8]) -> Option<(usize, &'static [u8])> {
    if text.starts_with(b"whsec_") {
        return Some((6, b"+/="));
    }
    let kind = text.strip_prefix(b"polar_")?;
    let length = run(kind, |byte| byte.is_ascii_lowercase());
    (length > 0 && kind.get(length) == Some(&b'_')).then_some((6 + length + 1, b"_-"))
}

/// Returns how many bytes at the beginning of a text satisfy a condition.
fn run(text: &[u8], belongs: impl Fn(&u8) -> bool) -> usize {
    text.iter().take_while(|byte| belongs(byte)).count()
}

/// A text in which only the prefixes of tokens and secrets are left.
pub(crate) fn redact(text: &str) -> Cow<'_, str> {
    let found = secrets(text.as_bytes());
    if found.is_empty() {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len());
    let mut from = 0;
    for secret in found {
        shown.push_str(&text[from..secret.start]);
        shown.push('…');
        from = secret.end;
    }
    shown.push_str(&text[from..]);
    Cow::Owned(shown)
}

/// The longest text of an error, in characters. What a server says at greater length is in the body.
const LONGEST_TEXT: usize = 1000;

/// Returns a text that others wrote as it may be shown in a terminal or a log: on one line, without escape sequences, cut if it
/// is long, and without secrets.
pub(crate) fn for_people(text: &str) -> Cow<'_, str> {
    let end = text.char_indices().nth(LONGEST_TEXT).map_or(text.len(), |(end, _)| end);
    let (shown, is_cut) = (&text[..end], end < text.len());
    let is_plain = !shown.contains(is_disruptive);
    match redact(shown) {
        Cow::Borrowed(_) if is_plain && !is_cut => Cow::Borrowed(text),
        redacted => {
            let mut shown = String::with_capacity(redacted.len() + 3);
            for c in redacted.chars() {
                match c {
                    c if is_disruptive(c) => shown.extend(c.escape_default()),
                    c => shown.push(c),
                }
            }
            if is_cut {
                shown.push('…');
            }
            Cow::Owned(shown)
        }
    }
}

/// Returns true for characters that change how the text around them is shown: controls, and marks of direction.
fn is_disruptive(c: char) -> bool {
    c.is_control() || matches!(c, '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Properties whose values let whoever reads them in.
const SECRETS: [&str; 13] = [
    "access_token",
    "client_secret",
    "code_verifier",
    "customer_session_token",
    "guild_token",
    "id_token",
    "invitation_token",
    // Of a license, for which a customer paid.
    "key",
    "refresh_token",
    "registration_access_token",
    "secret",
    "session_token",
    "token",
];

/// Whether a property's value is hidden.
pub(crate) fn is_secret(name: &str) -> bool {
    SECRETS.contains(&name)
}

/// A short part of a body, on one line, without the secrets in it.
#[cfg(feature = "client")]
pub(crate) fn excerpt(body: &[u8], offset: usize) -> String {
    const LENGTH: usize = 80;
    // Where a secret stands out of the excerpt it begins there, or ends.
    const LONGEST_SECRET: usize = 1024;
    let start = offset.min(body.len()).saturating_sub(LENGTH / 2);
    let end = (start + LENGTH).min(body.len());
    let around = start.saturating_sub(LONGEST_SECRET);
    let mut shown = body[around..(end + LONGEST_SECRET).min(body.len())].to_vec();
    for secret in secrets(&shown) {
        shown[secret].fill(0);
    }
    let text = String::from_utf8_lossy(&shown[start - around..end - around]).into_owned();
    // The cut may go through a character.
    let text = text.trim_matches('\u{fffd}');
    if text.contains('\u{fffd}') || (text.is_empty() && !body.is_empty()) {
        return format!("{} bytes that are no text", body.len());
    }
    let mut line = String::from(if start > 0 { "…" } else { "" });
    for c in text.chars() {
        match c {
            '\0' if line.ends_with('…') => {}
            '\0' => line.push('…'),
            c if c.is_control() => line.push(' '),
            c => line.push(c),
        }
    }
    if end < body.len() && !line.ends_with('…') {
        line.push('…');
    }
    line
}

#[cfg(test)]
mod tests {
    use super::{for_people, redact};

    #[test]
    fn of_a_token_only_its_prefix_is_left() {
        let rows = [
            ("", ""),
            ("polar_", "polar_"),
            ("polar_client", "polar_client"),
            ("polar_oat_", "polar_oat_"),
            ("polar_oat_abC-1_2, and", "polar_oat_…, and"),
            ("a polar_c_x/confirm polar_at_u_y", "a polar_c_…/confirm polar_at_…"),
            ("polar_polar_cst_ü polar_whs_1", "polar_polar_…ü polar_whs_…"),
            ("secret=whsec_AAEC+w/8=, whsec_ ", "secret=whsec_…, whsec_ "),
        ];
        for (text, expected) in rows {
            assert_eq!(redact(text), expected);
        }
    }

    #[test]
    fn what_others_wrote_is_one_line_without_escape_sequences() {
        assert_eq!(for_people("No such order."), "No such order.");
        assert_eq!(for_people("a\nb\u{1b}[31m\u{202e}ü polar_oat_x"), "a\\nb\\u{1b}[31m\\u{202e}ü polar_oat_…");
        let long = for_people(&"ü".repeat(100_000)).into_owned();
        assert_eq!(long.chars().count(), 1001);
        assert!(long.ends_with('…'));
        // A secret that the cut goes through does not show either.
        let secret = format!("{}polar_oat_{}", "x".repeat(985), "s".repeat(100));
        assert!(!for_people(&secret).contains("ss"), "{}", for_people(&secret));
    }
}
