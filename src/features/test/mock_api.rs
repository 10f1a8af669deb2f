use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use percent_encoding::percent_decode_str;
use reqwest::header::{CONTENT_TYPE, HeaderMap, HeaderValue};
use reqwest::{StatusCode, Url};
use serde_json::{Value, json};
use url::form_urlencoded;

use crate::calls::middleware::{AttemptFuture, Middleware, Next};
use crate::calls::operation::{BodyFormat, Operation};
use crate::calls::retry::RetryPolicy;
use crate::client::{Builder, Client, CredentialType, CustomerPortal, MemberPortal, Polar};
use crate::data::codec::{Decode, DecodeError, Encode, from_slice, to_vec};

/// A mock of the API that returns configured replies and records the calls it receives.
///
/// It replaces the network of the clients that it creates, so a test still covers scope checks, retries and decoding. Clones
/// share their replies and calls. A call to an operation without a reply fails with status 501 and a message that names the
/// operation.
///
/// Uploads and downloads of files bypass the mock, because they use presigned addresses of a storage. Its clients retry after
/// a millisecond. To test a client with other settings, pass a clone of the mock to
/// [`Builder::middleware`](crate::Builder::middleware).
///
/// # Examples
///
/// ```
/// use polar_client::test::{MockApi, Sample};
/// use polar_client::types::{Order, OrderId};
/// use polar_client::{ErrorKind, Page, Pagination, operations};
/// use serde_json::json;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), polar_client::Error> {
/// let api = MockApi::new();
/// api.on(&operations::ORDERS_GET)
///     .reply(&Order::sample())
///     .reply_json(404, json!({ "error": "ResourceNotFound", "detail": "Not found" }));
///
/// let polar = api.polar();
/// let order = polar.orders().get(Order::sample().id).await?;
/// assert_eq!(order.currency, "usd");
///
/// let error = polar.orders().get(order.id).await.unwrap_err();
/// assert!(error.is_not_found());
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Default)]
pub struct MockApi {
    state: Arc<Mutex<State>>,
}

#[derive(Default)]
struct State {
    /// By the ids of operations.
    replies: BTreeMap<&'static str, VecDeque<Reply>>,
    calls: Vec<ReceivedCall>,
    removed_versions: BTreeSet<String>,
}

#[derive(Clone)]
struct Reply {
    status: StatusCode,
    headers: HeaderMap,
    body: Vec<u8>,
}

/// The header with the version of the API, in requests and answers.
const VERSION: &str = "polar-version";

impl MockApi {
    /// Creates a mock without replies.
    pub fn new() -> Self {
        Self::default()
    }

    /// Returns the replies to an operation, to which more can be added.
    pub fn on(&self, operation: &'static Operation) -> Replies {
        Replies { api: self.clone(), operation }
    }

    /// Returns a client with an access token, which sends its calls to this mock.
    ///
    /// # Panics
    /// If TLS cannot be configured on this machine.
    pub fn polar(&self) -> Polar {
        self.client(Polar::builder())
    }

    /// Returns a client with a customer's session, which sends its calls to this mock.
    ///
    /// # Panics
    /// If TLS cannot be configured on this machine.
    pub fn customer_portal(&self) -> CustomerPortal {
        self.client(CustomerPortal::builder())
    }

    /// Returns a client with a member's session, which sends its calls to this mock.
    ///
    /// # Panics
    /// If TLS cannot be configured on this machine.
    pub fn member_portal(&self) -> MemberPortal {
        self.client(MemberPortal::builder())
    }

    /// Stops serving a version of the API. Requests that send it are answered as the API answers them then: 404, without the
    /// header `Polar-Version` that all other answers have.
    ///
    /// ```
    /// use polar_client::test::{MockApi, Sample};
    /// use polar_client::types::OrderId;
    /// use polar_client::{API_VERSION, ErrorKind};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let api = MockApi::new();
    /// api.remove_version(API_VERSION);
    /// let error = api.polar().orders().get(OrderId::sample()).await.unwrap_err();
    /// assert_eq!(error.kind(), ErrorKind::VersionRemoved);
    /// # }
    /// ```
    pub fn remove_version(&self, version: impl Into<String>) {
        self.state().removed_versions.insert(version.into());
    }

