//! The clients: who calls the API, and where it is.

mod builder;
mod credential;
mod server;
pub(crate) mod version;

use std::fmt;
use std::marker::PhantomData;

pub use builder::{Builder, http_builder};
pub use credential::{AccessToken, CredentialType, CustomerSession, MemberSession, Portal};
pub use server::Server;
pub use version::{Lifecycle, Stage, Version};

use crate::calls::by_id::CallById;
use crate::calls::error::Error;
use crate::calls::operation::{Credential, Operation};
use crate::calls::transport::Transport;
use crate::versions::Current;

/// A client of the API, for one kind of credential.
///
/// It holds a connection pool and is cheap to clone: clones share the pool. Each resource has a handle, and each
/// operation a method on it. The future of a request owns what it needs, so it can be spawned.
///
/// The type parameters, the kind of credential and the version of the API, decide which operations there are. Use the
/// aliases [`Polar`], [`CustomerPortal`] and [`MemberPortal`], or those in the module of another version. Operations that
/// need no token are on all of them, and are sent without one.
pub struct Client<C, V = Current> {
    transport: Transport,
    kind: PhantomData<fn() -> (C, V)>,
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
/// `customer_portal`. A member's session works as well; [`to_member_portal`](Client::to_member_portal) tells which it is.
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
/// Its token, which begins with `polar_mst_`, comes from `customer_sessions().create(…)` for a member. In an organization where all
/// customers have members, individual customers have such tokens, too. It has everything that [`CustomerPortal`] has, and the operations that only a member may call.
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
    /// Returns this client with the operations of members, if its token is a member's session; otherwise `None`.
    ///
    /// The API decides which kind of session a customer gets, so code that signs customers in can ask here. Whether a member may
    /// manage others depends on the member's role, and the API refuses what it does not allow.
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

impl<C: CredentialType, V> Client<C, V> {
    /// Returns a client with another token, such as that of one more user. It shares this client's connections and settings; scopes
    /// that this client was told of do not apply to it.
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

    /// Returns a client for another version of the API, which shares this client's connections, token and settings.
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

    /// Returns this client with the types at the root of the crate, for hand-written code that uses them. Its requests
    /// still send this client's version if their operation is unchanged in that version.
    #[cfg(feature = "uploads")]
    pub(crate) fn at_root(&self) -> Client<C> {
        Client::new_with(self.transport.clone())
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
