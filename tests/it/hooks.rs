//! Middleware is called for every attempt, in order, and may change the request, respond itself, or send another
//! request.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use polar_client::middleware::{AttemptFuture, Middleware, Next};
use polar_client::reqwest::{self, Request, header::HeaderValue};
use polar_client::types::CustomerId;
use polar_client::{Builder, ErrorKind, RetryPolicy};
use polar_loopback::{Reply, Server};
use support::quick;

const ID: CustomerId = CustomerId::new(support::ID);

type Log = Arc<Mutex<Vec<String>>>;

fn builder(url: &str) -> Builder {
    support::builder(url).retry(quick())
}

fn always(status: u16) -> Server {
    Server::start(move |_| Reply::new(status)).expect("a server")
}

fn entries(log: &Log) -> Vec<String> {
    log.lock().expect("no panic").clone()
}

/// Logs requests, and appends its name to a header.
struct Named(&'static str, Log);

impl Named {
    fn note(&self, text: String) {
        self.1.lock().expect("no panic").push(format!("{} {text}", self.0));
    }
}

impl Middleware for Named {
    fn handle<'a>(&'a self, mut request: Request, next: Next<'a>) -> AttemptFuture<'a> {
        Box::pin(async move {
            self.note(format!("sends {}", next.operation()));
            request.headers_mut().append("x-hook", HeaderValue::from_static(self.0));
            let response = next.run(request).await;
            match &response {
                Ok(response) => self.note(format!("got {}", response.status().as_u16())),
                Err(error) => self.note(format!("failed, connect: {}", error.is_connect())),
            }
            response
        })
    }
}

#[tokio::test]
async fn the_first_hook_is_the_outermost() {
    let (server, log) = (always(204), Log::default());
    let builder = builder(&server.url()).middleware(Named("first", log.clone()));
    let polar = builder.middleware(Named("second", log.clone())).build().expect("a client");
    polar.customers().delete(ID).await.expect("no answer is needed");
    assert_eq!(
        entries(&log),
        ["first sends customers:delete", "second sends customers:delete", "second got 204", "first got 204"]
    );
    let requests = server.requests();
    let hooks: Vec<&str> =
        requests[0].headers.iter().filter(|(name, _)| name == "x-hook").map(|(_, value)| value.as_str()).collect();
    assert_eq!(hooks, ["first", "second"]);
}

#[tokio::test]
async fn middleware_is_called_for_each_attempt() {
    let (server, log) = (always(503), Log::default());
    let polar = builder(&server.url()).middleware(Named("hook", log.clone())).build().expect("a client");
    polar.customers().delete(ID).await.expect_err("a failure");
    assert_eq!(entries(&log), ["hook sends customers:delete", "hook got 503"].repeat(3));
    for request in server.requests() {
        assert_eq!(request.headers.iter().filter(|(name, _)| name == "x-hook").count(), 1);
    }
}

#[tokio::test]
async fn a_hook_sees_a_connection_that_fails() {
    let url = always(204).url();
    let log = Log::default();
    let polar = builder(&url).middleware(Named("hook", log.clone())).build().expect("a client");
    polar.customers().delete(ID).retry(RetryPolicy::none()).await.expect_err("nobody listens");
    assert_eq!(entries(&log), ["hook sends customers:delete", "hook failed, connect: true"]);
}

/// Responds without sending the request.
struct Answer(u16, &'static str);

impl Middleware for Answer {
    fn handle<'a>(&'a self, _: Request, _: Next<'a>) -> AttemptFuture<'a> {
        let response = http::Response::builder().status(self.0).body(self.1).expect("a response");
        Box::pin(async move { Ok(response.into()) })
    }
}

#[tokio::test]
async fn a_hook_can_answer_itself() {
    let (server, log) = (always(500), Log::default());
    let page = r#"{ "items": [], "pagination": { "total_count": 0, "max_page": 0 } }"#;
    let polar = builder(&server.url()).middleware(Answer(200, page)).middleware(Named("inner", log.clone()));
    let page = polar.build().expect("a client").customers().list().await.expect("a page");
    assert_eq!(page.pagination.total_count, 0);

    let refusing = builder(&server.url()).middleware(Answer(418, r#"{ "error": "Teapot" }"#));
    let error = refusing.build().expect("a client").customers().list().await.expect_err("a refusal");
    assert_eq!(error.api().and_then(|error| error.name.as_deref()), Some("Teapot"));
    // Inner middleware was not called.
    assert!(entries(&log).is_empty());
    assert_eq!(server.requests().len(), 0);
}

/// Removes the token and sends the request to another server.
struct Elsewhere(reqwest::Url);

impl Middleware for Elsewhere {
    fn handle<'a>(&'a self, mut request: Request, next: Next<'a>) -> AttemptFuture<'a> {
        request.headers_mut().remove("authorization");
        let path = request.url().path().to_owned();
        *request.url_mut() = self.0.join(&path).expect("a URL");
        next.run(request)
    }
}

#[tokio::test]
async fn a_hook_can_change_headers_and_address() {
    let (server, other) = (always(204), always(204));
    let hook = Elsewhere(other.url().parse().expect("a URL"));
    let polar = builder(&server.url()).middleware(hook).build().expect("a client");
    polar.customers().delete(ID).await.expect("no answer is needed");
    assert_eq!(server.requests().len(), 0);
    let requests = other.requests();
    assert_eq!(requests[0].path, format!("/v1/customers/{}", ID));
    assert_eq!(requests[0].header("authorization"), None);
}

#[tokio::test]
async fn middleware_is_not_called_if_nothing_is_sent() {
    let (server, log) = (always(204), Log::default());
    let polar = builder(&server.url()).middleware(Named("hook", log.clone())).scopes([]).build().expect("a client");
    let error = polar.customers().delete(ID).await.expect_err("no scope for it");
    assert_eq!(error.kind(), ErrorKind::MissingScope);
    assert!(entries(&log).is_empty());
}

#[tokio::test]
async fn a_hook_sees_the_token_only_as_a_sensitive_header() {
    struct Check;
    impl Middleware for Check {
        fn handle<'a>(&'a self, request: Request, next: Next<'a>) -> AttemptFuture<'a> {
            assert_eq!(request.headers()["authorization"], "Bearer polar_oat_x");
            assert!(!format!("{request:?}").contains("polar_oat_x"));
            assert!(!format!("{next:?}").contains("polar_oat_x"));
            next.run(request)
        }
    }
    let server = always(204);
    let polar = builder(&server.url()).middleware(Check).build().expect("a client");
    polar.customers().delete(ID).await.expect("no answer is needed");
}

#[tokio::test]
async fn a_program_hears_of_each_wait() {
    let server = always(503);
    let heard = Arc::new(Mutex::new(Vec::new()));
    let hear = Arc::clone(&heard);
    let builder = builder(&server.url()).on_retry(move |error, wait| {
        hear.lock().expect("no panic").push((error.status().map(|status| status.as_u16()), wait));
    });
    builder.build().expect("a client").customers().get(ID).await.expect_err("a failure");
    let waits = [Duration::from_millis(1), Duration::from_millis(2)];
    assert_eq!(*heard.lock().expect("no panic"), waits.map(|wait| (Some(503), wait)));
    assert_eq!(server.requests().len(), 3);
}
