//! The shop that the cookbook's programs share.

mod demo;
mod shop;

pub use demo::{DEMO_ORDERS, demo_server};
pub use shop::{Shop, stop_signal};
