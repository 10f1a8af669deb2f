//! JSON values and JSON pointers.

pub use serde_json::{Map, Value};

use crate::{Error, Result};

/// Parses a JSON value.
///
/// # Errors
/// Returns an error with the line number if the text is not valid JSON.
pub fn parse(text: &str) -> Result<Value> {
    let mut value: Value = serde_json::from_str(text)
        .map_err(|error| Error::new("", format!("no JSON in line {}: {error}", error.line())))?;
    // A no-op, unless another crate in the build enables serde_json's `preserve_order`. The source must not depend on it.
    value.sort_all_objects();
    Ok(value)
}

/// Returns the unescaped segments of a [JSON pointer](https://www.rfc-editor.org/rfc/rfc6901).
pub fn segments(pointer: &str) -> impl Iterator<Item = String> {
    pointer.split('/').skip(1).map(unescape)
}

/// Unescapes a segment of a JSON pointer.
pub fn unescape(segment: &str) -> String {
    segment.replace("~1", "/").replace("~0", "~")
}

/// Escapes a name for use as a segment of a JSON pointer.
pub fn escape(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn faults_name_their_line() {
        for (text, line) in [("", 1), ("{\n  \"a\": 1,\n  b\n}", 3), ("[1]\n[2]", 2), ("\n\n\"\u{1}\"", 3), ("-", 1)] {
            let error = parse(text).expect_err(text);
            assert!(error.message().starts_with(&format!("no JSON in line {line}: ")), "{text}: {error}");
        }
    }

    #[test]
    fn values_that_are_nested_too_deep_are_refused() {
        let nested = |depth| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
        assert!(parse(&nested(100)).is_ok());
        assert!(parse(&nested(100_000)).is_err());
    }

    #[test]
    fn objects_are_sorted() {
        assert_eq!(
            parse(r#"{"b": 1, "a": {"d": 2, "c": 3}}"#).expect("JSON").to_string(),
            r#"{"a":{"c":3,"d":2},"b":1}"#
        );
    }

    #[test]
    fn segments_are_names() {
        assert_eq!(segments("/paths/~1v1~1a~0b/get").collect::<Vec<_>>(), ["paths", "/v1/a~b", "get"]);
        assert_eq!(escape("/v1/a~b"), "~1v1~1a~0b");
    }
}
