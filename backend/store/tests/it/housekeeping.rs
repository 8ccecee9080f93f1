//! Forgetting what has run out.

use crate::initial_access_tokens::initial_token;
use crate::scene::{
    activate, at, claim, claimed, digest, first_account, id, json, new_partner, new_run, new_tokens,
    partner_id, permit, second_account, settled, user,
};
use renkei_store::{
    AuditFilter, ClaimOutcome, EndReason, Forgettable, ForgottenKind, NewAccessToken, NewCertificateAttempt,
    NewPushedRequest, NewRefreshToken, NewRun, ReplayKind, Rotation, RunId, RunUpdate, SelfRegistration,
    Store,
};

/// Deletes what ran out before an instant, and grants that were over before another, if one is given.
async fn forget(store: &Store, before: i64, grants_before: Option<i64>, limit: u64) -> u64 {
    let what = Forgettable {
        spent: at(before),
        remembered: at(before),
        grants: grants_before.map(at),
        audit: None,
    };
    batch_of_each(store, &what, limit).await
}

async fn batch_of_each(store: &Store, what: &Forgettable, limit: u64) -> u64 {
    let mut rows = 0;
    for kind in ForgottenKind::ALL {
        let deleted = store.housekeeping().delete_expired(kind, what, limit).await;
        rows += deleted.unwrap();
    }
    rows
}

async fn request_is_there(store: &Store, number: u8) -> bool {
    let found = store
        .pushed_requests()
        .find(digest(number), &partner_id(), at(0))
        .await;
    found.unwrap().is_some()
}

async fn fill(store: &Store) {
    activate(store, 1).await;
    for number in 2..=4u8 {
        let later = at(i64::from(number) * 10_000);
        store
            .runs()
            .insert(&NewRun {
                expires_at: later,
                ..new_run(number)
            })
            .await
            .unwrap();
        let attempt = NewCertificateAttempt {
            id: id(number.into()),
            attempt_hash: digest(number),
            subject: RunId::Linkage(id(number.into())),
            created_at: at(0),
            expires_at: later,
        };
        store.certificate_attempts().insert(&attempt).await.unwrap();
        let request = NewPushedRequest {
            request_uri_hash: digest(number),
            client_id: partner_id(),
            request: json("request"),
            created_at: at(0),
            expires_at: later,
        };
        store.pushed_requests().insert(&request).await.unwrap();
        store
            .replays()
            .remember(ReplayKind::DpopProof, "key", digest(number), later)
            .await
            .unwrap();
        let token = NewAccessToken {
            expires_at: later,
            ..new_tokens(number, 1_001).access
        };
        store.tokens().insert_access(&token).await.unwrap();
    }
}

#[tokio::test]
async fn what_has_run_out_goes_in_batches_and_the_rest_stays() {
    for database in settled().await {
        let store = database.store();
        fill(store).await;
        let mut batches = Vec::new();
        loop {
            let deleted = forget(store, 35_000, None, 1).await;
            if deleted == 0 {
                break;
            }
            batches.push(deleted);
        }
        // Of five kinds two rows each (a run takes its certificate attempt along), and what the permission left:
        // its run, its first access token.
        assert!(batches.len() >= 3, "{batches:?}");
        assert_eq!(store.tokens().find_access(digest(1)).await.unwrap(), None);
        assert_eq!(store.tokens().find_access(digest(3)).await.unwrap(), None);
        assert!(store.tokens().find_access(digest(4)).await.unwrap().is_some());
        for (number, there) in [(1, false), (2, false), (3, false), (4, true)] {
            assert_eq!(
                store
                    .runs()
                    .find(RunId::Linkage(id(number)))
                    .await
                    .unwrap()
                    .is_some(),
                there,
                "{number}"
            );
        }
        assert!(!request_is_there(store, 3).await);
        assert!(request_is_there(store, 4).await);
        assert!(
            store
                .certificate_attempts()
                .find_open(digest(4), at(0))
                .await
                .unwrap()
                .is_some()
        );
        assert!(
            store
                .replays()
                .remember(ReplayKind::DpopProof, "key", digest(3), at(1))
                .await
                .unwrap()
        );
        assert!(
            !store
                .replays()
                .remember(ReplayKind::DpopProof, "key", digest(4), at(1))
                .await
                .unwrap()
        );
        assert!(
            store.tokens().find_refresh(digest(101)).await.unwrap().is_some(),
            "its grant is in force"
        );
        assert!(store.grants().find(id(1_001)).await.unwrap().is_some());
    }
}

