//! Addresses of the storage and their headers, which work like passwords, never show.

use std::error::Error;
use std::fmt::Debug;

use super::*;

const SECRETS: [&str; 4] = ["s1gnature", "cr3dential", "h3ader", "l1nk"];
const ADDRESS: &str =
    "https://storage.example/bucket/film.mp4?partNumber=1&X-Amz-Credential=cr3dential%2Fx&X-Amz-Signature=s1gnature";
const LINK: &str = "https://api.example/v1/customer-portal/downloadables/.eJl1nk-_x.aw.l1nk_x";

#[track_caller]
fn hidden(text: &str) {
    for secret in SECRETS {
        assert!(!text.contains(secret), "{secret} shows: {text}");
    }
}

#[track_caller]
fn hidden_value(value: &impl Debug) -> String {
    let text = format!("{value:?}");
    hidden(&text);
    hidden(&format!("{value:#?}"));
    text
}

#[track_caller]
fn hidden_error(error: &dyn Error) {
    hidden(&format!("{error} {error:?} {error:#?}"));
    if let Some(source) = error.source() {
        hidden_error(source);
    }
}

fn headers() -> Value {
    json!({ "x-amz-server-side-encryption-customer-key": "h3ader", "X-Amz-Meta": "h3ader \" }", "Content-Type": "video/mp4" })
}

fn part() -> Value {
    json!({
        "number": 1, "chunk_start": 0, "chunk_end": 3, "checksum_sha256_base64": "c3Vt",
        "url": ADDRESS, "headers": headers(), "expires_at": "2036-11-20T12:07:44.022741Z",
    })
}

#[test]
fn values_show_neither_addresses_nor_headers() {
    let mut file = file();
    for url in [ADDRESS, LINK, "https://other.example/l1nk"] {
        file["download"] = json!({ "url": url, "headers": headers(), "expires_at": "2036-11-20T12:09:38.760540Z" });
        let listed: FileDownload = serde_json::from_value(file.clone()).expect("a file");
        for shown in [hidden_value(&listed), hidden_value(&listed.download), hidden_value(&Some(&listed))] {
            assert!(shown.contains(r#""url":"[hidden]""#) && shown.contains(r#""headers":"[hidden]""#), "{shown}");
            assert!(shown.contains("2036-11-20"), "{shown}");
        }
    }
    let part: S3FileUploadPart = serde_json::from_value(part()).expect("a part");
    let shown = hidden_value(&part);
    assert!(shown.contains(r#""url":"[hidden]""#) && shown.contains(r#""chunk_end":3"#), "{shown}");
    // What is sent and stored is whole.
    assert!(serde_json::to_string(&part).expect("JSON").contains("X-Amz-Signature=s1gnature"));
}

#[tokio::test]
async fn errors_of_calls_do_not_quote_addresses() {
    // The excerpt of the error is cut out of the middle of the address, out of the headers, and out of a long address.
    let long = ADDRESS.replace("Credential=", &format!("Credential={}", "cr3dential".repeat(300)));
    for url in [ADDRESS, LINK, &long] {
        for headers in [headers(), json!({ "a": "h3ader h3ader h3ader h3ader h3ader h3ader h3ader h3ader" })] {
            let body = format!(r#"{{"upload":{{"parts":[{{"url":"{url}","headers":{headers},"number":"#);
            for body in [format!("{body}true}}]}}}}"), body.replace(r#","headers"#, r#"!,"headers"#)] {
                let api = server(move |_| Reply::text(201, "application/json", &*body).header("location", ADDRESS));
                let upload = client(&api).files().upload("a", "text/plain", bytes(3)).await;
                hidden_error(&upload.expect_err("it cannot be decoded"));
            }
        }
    }
}

#[tokio::test]
async fn errors_of_downloads_do_not_show_addresses() {
    let refusing =
        server(|_| Reply::text(403, "application/xml", format!("<Code>AccessDenied</Code><Url>{ADDRESS}</Url>")));
    let leading = server(|_| Reply::new(302).header("location", ADDRESS.replace("https", "ftp")));
    let closing = server(|_| Reply::close());
    let query = ADDRESS.split_once('?').expect("a query").1;
    let urls = [
        refusing.url(),
        leading.url(),
        closing.url(),
        "http://127.0.0.1:9".into(),
        "http://[".into(),
        "file://x".into(),
    ];
    for url in urls {
        let mut file = listed(&format!("{url}/film?{query}"), b"x", None);
        for headers in [headers(), json!({ "bad name h": "h3ader" }), json!({ "a": "h3ader\n" })] {
            file.download.headers = serde_json::from_value(headers).expect("headers");
            let download = portal().downloadables().download(&file).retry(RetryPolicy::none());
            hidden_value(&download);
            hidden_error(&download.to_writer(Vec::new()).await.expect_err("no content"));
        }
    }
}
