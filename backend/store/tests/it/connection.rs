//! Opening and migrating.

use crate::scene::{at, new_user, race, user};
use renkei_store::testing::TestDatabase;
use renkei_store::{Store, StoreError, StoreOptions};
use std::time::Duration;

#[tokio::test]
async fn addresses_that_cannot_serve_are_refused_and_not_repeated() {
    let options = StoreOptions {
        patience: Duration::from_millis(200),
        ..StoreOptions::default()
    };
    for url in [
        "sqlite::memory:",
        "sqlite://secret.db?mode=memory",
        "mysql://secret@localhost/renkei",
        "secret",
        "sqlite://secret.db?mode=sideways",
        "postgres://secret:port/x",
    ] {
        let refused = Store::connect(url, &options).await.unwrap_err();
        assert!(matches!(refused, StoreError::Address(_)), "{url}: {refused:?}");
        assert!(
            !format!("{refused} {refused:?}").contains("secret"),
            "{refused:?}"
        );
    }
    for url in [
        "sqlite:///nowhere/at/all/renkei.db",
        "postgres://user:secret@127.0.0.1:1/renkei",
    ] {
        let refused = Store::connect(url, &options).await.unwrap_err();
        assert!(
            matches!(refused, StoreError::Unavailable { .. }),
            "{url}: {refused:?}"
        );
        assert!(
            !format!("{refused} {refused:?}").contains("secret"),
            "{refused:?}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nodes_that_start_together_migrate_once() {
    for database in TestDatabase::each().await.unwrap() {
        database.store().ping().await.unwrap();
        database
            .store()
            .users()
            .upsert(&new_user(1, "sorachi-taro"))
            .await
            .unwrap();
        let migrated = race(&database, |store, _| async move { store.migrate().await }).await;
        assert!(migrated.iter().all(Result::is_ok), "{migrated:?}");
        assert!(database.store().users().find(user()).await.unwrap().is_some());
    }
}

#[tokio::test]
async fn what_one_node_wrote_another_reads_at_once() {
    for database in TestDatabase::each().await.unwrap() {
        let other = Store::connect(database.url(), &StoreOptions::default())
            .await
            .unwrap();
        for count in 1..=5u32 {
            database
                .store()
                .users()
                .upsert(&new_user(1, "sorachi-taro"))
                .await
                .unwrap();
            database
                .store()
                .users()
                .begin_password_try(user(), 9, at(0))
                .await
                .unwrap();
            let seen = other.users().find(user()).await.unwrap().unwrap();
            assert_eq!(seen.failed_passwords, count);
        }
        other.close().await.unwrap();
    }
}
