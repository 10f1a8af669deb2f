//! The API's types.

use support::recordings;

use std::collections::BTreeMap;

use polar_client::codec::{from_slice, to_vec};
use polar_client::types::*;
use polar_client::{DateTime, Decimal, DecimalOrNumber, Patch, Scalar, Utc};
use serde_json::{Value, json};

fn decode<T: polar_client::codec::Decode>(value: &Value) -> T {
    from_slice(value.to_string().as_bytes()).unwrap_or_else(|error| panic!("{value}: {error}"))
}

fn encode(value: &dyn polar_client::codec::Encode) -> Value {
    serde_json::from_slice(&to_vec(value)).expect("JSON")
}

fn discount(extra: Value) -> Value {
    let mut discount = json!({
        "id": "0eaa044b-4da8-4737-af3a-aefc02729b2a", "created_at": "2026-04-01T12:00:00Z", "modified_at": null,
        "metadata": {}, "name": "Spring", "code": null, "starts_at": null, "ends_at": null, "max_redemptions": null,
        "max_redemptions_per_customer": null, "redemptions_count": 0, "products": [],
        "organization_id": "4ed52778-6440-47b0-a753-83b62c345171",
    });
    let all = discount.as_object_mut().expect("an object");
    all.extend(extra.as_object().expect("an object").clone());
    discount
}

#[test]
fn a_repeating_discount_keeps_its_duration() {
    let body = discount(
        json!({ "type": "percentage", "duration": "repeating", "basis_points": 2000, "duration_in_months": 3 }),
    );
    let Discount::PercentageRepeat(repeating) = decode(&body) else { panic!("not a repeating discount") };
    assert_eq!((repeating.duration_in_months, repeating.basis_points), (3, 2000));
    assert_eq!(encode(&Discount::from(repeating)), body);

    let body = discount(
        json!({ "type": "fixed", "duration": "once", "amount": 500, "currency": "usd", "amounts": { "usd": 500 } }),
    );
    assert!(
        matches!(decode(&body), Discount::FixedOnceForever(discount) if discount.duration == DiscountDuration::Once)
    );
}

#[test]
fn unknown_duration_affects_only_its_discount() {
    let body = discount(
        json!({ "type": "percentage", "duration": "fortnightly", "basis_points": 2000, "duration_in_months": 3 }),
    );
    let Discount::PercentageRepeat(repeating) = decode(&body) else { panic!("not a repeating discount") };
    assert_eq!(repeating.duration, DiscountDuration::from("fortnightly"));
    assert_eq!(repeating.duration.as_str(), "fortnightly");
}

fn price(extra: Value) -> Value {
    let mut price = json!({
        "id": "0eaa044b-4da8-4737-af3a-aefc02729b2a", "created_at": "2026-04-01T12:00:00Z", "modified_at": null,
        "source": "catalog", "amount_type": "fixed", "price_currency": "usd", "tax_behavior": null, "is_archived": false,
        "product_id": "4ed52778-6440-47b0-a753-83b62c345171", "price_amount": 1000,
        // Modern prices have these properties, although the document has them only in legacy ones.
        "type": "recurring", "recurring_interval": "month",
    });
    price.as_object_mut().expect("an object").extend(extra.as_object().expect("an object").clone());
    price
}

#[test]
fn only_a_price_marked_as_legacy_is_one() {
    assert!(matches!(decode(&price(json!({}))), Price::Current(ProductPrice::Fixed(_))));
    assert!(matches!(decode(&price(json!({ "legacy": false }))), Price::Current(ProductPrice::Fixed(_))));
    let Price::LegacyRecurring(LegacyRecurringProductPrice::Fixed(legacy)) = decode(&price(json!({ "legacy": true })))
    else {
        panic!("not a legacy price")
    };
    assert_eq!(legacy.recurring_interval, RecurringInterval::Month);
}

