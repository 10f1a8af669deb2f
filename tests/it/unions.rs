//! Accessors of unions for properties that all variants have in common.

use polar_client::codec::{Decode, DecodeError, Encode, from_slice, to_vec};
use polar_client::types::{Benefit, Customer, Event, Price, SystemEvent, WebhookPayload};
use polar_client::{DateTime, Utc, Uuid};
use serde_json::{Value, json};

const ID: &str = "0eaa044b-4da8-4737-af3a-aefc02729b2a";
const ORGANIZATION: &str = "6a9f0f57-5d0c-4b0e-9f43-3f3f4f6f0b11";
const TIME: &str = "2026-04-01T12:30:00Z";

fn decode<T: Decode>(value: &Value) -> Result<T, DecodeError> {
    from_slice(value.to_string().as_bytes())
}

fn encode(value: &impl Encode) -> Value {
    serde_json::from_slice(&to_vec(value)).expect("JSON")
}

fn id() -> Uuid {
    ID.parse().expect("a UUID")
}

fn time() -> DateTime<Utc> {
    TIME.parse().expect("a time")
}

/// Returns an event from an unknown source.
fn event() -> Value {
    json!({
        "id": ID, "timestamp": TIME, "source": "robot", "name": "dance", "organization_id": ORGANIZATION,
        "customer_id": null, "external_customer_id": "jane", "steps": [1, { "left": true }],
    })
}

#[test]
fn unknown_variant_has_shared_properties() {
    let event: Event = decode(&event()).expect("an event");
    assert!(matches!(event, Event::Unknown(_)));
    assert_eq!(event.id().as_uuid(), id());
    assert_eq!(event.timestamp(), time());
    assert_eq!((event.source(), event.name()), ("robot", "dance"));
    assert_eq!(event.organization_id().to_string(), ORGANIZATION);
    assert_eq!((event.customer_id(), event.external_customer_id()), (None, Some("jane")));
    let Event::Unknown(unknown) = event else { panic!("another variant") };
    assert_eq!(unknown.raw["steps"], json!([1, { "left": true }]));
}

#[test]
fn an_unknown_variant_is_written_as_it_came() {
    let event: Event = decode(&event()).expect("an event");
    assert_eq!(encode(&event), self::event());
}

/// A customer, with its properties in the order in which the API sends them.
const CUSTOMER: &str = concat!(
    r#"{"id":"0eaa044b-4da8-4737-af3a-aefc02729b2a","created_at":"2026-04-01T12:30:00Z","modified_at":null,"metadata":{},"#,
    r#""external_id":"7","email":"jane@example.com","email_verified":true,"type":"individual","name":null,"#,
    r#""billing_name":null,"billing_address":null,"tax_id":null,"locale":null,"#,
    r#""organization_id":"6a9f0f57-5d0c-4b0e-9f43-3f3f4f6f0b11","default_payment_method_id":null,"deleted_at":null,"#,
    r#""first_user_event_at":null,"avatar_url":null}"#,
);

#[test]
fn an_answer_is_written_in_the_order_of_the_api() {
    let customer: Customer = from_slice(CUSTOMER.as_bytes()).expect("a customer");
    assert_eq!(String::from_utf8(to_vec(&customer)).expect("UTF-8"), CUSTOMER);
}

