//! Management of a client's own registration (RFC 7592).
//! Not here: registering (`rfc7591_registration`), and what a registration may say (`renkei-oauth`).
//!
//! | clause | test |
//! |---|---|
//! | 2, 3: the registration access token, and nothing else, opens one registration | `only_its_own_token_opens_a_registration` |
//! | 2.1: reading; 5: `no-store`; the token stays the same | `a_registration_is_read_and_replaced` |
//! | 2.2: an update replaces everything, and names the client | `a_registration_is_read_and_replaced`, `updates_that_are_refused` |
//! | 2.2: what an update takes away holds at once, for linkages under way too | `nothing_goes_to_a_redirect_uri_that_was_taken_away` |
//! | OpenID Connect Core 1.0, 12.2: the `sub` stays the same, whatever the registration becomes | `customers_keep_their_names_when_the_redirect_uri_moves` |
//! | 2.2: a secret comes and goes with the method | `a_secret_comes_and_goes_with_the_method` |
//! | the operator's terms hold for updates too, even when their token is gone | `the_terms_outlive_the_initial_access_token` |
//! | 2.3: deletion ends grants, tokens and the registration | `a_client_that_leaves_takes_everything_with_it` |
//! | 2.1: 403 for a client that may not | `a_suspended_client_manages_nothing` |

use super::rfc7591_registration::{bank, registration};
use crate::actors::{
    Browser, Registrar, SigningKey, Site, account_ids, key_and_credentials, random_text, terms,
};
use jsonwebtoken::Algorithm;
use renkei::testing::Credentials;
use renkei_procedure::identity::PartnerId;
use renkei_store::AuditFilter;
use reqwest::Method;
use serde_json::{Value, json};
use std::time::Duration;

/// A change of an update.
type Change<'c> = Box<dyn Fn(&mut Value) + 'c>;

#[tokio::test]
async fn only_its_own_token_opens_a_registration() {
    let bank = bank().await;
    let registrar = Registrar::new(&bank);
    let initial = registrar.initial_token().await;
    let (key, _) = key_and_credentials();
    let mine = registrar.registered(&initial, &registration(&key)).await;
    let yours = registrar.registered(&initial, &registration(&key)).await;
    let body = mine.update(|_| {});
    for (uri, token) in [
        (mine.uri.clone(), Some(yours.token.clone())),
        (mine.uri.clone(), Some(initial)),
        (mine.uri.clone(), Some(random_text())),
        (mine.uri.clone(), None),
        (
            format!("{}/register/kaikei", bank.issuer()),
            Some(mine.token.clone()),
        ),
        (
            format!("{}/register/nobody", bank.issuer()),
            Some(mine.token.clone()),
        ),
        // What is no client id is as unknown: PostgreSQL would take no NUL.
        (
            format!("{}/register/a%00b", bank.issuer()),
            Some(mine.token.clone()),
        ),
        (
            format!("{}/register/{}", bank.issuer(), "a".repeat(5_000)),
            Some(mine.token.clone()),
        ),
    ] {
        for method in [Method::GET, Method::PUT, Method::DELETE] {
            let body = (method == Method::PUT).then_some(&body);
            let answer = registrar.call(method.clone(), &uri, token.as_deref(), body).await;
            assert_eq!(answer.status, 401, "{method} {uri} {}", answer.text());
            assert!(answer.header("www-authenticate").unwrap().starts_with("Bearer "));
            let code = answer.json()["error"].as_str().map(str::to_owned);
            assert_eq!(code.as_deref(), token.as_ref().map(|_| "invalid_token"));
        }
    }
    registrar
        .call(Method::GET, &mine.uri, Some(&mine.token), None)
        .await
        .ok();
    let posted = registrar
        .call(Method::POST, &mine.uri, Some(&mine.token), Some(&body))
        .await;
    posted.refused(405, "method_not_allowed");
}

