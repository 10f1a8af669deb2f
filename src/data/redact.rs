//! Keeping secrets out of what people read.

use std::borrow::Cow;
use std::ops::Range;

/// Headers whose values show. Others, given along with an address of the storage, may be part of its authorization.
const SHOWN_HEADERS: [&str; 8] = [
    "cache-control",
    "content-disposition",
    "content-encoding",
    "content-length",
    "content-md5",
    "content-type",
    "x-amz-checksum-sha256",
    "x-amz-sdk-checksum-algorithm",
];

/// Returns the parts of a text that no log should hold:
/// - what follows the prefix of Polar's tokens and secrets (`polar_oat_`, `polar_cst_`, `polar_c_`, `whsec_` and so on),
/// - the query of a presigned address, and the token in the address of a downloadable,
/// - in JSON, the values of `headers` that are not in [`SHOWN_HEADERS`].
fn secrets(text: &[u8]) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut at = 0;
    while at < text.len() {
        let rest = &text[at..];
        if let Some(object) = rest.strip_prefix(b"\"headers\":") {
            at = header_values(text, text.len() - object.len(), &mut found);
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
    }
    found
}

/// Whether the query of an address authorizes whoever has it.
fn is_signed(query: &[u8]) -> bool {
    let has = |part: &[u8]| query.windows(part.len()).any(|found| found.eq_ignore_ascii_case(part));
    has(b"x-amz-") || has(b"signature=")
}

/// Finds the values of an object of headers that do not show, and returns where it ends. It may be cut off.
fn header_values(text: &[u8], mut at: usize, found: &mut Vec<Range<usize>>) -> usize {
    let mut name = None;
    at += run(&text[at..], u8::is_ascii_whitespace);
    if text.get(at) != Some(&b'{') {
        return at;
    }
    at += 1;
    loop {
        at += run(&text[at..], |byte| byte.is_ascii_whitespace() || b":,".contains(byte));
        if text.get(at) != Some(&b'"') {
            return at;
        }
        let start = at + 1;
        let mut escaped = false;
        let end = start
            + run(&text[start..], |byte| {
                let ends = *byte == b'"' && !escaped;
                escaped = *byte == b'\\' && !escaped;
                !ends
            });
        at = (end + 1).min(text.len());
        let Some(name) = name.take() else {
            name = Some(&text[start..end]);
            continue;
        };
        let is_shown = SHOWN_HEADERS.iter().any(|shown| shown.as_bytes().eq_ignore_ascii_case(name));
        if !is_shown && start < end {
            found.push(start..end);
        }
    }
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

/// A text without the [`secrets`] in it.
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

/// Makes a text from outside safe to show in a terminal or a log: on one line, without escape sequences, truncated, and without
/// secrets.
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
    const LONGEST_SECRET: usize = 4096;
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

    #[test]
    fn of_a_presigned_address_no_query_is_left_and_of_its_headers_what_is_known() {
        let rows = [
            ("?", "?"),
            ("why? a?b=1&c=2", "why? a?b=1&c=2"),
            ("https://a/b?x=1&X-Amz-Signature=2 and", "https://a/b?… and"),
            (r#"{"url":"a?x-amz-date=1&b"}"#, r#"{"url":"a?…"}"#),
            (r#"\"a?Signature=1\\u0026b\""#, r#"\"a?…\""#),
            ("/downloadables/.eJ-a_b.c= /downloadables/", "/downloadables/… /downloadables/"),
            ("/downloadables/{token}", "/downloadables/{token}"),
            (r#""headers":{}"#, r#""headers":{}"#),
            (r#""headers":null,"a":"b""#, r#""headers":null,"a":"b""#),
            (
                r#""headers": {"a": "b\"c", "Content-Type":"d", "e":""}, "f":"g""#,
                r#""headers": {"a": "…", "Content-Type":"d", "e":""}, "f":"g""#,
            ),
            (r#""headers":{"a":"b"#, r#""headers":{"a":"…"#),
        ];
        for (text, expected) in rows {
            assert_eq!(redact(text), expected);
        }
    }
}
