//! Error messages do not repeat their sources.

use std::any::type_name;
use std::collections::BTreeSet;
use std::error::Error as StdError;
use std::io;
use std::path::Path;
use std::sync::mpsc;
use std::time::Duration;

use polar_client::codec::{DecodeError, from_slice};
use polar_client::csv::{CellError, Cells, RowError, Rows};
use polar_client::downloads::DownloadError;
use polar_client::middleware::{AttemptFuture, Middleware, Next};
use polar_client::reqwest::{self, StatusCode};
use polar_client::sign_in::{AuthorizationError, OAuth2Client, Pending, Tokens};
use polar_client::storage::StorageError;
use polar_client::types::{EventCreateExternalCustomer, Scope};
use polar_client::uploads::{UploadError, UploadFailure};
use polar_client::{Error, ErrorKind, Operation, Polar, RetryPolicy, Utc, webhook_events};
use polar_loopback::{Reply, Server};
use serde_json::json;
use tempfile::TempDir;

/// Checks errors, and records their types.
#[derive(Default)]
struct Checked {
    types: BTreeSet<&'static str>,
    kinds: Vec<ErrorKind>,
}

impl Checked {
    #[track_caller]
    fn error<E: StdError + Send + Sync + 'static>(&mut self, error: E) {
        self.types.insert(type_name::<E>().rsplit("::").next().unwrap_or_default());
        if let Some(error) = (&error as &dyn StdError).downcast_ref::<Error>() {
            self.kinds.push(error.kind());
        }
        let texts = texts(&error);
        let debug = format!("{error:?} {error:#?}");
        assert!(texts.iter().chain([&debug]).all(|text| !text.contains(PLANTED)), "{texts:?} {debug}");
        // reqwest wraps an error of the body in another one with the same text.
        let mut judged = texts.clone();
        judged.dedup_by(|cause, text| cause == text && text == "request or response body error");
        // A source of a few letters could be part of the message by chance.
        for (index, text) in judged.iter().enumerate() {
            assert!(text.len() > 8, "{texts:?}");
            assert!(judged[index + 1..].iter().all(|cause| !text.contains(cause.as_str())), "{texts:?}");
        }
        assert_eq!(format!("{:#}", anyhow::Error::new(error)), texts.join(": "));
    }

    /// Checks an error of a call or a client.
    #[track_caller]
    fn call(&mut self, error: Error, kind: ErrorKind, text: &str) {
        assert_eq!((error.kind(), &*error.to_string()), (kind, text));
        self.error(error);
    }
}

/// Returns the messages of an error and its sources.
fn texts(error: &dyn StdError) -> Vec<String> {
    let mut texts = vec![error.to_string()];
    let mut cause = error.source();
    while let Some(error) = cause {
        texts.push(error.to_string());
        cause = error.source();
    }
    texts
}

fn client(url: &str) -> Polar {
    let builder = Polar::builder()
        .token(format!("polar_oat_{PLANTED}"))
        .retry(RetryPolicy::none())
        .timeout(Duration::from_millis(300));
    builder.body_limit(1000).base_url(url).expect("a URL").build().expect("a client")
}

/// A secret in the headers of each request and response.
const PLANTED: &str = "pl4nted";

fn server(reply: Reply) -> Server {
    let reply = reply.header("set-cookie", format!("session={PLANTED}")).header("x-other", PLANTED);
    Server::start_unchecked(move |_| reply.clone()).expect("a server")
}

async fn failure(reply: Reply) -> Error {
    let server = server(reply);
    client(&server.url()).products().list().await.expect_err("an error")
}

/// Returns a URL where no server listens.
fn nowhere() -> String {
    server(Reply::new(200)).url()
}

