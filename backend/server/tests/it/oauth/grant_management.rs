//! Grant Management for OAuth 2.0 at the authorization endpoint: a partner has a grant created, merged with or replaced.
//!
//! | clause | test |
//! |---|---|
//! | 5.2: `grant_management_action` and `grant_id` | `the_parameters_go_together` |
//! | 5.2 `create`, and no action | `a_new_grant_has_a_name_of_its_own` |
//! | 5.2 `replace` | `a_replaced_grant_keeps_its_name_and_is_proposed_as_it_was` |
//! | 5.2 `merge` | `a_merged_grant_permits_both`, `businesses_alone_can_be_added`, `merged_claims_are_those_of_both` |
//! | what ends before the code is redeemed does not come back with it | `what_was_withdrawn_does_not_come_back_with_a_code` |
//! | 5.5 `invalid_grant_id`: unknown, ended, another client's | `a_grant_that_is_not_there_cannot_be_continued`, `a_grant_that_ends_meanwhile_ends_the_linkage` |
//! | 5.5: another customer's | `a_grant_of_another_customer_is_not_touched` |
//! | 5.4: `grant_id` in the token answer | every test here |
//!
//! Not here: asking after a grant and ending it at `/grants/{grant_id}`.

use crate::actors::{Browser, NewPartner, Partner, Returned, SORACHI_PINS, bank, changed, random_text, row};
use renkei::testing::TestBank;
use renkei_procedure::identity::PartnerId;
use renkei_store::GrantRecord;
use serde_json::{Value, json};
use std::time::Duration;

async fn grant(bank: &TestBank, login_name: &str) -> GrantRecord {
    let user = bank.store().users().find_by_login_name(login_name).await;
    let user = user.unwrap().unwrap().id;
    let grants = bank.store().grants();
    let found = grants
        .in_force(user, &PartnerId::new("kaikei"), bank.clock().now())
        .await;
    found.unwrap().unwrap()
}

fn continuing<'a>(action: &'a str, grant_id: &'a str) -> [(&'a str, Option<&'a str>); 2] {
    [
        ("grant_management_action", Some(action)),
        ("grant_id", Some(grant_id)),
    ]
}

/// Who permits these businesses and accounts: the name of the grant.
async fn linked(partner: &Partner<'_>, scope: &str, login_name: &str, numbers: &[&str]) -> String {
    let bank = partner.bank;
    let browser = Browser::of(bank, login_name);
    let (attempt, mut wizard) = partner.link_with(&browser, &[("scope", Some(scope))]).await;
    wizard.log_in(bank, login_name).await;
    let businesses: Vec<&str> = scope.split(' ').filter(|scope| *scope != "accounts").collect();
    wizard.businesses(&businesses).await;
    let view = wizard.reach_permission(&SORACHI_PINS).await;
    let ids: Vec<String> = numbers
        .iter()
        .map(|number| row(&view, number)["account_id"].as_str().unwrap().to_owned())
        .collect();
    let returned = wizard.permit_accounts(&ids).await;
    let tokens = partner.tokens(returned.code(), &attempt.verifier).await;
    tokens.answer["grant_id"].as_str().unwrap().to_owned()
}

fn standing(view: &Value) -> Vec<(&str, &str)> {
    let rows = view["data"]["accounts"].as_array().unwrap();
    rows.iter()
        .map(|row| {
            (
                row["account_number"].as_str().unwrap(),
                row["standing"].as_str().unwrap(),
            )
        })
        .collect()
}

#[tokio::test]
async fn the_parameters_go_together() {
    let bank = bank().await;
    let partner = Partner::of(&bank, "kaikei");
    for (action, grant_id, error) in [
        (None, Some("x"), "invalid_request"),
        (Some("create"), Some("x"), "invalid_request"),
        (Some("merge"), None, "invalid_request"),
        (Some("replace"), None, "invalid_request"),
        (Some("update"), Some("x"), "invalid_request"),
        (Some("revoke"), Some("x"), "invalid_request"),
        (Some("merge"), Some("\u{e9}"), "invalid_grant_id"),
    ] {
        let request = changed(
            partner.request("s", &random_text()),
            &[("grant_management_action", action), ("grant_id", grant_id)],
        );
        partner.post("/par", &request).await.oauth_error(400, error);
    }
}

