//! An act is done once, however often it is asked for: repeated, sent ten times at once, its answer lost, the server
//! gone in the middle. Two nodes serve, as two tabs may meet two of them. Not here: who may act (`cookies`).

use crate::actors::{
    Answer, Browser, NeverMind as _, Partner, Returned, SORACHI_PINS, Wizard, act_id, bank,
    bank_of_two_nodes, row, wrong_pin_counted,
};
use futures_util::future::join_all;
use renkei::testing::TestBank;
use renkei_bank::port::{CoreBanking as _, PinState};
use renkei_bank::simulator::Faults;
use renkei_shared::vocabulary::AccountType;
use serde_json::{Value, json};
use std::time::Duration;

async fn failed_passwords(bank: &TestBank, login_name: &str) -> u32 {
    let user = bank.store().users().find_by_login_name(login_name).await.unwrap();
    user.unwrap().failed_passwords
}

async fn pin_state(bank: &TestBank, branch: &str, number: &str) -> PinState {
    let simulator = bank.simulator();
    let account = simulator
        .find_account(branch, AccountType::Ordinary, number)
        .unwrap();
    simulator.pin_state(&account).await.unwrap()
}

fn slow(bank: &TestBank, milliseconds: u64) {
    let faults = Faults {
        delay_milliseconds: milliseconds,
        ..Faults::default()
    };
    bank.simulator().set_faults(faults).unwrap();
}

async fn ten_times(wizard: &Wizard<'_>, act: &str, data: &Value) -> Vec<Answer> {
    let id = act_id();
    join_all((0..10).map(|_| wizard.attempt_as(act, &id, data))).await
}

fn assert_all_the_same(answers: &[Answer]) {
    for answer in answers {
        assert_eq!(
            answer.status,
            answers[0].status,
            "{} {}",
            answer.text(),
            answers[0].text()
        );
        assert_eq!(answer.comparable(), answers[0].comparable());
    }
}

#[tokio::test]
async fn a_wrong_password_repeated_spends_one_try() {
    let bank = bank_of_two_nodes().await;
    let partner = Partner::of(&bank, "kaikei");
    let browser = Browser::of(&bank, "sorachi-taro");
    let (_, mut wizard) = partner.link(&browser).await;
    wizard.certificate().await;
    let wrong = json!({ "password": "wrong" });

    let id = act_id();
    let first = wizard.attempt_as("password", &id, &wrong).await;
    first.refused(422, "password_wrong");
    assert_eq!(first.json()["remaining_tries"], 4);
    let again = wizard.attempt_as("password", &id, &wrong).await;
    assert_eq!(again.comparable(), first.comparable());
    // Not even another password makes another try of it.
    let right = json!({ "password": bank.user("sorachi-taro").unwrap().password });
    let same_id = wizard.attempt_as("password", &id, &right).await;
    assert_eq!(same_id.comparable(), first.comparable());
    assert_eq!(failed_passwords(&bank, "sorachi-taro").await, 1);

    let answers = ten_times(&wizard, "password", &wrong).await;
    assert_all_the_same(&answers);
    answers[0].refused(422, "password_wrong");
    assert_eq!(answers[0].json()["remaining_tries"], 3);
    assert_eq!(failed_passwords(&bank, "sorachi-taro").await, 2);

    let answers = ten_times(&wizard, "password", &right).await;
    assert_all_the_same(&answers);
    assert_eq!(answers[0].ok()["step"], "business_selection");
    assert_eq!(failed_passwords(&bank, "sorachi-taro").await, 0);
    assert_eq!(wizard.view().await["step"], "business_selection");
}

