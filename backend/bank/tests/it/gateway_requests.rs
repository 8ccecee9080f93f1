//! Requests that break the contract, at the gateway's end: refused, counted for nothing, and never repeated in the answer.

use crate::bench::{Bench, TOKEN, config, day, first_account, serve, token};
use renkei_bank::gateway::BearerToken;
use renkei_bank::gateway::client::{GatewayClient, GatewayConfig, GatewayConfigError};
use renkei_bank::gateway::server::router;
use renkei_bank::port::{CoreBanking, CoreError, Unavailability};
use reqwest::{Client, StatusCode};
use serde_json::Value;
use url::Url;

/// A client without the adapter's manners; TLS is configured by hand because no provider is the process's default.
pub(crate) fn plain_client() -> Client {
    let provider = std::sync::Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let tls = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(rustls::RootCertStore::empty())
        .with_no_client_auth();
    Client::builder().tls_backend_preconfigured(tls).build().unwrap()
}

async fn gateway() -> (Bench, Url) {
    let bench = Bench::direct();
    let url = serve(router(bench.core.clone(), token())).await;
    (bench, url)
}

#[tokio::test]
async fn malformed_requests_are_refused_and_count_for_nothing() {
    let (bench, url) = gateway().await;
    let verification = url.join("/v1/accounts/A0000000001/pin-verification").unwrap();
    let large = format!("{{\"pin\":\"{}\"}}", "7".repeat(5_000));
    for (content_type, body, expected) in [
        ("application/json", "{\"pin\":\"77a7\"}", 400),
        ("application/json", "{\"pin\":\"777\"}", 400),
        ("application/json", "{\"pin\":\"７７７７\"}", 400),
        ("application/json", "{\"pin\":\"7777\"", 400),
        ("application/json", "{\"pin\":7777}", 422),
        ("application/json", "{\"pin\":\"7777\",\"retry\":true}", 422),
        ("application/json", "{}", 422),
        ("text/plain", "{\"pin\":\"7777\"}", 415),
        ("application/json", large.as_str(), 413),
    ] {
        let request = plain_client()
            .post(verification.clone())
            .bearer_auth(TOKEN)
            .header("content-type", content_type);
        let response = request.body(body.to_owned()).send().await.unwrap();
        assert_eq!(response.status(), expected, "{body}");
        assert_eq!(response.headers()["content-type"], "application/problem+json");
        assert_eq!(response.headers()["cache-control"], "no-store");
        let text = response.text().await.unwrap();
        assert!(!text.contains("77"), "{text}");
        let problem: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(problem["code"], "malformed_request");
    }
    assert_eq!(
        bench
            .core
            .pin_state(&first_account())
            .await
            .unwrap()
            .remaining_tries,
        5
    );
}

#[tokio::test]
async fn nobody_is_served_without_the_token() {
    let (bench, url) = gateway().await;
    let state = url.join("/v1/accounts/A0000000001/pin-state").unwrap();
    for authorization in [
        "",
        "Bearer",
        "Bearer wrong",
        &format!("Basic {TOKEN}"),
        &format!("Bearer {TOKEN}x"),
    ] {
        let response = plain_client()
            .get(state.clone())
            .header("authorization", authorization)
            .send()
            .await
            .unwrap();
        assert_eq!(response.status(), StatusCode::UNAUTHORIZED, "{authorization}");
        assert_eq!(response.headers()["www-authenticate"], "Bearer");
    }
    let lower_case = plain_client()
        .get(state)
        .header("authorization", format!("bearer {TOKEN}"));
    assert_eq!(lower_case.send().await.unwrap().status(), StatusCode::OK);

    let stranger = BearerToken::new(&"x".repeat(40)).unwrap();
    let stranger = GatewayClient::new(GatewayConfig {
        bearer_token: Some(stranger),
        ..config(url)
    })
    .unwrap();
    let outcome = stranger
        .verify_pin(&first_account(), &crate::bench::pin("0000"))
        .await
        .unwrap_err();
    assert_eq!(
        outcome,
        CoreError::Unavailable {
            reason: Unavailability::CredentialsRefused
        }
    );
    assert_eq!(
        bench
            .core
            .pin_state(&first_account())
            .await
            .unwrap()
            .remaining_tries,
        5
    );
}

#[tokio::test]
async fn health_is_open_and_other_paths_are_not_found() {
    let (_bench, url) = gateway().await;
    let health = plain_client()
        .get(url.join("/healthz").unwrap())
        .send()
        .await
        .unwrap();
    assert_eq!(health.status(), StatusCode::NO_CONTENT);
    let elsewhere = plain_client()
        .get(url.join("/v2/accounts").unwrap())
        .bearer_auth(TOKEN)
        .send()
        .await
        .unwrap();
    assert_eq!(elsewhere.status(), StatusCode::NOT_FOUND);
    assert_eq!(elsewhere.json::<Value>().await.unwrap()["code"], "not_found");
}

#[tokio::test]
async fn a_gateway_below_a_path_is_reached_there() {
    let bench = Bench::direct();
    let below = axum::Router::new().nest("/core/gateway", router(bench.core.clone(), token()));
    let url = serve(below).await;
    for path in ["/core/gateway", "/core/gateway/"] {
        let client = crate::bench::client(url.join(path).unwrap());
        let balance = client
            .balance(&first_account(), &crate::bench::pin("1234"))
            .await
            .unwrap();
        assert_eq!(balance.as_of.japan_date(), day("2026-11-22"));
    }
}

#[test]
fn configurations_that_would_leak_or_never_work_are_refused() {
    let refusal = |change: &dyn Fn(&mut GatewayConfig)| {
        let mut config = config("https://gateway.example".parse().unwrap());
        change(&mut config);
        GatewayClient::new(config).err().unwrap()
    };
    for insecure in [
        "http://gateway.example",
        "http://127.0.0.1.example",
        "http://10.0.0.1",
        "ftp://localhost",
    ] {
        let error = refusal(&|config| config.url = insecure.parse().unwrap());
        assert!(matches!(error, GatewayConfigError::Insecure), "{insecure}");
    }
    assert!(matches!(
        refusal(&|_| ()),
        GatewayConfigError::CertificateAuthorities
    ));
    let nobody = refusal(&|config| config.bearer_token = None);
    assert!(matches!(nobody, GatewayConfigError::NoCredentials));
    let garbage = refusal(&|config| {
        config.url = "http://localhost".parse().unwrap();
        config.client_identity_pem = Some(b"garbage".to_vec().into());
    });
    assert!(matches!(garbage, GatewayConfigError::ClientIdentity));
}
