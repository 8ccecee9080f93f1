//! Client assertions already seen.

use crate::scene::{at, digest, new_partner, partner_id, race, settled};
use renkei_procedure::identity::PartnerId;
use renkei_store::StoreError;

#[tokio::test]
async fn an_assertion_counts_once_for_each_partner() {
    for database in settled().await {
        let store = database.store();
        store.partners().upsert(&new_partner("other")).await.unwrap();
        let assertions = store.client_assertions();
        assert!(
            assertions
                .remember(&partner_id(), digest(1), at(60))
                .await
                .unwrap()
        );
        assert!(
            !assertions
                .remember(&partner_id(), digest(1), at(90))
                .await
                .unwrap()
        );
        assert!(
            assertions
                .remember(&partner_id(), digest(2), at(60))
                .await
                .unwrap()
        );
        assert!(
            assertions
                .remember(&PartnerId::new("other"), digest(1), at(60))
                .await
                .unwrap()
        );
        let of_nobody = assertions
            .remember(&PartnerId::new("nobody"), digest(1), at(60))
            .await;
        assert_eq!(of_nobody, Err(StoreError::Conflict));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_uses_at_the_same_moment_one_is_the_first() {
    for database in settled().await {
        let first = race(&database, |store, _| async move {
            store
                .client_assertions()
                .remember(&partner_id(), digest(1), at(60))
                .await
                .unwrap()
        })
        .await;
        assert_eq!(first.into_iter().filter(|first| *first).count(), 1);
    }
}
