//! Operations with their parameters, bodies, responses and credentials.

use std::collections::BTreeMap;

use crate::generate::{Success, TypeRef};
use crate::json::{Value, escape};
use crate::model::texts::Limits;
use crate::names::constant_name;

/// An operation of the API.
#[derive(Clone, Debug, PartialEq)]
pub struct Operation {
    /// The operation id, such as `customers:members:create`.
    pub id: String,
    /// The HTTP method, in upper case.
    pub method: String,
    /// The path template, with its parameters in braces.
    pub path: String,
    /// The resource, which is the first part of the id, in the spelling of its cargo feature.
    pub resource: String,
    /// The names of the handles that the method is nested in, as Rust identifiers.
    pub groups: Vec<String>,
    /// The Rust name of the method.
    pub name: String,
    /// The summary, on one line.
    pub summary: Option<String>,
    /// The description, in Markdown.
    pub description: Option<String>,
    /// True if the operation is deprecated.
    pub deprecated: bool,
    /// True if the operation is missing from the API's public documents and defined by an overlay.
    pub unlisted: bool,
    /// The path parameters, in the order of the path.
    pub path_parameters: Vec<PathParameter>,
    /// The query parameters, in the order of the document.
    pub query: Vec<QueryParameter>,
    /// The request body.
    pub body: Option<Body>,
    /// The content of a successful response.
    pub success: Success,
    /// The error responses of the document, by ascending status.
    pub refusals: Vec<Refusal>,
    /// The kind of credential that the operation requires. `None` if it requires none.
    pub credential: Option<Credential>,
    /// The accepted scopes of each security scheme. Any one of them is sufficient.
    pub security: BTreeMap<String, Vec<String>>,
    /// The subjects that may call the operation: `User`, `Organization`, `Anonymous`.
    pub allowed_subjects: Vec<String>,
    /// The pagination of the response.
    pub pagination: Option<Pagination>,
    /// The query parameter that asks for pages without counts. It has no setter, since the response is another type.
    pub cursor: Option<String>,
    /// What a call does.
    pub effects: Effects,
    /// The versions of the API that have the same operation.
    pub versions: Vec<String>,
}

impl Operation {
    /// Returns the credential that a client needs to have the operation. Operations that can be called without a token
    /// are available on every client.
    pub fn audience(&self) -> Option<Credential> {
        let is_public = self.allowed_subjects.iter().any(|subject| subject == "Anonymous");
        self.credential.filter(|_| !is_public)
    }

    /// Returns the types of the parameters, the body and the response.
    pub fn types(&self) -> impl Iterator<Item = &TypeRef> {
        let parameters = self.path_parameters.iter().map(|parameter| &parameter.ty);
        let query = self.query.iter().map(|parameter| &parameter.ty);
        parameters.chain(query).chain(self.body.iter().map(|body| &body.ty)).chain(self.success.ty())
    }

    /// Returns the Rust name of the operation's constant, such as `CUSTOMERS_MEMBERS_CREATE`.
    pub fn constant(&self) -> String {
        let words: Vec<&str> = self.groups.iter().chain([&self.name]).map(String::as_str).collect();
        constant_name(&words.join("_"))
    }

    /// Returns the JSON pointer of the operation.
    pub fn place(&self) -> String {
        format!("/paths/{}/{}", escape(&self.path), self.method.to_lowercase())
    }
}

/// A path parameter.
#[derive(Clone, Debug, PartialEq)]
pub struct PathParameter {
    /// The name in the path template.
    pub name: String,
    /// The Rust name of the argument.
    pub argument: String,
    /// The type of the value.
    pub ty: TypeRef,
    /// The description in the document.
    pub description: Option<String>,
    /// The JSON Schema of the value.
    pub schema: Value,
}

/// A query parameter.
#[derive(Clone, Debug, PartialEq)]
pub struct QueryParameter {
    /// The name in the query string.
    pub name: String,
    /// The Rust name of the argument or the setter.
    pub argument: String,
    /// The type of a single value.
    pub ty: TypeRef,
    /// The serialization of the values.
    pub style: QueryStyle,
    /// True if the parameter is required.
    pub required: bool,
    /// True if the parameter is deprecated.
    pub deprecated: bool,
    /// The description in the document.
    pub description: Option<String>,
    /// The default that the API applies.
    pub default: Option<Value>,
    /// The constraints on the value.
    pub limits: Limits,
    /// The JSON Schema of the value.
    pub schema: Value,
}

/// The serialization of a query parameter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum QueryStyle {
    /// A single value.
    One,
    /// Any number of values, with the key repeated for each of them.
    Many,
    /// Keys in brackets (`deepObject`): `metadata[plan]=pro`.
    Deep,
}

/// What a call of an operation does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Effects {
    /// True if it changes nothing.
    pub read_only: bool,
    /// True if repeating it has no further effect.
    pub idempotent: bool,
    /// True if it deletes or invalidates something.
    pub destructive: bool,
}

/// A request body.
#[derive(Clone, Debug, PartialEq)]
pub struct Body {
    /// The type of the body.
    pub ty: TypeRef,
    /// The encoding of the body.
    pub encoding: Encoding,
    /// True if the body is required.
    pub required: bool,
}

/// The encoding of a request body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    /// `application/json`
    Json,
    /// `application/x-www-form-urlencoded`
    Form,
}

/// An error response.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The status code.
    pub status: String,
    /// The API's name for the error. `None` if the document does not name it.
    pub name: Option<String>,
    /// The cause of the error and how to resolve it.
    pub description: Option<String>,
}

/// The kind of credential that an operation requires.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Credential {
    /// An access token of an organization or a user.
    AccessToken,
    /// A customer session of the customer portal. Member sessions are accepted as well.
    CustomerSession,
    /// A member session of the customer portal. Customer sessions are not accepted.
    MemberSession,
}

impl Credential {
    /// Returns the client's Rust name for the credential, both as a variant and as a type.
    pub fn name(self) -> &'static str {
        match self {
            Self::AccessToken => "AccessToken",
            Self::CustomerSession => "CustomerSession",
            Self::MemberSession => "MemberSession",
        }
    }

    /// Returns true if this credential is accepted by an operation that requires `taken`.
    pub fn is_accepted_for(self, taken: Self) -> bool {
        self == taken || (self, taken) == (Self::MemberSession, Self::CustomerSession)
    }
}

/// The pagination of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Pagination {
    /// By the query parameters `page` and `limit`.
    PageLimit,
}
