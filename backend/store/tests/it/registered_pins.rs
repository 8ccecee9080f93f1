//! Sealed PINs, and the gate before each account.

use crate::scene::{
    RACERS, at, core_account, first_account, id, new_user, race, second_account, settled, user,
};
use renkei_procedure::identity::{AccountId, UserId};
use renkei_store::testing::TestDatabase;
use renkei_store::{
    NewRegisteredPin, PinGate, PinLease, RegisteredPinRecord, Store, StoreError, Undisclosed,
};
use uuid::Uuid;

fn new_pin(user_id: UserId, account_id: AccountId, sealed: &str) -> NewRegisteredPin {
    NewRegisteredPin {
        user_id,
        account_id,
        sealed: Undisclosed::new(sealed),
        registered_at: at(10),
        linkage_id: Some(id(7)),
        proven_until: None,
    }
}

async fn registered() -> Vec<TestDatabase> {
    let databases = settled().await;
    for database in &databases {
        database
            .store()
            .registered_pins()
            .put(&new_pin(user(), first_account(), "k1.one"))
            .await
            .unwrap();
    }
    databases
}

async fn first_pin(store: &Store) -> RegisteredPinRecord {
    store
        .registered_pins()
        .find(user(), first_account())
        .await
        .unwrap()
        .unwrap()
}

async fn gate(store: &Store, owner: u128, seconds: i64) -> PinGate {
    let pins = store.registered_pins();
    pins.acquire_pin_lease(
        user(),
        first_account(),
        Uuid::from_u128(owner),
        at(seconds),
        at(seconds + 30),
    )
    .await
    .unwrap()
}

async fn lease(store: &Store, owner: u128, seconds: i64) -> PinLease {
    match gate(store, owner, seconds).await {
        PinGate::Acquired(lease) => lease,
        other => panic!("no lease: {other:?}"),
    }
}

#[tokio::test]
async fn a_refused_pin_stays_refused_until_it_is_registered_anew() {
    for database in registered().await {
        let pins = database.store().registered_pins();
        let pin = first_pin(database.store()).await;
        assert_eq!((pin.linkage_id, pin.refused_at), (Some(id(7)), None));
        assert!(pins.mark_refused(&pin, at(20)).await.unwrap());
        assert!(!pins.mark_refused(&pin, at(21)).await.unwrap());
        assert_eq!(first_pin(database.store()).await.refused_at, Some(at(20)));
        assert!(matches!(
            gate(database.store(), 1, 22).await,
            PinGate::Unregistered
        ));

        pins.put(&new_pin(user(), first_account(), "k1.two"))
            .await
            .unwrap();
        assert_eq!(first_pin(database.store()).await.refused_at, None);
        assert!(
            !pins.mark_refused(&pin, at(30)).await.unwrap(),
            "a late refusal of the old PIN"
        );
        assert_eq!(
            pins.list_for_user(user()).await.unwrap(),
            [first_pin(database.store()).await]
        );
    }
}

#[tokio::test]
async fn a_seal_is_changed_only_where_nobody_changed_it_meanwhile() {
    for database in registered().await {
        let pins = database.store().registered_pins();
        let pin = first_pin(database.store()).await;
        assert!(pins.reseal(&pin, &Undisclosed::new("k2.one")).await.unwrap());
        assert!(!pins.reseal(&pin, &Undisclosed::new("k3.one")).await.unwrap());
        let resealed = first_pin(database.store()).await;
        assert_eq!(resealed.sealed.as_str(), "k2.one");
        assert_eq!(resealed.registered_at, pin.registered_at);
    }
}

#[tokio::test]
async fn pages_name_each_registration_once() {
    for database in registered().await {
        let store = database.store();
        let pins = store.registered_pins();
        store.users().upsert(&new_user(2, "hokkai-hanako")).await.unwrap();
        for account in [first_account(), second_account()] {
            pins.put(&new_pin(id(2), account, "k1.x")).await.unwrap();
        }
        let mut seen = Vec::new();
        let mut after = None;
        loop {
            let page = pins.page(after, 2).await.unwrap();
            let Some(last) = page.last() else { break };
            after = Some((last.user_id, last.account_id));
            seen.extend(page.into_iter().map(|pin| (pin.user_id, pin.account_id)));
        }
        assert_eq!(
            seen,
            [
                (user(), first_account()),
                (id(2), first_account()),
                (id(2), second_account())
            ]
        );
    }
}

