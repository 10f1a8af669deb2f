//! Synchronous calls.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use polar_client::{ErrorKind, Operation};
use polar_loopback::{Reply, Request, Server};
use serde_json::json;
use support::retrying;

fn server(reply: impl Fn(&Request) -> Reply + Send + Sync + 'static) -> Server {
    Server::start(reply).expect("a server")
}

fn page(total_count: i64) -> Reply {
    Reply::json(200, &json!({ "items": [], "pagination": { "total_count": total_count, "max_page": 1 } }))
}

#[test]
fn a_call_is_sent_and_its_answer_waited_for() {
    let server = server(|_| page(7));
    let customers = retrying(&server).customers().list().limit(5).send_blocking().expect("a page");
    assert_eq!(customers.pagination.total_count, 7);
    let request = &server.requests()[0];
    assert_eq!(request.target, "/v1/customers/?limit=5");
    assert_eq!(request.header("authorization"), Some("Bearer polar_oat_x"));
}

#[test]
fn with_response_returns_status_and_headers() {
    let server = server(|_| page(7).header("polar-version", "2026-04"));
    let response = retrying(&server).customers().list().with_response_blocking().expect("a page");
    assert_eq!(response.value.pagination.total_count, 7);
    assert_eq!(response.raw.status, 200);
    assert_eq!(response.raw.headers.get("polar-version").expect("a header"), "2026-04");
}

#[test]
fn a_refusal_is_the_same_error() {
    let server = server(|_| Reply::json(404, &json!({ "error": "ResourceNotFound", "detail": "Not found" })));
    let error = retrying(&server).customers().get_external("jane").send_blocking().expect_err("no such customer");
    assert!(error.is_not_found(), "{error}");
    assert_eq!(error.operation().map(Operation::id), Some("customers:get_external"));
}

#[test]
fn failed_attempts_are_repeated() {
    let count = AtomicUsize::new(0);
    let server = server(move |_| if count.fetch_add(1, Ordering::SeqCst) == 0 { Reply::new(503) } else { page(1) });
    let customers = retrying(&server).customers().list().send_blocking().expect("the second answer");
    assert_eq!(customers.pagination.total_count, 1);
    assert_eq!(server.requests().len(), 2);
}

#[test]
fn many_threads_call_at_once() {
    const THREADS: usize = 16;
    let server = server(|request| page(request.query[0].1.parse().expect("a number")));
    let polar = retrying(&server);
    let totals = std::thread::scope(|scope| {
        let calls: Vec<_> = (0..THREADS)
            .map(|number| {
                let list = polar.customers().list().query(number.to_string());
                scope.spawn(move || list.send_blocking().expect("a page").pagination.total_count)
            })
            .collect();
        calls.into_iter().map(|call| call.join().expect("no panic")).collect::<Vec<i64>>()
    });
    assert_eq!(totals, (0..THREADS as i64).collect::<Vec<i64>>(), "each thread has its own answer");
    assert_eq!(server.requests().len(), THREADS);
}

#[test]
fn connections_are_kept_between_calls() {
    let server = server(|_| page(1));
    let polar = retrying(&server);
    let reuses_a_connection = |pause: u64| {
        // A connection returns to the pool shortly after the response, on the thread for the network.
        std::thread::sleep(Duration::from_millis(pause));
        let before = server.connections();
        polar.customers().list().send_blocking().expect("a page");
        server.connections() == before
    };
    assert!(!reuses_a_connection(0), "the first call needs one");
    assert!((1..20).any(|attempt| reuses_a_connection(attempt * 10)));
}

#[tokio::test]
async fn blocking_call_within_a_runtime_fails_without_sending() {
    let server = server(|_| page(1));
    let polar = retrying(&server);
    let error = polar.customers().list().send_blocking().expect_err("refused");
    assert_eq!(error.kind(), ErrorKind::Runtime, "{error:?}");
    assert_eq!(
        error.to_string(),
        "`customers:list` cannot be called by a method that blocks within an async runtime; await it instead"
    );
    polar.orders().export().bytes_stream_blocking().expect_err("refused");
    assert_eq!(server.requests().len(), 0);
}

#[test]
fn an_export_is_read_piece_by_piece() {
    let server = server(|_| Reply::text(200, "text/csv", "id,amount\n1,500\n").drip(4, Duration::from_millis(1)));
    let mut stream = retrying(&server).orders().export().bytes_stream_blocking().expect("an export");
    let mut text = Vec::new();
    while let Some(piece) = stream.next_blocking() {
        text.extend_from_slice(&piece.expect("a piece"));
    }
    assert_eq!(String::from_utf8(text).expect("text"), "id,amount\n1,500\n");
}

