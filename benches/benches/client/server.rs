//! The server's side: an order, pages of customers, and a count of events.

use std::io::Read;
use std::time::Duration;

use anyhow::{Context, Result};
use polar_loopback::{Reply, Request, Server};
use uuid::Uuid;

use crate::recorded;

/// How many items a page has.
pub const PAGE: usize = 100;

/// What a server is like.
pub struct Setting {
    /// How many pages its list of customers has.
    pub pages: usize,
    /// How long it takes for each answer.
    pub delay: Duration,
}

impl Setting {
    /// As arguments of a program: the pages, and the delay in milliseconds.
    pub fn to_arguments(&self) -> (String, String) {
        (self.pages.to_string(), self.delay.as_millis().to_string())
    }

    /// The setting that these arguments stand for.
    ///
    /// # Errors
    /// If they are no numbers.
    pub fn from_arguments(pages: &str, delay: &str) -> Result<Self> {
        let delay = Duration::from_millis(delay.parse().context("the delay")?);
        Ok(Self { pages: pages.parse().context("the pages")?, delay })
    }
}

/// The id of a customer, by its place in the list.
pub fn id(place: usize) -> Uuid {
    Uuid::from_u128(place as u128 + 1)
}

/// A page whose items have ids that can be replaced.
struct Page {
    body: Vec<u8>,
    /// Where the ids are.
    ids: Vec<usize>,
}

impl Page {
    fn new(pages: usize) -> Result<Self> {
        const BEGIN: &str = r#"{"id":""#;
        let customers = recorded::recorded(&["customers:list"])?;
        let body = recorded::page(customers.iter().cycle().take(PAGE), pages);
        let ids: Vec<usize> = body.match_indices(BEGIN).map(|(place, _)| place + BEGIN.len()).collect();
        anyhow::ensure!(ids.len() == PAGE, "{} of {PAGE} customers begin with their id", ids.len());
        Ok(Self { body: body.into_bytes(), ids })
    }

    /// The page of this number; the first is 1.
    fn number(&self, number: usize) -> Vec<u8> {
        let mut body = self.body.clone();
        for (index, begin) in self.ids.iter().enumerate() {
            let place = number.saturating_sub(1) * PAGE + index;
            let end = begin + uuid::fmt::Hyphenated::LENGTH;
            id(place).hyphenated().encode_lower(&mut body[*begin..end]);
        }
        body
    }
}

/// Says where it is, and serves until its input ends.
///
/// # Errors
/// If the recordings cannot be read, or no server be started.
pub fn serve(setting: &Setting) -> Result<()> {
    let order = recorded::recorded(&["orders:list"])?.swap_remove(0);
    let page = Page::new(setting.pages)?;
    let delay = setting.delay;
    let server = Server::start_unchecked(move |request| {
        let body = match request.path.as_str() {
            "/v1/customers/" => page.number(page_number(request)),
            "/v1/events/ingest" => format!(r#"{{"inserted":{},"duplicates":0}}"#, events(request)).into_bytes(),
            _ => order.clone().into_bytes(),
        };
        Reply::text(200, "application/json", body).delay(delay)
    })?;
    println!("{}", server.url());
    std::io::stdin().read_to_end(&mut Vec::new())?;
    Ok(())
}

fn page_number(request: &Request) -> usize {
    let page = request.query.iter().find(|(name, _)| name == "page");
    page.and_then(|(_, number)| number.parse().ok()).unwrap_or(1)
}

/// How many events a request has: each is an object with another in it, and the list is in one more.
fn events(request: &Request) -> usize {
    request.body.iter().filter(|byte| **byte == b'}').count() / 2
}