    /// Returns the calls received so far, in order. Each attempt of a retried call counts.
    pub fn calls(&self) -> Vec<ReceivedCall> {
        self.state().calls.clone()
    }

    /// Returns the calls of an operation received so far, in order.
    pub fn calls_of(&self, operation: &Operation) -> Vec<ReceivedCall> {
        self.state().calls.iter().filter(|call| call.operation.id() == operation.id()).cloned().collect()
    }

    fn client<C: CredentialType>(&self, builder: Builder<C>) -> Client<C> {
        let retry = RetryPolicy::default().first_delay(Duration::from_millis(1));
        match builder.token("polar_test").retry(retry).middleware(self.clone()).build() {
            Ok(client) => client,
            Err(error) => panic!("no client for a test: {error}"),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // Nothing is left half done where this could panic.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn answer(&self, operation: &'static Operation, request: &reqwest::Request) -> Reply {
        let mut state = self.state();
        state.calls.push(ReceivedCall::new(operation, request));
        let version = request.headers().get(VERSION).cloned();
        let version = version.unwrap_or(HeaderValue::from_static(crate::API_VERSION));
        if request.headers().contains_key(VERSION)
            && version.to_str().is_ok_and(|version| state.removed_versions.contains(version))
        {
            return Reply::json(StatusCode::NOT_FOUND, &json!({ "detail": "Not Found" }));
        }
        let replies = state.replies.entry(operation.id()).or_default();
        // The last reply answers all further calls.
        let reply = if replies.len() > 1 { replies.pop_front() } else { replies.front().cloned() };
        let mut reply = reply.unwrap_or_else(|| {
            let detail = format!("the test has no reply for `{operation}`");
            Reply::json(StatusCode::NOT_IMPLEMENTED, &json!({ "error": "NoReply", "detail": detail }))
        });
        reply.headers.insert(VERSION, version);
        reply
    }
}

impl Middleware for MockApi {
    fn handle<'a>(&'a self, request: reqwest::Request, next: Next<'a>) -> AttemptFuture<'a> {
        let reply = self.answer(next.operation(), &request);
        Box::pin(async move {
            let mut response = http::Response::new(reply.body);
            *response.status_mut() = reply.status;
            *response.headers_mut() = reply.headers;
            Ok(response.into())
        })
    }
}

impl fmt::Debug for MockApi {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MockApi").field("calls", &self.state().calls.len()).finish_non_exhaustive()
    }
}

/// The replies of a [`MockApi`] to an operation.
///
/// Each reply answers one call, in order. The last one answers all further calls.
#[derive(Clone, Debug)]
pub struct Replies {
    api: MockApi,
    operation: &'static Operation,
}

impl Replies {
    /// Adds a success (200) with a value of the API, such as a struct, a list or a page.
    pub fn reply(self, value: &dyn Encode) -> Self {
        let body = to_vec(value);
        self.add(Reply { status: StatusCode::OK, headers: json_headers(), body })
    }

    /// Adds a reply with a status and a JSON body, such as an error of the API.
    ///
    /// # Panics
    /// If the status is not a valid HTTP status code.
    #[track_caller]
    pub fn reply_json(self, status: u16, body: Value) -> Self {
        self.add(Reply::json(code(status), &body))
    }

    /// Adds a reply with a status and no body, such as 204 for a success or 429 for the rate limit.
    ///
    /// # Panics
    /// If the status is not a valid HTTP status code.
    #[track_caller]
    pub fn reply_empty(self, status: u16) -> Self {
        self.add(Reply { status: code(status), headers: HeaderMap::new(), body: Vec::new() })
    }

