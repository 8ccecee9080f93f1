//! Registered partners. One that has deregistered is kept for the audit, but nothing here finds it.
//! Not here: what a profile or a registration demands; `renkei-oauth` knows that.

mod registration;

pub use registration::{RegistrationUpdate, SecretChange, SelfRegistration};

use super::repository;
use crate::column::word::words;
use crate::entity::partner;
use crate::{JsonText, Sha256Digest, StoreError};
use renkei_procedure::identity::PartnerId;
use renkei_procedure::time::Instant;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveValue, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, Select};
use uuid::Uuid;

words! {
    /// Which security profile a partner keeps to.
    pub enum PartnerProfile {
        /// FAPI 2.0 Security Profile.
        Fapi2 = "fapi2",
        /// Plain OAuth 2.0 with PKCE.
        Baseline = "baseline",
    }

    /// Whether the customer chooses the businesses.
    pub enum BusinessesMode {
        /// The customer chooses.
        Choose = "choose",
        /// All businesses asked for, or none.
        Fixed = "fixed",
    }
}

/// A partner as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PartnerRecord {
    /// `client_id`.
    pub client_id: PartnerId,
    /// The service's name.
    pub name: String,
    /// The company's legal name.
    pub legal_name: String,
    /// 登録番号 of the electronic payment intermediary.
    pub registration_number: String,
    /// What the data is used for.
    pub purpose: String,
    /// Where complaints go.
    pub complaint_contact: String,
    /// The security profile.
    pub profile: PartnerProfile,
    /// Whether the customer chooses the businesses.
    pub businesses: BusinessesMode,
    /// Its client metadata (RFC 7591 section 2). The store does not look into it.
    pub registration: JsonText,
    /// The sector for which its pairwise subjects are made (OpenID Connect Core section 8.1): that of its first
    /// registration, so that customers keep their names.
    pub sector: String,
    /// SHA-256 of the certificate subject by which it is known (RFC 8705 section 2.1.2). No two partners have one.
    pub certificate_subject: Option<Sha256Digest>,
    /// SHA-256 of the client secret, which has at least 256 random bits.
    pub secret_hash: Option<Sha256Digest>,
    /// SHA-256 of the registration access token (RFC 7592); none where the operator registered the partner.
    pub registration_token_hash: Option<Sha256Digest>,
    /// The initial access token by which it registered itself; none where the operator registered it.
    pub registered_by: Option<Uuid>,
    /// The terms of that token, which its own updates may not go beyond. The store does not look into them.
    pub registration_terms: Option<JsonText>,
    /// When it was registered.
    pub created_at: Instant,
    /// Since when the partner is stopped, if so.
    pub suspended_at: Option<Instant>,
}

repository! {
    /// Registered partners.
    pub struct Partners;
}

