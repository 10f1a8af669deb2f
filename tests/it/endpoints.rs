//! Webhook endpoints are created with the version whose types decode their events.

use polar_client::types::{WebhookApiVersion, WebhookEndpointCreate, WebhookEventType, WebhookFormat};
use serde_json::json;

use crate::versions::served::previous;

#[test]
fn a_new_endpoint_is_of_the_version_of_its_types() {
    let json = |body: &dyn polar_client::codec::Encode| -> serde_json::Value {
        serde_json::from_slice(&polar_client::codec::to_vec(body)).expect("JSON")
    };
    let create = WebhookEndpointCreate::new("https://example.com", WebhookFormat::Raw, [WebhookEventType::OrderPaid]);
    assert_eq!(json(&create)["api_version"], polar_client::API_VERSION);
    let create = create.api_version(WebhookApiVersion::from("2031-07"));
    assert_eq!(json(&create)["api_version"], json!("2031-07"), "unless told otherwise");

    let create = previous::types::WebhookEndpointCreate::new(
        "https://example.com",
        previous::types::WebhookFormat::Raw,
        [previous::types::WebhookEventType::OrderPaid],
    );
    assert_eq!(json(&create)["api_version"], previous::API_VERSION);
}
