//! Partners that register themselves and look after their registration (RFC 7591, RFC 7592).
//! Not here: what a registration may say, and making client ids, secrets and tokens.

use super::{PartnerRecord, Partners, registered};
use crate::entity::{grant, partner};
use crate::repository::grants::{self, EndReason};
use crate::repository::initial_access_tokens;
use crate::transaction::{Ending, settle};
use crate::{JsonText, Sha256Digest, StoreError};
use renkei_procedure::identity::PartnerId;
use renkei_procedure::time::Instant;
use sea_orm::sea_query::LockType;
use sea_orm::{
    ActiveValue, ColumnTrait, Condition, DatabaseTransaction, EntityTrait, IntoActiveModel, QueryFilter,
    QuerySelect,
};

/// What became of a partner's own registration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SelfRegistration {
    /// The partner is on file, as written.
    Registered(Box<PartnerRecord>),
    /// The initial access token is unknown, has run out or is used up: nothing was written.
    TokenUnusable,
}

/// What an update makes of the client secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SecretChange {
    /// It stays.
    Keep,
    /// The SHA-256 of the secret from now on.
    Replace(Sha256Digest),
    /// There is none from now on.
    Remove,
}

/// What replaces a registration.
#[derive(Debug, Clone)]
pub struct RegistrationUpdate {
    /// The client metadata.
    pub registration: JsonText,
    /// SHA-256 of the certificate subject, if the partner is known by one from now on.
    pub certificate_subject: Option<Sha256Digest>,
    /// What becomes of the secret.
    pub secret: SecretChange,
}

impl Partners<'_> {
    /// Spends one use of an initial access token and writes the partner, both or neither. The token's id is written
    /// as the one by which the partner registered, whatever the record says.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] where the `client_id` is taken, be it by a partner that has deregistered, or where
    /// another partner has the certificate subject.
    pub async fn insert_registered(
        &self,
        record: &PartnerRecord,
        initial_token_hash: Sha256Digest,
        now: Instant,
    ) -> Result<SelfRegistration, StoreError> {
        let transaction = self.store.begin().await?;
        let ending = insert_registered(&transaction, record, initial_token_hash, now).await;
        settle(transaction, ending).await
    }

    /// The partner of a `client_id` if this is its registration access token (RFC 7592 section 2).
    pub async fn find_by_registration_token(
        &self,
        client_id: &PartnerId,
        token_hash: Sha256Digest,
    ) -> Result<Option<PartnerRecord>, StoreError> {
        let found = registered()
            .filter(partner::Column::ClientId.eq(client_id.as_str()))
            .filter(partner::Column::RegistrationTokenHash.eq(token_hash))
            .one(self.store.read())
            .await?;
        Ok(found.map(PartnerRecord::from))
    }

    /// Replaces the registration of a partner that registered itself (RFC 7592 section 2.2). `false`: there is none.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] where another partner has the certificate subject.
    pub async fn update_registration(
        &self,
        client_id: &PartnerId,
        update: &RegistrationUpdate,
    ) -> Result<bool, StoreError> {
        let change = partner::ActiveModel {
            registration: ActiveValue::Set(update.registration.clone()),
            certificate_subject: ActiveValue::Set(update.certificate_subject),
            secret_hash: match update.secret {
                SecretChange::Keep => ActiveValue::NotSet,
                SecretChange::Replace(hash) => ActiveValue::Set(Some(hash)),
                SecretChange::Remove => ActiveValue::Set(None),
            },
            ..Default::default()
        };
        self.change(
            client_id,
            change,
            partner::Column::RegistrationTokenHash.is_not_null(),
        )
        .await
    }

    /// A partner that registered itself leaves (RFC 7592 section 2.3): its credentials are forgotten, its grants end,
    /// and nobody finds it any more. Answers how many grants ended; `None`: there is no such partner.
    pub async fn deregister(&self, client_id: &PartnerId, now: Instant) -> Result<Option<u64>, StoreError> {
        let transaction = self.store.begin().await?;
        let ending = deregister(&transaction, client_id, now).await;
        settle(transaction, ending).await
    }
}

async fn insert_registered(
    database: &DatabaseTransaction,
    record: &PartnerRecord,
    initial_token_hash: Sha256Digest,
    now: Instant,
) -> Result<Ending<SelfRegistration>, StoreError> {
    let Some(token) = initial_access_tokens::spend(database, initial_token_hash, now).await? else {
        return Ok(Ending::Undo(SelfRegistration::TokenUnusable));
    };
    let written = PartnerRecord {
        registered_by: Some(token),
        ..record.clone()
    };
    partner::Entity::insert(partner::Model::from(&written).into_active_model())
        .exec_without_returning(database)
        .await?;
    Ok(Ending::Keep(SelfRegistration::Registered(Box::new(written))))
}

async fn deregister(
    database: &DatabaseTransaction,
    client_id: &PartnerId,
    now: Instant,
) -> Result<Ending<Option<u64>>, StoreError> {
    // A grant that is being written shares this row: it is there before, and ends here, or is not written at all.
    let locked = registered()
        .filter(partner::Column::ClientId.eq(client_id.as_str()))
        .filter(partner::Column::RegistrationTokenHash.is_not_null())
        .lock(LockType::NoKeyUpdate)
        .one(database)
        .await?;
    if locked.is_none() {
        return Ok(Ending::Undo(None));
    }
    let gone = partner::ActiveModel {
        certificate_subject: ActiveValue::Set(None),
        secret_hash: ActiveValue::Set(None),
        registration_token_hash: ActiveValue::Set(None),
        deleted_at: ActiveValue::Set(Some(now.into())),
        ..Default::default()
    };
    partner::Entity::update_many()
        .set(gone)
        .filter(partner::Column::ClientId.eq(client_id.as_str()))
        .exec(database)
        .await?;
    let of_partner = Condition::all().add(grant::Column::PartnerId.eq(client_id.as_str()));
    let ended = grants::end_all(database, of_partner, EndReason::Deregistered, now).await?;
    Ok(Ending::Keep(Some(u64::try_from(ended.len()).unwrap_or(u64::MAX))))
}
