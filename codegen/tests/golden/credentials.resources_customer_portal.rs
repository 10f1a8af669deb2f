#[allow(unused_imports)]
use crate::client::{Client, Core, Portal};
#[allow(unused_imports)]
use crate::call::{Call, OneOrMany, Request};
#[allow(unused_imports)]
use crate::operations;
#[allow(unused_imports)]
use ::std::borrow::Borrow;
#[allow(unused_imports)]
use crate::types::*;
#[allow(unused_imports)]
use crate::value::{DecimalOrNumber, Null, Page, Patch, Scalar};
#[allow(unused_imports)]
use crate::codec::{Decode, DecodeError, Encode, Literal, Property, Reader, Tag, Writer};
#[allow(unused_imports)]
use ::chrono::{DateTime, NaiveDate, Utc};
#[allow(unused_imports)]
use ::rust_decimal::Decimal;
#[allow(unused_imports)]
use ::serde_json::{Map, Number, Value};
#[allow(unused_imports)]
use ::std::collections::BTreeMap;
#[allow(unused_imports)]
use ::uuid::Uuid;
/// Operations on customer portal.
#[derive(Clone, Debug)]
pub struct CustomerPortal<C> {
    pub(crate) client: Client,
    credential: ::std::marker::PhantomData<C>,
}
impl<C> CustomerPortal<C> {
    #[inline]
    pub(crate) fn new(client: Client) -> Self {
        Self {
            client,
            credential: ::std::marker::PhantomData
        }
    }
    /// Operations on bookings.
    #[inline]
    pub fn bookings(&self) -> bookings::Bookings<C> {
        bookings::Bookings::new(self.client.clone())
    }
    /// Operations on session.
    #[inline]
    pub fn session(&self) -> session::Session<C> {
        session::Session::new(self.client.clone())
    }
}
/// Operations on bookings.
pub mod bookings {
    #[allow(unused_imports)]
    use crate::client::{Client, Core, Portal};
    #[allow(unused_imports)]
    use crate::call::{Call, OneOrMany, Request};
    #[allow(unused_imports)]
    use crate::operations;
    #[allow(unused_imports)]
    use ::std::borrow::Borrow;
    #[allow(unused_imports)]
    use crate::types::*;
    #[allow(unused_imports)]
    use crate::value::{DecimalOrNumber, Null, Page, Patch, Scalar};
    #[allow(unused_imports)]
    use crate::codec::{Decode, DecodeError, Encode, Literal, Property, Reader, Tag, Writer};
    #[allow(unused_imports)]
    use ::chrono::{DateTime, NaiveDate, Utc};
    #[allow(unused_imports)]
    use ::rust_decimal::Decimal;
    #[allow(unused_imports)]
    use ::serde_json::{Map, Number, Value};
    #[allow(unused_imports)]
    use ::std::collections::BTreeMap;
    #[allow(unused_imports)]
    use ::uuid::Uuid;
    /// Operations on bookings.
    #[derive(Clone, Debug)]
    pub struct Bookings<C> {
        pub(crate) client: Client,
        credential: ::std::marker::PhantomData<C>,
    }
    impl<C> Bookings<C> {
        #[inline]
        pub(crate) fn new(client: Client) -> Self {
            Self {
                client,
                credential: ::std::marker::PhantomData
            }
        }
        /// Operations on seats.
        #[inline]
        pub fn seats(&self) -> seats::Seats<C> {
            seats::Seats::new(self.client.clone())
        }
    }
    impl<C: Portal> Bookings<C> {
        /// Calls `customer_portal:bookings:list`.
        ///
        /// `GET /portal/bookings`
        ///
        /// Needs a token of any scope.
        #[inline]
        pub fn list(&self) -> Call<Vec<Tour>> {
            Call::json(&self.client, Request::new(&operations::CUSTOMER_PORTAL_BOOKINGS_LIST))
        }
    }
    impl Bookings<crate::client::MemberSession> {
        /// Calls `customer_portal:bookings:share`.
        ///
        /// `POST /portal/bookings`
        ///
        /// Needs a member's session with `tours:write`.
        #[inline]
        pub fn share(&self) -> Call<Tour> {
            Call::json(&self.client, Request::new(&operations::CUSTOMER_PORTAL_BOOKINGS_SHARE))
        }
    }
    /// Operations on seats.
    pub mod seats {
        #[allow(unused_imports)]
        use crate::client::{Client, Core, Portal};
        #[allow(unused_imports)]
        use crate::call::{Call, OneOrMany, Request};
        #[allow(unused_imports)]
        use crate::operations;
        #[allow(unused_imports)]
        use ::std::borrow::Borrow;
        #[allow(unused_imports)]
        use crate::types::*;
        #[allow(unused_imports)]
        use crate::value::{DecimalOrNumber, Null, Page, Patch, Scalar};
        #[allow(unused_imports)]
        use crate::codec::{Decode, DecodeError, Encode, Literal, Property, Reader, Tag, Writer};
        #[allow(unused_imports)]
        use ::chrono::{DateTime, NaiveDate, Utc};
        #[allow(unused_imports)]
        use ::rust_decimal::Decimal;
        #[allow(unused_imports)]
        use ::serde_json::{Map, Number, Value};
        #[allow(unused_imports)]
        use ::std::collections::BTreeMap;
        #[allow(unused_imports)]
        use ::uuid::Uuid;
        /// Operations on seats.
        #[derive(Clone, Debug)]
        pub struct Seats<C> {
            pub(crate) client: Client,
            credential: ::std::marker::PhantomData<C>,
        }
        impl<C> Seats<C> {
            #[inline]
            pub(crate) fn new(client: Client) -> Self {
                Self {
                    client,
                    credential: ::std::marker::PhantomData
                }
            }
        }
        impl<C: Portal> Seats<C> {
            /// Calls `customer_portal:bookings:seats:count`.
            ///
            /// `GET /portal/bookings/seats`
            ///
            /// Needs a token with `seats:read`.
            #[inline]
            pub fn count(&self) -> Call<i64> {
                Call::json(
                    &self.client,
                    Request::new(&operations::CUSTOMER_PORTAL_BOOKINGS_SEATS_COUNT)
                )
            }
        }
    }
}
/// Operations on session.
pub mod session {
    #[allow(unused_imports)]
    use crate::client::{Client, Core, Portal};
    #[allow(unused_imports)]
    use crate::call::{Call, OneOrMany, Request};
    #[allow(unused_imports)]
    use crate::operations;
    #[allow(unused_imports)]
    use ::std::borrow::Borrow;
    #[allow(unused_imports)]
    use crate::types::*;
    #[allow(unused_imports)]
    use crate::value::{DecimalOrNumber, Null, Page, Patch, Scalar};
    #[allow(unused_imports)]
    use crate::codec::{Decode, DecodeError, Encode, Literal, Property, Reader, Tag, Writer};
    #[allow(unused_imports)]
    use ::chrono::{DateTime, NaiveDate, Utc};
    #[allow(unused_imports)]
    use ::rust_decimal::Decimal;
    #[allow(unused_imports)]
    use ::serde_json::{Map, Number, Value};
    #[allow(unused_imports)]
    use ::std::collections::BTreeMap;
    #[allow(unused_imports)]
    use ::uuid::Uuid;
    /// Operations on session.
    #[derive(Clone, Debug)]
    pub struct Session<C> {
        pub(crate) client: Client,
        credential: ::std::marker::PhantomData<C>,
    }
    impl<C> Session<C> {
        #[inline]
        pub(crate) fn new(client: Client) -> Self {
            Self {
                client,
                credential: ::std::marker::PhantomData
            }
        }
        /// Calls `customer_portal:session:start`.
        ///
        /// `POST /portal/session`
        ///
        /// Needs no token, and is sent without one.
        #[inline]
        pub fn start(&self) -> Call<Tour> {
            Call::json(&self.client, Request::new(&operations::CUSTOMER_PORTAL_SESSION_START))
        }
    }
}
