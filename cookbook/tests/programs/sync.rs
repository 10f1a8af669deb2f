use std::path::Path;

use polar_cookbook::{DEMO_ORDERS, demo_server};
use polar_loopback::Server;
use rusqlite::Connection;

use crate::program::{Program, command};

/// Starts the program against a server that outlives it.
fn start(path: &Path, server: &Server) -> Program {
    let mut command = command(env!("CARGO_BIN_EXE_sync"));
    Program::start(command.arg(path).env("POLAR_ACCESS_TOKEN", "polar_oat_test").env("POLAR_SERVER", server.url()))
}

fn pages_asked_for(server: &Server) -> Vec<String> {
    let pages = server
        .requests()
        .into_iter()
        .filter_map(|request| request.query.into_iter().find(|(name, _)| name == "page").map(|(_, value)| value));
    pages.collect()
}

#[test]
fn sync_resumes_after_a_kill() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("orders.db");
    let server = demo_server().expect("a server");
    for page in [2, 5, 9] {
        let mut program = start(&path, &server);
        program.line(&format!("stored page {page} of "));
        program.kill();
    }
    let text = start(&path, &server).finish();
    assert!(text.contains(&format!("{DEMO_ORDERS} orders are in ")), "{text}");

    let database = Connection::open(&path).expect("a database");
    let (count, cents): (i64, i64) = database
        .query_row("SELECT count(*), sum(net_cents) FROM orders", [], |row| Ok((row.get(0)?, row.get(1)?)))
        .expect("a row");
    assert_eq!(count, DEMO_ORDERS);
    assert_eq!(cents, (0..DEMO_ORDERS).map(|number| 900 + number * 7919 % 4100).sum::<i64>());
    // No run started over: the first page was requested once.
    assert_eq!(pages_asked_for(&server).iter().filter(|page| *page == "1").count(), 1);
}

#[test]
fn another_run_reads_the_last_page_only() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("orders.db");
    let server = demo_server().expect("a server");
    start(&path, &server).finish();
    let before = server.requests().len();
    assert!(start(&path, &server).finish().contains("stored page 12 of 12"));
    assert_eq!(pages_asked_for(&server)[before..], ["12"]);
}
