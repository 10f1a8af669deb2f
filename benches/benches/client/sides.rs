//! The sides that are measured, each run in a process of its own. Each says one figure.

use std::fs;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use polar_client::codec::from_slice;
use polar_client::reqwest::header::{AUTHORIZATION, HeaderMap, HeaderValue};
use polar_client::reqwest::{self, Url};
use polar_client::types::{EventCreateExternalCustomer, EventMetadataInput, EventsIngest, Order, OrderId};
use polar_client::{Polar, Uuid};
use rustix::time::{ClockId, clock_gettime};
use tokio::runtime::{self, Runtime};

use crate::server;

const TOKEN: &str = "polar_oat_bench";

/// How many times an order is asked for in a round.
const GETS: u32 = 2000;
/// How many times it is asked for before the clock starts.
const WARM_UP: u32 = 200;
/// How many events the ingestor takes.
const EVENTS: usize = 100_000;
/// How many events are sent one by one.
const SINGLE_EVENTS: usize = 2500;
/// How many pages are read ahead.
const AHEAD: usize = 8;

/// Runs a side, and prints its figure.
///
/// # Errors
/// If anything fails, or an answer is not what it should be.
pub fn run(name: &str, url: &str) -> Result<()> {
    let figure = match name {
        "get" => get(url)?,
        "get-with-codec" => bare_get(url, |body| Ok(from_slice(body)?))?,
        "get-with-serde" => bare_get(url, |body| Ok(serde_json::from_slice(body)?))?,
        "pages" => pages(url, 0)?,
        "pages-ahead" => pages(url, AHEAD)?,
        "ingest" => ingest(url)?,
        "ingestor" => ingestor(url)?,
        "stream" => stream(url)?,
        _ => bail!("there is no side `{name}`"),
    };
    println!("{figure}");
    Ok(())
}

fn polar(url: &str) -> Result<Polar> {
    Ok(Polar::builder().token(TOKEN).base_url(url)?.build()?)
}

/// A runtime as most programs have it.
fn runtime() -> Result<Runtime> {
    Ok(runtime::Builder::new_multi_thread().enable_all().build()?)
}

/// The CPU time in microseconds, of user and system, that this process takes for each GET through the client.
fn get(url: &str) -> Result<f64> {
    let polar = polar(url)?;
    let id = OrderId::new(Uuid::from_u128(7));
    cpu_time_of(async || Ok(polar.orders().get(id).await?))
}

/// The CPU time in microseconds that this process takes for each GET through reqwest alone: a client built as ours
/// builds it, the token in a header that is made once, no timeout.
fn bare_get(url: &str, decode: fn(&[u8]) -> Result<Order>) -> Result<f64> {
    let token = HeaderValue::from_str(&format!("Bearer {TOKEN}"))?;
    let headers = HeaderMap::from_iter([(AUTHORIZATION, token)]);
    let http: reqwest::Client = polar_client::client::http_builder()?.default_headers(headers).build()?;
    let url = Url::parse(url)?;
    let id = Uuid::from_u128(7);
    cpu_time_of(async || {
        let response = http.get(url.join(&format!("/v1/orders/{id}"))?).send().await?.error_for_status()?;
        decode(&response.bytes().await?)
    })
}

/// The CPU time in microseconds of each call, on one thread.
fn cpu_time_of(call: impl AsyncFn() -> Result<Order>) -> Result<f64> {
    runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
        for _ in 0..WARM_UP {
            call().await?;
        }
        let begin = cpu_time()?;
        for _ in 0..GETS {
            call().await?;
        }
        Ok((cpu_time()? - begin).as_secs_f64() * 1e6 / f64::from(GETS))
    })
}

/// The CPU time that this process has taken so far.
fn cpu_time() -> Result<Duration> {
    Duration::try_from(clock_gettime(ClockId::ProcessCPUTime)).context("the CPU time is negative")
}

/// How many seconds it takes to read all pages; also that all items come, in their order.
fn pages(url: &str, ahead: usize) -> Result<f64> {
    let polar = polar(url)?;
    runtime()?.block_on(async {
        let begin = Instant::now();
        read(&polar, ahead).await?;
        Ok(begin.elapsed().as_secs_f64())
    })
}

/// The most memory, in MB, that this process has had after it took all items.
fn stream(url: &str) -> Result<f64> {
    let polar = polar(url)?;
    runtime()?.block_on(read(&polar, 0))?;
    let status = fs::read_to_string("/proc/self/status")?;
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")?.trim().strip_suffix(" kB"));
    let kibibytes: f64 = peak.context("no peak in /proc/self/status")?.parse()?;
    Ok(kibibytes * 1024.0 / 1e6)
}

/// Takes all items of a list, in order.
async fn read(polar: &Polar, ahead: usize) -> Result<()> {
    let mut customers = polar.customers().list().stream().read_ahead(ahead);
    let mut place = 0;
    while let Some(customer) = customers.next().await {
        let customer = customer?;
        let id = customer.id();
        ensure!(id.as_uuid() == server::id(place), "the customer at {place} is {id}");
        place += 1;
    }
    ensure!(place > 0 && place % server::PAGE == 0, "{place} customers");
    Ok(())
}

/// How many events there are a second through the ingestor.
fn ingestor(url: &str) -> Result<f64> {
    let polar = polar(url)?;
    runtime()?.block_on(async {
        let begin = Instant::now();
        let ingestor = polar.events().ingestor().start()?;
        for number in 0..EVENTS {
            ingestor.push(event(number)).await?;
        }
        let totals = ingestor.shutdown(Duration::from_secs(60)).await.totals;
        let took = begin.elapsed();
        ensure!(totals.inserted == EVENTS as u64, "{totals:?}");
        Ok(EVENTS as f64 / took.as_secs_f64())
    })
}

/// How many events there are a second with a request for each.
fn ingest(url: &str) -> Result<f64> {
    let polar = polar(url)?;
    runtime()?.block_on(async {
        let begin = Instant::now();
        for number in 0..SINGLE_EVENTS {
            let answer = polar.events().ingest(EventsIngest::new([event(number).into()])).await?;
            ensure!(answer.inserted == 1, "{answer:?}");
        }
        Ok(SINGLE_EVENTS as f64 / begin.elapsed().as_secs_f64())
    })
}

fn event(number: usize) -> EventCreateExternalCustomer {
    let metadata = EventMetadataInput::new().with("model", "large").with("tokens", (number % 1000) as i64);
    EventCreateExternalCustomer::new(format!("customer-{}", number % 97), "llm.call").metadata(metadata)
}
