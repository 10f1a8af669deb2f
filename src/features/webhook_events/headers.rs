/// The header with the id of a delivery.
pub const ID: &str = "webhook-id";
/// The header with the time when a delivery was signed, in seconds since 1970.
pub const TIMESTAMP: &str = "webhook-timestamp";
/// The header with the version of the API of the event, such as `2026-10`. It is not covered by the signature.
pub const API_VERSION: &str = "webhook-api-version";
/// The header with the signatures of a delivery: entries such as `v1,BASE64`, separated by spaces.
pub const SIGNATURE: &str = "webhook-signature";
