//! The bodies to decode, and the sides that decode them.

mod plain;

use std::fmt::Display;
use std::hint::black_box;

use polar_client::codec::Decode as Ours;
use polar_client::{Page, types};
use polar_sh::types as peer;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::recorded::{self, recorded};

/// The number of items per page.
const PAGE: usize = 100;

/// The sides, in the order of [`Shape::sides`].
pub const SIDES: [&str; 5] = ["ours", "Value", "polar-sh", "plain structs", "SIMD DOM"];

/// Decodes a body and drops the value.
pub type Decode = fn(&[u8]) -> Result<(), String>;

/// A body, and a decoding function for each side.
pub struct Shape {
    /// What it is.
    pub name: String,
    /// The JSON, compact and in the API's order of properties.
    pub body: Vec<u8>,
    /// The decoding functions, in the order of [`SIDES`].
    pub sides: [Decode; SIDES.len()],
}

/// Returns all shapes: for each resource a page, and its first item.
///
/// # Errors
/// If the recordings cannot be read, or have no items of a resource.
pub fn shapes() -> anyhow::Result<Vec<Shape>> {
    let customers = recorded(&["customers:list"])?;
    let mut events = recorded(&["events:list", "events:get"])?;
    events.retain(|event| event.contains(r#""source":"system""#));
    let products = recorded(&["products:get", "products:create", "products:update_benefits"])?;
    let subscriptions = recorded(&["subscriptions:get", "subscriptions:revoke"])?;
    let shapes = [
        shapes_of::<Page<types::Order>, types::Order, peer::ListResourceOrder, peer::Order, plain::Order>(
            "order",
            &recorded(&["orders:list"])?,
        ),
        shapes_of::<
            Page<types::Subscription>,
            types::Subscription,
            peer::ListResourceSubscription,
            peer::Subscription,
            plain::Subscription,
        >("subscription", &subscriptions),
        shapes_of::<Page<types::Product>, types::Product, peer::ListResourceProduct, peer::Product, plain::Product>(
            "product", &products,
        ),
        shapes_of::<Page<types::Customer>, types::Customer, peer::ListResourceCustomer, peer::Customer, plain::Customer>(
            "customer", &customers,
        ),
        shapes_of::<Page<types::Event>, types::Event, peer::ListResourceEvent, peer::Event, plain::Event>(
            "system event",
            &events,
        ),
        shapes_of::<Page<types::Benefit>, types::Benefit, peer::ListResourceBenefit, peer::Benefit, plain::Benefit>(
            "benefit",
            &recorded(&["benefits:update"])?,
        ),
        shapes_of::<Page<types::Discount>, types::Discount, peer::ListResourceDiscount, peer::Discount, plain::Discount>(
            "discount",
            &recorded(&["discounts:list"])?,
        ),
    ];
    let (pages, items): (Vec<_>, Vec<_>) = shapes.into_iter().unzip();
    Ok(pages.into_iter().chain(items).collect())
}

/// Returns the page and the item of a resource, given our types, those of polar-sh, and the plain item.
fn shapes_of<OurPage: Ours, OurItem: Ours, TheirPage, TheirItem, PlainItem>(
    name: &str,
    items: &[String],
) -> (Shape, Shape)
where
    TheirPage: DeserializeOwned,
    TheirItem: DeserializeOwned,
    PlainItem: DeserializeOwned,
{
    let page = recorded::page(items.iter().cycle().take(PAGE), 1);
    let page = Shape {
        name: format!("{PAGE} {name}s"),
        body: page.into_bytes(),
        sides: [ours::<OurPage>, serde::<Value>, serde::<TheirPage>, serde::<plain::Page<PlainItem>>, simd],
    };
    let item = Shape {
        name: format!("1 {name}"),
        body: items[0].clone().into_bytes(),
        sides: [ours::<OurItem>, serde::<Value>, serde::<TheirItem>, serde::<PlainItem>, simd],
    };
    (page, item)
}

fn ours<T: Ours>(body: &[u8]) -> Result<(), String> {
    outcome(&polar_client::codec::from_slice::<T>(body))
}

fn serde<T: DeserializeOwned>(body: &[u8]) -> Result<(), String> {
    outcome(&serde_json::from_slice::<T>(body))
}

fn simd(body: &[u8]) -> Result<(), String> {
    outcome(&sonic_rs::from_slice::<sonic_rs::Value>(body))
}

/// Uses the decoded value, so that the compiler cannot optimize it away.
fn outcome<T, E: Display>(decoded: &Result<T, E>) -> Result<(), String> {
    black_box(decoded).as_ref().map(drop).map_err(E::to_string)
}