async fn calls(checked: &mut Checked) {
    let refused = json!({ "error": "NotPermitted", "detail": "Not yours.", "token": PLANTED });
    checked.call(
        failure(Reply::json(403, &refused)).await,
        ErrorKind::Status,
        "`products:list` was answered with 403 Forbidden NotPermitted: Not yours.",
    );
    checked.call(
        failure(Reply::json(200, &json!({ "items": 7 }))).await,
        ErrorKind::Decode,
        "`products:list` answered 200 OK with an unexpected body near `{\"items\":7}`",
    );
    let removed = Server::start(|_| Reply::version_removed()).expect("a server");
    checked.call(
        client(&removed.url()).products().list().await.expect_err("an error"),
        ErrorKind::VersionRemoved,
        &format!(
            "`products:list` was answered with 404 Not Found: the API no longer serves version {}; a newer release of \
             polar-client is needed",
            polar_client::API_VERSION
        ),
    );
    checked.call(failure(Reply::close()).await, ErrorKind::Connection, "`products:list` got no answer");
    let error = client(&nowhere()).products().list().await.expect_err("an error");
    assert!(error.is_connect());
    checked.call(error, ErrorKind::Connection, "`products:list` got no answer");
    checked.call(
        failure(Reply::new(200).delay(Duration::from_secs(2))).await,
        ErrorKind::Timeout,
        "`products:list` got no answer in time",
    );
    checked.call(
        failure(Reply::text(200, "application/json", " ".repeat(1001))).await,
        ErrorKind::BodyTooLarge,
        "`products:list` was answered with a body of more than 1000 bytes",
    );
    let limited = Polar::builder().token("polar_oat_x").scopes([Scope::OrdersRead]).build().expect("a client");
    checked.call(
        limited.products().list().await.expect_err("an error"),
        ErrorKind::MissingScope,
        "`products:list` needs a token with `products:read` or `products:write`; this one has: orders:read",
    );
    checked.call(
        limited.customers().get_external("a/b").await.expect_err("an error"),
        ErrorKind::MissingScope,
        "`customers:get_external` needs a token with `customers:read` or `customers:write`; this one has: orders:read",
    );
    let create = Operation::by_id("customers:create").expect("an operation");
    checked.call(
        client(&nowhere()).call_json(create).body(json!({ "email": 7 })).await.expect_err("an error"),
        ErrorKind::InvalidRequest,
        "`customers:create` cannot be called: the body is not of its type",
    );
    let blocked = tokio::task::spawn_blocking(|| client(&nowhere()).products().list().send_blocking());
    checked.error(blocked.await.expect("no panic").expect_err("an error"));
    checked.call(
        Polar::new("a b").expect_err("an error"),
        ErrorKind::Configuration,
        "the token has a character that no token has, such as a space or a line break",
    );
    checked.call(
        Polar::builder().base_url("http://").expect_err("an error"),
        ErrorKind::Configuration,
        "the server is neither `production` nor `sandbox` nor a URL",
    );
}

async fn oauth2(checked: &mut Checked) {
    let server = server(Reply::json(400, &json!({ "error": "invalid_grant" })));
    let client =
        OAuth2Client::builder("polar_ci_x", "https://app.example/").server(server.url().parse().expect("a URL"));
    let client = client.build().expect("a client");
    let expired = Tokens::new("polar_at_u_1", Utc::now()).with_refresh_token("polar_rt_u_1");
    let session = client.session(expired).build().expect("a session");
    checked.call(
        session.refresh().await.expect_err("an error"),
        ErrorKind::Token,
        "`oauth2:request_token` has no valid token, and it could not be refreshed",
    );
    let pending = Pending::from_parts("state", "x".repeat(43)).expect("a state");
    checked.call(
        client.exchange(pending, "state=other").await.expect_err("an error"),
        ErrorKind::Authorization,
        "access was not granted",
    );
    let refused = |description| AuthorizationError::Refused { error: "access_denied".to_owned(), description };
    let missing = AuthorizationError::Missing { parameter: "code" };
    for error in [AuthorizationError::StateMismatch, refused(None), refused(Some("No.".to_owned())), missing] {
        checked.error(error);
    }
    checked.call(
        OAuth2Client::builder("x", "not a URI").build().expect_err("an error"),
        ErrorKind::Configuration,
        "the redirect URI is invalid",
    );
}

