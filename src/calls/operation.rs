//! The metadata of operations. The module [`operations`](crate::operations) has a constant for each of them.

use std::fmt;

use reqwest::Method;
use serde_json::Value;

use crate::data::codec::{Decode, DecodeError, Encode, from_slice};
use crate::types::Scope;

/// The metadata of an API operation: its id, method, path, scopes and types.
///
/// ```
/// use polar_client::{Operation, operations};
///
/// let operation = Operation::by_id("customers:list").expect("the API has customers");
/// assert_eq!(operation.id(), operations::CUSTOMERS_LIST.id());
/// assert_eq!((operation.method().as_str(), operation.path()), ("GET", "/v1/customers/"));
/// ```
pub struct Operation {
    pub(crate) id: &'static str,
    pub(crate) method: &'static str,
    pub(crate) path: &'static str,
    pub(crate) summary: &'static str,
    pub(crate) deprecated: bool,
    pub(crate) credential: Option<Credential>,
    pub(crate) requirements: &'static [Requirement],
    pub(crate) allowed_subjects: &'static [Subject],
    pub(crate) body: Option<BodyFormat>,
    /// The media type of a successful response.
    pub(crate) accept: &'static str,
    pub(crate) paginated: bool,
    /// JSON, as in the document.
    pub(crate) parameters: &'static str,
    pub(crate) effects: Effects,
    pub(crate) versions: &'static [&'static str],
}

/// The kind of credential that an operation takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Credential {
    /// An access token of an organization or a user.
    AccessToken,
    /// A customer's session of the customer portal. A member's session is accepted, too.
    CustomerSession,
    /// A member's session of the customer portal. A customer's session is not accepted.
    MemberSession,
}

/// The scopes that one security scheme requires.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Requirement {
    /// The security scheme.
    pub scheme: Scheme,
    /// The scopes, any one of which suffices; empty if no scope is required.
    pub scopes: &'static [Scope],
}

/// A security scheme of the API's document, that is, a kind of token. Later versions may have others.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Scheme(&'static str);

/// Whom a token stands for. Later versions may have others.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Subject(&'static str);

impl Scheme {
    /// `oat`: an access token of an organization.
    pub const ORGANIZATION_TOKEN: Self = Self("oat");
    /// `pat`: an access token of a user.
    pub const PERSONAL_TOKEN: Self = Self("pat");
    /// `oidc`: an access token of a user who signed in by OAuth 2.
    pub const OPEN_ID_CONNECT: Self = Self("oidc");
    /// `customer_session`: a session of a customer in the customer portal.
    pub const CUSTOMER_SESSION: Self = Self("customer_session");
    /// `member_session`: a session of a member in the customer portal.
    pub const MEMBER_SESSION: Self = Self("member_session");
}

impl Subject {
    /// `Anonymous`: nobody; the operation needs no token.
    pub const ANONYMOUS: Self = Self("Anonymous");
    /// `Customer`: a customer.
    pub const CUSTOMER: Self = Self("Customer");
    /// `Member`: a member of a customer that is a team.
    pub const MEMBER: Self = Self("Member");
    /// `Organization`: an organization.
    pub const ORGANIZATION: Self = Self("Organization");
    /// `User`: a user of Polar.
    pub const USER: Self = Self("User");
}

impl Operation {
    /// Creates the metadata of an operation without parameters, a body, a credential or effects.
    pub(crate) const fn new(id: &'static str, method: &'static str, path: &'static str) -> Self {
        Self {
            id,
            method,
            path,
            summary: "",
            deprecated: false,
            credential: None,
            requirements: &[],
            allowed_subjects: &[],
            body: None,
            accept: "application/json",
            paginated: false,
            parameters: "[]",
            effects: Effects { read_only: false, idempotent: false, destructive: false },
            versions: &[],
        }
    }
}

impl Requirement {
    pub(crate) const fn new(scheme: &'static str, scopes: &'static [Scope]) -> Self {
        Self { scheme: Scheme::new(scheme), scopes }
    }
}

macro_rules! impl_name {
    ($($name:ident)*) => {$(
        impl $name {
            pub(crate) const fn new(name: &'static str) -> Self {
                Self(name)
            }

            /// Returns the name in the API's document.
            pub fn as_str(self) -> &'static str {
                self.0
            }
        }

        impl PartialEq<str> for $name {
            fn eq(&self, other: &str) -> bool {
                self.0 == other
            }
        }

        impl PartialEq<&str> for $name {
            fn eq(&self, other: &&str) -> bool {
                self.0 == *other
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.0)
            }
        }
    )*};
}

