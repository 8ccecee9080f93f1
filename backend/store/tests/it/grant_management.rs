//! Grants as partners know and end them, by public id.

use crate::scene::{
    RACERS, activate, at, digest, id, new_grant, new_partner, new_tokens, new_user, partner_id, permit,
    permit_grant, race, settled, user,
};
use renkei_procedure::identity::PartnerId;
use renkei_store::{Completion, EndReason, GrantStatus, NewGrant, Redemption, Store, StoreError};

/// A pending grant that goes on under the public id of the grant 1,001, and its code: numbers as with [`permit`].
async fn permit_under_the_first_id(store: &Store, number: u8) -> Result<Completion, StoreError> {
    let grant = NewGrant {
        public_id: new_grant(1_001, 1).public_id,
        continues: Some(id(1_001)),
        ..new_grant(1_000 + u128::from(number), number.into())
    };
    permit_grant(store, number, grant).await
}

async fn redeem(store: &Store, number: u8) -> Redemption {
    store
        .authorization_codes()
        .redeem(
            digest(number),
            &partner_id(),
            &new_tokens(number, 1_000 + u128::from(number)),
            at(120),
        )
        .await
        .unwrap()
}

#[tokio::test]
async fn a_public_id_names_the_grant_in_force_to_its_partner() {
    for database in settled().await {
        let store = database.store();
        store.partners().upsert(&new_partner("other")).await.unwrap();
        let grants = store.grants();
        permit(store, 1).await;
        let found = grants.find_public(&partner_id(), "public-1001", at(105)).await;
        assert_eq!(found.unwrap(), None, "it is pending");
        redeem(store, 1).await;
        let found = grants
            .find_public(&partner_id(), "public-1001", at(121))
            .await
            .unwrap()
            .unwrap();
        assert_eq!(found.id, id(1_001));
        for (partner, public_id, seconds) in [
            ("other", "public-1001", 121),
            ("kaikei", "public-1002", 121),
            ("kaikei", "PUBLIC-1001", 121),
            ("kaikei", "public-1001", 1_000_000),
        ] {
            let found = grants
                .find_public(&PartnerId::new(partner), public_id, at(seconds))
                .await;
            assert_eq!(found.unwrap(), None, "{partner} {public_id} {seconds}");
        }
        grants.withdraw(id(1_001), user(), at(122)).await.unwrap();
        let found = grants.find_public(&partner_id(), "public-1001", at(122)).await;
        assert_eq!(found.unwrap(), None);
    }
}

#[tokio::test]
async fn a_public_id_goes_on_to_the_grant_that_takes_the_place() {
    for database in settled().await {
        let store = database.store();
        activate(store, 1).await;
        for number in [2, 3] {
            permit_under_the_first_id(store, number).await.unwrap();
        }
        let named = || async {
            store
                .grants()
                .find_public(&partner_id(), "public-1001", at(121))
                .await
                .unwrap()
                .map(|grant| grant.id)
        };
        assert_eq!(named().await, Some(id(1_001)), "the others are pending");
        assert!(matches!(redeem(store, 2).await, Redemption::Redeemed(_)));
        assert_eq!(named().await, Some(id(1_002)));
        // What the third continues is not there any more: it would drop what the second has added.
        assert!(matches!(redeem(store, 3).await, Redemption::GrantEnded));
        assert_eq!(named().await, Some(id(1_002)));
        let first = store.grants().find(id(1_001)).await.unwrap().unwrap();
        assert_eq!(first.status(at(121)), GrantStatus::Ended(EndReason::Replaced));
    }
}

#[tokio::test]
async fn what_was_withdrawn_does_not_come_back_with_what_continues_it() {
    for database in settled().await {
        let store = database.store();
        activate(store, 1).await;
        permit_under_the_first_id(store, 2).await.unwrap();
        store.grants().withdraw(id(1_001), user(), at(110)).await.unwrap();
        assert!(matches!(redeem(store, 2).await, Redemption::GrantEnded));
        let found = store
            .grants()
            .find_public(&partner_id(), "public-1001", at(121))
            .await;
        assert_eq!(found.unwrap(), None);
        assert_eq!(store.tokens().find_access(digest(2)).await.unwrap(), None);
    }
}

