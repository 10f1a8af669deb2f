//! Keeping secrets out of what people read.
//!
//! What is a secret is a matter of the property: overlays mark them with `x-secret`. A type hides the properties that are marked in
//! it. Where no type says what a value is, as in errors and in JSON of any shape, the names of all marked properties count.

use std::borrow::Cow;
use std::ops::Range;

use crate::SECRETS;

/// Names under which others keep secrets. The API has no properties of these names.
const OTHERS: [&str; 4] = ["authorization", "cookie", "password", "guild_token"];

/// Where an issue of validation repeats what was sent.
const QUOTES: [&str; 2] = ["input", "ctx"];

/// Returns true if a property of this name may hold a secret.
pub(crate) fn is_secret(name: &str) -> bool {
    SECRETS.contains(&name) || OTHERS.contains(&name)
}

/// Returns the parts of a text that no log should hold:
/// - what follows the prefix of Polar's tokens and secrets (`polar_oat_`, `polar_cst_`, `polar_c_`, `whsec_` and so on),
/// - the query of a presigned address, and the token in the address of a downloadable,
/// - if `by_name`, the values of properties and parameters that have the [name of a secret](is_secret).
fn secrets(text: &[u8], by_name: bool) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut at = 0;
    let mut in_word = false;
    while at < text.len() {
        let rest = &text[at..];
        if by_name
            && !in_word
            && let Some(value) = named(text, at)
        {
            at = value.end;
            found.push(value);
        } else if rest[0] == b'?' {
            let length = run(&rest[1..], |byte| !byte.is_ascii_whitespace() && !b"\"'<>".contains(byte));
            // A backslash at the end escapes the quote behind it.
            let query = rest[1..=length].strip_suffix(b"\\").unwrap_or(&rest[1..=length]);
            if is_signed(query) {
                found.push(at + 1..at + 1 + query.len());
                at += query.len();
            }
            at += 1;
        } else if let Some((length, others)) = prefix(rest) {
            let secret = at + length;
            at = secret + run(&text[secret..], |byte| byte.is_ascii_alphanumeric() || others.contains(byte));
            if at > secret {
                found.push(secret..at);
            }
        } else {
            at += 1;
        }
        in_word = text[at - 1].is_ascii_alphanumeric() || text[at - 1] == b'_';
    }
    found
}

/// Returns where the value is of a secret whose name is at a place of a text: of a property in JSON, also if that is itself in a
/// string, or of a parameter in a query. It may be cut off.
fn named(text: &[u8], at: usize) -> Option<Range<usize>> {
    let name = run(&text[at..], |byte| byte.is_ascii_alphanumeric() || *byte == b'_');
    let is_hidden = |name: &str| is_secret(name) || QUOTES.contains(&name);
    if name == 0 || !str::from_utf8(&text[at..at + name]).is_ok_and(is_hidden) {
        return None;
    }
    let mut value = at + name;
    if text.get(value) == Some(&b'=') {
        value += 1;
        let length = run(&text[value..], |byte| !byte.is_ascii_whitespace() && !b"&\"'`<>\\".contains(byte));
        return (length > 0).then_some(value..value + length);
    }
    let quote = Quote::at(text, value)?;
    value += quote.length();
    value += run(&text[value..], u8::is_ascii_whitespace);
    if text.get(value) != Some(&b':') {
        return None;
    }
    value += 1;
    value += run(&text[value..], u8::is_ascii_whitespace);
    let end = match text.get(value)? {
        b'{' | b'[' => quote.end_of_container(text, value),
        _ if Quote::at(text, value) == Some(quote) => {
            value += quote.length();
            quote.end_of_string(text, value)
        }
        _ => value + run(&text[value..], |byte| !byte.is_ascii_whitespace() && !b",]}".contains(byte)),
    };
    let is_nothing = matches!(&text[value..end], b"" | b"null" | b"None");
    (!is_nothing).then_some(value..end)
}

/// A quote as it stands in a text: `"`, or `\"` in JSON that is in a string.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Quote {
    backslashes: usize,
    mark: u8,
}

impl Quote {
    fn at(text: &[u8], at: usize) -> Option<Self> {
        let backslashes = run(&text[at..], |byte| *byte == b'\\');
        let mark = *text.get(at + backslashes)?;
        matches!(mark, b'"' | b'\'').then_some(Self { backslashes, mark })
    }

    fn length(self) -> usize {
        self.backslashes + 1
    }

    /// Returns where a string ends whose content begins here: before its closing quote, or at the end of the text.
    fn end_of_string(self, text: &[u8], mut at: usize) -> usize {
        loop {
            let begin = at + run(&text[at..], |byte| *byte != b'\\' && *byte != self.mark);
            let backslashes = run(&text[begin..], |byte| *byte == b'\\');
            at = begin + backslashes;
            match text.get(at) {
                None => return text.len(),
                // Each level of quoting doubles the backslashes before a quote of the content, and adds one.
                Some(byte)
                    if *byte == self.mark
                        && (backslashes.saturating_sub(self.backslashes) / self.length()).is_multiple_of(2) =>
                {
                    return at - self.backslashes.min(backslashes);
                }
                Some(byte) if *byte == self.mark => at += 1,
                Some(_) => {}
            }
        }
    }

    /// Returns where an object or an array ends that begins here, or the end of the text.
    fn end_of_container(self, text: &[u8], mut at: usize) -> usize {
        let mut depth = 0_usize;
        while let Some(byte) = text.get(at) {
            if Self::at(text, at) == Some(self) {
                at = self.end_of_string(text, at + self.length());
                at = (at + self.length()).min(text.len());
                continue;
            }
            at += 1;
            match byte {
                b'{' | b'[' => depth += 1,
                b'}' | b']' if depth == 1 => return at,
                b'}' | b']' => depth -= 1,
                _ => {}
            }
        }
        text.len()
    }
}

