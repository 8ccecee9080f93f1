//! The audit trail: who did what when, each step of the procedure and each look of a partner, and no secret.
//! Not here: logs (`secrets`).

use crate::actors::{Browser, Partner, Wizard, act_id, bank, row};
use renkei::testing::TestBank;
use renkei_procedure::identity::LinkageId;
use renkei_store::{AuditEventRecord, AuditFilter};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::time::Duration;

async fn trail(bank: &TestBank, filter: &AuditFilter) -> Vec<AuditEventRecord> {
    let mut events = bank.store().audit().list(filter, 1_000).await.unwrap();
    events.reverse();
    events
}

async fn of_linkage(bank: &TestBank, wizard: &Wizard<'_>) -> Vec<AuditEventRecord> {
    let id: LinkageId = wizard.id.parse().unwrap();
    let filter = AuditFilter {
        linkage_id: Some(id),
        ..AuditFilter::default()
    };
    trail(bank, &filter).await
}

#[tokio::test]
async fn each_step_is_kept_with_user_partner_and_time() {
    let bank = bank().await;
    let partner = Partner::of(&bank, "kaikei");
    let browser = Browser::of(&bank, "sorachi-taro");
    let (attempt, mut wizard) = partner.link(&browser).await;
    let tick = || bank.clock().advance(Duration::from_secs(1));
    tick();
    let code = wizard.certificate_code().await;
    tick();
    wizard.act("certificate-result", json!({ "code": code })).await;
    tick();
    wizard
        .attempt("password", json!({ "password": "wrong" }))
        .await
        .refused(422, "password_wrong");
    tick();
    wizard
        .password(&bank.user("sorachi-taro").unwrap().password)
        .await;
    tick();
    wizard.businesses(&["statement"]).await;
    tick();
    wizard.pins(&[("2000002", "1234"), ("1111111", "9999")]).await;
    tick();
    wizard.act("add-more", json!({})).await;
    tick();
    wizard.act("confirm", json!({})).await;
    tick();
    wizard.act("extend", json!({})).await;
    tick();
    let returned = wizard.permit().await;
    tick();
    partner.tokens(returned.code(), &attempt.verifier).await;

    let events = of_linkage(&bank, &wizard).await;
    let kinds: Vec<&str> = events.iter().map(|event| event.kind.as_str()).collect();
    assert_eq!(
        kinds,
        [
            "linkage_arrived",
            "certificate_asked",
            "certificate_judged",
            "password_wrong",
            "password_accepted",
            "businesses_chosen",
            "inquiry_pins_checked",
            "registration_continued",
            "registration_confirmed",
            "time_extended",
            "permitted",
            "code_redeemed"
        ]
    );
    let user = bank
        .store()
        .users()
        .find_by_login_name("sorachi-taro")
        .await
        .unwrap()
        .unwrap();
    for event in &events {
        let before_login = ["linkage_arrived", "certificate_asked"].contains(&event.kind.as_str());
        assert_eq!(
            event.user_id,
            (!before_login).then_some(user.id),
            "{}",
            event.kind
        );
        if event.kind != "password_wrong" {
            assert_eq!(
                event.partner_id.as_ref().unwrap().as_str(),
                "kaikei",
                "{}",
                event.kind
            );
        }
    }
    assert!(
        events.windows(2).all(|pair| pair[0].at < pair[1].at),
        "each at its time"
    );
    let details: BTreeMap<&str, Value> = events
        .iter()
        .map(|event| (event.kind.as_str(), event.detail.decode().unwrap()))
        .collect();
    assert_eq!(details["businesses_chosen"]["businesses"], json!(["statement"]));
    assert_eq!(
        details["inquiry_pins_checked"],
        json!({ "sent": 2, "accepted": 1 })
    );
}

