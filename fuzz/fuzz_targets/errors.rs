//! Any response becomes a value, or an error that can be displayed and keeps the body.
#![no_main]

use std::sync::{Arc, Mutex, OnceLock};

use libfuzzer_sys::fuzz_target;
use polar_client::middleware::{AttemptFuture, Middleware, Next};
use polar_client::{Polar, RetryPolicy, reqwest};

type Canned = Arc<Mutex<(u16, Vec<u8>)>>;

/// A middleware that returns a canned response.
struct Answer(Canned);

impl Middleware for Answer {
    fn handle<'a>(&'a self, _: reqwest::Request, _: Next<'a>) -> AttemptFuture<'a> {
        let (status, body) = self.0.lock().expect("one thread").clone();
        let response = http::Response::builder().status(status).body(body).expect("a status");
        Box::pin(async move { Ok(response.into()) })
    }
}

fn client() -> &'static (Polar, Canned, tokio::runtime::Runtime) {
    static CLIENT: OnceLock<(Polar, Canned, tokio::runtime::Runtime)> = OnceLock::new();
    CLIENT.get_or_init(|| {
        let canned = Canned::default();
        let polar = Polar::builder()
            .token("polar_oat_x")
            .retry(RetryPolicy::none())
            .middleware(Answer(Arc::clone(&canned)))
            .base_url("http://127.0.0.1:9")
            .and_then(|builder| builder.build())
            .expect("a client");
        let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
        (polar, canned, runtime)
    })
}

fuzz_target!(|data: &[u8]| {
    let Some((selector, body)) = data.split_first() else { return };
    const STATUSES: [u16; 12] = [200, 204, 299, 302, 400, 401, 403, 404, 422, 429, 500, 599];
    let status = STATUSES[usize::from(*selector) % STATUSES.len()];
    let (polar, canned, runtime) = client();
    *canned.lock().expect("one thread") = (status, body.to_vec());
    match runtime.block_on(polar.discounts().list().send()) {
        Ok(_) => assert!((200..300).contains(&status)),
        Err(error) => {
            assert_eq!(error.status().map(|status| status.as_u16()), Some(status));
            assert_eq!(error.response().expect("an answer").body, body);
            assert!(!error.to_string().is_empty());
            assert!(!format!("{error:?}").is_empty());
            assert_eq!(error.is_decode(), (200..300).contains(&status));
            let _ = (error.retry_after(), error.validation().len(), error.needed_scopes());
        }
    }
});