#[test]
fn names_with_escapes_and_in_any_order_are_found() {
    let expected: Customer = from_slice(CUSTOMER.as_bytes()).expect("a customer");
    let (first, last) = CUSTOMER.split_at(CUSTOMER.find(r#""email""#).expect("an email"));
    let turned = format!("{{{},{}}}", last.trim_end_matches('}'), &first[1..first.len() - 1]);
    let spaced = CUSTOMER.replace(r#"":"#, r#"" : "#).replace(r#",""#, r#" , ""#);
    let escaped = |name: &str| {
        CUSTOMER.replace(&format!("{name}\":"), &format!("\\u{:04x}{}\":", name.as_bytes()[0], &name[1..]))
    };
    for text in [escaped("type"), escaped("email"), escaped("avatar_url"), turned, spaced] {
        assert_eq!(from_slice::<Customer>(text.as_bytes()).expect(&text), expected);
    }
}

#[test]
fn a_name_that_is_not_utf_8_is_an_error() {
    let with = |text: &str, name: &[u8]| [b"{\"", name, b"\":0,", &text.as_bytes()[1..]].concat();
    let event = event().to_string();
    assert!(from_slice::<Customer>(&with(CUSTOMER, "é".as_bytes())).is_ok());
    assert!(from_slice::<Customer>(&with(CUSTOMER, b"\xC3")).is_err());
    assert!(from_slice::<Event>(&with(&event, "é".as_bytes())).is_ok());
    assert!(from_slice::<Event>(&with(&event, b"\xC3")).is_err());
}

#[test]
fn variant_without_a_shared_property_is_an_error() {
    for (name, value, expected) in [
        ("id", Value::Null, "`$.id`"),
        ("timestamp", json!("soon"), "`$.timestamp`"),
        ("organization_id", json!(7), "`$.organization_id`"),
    ] {
        let mut event = event();
        event[name] = value;
        let error = decode::<Event>(&event).expect_err("no event").to_string();
        assert!(error.contains(expected) && error.contains("Unknown"), "{error}");
        event.as_object_mut().expect("an object").remove(name);
        let error = decode::<Event>(&event).expect_err("no event").to_string();
        assert!(error.contains(&format!("`{name}`")), "{error}");
    }
}

#[test]
fn nested_union_has_shared_accessors() {
    let mut event = event();
    event["source"] = json!("system");
    event["name"] = json!("moon.rose");
    let event: Event = decode(&event).expect("an event");
    assert!(matches!(event, Event::System(SystemEvent::Unknown(_))));
    assert_eq!(event.name(), "moon.rose");
    assert_eq!(event.id().as_uuid(), id());
}

#[test]
fn copy_types_are_returned_by_value() {
    let benefit = json!({
        "id": ID, "created_at": TIME, "modified_at": null, "type": "hug", "description": "A hug",
        "organization_id": ORGANIZATION, "selectable": true,
    });
    let benefit: Benefit = decode(&benefit).expect("a benefit");
    let created_at: DateTime<Utc> = benefit.created_at();
    assert_eq!(created_at, time());
    assert_eq!(benefit.modified_at(), None::<DateTime<Utc>>);
    assert_eq!((benefit.type_(), benefit.description()), ("hug", "A hug"));
    // Unknown variants may not have the property.
    assert_eq!(benefit.selectable(), None::<bool>);
}

#[test]
fn an_unknown_customer_and_an_unknown_price_are_entities() {
    let customer: Customer = decode(&json!({
        "id": ID, "created_at": TIME, "modified_at": TIME, "deleted_at": null, "type": "robot", "name": "R2",
        "organization_id": ORGANIZATION,
    }))
    .expect("a customer");
    assert!(matches!(customer, Customer::Unknown(_)));
    assert_eq!((customer.id().as_uuid(), customer.name(), customer.modified_at()), (id(), Some("R2"), Some(time())));
    let price: Price = decode(&json!({
        "id": ID, "created_at": TIME, "modified_at": null, "amount_type": "barter", "is_archived": false,
        "price_currency": "usd", "product_id": ORGANIZATION, "source": "catalog",
    }))
    .expect("a price");
    assert_eq!((price.id().as_uuid(), price.amount_type(), price.is_archived()), (id(), "barter", false));
    assert_eq!(price.product_id().to_string(), ORGANIZATION);
}

#[test]
fn an_unknown_webhook_has_its_type_and_time() {
    let payload = json!({ "type": "moon.rose", "timestamp": TIME, "data": { "phase": 0.5 } });
    let decoded: WebhookPayload = decode(&payload).expect("a payload");
    assert_eq!((decoded.type_(), decoded.timestamp()), ("moon.rose", time()));
    let WebhookPayload::Unknown(unknown) = &decoded else { panic!("another variant") };
    assert_eq!(unknown.raw["data"]["phase"], 0.5);
    assert_eq!(encode(&decoded), payload);
}