#[tokio::test]
async fn a_public_id_never_goes_over_to_another_user_or_partner() {
    for database in settled().await {
        let store = database.store();
        store.users().upsert(&new_user(2, "sorachi-jiro")).await.unwrap();
        store.partners().upsert(&new_partner("other")).await.unwrap();
        activate(store, 1).await;
        store.grants().withdraw(id(1_001), user(), at(120)).await.unwrap();
        let of_another_user = NewGrant {
            user_id: id(2),
            ..new_grant(1_002, 2)
        };
        let of_another_partner = NewGrant {
            partner_id: PartnerId::new("other"),
            ..new_grant(1_003, 3)
        };
        for (number, grant) in [(2, of_another_user), (3, of_another_partner)] {
            let taken = NewGrant {
                public_id: "public-1001".to_owned(),
                ..grant
            };
            let refused = permit_grant(store, number, taken).await;
            assert_eq!(refused, Err(StoreError::Conflict), "{number}");
        }
        permit_under_the_first_id(store, 4).await.unwrap();
    }
}

#[tokio::test]
async fn the_partner_ends_all_that_its_public_id_names() {
    for database in settled().await {
        let store = database.store();
        store.partners().upsert(&new_partner("other")).await.unwrap();
        activate(store, 1).await;
        permit_under_the_first_id(store, 2).await.unwrap();
        permit(store, 3).await;
        let grants = store.grants();
        for (partner, public_id) in [("other", "public-1001"), ("kaikei", "public-9")] {
            let ended = grants
                .end_by_partner(&PartnerId::new(partner), public_id, at(130))
                .await;
            assert_eq!(ended.unwrap(), []);
        }
        let ended = grants.end_by_partner(&partner_id(), "public-1001", at(130)).await;
        assert_eq!(ended.unwrap(), [id(1_001), id(1_002)]);
        let again = grants.end_by_partner(&partner_id(), "public-1001", at(131)).await;
        assert_eq!(again.unwrap(), []);

        for number in [1_001, 1_002] {
            let ended = grants.find(id(number)).await.unwrap().unwrap().ended;
            assert_eq!(ended, Some((at(130), EndReason::RevokedByPartner)));
        }
        let other = grants.find(id(1_003)).await.unwrap().unwrap();
        assert_eq!(other.ended, None, "another public id");
        let access = store.tokens().find_access(digest(1)).await.unwrap().unwrap();
        let refresh = store.tokens().find_refresh(digest(101)).await.unwrap().unwrap();
        assert!(!access.holds(at(130)) && !refresh.holds(at(130)));
        assert!(matches!(redeem(store, 2).await, Redemption::GrantEnded));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn successors_redeemed_while_the_partner_ends_the_grant_leave_at_most_one_in_force() {
    for database in settled().await {
        let store = database.store();
        activate(store, 1).await;
        for number in 2..=u8::try_from(RACERS).unwrap() {
            permit_under_the_first_id(store, number).await.unwrap();
        }
        let outcomes = race(&database, |store, racer| async move {
            if racer % 5 == 0 {
                let ended = store
                    .grants()
                    .end_by_partner(&partner_id(), "public-1001", at(120))
                    .await;
                return ended.unwrap().len();
            }
            match redeem(&store, u8::try_from(racer + 1).unwrap()).await {
                Redemption::Redeemed(_) | Redemption::GrantEnded => 0,
                other => panic!("{other:?}"),
            }
        })
        .await;
        assert!(
            outcomes.iter().sum::<usize>() >= 1,
            "the first to end ends at least one"
        );
        let found = store
            .grants()
            .find_public(&partner_id(), "public-1001", at(121))
            .await;
        assert_eq!(found.unwrap(), None, "what was pending has ended, too");
    }
}
