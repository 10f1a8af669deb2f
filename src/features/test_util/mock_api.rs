use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use percent_encoding::percent_decode_str;
use reqwest::StatusCode;
use reqwest::header::{CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use serde_json::{Value, json};
use url::form_urlencoded;

use super::mock_server::{MockServer, ReceivedRequest};

use crate::calls::middleware::{AttemptFuture, Middleware, Next};
use crate::calls::operation::{BodyFormat, Operation};
use crate::calls::retry::RetryPolicy;
use crate::client::{Builder, Client, CustomerPortal, Kind, MemberPortal, Polar, http_builder};
use crate::data::codec::{Decode, DecodeError, Encode, from_slice, shown, to_vec};
use crate::data::redact::redact;

/// A mock of the API that returns configured replies and records the calls it receives.
///
/// It replaces the network of the clients that it creates, so a test still covers scope checks, retries and decoding.
/// Clones share their replies and calls. Calls to operations without a reply fail with status 501 and a message that
/// names the operation.
///
/// Uploads and downloads of files bypass the mock, because they use presigned URLs. The clients retry after a
/// millisecond. [`builder`](Self::builder) returns a client's builder for other settings, and [`serve`](Self::serve)
/// starts a server for other processes.
///
/// # Examples
///
/// ```
/// use polar_client::test_util::{MockApi, Sample};
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
    /// Keyed by the ids of operations.
    replies: BTreeMap<&'static str, (&'static Operation, VecDeque<Answer>)>,
    calls: Vec<ReceivedCall>,
    removed_versions: BTreeSet<String>,
}

/// A reply of a [`MockApi`], for [`Replies::reply_with`].
///
/// ```
/// use std::time::Duration;
/// use polar_client::test_util::MockReply;
///
/// let reply = MockReply::empty(429).header("retry-after", "1").delay(Duration::from_millis(20));
/// ```
#[derive(Clone, Debug)]
pub struct MockReply {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    pub(super) body: Vec<u8>,
    pub(super) delay: Duration,
    pub(super) loses_connection: bool,
}

/// A configured reply.
#[derive(Clone)]
enum Answer {
    Reply(MockReply),
    Computed(Arc<dyn Fn(&ReceivedCall) -> MockReply + Send + Sync>),
}

/// The header with the API version, in requests and responses.
const VERSION: &str = "polar-version";

impl MockApi {
    /// Creates a mock without replies.
    pub fn new() -> Self {
        Self::default()
    }

    /// Returns the replies to an operation, to add more.
    pub fn on(&self, operation: &'static Operation) -> Replies {
        Replies { api: self.clone(), operation }
    }

    /// Returns a client with an access token that calls this mock.
    ///
    /// # Panics
    /// If TLS cannot be configured on this machine.
    pub fn polar(&self) -> Polar {
        client(self.builder())
    }

    /// Returns a builder of a client with an access token that calls this mock, to test a program with settings of its
    /// own, such as timeouts, retries or scopes.
    ///
    /// For a client of another kind or version, pass a clone of the mock to
    /// [`Builder::middleware`](crate::Builder::middleware).
    ///
    /// ```
    /// use std::time::Duration;
    /// use polar_client::test_util::MockApi;
    /// use polar_client::{RetryPolicy, operations};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), polar_client::Error> {
    /// let api = MockApi::new();
    /// api.on(&operations::PRODUCTS_LIST).reply_empty(200).delay(Duration::from_secs(5));
    /// let polar = api.builder().timeout(Duration::from_millis(20)).retry(RetryPolicy::none()).build()?;
    /// assert!(polar.products().list().await.unwrap_err().is_timeout());
    /// # Ok(())
    /// # }
    /// ```
    pub fn builder(&self) -> Builder {
        self.mocked(Polar::builder())
    }

