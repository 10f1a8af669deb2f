use crate::calls::operation::Operation;

/// A version of the API, as a type: [`Current`](crate::versions::Current) is the one at the root of this crate.
///
/// [Versions](crate::versions) beside it have a cargo feature and a module each. The module has clients of that version,
/// and its types, operations and resources. What does not differ from the root is the same there, so a value that one
/// version gave can be given to the other.
///
/// An operation is sent with the version of its client, if it is the same in that version, and else with its own. So an
/// answer is always decoded as what the API sends for the version that was asked for.
pub trait Version: Sealed + 'static {
    /// The version, as the header `Polar-Version` says it.
    const VERSION: &'static str;

    /// All operations of the enabled resources, in the order of their ids.
    fn operations() -> &'static [&'static Operation];
}

/// Keeps others from implementing [`Version`], so that it can grow.
pub trait Sealed {}
