// Generated from `openapi/2026-01.json` when the crate is built. Changes are lost.

#[allow(unused_imports)]
use crate::prelude::*;

/// Operations on kites.
#[derive(Clone, Debug)]
pub struct Kites<C, V = crate::versions::Current> {
    pub(crate) client: Client<C, V>,
}

impl<C, V> Kites<C, V> {
    #[inline]
    pub(crate) fn new(client: Client<C, V>) -> Self {
        Self { client }
    }
    /// Calls `kites:create`.
    ///
    /// Needs no token, and is sent without one.
    ///
    /// Sends a `POST` request to `/kites`.
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
    /// use polar_client::types::{Colour, KiteCreate};
    ///
    /// let body = KiteCreate::new(Colour::Red);
    /// let kite = polar.kites().create(body).await?;
    /// println!("{kite:?}");
    /// # Ok(())
    /// # }
    /// ```
    #[doc(
        alias(
            "createKites",
            "kites.create",
            "kites:create",
            "kitesCreate",
            "kites_create"
        )
    )]
    #[inline]
    pub fn create(&self, body: impl Into<KiteCreate>) -> Call<Kite> {
        Call::json(
            self.client.transport(),
            Request::new(&operations::KITES_CREATE).body(&body.into()),
        )
    }
    /// Calls `kites:delete`.
    ///
    /// Needs no token, and is sent without one.
    ///
    /// Sends a `DELETE` request to `/kites/{id}`.
    ///
    /// Arguments:
    /// - `id`: The kite.
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
    /// # async fn example(id: polar_client::types::KiteId, polar: polar_client::Polar) -> Result<(), polar_client::Error> {
    /// polar.kites().delete(id).await?;
    /// # Ok(())
    /// # }
    /// ```
    #[doc(
        alias(
            "deleteKites",
            "kites.delete",
            "kites:delete",
            "kitesDelete",
            "kites_delete"
        )
    )]
    #[inline]
    pub fn delete(&self, id: KiteId) -> Call<()> {
        Call::empty(
            self.client.transport(),
            Request::new(&operations::KITES_DELETE).path(&id),
        )
    }
    /// Calls `kites:export`.
    ///
    /// Needs no token, and is sent without one.
    ///
    /// Sends a `GET` request to `/kites/export`.
    ///
    /// # Errors
    ///
    /// The API refuses the request with
    /// - 422: The input is invalid. `error.validation()` lists each problem with its location.
    /// - 429: Too many requests. The client waits and retries; `error.retry_after()` tells how long to wait.
    ///
    /// See [`Error`](crate::Error) for all others.
    ///
    /// # Examples
    ///
    /// ```no_run
    /// # async fn example(polar: polar_client::Polar) -> Result<(), polar_client::Error> {
    /// let csv = polar.kites().export().await?;
    /// println!("{} lines", csv.lines().count());
    /// # Ok(())
    /// # }
    /// ```
    #[doc(
        alias(
            "exportKites",
            "kites.export",
            "kites:export",
            "kitesExport",
            "kites_export"
        )
    )]
    #[inline]
    pub fn export(&self) -> Export {
        Export(
            Call::csv(self.client.transport(), Request::new(&operations::KITES_EXPORT)),
        )
    }
    /// Calls `kites:get`.
    ///
    /// Needs no token, and is sent without one.
    ///
    /// Sends a `GET` request to `/kites/{id}`.
    ///
    /// Arguments:
    /// - `id`: The kite.
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
    /// # async fn example(id: polar_client::types::KiteId, polar: polar_client::Polar) -> Result<(), polar_client::Error> {
    /// let kite = polar.kites().get(id).await?;
    /// println!("{kite:?}");
    /// # Ok(())
    /// # }
    /// ```
    #[doc(alias("getKites", "kites.get", "kites:get", "kitesGet", "kites_get"))]
    #[inline]
    pub fn get(&self, id: KiteId) -> Call<Kite> {
        Call::json(
            self.client.transport(),
            Request::new(&operations::KITES_GET).path(&id),
        )
    }
    /// Calls `kites:kites.by_name.find`.
    ///
    /// Needs no token, and is sent without one.
    ///
    /// Sends a `GET` request to `/kites/by-name/{name}`.
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
    /// let kite = polar.kites().find("Pro").await?;
    /// println!("{kite:?}");
    /// # Ok(())
    /// # }
    /// ```
    #[doc(
        alias(
            "kites.kitesByNameFind",
            "kites.kites_by_name_find",
            "kites:kites.by_name.find",
            "kitesByNameFindKites",
            "kitesKitesByNameFind",
            "kites_kites_by_name_find"
        )
    )]
    #[inline]
    pub fn find(&self, name: impl AsRef<str>) -> Call<Kite> {
        Call::json(
            self.client.transport(),
            Request::new(&operations::KITES_FIND).path(name.as_ref()),
        )
    }
    /// Lists kites.
    ///
    /// In no particular order.
    ///
    /// Needs no token, and is sent without one.
    ///
    /// Sends a `GET` request to `/kites`.
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
    /// let list = polar.kites().list().await?;
    /// println!("{list:?}");
    /// # Ok(())
    /// # }
    /// ```
    #[doc(alias("kites.list", "kites:list", "kitesList", "kites_list", "listKites"))]
    #[inline]
    pub fn list(&self) -> List {
        List(Call::json(self.client.transport(), Request::new(&operations::KITES_LIST)))
    }
    /// Calls `kites:maybe`.
    ///
    /// Needs no token, and is sent without one.
    ///
    /// Sends a `GET` request to `/kites/maybe`.
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
    /// if let Some(kite) = polar.kites().maybe().await? {
    ///     println!("{kite:?}");
    /// }
    /// # Ok(())
    /// # }
    /// ```
    #[doc(
        alias("kites.maybe", "kites:maybe", "kitesMaybe", "kites_maybe", "maybeKites")
    )]
    #[inline]
    pub fn maybe(&self) -> Call<Option<Kite>> {
        Call::optional_json(
            self.client.transport(),
            Request::new(&operations::KITES_MAYBE),
        )
    }
    /// Calls `kites:update`.
    ///
    /// Needs no token, and is sent without one.
    ///
    /// Sends a `PATCH` request to `/kites/{id}`.
    ///
    /// Arguments:
    /// - `id`: The kite.
    /// - `body`: The request body.
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
    /// # #[allow(deprecated)]
    /// # async fn example(id: polar_client::types::KiteId, polar: polar_client::Polar) -> Result<(), polar_client::Error> {
    /// use polar_client::types::{Colour, KiteCreate};
    ///
    /// let body = KiteCreate::new(Colour::Red);
    /// let kite = polar.kites().update(id, body).await?;
    /// println!("{kite:?}");
    /// # Ok(())
    /// # }
    /// ```
    #[doc(
        alias(
            "kites.update",
            "kites:update",
            "kitesUpdate",
            "kites_update",
            "updateKites"
        )
    )]
    #[deprecated = "the API has deprecated this operation"]
    #[inline]
    pub fn update(&self, id: KiteId, body: impl Into<KiteCreate>) -> Call<Kite> {
        Call::json(
            self.client.transport(),
            Request::new(&operations::KITES_UPDATE).path(&id).body(&body.into()),
        )
    }
    /// Operations on lines.
    #[inline]
    pub fn lines(&self) -> lines::Lines<C, V> {
        lines::Lines::new(self.client.clone())
    }
}

