use std::borrow::Cow;
use std::fmt;
use std::future::{Future, IntoFuture};
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

/// A request that is ready to be sent. Awaiting it sends it.
///
/// `T` is the type that the call returns. An operation with optional parameters returns a struct in
/// the module of its resource, such as [`customers::List`](crate::resources::customers::List). It has a setter for each
/// parameter and the methods of a call, and converts into a `Call`.
///
/// A call is `Send + 'static` and can be cloned. It is not itself a future; functions that take one, such as
/// `tokio::spawn` and `join_all`, take the future that [`send`](Self::send) returns:
/// `tokio::spawn(polar.products().get(id).send())`. Dropping the future cancels the call.
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
pub struct Call<T> {
    pub(super) transport: Transport,
    pub(super) request: Request,
    pub(super) options: Options,
    decode: DecodeFn<T>,
}

/// The future of a call. On `wasm32` it is not `Send`.
#[cfg(not(target_arch = "wasm32"))]
pub type CallFuture<T> = Pin<Box<dyn Future<Output = Result<T, Error>> + Send>>;
/// The future of a call.
#[cfg(target_arch = "wasm32")]
pub type CallFuture<T> = Pin<Box<dyn Future<Output = Result<T, Error>>>>;

pub(super) type DecodeFn<T> = fn(&'static Operation, &RawResponse) -> Result<T, Error>;

impl<T> Call<T> {
    #[inline]
    pub(super) fn new(transport: &Transport, request: Request, decode: DecodeFn<T>) -> Self {
        Self { transport: transport.clone(), request, options: Options::default(), decode }
    }

    /// Decodes the response as another type.
    #[inline]
    pub(super) fn decoded_by<U>(self, decode: DecodeFn<U>) -> Call<U> {
        let Self { transport, request, options, .. } = self;
        Call { transport, request, options, decode }
    }

    /// Returns the operation.
    #[inline]
    pub fn operation(&self) -> &'static Operation {
        self.request.operation()
    }

    /// Sets the timeout of each attempt, overriding the client's. `None` disables it.
    #[inline]
    pub fn timeout(mut self, timeout: impl Into<Option<Duration>>) -> Self {
        self.options.timeout = Some(timeout.into());
        self
    }

    /// Sets the retry policy, overriding the client's.
    #[inline]
    pub fn retry(mut self, policy: RetryPolicy) -> Self {
        self.options.retry = Some(policy);
        self
    }

    /// Marks this call as idempotent, which means that sending it twice has the same effect as sending it once. It is
    /// then retried like a GET.
    #[inline]
    pub fn idempotent(mut self) -> Self {
        self.options.idempotent = true;
        self
    }

    /// Sets the access token, overriding the client's, for example with that of the user who is signed in.
    ///
    /// The client's configured scopes are not checked against this token, and the token is not refreshed. Operations
    /// that need no token are sent without it. It is redacted from errors and `Debug` output.
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
        self.set_token(token.as_ref());
        self
    }

    /// Restricts this call to one organization, if the token grants access to several. Sends the header
    /// `Polar-Organization`. An organization's token does not need it.
    /// [`Builder::organization`](crate::Builder::organization) sets it for all calls.
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
        self.set_organization(&id.to_string());
        self
    }

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

    /// If the API no longer serves the requested version, sends the request again without a version.
    #[cfg(feature = "licensing")]
    pub(crate) fn outlives_version(mut self) -> Self {
        self.options.outlives_version = true;
        self
    }

    /// Treats a redirect as success.
    pub(super) fn takes_redirect(mut self) -> Self {
        self.options.takes_redirect = true;
        self
    }

    /// Adds a query parameter that the API's document does not declare.
    #[inline]
    pub fn extra_query(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.request.add_query(name.into().into(), value.into());
        self
    }

    #[inline]
    pub(crate) fn set_query<V: ToText>(&mut self, name: &'static str, value: Option<V>) {
        let values = value.iter().map(|value| value.to_text().into_owned()).collect();
        self.request.set_query(name.into(), values);
    }

    #[inline]
    pub(crate) fn set_query_all<V: ToText>(
        &mut self,
        name: impl Into<Cow<'static, str>>,
        values: Option<OneOrMany<V>>,
    ) {
        let values = values.map(|values| values.to_texts()).unwrap_or_default();
        self.request.set_query(name.into(), values);
    }

    #[inline]
    pub(crate) fn set_body<B: Encode>(&mut self, body: Option<B>) {
        match body {
            Some(body) => self.request.set_body(&body),
            None => self.request.remove_body(),
        }
    }
}

