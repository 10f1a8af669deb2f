//! Looks up schemas in the vendored document.

use anyhow::Result;
use polar_codegen::load;
use serde_json::Value;

use crate::checkout;

/// The document that the client's types are generated from.
pub struct Document(load::Document);

impl Document {
    /// Reads the vendored document of a version in this checkout, from which the client's types are generated.
    pub fn vendored(version: &str) -> Result<Self> {
        let path = checkout::vendored()?.document(version);
        Ok(Self(load::load(&path)?))
    }

    /// Parses a document.
    pub fn parse(text: &str) -> Result<Self> {
        Ok(Self(load::parse(text)?))
    }

    /// Returns the whole document.
    pub fn root(&self) -> &Value {
        self.0.root()
    }

    /// Returns the JSON schema of a successful response: that of this status, or else of any other success. `None` if
    /// the response has no type.
    pub fn response(&self, operation_id: &str, status: u16) -> Option<&Value> {
        let responses = self.operation(operation_id)?.get("responses")?.as_object()?;
        let exact = responses.get(&status.to_string());
        let others = responses.iter().filter(|(status, _)| status.starts_with('2'));
        exact
            .into_iter()
            .chain(others.map(|(_, response)| response))
            .find_map(|response| typed(response.get("content")?.get("application/json")?))
    }

    /// Returns the schema of an operation's request body, in any format.
    pub fn request(&self, operation_id: &str) -> Option<&Value> {
        let body = self.operation(operation_id)?.get("requestBody")?;
        body.get("content")?.as_object()?.values().find_map(typed)
    }

    /// Returns the schema of a webhook's payload.
    pub fn webhook(&self, event_type: &str) -> Option<&Value> {
        let operation = self.root().get("webhooks")?.get(event_type)?.get("post")?;
        typed(operation.get("requestBody")?.get("content")?.get("application/json")?)
    }

    /// Returns the ids of all operations.
    pub fn operations(&self) -> impl Iterator<Item = &str> {
        let operations = self.0.entries("/paths").filter_map(|(_, operations)| operations.as_object()).flatten();
        operations.filter_map(|(_, operation)| operation["operationId"].as_str())
    }

    /// Returns the types of all webhook events.
    pub fn webhooks(&self) -> impl Iterator<Item = &str> {
        self.0.entries("/webhooks").map(|(name, _)| name.as_str())
    }

    fn operation(&self, id: &str) -> Option<&Value> {
        self.root().pointer(&self.0.operation_place(id)?)
    }
}

/// Returns the schema of a media type, unless it is empty.
fn typed(media_type: &Value) -> Option<&Value> {
    let schema = media_type.get("schema")?;
    schema.as_object().is_some_and(|schema| !schema.is_empty()).then_some(schema)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn schemas_are_found_by_operation_and_by_event() {
        let document = Document::vendored(polar_client::API_VERSION).unwrap();
        let reference = |schema: Option<&Value>| schema.and_then(|schema| schema.get("$ref")).cloned();
        assert_eq!(
            reference(document.response("customers:members:create", 201)),
            Some(json!("#/components/schemas/Member"))
        );
        assert_eq!(
            reference(document.webhook("order.paid")),
            Some(json!("#/components/schemas/WebhookOrderPaidPayload"))
        );
        assert!(document.request("oauth2:request_token").is_some(), "a form has a schema, too");
    }

    #[test]
    fn any_success_has_the_type_of_the_documented_one() {
        let document = Document::vendored(polar_client::API_VERSION).unwrap();
        let documented = document.response("oauth2:clients:oauth2:create_client", 200);
        let answered = document.response("oauth2:clients:oauth2:create_client", 201);
        assert_eq!(answered, documented);
    }

    #[test]
    fn nothing_is_said_of_empty_answers_exports_and_strangers() {
        let document = Document::vendored(polar_client::API_VERSION).unwrap();
        for (id, status) in [
            ("customers:delete", 204),
            ("customer_portal:orders:generate_invoice", 202),
            ("orders:export", 200),
            ("no:such:operation", 200),
        ] {
            assert_eq!(document.response(id, status), None, "{id}");
        }
        assert_eq!(document.request("customers:list"), None);
        assert_eq!(document.webhook("no.such.event"), None);
    }
}
