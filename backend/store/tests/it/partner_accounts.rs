//! Accounts as each partner knows them.

use crate::scene::{first_account, id, new_partner, partner_id, race, second_account, settled};
use renkei_procedure::identity::PartnerId;
use renkei_store::StoreError;

#[tokio::test]
async fn an_account_has_one_stable_id_for_each_partner() {
    for database in settled().await {
        let store = database.store();
        store.partners().upsert(&new_partner("other")).await.unwrap();
        let known = store.partner_accounts();
        let first = known
            .public_ids(&partner_id(), &[(first_account(), id(501))])
            .await
            .unwrap();
        assert_eq!(first[&first_account()], id(501));
        let both = [(second_account(), id(602)), (first_account(), id(601))];
        let again = known.public_ids(&partner_id(), &both).await.unwrap();
        assert_eq!(
            (again[&first_account()], again[&second_account()]),
            (id(501), id(602))
        );
        let others = known
            .public_ids(&PartnerId::new("other"), &[(first_account(), id(701))])
            .await
            .unwrap();
        assert_eq!(others[&first_account()], id(701));

        assert_eq!(
            known.find(&partner_id(), id(602)).await.unwrap(),
            Some(second_account())
        );
        assert_eq!(known.find(&partner_id(), id(601)).await.unwrap(), None);
        assert_eq!(
            known.find(&partner_id(), id(701)).await.unwrap(),
            None,
            "the other partner's id"
        );
        let asked = [id(501), id(602), id(601), id(701), id(501)];
        let found = known.find_all(&partner_id(), &asked).await.unwrap();
        assert_eq!(
            found,
            [(id(501), first_account()), (id(602), second_account())].into(),
            "what is another's or nobody's is left out"
        );
        assert!(known.find_all(&partner_id(), &[]).await.unwrap().is_empty());
        assert!(known.public_ids(&partner_id(), &[]).await.unwrap().is_empty());
        let unknown = known.public_ids(&partner_id(), &[(id(999), id(801))]).await;
        assert_eq!(unknown, Err(StoreError::Conflict));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn first_calls_at_the_same_moment_agree() {
    for database in settled().await {
        let answers = race(&database, |store, racer| async move {
            let fresh = 1_000 + 10 * racer as u128;
            let mut asked = [(first_account(), id(fresh)), (second_account(), id(fresh + 1))];
            if racer % 2 == 0 {
                asked.reverse();
            }
            store
                .partner_accounts()
                .public_ids(&partner_id(), &asked)
                .await
                .unwrap()
        })
        .await;
        assert_eq!(answers[0].len(), 2);
        assert!(answers.iter().all(|answer| *answer == answers[0]));
    }
}
