//! ログインパスワード: tries are counted in the database, the last one locks, the operator unlocks.
//! Not here: one act sent twice (`act_replay`), and malformed passwords (`bad_acts`).

use crate::actors::{Browser, Partner, Wizard, act_id, bank, bank_of_two_nodes};
use futures_util::future::join_all;
use renkei::testing::TestBank;
use renkei_bank::simulator::{ClosedHours, Faults};
use renkei_store::UserRecord;
use serde_json::json;

async fn user(bank: &TestBank, login_name: &str) -> UserRecord {
    bank.store()
        .users()
        .find_by_login_name(login_name)
        .await
        .unwrap()
        .unwrap()
}

async fn unlock(bank: &TestBank, login_name: &str) {
    let config = bank.config().display().to_string();
    bank.renkei(&["user", "unlock", "--config", &config, login_name])
        .await
        .unwrap();
}

#[tokio::test]
async fn the_fifth_wrong_password_locks_until_the_operator_unlocks() {
    let bank = bank().await;
    let partner = Partner::of(&bank, "chobo");
    let given = partner.linked("yubari-jiro", &[]).await;

    let browser = Browser::of(&bank, "yubari-jiro");
    let (_, mut wizard) = partner.link(&browser).await;
    wizard.certificate().await;
    let wrong = json!({ "password": "wrong" });
    for remaining in [4, 3, 2, 1] {
        let answer = wizard.attempt("password", wrong.clone()).await;
        answer.refused(422, "password_wrong");
        assert_eq!(answer.json()["remaining_tries"], remaining);
        assert!(
            answer.json()["ja"]["remedy"]
                .as_str()
                .unwrap()
                .contains(&format!("{remaining}"))
        );
        assert_eq!(wizard.view().await["data"]["remaining_tries"], remaining);
    }
    wizard
        .attempt("password", wrong)
        .await
        .refused(423, "user_locked");
    let right = json!({ "password": bank.user("yubari-jiro").unwrap().password });
    wizard
        .attempt("password", right.clone())
        .await
        .refused(423, "user_locked");
    assert_eq!(wizard.view().await["data"]["remaining_tries"], 0);
    let (_, mut fresh) = partner.link(&browser).await;
    fresh.certificate().await;
    fresh
        .attempt("password", right.clone())
        .await
        .refused(423, "user_locked");

    // Permissions already given go on.
    partner.accounts(&given.access).await;
    partner.refresh(&given.refresh).await.ok();

    unlock(&bank, "yubari-jiro").await;
    assert_eq!(wizard.view().await["data"]["remaining_tries"], 5);
    assert_eq!(wizard.attempt("password", right).await.ok()["step"], "permission");
}

#[tokio::test]
async fn a_right_password_gives_all_tries_back() {
    let bank = bank().await;
    let partner = Partner::of(&bank, "chobo");
    let browser = Browser::of(&bank, "yubari-jiro");
    let (_, mut wizard) = partner.link(&browser).await;
    wizard.certificate().await;
    for _ in 0..4 {
        wizard
            .attempt("password", json!({ "password": "wrong" }))
            .await
            .refused(422, "password_wrong");
    }
    assert_eq!(user(&bank, "yubari-jiro").await.failed_passwords, 4);
    wizard.password("kotoba-yubari-jiro-2026").await;
    let after = user(&bank, "yubari-jiro").await;
    assert_eq!((after.failed_passwords, after.locked_at), (0, None));
}

#[tokio::test]
async fn many_linkages_at_once_have_no_more_tries_than_one() {
    let bank = bank_of_two_nodes().await;
    let partner = Partner::of(&bank, "chobo");
    let browser = Browser::of(&bank, "yubari-jiro");
    let mut wizards: Vec<Wizard<'_>> = Vec::new();
    for _ in 0..12 {
        let (_, mut wizard) = partner.link(&browser).await;
        wizard.certificate().await;
        wizards.push(wizard);
    }
    let wrong = json!({ "password": "wrong" });
    let answers = join_all(
        wizards
            .iter()
            .map(|wizard| wizard.attempt("password", wrong.clone())),
    )
    .await;
    let mut remaining: Vec<u64> = answers
        .iter()
        .filter(|answer| answer.code() == "password_wrong")
        .map(|answer| answer.json()["remaining_tries"].as_u64().unwrap())
        .collect();
    remaining.sort_unstable();
    assert_eq!(remaining, [1, 2, 3, 4]);
    let locked = answers
        .iter()
        .filter(|answer| answer.code() == "user_locked")
        .count();
    assert_eq!(locked, 8);
    let record = user(&bank, "yubari-jiro").await;
    assert_eq!(record.failed_passwords, 5);
    assert!(record.locked_at.is_some());
}

#[tokio::test]
async fn where_the_core_is_not_there_no_password_is_spent() {
    let bank = bank().await;
    let partner = Partner::of(&bank, "chobo");
    let browser = Browser::of(&bank, "yubari-jiro");
    let (_, mut wizard) = partner.link(&browser).await;
    wizard.certificate().await;
    let id = act_id();
    let right = json!({ "password": "kotoba-yubari-jiro-2026" });
    let down = Faults {
        down: true,
        ..Faults::default()
    };
    let closed = Faults {
        closed: Some(ClosedHours { reopens_at: None }),
        ..Faults::default()
    };
    for (faults, code) in [(down, "core_unavailable"), (closed, "core_closed")] {
        bank.simulator().set_faults(faults).unwrap();
        wizard
            .attempt_as("password", &id, &right)
            .await
            .refused(503, code);
        wizard
            .attempt("password", json!({ "password": "wrong" }))
            .await
            .refused(503, code);
    }
    assert_eq!(user(&bank, "yubari-jiro").await.failed_passwords, 0);
    bank.simulator().set_faults(Faults::default()).unwrap();
    let view = wizard.attempt_as("password", &id, &right).await.ok();
    assert_eq!(view["step"], "permission", "the very same act");
}
