//! Each entity has its own id type, which behaves like the UUID or string that it contains.

use std::collections::{BTreeSet, HashMap};

use polar_client::codec::{from_slice, to_vec};
use polar_client::types::{
    CheckoutProductsCreate, CustomerId, LicenseKeyDeactivate, OAuth2ClientId, OrderId, ProductId,
};
use polar_client::{OneOrMany, Patch, Polar, Uuid};
use polar_loopback::{Reply, Server};
use serde_json::json;

const UUID: Uuid = support::ID;
const TEXT: &str = "0eaa044b-4da8-4737-af3a-aefc02729b2a";

/// Returns true if a type implements a trait.
macro_rules! implements {
    ($type:ty: $($bound:tt)+) => {{
        struct Probe<T>(std::marker::PhantomData<T>);
        #[allow(dead_code)]
        impl<T: $($bound)+> Probe<T> {
            const IMPLEMENTS: bool = true;
        }
        // The inherent constant takes precedence over the trait's, if its bound is satisfied.
        #[allow(dead_code)]
        trait Otherwise {
            const IMPLEMENTS: bool = false;
        }
        impl<T> Otherwise for Probe<T> {}
        Probe::<$type>::IMPLEMENTS
    }};
}

/// Returns true if a type converts into another.
macro_rules! converts {
    ($from:ty => $into:ty) => {
        implements!($from: Into<$into>)
    };
}

#[test]
fn functions_take_ids_without_conversion() {
    let polar = Polar::new("polar_oat_x").expect("a client");
    // The types of these arguments are inferred, which they are only if the functions are not generic over them.
    let _ = |customer| polar.customers().get(customer);
    let _ = |customer| CheckoutProductsCreate::new([ProductId::new(UUID)]).customer_id(customer);
    let _ = |activation, organization| LicenseKeyDeactivate::new(activation, "KEY", organization);
}

#[test]
fn ids_of_other_entities_are_not_compared() {
    assert!(implements!(OrderId: PartialEq<OrderId>) && !implements!(OrderId: PartialEq<CustomerId>));
}

#[test]
fn ids_of_other_entities_do_not_convert() {
    assert!(converts!(CustomerId => OneOrMany<CustomerId>) && converts!([CustomerId; 2] => Vec<CustomerId>));
    assert!(!converts!(OrderId => OneOrMany<CustomerId>) && !converts!(Uuid => OneOrMany<CustomerId>));
    assert!(!converts!([OrderId; 2] => Vec<CustomerId>) && !converts!(Vec<Uuid> => Vec<CustomerId>));
    assert!(!converts!(OrderId => Option<CustomerId>) && !converts!(OrderId => Patch<CustomerId>));
    assert!(converts!(&str => OAuth2ClientId) && !converts!(OrderId => OAuth2ClientId));
    assert!(converts!(Uuid => CustomerId) && converts!(CustomerId => Uuid) && !converts!(OrderId => CustomerId));
}

#[test]
fn id_converts_from_and_to_uuid() {
    const IN_A_CONSTANT: CustomerId = CustomerId::new(UUID);
    let id = CustomerId::from(UUID);
    assert_eq!((IN_A_CONSTANT, Uuid::from(id), id.as_uuid()), (id, UUID, UUID));
    let copied = id;
    assert_eq!((copied, id.to_string(), format!("{id:?}")), (id, TEXT.to_owned(), format!("CustomerId({TEXT})")));
}

#[test]
fn an_id_is_parsed_from_text() {
    assert_eq!(TEXT.parse::<CustomerId>().expect("a UUID").as_uuid(), UUID);
    assert_eq!(TEXT.to_uppercase().parse::<CustomerId>().expect("a UUID").to_string(), TEXT);
    let error = "cus_123".parse::<CustomerId>().expect_err("no UUID");
    assert_eq!(error.to_string(), "cus_123".parse::<Uuid>().expect_err("no UUID").to_string());
}

#[test]
fn an_id_of_a_string_keeps_it_as_it_is() {
    let id = OAuth2ClientId::from("polar_ci_1");
    assert_eq!(
        (id.as_str(), id.to_string(), String::from(id.clone())),
        ("polar_ci_1", "polar_ci_1".into(), "polar_ci_1".into())
    );
    assert!(id == "polar_ci_1" && id != *"polar_ci_2");
    assert_eq!("polar_ci_1".parse::<OAuth2ClientId>(), Ok(id.clone()));
    assert_eq!(OAuth2ClientId::from("polar_ci_1".to_owned()), id);
    assert_eq!(serde_json::to_value(&id).expect("JSON"), json!("polar_ci_1"));
    assert_eq!(serde_json::from_value::<OAuth2ClientId>(json!("polar_ci_1")).expect("an id"), id);
    assert_eq!(from_slice::<OAuth2ClientId>(&to_vec(&id)).expect("an id"), id);
}

#[test]
fn ids_are_json_strings_to_the_codec_and_to_serde() {
    let id = OrderId::new(UUID);
    let json = format!("\"{TEXT}\"");
    assert_eq!(to_vec(&id), json.as_bytes());
    assert_eq!(from_slice::<OrderId>(json.as_bytes()).expect("an id"), id);
    assert_eq!(serde_json::to_string(&id).expect("JSON"), json);
    assert_eq!(serde_json::from_str::<OrderId>(&json).expect("an id"), id);
    for wrong in [&b"7"[..], b"\"\"", b"\"polar\"", b"null"] {
        from_slice::<OrderId>(wrong).expect_err("no id");
        serde_json::from_slice::<OrderId>(wrong).expect_err("no id");
    }
}

#[test]
fn ids_are_keys_of_maps_and_in_the_order_of_their_uuids() {
    let ids = [9, 1, 5].map(|number| ProductId::new(Uuid::from_u128(number)));
    let names: HashMap<ProductId, &str> = ids.into_iter().zip(["nine", "one", "five"]).collect();
    assert_eq!(names[&ProductId::new(Uuid::from_u128(5))], "five");
    let sorted: Vec<u128> = BTreeSet::from(ids).into_iter().map(|id| id.as_uuid().as_u128()).collect();
    assert_eq!(sorted, [1, 5, 9]);
    let json = serde_json::to_value(&names).expect("JSON");
    assert_eq!(json["00000000-0000-0000-0000-000000000009"], "nine");
    let read: HashMap<ProductId, String> = serde_json::from_value(json).expect("a map");
    assert_eq!(read.len(), 3);
}

#[tokio::test]
async fn ids_go_into_paths_queries_and_bodies() {
    let server = Server::start(|_| Reply::new(204)).expect("a server");
    let polar =
        Polar::builder().token("polar_oat_x").base_url(&server.url()).expect("a URL").build().expect("a client");
    // Untyped ids are converted explicitly; parsed ones need no type.
    polar.customers().delete(UUID.into()).await.expect("no answer is needed");
    polar.customers().delete(TEXT.parse().expect("a UUID")).await.expect("no answer is needed");
    let _ = polar.orders().list().customer_id(CustomerId::new(UUID)).product_id([ProductId::new(UUID)]).await;
    let _ = polar.oauth2().clients().get("polar_ci_1").await;
    let requests = server.requests();
    assert_eq!(requests[0].path, format!("/v1/customers/{TEXT}"));
    assert_eq!(requests[1].path, requests[0].path);
    let mut query = requests[2].query.clone();
    query.sort();
    assert_eq!(query, [("customer_id".to_owned(), TEXT.to_owned()), ("product_id".to_owned(), TEXT.to_owned())]);
    assert_eq!(requests[3].path, "/v1/oauth2/register/polar_ci_1");
}
