//! Authorization codes: redeemed once.

use crate::scene::{
    RACERS, at, digest, id, new_code, new_partner, new_tokens, partner_id, permit, race, settled, user,
};
use renkei_procedure::identity::PartnerId;
use renkei_store::{
    AuthorizationCodeRecord, CodePut, EndReason, GrantStatus, NewAuthorizationCode, Redemption, StoreError,
};

#[tokio::test]
async fn a_redeemed_code_activates_the_grant_and_its_tokens() {
    for database in settled().await {
        let store = database.store();
        let codes = store.authorization_codes();
        let grant = permit(store, 1).await;
        let record: AuthorizationCodeRecord = codes.find(digest(1)).await.unwrap().unwrap();
        assert_eq!((record.grant_id, record.redeemed_at), (grant, None));
        assert_eq!((&record.client_id, record.linkage_id), (&partner_id(), id(1)));

        let Redemption::Redeemed(redeemed) = codes
            .redeem(digest(1), &partner_id(), &new_tokens(1, 1_001), at(159))
            .await
            .unwrap()
        else {
            panic!("not redeemed");
        };
        assert_eq!(
            (redeemed.id, redeemed.status(at(159))),
            (grant, GrantStatus::Active)
        );
        assert_eq!(store.grants().find(grant).await.unwrap(), Some(*redeemed));
        assert_eq!(
            codes.find(digest(1)).await.unwrap().unwrap().redeemed_at,
            Some(at(159))
        );
        assert!(store.tokens().find_access(digest(1)).await.unwrap().is_some());
        assert!(store.tokens().find_refresh(digest(101)).await.unwrap().is_some());
    }
}

#[tokio::test]
async fn a_code_of_another_client_or_too_late_is_worth_nothing() {
    for database in settled().await {
        let store = database.store();
        let codes = store.authorization_codes();
        permit(store, 1).await;
        let tokens = new_tokens(1, 1_001);
        let other = PartnerId::new("other");
        assert!(matches!(
            codes.redeem(digest(1), &other, &tokens, at(110)).await.unwrap(),
            Redemption::Unknown
        ));
        assert!(matches!(
            codes
                .redeem(digest(2), &partner_id(), &tokens, at(110))
                .await
                .unwrap(),
            Redemption::Unknown
        ));
        assert!(matches!(
            codes
                .redeem(digest(1), &partner_id(), &tokens, at(160))
                .await
                .unwrap(),
            Redemption::Expired
        ));
        assert_eq!(store.tokens().find_access(digest(1)).await.unwrap(), None);
        assert!(matches!(
            codes
                .redeem(digest(1), &partner_id(), &tokens, at(159))
                .await
                .unwrap(),
            Redemption::Redeemed(_)
        ));
    }
}

#[tokio::test]
async fn a_replay_by_the_client_revokes_what_the_code_issued() {
    for database in settled().await {
        let store = database.store();
        let codes = store.authorization_codes();
        let grant = permit(store, 1).await;
        assert!(
            !codes
                .revoke_issued(digest(1), &partner_id(), at(105))
                .await
                .unwrap(),
            "it has issued nothing"
        );
        codes
            .redeem(digest(1), &partner_id(), &new_tokens(1, 1_001), at(110))
            .await
            .unwrap();
        for seconds in [111, 500] {
            let again = codes
                .redeem(digest(1), &partner_id(), &new_tokens(2, 1_001), at(seconds))
                .await
                .unwrap();
            assert!(matches!(again, Redemption::Replayed { grant_id } if grant_id == grant));
        }
        assert_eq!(store.tokens().find_access(digest(2)).await.unwrap(), None);
        assert!(
            !codes
                .revoke_issued(digest(1), &PartnerId::new("other"), at(112))
                .await
                .unwrap()
        );
        let before = store.tokens().find_access(digest(1)).await.unwrap().unwrap();
        assert_eq!(before.grant.unwrap().status(at(112)), GrantStatus::Active);
        assert!(
            codes
                .revoke_issued(digest(1), &partner_id(), at(112))
                .await
                .unwrap()
        );
        assert!(
            !codes
                .revoke_issued(digest(1), &partner_id(), at(113))
                .await
                .unwrap()
        );
        let after = store.tokens().find_access(digest(1)).await.unwrap().unwrap();
        assert_eq!(
            after.grant.unwrap().status(at(113)),
            GrantStatus::Ended(EndReason::CodeReplayed)
        );
    }
}

#[tokio::test]
async fn a_grant_withdrawn_before_its_code_came_stays_withdrawn() {
    for database in settled().await {
        let store = database.store();
        let grant = permit(store, 1).await;
        store.grants().withdraw(grant, user(), at(105)).await.unwrap();
        let late = store
            .authorization_codes()
            .redeem(digest(1), &partner_id(), &new_tokens(1, 1_001), at(110))
            .await;
        assert!(matches!(late.unwrap(), Redemption::GrantEnded));
        assert_eq!(store.tokens().find_access(digest(1)).await.unwrap(), None);
        let code = store
            .authorization_codes()
            .put(&new_code(2, 1_001, 1))
            .await
            .unwrap();
        assert_eq!(code, CodePut::AlreadyRedeemed);
    }
}

