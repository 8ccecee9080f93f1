//! Which user a certificate belongs to.

use crate::scene::{at, digest, id, new_user, settled, user};
use renkei_store::{CertificateBinding, StoreError};

#[tokio::test]
async fn a_certificate_belongs_to_one_user_until_it_is_taken_away() {
    for database in settled().await {
        let store = database.store();
        store.users().upsert(&new_user(2, "hokkai-hanako")).await.unwrap();
        let certificates = store.client_certificates();
        let binding = CertificateBinding {
            thumbprint: digest(1),
            user_id: user(),
            subject: "CN=空知 太郎,O=空知商事株式会社".to_owned(),
            serial: "01:AB".to_owned(),
            bound_at: at(0),
        };
        certificates.bind(&binding).await.unwrap();
        certificates.bind(&binding).await.unwrap();
        let stolen = CertificateBinding {
            user_id: id(2),
            ..binding.clone()
        };
        assert_eq!(certificates.bind(&stolen).await, Err(StoreError::Conflict));
        assert_eq!(
            certificates
                .user_by_thumbprint(digest(1))
                .await
                .unwrap()
                .unwrap()
                .id,
            user()
        );
        assert_eq!(certificates.user_by_thumbprint(digest(2)).await.unwrap(), None);

        assert!(certificates.unbind(digest(1)).await.unwrap());
        assert!(!certificates.unbind(digest(1)).await.unwrap());
        assert_eq!(certificates.user_by_thumbprint(digest(1)).await.unwrap(), None);
        certificates.bind(&stolen).await.unwrap();

        let of_nobody = CertificateBinding {
            thumbprint: digest(3),
            user_id: id(99),
            ..binding
        };
        assert_eq!(certificates.bind(&of_nobody).await, Err(StoreError::Conflict));
    }
}
