//! Where values end that a look ahead has passed over.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;

use super::reader::DEPTH_LIMIT;

/// Remembers where arrays and objects end, so that one in many others is not scanned again for each of them.
///
/// A union that looks for its tag passes over the properties before it, and each union within them does so again: of a filter in a
/// filter, and so on, the innermost would be scanned as many times as it is deep. Few texts are like that, so nothing is remembered
/// until as much has been scanned as the text is long.
#[derive(Default)]
pub(crate) struct Ends {
    /// How many bytes may be scanned before anything is remembered.
    free: Cell<usize>,
    found: RefCell<BTreeMap<usize, usize>>,
    /// How many bytes have been scanned.
    #[cfg(test)]
    pub(super) scanned: Cell<usize>,
}

/// What is shorter is scanned again: the look costs less than the memory.
const SHORTEST: usize = 256;

impl Ends {
    /// For a text of a length.
    pub(crate) fn of(text: &[u8]) -> Self {
        Self { free: Cell::new(text.len().max(4 * SHORTEST)), ..Self::default() }
    }

    /// Returns where the array or object ends that begins here, if that is known.
    pub(super) fn known(&self, begin: usize) -> Option<usize> {
        if self.free.get() > 0 { None } else { self.found.borrow().get(&begin).copied() }
    }

    /// Begins to scan a value.
    pub(super) fn begin(&self) -> Open<'_> {
        Open { ends: self, remembers: self.free.get() == 0, depth: 0, begins: Vec::new() }
    }

    /// Counts bytes that were scanned.
    pub(super) fn count(&self, bytes: usize) {
        self.free.set(self.free.get().saturating_sub(bytes));
        #[cfg(test)]
        self.scanned.set(self.scanned.get() + bytes);
    }
}

/// The arrays and objects that are open where a scan is.
pub(super) struct Open<'a> {
    ends: &'a Ends,
    remembers: bool,
    depth: usize,
    /// Where they began, as far as anything may be nested.
    begins: Vec<usize>,
}

impl Open<'_> {
    pub(super) fn is_empty(&self) -> bool {
        self.depth == 0
    }

    /// Enters an array or an object.
    pub(super) fn enter(&mut self, at: usize) {
        self.depth += 1;
        if self.remembers && self.depth <= usize::from(DEPTH_LIMIT) {
            self.begins.push(at);
        }
    }

    /// Leaves the innermost one, which ends here.
    pub(super) fn leave(&mut self, end: usize) {
        if self.begins.len() == self.depth
            && let Some(begin) = self.begins.pop()
            && end - begin >= SHORTEST
        {
            self.ends.found.borrow_mut().insert(begin, end);
        }
        self.depth = self.depth.saturating_sub(1);
    }
}

#[cfg(test)]
mod tests {
    use super::Ends;
    use crate::data::codec::{Decode, DecodeError, Property, Reader, Tag};

    /// A union of clauses and of filters of these.
    #[derive(Debug, PartialEq)]
    enum Filter {
        Clause,
        All(Vec<Filter>),
    }

    impl Decode for Filter {
        fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
            if matches!(reader.tag(&["conjunction"])?, Tag::Absent) {
                return reader.skip().map(|()| Self::Clause);
            }
            // The clauses come before their turn.
            let properties = &[Property::Always("conjunction"), Property::Always("clauses")];
            let (_, clauses): (String, Vec<Self>) = reader.take(properties)?;
            Ok(Self::All(clauses))
        }
    }

    fn nested(depth: usize, inner: &str) -> String {
        format!("{}{inner}{}", "{\"clauses\":[".repeat(depth), "],\"conjunction\":\"and\"}".repeat(depth))
    }

    /// Decodes a text, and returns how many times its length was scanned by looks ahead.
    fn scans(text: &str, depth: usize) -> usize {
        scans_with(&Ends::of(text.as_bytes()), text, depth)
    }

    fn scans_with(ends: &Ends, text: &str, depth: usize) -> usize {
        let mut filter = Filter::decode(&mut Reader::new(text.as_bytes(), ends)).expect("a filter");
        for _ in 0..depth {
            let Filter::All(mut clauses) = filter else { panic!("not so deep") };
            filter = clauses.pop().expect("a clause");
        }
        assert_eq!(filter, Filter::Clause);
        ends.scanned.get() / text.len()
    }

    #[test]
    fn how_much_is_scanned_does_not_depend_on_the_depth() {
        let clauses = vec![r#"{"property":"name","value":"] \" {"}"#; 10_000].join(",");
        let counts = [1, 10, 30, 60].map(|depth| scans(&nested(depth, &clauses), depth));
        assert!(counts.iter().all(|count| *count <= 6), "{counts:?}");
        // Without a memory it is as deep as it is.
        let forgets = Ends { free: std::cell::Cell::new(usize::MAX), ..Ends::default() };
        assert!(scans_with(&forgets, &nested(60, &clauses), 60) >= 60);
    }

    #[test]
    fn many_small_ones_are_scanned_a_few_times_each() {
        let chain = nested(60, "{}");
        let text = format!("{{\"clauses\":[{}],\"conjunction\":\"or\"}}", vec![chain; 1000].join(","));
        assert!(scans(&text, 61) <= 20, "{}", scans(&text, 61));
    }

    #[test]
    fn a_short_text_is_scanned_without_a_memory() {
        let text = nested(2, "{}");
        let ends = Ends::of(text.as_bytes());
        Filter::decode(&mut Reader::new(text.as_bytes(), &ends)).expect("a filter");
        assert!(ends.scanned.get() > 0 && ends.found.borrow().is_empty());
    }
}