    /// Starts a server that replies like the clients of this mock do, for a program that runs as another process or
    /// that creates its client itself. [`calls`](Self::calls) includes what it receives.
    ///
    /// ```
    /// use polar_client::Polar;
    /// use polar_client::operations;
    /// use polar_client::test_util::{MockApi, Sample};
    /// use polar_client::types::Product;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), polar_client::Error> {
    /// let api = MockApi::new();
    /// api.on(&operations::PRODUCTS_LIST).reply_page(&[Product::sample()]);
    /// let server = api.serve();
    ///
    /// // A program that calls `Polar::from_env` takes the URL from the variable POLAR_SERVER.
    /// let polar = Polar::builder().token("polar_oat_test").base_url(server.url())?.build()?;
    /// assert_eq!(polar.products().list().await?.items.len(), 1);
    /// assert_eq!(api.calls().len(), 1);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Panics
    /// If no port or no thread is available.
    pub fn serve(&self) -> MockServer {
        let api = self.clone();
        MockServer::start(move |request| api.reply_to(request))
    }

    /// Returns a client with a customer's session that calls this mock.
    ///
    /// # Panics
    /// If TLS cannot be configured on this machine.
    pub fn customer_portal(&self) -> CustomerPortal {
        client(self.mocked(CustomerPortal::builder()))
    }

    /// Returns a client with a member's session that calls this mock.
    ///
    /// # Panics
    /// If TLS cannot be configured on this machine.
    pub fn member_portal(&self) -> MemberPortal {
        client(self.mocked(MemberPortal::builder()))
    }

    /// Stops serving a version of the API. Requests of that version then receive what the API sends: 404 without a
    /// `Polar-Version` header, which all other responses have.
    ///
    /// ```
    /// use polar_client::test_util::{MockApi, Sample};
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

    /// Returns the calls received so far, in order. Each attempt of a retried call is included.
    pub fn calls(&self) -> Vec<ReceivedCall> {
        self.state().calls.clone()
    }

    /// Returns the calls of an operation received so far, in order.
    pub fn calls_of(&self, operation: &Operation) -> Vec<ReceivedCall> {
        self.state().calls.iter().filter(|call| call.operation.id() == operation.id()).cloned().collect()
    }

    fn mocked<C>(&self, builder: Builder<C>) -> Builder<C> {
        let retry = RetryPolicy::default().first_delay(Duration::from_millis(1));
        builder.token("polar_test").retry(retry).middleware(self.clone())
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // The state is consistent even after a panic.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Replies to a request, also if it is for no operation.
    fn reply_to(&self, request: ReceivedRequest) -> MockReply {
        let (method, path) = (request.head.method.as_str(), request.head.uri.path());
        // Operations with replies may be those of another version.
        let replied: Vec<_> = self.state().replies.values().map(|(operation, _)| *operation).collect();
        let operations = replied.iter().chain(Operation::all());
        let matching = operations.filter(|operation| operation.method == method && fits(operation, path));
        // A path without parameters takes precedence: `/v1/customers/export` over `/v1/customers/{id}`.
        match matching.min_by_key(|operation| operation.path_parameters().count()) {
            Some(operation) => self.answer(ReceivedCall::of_request(operation, request)),
            None => {
                let detail = format!("no operation of the API is `{method} {path}`");
                MockReply::json(501, &json!({ "error": "NoReply", "detail": detail }))
            }
        }
    }

    fn answer(&self, call: ReceivedCall) -> MockReply {
        let sent_version = call.headers.get(VERSION).cloned();
        let mut state = self.state();
        state.calls.push(call.clone());
        let is_removed = |version: &str| state.removed_versions.contains(version);
        if sent_version.as_ref().is_some_and(|version| version.to_str().is_ok_and(is_removed)) {
            return MockReply::json(404, &json!({ "detail": "Not Found" }));
        }
        let answers = state.replies.get_mut(call.operation.id()).map(|(_, answers)| answers);
        // The last reply is repeated.
        let answer = answers.and_then(|all| if all.len() > 1 { all.pop_front() } else { all.front().cloned() });
        // A computed reply may use the mock.
        drop(state);
        let mut reply = match answer {
            Some(Answer::Reply(reply)) => reply,
            Some(Answer::Computed(reply)) => reply(&call),
            None => {
                let detail = format!("the test has no reply for `{}`", call.operation);
                MockReply::json(501, &json!({ "error": "NoReply", "detail": detail }))
            }
        };
        let version = sent_version.unwrap_or(HeaderValue::from_static(crate::API_VERSION));
        reply.headers.entry(VERSION).or_insert(version);
        reply
    }
}

fn client<C: Kind>(builder: Builder<C>) -> Client<C> {
    match builder.build() {
        Ok(client) => client,
        Err(error) => panic!("no client for a test: {error}"),
    }
}

/// Returns true if a path fits the path template of an operation.
fn fits(operation: &Operation, path: &str) -> bool {
    let (template, path) = (operation.path().split('/'), path.split('/'));
    template.clone().count() == path.clone().count()
        && template.zip(path).all(|(expected, found)| match expected.starts_with('{') {
            true => !found.is_empty(),
            false => expected == found,
        })
}

impl Middleware for MockApi {
    fn handle<'a>(&'a self, request: reqwest::Request, next: Next<'a>) -> AttemptFuture<'a> {
        let reply = self.answer(ReceivedCall::new(next.operation(), &request));
        Box::pin(async move {
            // reqwest errors cannot be constructed, so real ones are provoked.
            let timeout = request.timeout().copied();
            if let Some(timeout) = timeout.filter(|timeout| *timeout <= reply.delay) {
                return no_answer(request, timeout * 2).await;
            }
            tokio::time::sleep(reply.delay).await;
            if reply.loses_connection {
                return no_answer(request, Duration::ZERO).await;
            }
            Ok(reply.into_response().into())
        })
    }
}

/// Sends a request to a server that closes the connection after a delay.
async fn no_answer(mut request: reqwest::Request, after: Duration) -> reqwest::Result<reqwest::Response> {
    // The client of the test may use a proxy.
    let http = match http_builder() {
        Ok(builder) => builder.no_proxy().build()?,
        Err(error) => panic!("no client for a test: {error}"),
    };
    let lost = MockReply { loses_connection: true, ..MockReply::empty(200).delay(after) };
    let server = MockServer::start(move |_| lost.clone());
    let (url, address) = (request.url_mut(), server.address());
    let is_set = url.set_scheme("http").and(url.set_ip_host(address.ip())).and(url.set_port(Some(address.port())));
    debug_assert!(is_set.is_ok(), "an address on loopback");
    http.execute(request).await
}

impl fmt::Debug for MockApi {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MockApi").field("calls", &self.state().calls.len()).finish_non_exhaustive()
    }
}

