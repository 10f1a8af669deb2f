//! Writes typed values as JSON text.

use super::Encode;
use super::reader::is_plain;

/// Collects JSON text from [`Encode`] implementations.
///
/// Like [`Reader`](super::Reader) it is not generic: values arrive as `&dyn Encode`, and a struct's implementation is
/// one call a field.
#[derive(Default)]
pub struct Writer {
    text: Vec<u8>,
    /// Where in the value we are, kept only while variants are observed.
    trace: Option<Trace>,
}

#[derive(Default)]
struct Trace {
    path: String,
    variants: Vec<Variant>,
}

/// A union's or an enum's variant, as found at one place of a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Variant {
    /// The place, as a path of properties and elements: `$.items[3].status`.
    pub path: String,
    /// The name of the union or enum.
    pub of: &'static str,
    /// The name of the variant; `Unknown` for a fallback.
    pub name: &'static str,
}

impl Variant {
    /// Whether this is the fallback for values the document does not know.
    pub fn is_unknown(&self) -> bool {
        self.name == "Unknown"
    }
}

impl Writer {
    /// A writer that also notes which variant is met where.
    pub(super) fn observing() -> Self {
        Self { text: Vec::new(), trace: Some(Trace { path: "$".to_owned(), variants: Vec::new() }) }
    }

    /// The text, and the variants that were met if they were asked for.
    pub(super) fn finish(self) -> (Vec<u8>, Vec<Variant>) {
        (self.text, self.trace.unwrap_or_default().variants)
    }

    /// Writes JSON text as it is.
    pub fn raw(&mut self, json: &str) {
        self.text.extend_from_slice(json.as_bytes());
    }

    /// Writes a string, quoted and escaped.
    pub fn string(&mut self, value: &str) {
        // Writing a string into memory cannot fail.
        let _ = serde_json::to_writer(&mut self.text, value);
    }

    /// Writes a value of `serde_json`.
    pub fn value(&mut self, value: &serde_json::Value) {
        let _ = serde_json::to_writer(&mut self.text, value);
    }

    /// Begins an object.
    pub fn begin_object(&mut self) {
        self.text.push(b'{');
    }

    /// Ends an object.
    pub fn end_object(&mut self) {
        self.text.push(b'}');
    }

    /// Writes a property; nothing if the value is absent.
    pub fn field(&mut self, name: &str, value: &dyn Encode) {
        if value.is_absent() {
            return;
        }
        self.separate(b'{');
        self.string(name);
        self.text.push(b':');
        let outside = self.descend(|path| {
            if is_plain(name) {
                path.extend([".", name]);
            } else {
                path.push_str(&format!("[{name:?}]"));
            }
        });
        value.encode(self);
        self.ascend(outside);
    }

    /// Writes a property if there is a value.
    pub fn optional(&mut self, name: &str, value: Option<&dyn Encode>) {
        if let Some(value) = value {
            self.field(name, value);
        }
    }

    /// Writes a property that always has this value.
    pub fn constant(&mut self, name: &str, json: &str) {
        self.separate(b'{');
        self.string(name);
        self.text.push(b':');
        self.raw(json);
    }

    /// Writes an array.
    pub fn array<'a>(&mut self, elements: impl Iterator<Item = &'a dyn Encode>) {
        self.text.push(b'[');
        for (index, element) in elements.enumerate() {
            self.separate(b'[');
            let outside = self.descend(|path| path.push_str(&format!("[{index}]")));
            element.encode(self);
            self.ascend(outside);
        }
        self.text.push(b']');
    }

    /// Notes which variant of a union or an enum is written here.
    pub fn variant(&mut self, of: &'static str, name: &'static str) {
        if let Some(trace) = &mut self.trace {
            trace.variants.push(Variant { path: trace.path.clone(), of, name });
        }
    }

    /// Puts a comma unless the container has just begun.
    fn separate(&mut self, begin: u8) {
        if self.text.last() != Some(&begin) {
            self.text.push(b',');
        }
    }

    fn descend(&mut self, extend: impl FnOnce(&mut String)) -> usize {
        let Some(trace) = &mut self.trace else { return 0 };
        let outside = trace.path.len();
        extend(&mut trace.path);
        outside
    }

    fn ascend(&mut self, outside: usize) {
        if let Some(trace) = &mut self.trace {
            trace.path.truncate(outside);
        }
    }
}