#[tokio::test]
async fn the_earlier_grant_ends_when_the_new_code_is_redeemed_and_not_before() {
    for database in settled().await {
        let store = database.store();
        store.partners().upsert(&new_partner("other")).await.unwrap();
        let codes = store.authorization_codes();
        let first = permit(store, 1).await;
        codes
            .redeem(digest(1), &partner_id(), &new_tokens(1, 1_001), at(110))
            .await
            .unwrap();
        let second = permit(store, 2).await;
        assert_eq!(
            store.grants().find(first).await.unwrap().unwrap().status(at(120)),
            GrantStatus::Active
        );
        codes
            .redeem(digest(2), &partner_id(), &new_tokens(2, 1_002), at(120))
            .await
            .unwrap();
        let replaced = store.grants().find(first).await.unwrap().unwrap();
        assert_eq!(replaced.ended, Some((at(120), EndReason::Replaced)));
        assert_eq!(
            store
                .grants()
                .in_force(user(), &partner_id(), at(121))
                .await
                .unwrap()
                .unwrap()
                .id,
            second
        );
    }
}

#[tokio::test]
async fn a_new_code_takes_the_place_of_an_unredeemed_one() {
    for database in settled().await {
        let store = database.store();
        let codes = store.authorization_codes();
        permit(store, 1).await;
        assert_eq!(codes.put(&new_code(2, 1_001, 1)).await.unwrap(), CodePut::Stored);
        assert_eq!(codes.find(digest(1)).await.unwrap(), None);
        let tokens = new_tokens(1, 1_001);
        assert!(matches!(
            codes
                .redeem(digest(1), &partner_id(), &tokens, at(110))
                .await
                .unwrap(),
            Redemption::Unknown
        ));
        assert!(matches!(
            codes
                .redeem(digest(2), &partner_id(), &tokens, at(110))
                .await
                .unwrap(),
            Redemption::Redeemed(_)
        ));
        assert_eq!(
            codes.put(&new_code(3, 1_001, 1)).await.unwrap(),
            CodePut::AlreadyRedeemed
        );
        assert!(codes.find(digest(2)).await.unwrap().is_some());
        let of_no_grant = NewAuthorizationCode {
            grant_id: id(99),
            ..new_code(4, 1_001, 1)
        };
        assert_eq!(codes.put(&of_no_grant).await, Err(StoreError::Conflict));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_redemptions_at_the_same_moment_one_gets_tokens() {
    for database in settled().await {
        let grant = permit(database.store(), 1).await;
        let outcomes = race(&database, |store, racer| async move {
            let tokens = new_tokens(u8::try_from(racer).unwrap(), 1_001);
            store
                .authorization_codes()
                .redeem(digest(1), &partner_id(), &tokens, at(110))
                .await
                .unwrap()
        })
        .await;
        let redeemed = outcomes
            .iter()
            .filter(|outcome| matches!(outcome, Redemption::Redeemed(_)))
            .count();
        let replayed = outcomes
            .iter()
            .filter(|outcome| matches!(outcome, Redemption::Replayed { grant_id } if *grant_id == grant))
            .count();
        assert_eq!((redeemed, replayed), (1, RACERS - 1));
        let mut tokens = 0;
        for racer in 0..RACERS {
            let hash = digest(u8::try_from(racer).unwrap());
            tokens += usize::from(
                database
                    .store()
                    .tokens()
                    .find_access(hash)
                    .await
                    .unwrap()
                    .is_some(),
            );
        }
        assert_eq!(tokens, 1);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_grants_redeemed_at_the_same_moment_one_remains_in_force() {
    for database in settled().await {
        let store = database.store();
        for number in 0..RACERS {
            permit(store, u8::try_from(number + 1).unwrap()).await;
        }
        let outcomes = race(&database, |store, racer| async move {
            let number = u8::try_from(racer + 1).unwrap();
            let tokens = new_tokens(number, 1_000 + u128::from(number));
            store
                .authorization_codes()
                .redeem(digest(number), &partner_id(), &tokens, at(110))
                .await
                .unwrap()
        })
        .await;
        assert!(
            outcomes
                .iter()
                .all(|outcome| matches!(outcome, Redemption::Redeemed(_)))
        );
        let list = store.grants().in_force_for_user(user(), at(111)).await.unwrap();
        assert_eq!(list.len(), 1);
        for number in 1..=RACERS as u128 {
            let grant = store.grants().find(id(1_000 + number)).await.unwrap().unwrap();
            let expected = if grant.id == list[0].grant.id {
                GrantStatus::Active
            } else {
                GrantStatus::Ended(EndReason::Replaced)
            };
            assert_eq!(grant.status(at(111)), expected);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_redeemed_while_it_is_being_replaced_counts_once() {
    for database in settled().await {
        permit(database.store(), 1).await;
        let outcomes = race(&database, |store, racer| async move {
            let codes = store.authorization_codes();
            let number = u8::try_from(racer).unwrap();
            if racer % 4 < 2 {
                codes.put(&new_code(30 + number, 1_001, 1)).await.unwrap();
                0
            } else {
                let mut redeemed = 0;
                for hash in (30..30 + u8::try_from(RACERS).unwrap()).chain([1]) {
                    let tokens = new_tokens(number, 1_001);
                    let outcome = codes
                        .redeem(digest(hash), &partner_id(), &tokens, at(110))
                        .await
                        .unwrap();
                    redeemed += usize::from(matches!(outcome, Redemption::Redeemed(_)));
                }
                redeemed
            }
        })
        .await;
        // Whatever the race left redeemable is redeemed now: in all it must have been one.
        let mut redeemed: usize = outcomes.iter().sum();
        for hash in (30..30 + u8::try_from(RACERS).unwrap()).chain([1]) {
            let outcome = database
                .store()
                .authorization_codes()
                .redeem(digest(hash), &partner_id(), &new_tokens(90, 1_001), at(110))
                .await
                .unwrap();
            redeemed += usize::from(matches!(outcome, Redemption::Redeemed(_)));
        }
        assert_eq!(redeemed, 1);
    }
}
