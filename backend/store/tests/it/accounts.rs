//! Inquiry accounts as the core lists them.

use crate::scene::{at, core_account, first_account, id, new_user, race, second_account, settled, user};
use renkei_procedure::identity::AccountId;
use renkei_store::{CoreAccountRow, InquiryAccountRecord, StoreError};

fn ids(accounts: &[InquiryAccountRecord]) -> Vec<AccountId> {
    accounts.iter().map(|account| account.id).collect()
}

#[tokio::test]
async fn an_account_keeps_its_id_when_branch_number_and_memo_change() {
    for database in settled().await {
        let accounts = database.store().accounts();
        let merged = CoreAccountRow {
            branch_code: "456".to_owned(),
            branch_name: "豊洲支店".to_owned(),
            account_number: "1000314".to_owned(),
            memo: None,
            ..core_account(900, "core-2")
        };
        let listed = [merged, core_account(901, "core-1"), core_account(902, "core-3")];
        let now = accounts.refresh(user(), &listed, at(60)).await.unwrap();
        assert_eq!(ids(&now), [second_account(), first_account(), id(902)]);
        assert_eq!(
            (now[0].branch_code.as_str(), now[0].memo.as_deref()),
            ("456", None)
        );
        assert_eq!(now[0].updated_at, at(60));
        assert_eq!(accounts.list_for_user(user()).await.unwrap(), now);
        assert_eq!(accounts.find(id(902)).await.unwrap().as_ref(), Some(&now[2]));
    }
}

#[tokio::test]
async fn an_account_no_longer_listed_is_no_longer_the_users_but_comes_back_with_its_id() {
    for database in settled().await {
        let accounts = database.store().accounts();
        let without = accounts
            .refresh(user(), &[core_account(900, "core-2")], at(1))
            .await
            .unwrap();
        assert_eq!(ids(&without), [second_account()]);
        assert!(accounts.find(first_account()).await.unwrap().is_some());
        let listed = [core_account(901, "core-1"), core_account(902, "core-2")];
        let again = accounts.refresh(user(), &listed, at(2)).await.unwrap();
        assert_eq!(ids(&again), [first_account(), second_account()]);
        assert!(accounts.refresh(user(), &[], at(3)).await.unwrap().is_empty());
    }
}

#[tokio::test]
async fn colleagues_share_an_account_and_each_has_an_order() {
    for database in settled().await {
        let store = database.store();
        store.users().upsert(&new_user(2, "hokkai-hanako")).await.unwrap();
        let listed = [core_account(900, "core-2"), core_account(901, "core-1")];
        let hers = store.accounts().refresh(id(2), &listed, at(1)).await.unwrap();
        assert_eq!(ids(&hers), [second_account(), first_account()]);
        let his = store.accounts().list_for_user(user()).await.unwrap();
        assert_eq!(ids(&his), [first_account(), second_account()]);
    }
}

#[tokio::test]
async fn a_thousand_accounts_and_a_key_listed_twice_are_taken_over_once_and_in_order() {
    for database in settled().await {
        let mut listed: Vec<_> = (0..1_200u128)
            .map(|n| core_account(5_000 + n, &format!("big-{}", 1_200 - n)))
            .collect();
        listed.push(core_account(9_999, "big-1"));
        let taken = database
            .store()
            .accounts()
            .refresh(user(), &listed, at(1))
            .await
            .unwrap();
        assert_eq!(
            ids(&taken),
            listed[..1_200]
                .iter()
                .map(|row| row.id_if_new)
                .collect::<Vec<_>>()
        );
    }
}

#[tokio::test]
async fn nobody_has_no_accounts() {
    for database in settled().await {
        let refused = database.store().accounts().refresh(id(99), &[], at(1)).await;
        assert_eq!(refused, Err(StoreError::Conflict));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn logins_of_colleagues_at_the_same_moment_agree_on_the_ids() {
    for database in settled().await {
        database
            .store()
            .users()
            .upsert(&new_user(2, "hokkai-hanako"))
            .await
            .unwrap();
        let results = race(&database, |store, racer| async move {
            let mut listed: Vec<_> = (0..50u128)
                .map(|n| core_account(10_000 + 100 * racer as u128 + n, &format!("shared-{n}")))
                .collect();
            if racer % 3 == 0 {
                listed.reverse();
            }
            let whose = if racer % 4 < 2 { user() } else { id(2) };
            let mut ids = ids(&store.accounts().refresh(whose, &listed, at(1)).await.unwrap());
            ids.sort_unstable();
            ids
        })
        .await;
        assert_eq!(results[0].len(), 50);
        assert!(results.iter().all(|ids| *ids == results[0]));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_logins_at_the_same_moment_the_last_list_holds_whole() {
    for database in settled().await {
        race(&database, |store, racer| async move {
            let listed = [core_account(900, ["core-1", "core-2"][racer / 2 % 2])];
            store.accounts().refresh(user(), &listed, at(1)).await.unwrap();
        })
        .await;
        assert_eq!(
            database
                .store()
                .accounts()
                .list_for_user(user())
                .await
                .unwrap()
                .len(),
            1
        );
    }
}
