//! TLS: trusted certificates, and effects on other TLS clients in the program.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener};
use std::process::Command;
use std::sync::Arc;
use std::thread;

use polar_client::client::http_builder;
use polar_client::reqwest::{self, Certificate};
use polar_client::{Error, ErrorKind, Polar, RetryPolicy};
use polar_loopback::{Reply, Server};
use rustls::pki_types::PrivateKeyDer;
use rustls::{ServerConfig, ServerConnection, StreamOwned};
use serde_json::json;

const PAGE: &str = r#"{"items":[],"pagination":{"total_count":0,"max_page":0}}"#;

/// A server with a self-signed certificate that responds with an empty page.
struct Secured {
    address: SocketAddr,
    certificate: Certificate,
}

fn secured() -> Secured {
    let generated = rcgen::generate_simple_self_signed(["localhost".to_owned()]).expect("a certificate");
    let certificate = Certificate::from_der(generated.cert.der()).expect("a certificate");
    let key = PrivateKeyDer::try_from(generated.signing_key.serialize_der()).expect("a key");
    let config = ServerConfig::builder().with_no_client_auth();
    let config = Arc::new(config.with_single_cert(vec![generated.cert.der().clone()], key).expect("a configuration"));
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("an address");
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let Ok(connection) = ServerConnection::new(Arc::clone(&config)) else { continue };
            let mut stream = StreamOwned::new(connection, stream);
            // A client that does not trust the certificate disconnects here.
            if stream.read(&mut [0; 4096]).is_ok_and(|read| read > 0) {
                let head = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nconnection: close";
                let _ = write!(stream, "{head}\r\ncontent-length: {}\r\n\r\n{PAGE}", PAGE.len());
                stream.conn.send_close_notify();
                let _ = stream.flush();
            }
        }
    });
    Secured { address, certificate }
}

impl Secured {
    async fn call(&self, http: reqwest::ClientBuilder) -> Result<usize, Error> {
        let http = http.resolve("localhost", self.address).no_proxy().build().expect("an HTTP client");
        let builder = Polar::builder().token("polar_oat_x").retry(RetryPolicy::none()).http_client(http);
        let polar = builder.base_url(&format!("https://localhost:{}", self.address.port())).expect("a URL").build();
        Ok(polar.expect("a client").orders().list().await?.items.len())
    }
}

#[tokio::test]
async fn settings_of_the_caller_count() {
    let server = secured();
    let builder = || http_builder().expect("a builder");
    let refused = server.call(builder()).await.expect_err("nobody knows the certificate");
    assert_eq!(refused.kind(), ErrorKind::Connection, "{refused:?}");
    server.call(builder().tls_certs_merge([server.certificate.clone()])).await.expect("trusted beside the system's");
    server.call(builder().tls_certs_only([server.certificate.clone()])).await.expect("trusted alone");
    server.call(builder().tls_danger_accept_invalid_certs(true)).await.expect("not verified");
}

#[tokio::test]
async fn a_pinned_certificate_is_the_only_one() {
    let (server, other) = (secured(), secured());
    let pinned = |certificates: Vec<Certificate>| http_builder().expect("a builder").tls_certs_only(certificates);
    server.call(pinned(vec![other.certificate.clone()])).await.expect_err("another one is pinned");
    server.call(pinned(Vec::new())).await.expect_err("none is trusted");
    server.call(pinned(vec![other.certificate, server.certificate.clone()])).await.expect("it is pinned");
}

#[tokio::test]
async fn other_tls_clients_are_not_affected() {
    let server = Server::start_unchecked(|_| Reply::json(200, &json!(7))).expect("a server");
    let answer = reqwest::Client::new().get(server.url()).send().await.expect("an answer");
    assert_eq!(answer.text().await.expect("a body"), "7");
    reqwest::Client::builder().build().expect("a client");
    // Only one cryptography provider is compiled, so that rustls can select it.
    rustls::ClientConfig::builder().with_root_certificates(rustls::RootCertStore::empty());
}

#[test]
fn without_certificates_only_tls_connections_fail() {
    let mut child = Command::new(std::env::current_exe().expect("this program"));
    child.args(["--exact", "tls::on_a_machine_without_certificates", "--ignored", "--nocapture"]);
    let folder = tempfile::TempDir::new().expect("a folder");
    child.env("SSL_CERT_FILE", "/dev/null").env("SSL_CERT_DIR", folder.path());
    let output = child.output().expect("the program runs");
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success() && said.contains("1 passed"), "{said}{}", String::from_utf8_lossy(&output.stderr));
}

#[tokio::test]
#[ignore = "run by `without_certificates_only_tls_connections_fail`"]
async fn on_a_machine_without_certificates() {
    let page = Server::start(|_| Reply::json(200, &serde_json::from_str(PAGE).expect("JSON"))).expect("a server");
    polar_client::test_util::MockApi::new().polar();
    let builder = || Polar::builder().token("polar_oat_x");
    let plain = builder().base_url(&page.url()).expect("a URL").build().expect("a client");
    plain.orders().list().await.expect("a page over plain HTTP");
    http_builder().expect("a builder").build().expect("an HTTP client");

    let secured = secured();
    let url = format!("https://127.0.0.1:{}", secured.address.port());
    let polar = builder().base_url(&url).expect("a URL").build().expect("a client");
    let begin = std::time::Instant::now();
    let error = polar.orders().list().await.expect_err("nothing to verify the server by");
    assert_eq!(error.kind(), ErrorKind::Configuration, "{error:?}");
    let text = error.to_string();
    assert!(text.contains("no certificates") && text.contains("SSL_CERT_FILE"), "{text}");
    assert!(begin.elapsed() < std::time::Duration::from_secs(5), "it is not retried");
    let http = http_builder().expect("a builder").tls_certs_merge([secured.certificate.clone()]);
    secured.call(http).await.expect("certificates can be brought along");
}
