//! What would fail later is said before the password: certificate and password that end, locked PINs, a core that is
//! closed, down, slow or has no account. Not here: which day begins a notice (`renkei_procedure::preflight`).

use crate::actors::{Browser, Partner, Wizard, bank};
use renkei::testing::TestBank;
use renkei_bank::simulator::{ClosedHours, Faults};
use renkei_procedure::time::JapanDate;
use renkei_shared::vocabulary::AccountType;
use serde_json::{Value, json};
use std::time::{Duration, Instant};

/// Code and severity of each notice of a view at the password step.
#[track_caller]
fn told(view: &Value) -> Vec<(&str, &str)> {
    assert_eq!(view["step"], "password", "{view}");
    let notices = view["data"]["notices"].as_array().unwrap();
    notices
        .iter()
        .map(|notice| {
            for language in ["ja", "en"] {
                for part in ["what", "why", "remedy"] {
                    let text = notice[language][part].as_str().unwrap();
                    assert!(!text.is_empty() && !text.contains('{'), "{text}");
                }
            }
            (
                notice["code"].as_str().unwrap(),
                notice["severity"].as_str().unwrap(),
            )
        })
        .collect()
}

async fn set_expiry(bank: &TestBank, arguments: &[&str]) {
    let config = bank.config().display().to_string();
    let all = ["user", "password-expiry", "--config", &config, "sorachi-taro"];
    bank.renkei(&[&all, arguments].concat()).await.unwrap();
}

async fn after_certificate<'b>(partner: &Partner<'_>, browser: &'b Browser) -> (Wizard<'b>, Value) {
    let (_, mut wizard) = partner.link(browser).await;
    let view = wizard.certificate().await;
    (wizard, view)
}

#[tokio::test]
async fn where_nothing_is_wrong_nothing_is_said() {
    let bank = bank().await;
    let partner = Partner::of(&bank, "kaikei");
    let browser = Browser::of(&bank, "sorachi-taro");
    let (mut wizard, view) = after_certificate(&partner, &browser).await;
    assert_eq!(told(&view), []);
    assert_eq!(told(&wizard.view().await), []);
}

#[tokio::test]
async fn an_expired_password_is_refused_before_a_try_is_spent_and_a_new_one_goes_on() {
    let bank = bank().await;
    let partner = Partner::of(&bank, "kaikei");
    let browser = Browser::of(&bank, "sorachi-taro");
    // Good through today, which is 2026-11-20.
    set_expiry(&bank, &["--last-day", "2026-11-20"]).await;
    let (mut wizard, view) = after_certificate(&partner, &browser).await;
    assert_eq!(told(&view), [("password_expiring", "warning")]);
    let why = &view["data"]["notices"][0]["ja"]["why"];
    assert!(why.as_str().unwrap().contains("2026年11月20日"), "{why}");

    set_expiry(&bank, &["--last-day", "2026-11-19"]).await;
    let view = wizard.view().await;
    assert_eq!(told(&view), [("password_expired", "blocking")]);
    for password in [bank.user("sorachi-taro").unwrap().password.as_str(), "wrong"] {
        let answer = wizard.attempt("password", json!({ "password": password })).await;
        answer.refused(403, "password_expired");
        let why = &answer.json()["ja"]["why"];
        assert!(why.as_str().unwrap().contains("2026年11月19日"), "{why}");
    }
    assert_eq!(wizard.view().await["data"]["remaining_tries"], 5);

    set_expiry(&bank, &["--never"]).await;
    assert_eq!(told(&wizard.view().await), []);
    let password = bank.user("sorachi-taro").unwrap().password.clone();
    assert_eq!(wizard.password(&password).await["step"], "business_selection");
    let config = bank.config().display().to_string();
    for wrong in [
        &["nobody", "--never"][..],
        &["sorachi-taro", "--last-day", "soon"],
    ] {
        let all = [&["user", "password-expiry", "--config", &config], wrong].concat();
        assert!(bank.renkei(&all).await.is_err());
    }
}

