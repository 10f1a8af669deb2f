use std::ops::Range;

use bytes::Bytes;

use super::ReturnedEvent;

const BEGIN: &[u8] = br#"{"events":["#;
const END: &[u8] = b"]}";

/// Events on their way to be sent: the body of a request, as far as it is written.
pub(super) struct OpenBatch {
    body: Vec<u8>,
    events: Vec<Range<usize>>,
    /// How much of the room that events may take these have.
    size: usize,
}

impl OpenBatch {
    #[inline]
    pub fn new() -> Self {
        Self { body: Vec::new(), events: Vec::new(), size: 0 }
    }

    #[inline]
    pub fn add(&mut self, json: &[u8], size: usize) {
        self.body.extend_from_slice(if self.events.is_empty() { BEGIN } else { b"," });
        let start = self.body.len();
        self.body.extend_from_slice(json);
        self.events.push(start..self.body.len());
        self.size += size;
    }

    #[inline]
    pub fn is_empty(&self) -> bool {
        self.events.is_empty()
    }

    #[inline]
    pub fn len(&self) -> usize {
        self.events.len()
    }

    #[inline]
    pub fn size(&self) -> usize {
        self.size
    }

    /// How long the body would be with one more event of this length.
    #[inline]
    pub fn bytes_with(&self, json: usize) -> usize {
        self.body.len().max(BEGIN.len()) + usize::from(!self.is_empty()) + json + END.len()
    }

    #[inline]
    pub fn seal(mut self) -> Batch {
        self.body.extend_from_slice(END);
        Batch { body: self.body.into_boxed_slice().into(), events: self.events, size: self.size }
    }
}

/// Events that are sent together, as the body of their request.
pub(super) struct Batch {
    body: Bytes,
    events: Vec<Range<usize>>,
    size: usize,
}

impl Batch {
    #[inline]
    pub fn body(&self) -> Bytes {
        self.body.clone()
    }

    #[inline]
    pub fn len(&self) -> usize {
        self.events.len()
    }

    #[inline]
    pub fn size(&self) -> usize {
        self.size
    }

    #[inline]
    pub fn event(&self, index: usize) -> ReturnedEvent {
        ReturnedEvent::new(self.body.slice(self.events[index].clone()))
    }

    #[inline]
    pub fn events(&self) -> Vec<ReturnedEvent> {
        (0..self.len()).map(|index| self.event(index)).collect()
    }

    /// The same without some of the events; `None` if there is no other.
    #[inline]
    pub fn without(&self, is_left_out: impl Fn(usize) -> bool) -> Option<Self> {
        let mut rest = OpenBatch::new();
        for (index, range) in self.events.iter().enumerate() {
            if !is_left_out(index) {
                rest.add(&self.body[range.clone()], 0);
            }
        }
        (!rest.is_empty()).then(|| rest.seal())
    }
}
