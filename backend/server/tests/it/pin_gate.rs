//! A PIN that was changed at the counter: a partner's polling must not lock the account. Two nodes serve.
//! Not here: registering PINs (`pin_registration`).

use crate::actors::{Browser, Partner, SORACHI_PINS, Tokens, bank, bank_of_two_nodes, row};
use futures_util::future::join_all;
use renkei::testing::{Leaf, TestBank};
use renkei_bank::port::CoreBanking as _;
use renkei_bank::simulator::{ClosedHours, Faults};
use renkei_procedure::identity::CoreAccountKey;
use renkei_procedure::inquiry_pin::InquiryPin;
use renkei_shared::vocabulary::AccountType;
use serde_json::json;
use std::time::Duration;

fn key(bank: &TestBank) -> CoreAccountKey {
    bank.simulator()
        .find_account("001", AccountType::Ordinary, "2000002")
        .unwrap()
}

async fn remaining_tries(bank: &TestBank) -> u32 {
    bank.simulator()
        .pin_state(&key(bank))
        .await
        .unwrap()
        .remaining_tries
}

fn change_pin(bank: &TestBank, pin: &str) {
    assert!(
        bank.simulator()
            .change_pin(&key(bank), &InquiryPin::parse(pin).unwrap())
            .unwrap()
    );
}

fn set_faults(bank: &TestBank, faults: Faults) {
    bank.simulator().set_faults(faults).unwrap();
}

async fn linked(bank: &TestBank) -> (Partner<'_>, Tokens, String) {
    let partner = Partner::of(bank, "chobo");
    let tokens = partner.linked("sorachi-taro", &SORACHI_PINS).await;
    let id = partner.account_id(&tokens.access, "2000002").await;
    (partner, tokens, id)
}

#[tokio::test]
async fn of_twenty_calls_at_once_one_wrong_pin_reaches_the_core() {
    let bank = bank_of_two_nodes().await;
    let (partner, tokens, id) = linked(&bank).await;
    bank.clock().advance(Duration::from_secs(120));
    change_pin(&bank, "9876");
    let paths: Vec<String> = (0..20)
        .map(|place| {
            format!(
                "/v1/accounts/{id}/{}",
                ["balance", "statement", "transfers"][place % 3]
            )
        })
        .collect();
    let answers = join_all(paths.iter().map(|path| partner.get(path, &tokens.access))).await;
    for answer in &answers {
        answer.refused(403, "account_registration_required");
    }
    assert_eq!(remaining_tries(&bank).await, 4);

    // Never again, however often the partner asks.
    for path in &paths {
        partner
            .get(path, &tokens.access)
            .await
            .refused(403, "account_registration_required");
    }
    bank.clock().advance(Duration::from_secs(400));
    partner
        .get(&paths[0], &tokens.access)
        .await
        .refused(403, "account_registration_required");
    assert_eq!(remaining_tries(&bank).await, 4);

    // The account alone is concerned.
    let accounts = partner.accounts(&tokens.access).await;
    for account in &accounts {
        let concerned = account["account_number"] == "2000002";
        let status = if concerned {
            "registration_required"
        } else {
            "available"
        };
        assert_eq!(account["status"], status);
        if !concerned {
            let path = format!("/v1/accounts/{}/balance", account["account_id"].as_str().unwrap());
            partner.get(&path, &tokens.access).await.ok();
        }
    }
}

#[tokio::test]
async fn right_after_a_good_answer_one_at_most_reaches_each_node() {
    for nodes in [1, 2] {
        let bank = if nodes == 1 {
            bank().await
        } else {
            bank_of_two_nodes().await
        };
        let (partner, tokens, id) = linked(&bank).await;
        let path = format!("/v1/accounts/{id}/balance");
        partner.get(&path, &tokens.access).await.ok();
        change_pin(&bank, "9876");
        // A connection each, so that both nodes are asked.
        let callers: Vec<Partner<'_>> = (0..10).map(|_| Partner::of(&bank, "chobo")).collect();
        let calls = callers
            .iter()
            .chain(&callers)
            .map(|caller| caller.get(&path, &tokens.access));
        for answer in join_all(calls).await {
            answer.refused(403, "account_registration_required");
        }
        let spent = 5 - remaining_tries(&bank).await;
        assert!((1..=nodes).contains(&spent), "{spent} of {nodes}");
    }
}

