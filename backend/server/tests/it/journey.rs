//! The procedure from arrival to the first statement, in each of its branches.
//! Not here: how it ends otherwise (`journey_ends`), and single steps in depth.

use crate::actors::{Browser, Partner, Returned, SORACHI_PINS, bank, row};
use serde_json::{Value, json};

#[tokio::test]
#[expect(clippy::too_many_lines, reason = "one journey, told in one go")]
async fn the_guides_journey() {
    let bank = bank().await;
    let partner = Partner::of(&bank, "kaikei");
    let browser = Browser::of(&bank, "sorachi-taro");

    // 手順1①
    let (attempt, mut wizard) = partner.link(&browser).await;
    let view = wizard.view().await;
    assert_eq!(view["step"], "certificate_login");
    assert_eq!(view["progress"], json!({ "current": 1, "total": 6 }));
    assert_eq!(view["partner"]["legal_name"], "kaikei 株式会社");
    assert_eq!(view["customer"], json!(null));
    assert_eq!(view["data"]["accepted_issuers"], json!(["Sorachi Client CA"]));
    assert_eq!(view["data"]["failure"], json!(null));
    assert_eq!(view["remaining_seconds"], 600);
    assert_eq!(view["expires_at"], "2026-11-20T10:10:00+09:00");

    // 手順1②
    let view = wizard.certificate().await;
    assert_eq!(view["step"], "password");
    assert_eq!(view["progress"]["current"], 2);
    assert_eq!(
        view["customer"],
        json!({ "company": "空知商事株式会社", "name": "空知 太郎" })
    );
    assert_eq!(view["data"]["certificate"]["subject"], "CN=空知 太郎");
    assert_eq!(view["data"]["certificate"]["issuer"], "CN=Sorachi Client CA");
    assert_eq!(view["data"]["remaining_tries"], 5);

    // 手順2
    let view = wizard
        .password(&bank.user("sorachi-taro").unwrap().password)
        .await;
    assert_eq!(view["step"], "business_selection");
    assert_eq!(view["progress"]["current"], 3);
    assert_eq!(
        view["data"]["businesses"],
        json!(["balance", "statement", "transfers"])
    );

    // 手順3
    let view = wizard.businesses(&["statement", "balance"]).await;
    assert_eq!(view["step"], "pin_registration");
    assert_eq!(view["progress"], json!({ "current": 4, "total": 6 }));
    assert_eq!(view["data"]["can_skip"], true);
    let labels: Vec<String> = view["data"]["accounts"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| {
            let text = |name: &str| row[name].as_str().unwrap_or("-").to_owned();
            ["branch_name", "branch_code", "account_number", "memo", "status"]
                .map(text)
                .join(" ")
        })
        .collect();
    assert_eq!(
        labels,
        [
            "インターネット支店 001 2000002 口座メモ5678901234567890 unregistered",
            "インターネット支店 202 1111111 - unregistered",
            "インターネット支店 202 2222222 - registered",
            "豊洲支店 456 1000314 口座メモ5678901234567890 unregistered",
        ]
    );

    // 手順4: one right, one wrong, one left alone; each on its own.
    let view = wizard.pins(&[("2000002", "1234"), ("1111111", "9999")]).await;
    assert_eq!(view["step"], "pin_result");
    assert_eq!(view["progress"]["current"], 5);
    assert_eq!(row(&view, "2000002")["status"], "registered_now");
    assert_eq!(row(&view, "2000002")["problem"], json!(null));
    let wrong = row(&view, "1111111");
    assert_eq!(wrong["status"], "unregistered");
    assert_eq!(wrong["remaining_tries"], 4);
    assert_eq!(wrong["problem"]["code"], "pin_wrong");
    assert!(
        wrong["problem"]["ja"]["remedy"]
            .as_str()
            .unwrap()
            .contains("あと4回")
    );
    let order: Vec<&Value> = view["data"]["accounts"].as_array().unwrap().iter().collect();
    let order: Vec<&str> = order
        .iter()
        .map(|row| row["account_number"].as_str().unwrap())
        .collect();
    assert_eq!(
        order,
        ["1111111", "2000002", "2222222", "1000314"],
        "what failed comes first, the rest in the cooperative's order"
    );
    assert_eq!(row(&view, "2222222")["status"], "registered");
    assert_eq!(row(&view, "1000314")["status"], "unregistered");
    assert_eq!(row(&view, "1000314")["problem"], json!(null));
    assert_eq!(view["data"]["can_confirm"], true);
    assert_eq!(view["data"]["can_add_more"], true);

    // 追加登録: nothing that is registered is asked again.
    let view = wizard.act("add-more", json!({})).await;
    assert_eq!(view["step"], "pin_registration");
    assert_eq!(row(&view, "2000002")["status"], "registered_now");
    let again = wizard
        .attempt(
            "inquiry-pins",
            json!({ "pins": [{ "account_id": row(&view, "2000002")["account_id"], "pin": "1234" }] }),
        )
        .await;
    again.refused(422, "account_not_selectable");
    let view = wizard.pins(&[("1111111", "２３４５"), ("1000314", "4567")]).await;
    assert_eq!(
        row(&view, "1111111")["status"],
        "registered_now",
        "full-width digits count"
    );
    assert_eq!(row(&view, "1111111")["remaining_tries"], json!(null));
    assert_eq!(view["data"]["can_add_more"], false);

    // 手順5
    let view = wizard.act("confirm", json!({})).await;
    assert_eq!(view["step"], "permission");
    assert_eq!(view["progress"], json!({ "current": 6, "total": 6 }));
    assert_eq!(view["data"]["businesses"], json!(["balance", "statement"]));
    assert_eq!(view["data"]["period_days"], 90);
    assert_eq!(view["data"]["last_day"], "2027-02-18");
    assert_eq!(view["data"]["history_from"], "2025-10-01");
    assert_eq!(view["data"]["replaces"], json!(null));
    let returned = wizard.permit().await;
    assert_eq!(returned.address, "https://kaikei.example/callback");
    assert_eq!(returned.get("state"), attempt.state);
    assert_eq!(returned.get("iss"), bank.issuer());
    assert_eq!(returned.parameters.len(), 3);

    // Return
    let view = wizard.view().await;
    assert_eq!(view["step"], "returning");
    assert_eq!(view["data"]["last_day"], "2027-02-18");
    let tokens = partner.tokens(returned.code(), &attempt.verifier).await;
    assert_eq!(tokens.answer["token_type"], "Bearer");
    assert_eq!(tokens.answer["expires_in"], 600);
    assert_eq!(tokens.answer["scope"], "accounts balance statement");
    assert_eq!(
        tokens.answer["permission_expires_at"],
        "2027-02-19T00:00:00+09:00"
    );
    let view = wizard.view().await;
    assert_eq!(view["step"], "ended");
    assert_eq!(view["data"]["reason"], "completed");

    let accounts = partner.accounts(&tokens.access).await;
    let numbers: Vec<&str> = accounts
        .iter()
        .map(|row| row["account_number"].as_str().unwrap())
        .collect();
    assert_eq!(numbers, ["2000002", "1111111", "2222222", "1000314"]);
    let id = accounts[3]["account_id"].as_str().unwrap();
    let balance = partner
        .get(&format!("/v1/accounts/{id}/balance"), &tokens.access)
        .await
        .ok();
    assert_eq!(balance["currency"], "JPY");
    assert_eq!(balance["as_of"], "2026-11-20T10:00:00+09:00");
    let path = format!("/v1/accounts/{id}/statement?from=2026-10-01&to=2026-10-31");
    let statement = partner.get(&path, &tokens.access).await.ok();
    assert!(!statement["entries"].as_array().unwrap().is_empty());
}

