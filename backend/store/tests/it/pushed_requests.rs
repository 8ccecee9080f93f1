//! Pushed authorization requests: looked at until the customer decides, consumed once.

use crate::scene::{
    RACERS, at, claim, claimed, digest, id, json, new_grant, new_partner, new_run, partner_id, race, settled,
};
use renkei_procedure::identity::PartnerId;
use renkei_store::{Completion, Effects, NewPushedRequest, NewRun, RunUpdate, Store, StoreError};

fn pushed() -> NewPushedRequest {
    NewPushedRequest {
        request_uri_hash: digest(1),
        client_id: partner_id(),
        request: json("request"),
        created_at: at(0),
        expires_at: at(90),
    }
}

/// A linkage that began with the request, and the act that decides it.
async fn decide(store: &Store, number: u8, effects: Effects, seconds: i64) -> Completion {
    let run = NewRun {
        request_uri_hash: Some(digest(1)),
        ..new_run(number)
    };
    store.runs().insert(&run).await.unwrap();
    let act = claimed(store, claim(&run, 1, "decision", seconds)).await;
    let update = RunUpdate::of(act.record(), json("decided"));
    store
        .runs()
        .complete(&act, update, &json("decided"), &effects, at(seconds))
        .await
        .unwrap()
}

fn consuming(hash: u8) -> Effects {
    Effects {
        consume_request: Some(digest(hash)),
        ..Effects::default()
    }
}

#[tokio::test]
async fn a_request_is_found_by_its_client_as_often_as_it_comes_in_time() {
    for database in settled().await {
        let store = database.store();
        store.partners().upsert(&new_partner("other")).await.unwrap();
        let requests = store.pushed_requests();
        requests.insert(&pushed()).await.unwrap();
        let other = PartnerId::new("other");
        for (hash, client_id, seconds, found) in [
            (1, &other, 1, false),
            (2, &partner_id(), 1, false),
            (1, &partner_id(), 1, true),
            (1, &partner_id(), 89, true),
            (1, &partner_id(), 90, false),
        ] {
            let request = requests.find(digest(hash), client_id, at(seconds)).await.unwrap();
            assert_eq!(
                request,
                found.then(|| json("request")),
                "{hash} {client_id} {seconds}"
            );
        }
        let of_nobody = NewPushedRequest {
            client_id: PartnerId::new("nobody"),
            ..pushed()
        };
        assert_eq!(requests.insert(&of_nobody).await, Err(StoreError::Conflict));
    }
}

#[tokio::test]
async fn the_customers_decision_consumes_the_request_though_its_time_be_up() {
    for seconds in [50, 500] {
        for database in settled().await {
            let store = database.store();
            store.pushed_requests().insert(&pushed()).await.unwrap();
            let decided = decide(store, 1, consuming(1), seconds).await;
            assert_eq!(decided, Completion::Done { version: 2 });
            let found = store
                .pushed_requests()
                .find(digest(1), &partner_id(), at(51))
                .await;
            assert_eq!(found.unwrap(), None);
        }
    }
}

#[tokio::test]
async fn what_comes_of_a_consumed_or_unknown_request_is_nothing() {
    for database in settled().await {
        let store = database.store();
        store.pushed_requests().insert(&pushed()).await.unwrap();
        decide(store, 1, consuming(1), 50).await;
        for (number, hash) in [(2, 1), (3, 9)] {
            let effects = Effects {
                grant: Some(new_grant(1_000 + u128::from(number), number.into())),
                ..consuming(hash)
            };
            let decided = decide(store, number, effects, 51).await;
            assert_eq!(decided, Completion::RequestConsumed);
            let run = store.runs().find(new_run(number).id).await.unwrap().unwrap();
            assert_eq!((run.version, run.state), (1, new_run(number).state));
            let grant = store.grants().find(id(1_000 + u128::from(number))).await.unwrap();
            assert_eq!(grant, None);
        }
    }
}

#[tokio::test]
async fn an_act_that_decides_nothing_leaves_the_request() {
    for database in settled().await {
        let store = database.store();
        store.pushed_requests().insert(&pushed()).await.unwrap();
        decide(store, 1, Effects::default(), 50).await;
        let found = store
            .pushed_requests()
            .find(digest(1), &partner_id(), at(51))
            .await;
        assert_eq!(found.unwrap(), Some(json("request")));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_decisions_at_the_same_moment_one_consumes_the_request() {
    for database in settled().await {
        let store = database.store();
        store.pushed_requests().insert(&pushed()).await.unwrap();
        let outcomes = race(&database, |store, racer| async move {
            let number = u8::try_from(racer + 1).unwrap();
            let effects = Effects {
                grant: Some(new_grant(1_000 + u128::from(number), number.into())),
                ..consuming(1)
            };
            decide(&store, number, effects, 50).await
        })
        .await;
        let count = |outcome| outcomes.iter().filter(|other| **other == outcome).count();
        assert_eq!(count(Completion::Done { version: 2 }), 1);
        assert_eq!(count(Completion::RequestConsumed), RACERS - 1);
        let mut grants = 0;
        for number in 1..=RACERS as u128 {
            grants += usize::from(store.grants().find(id(1_000 + number)).await.unwrap().is_some());
        }
        assert_eq!(grants, 1);
    }
}