#[tokio::test]
async fn an_id_of_another_act_answers_nothing_and_does_nothing() {
    let bank = bank_of_two_nodes().await;
    let partner = Partner::of(&bank, "kaikei");
    let browser = Browser::of(&bank, "sorachi-taro");
    let (_, mut wizard) = partner.link(&browser).await;
    wizard.certificate().await;
    let id = act_id();
    let wrong = json!({ "password": "wrong" });
    wizard
        .attempt_as("password", &id, &wrong)
        .await
        .refused(422, "password_wrong");
    wizard
        .attempt_as("cancel", &id, &json!({}))
        .await
        .refused(400, "request_malformed");
    assert_eq!(wizard.view().await["step"], "password");
    // The id still answers the act that it is of; and a fresh one cancels.
    wizard
        .attempt_as("password", &id, &wrong)
        .await
        .refused(422, "password_wrong");
    assert_eq!(failed_passwords(&bank, "sorachi-taro").await, 1);
    wizard.leave("cancel", json!({})).await;

    // At the customer's pages, too.
    let start = browser.post("/api/customer-session/start", &json!({})).await.ok();
    let body = json!({ "version": start["version"], "act_id": id });
    browser
        .post("/api/customer-session/certificate", &body)
        .await
        .ok();
    browser
        .post("/api/customer-session/logout", &body)
        .await
        .refused(400, "request_malformed");
}

#[tokio::test]
async fn a_wrong_pin_repeated_spends_one_try_at_the_core() {
    let bank = bank_of_two_nodes().await;
    let partner = Partner::of(&bank, "chobo");
    let browser = Browser::of(&bank, "sorachi-taro");
    let (_, mut wizard) = partner.link(&browser).await;
    let view = wizard.log_in(&bank, "sorachi-taro").await;
    let rows = json!({ "pins": [
        { "account_id": row(&view, "2000002")["account_id"], "pin": "0000" },
        { "account_id": row(&view, "1111111")["account_id"], "pin": "2345" },
    ] });
    let answers = ten_times(&wizard, "inquiry-pins", &rows).await;
    assert_all_the_same(&answers);
    let view = answers[0].ok();
    assert_eq!(view["step"], "pin_result");
    assert_eq!(row(&view, "2000002")["remaining_tries"], 4);
    assert_eq!(row(&view, "1111111")["status"], "registered_now");
    assert_eq!(pin_state(&bank, "001", "2000002").await.remaining_tries, 4);
}

#[tokio::test]
async fn a_permission_repeated_makes_one_grant() {
    let bank = bank_of_two_nodes().await;
    let partner = Partner::of(&bank, "kaikei");
    let browser = Browser::of(&bank, "sorachi-taro");
    let (attempt, mut wizard) = partner.link(&browser).await;
    wizard.log_in(&bank, "sorachi-taro").await;
    let view = wizard.reach_permission(&SORACHI_PINS).await;
    let ids: Vec<&Value> = view["data"]["accounts"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| &row["account_id"])
        .collect();
    let data = json!({ "account_ids": ids, "intent": true });
    let answers = ten_times(&wizard, "permission", &data).await;
    assert_all_the_same(&answers);
    let url = answers[0].ok()["redirect_to"].as_str().unwrap().to_owned();
    let returned = crate::actors::Returned::read(&url);
    partner.tokens(returned.code(), &attempt.verifier).await;
}

#[tokio::test]
async fn of_different_acts_of_one_version_one_wins() {
    let bank = bank_of_two_nodes().await;
    let partner = Partner::of(&bank, "kaikei");
    let browser = Browser::of(&bank, "yubari-jiro");
    let (_, mut wizard) = partner.link(&browser).await;
    wizard.log_in(&bank, "yubari-jiro").await;
    let before = wizard.version;
    let businesses = ["balance", "statement", "transfers"];
    let answers = join_all(
        (0..9).map(|place| wizard.attempt("businesses", json!({ "businesses": [businesses[place % 3]] }))),
    )
    .await;
    let (won, lost): (Vec<_>, Vec<_>) = answers.iter().partition(|answer| answer.status == 200);
    assert_eq!(won.len(), 1);
    for answer in &lost {
        assert_eq!(answer.status, 409, "{}", answer.text());
        assert!(["version_stale", "act_in_progress"].contains(&answer.code().as_str()));
    }
    let view = wizard.view().await;
    assert_eq!(view["version"], before + 1);
    assert_eq!(view["data"]["businesses"], won[0].json()["data"]["businesses"]);
}

#[tokio::test]
async fn a_page_out_of_date_is_told_so() {
    let bank = bank().await;
    let partner = Partner::of(&bank, "kaikei");
    let browser = Browser::of(&bank, "yubari-jiro");
    let (_, mut wizard) = partner.link(&browser).await;
    let second_tab = wizard.seen_by(&browser);
    wizard.log_in(&bank, "yubari-jiro").await;
    for version in [second_tab.version, wizard.version - 1, wizard.version + 1, 0] {
        let page = Wizard {
            browser: &browser,
            id: wizard.id.clone(),
            version,
        };
        page.attempt("businesses", json!({ "businesses": ["balance"] }))
            .await
            .refused(409, "version_stale");
    }
    wizard.businesses(&["balance"]).await;
}