#[tokio::test]
async fn a_partner_with_fixed_businesses_skips_their_selection() {
    let bank = bank().await;
    let partner = Partner::of(&bank, "chobo");
    let browser = Browser::of(&bank, "sorachi-taro");
    let (attempt, mut wizard) = partner.link(&browser).await;
    assert_eq!(
        wizard.view().await["progress"],
        json!({ "current": 1, "total": 5 })
    );
    let view = wizard.log_in(&bank, "sorachi-taro").await;
    assert_eq!(view["step"], "pin_registration");
    assert_eq!(view["progress"], json!({ "current": 3, "total": 5 }));
    wizard.reach_permission(&SORACHI_PINS).await;
    let returned = wizard.permit().await;
    assert_eq!(returned.address, "https://chobo.example/callback");
    assert_eq!(returned.get("from"), "bank", "the registered query stays");
    let tokens = partner.tokens(returned.code(), &attempt.verifier).await;
    assert_eq!(tokens.answer["scope"], "accounts balance statement transfers");
}

#[tokio::test]
async fn where_every_account_is_registered_the_permission_follows_at_once() {
    let bank = bank().await;
    let browser = Browser::of(&bank, "yubari-jiro");

    let fixed = Partner::of(&bank, "chobo");
    let (_, mut wizard) = fixed.link(&browser).await;
    let view = wizard.log_in(&bank, "yubari-jiro").await;
    assert_eq!(view["step"], "permission");
    assert_eq!(view["progress"], json!({ "current": 3, "total": 3 }));

    let choosing = Partner::of(&bank, "kaikei");
    let (attempt, mut wizard) = choosing.link(&browser).await;
    let view = wizard.log_in(&bank, "yubari-jiro").await;
    assert_eq!(view["step"], "business_selection");
    let view = wizard.businesses(&["statement"]).await;
    assert_eq!(view["step"], "permission");
    assert_eq!(view["progress"], json!({ "current": 4, "total": 4 }));
    wizard
        .attempt("add-more", json!({}))
        .await
        .refused(409, "step_mismatch");
    let returned = wizard.permit().await;
    let tokens = choosing.tokens(returned.code(), &attempt.verifier).await;
    assert_eq!(choosing.accounts(&tokens.access).await.len(), 3);
}

