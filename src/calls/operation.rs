//! Operations as data.

use std::fmt;

use crate::data::codec::{Decode, DecodeError, Encode, from_slice};
use crate::types::Scope;

/// An operation of the API: what it is called, where it is, and what it takes and gives.
///
/// ```
/// use polar_client::{Operation, operations};
///
/// let operation = Operation::by_id("customers:list").expect("the API has customers");
/// assert_eq!(operation.id(), operations::CUSTOMERS_LIST.id());
/// assert_eq!((operation.method(), operation.path()), ("GET", "/v1/customers/"));
/// ```
pub struct Operation {
    pub(crate) id: &'static str,
    pub(crate) method: &'static str,
    pub(crate) path: &'static str,
    pub(crate) summary: &'static str,
    pub(crate) deprecated: bool,
    pub(crate) credential: Option<Credential>,
    pub(crate) requirements: &'static [Requirement],
    pub(crate) allowed_subjects: &'static [&'static str],
    pub(crate) body: Option<BodyFormat>,
    /// The media type of a success.
    pub(crate) accept: &'static str,
    pub(crate) paginated: bool,
    pub(crate) versions: &'static [&'static str],
}

/// The kind of credential that an operation takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Credential {
    /// An access token of an organization or a user.
    AccessToken,
    /// A customer's session of the customer portal. A member's session is accepted as well.
    CustomerSession,
    /// A member's session of the customer portal; a customer's is not accepted.
    MemberSession,
}

/// What one security scheme asks of a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Requirement {
    /// The name of the scheme in the document: `oat`, `pat`, `oidc`, `customer_session` or `member_session`.
    pub scheme: &'static str,
    /// The scopes of which any one suffices; none if any token of the scheme will do.
    pub scopes: &'static [Scope],
}

/// How a request's body is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum BodyFormat {
    /// `application/json`
    Json,
    /// `application/x-www-form-urlencoded`
    Form,
}

impl BodyFormat {
    /// The media type.
    pub fn content_type(self) -> &'static str {
        match self {
            Self::Json => "application/json",
            Self::Form => "application/x-www-form-urlencoded",
        }
    }
}

/// What a success holds.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum Success {
    /// Nothing that is worth parsing.
    Empty,
    /// JSON.
    Json(JsonType),
    /// JSON, or nothing.
    OptionalJson(JsonType),
    /// Comma-separated values.
    Csv,
    /// A redirect, which is not followed: the result is the address that it leads to.
    Redirect,
}

/// A type of the API, of which only the operation knows which it is.
#[derive(Clone, Copy)]
pub struct JsonType {
    decode: fn(&[u8]) -> Result<AnyValue, DecodeError>,
    #[cfg(feature = "schemars")]
    json_schema: fn(&mut schemars::SchemaGenerator) -> schemars::Schema,
}

/// The bound on the types of operations: `JsonSchema` with the feature `schemars`.
#[cfg(feature = "schemars")]
pub(crate) use schemars::JsonSchema as Described;

/// The bound on the types of operations: none without the feature `schemars`.
#[cfg(not(feature = "schemars"))]
pub(crate) trait Described {}

#[cfg(not(feature = "schemars"))]
impl<T> Described for T {}

/// A value of a type that only the operation knows.
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

    /// Reads the type from JSON.
    ///
    /// # Errors
    /// If the text is no JSON, or JSON of another shape.
    pub fn decode(self, json: &[u8]) -> Result<AnyValue, DecodeError> {
        (self.decode)(json)
    }

    /// Returns the type's JSON Schema, as the API's document has it. The types that it refers to become definitions of
    /// the generator.
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

impl Operation {
    /// All operations of the enabled resources, in the order of their ids, of the version of the API at the root of this
    /// crate. Those of another are its [`Version::operations`](crate::client::Version::operations).
    pub fn all() -> &'static [&'static Operation] {
        crate::operations::ALL
    }

    /// The operation of an id, if its resource is enabled.
    pub fn by_id(id: &str) -> Option<&'static Operation> {
        let all = Self::all();
        all.binary_search_by(|operation| operation.id.cmp(id)).ok().map(|index| all[index])
    }

    /// The id in the document: `customers:members:create`.
    pub fn id(&self) -> &'static str {
        self.id
    }

    /// The HTTP method in upper case.
    pub fn method(&self) -> &'static str {
        self.method
    }

    /// The path, with its parameters in braces.
    pub fn path(&self) -> &'static str {
        self.path
    }

    /// Returns the names of the path's parameters, in its order.
    pub(crate) fn path_parameters(&self) -> impl Iterator<Item = &'static str> {
        self.path.split(['{', '}']).skip(1).step_by(2)
    }

    /// What it does, in one line.
    pub fn summary(&self) -> &'static str {
        self.summary
    }

    /// Whether the API has deprecated it.
    pub fn is_deprecated(&self) -> bool {
        self.deprecated
    }

    /// The kind of credential that it takes; `None` if it is sent without one.
    pub fn credential(&self) -> Option<Credential> {
        self.credential
    }

    /// What each security scheme asks of a token.
    pub fn requirements(&self) -> &'static [Requirement] {
        self.requirements
    }

    /// The scopes of which a token needs any one; none if any token will do.
    pub fn scopes(&self) -> &'static [Scope] {
        self.requirements
            .iter()
            .map(|requirement| requirement.scopes)
            .find(|scopes| !scopes.is_empty())
            .unwrap_or_default()
    }

    /// Who may call it, as far as the document says: `User`, `Organization`, `Anonymous`.
    pub fn allowed_subjects(&self) -> &'static [&'static str] {
        self.allowed_subjects
    }

    // The types are not in the data, but in functions that are compiled where they are called: a program does not
    // pay for the types of operations that it does not call.

    /// The format and the type of the request's body.
    #[inline]
    pub fn body(&self) -> Option<(BodyFormat, JsonType)> {
        self.body.zip(crate::operations::body(self))
    }

    /// What a success holds.
    #[inline]
    pub fn success(&self) -> Success {
        crate::operations::success(self)
    }

    /// Returns the versions of the API in which this operation is the same, among those whose features are enabled.
    pub fn versions(&self) -> &'static [&'static str] {
        self.versions
    }

    /// Whether it answers with a list page by page, so that its request has `stream` and `pages`.
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
