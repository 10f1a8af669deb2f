//! Authorization requests, code exchange, and their errors.

use super::*;

#[test]
fn authorization_url_has_state_challenge_and_scopes() {
    let client = OAuth2Client::builder("polar_ci_x", CALLBACK).build().expect("a client");
    let request = client.authorization([Scope::Openid, Scope::CustomersRead]).sub_type(SubType::Organization);
    let expected = format!(
        "https://polar.sh/oauth2/authorize?response_type=code&client_id=polar_ci_x&state=st+ate\
         &code_challenge={CHALLENGE}&code_challenge_method=S256\
         &redirect_uri=https%3A%2F%2Fapp.example%2Fcallback%3Ffrom%3Dpolar\
         &scope=openid+customers%3Aread&sub_type=organization"
    );
    assert_eq!(request.url_for(&pending()).as_str(), expected);
}

#[test]
fn each_authorization_has_a_state_and_a_verifier_of_its_own() {
    let client = OAuth2Client::builder("polar_ci_x", CALLBACK).build().expect("a client");
    let (address, first) = client.authorization([]).prompt("consent").url();
    let (_, second) = client.authorization([]).url();
    assert_ne!(first.state(), second.state());
    assert_ne!(first.pkce_verifier(), second.pkce_verifier());
    assert!(first.state().len() >= 22 && first.pkce_verifier().len() >= 43);

    let value =
        |name: &str| address.query_pairs().find(|(other, _)| other == name).map(|(_, value)| value.into_owned());
    assert_eq!(value("state").as_deref(), Some(first.state()));
    assert_eq!(value("prompt").as_deref(), Some("consent"));
    assert_eq!(value("scope"), None);
    assert!(!address.as_str().contains(first.pkce_verifier()), "the verifier is not for the browser");
}

#[test]
fn people_consent_where_the_server_has_its_site() {
    let endpoint = |server: Environment| {
        let client = OAuth2Client::builder("polar_ci_x", CALLBACK).server(server).build().expect("a client");
        let url = client.authorization([]).url().0;
        format!("{}{}", url.origin().ascii_serialization(), url.path())
    };
    assert_eq!(endpoint(Environment::Production), "https://polar.sh/oauth2/authorize");
    assert_eq!(endpoint(Environment::Sandbox), "https://sandbox.polar.sh/oauth2/authorize");
    let own = Environment::Url(Url::parse("http://localhost:8000").expect("a URL"));
    assert_eq!(endpoint(own), "http://localhost:8000/v1/oauth2/authorize");

    let client = OAuth2Client::builder("polar_ci_x", CALLBACK).authorization_endpoint("http://localhost:3000/consent");
    let url = client.build().expect("a client").authorization([]).url().0;
    assert_eq!(url.as_str().split('?').next(), Some("http://localhost:3000/consent"));
}

#[test]
fn invalid_builder_settings_are_named() {
    let message = |result: Result<OAuth2Client, Error>| match result {
        Err(error) if error.kind() == ErrorKind::Configuration => error.to_string(),
        other => panic!("{other:?}"),
    };
    let builder = OAuth2Client::builder;
    assert_eq!(message(builder("", CALLBACK).build()), "the OAuth 2 client's id is empty");
    assert_eq!(message(builder("x", CALLBACK).client_secret("").build()), "the OAuth 2 client's secret is empty");
    assert_eq!(message(builder("x", "callback").build()), "the redirect URI is invalid");
    assert_eq!(
        message(builder("x", "https://a.example/#b").build()),
        "the redirect URI has a fragment, which none may have"
    );
    let endpoint = builder("x", CALLBACK).authorization_endpoint("file:///consent");
    assert_eq!(message(endpoint.build()), "the address of the consent page is not of the scheme http or https");

    for verifier in ["", "short", &"x".repeat(129), &format!("{VERIFIER}=")] {
        let error = Pending::from_parts("state", verifier).expect_err("an error");
        assert_eq!(error.kind(), ErrorKind::Configuration);
        assert!(error.to_string().contains("43 to 128"), "{error}");
    }
    assert!(Pending::from_parts("", VERIFIER).is_err());
    assert!(builder("x", CALLBACK).build().expect("a client").session(Tokens::new("", Utc::now())).build().is_err());
    let session = builder("x", CALLBACK).build().expect("a client").session(valid()).build().expect("a session");
    let both = Polar::builder().token("polar_oat_x").oauth2(session).build();
    let error = both.expect_err("an error");
    assert_eq!(error.kind(), ErrorKind::Configuration);
    assert!(error.to_string().contains("two tokens"), "{error}");
}