#[tokio::test]
async fn with_one_account_registered_the_rest_may_stay_unregistered() {
    let bank = bank().await;
    let partner = Partner::of(&bank, "chobo");
    let browser = Browser::of(&bank, "sorachi-taro");
    let (attempt, mut wizard) = partner.link(&browser).await;
    let view = wizard.log_in(&bank, "sorachi-taro").await;
    assert_eq!(view["data"]["can_skip"], true);
    // 登録せずに次へ
    let view = wizard.act("confirm", json!({})).await;
    assert_eq!(view["step"], "permission");
    let shown = view["data"]["accounts"].as_array().unwrap();
    assert_eq!(shown.len(), 1);
    assert_eq!(shown[0]["account_number"], "2222222");
    // and even here one may come back to it.
    let view = wizard.act("add-more", json!({})).await;
    assert_eq!(view["step"], "pin_registration");
    wizard.act("confirm", json!({})).await;
    let returned = wizard.permit().await;
    let tokens = partner.tokens(returned.code(), &attempt.verifier).await;
    let accounts = partner.accounts(&tokens.access).await;
    assert_eq!(accounts.len(), 1);
}

#[tokio::test]
async fn with_no_account_registered_nothing_can_be_permitted() {
    let bank = bank().await;
    let partner = Partner::of(&bank, "chobo");
    let browser = Browser::of(&bank, "hokkai-hanako");
    let (attempt, mut wizard) = partner.link(&browser).await;
    let view = wizard.log_in(&bank, "hokkai-hanako").await;
    assert_eq!(view["data"]["can_skip"], false);
    assert_eq!(view["data"]["accounts"].as_array().unwrap().len(), 300);
    wizard
        .attempt("confirm", json!({}))
        .await
        .refused(422, "no_account_registered");

    let number = view["data"]["accounts"][17]["account_number"]
        .as_str()
        .unwrap()
        .to_owned();
    let pin = number[3..].to_owned();
    let wrong = if pin == "0000" { "1111" } else { "0000" };
    let view = wizard.pins(&[(&number, wrong)]).await;
    assert_eq!(view["step"], "pin_result");
    assert_eq!(view["data"]["can_confirm"], false);
    wizard
        .attempt("confirm", json!({}))
        .await
        .refused(422, "no_account_registered");
    let view = wizard.act("add-more", json!({})).await;
    assert_eq!(row(&view, &number)["problem"]["code"], "pin_wrong");
    let view = wizard.pins(&[(&number, &pin)]).await;
    assert_eq!(view["data"]["can_confirm"], true);
    wizard.act("confirm", json!({})).await;
    let returned = wizard.permit().await;
    partner.tokens(returned.code(), &attempt.verifier).await;
}

