//! The sides, each of which runs in a process of its own and prints a figure.

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

/// The number of GETs per round.
const GETS: u32 = 2000;
/// The number of GETs before measuring.
const WARM_UP: u32 = 200;
/// The number of events sent by the ingestor.
const EVENTS: usize = 100_000;
/// The number of events sent one by one.
const SINGLE_EVENTS: usize = 2500;
/// The number of pages to prefetch.
const AHEAD: usize = 8;

/// Runs a side, and prints its figure.
///
/// # Errors
/// If anything fails, or a response is unexpected.
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

/// Creates a runtime like most programs do.
fn runtime() -> Result<Runtime> {
    Ok(runtime::Builder::new_multi_thread().enable_all().build()?)
}

/// Returns the user and system CPU time per GET through the client, in microseconds.
fn get(url: &str) -> Result<f64> {
    let polar = polar(url)?;
    let id = OrderId::new(Uuid::from_u128(7));
    cpu_time_of(async || Ok(polar.orders().get(id).await?))
}

/// Returns the CPU time per GET through bare reqwest, in microseconds. The HTTP client is configured like ours, with a
/// precomputed token header and no timeout.
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

/// Returns the CPU time per call on a single thread, in microseconds.
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

/// Returns the CPU time that this process has used.
fn cpu_time() -> Result<Duration> {
    Duration::try_from(clock_gettime(ClockId::ProcessCPUTime)).context("the CPU time is negative")
}

/// Returns how many seconds it takes to read all pages. Also checks that all items arrive in order.
fn pages(url: &str, ahead: usize) -> Result<f64> {
    let polar = polar(url)?;
    runtime()?.block_on(async {
        let begin = Instant::now();
        read(&polar, ahead).await?;
        Ok(begin.elapsed().as_secs_f64())
    })
}

/// Returns the peak memory of this process after reading all items, in MB.
fn stream(url: &str) -> Result<f64> {
    let polar = polar(url)?;
    runtime()?.block_on(read(&polar, 0))?;
    let status = fs::read_to_string("/proc/self/status")?;
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")?.trim().strip_suffix(" kB"));
    let kibibytes: f64 = peak.context("no peak in /proc/self/status")?.parse()?;
    Ok(kibibytes * 1024.0 / 1e6)
}

/// Reads all items of a list in order.
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

/// Returns the number of events per second through the ingestor.
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

/// Returns the number of events per second with one request per event.
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
    EventCreateExternalCustomer::new("llm.call", format!("customer-{}", number % 97)).metadata(metadata)
}