/// A colleague with the same accounts, whose PINs are on file separately.
async fn colleague(bank: &TestBank) -> (Leaf, String) {
    let certificate = bank.pki().clients.client("空知 次郎").unwrap();
    let hash = std::fs::read_to_string(bank.path("users.toml")).unwrap();
    let hash = hash
        .lines()
        .find(|line| line.starts_with("password_hash"))
        .unwrap();
    bank.write("colleague.pem", &certificate.certificate_pem).unwrap();
    let file = format!(
        "[[user]]\nlogin_name = \"sorachi-jiro\"\nname = \"空知 次郎\"\ncompany = \"空知商事株式会社\"\n\
         role = \"ordinary\"\nmay_link = true\ncore_user = \"sorachi-taro\"\n{hash}\n\
         certificates = [\"colleague.pem\"]\n"
    );
    bank.write("colleague.toml", &file).unwrap();
    let (config, file) = (
        bank.config().display().to_string(),
        bank.path("colleague.toml").display().to_string(),
    );
    bank.renkei(&["user", "add", "--config", &config, &file])
        .await
        .unwrap();
    // The first user of the file is sorachi-taro.
    (certificate, bank.user("sorachi-taro").unwrap().password.clone())
}

#[tokio::test]
async fn a_refused_pin_is_refused_for_whoever_has_it_on_file() {
    let bank = bank_of_two_nodes().await;
    let (partner, tokens, id) = linked(&bank).await;
    let (certificate, password) = colleague(&bank).await;
    let browser = Browser::with(&bank, &certificate);
    let (attempt, mut wizard) = partner.link(&browser).await;
    wizard.certificate().await;
    wizard.password(&password).await;
    wizard.reach_permission(&SORACHI_PINS).await;
    let returned = wizard.permit().await;
    let theirs = partner.tokens(returned.code(), &attempt.verifier).await;
    let path = format!("/v1/accounts/{id}/balance");
    assert_eq!(
        partner.account_id(&theirs.access, "2000002").await,
        id,
        "one account, one id"
    );

    bank.clock().advance(Duration::from_secs(120));
    change_pin(&bank, "9876");
    let calls = (0..10).flat_map(|_| [&tokens.access, &theirs.access]);
    for answer in join_all(calls.map(|access| partner.get(&path, access))).await {
        answer.refused(403, "account_registration_required");
    }
    assert_eq!(remaining_tries(&bank).await, 4);
}

#[tokio::test]
async fn registering_again_heals_with_the_same_account_id() {
    let bank = bank().await;
    let (partner, tokens, id) = linked(&bank).await;
    let path = format!("/v1/accounts/{id}/balance");
    bank.clock().advance(Duration::from_secs(120));
    change_pin(&bank, "9876");
    partner
        .get(&path, &tokens.access)
        .await
        .refused(403, "account_registration_required");

    let browser = Browser::of(&bank, "sorachi-taro");
    let (attempt, mut wizard) = partner.link(&browser).await;
    let view = wizard.log_in(&bank, "sorachi-taro").await;
    assert_eq!(view["step"], "pin_registration");
    assert_eq!(
        row(&view, "2000002")["status"],
        "unregistered",
        "登録状況 is 未登録 again"
    );
    assert_eq!(row(&view, "2000002")["problem"]["code"], "pin_no_longer_accepted");
    assert_eq!(row(&view, "1111111")["status"], "registered");
    assert_eq!(row(&view, "1111111")["problem"], json!(null));
    // What the core says of a PIN of now is said in its place.
    let view = wizard.pins(&[("2000002", "0000")]).await;
    assert_eq!(row(&view, "2000002")["problem"]["code"], "pin_wrong");
    wizard.act("add-more", json!({})).await;
    let view = wizard.pins(&[("2000002", "9876")]).await;
    assert_eq!(row(&view, "2000002")["status"], "registered_now");
    assert_eq!(row(&view, "2000002")["problem"], json!(null));
    // The permission that is in force heals at once: the customer need not give another.
    partner.get(&path, &tokens.access).await.ok();
    wizard.act("confirm", json!({})).await;
    let returned = wizard.permit().await;
    let second = partner.tokens(returned.code(), &attempt.verifier).await;
    assert_eq!(partner.account_id(&second.access, "2000002").await, id);
    partner.get(&path, &second.access).await.ok();
}