#[tokio::test]
async fn a_registration_is_read_and_replaced() {
    let bank = bank().await;
    let registrar = Registrar::new(&bank);
    let initial = registrar.initial_token().await;
    let (key, credentials) = key_and_credentials();
    let mut body = registration(&key);
    body["client_name"] = json!("会計");
    body["default_max_age"] = json!(600);
    let registered = registrar.registered(&initial, &body).await;
    let read = registrar
        .call(Method::GET, &registered.uri, Some(&registered.token), None)
        .await;
    assert_eq!(read.header("cache-control"), Some("no-store"));
    assert_eq!(read.ok(), registered.answer);

    bank.clock().advance(Duration::from_secs(60));
    let new_key = SigningKey::generate(Algorithm::PS256, "next");
    let update = registered.update(|body| {
        body["jwks"] = json!({ "keys": [new_key.public()] });
        body["redirect_uris"] = json!(["https://self.example/other"]);
        body["client_name"] = json!(null);
        body.as_object_mut().unwrap().remove("default_max_age");
    });
    let replaced = registrar
        .call(
            Method::PUT,
            &registered.uri,
            Some(&registered.token),
            Some(&update),
        )
        .await;
    assert_eq!(replaced.header("cache-control"), Some("no-store"));
    let said = replaced.ok();
    for same in [
        "client_id",
        "client_id_issued_at",
        "registration_access_token",
        "registration_client_uri",
    ] {
        assert_eq!(said[same], registered.answer[same], "{same}");
    }
    assert_eq!(said["redirect_uris"], update["redirect_uris"]);
    assert_eq!(said["jwks"], update["jwks"]);
    for left_out in ["client_name", "default_max_age"] {
        assert!(said.get(left_out).is_none(), "{left_out}");
    }
    let read = registrar
        .call(Method::GET, &registered.uri, Some(&registered.token), None)
        .await;
    assert_eq!(read.ok(), said);

    let before = registered.partner(&bank, credentials, None);
    before.revoke("x").await.oauth_error(401, "invalid_client");
    let after = registered.partner(
        &bank,
        Credentials::PrivateKeyJwt {
            key_pem: new_key.pem.clone(),
            key_id: new_key.kid().to_owned(),
        },
        None,
    );
    assert_eq!(after.revoke("x").await.status, 200);
    let old_redirect = after.request("s", &random_text());
    after
        .post("/par", &old_redirect)
        .await
        .oauth_error(400, "invalid_request");

    let filter = AuditFilter {
        partner_id: Some(PartnerId::new(&registered.client_id)),
        ..AuditFilter::default()
    };
    let trail = bank.store().audit().list(&filter, 100).await.unwrap();
    assert!(
        trail
            .iter()
            .any(|event| event.kind == "partner_registration_changed")
    );
}

#[tokio::test]
async fn nothing_goes_to_a_redirect_uri_that_was_taken_away() {
    let bank = bank().await;
    let registrar = Registrar::new(&bank);
    let initial = registrar.initial_token().await;
    let (key, credentials) = key_and_credentials();
    let registered = registrar.registered(&initial, &registration(&key)).await;
    let partner = registered.partner(&bank, credentials, None);
    let browser = Browser::of(&bank, "yubari-jiro");
    let scope = [("scope", Some("accounts balance"))];
    let (_, mut permitted) = partner.link_with(&browser, &scope).await;
    permitted.log_in(&bank, "yubari-jiro").await;
    let view = permitted.reach_permission(&[]).await;
    let decision = json!({ "account_ids": account_ids(&view), "intent": true });
    permitted.act("permission", decision.clone()).await;
    let (_, mut open) = partner.link_with(&browser, &scope).await;
    open.log_in(&bank, "yubari-jiro").await;
    open.reach_permission(&[]).await;

    let update = registered.update(|body| body["redirect_uris"] = json!(["https://self.example/other"]));
    registrar
        .call(
            Method::PUT,
            &registered.uri,
            Some(&registered.token),
            Some(&update),
        )
        .await
        .ok();
    let refused = "authorization_request_invalid";
    permitted.attempt("return", json!({})).await.refused(400, refused);
    open.attempt("permission", decision).await.refused(400, refused);
    assert_eq!(open.view().await["step"], "permission");
    // It can be left, and leads nowhere.
    let ended = open.act("cancel", json!({})).await;
    assert_eq!(ended["step"], "ended");
    assert_eq!(ended["data"]["reason"], "cancelled");
    assert_eq!(ended["data"]["return_url"], json!(null));
}

#[tokio::test]
async fn customers_keep_their_names_when_the_redirect_uri_moves() {
    let bank = bank().await;
    let registrar = Registrar::new(&bank);
    let initial = registrar.initial_token().await;
    let (key, credentials) = key_and_credentials();
    let registered = registrar.registered(&initial, &registration(&key)).await;
    let partner = registered.partner(&bank, credentials, None).with_dpop();
    let scope = [("scope", Some("openid accounts balance"))];
    let tokens = partner.linked_with("yubari-jiro", &[], &scope).await;
    let before = partner.get("/userinfo", &tokens.access).await.ok();
    let update = registered.update(|body| body["redirect_uris"] = json!(["https://moved.example/callback"]));
    registrar
        .call(
            Method::PUT,
            &registered.uri,
            Some(&registered.token),
            Some(&update),
        )
        .await
        .ok();
    let next = partner.refresh(&tokens.refresh).await.ok();
    let access = next["access_token"].as_str().unwrap();
    let after = partner.get("/userinfo", access).await.ok();
    assert!(before["sub"].is_string());
    assert_eq!(after["sub"], before["sub"]);
}

