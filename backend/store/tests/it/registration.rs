//! Partners that register themselves, change their registration, and leave.

use crate::initial_access_tokens::initial_token;
use crate::scene::{
    RACERS, activate, at, digest, id, json, new_code, new_grant, new_partner, new_tokens, partner_id, permit,
    race, settle, settled, user,
};
use renkei_procedure::identity::PartnerId;
use renkei_store::testing::TestDatabase;
use renkei_store::{
    EndReason, JsonText, NewAccessToken, PartnerRecord, Redemption, RegistrationUpdate, SecretChange,
    SelfRegistration, Store, StoreError,
};
use uuid::Uuid;

/// The hash of the registration access token.
const TOKEN: u8 = 200;

fn newcomer(client_id: &str) -> PartnerRecord {
    PartnerRecord {
        secret_hash: Some(digest(201)),
        registration_token_hash: Some(digest(TOKEN)),
        registration_terms: Some(json("terms")),
        created_at: at(10),
        ..new_partner(client_id)
    }
}

fn update(registration: &JsonText, secret: SecretChange) -> RegistrationUpdate {
    RegistrationUpdate {
        registration: registration.clone(),
        certificate_subject: None,
        secret,
    }
}

async fn uses_left(store: &Store) -> u64 {
    store.initial_access_tokens().list().await.unwrap()[0].uses_left
}

/// 会計ソフト, which has registered itself, and everything that permissions need.
async fn settled_by_itself() -> Vec<TestDatabase> {
    let databases = TestDatabase::each().await.unwrap();
    for database in &databases {
        let store = database.store();
        store
            .initial_access_tokens()
            .insert(&initial_token(1, 5))
            .await
            .unwrap();
        let registered = store
            .partners()
            .insert_registered(&newcomer("kaikei"), digest(1), at(10))
            .await
            .unwrap();
        assert!(matches!(registered, SelfRegistration::Registered(_)));
        settle(store).await;
    }
    databases
}

#[tokio::test]
async fn a_partner_registers_by_an_initial_access_token_as_often_as_it_says() {
    for database in TestDatabase::each().await.unwrap() {
        let store = database.store();
        store
            .initial_access_tokens()
            .insert(&initial_token(1, 2))
            .await
            .unwrap();
        let partners = store.partners();
        for (hash, now) in [(2, 10), (1, 1_000)] {
            let refused = partners
                .insert_registered(&newcomer("kaikei"), digest(hash), at(now))
                .await
                .unwrap();
            assert_eq!(refused, SelfRegistration::TokenUnusable);
        }
        assert_eq!(uses_left(store).await, 2);
        assert_eq!(partners.list().await.unwrap(), []);

        for client_id in ["kaikei", "chobo"] {
            let expected = PartnerRecord {
                registered_by: Some(Uuid::from_u128(1)),
                ..newcomer(client_id)
            };
            let registered = partners
                .insert_registered(&newcomer(client_id), digest(1), at(999))
                .await
                .unwrap();
            assert_eq!(
                registered,
                SelfRegistration::Registered(Box::new(expected.clone()))
            );
            assert_eq!(partners.find(&expected.client_id).await.unwrap(), Some(expected));
        }
        assert_eq!(uses_left(store).await, 0);
        let third = partners
            .insert_registered(&newcomer("keiri"), digest(1), at(999))
            .await
            .unwrap();
        assert_eq!(third, SelfRegistration::TokenUnusable);
        assert_eq!(partners.list().await.unwrap().len(), 2);
    }
}

