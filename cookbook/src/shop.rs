use std::env;
use std::error::Error;
use std::time::Duration;

use polar_client::{CustomerPortal, Polar};
use polar_loopback::Server;

use crate::demo_server;

/// The shop of a program: your own account, or the demo.
#[derive(Debug)]
pub struct Shop {
    /// A client for the shop.
    pub polar: Polar,
    demo: Option<Server>,
}

impl Shop {
    /// Connects to your own account if `POLAR_ACCESS_TOKEN` is set, with the server in `POLAR_SERVER`, and otherwise
    /// starts the demo.
    ///
    /// # Errors
    /// If the environment is invalid, or if the server of the demo cannot be started.
    pub fn open() -> Result<Self, Box<dyn Error>> {
        if env::var_os("POLAR_ACCESS_TOKEN").is_some() {
            println!("POLAR_ACCESS_TOKEN is set: this is your own account.");
            let builder = Polar::builder().token(env::var("POLAR_ACCESS_TOKEN")?).server_from_env()?;
            return Ok(Self { polar: builder.on_retry(announce).build()?, demo: None });
        }
        let server = demo_server()?;
        println!("POLAR_ACCESS_TOKEN is not set: this is the demo, at {}.", server.url());
        let polar = Polar::builder().token("polar_oat_demo").base_url(&server.url())?.on_retry(announce).build()?;
        Ok(Self { polar, demo: Some(server) })
    }

    /// Returns true if this is the demo.
    pub fn is_demo(&self) -> bool {
        self.demo.is_some()
    }

    /// Creates a client of the customer portal.
    ///
    /// # Errors
    /// If the token is not that of a customer's session.
    pub fn portal(&self, token: &str) -> Result<CustomerPortal, Box<dyn Error>> {
        let portal = CustomerPortal::builder().token(token);
        let portal = match &self.demo {
            Some(server) => portal.base_url(&server.url())?,
            None => portal.server_from_env()?,
        };
        Ok(portal.build()?)
    }
}

/// Prints why the program is waiting.
fn announce(error: &polar_client::Error, wait: Duration) {
    eprintln!("{error}; trying again in {:.1} s", wait.as_secs_f64());
}

/// Waits for Ctrl-C, or for SIGTERM on Unix.
pub async fn stop_signal() {
    let interrupted = async {
        if let Err(error) = tokio::signal::ctrl_c().await {
            eprintln!("Ctrl-C is not handled: {error}");
            std::future::pending::<()>().await;
        }
    };
    #[cfg(unix)]
    let terminated = async {
        match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
            Ok(mut signal) => drop(signal.recv().await),
            Err(error) => {
                eprintln!("SIGTERM is not handled: {error}");
                std::future::pending::<()>().await;
            }
        }
    };
    #[cfg(not(unix))]
    let terminated = std::future::pending::<()>();
    tokio::select! {
        () = interrupted => {}
        () = terminated => {}
    }
}
