//! RFC 7662: what a partner learns of a token of its own, and nobody of anybody else's.
//! Not here: the signed form (`rfc9701_jwt_introspection`).
//!
//! | clause | shown by |
//! |---|---|
//! | 2.1: the client authenticates; `token_type_hint` is only a hint | `a_hint_only_says_where_to_look_first`, `bad_input` |
//! | 2.2: the members of an active token | `an_access_token_is_described`, `a_refresh_token_is_described`, `a_partners_own_token_is_described` |
//! | 2.2: of any other token only that it is not active | `whatever_is_not_in_force_is_answered_alike` |
//! | 4: tokens of other clients | `whatever_is_not_in_force_is_answered_alike` |
//! | 2.3: errors | `bad_input::forms`, `a_suspended_partner_learns_nothing` |
//! | RFC 8705, 3.2 and RFC 9449, 6.2: `cnf` | `an_access_token_is_described`, `a_token_without_binding_has_no_cnf`, `rfc9449_dpop` |

use crate::actors::{NewPartner, Partner, Tokens, bank, form};
use renkei::testing::TestBank;
use serde_json::{Value, json};
use std::time::Duration;

fn without(value: &Value, names: &[&str]) -> Value {
    let mut value = value.clone();
    for name in names {
        assert!(value.as_object_mut().unwrap().remove(*name).is_some(), "{name}");
    }
    value
}

#[tokio::test]
async fn an_access_token_is_described() {
    let bank = bank().await;
    let partner = Partner::of(&bank, "chobo");
    let issued = bank.clock().now().unix_seconds();
    let tokens = partner.linked("yubari-jiro", &[]).await;
    bank.clock().advance(Duration::from_secs(30));
    let about = partner.introspect(&tokens.access).await;
    assert_eq!(about.header("cache-control"), Some("no-store"));
    let about = about.ok();
    let certificate = &partner.registered.certificate.as_ref().unwrap().certificate_der;
    let thumbprint = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, certificate);
    assert_eq!(
        without(&about, &["sub"]),
        json!({
            "active": true, "client_id": "chobo", "scope": "accounts balance statement transfers",
            "token_type": "Bearer", "iat": issued, "exp": issued + 600, "iss": bank.issuer(),
            "aud": format!("{}/v1", bank.partner_url()),
            "cnf": { "x5t#S256": crate::actors::base64url(thumbprint.as_ref()) },
            "grant_id": tokens.answer["grant_id"], "permission_expires_at": tokens.answer["permission_expires_at"],
        })
    );
    // The customer has a name for this partner, always the same one, and not the bank's own.
    let again = partner.introspect(&tokens.access).await.ok();
    assert_eq!(again["sub"], about["sub"]);
    assert!(!about["sub"].as_str().unwrap().contains("yubari"));
    let other = Partner::of(&bank, "kaikei");
    let of_other = other.linked("yubari-jiro", &[]).await;
    let of_other = other.introspect(&of_other.access).await.ok();
    assert_ne!(of_other["sub"], about["sub"]);
}

#[tokio::test]
async fn a_token_without_binding_has_no_cnf() {
    let bank = bank().await;
    let partner = Partner::of(&bank, "kihon");
    let tokens = partner.linked("yubari-jiro", &[]).await;
    let about = partner.introspect(&tokens.access).await.ok();
    assert_eq!((about.get("cnf"), &about["token_type"]), (None, &json!("Bearer")));
}

#[tokio::test]
async fn a_refresh_token_is_described() {
    let bank = bank().await;
    let partner = Partner::of(&bank, "chobo");
    let issued = bank.clock().now().unix_seconds();
    let tokens = partner.linked("yubari-jiro", &[]).await;
    let about = partner.introspect(&tokens.refresh).await.ok();
    // 2027-02-19T00:00:00+09:00: it lives as long as the permission.
    assert_eq!(
        tokens.answer["permission_expires_at"],
        "2027-02-19T00:00:00+09:00"
    );
    assert_eq!(
        without(&about, &["sub", "cnf"]),
        json!({
            "active": true, "client_id": "chobo", "scope": "accounts balance statement transfers",
            "iat": issued, "exp": 1_802_962_800, "iss": bank.issuer(), "aud": bank.issuer(),
            "grant_id": tokens.answer["grant_id"], "permission_expires_at": "2027-02-19T00:00:00+09:00",
        })
    );
}

