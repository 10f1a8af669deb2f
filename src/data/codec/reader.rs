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

/// How deep arrays and objects may nest before decoding is refused, so that no body can exhaust the stack.
pub(super) const DEPTH_LIMIT: u16 = 128;

/// A cursor over one JSON text, from which [`Decode`](super::Decode) implementations take their values.
///
/// Every method is compiled once, whatever is decoded: nothing here is generic over an input format. That keeps the
/// generated code small, lets a union look ahead for its discriminator without copying, and lets an error collect the
/// path to its place on the way out, at no cost to bodies that decode.
pub struct Reader<'de> {
    input: &'de [u8],
    lexer: SliceLexer<'de>,
    depth: u16,
    /// Whether the container that was just entered has not yielded an entry yet.
    fresh: bool,
    /// Where the last look ahead began, and where it ended behind the property that it was for.
    looked: Option<(usize, usize)>,
    /// Where values end that were passed over.
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

/// The name of a property, of which one was expected.
pub(super) enum Key<'de> {
    /// The one that was expected.
    Expected,
    /// Another one.
    Other(Cow<'de, str>),
    /// None: the object is over.
    End,
}

impl<'de> Reader<'de> {
    /// Starts at the beginning of a JSON text.
    pub(crate) fn new(input: &'de [u8], ends: &'de Ends) -> Self {
        Self { input, lexer: SliceLexer::new(input), depth: 0, fresh: false, looked: None, ends }
    }

    /// How many bytes have been read.
    pub(crate) fn offset(&self) -> usize {
        self.input.len() - self.lexer.as_slice().len()
    }

    /// The same place, for looking ahead.
    pub(crate) fn fork(&self) -> Self {
        Self { lexer: SliceLexer::new(self.lexer.as_slice()), looked: None, ..*self }
    }

    /// An error at this place.
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

    /// The kind of the next value.
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

    /// Consumes `null` if it comes next.
    pub(crate) fn null(&mut self) -> Result<bool, DecodeError> {
        if self.kind()? != Kind::Null {
            return Ok(false);
        }
        self.literal()?;
        Ok(true)
    }

    fn literal(&mut self) -> Result<Option<bool>, DecodeError> {
        let start = self.fork();
        self.lexer.null_or_bool().ok_or_else(|| start.error("invalid JSON: expected null, true or false"))
    }

    /// Reads a boolean.
    pub(crate) fn boolean(&mut self) -> Result<bool, DecodeError> {
        self.expect(Kind::Boolean)?;
        Ok(self.literal()? == Some(true))
    }

