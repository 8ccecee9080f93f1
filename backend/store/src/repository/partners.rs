//! Registered partners.
//! Not here: what a profile or an authentication method demands; `renkei-oauth` knows that.

use super::repository;
use crate::column::word::words;
use crate::entity::partner;
use crate::{JsonText, Sha256Digest, StoreError};
use renkei_procedure::identity::PartnerId;
use renkei_procedure::time::Instant;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveValue, ColumnTrait, EntityTrait, IntoActiveModel, Iterable, QueryFilter, QueryOrder};

words! {
    /// Which security profile a partner keeps to.
    pub enum PartnerProfile {
        /// FAPI 2.0 Security Profile.
        Fapi2 = "fapi2",
        /// Plain OAuth 2.0 with PKCE.
        Baseline = "baseline",
    }

    /// How a partner authenticates at the token endpoint (OpenID Connect Core section 9, RFC 8705 section 2.1).
    pub enum ClientAuthMethod {
        /// A signed assertion (RFC 7523).
        PrivateKeyJwt = "private_key_jwt",
        /// A TLS client certificate of a known subject (RFC 8705 section 2.1).
        TlsClientAuth = "tls_client_auth",
        /// A shared secret (RFC 6749 section 2.3.1).
        ClientSecretBasic = "client_secret_basic",
    }

    /// Whether the customer chooses the businesses.
    pub enum BusinessesMode {
        /// The customer chooses.
        Choose = "choose",
        /// All businesses asked for, or none.
        Fixed = "fixed",
    }

    /// To what a partner's tokens are bound.
    pub enum TokenBinding {
        /// To its TLS client certificate (RFC 8705 section 3).
        Mtls = "mtls",
        /// To nothing: bearer tokens.
        None = "none",
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
    /// How the partner authenticates.
    pub auth_method: ClientAuthMethod,
    /// The partner's public keys, a JWK Set as JSON text (RFC 7517 section 5).
    pub jwks: Option<String>,
    /// SHA-256 of the client secret, which has at least 256 random bits.
    pub secret_hash: Option<Sha256Digest>,
    /// The subject of the certificate by which the partner authenticates, RFC 4514 form.
    pub tls_client_auth_subject_dn: Option<String>,
    /// Where answers may go, compared exactly.
    pub redirect_uris: Vec<String>,
    /// Which scopes may be asked for.
    pub scopes: Vec<String>,
    /// Whether the customer chooses the businesses.
    pub businesses: BusinessesMode,
    /// To what tokens are bound.
    pub token_binding: TokenBinding,
    /// Since when the partner is stopped, if so.
    pub suspended_at: Option<Instant>,
}

repository! {
    /// Registered partners.
    pub struct Partners;
}

impl Partners<'_> {
    /// Writes a partner. One of the same `client_id` is overwritten, but stays suspended or not as it was.
    pub async fn upsert(&self, record: &PartnerRecord) -> Result<(), StoreError> {
        let model = partner::Model {
            client_id: record.client_id.as_str().to_owned(),
            name: record.name.clone(),
            legal_name: record.legal_name.clone(),
            registration_number: record.registration_number.clone(),
            purpose: record.purpose.clone(),
            complaint_contact: record.complaint_contact.clone(),
            profile: record.profile,
            auth_method: record.auth_method,
            jwks: record.jwks.clone(),
            secret_hash: record.secret_hash,
            tls_client_auth_subject_dn: record.tls_client_auth_subject_dn.clone(),
            redirect_uris: JsonText::encode(&record.redirect_uris)?,
            scopes: JsonText::encode(&record.scopes)?,
            businesses: record.businesses,
            token_binding: record.token_binding,
            suspended_at: record.suspended_at.map(Into::into),
        };
        let overwritten = partner::Column::iter()
            .filter(|column| !matches!(column, partner::Column::ClientId | partner::Column::SuspendedAt));
        partner::Entity::insert(model.into_active_model())
            .on_conflict(
                OnConflict::column(partner::Column::ClientId)
                    .update_columns(overwritten)
                    .to_owned(),
            )
            .exec_without_returning(self.store.write())
            .await?;
        Ok(())
    }

    /// The partner of a `client_id`.
    pub async fn find(&self, client_id: &PartnerId) -> Result<Option<PartnerRecord>, StoreError> {
        let found = partner::Entity::find_by_id(client_id.as_str())
            .one(self.store.read())
            .await?;
        found.map(PartnerRecord::try_from).transpose()
    }

    /// All partners, by `client_id`.
    pub async fn list(&self) -> Result<Vec<PartnerRecord>, StoreError> {
        let all = partner::Entity::find()
            .order_by_asc(partner::Column::ClientId)
            .all(self.store.read())
            .await?;
        all.into_iter().map(PartnerRecord::try_from).collect()
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
        let result = partner::Entity::update_many()
            .set(change)
            .filter(partner::Column::ClientId.eq(client_id.as_str()))
            .filter(so_far)
            .exec(self.store.write())
            .await?;
        Ok(result.rows_affected == 1)
    }
}

impl TryFrom<partner::Model> for PartnerRecord {
    type Error = StoreError;

    fn try_from(model: partner::Model) -> Result<Self, StoreError> {
        Ok(Self {
            client_id: PartnerId::new(model.client_id),
            name: model.name,
            legal_name: model.legal_name,
            registration_number: model.registration_number,
            purpose: model.purpose,
            complaint_contact: model.complaint_contact,
            profile: model.profile,
            auth_method: model.auth_method,
            jwks: model.jwks,
            secret_hash: model.secret_hash,
            tls_client_auth_subject_dn: model.tls_client_auth_subject_dn,
            redirect_uris: model.redirect_uris.decode()?,
            scopes: model.scopes.decode()?,
            businesses: model.businesses,
            token_binding: model.token_binding,
            suspended_at: model.suspended_at.map(Into::into),
        })
    }
}
