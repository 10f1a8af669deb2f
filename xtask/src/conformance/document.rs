//! The vendored document, asked for the schemas that recordings are judged by.

use anyhow::{Context, Result};
use serde_json::Value;

use crate::checkout;

/// The document that the client's types are generated from.
pub struct Document {
    root: Value,
}

impl Document {
    /// The vendored document of a version in this checkout, which the client's types are made of too.
    pub fn vendored(version: &str) -> Result<Self> {
        let path = checkout::vendored()?.document(version);
        let text = std::fs::read_to_string(&path).with_context(|| path.display().to_string())?;
        let root = serde_json::from_str(&text).with_context(|| path.display().to_string())?;
        Ok(Self::new(root))
    }

    /// Another document.
    pub fn new(root: Value) -> Self {
        Self { root }
    }

    /// The whole document.
    pub fn root(&self) -> &Value {
        &self.root
    }

    /// What a success of an operation holds: the JSON schema of this status, else of any other success. `None` if the
    /// document gives it no type.
    pub fn response(&self, operation_id: &str, status: u16) -> Option<&Value> {
        let responses = self.operation(operation_id)?.get("responses")?.as_object()?;
        let exact = responses.get(&status.to_string());
        let others = responses.iter().filter(|(status, _)| status.starts_with('2'));
        exact
            .into_iter()
            .chain(others.map(|(_, response)| response))
            .find_map(|response| typed(response.get("content")?.get("application/json")?))
    }

    /// The schema of an operation's request body, in whatever format it is sent.
    pub fn request(&self, operation_id: &str) -> Option<&Value> {
        let body = self.operation(operation_id)?.get("requestBody")?;
        body.get("content")?.as_object()?.values().find_map(typed)
    }

    /// The schema of a webhook's payload.
    pub fn webhook(&self, event_type: &str) -> Option<&Value> {
        let operation = self.root.get("webhooks")?.get(event_type)?.get("post")?;
        typed(operation.get("requestBody")?.get("content")?.get("application/json")?)
    }

    /// The ids of all operations.
    pub fn operations(&self) -> impl Iterator<Item = &str> {
        let paths = self.root["paths"].as_object().into_iter().flatten();
        let operations = paths.filter_map(|(_, operations)| operations.as_object()).flatten();
        operations.filter_map(|(_, operation)| operation["operationId"].as_str())
    }

    /// The types of all webhooks.
    pub fn webhooks(&self) -> impl Iterator<Item = &str> {
        self.root["webhooks"].as_object().into_iter().flatten().map(|(name, _)| name.as_str())
    }

    fn operation(&self, id: &str) -> Option<&Value> {
        let paths = self.root.get("paths")?.as_object()?;
        let operations = paths.values().filter_map(Value::as_object);
        operations
            .flat_map(|operations| operations.values())
            .find(|operation| operation.get("operationId").and_then(Value::as_str) == Some(id))
    }
}

/// The schema of a media type, unless it is empty and so says nothing.
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