/// Sends an act and goes away before the answer comes.
async fn hang_up(wizard: &Wizard<'_>, act: &str, act_id: &str, data: &Value) {
    let patience = Duration::from_millis(250);
    let answer = tokio::time::timeout(patience, wizard.attempt_as(act, act_id, data)).await;
    assert!(answer.is_err(), "the core was slow enough");
}

#[tokio::test]
async fn a_lost_answer_is_answered_again() {
    let bank = bank_of_two_nodes().await;
    let partner = Partner::of(&bank, "chobo");
    let browser = Browser::of(&bank, "sorachi-taro");
    let (_, mut wizard) = partner.link(&browser).await;
    wizard.certificate().await;

    // The password changes the cookie, and the answer with the new one is lost.
    slow(&bank, 600);
    let id = act_id();
    let right = json!({ "password": bank.user("sorachi-taro").unwrap().password });
    hang_up(&wizard, "password", &id, &right).await;
    let view = wizard.attempt_as("password", &id, &right).await.ok();
    assert_eq!(view["step"], "pin_registration");
    wizard.view().await;

    let id = act_id();
    let rows = json!({ "pins": [{ "account_id": row(&view, "2000002")["account_id"], "pin": "0000" }] });
    hang_up(&wizard, "inquiry-pins", &id, &rows).await;
    let view = wizard.attempt_as("inquiry-pins", &id, &rows).await.ok();
    assert_eq!(row(&view, "2000002")["remaining_tries"], 4);
    slow(&bank, 0);
    assert_eq!(pin_state(&bank, "001", "2000002").await.remaining_tries, 4);
    assert_eq!(wizard.view().await["step"], "pin_result");
}

/// A new key in the vault, and a restart: what an operator does on a quiet afternoon.
async fn rotate_and_restart(bank: &mut TestBank) {
    bank.stop().await.unwrap();
    crate::key_rotation::rotate(bank);
    bank.add_node().await.unwrap();
}

#[tokio::test]
async fn a_new_key_of_the_vault_changes_no_answer_that_is_given_again() {
    for mode in ["query", "form_post"] {
        let mut bank = bank().await;
        let browser = Browser::of(&bank, "yubari-jiro");
        let changes = [("response_mode", Some(mode))];
        let (attempt, mut wizard) = Partner::of(&bank, "kaikei").link_with(&browser, &changes).await;
        let asked = act_id();
        let certificate = wizard.attempt_as("certificate", &asked, &json!({})).await.ok();
        wizard.version += 1;
        let code = wizard.certificate_code().await;
        wizard.act("certificate-result", json!({ "code": code })).await;
        let before = browser.cookies();
        let (login, right) = (
            act_id(),
            json!({ "password": bank.user("yubari-jiro").unwrap().password }),
        );
        wizard.attempt_as("password", &login, &right).await.ok();
        wizard.view().await;
        let view = wizard.businesses(&["balance"]).await;
        let ids = json!([view["data"]["accounts"][0]["account_id"]]);
        let (permitted, data) = (act_id(), json!({ "account_ids": ids, "intent": true }));
        let first = wizard.attempt_as("permission", &permitted, &data).await.ok();

        rotate_and_restart(&mut bank).await;

        let again = wizard.attempt_as("permission", &permitted, &data).await.ok();
        assert_eq!(again, first);
        wizard.view().await;
        assert_eq!(
            wizard.act("return", json!({})).await,
            first,
            "by the act return, too"
        );
        let again = wizard.attempt_as("certificate", &asked, &json!({})).await.ok();
        assert_eq!(again, certificate, "the same address at the certificate listener");
        // Had the answer with the new cookie been lost, the browser would get that cookie again.
        let after = browser.cookies();
        browser.set_cookies(before);
        wizard.attempt_as("password", &login, &right).await.ok();
        assert_eq!(browser.cookies(), after);
        let url = first["redirect_to"].as_str().unwrap();
        let returned = if mode == "query" {
            Returned::read(url)
        } else {
            Returned::posted(&browser.get(url).await)
        };
        let partner = Partner::of(&bank, "kaikei");
        partner.tokens(returned.code(), &attempt.verifier).await;
    }
}