#[tokio::test]
async fn a_pin_locked_at_the_core_is_not_sent_again_either() {
    let bank = bank().await;
    let (partner, tokens, id) = linked(&bank).await;
    let path = format!("/v1/accounts/{id}/balance");
    assert!(bank.simulator().lock_pin(&key(&bank)).unwrap());
    for _ in 0..3 {
        partner
            .get(&path, &tokens.access)
            .await
            .refused(403, "account_registration_required");
    }
}

#[tokio::test]
async fn a_lost_answer_spends_one_try_a_minute_at_most() {
    let bank = bank_of_two_nodes().await;
    let (partner, tokens, id) = linked(&bank).await;
    let path = format!("/v1/accounts/{id}/balance");
    bank.clock().advance(Duration::from_secs(120));
    change_pin(&bank, "9876");
    set_faults(
        &bank,
        Faults {
            lose_pin_answers: true,
            ..Faults::default()
        },
    );
    // The outcome is unknown, and the calls behind it wait in vain: nobody tries again by itself.
    let answers = join_all((0..4).map(|_| partner.get(&path, &tokens.access))).await;
    for answer in &answers {
        answer.refused(503, "core_unavailable");
    }
    assert_eq!(remaining_tries(&bank).await, 4);

    set_faults(&bank, Faults::default());
    bank.clock().advance(Duration::from_secs(60));
    partner
        .get(&path, &tokens.access)
        .await
        .refused(403, "account_registration_required");
    assert_eq!(remaining_tries(&bank).await, 3);
}

#[tokio::test]
async fn a_core_that_is_down_or_closed_says_so_and_the_account_stays_registered() {
    let bank = bank().await;
    let (partner, tokens, id) = linked(&bank).await;
    bank.clock().advance(Duration::from_secs(120));
    let path = format!("/v1/accounts/{id}/statement");
    let down = Faults {
        down: true,
        ..Faults::default()
    };
    let closed = Faults {
        closed: Some(ClosedHours { reopens_at: None }),
        ..Faults::default()
    };
    for (faults, code) in [(down, "core_unavailable"), (closed, "core_closed")] {
        set_faults(&bank, faults);
        partner.get(&path, &tokens.access).await.refused(503, code);
        partner.accounts(&tokens.access).await;
    }
    set_faults(&bank, Faults::default());
    partner.get(&path, &tokens.access).await.ok();
    assert_eq!(remaining_tries(&bank).await, 5);
}

#[tokio::test]
async fn a_partner_that_hangs_up_loses_nothing_of_the_bookkeeping() {
    let bank = bank().await;
    let (partner, tokens, id) = linked(&bank).await;
    bank.clock().advance(Duration::from_secs(120));
    change_pin(&bank, "9876");
    set_faults(
        &bank,
        Faults {
            delay_milliseconds: 600,
            ..Faults::default()
        },
    );
    let path = format!("/v1/accounts/{id}/balance");
    let patience = Duration::from_millis(200);
    let asked = tokio::time::timeout(patience, partner.get(&path, &tokens.access)).await;
    assert!(asked.is_err());
    set_faults(&bank, Faults::default());
    // The next call finds the refusal noted, or waits until it is.
    partner
        .get(&path, &tokens.access)
        .await
        .refused(403, "account_registration_required");
    assert_eq!(remaining_tries(&bank).await, 4);
}
