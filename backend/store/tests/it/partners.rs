//! Registered partners.

use crate::scene::{at, digest, json, new_partner};
use renkei_procedure::identity::PartnerId;
use renkei_store::testing::TestDatabase;
use renkei_store::{BusinessesMode, PartnerProfile, PartnerRecord};
use uuid::Uuid;

#[tokio::test]
async fn a_partner_comes_back_as_it_was_written() {
    for database in TestDatabase::each().await.unwrap() {
        let partners = database.store().partners();
        let fapi = new_partner("kaikei");
        let baseline = PartnerRecord {
            profile: PartnerProfile::Baseline,
            certificate_subject: Some(digest(8)),
            secret_hash: Some(digest(1)),
            businesses: BusinessesMode::Fixed,
            ..new_partner("chobo")
        };
        let by_itself = PartnerRecord {
            registration_token_hash: Some(digest(2)),
            registered_by: Some(Uuid::from_u128(7)),
            registration_terms: Some(json("terms")),
            created_at: at(70),
            suspended_at: Some(at(80)),
            ..new_partner("keiri")
        };
        for record in [&fapi, &baseline, &by_itself] {
            partners.upsert(record).await.unwrap();
        }
        assert_eq!(
            partners.list().await.unwrap(),
            [baseline, fapi.clone(), by_itself]
        );
        assert_eq!(partners.find(&fapi.client_id).await.unwrap(), Some(fapi));
        assert_eq!(partners.find(&PartnerId::new("KAIKEI")).await.unwrap(), None);
    }
}

#[tokio::test]
async fn what_is_not_the_operators_stays_when_a_partner_is_written_again() {
    for database in TestDatabase::each().await.unwrap() {
        let partners = database.store().partners();
        let record = new_partner("kaikei");
        let client_id = record.client_id.clone();
        partners.upsert(&record).await.unwrap();
        assert!(partners.suspend(&client_id, at(5)).await.unwrap());
        assert!(!partners.suspend(&client_id, at(6)).await.unwrap());
        partners
            .upsert(&PartnerRecord {
                name: "新会計".to_owned(),
                registration: json("new registration"),
                secret_hash: Some(digest(3)),
                registration_token_hash: Some(digest(4)),
                registered_by: Some(Uuid::from_u128(9)),
                registration_terms: Some(json("terms")),
                created_at: at(9),
                ..record.clone()
            })
            .await
            .unwrap();
        let stopped = partners.find(&client_id).await.unwrap().unwrap();
        let expected = PartnerRecord {
            name: "新会計".to_owned(),
            registration: json("new registration"),
            secret_hash: Some(digest(3)),
            suspended_at: Some(at(5)),
            ..record
        };
        assert_eq!(stopped, expected);
        assert!(partners.resume(&client_id).await.unwrap());
        assert!(!partners.resume(&client_id).await.unwrap());
        assert_eq!(
            partners.find(&client_id).await.unwrap().unwrap().suspended_at,
            None
        );
        assert!(!partners.suspend(&PartnerId::new("nobody"), at(5)).await.unwrap());
    }
}
