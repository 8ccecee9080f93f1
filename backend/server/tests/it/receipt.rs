//! 控え and 受付番号: what the customer keeps of a permission, and who else is shown nothing.
//! Not here: the list of permissions itself (`customer_session`).

use crate::actors::{Answer, Browser, Partner, SORACHI_PINS, Wizard, account_ids, act_id, bank};
use renkei::testing::TestBank;
use serde_json::{Value, json};
use std::time::Duration;

/// The address of a linkage's receipt.
fn receipt(wizard: &Wizard<'_>) -> String {
    format!("/linkages/{}/receipt", wizard.id)
}

/// A file to be saved, which the browser neither keeps nor runs.
#[track_caller]
fn is_receipt(answer: &Answer, reference: &str) -> String {
    assert_eq!(answer.status, 200, "{}", answer.text());
    assert_eq!(answer.header("content-type"), Some("text/html; charset=utf-8"));
    assert_eq!(
        answer.header("content-disposition"),
        Some(format!("attachment; filename=\"renkei-{reference}.html\"").as_str())
    );
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    let policy = answer.header("content-security-policy").unwrap();
    for part in [
        "default-src 'none'",
        "style-src 'sha256-",
        "sandbox",
        "frame-ancestors 'none'",
    ] {
        assert!(policy.contains(part), "{policy}");
    }
    let text = answer.text();
    assert!(text.contains(reference), "{text}");
    for foreign in ["<script", "<link", "<img", "src=", "url("] {
        assert!(!text.contains(foreign), "it needs nothing beside it: {foreign}");
    }
    text
}

/// 「連携中のサービス」 of a user, in this browser.
async fn linkages(browser: &Browser, bank: &TestBank, login_name: &str) -> Value {
    let act = |name: &str, version: u64, mut body: Value| {
        body["version"] = json!(version);
        body["act_id"] = json!(act_id());
        let path = format!("/api/customer-session/{name}");
        async move { browser.post(&path, &body).await.ok() }
    };
    browser.post("/api/customer-session/start", &json!({})).await.ok();
    let redirect = act("certificate", 1, json!({})).await;
    let back = browser
        .show_certificate(redirect["redirect_to"].as_str().unwrap())
        .await
        .location();
    let (_, code) = back.split_once("?certificate_result=").unwrap();
    act("certificate-result", 2, json!({ "code": code })).await;
    let password = &bank.user(login_name).unwrap().password;
    act("password", 3, json!({ "password": password })).await
}

