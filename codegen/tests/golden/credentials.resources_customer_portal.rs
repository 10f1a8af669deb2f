use crate::prelude::*;

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
            credential: ::std::marker::PhantomData,
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
    use crate::prelude::*;
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
                credential: ::std::marker::PhantomData,
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
        /// Needs a token of any scope.
        ///
        /// Sends a `GET` request to `/portal/bookings`
        #[inline]
        pub fn list(&self) -> Call<Vec<Tour>> {
            Call::json(
                &self.client,
                Request::new(&operations::CUSTOMER_PORTAL_BOOKINGS_LIST),
            )
        }
    }
    impl Bookings<crate::client::MemberSession> {
        /// Calls `customer_portal:bookings:share`.
        ///
        /// Needs a member's session with `tours:write`.
        ///
        /// Sends a `POST` request to `/portal/bookings`
        #[inline]
        pub fn share(&self) -> Call<Tour> {
            Call::json(
                &self.client,
                Request::new(&operations::CUSTOMER_PORTAL_BOOKINGS_SHARE),
            )
        }
    }
    /// Operations on seats.
    pub mod seats {
        use crate::prelude::*;
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
                    credential: ::std::marker::PhantomData,
                }
            }
        }
        impl<C: Portal> Seats<C> {
            /// Calls `customer_portal:bookings:seats:count`.
            ///
            /// Needs a token with `seats:read`.
            ///
            /// Sends a `GET` request to `/portal/bookings/seats`
            #[inline]
            pub fn count(&self) -> Call<i64> {
                Call::json(
                    &self.client,
                    Request::new(&operations::CUSTOMER_PORTAL_BOOKINGS_SEATS_COUNT),
                )
            }
        }
    }
}

/// Operations on session.
pub mod session {
    use crate::prelude::*;
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
                credential: ::std::marker::PhantomData,
            }
        }
        /// Calls `customer_portal:session:start`.
        ///
        /// Needs no token, and is sent without one.
        ///
        /// Sends a `POST` request to `/portal/session`
        #[inline]
        pub fn start(&self) -> Call<Tour> {
            Call::json(
                &self.client,
                Request::new(&operations::CUSTOMER_PORTAL_SESSION_START),
            )
        }
    }
}
