//! Which user a client certificate belongs to.
//! Not here: whether the certificate is good; `renkei-tls` judges that.

use super::repository;
use super::users::UserRecord;
use crate::entity::{client_certificate, user};
use crate::{Sha256Digest, StoreError};
use renkei_procedure::identity::UserId;
use renkei_procedure::time::Instant;
use sea_orm::sea_query::OnConflict;
use sea_orm::{EntityTrait, IntoActiveModel};

/// A certificate and its owner.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CertificateBinding {
    /// SHA-256 of the certificate's DER form.
    pub thumbprint: Sha256Digest,
    /// The owner.
    pub user_id: UserId,
    /// Subject, RFC 4514 form.
    pub subject: String,
    /// Serial number, hexadecimal with colons.
    pub serial: String,
    /// When it was bound.
    pub bound_at: Instant,
}

repository! {
    /// Certificates of users.
    pub struct ClientCertificates;
}

impl ClientCertificates<'_> {
    /// Binds a certificate. Binding it once more to the same user changes nothing.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] where it belongs to somebody else already, or the user is unknown.
    pub async fn bind(&self, binding: &CertificateBinding) -> Result<(), StoreError> {
        let model = client_certificate::Model {
            thumbprint: binding.thumbprint,
            user_id: binding.user_id.as_uuid(),
            subject: binding.subject.clone(),
            serial: binding.serial.clone(),
            bound_at: binding.bound_at.into(),
        };
        let inserted = client_certificate::Entity::insert(model.into_active_model())
            .on_conflict(
                OnConflict::column(client_certificate::Column::Thumbprint)
                    .do_nothing()
                    .to_owned(),
            )
            .exec_without_returning(self.store.write())
            .await?;
        if inserted == 1 {
            return Ok(());
        }
        let owner = client_certificate::Entity::find_by_id(binding.thumbprint)
            .one(self.store.read())
            .await?;
        match owner {
            Some(owner) if owner.user_id == binding.user_id.as_uuid() => Ok(()),
            _ => Err(StoreError::Conflict),
        }
    }

    /// The owner of a certificate.
    pub async fn user_by_thumbprint(
        &self,
        thumbprint: Sha256Digest,
    ) -> Result<Option<UserRecord>, StoreError> {
        let found = client_certificate::Entity::find_by_id(thumbprint)
            .find_also_related(user::Entity)
            .one(self.store.read())
            .await?;
        found
            .and_then(|(_, owner)| owner)
            .map(UserRecord::try_from)
            .transpose()
    }

    /// Takes a certificate away from its user. `false`: it belonged to nobody.
    pub async fn unbind(&self, thumbprint: Sha256Digest) -> Result<bool, StoreError> {
        let deleted = client_certificate::Entity::delete_by_id(thumbprint)
            .exec(self.store.write())
            .await?;
        Ok(deleted.rows_affected == 1)
    }
}
