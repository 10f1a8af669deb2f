// Generated from `openapi/2026-01.json` when the crate is built. Changes are lost.

#[allow(unused_imports)]
use crate::prelude::*;

/// Operations on tours.
#[derive(Clone, Debug)]
pub struct Tours<C, V = crate::versions::Current> {
    pub(crate) client: Client<C, V>,
}

impl<C, V> Tours<C, V> {
    #[inline]
    pub(crate) fn new(client: Client<C, V>) -> Self {
        Self { client }
    }
    /// Calls `tours:next`.
    ///
    /// Needs no token, and is sent without one.
    ///
    /// Sends a `GET` request to `/tours/next`.
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
    /// let tour = polar.tours().next().await?;
    /// println!("{tour:?}");
    /// # Ok(())
    /// # }
    /// ```
    #[doc(alias("nextTours", "tours.next", "tours:next", "toursNext", "tours_next"))]
    #[inline]
    pub fn next(&self) -> Call<Tour> {
        Call::json(self.client.transport(), Request::new(&operations::TOURS_NEXT))
    }
    /// Calls `tours:preview`.
    ///
    /// Needs a token with the scope `tours:write`.
    ///
    /// Sends a `GET` request to `/tours/preview`.
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
    /// # async fn example(polar: polar_client::Polar) -> Result<(), polar_client::Error> {
    /// let tour = polar.tours().preview().await?;
    /// println!("{tour:?}");
    /// # Ok(())
    /// # }
    /// ```
    #[doc(
        alias(
            "previewTours",
            "tours.preview",
            "tours:preview",
            "toursPreview",
            "tours_preview"
        )
    )]
    #[inline]
    pub fn preview(&self) -> Call<Tour> {
        Call::json(self.client.transport(), Request::new(&operations::TOURS_PREVIEW))
    }
}

impl<V> Tours<crate::client::AccessToken, V> {
    /// Calls `tours:list`.
    ///
    /// Needs a token with the scope `tours:write`.
    ///
    /// Sends a `GET` request to `/tours`.
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
    /// # async fn example(polar: polar_client::Polar) -> Result<(), polar_client::Error> {
    /// let list = polar.tours().list().await?;
    /// println!("{list:?}");
    /// # Ok(())
    /// # }
    /// ```
    #[doc(alias("listTours", "tours.list", "tours:list", "toursList", "tours_list"))]
    #[inline]
    pub fn list(&self) -> Call<Vec<Tour>> {
        Call::json(self.client.transport(), Request::new(&operations::TOURS_LIST))
    }
    /// Calls `tours:whoami`.
    ///
    /// Needs a token of any scope.
    ///
    /// Sends a `POST` request to `/tours`.
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
    /// # async fn example(polar: polar_client::Polar) -> Result<(), polar_client::Error> {
    /// let tour = polar.tours().whoami().await?;
    /// println!("{tour:?}");
    /// # Ok(())
    /// # }
    /// ```
    #[doc(
        alias(
            "tours.whoami",
            "tours:whoami",
            "toursWhoami",
            "tours_whoami",
            "whoamiTours"
        )
    )]
    #[inline]
    pub fn whoami(&self) -> Call<Tour> {
        Call::json(self.client.transport(), Request::new(&operations::TOURS_WHOAMI))
    }
}