#[test]
fn card_is_distinguished_by_its_type() {
    let method = |kind: &str| {
        json!({
            "id": "0eaa044b-4da8-4737-af3a-aefc02729b2a", "created_at": "2026-04-01T12:00:00Z", "modified_at": null,
            "processor": "stripe", "is_default": true, "customer_id": "4ed52778-6440-47b0-a753-83b62c345171", "type": kind,
            "method_metadata": { "brand": "visa", "last4": "4242", "exp_month": 12, "exp_year": 2030 },
        })
    };
    assert!(matches!(decode(&method("card")), PaymentMethod::Card(card) if card.method_metadata.last4 == "4242"));
    let PaymentMethod::Generic(other) = decode(&method("cashapp")) else { panic!("not a generic method") };
    assert_eq!(other.type_, "cashapp");
}

#[test]
fn a_method_of_a_later_kind_keeps_all_that_it_has() {
    let method = json!({
        "id": "0eaa044b-4da8-4737-af3a-aefc02729b2a", "created_at": "2026-04-01T12:00:00Z", "modified_at": null,
        "processor": "stripe", "customer_id": "4ed52778-6440-47b0-a753-83b62c345171", "type": "pix",
        "method_metadata": { "bank": { "name": "Banco", "codes": [1, 2.5, null] } }, "is_default": true,
    });
    let decoded: PaymentMethod = decode(&method);
    assert_eq!(encode(&decoded), method);
    let PaymentMethod::Generic(other) = decoded else { panic!("not a generic method") };
    assert_eq!(other.additional["method_metadata"]["bank"]["name"], "Banco");
    let decoded: CustomerPaymentMethod = decode(&method);
    assert_eq!(encode(&decoded), method);

    let payment = json!({
        "id": "0eaa044b-4da8-4737-af3a-aefc02729b2a", "created_at": "2026-04-01T12:00:00Z", "modified_at": null,
        "processor": "stripe", "status": "succeeded", "amount": 1000, "currency": "usd", "method": "pix", "trigger": null,
        "decline_reason": null, "decline_message": null, "organization_id": "4ed52778-6440-47b0-a753-83b62c345171",
        "checkout_id": null, "order_id": null, "method_metadata": { "bank": "Banco" },
    });
    let decoded: Payment = decode(&payment);
    assert!(matches!(decoded, Payment::Generic(_)));
    assert_eq!(encode(&decoded), payment);
}

#[test]
fn a_decimal_keeps_every_digit() {
    let body = price(json!({
        "amount_type": "metered_unit", "unit_amount": "0.050000000000", "cap_amount": null,
        "meter_id": "4ed52778-6440-47b0-a753-83b62c345171",
        "meter": { "id": "4ed52778-6440-47b0-a753-83b62c345171", "name": "Calls", "unit": "scalar",
                   "custom_label": null, "custom_multiplier": null },
    }));
    let ProductPrice::MeteredUnit(price) = decode(&body) else { panic!("not a metered price") };
    assert_eq!(price.unit_amount, Decimal::new(5, 2));
    assert_eq!(encode(&price)["unit_amount"], "0.050000000000");
}

