// Generated from `openapi/2026-01.json` when the crate is built. Changes are lost.

#[allow(unused_imports)]
use crate::prelude::*;

/// Operations on customer portal.
#[derive(Clone, Debug)]
pub struct CustomerPortal<C, V = crate::versions::Current> {
    pub(crate) client: Client<C, V>,
}

impl<C, V> CustomerPortal<C, V> {
    #[inline]
    pub(crate) fn new(client: Client<C, V>) -> Self {
        Self { client }
    }
    /// Operations on bookings.
    #[inline]
    pub fn bookings(&self) -> bookings::Bookings<C, V> {
        bookings::Bookings::new(self.client.clone())
    }
    /// Operations on session.
    #[inline]
    pub fn session(&self) -> session::Session<C, V> {
        session::Session::new(self.client.clone())
    }
}

/// Operations on bookings.
pub mod bookings {
    #[allow(unused_imports)]
    use crate::prelude::*;
    /// Operations on bookings.
    #[derive(Clone, Debug)]
    pub struct Bookings<C, V = crate::versions::Current> {
        pub(crate) client: Client<C, V>,
    }
    impl<C, V> Bookings<C, V> {
        #[inline]
        pub(crate) fn new(client: Client<C, V>) -> Self {
            Self { client }
        }
        /// Operations on seats.
        #[inline]
        pub fn seats(&self) -> seats::Seats<C, V> {
            seats::Seats::new(self.client.clone())
        }
    }
    impl<C: Portal, V> Bookings<C, V> {
        /// Calls `customer_portal:bookings:list`.
        ///
        /// Needs a token of any scope.
        ///
        /// Sends a `GET` request to `/portal/bookings`.
        ///
        /// # Errors
        ///
        /// The API refuses the request with
        /// - 401: The token is missing, wrong or expired. Get a new one.
        /// - 403: The token lacks the scope, or its owner may not do this. Use another token.
        /// - 429: Too many requests. The client waits and retries; `error.retry_after()` tells how long to wait.
        ///
        /// See [`Error`](crate::Error) for all others.
        ///
        /// # Examples
        ///
        /// ```no_run
        /// # async fn example(portal: polar_client::CustomerPortal) -> Result<(), polar_client::Error> {
        /// let list = portal.bookings().list().await?;
        /// println!("{list:?}");
        /// # Ok(())
        /// # }
        /// ```
        #[doc(
            alias(
                "customerPortal.bookings.list",
                "customerPortalBookingsList",
                "customer_portal.bookings.list",
                "customer_portal:bookings:list",
                "customer_portal_bookings_list",
                "listBookings"
            )
        )]
        #[inline]
        pub fn list(&self) -> Call<Vec<Tour>> {
            Call::json(
                self.client.transport(),
                Request::new(&operations::CUSTOMER_PORTAL_BOOKINGS_LIST),
            )
        }
    }
    impl<V> Bookings<crate::client::MemberSession, V> {
        /// Calls `customer_portal:bookings:share`.
        ///
        /// Needs a member session with the scope `tours:write`.
        ///
        /// Sends a `POST` request to `/portal/bookings`.
        ///
        /// # Errors
        ///
        /// The API refuses the request with
        /// - 401: The token is missing, wrong or expired. Get a new one.
        /// - 403: The token lacks the scope, or its owner may not do this. Use another token.
        /// - 429: Too many requests. The client waits and retries; `error.retry_after()` tells how long to wait.
        ///
        /// See [`Error`](crate::Error) for all others.
        ///
        /// # Examples
        ///
        /// ```no_run
        /// # async fn example(portal: polar_client::MemberPortal) -> Result<(), polar_client::Error> {
        /// let tour = portal.bookings().share().await?;
        /// println!("{tour:?}");
        /// # Ok(())
        /// # }
        /// ```
        #[doc(
            alias(
                "customerPortal.bookings.share",
                "customerPortalBookingsShare",
                "customer_portal.bookings.share",
                "customer_portal:bookings:share",
                "customer_portal_bookings_share",
                "shareBookings"
            )
        )]
        #[inline]
        pub fn share(&self) -> Call<Tour> {
            Call::json(
                self.client.transport(),
                Request::new(&operations::CUSTOMER_PORTAL_BOOKINGS_SHARE),
            )
        }
    }
    /// Operations on seats.
    pub mod seats {
        #[allow(unused_imports)]
        use crate::prelude::*;
        /// Operations on seats.
        #[derive(Clone, Debug)]
        pub struct Seats<C, V = crate::versions::Current> {
            pub(crate) client: Client<C, V>,
        }
        impl<C, V> Seats<C, V> {
            #[inline]
            pub(crate) fn new(client: Client<C, V>) -> Self {
                Self { client }
            }
        }
        impl<C: Portal, V> Seats<C, V> {
            /// Calls `customer_portal:bookings:seats:count`.
            ///
            /// Needs a token with the scope `seats:read`.
            ///
            /// Sends a `GET` request to `/portal/bookings/seats`.
            ///
            /// # Errors
            ///
            /// The API refuses the request with
            /// - 401: The token is missing, wrong or expired. Get a new one.
            /// - 403: The token lacks the scope, or its owner may not do this. Use another token.
            /// - 429: Too many requests. The client waits and retries; `error.retry_after()` tells how long to wait.
            ///
            /// See [`Error`](crate::Error) for all others.
            ///
            /// # Examples
            ///
            /// ```no_run
            /// # async fn example(portal: polar_client::CustomerPortal) -> Result<(), polar_client::Error> {
            /// let value = portal.bookings().seats().count().await?;
            /// println!("{value:?}");
            /// # Ok(())
            /// # }
            /// ```
            #[doc(
                alias(
                    "countSeats",
                    "customerPortal.bookings.seats.count",
                    "customerPortalBookingsSeatsCount",
                    "customer_portal.bookings.seats.count",
                    "customer_portal:bookings:seats:count",
                    "customer_portal_bookings_seats_count"
                )
            )]
            #[inline]
            pub fn count(&self) -> Call<i64> {
                Call::json(
                    self.client.transport(),
                    Request::new(&operations::CUSTOMER_PORTAL_BOOKINGS_SEATS_COUNT),
                )
            }
        }
    }
}