#[tokio::test]
async fn a_new_grant_has_a_name_of_its_own() {
    let bank = bank().await;
    let partner = Partner::of(&bank, "kaikei");
    let first = linked(&partner, "accounts balance", "sorachi-taro", &["2000002"]).await;
    assert!(first.len() >= 22, "128 bits and more: {first}");
    let second = linked(&partner, "accounts balance", "sorachi-taro", &["2000002"]).await;
    assert_ne!(first, second);
    let browser = Browser::of(&bank, "sorachi-taro");
    let (attempt, mut wizard) = partner
        .link_with(&browser, &[("grant_management_action", Some("create"))])
        .await;
    wizard.log_in(&bank, "sorachi-taro").await;
    let view = wizard.view().await;
    assert_eq!(
        view["data"]["permitted"],
        json!([]),
        "nothing is ticked beforehand"
    );
    let view = wizard.businesses(&["balance"]).await;
    assert_eq!(view["data"]["replaces"]["relation"], "anew");
    let returned = wizard.permit().await;
    let tokens = partner.tokens(returned.code(), &attempt.verifier).await;
    let third = tokens.answer["grant_id"].as_str().unwrap();
    assert!(third != first && third != second);
}

#[tokio::test]
async fn a_replaced_grant_keeps_its_name_and_is_proposed_as_it_was() {
    let bank = bank().await;
    let partner = Partner::of(&bank, "kaikei");
    let id = linked(
        &partner,
        "accounts balance statement",
        "sorachi-taro",
        &["2000002", "1111111"],
    )
    .await;
    bank.clock().advance(Duration::from_hours(24));
    let browser = Browser::of(&bank, "sorachi-taro");
    let (attempt, mut wizard) = partner.link_with(&browser, &continuing("replace", &id)).await;
    let view = wizard.log_in(&bank, "sorachi-taro").await;
    assert_eq!(view["data"]["permitted"], json!(["balance", "statement"]));
    assert_eq!(view["data"]["continues"]["relation"], "replace");
    let view = wizard.businesses(&["statement", "transfers"]).await;
    assert_eq!(
        standing(&view),
        [
            ("2000002", "included"),
            ("1111111", "included"),
            ("2222222", "left_out"),
            ("1000314", "left_out"),
        ]
    );
    assert_eq!(
        view["data"]["replaces"],
        json!({ "relation": "replace", "permitted_on": "2026-11-20", "last_day": "2027-02-18" })
    );
    assert_eq!(view["data"]["last_day"], "2027-02-19", "90 new days");
    let ids =
        ["1111111", "2222222"].map(|number| row(&view, number)["account_id"].as_str().unwrap().to_owned());
    let returned = wizard.permit_accounts(&ids).await;
    let tokens = partner.tokens(returned.code(), &attempt.verifier).await;
    assert_eq!(tokens.answer["grant_id"], id.as_str());
    assert_eq!(tokens.answer["scope"], "accounts statement transfers");
    let accounts = partner.accounts(&tokens.access).await;
    let numbers: Vec<&Value> = accounts
        .iter()
        .map(|account| &account["account_number"])
        .collect();
    assert_eq!(numbers, [&json!("1111111"), &json!("2222222")]);
}

#[tokio::test]
async fn a_merged_grant_permits_both() {
    let bank = bank().await;
    let partner = Partner::of(&bank, "kaikei");
    let id = linked(&partner, "accounts balance", "sorachi-taro", &["2000002"]).await;
    let browser = Browser::of(&bank, "sorachi-taro");
    let details =
        json!([{ "type": "renkei_statements", "businesses": ["statement"], "from_date": "2026-10-01" }]);
    let [action, name] = continuing("merge", &id);
    let (attempt, mut wizard) = partner
        .link_with(
            &browser,
            &[
                action,
                name,
                ("scope", Some("transfers")),
                ("authorization_details", Some(&details.to_string())),
            ],
        )
        .await;
    let view = wizard.log_in(&bank, "sorachi-taro").await;
    assert_eq!(view["data"]["businesses"], json!(["statement", "transfers"]));
    assert_eq!(view["data"]["continues"]["relation"], "merge");
    let view = wizard.businesses(&["statement"]).await;
    assert_eq!(view["data"]["businesses"], json!(["balance", "statement"]));
    assert_eq!(
        standing(&view),
        [
            ("2000002", "kept"),
            ("1111111", "included"),
            ("2222222", "included"),
            ("1000314", "included"),
        ]
    );
    // The earlier permission reads as far back as there is anything; so does the merged one.
    assert_eq!(view["data"]["history_from"], "2025-10-01");
    assert_eq!(view["data"]["replaces"]["relation"], "merge");
    let new = row(&view, "1111111")["account_id"].as_str().unwrap().to_owned();
    let returned = wizard.permit_accounts(&[new]).await;
    let tokens = partner.tokens(returned.code(), &attempt.verifier).await;
    assert_eq!(tokens.answer["grant_id"], id.as_str());
    assert_eq!(tokens.answer["scope"], "accounts statement balance");
    let granted = &tokens.answer["authorization_details"][0];
    assert_eq!(granted["businesses"], json!(["balance", "statement"]));
    assert_eq!(granted["accounts"].as_array().unwrap().len(), 2);
    assert_eq!(granted["from_date"], Value::Null);
    let accounts = partner.accounts(&tokens.access).await;
    let numbers: Vec<&Value> = accounts
        .iter()
        .map(|account| &account["account_number"])
        .collect();
    assert_eq!(numbers, [&json!("2000002"), &json!("1111111")]);
    assert_eq!(grant(&bank, "sorachi-taro").await.from_date, None);
}