/// Whether the query of an address authorizes whoever has it.
fn is_signed(query: &[u8]) -> bool {
    let has = |part: &[u8]| query.windows(part.len()).any(|found| found.eq_ignore_ascii_case(part));
    has(b"x-amz-") || has(b"signature=")
}

/// Returns the length of the prefix of a token or secret that a text begins with, and which characters besides letters and
/// digits follow it.
fn prefix(text: &[u8]) -> Option<(usize, &'static [u8])> {
    const DOWNLOADABLE: &[u8] = b"/downloadables/";
    if text.starts_with(DOWNLOADABLE) {
        return Some((DOWNLOADABLE.len(), b"._-="));
    }
    if text.starts_with(b"whsec_") {
        return Some((6, b"+/="));
    }
    let kind = text.strip_prefix(b"polar_")?;
    let length = run(kind, |byte| byte.is_ascii_lowercase());
    (length > 0 && kind.get(length) == Some(&b'_')).then_some((6 + length + 1, b"_-"))
}

/// Returns how many bytes at the beginning of a text satisfy a condition.
fn run(text: &[u8], mut belongs: impl FnMut(&u8) -> bool) -> usize {
    text.iter().take_while(|byte| belongs(byte)).count()
}

/// A text without the [`secrets`] in it that can be told by themselves, for values whose types hide the others.
pub(crate) fn redact(text: &str) -> Cow<'_, str> {
    without(text, secrets(text.as_bytes(), false))
}

fn without(text: &str, found: Vec<Range<usize>>) -> Cow<'_, str> {
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

/// Makes a text from outside safe to show in a terminal or a log: on one line, without escape sequences, truncated, and without
/// secrets.
pub(crate) fn for_people(text: &str) -> Cow<'_, str> {
    let end = text.char_indices().nth(LONGEST_TEXT).map_or(text.len(), |(end, _)| end);
    let (shown, is_cut) = (&text[..end], end < text.len());
    let is_plain = !shown.contains(is_disruptive);
    match without(shown, secrets(shown.as_bytes(), true)) {
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

/// A short part of a body, on one line, without the secrets in it.
#[cfg(feature = "client")]
pub(crate) fn excerpt(body: &[u8], offset: usize) -> String {
    const LENGTH: usize = 80;
    // Where a secret stands out of the excerpt it begins there, or ends.
    const LONGEST_SECRET: usize = 64 * 1024;
    let start = offset.min(body.len()).saturating_sub(LENGTH / 2);
    let end = (start + LENGTH).min(body.len());
    let around = start.saturating_sub(LONGEST_SECRET);
    let mut shown = body[around..(end + LONGEST_SECRET).min(body.len())].to_vec();
    for secret in secrets(&shown, true) {
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

    #[test]
    fn of_a_presigned_address_no_query_is_left() {
        let rows = [
            ("?", "?"),
            ("why? a?b=1&c=2", "why? a?b=1&c=2"),
            ("https://a/b?x=1&X-Amz-Signature=2 and", "https://a/b?… and"),
            (r#"{"url":"a?x-amz-date=1&b"}"#, r#"{"url":"a?…"}"#),
            (r#"\"a?Signature=1\\u0026b\""#, r#"\"a?…\""#),
            ("/downloadables/.eJ-a_b.c= /downloadables/", "/downloadables/… /downloadables/"),
            ("/downloadables/{token}", "/downloadables/{token}"),
        ];
        for (text, expected) in rows {
            assert_eq!(redact(text), expected);
        }
    }

    #[test]
    fn values_of_secrets_are_hidden_by_their_names() {
        let rows = [
            (r#"{"key":"abc","keys":"abc"}"#, r#"{"key":"…","keys":"abc"}"#),
            (r#"{"key" : "a\"b\\" , "a":1}"#, r#"{"key" : "…" , "a":1}"#),
            (r#"{"token":null,"code":42,"a":1}"#, r#"{"token":null,"code":…,"a":1}"#),
            (r#"{"headers":{"a":"}\"}","b":["]"]},"c":"d"}"#, r#"{"headers":…,"c":"d"}"#),
            (r#""secret":"cut o"#, r#""secret":"…"#),
            (r#""headers":{"a":"cut o"#, r#""headers":…"#),
            (r#"{"detail":"{\"key\": \"abc\", \"a\": 1}"}"#, r#"{"detail":"{\"key\": \"…\", \"a\": 1}"}"#),
            (r#"\"key\":\"a\\\"b\",\"c\""#, r#"\"key\":\"…\",\"c\""#),
            (r#"\"key\":\"cut\\\\\",\"c\""#, r#"\"key\":\"…\",\"c\""#),
            ("{'key': 'abc', 'a': None}", "{'key': '…', 'a': None}"),
            ("https://a/b?state=1&code=abc&x=2 c", "https://a/b?state=1&code=…&x=2 c"),
            ("client_secret=abc&xcode=1", "client_secret=…&xcode=1"),
            ("body.url: Input should be a URL, key", "body.url: Input should be a URL, key"),
            ("", ""),
        ];
        for (text, expected) in rows {
            assert_eq!(for_people(text), expected);
        }
    }

    #[test]
    #[cfg(feature = "client")]
    fn an_excerpt_that_begins_in_a_secret_does_not_show_it() {
        let body = format!(r#"{{"key":"{}","a":x}}"#, "s".repeat(9000));
        assert_eq!(super::excerpt(body.as_bytes(), body.len() - 2), r#"…","a":x}"#);
        assert!(!super::excerpt(body.as_bytes(), 5000).contains('s'));
    }
}
