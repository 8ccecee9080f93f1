//! Forgetting what has run out.

use crate::scene::{at, digest, id, json, new_run, new_tokens, partner_id, permit, settled, user};
use renkei_store::{
    ClaimOutcome, NewAccessToken, NewCertificateAttempt, NewPushedRequest, NewRun, RunId, Store,
};

async fn fill(store: &Store) {
    permit(store, 1).await;
    store
        .authorization_codes()
        .redeem(digest(1), &partner_id(), &new_tokens(1, 1_001), at(110))
        .await
        .unwrap();
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
            .client_assertions()
            .remember(&partner_id(), digest(number), later)
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
            let deleted = store.housekeeping().delete_expired(at(35_000), 1).await.unwrap();
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
        let taken = store
            .pushed_requests()
            .take(digest(3), &partner_id(), at(0))
            .await
            .unwrap();
        assert_eq!(taken, None);
        assert!(
            store
                .pushed_requests()
                .take(digest(4), &partner_id(), at(0))
                .await
                .unwrap()
                .is_some()
        );
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
                .client_assertions()
                .remember(&partner_id(), digest(3), at(1))
                .await
                .unwrap()
        );
        assert!(
            !store
                .client_assertions()
                .remember(&partner_id(), digest(4), at(1))
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
async fn a_refresh_token_goes_when_its_grant_is_long_over() {
    for database in settled().await {
        let store = database.store();
        fill(store).await;
        store.grants().withdraw(id(1_001), user(), at(120)).await.unwrap();
        store.housekeeping().delete_expired(at(120), 100).await.unwrap();
        assert!(store.tokens().find_refresh(digest(101)).await.unwrap().is_some());
        store.housekeeping().delete_expired(at(121), 100).await.unwrap();
        assert_eq!(store.tokens().find_refresh(digest(101)).await.unwrap(), None);
        assert!(
            store.grants().find(id(1_001)).await.unwrap().is_some(),
            "grants are kept"
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
        store
            .housekeeping()
            .delete_expired(at(80_000), 100)
            .await
            .unwrap();
        assert!(is_kept(1).await, "its grant is in force");
        assert!(!is_kept(5).await, "it was never redeemed");

        // So a replay ends the grant, however late it comes.
        let replay = store
            .authorization_codes()
            .revoke_issued(digest(1), &partner_id(), at(90_000))
            .await;
        assert!(replay.unwrap());
        store
            .housekeeping()
            .delete_expired(at(90_000), 100)
            .await
            .unwrap();
        assert!(is_kept(1).await);
        store
            .housekeeping()
            .delete_expired(at(90_001), 100)
            .await
            .unwrap();
        assert!(!is_kept(1).await, "there is nothing left to end");
    }
}

#[tokio::test]
async fn the_acts_of_a_forgotten_run_are_forgotten() {
    for database in settled().await {
        let store = database.store();
        permit(store, 1).await;
        store.housekeeping().delete_expired(at(601), 100).await.unwrap();
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
