//! The real binary and its signals: SIGHUP reads certificates, revocation lists and signing keys anew, SIGTERM and
//! SIGINT end it.
//! Not here: what the reload does to judgements in depth (`certificate_door`).

use crate::actors::{Browser, Partner, Process, Wizard, log};
use renkei::testing::{Options, TestBank, system_now};
use serde_json::json;
use std::time::Duration;

async fn serving() -> (TestBank, Process) {
    let options = Options {
        nodes: 0,
        ..Options::default()
    };
    let mut bank = TestBank::start_with(options).await.unwrap();
    bank.clock().set(system_now());
    bank.release_ports().unwrap();
    let mut process = Process::start(&bank);
    process.ready(&bank).await;
    (bank, process)
}

async fn judgement(wizard: &mut Wizard<'_>) -> String {
    let view = wizard.certificate().await;
    let failure = &view["data"]["failure"]["explanation"]["code"];
    failure.as_str().unwrap_or("accepted").to_owned()
}

/// The line that says how the reload went.
async fn said(bank: &TestBank, words: &str) {
    for _ in 0..400 {
        if log(bank).contains(words) {
            return;
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    panic!("{words:?} was not said: {}", log(bank));
}

#[tokio::test]
async fn hangup_reloads_and_a_file_that_cannot_be_used_changes_nothing() {
    let (bank, process) = serving().await;
    let browser = Browser::of(&bank, "sorachi-taro");
    let partner = Partner::of(&bank, "chobo");
    let (_, mut wizard) = partner.link(&browser).await;
    assert_eq!(judgement(&mut wizard).await, "accepted");
    let own = &bank.user("sorachi-taro").unwrap().certificate;
    let list = bank.pki().clients.revocation_list(&[own]).unwrap();
    bank.write("client-ca.crl.pem", &list).unwrap();
    assert_eq!(judgement(&mut wizard).await, "accepted");
    process.signal("HUP");
    said(&bank, "certificates and revocation lists reloaded").await;
    assert_eq!(judgement(&mut wizard).await, "certificate_revoked");

    bank.write("client-ca.crl.pem", "nothing of use").unwrap();
    process.signal("HUP");
    said(&bank, "reload refused").await;
    assert_eq!(judgement(&mut wizard).await, "certificate_revoked");
}

async fn published(bank: &TestBank) -> usize {
    let jwks = Browser::showing(bank, None).get("/jwks").await.ok();
    jwks["keys"].as_array().unwrap().len()
}

#[tokio::test]
async fn hangup_takes_rotated_signing_keys_up_and_keeps_those_in_use_where_the_file_is_bad() {
    let (bank, process) = serving().await;
    assert_eq!(published(&bank).await, 3);
    let file = bank.path("signing-keys.toml").display().to_string();
    bank.renkei(&["keys", "rotate", "--signing", &file])
        .await
        .unwrap();
    assert_eq!(published(&bank).await, 3, "not before it is asked to");
    process.signal("HUP");
    said(&bank, "signing keys reloaded").await;
    assert_eq!(published(&bank).await, 6);

    std::fs::write(&file, "nothing of use").unwrap();
    process.signal("HUP");
    said(&bank, "signing keys refused").await;
    assert_eq!(published(&bank).await, 6);
}

#[tokio::test]
async fn terminate_and_interrupt_end_it_well() {
    for signal in ["TERM", "INT"] {
        let (bank, mut process) = serving().await;
        let browser = Browser::of(&bank, "sorachi-taro");
        let partner = Partner::of(&bank, "chobo");
        // A connection that is kept alive does not hold it up.
        let (_, wizard) = partner.link(&browser).await;
        wizard.attempt("extend", json!({})).await.ok();
        process.signal(signal);
        assert!(process.ends_well().await, "{signal}");
    }
}
