//! The audit trail: who did what when, kept in the database beside what it is about.
//! Not here: logs, which are for the engineer and are thrown away.

use crate::services::Services;
use crate::web::problem::Problem;
use renkei_procedure::identity::{LinkageId, PartnerId, UserId};
use renkei_procedure::time::Instant;
use renkei_store::{JsonText, NewAuditEvent};
use serde_json::{Map, Value};
use uuid::Uuid;

/// An event that is being described. Never put a secret into it.
pub(crate) struct Event {
    kind: &'static str,
    at: Instant,
    linkage: Option<LinkageId>,
    user: Option<UserId>,
    partner: Option<PartnerId>,
    detail: Map<String, Value>,
}

/// Begins the description.
pub(crate) fn event(kind: &'static str, at: Instant) -> Event {
    Event {
        kind,
        at,
        linkage: None,
        user: None,
        partner: None,
        detail: Map::new(),
    }
}

impl Event {
    pub(crate) fn linkage(mut self, id: LinkageId) -> Self {
        self.linkage = Some(id);
        self
    }

    pub(crate) fn user(mut self, id: Option<UserId>) -> Self {
        self.user = id;
        self
    }

    pub(crate) fn partner(mut self, id: &PartnerId) -> Self {
        self.partner = Some(id.clone());
        self
    }

    pub(crate) fn detail(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.detail.insert(name.to_owned(), value.into());
        self
    }

    /// The same under another name, where something else came about than was meant.
    pub(crate) const fn renamed(mut self, kind: &'static str) -> Self {
        self.kind = kind;
        self
    }

    /// The event as the store takes it.
    pub(crate) fn build(self, app: &Services) -> Result<NewAuditEvent, Problem> {
        Ok(NewAuditEvent {
            id: Uuid::from_bytes(app.ambient.random()?),
            at: self.at,
            kind: self.kind.to_owned(),
            linkage_id: self.linkage,
            user_id: self.user,
            partner_id: self.partner,
            detail: JsonText::encode(&self.detail)?,
        })
    }
}

/// Appends an event of something that has happened already and that no fault of the trail may undo.
pub(crate) async fn append_if_possible(app: &Services, event: Event) {
    let kind = event.kind;
    if append(app, event).await.is_err() {
        tracing::error!(kind, "an audit event could not be kept");
    }
}

/// Appends an event by itself; what changes a run appends its events together with the change.
pub(crate) async fn append(app: &Services, event: Event) -> Result<(), Problem> {
    Ok(app.store.audit().append(&event.build(app)?).await?)
}
