//! Cursor-based lists of events.

use super::*;

fn event(index: i64) -> Value {
    json!({
        "id": "0eaa044b-4da8-4737-af3a-aefc02729b2a",
        "timestamp": "2026-04-01T00:00:00Z",
        "organization_id": "0eaa044b-4da8-4737-af3a-aefc02729b2a",
        "customer_id": null,
        "customer": null,
        "external_customer_id": null,
        "label": "Test",
        "name": format!("event {index}"),
        "source": "user",
        "metadata": {},
    })
}

fn cursor_page(items: impl IntoIterator<Item = i64>, more: bool) -> Reply {
    let items: Vec<Value> = items.into_iter().map(event).collect();
    Reply::json(200, &json!({ "items": items, "pagination": { "has_next_page": more } }))
}

async fn event_names(mut events: ItemStream<Event>) -> Vec<String> {
    let mut names = Vec::new();
    while let Some(event) = events.next().await {
        names.push(event.expect("no error").name().to_string());
    }
    names
}

#[tokio::test]
async fn cursor_mode_ends_without_a_next_page() {
    for ahead in [0, 1, 5] {
        let server = server(|request| {
            let number = number(request, "page");
            cursor_page([number], number < 4)
        });
        let events = polar(&server).events().list().by_cursor().stream().read_ahead(ahead);
        assert_eq!(event_names(events).await, ["event 1", "event 2", "event 3", "event 4"]);
        assert_eq!(pages_asked_for(&server), [1, 2, 3, 4], "one after another, and none beyond the last");
        for request in server.requests() {
            assert!(request.query.contains(&("cursor_pagination".into(), "true".into())), "{:?}", request.query);
            assert_eq!(number(&request, "limit"), 100);
        }
    }
}

#[tokio::test]
async fn cursor_mode_ends_on_an_empty_page_and_continues_after_an_error() {
    let failed = AtomicBool::new(false);
    let server = server(move |request| match number(request, "page") {
        3 => cursor_page([], true),
        2 if !failed.swap(true, Ordering::SeqCst) => Reply::new(404),
        number => cursor_page([number], true),
    });
    let mut events = polar(&server).events().list().by_cursor().stream().read_ahead(1);
    assert!(events.next().await.expect("an event").is_ok());
    assert!(events.next().await.expect("an error").is_err());
    assert_eq!(event_names(events).await, ["event 2"]);
    assert_eq!(pages_asked_for(&server), [1, 2, 2, 3]);
}

#[tokio::test]
async fn numbered_pages_of_events_end_with_the_last() {
    let server = server(|request| {
        let number = number(request, "page");
        let pagination = json!({ "total_count": 3, "max_page": 3 });
        Reply::json(200, &json!({ "items": [event(number)], "pagination": pagination }))
    });
    let events = polar(&server).events().list().stream().read_ahead(2);
    assert_eq!(event_names(events).await, ["event 1", "event 2", "event 3"]);
    assert_eq!(server.requests().len(), 3);
}

#[tokio::test]
async fn each_mode_has_a_page_of_its_own() {
    let server = server(|request| match request.query.iter().any(|(name, _)| name == "cursor_pagination") {
        true => cursor_page([1, 2], true),
        false => Reply::json(200, &json!({ "items": [event(1)], "pagination": { "total_count": 3, "max_page": 3 } })),
    });
    let list = || polar(&server).events().list().name("event").limit(2).extra_query("beta", "yes");
    let numbered: Page<Event> = list().await.expect("a page");
    assert_eq!((numbered.items.len(), numbered.pagination.max_page, numbered.pagination.total_count), (1, 3, 3));
    let page: CursorPage<Event> = list().by_cursor().await.expect("a page");
    assert!(page.has_next_page);
    assert_eq!(page.into_iter().map(|event| event.name().to_string()).collect::<Vec<_>>(), ["event 1", "event 2"]);

    let requests = server.requests();
    let [of_numbered, of_cursor] = &requests[..] else { panic!("{requests:?}") };
    let expected = [("name", "event"), ("limit", "2"), ("beta", "yes"), ("cursor_pagination", "true")];
    let expected = expected.map(|(name, value)| (name.to_owned(), value.to_owned()));
    assert_eq!(of_numbered.query, expected[..3]);
    assert_eq!(of_cursor.query, expected);
}

#[tokio::test]
async fn a_page_of_the_other_mode_is_an_error() {
    let server = server(|_| cursor_page([1], true));
    let error = polar(&server).events().list().await.expect_err("no counts");
    let problem = error.decode_error().expect("an error of the body");
    assert_eq!((problem.path().as_str(), problem.message()), ("$.pagination", "missing property `total_count`"));
}

#[tokio::test]
async fn the_greatest_page_number_of_events_does_not_overflow() {
    let server = server(|_| cursor_page([1], true));
    let mut pages = polar(&server).events().list().by_cursor().pages().from_page(i64::MAX);
    assert!(pages.next().await.expect("a page").is_ok());
    assert!(pages.next().await.is_none());
}
