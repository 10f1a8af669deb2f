//! API clients and their configuration.

mod builder;
mod credential;
mod server;
pub(crate) mod version;

use std::fmt;
use std::marker::PhantomData;

pub use builder::{Builder, http_builder};
pub(crate) use credential::Kind;
pub use credential::{AccessToken, CustomerSession, MemberSession, Portal};
pub use server::Server;
pub use version::{Lifecycle, Stage, Version};

use crate::calls::by_id::CallById;
use crate::calls::error::Error;
use crate::calls::operation::{Credential, Operation};
use crate::calls::transport::Transport;
use crate::versions::Current;

/// A client of the API for one kind of credential.
///
/// It holds a connection pool and is cheap to clone: clones share the pool. Each resource has a handle, with a method
/// for each operation. Calls own their data, so they can be spawned.
///
/// The type parameters are the kind of credential and the version of the API; they determine which operations are
/// available. Use the aliases [`Polar`], [`CustomerPortal`] and [`MemberPortal`], or those in the module of another
/// version. Operations that need no token are available on all of them, and are sent without one.
pub struct Client<C, V = Current> {
    transport: Transport,
    kind: PhantomData<fn() -> (C, V)>,
}

/// A client for an organization or a user.
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

/// A client of the customer portal for a customer.
///
/// Create a token with `customer_sessions().create(…)`. The methods are named after the operations, without the prefix
/// `customer_portal`. Sessions of members are accepted, too; [`to_member_portal`](Client::to_member_portal)
/// distinguishes them.
///
/// ```no_run
/// # async fn example() -> Result<(), polar_client::Error> {
/// let portal = polar_client::CustomerPortal::new("polar_cst_x")?;
/// let orders = portal.orders().list().await?;
/// # Ok(())
/// # }
/// ```
pub type CustomerPortal = Client<CustomerSession>;

/// A client of the customer portal for a member of a team customer.
///
/// Create a token, which begins with `polar_mst_`, with `customer_sessions().create(…)` for a member. In organizations
/// where all customers have members, individual customers get such tokens, too. This client has all methods of
/// [`CustomerPortal`], and those that only members may call.
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

impl<V> Client<CustomerSession, V> {
    /// Returns this client as a [`MemberPortal`] if its token is a member's session; otherwise `None`.
    ///
    /// The API decides which kind of session a customer gets, so code that signs customers in can check here. Whether a
    /// member may manage others depends on the member's role, which the API enforces.
    ///
    /// # Examples
    ///
    /// ```
    /// use polar_client::CustomerPortal;
    ///
    /// assert!(CustomerPortal::new("polar_cst_x")?.to_member_portal().is_none());
    /// assert!(CustomerPortal::new("polar_mst_x")?.to_member_portal().is_some());
    /// # Ok::<(), polar_client::Error>(())
    /// ```
    pub fn to_member_portal(&self) -> Option<Client<MemberSession, V>> {
        let is_member = self.transport.authorization.kind == Credential::MemberSession;
        is_member.then(|| Client::new_with(self.transport.clone()))
    }
}

impl<C: Kind, V> Client<C, V> {
    /// Returns a client with another token, such as that of another user. It shares this client's connections and
    /// settings, except for the configured scopes.
    ///
    /// # Errors
    /// [`ErrorKind::Configuration`](crate::error::ErrorKind) as for [`Client::new`].
    ///
    /// # Examples
    ///
    /// ```
    /// use polar_client::Polar;
    ///
    /// # fn main() -> Result<(), polar_client::Error> {
    /// let shop = Polar::builder().token("polar_oat_x").user_agent("my-shop/1.0").build()?;
    /// let user = shop.with_token("polar_at_u_x")?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn with_token(&self, token: impl AsRef<str>) -> Result<Self, Error> {
        self.transport.with_token(C::CREDENTIAL, token.as_ref()).map(Self::new_with)
    }
}

impl<C, V> Client<C, V> {
    fn new_with(transport: Transport) -> Self {
        Self { transport, kind: PhantomData }
    }

    /// Returns a client for another version of the API. It shares this client's connections, token and settings.
    ///
    /// A version set by [`Builder::version`] is kept.
    ///
    /// ```
    /// use polar_client::versions::Current;
    ///
    /// # fn main() -> Result<(), polar_client::Error> {
    /// let polar = polar_client::Polar::new("polar_oat_x")?;
    /// let same: polar_client::Polar = polar.to_version::<Current>();
    /// # Ok(())
    /// # }
    /// ```
    pub fn to_version<W: Version>(&self) -> Client<C, W> {
        Client::new_with(self.transport.of_version(W::VERSION))
    }

    /// Returns this client with the types at the crate root, for hand-written code that uses them. It still sends this
    /// client's version for operations that are unchanged in that version.
    #[cfg(any(feature = "ingestion", feature = "uploads"))]
    pub(crate) fn at_root(&self) -> Client<C> {
        Client::new_with(self.transport.clone())
    }

    #[inline]
    pub(crate) fn transport(&self) -> &Transport {
        &self.transport
    }

    /// Calls an operation from its metadata, with an untyped JSON body.
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

impl<C, V> Clone for Client<C, V> {
    #[inline]
    fn clone(&self) -> Self {
        Self { transport: self.transport.clone(), kind: PhantomData }
    }
}

impl<C, V> fmt::Debug for Client<C, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").field("transport", &self.transport).finish()
    }
}
