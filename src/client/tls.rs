use reqwest::ClientBuilder;

use crate::calls::error::Error;

/// Gives rustls a provider of its own, so that it works whether or not the process has installed one.
#[cfg(feature = "rustls")]
pub(super) fn configure(builder: ClientBuilder) -> Result<ClientBuilder, Error> {
    use std::sync::Arc;

    use rustls_platform_verifier::BuilderVerifierExt;

    let fail = |error: rustls::Error| Error::configuration("TLS cannot be configured").with_source(error);
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .and_then(BuilderVerifierExt::with_platform_verifier)
        .map_err(fail)?
        .with_no_client_auth();
    Ok(builder.tls_backend_preconfigured(config))
}

/// reqwest's own choice: the system's TLS with the feature `native-tls`, else none.
#[cfg(not(feature = "rustls"))]
pub(super) fn configure(builder: ClientBuilder) -> Result<ClientBuilder, Error> {
    Ok(builder)
}
