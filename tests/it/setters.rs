//! What setters and constructors take, and what enumerations and unions give.

use std::time::Duration;

use polar_client::codec::to_vec;
use polar_client::test_util::Sample as _;
use polar_client::types::*;
use polar_client::{Call, OneOrMany, Page, Polar, RetryPolicy};
use serde_json::{Value, json};

fn encode(value: &dyn polar_client::codec::Encode) -> Value {
    serde_json::from_slice(&to_vec(value)).expect("JSON")
}

fn id<T: std::str::FromStr<Err: std::fmt::Debug>>() -> T {
    "00000000-0000-4000-8000-000000000007".parse().expect("an id")
}

fn query(call: &impl std::fmt::Debug) -> String {
    format!("{call:?}")
}

#[test]
fn setters_of_bodies_take_options() {
    let customer = id::<CustomerId>();
    let (name, locale): (Option<String>, Option<&str>) = (Some("Ada".to_owned()), None);
    let body =
        CustomerIndividualCreate::new("ada@example.org").name(name).locale(locale).external_id(Some(&"a".to_owned()));
    assert_eq!(
        encode(&body),
        json!({ "type": "individual", "email": "ada@example.org", "name": "Ada", "external_id": "a" })
    );

    let product = id::<ProductId>();
    let body = |amount: Option<i32>, customer, allowed: Option<bool>, currency: Option<PresentmentCurrency>| {
        CheckoutProductsCreate::new([product])
            .amount(amount)
            .customer_id(customer)
            .allow_discount_codes(allowed)
            .currency(currency)
    };
    let plain = CheckoutProductsCreate::new([product]);
    let all = plain.clone().amount(5).customer_id(customer).allow_discount_codes(false).currency("usd");
    assert_eq!(body(Some(5), Some(customer), Some(false), Some(PresentmentCurrency::Usd)), all);
    assert_eq!(body(None, None, None, None), plain);
    // What was set before is left out again.
    assert_eq!(
        all.amount(None::<i64>).customer_id(None).allow_discount_codes(None::<bool>).currency(None::<&str>),
        plain
    );
}

#[test]
fn none_leaves_a_property_as_it_is_and_clear_empties_it() {
    assert_eq!(encode(&CustomerUpdate::new().name(None::<String>)), json!({}));
    assert_eq!(encode(&CustomerUpdate::new().clear_name()), json!({ "name": null }));
    assert_eq!(encode(&CustomerUpdate::new().name(Some("Ada"))), json!({ "name": "Ada" }));
    assert_eq!(encode(&ProductUpdate::new().medias(None::<Vec<FileId>>)), json!({}));
}

#[test]
fn a_body_does_what_it_is_named_for_and_a_setter_withdraws_it() {
    let cancel = json!({ "cancel_at_period_end": true });
    assert_eq!(encode(&SubscriptionCancel::new()), cancel);
    assert_eq!(encode(&CustomerSubscriptionCancel::new()), cancel);
    assert_eq!(encode(&SubscriptionPause::new()), json!({ "pause_at_period_end": true }));
    assert_eq!(encode(&CustomerSubscriptionPause::new()), json!({ "pause_at_period_end": true }));
    assert_eq!(encode(&SubscriptionResume::new()), json!({ "resume": true }));
    let keep = json!({ "cancel_at_period_end": false });
    assert_eq!(encode(&SubscriptionCancel::new().cancel_at_period_end(false)), keep);
    assert_eq!(encode(&CustomerSubscriptionCancel::new().cancel_at_period_end(false)), keep);
}

#[test]
fn the_only_required_property_stands_for_a_body() {
    let product = id::<ProductId>();
    assert_eq!(CheckoutProductsCreate::from([product]), CheckoutProductsCreate::new([product]));
    assert_eq!(ProductBenefitsUpdate::from(Vec::new()), ProductBenefitsUpdate::new([]));
    assert_eq!(CustomerPortalMemberCreate::from("ada@example.org"), CustomerPortalMemberCreate::new("ada@example.org"));
    let event = EventCreateExternalCustomer::new("page.rendered", "user_42");
    assert_eq!(EventsIngest::from([event.clone()]), EventsIngest::new([event.clone()]));

    let polar = Polar::new("polar_oat_x").expect("a client");
    let text = product.to_string();
    let _ = polar.checkouts().create([text.parse().expect("an id")]);
    let _ = polar.events().ingest(vec![event]);
    let _ = polar.customers().members().create(id(), String::from("ada@example.org"));
}

