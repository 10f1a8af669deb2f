//! The clients: who calls the API, and where it is.

mod builder;
mod credential;
mod server;
mod tls;

use std::fmt;
use std::marker::PhantomData;

pub use builder::{Builder, http_builder};
pub use credential::{AccessToken, CredentialType, CustomerSession, MemberSession, Portal};
pub use server::Server;

use crate::calls::by_id::CallById;
use crate::calls::operation::Operation;
use crate::calls::transport::Transport;

/// A client of the API, for one kind of credential.
///
/// It holds a connection pool and is cheap to clone: clones share the pool. Each resource has a handle, and each
/// operation a method on it. The future of a request owns what it needs, so it can be spawned.
///
/// The type parameter decides which operations there are. Use the names [`Polar`], [`CustomerPortal`] and
/// [`MemberPortal`]. Operations that need no token are on all of them, and are sent without one.
pub struct Client<C> {
    transport: Transport,
    credential: PhantomData<fn() -> C>,
}

/// A client of the API, for an organization or a user.
///
/// ```no_run
/// # async fn example() -> Result<(), polar_client::Error> {
/// let polar = polar_client::Polar::new("polar_oat_x")?;
/// let page = polar.customers().list().query("jane").limit(50).await?;
/// for customer in page {
///     println!("{customer:?}");
/// }
/// # Ok(())
/// # }
/// ```
pub type Polar = Client<AccessToken>;

/// A client of the customer portal, for a customer.
///
/// Its token comes from `customer_sessions().create(…)`. The operations of the portal are methods by their ids without
/// `customer_portal`. A member's session belongs to [`MemberPortal`], which has more operations.
///
/// ```no_run
/// # async fn example() -> Result<(), polar_client::Error> {
/// let portal = polar_client::CustomerPortal::new("polar_cst_x")?;
/// let orders = portal.orders().list().await?;
/// # Ok(())
/// # }
/// ```
pub type CustomerPortal = Client<CustomerSession>;

/// A client of the customer portal, for a member of a team customer.
///
/// Its token, which begins with `polar_mst_`, comes from `customer_sessions().create(…)` for such a customer. It has
/// everything that [`CustomerPortal`] has, and the operations that only a member may call.
///
/// ```no_run
/// # async fn example() -> Result<(), polar_client::Error> {
/// let portal = polar_client::MemberPortal::new("polar_mst_x")?;
/// let orders = portal.orders().list().await?;
/// let team = portal.members().list().await?;
/// # Ok(())
/// # }
/// ```
pub type MemberPortal = Client<MemberSession>;

impl<C> Client<C> {
    fn new_with(transport: Transport) -> Self {
        Self { transport, credential: PhantomData }
    }

    #[inline]
    pub(crate) fn transport(&self) -> &Transport {
        &self.transport
    }

    /// Calls an operation by its id, with JSON for its body.
    ///
    /// ```no_run
    /// # async fn example(polar: polar_client::Polar) -> Result<(), polar_client::Error> {
    /// let operation = polar_client::Operation::by_id("customers:list").expect("the API has customers");
    /// let answer = polar.call_json(operation).query("limit", "3").await?;
    /// println!("{}", answer.to_json());
    /// # Ok(())
    /// # }
    /// ```
    #[inline]
    pub fn call_json(&self, operation: &'static Operation) -> CallById {
        CallById::by_id(&self.transport, operation)
    }
}

impl<C> Clone for Client<C> {
    #[inline]
    fn clone(&self) -> Self {
        Self { transport: self.transport.clone(), credential: PhantomData }
    }
}

impl<C> fmt::Debug for Client<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").field("transport", &self.transport).finish()
    }
}
