//! Refresh tokens that are replaced at each use.

use crate::scene::{
    RACERS, activate, at, digest, id, new_partner, new_tokens, partner_id, race, settled, user,
};
use renkei_procedure::identity::PartnerId;
use renkei_store::testing::TestDatabase;
use renkei_store::{EndReason, NewRefreshToken, Rotation, Store, StoreError, StoredBinding};

/// The hash of the first refresh token.
const FIRST: u8 = 101;
const GRACE: i64 = 60;

async fn issued() -> Vec<TestDatabase> {
    let databases = settled().await;
    for database in &databases {
        activate(database.store(), 1).await;
    }
    databases
}

fn successor(number: u8) -> NewRefreshToken {
    NewRefreshToken {
        token_hash: digest(number),
        binding: StoredBinding::Key(digest(number)),
        issued_at: at(200),
        ..new_tokens(1, 1_001).refresh.unwrap()
    }
}

/// Uses the token `old`, which gets the successor `new`.
async fn rotate(store: &Store, old: u8, new: u8, seconds: i64) -> Rotation {
    store
        .tokens()
        .rotate_refresh(digest(old), &successor(new), at(seconds + GRACE), at(seconds))
        .await
        .unwrap()
}

async fn holds(store: &Store, number: u8, seconds: i64) -> bool {
    store
        .tokens()
        .find_refresh(digest(number))
        .await
        .unwrap()
        .unwrap()
        .holds(at(seconds))
}

async fn ended(store: &Store) -> Option<EndReason> {
    let grant = store.grants().find(id(1_001)).await.unwrap().unwrap();
    grant.ended.map(|(_, reason)| reason)
}

#[tokio::test]
async fn the_replaced_token_works_until_its_grace_is_over() {
    for database in issued().await {
        let store = database.store();
        assert_eq!(rotate(store, FIRST, 2, 200).await, Rotation::Rotated);
        let new = store.tokens().find_refresh(digest(2)).await.unwrap().unwrap();
        assert_eq!(
            (new.binding, new.issued_at, new.grace_until),
            (StoredBinding::Key(digest(2)), at(200), None)
        );
        let old = store.tokens().find_refresh(digest(FIRST)).await.unwrap().unwrap();
        assert_eq!((old.grace_until, old.revoked_at), (Some(at(260)), None));
        assert!(old.holds(at(259)) && !old.holds(at(260)));
        assert!(new.holds(at(999_999)));
    }
}

#[tokio::test]
async fn whoever_lost_the_answer_gets_another_one_and_no_longer_grace() {
    for database in issued().await {
        let store = database.store();
        assert_eq!(rotate(store, FIRST, 2, 200).await, Rotation::Rotated);
        assert_eq!(rotate(store, FIRST, 3, 259).await, Rotation::Rotated);
        assert!(holds(store, 2, 259).await && holds(store, 3, 259).await);
        assert!(!holds(store, FIRST, 260).await, "the grace has not grown");
        assert_eq!(rotate(store, 3, 4, 400).await, Rotation::Rotated);
        assert_eq!(ended(store).await, None);
    }
}

#[tokio::test]
async fn a_use_after_the_grace_ends_the_grant() {
    for database in issued().await {
        let store = database.store();
        rotate(store, FIRST, 2, 200).await;
        assert_eq!(rotate(store, FIRST, 3, 260).await, Rotation::Reused);
        assert_eq!(ended(store).await, Some(EndReason::RefreshReused));
        assert!(!holds(store, 2, 260).await);
        let access = store.tokens().find_access(digest(1)).await.unwrap().unwrap();
        assert!(!access.holds(at(260)));
        assert_eq!(store.tokens().find_refresh(digest(3)).await.unwrap(), None);
        for old in [FIRST, 2] {
            assert_eq!(rotate(store, old, 4, 261).await, Rotation::GrantEnded);
        }
        assert_eq!(store.tokens().find_refresh(digest(4)).await.unwrap(), None);
    }
}

#[tokio::test]
async fn the_first_use_of_a_successor_ends_what_came_before_and_beside_it() {
    for database in issued().await {
        let store = database.store();
        rotate(store, FIRST, 2, 200).await;
        rotate(store, FIRST, 3, 201).await;
        assert_eq!(rotate(store, 3, 4, 210).await, Rotation::Rotated);
        assert!(!holds(store, FIRST, 210).await, "its successor is in use");
        assert!(!holds(store, 2, 210).await, "it was lost");
        assert!(holds(store, 3, 210).await, "its own grace has begun");
        // What was lost on the way says nothing about theft.
        assert_eq!(rotate(store, 2, 5, 211).await, Rotation::Revoked);
        assert_eq!(ended(store).await, None);
        assert!(holds(store, 4, 211).await);
        // But what had been replaced does.
        // Whoever is late with it within its grace ends nothing; afterwards it is a reuse.
        assert_eq!(rotate(store, FIRST, 5, 212).await, Rotation::Revoked);
        assert!(holds(store, 4, 212).await);
        assert_eq!(rotate(store, FIRST, 5, 260).await, Rotation::Reused);
        assert_eq!(ended(store).await, Some(EndReason::RefreshReused));
    }
}