#[tokio::test]
async fn whoever_permitted_may_keep_a_receipt_and_nobody_else() {
    let bank = bank().await;
    let partner = Partner::of(&bank, "kaikei");
    let browser = Browser::of(&bank, "sorachi-taro");
    let (attempt, mut wizard) = partner.link(&browser).await;
    wizard.log_in(&bank, "sorachi-taro").await;
    wizard.reach_permission(&SORACHI_PINS).await;
    let address = receipt(&wizard);
    browser.get(&address).await.is_page(404, "not_found");

    let returned = wizard.permit().await;
    let view = wizard.view().await;
    let reference = view["data"]["reference"].as_str().unwrap().to_owned();
    assert!(reference.starts_with("20261120-"), "{reference}");
    let text = is_receipt(&browser.get(&address).await, &reference);
    for part in [
        "lang=\"ja\"",
        "情報アクセス許可の控え",
        "空知しんくみビジネスバンキング",
        "2026年11月20日 10:00（日本時間）",
        "2027年2月18日まで",
        "空知 太郎",
        "kaikei 会計",
        "kaikei 株式会社",
        "残高照会",
        "普通 2000002（口座メモ",
        "普通 1000314",
        "受付済み",
        &format!("{}/linkages", bank.issuer()),
        "API連携先に渡ることはありません",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
    let english = is_receipt(&browser.get(&format!("{address}?lang=en")).await, &reference);
    for part in [
        "lang=\"en\"",
        "20 November 2026, 10:00 (Japan time)",
        "until 18 February 2027",
        "Balance",
    ] {
        assert!(english.contains(part), "{part}: {english}");
    }
    for secret in ["1234", returned.code()] {
        let of_account = SORACHI_PINS.iter().any(|(number, _)| number.contains(secret));
        assert!(of_account || !text.contains(&format!(">{secret}<")), "{secret}");
    }

    // Without the cookie, and with the cookie of another linkage, there is nothing here.
    let stranger = Browser::of(&bank, "yubari-jiro");
    stranger.get(&address).await.is_page(404, "not_found");
    let (_, mut other) = partner.link(&stranger).await;
    other.log_in(&bank, "yubari-jiro").await;
    other.reach_permission(&[]).await;
    other.permit().await;
    stranger.get(&address).await.is_page(404, "not_found");
    let name = |wizard: &Wizard<'_>| format!("__Host-renkei-linkage-{}", wizard.id);
    let stolen = stranger.cookies()[&name(&other)].clone();
    stranger.set_cookies([(name(&wizard), stolen)].into());
    stranger.get(&address).await.is_page(404, "not_found");
    for nonsense in [
        "/linkages/x/receipt",
        "/linkages/00000000-0000-4000-8000-000000000000/receipt",
    ] {
        browser.get(nonsense).await.is_page(404, "not_found");
    }

    // Handed over, it is in force, and the browser that permitted may still save it.
    partner.tokens(returned.code(), &attempt.verifier).await;
    let view = wizard.view().await;
    assert_eq!(view["data"]["reference"], json!(reference));
    assert!(is_receipt(&browser.get(&address).await, &reference).contains("<dd>有効</dd>"));
}

#[tokio::test]
async fn what_was_not_handed_over_in_time_has_no_receipt() {
    let bank = bank().await;
    let partner = Partner::of(&bank, "chobo");
    let browser = Browser::of(&bank, "yubari-jiro");
    let (_, mut wizard) = partner.link(&browser).await;
    wizard.log_in(&bank, "yubari-jiro").await;
    wizard.permit().await;
    bank.clock().advance(Duration::from_secs(599));
    let reference = wizard.view().await["data"]["reference"]
        .as_str()
        .unwrap()
        .to_owned();
    is_receipt(&browser.get(&receipt(&wizard)).await, &reference);
    bank.clock().advance(Duration::from_secs(1));
    browser.get(&receipt(&wizard)).await.is_page(404, "not_found");
}

#[tokio::test]
async fn the_list_offers_a_receipt_of_each_permission_of_the_customer_s_own() {
    let bank = bank().await;
    let partner = Partner::of(&bank, "chobo");
    partner.linked("yubari-jiro", &[]).await;
    let browser = Browser::of(&bank, "yubari-jiro");
    let view = linkages(&browser, &bank, "yubari-jiro").await;
    let listed = &view["data"]["linkages"][0];
    let (grant, reference) = (
        listed["grant_id"].as_str().unwrap(),
        listed["reference"].as_str().unwrap(),
    );
    let address = format!("/api/customer-session/linkages/{grant}/receipt");
    let text = is_receipt(&browser.get(&address).await, reference);
    assert!(
        text.contains("chobo 株式会社") && text.contains("<dd>有効</dd>"),
        "{text}"
    );
    is_receipt(&browser.get(&format!("{address}?lang=en")).await, reference);

    let nobody = Browser::of(&bank, "sorachi-taro");
    nobody.get(&address).await.is_page(401, "session_required");
    linkages(&nobody, &bank, "sorachi-taro").await;
    nobody.get(&address).await.is_page(404, "not_found");
    browser
        .get("/api/customer-session/linkages/x/receipt")
        .await
        .is_page(404, "not_found");

    // Support finds it by the number, however it was written down.
    let config = bank.config().display().to_string();
    for written in [reference.to_owned(), reference.replace('-', "").to_lowercase()] {
        bank.renkei(&["grant", "show", "--config", &config, &written])
            .await
            .unwrap();
    }
    for unknown in ["20261120-0000-0000", "nonsense"] {
        let shown = bank
            .renkei(&["grant", "show", "--config", &config, unknown])
            .await;
        assert!(shown.is_err(), "{unknown}");
    }
}

#[tokio::test]
async fn what_the_page_showed_is_what_is_permitted_or_nothing() {
    let bank = bank().await;
    let partner = Partner::of(&bank, "chobo");
    let browser = Browser::of(&bank, "yubari-jiro");
    // One minute before midnight in Japan.
    bank.clock().advance(Duration::from_secs(14 * 3_600 - 60));
    let (_, mut wizard) = partner.link(&browser).await;
    let view = wizard.log_in(&bank, "yubari-jiro").await;
    assert_eq!(view["data"]["last_day"], "2027-02-18");
    let decision =
        |last_day: &Value| json!({ "account_ids": account_ids(&view), "intent": true, "last_day": last_day });
    bank.clock().advance(Duration::from_secs(60));
    for shown in [
        &view["data"]["last_day"],
        &json!("2027-02-20"),
        &json!("nonsense"),
    ] {
        wizard
            .attempt("permission", decision(shown))
            .await
            .refused(409, "permission_period_changed");
    }
    let anew = wizard.view().await;
    assert_eq!(
        (&anew["step"], &anew["data"]["last_day"]),
        (&json!("permission"), &json!("2027-02-19"))
    );
    wizard
        .leave("permission", decision(&anew["data"]["last_day"]))
        .await;
    let view = wizard.view().await;
    assert_eq!(view["data"]["last_day"], "2027-02-19");
    assert!(
        view["data"]["reference"]
            .as_str()
            .unwrap()
            .starts_with("20261121-"),
        "{view}"
    );
}