#[tokio::test]
async fn a_run_whose_key_is_gone_is_gone() {
    let mut bank = bank().await;
    let browser = Browser::of(&bank, "yubari-jiro");
    let (_, wizard) = Partner::of(&bank, "kaikei").link(&browser).await;
    bank.stop().await.unwrap();
    crate::key_rotation::rotate(&bank);
    crate::key_rotation::retire(&bank);
    bank.add_node().await.unwrap();
    wizard
        .attempt("certificate", json!({}))
        .await
        .refused(404, "not_found");
    // Another one can begin.
    Partner::of(&bank, "kaikei").link(&browser).await;
}

#[tokio::test]
async fn a_server_that_is_stopped_ends_its_acts_and_the_next_one_goes_on() {
    let mut bank = bank().await;
    let partner_id = "chobo";
    let browser = Browser::of(&bank, "sorachi-taro");
    let (attempt, mut wizard) = Partner::of(&bank, partner_id).link(&browser).await;
    let view = wizard.log_in(&bank, "sorachi-taro").await;
    slow(&bank, 1_500);
    let rows = json!({ "pins": [
        { "account_id": row(&view, "2000002")["account_id"], "pin": "1234" },
        { "account_id": row(&view, "1111111")["account_id"], "pin": "0000" },
    ] });
    let path = wizard.path("inquiry-pins");
    let body = wizard.body(&act_id(), &rows);
    let (under_way, stopped) = tokio::join!(browser.post(&path, &body), async {
        wrong_pin_counted(&bank).await;
        bank.stop().await
    });
    stopped.unwrap();
    assert_eq!(
        under_way.ok()["step"],
        "pin_result",
        "what was under way is answered"
    );
    slow(&bank, 0);

    bank.add_node().await.unwrap();
    let view = wizard.view().await;
    assert_eq!(row(&view, "2000002")["status"], "registered_now");
    wizard.act("confirm", json!({})).await;
    let returned = wizard.permit().await;
    bank.stop().await.unwrap();
    bank.add_node().await.unwrap();
    let partner = Partner::of(&bank, partner_id);
    let tokens = partner.tokens(returned.code(), &attempt.verifier).await;
    assert_eq!(partner.accounts(&tokens.access).await.len(), 2);
}

#[tokio::test]
async fn an_act_that_a_crash_cut_short_is_explained_and_the_procedure_goes_on() {
    let mut bank = bank().await;
    let browser = Browser::of(&bank, "sorachi-taro");
    let (_, mut wizard) = Partner::of(&bank, "chobo").link(&browser).await;
    let view = wizard.log_in(&bank, "sorachi-taro").await;
    slow(&bank, 30_000);
    let id = act_id();
    let rows = json!({ "pins": [{ "account_id": row(&view, "2000002")["account_id"], "pin": "0000" }] });
    tokio::join!(
        async {
            let patience = Duration::from_secs(5);
            let asked = browser.request(reqwest::Method::POST, &wizard.path("inquiry-pins"));
            let asked = asked.json(&wizard.body(&id, &rows)).timeout(patience);
            asked.send().await.never_mind();
        },
        async {
            wrong_pin_counted(&bank).await;
            bank.crash();
        }
    );
    slow(&bank, 0);
    bank.add_node().await.unwrap();
    // Another node might still be at it, as far as anybody knows.
    assert_eq!(wizard.view().await["step"], "pin_registration");
    wizard
        .attempt("inquiry-pins", rows.clone())
        .await
        .refused(409, "act_in_progress");
    bank.clock().advance(Duration::from_secs(31));
    wizard
        .attempt_as("inquiry-pins", &id, &rows)
        .await
        .refused(409, "act_interrupted");
    wizard
        .attempt_as("inquiry-pins", &id, &rows)
        .await
        .refused(409, "act_interrupted");
    assert_eq!(
        pin_state(&bank, "001", "2000002").await.remaining_tries,
        4,
        "the one try that the core had counted"
    );
    let view = wizard.pins(&[("2000002", "1234")]).await;
    assert_eq!(row(&view, "2000002")["status"], "registered_now");
}
