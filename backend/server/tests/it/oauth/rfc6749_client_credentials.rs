//! RFC 6749, 4.4: a partner's own token, which serves the grant management API and nothing else.
//!
//! | clause | shown by |
//! |---|---|
//! | 4.4: only for those registered for it | `who_has_not_registered_for_it_gets_none` |
//! | 4.4.2: `scope`, or all of one's own | `the_scopes_of_grant_management_and_no_others` |
//! | 4.4.3: no refresh token | `the_scopes_of_grant_management_and_no_others` |
//! | 5.1: the answer | `the_scopes_of_grant_management_and_no_others` |
//! | RFC 8705, 3; RFC 9449, 5: bound like any other | `it_is_bound_and_opens_no_account` |

use crate::actors::{Browser, EVERY_SCOPE, NewPartner, bank, form, random_text};
use serde_json::json;
use std::time::Duration;

#[tokio::test]
async fn the_scopes_of_grant_management_and_no_others() {
    let bank = bank().await;
    let partner = NewPartner::fapi2("kagi").register(&bank).await.with_dpop();
    for (asked, got) in [
        (None, "grant_management_query grant_management_revoke"),
        (Some("grant_management_query"), "grant_management_query"),
        (
            Some("grant_management_revoke grant_management_query"),
            "grant_management_revoke grant_management_query",
        ),
    ] {
        let answer = partner.client_credentials(asked).await;
        assert_eq!(answer.header("cache-control"), Some("no-store"));
        let mut answer = answer.ok();
        let token = answer.as_object_mut().unwrap().remove("access_token").unwrap();
        assert_eq!(token.as_str().unwrap().len(), 43);
        assert_eq!(
            answer,
            json!({ "token_type": "DPoP", "expires_in": 600, "scope": got })
        );
    }
    for wrong in [
        "accounts",
        "openid",
        EVERY_SCOPE,
        "grant_management_query balance",
        "x",
        " ",
    ] {
        partner
            .client_credentials(Some(wrong))
            .await
            .oauth_error(400, "invalid_scope");
    }
    let mut fields = form(&[("grant_type", "client_credentials")]);
    fields.extend(form(&[(
        "authorization_details",
        r#"[{"type":"renkei_statements","businesses":["balance"]}]"#,
    )]));
    partner
        .post("/token", &fields)
        .await
        .oauth_error(400, "invalid_authorization_details");
}

#[tokio::test]
async fn who_has_not_registered_for_it_gets_none() {
    let bank = bank().await;
    let without_grant_type = NewPartner::fapi2("codes").without("grant_types");
    let without_scope = NewPartner::fapi2("scopes").member("scope", "accounts balance");
    for new in [without_grant_type, without_scope] {
        let partner = new.register(&bank).await.with_dpop();
        partner
            .client_credentials(None)
            .await
            .oauth_error(400, "unauthorized_client");
    }
    // And each other grant type only for those who have registered for it.
    let alone = NewPartner::fapi2("alone").member("grant_types", json!(["authorization_code"]));
    let partner = alone.register(&bank).await.with_dpop();
    let browser = Browser::of(&bank, "yubari-jiro");
    let (attempt, mut wizard) = partner.link(&browser).await;
    wizard.log_in(&bank, "yubari-jiro").await;
    wizard.reach_permission(&[]).await;
    let returned = wizard.permit().await;
    let answer = partner.redeem(returned.code(), &attempt.verifier).await.ok();
    assert!(answer["access_token"].is_string());
    assert!(answer.get("refresh_token").is_none(), "it could not be used");
    partner
        .refresh(&random_text())
        .await
        .oauth_error(400, "unauthorized_client");
}

#[tokio::test]
async fn it_is_bound_and_opens_no_account() {
    let bank = bank().await;
    let new = NewPartner::fapi2("kagi").certificate(bank.pki().partners.client("kagi").unwrap());
    let partner = new.register(&bank).await;
    let token = partner.client_credentials(None).await.ok();
    assert_eq!(token["token_type"], "Bearer");
    let token = token["access_token"].as_str().unwrap();
    for path in ["/v1/accounts", "/v1/accounts/x/balance"] {
        partner.get(path, token).await.refused(403, "insufficient_scope");
    }
    let userinfo = partner.get("/userinfo", token).await;
    assert_eq!(
        (userinfo.status, userinfo.json()["error"].as_str()),
        (403, Some("insufficient_scope"))
    );
    assert_eq!(partner.get("/grants/x", token).await.status, 404);
    let twin = bank.pki().partners.client("kagi").unwrap();
    let thief = crate::actors::Partner::showing(&bank, partner.registered, Some(&twin));
    assert_eq!(thief.get("/grants/x", token).await.status, 401);
    // It can be given back, and it runs out.
    assert_eq!(partner.revoke(token).await.status, 200);
    assert_eq!(partner.get("/grants/x", token).await.status, 401);
    let second = partner.client_credentials(None).await.ok();
    bank.clock().advance(Duration::from_secs(600));
    let second = second["access_token"].as_str().unwrap();
    assert_eq!(partner.get("/grants/x", second).await.status, 401);
}
