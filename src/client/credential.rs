use crate::calls::operation::Credential;

/// The kind of credential that a [`Client`](super::Client) sends, as a type.
pub trait CredentialType: sealed::Sealed {
    /// The kind of credential, as a value.
    const CREDENTIAL: Credential;
}

/// A session of the customer portal: [`CustomerSession`] or [`MemberSession`].
pub trait Portal: CredentialType {}

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

impl CredentialType for AccessToken {
    const CREDENTIAL: Credential = Credential::AccessToken;
}

impl CredentialType for CustomerSession {
    const CREDENTIAL: Credential = Credential::CustomerSession;
}

impl CredentialType for MemberSession {
    const CREDENTIAL: Credential = Credential::MemberSession;
}

impl Portal for CustomerSession {}
impl Portal for MemberSession {}

mod sealed {
    pub trait Sealed {}
    impl Sealed for super::AccessToken {}
    impl Sealed for super::CustomerSession {}
    impl Sealed for super::MemberSession {}
}
