//! Records traces.

use std::collections::BTreeMap;
use std::io;
use std::sync::{Arc, Mutex};

use serde_json::Value;
use tracing::level_filters::LevelFilter;
use tracing::subscriber::DefaultGuard;
use tracing_subscriber::fmt::format::FmtSpan;

/// Records the spans and events of one thread, at every level, as lines of JSON.
#[derive(Clone, Default)]
pub struct Trace(Arc<Mutex<Vec<u8>>>);

/// The fields of a span as text, when it was closed.
#[derive(Clone, Debug)]
pub struct Span(BTreeMap<String, String>);

impl Trace {
    /// Records the traces of this thread until the guard is dropped.
    pub fn begin() -> (Self, DefaultGuard) {
        let trace = Self::default();
        let writer = trace.clone();
        let subscriber = tracing_subscriber::fmt()
            .json()
            .with_max_level(LevelFilter::TRACE)
            .with_span_events(FmtSpan::CLOSE)
            .with_writer(move || writer.clone())
            .finish();
        (trace, tracing::subscriber::set_default(subscriber))
    }

    /// Returns all recorded text.
    pub fn text(&self) -> String {
        String::from_utf8(self.0.lock().expect("no panic").clone()).expect("JSON is UTF-8")
    }

    /// Returns this crate's spans, in the order in which they were closed.
    pub fn spans(&self) -> Vec<Span> {
        let closed = self.lines().into_iter().filter(|line| line["fields"]["message"] == "close");
        closed.map(|line| Span::new(&line["span"])).collect()
    }

    /// Returns the messages of this crate's events.
    pub fn messages(&self) -> Vec<String> {
        let messages = self.lines().into_iter().map(|line| line["fields"]["message"].clone());
        messages.filter_map(|message| message.as_str().map(str::to_owned)).filter(|text| text != "close").collect()
    }

    fn lines(&self) -> Vec<Value> {
        let text = self.text();
        let lines = text.lines().map(|line| serde_json::from_str::<Value>(line).expect("a line is JSON"));
        lines.filter(|line| line["target"].as_str().is_some_and(|target| target.starts_with("polar_client"))).collect()
    }
}

impl Span {
    fn new(fields: &Value) -> Self {
        let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        let fields = fields.as_object().expect("a span").iter();
        Self(fields.map(|(name, value)| (name.clone(), text(value))).collect())
    }

    /// Returns the value of a field, if it was recorded.
    pub fn field(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }
}

impl io::Write for Trace {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().expect("no panic").write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
