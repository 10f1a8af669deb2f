//! What holds for any input: escaping loses nothing, and JSON is what serde_json says it is.

use std::sync::{Arc, Mutex};

use polar_client::codec::{DecodeError, from_slice, to_vec};
use polar_client::middleware::{AttemptFuture, Middleware, Next};
use polar_client::reqwest::{Request, Url};
use polar_client::{Polar, RetryPolicy};
use proptest::prelude::*;
use serde_json::Value;

/// Keeps the address of the last request, and refuses it.
#[derive(Clone, Default)]
struct Keep(Arc<Mutex<Option<Url>>>);

impl Middleware for Keep {
    fn handle<'a>(&'a self, request: Request, _: Next<'a>) -> AttemptFuture<'a> {
        *self.0.lock().expect("no panic") = Some(request.url().clone());
        let response = http::Response::builder().status(404).body("").expect("a response");
        Box::pin(async move { Ok(response.into()) })
    }
}

thread_local! {
    /// To make a client for each case would take longer than all else.
    static CLIENT: (Polar, Keep) = {
        let keep = Keep::default();
        let builder = Polar::builder().token("polar_oat_x").retry(RetryPolicy::none()).middleware(keep.clone());
        (builder.base_url("http://127.0.0.1:9").expect("a URL").build().expect("a client"), keep)
    };
}

/// The address that a call is sent to, as whoever receives it reads it.
fn address(call: impl AsyncFnOnce(Polar)) -> Url {
    let (polar, keep) = CLIENT.with(Clone::clone);
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
    runtime.block_on(call(polar));
    let url = keep.0.lock().expect("no panic").take().expect("a request");
    url.as_str().parse().expect("what goes over the wire is a URL")
}

fn decoded(segment: &str) -> String {
    percent_encoding::percent_decode_str(segment).decode_utf8().expect("UTF-8").into_owned()
}

/// JSON values, with the corners of numbers and strings.
fn json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
    ];
    leaf.prop_recursive(5, 40, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::hash_map(any::<String>(), inner, 0..6)
                .prop_map(|map| map.into_iter().collect::<serde_json::Map<_, _>>().into()),
        ]
    })
}

/// Whether an error is about an integer beyond 64 bits.
fn is_too_large(error: &DecodeError) -> bool {
    let integer = error.message().strip_prefix("the integer `").and_then(|rest| rest.split_once('`'));
    integer.is_some_and(|(digits, _)| digits.parse::<u64>().is_err() && digits.parse::<i64>().is_err())
}

/// Reads a text both ways and compares.
fn check(text: &[u8]) -> Result<(), TestCaseError> {
    let (theirs, ours) = (serde_json::from_slice::<Value>(text), from_slice::<Value>(text));
    match (theirs, ours) {
        (Ok(theirs), Ok(ours)) => {
            prop_assert_eq!(&theirs, &ours);
            let written = to_vec(&ours);
            prop_assert_eq!(&serde_json::from_slice::<Value>(&written).expect("JSON"), &theirs);
        }
        (Err(_), Err(error)) => prop_assert!(error.offset() <= text.len()),
        // It rounds integers that no number holds, and this crate does not.
        (Ok(_), Err(error)) if is_too_large(&error) => {}
        (theirs, ours) => prop_assert!(false, "theirs: {theirs:?}, ours: {ours:?}"),
    }
    Ok(())
}

proptest! {
    #[test]
    fn any_path_argument_arrives_as_one_segment(id in any::<String>()) {
        prop_assume!(!matches!(id.as_str(), "" | "." | "..") && !id.contains('/'));
        let url = address(async |polar| drop(polar.customers().get_external(&id).await));
        let segments: Vec<&str> = url.path_segments().expect("a path").collect();
        prop_assert_eq!(&segments[..3], &["v1", "customers", "external"]);
        prop_assert_eq!(segments.len(), 4);
        prop_assert_eq!(decoded(segments[3]), id);
        prop_assert_eq!((url.query(), url.fragment()), (None, None));
    }

    #[test]
    fn any_query_arrives_as_it_was_given(values in prop::collection::vec(any::<(String, String)>(), 1..5)) {
        let url = address(async |polar| {
            let mut call = polar.customers().list();
            for (name, value) in &values {
                call = call.extra_query(name, value);
            }
            drop(call.await);
        });
        let arrived: Vec<(String, String)> = url.query_pairs().into_owned().collect();
        prop_assert_eq!(arrived, values);
        prop_assert_eq!(url.path(), "/v1/customers/");
        prop_assert_eq!(url.fragment(), None);
    }

    #[test]
    fn any_filter_of_metadata_arrives_in_brackets(name in any::<String>(), value in any::<String>()) {
        let url = address(async |polar| drop(polar.customers().list().metadata(&name, value.as_str()).await));
        let arrived: Vec<(String, String)> = url.query_pairs().into_owned().collect();
        prop_assert_eq!(arrived, [(format!("metadata[{name}]"), value)]);
    }

    #[test]
    fn any_json_is_read_and_written_as_it_is(value in json()) {
        check(value.to_string().as_bytes())?;
        check(serde_json::to_string_pretty(&value).expect("JSON").as_bytes())?;
        prop_assert_eq!(serde_json::from_slice::<Value>(&to_vec(&value)).expect("JSON"), value);
    }

    #[test]
    fn broken_json_is_refused_and_what_is_left_whole_is_read(
        value in json(), at in any::<prop::sample::Index>(), byte in any::<u8>(), cut in any::<bool>()
    ) {
        let mut text = value.to_string().into_bytes();
        let at = at.index(text.len());
        if cut { text.truncate(at) } else { text[at] = byte }
        check(&text)?;
    }

    #[test]
    fn what_looks_like_json_is_judged_alike(text in r#"[\[\]{}:,"\\ \n0-9eE+\-.truefalsn/ux]{0,24}"#) {
        check(text.as_bytes())?;
    }

    #[test]
    fn what_looks_like_a_number_is_judged_alike(text in r"-?[0-9]{0,25}(\.[0-9]{0,20})?([eE][+-]?[0-9]{0,4})?") {
        check(text.as_bytes())?;
    }

    #[test]
    fn any_bytes_are_judged_alike(bytes in prop::collection::vec(any::<u8>(), 0..32)) {
        check(&bytes)?;
    }
}

#[test]
fn corners_of_json_are_judged_alike() {
    for text in [
        "-0",
        "-0.0",
        "0.0",
        "1e400",
        "-1e400",
        "1e-400",
        "18446744073709551615",
        "18446744073709551616",
        "-9223372036854775808",
        "-9223372036854775809",
        r#""\ud83d\ude00""#,
        r#""\ud800""#,
        r#""\udc00\ud800""#,
        r#"{"a":1,"a":2}"#,
        "\u{feff}1",
        "\"\u{7f}\"",
        "\"\t\"",
        "[1,]",
        "{,}",
        "01",
        "+1",
        "1.",
        ".1",
        "NaN",
        "1 2",
    ] {
        check(text.as_bytes()).unwrap_or_else(|error| panic!("{text}: {error}"));
    }
}
