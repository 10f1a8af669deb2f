//! Streams of items and pages: limits, requests and errors.

mod cursor;
mod read_ahead;

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures_core::Stream;
use polar_client::types::{Event, EventName};
use polar_client::{CursorPage, Error, ItemStream, Page, PageStream, RetryPolicy};
use polar_loopback::{Reply, Request, Server};
use serde_json::{Value, json};
use support::polar;

fn server(reply: impl Fn(&Request) -> Reply + Send + Sync + 'static) -> Server {
    Server::start(reply).expect("a server")
}

fn number(request: &Request, name: &str) -> i64 {
    let value = request.query.iter().find(|(other, _)| other == name).map(|(_, value)| value);
    value.unwrap_or_else(|| panic!("no `{name}` in {:?}", request.query)).parse().expect("a number")
}

fn pages_asked_for(server: &Server) -> Vec<i64> {
    server.requests().iter().map(|request| number(request, "page")).collect()
}

fn name(index: i64) -> Value {
    json!({
        "name": format!("event {index}"),
        "label": "Test",
        "source": "user",
        "occurrences": 1,
        "first_seen": "2026-04-01T00:00:00Z",
        "last_seen": "2026-04-01T00:00:00Z",
    })
}

/// Returns a page of items with these numbers.
fn page(items: impl IntoIterator<Item = i64>, max_page: i64) -> Reply {
    let items: Vec<Value> = items.into_iter().map(name).collect();
    Reply::json(200, &json!({ "pagination": { "total_count": 7, "max_page": max_page }, "items": items }))
}

/// Returns the response to a request for a list of `total` items, numbered from 0.
fn list(request: &Request, total: i64) -> Reply {
    let (number, limit) = (number(request, "page"), number(request, "limit").min(100));
    let first = (number - 1) * limit;
    page(first..(first + limit).min(total), (total + limit - 1) / limit)
}

fn index(item: &EventName) -> i64 {
    item.name.trim_start_matches("event ").parse().expect("a number")
}

/// Collects the numbers of all items up to the end or the first error.
async fn collect(items: &mut ItemStream<EventName>) -> (Vec<i64>, Option<Error>) {
    let mut seen = Vec::new();
    while let Some(item) = items.next().await {
        match item {
            Ok(item) => seen.push(index(&item)),
            Err(error) => return (seen, Some(error)),
        }
    }
    (seen, None)
}

async fn all(mut items: ItemStream<EventName>) -> Vec<i64> {
    match collect(&mut items).await {
        (seen, None) => seen,
        (_, Some(error)) => panic!("{error}"),
    }
}

#[tokio::test]
async fn items_are_yielded_in_order_with_pages_of_a_hundred() {
    let server = server(|request| list(request, 250));
    assert_eq!(all(polar(&server).events().list_names().stream()).await, (0..250).collect::<Vec<_>>());
    let requests = server.requests();
    let asked: Vec<(i64, i64)> = requests.iter().map(|one| (number(one, "page"), number(one, "limit"))).collect();
    assert_eq!(asked, [(1, 100), (2, 100), (3, 100)]);
}

#[tokio::test]
async fn limit_and_other_parameters_apply_to_every_page() {
    let server = server(|request| list(request, 12));
    let items = polar(&server).events().list_names().query("a b").extra_query("x", "1").limit(5).stream();
    assert_eq!(all(items).await.len(), 12);
    assert_eq!(pages_asked_for(&server), [1, 2, 3]);
    for request in server.requests() {
        assert_eq!(number(&request, "limit"), 5);
        assert!(request.query.contains(&("query".into(), "a b".into())), "{:?}", request.query);
        assert_eq!(request.query.iter().filter(|(name, _)| name == "page").count(), 1);
        assert_eq!(number(&request, "x"), 1);
    }
}

#[tokio::test]
async fn a_limit_that_the_api_lowers_loses_no_items() {
    let server = server(|request| list(request, 250));
    assert_eq!(all(polar(&server).events().list_names().limit(1000).stream()).await, (0..250).collect::<Vec<_>>());
}

