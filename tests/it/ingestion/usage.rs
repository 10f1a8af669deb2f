//! Usage of one customer, in a line.

use polar_client::Decimal;
use polar_client::test_util::Sample;

use super::*;

/// Pushes usage, and returns the events that the server received.
async fn pushed(push: impl AsyncFnOnce(&Ingestor)) -> Vec<Value> {
    let server = server(|request| Reply::json(200, &json!({ "inserted": sent(request).len(), "duplicates": 0 })));
    let ingestor = polar(&server).events().ingestor().start().expect("an ingestor");
    push(&ingestor).await;
    let report = ingestor.shutdown(LONG).await;
    assert_eq!(report.totals.pending, 0);
    server.requests().iter().flat_map(sent).collect()
}

#[tokio::test]
async fn usage_names_the_customer_and_the_member_by_external_ids() {
    let events = pushed(async |ingestor| {
        let customer = ingestor.customer("acme").member("jane");
        customer.track("api_request").metadata("tokens", 42).metadata("plan", "pro").await.expect("room");
        customer.track("login").external_id("login-1").try_push().expect("room");
    });
    let [request, login] = &events.await[..] else { panic!("not two events") };
    assert_eq!(request["name"], "api_request");
    assert_eq!(request["external_customer_id"], "acme");
    assert_eq!(request["external_member_id"], "jane");
    assert_eq!(request["metadata"], json!({ "tokens": 42, "plan": "pro" }));
    assert!(request["external_id"].is_string() && request["timestamp"].is_string(), "{request}");
    assert_eq!((&login["name"], &login["external_id"]), (&json!("login"), &json!("login-1")));
    assert_eq!(login.get("metadata"), None);
}

#[tokio::test]
async fn usage_of_a_language_model_has_its_cost_and_tokens() {
    let (customer, member) = (CustomerId::new(support::ID), MemberId::new(support::ID));
    let time: DateTime<Utc> = "2026-04-01T12:00:00Z".parse().expect("a time");
    let events = pushed(async |ingestor| {
        let mut call = LlmMetadata::sample();
        call.model = "small-1".to_owned();
        let usage = ingestor
            .customer_id(customer)
            .member(member)
            .track("llm.call")
            .timestamp(time)
            .llm(call)
            .cost(Decimal::new(5, 1));
        ingestor.push_all([usage]).await.expect("room");
    });
    let [event] = &events.await[..] else { panic!("not one event") };
    assert_eq!(event["customer_id"], json!(customer));
    assert_eq!(event["member_id"], json!(member));
    assert_eq!(event["timestamp"], "2026-04-01T12:00:00Z");
    assert_eq!(event["metadata"]["_llm"]["model"], "small-1");
    assert_eq!(event["metadata"]["_cost"], json!({ "amount": "0.5", "currency": "usd" }));
}

#[tokio::test]
async fn meter_is_read_for_the_customer() {
    let server =
        server(|_| Reply::json(200, &json!({ "items": [], "pagination": { "total_count": 0, "max_page": 0 } })));
    let ingestor = polar(&server).events().ingestor().start().expect("an ingestor");
    let meter = ingestor.customer("acme").meter(MeterId::new(support::ID)).await.expect("a page");
    assert_eq!(meter, None);
    let request = &server.requests()[0];
    assert_eq!(request.path, "/v1/customer-meters/");
    let query = |name: &str| request.query.iter().find(|(key, _)| key == name).map(|(_, value)| value.clone());
    assert_eq!(query("external_customer_id").as_deref(), Some("acme"));
    assert_eq!(query("meter_id"), Some(support::ID.to_string()));
}
