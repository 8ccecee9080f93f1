//! Access and refresh tokens.

use crate::scene::{activate, at, digest, id, json, new_tokens, partner_id, settled, user};
use renkei_procedure::identity::PartnerId;
use renkei_store::testing::TestDatabase;
use renkei_store::{EndReason, GrantStatus, NewAccessToken, NewRefreshToken, StoreError, StoredBinding};

async fn issued() -> Vec<TestDatabase> {
    let databases = settled().await;
    for database in &databases {
        activate(database.store(), 1).await;
    }
    databases
}

#[tokio::test]
async fn a_token_comes_with_all_that_decides_whether_it_holds() {
    for database in issued().await {
        let store = database.store();
        let grant = store.grants().find(id(1_001)).await.unwrap().unwrap();
        let access = store.tokens().find_access(digest(1)).await.unwrap().unwrap();
        assert_eq!(access.grant.as_ref(), Some(&grant));
        assert_eq!(
            (&access.client_id, access.binding),
            (&partner_id(), StoredBinding::Certificate(digest(250)))
        );
        assert_eq!(access.scope, "accounts balance statement");
        assert_eq!(
            (access.issued_at, access.expires_at, access.revoked_at),
            (at(110), at(710), None)
        );
        assert!(!access.partner_stopped);
        let refresh = store.tokens().find_refresh(digest(101)).await.unwrap().unwrap();
        assert_eq!(
            (
                refresh.grant,
                refresh.issued_at,
                refresh.grace_until,
                refresh.revoked_at
            ),
            (grant, at(110), None, None)
        );
        assert_eq!(
            (&refresh.client_id, refresh.binding),
            (&partner_id(), StoredBinding::Certificate(digest(250)))
        );

        store.partners().suspend(&partner_id(), at(120)).await.unwrap();
        assert!(
            store
                .tokens()
                .find_access(digest(1))
                .await
                .unwrap()
                .unwrap()
                .partner_stopped
        );
        assert!(
            store
                .tokens()
                .find_refresh(digest(101))
                .await
                .unwrap()
                .unwrap()
                .partner_stopped
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
            access.grant.as_ref().unwrap().status(at(120)),
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
        assert_eq!(
            (revoked.revoked_at, revoked.grant.unwrap().ended),
            (Some(at(120)), None)
        );
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
            access.grant.unwrap().status(at(121)),
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

#[tokio::test]
async fn a_binding_comes_back_as_what_it_was() {
    for database in issued().await {
        let tokens = database.store().tokens();
        let bindings = [
            StoredBinding::Unbound,
            StoredBinding::Certificate(digest(7)),
            StoredBinding::Key(digest(7)),
        ];
        for (number, binding) in (10..).zip(bindings) {
            let access = NewAccessToken {
                binding,
                ..new_tokens(number, 1_001).access
            };
            tokens.insert_access(&access).await.unwrap();
            let found = tokens.find_access(digest(number)).await.unwrap().unwrap();
            assert_eq!(found.binding, binding);
            let refresh = NewRefreshToken {
                binding,
                ..new_tokens(number, 1_001).refresh.unwrap()
            };
            tokens.insert_refresh(&refresh).await.unwrap();
            let found = tokens.find_refresh(digest(number + 100)).await.unwrap().unwrap();
            assert_eq!(found.binding, binding);
        }
    }
}

#[tokio::test]
async fn a_token_may_be_narrower_than_its_grant() {
    for database in issued().await {
        let store = database.store();
        let narrow = NewAccessToken {
            scope: "accounts".to_owned(),
            authorization_details: Some(json("narrow")),
            ..new_tokens(2, 1_001).access
        };
        store.tokens().insert_access(&narrow).await.unwrap();
        let found = store.tokens().find_access(digest(2)).await.unwrap().unwrap();
        assert_eq!(found.scope, "accounts");
        assert_eq!(found.authorization_details, Some(json("narrow")));
        assert_eq!(found.grant.unwrap().authorization_details, Some(json("granted")));
        let whole = store.tokens().find_access(digest(1)).await.unwrap().unwrap();
        assert_eq!(whole.authorization_details, None);
    }
}

#[tokio::test]
async fn a_partners_own_token_has_no_grant_and_ends_with_the_partner() {
    for database in issued().await {
        let store = database.store();
        let own = NewAccessToken {
            grant_id: None,
            ..new_tokens(2, 1_001).access
        };
        store.tokens().insert_access(&own).await.unwrap();
        store.grants().withdraw(id(1_001), user(), at(120)).await.unwrap();
        let found = store.tokens().find_access(digest(2)).await.unwrap().unwrap();
        assert_eq!(found.grant, None);
        assert!(found.holds(at(120)) && !found.holds(at(710)));

        store.partners().suspend(&partner_id(), at(120)).await.unwrap();
        let stopped = store.tokens().find_access(digest(2)).await.unwrap().unwrap();
        assert!(!stopped.holds(at(120)));
        store.partners().resume(&partner_id()).await.unwrap();
        assert!(
            store
                .tokens()
                .revoke_access(digest(2), &partner_id(), at(121))
                .await
                .unwrap()
        );
        let revoked = store.tokens().find_access(digest(2)).await.unwrap().unwrap();
        assert!(!revoked.holds(at(121)));

        let of_nobody = NewAccessToken {
            token_hash: digest(3),
            client_id: PartnerId::new("nobody"),
            ..own
        };
        let refused = store.tokens().insert_access(&of_nobody).await;
        assert_eq!(refused, Err(StoreError::Conflict));
    }
}

#[tokio::test]
async fn a_token_holds_while_nothing_has_ended_it() {
    for database in issued().await {
        let store = database.store();
        let found = || async {
            let access = store.tokens().find_access(digest(1)).await.unwrap().unwrap();
            let refresh = store.tokens().find_refresh(digest(101)).await.unwrap().unwrap();
            (access, refresh)
        };
        let (access, refresh) = found().await;
        assert!(access.holds(at(709)) && !access.holds(at(710)));
        assert!(refresh.holds(at(999_999)) && !refresh.holds(at(1_000_000)));

        store.partners().suspend(&partner_id(), at(120)).await.unwrap();
        let (access, refresh) = found().await;
        assert!(!access.holds(at(120)) && !refresh.holds(at(120)));
        store.partners().resume(&partner_id()).await.unwrap();
        let (access, refresh) = found().await;
        assert!(access.holds(at(120)) && refresh.holds(at(120)));

        store.grants().withdraw(id(1_001), user(), at(120)).await.unwrap();
        let (access, refresh) = found().await;
        assert!(!access.holds(at(120)) && !refresh.holds(at(120)));
    }
}
