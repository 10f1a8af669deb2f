//! Operations: what is sent, what comes back, and who may do it.

use std::collections::BTreeMap;

use super::types::TypeRef;
use crate::json::{Value, escape};
use crate::names::constant_name;
use crate::plan::texts::Limits;

/// An operation of the API.
#[derive(Clone, Debug, PartialEq)]
pub struct Operation {
    /// The operation id: `customers:members:create`.
    pub id: String,
    /// The method in upper case.
    pub method: String,
    /// The path with its parameters in braces.
    pub path: String,
    /// The resource it belongs to, as a cargo feature is named: the first part of its id.
    pub resource: String,
    /// The handles that lead to the method, as Rust names.
    pub groups: Vec<String>,
    /// The Rust name of the method.
    pub name: String,
    /// One line on what it does.
    pub summary: Option<String>,
    /// More on what it does.
    pub description: Option<String>,
    /// Whether it should not be used any more.
    pub deprecated: bool,
    /// Whether it is missing from the API's public documents and added by an overlay.
    pub unlisted: bool,
    /// The parameters in the path, in its order.
    pub path_parameters: Vec<PathParameter>,
    /// The parameters in the query, in the document's order.
    pub query: Vec<QueryParameter>,
    /// The request's body.
    pub body: Option<Body>,
    /// What a success holds.
    pub success: Success,
    /// The refusals that the document has, in the order of their status.
    pub refusals: Vec<Refusal>,
    /// The kind of credential that it takes, if it takes any.
    pub credential: Option<Credential>,
    /// For each security scheme the scopes of which any one suffices.
    pub security: BTreeMap<String, Vec<String>>,
    /// Who may call it: `User`, `Organization`, `Anonymous`.
    pub allowed_subjects: Vec<String>,
    /// How its answers are paged.
    pub pagination: Option<Pagination>,
    /// The versions of the API in which it is the same.
    pub versions: Vec<String>,
}

impl Operation {
    /// Returns the credential whose client has the operation. Those that can be called without a token are on every
    /// client.
    pub fn audience(&self) -> Option<Credential> {
        let is_public = self.allowed_subjects.iter().any(|subject| subject == "Anonymous");
        self.credential.filter(|_| !is_public)
    }

    /// The types of what it takes and gives.
    pub fn types(&self) -> impl Iterator<Item = &TypeRef> {
        let parameters = self.path_parameters.iter().map(|parameter| &parameter.ty);
        let query = self.query.iter().map(|parameter| &parameter.ty);
        parameters.chain(query).chain(self.body.iter().map(|body| &body.ty)).chain(self.success.ty())
    }

    /// The Rust name of its constant: `CUSTOMERS_MEMBERS_CREATE`.
    pub fn constant(&self) -> String {
        let words: Vec<&str> = self.groups.iter().chain([&self.name]).map(String::as_str).collect();
        constant_name(&words.join("_"))
    }

    /// Where the document has it: a JSON pointer.
    pub fn place(&self) -> String {
        format!("/paths/{}/{}", escape(&self.path), self.method.to_lowercase())
    }
}

/// A parameter in the path.
#[derive(Clone, Debug, PartialEq)]
pub struct PathParameter {
    /// The name in the path.
    pub name: String,
    /// The name of the argument.
    pub argument: String,
    /// The type of its value.
    pub ty: TypeRef,
    /// What the document says of it.
    pub description: Option<String>,
}

/// A parameter in the query.
#[derive(Clone, Debug, PartialEq)]
pub struct QueryParameter {
    /// The name in the query.
    pub name: String,
    /// The name of the argument or the setter.
    pub argument: String,
    /// The type of one value.
    pub ty: TypeRef,
    /// How values are written.
    pub style: QueryStyle,
    /// Whether it must be there.
    pub required: bool,
    /// Whether it should not be used any more.
    pub deprecated: bool,
    /// What the document says of it.
    pub description: Option<String>,
    /// What the API takes if it is left out.
    pub default: Option<Value>,
    /// What its values may be.
    pub limits: Limits,
}

/// How the values of a parameter are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum QueryStyle {
    /// One value.
    One,
    /// Any number of values, each with the key again.
    Many,
    /// Keys in brackets: `metadata[plan]=pro`.
    Deep,
}

/// The body of a request.
#[derive(Clone, Debug, PartialEq)]
pub struct Body {
    /// Its type.
    pub ty: TypeRef,
    /// How it is written.
    pub encoding: Encoding,
    /// Whether it must be there.
    pub required: bool,
}

/// How a body is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    /// `application/json`
    Json,
    /// `application/x-www-form-urlencoded`
    Form,
}

/// An answer that says why nothing was done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The status.
    pub status: String,
    /// The API's name for the error, if the document has one.
    pub name: Option<String>,
    /// When the API answers so, and what to do about it.
    pub description: Option<String>,
}

/// What a success holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Success {
    /// Nothing that is worth parsing.
    Empty,
    /// JSON.
    Json(TypeRef),
    /// JSON, or nothing.
    OptionalJson(TypeRef),
    /// Comma-separated values.
    Csv,
    /// A redirect, whose address is the result.
    Redirect,
}

impl Success {
    /// The type of JSON.
    pub fn ty(&self) -> Option<&TypeRef> {
        match self {
            Self::Json(ty) | Self::OptionalJson(ty) => Some(ty),
            Self::Empty | Self::Csv | Self::Redirect => None,
        }
    }
}

/// The kind of credential that an operation takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Credential {
    /// An access token of an organization or a user.
    AccessToken,
    /// A customer's session of the customer portal. A member's session is accepted as well.
    CustomerSession,
    /// A member's session of the customer portal; a customer's is not accepted.
    MemberSession,
}

impl Credential {
    /// Returns the name that the client has for it, as a variant and as a type.
    pub fn name(self) -> &'static str {
        match self {
            Self::AccessToken => "AccessToken",
            Self::CustomerSession => "CustomerSession",
            Self::MemberSession => "MemberSession",
        }
    }

    /// Returns true if this credential is accepted by an operation that takes another.
    pub fn is_accepted_for(self, taken: Self) -> bool {
        self == taken || (self, taken) == (Self::MemberSession, Self::CustomerSession)
    }
}

/// How answers are paged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Pagination {
    /// By page number and limit.
    PageLimit,
}
