//! The simulator as an operator and the demo know it: restarts, the state file edited by hand, its description.

use crate::bench::{HandClock, day, first_account, pin};
use renkei_bank::port::{CoreBanking, CoreError, PinVerdict, Unavailability};
use renkei_bank::simulator::Simulator;
use renkei_procedure::identity::{CoreAccountKey, CoreUserKey};
use renkei_shared::vocabulary::AccountType;
use serde_json::{Value, json};
use std::path::Path;
use std::time::Duration;

fn open(path: &Path, clock: &HandClock) -> Simulator {
    Simulator::open(path, clock.clock(), 3).unwrap()
}

#[tokio::test]
async fn wrong_pins_and_locks_survive_a_restart() {
    let (folder, clock) = (tempfile::tempdir().unwrap(), HandClock::new());
    let path = folder.path().join("simulator.json");
    for expected in [
        PinVerdict::Refused { remaining_tries: 2 },
        PinVerdict::Refused { remaining_tries: 1 },
        PinVerdict::Locked,
    ] {
        let simulator = open(&path, &clock);
        assert_eq!(
            simulator
                .verify_pin(&first_account(), &pin("0000"))
                .await
                .unwrap(),
            expected
        );
    }
    let verdict = open(&path, &clock)
        .verify_pin(&first_account(), &pin("1234"))
        .await
        .unwrap();
    assert_eq!(verdict, PinVerdict::Locked);
}

#[tokio::test]
async fn what_is_edited_in_the_file_counts_from_the_next_request() {
    let (folder, clock) = (tempfile::tempdir().unwrap(), HandClock::new());
    let path = folder.path().join("simulator.json");
    let simulator = open(&path, &clock);
    assert!(simulator.pin_state(&first_account()).await.is_ok());

    let mut state: Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
    state["faults"]["closed"] = json!({"reopens_at": "2026-11-22T13:00:00+09:00"});
    state["accounts"]["A0000000001"] = json!({"pin": "9999", "failures": 2});
    std::fs::write(&path, state.to_string()).unwrap();
    let one_o_clock = day("2026-11-22").begin().plus(Duration::from_secs(13 * 3_600));
    let reopens_at = Some(one_o_clock);
    assert_eq!(
        simulator.pin_state(&first_account()).await.unwrap_err(),
        CoreError::Closed { reopens_at }
    );
    clock.set(one_o_clock);
    assert_eq!(
        simulator
            .pin_state(&first_account())
            .await
            .unwrap()
            .remaining_tries,
        1
    );
    assert_eq!(
        simulator
            .verify_pin(&first_account(), &pin("9999"))
            .await
            .unwrap(),
        PinVerdict::Accepted
    );

    std::fs::write(&path, "{").unwrap();
    let reason = Unavailability::State;
    assert_eq!(
        simulator.pin_state(&first_account()).await.unwrap_err(),
        CoreError::Unavailable { reason }
    );
}

#[tokio::test]
async fn the_description_is_what_the_demo_needs() {
    let (folder, clock) = (tempfile::tempdir().unwrap(), HandClock::new());
    let simulator = open(&folder.path().join("simulator.json"), &clock);
    simulator
        .change_pin(&CoreAccountKey::new("A0000000002"), &pin("8888"))
        .unwrap();
    let description = simulator.describe().unwrap();

    let account = json!({"branch_code": "001", "type": "1", "number": "2000002"});
    assert_eq!(
        description["busy_day"],
        json!({"account": account, "date": "2026-10-10"})
    );
    let users: Vec<(&str, usize)> = description["users"]
        .as_array()
        .unwrap()
        .iter()
        .map(|user| {
            (
                user["core_user"].as_str().unwrap(),
                user["accounts"].as_array().unwrap().len(),
            )
        })
        .collect();
    assert_eq!(
        users,
        [
            ("sorachi-taro", 4),
            ("hokkai-hanako", 300),
            ("yubari-jiro", 3),
            ("bibai-saburo", 2),
            ("takikawa-goro", 0)
        ]
    );
    let guide = description["users"][0]["accounts"].as_array().unwrap();
    assert_eq!(
        guide[0],
        json!({
            "branch_code": "001", "branch_name": "インターネット支店", "type": "1", "number": "2000002",
            "memo": "口座メモ5678901234567890", "pin": "1234", "registered": false,
        })
    );
    assert_eq!(
        (&guide[1]["pin"], &guide[1]["memo"]),
        (&json!("8888"), &Value::Null),
        "the PIN as it is now"
    );
    assert_eq!(guide[2]["registered"], true);

    // Every PIN that is told is right.
    for user in description["users"].as_array().unwrap() {
        let core_user = CoreUserKey::new(user["core_user"].as_str().unwrap());
        for (known, told) in simulator
            .accounts(&core_user)
            .await
            .unwrap()
            .iter()
            .zip(user["accounts"].as_array().unwrap())
        {
            let text = |name: &str| told[name].as_str().unwrap();
            let account_type = AccountType::from_code(text("type")).unwrap();
            let key = simulator
                .find_account(text("branch_code"), account_type, text("number"))
                .unwrap();
            assert_eq!(key, known.key);
            assert_eq!(
                simulator.verify_pin(&key, &pin(text("pin"))).await.unwrap(),
                PinVerdict::Accepted
            );
        }
    }
    assert_eq!(
        simulator.find_account("001", AccountType::Current, "2000002"),
        None
    );
}

#[test]
fn the_busy_day_stays_where_it_is_until_it_has_left_the_history() {
    let (folder, clock) = (tempfile::tempdir().unwrap(), HandClock::new());
    let path = folder.path().join("simulator.json");
    let busy_day = |now: &str| {
        clock.set(day(now).begin());
        open(&path, &clock).describe().unwrap()["busy_day"]["date"]
            .as_str()
            .unwrap()
            .to_owned()
    };
    assert_eq!(busy_day("2026-11-22"), "2026-10-10");
    assert_eq!(busy_day("2027-11-30"), "2026-10-10");
    assert_eq!(busy_day("2027-12-01"), "2027-11-10");
}

#[test]
fn unknown_accounts_have_no_counter() {
    let simulator = Simulator::in_memory(HandClock::new().clock(), 5).unwrap();
    let nowhere = CoreAccountKey::new("A9999999999");
    assert!(!simulator.change_pin(&nowhere, &pin("1234")).unwrap());
    assert!(!simulator.lock_pin(&nowhere).unwrap());
    assert!(!simulator.unlock_pin(&nowhere).unwrap());
}
