//! How values of the API show in logs: as the JSON they are, without secrets.

use std::fmt;

use super::encode::{Encode, Writer};
use crate::data::redact::redact;

/// Returns JSON of any shape without the values of properties that have the name of a secret.
#[cfg(feature = "client")]
pub(crate) fn shown(value: &serde_json::Value) -> String {
    let mut writer = Writer::hiding();
    value.encode(&mut writer);
    String::from_utf8_lossy(&writer.finish()).into_owned()
}

/// Implements `Debug`: the name of the type, and the value as JSON, in lines if `{:#?}` asks for it.
///
/// # Errors
/// As the formatter gives them.
pub(crate) fn debug(value: &dyn Encode, name: &str, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let mut writer = Writer::hiding();
    value.encode(&mut writer);
    let json = writer.finish();
    let json = String::from_utf8_lossy(&json);
    let json = redact(&json);
    write!(f, "{name} ")?;
    if f.alternate() { in_lines(&json, f) } else { f.write_str(&json) }
}

/// Writes compact JSON with an entry a line.
fn in_lines(json: &str, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let (mut depth, mut in_string, mut escaped, mut last) = (0, false, false, ' ');
    for letter in json.chars() {
        let is_empty = matches!((last, letter), ('{', '}') | ('[', ']'));
        if !in_string && matches!(letter, '}' | ']') {
            depth -= 1;
        }
        if !in_string && !is_empty && (matches!(last, '{' | '[' | ',') || matches!(letter, '}' | ']')) && last != ' ' {
            write!(f, "\n{:width$}", "", width = 4 * depth)?;
        }
        fmt::Write::write_char(f, letter)?;
        if !in_string && letter == ':' {
            f.write_str(" ")?;
        }
        if !in_string && matches!(letter, '{' | '[') {
            depth += 1;
        }
        // What stands in a string, its closing quote included, is no structure.
        last = if in_string { '"' } else { letter };
        match letter {
            '"' if !escaped => in_string = !in_string,
            _ => {}
        }
        escaped = in_string && letter == '\\' && !escaped;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::fmt;

    use super::{Encode, debug};

    struct Shown<'a>(&'a dyn Encode);

    impl fmt::Debug for Shown<'_> {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            debug(self.0, "Thing", f)
        }
    }

    #[test]
    fn values_show_as_json() {
        let value: BTreeMap<String, Vec<String>> =
            [("a".to_owned(), vec!["x{\",[\\".to_owned(), "}".to_owned()]), ("b".to_owned(), vec![])].into();
        assert_eq!(format!("{:?}", Shown(&value)), r#"Thing {"a":["x{\",[\\","}"],"b":[]}"#);
        let lines = "Thing {\n    \"a\": [\n        \"x{\\\",[\\\\\",\n        \"}\"\n    ],\n    \"b\": []\n}";
        assert_eq!(format!("{:#?}", Shown(&value)), lines);
    }

    #[test]
    fn secrets_do_not_show() {
        let value: BTreeMap<String, String> = [("token", "abc"), ("link", "https://polar.sh/polar_c_abc")]
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .into();
        let shown = r#"Thing {"link":"https://polar.sh/polar_c_…","token":"[hidden]"}"#;
        assert_eq!(format!("{:?}", Shown(&value)), shown);
    }
}
