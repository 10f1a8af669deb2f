//! Replies of a handler, and how they are written.

use std::io::{self, BufWriter, Write};
use std::thread;
use std::time::Duration;

use crate::request::has_token;

/// The chunk size of a `chunked` body that is not throttled.
const CHUNK: usize = 1024;

/// A response, which is well-formed unless configured otherwise.
///
/// `content-length` is added to every response that may have a body; `content-type` is never added, so
/// `Reply::new(429)` sends neither a body nor a content type. Responses to `HEAD` and those with status 1xx, 204 and
/// 304 have no body, whatever was set.
///
/// ```
/// use std::time::Duration;
/// use polar_loopback::Reply;
///
/// let limited = Reply::new(429).header("retry-after", "2");
/// let slow = Reply::text(200, "text/csv", "a,b\n1,2\n").drip(3, Duration::from_millis(20));
/// let torn = Reply::json(200, &serde_json::json!({"items": []})).truncate_after(5);
/// ```
#[derive(Clone, Debug)]
#[must_use]
pub struct Reply {
    status: u16,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
    chunked: bool,
    delay: Duration,
    drip: Option<(usize, Duration)>,
    ending: Ending,
    /// True if the response has no version header.
    unversioned: bool,
    /// Sent instead of everything else, after which the connection is closed.
    verbatim: Option<Vec<u8>>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Ending {
    Complete,
    Truncate(usize),
    Reset(usize),
}

/// What to do with the connection after a response.
#[derive(Debug, PartialEq)]
pub(crate) enum Then {
    KeepAlive,
    Close,
    Reset,
}

impl Reply {
    /// Creates a response with a status, without headers and body.
    pub fn new(status: u16) -> Reply {
        Reply {
            status,
            headers: Vec::new(),
            body: Vec::new(),
            chunked: false,
            delay: Duration::ZERO,
            drip: None,
            ending: Ending::Complete,
            unversioned: false,
            verbatim: None,
        }
    }

    /// Creates the API's response to a version that it does not serve, the only one without the header `Polar-Version`.
    pub fn version_removed() -> Reply {
        let reply = Reply::json(404, &serde_json::json!({ "detail": "Not Found" }));
        Reply { unversioned: true, ..reply }
    }

    /// Creates an `application/json` response.
    pub fn json(status: u16, body: &serde_json::Value) -> Reply {
        Reply::text(status, "application/json", body.to_string())
    }

    /// Creates a response with a body of a content type.
    pub fn text(status: u16, content_type: &str, body: impl Into<Vec<u8>>) -> Reply {
        let reply = Reply::new(status).header("content-type", content_type);
        reply.body(body)
    }

    /// Writes `bytes` verbatim, which need not be HTTP, and closes the connection.
    pub fn raw(bytes: impl Into<Vec<u8>>) -> Reply {
        Reply { verbatim: Some(bytes.into()), ..Reply::new(0) }
    }

    /// Closes the connection without a response.
    pub fn close() -> Reply {
        Reply::raw([])
    }

    /// Adds a header, even if there is one of the same name.
    ///
    /// A `content-length` or `transfer-encoding` header replaces the correct one, and closes the connection after the
    /// response, since its end is ambiguous.
    pub fn header(mut self, name: impl Into<String>, value: impl Into<String>) -> Reply {
        self.headers.push((name.into(), value.into()));
        self
    }

    /// Adds the version header of the API, unless there is one.
    pub(crate) fn with_version(self, version: &str) -> Reply {
        const VERSION: &str = "polar-version";
        if self.unversioned || self.header_value(VERSION).is_some() {
            return self;
        }
        self.header(VERSION, version)
    }

    /// Sets the body.
    pub fn body(mut self, body: impl Into<Vec<u8>>) -> Reply {
        self.body = body.into();
        self
    }

    /// Sends the body with chunked transfer encoding, in chunks of 1 KiB or of the size set by [`drip`](Self::drip).
    pub fn chunked(mut self) -> Reply {
        self.chunked = true;
        self
    }

    /// Delays the first byte of the response.
    pub fn delay(mut self, delay: Duration) -> Reply {
        self.delay = delay;
        self
    }

    /// Throttles the body: sends `size` bytes at a time, with a pause in between.
    pub fn drip(mut self, size: usize, pause: Duration) -> Reply {
        self.drip = Some((size.max(1), pause));
        self
    }

    /// Announces the whole body, sends its first `length` bytes, and closes the connection.
    ///
    /// A chunked body is sent without the final chunk.
    pub fn truncate_after(mut self, length: usize) -> Reply {
        self.ending = Ending::Truncate(length);
        self
    }

    /// Announces the whole body, sends its first `length` bytes, and resets the connection (RST).
    pub fn reset_after(mut self, length: usize) -> Reply {
        self.ending = Ending::Reset(length);
        self
    }

    /// Returns the status.
    pub fn status(&self) -> u16 {
        self.status
    }

