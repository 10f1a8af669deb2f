//! OAuth 2 ([RFC 6749](https://www.rfc-editor.org/rfc/rfc6749)), to act on behalf of users.
//!
//! Programs that act for users of Polar, rather than for their own organization, redirect them to a consent page,
//! receive a code, and exchange it for tokens. An [`OAuth2Client`] does this; a [`Session`] refreshes the tokens while
//! a [`Polar`](crate::Polar) client uses them.
//!
//! ```no_run
//! # async fn example(redirect: &str) -> Result<(), polar_client::Error> {
//! use polar_client::Polar;
//! use polar_client::sign_in::OAuth2Client;
//! use polar_client::types::Scope;
//!
//! let oauth = OAuth2Client::builder("polar_ci_x", "https://my.app/callback").client_secret("polar_cs_x").build()?;
//!
//! // Send the person to the address, and keep what is pending in their session with you.
//! let (address, pending) = oauth.authorization([Scope::Openid, Scope::CustomersRead]).url();
//! println!("{address}");
//!
//! // Polar sends them back to https://my.app/callback?code=…&state=…
//! let tokens = oauth.exchange(pending, redirect).await?;
//! let session = oauth.session(tokens).on_refresh(|tokens| async move { store(tokens).await }).build()?;
//! let polar = Polar::builder().oauth2(session).build()?;
//! let customers = polar.customers().list().await?;
//! # Ok(())
//! # }
//! # async fn store(_: polar_client::sign_in::Tokens) {}
//! ```

mod authorization;
mod client;
mod session;
mod tokens;

pub use authorization::{Authorization, AuthorizationError, Pending};
pub use client::{Introspection, OAuth2Client, OAuth2ClientBuilder};
pub use session::{Session, SessionBuilder};
pub use tokens::Tokens;
