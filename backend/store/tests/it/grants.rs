//! Grants from permission to end.

use crate::scene::{
    activate, at, digest, first_account, id, new_grant, new_partner, new_tokens, partner_id, permit,
    permit_grant, reference, second_account, settled, user,
};
use renkei_procedure::identity::PartnerId;
use renkei_store::{EndReason, GrantRecord, GrantStatus, NewGrant, StoreError};

#[tokio::test]
async fn a_grant_is_pending_then_active_then_expired() {
    for database in settled().await {
        let grants = database.store().grants();
        let grant = permit(database.store(), 1).await;
        let pending = grants.find(grant).await.unwrap().unwrap();
        assert_eq!(pending.status(at(105)), GrantStatus::Pending);
        let new = new_grant(1_001, 1);
        let expected = GrantRecord {
            id: new.id,
            public_id: new.public_id,
            reference: new.reference,
            user_id: new.user_id,
            partner_id: new.partner_id,
            linkage_id: new.linkage_id,
            businesses: new.businesses,
            scope: new.scope,
            authorization_details: new.authorization_details,
            from_date: new.from_date,
            claims: new.claims.clone(),
            auth_time: new.auth_time,
            acr: new.acr,
            permitted_at: new.permitted_at,
            expires_at: new.expires_at,
            activated_at: None,
            ended: None,
            last_access_at: None,
        };
        assert!(expected.from_date.is_some() && expected.claims.is_some());
        assert_eq!(pending, expected);
        assert!(
            grants
                .in_force_for_user(user(), at(105))
                .await
                .unwrap()
                .is_empty()
        );
        assert_eq!(
            grants.in_force(user(), &partner_id(), at(105)).await.unwrap(),
            None
        );

        let tokens = new_tokens(1, 1_001);
        database
            .store()
            .authorization_codes()
            .redeem(digest(1), &partner_id(), &tokens, at(110))
            .await
            .unwrap();
        let active = grants
            .in_force(user(), &partner_id(), at(110))
            .await
            .unwrap()
            .unwrap();
        assert_eq!(
            (active.status(at(110)), active.activated_at),
            (GrantStatus::Active, Some(at(110)))
        );
        assert_eq!(active.status(at(999_999)), GrantStatus::Active);
        assert_eq!(active.status(at(1_000_000)), GrantStatus::Expired);
        assert_eq!(
            grants
                .in_force(user(), &partner_id(), at(1_000_000))
                .await
                .unwrap(),
            None
        );
        assert!(
            grants
                .in_force_for_user(user(), at(1_000_000))
                .await
                .unwrap()
                .is_empty()
        );
    }
}

#[tokio::test]
async fn the_customers_list_shows_partner_and_accounts_in_the_order_of_the_permission() {
    for database in settled().await {
        let store = database.store();
        activate(store, 1).await;
        let list = store.grants().in_force_for_user(user(), at(200)).await.unwrap();
        let [in_force] = &list[..] else { panic!("{list:?}") };
        assert_eq!(in_force.partner, new_partner("kaikei"));
        let accounts: Vec<_> = in_force.accounts.iter().map(|account| account.id).collect();
        assert_eq!(accounts, [second_account(), first_account()]);
        assert_eq!(
            store.grants().accounts(in_force.grant.id).await.unwrap(),
            in_force.accounts
        );
        assert!(
            store
                .grants()
                .in_force_for_user(id(2), at(200))
                .await
                .unwrap()
                .is_empty()
        );
        assert_eq!(
            store
                .grants()
                .in_force(user(), &PartnerId::new("other"), at(200))
                .await
                .unwrap(),
            None
        );
    }
}

#[tokio::test]
async fn a_reference_names_one_grant_for_ever() {
    for database in settled().await {
        let store = database.store();
        let grant = activate(store, 1).await;
        store.grants().withdraw(grant, user(), at(120)).await.unwrap();
        let found = store.grants().find_by_reference(&reference(1_001)).await.unwrap();
        assert_eq!(found.unwrap().id, grant, "ended, and on file all the same");
        assert_eq!(
            store.grants().find_by_reference(&reference(1_002)).await.unwrap(),
            None
        );
        let taken = NewGrant {
            reference: reference(1_001),
            ..new_grant(1_002, 2)
        };
        assert_eq!(permit_grant(store, 2, taken).await, Err(StoreError::Conflict));
    }
}

#[tokio::test]
async fn a_grant_is_withdrawn_by_its_user_once() {
    for database in settled().await {
        let store = database.store();
        let grant = activate(store, 1).await;
        assert!(
            !store.grants().withdraw(grant, id(2), at(200)).await.unwrap(),
            "somebody else's"
        );
        assert!(store.grants().withdraw(grant, user(), at(200)).await.unwrap());
        assert!(!store.grants().withdraw(grant, user(), at(201)).await.unwrap());
        assert!(
            !store
                .grants()
                .end(grant, EndReason::EndedByOperator, at(201))
                .await
                .unwrap()
        );
        let ended = store.grants().find(grant).await.unwrap().unwrap();
        assert_eq!(ended.ended, Some((at(200), EndReason::Withdrawn)));
        assert_eq!(ended.status(at(201)), GrantStatus::Ended(EndReason::Withdrawn));
        assert!(
            store
                .grants()
                .in_force_for_user(user(), at(201))
                .await
                .unwrap()
                .is_empty()
        );
    }
}

#[tokio::test]
async fn the_last_access_is_kept_to_the_minute() {
    for database in settled().await {
        let store = database.store();
        let grant = activate(store, 1).await;
        let fresh = || async { store.grants().find(grant).await.unwrap().unwrap() };
        store
            .grants()
            .touch_last_access(&fresh().await, at(200))
            .await
            .unwrap();
        let seen = fresh().await;
        assert_eq!(seen.last_access_at, Some(at(200)));
        store.grants().touch_last_access(&seen, at(259)).await.unwrap();
        assert_eq!(fresh().await.last_access_at, Some(at(200)));
        store.grants().touch_last_access(&seen, at(260)).await.unwrap();
        assert_eq!(fresh().await.last_access_at, Some(at(260)));
        // A slower call that began earlier does not turn it back.
        store.grants().touch_last_access(&seen, at(250)).await.unwrap();
        assert_eq!(fresh().await.last_access_at, Some(at(260)));
    }
}