#[tokio::test]
async fn what_means_nothing_any_more_is_not_kept_as_long_as_what_is_remembered() {
    for database in settled().await {
        let store = database.store();
        fill(store).await;
        let what = Forgettable {
            spent: at(35_000),
            remembered: at(0),
            grants: None,
            audit: None,
        };
        while batch_of_each(store, &what, 100).await > 0 {}
        assert_eq!(store.tokens().find_access(digest(3)).await.unwrap(), None);
        assert!(
            store
                .replays()
                .remember(ReplayKind::DpopProof, "key", digest(3), at(1))
                .await
                .unwrap()
        );
        assert!(
            store
                .authorization_codes()
                .find(digest(1))
                .await
                .unwrap()
                .is_some()
        );
        assert!(store.runs().find(RunId::Linkage(id(2))).await.unwrap().is_some());
    }
}

#[tokio::test]
async fn a_refresh_token_goes_when_its_grant_is_long_over() {
    for database in settled().await {
        let store = database.store();
        fill(store).await;
        store.grants().withdraw(id(1_001), user(), at(120)).await.unwrap();
        forget(store, 120, None, 100).await;
        assert!(store.tokens().find_refresh(digest(101)).await.unwrap().is_some());
        forget(store, 121, None, 100).await;
        assert_eq!(store.tokens().find_refresh(digest(101)).await.unwrap(), None);
        assert!(
            store.grants().find(id(1_001)).await.unwrap().is_some(),
            "grants are kept unless told otherwise"
        );
    }
}

#[tokio::test]
async fn a_redeemed_code_is_remembered_while_its_grant_is_in_force() {
    for database in settled().await {
        let store = database.store();
        fill(store).await;
        permit(store, 5).await;
        let is_kept = async |number| {
            let found = store.authorization_codes().find(digest(number)).await;
            found.unwrap().is_some()
        };
        forget(store, 80_000, None, 100).await;
        assert!(is_kept(1).await, "its grant is in force");
        assert!(!is_kept(5).await, "it was never redeemed");

        // So a replay ends the grant, however late it comes.
        let replay = store
            .authorization_codes()
            .revoke_issued(digest(1), &partner_id(), at(90_000))
            .await;
        assert!(replay.unwrap());
        forget(store, 90_000, None, 100).await;
        assert!(is_kept(1).await);
        forget(store, 90_001, None, 100).await;
        assert!(!is_kept(1).await, "there is nothing left to end");
    }
}

#[tokio::test]
async fn the_acts_of_a_forgotten_run_are_forgotten() {
    for database in settled().await {
        let store = database.store();
        permit(store, 1).await;
        forget(store, 601, None, 100).await;
        let run = new_run(1);
        store.runs().insert(&run).await.unwrap();
        let outcome = store
            .runs()
            .claim(crate::scene::claim(&run, 1, "permission", 0))
            .await
            .unwrap();
        assert!(matches!(outcome, ClaimOutcome::Claimed(_)));
    }
}

#[tokio::test]
async fn a_request_stays_while_a_linkage_may_consume_it() {
    for database in settled().await {
        let store = database.store();
        for number in [1, 2] {
            let request = NewPushedRequest {
                request_uri_hash: digest(number),
                client_id: partner_id(),
                request: json("request"),
                created_at: at(0),
                expires_at: at(300),
            };
            store.pushed_requests().insert(&request).await.unwrap();
        }
        let run = NewRun {
            request_uri_hash: Some(digest(1)),
            expires_at: at(3_000),
            ..new_run(1)
        };
        store.runs().insert(&run).await.unwrap();
        assert_eq!(forget(store, 2_000, None, 100).await, 1);
        assert!(request_is_there(store, 1).await, "its linkage goes on");
        assert!(!request_is_there(store, 2).await, "nobody came with it");

        let act = claimed(store, claim(&run, 1, "cancel", 2_000)).await;
        let update = RunUpdate {
            ended_at: Some(at(2_000)),
            ..RunUpdate::of(act.record(), json("ended"))
        };
        store
            .runs()
            .complete(
                &act,
                update,
                &json("ended"),
                &renkei_store::Effects::default(),
                at(2_000),
            )
            .await
            .unwrap();
        forget(store, 2_001, None, 100).await;
        assert!(!request_is_there(store, 1).await, "its linkage has ended");
        assert!(store.runs().find(run.id).await.unwrap().is_some());
    }
}

