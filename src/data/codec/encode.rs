use std::collections::BTreeMap;

#[cfg(feature = "client")]
use super::decode::from_slice;
use super::property::Property;
use super::tag::Literal;
use crate::data::redact::is_secret;

/// A type that can be encoded as JSON with [`to_vec`].
///
/// Implemented for the types of the API and their components.
pub trait Encode {
    /// Writes the value.
    #[doc(hidden)]
    fn encode(&self, writer: &mut Writer);

    /// Returns true if the value is absent, so that its property is omitted.
    #[doc(hidden)]
    fn is_absent(&self) -> bool {
        false
    }

    /// Returns true if the value is encoded as `null`.
    #[doc(hidden)]
    fn is_null(&self) -> bool {
        false
    }
}

/// A JSON writer for [`Encode`] implementations.
///
/// Not generic, like [`Reader`](super::Reader): values are passed as `&dyn Encode`, and a struct's implementation is
/// one call for all of its fields.
#[derive(Default)]
pub struct Writer {
    text: Vec<u8>,
    /// True if secrets are redacted.
    redacts: bool,
    /// True if a non-finite number was written.
    has_non_finite: bool,
    /// True if non-finite numbers are written as invalid JSON, so that a reader can locate them.
    marks_non_finite: bool,
}

impl Writer {
    /// Creates a writer that redacts secrets.
    pub(super) fn hiding() -> Self {
        Self { redacts: true, ..Self::default() }
    }

    /// Returns the text.
    pub(super) fn finish(self) -> Vec<u8> {
        self.text
    }

    /// Writes JSON text verbatim.
    pub(crate) fn raw(&mut self, json: &str) {
        self.text.extend_from_slice(json.as_bytes());
    }

    /// Writes a non-finite number, which JSON cannot represent.
    pub(crate) fn not_finite(&mut self) {
        self.has_non_finite = true;
        self.raw(if self.marks_non_finite { "NaN" } else { "null" });
    }

    /// Writes a string, quoted and escaped.
    pub(crate) fn string(&mut self, value: &str) {
        if value.bytes().any(|byte| byte < b' ' || matches!(byte, b'"' | b'\\')) {
            // Writing to memory cannot fail.
            let _ = serde_json::to_writer(&mut self.text, value);
            return;
        }
        self.text.push(b'"');
        self.raw(value);
        self.text.push(b'"');
    }

    /// Writes a JSON value.
    pub(crate) fn value(&mut self, value: &serde_json::Value) {
        match value {
            // Encoded property by property, so that secrets are redacted.
            serde_json::Value::Object(properties) if self.redacts => return properties.encode(self),
            serde_json::Value::Array(elements) if self.redacts => return elements.encode(self),
            _ => {}
        }
        let _ = serde_json::to_writer(&mut self.text, value);
    }

    /// Begins an object.
    pub(crate) fn begin_object(&mut self) {
        self.text.push(b'{');
    }

    /// Ends an object.
    pub(crate) fn end_object(&mut self) {
        self.text.push(b'}');
    }

    /// Writes a property that is not in a table, unless its value is absent. It is redacted if its name is that of a
    /// secret.
    pub(crate) fn field(&mut self, name: &str, value: &dyn Encode) {
        self.property(name, value, is_secret(name));
    }

    fn property(&mut self, name: &str, value: &dyn Encode, is_secret: bool) {
        if value.is_absent() {
            return;
        }
        self.separate(b'{');
        self.string(name);
        self.text.push(b':');
        if self.redacts && is_secret && !value.is_null() {
            return self.raw("\"[hidden]\"");
        }
        value.encode(self);
    }

    /// Writes the properties of a table. `values` are in the same order.
    fn fields(&mut self, properties: &[Property], values: &[&dyn Encode]) {
        let mut values = values.iter();
        for property in properties {
            match property {
                Property::Constant(name, value) => {
                    self.separate(b'{');
                    self.string(name);
                    self.text.push(b':');
                    self.literal(value);
                }
                Property::Always(name)
                | Property::Optional(name)
                | Property::Secret(name)
                | Property::OptionalSecret(name) => {
                    let Some(value) = values.next() else { continue };
                    let is_optional = matches!(property, Property::Optional(_) | Property::OptionalSecret(_));
                    let is_secret = matches!(property, Property::Secret(_) | Property::OptionalSecret(_));
                    if !(is_optional && value.is_null()) {
                        self.property(name, *value, is_secret);
                    }
                }
            }
        }
    }

    /// Writes an object by its table. `values` are in the same order.
    pub(crate) fn object(&mut self, properties: &[Property], values: &[&dyn Encode]) {
        self.begin_object();
        self.fields(properties, values);
        self.end_object();
    }

    /// Writes an object by its table, followed by properties that are not in the table.
    pub(crate) fn object_and_rest<T: Encode>(
        &mut self,
        properties: &[Property],
        values: &[&dyn Encode],
        rest: &BTreeMap<String, T>,
    ) {
        self.begin_object();
        self.fields(properties, values);
        for (name, value) in rest {
            self.field(name, value);
        }
        self.end_object();
    }

    fn literal(&mut self, value: &Literal<'_>) {
        match value {
            Literal::Boolean(true) => self.raw("true"),
            Literal::Boolean(false) => self.raw("false"),
            Literal::String(text) => self.string(text),
            Literal::Null | Literal::Absent | Literal::Other => self.raw("null"),
        }
    }

    /// Writes an array.
    pub(crate) fn array<'a>(&mut self, elements: impl Iterator<Item = &'a dyn Encode>) {
        self.text.push(b'[');
        for element in elements {
            self.separate(b'[');
            element.encode(self);
        }
        self.text.push(b']');
    }

    /// Writes a comma, unless this is the first entry of the container.
    fn separate(&mut self, begin: u8) {
        if self.text.last() != Some(&begin) {
            self.text.push(b',');
        }
    }
}

/// Encodes a value as JSON.
///
/// ```
/// assert_eq!(polar_client::codec::to_vec(&vec![1_i64, 2]), b"[1,2]");
/// ```
pub fn to_vec(value: &dyn Encode) -> Vec<u8> {
    let mut writer = Writer::default();
    value.encode(&mut writer);
    writer.finish()
}

/// Encodes a value as the JSON of a request.
///
/// # Errors
/// If the value contains a non-finite number. The error names the first one.
#[cfg(feature = "client")]
pub(crate) fn to_request(value: &dyn Encode) -> Result<Vec<u8>, String> {
    let mut writer = Writer::default();
    value.encode(&mut writer);
    if !writer.has_non_finite {
        return Ok(writer.finish());
    }
    let mut writer = Writer { marks_non_finite: true, ..Writer::default() };
    value.encode(&mut writer);
    let place = from_slice::<serde_json::Value>(&writer.finish()).err().map(|error| error.path());
    Err(format!("its body has a number that is infinite or NaN at `{}`", place.unwrap_or_default()))
}