impl Partners<'_> {
    /// Writes a partner at the operator's word. One of the same `client_id` is overwritten, but stays suspended or
    /// not, and registered when and by whom, with the sector and with the registration access token, as it was.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] where a partner of this `client_id` has deregistered (the id stays its own), or where
    /// another partner has the certificate subject.
    pub async fn upsert(&self, record: &PartnerRecord) -> Result<(), StoreError> {
        let overwritten = [
            partner::Column::Name,
            partner::Column::LegalName,
            partner::Column::RegistrationNumber,
            partner::Column::Purpose,
            partner::Column::ComplaintContact,
            partner::Column::Profile,
            partner::Column::Businesses,
            partner::Column::Registration,
            partner::Column::CertificateSubject,
            partner::Column::SecretHash,
        ];
        let written = partner::Entity::insert(partner::Model::from(record).into_active_model())
            .on_conflict(
                OnConflict::column(partner::Column::ClientId)
                    .update_columns(overwritten)
                    .action_and_where(partner::Column::DeletedAt.is_null())
                    .to_owned(),
            )
            .exec_without_returning(self.store.write())
            .await?;
        if written == 1 {
            Ok(())
        } else {
            Err(StoreError::Conflict)
        }
    }

    /// The partner of a `client_id`.
    pub async fn find(&self, client_id: &PartnerId) -> Result<Option<PartnerRecord>, StoreError> {
        let found = registered()
            .filter(partner::Column::ClientId.eq(client_id.as_str()))
            .one(self.store.read())
            .await?;
        Ok(found.map(PartnerRecord::from))
    }

    /// All partners, by `client_id`.
    pub async fn list(&self) -> Result<Vec<PartnerRecord>, StoreError> {
        let all = registered()
            .order_by_asc(partner::Column::ClientId)
            .all(self.store.read())
            .await?;
        Ok(all.into_iter().map(PartnerRecord::from).collect())
    }

    /// Stops a partner. `false`: unknown, or stopped already.
    pub async fn suspend(&self, client_id: &PartnerId, now: Instant) -> Result<bool, StoreError> {
        self.set_suspended(client_id, Some(now), partner::Column::SuspendedAt.is_null())
            .await
    }

    /// Lets a stopped partner go on. `false`: unknown, or not stopped.
    pub async fn resume(&self, client_id: &PartnerId) -> Result<bool, StoreError> {
        self.set_suspended(client_id, None, partner::Column::SuspendedAt.is_not_null())
            .await
    }

    async fn set_suspended(
        &self,
        client_id: &PartnerId,
        at: Option<Instant>,
        so_far: sea_orm::sea_query::Expr,
    ) -> Result<bool, StoreError> {
        let change = partner::ActiveModel {
            suspended_at: ActiveValue::Set(at.map(Into::into)),
            ..Default::default()
        };
        self.change(client_id, change, so_far).await
    }

    async fn change(
        &self,
        client_id: &PartnerId,
        change: partner::ActiveModel,
        so_far: sea_orm::sea_query::Expr,
    ) -> Result<bool, StoreError> {
        let result = partner::Entity::update_many()
            .set(change)
            .filter(partner::Column::ClientId.eq(client_id.as_str()))
            .filter(partner::Column::DeletedAt.is_null())
            .filter(so_far)
            .exec(self.store.write())
            .await?;
        Ok(result.rows_affected == 1)
    }
}

/// All but those that have deregistered.
fn registered() -> Select<partner::Entity> {
    partner::Entity::find().filter(partner::Column::DeletedAt.is_null())
}

impl From<&PartnerRecord> for partner::Model {
    fn from(record: &PartnerRecord) -> Self {
        Self {
            client_id: record.client_id.as_str().to_owned(),
            name: record.name.clone(),
            legal_name: record.legal_name.clone(),
            registration_number: record.registration_number.clone(),
            purpose: record.purpose.clone(),
            complaint_contact: record.complaint_contact.clone(),
            profile: record.profile,
            businesses: record.businesses,
            registration: record.registration.clone(),
            certificate_subject: record.certificate_subject,
            secret_hash: record.secret_hash,
            registration_token_hash: record.registration_token_hash,
            registered_by: record.registered_by,
            sector: record.sector.clone(),
            registration_terms: record.registration_terms.clone(),
            created_at: record.created_at.into(),
            suspended_at: record.suspended_at.map(Into::into),
            deleted_at: None,
        }
    }
}

impl From<partner::Model> for PartnerRecord {
    fn from(model: partner::Model) -> Self {
        Self {
            client_id: PartnerId::new(model.client_id),
            name: model.name,
            legal_name: model.legal_name,
            registration_number: model.registration_number,
            purpose: model.purpose,
            complaint_contact: model.complaint_contact,
            profile: model.profile,
            businesses: model.businesses,
            registration: model.registration,
            certificate_subject: model.certificate_subject,
            secret_hash: model.secret_hash,
            registration_token_hash: model.registration_token_hash,
            registered_by: model.registered_by,
            sector: model.sector,
            registration_terms: model.registration_terms,
            created_at: model.created_at.into(),
            suspended_at: model.suspended_at.map(Into::into),
        }
    }
}