#[tokio::test]
async fn updates_that_are_refused() {
    let bank = bank().await;
    let registrar = Registrar::new(&bank);
    let initial = registrar.initial_token().await;
    let (key, _) = key_and_credentials();
    let registered = registrar.registered(&initial, &registration(&key)).await;
    let other = registrar.registered(&initial, &registration(&key)).await;
    let taken = registrar
        .registered(
            &initial,
            &json!({
                "redirect_uris": ["https://self.example/callback"],
                "token_endpoint_auth_method": "tls_client_auth", "tls_client_auth_san_dns": "taken.example",
            }),
        )
        .await;
    let site = Site::open(&bank).await;
    let set = |member: &'static str, value: Value| -> Change<'static> {
        Box::new(move |body| body[member] = value.clone())
    };
    let cases: Vec<(&str, Change<'_>)> = vec![
        ("invalid_client_metadata", set("client_id", json!(null))),
        (
            "invalid_client_metadata",
            set("client_id", json!(other.client_id)),
        ),
        (
            "invalid_client_metadata",
            set("registration_access_token", json!(registered.token)),
        ),
        (
            "invalid_client_metadata",
            set("registration_client_uri", json!(registered.uri)),
        ),
        ("invalid_client_metadata", set("client_id_issued_at", json!(1))),
        (
            "invalid_client_metadata",
            set("client_secret_expires_at", json!(0)),
        ),
        (
            "invalid_client_metadata",
            set("client_secret", json!("of my choice")),
        ),
        (
            "invalid_client_metadata",
            set("scope", json!("accounts transfers")),
        ),
        ("invalid_redirect_uri", set("redirect_uris", json!(null))),
        ("invalid_client_metadata", set("jwks", json!(null))),
        (
            "invalid_client_metadata",
            set("token_endpoint_auth_method", json!("client_secret_basic")),
        ),
        (
            "invalid_client_metadata",
            Box::new(|body| {
                body["jwks"] = json!(null);
                body["jwks_uri"] = json!(site.url("/jwks.json"));
            }),
        ),
        (
            "invalid_client_metadata",
            Box::new(|body| {
                body["token_endpoint_auth_method"] = json!("tls_client_auth");
                body["tls_client_auth_san_dns"] = json!("Taken.Example");
            }),
        ),
    ];
    for (error, change) in cases {
        let update = registered.update(|body| change(body));
        let answer = registrar
            .call(
                Method::PUT,
                &registered.uri,
                Some(&registered.token),
                Some(&update),
            )
            .await;
        assert_eq!(answer.status, 400, "{update} {}", answer.text());
        answer.oauth_error(400, error);
    }
    let unchanged = registrar
        .call(Method::GET, &registered.uri, Some(&registered.token), None)
        .await;
    assert_eq!(unchanged.ok(), registered.answer);
    // What stands in nobody's way: its own subject again.
    let again = registrar
        .call(
            Method::PUT,
            &taken.uri,
            Some(&taken.token),
            Some(&taken.update(|_| {})),
        )
        .await;
    again.ok();
    let request = registrar
        .request(Method::PUT, &registered.uri)
        .bearer_auth(&registered.token)
        .body("{}");
    assert_eq!(request.send().await.unwrap().status(), 415);
}

#[tokio::test]
async fn a_secret_comes_and_goes_with_the_method() {
    let bank = bank().await;
    let registrar = Registrar::new(&bank);
    let mut baseline = terms();
    baseline["profile"] = json!("baseline");
    let initial = registrar
        .initial_token_on(&baseline, 1, Duration::from_hours(1))
        .await;
    let (key, credentials) = key_and_credentials();
    let mut body = registration(&key);
    body["token_endpoint_auth_method"] = json!("private_key_jwt");
    body["dpop_bound_access_tokens"] = json!(true);
    let registered = registrar.registered(&initial, &body).await;
    assert!(registered.answer.get("client_secret").is_none());
    let put = async |change: &dyn Fn(&mut Value)| {
        let update = registered.update(|body| change(body));
        registrar
            .call(
                Method::PUT,
                &registered.uri,
                Some(&registered.token),
                Some(&update),
            )
            .await
            .ok()
    };
    let method =
        |name: &'static str| move |body: &mut Value| body["token_endpoint_auth_method"] = json!(name);

    let with_secret = put(&method("client_secret_basic")).await;
    let secret = with_secret["client_secret"].as_str().unwrap().to_owned();
    assert_eq!(with_secret["client_secret_expires_at"], 0);
    let by_secret =
        |secret: String| registered.partner(&bank, Credentials::ClientSecretBasic { secret }, None);
    assert_eq!(by_secret(secret.clone()).revoke("x").await.status, 200);

    // It stays, and is not said again; a client may say it, and no other.
    let kept = put(&|body| {
        method("client_secret_basic")(body);
        body["client_secret"] = json!(secret);
    })
    .await;
    assert!(kept.get("client_secret").is_none());
    assert_eq!(by_secret(secret.clone()).revoke("x").await.status, 200);

    let without = put(&method("private_key_jwt")).await;
    assert!(without.get("client_secret").is_none());
    by_secret(secret.clone())
        .revoke("x")
        .await
        .oauth_error(401, "invalid_client");
    let by_key = registered.partner(&bank, credentials, None);
    assert_eq!(by_key.revoke("x").await.status, 200);

    let again = put(&method("client_secret_post")).await;
    assert_ne!(
        again["client_secret"],
        json!(secret),
        "the old one is gone for good"
    );
}