    /// Returns the value of the first header with this name, ignoring case.
    pub fn header_value(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(header, _)| header.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    /// Returns the body.
    pub fn body_bytes(&self) -> &[u8] {
        &self.body
    }

    /// Writes the response to a request with this method. `keep_alive` is true if the client accepts further responses.
    pub(crate) fn write_to(&self, out: impl Write, method: &str, keep_alive: bool) -> io::Result<Then> {
        thread::sleep(self.delay);
        let mut out = BufWriter::new(out);
        if let Some(bytes) = &self.verbatim {
            out.write_all(bytes)?;
            out.flush()?;
            return Ok(Then::Close);
        }

        let keep_alive = keep_alive && self.is_reusable();
        self.write_head(&mut out, keep_alive)?;
        if method != "HEAD" && self.has_body() {
            self.write_body(&mut out)?;
        }
        out.flush()?;
        Ok(match self.ending {
            Ending::Complete if keep_alive => Then::KeepAlive,
            Ending::Complete | Ending::Truncate(_) => Then::Close,
            Ending::Reset(_) => Then::Reset,
        })
    }

    fn write_head(&self, out: &mut impl Write, keep_alive: bool) -> io::Result<()> {
        // The space before the reason phrase is required even if the phrase is empty.
        write!(out, "HTTP/1.1 {} \r\n", self.status)?;
        for (name, value) in &self.headers {
            write!(out, "{name}: {value}\r\n")?;
        }
        if self.has_body() && !self.declares_framing() {
            match self.chunked {
                true => write!(out, "transfer-encoding: chunked\r\n")?,
                false => write!(out, "content-length: {}\r\n", self.body.len())?,
            }
        }
        // A response that will be truncated does not announce it.
        if !keep_alive && self.ending == Ending::Complete && !self.has_header("connection") {
            write!(out, "connection: close\r\n")?;
        }
        write!(out, "\r\n")
    }

    fn write_body(&self, out: &mut impl Write) -> io::Result<()> {
        let body = match self.ending {
            Ending::Complete => &self.body[..],
            Ending::Truncate(length) | Ending::Reset(length) => &self.body[..length.min(self.body.len())],
        };
        let (size, pause) = match self.drip {
            Some(drip) => drip,
            None if self.chunked => (CHUNK, Duration::ZERO),
            None => return out.write_all(body),
        };
        for (index, piece) in body.chunks(size).enumerate() {
            if index > 0 && !pause.is_zero() {
                out.flush()?;
                thread::sleep(pause);
            }
            match self.chunked {
                true => {
                    write!(out, "{:x}\r\n", piece.len())?;
                    out.write_all(piece)?;
                    write!(out, "\r\n")?;
                }
                false => out.write_all(piece)?,
            }
        }
        match self.chunked && self.ending == Ending::Complete {
            true => write!(out, "0\r\n\r\n"),
            false => Ok(()),
        }
    }

    /// Returns true if the status allows a body.
    fn has_body(&self) -> bool {
        !matches!(self.status, 100..=199 | 204 | 304)
    }

    fn is_reusable(&self) -> bool {
        let closes =
            |(name, value): &(String, String)| name.eq_ignore_ascii_case("connection") && has_token(value, "close");
        !self.declares_framing() && !self.headers.iter().any(closes)
    }

    fn declares_framing(&self) -> bool {
        self.has_header("content-length") || self.has_header("transfer-encoding")
    }

    fn has_header(&self, name: &str) -> bool {
        let mut headers = self.headers.iter();
        headers.any(|(header, _)| header.eq_ignore_ascii_case(name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(reply: &Reply, method: &str) -> (String, Then) {
        let mut out = Vec::new();
        let then = reply.write_to(&mut out, method, true).unwrap();
        (String::from_utf8(out).unwrap(), then)
    }

    #[test]
    fn reply_without_body_announces_length_zero_and_no_type() {
        let (text, then) = written(&Reply::new(429).header("retry-after", "2"), "GET");
        assert_eq!(text, "HTTP/1.1 429 \r\nretry-after: 2\r\ncontent-length: 0\r\n\r\n");
        assert_eq!(then, Then::KeepAlive);
    }

    #[test]
    fn no_content_keeps_its_type_and_drops_body_and_length() {
        let reply = Reply::text(204, "application/json", "{}").chunked();
        assert_eq!(written(&reply, "DELETE").0, "HTTP/1.1 204 \r\ncontent-type: application/json\r\n\r\n");
    }

    #[test]
    fn head_answer_has_the_length_and_not_the_body() {
        let (text, _) = written(&Reply::new(200).body("abc"), "HEAD");
        assert_eq!(text, "HTTP/1.1 200 \r\ncontent-length: 3\r\n\r\n");
    }

    #[test]
    fn chunked_body_is_split_and_ended() {
        let reply = Reply::new(200).body(vec![b'x'; CHUNK + 1]).chunked();
        let (text, _) = written(&reply, "GET");
        let body = text.split_once("\r\n\r\n").unwrap().1;
        assert_eq!(body, format!("400\r\n{}\r\n1\r\nx\r\n0\r\n\r\n", "x".repeat(CHUNK)));
        assert!(!text.contains("content-length"));
    }

    #[test]
    fn truncated_chunked_body_lacks_the_end_mark() {
        let reply = Reply::new(200).body("abcdef").chunked().truncate_after(4);
        let (text, then) = written(&reply, "GET");
        assert!(text.ends_with("\r\n\r\n4\r\nabcd\r\n"), "{text}");
        assert_eq!(then, Then::Close);
    }

    #[test]
    fn declared_length_replaces_the_right_one_and_closes() {
        let reply = Reply::new(200).header("Content-Length", "9").body("abc");
        let (text, then) = written(&reply, "GET");
        assert_eq!(text, "HTTP/1.1 200 \r\nContent-Length: 9\r\nconnection: close\r\n\r\nabc");
        assert_eq!(then, Then::Close);
    }

    #[test]
    fn connection_close_is_honoured() {
        let (text, then) = written(&Reply::new(200).header("connection", "close"), "GET");
        assert_eq!(text.matches("connection").count(), 1);
        assert_eq!(then, Then::Close);
    }
}
