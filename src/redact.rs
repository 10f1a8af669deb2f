//! Keeping secrets out of what people read.

use std::borrow::Cow;
use std::ops::Range;

/// The parts of a text that no log should hold: what follows the prefix of Polar's tokens and secrets (`polar_oat_`,
/// `polar_cst_`, `polar_c_` and so on).
pub(crate) fn secrets(text: &[u8]) -> Vec<Range<usize>> {
    const MARK: &[u8] = b"polar_";
    let run =
        |from: usize, belongs: fn(&u8) -> bool| from + text[from..].iter().take_while(|byte| belongs(byte)).count();
    let mut found = Vec::new();
    let mut at = 0;
    while at + MARK.len() < text.len() {
        if !text[at..].starts_with(MARK) {
            at += 1;
            continue;
        }
        let kind = at + MARK.len();
        let end_of_kind = run(kind, u8::is_ascii_lowercase);
        if end_of_kind == kind || text.get(end_of_kind) != Some(&b'_') {
            at = kind;
            continue;
        }
        let secret = end_of_kind + 1;
        at = run(secret, |byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'));
        if at > secret {
            found.push(secret..at);
        }
    }
    found
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

#[cfg(test)]
mod tests {
    use super::redact;

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
        ];
        for (text, expected) in rows {
            assert_eq!(redact(text), expected);
        }
    }
}
