//! Tables grow with living grants and not with traffic; and whoever asks meanwhile does not wait.
//! Not here: what of each table goes when (`renkei-store`).

use crate::actors::{Browser, NewPartner, Partner, form, random_text, reconfigure};
use crate::secrets::dump::sizes;
use renkei::testing::{Options, TestBank};
use renkei_procedure::time::Instant;
use renkei_store::{ReplayKind, Sha256Digest};
use reqwest::Method;
use std::collections::BTreeMap;
use std::time::Duration;

const DAY: Duration = Duration::from_hours(24);

/// A day of a partner that asks for a great deal, and of a customer who links anew, cancels, and walks away.
async fn busy_day(bank: &TestBank, partner: &Partner<'_>) {
    let mut tokens = partner
        .linked_with(
            "yubari-jiro",
            &[],
            &[("scope", Some("openid accounts balance statement"))],
        )
        .await;
    for _ in 0..3 {
        // Requests that nobody comes with, linkages that nobody ends, one that is cancelled.
        partner.begin().await;
        let browser = Browser::of(bank, "yubari-jiro");
        let (_, mut wizard) = partner.link(&browser).await;
        wizard.certificate().await;
        let (_, mut wizard) = partner.link(&browser).await;
        wizard.log_in(bank, "yubari-jiro").await;
        wizard.leave("cancel", serde_json::json!({})).await;
        partner.begin_signed(&[]).await;
    }
    // A permission that the partner never comes to fetch.
    let browser = Browser::of(bank, "yubari-jiro");
    let (_, mut wizard) = partner.link(&browser).await;
    wizard.log_in(bank, "yubari-jiro").await;
    wizard.reach_permission(&[]).await;
    wizard.permit().await;
    for _ in 0..5 {
        bank.clock().advance(Duration::from_secs(700));
        let next = partner.refresh(&tokens.refresh).await.ok();
        tokens = crate::actors::Tokens::of(&next);
        partner.accounts(&tokens.access).await;
        partner.get("/userinfo", &tokens.access).await.ok();
        partner.introspect(&tokens.access).await.ok();
        let own = partner.client_credentials(None).await.ok();
        let path = format!("/grants/{}", tokens.answer["grant_id"].as_str().unwrap());
        partner
            .ask(Method::GET, &path, own["access_token"].as_str().unwrap(), &[])
            .await
            .ok();
        partner.revoke(&random_text()).await;
    }
}

#[tokio::test]
async fn tables_do_not_grow_with_traffic() {
    let mut bank = crate::actors::bank().await;
    reconfigure(
        &mut bank,
        "[oauth]\ngrant_retention_days = 2\n[audit]\nretention_days = 3",
    )
    .await;
    let new = NewPartner::fapi2("kagi").member("refresh_token_rotation", true);
    let partner = new.register(&bank).await.with_dpop();
    let mut days: Vec<BTreeMap<String, i64>> = Vec::new();
    for _ in 0..8 {
        busy_day(&bank, &partner).await;
        bank.clock().advance(DAY);
        bank.keep_house().await;
        let sizes = sizes(&bank).await;
        // The trail of who did what is kept for as long as the operator says.
        assert!(sizes["audit_events"] > 0);
        days.push(sizes);
    }
    // From the fourth day on, as much goes as comes.
    for day in &days[4..] {
        assert_eq!(day, &days[3]);
    }
    let last = &days[7];
    for (table, most) in [
        ("replays", 0),
        ("access_tokens", 0),
        ("pushed_requests", 0),
        ("pairwise_subjects", 1),
        ("partner_accounts", 3),
    ] {
        assert_eq!(last[table], most, "{table}");
    }
    // What lives goes on living.
    let tokens = partner.linked("yubari-jiro", &[]).await;
    bank.clock().advance(DAY * 30);
    bank.keep_house().await;
    partner.refresh(&tokens.refresh).await.ok();
    // And when all is over, all is gone.
    bank.clock().advance(DAY * 400);
    bank.keep_house().await;
    let sizes = sizes(&bank).await;
    for table in [
        "grants",
        "grant_accounts",
        "authorization_codes",
        "access_tokens",
        "refresh_tokens",
        "procedure_runs",
        "procedure_acts",
        "certificate_attempts",
        "pushed_requests",
        "replays",
        "audit_events",
    ] {
        assert_eq!(sizes[table], 0, "{table}");
    }
}

#[tokio::test]
async fn whoever_asks_while_much_is_forgotten_is_answered() {
    let bank = TestBank::start_with(Options {
        nodes: 2,
        ..Options::default()
    })
    .await
    .unwrap();
    let partner = Partner::of(&bank, "chobo");
    let tokens = partner.linked("yubari-jiro", &[]).await;
    let soon = bank.clock().now().plus(Duration::from_secs(1));
    for n in 0..3_000_u32 {
        let mut id = [0; 32];
        id[..4].copy_from_slice(&n.to_be_bytes());
        remember(&bank, id, soon).await;
    }
    bank.clock().advance(Duration::from_secs(2));
    let before = sizes(&bank).await["replays"];
    assert!(before >= 3_000);
    let asking = async {
        for _ in 0..40 {
            partner.accounts(&tokens.access).await;
            partner.refresh(&tokens.refresh).await.ok();
            let pushed = partner.post("/par", &partner.request("s", &random_text())).await;
            assert_eq!(pushed.status, 201);
            assert_eq!(
                partner.post("/revoke", &form(&[("token", "x")])).await.status,
                200
            );
        }
    };
    let ((), ()) = tokio::join!(bank.keep_house(), asking);
    assert_eq!(sizes(&bank).await["replays"], 0);
}

async fn remember(bank: &TestBank, id: [u8; 32], until: Instant) {
    let replays = bank.store().replays();
    let first = replays
        .remember(ReplayKind::DpopProof, "key", Sha256Digest::new(id), until)
        .await;
    assert!(first.unwrap());
}