#[tokio::test]
async fn code_is_exchanged_with_verifier_and_secret() {
    let server = server(|_| Reply::json(200, &answer(7)));
    let before = Utc::now();
    let redirect = "https://app.example/callback?from=polar&code=polar_ac_1%2B&state=st+ate#top";
    let tokens = confidential(&server).exchange(pending(), redirect).await.expect("tokens");

    let requests = server.requests();
    assert_eq!(requests.len(), 1);
    assert_eq!((&*requests[0].method, &*requests[0].path), ("POST", "/v1/oauth2/token"));
    assert_eq!(requests[0].header("content-type"), Some("application/x-www-form-urlencoded"));
    assert_eq!(requests[0].header("authorization"), None);
    let mut form = requests[0].form();
    form.sort();
    assert_eq!(
        form,
        fields(&[
            ("client_id", "polar_ci_x"),
            ("client_secret", SECRET),
            ("code", "polar_ac_1+"),
            ("code_verifier", VERIFIER),
            ("grant_type", "authorization_code"),
            ("redirect_uri", CALLBACK),
        ])
    );
    assert_eq!((tokens.access_token(), tokens.refresh_token()), ("polar_at_u_7", Some("polar_rt_u_7")));
    assert_eq!(tokens.scopes(), Some(&ScopeSet::from([Scope::CustomersRead])));
    assert!(!tokens.is_expired());
    let lifetime = (tokens.expires_at() - before).num_seconds();
    assert!((3600..3660).contains(&lifetime), "{lifetime}");
}

#[tokio::test]
async fn public_client_sends_no_secret() {
    let server = server(|_| Reply::json(200, &answer(2)));
    let client = public(&server);
    client.exchange(pending(), "code=polar_ac_1&state=st+ate").await.expect("tokens");
    client.refresh(&expired()).await.expect("tokens");
    let forms: Vec<Vec<(String, String)>> = server.requests().iter().map(Request::form).collect();
    assert!(forms.iter().flatten().all(|(name, _)| name != "client_secret"), "{forms:?}");
    assert_eq!(forms[0].iter().find(|(name, _)| name == "code_verifier").map(|(_, value)| &**value), Some(VERIFIER));
    let mut form = forms[1].clone();
    form.sort();
    let expected = [("client_id", "polar_ci_x"), ("grant_type", "refresh_token"), ("refresh_token", "polar_rt_u_1")];
    assert_eq!(form, fields(&expected));

    for error in [client.revoke(&valid()).await.unwrap_err(), client.introspect("x").await.unwrap_err()] {
        let operation = error.operation().expect("an operation").id();
        let expected =
            format!("`{operation}` cannot be called: it needs the client's secret, and this client has none");
        assert_eq!(error.to_string(), expected);
    }
    assert_eq!(server.requests().len(), 2);
}

#[tokio::test]
async fn redirect_without_code_is_rejected_without_sending() {
    let server = server(|_| Reply::json(200, &answer(2)));
    let client = confidential(&server);
    let refused = |error: &str, description: Option<&str>| AuthorizationError::Refused {
        error: error.to_owned(),
        description: description.map(str::to_owned),
    };
    let rows = [
        ("code=x&state=other", AuthorizationError::StateMismatch),
        ("code=x&state=", AuthorizationError::StateMismatch),
        ("code=x&state=st+at", AuthorizationError::StateMismatch),
        ("error=access_denied&state=other", AuthorizationError::StateMismatch),
        ("code=x", AuthorizationError::Missing { parameter: "state" }),
        ("state=st+ate", AuthorizationError::Missing { parameter: "code" }),
        ("", AuthorizationError::Missing { parameter: "state" }),
        ("error=access_denied&state=st+ate", refused("access_denied", None)),
        ("error=invalid_scope&error_description=No+such%0Ascope", refused("invalid_scope", Some("No such\nscope"))),
    ];
    for (query, expected) in rows {
        for redirect in [query.to_owned(), format!("https://app.example/callback?{query}")] {
            let error = client.exchange(pending(), &redirect).await.expect_err("an error");
            assert_eq!(error.kind(), ErrorKind::Authorization);
            assert_eq!(error.authorization(), Some(&expected), "{redirect}");
        }
    }
    assert_eq!(server.requests().len(), 0);
    let error = Error::from(refused("invalid_scope", Some("No such\nscope")));
    let text = format!("{:#}", anyhow::Error::from(error));
    assert_eq!(text, "access was not granted: the answer is `invalid_scope`: No such\\nscope");
}

