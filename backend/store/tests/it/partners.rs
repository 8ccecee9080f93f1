//! Registered partners.

use crate::scene::{at, digest, new_partner};
use renkei_procedure::identity::PartnerId;
use renkei_store::testing::TestDatabase;
use renkei_store::{BusinessesMode, ClientAuthMethod, PartnerProfile, PartnerRecord, TokenBinding};

#[tokio::test]
async fn a_partner_comes_back_as_it_was_written() {
    for database in TestDatabase::each().await.unwrap() {
        let partners = database.store().partners();
        let fapi = new_partner("kaikei");
        let baseline = PartnerRecord {
            profile: PartnerProfile::Baseline,
            auth_method: ClientAuthMethod::ClientSecretBasic,
            jwks: None,
            secret_hash: Some(digest(1)),
            businesses: BusinessesMode::Fixed,
            token_binding: TokenBinding::None,
            ..new_partner("chobo")
        };
        let by_certificate = PartnerRecord {
            auth_method: ClientAuthMethod::TlsClientAuth,
            tls_client_auth_subject_dn: Some("CN=keiri".to_owned()),
            ..new_partner("keiri")
        };
        for record in [&fapi, &baseline, &by_certificate] {
            partners.upsert(record).await.unwrap();
        }
        assert_eq!(
            partners.list().await.unwrap(),
            [baseline, fapi.clone(), by_certificate]
        );
        assert_eq!(partners.find(&fapi.client_id).await.unwrap(), Some(fapi));
        assert_eq!(partners.find(&PartnerId::new("KAIKEI")).await.unwrap(), None);
    }
}

#[tokio::test]
async fn a_partner_stays_stopped_when_it_is_written_again() {
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
                ..record
            })
            .await
            .unwrap();
        let stopped = partners.find(&client_id).await.unwrap().unwrap();
        assert_eq!(
            (stopped.name.as_str(), stopped.suspended_at),
            ("新会計", Some(at(5)))
        );
        assert!(partners.resume(&client_id).await.unwrap());
        assert!(!partners.resume(&client_id).await.unwrap());
        assert_eq!(
            partners.find(&client_id).await.unwrap().unwrap().suspended_at,
            None
        );
        assert!(!partners.suspend(&PartnerId::new("nobody"), at(5)).await.unwrap());
    }
}
