//! The union of all webhook payloads.

use serde_json::json;

use super::names::Namer;
use super::schemas::text;
use crate::json::{Value, escape};
use crate::{Error, Result};

/// The name of the union.
const PAYLOAD: &str = "WebhookPayload";

/// The place of the union.
pub const PLACE: &str = "/webhooks";

/// Defines the union of all webhook payloads and returns its name. Returns `None` if there are no webhooks.
///
/// # Errors
/// Returns an error if a webhook has no JSON payload.
pub fn define(root: &Value, namer: &mut Namer<'_>) -> Result<Option<String>> {
    let mut payloads = Vec::new();
    let mut descriptions = Vec::new();
    let mut places = Vec::new();
    for (event, item) in root["webhooks"].as_object().into_iter().flatten() {
        let place = format!("{PLACE}/{}", escape(event));
        descriptions.push(text(&item["post"], "description"));
        let schema = &item["post"]["requestBody"]["content"]["application/json"]["schema"];
        if *schema == Value::Null {
            return Err(Error::new(place, "the webhook has no JSON payload"));
        }
        payloads.push(schema);
        places.push(format!("{place}/post/requestBody/content/application~1json/schema"));
    }
    if payloads.is_empty() {
        return Ok(None);
    }
    namer.union(PAYLOAD, PLACE, &payloads, &root["x-webhook-payload"], |_, index| places[index].clone())?;
    if let Some(union) = namer.definition_mut(PAYLOAD) {
        union["description"] = json!("The payload of a webhook: its time, and what happened to which object.");
        for (variant, description) in union["oneOf"].as_array_mut().into_iter().flatten().zip(descriptions) {
            if let Some(description) = description {
                variant["description"] = Value::from(description);
            }
        }
    }
    Ok(Some(PAYLOAD.to_owned()))
}
