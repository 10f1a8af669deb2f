//! Prefetching of pages.

use super::*;

/// Starts a slow server of twenty pages, where of three pages the later ones arrive first. Counts concurrent requests.
fn busy_server(most: Arc<AtomicUsize>) -> Server {
    let now = AtomicUsize::new(0);
    server(move |request| {
        let number = number(request, "page");
        let busy = now.fetch_add(1, Ordering::SeqCst) + 1;
        most.fetch_max(busy, Ordering::SeqCst);
        std::thread::sleep(Duration::from_millis(5 + 15 * (3 - number.rem_euclid(3)).unsigned_abs()));
        now.fetch_sub(1, Ordering::SeqCst);
        page([number * 2, number * 2 + 1], 20)
    })
}

#[tokio::test]
async fn read_ahead_keeps_order_and_limits_pages_in_flight() {
    for ahead in [0, 1, 4] {
        let most = Arc::new(AtomicUsize::new(0));
        let server = busy_server(Arc::clone(&most));
        let items = all(polar(&server).events().list_names().stream().read_ahead(ahead)).await;
        assert_eq!(items, (2..42).collect::<Vec<_>>(), "read-ahead {ahead}");
        let most = most.load(Ordering::SeqCst);
        assert!(most <= ahead.max(1), "{most} requests at once with read-ahead {ahead}");
        assert!(ahead < 4 || most > 1, "read-ahead asks for pages at the same time");
        let mut asked = pages_asked_for(&server);
        assert_eq!(asked[0], 1);
        asked.sort();
        assert_eq!(asked, (1..=20).collect::<Vec<_>>(), "every page once");
    }
}

/// Waits until the server has received this many requests.
async fn asked(server: &Server, count: usize) {
    let patience = Duration::from_secs(20);
    let wait = async {
        while server.requests().len() < count {
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    };
    tokio::time::timeout(patience, wait).await.unwrap_or_else(|_| panic!("{} of {count}", server.requests().len()));
}

#[tokio::test]
async fn prefetching_proceeds_in_the_background_up_to_its_limit() {
    let server = server(|request| page([number(request, "page")], 50));
    let mut items = polar(&server).events().list_names().stream().read_ahead(3);
    items.next().await.expect("an item").expect("no error");
    // Pages arrive although the stream is not polled, but only three, since none are consumed.
    asked(&server, 4).await;
    tokio::time::sleep(Duration::from_millis(50)).await;
    let mut pages = pages_asked_for(&server);
    pages.sort();
    assert_eq!(pages, [1, 2, 3, 4]);
    items.next().await.expect("an item").expect("no error");
    asked(&server, 5).await;
}

#[tokio::test]
async fn without_read_ahead_a_page_is_asked_for_when_it_is_wanted() {
    let server = server(|request| list(request, 6));
    let mut items = polar(&server).events().list_names().limit(2).stream();
    for expected in [1, 1, 2, 2, 3, 3] {
        items.next().await.expect("an item").expect("no error");
        assert_eq!(server.requests().len(), expected);
    }
}

#[tokio::test]
async fn slow_consumer_does_not_time_out_prefetched_pages() {
    let server = server(|request| page([number(request, "page")], 3));
    let timeout = Duration::from_secs(1);
    let mut items = polar(&server).events().list_names().timeout(timeout).stream().read_ahead(2);
    for expected in 1..=3 {
        assert_eq!(index(&items.next().await.expect("an item").expect("no error")), expected);
        tokio::time::sleep(timeout + Duration::from_millis(100)).await;
    }
}

#[tokio::test]
async fn dropping_a_stream_aborts_its_requests() {
    let released = Arc::new(AtomicBool::new(false));
    let server = server({
        let released = Arc::clone(&released);
        move |request| match number(request, "page") {
            1 => page([1], 100),
            number => {
                while !released.load(Ordering::SeqCst) {
                    std::thread::sleep(Duration::from_millis(2));
                }
                page([number], 100)
            }
        }
    });
    let policy = RetryPolicy::default();
    let mut items = polar(&server).events().list_names().retry(policy).stream().read_ahead(3);
    items.next().await.expect("an item").expect("no error");
    asked(&server, 4).await;
    let tasks = || tokio::runtime::Handle::current().metrics().num_alive_tasks();
    let before = tasks();
    drop(items);
    released.store(true, Ordering::SeqCst);
    let ended = async {
        while tasks() + 3 > before {
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(20), ended).await.expect("the tasks end with the stream");
    assert_eq!(server.requests().len(), 4, "nothing is asked for after the stream is gone");
}
