//! Tries at the certificate listener: judged once there, and the result taken back once, by the run that sent it.
//! Not here: judging, and deriving the two one-time values, of which only hashes come here.

use super::repository;
use super::runs::{RunId, RunKind};
use crate::column::instant::Micros;
use crate::entity::certificate_attempt;
use crate::{JsonText, Sha256Digest, StoreError};
use renkei_procedure::identity::CertificateAttemptId;
use renkei_procedure::time::Instant;
use sea_orm::{ActiveValue, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter};
use uuid::Uuid;

/// A try to be written.
#[derive(Debug, Clone)]
pub struct NewCertificateAttempt {
    /// The id.
    pub id: CertificateAttemptId,
    /// SHA-256 of the attempt token in the certificate listener's URL.
    pub attempt_hash: Sha256Digest,
    /// The run that sends the browser there.
    pub subject: RunId,
    /// When it was made.
    pub created_at: Instant,
    /// Until when the browser may arrive there.
    pub expires_at: Instant,
}

/// A try as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CertificateAttemptRecord {
    /// The id.
    pub id: CertificateAttemptId,
    /// The run that sent the browser.
    pub subject: RunId,
    /// When it was made.
    pub created_at: Instant,
    /// Until when the browser may arrive.
    pub expires_at: Instant,
}

/// What the certificate listener found.
#[derive(Debug, Clone)]
pub struct CertificateJudgement {
    /// The judgement, good or bad.
    pub judgement: JsonText,
    /// SHA-256 of the one-time result code that goes back with the browser.
    pub result_hash: Sha256Digest,
    /// Until when the code may come back.
    pub result_expires_at: Instant,
}

repository! {
    /// Tries at the certificate listener.
    pub struct CertificateAttempts;
}

impl CertificateAttempts<'_> {
    /// The try of a token, whether it is still open or not.
    pub async fn find(
        &self,
        attempt_hash: Sha256Digest,
    ) -> Result<Option<CertificateAttemptRecord>, StoreError> {
        let found = certificate_attempt::Entity::find()
            .filter(certificate_attempt::Column::AttemptHash.eq(attempt_hash))
            .one(self.store.read())
            .await?;
        Ok(found.map(CertificateAttemptRecord::from))
    }

    /// Writes a try.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] where the run is unknown or the token exists already.
    pub async fn insert(&self, new: &NewCertificateAttempt) -> Result<(), StoreError> {
        let model = certificate_attempt::Model {
            id: new.id.as_uuid(),
            attempt_hash: new.attempt_hash,
            subject_kind: new.subject.kind(),
            subject_id: new.subject.uuid(),
            created_at: new.created_at.into(),
            expires_at: new.expires_at.into(),
            judgement: None,
            result_hash: None,
            result_expires_at: None,
            consumed_at: None,
        };
        certificate_attempt::Entity::insert(model.into_active_model())
            .exec_without_returning(self.store.write())
            .await?;
        Ok(())
    }

    /// The try behind a token, if it still awaits its judgement: to look before judging.
    pub async fn find_open(
        &self,
        attempt_hash: Sha256Digest,
        now: Instant,
    ) -> Result<Option<CertificateAttemptRecord>, StoreError> {
        let found = certificate_attempt::Entity::find()
            .filter(certificate_attempt::Column::AttemptHash.eq(attempt_hash))
            .filter(certificate_attempt::Column::Judgement.is_null())
            .filter(certificate_attempt::Column::ExpiresAt.gt(Micros::from(now)))
            .one(self.store.read())
            .await?;
        Ok(found.map(CertificateAttemptRecord::from))
    }

    /// Writes the judgement down, once. `None`: no such try, too late, or judged already.
    pub async fn judge(
        &self,
        attempt_hash: Sha256Digest,
        judged: &CertificateJudgement,
        now: Instant,
    ) -> Result<Option<CertificateAttemptRecord>, StoreError> {
        let change = certificate_attempt::ActiveModel {
            judgement: ActiveValue::Set(Some(judged.judgement.clone())),
            result_hash: ActiveValue::Set(Some(judged.result_hash)),
            result_expires_at: ActiveValue::Set(Some(judged.result_expires_at.into())),
            ..Default::default()
        };
        let updated = certificate_attempt::Entity::update_many()
            .set(change)
            .filter(certificate_attempt::Column::AttemptHash.eq(attempt_hash))
            .filter(certificate_attempt::Column::Judgement.is_null())
            .filter(certificate_attempt::Column::ExpiresAt.gt(Micros::from(now)))
            .exec_with_returning(self.store.write())
            .await?;
        Ok(updated.into_iter().next().map(CertificateAttemptRecord::from))
    }

    /// Takes the judgement behind a result code, once, for the run that sent the browser there.
    /// `None`: no such code, another run's, too late, or taken already; another run's visit does not use it up.
    pub async fn consume_result(
        &self,
        result_hash: Sha256Digest,
        subject: impl Into<RunId>,
        now: Instant,
    ) -> Result<Option<JsonText>, StoreError> {
        let subject: RunId = subject.into();
        let (kind, id): (RunKind, Uuid) = (subject.kind(), subject.uuid());
        let consumed = certificate_attempt::ActiveModel {
            consumed_at: ActiveValue::Set(Some(now.into())),
            ..Default::default()
        };
        let updated = certificate_attempt::Entity::update_many()
            .set(consumed)
            .filter(certificate_attempt::Column::ResultHash.eq(result_hash))
            .filter(certificate_attempt::Column::SubjectKind.eq(kind))
            .filter(certificate_attempt::Column::SubjectId.eq(id))
            .filter(certificate_attempt::Column::ConsumedAt.is_null())
            .filter(certificate_attempt::Column::ResultExpiresAt.gt(Micros::from(now)))
            .exec_with_returning(self.store.write())
            .await?;
        Ok(updated.into_iter().next().and_then(|attempt| attempt.judgement))
    }
}

impl From<certificate_attempt::Model> for CertificateAttemptRecord {
    fn from(model: certificate_attempt::Model) -> Self {
        Self {
            id: model.id.into(),
            subject: RunId::new(model.subject_kind, model.subject_id),
            created_at: model.created_at.into(),
            expires_at: model.expires_at.into(),
        }
    }
}