    /// Reads a number as it is written.
    pub(crate) fn number(&mut self) -> Result<&'de str, DecodeError> {
        self.expect(Kind::Number)?;
        let start = self.lexer.as_slice();
        let (text, _) =
            self.lexer.num_string().validated().map_err(|error| self.error(format!("invalid number: {error}")))?;
        // The lexer ends `007` after its first digit, and leaves the rest to whoever reads on.
        if self.lexer.as_slice().first().is_some_and(u8::is_ascii_digit) {
            return Err(DecodeError::new("invalid number: leading zero".to_owned(), self.input.len() - start.len()));
        }
        Ok(text)
    }

    /// Reads a string, borrowed where it holds no escapes.
    pub(crate) fn string(&mut self) -> Result<Cow<'de, str>, DecodeError> {
        self.expect(Kind::String)?;
        self.text()
    }

    /// Reads the string whose opening quote comes next.
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

    /// Passes over the string whose opening quote comes next.
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

    /// Steps to the next entry of the container that `end` closes; false once it is closed.
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

    /// Enters an array; [`Reader::element`] then steps through it.
    pub(crate) fn array(&mut self) -> Result<(), DecodeError> {
        self.enter(Kind::Array)
    }

    /// Steps to the next element; false at the end of the array.
    pub(crate) fn element(&mut self) -> Result<bool, DecodeError> {
        self.next(b']')
    }

    /// Enters an object; [`Reader::key`] then steps through it, or use [`Reader::fields`].
    pub(crate) fn object(&mut self) -> Result<(), DecodeError> {
        self.enter(Kind::Object)
    }

    /// Steps to the next property and reads its name; `None` at the end of the object.
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

    /// Steps to the next property, of which it is likely that it has this name.
    pub(super) fn key_like(&mut self, expected: &str) -> Result<Key<'de>, DecodeError> {
        if !self.next(b'}')? {
            return Ok(Key::End);
        }
        if self.lexer.ws_peek() != Some(b'"') {
            return Err(self.syntax("a property name"));
        }
        // Behind the quote, without a look at what stands between.
        let text = &self.lexer.as_slice()[1..];
        let rest = text.strip_prefix(expected.as_bytes()).and_then(|rest| rest.strip_prefix(b"\""));
        let key = match rest {
            Some(rest) => {
                self.lexer = SliceLexer::new(rest);
                Key::Expected
            }
            None => Key::Other(self.text()?),
        };
        self.colon()?;
        Ok(key)
    }

    fn colon(&mut self) -> Result<(), DecodeError> {
        if self.lexer.ws_peek() != Some(b':') {
            return Err(self.syntax("a colon"));
        }
        self.lexer.take_next();
        Ok(())
    }

    /// Reads a value that can only be this one, as the discriminator of a union's variant is.
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

    /// The error of a value that lacks the property by which its union's variants are told apart.
    #[cold]
    pub(crate) fn untagged(&mut self, name: &str) -> DecodeError {
        match self.expect(Kind::Object) {
            Ok(()) => self.error(format!("missing property `{name}`, which tells the type")),
            Err(error) => error,
        }
    }

    /// Whether the next value is this string.
    pub(crate) fn is_string(&self, expected: &str) -> Result<bool, DecodeError> {
        let mut ahead = self.fork();
        Ok(ahead.kind()? == Kind::String && ahead.string()? == expected)
    }

    /// Passes over one value.
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

    /// Looks ahead for the property at `path` of the object that comes next, without consuming anything.
    pub(crate) fn tag(&mut self, path: &[&str]) -> Result<Tag<'de>, DecodeError> {
        let begin = self.offset();
        // A union within a union asks for another property of the same object, which often is the next one. Of a
        // property that is there twice this may find the second.
        if let (Some((_, end)), [name]) = (self.looked.filter(|(other, _)| *other == begin), path) {
            let lexer = SliceLexer::new(&self.input[end..]);
            let mut ahead = Self { lexer, depth: self.depth + 1, fresh: false, looked: None, ..*self };
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
        self.looked = match tag {
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

    /// Goes to the value of a property of the object that comes next; false if it has none of this name.
    fn descend(&mut self, name: &str) -> Result<bool, DecodeError> {
        self.object()?;
        self.find(name)
    }

    /// Goes on to the value of a property of the object that was entered; false if there is none of this name.
    fn find(&mut self, name: &str) -> Result<bool, DecodeError> {
        loop {
            match self.key_like(name)? {
                Key::Expected => return Ok(true),
                Key::Other(key) if key == name => return Ok(true),
                Key::Other(_) => self.leap()?,
                Key::End => return Ok(false),
            }
        }
    }

    /// Passes over one value without a look at it, as is enough where it will be read later on.
    pub(super) fn leap(&mut self) -> Result<(), DecodeError> {
        if !matches!(self.kind()?, Kind::String | Kind::Array | Kind::Object) {
            return self.skip();
        }
        let begin = self.offset();
        let found = self.ends.known(begin).or_else(|| end_of_value(self.input, begin, self.ends));
        // If it does not end, this says where.
        let Some(end) = found else { return self.skip() };
        self.lexer = SliceLexer::new(&self.input[end..]);
        Ok(())
    }

    /// Looks ahead for the names of the properties of the object that comes next; none if it is no object.
    pub(crate) fn keys(&self) -> Result<Vec<Cow<'de, str>>, DecodeError> {
        let mut ahead = self.fork();
        let mut keys = Vec::new();
        if ahead.kind()? == Kind::Object {
            ahead.object()?;
            while let Some(key) = ahead.key()? {
                keys.push(key);
                ahead.leap()?;
            }
        }
        Ok(keys)
    }

    /// Requires that nothing but white space is left.
    pub(crate) fn end(&mut self) -> Result<(), DecodeError> {
        match self.lexer.ws_peek() {
            None => Ok(()),
            Some(_) => Err(self.error("text after the end of the JSON value")),
        }
    }
}

/// Returns where a string, an array or an object ends; `None` if it does not.
fn end_of_value(text: &[u8], begin: usize, ends: &Ends) -> Option<usize> {
    let (mut at, mut open, mut jumped) = (begin, ends.begin(), 0);
    while let Some(byte) = text.get(at) {
        match byte {
            b'"' => {
                at = end_of_string(text, at + 1)?;
                if open.is_empty() {
                    ends.count(at - begin);
                    return Some(at);
                }
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

/// Returns where a string ends whose content begins here.
fn end_of_string(text: &[u8], mut at: usize) -> Option<usize> {
    loop {
        at += plain(&text[at..]);
        match text.get(at)? {
            b'\\' => at = (at + 2).min(text.len()),
            b'"' => return Some(at + 1),
            // A control character: whoever reads it says that it is not allowed.
            _ => at += 1,
        }
    }
}