#[tokio::test]
async fn businesses_alone_can_be_added() {
    let bank = bank().await;
    let partner = Partner::of(&bank, "kaikei");
    let id = linked(&partner, "accounts balance", "sorachi-taro", &["2000002"]).await;
    let browser = Browser::of(&bank, "sorachi-taro");
    let (attempt, mut wizard) = partner.link_with(&browser, &continuing("merge", &id)).await;
    wizard.log_in(&bank, "sorachi-taro").await;
    wizard.businesses(&["transfers"]).await;
    let returned = wizard.permit_accounts(&[]).await;
    let tokens = partner.tokens(returned.code(), &attempt.verifier).await;
    assert_eq!(tokens.answer["scope"], "accounts balance transfers");
    assert_eq!(partner.accounts(&tokens.access).await.len(), 1);
}

#[tokio::test]
async fn merged_claims_are_those_of_both() {
    let bank = bank().await;
    let partner = NewPartner::fapi2("kagi").register(&bank).await.with_dpop();
    let scope = ("scope", Some("openid accounts balance"));
    let first = [scope, ("claims", Some(r#"{"userinfo":{"acr":null}}"#))];
    let tokens = partner.linked_with("yubari-jiro", &[], &first).await;
    let id = tokens.answer["grant_id"].as_str().unwrap().to_owned();
    let [action, name] = continuing("merge", &id);
    let more = [
        scope,
        ("claims", Some(r#"{"userinfo":{"auth_time":null}}"#)),
        action,
        name,
    ];
    let browser = Browser::of(&bank, "yubari-jiro");
    let (attempt, mut wizard) = partner.link_with(&browser, &more).await;
    wizard.log_in(&bank, "yubari-jiro").await;
    wizard.reach_permission(&[]).await;
    let returned = wizard.permit_accounts(&[]).await;
    let merged = partner.tokens(returned.code(), &attempt.verifier).await;
    let said = partner.get("/userinfo", &merged.access).await.ok();
    assert!(said["acr"].is_string() && said["auth_time"].is_number(), "{said}");
}

#[tokio::test]
async fn what_was_withdrawn_does_not_come_back_with_a_code() {
    let bank = bank().await;
    let partner = Partner::of(&bank, "kaikei");
    let id = linked(&partner, "accounts balance", "sorachi-taro", &["2000002"]).await;
    let browser = Browser::of(&bank, "sorachi-taro");
    let mut codes = Vec::new();
    for _ in 0..2 {
        let (attempt, mut wizard) = partner.link_with(&browser, &continuing("merge", &id)).await;
        wizard.log_in(&bank, "sorachi-taro").await;
        wizard.businesses(&["statement"]).await;
        codes.push((wizard.permit_accounts(&[]).await, attempt.verifier));
    }
    let record = grant(&bank, "sorachi-taro").await;
    let now = bank.clock().now();
    let withdrawn = bank
        .store()
        .grants()
        .withdraw(record.id, record.user_id, now)
        .await;
    assert!(withdrawn.unwrap());
    for (returned, verifier) in &codes {
        partner
            .redeem(returned.code(), verifier)
            .await
            .oauth_error(400, "invalid_grant");
    }
    let user = record.user_id;
    let found = bank
        .store()
        .grants()
        .in_force(user, &PartnerId::new("kaikei"), now)
        .await;
    assert_eq!(found.unwrap(), None);
}

#[tokio::test]
async fn a_grant_that_is_not_there_cannot_be_continued() {
    let bank = bank().await;
    let partner = Partner::of(&bank, "kaikei");
    let id = linked(&partner, "accounts balance", "sorachi-taro", &["2000002"]).await;
    let other = Partner::of(&bank, "chobo");
    let of_other = other.linked("yubari-jiro", &[]).await;
    let of_other = of_other.answer["grant_id"].as_str().unwrap().to_owned();
    for grant_id in ["x", &of_other, &random_text()] {
        for action in ["merge", "replace"] {
            let request = changed(
                partner.request("s", &random_text()),
                &continuing(action, grant_id),
            );
            partner
                .post("/par", &request)
                .await
                .oauth_error(400, "invalid_grant_id");
        }
    }
    // It may end between the push and the arrival.
    let attempt = partner.begin_with(&continuing("replace", &id)).await;
    let record = grant(&bank, "sorachi-taro").await;
    let now = bank.clock().now();
    let reason = renkei_store::EndReason::Withdrawn;
    assert!(bank.store().grants().end(record.id, reason, now).await.unwrap());
    let browser = Browser::showing(&bank, None);
    let returned = Returned::read(&browser.get(&attempt.url).await.location());
    assert_eq!(
        (returned.get("error"), returned.get("state")),
        ("invalid_grant_id", attempt.state.as_str())
    );
}

#[tokio::test]
async fn a_grant_that_ends_meanwhile_ends_the_linkage() {
    let bank = bank().await;
    let partner = Partner::of(&bank, "kaikei");
    let id = linked(&partner, "accounts balance", "sorachi-taro", &["2000002"]).await;
    let browser = Browser::of(&bank, "sorachi-taro");
    let (attempt, mut wizard) = partner.link_with(&browser, &continuing("merge", &id)).await;
    wizard.log_in(&bank, "sorachi-taro").await;
    let view = wizard.businesses(&["statement"]).await;
    let record = grant(&bank, "sorachi-taro").await;
    let now = bank.clock().now();
    let reason = renkei_store::EndReason::Withdrawn;
    assert!(bank.store().grants().end(record.id, reason, now).await.unwrap());
    let ids = json!([row(&view, "1111111")["account_id"]]);
    let view = wizard
        .act("permission", json!({ "account_ids": ids, "intent": true }))
        .await;
    assert_eq!(
        (&view["step"], &view["data"]["reason"]),
        (&json!("ended"), &json!("grant_ended"))
    );
    let returned = Returned::read(view["data"]["return_url"].as_str().unwrap());
    assert_eq!(
        (returned.get("error"), returned.get("state")),
        ("invalid_grant_id", attempt.state.as_str())
    );
    assert_eq!(wizard.view().await["data"]["reason"], "grant_ended");
    let filter = renkei_store::AuditFilter {
        linkage_id: Some(wizard.id.parse().unwrap()),
        ..renkei_store::AuditFilter::default()
    };
    let trail = bank.store().audit().list(&filter, 100).await.unwrap();
    let count = |kind: &str| trail.iter().filter(|event| event.kind == kind).count();
    assert_eq!((count("permission_in_vain"), count("permitted")), (1, 0));
}

#[tokio::test]
async fn a_grant_of_another_customer_is_not_touched() {
    let bank = bank().await;
    let partner = Partner::of(&bank, "kaikei");
    let id = linked(&partner, "accounts balance", "sorachi-taro", &["2000002"]).await;
    let before = grant(&bank, "sorachi-taro").await;
    for action in ["merge", "replace"] {
        let browser = Browser::of(&bank, "yubari-jiro");
        let (attempt, mut wizard) = partner.link_with(&browser, &continuing(action, &id)).await;
        let view = wizard.log_in(&bank, "yubari-jiro").await;
        assert_eq!(
            (&view["step"], &view["data"]["reason"]),
            (&json!("ended"), &json!("grant_of_another"))
        );
        let returned = Returned::read(view["data"]["return_url"].as_str().unwrap());
        assert_eq!(
            (returned.get("error"), returned.get("state")),
            ("access_denied", attempt.state.as_str())
        );
        assert!(
            !view.to_string().contains("sorachi"),
            "nothing is said of the other"
        );
    }
    assert_eq!(grant(&bank, "sorachi-taro").await, before);
}
