//! Received requests, and how they are read from a connection.

use std::io::{self, ErrorKind, Read};

use percent_encoding::percent_decode_str;

const MAX_HEAD: usize = 64 * 1024;
const MAX_HEADERS: usize = 128;
const MAX_BODY: usize = 64 * 1024 * 1024;

/// A request as the server received it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Request {
    /// The method, as sent: `GET`.
    pub method: String,
    /// The request target, such as `/v1/orders/?page=2`.
    pub target: String,
    /// The target up to the `?`, still percent-encoded.
    pub path: String,
    /// The query in the original order, percent-decoded, with `+` read as a space.
    pub query: Vec<(String, String)>,
    /// The headers in the original order, with the original names.
    pub headers: Vec<(String, String)>,
    /// The body, without its transfer encoding.
    pub body: Vec<u8>,
}

impl Request {
    /// Returns the value of the first header with this name, ignoring case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(header, _)| header.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    /// Parses the body as JSON.
    ///
    /// # Errors
    ///
    /// If the body is not a single JSON value.
    pub fn json(&self) -> Result<serde_json::Value, serde_json::Error> {
        serde_json::from_slice(&self.body)
    }

    /// Returns the pairs of an `application/x-www-form-urlencoded` body, in the original order.
    pub fn form(&self) -> Vec<(String, String)> {
        decode_pairs(&String::from_utf8_lossy(&self.body))
    }

    fn headers_named(&self, name: &'static str) -> impl Iterator<Item = &str> {
        self.headers
            .iter()
            .filter(move |(header, _)| header.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
    }
}

fn decode_pairs(encoded: &str) -> Vec<(String, String)> {
    let decode = |part: &str| {
        let spaced = part.replace('+', " ");
        percent_decode_str(&spaced).decode_utf8_lossy().into_owned()
    };
    encoded
        .split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
        .map(|(key, value)| (decode(key), decode(value)))
        .collect()
}

/// Returns true if a comma-separated header value contains a token.
pub(crate) fn has_token(value: &str, token: &str) -> bool {
    value.split(',').any(|part| part.trim().eq_ignore_ascii_case(token))
}

/// A request whose body has not been read yet.
pub(crate) struct Head {
    request: Request,
    framing: Framing,
    /// True if the client accepts further responses on this connection.
    pub(crate) keep_alive: bool,
}

enum Framing {
    Length(usize),
    Chunked,
}

impl Head {
    /// Returns true if the client waits for `100 Continue` before it sends the body.
    pub(crate) fn expects_continue(&self) -> bool {
        self.request.header("expect").is_some_and(|value| value.eq_ignore_ascii_case("100-continue"))
    }
}

/// Reads requests from a connection. Fails with [`ErrorKind::InvalidData`] for anything other than HTTP.
pub(crate) struct RequestReader<R> {
    stream: R,
    /// Bytes that have been read from the stream, but not consumed.
    buffer: Vec<u8>,
}

impl<R: Read> RequestReader<R> {
    pub(crate) fn new(stream: R) -> Self {
        RequestReader { stream, buffer: Vec::new() }
    }

    /// Reads the next request up to its body; `None` if the peer closed the connection.
    pub(crate) fn read_head(&mut self) -> io::Result<Option<Head>> {
        loop {
            if let Some((length, head)) = parse_head(&self.buffer)? {
                self.buffer.drain(..length);
                return Ok(Some(head));
            }
            if self.buffer.len() > MAX_HEAD {
                return Err(invalid("the request head is too long"));
            }
            match self.fill() {
                Err(error) if error.kind() == ErrorKind::UnexpectedEof && self.buffer.is_empty() => {
                    return Ok(None);
                }
                filled => filled?,
            }
        }
    }

    /// Reads the body. Must be called once after each [`RequestReader::read_head`].
    pub(crate) fn read_body(&mut self, head: Head) -> io::Result<Request> {
        let mut request = head.request;
        request.body = match head.framing {
            Framing::Length(length) => self.take(length)?,
            Framing::Chunked => self.take_chunks()?,
        };
        Ok(request)
    }