#[test]
fn setters_of_calls_take_options() {
    let polar = Polar::new("polar_oat_x").expect("a client");
    let (email, limit, none): (Option<&str>, Option<i64>, Option<String>) = (Some("ada@example.org"), Some(5), None);
    let call = polar.customers().list().email(email).limit(limit).query(none.clone());
    assert_eq!(query(&call), query(&polar.customers().list().email("ada@example.org").limit(5)));
    let call = call.email(none).limit(None::<i64>);
    assert_eq!(query(&call), query(&polar.customers().list()));

    let customer = id::<CustomerId>();
    let orders = |customers: Option<Vec<CustomerId>>| polar.orders().list().customer_id(customers);
    assert_eq!(query(&orders(Some(vec![customer]))), query(&polar.orders().list().customer_id(customer)));
    assert_eq!(query(&orders(None)), query(&polar.orders().list()));
    let keyed = polar.orders().list().metadata("plan", Some("pro")).metadata("size", None::<OneOrMany<_>>);
    assert_eq!(query(&keyed), query(&polar.orders().list().metadata("plan", "pro")));
}

#[test]
fn calls_with_options_have_what_every_call_has() {
    let polar = Polar::new("polar_oat_x").expect("a client");
    let list = || polar.customers().list().limit(5);
    let (minute, organization) = (Duration::from_secs(60), id::<OrganizationId>());
    let own = list().timeout(minute).retry(RetryPolicy::none()).idempotent().token("polar_oat_y");
    let own = own.organization(organization).extra_query("beta", "yes");
    let call = Call::from(list()).timeout(minute).retry(RetryPolicy::none()).idempotent().token("polar_oat_y");
    let call: Call<Page<Customer>> = call.organization(organization).extra_query("beta", "yes");
    assert_eq!(query(&own), query(&call));
    assert_eq!(query(&own.clone()), query(&own));
    assert!(query(&own).contains("beta") && !query(&own).contains("polar_oat_y"), "{own:?}");
    assert_eq!(own.operation().id(), "customers:list");
    // Setters can follow.
    assert_eq!(
        query(&list().idempotent().email("ada@example.org")),
        query(&list().email("ada@example.org").idempotent())
    );
}

#[test]
fn lists_take_what_converts_into_their_items() {
    let price = ProductPriceFixedCreate::new(1900);
    let product = |prices| ProductCreateRecurring::new("Tokens", prices, RecurringInterval::Month);
    let expected = product(vec![ProductPriceCreate::Fixed(price.clone())]);
    assert_eq!(ProductCreateRecurring::new("Tokens", [price.clone()], RecurringInterval::Month), expected);
    assert_eq!(ProductCreateRecurring::new("Tokens", vec![price.clone()], RecurringInterval::Month), expected);
    assert_eq!(ProductCreateRecurring::new("Tokens", [price.clone().into()], RecurringInterval::Month), expected);
    assert_eq!(ProductCreateRecurring::new("Tokens", &expected.prices[..], RecurringInterval::Month), expected);

    // Also where the union is a variant of another one.
    let existing = ExistingProductPrice::new(id::<ProductPriceId>());
    let one = ProductUpdate::new().prices([price.clone()]);
    assert_eq!(one, ProductUpdate::new().prices([ProductPriceUpdate::from(ProductPriceCreate::from(price.clone()))]));
    let two = ProductUpdate::new().prices([existing.into(), ProductPriceUpdate::from(price)]);
    assert_eq!(encode(&two)["prices"].as_array().map(Vec::len), Some(2));
    assert_eq!(ProductUpdate::new().prices(None::<Vec<ProductPriceUpdate>>), ProductUpdate::new());

    let scopes = CustomFieldSelectProperties::new([CustomFieldSelectOption::new("a", "A")]);
    assert_eq!(scopes.options.len(), 1);
}

