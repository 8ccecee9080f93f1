//! Answers of the accounts API as JWTs that the bank has signed (FAPI 2.0 Message Signing, 5.6, in a form of our own): for
//! partners that ask, in whatever way their tokens are bound. Not here: what the answers say (`accounts_api`, `statement`).
//!
//! | promise | test |
//! |---|---|
//! | each answer is signed for whom it is meant, where `Accept` asks for that (RFC 9110, 12.5.1) | `each_answer_comes_signed_where_that_is_asked_for` |
//! | nobody else gets a JWT, and no refusal is one | `nobody_else_gets_a_jwt_and_no_refusal_is_one` |

use crate::actors::{NewPartner, Partner, bank, verified};
use reqwest::Method;
use serde_json::json;

const JWT: [(&str, &str); 1] = [("accept", "application/jwt")];

#[tokio::test]
async fn each_answer_comes_signed_where_that_is_asked_for() {
    let bank = bank().await;
    let by_key = NewPartner::fapi2("kagi").register(&bank).await.with_dpop();
    let by_certificate = Partner::of(&bank, "chobo");
    let by_nothing = Partner::of(&bank, "kihon");
    for partner in [by_key, by_certificate, by_nothing] {
        let tokens = partner.linked("yubari-jiro", &[]).await;
        let id = partner.account_id(&tokens.access, "1230001").await;
        let jwks = partner.jwks().await;
        let mut ids = Vec::new();
        for path in [
            "/v1/accounts".to_owned(),
            format!("/v1/accounts/{id}/balance"),
            format!("/v1/accounts/{id}/statement?limit=3"),
            format!("/v1/accounts/{id}/transfers?from=2026-08-01"),
        ] {
            let plain = partner.get(&path, &tokens.access).await;
            assert_eq!(plain.header("vary"), Some("Accept"));
            let signed = partner.ask(Method::GET, &path, &tokens.access, &JWT).await;
            assert_eq!(signed.status, 200, "{}", signed.text());
            assert_eq!(signed.header("content-type"), Some("application/jwt"));
            assert_eq!(signed.header("vary"), Some("Accept"));
            assert_eq!(signed.header("cache-control"), Some("no-store"));
            let (header, claims) = verified(&signed.text(), &jwks);
            assert_eq!(
                (&header["typ"], &header["alg"]),
                (&json!("renkei-response+jwt"), &json!("ES256"))
            );
            let now = bank.clock().now().unix_seconds();
            assert_eq!(
                claims,
                json!({
                    "iss": bank.issuer(), "aud": partner.id(), "iat": now, "exp": now + 60, "jti": claims["jti"],
                    "response": plain.ok(),
                })
            );
            ids.push(claims["jti"].as_str().unwrap().to_owned());
        }
        ids.dedup();
        assert_eq!(ids.len(), 4, "each answer has a name of its own");
    }
}

#[tokio::test]
async fn nobody_else_gets_a_jwt_and_no_refusal_is_one() {
    let bank = bank().await;
    let partner = Partner::of(&bank, "chobo");
    let access = partner.linked("yubari-jiro", &[]).await.access;
    for (accept, content_type) in [
        ("application/json", "application/json"),
        ("*/*", "application/json"),
        ("application/json, application/jwt;q=0.9", "application/json"),
        ("application/jwt;q=0", "application/json"),
        ("application/jwt, application/json", "application/jwt"),
        ("application/jwt;q=0.5, */*;q=0.1", "application/jwt"),
    ] {
        let answer = partner
            .ask(Method::GET, "/v1/accounts", &access, &[("accept", accept)])
            .await;
        assert_eq!(answer.header("content-type"), Some(content_type), "{accept}");
    }
    let unknown = partner
        .ask(Method::GET, "/v1/accounts/x/balance", &access, &JWT)
        .await;
    unknown.refused(404, "not_found");
    let stolen = Partner::showing(&bank, partner.registered, None);
    let refused = stolen.ask(Method::GET, "/v1/accounts", &access, &JWT).await;
    refused.refused(401, "invalid_token");
}
