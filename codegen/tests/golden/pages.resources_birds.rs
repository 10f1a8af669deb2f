use crate::prelude::*;

/// Operations on birds.
#[derive(Clone, Debug)]
pub struct Birds<C> {
    pub(crate) client: Client,
    credential: ::std::marker::PhantomData<C>,
}

impl<C> Birds<C> {
    #[inline]
    pub(crate) fn new(client: Client) -> Self {
        Self {
            client,
            credential: ::std::marker::PhantomData,
        }
    }
    /// Calls `birds:list`.
    ///
    /// Needs no token, and is sent without one.
    ///
    /// Sends a `GET` request to `/birds`
    #[inline]
    pub fn list(&self) -> List {
        List(Call::json(&self.client, Request::new(&operations::BIRDS_LIST)))
    }
    /// Operations on songs.
    #[inline]
    pub fn songs(&self) -> songs::Songs<C> {
        songs::Songs::new(self.client.clone())
    }
}

/// A request of `birds:list`, to be awaited.
#[derive(Clone, Debug)]
#[must_use = "a request does nothing until it is awaited"]
pub struct List(Call<Page<Bird>>);

impl List {
    /// Sets the query parameter `page`: an integer.
    ///
    /// The API takes `1` if it is left out.
    #[inline]
    pub fn page(mut self, value: impl Into<i64>) -> Self {
        self.0.set_query("page", &value.into());
        self
    }
    /// Sets the query parameter `limit`: an integer.
    ///
    /// The API takes `10` if it is left out.
    #[inline]
    pub fn limit(mut self, value: impl Into<i64>) -> Self {
        self.0.set_query("limit", &value.into());
        self
    }
}
impl_call!(List, Page < Bird >);
impl_paged!(List, Page < Bird >, Bird);

/// Operations on songs.
pub mod songs {
    use crate::prelude::*;
    /// Operations on songs.
    #[derive(Clone, Debug)]
    pub struct Songs<C> {
        pub(crate) client: Client,
        credential: ::std::marker::PhantomData<C>,
    }
    impl<C> Songs<C> {
        #[inline]
        pub(crate) fn new(client: Client) -> Self {
            Self {
                client,
                credential: ::std::marker::PhantomData,
            }
        }
        /// Calls `birds:songs:list`.
        ///
        /// Needs no token, and is sent without one.
        ///
        /// Sends a `GET` request to `/songs`
        #[inline]
        pub fn list(&self) -> List {
            List(Call::json(&self.client, Request::new(&operations::BIRDS_SONGS_LIST)))
        }
    }
    /// A request of `birds:songs:list`, to be awaited.
    #[derive(Clone, Debug)]
    #[must_use = "a request does nothing until it is awaited"]
    pub struct List(Call<Page<Song>>);
    impl List {
        /// Sets the query parameter `page`: an integer.
        ///
        /// The API takes `1` if it is left out.
        #[inline]
        pub fn page(mut self, value: impl Into<i64>) -> Self {
            self.0.set_query("page", &value.into());
            self
        }
        /// Sets the query parameter `limit`: an integer.
        ///
        /// The API takes `10` if it is left out.
        #[inline]
        pub fn limit(mut self, value: impl Into<i64>) -> Self {
            self.0.set_query("limit", &value.into());
            self
        }
    }
    impl_call!(List, Page < Song >);
    impl_paged!(List, Page < Song >, Song);
}