#[test]
fn decimals_are_parsed_exactly_in_any_notation() {
    let read = |json: &str| polar_client::codec::from_slice::<Decimal>(json.as_bytes());
    for (json, plain) in [
        (r#""5.00000E-7""#, "0.0000005"),
        (r#""1E-12""#, "0.000000000001"),
        (r#""0E-12""#, "0"),
        (r#""0E-40""#, "0"),
        (r#""-0E+3""#, "0"),
        (r#""1E+2""#, "100"),
        (r#""1.5e3""#, "1500"),
        (r#""-12.34E-5""#, "-0.0001234"),
        (r#""123.456E1""#, "1234.56"),
        (r#""+1E0""#, "1"),
        (r#""0.050000000000""#, "0.050000000000"),
        ("0.05", "0.05"),
        ("7", "7"),
        ("5e-7", "0.0000005"),
    ] {
        let expected: Decimal = plain.parse().expect("a decimal");
        assert_eq!(read(json).unwrap_or_else(|error| panic!("{json}: {error}")), expected, "{json}");
    }
    for json in [
        r#""1E-30""#,
        r#""1E+30""#,
        r#""1E-999999999999""#,
        r#""1E999999""#,
        r#""E5""#,
        r#""1E""#,
        r#""NaN""#,
        r#""1E5E5""#,
        "true",
    ] {
        read(json).expect_err(json);
    }
}

#[test]
fn an_amount_can_be_a_decimal_or_a_number() {
    for amount in [json!("0.05"), json!(0.05), json!(5), json!("10.000000000001")] {
        assert_eq!(encode(&decode::<DecimalOrNumber>(&amount)), amount);
    }
    let create = ProductPriceMeteredUnitCreate::new(uuid().into(), Decimal::new(5, 2));
    assert_eq!(encode(&create)["unit_amount"], "0.05");
}

fn uuid() -> polar_client::Uuid {
    "4ed52778-6440-47b0-a753-83b62c345171".parse().expect("a UUID")
}

#[test]
fn number_keeps_its_form() {
    for text in
        ["0.0", "1500.0", "7", "-3", "0.1", "29.990000000000002", "9007199254740993", "1e300", "123456789.123456789"]
    {
        let number: polar_client::Number = from_slice(text.as_bytes()).expect("a number");
        let back = String::from_utf8(to_vec(&number)).expect("text");
        assert_eq!(back.parse::<f64>().expect("a number"), text.parse::<f64>().expect("a number"), "{text}");
        assert_eq!(back.contains(['.', 'e']), text.contains(['.', 'e']), "{text} came back as {back}");
    }
    let exact: polar_client::Number = from_slice(b"9007199254740993").expect("a number");
    assert_eq!(exact.as_i64(), Some(9_007_199_254_740_993));
    for wrong in ["007", "1.", "+1", "1e999", ".5", "0x1", "--1", "NaN"] {
        assert!(from_slice::<polar_client::Number>(wrong.as_bytes()).is_err(), "{wrong}");
    }
}

#[test]
fn a_time_without_a_zone_is_utc() {
    let expected: DateTime<Utc> = "2026-04-01T12:30:00.5Z".parse().expect("a time");
    for text in ["2026-04-01T12:30:00.5", "2026-04-01T12:30:00.500000+00:00", "2026-04-01T14:30:00.5+02:00"] {
        assert_eq!(decode::<DateTime<Utc>>(&json!(text)), expected, "{text}");
    }
    for wrong in ["2026-04-01", "yesterday", "2026-13-01T00:00:00Z", ""] {
        let error = from_slice::<DateTime<Utc>>(json!(wrong).to_string().as_bytes()).expect_err("no time");
        assert!(error.message().starts_with("invalid time"), "{error}");
    }
}

#[test]
fn inactive_token_has_no_other_fields() {
    let inactive: IntrospectTokenResponse = decode(&json!({ "active": false }));
    assert_eq!((inactive.active, &inactive.scope), (false, &None));
    assert_eq!(encode(&inactive), json!({ "active": false }));
}

#[test]
fn an_aggregation_without_a_function_counts() {
    assert!(matches!(decode(&json!({})), MeterAggregation::Count(_)));
    let MeterAggregation::Property(sum) = decode(&json!({ "func": "sum", "property": "tokens" })) else {
        panic!("no sum")
    };
    assert_eq!(sum.func, PropertyAggregationFunc::Sum);
    assert!(matches!(decode(&json!({ "func": "unique", "property": "user" })), MeterAggregation::Unique(_)));
    // The API reads the function before it applies defaults, so an old meter is sent with it.
    assert_eq!(encode(&decode::<MeterAggregation>(&json!({}))), json!({ "func": "count" }));
}

#[test]
fn metadata_keeps_the_types_of_its_values() {
    let body = json!({ "plan": "pro", "seats": 7, "ratio": 0.5, "trial": false, "future": ["list"], "gone": null });
    let metadata: BTreeMap<String, Scalar> = decode(&body);
    assert_eq!(metadata["plan"].as_str(), Some("pro"));
    assert_eq!(metadata["seats"].as_i64(), Some(7));
    assert_eq!(metadata["trial"].as_bool(), Some(false));
    assert_eq!(metadata["future"], Scalar::Unknown(json!(["list"])));
    assert_eq!(encode(&metadata), body);
}

#[test]
fn event_metadata_has_known_and_other_properties() {
    let body = json!({ "_cost": { "amount": "0.25", "currency": "usd" }, "tokens": 12, "model": "small" });
    let metadata: EventMetadataOutput = decode(&body);
    assert_eq!(metadata.cost.as_ref().map(|cost| cost.amount), Some(Decimal::new(25, 2)));
    assert_eq!(metadata.additional["tokens"].as_i64(), Some(12));
    assert_eq!(encode(&metadata), body);

    let input = EventMetadataInput::new().with("tokens", 12).with("model", "small");
    assert_eq!(encode(&input), json!({ "tokens": 12, "model": "small" }));
}

#[test]
fn metadata_takes_all_numbers() {
    let names = ["a", "b"];
    let input = EventMetadataInput::new()
        .with("gb", 1.5)
        .with("ratio", 0.1_f32)
        .with("calls", 3_u64)
        .with("names", names.len())
        .with("small", -1_i8)
        .with("most", u64::MAX)
        .with("least", i64::MIN);
    let expected = json!({
        "gb": 1.5, "ratio": 0.1, "calls": 3, "names": 2, "small": -1, "most": u64::MAX, "least": i64::MIN,
    });
    assert_eq!(encode(&input), expected);
    // JSON cannot represent it otherwise; requests with such a value are rejected.
    assert_eq!(encode(&Scalar::from(f64::INFINITY)), Value::Null);
    assert!(Scalar::from(f32::NAN).as_f64().is_some_and(f64::is_nan));
}

#[test]
fn update_event_distinguishes_cleared_from_unchanged() {
    let fields: CustomerUpdatedFields = decode(&json!({ "name": null, "email": "new@example.org" }));
    assert_eq!((&fields.name, &fields.billing_name), (&Patch::Null, &Patch::Absent));
    assert_eq!(encode(&fields), json!({ "name": null, "email": "new@example.org" }));
}

#[test]
fn type_of_grant_properties_depends_on_the_benefit() {
    let mut seen = BTreeMap::new();
    for recording in recordings::all().iter().filter(|recording| recording.is_success()) {
        if recording.operation_id.as_deref() != Some("benefits:grants") {
            continue;
        }
        let page: polar_client::Page<BenefitGrant> = decode(&recording.response_body);
        for grant in page {
            let kind = grant.benefit.type_().to_owned();
            let variant = match grant.properties {
                BenefitGrantProperties::Custom(_) => "custom",
                BenefitGrantProperties::Discord(_) => "discord",
                BenefitGrantProperties::Downloadables(_) => "downloadables",
                BenefitGrantProperties::FeatureFlag(_) => "feature_flag",
                BenefitGrantProperties::GitHubRepository(_) => "github_repository",
                BenefitGrantProperties::LicenseKeys(_) => "license_keys",
                BenefitGrantProperties::MeterCredit(_) => "meter_credit",
                BenefitGrantProperties::SlackSharedChannel(_) => "slack_shared_channel",
                _ => "unknown",
            };
            seen.insert(kind, variant);
        }
    }
    assert!(!seen.is_empty());
    for (kind, variant) in seen {
        assert_eq!(kind, variant, "the properties of a {kind} benefit");
    }
}

#[test]
fn unknown_properties_are_skipped() {
    let mut customer = recordings::all()
        .responses
        .iter()
        .find(|recording| recording.name == "customers__get")
        .expect("a customer")
        .clone();
    customer.response_body["news"] = json!({ "deep": [1, { "a": "\u{1F600}\\\"" }] });
    let decoded: Customer = decode(&customer.response_body);
    assert!(encode(&decoded).get("news").is_none());
}

#[test]
fn union_has_accessors_for_shared_properties() {
    let recording =
        recordings::all().responses.iter().find(|recording| recording.name == "events__get").expect("an event");
    let event: Event = decode(&recording.response_body);
    assert_eq!((event.source(), event.name()), ("system", "subscription.canceled"));
    assert!(matches!(event, Event::System(SystemEvent::SubscriptionCanceled(_))));
    assert_eq!(event.id().to_string(), recording.response_body["id"]);
    let timestamp = recording.response_body["timestamp"].as_str().expect("a text");
    assert_eq!(event.timestamp(), timestamp.parse::<DateTime<Utc>>().expect("a time"));
}

#[test]
fn types_work_with_serde() {
    let recording =
        recordings::all().responses.iter().find(|recording| recording.name == "customers__list").expect("customers");
    let items = &recording.response_body["items"];
    let customers: Vec<Customer> = serde_json::from_value(items.clone()).expect("customers");
    assert_eq!(serde_json::from_str::<Vec<Customer>>(&items.to_string()).expect("customers"), customers);
    let back = serde_json::to_value(&customers).expect("JSON");
    assert_eq!(back[0]["email"], items[0]["email"]);
    assert_eq!(back[0]["type"], "individual");
    let error = serde_json::from_value::<Customer>(json!({ "type": "team", "id": 7 })).expect_err("no customer");
    assert!(error.to_string().contains("$.id"), "{error}");
}

#[test]
fn an_open_enumeration_reads_and_shows_every_value() {
    assert_eq!(OrderStatus::from("paid"), OrderStatus::Paid);
    let parsed = "brand_new".parse::<OrderStatus>().expect("any text will do");
    assert_eq!((parsed.to_string().as_str(), format!("{parsed:?}").as_str()), ("brand_new", r#"Unknown("brand_new")"#));
    let OrderStatus::Unknown(value) = &parsed else { panic!("a known status") };
    assert_eq!((value.as_str(), value.len(), value == "brand_new"), ("brand_new", 9, true));
    assert_eq!(format!("{value:>10}{value:?}"), r#" brand_new"brand_new""#);
    assert_eq!(String::from(value.clone()), "brand_new");
    assert_eq!(parsed, serde_json::from_str::<OrderStatus>(r#""brand_new""#).expect("a status"));
    assert_eq!(OrderStatus::VALUES.len(), 6);
    assert_eq!(CustomerSortProperty::CreatedAtDesc.as_str(), "-created_at");
}

#[test]
fn nesting_without_end_is_refused_and_not_a_crash() {
    let deep = format!("{}1{}", "[".repeat(100_000), "]".repeat(100_000));
    let error = from_slice::<Value>(deep.as_bytes()).expect_err("too deep");
    assert!(error.message().contains("nested deeper"), "{error}");
    let deep = format!("{}{}", "{\"clauses\":[".repeat(5_000), "]}".repeat(5_000));
    assert!(from_slice::<Filter>(deep.as_bytes()).is_err());
}

/// Returns nested filters of the given depth around clauses of the given size.
fn nested_filter(depth: usize, bytes: usize) -> String {
    let clause = r#"{"property":"name","operator":"eq","value":"x"},"#;
    let clauses = clause.repeat(bytes / clause.len() + 1);
    // The discriminator comes last.
    let (open, close) = ("{\"clauses\":[".repeat(depth), "],\"conjunction\":\"and\"}".repeat(depth));
    format!("{open}{}{close}", clauses.trim_end_matches(','))
}

#[test]
fn a_filter_within_many_others_is_read_whole() {
    let json = nested_filter(60, 100_000);
    let filter: Filter = from_slice(json.as_bytes()).expect("a filter");
    assert_eq!(encode(&filter), serde_json::from_str::<Value>(&json).expect("JSON"));
}

/// Prints the time to decode filters of the same size by depth: `cargo test -p polar-tests --test it -- --ignored
/// nested`.
#[test]
#[ignore = "a measurement, not a check"]
fn time_of_nested_filters() {
    for depth in [1, 15, 30, 60] {
        let json = nested_filter(depth, 7_000_000);
        let begin = std::time::Instant::now();
        let _ = from_slice::<Filter>(json.as_bytes()).expect("a filter");
        println!("{depth:3} deep: {:?}", begin.elapsed());
    }
}

#[test]
fn broken_json_is_an_error_wherever_it_breaks() {
    let recording =
        recordings::all().responses.iter().find(|recording| recording.name == "customers__list").expect("customers");
    let text = recording.response_body.to_string();
    for end in 0..text.len() {
        let cut = &text.as_bytes()[..end];
        assert!(from_slice::<polar_client::Page<Customer>>(cut).is_err(), "cut off at {end}");
    }
    for wrong in [
        "[1,]",
        "[,1]",
        "{\"a\" 1}",
        "{\"a\":1,}",
        "{a:1}",
        "[1 2]",
        "\"\\x\"",
        "\"\u{1}\"",
        "tru",
        "[1]]",
        "\"\\ud800\"",
    ] {
        assert!(from_slice::<Value>(wrong.as_bytes()).is_err(), "{wrong}");
    }
    assert!(from_slice::<Value>(b"\"\xff\"").is_err());
}

#[test]
fn integer_out_of_range_is_an_error_with_its_path() {
    let event = |text: &str| {
        format!(
            r#"{{"id":"0eaa044b-4da8-4737-af3a-aefc02729b2a","timestamp":"2026-04-01T12:30:00Z","source":"robot","name":"dance",
            "organization_id":"6a9f0f57-5d0c-4b0e-9f43-3f3f4f6f0b11","customer_id":null,"external_customer_id":null,
            "metadata":{{"steps":[{text}]}}}}"#
        )
    };
    for text in ["18446744073709551615", "-9223372036854775808", "0", "1.5", "1e300", "-0.0"] {
        let kept: Event = from_slice(event(text).as_bytes()).unwrap_or_else(|error| panic!("{text}: {error}"));
        let written: Value = from_slice(&to_vec(&kept)).expect("JSON");
        assert_eq!(written["metadata"]["steps"][0], serde_json::from_str::<Value>(text).expect("a number"), "{text}");
    }
    for text in ["18446744073709551616", "-9223372036854775809", "123456789012345678901234567890"] {
        let error = from_slice::<Event>(event(text).as_bytes()).expect_err(text);
        assert_eq!(error.path(), "$.metadata.steps[0]");
        assert_eq!(
            error.message(),
            format!("the integer `{text}` is out of range, which is from -2^63 to 2^64 - 1 (in `Unknown`)")
        );
        let error = from_slice::<BTreeMap<String, Scalar>>(format!("{{\"seats\":{text}}}").as_bytes()).expect_err(text);
        assert_eq!(error.path(), "$.seats");
        assert!(from_slice::<DecimalOrNumber>(text.as_bytes()).is_err(), "{text}");
    }
}

#[test]
fn maps_and_integers_are_taken_as_programs_have_them() {
    let metadata = |body: &CustomerIndividualCreate| body.metadata.clone().expect("metadata");
    let body = CustomerIndividualCreate::new("jane@example.com");
    let expected = std::collections::BTreeMap::from([("plan".to_owned(), polar_client::Scalar::from("pro"))]);
    assert_eq!(metadata(&body.clone().metadata([("plan", "pro")])), expected);
    assert_eq!(metadata(&body.clone().metadata(vec![("plan".to_owned(), "pro")])), expected);
    assert_eq!(metadata(&body.clone().metadata(std::collections::HashMap::from([("plan", "pro")]))), expected);
    assert_eq!(metadata(&body.metadata(expected.clone())), expected);

    let polar = polar_client::Polar::new("polar_oat_x").expect("a client");
    let shown = |call: &dyn std::fmt::Debug| format!("{call:?}");
    assert_eq!(shown(&polar.products().list().limit([0; 7].len())), shown(&polar.products().list().limit(7)));
    assert_eq!(shown(&polar.products().list().limit(7_u64)), shown(&polar.products().list().limit(7_u8)));
}

#[test]
fn modules_of_features_keep_their_former_paths() {
    use std::any::TypeId;

    use polar_client::{download, ingest, license, oauth2, test, upload, webhook};

    let former = [
        TypeId::of::<webhook::Verifier>(),
        TypeId::of::<ingest::PushError>(),
        TypeId::of::<license::LicenseKeys>(),
        TypeId::of::<oauth2::OAuth2Client>(),
        TypeId::of::<test::MockApi>(),
        TypeId::of::<upload::UploadState>(),
        TypeId::of::<download::DownloadError>(),
    ];
    let named_after_features = [
        TypeId::of::<polar_client::webhook_events::Verifier>(),
        TypeId::of::<polar_client::ingestion::PushError>(),
        TypeId::of::<polar_client::licensing::LicenseKeys>(),
        TypeId::of::<polar_client::sign_in::OAuth2Client>(),
        TypeId::of::<polar_client::test_util::MockApi>(),
        TypeId::of::<polar_client::uploads::UploadState>(),
        TypeId::of::<polar_client::downloads::DownloadError>(),
    ];
    assert_eq!(former, named_after_features);
}