    fn take_chunks(&mut self) -> io::Result<Vec<u8>> {
        let mut body = Vec::new();
        loop {
            let line = self.take_line()?;
            let size = match httparse::parse_chunk_size(&line) {
                Ok(httparse::Status::Complete((_, size))) => usize::try_from(size).ok(),
                _ => None,
            };
            let size = size.ok_or_else(|| invalid("malformed chunk size"))?;
            if size == 0 {
                break;
            }
            if size > MAX_BODY - body.len() {
                return Err(invalid("the request body is too long"));
            }
            body.append(&mut self.take(size)?);
            if self.take(2)? != b"\r\n" {
                return Err(invalid("a chunk is longer than its size"));
            }
        }
        // Trailers are ignored.
        while self.take_line()? != b"\r\n" {}
        Ok(body)
    }

    /// Reads the next line, including its line end.
    fn take_line(&mut self) -> io::Result<Vec<u8>> {
        loop {
            if let Some(end) = self.buffer.windows(2).position(|pair| pair == b"\r\n") {
                return self.take(end + 2);
            }
            if self.buffer.len() > MAX_HEAD {
                return Err(invalid("a line of a chunked body is too long"));
            }
            self.fill()?;
        }
    }

    fn take(&mut self, length: usize) -> io::Result<Vec<u8>> {
        while self.buffer.len() < length {
            self.fill()?;
        }
        Ok(self.buffer.drain(..length).collect())
    }

    fn fill(&mut self) -> io::Result<()> {
        let mut chunk = [0; 16 * 1024];
        loop {
            match self.stream.read(&mut chunk) {
                Ok(0) => return Err(ErrorKind::UnexpectedEof.into()),
                Ok(length) => {
                    self.buffer.extend_from_slice(&chunk[..length]);
                    return Ok(());
                }
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
    }
}

/// Parses the head at the start of `bytes` and returns it with its length; `None` if it is incomplete.
fn parse_head(bytes: &[u8]) -> io::Result<Option<(usize, Head)>> {
    let mut headers = [httparse::EMPTY_HEADER; MAX_HEADERS];
    let mut parsed = httparse::Request::new(&mut headers);
    let length = match parsed.parse(bytes).map_err(invalid)? {
        httparse::Status::Complete(length) => length,
        httparse::Status::Partial => return Ok(None),
    };

    let target = parsed.path.unwrap_or_default();
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let text = |value: &[u8]| String::from_utf8_lossy(value).into_owned();
    let request = Request {
        method: parsed.method.unwrap_or_default().to_owned(),
        target: target.to_owned(),
        path: path.to_owned(),
        query: decode_pairs(query),
        headers: parsed.headers.iter().map(|header| (header.name.to_owned(), text(header.value))).collect(),
        body: Vec::new(),
    };

    let framing = framing(&request)?;
    let connection = |token| request.headers_named("connection").any(|value| has_token(value, token));
    let keep_alive = match parsed.version {
        Some(0) => connection("keep-alive"),
        _ => !connection("close"),
    };
    Ok(Some((length, Head { request, framing, keep_alive })))
}

fn framing(request: &Request) -> io::Result<Framing> {
    if let Some(encoding) = request.header("transfer-encoding") {
        return match encoding.eq_ignore_ascii_case("chunked") {
            true => Ok(Framing::Chunked),
            false => Err(invalid("unsupported transfer-encoding")),
        };
    }
    let mut lengths = request.headers_named("content-length");
    let Some(length) = lengths.next() else {
        return Ok(Framing::Length(0));
    };
    if lengths.any(|other| other != length) {
        return Err(invalid("contradicting content-length headers"));
    }
    match length.parse() {
        Ok(length) if length <= MAX_BODY => Ok(Framing::Length(length)),
        Ok(_) => Err(invalid("the request body is too long")),
        Err(_) => Err(invalid("malformed content-length")),
    }
}

fn invalid(reason: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> io::Error {
    io::Error::new(ErrorKind::InvalidData, reason)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bytes: &[u8]) -> io::Result<Option<Request>> {
        let mut reader = RequestReader::new(bytes);
        match reader.read_head()? {
            Some(head) => reader.read_body(head).map(Some),
            None => Ok(None),
        }
    }

    fn refusal(bytes: &[u8]) -> String {
        let error = read(bytes).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidData);
        error.to_string()
    }

    fn pairs(expected: &[(&str, &str)]) -> Vec<(String, String)> {
        let own = |&(key, value): &(&str, &str)| (key.to_owned(), value.to_owned());
        expected.iter().map(own).collect()
    }

    #[test]
    fn query_is_decoded_in_order_and_path_is_not() {
        let request =
            read(b"GET /v1/a%2Fb?status=paid&q=a+b%26%C3%BC&status=x&flag&metadata%5Bk%5D==&& HTTP/1.1\r\n\r\n")
                .unwrap()
                .unwrap();
        assert_eq!(request.path, "/v1/a%2Fb");
        assert_eq!(
            request.query,
            pairs(&[("status", "paid"), ("q", "a b&ü"), ("status", "x"), ("flag", ""), ("metadata[k]", "="),])
        );
        assert!(request.target.ends_with("&&"));
    }

    #[test]
    fn headers_are_found_in_any_case() {
        let request = read(b"GET / HTTP/1.1\r\nX-One: 1\r\nx-one: 2\r\n\r\n");
        let request = request.unwrap().unwrap();
        assert_eq!(request.header("X-ONE"), Some("1"));
        assert_eq!(request.header("x-two"), None);
        assert_eq!(request.headers[0].0, "X-One");
    }

    #[test]
    fn chunked_body_is_joined_and_its_trailers_dropped() {
        let request = read(
            b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n\
              4;ext=1\r\nabcd\r\nA\r\n0123456789\r\n0\r\nTrailer: x\r\n\r\n",
        );
        assert_eq!(request.unwrap().unwrap().body, b"abcd0123456789");
    }

    #[test]
    fn form_and_json_bodies_are_decoded() {
        let form = read(b"POST / HTTP/1.1\r\ncontent-length: 14\r\n\r\na=1+2&b=%7b%7d").unwrap().unwrap();
        assert_eq!(form.form(), pairs(&[("a", "1 2"), ("b", "{}")]));
        assert!(form.json().is_err());
        let json = read(b"POST / HTTP/1.1\r\ncontent-length: 7\r\n\r\n{\"a\":1}");
        assert_eq!(json.unwrap().unwrap().json().unwrap()["a"], 1);
    }

    #[test]
    fn end_of_stream_is_no_request_only_before_the_first_byte() {
        assert!(read(b"").unwrap().is_none());
        for torn in ["GET / HTT", "POST / HTTP/1.1\r\ncontent-length: 5\r\n\r\nab"] {
            let error = read(torn.as_bytes()).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::UnexpectedEof, "{torn}");
        }
    }