#[test]
fn a_stream_that_breaks_ends_with_an_error() {
    let server = server(|_| Reply::text(200, "text/csv", "id,amount\n1,500\n").truncate_after(4));
    let mut stream = retrying(&server).orders().export().bytes_stream_blocking().expect("an export");
    let mut outcomes = Vec::new();
    while let Some(piece) = stream.next_blocking() {
        let failed = piece.is_err();
        outcomes.push(piece);
        if failed {
            break;
        }
    }
    let error = outcomes.pop().expect("an outcome").expect_err("a broken stream");
    assert_eq!(error.kind(), ErrorKind::Connection, "{error:?}");
}

#[test]
fn an_operation_is_called_by_its_id() {
    let server = server(|_| page(3));
    let operation = Operation::by_id("customers:list").expect("an operation");
    let answer = retrying(&server).call_json(operation).query("limit", "3").send_blocking().expect("a page");
    assert_eq!(answer.to_json()["pagination"]["total_count"], 3);
}

#[test]
#[cfg(unix)]
fn forked_process_needs_its_own_clients() {
    // Runs in a process of its own, since a fork copies only this thread, and the locks of all others in their current
    // state.
    let mut child = std::process::Command::new(std::env::current_exe().expect("this program"));
    child.args(["--exact", "blocking::after_a_fork", "--ignored", "--nocapture", "--test-threads=1"]);
    let output = child.output().expect("the program runs");
    let said = String::from_utf8_lossy(&output.stdout);
    let failed = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && said.contains("1 passed"), "{} {said}{failed}", output.status);
}

#[test]
#[cfg(unix)]
#[ignore = "run by `forked_process_needs_its_own_clients`"]
fn after_a_fork() {
    use fork::{Fork, fork, waitpid};

    let server = server(|_| page(7));
    let polar = retrying(&server);
    let total =
        |polar: &polar_client::Polar| polar.customers().list().send_blocking().map(|page| page.pagination.total_count);
    assert_eq!(total(&polar).expect("before the fork"), 7);
    for _ in 0..5 {
        match fork().expect("a fork") {
            Fork::Child => {
                let inherited = total(&polar).map_err(|error| error.kind());
                let own = total(&retrying(&server)).map_err(|error| error.kind());
                std::process::exit(i32::from(inherited != Err(ErrorKind::Runtime) || own != Ok(7)));
            }
            Fork::Parent(child) => {
                let status = waitpid(child).expect("the child ends");
                assert_eq!(status, 0, "the child's calls");
                assert_eq!(total(&polar).expect("the parent goes on"), 7);
            }
        }
    }
    assert_eq!(server.requests().len(), 11);
}

#[test]
fn a_stream_is_an_iterator() {
    let server = server(|request| {
        let number: i64 =
            request.query.iter().find(|(name, _)| name == "page").expect("a page").1.parse().expect("a number");
        let name = json!({
            "name": format!("event {number}"), "label": "Test", "source": "user", "occurrences": 1,
            "first_seen": "2026-04-01T00:00:00Z", "last_seen": "2026-04-01T00:00:00Z",
        });
        match number {
            2 => Reply::new(403),
            _ => Reply::json(200, &json!({ "items": [name], "pagination": { "total_count": 3, "max_page": 3 } })),
        }
    });
    let mut names = retrying(&server).events().list_names().stream().blocking();
    assert_eq!(names.next().expect("an item").expect("no error").name, "event 1");
    assert!(names.next().expect("an item").expect_err("a refusal").is_forbidden());
    assert!(names.next().expect("the page is asked for again").expect_err("a refusal").is_forbidden());

    let mut pages = retrying(&server).events().list_names().pages().from_page(3).blocking();
    assert_eq!(pages.next().expect("a page").expect("no error").items.len(), 1);
    assert!(pages.next().is_none());
}

#[tokio::test]
async fn an_iterator_within_a_runtime_has_one_error() {
    let server = server(|_| page(1));
    let found: Vec<_> = retrying(&server).customers().list().stream().blocking().collect();
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].as_ref().expect_err("within a runtime").kind(), ErrorKind::Runtime);
    assert_eq!(server.requests().len(), 0);
}
