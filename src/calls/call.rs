use std::borrow::Cow;
use std::fmt;
use std::future::{Future, IntoFuture};
use std::marker::PhantomData;
use std::pin::Pin;
use std::time::Duration;

use reqwest::Url;
use reqwest::header::{HeaderValue, LOCATION};

use super::authorization::Token;
use super::byte_stream::ByteStream;
use super::error::Error;
use super::one_or_many::OneOrMany;
use super::operation::Operation;
use super::options::Options;
use super::request::Request;
use super::response::{RawResponse, Response};
use super::retry::RetryPolicy;
use super::transport::Transport;
use crate::data::codec::{Decode, DecodeError, Encode, ToText, from_slice};

/// A call of an operation, to be awaited.
///
/// `T` is what the call returns. `O` is the operation's own type of options, if it has any: its optional parameters are
/// setters of `Call<T, O>`, and the module of its resource has a name for that type, such as
/// [`customers::List`](crate::resources::customers::List).
///
/// A call owns what it needs and is `Send + 'static`. It can be cloned and sent again. What takes a future, such as `tokio::spawn` or
/// `join_all`, takes that of [`send`](Self::send): `tokio::spawn(polar.products().get(id).send())`. Dropping the future cancels the
/// call.
///
/// ```no_run
/// # async fn example(polar: polar_client::Polar, id: polar_client::types::ProductId) -> Result<(), polar_client::Error> {
/// use std::time::Duration;
///
/// let product = polar.products().get(id).await?;
/// let page = polar.products().list().limit(10).timeout(Duration::from_secs(5)).await?;
///
/// let response = polar.products().get(id).with_response().await?;
/// println!("{} {:?}", response.raw.status, response.raw.headers.get("polar-version"));
/// # Ok(())
/// # }
/// ```
#[must_use = "a call does nothing until it is awaited"]
pub struct Call<T, O = ()> {
    pub(super) prepared: Prepared<T>,
    options: PhantomData<fn() -> O>,
}

/// The future of a call.
pub type CallFuture<T> = Pin<Box<dyn Future<Output = Result<T, Error>> + Send>>;

/// A call without the type of its options, so that what sends it is compiled once for each type of answer.
pub(super) struct Prepared<T> {
    pub transport: Transport,
    pub request: Request,
    pub options: Options,
    decode: DecodeFn<T>,
}

