// Generated from `openapi/2026-01.json` when the crate is built. Changes are lost.

/// The types of the API's requests and answers.
#[allow(
    clippy::large_enum_variant,
    clippy::match_single_binding,
    clippy::should_implement_trait,
    clippy::too_many_arguments
)]
pub mod types {
    pub(crate) mod safes {
        include!(concat!(env!("OUT_DIR"), "/types_safes.rs"));
    }
    pub use safes::*;
}

/// The operations of the API, as data.
pub mod operations {
    include!(concat!(env!("OUT_DIR"), "/operations.rs"));
}

/// The resources of the API: a module each, with a handle and the request builders of its operations.
pub mod resources {
    /// Operations on safes.
    pub mod safes {
        include!(concat!(env!("OUT_DIR"), "/resources_safes.rs"));
    }
}

/// Resources.
impl crate::Polar {
    /// Operations on safes.
    #[inline]
    pub fn safes(&self) -> crate::resources::safes::Safes<crate::client::AccessToken> {
        crate::resources::safes::Safes::new(self.clone())
    }
}

/// Resources.
impl<C: crate::client::Portal> crate::client::Client<C> {
    /// Operations on safes.
    #[inline]
    pub fn safes(&self) -> crate::resources::safes::Safes<C> {
        crate::resources::safes::Safes::new(self.clone())
    }
}

/// Resources.
impl crate::MemberPortal {}

/// The names of properties whose values are secrets, in any version.
pub(crate) const SECRETS: &[&str] = &["combination", "recovery", "spare"];

/// The version of the API that this crate is made for, as the header `Polar-Version` says it.
pub const API_VERSION: &str = "2026-01";

/// Marker types for the versions of the API, used as a type parameter of [`Client`].
pub mod versions {
    use crate::Operation;
    use crate::client::Version;
    use crate::client::version::{Lifecycle, Sealed};
    /// The version at the root of this crate.
    pub type Current = V2026_01;
    /// Version 2026-01, at the root of this crate.
    ///
    /// Current since January 2026. It is to be deprecated in April 2026, and the API is to stop serving it in the first week of July 2026.
    #[derive(Clone, Copy, Debug)]
    pub enum V2026_01 {}
    impl Version for V2026_01 {
        const VERSION: &'static str = "2026-01";
        const LIFECYCLE: Option<Lifecycle> = Some(
            Lifecycle::new("2026-01", (2026i32, 1u32), (2026i32, 4u32), (2026i32, 7u32)),
        );
        fn operations() -> &'static [&'static Operation] {
            crate::operations::ALL
        }
    }
    impl Sealed for V2026_01 {}
}

/// Version 2026-01 of the API, which is at the root of this crate.
///
/// Current since January 2026. It is to be deprecated in April 2026, and the API is to stop serving it in the first week of July 2026.
///
/// A program that names this module keeps compiling when another version is at the root, with the feature `v2026-01`, which adds nothing as long as this version is there.
#[doc(hidden)]
pub mod v2026_01 {
    pub use crate::{CustomerPortal, MemberPortal, Polar, operations, resources};
    pub use crate::{API_VERSION, types};
}
