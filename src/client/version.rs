use chrono::NaiveDate;

use crate::calls::operation::Operation;

/// A version of the API, as a type parameter of [`Client`](crate::Client).
///
/// [`Current`](crate::versions::Current) is the version at the crate root. Each [other version](crate::versions) has a
/// cargo feature and a module with its own clients, types, operations and resources. Unchanged items are re-exported
/// from the root, so values can be passed between versions.
///
/// A request sends the client's version if its operation is unchanged in that version, and the operation's own version
/// otherwise, so that the response can always be decoded.
pub trait Version: Sealed + 'static {
    /// The value of the `Polar-Version` header.
    const VERSION: &'static str;

    /// The release schedule of this version; `None` if its name is not a month.
    const LIFECYCLE: Option<Lifecycle>;

    /// Returns the operations of all enabled resources, sorted by id.
    fn operations() -> &'static [&'static Operation];
}

/// Seals [`Version`], so that items can be added to it.
pub trait Sealed {}

/// The release schedule of a version.
///
/// Versions rotate in the first week of January, April, July and October: the deprecated version is removed, the
/// current one becomes deprecated, and the next one becomes current. The day is not fixed, so each date is the first of
/// its month. Future dates are planned.
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
    /// When the version becomes the default for requests without the header.
    pub current_since: NaiveDate,
    /// When the next version becomes current.
    pub deprecated_since: NaiveDate,
    /// When the API stops serving it. Requests then fail with
    /// [`ErrorKind::VersionRemoved`](crate::ErrorKind::VersionRemoved).
    pub removed_since: NaiveDate,
}

impl Lifecycle {
    /// Creates a lifecycle from the year and month in which each stage begins.
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

    /// Returns the stage of the version on a date.
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

/// Returns the first day of a month.
const fn first_of((year, month): (i32, u32)) -> NaiveDate {
    match NaiveDate::from_ymd_opt(year, month, 1) {
        Some(date) => date,
        None => NaiveDate::MAX,
    }
}

/// A stage in the lifecycle of a version.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Stage {
    /// A preview of the next version, which may change at any time.
    Next,
    /// The default for requests without a version. It no longer changes.
    Current,
    /// The version before the current one. It no longer changes.
    Deprecated,
    /// No longer served.
    Removed,
}
