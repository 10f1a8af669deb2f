use crate::calls::operation::Operation;

/// A version of the API, as a type parameter of [`Client`](crate::Client).
///
/// [`Current`](crate::versions::Current) is the version at the root of this crate. Each [other version](crate::versions)
/// has a cargo feature and a module with its own clients, types, operations and resources. Items that are unchanged are
/// re-exported from the root, so values can be passed between versions.
///
/// A request sends the client's version if its operation is unchanged in that version, and the operation's own version
/// otherwise. The response is therefore always decoded as the version that was sent.
pub trait Version: Sealed + 'static {
    /// The value of the `Polar-Version` header.
    const VERSION: &'static str;

    /// Returns all operations of the enabled resources, in the order of their ids.
    fn operations() -> &'static [&'static Operation];
}

/// Keeps others from implementing [`Version`], so that it can grow.
pub trait Sealed {}
