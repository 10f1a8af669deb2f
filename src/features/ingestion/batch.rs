use std::ops::Range;

use bytes::Bytes;

use super::event::ReturnedEvent;

const BEGIN: &[u8] = br#"{"events":["#;
const END: &[u8] = b"]}";

/// An event that is waiting to be sent.
pub(super) struct Held {
    pub json: Box<[u8]>,
    /// The size of the event in the buffer.
    pub size: usize,
    /// The event's key in the spool; 0 without a spool.
    pub key: u64,
}

/// A batch that is still being filled: the unfinished body of a request.
#[derive(Default)]
pub(super) struct OpenBatch {
    body: Vec<u8>,
    events: Vec<Place>,
    size: usize,
}

/// The position of an event in the body of its batch.
#[derive(Clone)]
struct Place {
    range: Range<usize>,
    key: u64,
}

impl OpenBatch {
    pub fn add(&mut self, event: &Held) {
        self.write(&event.json, event.key);
        self.size += event.size;
    }

    fn write(&mut self, json: &[u8], key: u64) {
        self.body.extend_from_slice(if self.events.is_empty() { BEGIN } else { b"," });
        let start = self.body.len();
        self.body.extend_from_slice(json);
        self.events.push(Place { range: start..self.body.len(), key });
    }

    pub fn is_empty(&self) -> bool {
        self.events.is_empty()
    }

    pub fn len(&self) -> usize {
        self.events.len()
    }

    /// Returns the size of the events in the buffer.
    pub fn size(&self) -> usize {
        self.size
    }

    /// Returns the length of the body if an event of length `json` were added.
    pub fn bytes_with(&self, json: usize) -> usize {
        self.body.len().max(BEGIN.len()) + usize::from(!self.is_empty()) + json + END.len()
    }

    pub fn seal(mut self) -> Batch {
        self.body.extend_from_slice(END);
        Batch { body: self.body.into_boxed_slice().into(), events: self.events, size: self.size }
    }
}

/// Events that are sent together, and the body of their request. Cheap to clone, except for the list of places.
#[derive(Clone)]
pub(super) struct Batch {
    body: Bytes,
    events: Vec<Place>,
    size: usize,
}

impl Batch {
    pub fn body(&self) -> Bytes {
        self.body.clone()
    }

    pub fn len(&self) -> usize {
        self.events.len()
    }

    /// Returns the size of the events in the buffer; 0 for a part of a batch.
    pub fn size(&self) -> usize {
        self.size
    }

    pub fn event(&self, index: usize) -> ReturnedEvent {
        ReturnedEvent::new(self.body.slice(self.events[index].range.clone()))
    }

    pub fn events(&self) -> impl Iterator<Item = ReturnedEvent> {
        (0..self.len()).map(|index| self.event(index))
    }

    /// Returns the events' keys in the spool.
    pub fn keys(&self) -> impl Iterator<Item = u64> {
        self.events.iter().map(|event| event.key)
    }

    /// Returns the batch without some of its events; `None` if none are left.
    pub fn without(&self, is_left_out: impl Fn(usize) -> bool) -> Option<Self> {
        self.part((0..self.len()).filter(|index| !is_left_out(*index)))
    }

    /// Splits the batch in two halves; `None` if it has only one event.
    pub fn halves(&self) -> Option<[Self; 2]> {
        let middle = self.len().div_ceil(2);
        Some([self.part(0..middle)?, self.part(middle..self.len())?])
    }

    fn part(&self, indexes: impl Iterator<Item = usize>) -> Option<Self> {
        let mut part = OpenBatch::default();
        for index in indexes {
            let Place { range, key } = &self.events[index];
            part.write(&self.body[range.clone()], *key);
        }
        (!part.is_empty()).then(|| part.seal())
    }
}