/// The replies of a [`MockApi`] to an operation.
///
/// Each reply is used for one call, in order. The last one is repeated.
#[derive(Clone, Debug)]
pub struct Replies {
    api: MockApi,
    operation: &'static Operation,
}

impl Replies {
    /// Adds a successful reply (200) with a value of the API, such as a struct, a list or a page.
    pub fn reply(self, value: &dyn Encode) -> Self {
        self.add(MockReply::new(value))
    }

    /// Adds a successful reply (200) with the only page of a list, which [`CursorPage`](crate::CursorPage)s are read from
    /// as well.
    ///
    /// # Examples
    ///
    /// ```
    /// use polar_client::test_util::{MockApi, Sample};
    /// use polar_client::{operations, types::Product};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), polar_client::Error> {
    /// let api = MockApi::new();
    /// api.on(&operations::PRODUCTS_LIST).reply_page(&[Product::sample()]);
    /// assert_eq!(api.polar().products().list().await?.items.len(), 1);
    /// # Ok(())
    /// # }
    /// ```
    pub fn reply_page<T: Encode>(self, items: &[T]) -> Self {
        let mut body = br#"{"items":["#.to_vec();
        for (index, item) in items.iter().enumerate() {
            if index > 0 {
                body.push(b',');
            }
            body.extend(to_vec(item));
        }
        let count = items.len();
        let max_page = count.min(1);
        let pagination = json!({ "total_count": count, "max_page": max_page, "has_next_page": false });
        body.extend(format!(r#"],"pagination":{pagination}}}"#).into_bytes());
        self.add(MockReply { body, ..MockReply::json(200, &Value::Null) })
    }

    /// Adds a reply with a status and a JSON body, such as an error of the API.
    ///
    /// # Panics
    /// If the status is not a valid HTTP status code.
    #[track_caller]
    pub fn reply_json(self, status: u16, body: Value) -> Self {
        self.add(MockReply::json(status, &body))
    }

    /// Adds a reply with a status and no body, such as 204 for a success or 429 for the rate limit.
    ///
    /// # Panics
    /// If the status is not a valid HTTP status code.
    #[track_caller]
    pub fn reply_empty(self, status: u16) -> Self {
        self.add(MockReply::empty(status))
    }

    /// Adds a reply with a status and a text body of a media type, such as `text/csv` for an export.
    ///
    /// # Panics
    /// If the status is not a valid HTTP status code.
    #[track_caller]
    pub fn reply_text(self, status: u16, media_type: &'static str, body: impl Into<String>) -> Self {
        self.add(MockReply::text(status, media_type, body))
    }

    /// Adds a reply that is computed from the call.
    ///
    /// # Examples
    ///
    /// ```
    /// use polar_client::test_util::{MockApi, MockReply, Sample};
    /// use polar_client::{operations, types::Customer};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), polar_client::Error> {
    /// let api = MockApi::new();
    /// api.on(&operations::CUSTOMERS_GET_EXTERNAL).reply_with(|call| match call.path("external_id") {
    ///     Some("jane") => MockReply::new(&Customer::sample()),
    ///     _ => MockReply::empty(404),
    /// });
    /// assert!(api.polar().customers().get_external("jane").await.is_ok());
    /// assert!(api.polar().customers().get_external("joe").await.is_err());
    /// # Ok(())
    /// # }
    /// ```
    pub fn reply_with(self, reply: impl Fn(&ReceivedCall) -> MockReply + Send + Sync + 'static) -> Self {
        self.add_answer(Answer::Computed(Arc::new(reply)))
    }

    /// Adds a call without a response: the connection is closed once the request has arrived. The call fails with
    /// [`ErrorKind::Connection`](crate::error::ErrorKind), or is retried if it is idempotent.
    ///
    /// # Examples
    ///
    /// ```
    /// use polar_client::test_util::{MockApi, Sample};
    /// use polar_client::{operations, types::{Customer, CustomerId}};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), polar_client::Error> {
    /// let api = MockApi::new();
    /// api.on(&operations::CUSTOMERS_GET).disconnect().reply(&Customer::sample());
    /// api.polar().customers().get(CustomerId::sample()).await?;
    /// assert_eq!(api.calls().len(), 2);
    /// # Ok(())
    /// # }
    /// ```
    pub fn disconnect(self) -> Self {
        self.add(MockReply { loses_connection: true, ..MockReply::empty(200) })
    }

    /// Adds a header to the reply that was added last.
    ///
    /// # Panics
    /// If the header is invalid, or if there is no reply, or only a computed one.
    #[track_caller]
    pub fn header(self, name: &str, value: &str) -> Self {
        self.change_last(|reply| reply.header(name, value))
    }

    /// Delays the reply that was added last. If the call's timeout is shorter, it fails with
    /// [`ErrorKind::Timeout`](crate::error::ErrorKind).
    ///
    /// # Panics
    /// If there is no reply, or only a computed one.
    #[track_caller]
    pub fn delay(self, delay: Duration) -> Self {
        self.change_last(|reply| reply.delay(delay))
    }

    #[track_caller]
    fn change_last(self, change: impl FnOnce(MockReply) -> MockReply) -> Self {
        match self.api.state().replies.get_mut(self.operation.id()).and_then(|(_, answers)| answers.back_mut()) {
            Some(Answer::Reply(reply)) => *reply = change(reply.clone()),
            _ => panic!("there is no reply to `{}` to be changed", self.operation),
        }
        self
    }

    fn add(self, reply: MockReply) -> Self {
        self.add_answer(Answer::Reply(reply))
    }

    fn add_answer(self, answer: Answer) -> Self {
        let mut state = self.api.state();
        let (_, answers) = state.replies.entry(self.operation.id()).or_insert((self.operation, VecDeque::new()));
        answers.push_back(answer);
        drop(state);
        self
    }
}

impl MockReply {
    /// Creates a successful reply (200) with a value of the API, such as a struct, a list or a page.
    pub fn new(value: &dyn Encode) -> Self {
        Self { headers: json_headers(), body: to_vec(value), ..Self::empty(200) }
    }

    /// Creates a reply with a status and a JSON body, such as an error of the API.
    ///
    /// # Panics
    /// If the status is not a valid HTTP status code.
    #[track_caller]
    pub fn json(status: u16, body: &Value) -> Self {
        Self { headers: json_headers(), body: body.to_string().into_bytes(), ..Self::empty(status) }
    }

    /// Creates a reply with a status and a text body of a media type, such as `text/csv` for an export.
    ///
    /// # Panics
    /// If the status is not a valid HTTP status code.
    #[track_caller]
    pub fn text(status: u16, media_type: &'static str, body: impl Into<String>) -> Self {
        let headers = HeaderMap::from_iter([(CONTENT_TYPE, HeaderValue::from_static(media_type))]);
        Self { headers, body: body.into().into_bytes(), ..Self::empty(status) }
    }

    /// Creates a reply with a status and no body, such as 204 for a success or 429 for the rate limit.
    ///
    /// # Panics
    /// If the status is not a valid HTTP status code.
    #[track_caller]
    pub fn empty(status: u16) -> Self {
        let (headers, body) = (HeaderMap::new(), Vec::new());
        Self { status: code(status), headers, body, delay: Duration::ZERO, loses_connection: false }
    }

    /// Adds a header.
    ///
    /// # Panics
    /// If the header is invalid.
    #[track_caller]
    #[must_use]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        match (HeaderName::from_bytes(name.as_bytes()), HeaderValue::from_str(value)) {
            (Ok(name), Ok(value)) => self.headers.append(name, value),
            _ => panic!("`{name}: {value}` is not a valid header"),
        };
        self
    }

