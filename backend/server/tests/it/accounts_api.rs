//! The accounts API's door: no token, a bad one, one that has run out; and what each answer looks like.
//! Not here: bound tokens (`oauth::rfc8705_mtls`), statements (`statement`).

use crate::actors::{Answer, Partner, bank, raw_exchange};
use serde_json::json;
use std::time::Duration;

const PATHS: [&str; 4] = [
    "/v1/accounts",
    "/v1/accounts/ID/balance",
    "/v1/accounts/ID/statement",
    "/v1/accounts/ID/transfers",
];

#[tokio::test]
async fn without_a_good_token_nothing_is_said() {
    let bank = bank().await;
    let partner = Partner::of(&bank, "chobo");
    let tokens = partner.linked("yubari-jiro", &[]).await;
    let id = partner.account_id(&tokens.access, "1230001").await;
    let mut changed = tokens.access.clone().into_bytes();
    changed[10] = if changed[10] == b'A' { b'B' } else { b'A' };
    let changed = String::from_utf8(changed).unwrap();
    for path in PATHS.map(|path| path.replace("ID", &id)) {
        for token in [changed.as_str(), &tokens.refresh, "nonsense", &"x".repeat(1024)] {
            let answer = partner.get(&path, token).await;
            answer.refused(401, "invalid_token");
            let challenge = answer.header("www-authenticate").unwrap();
            assert!(
                challenge.starts_with("Bearer realm=\"renkei\", error=\"invalid_token\""),
                "{challenge}"
            );
        }
        assert_eq!(partner.get(&path, &tokens.access).await.status, 200);
    }
}

#[tokio::test]
async fn the_token_travels_in_the_authorization_header_only() {
    let bank = bank().await;
    let partner = Partner::of(&bank, "kihon");
    let tokens = partner.linked("yubari-jiro", &[]).await;
    let host = bank.issuer().replace("https://", "");
    let request = |line: &str, headers: &str| {
        format!("{line} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n{headers}\r\n").into_bytes()
    };
    let access = &tokens.access;
    let ask = async |request: Vec<u8>| raw_exchange(&bank, &request).await;
    // Where the resource is described (RFC 9728, 5.1).
    let described = format!(
        "resource_metadata=\"{}/.well-known/oauth-protected-resource/v1\"",
        bank.issuer()
    );
    let none = ask(request("GET /v1/accounts", "")).await;
    assert!(none.starts_with("HTTP/1.1 401"), "{none}");
    assert!(
        none.contains(&format!(
            "www-authenticate: Bearer realm=\"renkei\", {described}\r\n"
        )),
        "no error code: {none}"
    );
    let query = ask(request(&format!("GET /v1/accounts?access_token={access}"), "")).await;
    assert!(query.starts_with("HTTP/1.1 401"), "{query}");
    for headers in [
        format!("Authorization: Bearer {access}\r\nAuthorization: Bearer {access}\r\n"),
        format!("Authorization: Bearer {access} x\r\n"),
        "Authorization: Bearer \r\n".to_owned(),
        format!("Authorization: Bearer {}\r\n", "x".repeat(1025)),
    ] {
        let answer = ask(request("GET /v1/accounts", &headers)).await;
        assert!(answer.starts_with("HTTP/1.1 400"), "{headers} {answer}");
        assert!(answer.contains("error=\"invalid_request\""), "{answer}");
    }
    for scheme in ["Basic", "DPoP"] {
        let headers = format!("Authorization: {scheme} {access}\r\n");
        let answer = ask(request("GET /v1/accounts", &headers)).await;
        assert!(answer.starts_with("HTTP/1.1 401"), "{scheme} {answer}");
    }
    let good = ask(request(
        "GET /v1/accounts",
        &format!("authorization: bearer {access}\r\n"),
    ))
    .await;
    assert!(good.starts_with("HTTP/1.1 200"), "{good}");
}

#[tokio::test]
async fn an_access_token_lives_ten_minutes_and_is_refreshed() {
    let bank = bank().await;
    let partner = Partner::of(&bank, "kaikei");
    let tokens = partner.linked("yubari-jiro", &[]).await;
    bank.clock().advance(Duration::from_micros(599_999_999));
    partner.accounts(&tokens.access).await;
    bank.clock().advance(Duration::from_micros(1));
    partner
        .get("/v1/accounts", &tokens.access)
        .await
        .refused(401, "invalid_token");
    let fresh = partner.refresh(&tokens.refresh).await.ok();
    assert_eq!(fresh["scope"], "accounts balance statement transfers");
    assert_eq!(fresh["permission_expires_at"], "2027-02-19T00:00:00+09:00");
    partner.accounts(fresh["access_token"].as_str().unwrap()).await;
    // Again and again, until the permission ends.
    bank.clock().advance(Duration::from_hours(24 * 60));
    let later = partner.refresh(&tokens.refresh).await.ok();
    partner.accounts(later["access_token"].as_str().unwrap()).await;
}

#[tokio::test]
async fn the_account_list_says_all_that_a_partner_needs() {
    let bank = bank().await;
    let partner = Partner::of(&bank, "chobo");
    let tokens = partner.linked("yubari-jiro", &[]).await;
    let answer: Answer = partner.get("/v1/accounts", &tokens.access).await;
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    let accounts = answer.ok()["accounts"].as_array().unwrap().clone();
    let mut first = accounts[2].clone();
    let id = first["account_id"].take();
    assert_eq!(id.as_str().unwrap().len(), 36);
    assert_eq!(
        first,
        json!({
            "account_id": null, "branch_code": "101", "branch_name": "札幌支店", "account_type": "4",
            "account_number": "1230772", "memo": "ﾕｳﾊﾞﾘ積立", "holder_name": "夕張工業株式会社",
            "businesses": ["balance", "statement", "transfers"], "status": "available",
        })
    );
}

#[tokio::test]
async fn addresses_that_are_not_there_are_not_found() {
    let bank = bank().await;
    let partner = Partner::of(&bank, "chobo");
    let tokens = partner.linked("yubari-jiro", &[]).await;
    for path in [
        "/v1/accounts/nonsense/balance",
        "/v1/accounts/%00/balance",
        "/v1/accounts/%FF/statement",
        "/v1/accounts/../accounts/x/balance",
        "/v1/nonsense",
        "/v1",
    ] {
        partner.get(path, &tokens.access).await.refused(404, "not_found");
    }
    // The procedure and the pages are not at the partners' listener.
    for path in [
        "/authorize",
        "/",
        "/linkages",
        "/api/customer-session",
        "/openapi.json",
    ] {
        partner.get(path, &tokens.access).await.refused(404, "not_found");
    }
}