pub(super) type DecodeFn<T> = fn(&'static Operation, &RawResponse) -> Result<T, Error>;

impl<T, O> Call<T, O> {
    #[inline]
    pub(super) fn new(transport: &Transport, request: Request, decode: DecodeFn<T>) -> Self {
        let prepared = Prepared { transport: transport.clone(), request, options: Options::default(), decode };
        Self { prepared, options: PhantomData }
    }

    /// Returns the operation that is called.
    #[inline]
    pub fn operation(&self) -> &'static Operation {
        self.prepared.request.operation()
    }

    /// Sets how long each attempt of this call may take, instead of the client's timeout.
    #[inline]
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.prepared.options.timeout = Some(timeout);
        self
    }

    /// Sets when a failed attempt of this call is retried, instead of the client's policy.
    #[inline]
    pub fn retry(mut self, policy: RetryPolicy) -> Self {
        self.prepared.options.retry = Some(policy);
        self
    }

    /// Declares this call idempotent: sending it twice does the same as sending it once. It is then retried like a GET.
    #[inline]
    pub fn idempotent(mut self) -> Self {
        self.prepared.options.idempotent = true;
        self
    }

    /// Sets the token that authorizes this call instead of the client's, such as that of the user who is signed in.
    ///
    /// The scopes that the client was told of do not apply to it, and a client that refreshes its own token does not refresh
    /// this one. An operation that needs no token is sent without one. The token is redacted from errors and `Debug`.
    ///
    /// # Errors
    /// The call fails with [`ErrorKind::InvalidRequest`](crate::error::ErrorKind) if the token cannot be sent in a header.
    ///
    /// # Examples
    ///
    /// ```no_run
    /// # async fn example(polar: polar_client::Polar, token: String) -> Result<(), polar_client::Error> {
    /// let orders = polar.orders().list().token(token).await?;
    /// # Ok(())
    /// # }
    /// ```
    #[inline]
    pub fn token(mut self, token: impl AsRef<str>) -> Self {
        self.prepared.set_token(token.as_ref());
        self
    }

    /// Limits this call to one of the organizations that a personal or OAuth token reaches, in the header
    /// `Polar-Organization`. An organization's token needs none. [`Builder::organization`](crate::Builder::organization) sets
    /// it for all calls.
    ///
    /// # Examples
    ///
    /// ```no_run
    /// # async fn example(polar: polar_client::Polar) -> Result<(), polar_client::Error> {
    /// for organization in polar.organizations().list().await? {
    ///     let orders = polar.orders().list().organization(organization.id).await?;
    ///     println!("{}: {} orders", organization.name, orders.pagination.total_count);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    #[inline]
    pub fn organization(mut self, id: impl fmt::Display) -> Self {
        self.prepared.set_organization(&id.to_string());
        self
    }

    /// Sends the request once more without a version if the API no longer serves it.
    #[cfg(feature = "licensing")]
    pub(crate) fn outlives_version(mut self) -> Self {
        self.prepared.options.outlives_version = true;
        self
    }

    /// Takes a redirect for the success.
    pub(super) fn takes_redirect(mut self) -> Self {
        self.prepared.options.takes_redirect = true;
        self
    }

    /// Adds a parameter to the query that the API's document does not have.
    #[inline]
    pub fn extra_query(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.prepared.request.add_query(name.into().into(), value.into());
        self
    }

    #[inline]
    pub(crate) fn set_query(&mut self, name: &'static str, value: &dyn ToText) {
        self.prepared.request.set_query(name.into(), vec![value.to_text().into_owned()]);
    }

    #[inline]
    pub(crate) fn set_query_all<V: ToText>(&mut self, name: impl Into<Cow<'static, str>>, values: OneOrMany<V>) {
        self.prepared.request.set_query(name.into(), values.to_texts());
    }

    #[inline]
    pub(crate) fn set_body(&mut self, body: &dyn Encode) {
        self.prepared.request.set_body(body);
    }
}

impl<T: 'static, O> Call<T, O> {
    /// Sends the request. Awaiting the call itself does the same.
    ///
    /// # Errors
    /// See [`Error`].
    #[inline]
    pub fn send(self) -> CallFuture<T> {
        self.prepared.send()
    }

    /// Sends the request, and returns the status, the headers and the raw body of the answer with its value.
    ///
    /// # Errors
    /// See [`Error`].
    #[inline]
    pub fn with_response(self) -> CallFuture<Response<T>> {
        self.prepared.with_response()
    }
}

impl<T> Prepared<T> {
    fn set_token(&mut self, token: &str) {
        match Token::new(token) {
            Ok(token) => self.options.authorization = Some(token.authorization),
            Err(error) => self.request.refuse(error.to_string(), None),
        }
    }

    fn set_organization(&mut self, id: &str) {
        match HeaderValue::from_str(id) {
            Ok(id) => self.options.organization = Some(id),
            Err(_) => self.request.refuse("the id of the organization cannot be sent in a header", None),
        }
    }
}

impl<T: 'static> Prepared<T> {
    #[inline(never)] // Otherwise rustc works on it at each call.
    fn send(self) -> CallFuture<T> {
        Box::pin(async move {
            let raw = self.transport.execute(&self.request, &self.options).await?;
            (self.decode)(self.request.operation(), &raw)
        })
    }

    #[inline(never)] // As `send`.
    fn with_response(self) -> CallFuture<Response<T>> {
        Box::pin(async move {
            let raw = self.transport.execute(&self.request, &self.options).await?;
            let value = (self.decode)(self.request.operation(), &raw)?;
            Ok(Response { value, raw })
        })
    }
}

