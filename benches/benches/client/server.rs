//! The server, which has an order and pages of customers, and counts events.

use std::io::Read;
use std::time::Duration;

use anyhow::{Context, Result};
use polar_loopback::{Reply, Request, Server};
use uuid::Uuid;

use crate::recorded;

/// The number of items per page.
pub const PAGE: usize = 100;

/// The configuration of a server.
pub struct Setting {
    /// The number of pages of customers.
    pub pages: usize,
    /// The delay of each response.
    pub delay: Duration,
}

impl Setting {
    /// Returns program arguments: the number of pages, and the delay in milliseconds.
    pub fn to_arguments(&self) -> (String, String) {
        (self.pages.to_string(), self.delay.as_millis().to_string())
    }

    /// Parses program arguments.
    ///
    /// # Errors
    /// If they are not numbers.
    pub fn from_arguments(pages: &str, delay: &str) -> Result<Self> {
        let delay = Duration::from_millis(delay.parse().context("the delay")?);
        Ok(Self { pages: pages.parse().context("the pages")?, delay })
    }
}

/// Returns the id of a customer, by position in the list.
pub fn id(place: usize) -> Uuid {
    Uuid::from_u128(place as u128 + 1)
}

/// A page whose item ids can be replaced.
struct Page {
    body: Vec<u8>,
    /// The positions of the ids.
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

    /// Returns a page by number, starting from 1.
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

/// Prints its URL, and serves requests until standard input ends.
///
/// # Errors
/// If the recordings cannot be read, or the server cannot be started.
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

/// Counts the events in a request: each is an object with a nested object, and the list is in another object.
fn events(request: &Request) -> usize {
    request.body.iter().filter(|byte| **byte == b'}').count() / 2
}