#[tokio::test]
async fn a_certificate_that_ends_soon_is_spoken_of_with_its_day() {
    let bank = bank().await;
    let partner = Partner::of(&bank, "kaikei");
    // Good until 2027-01-01T00:00:00Z.
    let ending = bank
        .pki()
        .clients
        .client_between("空知 太郎", 2020, 2027)
        .unwrap();
    bank.write("ending.pem", &ending.certificate_pem).unwrap();
    let (config, file) = (bank.config().display().to_string(), bank.path("ending.pem"));
    bank.renkei(&[
        "certificate",
        "bind",
        "--config",
        &config,
        "--user",
        "sorachi-taro",
        "--certificate",
        &file.display().to_string(),
    ])
    .await
    .unwrap();
    let browser = Browser::with(&bank, &ending);
    let (_, view) = after_certificate(&partner, &browser).await;
    assert_eq!(told(&view), [], "six weeks are left");
    for (day, severity) in [("2026-12-05", "information"), ("2026-12-28", "warning")] {
        bank.clock().set(JapanDate::parse(day).unwrap().begin());
        let (_, view) = after_certificate(&partner, &browser).await;
        assert_eq!(told(&view), [("certificate_expiring", severity)], "{day}");
        let why = &view["data"]["notices"][0]["en"]["why"];
        assert!(why.as_str().unwrap().contains("1 January 2027"), "{why}");
    }
}

#[tokio::test]
async fn accounts_whose_pins_are_locked_are_counted() {
    let bank = bank().await;
    let partner = Partner::of(&bank, "kaikei");
    let browser = Browser::of(&bank, "sorachi-taro");
    // One that is registered, one that is not: neither can be queried.
    let locked: Vec<_> = [("001", "2000002"), ("202", "2222222")]
        .into_iter()
        .map(|(branch, number)| {
            bank.simulator()
                .find_account(branch, AccountType::Ordinary, number)
                .unwrap()
        })
        .collect();
    for account in &locked {
        bank.simulator().lock_pin(account).unwrap();
    }
    let (mut wizard, view) = after_certificate(&partner, &browser).await;
    assert_eq!(told(&view), [("pins_locked", "warning")]);
    let notice = &view["data"]["notices"][0];
    assert!(notice["ja"]["what"].as_str().unwrap().contains("2口座"));
    assert!(
        notice["ja"]["remedy"]
            .as_str()
            .unwrap()
            .contains("信用組合の窓口")
    );
    // The answer is remembered for a while, and then the core is asked again.
    bank.simulator().unlock_pin(&locked[0]).unwrap();
    let what = |view: &Value| {
        view["data"]["notices"][0]["ja"]["what"]
            .as_str()
            .unwrap()
            .to_owned()
    };
    assert!(what(&wizard.view().await).contains("2口座"));
    bank.clock().advance(Duration::from_secs(301));
    assert!(what(&wizard.view().await).contains("1口座"));
    // It is a warning: the procedure goes on.
    let password = bank.user("sorachi-taro").unwrap().password.clone();
    wizard.password(&password).await;
}

#[tokio::test]
async fn a_core_that_is_closed_or_down_is_said_so_and_asked_again() {
    let bank = bank().await;
    let partner = Partner::of(&bank, "kaikei");
    let browser = Browser::of(&bank, "sorachi-taro");
    let reopens_at = bank.clock().now().plus(Duration::from_hours(21));
    let closed = |reopens_at| Faults {
        closed: Some(ClosedHours { reopens_at }),
        ..Faults::default()
    };
    let down = Faults {
        down: true,
        ..Faults::default()
    };
    bank.simulator().set_faults(closed(Some(reopens_at))).unwrap();
    let (mut wizard, view) = after_certificate(&partner, &browser).await;
    assert_eq!(told(&view), [("core_closed_until", "blocking")]);
    let notice = &view["data"]["notices"][0];
    assert!(
        notice["ja"]["remedy"]
            .as_str()
            .unwrap()
            .contains("2026年11月21日 7:00")
    );
    wizard
        .attempt("password", json!({ "password": "whatever" }))
        .await
        .refused(503, "core_closed_until");
    let version = wizard.version;
    for (faults, expected) in [
        (closed(None), vec![("core_closed", "blocking")]),
        (down, vec![("core_unavailable", "blocking")]),
        (Faults::default(), vec![]),
    ] {
        bank.simulator().set_faults(faults).unwrap();
        bank.clock().advance(Duration::from_secs(6));
        assert_eq!(told(&wizard.view().await), expected);
    }
    assert_eq!(wizard.version, version, "a look is no act");
    // What blocks is the core, not the page: the act that comes after it is taken.
    let password = bank.user("sorachi-taro").unwrap().password.clone();
    assert_eq!(wizard.password(&password).await["step"], "business_selection");
}

