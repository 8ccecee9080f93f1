//! OAuth 2.0 Protected Resource Metadata (RFC 9728) of the accounts API.
//! Not here: the API itself.
//!
//! | clause | test |
//! |---|---|
//! | 2: the members, each true | `the_document_describes_the_api_and_is_true` |
//! | 3, 3.1: its address, between host and path; at both listeners | `the_document_is_where_it_belongs` |
//! | 3.3: `resource` is the address that was asked | `each_listener_describes_the_api_as_it_is_called_there` |
//! | 4: the server names the resource | `the_document_describes_the_api_and_is_true` |

use crate::actors::{Browser, Partner, bank, verified};
use reqwest::Method;
use serde_json::{Value, json};

const PATH: &str = "/.well-known/oauth-protected-resource/v1";

#[tokio::test]
async fn the_document_is_where_it_belongs() {
    let bank = bank().await;
    let partner = Partner::of(&bank, "kaikei");
    let ask = async |partner: &Partner<'_>, path: &str| {
        let response = partner.call(Method::GET, path).send().await.unwrap();
        crate::actors::Answer::of(response).await
    };
    let here = ask(&partner, PATH).await;
    assert_eq!(here.header("content-type"), Some("application/json"));
    assert_eq!(here.header("cache-control"), Some("public, max-age=300"));
    // The well-known part goes before the path, and nothing is at the host's own address.
    for path in [
        "/v1/.well-known/oauth-protected-resource",
        "/.well-known/oauth-protected-resource",
        "/.well-known/oauth-protected-resource/",
        "/.well-known/oauth-protected-resource/v1/accounts",
    ] {
        assert_eq!(ask(&partner, path).await.status, 404, "{path}");
    }
}

#[tokio::test]
async fn each_listener_describes_the_api_as_it_is_called_there() {
    let bank = bank().await;
    let partner = Partner::of(&bank, "kaikei");
    let browser = Browser::showing(&bank, None);
    let server = browser.get("/.well-known/oauth-authorization-server").await.ok();
    let bases = [bank.partner_url(), bank.issuer()];
    assert_eq!(
        server["protected_resources"],
        json!(bases.clone().map(|base| format!("{base}/v1")))
    );
    for (base, by_certificate) in bases.into_iter().zip([true, false]) {
        let ask = async |path: &str| {
            let response = partner
                .call(Method::GET, &format!("{base}{path}"))
                .send()
                .await
                .unwrap();
            crate::actors::Answer::of(response).await
        };
        let refused = ask("/v1/accounts").await;
        let named = format!("resource_metadata=\"{base}{PATH}\"");
        let challenge = refused.header("www-authenticate").unwrap();
        assert!(challenge.contains(&named), "{challenge}");
        let document = ask(PATH).await.ok();
        assert_eq!(document["resource"], format!("{base}/v1"));
        assert_eq!(
            document["tls_client_certificate_bound_access_tokens"],
            by_certificate
        );
    }
}

#[tokio::test]
async fn the_document_describes_the_api_and_is_true() {
    let bank = bank().await;
    let partner = Partner::of(&bank, "kaikei");
    let browser = Browser::showing(&bank, None);
    let document = partner.call(Method::GET, PATH).send().await.unwrap();
    let document = crate::actors::Answer::of(document).await.ok();
    assert_eq!(document["resource"], format!("{}/v1", bank.partner_url()));
    assert_eq!(document["authorization_servers"], json!([bank.issuer()]));
    assert_eq!(document["tls_client_certificate_bound_access_tokens"], true);
    assert_eq!(document["dpop_bound_access_tokens_required"], false);
    assert_eq!(document["bearer_methods_supported"], json!(["header"]));
    assert_eq!(
        document["authorization_details_types_supported"],
        json!(["renkei_statements"])
    );

    // Signed answers, for who asks for them.
    assert_eq!(document["jwks_uri"], format!("{}/jwks", bank.issuer()));
    let algorithms = document["resource_signing_alg_values_supported"].clone();
    assert_eq!(algorithms, json!(["ES256", "PS256", "EdDSA"]));

    let server = browser.get("/.well-known/oauth-authorization-server").await.ok();
    assert_eq!(server["protected_resources"][0], document["resource"]);
    assert_eq!(server["issuer"], document["authorization_servers"][0]);
    let names = |value: &Value| -> Vec<String> { serde_json::from_value(value.clone()).unwrap() };
    let offered = names(&server["scopes_supported"]);
    let scopes = names(&document["scopes_supported"]);
    assert_eq!(scopes, ["accounts", "balance", "statement", "transfers"]);
    assert!(scopes.iter().all(|scope| offered.contains(scope)));

    assert_eq!(
        server["dpop_signing_alg_values_supported"],
        document["dpop_signing_alg_values_supported"]
    );
    // Each scope opens its part of the API, and the token goes in the header only.
    let tokens = partner.linked("sorachi-taro", &crate::actors::SORACHI_PINS).await;
    let account = partner.account_id(&tokens.access, "2000002").await;
    for (scope, path) in [
        ("accounts", "/v1/accounts".to_owned()),
        ("balance", format!("/v1/accounts/{account}/balance")),
        ("statement", format!("/v1/accounts/{account}/statement")),
        ("transfers", format!("/v1/accounts/{account}/transfers")),
    ] {
        assert!(scopes.contains(&scope.to_owned()));
        partner.get(&path, &tokens.access).await.ok();
        let accept = [("accept", "application/jwt")];
        let signed = partner.ask(Method::GET, &path, &tokens.access, &accept).await;
        let (header, _) = verified(&signed.text(), &partner.jwks().await);
        assert!(
            algorithms.as_array().unwrap().contains(&header["alg"]),
            "{header}"
        );
        let in_query = format!("{path}?access_token={}", tokens.access);
        let answer = partner.call(Method::GET, &in_query).send().await.unwrap();
        assert_eq!(answer.status(), 401, "{path}");
    }
}