#[tokio::test]
async fn a_stream_sends_nothing_until_it_is_polled() {
    let server = server(|request| list(request, 5));
    let items = polar(&server).events().list_names().stream().read_ahead(3);
    let pages = polar(&server).events().list_names().pages().read_ahead(3);
    tokio::time::sleep(Duration::from_millis(20)).await;
    assert_eq!(server.requests().len(), 0);
    drop((items, pages));
}

#[tokio::test]
async fn an_empty_list_has_no_items_and_one_page() {
    let server = server(|_| page([], 0));
    assert_eq!(all(polar(&server).events().list_names().stream()).await, Vec::<i64>::new());
    let mut pages = polar(&server).events().list_names().pages().read_ahead(4);
    let first = pages.next().await.expect("a page").expect("no error");
    assert_eq!((first.items.len(), first.pagination.max_page), (0, 0));
    assert!(pages.next().await.is_none());
    assert_eq!(pages_asked_for(&server), [1, 1]);
}

#[tokio::test]
async fn ended_stream_sends_no_further_requests() {
    let server = server(|request| list(request, 3));
    let mut items = polar(&server).events().list_names().stream();
    assert_eq!(collect(&mut items).await.0, [0, 1, 2]);
    for _ in 0..3 {
        assert!(items.next().await.is_none());
    }
    assert_eq!(pages_asked_for(&server), [1]);
}

#[tokio::test]
async fn empty_page_ends_a_list() {
    for ahead in [0, 3] {
        let server = server(|request| match number(request, "page") {
            number @ 1..=2 => page([number], 1000),
            _ => page([], 1000),
        });
        assert_eq!(all(polar(&server).events().list_names().stream().read_ahead(ahead)).await, [1, 2]);
        let asked = pages_asked_for(&server);
        assert!(asked.iter().all(|page| *page <= 3 + ahead as i64), "{asked:?}");
    }
}

#[tokio::test]
async fn full_pages_beyond_the_last_are_not_asked_for() {
    for ahead in [0, 1, 9] {
        let server = server(|request| page([number(request, "page")], 3));
        assert_eq!(all(polar(&server).events().list_names().stream().read_ahead(ahead)).await, [1, 2, 3]);
        let mut asked = pages_asked_for(&server);
        asked.sort();
        assert_eq!(asked, [1, 2, 3]);
    }
}

#[tokio::test]
async fn invalid_max_page_ends_the_list() {
    for max_page in [0, -1, i64::MIN] {
        let server = server(move |_| page([7], max_page));
        let mut items = polar(&server).events().list_names().stream().read_ahead(2);
        let (seen, error) = collect(&mut items).await;
        assert_eq!((seen, error.is_some_and(|error| error.is_decode())), (vec![7], true));
        assert_eq!(collect(&mut items).await.0.len(), 0);
    }
    let server = server(|request| {
        let page_number = number(request, "page");
        page(if page_number < 4 { vec![page_number] } else { vec![] }, i64::MAX)
    });
    assert_eq!(all(polar(&server).events().list_names().stream().read_ahead(2)).await, [1, 2, 3]);
}

#[tokio::test]
async fn the_greatest_page_number_does_not_overflow() {
    let server = server(|_| page([1], i64::MAX));
    assert_eq!(all(polar(&server).events().list_names().stream().read_ahead(3).from_page(i64::MAX)).await, [1]);
}

#[tokio::test]
async fn a_list_that_grows_while_paging_is_read_to_its_new_end() {
    for ahead in [0, 2] {
        let total = Arc::new(AtomicI64::new(4));
        let server = server(move |request| list(request, total.fetch_add(1, Ordering::SeqCst)));
        let items = all(polar(&server).events().list_names().limit(2).stream().read_ahead(ahead)).await;
        // While two items are read per page, one is created: the stream reaches the end, without gaps.
        assert_eq!(items, (0..items.len() as i64).collect::<Vec<_>>());
        assert!(items.len() >= 6, "{items:?}");
    }
}

#[tokio::test]
async fn a_list_that_shrinks_while_paging_ends_early() {
    for ahead in [0, 1, 4] {
        let server = server(|request| match number(request, "page") {
            1 => page([1], 9),
            2 => page([2], 2),
            _ => page([], 2),
        });
        assert_eq!(all(polar(&server).events().list_names().stream().read_ahead(ahead)).await, [1, 2]);
    }
}