impl<T: Decode, O> Call<T, O> {
    #[inline]
    pub(crate) fn json(transport: &Transport, request: Request) -> Self {
        Self::new(transport, request, decode)
    }
}

impl<T: Decode, O> Call<Option<T>, O> {
    /// An answer that can also be empty.
    #[inline]
    pub(crate) fn optional_json(transport: &Transport, request: Request) -> Self {
        Self::new(transport, request, decode_optional)
    }
}

impl<O> Call<(), O> {
    /// An answer whose body is not read.
    pub(crate) fn empty(transport: &Transport, request: Request) -> Self {
        Self::new(transport, request, |_, _| Ok(()))
    }
}

impl<O> Call<Url, O> {
    /// An answer that leads elsewhere.
    pub(crate) fn redirect(transport: &Transport, request: Request) -> Self {
        Self::new(transport, request, decode_redirect).takes_redirect()
    }
}

#[cfg(any(feature = "ingestion", feature = "licensing"))]
impl Call<RawResponse> {
    /// An answer whose body the caller decodes.
    pub(crate) fn raw(transport: &Transport, request: Request) -> Self {
        Self::new(transport, request, |_, raw| Ok(raw.clone()))
    }
}

impl<O> Call<String, O> {
    /// An answer of comma-separated values.
    pub(crate) fn csv(transport: &Transport, request: Request) -> Self {
        Self::new(transport, request, decode_text)
    }

    /// Sends the request of an export, and returns its text as a stream of bytes.
    ///
    /// # Errors
    /// See [`Error`]. A connection that breaks later is an error of the stream.
    pub async fn bytes_stream(self) -> Result<ByteStream, Error> {
        let Prepared { transport, request, options, .. } = self.prepared;
        transport.stream(&request, &options).await
    }
}

pub(super) fn decode<T: Decode>(operation: &'static Operation, raw: &RawResponse) -> Result<T, Error> {
    from_slice(&raw.body).map_err(|error| Error::decode(operation, error, raw.clone()))
}

fn decode_optional<T: Decode>(operation: &'static Operation, raw: &RawResponse) -> Result<Option<T>, Error> {
    if raw.is_blank() { Ok(None) } else { decode(operation, raw).map(Some) }
}

pub(super) fn decode_text(operation: &'static Operation, raw: &RawResponse) -> Result<String, Error> {
    let fail = |error: std::str::Utf8Error| {
        let error = DecodeError::at(format!("the text is not UTF-8: {error}"), error.valid_up_to());
        Error::decode(operation, error, raw.clone())
    };
    std::str::from_utf8(&raw.body).map(str::to_owned).map_err(fail)
}

/// The address that an answer leads to.
pub(super) fn decode_redirect(operation: &'static Operation, raw: &RawResponse) -> Result<Url, Error> {
    let location = raw.headers.get(LOCATION).and_then(|location| Url::parse(location.to_str().ok()?).ok());
    let fail = || DecodeError::at("the header `Location` is no absolute address".to_owned(), 0);
    location.ok_or_else(|| Error::decode(operation, fail(), raw.clone()))
}

impl<T: 'static, O> IntoFuture for Call<T, O> {
    type Output = Result<T, Error>;
    type IntoFuture = CallFuture<T>;

    #[inline]
    fn into_future(self) -> Self::IntoFuture {
        self.prepared.send()
    }
}

impl<T, O> Clone for Call<T, O> {
    fn clone(&self) -> Self {
        let Prepared { transport, request, options, decode } = &self.prepared;
        let (transport, request, options) = (transport.clone(), request.clone(), options.clone());
        Self { prepared: Prepared { transport, request, options, decode: *decode }, options: PhantomData }
    }
}

impl<T, O> fmt::Debug for Call<T, O> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Prepared { request, options, .. } = &self.prepared;
        f.debug_struct("Call").field("request", request).field("options", options).finish_non_exhaustive()
    }
}
