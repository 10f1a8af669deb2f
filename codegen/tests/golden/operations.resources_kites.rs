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
/// Operations on kites.
#[derive(Clone, Debug)]
pub struct Kites<C> {
    pub(crate) client: Client,
    credential: ::std::marker::PhantomData<C>,
}
impl<C> Kites<C> {
    #[inline]
    pub(crate) fn new(client: Client) -> Self {
        Self {
            client,
            credential: ::std::marker::PhantomData
        }
    }
    /// Calls `kites:create`.
    ///
    /// `POST /kites`
    ///
    /// Needs no token, and is sent without one.
    #[inline]
    pub fn create(&self, body: impl Into<KiteCreate>) -> Call<Kite> {
        Call::json(&self.client, Request::new(&operations::KITES_CREATE).body(&body.into()))
    }
    /// Calls `kites:delete`.
    ///
    /// `DELETE /kites/{id}`
    ///
    /// Needs no token, and is sent without one.
    #[inline]
    pub fn delete(&self, id: impl Borrow<Uuid>) -> Call<()> {
        Call::empty(&self.client, Request::new(&operations::KITES_DELETE).path(id.borrow()))
    }
    /// Calls `kites:export`.
    ///
    /// `GET /kites/export`
    ///
    /// Needs no token, and is sent without one.
    #[inline]
    pub fn export(&self) -> Export {
        Export(Call::csv(&self.client, Request::new(&operations::KITES_EXPORT)))
    }
    /// Calls `kites:get`.
    ///
    /// `GET /kites/{id}`
    ///
    /// Needs no token, and is sent without one.
    #[inline]
    pub fn get(&self, id: impl Borrow<Uuid>) -> Call<Kite> {
        Call::json(&self.client, Request::new(&operations::KITES_GET).path(id.borrow()))
    }
    /// Calls `kites:kites.by_name.find`.
    ///
    /// `GET /kites/by-name/{name}`
    ///
    /// Needs no token, and is sent without one.
    #[inline]
    pub fn find(&self, name: impl AsRef<str>) -> Call<Kite> {
        Call::json(
            &self.client,
            Request::new(&operations::KITES_KITES_BY_NAME_FIND).path(name.as_ref())
        )
    }
    /// Lists kites.
    ///
    /// In no particular order.
    ///
    /// `GET /kites`
    ///
    /// Needs no token, and is sent without one.
    #[inline]
    pub fn list(&self) -> List {
        List(Call::json(&self.client, Request::new(&operations::KITES_LIST)))
    }
    /// Calls `kites:maybe`.
    ///
    /// `GET /kites/maybe`
    ///
    /// Needs no token, and is sent without one.
    #[inline]
    pub fn maybe(&self) -> Call<Option<Kite>> {
        Call::optional_json(&self.client, Request::new(&operations::KITES_MAYBE))
    }
    /// Calls `kites:update`.
    ///
    /// `PATCH /kites/{id}`
    ///
    /// Needs no token, and is sent without one.
    #[deprecated = "the API has deprecated this operation"]
    #[inline]
    pub fn update(&self, id: impl Borrow<Uuid>, body: impl Into<KiteCreate>) -> Call<Kite> {
        Call::json(
            &self.client,
            Request::new(&operations::KITES_UPDATE).path(id.borrow()).body(&body.into())
        )
    }
    /// Operations on lines.
    #[inline]
    pub fn lines(&self) -> lines::Lines<C> {
        lines::Lines::new(self.client.clone())
    }
}
/// A request of `kites:export`, to be awaited.
#[derive(Clone, Debug)]
#[must_use = "a request does nothing until it is awaited"]
pub struct Export(Call<String>);
impl Export {
    /// Sets the query parameter `colour`: a [`Colour`].
    #[inline]
    pub fn colour(mut self, value: impl Into<Colour>) -> Self {
        self.0.set_query("colour", &value.into());
        self
    }
}
impl_call!(Export, String);
impl_csv!(Export);
/// A request of `kites:list`, to be awaited.
#[derive(Clone, Debug)]
#[must_use = "a request does nothing until it is awaited"]
pub struct List(Call<Vec<Kite>>);
impl List {
    /// Only of these colours.
    #[inline]
    pub fn colour(mut self, values: impl Into<OneOrMany<Colour>>) -> Self {
        self.0.set_query_all("colour", values.into());
        self
    }
    /// Sets the query parameter `owner_id`: any number of values, each a UUID.
    #[inline]
    pub fn owner_id(mut self, values: impl Into<OneOrMany<Uuid>>) -> Self {
        self.0.set_query_all("owner_id", values.into());
        self
    }
    /// Sets the query parameter `metadata`: values by key; several values for one key are alternatives.
    #[inline]
    pub fn metadata(mut self, key: impl AsRef<str>, values: impl Into<OneOrMany<Scalar>>) -> Self {
        self.0.set_query_all(format!("{}[{}]", "metadata", key.as_ref()), values.into());
        self
    }
    /// Sets the query parameter `query`: a string.
    ///
    /// Deprecated by the API.
    #[inline]
    pub fn query(mut self, value: impl Into<String>) -> Self {
        self.0.set_query("query", &value.into());
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
    /// Sets the query parameter `since`: a date.
    #[inline]
    pub fn since(mut self, value: impl Into<NaiveDate>) -> Self {
        self.0.set_query("since", &value.into());
        self
    }
    /// Sets the query parameter `type`: a string.
    #[inline]
    pub fn type_(mut self, value: impl Into<String>) -> Self {
        self.0.set_query("type", &value.into());
        self
    }
}
impl_call!(List, Vec<Kite>);
/// Operations on lines.
pub mod lines {
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
    /// Operations on lines.
    #[derive(Clone, Debug)]
    pub struct Lines<C> {
        pub(crate) client: Client,
        credential: ::std::marker::PhantomData<C>,
    }
    impl<C> Lines<C> {
        #[inline]
        pub(crate) fn new(client: Client) -> Self {
            Self {
                client,
                credential: ::std::marker::PhantomData
            }
        }
        /// Calls `kites:lines:length`.
        ///
        /// `GET /kites/{id}/lines/{number}`
        ///
        /// Needs no token, and is sent without one.
        #[inline]
        pub fn length(
            &self,
            id: impl Borrow<Uuid>,
            number: impl Borrow<i64>,
            unit: impl Into<LengthUnit>
        ) -> Call<i64> {
            Call::json(
                &self.client,
                Request::new(&operations::KITES_LINES_LENGTH).path(id.borrow()).path(
                    number.borrow()
                ).query("unit", &unit.into())
            )
        }
        /// Operations on knots.
        #[inline]
        pub fn knots(&self) -> knots::Knots<C> {
            knots::Knots::new(self.client.clone())
        }
    }
    /// Operations on knots.
    pub mod knots {
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
        /// Operations on knots.
        #[derive(Clone, Debug)]
        pub struct Knots<C> {
            pub(crate) client: Client,
            credential: ::std::marker::PhantomData<C>,
        }
        impl<C> Knots<C> {
            #[inline]
            pub(crate) fn new(client: Client) -> Self {
                Self {
                    client,
                    credential: ::std::marker::PhantomData
                }
            }
            /// Calls `kites:lines:knots:replace`.
            ///
            /// `PUT /kites/flights`
            ///
            /// Needs no token, and is sent without one.
            #[inline]
            pub fn replace(&self, body: impl Into<KnotForm>) -> Call<()> {
                Call::empty(
                    &self.client,
                    Request::new(&operations::KITES_LINES_KNOTS_REPLACE).body(&body.into())
                )
            }
            /// Calls `kites:lines:knots:tie`.
            ///
            /// `POST /kites/flights`
            ///
            /// Needs no token, and is sent without one.
            #[inline]
            pub fn tie(&self) -> Tie {
                Tie(
                    Call::optional_json(
                        &self.client,
                        Request::new(&operations::KITES_LINES_KNOTS_TIE)
                    )
                )
            }
        }
        /// A request of `kites:lines:knots:tie`, to be awaited.
        #[derive(Clone, Debug)]
        #[must_use = "a request does nothing until it is awaited"]
        pub struct Tie(Call<Option<Kite>>);
        impl Tie {
            #[doc = r" Sends a body, which may be left out."]
            #[inline]
            pub fn body(mut self, body: impl Into<KiteCreate>) -> Self {
                self.0.set_body(&body.into());
                self
            }
        }
        impl_call!(Tie, Option<Kite>);
    }
}
