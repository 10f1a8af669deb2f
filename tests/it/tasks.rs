//! The twenty tasks of `docs/comparison.md`.

#![expect(dead_code, reason = "what is shown is that they compile")]

use anyhow::Context;
use futures_util::TryStreamExt;
use http::HeaderMap;
use std::time::Duration;

use polar_client::csv::OrderRow;
use polar_client::ingestion::{Ingestor, PushError};
use polar_client::test_util::{MockApi, Sample};
use polar_client::types::*;
use polar_client::webhook_events::Verifier;
use polar_client::{Error, MemberPortal, Polar, RetryPolicy, operations};

// 1. Create a client.
fn task_1() -> Result<Polar, Error> {
    Polar::from_env()
}

// 2. Sell a product.
async fn task_2(polar: &Polar, product: ProductId) -> Result<String, Error> {
    let checkout = polar.checkouts().create([product]).await?;
    Ok(checkout.url)
}

// 3. Read the customer of an order.
async fn task_3(polar: &Polar, order: OrderId) -> Result<Customer, Error> {
    let order = polar.orders().get(order).await?;
    polar.customers().get(order.customer_id).await
}

// 4. Take an id from a URL.
async fn task_4(polar: &Polar, text: &str) -> Result<Product, Box<dyn std::error::Error>> {
    Ok(polar.products().get(text.parse()?).await?)
}

// 5. Name a customer of any kind.
fn task_5(customer: &Customer) -> String {
    format!("{} ({})", customer.name().unwrap_or("unnamed"), customer.id())
}

// 6. Rename a customer and clear a property.
async fn task_6(polar: &Polar, id: CustomerId) -> Result<Customer, Error> {
    polar.customers().update(id, CustomerUpdate::new().name("Jane").clear_external_id()).await
}

// 7. Invite a member.
async fn task_7(portal: &MemberPortal, email: &str) -> Result<CustomerPortalMember, Error> {
    portal.members().add(email).await
}

// 8. Cancel a subscription at the end of its period.
async fn task_8(polar: &Polar, id: SubscriptionId) -> Result<Subscription, Error> {
    polar.subscriptions().update(id, SubscriptionCancel::new()).await
}

// 9. Refund an order.
async fn task_9(polar: &Polar, order: &Order) -> Result<Refund, Error> {
    polar.refunds().create(RefundCreate::new(order.id, RefundCreateReason::CustomerRequest, order.total_amount)).await
}

// 10. Add up all paid orders.
async fn task_10(polar: &Polar) -> Result<i64, Error> {
    let orders = polar.orders().list().status(OrderStatus::Paid).stream();
    orders.try_fold(0, async |cents, order| Ok(cents + order.net_amount)).await
}

// 11. Collect a list.
async fn task_11(polar: &Polar) -> Result<Vec<Product>, Error> {
    polar.products().list().is_archived(false).stream().try_collect().await
}

// 12. Count usage.
async fn task_12(ingestor: &Ingestor, user: &str) -> Result<(), PushError> {
    ingestor.customer(user).track("page.rendered").await
}

// 13. Lose no usage event.
async fn task_13(polar: &Polar) -> Result<Ingestor, Box<dyn std::error::Error>> {
    Ok(polar.events().ingestor().spool("events.redb").start()?)
}

// 14. Receive a webhook.
fn task_14(verifier: &Verifier, headers: &HeaderMap, body: &[u8]) -> Result<(), polar_client::webhook_events::Error> {
    let event = verifier.verify(headers, body)?.payload;
    println!("sent at {}", event.timestamp());
    if let WebhookPayload::OrderPaid(event) = event {
        println!("paid: {}", event.data.id);
    }
    Ok(())
}

// 15. Tell errors apart.
async fn task_15(polar: &Polar, id: CustomerId) -> Result<Option<Customer>, Error> {
    match polar.customers().get(id).await {
        Ok(customer) => Ok(Some(customer)),
        Err(error) if error.is_not_found() => Ok(None),
        Err(error) => Err(error),
    }
}

// 16. Report why a call failed.
async fn task_16(polar: &Polar, id: OrderId) -> anyhow::Result<OrderInvoice> {
    polar.orders().invoice(id).await.context("no invoice")
}

// 17. Wait no longer than two seconds, once.
async fn task_17(polar: &Polar, id: OrderId) -> Result<OrderInvoice, Error> {
    polar.orders().invoice(id).timeout(Duration::from_secs(2)).retry(RetryPolicy::none()).await
}

// 18. Refuse what a token may not do before it is sent.
fn task_18(token: &str) -> Result<Polar, Error> {
    Polar::builder().token(token).scopes([Scope::OrdersRead, Scope::CustomersRead]).build()
}

// 19. Export orders as typed rows.
async fn task_19(polar: &Polar) -> Result<Vec<OrderRow>, Box<dyn std::error::Error>> {
    Ok(polar.orders().export().rows().await?.try_collect().await?)
}

// 20. Test a program without the network.
async fn task_20() -> Result<(), Error> {
    let api = MockApi::new();
    api.on(&operations::SUBSCRIPTIONS_GET).reply(&Subscription::sample());
    let subscription = api.polar().subscriptions().get(Subscription::sample().id).await?;
    assert_eq!(subscription, Subscription::sample());
    Ok(())
}

#[test]
fn the_tasks_of_the_comparison_stand_here() {
    let comparison = include_str!("../../docs/comparison.md");
    let trimmed = |text: &str| text.lines().map(str::trim).collect::<Vec<_>>().join("\n");
    let here = trimmed(include_str!("tasks.rs"));
    let blocks: Vec<String> = comparison
        .split("Now:\n```rust\n")
        .skip(1)
        .map(|rest| trimmed(rest.split("```").next().expect("code")))
        .collect();
    assert_eq!(blocks.len(), 20);
    for block in blocks {
        assert!(here.contains(block.trim()), "not in tasks.rs: {block}");
    }
}