#[tokio::test]
async fn code_and_refresh_token_are_sent_once_when_the_server_fails() {
    let server = server(|_| Reply::new(502));
    let client = confidential(&server);
    let error = client.exchange_code(pending(), "st ate", "polar_ac_1").await.expect_err("an error");
    assert_eq!(error.status().map(|status| status.as_u16()), Some(502));
    client.refresh(&expired()).await.expect_err("an error");
    assert_eq!(server.requests().len(), 2);

    let error = client.refresh(&Tokens::new("polar_at_u_1", Utc::now())).await.expect_err("an error");
    assert_eq!(error.to_string(), "`oauth2:request_token` cannot be called: there is no refresh token");
    assert_eq!(server.requests().len(), 2);
}

#[tokio::test]
async fn refresh_keeps_fields_missing_in_the_response() {
    let server = server(|_| {
        Reply::json(
            200,
            &json!({ "token_type": "Bearer", "access_token": "polar_at_u_2", "expires_in": i64::MAX, "scope": "" }),
        )
    });
    let old = expired().with_scopes([Scope::OrdersRead]);
    let tokens = confidential(&server).refresh(&old).await.expect("tokens");
    assert_eq!((tokens.access_token(), tokens.refresh_token()), ("polar_at_u_2", Some("polar_rt_u_1")));
    assert_eq!(tokens.scopes(), Some(&ScopeSet::from([Scope::OrdersRead])));
    assert_eq!(tokens.expires_at(), DateTime::<Utc>::MAX_UTC);
}

#[tokio::test]
async fn revoking_names_the_refresh_token_or_the_access_token() {
    let server = server(|_| Reply::json(200, &json!({})));
    let client = confidential(&server);
    client.revoke(&valid()).await.expect("an answer");
    client.revoke(&Tokens::new("polar_at_u_1", Utc::now())).await.expect("an answer");
    let rows = [("polar_rt_u_1", "refresh_token"), ("polar_at_u_1", "access_token")];
    for (request, (token, hint)) in server.requests().iter().zip(rows) {
        let mut form = request.form();
        form.sort();
        let expected =
            [("client_id", "polar_ci_x"), ("client_secret", SECRET), ("token", token), ("token_type_hint", hint)];
        assert_eq!((&*request.path, form), ("/v1/oauth2/revoke", fields(&expected)));
    }
}

#[tokio::test]
async fn introspection_teaches_a_client_its_scopes() {
    let server = server(|request| {
        let active = request.form().contains(&("token".to_owned(), "polar_at_u_1".to_owned()));
        Reply::json(
            200,
            &if !active {
                json!({ "active": false })
            } else {
                json!({
                    "active": true, "client_id": "polar_ci_x", "token_type": "Bearer",
                    "scope": "openid customers:read brand:new", "sub_type": "user", "sub": "0f50c623", "exp": 1796037061,
                    "organizations": ["4ed52778"],
                })
            },
        )
    });
    let client = confidential(&server);
    let known = client.introspect("polar_at_u_1").await.expect("an answer");
    assert!(known.active);
    assert_eq!(known.scopes.to_string(), "brand:new customers:read openid");
    assert_eq!(known.expires_at.map(|time| time.timestamp()), Some(1796037061));
    assert_eq!((known.subject.as_deref(), known.subject_type), (Some("0f50c623"), Some(SubType::User)));
    assert_eq!(known.organizations, ["4ed52778"]);
    let unknown = client.introspect("polar_at_u_0").await.expect("an answer");
    assert!(!unknown.active && unknown.scopes.is_empty() && unknown.expires_at.is_none());

    let polar = Polar::builder().token("polar_at_u_1").server(environment(&server)).scopes(known.scopes);
    let polar = polar.build().expect("a client");
    let before = server.requests().len();
    let error = polar.orders().list().await.expect_err("an error");
    assert_eq!(error.kind(), ErrorKind::MissingScope, "{error}");
    assert_eq!(error.operation().map(|operation| operation.id()), Some("orders:list"));
    assert_eq!(server.requests().len(), before);
}

#[tokio::test]
async fn scopes_of_the_tokens_block_a_call_before_it_is_sent() {
    let server = server(|_| page());
    let tokens = valid().with_scopes([Scope::CustomersRead]);
    let session = confidential(&server).session(tokens).build().expect("a session");
    let polar = client_of(&session);
    polar.customers().list().await.expect("a page");
    let error = polar.orders().list().await.expect_err("an error");
    assert_eq!(error.needed_scopes(), [Scope::OrdersRead]);
    assert_eq!(server.requests().len(), 1);

    // Scopes set on the builder override those of the tokens.
    let overridden = Polar::builder().oauth2(session).scopes([Scope::OrdersRead]).build().expect("a client");
    overridden.orders().list().await.expect("a page");
    assert_eq!(server.requests().len(), 2);
}
