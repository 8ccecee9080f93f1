//! Pushed authorization requests.

use crate::scene::{RACERS, at, digest, json, new_partner, partner_id, race, settled};
use renkei_procedure::identity::PartnerId;
use renkei_store::{NewPushedRequest, StoreError};

fn pushed() -> NewPushedRequest {
    NewPushedRequest {
        request_uri_hash: digest(1),
        client_id: partner_id(),
        request: json("request"),
        created_at: at(0),
        expires_at: at(90),
    }
}

#[tokio::test]
async fn a_request_is_taken_once_in_time_by_its_client() {
    for database in settled().await {
        let store = database.store();
        store.partners().upsert(&new_partner("other")).await.unwrap();
        let requests = store.pushed_requests();
        requests.insert(&pushed()).await.unwrap();
        assert_eq!(
            requests
                .take(digest(1), &PartnerId::new("other"), at(1))
                .await
                .unwrap(),
            None
        );
        assert_eq!(
            requests.take(digest(2), &partner_id(), at(1)).await.unwrap(),
            None
        );
        assert_eq!(
            requests.take(digest(1), &partner_id(), at(90)).await.unwrap(),
            None
        );
        assert_eq!(
            requests.take(digest(1), &partner_id(), at(89)).await.unwrap(),
            Some(json("request"))
        );
        assert_eq!(
            requests.take(digest(1), &partner_id(), at(89)).await.unwrap(),
            None
        );
        let of_nobody = NewPushedRequest {
            client_id: PartnerId::new("nobody"),
            ..pushed()
        };
        assert_eq!(requests.insert(&of_nobody).await, Err(StoreError::Conflict));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_arrivals_at_the_same_moment_one_takes_the_request() {
    for database in settled().await {
        database
            .store()
            .pushed_requests()
            .insert(&pushed())
            .await
            .unwrap();
        let taken = race(&database, |store, _| async move {
            store
                .pushed_requests()
                .take(digest(1), &partner_id(), at(1))
                .await
                .unwrap()
        })
        .await;
        assert_eq!(taken.len(), RACERS);
        assert_eq!(taken.into_iter().flatten().collect::<Vec<_>>(), [json("request")]);
    }
}