#[tokio::test]
async fn what_was_done_once_is_kept_once_and_what_was_refused_is_not() {
    let bank = bank().await;
    let partner = Partner::of(&bank, "chobo");
    let browser = Browser::of(&bank, "yubari-jiro");
    let (_, mut wizard) = partner.link(&browser).await;
    wizard.log_in(&bank, "yubari-jiro").await;
    let view = wizard.view().await;
    let id = act_id();
    let data = json!({ "account_ids": [row(&view, "1230001")["account_id"]], "intent": true });
    for _ in 0..3 {
        wizard.attempt_as("permission", &id, &data).await.ok();
    }
    wizard.view().await;
    wizard
        .attempt("cancel", json!({}))
        .await
        .refused(409, "step_mismatch");
    let events = of_linkage(&bank, &wizard).await;
    let count = |kind: &str| events.iter().filter(|event| event.kind == kind).count();
    assert_eq!((count("permitted"), count("cancelled")), (1, 0));
}

#[tokio::test]
async fn what_a_permission_continues_and_why_a_login_was_in_vain() {
    let bank = bank().await;
    let partner = Partner::of(&bank, "chobo");
    let tokens = partner.linked("yubari-jiro", &[]).await;
    let grant_id = tokens.answer["grant_id"].as_str().unwrap();
    let changes = [
        ("grant_management_action", Some("replace")),
        ("grant_id", Some(grant_id)),
    ];
    let browser = Browser::of(&bank, "yubari-jiro");
    let (_, mut wizard) = partner.link_with(&browser, &changes).await;
    wizard.log_in(&bank, "yubari-jiro").await;
    wizard.permit().await;
    let detail = |events: &[AuditEventRecord], kind: &str| -> Value {
        let event = events.iter().find(|event| event.kind == kind).unwrap();
        event.detail.decode().unwrap()
    };
    let events = of_linkage(&bank, &wizard).await;
    assert_eq!(
        detail(&events, "linkage_arrived"),
        json!({ "continues": grant_id })
    );
    let permitted = detail(&events, "permitted");
    assert_eq!(
        (&permitted["relation"], &permitted["accounts"]),
        (&json!("replace"), &json!(3))
    );
    assert!(permitted["grant"].is_string());

    let browser = Browser::of(&bank, "hokkai-hanako");
    let (_, mut wizard) = partner.link_with(&browser, &changes).await;
    wizard.log_in(&bank, "hokkai-hanako").await;
    let events = of_linkage(&bank, &wizard).await;
    assert_eq!(
        detail(&events, "password_accepted"),
        json!({ "ended": "grant_of_another" })
    );
    let in_vain = events.iter().find(|event| event.kind == "password_accepted");
    let hanako = bank.store().users().find_by_login_name("hokkai-hanako").await;
    assert_eq!(in_vain.unwrap().user_id, Some(hanako.unwrap().unwrap().id));
}

#[tokio::test]
async fn who_saw_which_account_when() {
    let bank = bank().await;
    let partner = Partner::of(&bank, "chobo");
    let tokens = partner.linked("yubari-jiro", &[]).await;
    let id = partner.account_id(&tokens.access, "1230001").await;
    for what in ["balance", "statement?from=2026-11-01&to=2026-11-10", "transfers"] {
        partner
            .get(&format!("/v1/accounts/{id}/{what}"), &tokens.access)
            .await
            .ok();
    }
    partner.revoke(&tokens.refresh).await;
    let user = bank
        .store()
        .users()
        .find_by_login_name("yubari-jiro")
        .await
        .unwrap()
        .unwrap();
    let filter = |kind: &str| AuditFilter {
        kind: Some(kind.to_owned()),
        ..AuditFilter::default()
    };
    for (kind, count) in [("balance_read", 1), ("statement_read", 2)] {
        let events = trail(&bank, &filter(kind)).await;
        assert_eq!(events.len(), count, "{kind}");
        for event in events {
            assert_eq!(event.user_id, Some(user.id));
            assert_eq!(event.partner_id.unwrap().as_str(), "chobo");
            let detail: Value = event.detail.decode().unwrap();
            // The account's own id, which survives every partner's.
            assert_eq!(detail["account"].as_str().unwrap().len(), 36);
        }
    }
    assert_eq!(trail(&bank, &filter("revoked_by_partner")).await.len(), 1);
}