    /// Adds a reply with a status and a text body of a media type, such as `text/csv` for an export.
    ///
    /// # Panics
    /// If the status is not a valid HTTP status code.
    #[track_caller]
    pub fn reply_text(self, status: u16, media_type: &'static str, body: impl Into<String>) -> Self {
        let headers = HeaderMap::from_iter([(CONTENT_TYPE, HeaderValue::from_static(media_type))]);
        self.add(Reply { status: code(status), headers, body: body.into().into_bytes() })
    }

    fn add(self, reply: Reply) -> Self {
        self.api.state().replies.entry(self.operation.id()).or_default().push_back(reply);
        self
    }
}

impl Reply {
    fn json(status: StatusCode, body: &Value) -> Self {
        Self { status, headers: json_headers(), body: body.to_string().into_bytes() }
    }
}

/// Converts a status code that a test gives as a number.
#[track_caller]
fn code(status: u16) -> StatusCode {
    match StatusCode::from_u16(status) {
        Ok(status) => status,
        Err(_) => panic!("{status} is not a valid HTTP status code"),
    }
}

fn json_headers() -> HeaderMap {
    HeaderMap::from_iter([(CONTENT_TYPE, HeaderValue::from_static("application/json"))])
}

/// A call that a [`MockApi`] received.
#[derive(Clone)]
pub struct ReceivedCall {
    operation: &'static Operation,
    path: Vec<(&'static str, String)>,
    query: Vec<(String, String)>,
    headers: HeaderMap,
    body: Vec<u8>,
}

impl ReceivedCall {
    fn new(operation: &'static Operation, request: &reqwest::Request) -> Self {
        let body = request.body().and_then(|body| body.as_bytes()).unwrap_or_default().to_vec();
        Self {
            operation,
            path: path(operation, request.url()),
            query: request.url().query_pairs().into_owned().collect(),
            headers: request.headers().clone(),
            body,
        }
    }

    /// Returns the operation that was called.
    pub fn operation(&self) -> &'static Operation {
        self.operation
    }

    /// Returns the value of a parameter of the path.
    pub fn path(&self, name: &str) -> Option<&str> {
        self.path.iter().find(|(other, _)| *other == name).map(|(_, value)| value.as_str())
    }

    /// Returns the first value of a parameter of the query.
    pub fn query(&self, name: &str) -> Option<&str> {
        self.query_all(name).next()
    }

    /// Returns all values of a parameter of the query.
    pub fn query_all(&self, name: &str) -> impl Iterator<Item = &str> {
        self.query.iter().filter(move |(other, _)| other == name).map(|(_, value)| value.as_str())
    }

    /// Returns the headers that were sent.
    pub fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// Returns the body as JSON. A form is returned as an object of strings, an empty body as `Value::Null`.
    pub fn json(&self) -> Value {
        match self.operation.body {
            Some(BodyFormat::Form) => form_urlencoded::parse(&self.body).into_owned().collect(),
            _ => serde_json::from_slice(&self.body).unwrap_or_default(),
        }
    }

    /// Decodes the body as a type of the API.
    ///
    /// # Errors
    /// If the body is not of this type.
    pub fn body<T: Decode>(&self) -> Result<T, DecodeError> {
        from_slice(self.json().to_string().as_bytes())
    }
}

/// Bodies and headers may hold secrets.
impl fmt::Debug for ReceivedCall {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ReceivedCall").field("operation", &self.operation).finish_non_exhaustive()
    }
}

/// The values of the path's parameters.
fn path(operation: &'static Operation, url: &Url) -> Vec<(&'static str, String)> {
    let values = operation.path().split('/').zip(url.path().split('/'));
    let parameters = values.filter_map(|(name, value)| {
        let name = name.strip_prefix('{')?.strip_suffix('}')?;
        Some((name, percent_decode_str(value).decode_utf8_lossy().into_owned()))
    });
    parameters.collect()
}
