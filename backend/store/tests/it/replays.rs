//! What counts once.

use crate::scene::{at, digest, race};
use renkei_store::ReplayKind;
use renkei_store::testing::TestDatabase;

#[tokio::test]
async fn an_id_counts_once_for_each_owner_and_kind() {
    for database in TestDatabase::each().await.unwrap() {
        let replays = database.store().replays();
        let kinds = [
            ReplayKind::ClientAssertion,
            ReplayKind::DpopProof,
            ReplayKind::RequestObject,
        ];
        for kind in kinds {
            // An owner need not be a partner: a proof's is a key.
            for owner in ["kaikei", "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I"] {
                for number in [1, 2] {
                    let hash = digest(number);
                    assert!(replays.remember(kind, owner, hash, at(60)).await.unwrap());
                    assert!(!replays.remember(kind, owner, hash, at(90)).await.unwrap());
                }
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_uses_at_the_same_moment_one_is_the_first() {
    for database in TestDatabase::each().await.unwrap() {
        let first = race(&database, |store, _| async move {
            store
                .replays()
                .remember(ReplayKind::DpopProof, "key", digest(1), at(60))
                .await
                .unwrap()
        })
        .await;
        assert_eq!(first.into_iter().filter(|first| *first).count(), 1);
    }
}
