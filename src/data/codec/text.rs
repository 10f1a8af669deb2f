//! Text forms of values in paths and queries.

use std::borrow::Cow;

use chrono::{DateTime, NaiveDate, SecondsFormat, Utc};
use serde_json::Number;
use uuid::Uuid;

/// A value that can be part of a path or a query.
pub(crate) trait ToText {
    /// Returns the text, without escaping.
    fn to_text(&self) -> Cow<'_, str>;
}

impl ToText for str {
    fn to_text(&self) -> Cow<'_, str> {
        self.into()
    }
}

impl ToText for String {
    fn to_text(&self) -> Cow<'_, str> {
        self.as_str().into()
    }
}

impl ToText for bool {
    fn to_text(&self) -> Cow<'_, str> {
        (if *self { "true" } else { "false" }).into()
    }
}

impl ToText for i64 {
    fn to_text(&self) -> Cow<'_, str> {
        self.to_string().into()
    }
}

impl ToText for Number {
    fn to_text(&self) -> Cow<'_, str> {
        self.to_string().into()
    }
}

impl ToText for Uuid {
    fn to_text(&self) -> Cow<'_, str> {
        self.to_string().into()
    }
}

impl ToText for DateTime<Utc> {
    fn to_text(&self) -> Cow<'_, str> {
        self.to_rfc3339_opts(SecondsFormat::AutoSi, true).into()
    }
}

impl ToText for NaiveDate {
    fn to_text(&self) -> Cow<'_, str> {
        self.to_string().into()
    }
}