#[tokio::test]
async fn the_gate_lets_one_call_through_until_its_lease_ends_or_is_given_back() {
    for database in registered().await {
        let store = database.store();
        let first = lease(store, 1, 0).await;
        assert!(matches!(gate(store, 2, 29).await, PinGate::Busy));
        let second = lease(store, 2, 30).await;
        store
            .registered_pins()
            .release_pin_lease(&first, None)
            .await
            .unwrap();
        assert!(
            matches!(gate(store, 3, 31).await, PinGate::Busy),
            "the first lease was over and frees nothing"
        );
        store
            .registered_pins()
            .release_pin_lease(&second, Some(at(600)))
            .await
            .unwrap();
        assert_eq!(lease(store, 3, 32).await.pin().proven_until, Some(at(600)));
    }
}

#[tokio::test]
async fn the_gate_is_the_accounts_whoever_registered_the_pin() {
    for database in registered().await {
        let store = database.store();
        let pins = store.registered_pins();
        store.users().upsert(&new_user(2, "hokkai-hanako")).await.unwrap();
        let hers = NewRegisteredPin {
            proven_until: Some(at(900)),
            ..new_pin(id(2), first_account(), "k1.hers")
        };
        pins.put(&hers).await.unwrap();
        let lease = lease(store, 1, 0).await;
        let asked = pins
            .acquire_pin_lease(id(2), first_account(), Uuid::from_u128(2), at(1), at(9))
            .await
            .unwrap();
        assert!(matches!(asked, PinGate::Busy));
        // The account's PIN has changed at the counter: hers is no longer known good, but it is still registered.
        assert!(pins.mark_refused(lease.pin(), at(2)).await.unwrap());
        let hers = pins.find(id(2), first_account()).await.unwrap().unwrap();
        assert_eq!((hers.proven_until, hers.refused_at), (None, None));
    }
}

#[tokio::test]
async fn what_was_learnt_of_an_old_pin_says_nothing_of_the_new_one() {
    for database in registered().await {
        let store = database.store();
        let lease = lease(store, 1, 0).await;
        store
            .registered_pins()
            .put(&new_pin(user(), first_account(), "k1.two"))
            .await
            .unwrap();
        store
            .registered_pins()
            .release_pin_lease(&lease, Some(at(600)))
            .await
            .unwrap();
        assert_eq!(first_pin(store).await.proven_until, None);
    }
}

#[tokio::test]
async fn no_gate_without_a_registration() {
    for database in registered().await {
        let store = database.store();
        let pins = store.registered_pins();
        let owner = Uuid::from_u128(1);
        for (whose, account) in [
            (user(), second_account()),
            (user(), id(999)),
            (id(99), first_account()),
        ] {
            let asked = pins
                .acquire_pin_lease(whose, account, owner, at(0), at(30))
                .await
                .unwrap();
            assert!(matches!(asked, PinGate::Unregistered));
        }
        // And whoever was turned away has not closed the gate for others.
        lease(store, 2, 0).await;
        assert_eq!(
            pins.put(&new_pin(user(), id(999), "k1.x")).await,
            Err(StoreError::Conflict)
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_calls_at_the_same_moment_one_gets_the_lease() {
    for database in registered().await {
        let gates = race(&database, |store, racer| async move {
            gate(&store, racer as u128 + 1, 0).await
        })
        .await;
        assert_eq!(
            gates
                .iter()
                .filter(|gate| matches!(gate, PinGate::Acquired(_)))
                .count(),
            1
        );
        assert_eq!(
            gates.iter().filter(|gate| matches!(gate, PinGate::Busy)).count(),
            RACERS - 1
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn refusals_of_several_users_at_the_same_moment_do_not_wait_in_a_circle() {
    for database in registered().await {
        let store = database.store();
        for racer in 0..RACERS as u128 {
            let whose = 50 + racer;
            store
                .users()
                .upsert(&new_user(whose, &format!("user-{racer}")))
                .await
                .unwrap();
            store
                .accounts()
                .refresh(id(whose), &[core_account(1, "core-1")], at(0))
                .await
                .unwrap();
            store
                .registered_pins()
                .put(&new_pin(id(whose), first_account(), "k1.x"))
                .await
                .unwrap();
        }
        let refused = race(&database, |store, racer| async move {
            let pins = store.registered_pins();
            let pin = pins
                .find(id(50 + racer as u128), first_account())
                .await
                .unwrap()
                .unwrap();
            pins.mark_refused(&pin, at(1)).await.unwrap()
        })
        .await;
        assert_eq!(refused, [true; RACERS]);
    }
}
