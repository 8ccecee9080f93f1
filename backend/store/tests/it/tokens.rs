//! Access and refresh tokens.

use crate::scene::{at, digest, id, new_tokens, partner_id, permit, settled, user};
use renkei_procedure::identity::PartnerId;
use renkei_store::testing::TestDatabase;
use renkei_store::{EndReason, GrantStatus, NewAccessToken, StoreError};

async fn issued() -> Vec<TestDatabase> {
    let databases = settled().await;
    for database in &databases {
        let store = database.store();
        permit(store, 1).await;
        store
            .authorization_codes()
            .redeem(digest(1), &partner_id(), &new_tokens(1, 1_001), at(110))
            .await
            .unwrap();
    }
    databases
}

#[tokio::test]
async fn a_token_comes_with_all_that_decides_whether_it_holds() {
    for database in issued().await {
        let store = database.store();
        let grant = store.grants().find(id(1_001)).await.unwrap().unwrap();
        let access = store.tokens().find_access(digest(1)).await.unwrap().unwrap();
        assert_eq!(access.grant, grant);
        assert_eq!(
            (&access.client_id, access.thumbprint),
            (&partner_id(), Some(digest(250)))
        );
        assert_eq!(access.scope, "accounts balance statement");
        assert_eq!(
            (access.issued_at, access.expires_at, access.revoked_at),
            (at(110), at(710), None)
        );
        assert!(!access.partner_suspended);
        let refresh = store.tokens().find_refresh(digest(101)).await.unwrap().unwrap();
        assert_eq!(
            (refresh.grant, refresh.issued_at, refresh.revoked_at),
            (grant, at(110), None)
        );
        assert_eq!(
            (&refresh.client_id, refresh.thumbprint),
            (&partner_id(), Some(digest(250)))
        );

        store.partners().suspend(&partner_id(), at(120)).await.unwrap();
        assert!(
            store
                .tokens()
                .find_access(digest(1))
                .await
                .unwrap()
                .unwrap()
                .partner_suspended
        );
        assert!(
            store
                .tokens()
                .find_refresh(digest(101))
                .await
                .unwrap()
                .unwrap()
                .partner_suspended
        );

        assert_eq!(
            store.tokens().find_access(digest(101)).await.unwrap(),
            None,
            "a refresh token is no access token"
        );
        assert_eq!(store.tokens().find_refresh(digest(1)).await.unwrap(), None);
    }
}

#[tokio::test]
async fn a_withdrawn_grant_shows_at_the_very_next_look() {
    for database in issued().await {
        let store = database.store();
        store.grants().withdraw(id(1_001), user(), at(120)).await.unwrap();
        let access = store.tokens().find_access(digest(1)).await.unwrap().unwrap();
        assert_eq!(
            access.grant.status(at(120)),
            GrantStatus::Ended(EndReason::Withdrawn)
        );
    }
}

#[tokio::test]
async fn revoking_an_access_token_leaves_its_grant() {
    for database in issued().await {
        let store = database.store();
        let second = NewAccessToken {
            token_hash: digest(2),
            ..new_tokens(2, 1_001).access
        };
        store.tokens().insert_access(&second).await.unwrap();
        assert!(
            !store
                .tokens()
                .revoke_access(digest(1), &PartnerId::new("other"), at(120))
                .await
                .unwrap()
        );
        assert!(
            store
                .tokens()
                .revoke_access(digest(1), &partner_id(), at(120))
                .await
                .unwrap()
        );
        assert!(
            !store
                .tokens()
                .revoke_access(digest(1), &partner_id(), at(121))
                .await
                .unwrap()
        );
        let revoked = store.tokens().find_access(digest(1)).await.unwrap().unwrap();
        assert_eq!((revoked.revoked_at, revoked.grant.ended), (Some(at(120)), None));
        assert_eq!(
            store
                .tokens()
                .find_access(digest(2))
                .await
                .unwrap()
                .unwrap()
                .revoked_at,
            None
        );
    }
}

#[tokio::test]
async fn revoking_the_refresh_token_ends_the_grant_and_all_its_tokens() {
    for database in issued().await {
        let store = database.store();
        let other = PartnerId::new("other");
        assert_eq!(
            store
                .tokens()
                .revoke_refresh(digest(101), &other, at(120))
                .await
                .unwrap(),
            None
        );
        assert_eq!(
            store
                .tokens()
                .revoke_refresh(digest(101), &partner_id(), at(120))
                .await
                .unwrap(),
            Some(id(1_001))
        );
        assert_eq!(
            store
                .tokens()
                .revoke_refresh(digest(101), &partner_id(), at(121))
                .await
                .unwrap(),
            None
        );
        let access = store.tokens().find_access(digest(1)).await.unwrap().unwrap();
        assert_eq!(
            access.grant.status(at(121)),
            GrantStatus::Ended(EndReason::RevokedByPartner)
        );
        assert_eq!(
            store
                .tokens()
                .find_refresh(digest(101))
                .await
                .unwrap()
                .unwrap()
                .revoked_at,
            Some(at(120))
        );
    }
}

#[tokio::test]
async fn a_token_needs_a_grant_and_a_hash_of_its_own() {
    for database in issued().await {
        let tokens = database.store().tokens();
        let of_no_grant = new_tokens(5, 99).access;
        assert_eq!(
            tokens.insert_access(&of_no_grant).await,
            Err(StoreError::Conflict)
        );
        assert_eq!(
            tokens.insert_access(&new_tokens(1, 1_001).access).await,
            Err(StoreError::Conflict)
        );
        let refresh = new_tokens(1, 1_001).refresh.unwrap();
        assert_eq!(tokens.insert_refresh(&refresh).await, Err(StoreError::Conflict));
    }
}