/// A call of `kites:export`. Awaiting it sends the request.
#[must_use = "a call does nothing until it is awaited"]
pub struct Export(Call<String>);
impl_call!(Export, String, bytes);

impl Export {
    /// Sets the query parameter `colour`: of type [`Colour`].
    pub fn colour<F>(mut self, value: impl IntoOption<Colour, F>) -> Self {
        self.0.set_query("colour", value.into_option());
        self
    }
}

/// A call of `kites:list`. Awaiting it sends the request.
#[must_use = "a call does nothing until it is awaited"]
pub struct List(Call<Vec<Kite>>);
impl_call!(List, Vec < Kite >);

impl List {
    /// Only of these colours.
    pub fn colour<F>(mut self, values: impl IntoOption<OneOrMany<Colour>, F>) -> Self {
        self.0.set_query_all("colour", values.into_option());
        self
    }
    /// Sets the query parameter `owner_id`: any number of values, each of type [`OwnerId`].
    pub fn owner_id<F>(
        mut self,
        values: impl IntoOption<OneOrMany<OwnerId>, F>,
    ) -> Self {
        self.0.set_query_all("owner_id", values.into_option());
        self
    }
    /// Sets the query parameter `metadata`: values by key; several values for one key are alternatives.
    pub fn metadata<F>(
        mut self,
        key: impl AsRef<str>,
        values: impl IntoOption<OneOrMany<Scalar>, F>,
    ) -> Self {
        self.0
            .set_query_all(
                format!("{}[{}]", "metadata", key.as_ref()),
                values.into_option(),
            );
        self
    }
    /// Sets the query parameter `query`: a string.
    ///
    /// Deprecated by the API.
    pub fn query<F>(mut self, value: impl IntoOption<String, F>) -> Self {
        self.0.set_query("query", value.into_option());
        self
    }
    /// Sets the query parameter `limit`: an integer.
    ///
    /// Defaults to `10`.
    pub fn limit<F>(mut self, value: impl IntoOption<Integer, F>) -> Self {
        self.0.set_query("limit", value.into_option().map(Integer::into_i64));
        self
    }
    /// Sets the query parameter `since`: a date.
    pub fn since<F>(mut self, value: impl IntoOption<NaiveDate, F>) -> Self {
        self.0.set_query("since", value.into_option());
        self
    }
    /// Sets the query parameter `type`: a string.
    pub fn type_<F>(mut self, value: impl IntoOption<String, F>) -> Self {
        self.0.set_query("type", value.into_option());
        self
    }
}