/// A middleware that panics.
struct Panics;

impl Middleware for Panics {
    fn handle<'a>(&'a self, _: reqwest::Request, _: Next<'a>) -> AttemptFuture<'a> {
        panic!("on purpose")
    }
}

async fn ingestion(checked: &mut Checked) {
    let event = || EventCreateExternalCustomer::new("page.rendered", "user-1");
    let folder = TempDir::new().expect("a folder");
    let builder = || client(&nowhere()).events().ingestor().buffer_bytes(10);
    let error = builder().spool(folder.path()).start().expect_err("an error");
    checked.error(error.spool().expect("an error of the spool").clone());
    checked.call(error, ErrorKind::File, "the ingestor cannot be started with its spool");
    let outside = std::thread::spawn(move || builder().start().expect_err("an error")).join().expect("no panic");
    checked.call(outside, ErrorKind::Runtime, "the ingestor cannot be started");

    let ingestor = client(&nowhere()).events().ingestor().buffer_bytes(10).start().expect("an ingestor");
    ingestor.try_push(event()).expect("room");
    checked.error(ingestor.try_push(event()).expect_err("no room"));
    ingestor.shutdown(Duration::ZERO).await;
    checked.error(ingestor.push(event()).await.expect_err("it is closed"));

    let polar = Polar::builder().token("polar_oat_x").middleware(Panics).build().expect("a client");
    let (pauses, paused) = mpsc::channel();
    let ingestor = polar.events().ingestor().batch_events(1);
    let ingestor = ingestor.on_pause(move |error| drop(pauses.send((error.kind(), texts(error)))));
    let ingestor = ingestor.start().expect("an ingestor");
    ingestor.push(event()).await.expect("room");
    let waiting = tokio::task::spawn_blocking(move || paused.recv_timeout(Duration::from_secs(10)));
    let (kind, shown) = waiting.await.expect("no panic").expect("a pause");
    assert_eq!((kind, shown), (ErrorKind::Panic, vec!["`events:ingest` panicked".to_owned()]));
    checked.kinds.push(kind);
    ingestor.shutdown(Duration::ZERO).await;
}

async fn files(checked: &mut Checked) {
    let error = client(&nowhere()).files().upload("a", "text/plain", Path::new("/none")).await.expect_err("an error");
    checked.error::<UploadError>(error);
    let http = polar_client::client::http_builder().expect("TLS").build().expect("a client");
    let connection = || async { http.get(nowhere()).send().await.expect_err("an error").without_url() };
    let aborted = || async { tokio::spawn(async { panic!("on purpose") }).await.expect_err("a panic") };
    let refused = |code: Option<&str>| StorageError::Refused {
        status: StatusCode::FORBIDDEN,
        code: code.map(str::to_owned),
        retry_after: None,
    };
    checked.error(StorageError::Address("it has no host".to_owned()));
    checked.error(refused(None));
    checked.error(refused(Some("AccessDenied")));
    checked.error(StorageError::Connection(connection().await));
    checked.error(StorageError::Timeout);
    checked.error(StorageError::NoETag);

    checked.error(UploadFailure::Source { what: "`a`".to_owned(), error: io::Error::other("no such device") });
    checked.error(UploadFailure::Invalid("the content has no bytes".to_owned()));
    checked.error(UploadFailure::Changed { part: 1, what: "`a`".to_owned() });
    checked.error(UploadFailure::Call(failure(Reply::new(500)).await));
    checked.error(UploadFailure::Unexpected("part 1 is missing".to_owned()));
    checked.error(UploadFailure::Part { part: 1, error: StorageError::Connection(connection().await) });
    checked.error(UploadFailure::Aborted(aborted().await));

    checked.error(DownloadError::Storage(StorageError::Connection(connection().await)));
    checked.error(DownloadError::Write(io::Error::other("no such device")));
    checked.error(DownloadError::Size { expected: 2, received: 1 });
    checked.error(DownloadError::Checksum { expected: "a".to_owned(), received: "b".to_owned() });
    checked.error(DownloadError::Changed);
    checked.error(DownloadError::Range { wanted: 7 });
}