    #[test]
    fn malformed_framing_is_refused() {
        let post = |rest: &str| refusal(format!("POST / HTTP/1.1\r\n{rest}").as_bytes());
        assert_eq!(post("content-length: x\r\n\r\n"), "malformed content-length");
        assert_eq!(post("content-length: 1\r\ncontent-length: 2\r\n\r\n"), "contradicting content-length headers");
        assert_eq!(post("content-length: 99999999999\r\n\r\n"), "the request body is too long");
        assert_eq!(post("transfer-encoding: gzip\r\n\r\n"), "unsupported transfer-encoding");
        assert_eq!(post("transfer-encoding: chunked\r\n\r\nzz\r\n"), "malformed chunk size");
        assert_eq!(post("transfer-encoding: chunked\r\n\r\nffffffffffff\r\n"), "the request body is too long");
        assert_eq!(post("transfer-encoding: chunked\r\n\r\n1\r\nabc\r\n"), "a chunk is longer than its size");
        refusal(b"not http\r\n\r\n");
    }

    #[test]
    fn keep_alive_follows_version_and_connection_header() {
        let keep_alive = |head: &str| {
            let head = format!("{head}\r\n\r\n");
            let head = RequestReader::new(head.as_bytes()).read_head();
            head.unwrap().unwrap().keep_alive
        };
        assert!(keep_alive("GET / HTTP/1.1"));
        assert!(!keep_alive("GET / HTTP/1.1\r\nConnection: te, Close"));
        assert!(!keep_alive("GET / HTTP/1.0"));
        assert!(keep_alive("GET / HTTP/1.0\r\nConnection: keep-alive"));
    }
}
