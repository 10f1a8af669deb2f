// Generated from `openapi/2026-01.json` when the crate is built. Changes are lost.

#[allow(unused_imports)]
use crate::prelude::*;

/// Operations on birds.
#[derive(Clone, Debug)]
pub struct Birds<C, V = crate::versions::Current> {
    pub(crate) client: Client<C, V>,
}

impl<C, V> Birds<C, V> {
    #[inline]
    pub(crate) fn new(client: Client<C, V>) -> Self {
        Self { client }
    }
    /// Calls `birds:list`.
    ///
    /// Needs no token, and is sent without one.
    ///
    /// Sends a `GET` request to `/birds`.
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
    /// let mut items = polar.birds().list().stream();
    /// while let Some(bird) = items.try_next().await? {
    ///     println!("{bird:?}");
    /// }
    /// # Ok(())
    /// # }
    /// ```
    #[doc(alias("birds.list", "birds:list", "birdsList", "birds_list", "listBirds"))]
    #[inline]
    pub fn list(&self) -> List {
        List(Call::json(self.client.transport(), Request::new(&operations::BIRDS_LIST)))
    }
    /// Operations on songs.
    #[inline]
    pub fn songs(&self) -> songs::Songs<C, V> {
        songs::Songs::new(self.client.clone())
    }
}

/// A call of `birds:list`. Awaiting it sends the request.
#[must_use = "a call does nothing until it is awaited"]
pub struct List(Call<Page<Bird>>);
impl_call!(List, Page < Bird >, items : Bird);

impl List {
    /// Sets the query parameter `page`: an integer.
    ///
    /// Greater than 0. Defaults to `1`.
    pub fn page<F>(mut self, value: impl IntoOption<Integer, F>) -> Self {
        self.0.set_query("page", value.into_option().map(Integer::into_i64));
        self
    }
    /// Sets the query parameter `limit`: an integer.
    ///
    /// At most 100. Defaults to `10`.
    pub fn limit<F>(mut self, value: impl IntoOption<Integer, F>) -> Self {
        self.0.set_query("limit", value.into_option().map(Integer::into_i64));
        self
    }
    /// Requests pages without counts, which is faster for long lists. A page then says only whether there is a next one: see [`CursorPage`]. Sends `cursor_pagination=true`.
    ///
    /// The returned call has no setters of options, so they come before.
    #[inline]
    pub fn by_cursor(self) -> Call<CursorPage<Bird>> {
        self.0.by_cursor("cursor_pagination")
    }
}

/// Operations on songs.
pub mod songs {
    #[allow(unused_imports)]
    use crate::prelude::*;
    /// Operations on songs.
    #[derive(Clone, Debug)]
    pub struct Songs<C, V = crate::versions::Current> {
        pub(crate) client: Client<C, V>,
    }
    impl<C, V> Songs<C, V> {
        #[inline]
        pub(crate) fn new(client: Client<C, V>) -> Self {
            Self { client }
        }
        /// Calls `birds:songs:list`.
        ///
        /// Needs no token, and is sent without one.
        ///
        /// Sends a `GET` request to `/songs`.
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
        /// let mut items = polar.birds().songs().list().stream();
        /// while let Some(song) = items.try_next().await? {
        ///     println!("{song:?}");
        /// }
        /// # Ok(())
        /// # }
        /// ```
        #[doc(
            alias(
                "birds.songs.list",
                "birds:songs:list",
                "birdsSongsList",
                "birds_songs_list",
                "listSongs"
            )
        )]
        #[inline]
        pub fn list(&self) -> List {
            List(
                Call::json(
                    self.client.transport(),
                    Request::new(&operations::BIRDS_SONGS_LIST),
                ),
            )
        }
    }
    /// A call of `birds:songs:list`. Awaiting it sends the request.
    #[must_use = "a call does nothing until it is awaited"]
    pub struct List(Call<Page<Song>>);
    impl_call!(List, Page < Song >, items : Song);
    impl List {
        /// Sets the query parameter `page`: an integer.
        ///
        /// Greater than 0. Defaults to `1`.
        pub fn page<F>(mut self, value: impl IntoOption<Integer, F>) -> Self {
            self.0.set_query("page", value.into_option().map(Integer::into_i64));
            self
        }
        /// Sets the query parameter `limit`: an integer.
        ///
        /// At most 100. Defaults to `10`.
        pub fn limit<F>(mut self, value: impl IntoOption<Integer, F>) -> Self {
            self.0.set_query("limit", value.into_option().map(Integer::into_i64));
            self
        }
    }
}
