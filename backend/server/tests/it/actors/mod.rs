//! Who acts in the tests: the customer's browser, the procedure seen through it, the partner's server.
//! Not here: the bank (`renkei::testing`), and anything that is asserted about a door.

mod answer;
mod browser;
mod credentials;
mod dpop;
mod jose;
mod partner;
mod process;
mod registrar;
mod registration;
mod returned;
mod site;
mod tls;
mod wizard;

pub(crate) use answer::{Answer, NeverMind};
pub(crate) use browser::Browser;
pub(crate) use dpop::Dpop;
pub(crate) use jose::{SigningKey, opened, unsigned, verified};
pub(crate) use partner::{Partner, base64url, changed, form, random_text, sha256};
pub(crate) use process::{Process, log, log_in};
pub(crate) use registrar::{Registrar, key_and_credentials, terms};
pub(crate) use registration::{EVERY_SCOPE, NewPartner};
pub(crate) use returned::{Attempt, Returned, Tokens};
pub(crate) use site::Site;
pub(crate) use tls::{PATIENCE, client_config, connect, raw_exchange, raw_exchange_at};
pub(crate) use wizard::{Wizard, account_ids, act_id, pins_of, row};

use renkei::testing::{Options, TestBank};
use std::time::Duration;

/// A bank for a test.
pub(crate) async fn bank() -> TestBank {
    TestBank::start().await.unwrap()
}

/// A bank for a test, served by two nodes on the same addresses.
pub(crate) async fn bank_of_two_nodes() -> TestBank {
    let options = Options {
        nodes: 2,
        ..Options::default()
    };
    TestBank::start_with(options).await.unwrap()
}

/// Restarts the bank with more in its configuration file.
pub(crate) async fn reconfigure(bank: &mut TestBank, tables: &str) {
    let text = std::fs::read_to_string(bank.config()).unwrap();
    bank.write("renkei.toml", &format!("{text}\n{tables}\n")).unwrap();
    bank.stop().await.unwrap();
    bank.add_node().await.unwrap();
}

/// PINs of 空知商事's accounts, by account number.
pub(crate) const SORACHI_PINS: [(&str, &str); 4] = [
    ("2000002", "1234"),
    ("1111111", "2345"),
    ("2222222", "3456"),
    ("1000314", "4567"),
];

/// Waits until the core has counted a wrong PIN, by its own file: a slow core would answer late.
pub(crate) async fn wrong_pin_counted(bank: &TestBank) {
    for _ in 0..1_000 {
        let state = std::fs::read_to_string(bank.path("simulator.json")).unwrap();
        if state.contains("\"failures\": 1") {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("no wrong PIN has reached the core");
}
