use crate::prelude::*;

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
            credential: ::std::marker::PhantomData,
        }
    }
    /// Calls `tours:next`.
    ///
    /// Needs no token, and is sent without one.
    ///
    /// Sends a `GET` request to `/tours/next`
    #[inline]
    pub fn next(&self) -> Call<Tour> {
        Call::json(&self.client, Request::new(&operations::TOURS_NEXT))
    }
    /// Calls `tours:preview`.
    ///
    /// Needs a token with `tours:write`.
    ///
    /// Sends a `GET` request to `/tours/preview`
    #[inline]
    pub fn preview(&self) -> Call<Tour> {
        Call::json(&self.client, Request::new(&operations::TOURS_PREVIEW))
    }
}

impl Tours<Core> {
    /// Calls `tours:list`.
    ///
    /// Needs a token with `tours:write`.
    ///
    /// Sends a `GET` request to `/tours`
    #[inline]
    pub fn list(&self) -> Call<Vec<Tour>> {
        Call::json(&self.client, Request::new(&operations::TOURS_LIST))
    }
    /// Calls `tours:whoami`.
    ///
    /// Needs a token of any scope.
    ///
    /// Sends a `POST` request to `/tours`
    #[inline]
    pub fn whoami(&self) -> Call<Tour> {
        Call::json(&self.client, Request::new(&operations::TOURS_WHOAMI))
    }
}