impl_name!(Scheme Subject);

/// A parameter of an operation, in its path or its query.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Parameter {
    /// The name, as it is sent.
    pub name: String,
    /// Where it is sent.
    pub place: ParameterPlace,
    /// True if a call without it is refused.
    pub is_required: bool,
    /// True if it is deprecated.
    pub is_deprecated: bool,
    /// What it means, in Markdown.
    pub description: Option<String>,
    /// The JSON Schema of its value, without references to other schemas. A parameter that may be an array is repeated
    /// for each element, and one that is an object has its keys in brackets: `metadata[plan]=pro`.
    pub schema: Value,
}

/// Where a [`Parameter`] is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ParameterPlace {
    /// In the path, in place of its name in braces.
    Path,
    /// In the query string.
    Query,
}

/// The effects of a call, from the annotations in the document, or else from the HTTP method.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Effects {
    pub read_only: bool,
    pub idempotent: bool,
    pub destructive: bool,
}

/// The format of a request body.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum BodyFormat {
    /// `application/json`
    Json,
    /// `application/x-www-form-urlencoded`
    Form,
}

impl BodyFormat {
    /// Returns the media type.
    pub fn content_type(self) -> &'static str {
        match self {
            Self::Json => "application/json",
            Self::Form => "application/x-www-form-urlencoded",
        }
    }
}

/// The body of a successful response.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum Success {
    /// No body, or one that is not read.
    Empty,
    /// JSON.
    Json(JsonType),
    /// JSON, or an empty body.
    OptionalJson(JsonType),
    /// Comma-separated values.
    Csv,
    /// A redirect. It is not followed; the call returns its target URL.
    Redirect,
}

/// A type-erased request or response type.
#[derive(Clone, Copy)]
pub struct JsonType {
    decode: fn(&[u8]) -> Result<AnyValue, DecodeError>,
    #[cfg(feature = "schemars")]
    json_schema: fn(&mut schemars::SchemaGenerator) -> schemars::Schema,
}

/// The bound on request and response types: `JsonSchema` with the feature `schemars`.
#[cfg(feature = "schemars")]
pub(crate) use schemars::JsonSchema as Described;

/// The bound on request and response types: none without the feature `schemars`.
#[cfg(not(feature = "schemars"))]
pub(crate) trait Described {}

#[cfg(not(feature = "schemars"))]
impl<T> Described for T {}

/// A type-erased value of a [`JsonType`].
pub type AnyValue = Box<dyn Encode + Send>;

impl JsonType {
    #[inline]
    pub(crate) const fn of<T: Decode + Encode + Described + Send + 'static>() -> Self {
        Self {
            decode: |json| Ok(Box::new(from_slice::<T>(json)?)),
            #[cfg(feature = "schemars")]
            json_schema: |generator| generator.subschema_for::<T>(),
        }
    }

    /// Decodes a value from JSON.
    ///
    /// # Errors
    /// If the text is not valid JSON, or does not match the type.
    pub fn decode(self, json: &[u8]) -> Result<AnyValue, DecodeError> {
        (self.decode)(json)
    }

    /// Returns the type's JSON Schema, as in the API's document. Referenced types are added to the generator's
    /// definitions.
    ///
    /// # Examples
    ///
    /// ```
    /// use polar_client::operations;
    /// use schemars::SchemaGenerator;
    ///
    /// # #[cfg(feature = "customers")]
    /// if let Some((_, body)) = operations::CUSTOMERS_UPDATE.body() {
    ///     let mut generator = SchemaGenerator::default();
    ///     let schema = body.json_schema(&mut generator);
    ///     assert_eq!(schema.get("$ref").and_then(|name| name.as_str()), Some("#/$defs/CustomerUpdate"));
    /// }
    /// ```
    #[cfg(feature = "schemars")]
    #[cfg_attr(docsrs, doc(cfg(feature = "schemars")))]
    pub fn json_schema(self, generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        (self.json_schema)(generator)
    }
}

impl fmt::Debug for JsonType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JsonType")
    }
}

impl Parameter {
    fn from_json(mut json: Value) -> Self {
        let text = |value: &Value| value.as_str().map(str::to_owned);
        Self {
            name: text(&json["name"]).unwrap_or_default(),
            place: if json["in"] == "path" { ParameterPlace::Path } else { ParameterPlace::Query },
            is_required: json["required"] == true,
            is_deprecated: json["deprecated"] == true,
            description: text(&json["description"]),
            schema: json["schema"].take(),
        }
    }
}

