#[allow(clippy::all)]
impl Client {
    /**Lists kites.

In no particular order.

Needs no token, and is sent without one.

Sends a `GET` request to `/kites`

*/
    pub async fn kites_list<'a>(
        &'a self,
        colour: Option<&'a ::std::vec::Vec<::polar_client::types::Colour>>,
        limit: Option<i64>,
        metadata: Option<
            &'a ::std::collections::BTreeMap<
                ::std::string::String,
                ::polar_client::Scalar,
            >,
        >,
        owner_id: Option<&'a ::std::vec::Vec<::polar_client::types::OwnerId>>,
        query: Option<&'a str>,
        since: Option<&'a ::chrono::naive::NaiveDate>,
        type_: Option<&'a str>,
    ) -> Result<ResponseValue<::std::vec::Vec<::polar_client::types::Kite>>, Error<()>> {
        let url = format!("{}/kites", self.baseurl,);
        let mut header_map = ::reqwest::header::HeaderMap::with_capacity(1usize);
        header_map
            .append(
                ::reqwest::header::HeaderName::from_static("api-version"),
                ::reqwest::header::HeaderValue::from_static(Self::api_version()),
            );
        #[allow(unused_mut)]
        let mut request = self
            .client
            .get(url)
            .header(
                ::reqwest::header::ACCEPT,
                ::reqwest::header::HeaderValue::from_static("application/json"),
            )
            .query(&progenitor_client::QueryParam::new("colour", &colour))
            .query(&progenitor_client::QueryParam::new("limit", &limit))
            .query(&progenitor_client::QueryParam::new("metadata", &metadata))
            .query(&progenitor_client::QueryParam::new("owner_id", &owner_id))
            .query(&progenitor_client::QueryParam::new("query", &query))
            .query(&progenitor_client::QueryParam::new("since", &since))
            .query(&progenitor_client::QueryParam::new("type", &type_))
            .headers(header_map)
            .build()?;
        let info = OperationInfo {
            operation_id: "kites_list",
        };
        self.pre(&mut request, &info).await?;
        let result = self.exec(request, &info).await;
        self.post(&result, &info).await?;
        let response = result?;
        match response.status().as_u16() {
            200u16 => ResponseValue::from_response(response).await,
            _ => Err(Error::UnexpectedResponse(response)),
        }
    }
    /**Calls `kites:create`.

Needs no token, and is sent without one.

Sends a `POST` request to `/kites`

*/
    pub async fn kites_create<'a>(
        &'a self,
        body: &'a ::polar_client::types::KiteCreate,
    ) -> Result<ResponseValue<::polar_client::types::Kite>, Error<()>> {
        let url = format!("{}/kites", self.baseurl,);
        let mut header_map = ::reqwest::header::HeaderMap::with_capacity(1usize);
        header_map
            .append(
                ::reqwest::header::HeaderName::from_static("api-version"),
                ::reqwest::header::HeaderValue::from_static(Self::api_version()),
            );
        #[allow(unused_mut)]
        let mut request = self
            .client
            .post(url)
            .header(
                ::reqwest::header::ACCEPT,
                ::reqwest::header::HeaderValue::from_static("application/json"),
            )
            .json(&body)
            .headers(header_map)
            .build()?;
        let info = OperationInfo {
            operation_id: "kites_create",
        };
        self.pre(&mut request, &info).await?;
        let result = self.exec(request, &info).await;
        self.post(&result, &info).await?;
        let response = result?;
        match response.status().as_u16() {
            200u16 => ResponseValue::from_response(response).await,
            _ => Err(Error::UnexpectedResponse(response)),
        }
    }
    /**Calls `kites:get`.

Needs no token, and is sent without one.

Sends a `GET` request to `/kites/{id}`

Arguments:
- `id`: The kite.
*/
    pub async fn kites_get<'a>(
        &'a self,
        id: &'a ::polar_client::types::KiteId,
    ) -> Result<ResponseValue<::polar_client::types::Kite>, Error<()>> {
        let url = format!("{}/kites/{}", self.baseurl, encode_path(& id.to_string()),);
        let mut header_map = ::reqwest::header::HeaderMap::with_capacity(1usize);
        header_map
            .append(
                ::reqwest::header::HeaderName::from_static("api-version"),
                ::reqwest::header::HeaderValue::from_static(Self::api_version()),
            );
        #[allow(unused_mut)]
        let mut request = self
            .client
            .get(url)
            .header(
                ::reqwest::header::ACCEPT,
                ::reqwest::header::HeaderValue::from_static("application/json"),
            )
            .headers(header_map)
            .build()?;
        let info = OperationInfo {
            operation_id: "kites_get",
        };
        self.pre(&mut request, &info).await?;
        let result = self.exec(request, &info).await;
        self.post(&result, &info).await?;
        let response = result?;
        match response.status().as_u16() {
            200u16 => ResponseValue::from_response(response).await,
            _ => Err(Error::UnexpectedResponse(response)),
        }
    }
    /**Calls `kites:delete`.

Needs no token, and is sent without one.

Sends a `DELETE` request to `/kites/{id}`

Arguments:
- `id`: The kite.
*/
    pub async fn kites_delete<'a>(
        &'a self,
        id: &'a ::polar_client::types::KiteId,
    ) -> Result<ResponseValue<()>, Error<()>> {
        let url = format!("{}/kites/{}", self.baseurl, encode_path(& id.to_string()),);
        let mut header_map = ::reqwest::header::HeaderMap::with_capacity(1usize);
        header_map
            .append(
                ::reqwest::header::HeaderName::from_static("api-version"),
                ::reqwest::header::HeaderValue::from_static(Self::api_version()),
            );
        #[allow(unused_mut)]
        let mut request = self.client.delete(url).headers(header_map).build()?;
        let info = OperationInfo {
            operation_id: "kites_delete",
        };
        self.pre(&mut request, &info).await?;
        let result = self.exec(request, &info).await;
        self.post(&result, &info).await?;
        let response = result?;
        match response.status().as_u16() {
            200u16 => Ok(ResponseValue::empty(response)),
            _ => Err(Error::UnexpectedResponse(response)),
        }
    }
    /**Calls `kites:update`.

Needs no token, and is sent without one.

Sends a `PATCH` request to `/kites/{id}`

Arguments:
- `id`: The kite.
- `body`
*/
    pub async fn kites_update<'a>(
        &'a self,
        id: &'a ::polar_client::types::KiteId,
        body: &'a ::polar_client::types::KiteCreate,
    ) -> Result<ResponseValue<::polar_client::types::Kite>, Error<()>> {
        let url = format!("{}/kites/{}", self.baseurl, encode_path(& id.to_string()),);
        let mut header_map = ::reqwest::header::HeaderMap::with_capacity(1usize);
        header_map
            .append(
                ::reqwest::header::HeaderName::from_static("api-version"),
                ::reqwest::header::HeaderValue::from_static(Self::api_version()),
            );
        #[allow(unused_mut)]
        let mut request = self
            .client
            .patch(url)
            .header(
                ::reqwest::header::ACCEPT,
                ::reqwest::header::HeaderValue::from_static("application/json"),
            )
            .json(&body)
            .headers(header_map)
            .build()?;
        let info = OperationInfo {
            operation_id: "kites_update",
        };
        self.pre(&mut request, &info).await?;
        let result = self.exec(request, &info).await;
        self.post(&result, &info).await?;
        let response = result?;
        match response.status().as_u16() {
            200u16 => ResponseValue::from_response(response).await,
            _ => Err(Error::UnexpectedResponse(response)),
        }
    }
    /**Calls `kites:export`.

Needs no token, and is sent without one.

Sends a `GET` request to `/kites/export`

*/
    pub async fn kites_export<'a>(
        &'a self,
        colour: Option<&'a ::polar_client::types::Colour>,
    ) -> Result<ResponseValue<ByteStream>, Error<()>> {
        let url = format!("{}/kites/export", self.baseurl,);
        let mut header_map = ::reqwest::header::HeaderMap::with_capacity(1usize);
        header_map
            .append(
                ::reqwest::header::HeaderName::from_static("api-version"),
                ::reqwest::header::HeaderValue::from_static(Self::api_version()),
            );
        #[allow(unused_mut)]
        let mut request = self
            .client
            .get(url)
            .query(&progenitor_client::QueryParam::new("colour", &colour))
            .headers(header_map)
            .build()?;
        let info = OperationInfo {
            operation_id: "kites_export",
        };
        self.pre(&mut request, &info).await?;
        let result = self.exec(request, &info).await;
        self.post(&result, &info).await?;
        let response = result?;
        match response.status().as_u16() {
            200u16 => Ok(ResponseValue::stream(response)),
            _ => Err(Error::UnexpectedResponse(response)),
        }
    }
    /**Calls `kites:kites.by_name.find`.

Needs no token, and is sent without one.

Sends a `GET` request to `/kites/by-name/{name}`

*/
    pub async fn kites_kites_by_name_find<'a>(
        &'a self,
        name: &'a str,
    ) -> Result<ResponseValue<::polar_client::types::Kite>, Error<()>> {
        let url = format!(
            "{}/kites/by-name/{}", self.baseurl, encode_path(& name.to_string()),
        );
        let mut header_map = ::reqwest::header::HeaderMap::with_capacity(1usize);
        header_map
            .append(
                ::reqwest::header::HeaderName::from_static("api-version"),
                ::reqwest::header::HeaderValue::from_static(Self::api_version()),
            );
        #[allow(unused_mut)]
        let mut request = self
            .client
            .get(url)
            .header(
                ::reqwest::header::ACCEPT,
                ::reqwest::header::HeaderValue::from_static("application/json"),
            )
            .headers(header_map)
            .build()?;
        let info = OperationInfo {
            operation_id: "kites_kites_by_name_find",
        };
        self.pre(&mut request, &info).await?;
        let result = self.exec(request, &info).await;
        self.post(&result, &info).await?;
        let response = result?;
        match response.status().as_u16() {
            200u16 => ResponseValue::from_response(response).await,
            _ => Err(Error::UnexpectedResponse(response)),
        }
    }
    /**Calls `kites:lines:knots:replace`.

Needs no token, and is sent without one.

Sends a `PUT` request to `/kites/flights`

*/
    pub async fn kites_lines_knots_replace<'a>(
        &'a self,
        body: &'a ::polar_client::types::KnotForm,
    ) -> Result<ResponseValue<()>, Error<()>> {
        let url = format!("{}/kites/flights", self.baseurl,);
        let mut header_map = ::reqwest::header::HeaderMap::with_capacity(1usize);
        header_map
            .append(
                ::reqwest::header::HeaderName::from_static("api-version"),
                ::reqwest::header::HeaderValue::from_static(Self::api_version()),
            );
        #[allow(unused_mut)]
        let mut request = self
            .client
            .put(url)
            .form_urlencoded(&body)?
            .headers(header_map)
            .build()?;
        let info = OperationInfo {
            operation_id: "kites_lines_knots_replace",
        };
        self.pre(&mut request, &info).await?;
        let result = self.exec(request, &info).await;
        self.post(&result, &info).await?;
        let response = result?;
        match response.status().as_u16() {
            200u16 => Ok(ResponseValue::empty(response)),
            _ => Err(Error::UnexpectedResponse(response)),
        }
    }
    /**Calls `kites:lines:knots:tie`.

Needs no token, and is sent without one.

Sends a `POST` request to `/kites/flights`

*/
    pub async fn kites_lines_knots_tie<'a>(
        &'a self,
        body: Option<&'a ::polar_client::types::KiteCreate>,
    ) -> Result<
        ResponseValue<::std::option::Option<::polar_client::types::Kite>>,
        Error<()>,
    > {
        let url = format!("{}/kites/flights", self.baseurl,);
        let mut header_map = ::reqwest::header::HeaderMap::with_capacity(1usize);
        header_map
            .append(
                ::reqwest::header::HeaderName::from_static("api-version"),
                ::reqwest::header::HeaderValue::from_static(Self::api_version()),
            );
        #[allow(unused_mut)]
        let mut request = self
            .client
            .post(url)
            .header(
                ::reqwest::header::ACCEPT,
                ::reqwest::header::HeaderValue::from_static("application/json"),
            )
            .json(&body)
            .headers(header_map)
            .build()?;
        let info = OperationInfo {
            operation_id: "kites_lines_knots_tie",
        };
        self.pre(&mut request, &info).await?;
        let result = self.exec(request, &info).await;
        self.post(&result, &info).await?;
        let response = result?;
        match response.status().as_u16() {
            200u16 => ResponseValue::from_response(response).await,
            _ => Err(Error::UnexpectedResponse(response)),
        }
    }
    /**Calls `kites:lines:length`.

Needs no token, and is sent without one.

Sends a `GET` request to `/kites/{id}/lines/{number}`

Arguments:
- `id`: The kite.
- `number`
- `unit`: Sets the query parameter `unit`: of type [`LengthUnit`].
*/
    pub async fn kites_lines_length<'a>(
        &'a self,
        id: &'a ::polar_client::types::KiteId,
        number: i64,
        unit: &'a ::polar_client::types::LengthUnit,
    ) -> Result<ResponseValue<i64>, Error<()>> {
        let url = format!(
            "{}/kites/{}/lines/{}", self.baseurl, encode_path(& id.to_string()),
            encode_path(& number.to_string()),
        );
        let mut header_map = ::reqwest::header::HeaderMap::with_capacity(1usize);
        header_map
            .append(
                ::reqwest::header::HeaderName::from_static("api-version"),
                ::reqwest::header::HeaderValue::from_static(Self::api_version()),
            );
        #[allow(unused_mut)]
        let mut request = self
            .client
            .get(url)
            .header(
                ::reqwest::header::ACCEPT,
                ::reqwest::header::HeaderValue::from_static("application/json"),
            )
            .query(&progenitor_client::QueryParam::new("unit", &unit))
            .headers(header_map)
            .build()?;
        let info = OperationInfo {
            operation_id: "kites_lines_length",
        };
        self.pre(&mut request, &info).await?;
        let result = self.exec(request, &info).await;
        self.post(&result, &info).await?;
        let response = result?;
        match response.status().as_u16() {
            200u16 => ResponseValue::from_response(response).await,
            _ => Err(Error::UnexpectedResponse(response)),
        }
    }
    /**Calls `kites:maybe`.

Needs no token, and is sent without one.

Sends a `GET` request to `/kites/maybe`

*/
    pub async fn kites_maybe<'a>(
        &'a self,
    ) -> Result<
        ResponseValue<::std::option::Option<::polar_client::types::Kite>>,
        Error<()>,
    > {
        let url = format!("{}/kites/maybe", self.baseurl,);
        let mut header_map = ::reqwest::header::HeaderMap::with_capacity(1usize);
        header_map
            .append(
                ::reqwest::header::HeaderName::from_static("api-version"),
                ::reqwest::header::HeaderValue::from_static(Self::api_version()),
            );
        #[allow(unused_mut)]
        let mut request = self
            .client
            .get(url)
            .header(
                ::reqwest::header::ACCEPT,
                ::reqwest::header::HeaderValue::from_static("application/json"),
            )
            .headers(header_map)
            .build()?;
        let info = OperationInfo {
            operation_id: "kites_maybe",
        };
        self.pre(&mut request, &info).await?;
        let result = self.exec(request, &info).await;
        self.post(&result, &info).await?;
        let response = result?;
        match response.status().as_u16() {
            200u16 => ResponseValue::from_response(response).await,
            _ => Err(Error::UnexpectedResponse(response)),
        }
    }
}