#[tokio::test]
async fn a_slow_core_neither_hangs_the_page_nor_is_waited_for_at_each_look() {
    let bank = bank().await;
    let partner = Partner::of(&bank, "kaikei");
    let browser = Browser::of(&bank, "sorachi-taro");
    let slow = Faults {
        delay_milliseconds: 30_000,
        ..Faults::default()
    };
    bank.simulator().set_faults(slow).unwrap();
    let began = Instant::now();
    let (mut wizard, view) = after_certificate(&partner, &browser).await;
    assert_eq!(told(&view), [], "silence proves nothing");
    assert!(began.elapsed() < Duration::from_secs(15), "{:?}", began.elapsed());
    let again = Instant::now();
    for _ in 0..3 {
        assert_eq!(told(&wizard.view().await), []);
    }
    assert!(again.elapsed() < Duration::from_secs(2), "{:?}", again.elapsed());
}

#[tokio::test]
async fn a_user_without_an_account_learns_it_before_the_password() {
    let bank = bank().await;
    let goro = bank.pki().clients.client("滝川 五郎").unwrap();
    bank.write("goro.pem", &goro.certificate_pem).unwrap();
    bank.write(
        "more-users.toml",
        "[[user]]\nlogin_name = \"takikawa-goro\"\nname = \"滝川 五郎\"\ncompany = \"滝川商店\"\nrole = \"master\"\n\
         may_link = true\ncore_user = \"takikawa-goro\"\npassword_hash = \"$argon2id$none\"\n\
         password_last_day = \"2026-11-22\"\ncertificates = [\"goro.pem\"]\n",
    )
    .unwrap();
    let (config, users) = (
        bank.config().display().to_string(),
        bank.path("more-users.toml").display().to_string(),
    );
    bank.renkei(&["user", "add", "--config", &config, &users])
        .await
        .unwrap();
    let partner = Partner::of(&bank, "kaikei");
    let browser = Browser::with(&bank, &goro);
    let (_, view) = after_certificate(&partner, &browser).await;
    assert_eq!(
        told(&view),
        [
            ("no_inquiry_account", "blocking"),
            ("password_expiring", "warning")
        ],
        "the gravest first; the day is that of the file"
    );
}

#[tokio::test]
async fn another_certificate_is_another_users_answer() {
    let bank = bank().await;
    let partner = Partner::of(&bank, "kaikei");
    let account = bank
        .simulator()
        .find_account("001", AccountType::Ordinary, "2000002")
        .unwrap();
    bank.simulator().lock_pin(&account).unwrap();
    let browser = Browser::of(&bank, "sorachi-taro");
    let (mut wizard, view) = after_certificate(&partner, &browser).await;
    assert_eq!(told(&view), [("pins_locked", "warning")]);
    let url = wizard.ask_for_certificate().await;
    let back = Browser::of(&bank, "yubari-jiro")
        .show_certificate(&url)
        .await
        .location();
    let (_, code) = back.split_once("?certificate_result=").unwrap();
    let view = wizard.act("certificate-result", json!({ "code": code })).await;
    assert_eq!(told(&view), []);
}
