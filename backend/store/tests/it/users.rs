//! Users and the count of their password tries.

use crate::scene::{at, id, new_user, race, settled, user};
use renkei_store::testing::TestDatabase;
use renkei_store::{NewUser, TryOutcome, UserRole};

const MAX: u32 = 5;

#[tokio::test]
async fn a_user_written_again_keeps_id_count_and_lock() {
    for database in TestDatabase::each().await.unwrap() {
        let users = database.store().users();
        let first = users.upsert(&new_user(1, "sorachi-taro")).await.unwrap();
        users.begin_password_try(first.id, 1, at(0)).await.unwrap();
        let again = NewUser {
            role: UserRole::Ordinary,
            may_link: false,
            ..new_user(2, "sorachi-taro")
        };
        let second = users.upsert(&again).await.unwrap();
        assert_eq!(second.id, first.id);
        assert_eq!((second.role, second.may_link), (UserRole::Ordinary, false));
        assert_eq!((second.failed_passwords, second.locked_at), (1, Some(at(0))));
        assert_eq!(users.find(first.id).await.unwrap().as_ref(), Some(&second));
        assert_eq!(
            users.find_by_login_name("sorachi-taro").await.unwrap(),
            Some(second)
        );
        assert_eq!(users.find(id(2)).await.unwrap(), None);
        assert_eq!(users.find_by_login_name("Sorachi-Taro").await.unwrap(), None);
    }
}

#[tokio::test]
async fn wrong_passwords_lock_at_the_limit_and_staff_unlock() {
    for database in settled().await {
        let users = database.store().users();
        for remaining in (0..MAX).rev() {
            let outcome = users.begin_password_try(user(), MAX, at(1)).await.unwrap();
            assert_eq!(
                outcome,
                TryOutcome::Allowed {
                    remaining_after_failure: remaining
                }
            );
            let locked = users.find(user()).await.unwrap().unwrap().locked_at;
            assert_eq!(locked, (remaining == 0).then_some(at(1)));
        }
        assert_eq!(
            users.begin_password_try(user(), MAX, at(2)).await.unwrap(),
            TryOutcome::Locked
        );
        assert_eq!(
            users.begin_password_try(user(), MAX + 5, at(2)).await.unwrap(),
            TryOutcome::Locked
        );

        assert!(users.unlock("sorachi-taro").await.unwrap());
        assert!(!users.unlock("nobody").await.unwrap());
        let outcome = users.begin_password_try(user(), MAX, at(3)).await.unwrap();
        assert_eq!(
            outcome,
            TryOutcome::Allowed {
                remaining_after_failure: MAX - 1
            }
        );
    }
}

#[tokio::test]
async fn a_right_password_at_the_last_try_counts_from_anew() {
    for database in settled().await {
        let users = database.store().users();
        for _ in 0..MAX {
            users.begin_password_try(user(), MAX, at(1)).await.unwrap();
        }
        users.password_try_succeeded(user()).await.unwrap();
        let record = users.find(user()).await.unwrap().unwrap();
        assert_eq!((record.failed_passwords, record.locked_at), (0, None));
    }
}

#[tokio::test]
async fn a_limit_lowered_below_the_count_lets_no_more_tries_through() {
    for database in settled().await {
        let users = database.store().users();
        for _ in 0..3 {
            users.begin_password_try(user(), MAX, at(1)).await.unwrap();
        }
        assert_eq!(
            users.begin_password_try(user(), 3, at(1)).await.unwrap(),
            TryOutcome::Locked
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn tries_at_the_same_moment_do_not_exceed_the_limit() {
    for database in settled().await {
        let outcomes = race(&database, |store, _| async move {
            store
                .users()
                .begin_password_try(user(), MAX, at(1))
                .await
                .unwrap()
        })
        .await;
        let mut remaining: Vec<_> = outcomes
            .into_iter()
            .filter_map(|outcome| match outcome {
                TryOutcome::Allowed {
                    remaining_after_failure,
                } => Some(remaining_after_failure),
                TryOutcome::Locked => None,
            })
            .collect();
        remaining.sort_unstable();
        assert_eq!(remaining, [0, 1, 2, 3, 4]);
    }
}

#[tokio::test]
async fn the_end_of_a_password_is_set_apart_or_with_the_password() {
    for database in settled().await {
        let users = database.store().users();
        let ends = async || users.find(user()).await.unwrap().unwrap().password_expires_at;
        assert_eq!(ends().await, None);
        assert!(
            users
                .set_password_expiry("sorachi-taro", Some(at(9)))
                .await
                .unwrap()
        );
        assert_eq!(ends().await, Some(at(9)));
        assert!(users.set_password_expiry("sorachi-taro", None).await.unwrap());
        assert_eq!(ends().await, None);
        assert!(!users.set_password_expiry("nobody", Some(at(9))).await.unwrap());
        let again = NewUser {
            password_expires_at: Some(at(12)),
            ..new_user(1, "sorachi-taro")
        };
        assert_eq!(
            users.upsert(&again).await.unwrap().password_expires_at,
            Some(at(12))
        );
    }
}

#[tokio::test]
async fn nobody_is_locked() {
    for database in settled().await {
        let outcome = database
            .store()
            .users()
            .begin_password_try(id(99), MAX, at(1))
            .await
            .unwrap();
        assert_eq!(outcome, TryOutcome::Locked);
    }
}
