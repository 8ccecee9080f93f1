//! A new key of the vault: what was sealed before is opened still, and sealed anew where it is used.
//! Not here: the vault itself (`renkei-vault`).

use crate::actors::{Browser, Partner, Returned, SORACHI_PINS, bank};
use renkei::testing::TestBank;
use serde_json::json;

/// Adds a key to the keyring and makes it the active one.
fn rotate(bank: &TestBank) {
    let path = bank.path("vault-keys.toml");
    let text = std::fs::read_to_string(&path).unwrap();
    let new = "k2 = \"AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\"";
    let rotated = text.replacen("active = \"k1\"", "active = \"k2\"", 1);
    assert_ne!(rotated, text, "{}", text.len());
    std::fs::write(&path, format!("{}\n{new}\n", rotated.trim_end())).unwrap();
}

/// Takes the first key out.
fn retire(bank: &TestBank) {
    let path = bank.path("vault-keys.toml");
    let text = std::fs::read_to_string(&path).unwrap();
    let kept: Vec<&str> = text
        .lines()
        .filter(|line| !line.trim_start().starts_with("k1 "))
        .collect();
    assert!(kept.len() < text.lines().count());
    std::fs::write(&path, kept.join("\n")).unwrap();
}

#[tokio::test]
async fn pins_sealed_before_are_used_and_sealed_anew() {
    let mut bank = bank().await;
    let tokens = Partner::of(&bank, "chobo")
        .linked("sorachi-taro", &SORACHI_PINS)
        .await;
    let browser = Browser::of(&bank, "yubari-jiro");
    let (attempt, mut wizard) = Partner::of(&bank, "kaikei").link(&browser).await;
    wizard.log_in(&bank, "yubari-jiro").await;

    bank.stop().await.unwrap();
    rotate(&bank);
    bank.add_node().await.unwrap();

    // A procedure under way goes on with its cookie.
    wizard.businesses(&["balance"]).await;
    let returned = wizard.permit().await;
    let again = Returned::read(&wizard.leave("return", json!({})).await);
    assert_eq!(again, returned);
    Partner::of(&bank, "kaikei")
        .tokens(returned.code(), &attempt.verifier)
        .await;

    let used = {
        let partner = Partner::of(&bank, "chobo");
        let used = partner.account_id(&tokens.access, "2000002").await;
        partner
            .get(&format!("/v1/accounts/{used}/balance"), &tokens.access)
            .await
            .ok();
        used
    };
    let user = bank
        .store()
        .users()
        .find_by_login_name("sorachi-taro")
        .await
        .unwrap()
        .unwrap();
    let accounts = bank.store().accounts().list_for_user(user.id).await.unwrap();
    let pins = bank
        .store()
        .registered_pins()
        .list_for_user(user.id)
        .await
        .unwrap();
    for pin in &pins {
        let account = accounts
            .iter()
            .find(|account| account.id == pin.account_id)
            .unwrap();
        let anew = pin.sealed.as_str().contains("k2");
        assert_eq!(
            anew,
            account.account_number == "2000002",
            "{}",
            account.account_number
        );
    }

    // With the first key gone, what was sealed anew is all that can be opened.
    bank.stop().await.unwrap();
    retire(&bank);
    bank.add_node().await.unwrap();
    let partner = Partner::of(&bank, "chobo");
    partner
        .get(&format!("/v1/accounts/{used}/balance"), &tokens.access)
        .await
        .ok();
    let other = partner.account_id(&tokens.access, "1111111").await;
    partner
        .get(&format!("/v1/accounts/{other}/balance"), &tokens.access)
        .await
        .refused(500, "internal_error");
}
