//! Runs the cookbook's programs as processes, without an account, over HTTP on loopback.

#![cfg(unix)]

mod api;
mod checkout;
mod export;
mod license_key;
mod metering;
mod paywall;
mod portal;
mod program;
mod revenue;
mod sync;
mod webhooks;