    /// Delays the reply. If the call's timeout is shorter, it fails with [`ErrorKind::Timeout`](crate::error::ErrorKind).
    #[must_use]
    pub fn delay(mut self, delay: Duration) -> Self {
        self.delay = delay;
        self
    }

    pub(super) fn into_response(self) -> http::Response<reqwest::Body> {
        let mut response = http::Response::new(self.body.into());
        *response.status_mut() = self.status;
        *response.headers_mut() = self.headers;
        response
    }
}

/// Converts a status code.
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
            path: path(operation, request.url().path()),
            query: request.url().query_pairs().into_owned().collect(),
            headers: request.headers().clone(),
            body,
        }
    }

    fn of_request(operation: &'static Operation, request: ReceivedRequest) -> Self {
        let ReceivedRequest { head, body } = request;
        let query = head.uri.query().unwrap_or_default();
        Self {
            operation,
            path: path(operation, head.uri.path()),
            query: form_urlencoded::parse(query.as_bytes()).into_owned().collect(),
            headers: head.headers,
            body: body.into(),
        }
    }

    /// Returns the operation that was called.
    pub fn operation(&self) -> &'static Operation {
        self.operation
    }

    /// Returns the value of a path parameter.
    pub fn path(&self, name: &str) -> Option<&str> {
        self.path.iter().find(|(other, _)| *other == name).map(|(_, value)| value.as_str())
    }

    /// Returns the first value of a query parameter.
    pub fn query(&self, name: &str) -> Option<&str> {
        self.query_all(name).next()
    }

    /// Returns all values of a query parameter.
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
    /// If the body does not match the type.
    pub fn body<T: Decode>(&self) -> Result<T, DecodeError> {
        from_slice(self.json().to_string().as_bytes())
    }
}

/// Headers are omitted and secrets redacted.
impl fmt::Debug for ReceivedCall {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let pairs = |pairs: &mut dyn Iterator<Item = (&str, &str)>| -> Value {
            pairs.map(|(name, value)| (name.to_owned(), Value::from(value))).collect()
        };
        let path = pairs(&mut self.path.iter().map(|(name, value)| (*name, &**value)));
        let query = pairs(&mut self.query.iter().map(|(name, value)| (&**name, &**value)));
        let text = |value: &Value| redact(&shown(value)).into_owned();
        f.debug_struct("ReceivedCall")
            .field("operation", &self.operation)
            .field("path", &format_args!("{}", text(&path)))
            .field("query", &format_args!("{}", text(&query)))
            .field("body", &format_args!("{}", text(&self.json())))
            .finish_non_exhaustive()
    }
}

/// Returns the names and values of the path parameters.
fn path(operation: &'static Operation, path: &str) -> Vec<(&'static str, String)> {
    let values = operation.path().split('/').zip(path.split('/'));
    let parameters = values.filter_map(|(name, value)| {
        let name = name.strip_prefix('{')?.strip_suffix('}')?;
        Some((name, percent_decode_str(value).decode_utf8_lossy().into_owned()))
    });
    parameters.collect()
}
