//! Grant Management for OAuth 2.0, 6: a partner asks after a permission, and ends it.
//! Not here: asking for one to be made or changed (`grant_management`).
//!
//! | clause | shown by |
//! |---|---|
//! | 6.1: the token with its scope, bound to its sender | `each_scope_opens_its_own_door` |
//! | 6.2: the grant's address | `each_scope_opens_its_own_door` |
//! | 6.3: what a query answers | `a_query_answers_what_was_permitted` |
//! | 6.4: revocation ends the grant and its tokens | `a_revocation_ends_the_permission_with_its_tokens` |
//! | 6.5: unknown grants, and those of others | `unknown_ended_and_foreign_grants_are_alike` |

use crate::actors::{Answer, NewPartner, Partner, bank};
use renkei::testing::TestBank;
use renkei_store::AuditFilter;
use reqwest::Method;
use serde_json::json;

async fn token(partner: &Partner<'_>, scope: &str) -> String {
    let answer = partner.client_credentials(Some(scope)).await.ok();
    answer["access_token"].as_str().unwrap().to_owned()
}

const QUERY: &str = "grant_management_query";
const REVOKE: &str = "grant_management_revoke";

async fn registered<'b>(bank: &'b TestBank, client_id: &'static str) -> Partner<'b> {
    NewPartner::fapi2(client_id).register(bank).await.with_dpop()
}

fn unknown(answer: &Answer) {
    assert_eq!(
        (answer.status, answer.json()["error"].as_str()),
        (404, Some("invalid_grant_id"))
    );
}

#[tokio::test]
async fn a_query_answers_what_was_permitted() {
    let bank = bank().await;
    let partner = registered(&bank, "kagi").await;
    let changes = [
        ("scope", Some("openid accounts balance")),
        (
            "claims",
            Some(r#"{"userinfo": {"acr": null, "auth_time": {"essential": true}, "email": null}}"#),
        ),
    ];
    let tokens = partner.linked_with("yubari-jiro", &[], &changes).await;
    let path = format!("/grants/{}", tokens.answer["grant_id"].as_str().unwrap());
    let own = token(&partner, QUERY).await;
    let answer = partner.get(&path, &own).await;
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    assert_eq!(
        answer.ok(),
        json!({ "scopes": [{ "scope": "openid accounts balance" }], "claims": ["acr", "auth_time"] })
    );
}

#[tokio::test]
async fn each_scope_opens_its_own_door() {
    let bank = bank().await;
    let partner = registered(&bank, "kagi").await;
    let tokens = partner.linked("yubari-jiro", &[]).await;
    let path = format!("/grants/{}", tokens.answer["grant_id"].as_str().unwrap());
    let (query, revoke) = (token(&partner, QUERY).await, token(&partner, REVOKE).await);
    for (method, token, scope) in [
        (Method::GET, &revoke, QUERY),
        (Method::DELETE, &query, REVOKE),
        (Method::GET, &tokens.access, QUERY),
        (Method::DELETE, &tokens.access, REVOKE),
    ] {
        let answer = partner.ask(method, &path, token, &[]).await;
        assert_eq!(
            (answer.status, answer.json()["error"].as_str()),
            (403, Some("insufficient_scope"))
        );
        let challenges = answer.headers.get_all("www-authenticate").iter();
        let told = format!("scope=\"{scope}\"");
        assert!(
            challenges
                .into_iter()
                .any(|value| value.to_str().unwrap().contains(&told))
        );
    }
    // Without a token, with nonsense, with a stolen one.
    let none = Answer::of(partner.call(Method::GET, &path).send().await.unwrap()).await;
    assert_eq!((none.status, none.body.len()), (401, 0));
    let thief = Partner::showing(&bank, partner.registered, None).with_dpop();
    for (who, token) in [(&partner, "nonsense"), (&thief, query.as_str())] {
        let answer = who.get(&path, token).await;
        assert_eq!(
            (answer.status, answer.json()["error"].as_str()),
            (401, Some("invalid_token"))
        );
    }
    for method in [Method::POST, Method::PUT, Method::PATCH] {
        assert_eq!(partner.ask(method, &path, &query, &[]).await.status, 405);
    }
    partner.get(&path, &query).await.ok();
}

#[tokio::test]
async fn a_revocation_ends_the_permission_with_its_tokens() {
    let bank = bank().await;
    let partner = registered(&bank, "kagi").await;
    let tokens = partner.linked("yubari-jiro", &[]).await;
    let path = format!("/grants/{}", tokens.answer["grant_id"].as_str().unwrap());
    let (query, revoke) = (token(&partner, QUERY).await, token(&partner, REVOKE).await);
    let answer = partner.ask(Method::DELETE, &path, &revoke, &[]).await;
    assert_eq!((answer.status, answer.body.len()), (204, 0));
    partner
        .get("/v1/accounts", &tokens.access)
        .await
        .refused(401, "invalid_token");
    partner
        .refresh(&tokens.refresh)
        .await
        .oauth_error(400, "invalid_grant");
    unknown(&partner.ask(Method::DELETE, &path, &revoke, &[]).await);
    unknown(&partner.get(&path, &query).await);
    let events = bank
        .store()
        .audit()
        .list(&AuditFilter::default(), 1_000)
        .await
        .unwrap();
    let ended = events.iter().filter(|event| event.kind == "revoked_by_partner");
    assert_eq!(ended.count(), 1);
    // The partner's own tokens are not of the grant.
    assert_eq!(partner.introspect(&query).await.ok()["active"], true);
}

#[tokio::test]
async fn unknown_ended_and_foreign_grants_are_alike() {
    let bank = bank().await;
    let (partner, other) = (registered(&bank, "kagi").await, registered(&bank, "other").await);
    let first = partner.linked("yubari-jiro", &[]).await;
    let second = partner.linked("yubari-jiro", &[]).await;
    let id = |tokens: &crate::actors::Tokens| tokens.answer["grant_id"].as_str().unwrap().to_owned();
    assert_ne!(id(&first), id(&second), "a new permission is a new grant");
    for who in [&partner, &other] {
        let (query, revoke) = (token(who, QUERY).await, token(who, REVOKE).await);
        let mut ids = vec![
            id(&first),
            "x".to_owned(),
            "x".repeat(129),
            "%00".to_owned(),
            "%E9%AB%99".to_owned(),
            "..%2f".to_owned(),
            "00000000-0000-0000-0000-000000000000".to_owned(),
        ];
        if who.id() == "other" {
            ids.push(id(&second));
        }
        for id in ids {
            let path = format!("/grants/{id}");
            unknown(&who.get(&path, &query).await);
            unknown(&who.ask(Method::DELETE, &path, &revoke, &[]).await);
        }
    }
    partner.accounts(&second.access).await;
}
