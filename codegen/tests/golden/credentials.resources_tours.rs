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
/// Operations on tours.
#[derive(Clone, Debug)]
pub struct Tours<C> {
    pub(crate) client: Client,
    credential: ::std::marker::PhantomData<C>,
}
impl<C> Tours<C> {
    #[inline]
    pub(crate) fn new(client: Client) -> Self {
        Self {
            client,
            credential: ::std::marker::PhantomData
        }
    }
    /// Calls `tours:next`.
    ///
    /// `GET /tours/next`
    ///
    /// Needs no token, and is sent without one.
    #[inline]
    pub fn next(&self) -> Call<Tour> {
        Call::json(&self.client, Request::new(&operations::TOURS_NEXT))
    }
    /// Calls `tours:preview`.
    ///
    /// `GET /tours/preview`
    ///
    /// Needs a token with `tours:write`.
    #[inline]
    pub fn preview(&self) -> Call<Tour> {
        Call::json(&self.client, Request::new(&operations::TOURS_PREVIEW))
    }
}
impl Tours<Core> {
    /// Calls `tours:list`.
    ///
    /// `GET /tours`
    ///
    /// Needs a token with `tours:write`.
    #[inline]
    pub fn list(&self) -> Call<Vec<Tour>> {
        Call::json(&self.client, Request::new(&operations::TOURS_LIST))
    }
    /// Calls `tours:whoami`.
    ///
    /// `POST /tours`
    ///
    /// Needs a token of any scope.
    #[inline]
    pub fn whoami(&self) -> Call<Tour> {
        Call::json(&self.client, Request::new(&operations::TOURS_WHOAMI))
    }
}
