//! What the programs of the cookbook share: a shop that they work with.

mod demo;
mod shop;

pub use demo::{DEMO_ORDERS, demo_server};
pub use shop::{Shop, told_to_stop};
