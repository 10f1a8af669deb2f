//! Reads typed values from JSON text.

use std::borrow::Cow;
use std::fmt;

use hifijson::num::LexWrite as _;
use hifijson::str::{Lex as _, LexAlloc as _};
use hifijson::token::Lex as _;
use hifijson::{Read as _, SliceLexer};

use super::ends::Ends;
use super::error::DecodeError;
use super::scan::plain;
use super::tag::{Literal, Tag};

/// The maximum nesting depth of arrays and objects, so that malicious input cannot overflow the stack.
pub(super) const DEPTH_LIMIT: u16 = 128;

/// A cursor over JSON text, used by [`Decode`](super::Decode) implementations.
///
/// No method is generic over an input format, so each is compiled only once and the generated code stays small. Unions
/// can look ahead for their discriminator without copying, and errors collect their path while unwinding, at no cost to
/// valid input.
pub struct Reader<'de> {
    input: &'de [u8],
    lexer: SliceLexer<'de>,
    depth: u16,
    /// True if the current container has not yielded an entry yet.
    fresh: bool,
    /// The start of the last lookahead, and the end of the property that it found.
    last_lookahead: Option<(usize, usize)>,
    /// The cached ends of skipped values.
    ends: &'de Ends,
}

/// The kind of the next JSON value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// `null`
    Null,
    /// `true` or `false`
    Boolean,
    /// A number.
    Number,
    /// A string.
    String,
    /// An array.
    Array,
    /// An object.
    Object,
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Null => "null",
            Self::Boolean => "a boolean",
            Self::Number => "a number",
            Self::String => "a string",
            Self::Array => "an array",
            Self::Object => "an object",
        })
    }
}

/// The result of reading a property name when one is expected.
pub(super) enum Key<'de> {
    /// The expected name.
    Expected,
    /// Another name.
    Other(Cow<'de, str>),
    /// The end of the object.
    End,
}

/// The number of names that memory is reserved for. Few objects have more properties.
const USUAL_KEYS: usize = 32;

/// The names of an object's properties.
pub(crate) struct Keys<'de>(Vec<Cow<'de, [u8]>>);

impl Keys<'_> {
    /// Returns true if all of these properties are present.
    pub(crate) fn have(&self, names: &[&str]) -> bool {
        names.iter().all(|name| self.0.iter().any(|key| **key == *name.as_bytes()))
    }

    /// Returns true if no other properties are present.
    pub(crate) fn are_among(&self, names: &[&str]) -> bool {
        self.0.iter().all(|key| names.iter().any(|name| **key == *name.as_bytes()))
    }
}

impl<'de> Reader<'de> {
    /// Creates a reader at the start of a JSON text.
    pub(crate) fn new(input: &'de [u8], ends: &'de Ends) -> Self {
        Self { input, lexer: SliceLexer::new(input), depth: 0, fresh: false, last_lookahead: None, ends }
    }

    /// Returns the number of bytes that have been read.
    pub(crate) fn offset(&self) -> usize {
        self.input.len() - self.lexer.as_slice().len()
    }

    /// Returns a copy of the reader, for looking ahead.
    pub(crate) fn fork(&self) -> Self {
        Self { lexer: SliceLexer::new(self.lexer.as_slice()), last_lookahead: None, ..*self }
    }

    /// Creates an error at the current position.
    #[cold]
    pub(crate) fn error(&self, message: impl Into<String>) -> DecodeError {
        DecodeError::new(message.into(), self.offset())
    }

    #[cold]
    fn syntax(&self, expected: &str) -> DecodeError {
        match self.lexer.as_slice().first() {
            None => self.error(format!("the JSON ends where {expected} is expected")),
            Some(_) => self.error(format!("invalid JSON: expected {expected}")),
        }
    }

    /// Returns the kind of the next value.
    pub(crate) fn kind(&mut self) -> Result<Kind, DecodeError> {
        Ok(match self.lexer.ws_peek() {
            Some(b'n') => Kind::Null,
            Some(b't' | b'f') => Kind::Boolean,
            Some(b'-' | b'0'..=b'9') => Kind::Number,
            Some(b'"') => Kind::String,
            Some(b'[') => Kind::Array,
            Some(b'{') => Kind::Object,
            _ => return Err(self.syntax("a value")),
        })
    }

    pub(super) fn expect(&mut self, kind: Kind) -> Result<(), DecodeError> {
        let found = self.kind()?;
        if found == kind { Ok(()) } else { Err(self.mismatch(kind, found)) }
    }

    #[cold]
    fn mismatch(&self, expected: Kind, found: Kind) -> DecodeError {
        self.error(format!("expected {expected}, found {found}"))
    }