#[tokio::test]
async fn list_continues_from_a_given_page() {
    let server = server(|request| list(request, 10));
    let names = || polar(&server).events().list_names().limit(2);
    assert_eq!(all(names().page(4).stream()).await, [6, 7, 8, 9]);
    assert_eq!(all(names().stream().from_page(5)).await, [8, 9]);
    assert_eq!(all(names().stream().from_page(6)).await, Vec::<i64>::new());
    assert_eq!(pages_asked_for(&server), [4, 5, 5, 6]);
}

#[tokio::test]
async fn stream_reports_the_page_to_resume_from() {
    let server = server(|request| list(request, 6));
    let names = || polar(&server).events().list_names().limit(2);
    let mut pages = names().pages().read_ahead(2);
    assert_eq!(pages.next_page(), Some(1));
    pages.next().await.expect("a page").expect("no error");
    assert_eq!(pages.next_page(), Some(2));
    while pages.next().await.is_some() {}
    assert_eq!(pages.next_page(), None);

    let mut items = names().stream();
    for _ in 0..3 {
        items.next().await.expect("an item").expect("no error");
    }
    assert_eq!(items.page(), 2);
    assert_eq!(all(names().stream().from_page(items.page())).await, [2, 3, 4, 5]);
    // A stream can be repositioned.
    assert_eq!(all(items.from_page(3)).await, [4, 5]);
}

/// Starts a server of ten pages, whose seventh fails a number of times.
fn failing_in_page_7(times: usize, failure: impl Fn() -> Reply + Send + Sync + 'static) -> Server {
    let failures = AtomicUsize::new(times);
    server(move |request| {
        let number = number(request, "page");
        let left = |left: usize| left.checked_sub(1);
        if number == 7 && failures.fetch_update(Ordering::SeqCst, Ordering::SeqCst, left).is_ok() {
            return failure();
        }
        page([number], 10)
    })
}

#[tokio::test]
async fn error_is_yielded_once_in_order_and_the_stream_continues() {
    for ahead in [0, 1, 3, 20] {
        let server = failing_in_page_7(1, || Reply::text(502, "text/html", "<html>"));
        let mut items = polar(&server).events().list_names().stream().read_ahead(ahead);
        let (before, error) = collect(&mut items).await;
        assert_eq!(before, [1, 2, 3, 4, 5, 6], "read-ahead {ahead}");
        assert_eq!(error.expect("an error").status().map(|status| status.as_u16()), Some(502));
        assert_eq!(items.page(), 6);
        let (after, error) = collect(&mut items).await;
        assert_eq!(after, [7, 8, 9, 10], "read-ahead {ahead}");
        assert!(error.is_none(), "{error:?}");
        let mut asked = BTreeMap::<i64, usize>::new();
        pages_asked_for(&server).into_iter().for_each(|page| *asked.entry(page).or_default() += 1);
        assert_eq!(asked, (1..=10).map(|page| (page, if page == 7 { 2 } else { 1 })).collect());
    }
}

#[tokio::test]
async fn page_stream_continues_after_an_error() {
    let server = failing_in_page_7(2, || Reply::new(404));
    let mut pages = polar(&server).events().list_names().pages().read_ahead(2);
    let mut seen = Vec::new();
    while let Some(page) = pages.next().await {
        seen.push(page.map(|page| index(&page.items[0])).map_err(|_| pages.next_page()));
    }
    let ok = |range: std::ops::RangeInclusive<i64>| range.map(Ok);
    let expected: Vec<_> = ok(1..=6).chain([Err(Some(7)), Err(Some(7))]).chain(ok(7..=10)).collect();
    assert_eq!(seen, expected);
}

#[tokio::test]
async fn an_answer_that_cannot_be_read_is_asked_for_again() {
    let replies: [fn() -> Reply; 2] =
        [|| Reply::text(200, "application/json", "{\"items\": ["), || page([7], 10).truncate_after(20)];
    for reply in replies {
        let server = failing_in_page_7(1, reply);
        let mut items = polar(&server).events().list_names().stream().read_ahead(1);
        let (before, error) = collect(&mut items).await;
        assert_eq!(before, [1, 2, 3, 4, 5, 6]);
        assert_eq!(error.expect("an error").operation().map(|one| one.id()), Some("events:list_names"));
        assert_eq!(collect(&mut items).await.0, [7, 8, 9, 10]);
    }
}

