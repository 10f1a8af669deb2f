//! What the client's own code needs of a document.
//!
//! Most of a client follows the document. Some features have code of their own that calls certain operations and reads
//! certain properties: that code does not compile with a document that lacks them. [`unmet`] finds this out from the plan, so
//! that a refresh says which place of the document is to blame rather than that some file does not compile.

use polar_codegen::Error;
use polar_codegen::json::escape;
use polar_codegen::plan::{Kind, Operation, Plan, Struct, Success, TypeRef};

use super::faults::Mend;

#[cfg(test)]
mod tests;

/// Something that code of the client needs.
enum What {
    /// An operation.
    Exists(&'static str),
    /// An operation, and the type of its body.
    Calls(&'static str, &'static str),
    /// Properties of what an operation answers, whatever the type is called. What ends in `?` can be missing.
    Answers(&'static str, &'static [&'static str]),
    /// An operation that answers with a type of this name, or with `text/csv`.
    Gives(&'static str, &'static str),
    /// The type of an entity's ids.
    Id(&'static str),
    /// A type that is made of exactly these properties.
    Takes(&'static str, &'static [&'static str]),
    /// Properties of a type, with their types. What ends in `?` can be missing.
    Has(&'static str, &'static [&'static str]),
    /// Variants of a union, or values of an enumeration.
    Variants(&'static str, &'static [&'static str]),
}

use What::{Answers, Calls, Exists, Gives, Has, Id, Takes, Variants};

/// What the features of `polar-client` need: a feature, the resource without which it does nothing, and the needs.
const NEEDS: &[(&str, &str, &[What])] = &[
    (
        "client",
        "events",
        &[
            Has("EventPage", &["items: [Event]", "pagination: EventPagination"]),
            Has("EventPagination", &["has_next_page: Boolean?", "max_page: Integer?"]),
        ],
    ),
    (
        "ingestion",
        "events",
        &[
            Answers("events:ingest", &["inserted: Integer", "duplicates: Integer?"]),
            Variants("EventCreate", &["Customer", "ExternalCustomer"]),
            Has("EventCreateCustomer", &["name: String", "external_id: String?"]),
            Has("EventCreateExternalCustomer", &["name: String", "external_id: String?"]),
        ],
    ),
    (
        "uploads",
        "files",
        &[
            Calls("files:create", "FileCreate"),
            Answers("files:create", &["id: FileId", "upload: S3FileUploadMultipart"]),
            Calls("files:uploaded", "FileUploadCompleted"),
            Gives("files:uploaded", "File"),
            Variants("FileServiceTypes", &["Downloadable"]),
            Takes("DownloadableFileCreate", &["mime_type", "name", "size", "upload"]),
            Takes("S3FileCreateMultipart", &["parts"]),
            Takes("S3FileCreatePart", &["chunk_end", "chunk_start", "number"]),
            Has("S3FileCreatePart", &["checksum_sha256_base64: String?"]),
            Has("S3FileUploadMultipart", &["id: String", "path: String", "parts: [S3FileUploadPart]"]),
            Has("S3FileUploadPart", &["number: Integer", "url: String", "expires_at: DateTime", "headers: {String}?"]),
            Takes("S3FileUploadCompletedPart", &["checksum_etag", "checksum_sha256_base64", "number"]),
            Takes("FileUploadCompleted", &["id", "parts", "path"]),
        ],
    ),
    (
        "downloads",
        "customer-portal",
        &[
            Has("FileDownload", &["size: Integer", "checksum_sha256_base64: String?", "download: S3DownloadUrl"]),
            Has("S3DownloadUrl", &["url: String", "headers: {String}?"]),
        ],
    ),
    (
        "licensing",
        "customer-portal",
        // Bodies are made and answers are read by hand: a program that was distributed must outlive its version.
        &[
            Exists("customer_portal:license_keys:validate"),
            Exists("customer_portal:license_keys:activate"),
            Exists("customer_portal:license_keys:deactivate"),
            Id("BenefitId"),
            Id("CustomerId"),
            Id("LicenseKeyActivationId"),
            Id("OrganizationId"),
        ],
    ),
    ("csv", "orders", &[Gives("orders:export", "text/csv"), Variants("OrderStatus", &[])]),
    ("csv", "subscriptions", &[Gives("subscriptions:export", "text/csv"), Variants("SubscriptionStatus", &[])]),
    ("csv", "customers", &[Gives("customers:export", "text/csv")]),
    (
        "sign-in",
        "oauth2",
        &[
            Calls("oauth2:request_token", "TokenRequest"),
            Gives("oauth2:request_token", "TokenResponse"),
            Calls("oauth2:revoke_token", "RevokeTokenRequest"),
            Calls("oauth2:introspect_token", "IntrospectTokenRequest"),
            Gives("oauth2:introspect_token", "IntrospectTokenResponse"),
            Variants("TokenRequest", &["AuthorizationCode", "Refresh"]),
            Takes("AuthorizationCodeTokenRequest", &["client_id", "code", "redirect_uri"]),
            Has("AuthorizationCodeTokenRequest", &["client_secret: String?", "code_verifier: String?"]),
            Takes("RefreshTokenRequest", &["client_id", "refresh_token"]),
            Has("RefreshTokenRequest", &["client_secret: String?"]),
            Takes("RevokeTokenRequest", &["client_id", "client_secret", "token"]),
            Takes("IntrospectTokenRequest", &["client_id", "client_secret", "token"]),
            Has(
                "TokenResponse",
                &[
                    "access_token: String",
                    "expires_in: Integer",
                    "scope: String",
                    "id_token: String?",
                    "refresh_token: String?",
                ],
            ),
            Has(
                "IntrospectTokenResponse",
                &["active: Boolean", "scope: String?", "exp: Integer?", "sub: String?", "sub_type: SubType?"],
            ),
        ],
    ),
];

/// Finds what the client's own code needs and a plan lacks, as far as the features are there. Of what can be missing an
/// overlay can say that it may be there.
pub fn unmet(plan: &Plan, has_feature: impl Fn(&str) -> bool) -> Vec<Unmet> {
    let needs = NEEDS.iter().filter(|(feature, resource, _)| has_feature(feature) && has_feature(resource));
    needs
        .flat_map(|(feature, _, needs)| {
            needs.iter().flat_map(|need| need.lacks(plan)).map(move |lack| Unmet {
                feature,
                error: Error::new(lack.place, format!("the feature `{feature}` needs {}", lack.what)),
                mend: lack.mend,
            })
        })
        .collect()
}

/// What the code of a feature needs, and a plan lacks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unmet {
    /// The feature.
    pub feature: &'static str,
    /// What it needs, and where the document should have it.
    pub error: Error,
    /// What an overlay can say instead.
    pub mend: Option<Mend>,
}

/// Something that a plan lacks.
struct Lack {
    /// Where the document should have it.
    place: String,
    what: String,
    mend: Option<Mend>,
}

impl Lack {
    fn at(place: impl Into<String>, what: impl Into<String>) -> Self {
        Self { place: place.into(), what: what.into(), mend: None }
    }

    fn type_of(name: &str) -> Self {
        Self::at(format!("/components/schemas/{name}"), format!("the type `{name}`"))
    }
}

impl What {
    /// What a plan lacks, and where.
    fn lacks(&self, plan: &Plan) -> Vec<Lack> {
        let has = |name: &str, properties: &[&str]| match structure(plan, name) {
            Ok((place, object)) => {
                properties.iter().filter_map(|wanted| lacks_property(name, place, object, wanted)).collect()
            }
            Err(lack) => vec![lack],
        };
        match self {
            Has(name, properties) => has(name, properties),
            Answers(id, properties) => match operation(plan, id) {
                Ok(Operation { success: Success::Json(TypeRef::Named(name)), .. }) => has(name, properties),
                Ok(operation) => {
                    vec![Lack::at(&operation.id, format!("its answer to have {}", properties.join(", ")))]
                }
                Err(lack) => vec![lack],
            },
            other => other.lack(plan).into_iter().collect(),
        }
    }

    /// What a plan lacks, of a need for one thing.
    fn lack(&self, plan: &Plan) -> Option<Lack> {
        match self {
            Exists(id) => operation(plan, id).err(),
            Calls(id, body) => match operation(plan, id) {
                Ok(operation) => (body_of(operation) != *body)
                    .then(|| Lack::at(&operation.id, format!("its body to be of the type {body}"))),
                Err(lack) => Some(lack),
            },
            Gives(id, success) => match operation(plan, id) {
                Ok(operation) => (success_of(operation) != *success)
                    .then(|| Lack::at(&operation.id, format!("its answer to be of the type {success}"))),
                Err(lack) => Some(lack),
            },
            Id(name) => (!plan.types.get(*name).is_some_and(|ty| matches!(ty.kind, Kind::Id(_))))
                .then(|| Lack::at("/components/schemas", format!("the type `{name}`"))),
            Takes(name, arguments) => {
                let (place, object) = match structure(plan, name) {
                    Ok(found) => found,
                    Err(lack) => return Some(lack),
                };
                let required = object.properties.iter().filter(|property| property.required && !property.implied);
                let mut required: Vec<&str> = required.map(|property| property.name.as_str()).collect();
                required.sort_unstable();
                (required != *arguments)
                    .then(|| Lack::at(place, format!("`{name}` to require {}", arguments.join(", "))))
            }
            Has(..) | Answers(..) => None,
            Variants(name, variants) => {
                let Some(ty) = plan.types.get(*name) else { return Some(Lack::type_of(name)) };
                let names: Vec<&str> = match &ty.kind {
                    Kind::Union(union) => union.variants.iter().map(|variant| variant.name.as_str()).collect(),
                    Kind::Enum(set) => set.values.iter().map(|value| value.variant.as_str()).collect(),
                    _ => return Some(Lack::at(&ty.place, format!("`{name}` to have variants"))),
                };
                let lacking = variants.iter().find(|variant| !names.contains(variant))?;
                Some(Lack::at(&ty.place, format!("the variant `{lacking}` of `{name}`")))
            }
        }
    }
}

fn operation<'p>(plan: &'p Plan, id: &str) -> Result<&'p Operation, Lack> {
    let found = plan.operations.iter().find(|operation| operation.id == id);
    found.ok_or_else(|| Lack::at("/paths", format!("the operation `{id}`")))
}

fn structure<'p>(plan: &'p Plan, name: &str) -> Result<(&'p str, &'p Struct), Lack> {
    let ty = plan.types.get(name).ok_or_else(|| Lack::type_of(name))?;
    match &ty.kind {
        Kind::Struct(object) => Ok((&ty.place, object)),
        _ => Err(Lack::at(&ty.place, format!("`{name}` to be an object"))),
    }
}

/// What an object lacks of a property, as in [`What::Has`].
fn lacks_property(ty: &str, place: &str, object: &Struct, wanted: &str) -> Option<Lack> {
    let (property, kind) = wanted.split_once(": ").unwrap_or((wanted, ""));
    let found = object.properties.iter().find(|other| other.name == property);
    let shown = found.map(|found| {
        let missing = if found.required && !found.nullable { "" } else { "?" };
        format!("{property}: {}{missing}", shown(&found.ty))
    });
    if shown.as_deref() == Some(wanted) {
        return None;
    }
    let schema = match kind {
        "String?" => Some("string"),
        "Integer?" => Some("integer"),
        _ => None,
    };
    let schema = schema.filter(|_| found.is_none());
    let mend = schema.map(|schema| Mend::Property(place.to_owned(), property.to_owned(), schema));
    let place = format!("{place}/properties/{}", escape(property));
    Some(Lack { mend, ..Lack::at(place, format!("the property `{wanted}` of `{ty}`")) })
}

fn body_of(operation: &Operation) -> String {
    operation.body.as_ref().map(|body| shown(&body.ty)).unwrap_or_default()
}

fn success_of(operation: &Operation) -> String {
    match &operation.success {
        Success::Json(ty) | Success::OptionalJson(ty) => shown(ty),
        Success::Csv => "text/csv".to_owned(),
        Success::Redirect => "a redirect".to_owned(),
        Success::Empty => String::new(),
    }
}

fn shown(ty: &TypeRef) -> String {
    match ty {
        TypeRef::Named(name) => name.clone(),
        TypeRef::List(element) => format!("[{}]", shown(element)),
        TypeRef::Map(value) => format!("{{{}}}", shown(value)),
        other => format!("{other:?}"),
    }
}
