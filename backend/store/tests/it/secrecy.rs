//! Stored values show neither in errors nor in `Debug` output.

use crate::scene::{at, core_account, first_account, new_partner, new_user, settled, user};
use renkei_store::{JsonText, NewRegisteredPin, NewUser, StoreError, Undisclosed};

#[tokio::test]
async fn records_do_not_show_what_must_not_be_shown() {
    for database in settled().await {
        let store = database.store();
        let pin = NewRegisteredPin {
            user_id: user(),
            account_id: first_account(),
            sealed: Undisclosed::new("k1.topsecret"),
            registered_at: at(0),
            linkage_id: None,
            proven_until: None,
        };
        store.registered_pins().put(&pin).await.unwrap();
        let shown = format!(
            "{pin:?} {:?} {:?} {:?}",
            store
                .registered_pins()
                .find(user(), first_account())
                .await
                .unwrap(),
            store.users().find(user()).await.unwrap(),
            JsonText::encode("topsecret").unwrap(),
        );
        assert!(
            !shown.contains("topsecret") && !shown.contains("argon2"),
            "{shown}"
        );
    }
}

#[tokio::test]
async fn errors_do_not_repeat_what_was_to_be_stored() {
    for database in settled().await {
        let store = database.store();
        // PostgreSQL would quote the key in its detail, and SQLite the column.
        let other = NewUser {
            login_name: "topsecret".to_owned(),
            ..new_user(1, "topsecret")
        };
        let refused = store.users().upsert(&other).await.unwrap_err();
        assert_eq!(refused, StoreError::Conflict);
        assert!(!format!("{refused} {refused:?}").contains("topsecret"));
    }
}

#[tokio::test]
async fn a_nul_character_is_an_error_or_kept_but_never_cut() {
    for database in settled().await {
        let store = database.store();
        let mut account = core_account(900, "core-9");
        account.memo = Some("topsecret\0rest".to_owned());
        match store.accounts().refresh(user(), &[account.clone()], at(1)).await {
            // PostgreSQL keeps no NUL.
            Err(refused) => {
                assert!(matches!(refused, StoreError::Refused { .. }), "{refused:?}");
                assert!(!format!("{refused} {refused:?}").contains("topsecret"));
            }
            Ok(kept) => assert_eq!(kept[0].memo, account.memo),
        }
        store.partners().upsert(&new_partner("kaikei")).await.unwrap();
    }
}

#[test]
fn json_of_another_shape_is_corrupt() {
    let text = JsonText::encode(&vec!["topsecret"]).unwrap();
    let refused = text.decode::<Vec<u32>>().unwrap_err();
    assert_eq!(refused, StoreError::Corrupt("stored JSON"));
    assert_eq!(text.decode::<Vec<String>>().unwrap(), ["topsecret"]);
}