#[tokio::test]
async fn pages_are_retried_as_calls_are() {
    let server = failing_in_page_7(2, || Reply::new(503));
    let policy = RetryPolicy::default().first_delay(Duration::from_millis(1));
    let items = polar(&server).events().list_names().retry(policy).stream().read_ahead(2);
    assert_eq!(all(items).await, (1..=10).collect::<Vec<_>>());
}

#[tokio::test]
async fn streams_are_streams_and_can_be_spawned() {
    fn is_stream<S: Stream<Item = Result<T, Error>> + Send + Unpin + 'static, T>(_: &S) {}
    let server = server(|request| list(request, 250));
    let names = || polar(&server).events().list_names();
    let pages: PageStream<Page<EventName>> = names().pages();
    let events: PageStream<CursorPage<Event>> = polar(&server).events().list().by_cursor().pages();
    is_stream(&names().stream());
    is_stream(&pages);
    is_stream(&events);

    let seen = Arc::new(Mutex::new(0));
    let task = tokio::spawn({
        let (mut items, seen) = (names().stream().read_ahead(2), Arc::clone(&seen));
        async move {
            while let Some(Ok(_)) = items.next().await {
                *seen.lock().expect("a lock") += 1;
            }
        }
    });
    task.await.expect("no panic");
    assert_eq!(*seen.lock().expect("a lock"), 250);
}

#[tokio::test]
async fn streams_redact_their_requests() {
    let server = server(|request| list(request, 1));
    let names = || polar(&server).events().list_names().query("jane@example.org");
    let shown = format!("{:?} {:?}", names().stream(), names().pages());
    assert!(shown.contains("events:list_names") && shown.contains("page: 1"), "{shown}");
    assert!(!shown.contains("jane") && !shown.contains("polar_oat"), "{shown}");
}

#[test]
fn stream_survives_the_runtime_of_its_prefetch_tasks() {
    let server = server(|request| page([number(request, "page")], 3));
    let runtime = || tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let mut items = polar(&server).events().list_names().stream().read_ahead(2);
    let first = runtime().block_on(items.next()).expect("an item").expect("no error");
    assert_eq!(index(&first), 1);
    // The client's connections belong to the old runtime, so there may be an error, after which the page is requested
    // again.
    let rest = runtime().block_on(async {
        let mut rest = Vec::new();
        for _ in 0..20 {
            let (seen, error) = collect(&mut items).await;
            rest.extend(seen);
            if error.is_none() {
                return rest;
            }
        }
        panic!("no end");
    });
    assert_eq!(rest, [2, 3]);
}

#[tokio::test]
async fn a_stream_counts_and_leaves_out_repeats_if_asked_to() {
    // Item 2 is on two pages, item 3 on none.
    let pages = |request: &Request| match number(request, "page") {
        1 => page([0, 1, 2], 3),
        2 => page([2, 4, 5], 3),
        _ => page([6, 2], 3),
    };
    let shuffled = server(pages);
    let mut items = polar(&shuffled).events().list_names().stream().distinct_by(|item| item.name.clone());
    assert_eq!((items.size_hint(), items.repeats()), ((0, None), 0));
    assert_eq!(collect(&mut items).await.0, [0, 1, 2, 4, 5, 6]);
    assert_eq!(items.repeats(), 2);

    let asked_for_nothing = all(polar(&shuffled).events().list_names().stream()).await;
    assert_eq!(asked_for_nothing, [0, 1, 2, 2, 4, 5, 6, 2]);
}

#[tokio::test]
async fn pages_that_alternate_are_an_error() {
    // The list claims to have more pages than anyone can read.
    let alternating = server(|request| page([number(request, "page") % 2], i64::MAX));
    let mut items = polar(&alternating).events().list_names().stream();
    let (seen, error) = collect(&mut items).await;
    assert_eq!(seen, [1, 0]);
    let error = error.expect("the third page is the first again");
    assert!(std::error::Error::source(&error).expect("a source").to_string().contains("page 3 repeats"), "{error:?}");
    assert!(items.next().await.is_none());
    assert_eq!(pages_asked_for(&alternating), [1, 2, 3]);
}
