use std::fmt;
use std::future::{Future, IntoFuture};
use std::pin::Pin;
use std::time::Duration;

use super::byte_stream::ByteStream;
use super::error::Error;
use super::one_or_many::OneOrMany;
use super::operation::Operation;
use super::options::Options;
use super::request::Request;
use super::response::{RawResponse, Response};
use super::retry::RetryPolicy;
use super::transport::Transport;
use crate::data::codec::{Decode, Encode, ToText, from_slice};

/// A call of an operation, to be awaited.
///
/// It owns what it needs and is `Send + 'static`, so that it can be spawned; it can be cloned and awaited again.
/// Dropping its future cancels it.
///
/// ```no_run
/// # async fn example(polar: polar_client::Polar, id: polar_client::Uuid) -> Result<(), polar_client::Error> {
/// let product = polar.products().get(id).await?;
///
/// let response = polar.products().get(id).with_response().await?;
/// println!("{} {:?}", response.raw.status, response.raw.headers.get("polar-version"));
/// # Ok(())
/// # }
/// ```
#[must_use = "a call does nothing until it is awaited"]
pub struct Call<T> {
    pub(super) transport: Transport,
    pub(super) request: Request,
    pub(super) options: Options,
    decode: fn(&'static Operation, &RawResponse) -> Result<T, Error>,
}

/// The future of a call.
pub type CallFuture<T> = Pin<Box<dyn Future<Output = Result<T, Error>> + Send>>;

impl<T> Call<T> {
    fn new(
        transport: &Transport,
        request: Request,
        decode: fn(&'static Operation, &RawResponse) -> Result<T, Error>,
    ) -> Self {
        Self { transport: transport.clone(), request, options: Options::default(), decode }
    }

    /// The operation that is called.
    pub fn operation(&self) -> &'static Operation {
        self.request.operation()
    }

    /// How long each attempt of this call may take, instead of the client's timeout.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.options.timeout = Some(timeout);
        self
    }

    /// When a failed attempt of this call is tried again, instead of the client's policy.
    pub fn retry(mut self, policy: RetryPolicy) -> Self {
        self.options.retry = Some(policy);
        self
    }

    /// Says that sending this call twice does the same as sending it once, so that it may be tried again whenever a
    /// GET may.
    pub fn idempotent(mut self) -> Self {
        self.options.idempotent = true;
        self
    }

    /// Adds a parameter to the query that the document does not have.
    pub fn extra_query(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.request.add_query(name.into().into(), value.into());
        self
    }

    pub(crate) fn set_query(&mut self, name: &'static str, value: &dyn ToText) {
        self.request.set_query(name.into(), vec![value.to_text().into_owned()]);
    }

    pub(crate) fn set_query_all<V: ToText>(
        &mut self,
        name: impl Into<std::borrow::Cow<'static, str>>,
        values: OneOrMany<V>,
    ) {
        self.request.set_query(name.into(), values.to_texts());
    }

    pub(crate) fn set_body(&mut self, body: &dyn Encode) {
        self.request.set_body(body);
    }

    /// Sets a body that is JSON already.
    #[cfg(feature = "ingestion")]
    pub(crate) fn set_json(&mut self, json: bytes::Bytes) {
        self.request.set_json(json);
    }
}

impl<T: 'static> Call<T> {
    /// Sends the request. Awaiting the call itself does the same.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn send(self) -> Result<T, Error> {
        let operation = self.request.operation();
        let raw = self.transport.execute(&self.request, &self.options).await?;
        (self.decode)(operation, &raw)
    }

    /// Sends the request, and gives the answer's status, headers and raw body along with its value.
    ///
    /// # Errors
    /// See [`Error`].
    #[inline(never)] // Or rustc works on it within each request builder.
    pub fn with_response(self) -> CallFuture<Response<T>> {
        Box::pin(async move {
            let operation = self.request.operation();
            let raw = self.transport.execute(&self.request, &self.options).await?;
            let value = (self.decode)(operation, &raw)?;
            Ok(Response { value, raw })
        })
    }
}

impl<T: Decode> Call<T> {
    pub(crate) fn json(transport: &Transport, request: Request) -> Self {
        Self::new(transport, request, decode)
    }
}

impl<T: Decode> Call<Option<T>> {
    /// An answer that can also be empty.
    pub(crate) fn optional_json(transport: &Transport, request: Request) -> Self {
        Self::new(
            transport,
            request,
            |operation, raw| {
                if raw.is_blank() { Ok(None) } else { decode(operation, raw).map(Some) }
            },
        )
    }
}

impl Call<()> {
    /// An answer whose body says nothing.
    pub(crate) fn empty(transport: &Transport, request: Request) -> Self {
        Self::new(transport, request, |_, _| Ok(()))
    }
}

impl Call<String> {
    /// An answer of comma-separated values.
    pub(crate) fn csv(transport: &Transport, request: Request) -> Self {
        Self::new(transport, request, |operation, raw| {
            let fail = |error: std::str::Utf8Error| {
                let message = format!("the text is no UTF-8: {error}");
                Error::decode(operation, crate::data::codec::DecodeError::at(message, error.valid_up_to()), raw.clone())
            };
            std::str::from_utf8(&raw.body).map(str::to_owned).map_err(fail)
        })
    }

    pub(crate) async fn stream(self) -> Result<ByteStream, Error> {
        self.transport.stream(&self.request, &self.options).await
    }
}

pub(super) fn decode<T: Decode>(operation: &'static Operation, raw: &RawResponse) -> Result<T, Error> {
    from_slice(&raw.body).map_err(|error| Error::decode(operation, error, raw.clone()))
}

impl<T: Send + 'static> IntoFuture for Call<T> {
    type Output = Result<T, Error>;
    type IntoFuture = CallFuture<T>;

    #[inline(never)] // As `with_response`.
    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.send())
    }
}

impl<T> Clone for Call<T> {
    fn clone(&self) -> Self {
        Self {
            transport: self.transport.clone(),
            request: self.request.clone(),
            options: self.options.clone(),
            decode: self.decode,
        }
    }
}

impl<T> fmt::Debug for Call<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Call").field("request", &self.request).field("options", &self.options).finish_non_exhaustive()
    }
}
