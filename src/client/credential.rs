use crate::calls::operation::Credential;

pub use kind::Kind;

/// A session of the customer portal: [`CustomerSession`] or [`MemberSession`].
///
/// A function for both has it as a bound:
///
/// ```
/// use polar_client::client::{Client, Portal};
/// use polar_client::{Error, Page, types::CustomerOrder};
///
/// async fn orders<C: Portal>(portal: &Client<C>) -> Result<Page<CustomerOrder>, Error> {
///     portal.orders().list().await
/// }
/// ```
pub trait Portal: Kind {}

/// An access token of an organization or a user.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct AccessToken;

/// A customer's session of the customer portal.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct CustomerSession;

/// A member's session of the customer portal.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct MemberSession;

impl Kind for AccessToken {
    const CREDENTIAL: Credential = Credential::AccessToken;
}

impl Kind for CustomerSession {
    const CREDENTIAL: Credential = Credential::CustomerSession;
}

impl Kind for MemberSession {
    const CREDENTIAL: Credential = Credential::MemberSession;
}

impl Portal for CustomerSession {}
impl Portal for MemberSession {}

/// Other crates cannot name the trait, so they cannot implement [`Portal`].
mod kind {
    use super::Credential;

    /// A kind of credential, as the type parameter of a client.
    pub trait Kind {
        /// The kind as a value.
        const CREDENTIAL: Credential;
    }
}