impl<T: 'static> Call<T> {
    /// Sends the request. Equivalent to awaiting the call.
    ///
    /// # Errors
    /// See [`Error`].
    #[inline(never)] // Otherwise rustc compiles it again at every call site.
    pub fn send(self) -> CallFuture<T> {
        Box::pin(async move {
            let raw = self.transport.execute(&self.request, &self.options).await?;
            (self.decode)(self.request.operation(), &raw)
        })
    }

    /// Sends the request and returns the value together with the status, headers and raw body of the response.
    ///
    /// # Errors
    /// See [`Error`].
    #[inline(never)] // As `send`.
    pub fn with_response(self) -> CallFuture<Response<T>> {
        Box::pin(async move {
            let raw = self.transport.execute(&self.request, &self.options).await?;
            let value = (self.decode)(self.request.operation(), &raw)?;
            Ok(Response { value, raw })
        })
    }
}

impl<T: Decode> Call<T> {
    #[inline]
    pub(crate) fn json(transport: &Transport, request: Request) -> Self {
        Self::new(transport, request, decode)
    }
}

impl<T: Decode> Call<Option<T>> {
    /// Creates a call whose response body may be empty.
    #[inline]
    pub(crate) fn optional_json(transport: &Transport, request: Request) -> Self {
        Self::new(transport, request, decode_optional)
    }
}

impl Call<()> {
    /// Creates a call whose response body is not read.
    pub(crate) fn empty(transport: &Transport, request: Request) -> Self {
        Self::new(transport, request, |_, _| Ok(()))
    }
}

impl Call<Url> {
    /// Creates a call that responds with a redirect.
    pub(crate) fn redirect(transport: &Transport, request: Request) -> Self {
        Self::new(transport, request, decode_redirect).takes_redirect()
    }
}

#[cfg(any(feature = "ingestion", feature = "licensing"))]
impl Call<RawResponse> {
    /// Creates a call whose response body the caller decodes.
    pub(crate) fn raw(transport: &Transport, request: Request) -> Self {
        Self::new(transport, request, |_, raw| Ok(raw.clone()))
    }
}

impl Call<String> {
    /// Creates a call that responds with CSV.
    pub(crate) fn csv(transport: &Transport, request: Request) -> Self {
        Self::new(transport, request, decode_text)
    }

    /// Sends the request of an export and returns the body as a stream of bytes.
    ///
    /// # Errors
    /// See [`Error`]. If the connection breaks later, the stream yields an error.
    pub async fn bytes_stream(self) -> Result<ByteStream, Error> {
        self.transport.stream(&self.request, &self.options).await
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

/// Returns the target URL of a redirect.
pub(super) fn decode_redirect(operation: &'static Operation, raw: &RawResponse) -> Result<Url, Error> {
    let location = raw.headers.get(LOCATION).and_then(|location| Url::parse(location.to_str().ok()?).ok());
    let fail = || DecodeError::at("the header `Location` is no absolute address".to_owned(), 0);
    location.ok_or_else(|| Error::decode(operation, fail(), raw.clone()))
}

impl<T: 'static> IntoFuture for Call<T> {
    type Output = Result<T, Error>;
    type IntoFuture = CallFuture<T>;

    #[inline]
    fn into_future(self) -> Self::IntoFuture {
        self.send()
    }
}

impl<T> Clone for Call<T> {
    fn clone(&self) -> Self {
        let Self { transport, request, options, decode } = self;
        Self { transport: transport.clone(), request: request.clone(), options: options.clone(), decode: *decode }
    }
}

impl<T> fmt::Debug for Call<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("Call");
        shown.field("request", &self.request).field("options", &self.options).finish_non_exhaustive()
    }
}