#[tokio::test]
async fn the_chosen_businesses_are_the_scope_and_nothing_else_works() {
    let bank = bank().await;
    let partner = Partner::of(&bank, "kaikei");
    let browser = Browser::of(&bank, "yubari-jiro");
    let (attempt, mut wizard) = partner.link(&browser).await;
    wizard.log_in(&bank, "yubari-jiro").await;
    wizard
        .attempt("businesses", json!({ "businesses": [] }))
        .await
        .refused(422, "business_required");
    wizard.businesses(&["balance"]).await;
    let returned = wizard.permit().await;
    let tokens = partner.tokens(returned.code(), &attempt.verifier).await;
    assert_eq!(tokens.answer["scope"], "accounts balance");
    let accounts = partner.accounts(&tokens.access).await;
    assert_eq!(accounts[0]["businesses"], json!(["balance"]));
    let id = accounts[0]["account_id"].as_str().unwrap();
    partner
        .get(&format!("/v1/accounts/{id}/balance"), &tokens.access)
        .await
        .ok();
    for business in ["statement", "transfers"] {
        let answer = partner
            .get(&format!("/v1/accounts/{id}/{business}"), &tokens.access)
            .await;
        answer.refused(403, "insufficient_scope");
        let challenge = answer.header("www-authenticate").unwrap();
        assert!(
            challenge.contains("error=\"insufficient_scope\"")
                && challenge.contains(&format!("scope=\"{business}\"")),
            "{challenge}"
        );
    }
}

#[tokio::test]
async fn a_business_that_the_partner_did_not_ask_for_is_not_offered() {
    let bank = bank().await;
    let partner = Partner::of(&bank, "kaikei");
    let browser = Browser::of(&bank, "yubari-jiro");
    let mut request = partner.request("s", "a-verifier-of-at-least-forty-three-characters");
    request.retain(|(name, _)| name != "scope");
    request.push(("scope".to_owned(), "accounts balance".to_owned()));
    let pushed = partner.post("/par", &request).await;
    let url = partner.authorization_url(pushed.json()["request_uri"].as_str().unwrap());
    let mut wizard = browser.arrive(&url).await;
    let view = wizard.log_in(&bank, "yubari-jiro").await;
    assert_eq!(view["data"]["businesses"], json!(["balance"]));
    wizard
        .attempt("businesses", json!({ "businesses": ["balance", "statement"] }))
        .await
        .refused(422, "business_not_offered");
    assert_eq!(wizard.view().await["step"], "business_selection");
}

