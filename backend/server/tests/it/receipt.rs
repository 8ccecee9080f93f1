//! The receipt of a permission: what it says, in which language, and that nobody else has it.
//! Not here: the permission itself (`journey`).

use crate::actors::{Answer, Browser, Partner, SORACHI_PINS, bank};
use renkei::testing::TestBank;
use renkei_procedure::reference::Reference;
use serde_json::json;

/// Asks for a receipt as a browser does.
async fn receipt(browser: &Browser, linkage: &str, query: &str) -> Answer {
    browser
        .get(&format!("/api/linkages/{linkage}/receipt{query}"))
        .await
}

async fn show(bank: &TestBank, reference: &str) -> anyhow::Result<()> {
    let config = bank.config().display().to_string();
    bank.renkei(&["grant", "show", "--config", &config, reference])
        .await
}

#[tokio::test]
async fn it_says_what_was_permitted_in_both_languages() {
    let bank = bank().await;
    let partner = Partner::of(&bank, "kaikei");
    let browser = Browser::of(&bank, "sorachi-taro");
    let (attempt, mut wizard) = partner.link(&browser).await;
    wizard.log_in(&bank, "sorachi-taro").await;
    wizard.businesses(&["statement"]).await;
    receipt(&browser, &wizard.id, "").await.refused(404, "not_found");
    wizard.reach_permission(&SORACHI_PINS[..1]).await;
    let returned = wizard.permit().await;
    let view = wizard.view().await;
    let reference = view["data"]["reference"].as_str().unwrap().to_owned();
    assert_eq!(
        reference.parse::<Reference>().unwrap().day().to_string(),
        "2026-11-20"
    );

    let japanese = receipt(&browser, &wizard.id, "").await;
    assert_eq!(japanese.status, 200);
    assert_eq!(
        japanese.header("content-disposition"),
        Some(format!("attachment; filename=\"renkei-{reference}.html\"").as_str())
    );
    assert_eq!(japanese.header("cache-control"), Some("no-store"));
    for text in [
        reference.as_str(),
        "情報アクセス許可の控え",
        "空知商事株式会社",
        "空知 太郎",
        "2026年11月20日 10:00",
        "2027年2月18日まで",
        "入出金明細照会",
        "インターネット支店(001) 普通 2000002",
        "インターネット支店(202) 普通 2222222",
        "kaikei 株式会社",
        "連携中のサービス",
    ] {
        assert!(japanese.text().contains(text), "{text}");
    }
    for absent in ["残高照会", "1000314", "1234", "<script"] {
        assert!(!japanese.text().contains(absent), "{absent}");
    }
    let english = receipt(&browser, &wizard.id, "?lang=en").await;
    for text in [
        "lang=\"en\"",
        "Receipt of a permission",
        "20 November 2026, 10:00",
        "Until 18 February 2027",
        "Ordinary 2000002",
    ] {
        assert!(english.text().contains(text), "{text}");
    }
    for query in ["?lang=fr", "?lang=ja&x=1", "?"] {
        receipt(&browser, &wizard.id, query)
            .await
            .refused(400, "parameter_invalid");
    }

    // When the partner has redeemed the code, the browser that went through it still may; staff find it by its number.
    partner.tokens(returned.code(), &attempt.verifier).await;
    assert_eq!(receipt(&browser, &wizard.id, "").await.text(), japanese.text());
    show(&bank, &reference.to_lowercase().replace('-', ""))
        .await
        .unwrap();
    assert!(show(&bank, "20261121-AAAA-AAAA").await.is_err());
    assert!(show(&bank, "nonsense").await.is_err());
}

#[tokio::test]
async fn nobody_else_has_it() {
    let bank = bank().await;
    let partner = Partner::of(&bank, "kaikei");
    let browser = Browser::of(&bank, "sorachi-taro");
    let (_, mut wizard) = partner.link(&browser).await;
    wizard.log_in(&bank, "sorachi-taro").await;
    wizard.reach_permission(&SORACHI_PINS).await;
    wizard.permit().await;
    let stranger = Browser::of(&bank, "yubari-jiro");
    receipt(&stranger, &wizard.id, "").await.refused(404, "not_found");
    receipt(&browser, "00000000-0000-4000-8000-000000000000", "")
        .await
        .refused(404, "not_found");
    // Whoever permitted nothing has no receipt.
    let (_, other) = partner.link(&stranger).await;
    receipt(&stranger, &other.id, "").await.refused(404, "not_found");
}

#[tokio::test]
async fn the_customers_list_has_it_for_the_customers_own() {
    let bank = bank().await;
    let partner = Partner::of(&bank, "kaikei");
    partner.linked("sorachi-taro", &SORACHI_PINS).await;
    let taro = Browser::of(&bank, "sorachi-taro");
    let address = |grant: &str| format!("/api/customer-session/receipts/{grant}");
    taro.get(&address("00000000-0000-4000-8000-000000000000"))
        .await
        .refused(401, "session_required");
    let view = crate::customer_session::logged_in(&bank, &taro, "sorachi-taro").await;
    let linkage = &view["data"]["linkages"][0];
    let grant = linkage["grant_id"].as_str().unwrap();
    let receipt = taro.get(&address(grant)).await;
    assert_eq!(receipt.status, 200);
    assert!(receipt.text().contains(linkage["reference"].as_str().unwrap()));
    for unknown in ["00000000-0000-4000-8000-000000000000", "nonsense"] {
        taro.get(&address(unknown)).await.refused(404, "not_found");
    }
    let jiro = Browser::of(&bank, "yubari-jiro");
    let view = crate::customer_session::logged_in(&bank, &jiro, "yubari-jiro").await;
    assert_eq!(view["data"]["linkages"], json!([]));
    jiro.get(&address(grant)).await.refused(404, "not_found");
}