async fn exports(checked: &mut Checked) {
    let text = b"Email,Net Amount\na,much\nb\nc,\xff\nd,1\n";
    let server = server(Reply::text(200, "text/csv", text.as_slice()).truncate_after(text.len() - 2));
    let polar = client(&server.url());
    let mut rows = polar.orders().export().rows().await.expect("rows");
    let mut errors = 0;
    while let Some(row) = rows.next().await {
        checked.error::<RowError>(row.expect_err("an error"));
        errors += 1;
    }
    assert_eq!(errors, 4);
    let mut cells = Rows::<Cells>::new(polar.orders().export().bytes_stream().await.expect("a stream"));
    let cells = cells.next().await.expect("a row").expect("a row");
    checked.error::<CellError>(cells.value::<i64>("Net Amount").expect_err("an error"));
    let long = self::server(Reply::text(200, "text/csv", format!("Email\n\"{}", "x".repeat(2 << 20))));
    let mut rows = self::client(&long.url()).orders().export().rows().await.expect("rows");
    checked.error(rows.next().await.expect("a row").expect_err("an error"));
}

fn webhooks(checked: &mut Checked) {
    use webhook_events::Error;

    let decode: DecodeError = from_slice::<Vec<bool>>(b"[true, 1]").expect_err("an error");
    let (age, tolerance) = (Duration::from_secs(900), Duration::from_secs(300));
    let all = [
        Error::NoSecret,
        Error::UnusableSecret { index: 0, reason: "is empty" },
        Error::MissingHeader(webhook_events::ID),
        Error::RepeatedHeader(webhook_events::ID),
        Error::InvalidHeader(webhook_events::ID),
        Error::InvalidId,
        Error::InvalidTimestamp,
        Error::TooOld { age, tolerance },
        Error::TooNew { ahead: age, tolerance },
        Error::UnknownVersion,
        Error::InvalidSignature,
        Error::SignatureMismatch,
        Error::BodyTooLarge { limit: 1 },
        Error::BodyUnreadable,
        Error::NotUtf8 { offset: 0 },
        Error::Decode(decode.clone()),
    ];
    all.into_iter().for_each(|error| checked.error(error));
    checked.error(decode);
}

#[tokio::test]
async fn every_error_prints_each_cause_once() {
    let mut checked = Checked::default();
    calls(&mut checked).await;
    oauth2(&mut checked).await;
    ingestion(&mut checked).await;
    files(&mut checked).await;
    exports(&mut checked).await;
    webhooks(&mut checked);
    let types = [
        "AuthorizationError",
        "CellError",
        "DecodeError",
        "DownloadError",
        "Error",
        "PushError",
        "RowError",
        "SpoolError",
        "StorageError",
        "UploadError",
        "UploadFailure",
    ];
    assert_eq!(checked.types, BTreeSet::from(types));
    let kinds: BTreeSet<&str> = checked.kinds.iter().map(|kind| kind.as_str()).collect();
    let all = [
        "body too large",
        "configuration",
        "invalid request",
        "missing scope",
        "no answer",
        "no authorization",
        "no valid token",
        "panic",
        "refused",
        "runtime",
        "timeout",
        "unexpected body",
        "unusable file",
        "version removed",
    ];
    assert_eq!(kinds, BTreeSet::from(all));
}

#[test]
fn an_error_is_small_and_can_be_sent() {
    fn is_sent<T: Send + Sync + 'static>() {}
    is_sent::<Error>();
    assert_eq!(size_of::<Error>(), size_of::<usize>());
}