#[tokio::test]
async fn a_long_chain_holds_at_its_end_only() {
    for database in issued().await {
        let store = database.store();
        let mut old = FIRST;
        for number in 2..12 {
            let seconds = 200 + 600 * i64::from(number);
            assert_eq!(rotate(store, old, number, seconds).await, Rotation::Rotated);
            old = number;
        }
        let now = 200 + 600 * 12;
        for number in 2..11 {
            assert!(!holds(store, number, now).await, "{number}");
        }
        assert!(holds(store, 11, now).await);
        assert_eq!(ended(store).await, None);
    }
}

#[tokio::test]
async fn only_the_clients_own_token_of_the_grant_is_replaced() {
    for database in issued().await {
        let store = database.store();
        store.partners().upsert(&new_partner("other")).await.unwrap();
        let tokens = store.tokens();
        let of_another_client = NewRefreshToken {
            client_id: PartnerId::new("other"),
            ..successor(2)
        };
        let of_another_grant = NewRefreshToken {
            grant_id: id(99),
            ..successor(2)
        };
        for new in [of_another_client, of_another_grant] {
            let rotated = tokens.rotate_refresh(digest(FIRST), &new, at(300), at(200)).await;
            assert_eq!(rotated, Ok(Rotation::Unknown));
        }
        assert_eq!(rotate(store, 9, 2, 200).await, Rotation::Unknown);
        assert_eq!(tokens.find_refresh(digest(2)).await.unwrap(), None);

        let taken = tokens
            .rotate_refresh(digest(FIRST), &successor(FIRST), at(300), at(200))
            .await;
        assert_eq!(taken, Err(StoreError::Conflict));
        let old = tokens.find_refresh(digest(FIRST)).await.unwrap().unwrap();
        assert_eq!(old.grace_until, None, "nothing was written");
    }
}

#[tokio::test]
async fn nothing_comes_of_what_has_ended() {
    for database in issued().await {
        let store = database.store();
        assert_eq!(rotate(store, FIRST, 2, 1_000_000).await, Rotation::GrantEnded);
        store.grants().withdraw(id(1_001), user(), at(200)).await.unwrap();
        assert_eq!(rotate(store, FIRST, 2, 201).await, Rotation::GrantEnded);
        assert_eq!(store.tokens().find_refresh(digest(2)).await.unwrap(), None);
    }
}

#[tokio::test]
async fn a_replaced_token_can_still_be_revoked_by_its_partner() {
    for database in issued().await {
        let store = database.store();
        rotate(store, FIRST, 2, 200).await;
        let revoked = store
            .tokens()
            .revoke_refresh(digest(FIRST), &partner_id(), at(500))
            .await;
        assert_eq!(revoked, Ok(Some(id(1_001))));
        assert_eq!(ended(store).await, Some(EndReason::RevokedByPartner));
        assert!(!holds(store, 2, 500).await);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn uses_at_the_same_moment_all_get_a_successor_and_one_of_those_goes_on() {
    for database in issued().await {
        let store = database.store();
        let number = |racer: usize| u8::try_from(racer + 2).unwrap();
        let first = race(&database, move |store, racer| async move {
            rotate(&store, FIRST, number(racer), 200).await
        })
        .await;
        assert!(
            first.iter().all(|rotation| *rotation == Rotation::Rotated),
            "{first:?}"
        );
        for racer in 0..RACERS {
            assert!(holds(store, number(racer), 201).await, "{racer}");
        }
        let second = race(&database, move |store, racer| async move {
            rotate(&store, number(racer), number(racer) + 100, 201).await
        })
        .await;
        let count = |outcome| second.iter().filter(|other| **other == outcome).count();
        assert_eq!(
            (count(Rotation::Rotated), count(Rotation::Revoked)),
            (1, RACERS - 1)
        );
        assert_eq!(ended(store).await, None);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_reuses_at_the_same_moment_one_ends_the_grant() {
    for database in issued().await {
        rotate(database.store(), FIRST, 2, 200).await;
        let outcomes = race(&database, |store, racer| async move {
            rotate(&store, FIRST, u8::try_from(racer + 3).unwrap(), 300).await
        })
        .await;
        let count = |outcome| outcomes.iter().filter(|other| **other == outcome).count();
        assert_eq!(
            (count(Rotation::Reused), count(Rotation::GrantEnded)),
            (1, RACERS - 1)
        );
        assert_eq!(ended(database.store()).await, Some(EndReason::RefreshReused));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_chain_that_is_used_while_the_partner_revokes_it_ends() {
    for database in issued().await {
        let outcomes = race(&database, |store, racer| async move {
            if racer % 4 == 0 {
                store
                    .tokens()
                    .revoke_refresh(digest(FIRST), &partner_id(), at(200))
                    .await
                    .unwrap();
                return None;
            }
            Some(rotate(&store, FIRST, u8::try_from(racer + 2).unwrap(), 200).await)
        })
        .await;
        assert!(
            outcomes
                .into_iter()
                .flatten()
                .all(|rotation| matches!(rotation, Rotation::Rotated | Rotation::GrantEnded))
        );
        assert_eq!(ended(database.store()).await, Some(EndReason::RevokedByPartner));
    }
}
