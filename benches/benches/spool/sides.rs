//! The sides, each of which runs in a process of its own and prints the number of events per second.

use std::env;
use std::future::Future;
use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Result, anyhow, bail, ensure};
use polar_client::codec::to_vec;
use polar_client::types::{EventCreateExternalCustomer, EventMetadataInput};
use polar_client::{Ingestor, Polar, Uuid};
use rusqlite::Connection;
use tokio::runtime;
use tokio::sync::oneshot;

/// The number of events pushed by several tasks, and by a single one, which waits for the disk each time.
const EVENTS: usize = 50_000;
const SINGLE_EVENTS: usize = 300;

/// Runs a side, and prints its figure.
///
/// # Errors
/// If anything fails, or if events are missing afterwards.
pub fn run(name: &str, pushers: usize) -> Result<()> {
    // The build folder is not on an in-memory file system.
    let program = env::current_exe()?;
    let folder = tempfile::tempdir_in(program.parent().unwrap_or(Path::new(".")))?;
    let runtime = runtime::Builder::new_multi_thread().enable_all().build()?;
    let figure = runtime.block_on(async {
        match name {
            "spool" => spool(&folder.path().join("events.redb"), pushers).await,
            "memory" => memory(pushers).await,
            "sqlite" => sqlite(&folder.path().join("events.sqlite"), pushers).await,
            _ => bail!("there is no side `{name}`"),
        }
    });
    println!("{}", figure?);
    Ok(())
}

/// Creates a client for an unreachable server.
fn polar() -> Result<Polar> {
    Ok(Polar::builder().token("polar_oat_bench").base_url("http://127.0.0.1:1")?.build()?)
}

fn event(number: usize) -> EventCreateExternalCustomer {
    let metadata = EventMetadataInput::new().with("model", "large").with("tokens", (number % 1000) as i64);
    EventCreateExternalCustomer::new("llm.call", format!("customer-{}", number % 97)).metadata(metadata)
}

/// Returns the number of events, and how many are pushed per second by `pushers` tasks.
async fn measure<P, F>(pushers: usize, push: P) -> Result<(usize, f64)>
where
    P: Fn(usize) -> F + Clone + Send + 'static,
    F: Future<Output = Result<()>> + Send,
{
    let events = if pushers == 1 { SINGLE_EVENTS } else { EVENTS };
    let begin = Instant::now();
    let tasks = (0..pushers).map(|pusher| {
        let push = push.clone();
        tokio::spawn(async move {
            for number in (pusher..events).step_by(pushers) {
                push(number).await?;
            }
            Ok::<(), anyhow::Error>(())
        })
    });
    for task in tasks.collect::<Vec<_>>() {
        task.await??;
    }
    Ok((events, events as f64 / begin.elapsed().as_secs_f64()))
}

async fn ingest(ingestor: Ingestor, pushers: usize) -> Result<f64> {
    let pushing = ingestor.clone();
    let push = move |number| {
        let ingestor = pushing.clone();
        async move { Ok(ingestor.push(event(number)).await?) }
    };
    let (events, figure) = measure(pushers, push).await?;
    let totals = ingestor.shutdown(Duration::ZERO).await.totals;
    ensure!(totals.pending == events as u64, "{totals:?}");
    Ok(figure)
}

async fn spool(path: &Path, pushers: usize) -> Result<f64> {
    let figure = ingest(polar()?.events().ingestor().spool(path).start()?, pushers).await?;
    let reopened = polar()?.events().ingestor().spool(path).start()?;
    ensure!(reopened.totals().recovered > 0, "nothing was stored");
    reopened.shutdown(Duration::ZERO).await;
    Ok(figure)
}

async fn memory(pushers: usize) -> Result<f64> {
    ingest(polar()?.events().ingestor().buffer_bytes(64 * 1024 * 1024).start()?, pushers).await
}

/// An event to insert, and the task that waits for it.
type Insert = (Vec<u8>, oneshot::Sender<Result<(), String>>);

/// Inserts into SQLite as a program would: a thread owns the connection, and waiting events share a transaction.
async fn sqlite(path: &Path, pushers: usize) -> Result<f64> {
    let connection = Connection::open(path)?;
    connection.execute_batch(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
         CREATE TABLE events (key INTEGER PRIMARY KEY, event BLOB NOT NULL);",
    )?;
    let (sender, receiver) = mpsc::channel();
    let thread = thread::spawn(move || insert_all(connection, &receiver));
    let sender = Arc::new(sender);
    let push = {
        let sender = Arc::clone(&sender);
        move |number| {
            let sender = Arc::clone(&sender);
            async move {
                let event = event(number).external_id(Uuid::from_u128(number as u128).to_string());
                let (done, is_done) = oneshot::channel();
                sender.send((to_vec(&event), done))?;
                is_done.await?.map_err(|error| anyhow!(error))
            }
        }
    };
    let (events, figure) = measure(pushers, push).await?;
    drop(sender);
    let inserted = thread.join().map_err(|_| anyhow!("the thread panicked"))??;
    ensure!(inserted == events, "{inserted} events in the table");
    Ok(figure)
}

/// Inserts events until all senders are dropped, and returns the number of rows.
fn insert_all(mut connection: Connection, inserts: &Receiver<Insert>) -> rusqlite::Result<usize> {
    while let Ok(first) = inserts.recv() {
        let (events, waiting): (Vec<_>, Vec<_>) = std::iter::once(first).chain(inserts.try_iter()).unzip();
        let result = insert(&mut connection, &events).map_err(|error| error.to_string());
        for waiting in waiting {
            let _ = waiting.send(result.clone());
        }
    }
    connection.query_row("SELECT count(*) FROM events", [], |row| row.get::<_, i64>(0)).map(|count| count as usize)
}

fn insert(connection: &mut Connection, events: &[Vec<u8>]) -> rusqlite::Result<()> {
    let transaction = connection.transaction()?;
    {
        let mut statement = transaction.prepare_cached("INSERT INTO events (event) VALUES (?1)")?;
        for event in events {
            statement.execute([event])?;
        }
    }
    transaction.commit()
}
