use chrono::NaiveDate;

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

    /// When the API serves this version; `None` if it is not named by a month.
    const LIFECYCLE: Option<Lifecycle>;

    /// Returns all operations of the enabled resources, in the order of their ids.
    fn operations() -> &'static [&'static Operation];
}

/// Keeps others from implementing [`Version`], so that it can grow.
pub trait Sealed {}

/// When the API serves a version.
///
/// Versions rotate in the first week of January, April, July and October: the deprecated version is removed, the current one
/// becomes deprecated, and the next one becomes current. Each date is the first day of its month, since the day of a rotation is
/// not fixed. Dates in the future are what the schedule provides for.
///
/// ```
/// use polar_client::client::{Stage, Version};
/// use polar_client::versions::Current;
/// use polar_client::NaiveDate;
///
/// let lifecycle = Current::LIFECYCLE.expect("the version is named by a month");
/// assert_eq!(lifecycle.stage(lifecycle.current_since), Stage::Current);
/// assert_eq!(lifecycle.stage(lifecycle.removed_since), Stage::Removed);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Lifecycle {
    /// The version, as in the header `Polar-Version`.
    pub version: &'static str,
    /// When the version becomes current: what a request without the header gets.
    pub current_since: NaiveDate,
    /// When the version after it becomes current.
    pub deprecated_since: NaiveDate,
    /// When the API stops serving it. Requests then fail with
    /// [`ErrorKind::VersionRemoved`](crate::ErrorKind::VersionRemoved).
    pub removed_since: NaiveDate,
}

impl Lifecycle {
    /// Creates the lifecycle of a version from the months, each with its year, in which its stages begin.
    pub(crate) const fn new(
        version: &'static str,
        current: (i32, u32),
        deprecated: (i32, u32),
        removed: (i32, u32),
    ) -> Self {
        Self {
            version,
            current_since: first_of(current),
            deprecated_since: first_of(deprecated),
            removed_since: first_of(removed),
        }
    }

    /// Returns the stage that the version is in on a day.
    pub fn stage(&self, on: NaiveDate) -> Stage {
        if on >= self.removed_since {
            Stage::Removed
        } else if on >= self.deprecated_since {
            Stage::Deprecated
        } else if on >= self.current_since {
            Stage::Current
        } else {
            Stage::Next
        }
    }
}

/// The first day of a month.
const fn first_of((year, month): (i32, u32)) -> NaiveDate {
    match NaiveDate::from_ymd_opt(year, month, 1) {
        Some(date) => date,
        None => NaiveDate::MAX,
    }
}

/// A stage in the life of a version of the API.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Stage {
    /// A preview of the version to come, which may change at any time.
    Next,
    /// What a request without a version gets. It is frozen: nothing is added to it.
    Current,
    /// The version before the current one, frozen as well.
    Deprecated,
    /// No longer served.
    Removed,
}
