use std::collections::BTreeMap;

#[cfg(feature = "client")]
use super::decode::from_slice;
use super::error::is_plain;
use super::property::Property;
use super::tag::Literal;
use crate::data::redact::is_secret;

/// A type that can be written as JSON with [`to_vec`].
///
/// It is implemented for the API's types, and for those that they consist of.
pub trait Encode {
    /// Writes the value.
    #[doc(hidden)]
    fn encode(&self, writer: &mut Writer);

    /// Returns true if there is nothing to write, so that a property is left out.
    #[doc(hidden)]
    fn is_absent(&self) -> bool {
        false
    }

    /// Returns true if the value is written as `null`.
    #[doc(hidden)]
    fn is_null(&self) -> bool {
        false
    }
}

/// Collects JSON text from [`Encode`] implementations.
///
/// Like [`Reader`](super::Reader) it is not generic: values arrive as `&dyn Encode`, and a struct's implementation is
/// one call a field.
#[derive(Default)]
pub struct Writer {
    text: Vec<u8>,
    /// Where in the value the writer is, kept only while variants are observed.
    #[cfg(feature = "__variants")]
    trace: Option<Trace>,
    /// Whether secrets are left out.
    hides: bool,
    /// Whether a number that is not finite was written.
    has_not_finite: bool,
    /// Whether such numbers are written as text that is no JSON, so that a reader finds them.
    marks_not_finite: bool,
}

#[cfg(feature = "__variants")]
#[derive(Default)]
struct Trace {
    path: String,
    variants: Vec<Variant>,
}

/// A variant of a union or of an enumeration, as found at one place of a value.
#[cfg(feature = "__variants")]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Variant {
    /// The place, as a path of properties and elements: `$.items[3].status`.
    pub path: String,
    /// The name of the union or enum.
    pub of: &'static str,
    /// The name of the variant; `Unknown` for a fallback.
    pub name: &'static str,
}

#[cfg(feature = "__variants")]
impl Variant {
    /// Whether this is the fallback for values the document does not know.
    pub fn is_unknown(&self) -> bool {
        self.name == "Unknown"
    }
}

impl Writer {
    /// A writer that also notes which variant is met where.
    #[cfg(feature = "__variants")]
    fn observing() -> Self {
        Self { trace: Some(Trace { path: "$".to_owned(), variants: Vec::new() }), ..Self::default() }
    }

    /// A writer for what people read.
    pub(super) fn hiding() -> Self {
        Self { hides: true, ..Self::default() }
    }

    /// Returns the text.
    pub(super) fn finish(self) -> Vec<u8> {
        self.text
    }

    /// Writes JSON text as it is.
    pub(crate) fn raw(&mut self, json: &str) {
        self.text.extend_from_slice(json.as_bytes());
    }

    /// Writes a number that JSON does not have.
    pub(crate) fn not_finite(&mut self) {
        self.has_not_finite = true;
        self.raw(if self.marks_not_finite { "NaN" } else { "null" });
    }

    /// Writes a string, quoted and escaped.
    pub(crate) fn string(&mut self, value: &str) {
        if value.bytes().any(|byte| byte < b' ' || matches!(byte, b'"' | b'\\')) {
            // Writing a string into memory cannot fail.
            let _ = serde_json::to_writer(&mut self.text, value);
            return;
        }
        self.text.push(b'"');
        self.raw(value);
        self.text.push(b'"');
    }

    /// Writes a value of `serde_json`.
    pub(crate) fn value(&mut self, value: &serde_json::Value) {
        match value {
            // Property by property, so that secrets are found.
            serde_json::Value::Object(properties) if self.hides => return properties.encode(self),
            serde_json::Value::Array(elements) if self.hides => return elements.encode(self),
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

    /// Writes a property that no table has; nothing if the value is absent. Its name tells whether it is a secret.
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
        if self.hides && is_secret && !value.is_null() {
            return self.raw("\"[hidden]\"");
        }
        self.step(value, |path| {
            if is_plain(name) {
                path.extend([".", name]);
            } else {
                path.push_str(&format!("[{name:?}]"));
            }
        });
    }

    /// Writes the properties of a table, with the values of the fields in the same order.
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

    /// Writes an object by its table, with the values of the fields in the same order.
    pub(crate) fn object(&mut self, properties: &[Property], values: &[&dyn Encode]) {
        self.begin_object();
        self.fields(properties, values);
        self.end_object();
    }

    /// Writes an object by its table, and properties that the table does not have.
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
        for (index, element) in elements.enumerate() {
            self.separate(b'[');
            self.step(element, |path| path.push_str(&format!("[{index}]")));
        }
        self.text.push(b']');
    }

    /// Notes which variant of a union or an enum is written here.
    pub(crate) fn variant(&mut self, of: &'static str, name: &'static str) {
        #[cfg(feature = "__variants")]
        if let Some(trace) = &mut self.trace {
            trace.variants.push(Variant { path: trace.path.clone(), of, name });
        }
        #[cfg(not(feature = "__variants"))]
        let _ = (of, name);
    }

    /// Puts a comma unless the container has just begun.
    fn separate(&mut self, begin: u8) {
        if self.text.last() != Some(&begin) {
            self.text.push(b',');
        }
    }

    /// Writes a value at a place that is one step further into the whole.
    fn step(&mut self, value: &dyn Encode, extend: impl FnOnce(&mut String)) {
        #[cfg(feature = "__variants")]
        if let Some(trace) = &mut self.trace {
            let outside = trace.path.len();
            extend(&mut trace.path);
            value.encode(self);
            if let Some(trace) = &mut self.trace {
                trace.path.truncate(outside);
            }
            return;
        }
        let _ = extend;
        value.encode(self);
    }
}

/// Writes a value as JSON text.
///
/// ```
/// assert_eq!(polar_client::codec::to_vec(&vec![1_i64, 2]), b"[1,2]");
/// ```
pub fn to_vec(value: &dyn Encode) -> Vec<u8> {
    let mut writer = Writer::default();
    value.encode(&mut writer);
    writer.finish()
}

/// Writes a value as JSON text for a request.
///
/// # Errors
/// If there is a number that is not finite. The error names the first one.
#[cfg(feature = "client")]
pub(crate) fn to_request(value: &dyn Encode) -> Result<Vec<u8>, String> {
    let mut writer = Writer::default();
    value.encode(&mut writer);
    if !writer.has_not_finite {
        return Ok(writer.finish());
    }
    let mut writer = Writer { marks_not_finite: true, ..Writer::default() };
    value.encode(&mut writer);
    let place = from_slice::<serde_json::Value>(&writer.finish()).err().map(|error| error.path());
    Err(format!("its body has a number that is infinite or NaN at `{}`", place.unwrap_or_default()))
}

/// Writes a value as JSON text, and says which variant of each union and enum was met where.
///
/// A variant whose name is `Unknown` is one that the vendored document does not have.
#[cfg(feature = "__variants")]
pub fn to_vec_with_variants(value: &dyn Encode) -> (Vec<u8>, Vec<Variant>) {
    let mut writer = Writer::observing();
    value.encode(&mut writer);
    (writer.text, writer.trace.unwrap_or_default().variants)
}
