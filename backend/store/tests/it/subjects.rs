//! Names of users, by sector.

use crate::scene::{id, new_user, race, settled, user};
use renkei_store::StoreError;

#[tokio::test]
async fn a_user_has_one_stable_name_in_each_sector() {
    for database in settled().await {
        let store = database.store();
        store.users().upsert(&new_user(2, "sorachi-jiro")).await.unwrap();
        let subjects = store.subjects();
        for candidate in ["first", "second"] {
            let name = subjects.pairwise("kaikei.example", user(), candidate).await;
            assert_eq!(name.unwrap(), "first");
        }
        let elsewhere = subjects.pairwise("chobo.example", user(), "third").await;
        assert_eq!(elsewhere.unwrap(), "third");

        let of_another = subjects.pairwise("kaikei.example", id(2), "first").await;
        assert_eq!(of_another, Err(StoreError::Conflict));
        let of_another = subjects.pairwise("kaikei.example", id(2), "fourth").await;
        assert_eq!(of_another.unwrap(), "fourth");
        let of_another = subjects.pairwise("chobo.example", id(2), "first").await;
        assert_eq!(of_another.unwrap(), "first", "names are of their sector");
        let of_nobody = subjects.pairwise("kaikei.example", id(99), "fifth").await;
        assert_eq!(of_nobody, Err(StoreError::Conflict));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn first_calls_at_the_same_moment_agree() {
    for database in settled().await {
        let names = race(&database, |store, racer| async move {
            store
                .subjects()
                .pairwise("kaikei.example", user(), &format!("candidate-{racer}"))
                .await
                .unwrap()
        })
        .await;
        assert!(names[0].starts_with("candidate-"));
        assert!(names.iter().all(|name| *name == names[0]), "{names:?}");
    }
}
