//! New keys. Of the vault: what was sealed before is opened still, and sealed anew where it is used. Of the issuer: each
//! is published before it signs, and as long as what it signed is about.
//! Not here: the vault itself (`renkei-vault`), and SIGHUP (`signals`).

use crate::actors::{Browser, Partner, Returned, SORACHI_PINS, bank};
use renkei::testing::{Options, TestBank};
use renkei_store::AuditFilter;
use serde_json::json;
use std::collections::BTreeSet;
use std::time::Duration;

/// Adds a key to the keyring and makes it the active one.
pub(crate) fn rotate(bank: &TestBank) {
    let path = bank.path("vault-keys.toml");
    let text = std::fs::read_to_string(&path).unwrap();
    let new = "k2 = \"AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\"";
    let rotated = text.replacen("active = \"k1\"", "active = \"k2\"", 1);
    assert_ne!(rotated, text, "{}", text.len());
    std::fs::write(&path, format!("{}\n{new}\n", rotated.trim_end())).unwrap();
}

/// Takes the first key out.
pub(crate) fn retire(bank: &TestBank) {
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

const DAY: Duration = Duration::from_hours(24);

/// The ids of the published signing keys.
async fn published(bank: &TestBank) -> BTreeSet<String> {
    let jwks = Browser::showing(bank, None).get("/jwks").await.ok();
    let keys = jwks["keys"].as_array().unwrap();
    let kids: BTreeSet<String> = keys
        .iter()
        .map(|key| key["kid"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(kids.len(), keys.len());
    kids
}

fn signing_file(bank: &TestBank) -> String {
    std::fs::read_to_string(bank.path("signing-keys.toml")).unwrap()
}

/// `renkei keys rotate` of this bank's file.
async fn rotate_signing(bank: &TestBank, options: &[&str]) -> anyhow::Result<()> {
    let file = bank.path("signing-keys.toml").display().to_string();
    let command = ["keys", "rotate", "--signing", &file];
    bank.renkei(&[&command[..], options].concat()).await
}

async fn restart(bank: &mut TestBank) {
    bank.stop().await.unwrap();
    bank.add_node().await.unwrap();
}

#[tokio::test]
async fn a_rotated_signing_key_is_published_ahead_and_the_earlier_one_goes_by_the_clock() {
    let mut bank = bank().await;
    let old = published(&bank).await;
    assert_eq!(old.len(), 3, "one for each algorithm");
    rotate_signing(&bank, &["--overlap", "24h", "--retention", "2d"])
        .await
        .unwrap();
    restart(&mut bank).await;
    let both = published(&bank).await;
    assert_eq!(both.len(), 6);
    assert!(both.is_superset(&old));

    // One that is under way is not begun again, and the file stays as it is.
    let before = signing_file(&bank);
    assert!(rotate_signing(&bank, &[]).await.is_err());
    assert!(rotate_signing(&bank, &["--alg", "PS256"]).await.is_err());
    assert_eq!(signing_file(&bank), before);

    // Nothing but the clock moves on.
    bank.clock().advance(Duration::from_secs(3 * 24 * 3_600 - 1));
    assert_eq!(published(&bank).await, both);
    bank.clock().advance(Duration::from_secs(1));
    let new: BTreeSet<String> = both.difference(&old).cloned().collect();
    assert_eq!(published(&bank).await, new);
}

#[tokio::test]
async fn a_timer_rotates_only_what_is_old() {
    let mut bank = bank().await;
    let before = signing_file(&bank);
    rotate_signing(&bank, &["--if-older-than", "1d"]).await.unwrap();
    assert_eq!(signing_file(&bank), before);
    bank.clock().advance(DAY);
    let old = published(&bank).await;
    rotate_signing(&bank, &["--if-older-than", "1d", "--alg", "EdDSA"])
        .await
        .unwrap();
    let one = signing_file(&bank);
    assert_ne!(one, before);
    rotate_signing(&bank, &["--if-older-than", "1d"]).await.unwrap();
    let all = signing_file(&bank);
    assert_ne!(all, one);
    rotate_signing(&bank, &["--if-older-than", "1d"]).await.unwrap();
    assert_eq!(signing_file(&bank), all);
    restart(&mut bank).await;
    let now = published(&bank).await;
    assert_eq!(now.len(), 6);
    assert!(now.is_superset(&old));
}

/// What `renkei keys list` prints, by the real binary and its own clock.
fn list(bank: &TestBank) -> String {
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_renkei"));
    command.env_clear().args(["keys", "list", "--signing"]);
    let output = command.arg(bank.path("signing-keys.toml")).output().unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8(output.stdout).unwrap()
}

#[tokio::test]
async fn keys_are_listed_without_their_secrets() {
    let bank = bank().await;
    let kids = published(&bank).await;
    let listed = list(&bank);
    assert_eq!(listed.lines().count(), 3, "{listed}");
    for (line, algorithm) in listed.lines().zip(["ES256", "PS256", "EdDSA"]) {
        let fields: Vec<&str> = line.split('\t').collect();
        let [kid, alg, _, times] = fields[..] else {
            panic!("{line}")
        };
        assert!(kids.contains(kid), "{line}");
        assert_eq!(alg, algorithm);
        assert_eq!(times, "signs from 2026-11-20T10:00:00+09:00");
    }
    let file = signing_file(&bank);
    let secrets: Vec<&str> = file
        .lines()
        .filter(|line| line.len() >= 60 && !line.contains(' '))
        .collect();
    assert!(secrets.len() > 3, "{}", secrets.len());
    for secret in secrets {
        assert!(!listed.contains(secret));
    }
}

/// Sets `[signing] rotate_after_days`.
fn schedule(bank: &TestBank, days: &str) {
    let text = std::fs::read_to_string(bank.config()).unwrap();
    let keys = "keys = \"signing-keys.toml\"\n";
    assert!(text.contains(keys));
    let text = text.replacen(keys, &format!("{keys}rotate_after_days = {days}\n"), 1);
    std::fs::write(bank.config(), text).unwrap();
}

#[tokio::test]
async fn a_server_with_a_schedule_rotates_by_itself_and_keeps_record_of_it() {
    let options = Options {
        nodes: 0,
        ..Options::default()
    };
    let mut bank = TestBank::start_with(options).await.unwrap();
    schedule(&bank, "1");
    let before = signing_file(&bank);
    bank.add_node().await.unwrap();
    let old = published(&bank).await;
    assert_eq!(
        (old.len(), signing_file(&bank)),
        (3, before),
        "nothing is due yet"
    );
    bank.stop().await.unwrap();

    bank.clock().advance(DAY);
    bank.add_node().await.unwrap();
    let rotated = async {
        loop {
            let now = published(&bank).await;
            if now != old {
                return now;
            }
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
    };
    let now = tokio::time::timeout(Duration::from_secs(30), rotated)
        .await
        .unwrap();
    assert_eq!(now.len(), 6);
    assert!(now.is_superset(&old));
    // A second node finds nothing to do.
    let after = signing_file(&bank);
    restart(&mut bank).await;
    assert_eq!(published(&bank).await, now);
    bank.stop().await.unwrap();
    assert_eq!(signing_file(&bank), after);

    let events = bank
        .store()
        .audit()
        .list(&AuditFilter::default(), 1_000)
        .await
        .unwrap();
    let events: Vec<serde_json::Value> = events
        .iter()
        .filter(|event| event.kind == "signing_key_rotated")
        .map(|event| event.detail.decode().unwrap())
        .collect();
    assert_eq!(events.len(), 3);
    for event in events {
        assert!(now.contains(event["kid"].as_str().unwrap()));
        assert!(old.contains(event["replaces"].as_str().unwrap()));
        assert_eq!(event["sign_from"], "2026-11-22T10:00:00+09:00");
    }
}

#[tokio::test]
async fn a_schedule_that_makes_no_sense_is_refused() {
    for days in ["0", "3651", "-1", "\"90d\""] {
        let options = Options {
            nodes: 0,
            ..Options::default()
        };
        let bank = TestBank::start_with(options).await.unwrap();
        schedule(&bank, days);
        let config = bank.config().display().to_string();
        let refused = bank.renkei(&["migrate", "--config", &config]).await.unwrap_err();
        assert!(
            format!("{refused:#}").contains("rotate_after_days"),
            "{refused:#}"
        );
    }
}