impl Operation {
    /// Returns the operations of all enabled resources, sorted by id, in the crate's default version of the API.
    /// [`Version::operations`](crate::client::Version::operations) returns those of another version.
    pub fn all() -> &'static [&'static Operation] {
        crate::operations::ALL
    }

    /// Returns the operation with an id, if its resource is enabled.
    pub fn by_id(id: &str) -> Option<&'static Operation> {
        let all = Self::all();
        all.binary_search_by(|operation| operation.id.cmp(id)).ok().map(|index| all[index])
    }

    /// Returns the id in the API's document, such as `customers:members:create`.
    pub fn id(&self) -> &'static str {
        self.id
    }

    /// Returns the HTTP method.
    pub fn method(&self) -> Method {
        self.method.parse().unwrap_or_default()
    }

    /// Returns the path, with its parameters in braces.
    pub fn path(&self) -> &'static str {
        self.path
    }

    /// Returns the names of the path parameters, in order.
    pub(crate) fn path_parameters(&self) -> impl Iterator<Item = &'static str> {
        self.path.split(['{', '}']).skip(1).step_by(2)
    }

    /// Returns the parameters of the path, in order, and those of the query, in the order of the document. The body is
    /// described by [`body`](Self::body).
    ///
    /// ```
    /// use polar_client::operations;
    ///
    /// # #[cfg(feature = "products")] {
    /// let parameters = operations::PRODUCTS_LIST.parameters();
    /// let limit = parameters.iter().find(|parameter| parameter.name == "limit").expect("lists have a limit");
    /// assert!(!limit.is_required);
    /// assert_eq!(limit.schema["default"], 10);
    /// # }
    /// ```
    pub fn parameters(&self) -> Vec<Parameter> {
        // Written by the code generator; a test reads them all.
        let parameters: Vec<Value> = serde_json::from_str(self.parameters).unwrap_or_default();
        parameters.into_iter().map(Parameter::from_json).collect()
    }

    /// Returns true if the operation changes nothing.
    ///
    /// Like [`is_idempotent`](Self::is_idempotent) and [`is_destructive`](Self::is_destructive), this follows the
    /// annotations of the operation in the document, or else its HTTP method.
    pub fn is_read_only(&self) -> bool {
        self.effects.read_only
    }

    /// Returns true if repeating a call has no further effect.
    pub fn is_idempotent(&self) -> bool {
        self.effects.idempotent
    }

    /// Returns true if the operation deletes or invalidates something, so that a program should ask before it calls it.
    pub fn is_destructive(&self) -> bool {
        self.effects.destructive
    }

    /// Returns a summary in one line.
    pub fn summary(&self) -> &'static str {
        self.summary
    }

    /// Returns true if the operation is deprecated.
    pub fn is_deprecated(&self) -> bool {
        self.deprecated
    }

    /// Returns the kind of credential; `None` if the operation is sent without one.
    pub fn credential(&self) -> Option<Credential> {
        self.credential
    }

    /// Returns the scopes required by each security scheme.
    pub fn requirements(&self) -> &'static [Requirement] {
        self.requirements
    }

    /// Returns the scopes, any one of which suffices; empty if no scope is required.
    pub fn scopes(&self) -> &'static [Scope] {
        self.requirements
            .iter()
            .map(|requirement| requirement.scopes)
            .find(|scopes| !scopes.is_empty())
            .unwrap_or_default()
    }

    /// Returns the subjects that may call the operation, if documented.
    pub fn allowed_subjects(&self) -> &'static [Subject] {
        self.allowed_subjects
    }

    // Types are returned by functions that are inlined into the caller rather than stored, so that a program does not
    // compile the types of operations that it does not use.

    /// Returns the format and type of the request body.
    #[inline]
    pub fn body(&self) -> Option<(BodyFormat, JsonType)> {
        self.body.zip(crate::operations::body(self))
    }

    /// Returns the type of a successful response.
    #[inline]
    pub fn success(&self) -> Success {
        crate::operations::success(self)
    }

    /// Returns the versions of the API in which this operation is the same, if their features are enabled.
    pub fn versions(&self) -> &'static [&'static str] {
        self.versions
    }

    /// Returns true if the operation is paginated, so that its call has the methods `stream` and `pages`.
    pub fn is_paginated(&self) -> bool {
        self.paginated
    }
}

impl fmt::Debug for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Operation({}: {} {})", self.id, self.method, self.path)
    }
}

impl fmt::Display for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.id)
    }
}
