//! Who did what, when: only ever appended to.
//! Not here: which events there are, and their words.

use super::repository;
use crate::column::instant::Micros;
use crate::entity::audit_event;
use crate::{JsonText, StoreError};
use renkei_procedure::identity::{LinkageId, PartnerId, UserId};
use renkei_procedure::time::Instant;
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect,
    QueryTrait,
};
use uuid::Uuid;

/// An event to be appended.
#[derive(Debug, Clone)]
pub struct NewAuditEvent {
    /// A random id.
    pub id: Uuid,
    /// When it happened.
    pub at: Instant,
    /// What happened, one word such as `password_wrong`.
    pub kind: String,
    /// In which linkage.
    pub linkage_id: Option<LinkageId>,
    /// Of which user.
    pub user_id: Option<UserId>,
    /// Of which partner.
    pub partner_id: Option<PartnerId>,
    /// The rest; never a secret.
    pub detail: JsonText,
}

/// An event as stored.
pub type AuditEventRecord = NewAuditEvent;

/// Which events to list. What is `None` does not limit.
#[derive(Debug, Clone, Default)]
pub struct AuditFilter {
    /// Of this linkage.
    pub linkage_id: Option<LinkageId>,
    /// Of this user.
    pub user_id: Option<UserId>,
    /// Of this partner.
    pub partner_id: Option<PartnerId>,
    /// Of this kind.
    pub kind: Option<String>,
    /// At this instant or later.
    pub from: Option<Instant>,
    /// Before this instant.
    pub until: Option<Instant>,
}

repository! {
    /// The audit trail.
    pub struct AuditTrail;
}

impl AuditTrail<'_> {
    /// Appends an event.
    pub async fn append(&self, event: &NewAuditEvent) -> Result<(), StoreError> {
        append(self.store.write(), std::slice::from_ref(event)).await
    }

    /// The latest events that fit, latest first.
    pub async fn list(&self, filter: &AuditFilter, limit: u64) -> Result<Vec<AuditEventRecord>, StoreError> {
        use audit_event::Column;
        let events = audit_event::Entity::find()
            .apply_if(filter.linkage_id, |query, id| {
                query.filter(Column::LinkageId.eq(id.as_uuid()))
            })
            .apply_if(filter.user_id, |query, id| {
                query.filter(Column::UserId.eq(id.as_uuid()))
            })
            .apply_if(filter.partner_id.as_ref(), |query, id| {
                query.filter(Column::PartnerId.eq(id.as_str()))
            })
            .apply_if(filter.kind.as_deref(), |query, kind| {
                query.filter(Column::Kind.eq(kind))
            })
            .apply_if(filter.from, |query, from| {
                query.filter(Column::At.gte(Micros::from(from)))
            })
            .apply_if(filter.until, |query, until| {
                query.filter(Column::At.lt(Micros::from(until)))
            })
            .order_by_desc(Column::At)
            .order_by_desc(Column::Id)
            .limit(limit)
            .all(self.store.read())
            .await?;
        Ok(events.into_iter().map(AuditEventRecord::from).collect())
    }
}

pub(crate) async fn append(
    database: &impl ConnectionTrait,
    events: &[NewAuditEvent],
) -> Result<(), StoreError> {
    if events.is_empty() {
        return Ok(());
    }
    let rows = events.iter().map(|event| {
        audit_event::Model {
            id: event.id,
            at: event.at.into(),
            kind: event.kind.clone(),
            linkage_id: event.linkage_id.map(|id| id.as_uuid()),
            user_id: event.user_id.map(|id| id.as_uuid()),
            partner_id: event.partner_id.as_ref().map(|id| id.as_str().to_owned()),
            detail: event.detail.clone(),
        }
        .into_active_model()
    });
    audit_event::Entity::insert_many(rows)
        .exec_without_returning(database)
        .await?;
    Ok(())
}

impl From<audit_event::Model> for AuditEventRecord {
    fn from(model: audit_event::Model) -> Self {
        Self {
            id: model.id,
            at: model.at.into(),
            kind: model.kind,
            linkage_id: model.linkage_id.map(Into::into),
            user_id: model.user_id.map(Into::into),
            partner_id: model.partner_id.map(PartnerId::new),
            detail: model.detail,
        }
    }
}
