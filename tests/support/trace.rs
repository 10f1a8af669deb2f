//! Keeps all that is traced.

use std::fmt::{Debug, Write};
use std::sync::{Arc, Mutex};

use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::subscriber::DefaultGuard;
use tracing::{Event, Metadata, Subscriber};
use tracing_core::span::Current;

/// The spans and events of one thread, of every level.
#[derive(Clone, Default)]
pub struct Trace(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    spans: Vec<Span>,
    entered: Vec<usize>,
    /// The target and the fields of each.
    events: Vec<(String, Fields)>,
    /// All of it, as text.
    text: String,
}

/// A span, and the values of its fields in the order in which they came.
#[derive(Clone, Debug)]
pub struct Span {
    pub target: String,
    metadata: &'static Metadata<'static>,
    pub fields: Fields,
}

pub type Fields = Vec<(String, String)>;

impl Trace {
    /// Begins to keep what this thread traces, until the guard is dropped.
    pub fn begin() -> (Self, DefaultGuard) {
        let trace = Self::default();
        (trace.clone(), tracing::subscriber::set_default(trace))
    }

    pub fn text(&self) -> String {
        self.0.lock().expect("no panic").text.clone()
    }

    /// The spans of this crate.
    pub fn spans(&self) -> Vec<Span> {
        let state = self.0.lock().expect("no panic");
        state.spans.iter().filter(|span| span.target.starts_with("polar_client")).cloned().collect()
    }

    /// The messages of this crate's events.
    pub fn messages(&self) -> Vec<String> {
        let state = self.0.lock().expect("no panic");
        let events = state.events.iter().filter(|(target, _)| target.starts_with("polar_client"));
        let messages = events.flat_map(|(_, fields)| fields.iter().filter(|(name, _)| name == "message"));
        messages.map(|(_, text)| text.clone()).collect()
    }
}

impl Span {
    /// The one value of a field; `None` if it has none.
    pub fn field(&self, name: &str) -> Option<&str> {
        let mut values = self.fields.iter().filter(|(field, _)| field == name).map(|(_, value)| value.as_str());
        let value = values.next();
        assert_eq!(values.next(), None, "{name} was recorded twice");
        value
    }
}

struct Visitor<'a>(&'a mut Fields);

impl Visit for Visitor<'_> {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.0.push((field.name().to_owned(), format!("{value:?}")));
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.0.push((field.name().to_owned(), value.to_owned()));
    }
}

impl Subscriber for Trace {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, attributes: &Attributes<'_>) -> Id {
        let mut fields = Fields::new();
        attributes.record(&mut Visitor(&mut fields));
        let mut state = self.0.lock().expect("no panic");
        writeln!(state.text, "{} {fields:?}", attributes.metadata().target()).expect("a String takes all");
        state.spans.push(Span {
            target: attributes.metadata().target().to_owned(),
            metadata: attributes.metadata(),
            fields,
        });
        Id::from_u64(state.spans.len() as u64)
    }

    fn record(&self, span: &Id, values: &Record<'_>) {
        let mut fields = Fields::new();
        values.record(&mut Visitor(&mut fields));
        let mut state = self.0.lock().expect("no panic");
        writeln!(state.text, "{fields:?}").expect("a String takes all");
        state.spans[span.into_u64() as usize - 1].fields.extend(fields);
    }

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        let mut fields = Fields::new();
        event.record(&mut Visitor(&mut fields));
        let mut state = self.0.lock().expect("no panic");
        writeln!(state.text, "{} {fields:?}", event.metadata().target()).expect("a String takes all");
        state.events.push((event.metadata().target().to_owned(), fields));
    }

    fn enter(&self, span: &Id) {
        self.0.lock().expect("no panic").entered.push(span.into_u64() as usize - 1);
    }

    fn current_span(&self) -> Current {
        let state = self.0.lock().expect("no panic");
        let current = state.entered.last();
        current.map_or_else(Current::none, |index| {
            Current::new(Id::from_u64(*index as u64 + 1), state.spans[*index].metadata)
        })
    }

    fn exit(&self, _: &Id) {
        self.0.lock().expect("no panic").entered.pop();
    }
}