#[tokio::test]
async fn a_linkage_whose_time_is_long_up_keeps_no_request() {
    for database in settled().await {
        let store = database.store();
        let request = NewPushedRequest {
            request_uri_hash: digest(1),
            client_id: partner_id(),
            request: json("request"),
            created_at: at(0),
            expires_at: at(300),
        };
        store.pushed_requests().insert(&request).await.unwrap();
        let run = NewRun {
            request_uri_hash: Some(digest(1)),
            ..new_run(1)
        };
        store.runs().insert(&run).await.unwrap();
        forget(store, 600, None, 100).await;
        assert!(request_is_there(store, 1).await);
        forget(store, 601, None, 100).await;
        assert!(!request_is_there(store, 1).await);
    }
}

#[tokio::test]
async fn replaced_and_revoked_refresh_tokens_go_though_their_grant_lives() {
    for database in settled().await {
        let store = database.store();
        activate(store, 1).await;
        let rotate = |old: u8, new: u8, seconds: i64| async move {
            let successor = NewRefreshToken {
                token_hash: digest(new),
                ..new_tokens(1, 1_001).refresh.unwrap()
            };
            let rotated = store
                .tokens()
                .rotate_refresh(digest(old), &successor, at(seconds + 60), at(seconds))
                .await;
            assert_eq!(rotated, Ok(Rotation::Rotated));
        };
        // 101 is replaced by 2 and 3; 3 is used at 210, which revokes 2 and ends the grace of 101; 4 is in use.
        rotate(101, 2, 200).await;
        rotate(101, 3, 201).await;
        rotate(3, 4, 210).await;
        let left = |expected: Vec<u8>| async move {
            let mut left = Vec::new();
            for number in [101, 2, 3, 4] {
                if store
                    .tokens()
                    .find_refresh(digest(number))
                    .await
                    .unwrap()
                    .is_some()
                {
                    left.push(number);
                }
            }
            assert_eq!(left, expected);
        };
        forget(store, 210, None, 100).await;
        left(vec![101, 2, 3, 4]).await;
        forget(store, 211, None, 100).await;
        left(vec![3, 4]).await;
        forget(store, 270, None, 100).await;
        left(vec![3, 4]).await;
        forget(store, 271, None, 100).await;
        left(vec![4]).await;
        forget(store, 999_999, None, 100).await;
        left(vec![4]).await;
    }
}

#[tokio::test]
async fn initial_access_tokens_go_when_they_are_used_up_or_run_out() {
    for database in settled().await {
        let store = database.store();
        let tokens = store.initial_access_tokens();
        for (number, uses) in [(1, 1), (2, 2)] {
            tokens.insert(&initial_token(number, uses)).await.unwrap();
            let registered = store
                .partners()
                .insert_registered(&new_partner(&format!("client-{number}")), digest(number), at(10))
                .await
                .unwrap();
            assert!(matches!(registered, SelfRegistration::Registered(_)));
        }
        assert_eq!(forget(store, 10, None, 100).await, 1);
        assert_eq!(
            tokens
                .find_usable(digest(2), at(10))
                .await
                .unwrap()
                .unwrap()
                .uses_left,
            1
        );
        assert_eq!(forget(store, 1_000, None, 100).await, 0);
        assert_eq!(forget(store, 1_001, None, 100).await, 1);
        assert_eq!(tokens.list().await.unwrap(), []);
    }
}