#[tokio::test]
async fn an_account_left_out_is_unknown_to_the_partner() {
    let bank = bank().await;
    let partner = Partner::of(&bank, "chobo");
    let all = partner.linked("yubari-jiro", &[]).await;
    let left_out = partner.account_id(&all.access, "0045678").await;

    let browser = Browser::of(&bank, "yubari-jiro");
    let (attempt, mut wizard) = partner.link(&browser).await;
    let view = wizard.log_in(&bank, "yubari-jiro").await;
    let kept = vec![row(&view, "1230001")["account_id"].as_str().unwrap().to_owned()];
    let returned = wizard.permit_accounts(&kept).await;
    let tokens = partner.tokens(returned.code(), &attempt.verifier).await;
    assert_eq!(partner.accounts(&tokens.access).await.len(), 1);
    let answer = partner
        .get(&format!("/v1/accounts/{left_out}/balance"), &tokens.access)
        .await;
    answer.refused(404, "not_found");
    let unknown = "/v1/accounts/00000000-0000-4000-8000-000000000000/balance";
    let other = partner.get(unknown, &tokens.access).await;
    assert_eq!(
        other.comparable(),
        answer.comparable(),
        "as unknown as one that does not exist"
    );
}

#[tokio::test]
async fn the_permission_needs_intent_and_an_account() {
    let bank = bank().await;
    let partner = Partner::of(&bank, "chobo");
    let browser = Browser::of(&bank, "sorachi-taro");
    let (_, mut wizard) = partner.link(&browser).await;
    let view = wizard.log_in(&bank, "sorachi-taro").await;
    let unregistered = row(&view, "2000002")["account_id"].clone();
    let registered = row(&view, "2222222")["account_id"].clone();
    wizard.act("confirm", json!({})).await;
    let foreign = "00000000-0000-4000-8000-000000000000";
    for (accounts, intent, code) in [
        (json!([registered]), false, "intent_required"),
        (json!([]), true, "account_required"),
        (json!([unregistered]), true, "account_not_selectable"),
        (json!([foreign]), true, "account_not_selectable"),
        (json!(["nonsense"]), true, "account_not_selectable"),
        (json!([registered, registered]), true, "account_not_selectable"),
    ] {
        let data = json!({ "account_ids": accounts, "intent": intent });
        wizard.attempt("permission", data).await.refused(422, code);
    }
    assert_eq!(wizard.view().await["step"], "permission");
    let url = wizard
        .leave(
            "permission",
            json!({ "account_ids": [registered], "intent": true }),
        )
        .await;
    assert!(Returned::read(&url).parameters.contains_key("code"));
}

#[tokio::test]
async fn no_step_can_be_skipped() {
    let bank = bank().await;
    let partner = Partner::of(&bank, "kaikei");
    let browser = Browser::of(&bank, "yubari-jiro");
    let (_, mut wizard) = partner.link(&browser).await;
    let id = "00000000-0000-4000-8000-000000000000";
    let acts = [
        ("password", json!({ "password": "kotoba-yubari-jiro-2026" })),
        ("businesses", json!({ "businesses": ["balance"] })),
        (
            "inquiry-pins",
            json!({ "pins": [{ "account_id": id, "pin": "1234" }] }),
        ),
        ("confirm", json!({})),
        ("add-more", json!({})),
        ("permission", json!({ "account_ids": [id], "intent": true })),
        ("return", json!({})),
    ];
    for (act, data) in &acts {
        wizard
            .attempt(act, data.clone())
            .await
            .refused(409, "step_mismatch");
    }
    wizard.certificate().await;
    for (act, data) in &acts[1..] {
        wizard
            .attempt(act, data.clone())
            .await
            .refused(409, "step_mismatch");
    }
    wizard.password("kotoba-yubari-jiro-2026").await;
    for (act, data) in &acts[2..] {
        wizard
            .attempt(act, data.clone())
            .await
            .refused(409, "step_mismatch");
    }
    wizard
        .attempt("certificate", json!({}))
        .await
        .refused(409, "step_mismatch");
    assert_eq!(wizard.view().await["step"], "business_selection");
}
