use std::fmt;

/// What kind of failure an [`Error`](super::Error) is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The server answered with a status other than a success. See [`Error::api`](super::Error::api).
    Status,
    /// The API does not serve the version that the request sent: it was removed, or never existed. Every request of that version
    /// is answered with 404, and a newer release of this crate is needed. [`Error::is_not_found`](super::Error::is_not_found) is false.
    VersionRemoved,
    /// The server answered with a success whose body is not what the API's document says.
    Decode,
    /// No answer came, or not all of it: the connection could not be made, or broke.
    Connection,
    /// No answer came in time.
    Timeout,
    /// The answer's body is longer than the client allows.
    BodyTooLarge,
    /// The client was told what its token may do, and the operation needs another scope. Nothing was sent.
    MissingScope,
    /// The request is invalid. Nothing was sent.
    InvalidRequest,
    /// The token has expired and could not be refreshed. The call was not sent, or was refused as unauthorized.
    Token,
    /// A person did not grant access, or a redirect does not belong to the request for it.
    Authorization,
    /// A setting is missing or invalid.
    Configuration,
    /// A local file cannot be used.
    File,
    /// The async runtime cannot run the call: there is none, it was shut down, or the call would block it.
    Runtime,
    /// A task panicked, for example in a middleware.
    Panic,
}

impl ErrorKind {
    /// Returns the kind in a word or two, for logs.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Status => "refused",
            Self::VersionRemoved => "version removed",
            Self::Decode => "unexpected body",
            Self::Connection => "no answer",
            Self::Timeout => "timeout",
            Self::BodyTooLarge => "body too large",
            Self::MissingScope => "missing scope",
            Self::InvalidRequest => "invalid request",
            Self::Token => "no valid token",
            Self::Authorization => "no authorization",
            Self::Configuration => "configuration",
            Self::File => "unusable file",
            Self::Runtime => "runtime",
            Self::Panic => "panic",
        }
    }
}

impl fmt::Display for ErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