#[tokio::test]
async fn grants_that_are_long_over_go_with_their_children_where_a_retention_is_given() {
    for database in settled().await {
        let store = database.store();
        // 1,001 is withdrawn at 500, 1,002 is active, 1,003 is pending; both run out at 1,000,000.
        activate(store, 1).await;
        store.grants().withdraw(id(1_001), user(), at(500)).await.unwrap();
        activate(store, 2).await;
        permit(store, 3).await;
        let there = || async {
            let mut there = Vec::new();
            for number in [1_001u128, 1_002, 1_003] {
                let grant = store.grants().find(id(number)).await.unwrap();
                let accounts = store.grants().accounts(id(number)).await.unwrap();
                assert_eq!(accounts.len(), if grant.is_some() { 2 } else { 0 });
                there.extend(grant.map(|_| number));
            }
            there
        };
        let all = [1_001, 1_002, 1_003];
        forget(store, 0, None, 100).await;
        forget(store, 0, Some(500), 100).await;
        assert_eq!(there().await, all);
        forget(store, 0, Some(501), 100).await;
        assert_eq!(there().await, [1_002, 1_003]);
        assert_eq!(store.tokens().find_access(digest(1)).await.unwrap(), None);
        assert_eq!(store.tokens().find_refresh(digest(101)).await.unwrap(), None);
        assert_eq!(store.authorization_codes().find(digest(1)).await.unwrap(), None);
        assert!(store.tokens().find_access(digest(2)).await.unwrap().is_some());

        forget(store, 0, Some(1_000_000), 100).await;
        assert_eq!(there().await, [1_002, 1_003]);
        forget(store, 0, Some(1_000_001), 100).await;
        assert!(there().await.is_empty());
    }
}

#[tokio::test]
async fn a_grants_accounts_go_in_batches_too() {
    for database in settled().await {
        let store = database.store();
        activate(store, 1).await;
        store
            .grants()
            .end(id(1_001), EndReason::EndedByOperator, at(500))
            .await
            .unwrap();
        assert_eq!(forget(store, 0, Some(501), 1).await, 1);
        assert_eq!(store.grants().accounts(id(1_001)).await.unwrap().len(), 1);
        assert!(store.grants().find(id(1_001)).await.unwrap().is_some());
        assert_eq!(
            forget(store, 0, Some(501), 1).await,
            2,
            "the last account, and the grant"
        );
        assert_eq!(store.grants().find(id(1_001)).await.unwrap(), None);
        assert_eq!(forget(store, 0, Some(501), 1).await, 0);
    }
}

#[tokio::test]
async fn names_of_users_and_accounts_stay() {
    for database in settled().await {
        let store = database.store();
        store
            .subjects()
            .pairwise("sector", user(), "first")
            .await
            .unwrap();
        let asked = [(first_account(), id(501)), (second_account(), id(502))];
        store
            .partner_accounts()
            .public_ids(&partner_id(), &asked)
            .await
            .unwrap();
        forget(store, 9_999_999, Some(9_999_999), 100).await;
        let name = store.subjects().pairwise("sector", user(), "second").await;
        assert_eq!(name.unwrap(), "first");
        let account = store.partner_accounts().find(&partner_id(), id(501)).await;
        assert_eq!(account.unwrap(), Some(first_account()));
    }
}

#[tokio::test]
async fn a_permission_that_nobody_fetched_goes_and_one_that_was_fetched_stays() {
    for database in settled().await {
        let store = database.store();
        let abandoned = permit(store, 1).await;
        let fetched = activate(store, 2).await;
        // While its code is there, it may still be fetched.
        forget(store, 150, None, 10).await;
        assert!(store.grants().find(abandoned).await.unwrap().is_some());
        while forget(store, 500_000, None, 1).await > 0 {}
        assert_eq!(store.grants().find(abandoned).await.unwrap(), None);
        assert!(store.grants().accounts(abandoned).await.unwrap().is_empty());
        assert!(store.grants().find(fetched).await.unwrap().is_some());
        assert!(!store.grants().accounts(fetched).await.unwrap().is_empty());
    }
}

#[tokio::test]
async fn the_audit_trail_goes_where_a_retention_is_given() {
    for database in settled().await {
        let store = database.store();
        for number in [1, 2] {
            store.audit().append(&crate::audit::event(number)).await.unwrap();
        }
        let left = || async {
            store
                .audit()
                .list(&AuditFilter::default(), 10)
                .await
                .unwrap()
                .len()
        };
        forget(store, 500_000, Some(500_000), 10).await;
        assert_eq!(left().await, 2);
        let what = Forgettable {
            spent: at(0),
            remembered: at(0),
            grants: None,
            audit: Some(at(2)),
        };
        assert_eq!(batch_of_each(store, &what, 10).await, 1);
        assert_eq!(left().await, 1);
    }
}