    /// Consumes `null` and returns true, if it comes next.
    pub(crate) fn null(&mut self) -> Result<bool, DecodeError> {
        let is_null = self.lexer.ws_peek() == Some(b'n');
        if is_null {
            self.literal()?;
        }
        Ok(is_null)
    }

    fn literal(&mut self) -> Result<Option<bool>, DecodeError> {
        let begin = self.offset();
        let value = self.lexer.null_or_bool();
        value.ok_or_else(|| DecodeError::new("invalid JSON: expected null, true or false".to_owned(), begin))
    }

    /// Reads a boolean.
    pub(crate) fn boolean(&mut self) -> Result<bool, DecodeError> {
        self.expect(Kind::Boolean)?;
        Ok(self.literal()? == Some(true))
    }

    /// Reads a number and returns its text.
    pub(crate) fn number(&mut self) -> Result<&'de str, DecodeError> {
        self.expect(Kind::Number)?;
        let start = self.lexer.as_slice();
        // Most numbers are whole. Reading them without the lexer is faster.
        let digits = start.iter().take_while(|byte| byte.is_ascii_digit()).count();
        if let Some((digits @ ([b'1'..=b'9', ..] | b"0"), rest @ [b',' | b'}' | b']', ..])) =
            start.split_at_checked(digits)
            && let Ok(text) = str::from_utf8(digits)
        {
            self.lexer = SliceLexer::new(rest);
            return Ok(text);
        }
        let (text, _) =
            self.lexer.num_string().validated().map_err(|error| self.error(format!("invalid number: {error}")))?;
        // The lexer stops after the first digit of `007`.
        if self.lexer.as_slice().first().is_some_and(u8::is_ascii_digit) {
            return Err(DecodeError::new("invalid number: leading zero".to_owned(), self.input.len() - start.len()));
        }
        Ok(text)
    }

    /// Reads a string, which is borrowed if it has no escapes.
    pub(crate) fn string(&mut self) -> Result<Cow<'de, str>, DecodeError> {
        self.expect(Kind::String)?;
        self.text()
    }

    /// Reads a string, starting at its opening quote.
    fn text(&mut self) -> Result<Cow<'de, str>, DecodeError> {
        self.lexer.take_next();
        let content = self.lexer.as_slice();
        if let Some((content, [b'"', rest @ ..])) = content.split_at_checked(plain(content))
            && let Ok(text) = str::from_utf8(content)
        {
            self.lexer = SliceLexer::new(rest);
            return Ok(Cow::Borrowed(text));
        }
        self.lexer.str_string().map_err(|error| self.error(format!("invalid string: {error}")))
    }

    /// Skips a string, starting at its opening quote.
    fn skip_text(&mut self) -> Result<(), DecodeError> {
        self.lexer.take_next();
        let content = self.lexer.as_slice();
        if let Some((_, [b'"', rest @ ..])) = content.split_at_checked(plain(content)) {
            self.lexer = SliceLexer::new(rest);
            return Ok(());
        }
        self.lexer.str_ignore().map_err(|error| self.error(format!("invalid string: {error}")))
    }

    fn enter(&mut self, kind: Kind) -> Result<(), DecodeError> {
        self.expect(kind)?;
        if self.depth == DEPTH_LIMIT {
            return Err(self.error(format!("nested deeper than {DEPTH_LIMIT} levels")));
        }
        self.lexer.take_next();
        self.depth += 1;
        self.fresh = true;
        Ok(())
    }

    /// Moves to the next entry of the container that is closed by `end`. Returns false at its end.
    fn next(&mut self, end: u8) -> Result<bool, DecodeError> {
        let first = std::mem::replace(&mut self.fresh, false);
        match self.lexer.ws_peek() {
            Some(byte) if byte == end => {
                self.lexer.take_next();
                self.depth -= 1;
                return Ok(false);
            }
            Some(b',') if !first => {
                self.lexer.take_next();
            }
            Some(_) if first => {}
            _ => return Err(self.syntax("a comma or the end of the list")),
        }
        Ok(true)
    }

    /// Enters an array. Use [`Reader::element`] to iterate over it.
    pub(crate) fn array(&mut self) -> Result<(), DecodeError> {
        self.enter(Kind::Array)
    }

    /// Moves to the next element. Returns false at the end of the array.
    pub(crate) fn element(&mut self) -> Result<bool, DecodeError> {
        self.next(b']')
    }

    /// Enters an object. Use [`Reader::key`] or [`Reader::fields`] to iterate over it.
    pub(crate) fn object(&mut self) -> Result<(), DecodeError> {
        self.enter(Kind::Object)
    }

    /// Moves to the next property and reads its name. Returns `None` at the end of the object.
    pub(crate) fn key(&mut self) -> Result<Option<Cow<'de, str>>, DecodeError> {
        if !self.next(b'}')? {
            return Ok(None);
        }
        if self.lexer.ws_peek() != Some(b'"') {
            return Err(self.syntax("a property name"));
        }
        let key = self.text()?;
        self.colon()?;
        Ok(Some(key))
    }

    /// Moves to the next property, whose name is probably `expected`.
    pub(super) fn key_like(&mut self, expected: &str) -> Result<Key<'de>, DecodeError> {
        // The usual case, since the API sends JSON without whitespace.
        if let [b',', b'"', text @ ..] = self.lexer.as_slice()
            && !self.fresh
            && let Some([b'"', b':', rest @ ..]) = text.strip_prefix(expected.as_bytes())
        {
            self.lexer = SliceLexer::new(rest);
            return Ok(Key::Expected);
        }
        if !self.next(b'}')? {
            return Ok(Key::End);
        }
        if self.is_key(expected)? {
            self.colon()?;
            return Ok(Key::Expected);
        }
        let key = self.text()?;
        self.colon()?;
        Ok(Key::Other(key))
    }

    /// Consumes the name of the next property if it is `expected`. Compares it in place, without lexing it, so that a
    /// name with escapes is never the expected one.
    fn is_key(&mut self, expected: &str) -> Result<bool, DecodeError> {
        let Some(text) = self.peek_text() else { return Err(self.syntax("a property name")) };
        match text.strip_prefix(expected.as_bytes()) {
            Some([b'"', rest @ ..]) => {
                self.lexer = SliceLexer::new(rest);
                Ok(true)
            }
            _ => Ok(false),
        }
    }

    /// Returns the input after the opening quote of the next string. `None` if something else comes next.
    fn peek_text(&mut self) -> Option<&'de [u8]> {
        self.lexer.ws_peek();
        match self.lexer.as_slice() {
            [b'"', text @ ..] => Some(text),
            _ => None,
        }
    }

    fn colon(&mut self) -> Result<(), DecodeError> {
        if self.lexer.ws_peek() != Some(b':') {
            return Err(self.syntax("a colon"));
        }
        self.lexer.take_next();
        Ok(())
    }

    /// Reads a value that must equal `expected`, such as the discriminator of a union variant.
    pub(super) fn constant(&mut self, expected: &Literal<'_>) -> Result<(), DecodeError> {
        let place = self.fork();
        let found = match self.kind()? {
            Kind::Null => {
                self.null()?;
                Tag::Null
            }
            Kind::Boolean => Tag::Boolean(self.boolean()?),
            Kind::String => Tag::String(self.string()?),
            other => return Err(place.error(format!("expected `{expected}`, found {other}"))),
        };
        let found = found.literal();
        if found == *expected {
            return Ok(());
        }
        Err(place.error(format!("expected `{expected}`, found `{found}`")).or(&format!("expected `{expected}`")))
    }

    /// Creates the error for a union value without a discriminator.
    #[cold]
    pub(crate) fn untagged(&mut self, name: &str) -> DecodeError {
        match self.expect(Kind::Object) {
            Ok(()) => self.error(format!("missing property `{name}`, which tells the type")),
            Err(error) => error,
        }
    }

    /// Returns true if the next value is this string.
    pub(crate) fn is_string(&self, expected: &str) -> Result<bool, DecodeError> {
        let mut ahead = self.fork();
        Ok(ahead.kind()? == Kind::String && ahead.string()? == expected)
    }

    /// Skips one value.
    pub(crate) fn skip(&mut self) -> Result<(), DecodeError> {
        match self.kind()? {
            Kind::Null | Kind::Boolean => self.literal().map(drop),
            Kind::Number => self.number().map(drop),
            Kind::String => self.skip_text(),
            Kind::Array => {
                self.array()?;
                while self.element()? {
                    self.skip()?;
                }
                Ok(())
            }
            Kind::Object => {
                self.object()?;
                while self.next(b'}')? {
                    if self.lexer.ws_peek() != Some(b'"') {
                        return Err(self.syntax("a property name"));
                    }
                    self.skip_text()?;
                    self.colon()?;
                    self.skip()?;
                }
                Ok(())
            }
        }
    }

    /// Looks ahead for the property at `path` of the next object, without consuming anything.
    pub(crate) fn tag(&mut self, path: &[&str]) -> Result<Tag<'de>, DecodeError> {
        let begin = self.offset();
        // Nested unions look for different properties of the same object, often in succession, so the search continues
        // after the last one. If a property is repeated, this may find the second.
        if let (Some((_, end)), [name]) = (self.last_lookahead.filter(|(other, _)| *other == begin), path) {
            let lexer = SliceLexer::new(&self.input[end..]);
            let mut ahead = Self { lexer, depth: self.depth + 1, fresh: false, last_lookahead: None, ..*self };
            if ahead.find(name)? {
                return ahead.tag_here();
            }
        }
        let mut ahead = self.fork();
        for name in path {
            if ahead.kind()? != Kind::Object || !ahead.descend(name)? {
                return Ok(Tag::Absent);
            }
        }
        let tag = ahead.tag_here()?;
        self.last_lookahead = match tag {
            Tag::Other => None,
            _ if path.len() == 1 => Some((begin, ahead.offset())),
            _ => None,
        };
        Ok(tag)
    }

    fn tag_here(&mut self) -> Result<Tag<'de>, DecodeError> {
        Ok(match self.kind()? {
            Kind::Null => {
                self.null()?;
                Tag::Null
            }
            Kind::Boolean => Tag::Boolean(self.boolean()?),
            Kind::String => Tag::String(self.string()?),
            _ => Tag::Other,
        })
    }

    /// Moves to the value of a property of the next object. Returns false if there is no such property.
    fn descend(&mut self, name: &str) -> Result<bool, DecodeError> {
        self.object()?;
        self.find(name)
    }

    /// Moves to the value of a property of the current object. Returns false if there is no such property.
    fn find(&mut self, name: &str) -> Result<bool, DecodeError> {
        while self.next(b'}')? {
            let is_found = self.is_key(name)? || self.key_bytes()? == name.as_bytes();
            self.colon()?;
            if is_found {
                return Ok(true);
            }
            self.skip_unchecked()?;
        }
        Ok(false)
    }

    /// Skips one value without validating it, for values that are read later.
    pub(super) fn skip_unchecked(&mut self) -> Result<(), DecodeError> {
        let kind = self.kind()?;
        let begin = self.offset();
        let found = match kind {
            Kind::String => end_of_string(self.input, begin + 1).inspect(|end| self.ends.count(end - begin)),
            Kind::Array | Kind::Object => {
                self.ends.known(begin).or_else(|| end_of_container(self.input, begin, self.ends))
            }
            Kind::Null | Kind::Boolean => return self.literal().map(drop),
            Kind::Number => return self.number().map(drop),
        };
        // The value is not terminated, and the error says where.
        let Some(end) = found else { return self.skip() };
        self.lexer = SliceLexer::new(&self.input[end..]);
        Ok(())
    }

    /// Reads the name of a property. Checks that it is UTF-8 only if it has escapes.
    fn key_bytes(&mut self) -> Result<Cow<'de, [u8]>, DecodeError> {
        let Some(text) = self.peek_text() else { return Err(self.syntax("a property name")) };
        match text.split_at_checked(plain(text)) {
            Some((name, [b'"', rest @ ..])) => {
                self.lexer = SliceLexer::new(rest);
                Ok(name.into())
            }
            _ => Ok(self.text()?.into_owned().into_bytes().into()),
        }
    }

    /// Looks ahead for the property names of the next object; empty if the value is not an object.
    pub(crate) fn keys(&self) -> Result<Keys<'de>, DecodeError> {
        let mut ahead = self.fork();
        let mut keys = Vec::with_capacity(USUAL_KEYS);
        if ahead.kind()? == Kind::Object {
            ahead.object()?;
            while ahead.next(b'}')? {
                keys.push(ahead.key_bytes()?);
                ahead.colon()?;
                ahead.skip_unchecked()?;
            }
        }
        Ok(Keys(keys))
    }

    /// Returns an error unless only whitespace is left.
    pub(crate) fn end(&mut self) -> Result<(), DecodeError> {
        match self.lexer.ws_peek() {
            None => Ok(()),
            Some(_) => Err(self.error("text after the end of the JSON value")),
        }
    }
}

/// Returns the end of an array or an object; `None` if it is not terminated.
fn end_of_container(text: &[u8], begin: usize, ends: &Ends) -> Option<usize> {
    let (mut at, mut open, mut jumped) = (begin, ends.begin(), 0);
    while let Some(byte) = text.get(at) {
        match byte {
            b'"' => {
                at = end_of_string(text, at + 1)?;
                continue;
            }
            b'[' | b'{' => match ends.known(at) {
                Some(end) if !open.is_empty() => {
                    jumped += end - at;
                    at = end;
                    continue;
                }
                _ => open.enter(at),
            },
            b']' | b'}' => {
                open.leave(at + 1);
                if open.is_empty() {
                    ends.count(at + 1 - begin - jumped);
                    return Some(at + 1);
                }
            }
            _ => {}
        }
        at += 1;
    }
    None
}

/// Returns the end of a string, given the start of its content.
fn end_of_string(text: &[u8], mut at: usize) -> Option<usize> {
    loop {
        at += plain(&text[at..]);
        match text.get(at)? {
            b'\\' => at = (at + 2).min(text.len()),
            b'"' => return Some(at + 1),
            // A control character, which is rejected when the string is read.
            _ => at += 1,
        }
    }
}