#[tokio::test]
async fn a_client_id_that_is_taken_costs_no_use() {
    for database in settled_by_itself().await {
        let store = database.store();
        let taken = store
            .partners()
            .insert_registered(&newcomer("kaikei"), digest(1), at(11))
            .await;
        assert_eq!(taken, Err(StoreError::Conflict));
        assert_eq!(uses_left(store).await, 4);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn registrations_at_the_same_moment_spend_each_use_once() {
    for database in TestDatabase::each().await.unwrap() {
        let store = database.store();
        store
            .initial_access_tokens()
            .insert(&initial_token(1, 3))
            .await
            .unwrap();
        let outcomes = race(&database, |store, racer| async move {
            store
                .partners()
                .insert_registered(&newcomer(&format!("client-{racer}")), digest(1), at(10))
                .await
                .unwrap()
        })
        .await;
        let registered = outcomes
            .iter()
            .filter(|outcome| matches!(outcome, SelfRegistration::Registered(_)))
            .count();
        assert_eq!((registered, outcomes.len()), (3, RACERS));
        assert_eq!(store.partners().list().await.unwrap().len(), 3);
        assert_eq!(uses_left(store).await, 0);
    }
}

#[tokio::test]
async fn the_registration_access_token_opens_its_own_registration_only() {
    for database in settled_by_itself().await {
        let store = database.store();
        let partners = store.partners();
        partners.upsert(&new_partner("chobo")).await.unwrap();
        let own = partners
            .find_by_registration_token(&partner_id(), digest(TOKEN))
            .await
            .unwrap();
        assert!(own.is_some());
        assert_eq!(own, partners.find(&partner_id()).await.unwrap());
        for (client_id, hash) in [("kaikei", 7), ("chobo", TOKEN), ("nobody", TOKEN)] {
            let found = partners
                .find_by_registration_token(&PartnerId::new(client_id), digest(hash))
                .await
                .unwrap();
            assert_eq!(found, None, "{client_id} {hash}");
        }
    }
}

#[tokio::test]
async fn a_registration_is_replaced_and_its_secret_as_said() {
    for database in settled_by_itself().await {
        let store = database.store();
        let partners = store.partners();
        let before = partners.find(&partner_id()).await.unwrap().unwrap();
        let cases = [
            (SecretChange::Replace(digest(5)), Some(digest(5))),
            (SecretChange::Keep, Some(digest(5))),
            (SecretChange::Remove, None),
        ];
        for (number, (secret, expected)) in cases.into_iter().enumerate() {
            let registration = json(&format!("registration {number}"));
            assert!(
                partners
                    .update_registration(&partner_id(), &update(&registration, secret))
                    .await
                    .unwrap()
            );
            let after = PartnerRecord {
                registration,
                secret_hash: expected,
                ..before.clone()
            };
            assert_eq!(partners.find(&partner_id()).await.unwrap(), Some(after));
        }
        let by_operator = new_partner("chobo");
        partners.upsert(&by_operator).await.unwrap();
        for client_id in ["chobo", "nobody"] {
            let changed = partners
                .update_registration(
                    &PartnerId::new(client_id),
                    &update(&json("taken over"), SecretChange::Remove),
                )
                .await
                .unwrap();
            assert!(!changed, "{client_id}");
        }
        assert_eq!(
            partners.find(&by_operator.client_id).await.unwrap(),
            Some(by_operator)
        );
    }
}

#[tokio::test]
async fn a_certificate_subject_is_one_partners_until_it_leaves() {
    for database in settled_by_itself().await {
        let store = database.store();
        let partners = store.partners();
        let with_subject = |client_id: &str, number: u8| PartnerRecord {
            certificate_subject: Some(digest(number)),
            ..newcomer(client_id)
        };
        let change = |number: u8| RegistrationUpdate {
            certificate_subject: Some(digest(number)),
            ..update(&json("changed"), SecretChange::Keep)
        };
        assert!(
            partners
                .update_registration(&partner_id(), &change(50))
                .await
                .unwrap()
        );
        // Its own does not stand in its way.
        assert!(
            partners
                .update_registration(&partner_id(), &change(50))
                .await
                .unwrap()
        );
        let registered = partners
            .insert_registered(&with_subject("chobo", 50), digest(1), at(11))
            .await;
        assert_eq!(registered, Err(StoreError::Conflict));
        let written = partners.upsert(&with_subject("chobo", 50)).await;
        assert_eq!(written, Err(StoreError::Conflict));
        partners
            .insert_registered(&with_subject("chobo", 51), digest(1), at(11))
            .await
            .unwrap();
        let changed = partners
            .update_registration(&PartnerId::new("chobo"), &change(50))
            .await;
        assert_eq!(changed, Err(StoreError::Conflict));
        assert_eq!(uses_left(store).await, 3);
        assert!(
            partners
                .deregister(&partner_id(), at(12))
                .await
                .unwrap()
                .is_some()
        );
        assert!(
            partners
                .update_registration(&PartnerId::new("chobo"), &change(50))
                .await
                .unwrap()
        );
    }
}

#[tokio::test]
async fn a_partner_that_deregistered_is_found_by_nobody_and_its_grants_are_over() {
    for database in settled_by_itself().await {
        let store = database.store();
        let partners = store.partners();
        let active = activate(store, 1).await;
        let pending = permit(store, 2).await;
        let own = NewAccessToken {
            grant_id: None,
            ..new_tokens(3, 1_001).access
        };
        store.tokens().insert_access(&own).await.unwrap();
        assert!(
            store
                .tokens()
                .find_access(digest(3))
                .await
                .unwrap()
                .unwrap()
                .holds(at(120))
        );

        assert_eq!(
            partners.deregister(&partner_id(), at(120)).await.unwrap(),
            Some(2)
        );
        assert_eq!(partners.deregister(&partner_id(), at(121)).await.unwrap(), None);

        for grant in [active, pending] {
            let ended = store.grants().find(grant).await.unwrap().unwrap().ended;
            assert_eq!(ended, Some((at(120), EndReason::Deregistered)));
        }
        for number in [1, 3] {
            let token = store.tokens().find_access(digest(number)).await.unwrap().unwrap();
            assert!(token.partner_stopped && !token.holds(at(120)), "{number}");
        }
        let refresh = store.tokens().find_refresh(digest(101)).await.unwrap().unwrap();
        assert!(refresh.partner_stopped && !refresh.holds(at(120)));
        let late = store
            .authorization_codes()
            .redeem(digest(2), &partner_id(), &new_tokens(2, 1_002), at(121))
            .await
            .unwrap();
        assert!(matches!(late, Redemption::GrantEnded), "{late:?}");

        assert_eq!(partners.find(&partner_id()).await.unwrap(), None);
        assert_eq!(partners.list().await.unwrap(), []);
        let by_token = partners
            .find_by_registration_token(&partner_id(), digest(TOKEN))
            .await
            .unwrap();
        assert_eq!(by_token, None);
        assert!(!partners.suspend(&partner_id(), at(122)).await.unwrap());
        assert!(!partners.resume(&partner_id()).await.unwrap());
        let updated = partners
            .update_registration(&partner_id(), &update(&json("new"), SecretChange::Keep))
            .await;
        assert!(!updated.unwrap());
        // Its id is never anybody else's.
        let again = partners.upsert(&new_partner("kaikei")).await;
        assert_eq!(again, Err(StoreError::Conflict));
        let again = partners
            .insert_registered(&newcomer("kaikei"), digest(1), at(122))
            .await;
        assert_eq!(again, Err(StoreError::Conflict));
        assert_eq!(uses_left(store).await, 4);
        assert!(
            store
                .grants()
                .in_force_for_user(user(), at(122))
                .await
                .unwrap()
                .is_empty()
        );
    }
}

#[tokio::test]
async fn partners_of_the_operator_and_strangers_cannot_deregister() {
    for database in settled().await {
        let store = database.store();
        let grant = activate(store, 1).await;
        for client_id in ["kaikei", "nobody"] {
            let gone = store
                .partners()
                .deregister(&PartnerId::new(client_id), at(120))
                .await
                .unwrap();
            assert_eq!(gone, None, "{client_id}");
        }
        assert!(store.partners().find(&partner_id()).await.unwrap().is_some());
        assert_eq!(store.grants().find(grant).await.unwrap().unwrap().ended, None);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_permission_outlives_a_deregistration_at_the_same_moment() {
    for database in settled_by_itself().await {
        race(&database, |store, racer| async move {
            if racer == RACERS / 2 {
                let gone = store.partners().deregister(&partner_id(), at(110)).await.unwrap();
                assert!(gone.is_some());
                return;
            }
            let number = u8::try_from(racer + 1).unwrap();
            let grant = 1_000 + u128::from(number);
            if permit_unless_gone(&store, number).await == Err(StoreError::Conflict) {
                assert_eq!(store.grants().find(id(grant)).await.unwrap(), None);
                return;
            }
            let redeemed = store
                .authorization_codes()
                .redeem(digest(number), &partner_id(), &new_tokens(number, grant), at(110))
                .await
                .unwrap();
            assert!(
                matches!(redeemed, Redemption::Redeemed(_) | Redemption::GrantEnded),
                "{redeemed:?}"
            );
        })
        .await;
        for number in 1..=RACERS as u128 {
            if let Some(grant) = database.store().grants().find(id(1_000 + number)).await.unwrap() {
                assert!(grant.ended.is_some(), "{number}");
            }
        }
    }
}

async fn permit_unless_gone(store: &Store, number: u8) -> Result<(), StoreError> {
    use crate::scene::{claim, claimed, new_run};
    use renkei_store::{Completion, Effects, RunUpdate};
    let run = new_run(number);
    store.runs().insert(&run).await?;
    let act = claimed(store, claim(&run, 1, "permission", 100)).await;
    let grant = 1_000 + u128::from(number);
    let effects = Effects {
        grant: Some(new_grant(grant, number.into())),
        code: Some(new_code(number, grant, number.into())),
        ..Effects::default()
    };
    let update = RunUpdate::of(act.record(), json("returning"));
    let done = store
        .runs()
        .complete(&act, update, &json("permitted"), &effects, at(100))
        .await?;
    assert_eq!(done, Completion::Done { version: 2 });
    Ok(())
}