#[tokio::test]
async fn a_partners_own_token_is_described() {
    let bank = bank().await;
    let partner = NewPartner::fapi2("kagi").register(&bank).await.with_dpop();
    let issued = bank.clock().now().unix_seconds();
    let token = partner.client_credentials(None).await.ok();
    let about = partner
        .introspect(token["access_token"].as_str().unwrap())
        .await
        .ok();
    assert_eq!(
        about,
        json!({
            "active": true, "client_id": "kagi", "scope": "grant_management_query grant_management_revoke",
            "token_type": "DPoP", "iat": issued, "exp": issued + 600, "iss": bank.issuer(), "aud": bank.issuer(),
            "cnf": { "jkt": partner.dpop().key.thumbprint() },
        })
    );
}

#[tokio::test]
async fn a_hint_only_says_where_to_look_first() {
    let bank = bank().await;
    let partner = Partner::of(&bank, "chobo");
    let tokens = partner.linked("yubari-jiro", &[]).await;
    for token in [&tokens.access, &tokens.refresh] {
        for hint in ["access_token", "refresh_token", "id_token", "nonsense"] {
            let fields = form(&[("token", token), ("token_type_hint", hint)]);
            assert_eq!(
                partner.post("/introspect", &fields).await.ok()["active"],
                true,
                "{hint}"
            );
        }
    }
}

async fn inactive(partner: &Partner<'_>, token: &str, what: &str) {
    for hint in ["access_token", "refresh_token"] {
        let fields = form(&[("token", token), ("token_type_hint", hint)]);
        let answer = partner.post("/introspect", &fields).await;
        assert_eq!(answer.text(), r#"{"active":false}"#, "{what}");
        assert_eq!(answer.status, 200);
    }
}

async fn both_inactive(partner: &Partner<'_>, tokens: &Tokens, what: &str) {
    inactive(partner, &tokens.access, what).await;
    inactive(partner, &tokens.refresh, what).await;
}

#[tokio::test]
async fn whatever_is_not_in_force_is_answered_alike() {
    let bank = bank().await;
    let (partner, other) = (Partner::of(&bank, "chobo"), Partner::of(&bank, "kaikei"));
    let tokens = partner.linked("yubari-jiro", &[]).await;
    for nonsense in ["x", "髙", &"x".repeat(5_000), &tokens.access[1..]] {
        inactive(&partner, nonsense, "unknown").await;
    }
    both_inactive(&other, &tokens, "of another client").await;
    assert_eq!(subjects(&bank).await, 0, "nobody is named who is not spoken of");

    let revoked = partner.refresh(&tokens.refresh).await.ok();
    let revoked = revoked["access_token"].as_str().unwrap();
    partner.revoke(revoked).await;
    inactive(&partner, revoked, "revoked").await;
    bank.clock().advance(Duration::from_secs(600));
    inactive(&partner, &tokens.access, "run out").await;
    assert_eq!(partner.introspect(&tokens.refresh).await.ok()["active"], true);

    let newer = partner.linked("yubari-jiro", &[]).await;
    both_inactive(&partner, &tokens, "replaced").await;
    partner.revoke(&newer.refresh).await;
    both_inactive(&partner, &newer, "revoked with its permission").await;

    let third = partner.linked("yubari-jiro", &[]).await;
    bank.clock().advance(Duration::from_hours(24 * 100));
    both_inactive(&partner, &third, "the permission has run out").await;
}

#[tokio::test]
async fn a_suspended_partner_learns_nothing() {
    let bank = bank().await;
    let partner = Partner::of(&bank, "chobo");
    let tokens = partner.linked("yubari-jiro", &[]).await;
    let config = bank.config().display().to_string();
    bank.renkei(&["partner", "suspend", "--config", &config, "chobo"])
        .await
        .unwrap();
    partner
        .introspect(&tokens.access)
        .await
        .oauth_error(401, "invalid_client");
}

/// How many names customers have.
async fn subjects(bank: &TestBank) -> usize {
    let rows = crate::secrets::dump::dump(bank).await;
    rows.iter()
        .filter(|(place, _)| place == "pairwise_subjects.subject")
        .count()
}