#[test]
fn accessors_return_lists_as_slices() {
    let mut individual = CustomerStateIndividual::sample();
    individual.active_subscriptions = vec![CustomerStateSubscription::sample(); 2];
    let state = CustomerState::Individual(individual.clone());
    assert_eq!(state.active_subscriptions(), individual.active_subscriptions);
    let mut unknown = encode(&state);
    unknown["type"] = "robot".into();
    let unknown: CustomerState = polar_client::codec::from_slice(unknown.to_string().as_bytes()).expect("a state");
    assert!(matches!(unknown, CustomerState::Unknown(_)));
    assert!(unknown.active_subscriptions().iter().map(|subscription| subscription.product_id).next().is_none());
}

#[test]
fn a_grant_of_any_kind_says_which_benefit_it_is_about() {
    let grant = BenefitGrantWebhook::Custom(BenefitGrantCustomWebhook::sample());
    let benefit = grant.benefit().expect("a known variant");
    assert_eq!(benefit, Benefit::from(BenefitGrantCustomWebhook::sample().benefit));
    assert_eq!(benefit.type_(), "custom");
}

#[test]
fn enumerations_compare_with_texts() {
    let status = SubscriptionStatus::Active;
    assert!(status == "active" && status == *"active" && status != "canceled");
    let unknown = SubscriptionStatus::from("brand_new");
    assert!(unknown == "brand_new");
}

#[test]
fn a_part_of_an_enumeration_is_the_whole() {
    let status = CustomerStateSubscriptionStatus::Trialing;
    assert_eq!(status, SubscriptionStatus::Trialing);
    assert_ne!(SubscriptionStatus::Active, status);
    assert_eq!(SubscriptionStatus::from(status), SubscriptionStatus::Trialing);
    assert_eq!(SubscriptionStatus::from(CustomerStateSubscriptionStatus::from("new")), SubscriptionStatus::from("new"));
    // All there are.
    assert_eq!(Scope::from(AvailableScope::OrdersRead), Scope::OrdersRead);
    assert_eq!(LicenseKeyStatus::from(RotatedLicenseKeyStatus::Granted), LicenseKeyStatus::Granted);
    assert_eq!(TierType::from(SeatTierType::Volume), TierType::Volume);
    assert_eq!(SubType::from(WebTokenRequestSubType::User), SubType::User);
}

#[test]
fn arguments_are_in_the_order_of_the_document() {
    let part = json!({ "number": 1, "chunk_start": 0, "chunk_end": 4096 });
    assert_eq!(encode(&S3FileCreatePart::new(1, 0, 4096)), part);
    let event = json!({ "name": "page.rendered", "external_customer_id": "jane" });
    assert_eq!(encode(&EventCreateExternalCustomer::new("page.rendered", "jane")), event);
    let discount = DiscountPercentageCreate::new("Spring", DiscountDuration::Once, 2000);
    assert_eq!(encode(&discount)["basis_points"], 2000);
}

#[test]
fn arguments_that_could_be_swapped_have_names() {
    let part = S3FileCreatePartRequired { number: 1, chunk_start: 0, chunk_end: 4096 };
    assert_eq!(S3FileCreatePart::from(part), S3FileCreatePart::new(1, 0, 4096));
    let event = EventCreateExternalCustomerRequired {
        name: "page.rendered".to_owned(),
        external_customer_id: "jane".to_owned(),
    };
    assert_eq!(EventCreateExternalCustomer::from(event), EventCreateExternalCustomer::new("page.rendered", "jane"));
    // Ids that are texts count as texts. Secrets are hidden.
    let revoke = RevokeTokenRequestRequired {
        token: "t0ken".to_owned(),
        client_id: "id".into(),
        client_secret: "hunter2".to_owned(),
    };
    assert!(!format!("{revoke:?}").contains("hunter2"), "{revoke:?}");
}

#[test]
fn currencies_are_of_one_type() {
    let subscription = Subscription::sample();
    let checkout = CheckoutProductsCreate::new([id()]).currency(subscription.currency.clone());
    assert_eq!(checkout.currency.value(), Some(&subscription.currency));
    let mut order = encode(&Order::sample());
    order["currency"] = "xts".into();
    let order: Order = polar_client::codec::from_slice(order.to_string().as_bytes()).expect("an order");
    assert_eq!(order.currency, "xts");
    assert_eq!(order.currency, PresentmentCurrency::from("xts"));
    assert_eq!(PresentmentCurrency::from("usd"), PresentmentCurrency::Usd);
}