#[tokio::test]
async fn the_terms_outlive_the_initial_access_token() {
    let bank = bank().await;
    let registrar = Registrar::new(&bank);
    let initial = registrar
        .initial_token_on(&terms(), 1, Duration::from_secs(60))
        .await;
    let (key, _) = key_and_credentials();
    let mut body = registration(&key);
    body["scope"] = json!("accounts balance");
    let registered = registrar.registered(&initial, &body).await;
    for token in bank.store().initial_access_tokens().list().await.unwrap() {
        bank.store()
            .initial_access_tokens()
            .delete(token.id)
            .await
            .unwrap();
    }
    let put = async |scope: &str| {
        let update = registered.update(|body| body["scope"] = json!(scope));
        registrar
            .call(
                Method::PUT,
                &registered.uri,
                Some(&registered.token),
                Some(&update),
            )
            .await
    };
    let wider = put("accounts balance statement").await.ok();
    assert_eq!(wider["scope"], "accounts balance statement");
    put("accounts balance transfers")
        .await
        .oauth_error(400, "invalid_client_metadata");
}

#[tokio::test]
async fn a_client_that_leaves_takes_everything_with_it() {
    let bank = bank().await;
    let registrar = Registrar::new(&bank);
    let initial = registrar.initial_token().await;
    let (key, credentials) = key_and_credentials();
    let registered = registrar.registered(&initial, &registration(&key)).await;
    let partner = registered.partner(&bank, credentials, None).with_dpop();
    let tokens = partner
        .linked_with("yubari-jiro", &[], &[("scope", Some("accounts balance"))])
        .await;
    let pending = partner.begin_with(&[("scope", Some("accounts balance"))]).await;

    let gone = registrar
        .call(Method::DELETE, &registered.uri, Some(&registered.token), None)
        .await;
    assert_eq!((gone.status, gone.text().as_str()), (204, ""));
    assert_eq!(gone.header("cache-control"), Some("no-store"));

    for method in [Method::GET, Method::DELETE] {
        let again = registrar
            .call(method, &registered.uri, Some(&registered.token), None)
            .await;
        assert_eq!(again.status, 401);
    }
    assert_eq!(partner.get("/v1/accounts", &tokens.access).await.status, 401);
    partner
        .refresh(&tokens.refresh)
        .await
        .oauth_error(401, "invalid_client");
    let browser = crate::actors::Browser::of(&bank, "yubari-jiro");
    browser
        .get(&pending.url)
        .await
        .is_page(400, "authorization_request_invalid");
    let filter = AuditFilter {
        partner_id: Some(PartnerId::new(&registered.client_id)),
        ..AuditFilter::default()
    };
    let trail = bank.store().audit().list(&filter, 100).await.unwrap();
    assert!(trail.iter().any(|event| event.kind == "partner_deregistered"));
}

#[tokio::test]
async fn a_suspended_client_manages_nothing() {
    let bank = bank().await;
    let registrar = Registrar::new(&bank);
    let initial = registrar.initial_token().await;
    let (key, _) = key_and_credentials();
    let registered = registrar.registered(&initial, &registration(&key)).await;
    let config = bank.config().display().to_string();
    let operator = async |word: &str| {
        let arguments = ["partner", word, "--config", &config, &registered.client_id];
        bank.renkei(&arguments).await.unwrap();
    };
    operator("suspend").await;
    for method in [Method::GET, Method::PUT, Method::DELETE] {
        let update = registered.update(|_| {});
        let answer = registrar
            .call(method, &registered.uri, Some(&registered.token), Some(&update))
            .await;
        answer.oauth_error(403, "unauthorized_client");
    }
    operator("resume").await;
    registrar
        .call(Method::GET, &registered.uri, Some(&registered.token), None)
        .await
        .ok();
}