/// Operations on session.
pub mod session {
    #[allow(unused_imports)]
    use crate::prelude::*;
    /// Operations on session.
    #[derive(Clone, Debug)]
    pub struct Session<C, V = crate::versions::Current> {
        pub(crate) client: Client<C, V>,
    }
    impl<C, V> Session<C, V> {
        #[inline]
        pub(crate) fn new(client: Client<C, V>) -> Self {
            Self { client }
        }
        /// Calls `customer_portal:session:start`.
        ///
        /// Needs no token, and is sent without one.
        ///
        /// Sends a `POST` request to `/portal/session`.
        ///
        /// # Errors
        ///
        /// The API refuses the request with
        /// - 429: Too many requests. The client waits and retries; `error.retry_after()` tells how long to wait.
        ///
        /// See [`Error`](crate::Error) for all others.
        ///
        /// # Examples
        ///
        /// ```no_run
        /// # async fn example(polar: polar_client::Polar) -> Result<(), polar_client::Error> {
        /// let tour = polar.customer_portal().session().start().await?;
        /// println!("{tour:?}");
        /// # Ok(())
        /// # }
        /// ```
        #[doc(
            alias(
                "customerPortal.session.start",
                "customerPortalSessionStart",
                "customer_portal.session.start",
                "customer_portal:session:start",
                "customer_portal_session_start",
                "startSession"
            )
        )]
        #[inline]
        pub fn start(&self) -> Call<Tour> {
            Call::json(
                self.client.transport(),
                Request::new(&operations::CUSTOMER_PORTAL_SESSION_START),
            )
        }
    }
}