/// Operations on lines.
pub mod lines {
    #[allow(unused_imports)]
    use crate::prelude::*;
    /// Operations on lines.
    #[derive(Clone, Debug)]
    pub struct Lines<C, V = crate::versions::Current> {
        pub(crate) client: Client<C, V>,
    }
    impl<C, V> Lines<C, V> {
        #[inline]
        pub(crate) fn new(client: Client<C, V>) -> Self {
            Self { client }
        }
        /// Calls `kites:lines:length`.
        ///
        /// Needs no token, and is sent without one.
        ///
        /// Sends a `GET` request to `/kites/{id}/lines/{number}`.
        ///
        /// Arguments:
        /// - `id`: The kite.
        /// - `number`
        /// - `unit`: Sets the query parameter `unit`: of type [`LengthUnit`].
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
        /// # async fn example(id: polar_client::types::KiteId, polar: polar_client::Polar) -> Result<(), polar_client::Error> {
        /// use polar_client::types::LengthUnit;
        ///
        /// let value = polar.kites().lines().length(id, 1, LengthUnit::Metre).await?;
        /// println!("{value:?}");
        /// # Ok(())
        /// # }
        /// ```
        #[doc(
            alias(
                "kites.lines.length",
                "kites:lines:length",
                "kitesLinesLength",
                "kites_lines_length",
                "lengthLines"
            )
        )]
        #[inline]
        pub fn length(
            &self,
            id: KiteId,
            number: impl Borrow<i64>,
            unit: impl Into<LengthUnit>,
        ) -> Call<i64> {
            Call::json(
                self.client.transport(),
                Request::new(&operations::KITES_LINES_LENGTH)
                    .path(&id)
                    .path(number.borrow())
                    .query("unit", &unit.into()),
            )
        }
        /// Operations on knots.
        #[inline]
        pub fn knots(&self) -> knots::Knots<C, V> {
            knots::Knots::new(self.client.clone())
        }
    }
    /// Operations on knots.
    pub mod knots {
        #[allow(unused_imports)]
        use crate::prelude::*;
        /// Operations on knots.
        #[derive(Clone, Debug)]
        pub struct Knots<C, V = crate::versions::Current> {
            pub(crate) client: Client<C, V>,
        }
        impl<C, V> Knots<C, V> {
            #[inline]
            pub(crate) fn new(client: Client<C, V>) -> Self {
                Self { client }
            }
            /// Calls `kites:lines:knots:replace`.
            ///
            /// Needs no token, and is sent without one.
            ///
            /// Sends a `PUT` request to `/kites/flights`.
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
            /// use polar_client::types::KnotForm;
            ///
            /// let body = KnotForm::new(1);
            /// polar.kites().lines().knots().replace(body).await?;
            /// # Ok(())
            /// # }
            /// ```
            #[doc(
                alias(
                    "kites.lines.knots.replace",
                    "kites:lines:knots:replace",
                    "kitesLinesKnotsReplace",
                    "kites_lines_knots_replace",
                    "replaceKnots"
                )
            )]
            #[inline]
            pub fn replace(&self, body: impl Into<KnotForm>) -> Call<()> {
                Call::empty(
                    self.client.transport(),
                    Request::new(&operations::KITES_LINES_KNOTS_REPLACE)
                        .body(&body.into()),
                )
            }
            /// Calls `kites:lines:knots:tie`.
            ///
            /// Needs no token, and is sent without one.
            ///
            /// Sends a `POST` request to `/kites/flights`.
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
            /// use polar_client::types::{Colour, KiteCreate};
            ///
            /// if let Some(kite) = polar.kites().lines().knots().tie().body(KiteCreate::new(Colour::Red)).await? {
            ///     println!("{kite:?}");
            /// }
            /// # Ok(())
            /// # }
            /// ```
            #[doc(
                alias(
                    "kites.lines.knots.tie",
                    "kites:lines:knots:tie",
                    "kitesLinesKnotsTie",
                    "kites_lines_knots_tie",
                    "tieKnots"
                )
            )]
            #[inline]
            pub fn tie(&self) -> Tie {
                Tie(
                    Call::optional_json(
                        self.client.transport(),
                        Request::new(&operations::KITES_LINES_KNOTS_TIE),
                    ),
                )
            }
        }
        /// A call of `kites:lines:knots:tie`. Awaiting it sends the request.
        #[must_use = "a call does nothing until it is awaited"]
        pub struct Tie(Call<Option<Kite>>);
        impl_call!(Tie, Option < Kite >);
        impl Tie {
            /// Sends a body, which may be left out.
            #[inline]
            pub fn body<F>(mut self, body: impl IntoOption<KiteCreate, F>) -> Self {
                self.0.set_body(body.into_option());
                self
            }
        }
    }
}
