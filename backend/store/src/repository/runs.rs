//! Linkages and customer sessions alike: a run is a state with a version, which a browser moves on act by act.
//! Not here: what the state says and which act is allowed; `renkei-procedure` decides that.

mod acts;

pub use acts::{ClaimOutcome, ClaimRequest, ClaimedRun, Completion, Effects, RunUpdate, Withdrawal};

use super::{read_count, repository, stored_count};
use crate::column::word::words;
use crate::entity::procedure_run;
use crate::{JsonText, Sha256Digest, StoreError};
use renkei_procedure::identity::{CustomerSessionId, LinkageId, PartnerId, UserId};
use renkei_procedure::time::Instant;
use sea_orm::{
    ActiveValue, ColumnTrait, Condition, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect,
};
use uuid::Uuid;

words! {
    /// What a run is.
    pub enum RunKind {
        /// A linkage.
        Linkage = "linkage",
        /// A login to 「連携中のサービス」.
        CustomerSession = "customer_session",
    }
}

/// The id of a run. One kind's id never opens the other kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RunId {
    /// A linkage.
    Linkage(LinkageId),
    /// A login to 「連携中のサービス」.
    CustomerSession(CustomerSessionId),
}

impl RunId {
    /// What it is the id of.
    pub const fn kind(self) -> RunKind {
        match self {
            Self::Linkage(_) => RunKind::Linkage,
            Self::CustomerSession(_) => RunKind::CustomerSession,
        }
    }

    pub(crate) const fn uuid(self) -> Uuid {
        match self {
            Self::Linkage(id) => id.as_uuid(),
            Self::CustomerSession(id) => id.as_uuid(),
        }
    }

    pub(crate) fn new(kind: RunKind, id: Uuid) -> Self {
        match kind {
            RunKind::Linkage => Self::Linkage(id.into()),
            RunKind::CustomerSession => Self::CustomerSession(id.into()),
        }
    }

    fn row(self) -> Condition {
        Condition::all()
            .add(procedure_run::Column::Id.eq(self.uuid()))
            .add(procedure_run::Column::Kind.eq(self.kind()))
    }
}

impl From<LinkageId> for RunId {
    fn from(id: LinkageId) -> Self {
        Self::Linkage(id)
    }
}

impl From<CustomerSessionId> for RunId {
    fn from(id: CustomerSessionId) -> Self {
        Self::CustomerSession(id)
    }
}

/// Which cookie opens a run: the counter from which its value is derived, and the value's hash.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CookieMark {
    /// Goes up when the cookie must change, as after a login.
    pub counter: u64,
    /// SHA-256 of the cookie's value; no two runs share one.
    pub hash: Sha256Digest,
}

/// How many linkages of one request are looked at; whoever brings a request again and again without a cookie is not to
/// make each arrival dearer.
pub const MAX_OF_REQUEST: u64 = 32;

/// A run to be written; its version is 1.
#[derive(Debug, Clone)]
pub struct NewRun {
    /// The id, which also says the kind.
    pub id: RunId,
    /// The partner that asks; a linkage has one.
    pub partner_id: Option<PartnerId>,
    /// Who has logged in.
    pub user_id: Option<UserId>,
    /// SHA-256 of the `request_uri` with which it began, where the request was pushed.
    pub request_uri_hash: Option<Sha256Digest>,
    /// The vault's key under which its one-time values are derived, so that a rotation does not change them.
    pub key_id: Option<String>,
    /// The cookie.
    pub cookie: CookieMark,
    /// The state.
    pub state: JsonText,
    /// When it began.
    pub started_at: Instant,
    /// When its time is up.
    pub expires_at: Instant,
}

/// A run as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunRecord {
    /// The id, which also says the kind.
    pub id: RunId,
    /// The partner that asks.
    pub partner_id: Option<PartnerId>,
    /// Who has logged in.
    pub user_id: Option<UserId>,
    /// SHA-256 of the `request_uri` with which it began, where the request was pushed.
    pub request_uri_hash: Option<Sha256Digest>,
    /// The vault's key under which its one-time values are derived, so that a rotation does not change them.
    pub key_id: Option<String>,
    /// The cookie.
    pub cookie: CookieMark,
    /// The state.
    pub state: JsonText,
    /// From 1, up by one with each completed act.
    pub version: u64,
    /// When it began.
    pub started_at: Instant,
    /// When its time is up. The store does not look at it: the procedure does.
    pub expires_at: Instant,
    /// When it ended, if it has.
    pub ended_at: Option<Instant>,
}

repository! {
    /// Linkages and customer sessions.
    pub struct Runs;
}

impl Runs<'_> {
    /// Writes a new run.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] where id or cookie exist already, or partner or user are unknown.
    pub async fn insert(&self, new: &NewRun) -> Result<(), StoreError> {
        let model = procedure_run::Model {
            id: new.id.uuid(),
            kind: new.id.kind(),
            partner_id: new.partner_id.as_ref().map(|id| id.as_str().to_owned()),
            user_id: new.user_id.map(|id| id.as_uuid()),
            request_uri_hash: new.request_uri_hash,
            key_id: new.key_id.clone(),
            cookie_hash: new.cookie.hash,
            cookie_counter: stored_count(new.cookie.counter),
            state: new.state.clone(),
            version: 1,
            started_at: new.started_at.into(),
            expires_at: new.expires_at.into(),
            ended_at: None,
            busy_act: None,
            busy_kind: None,
            busy_until: None,
        };
        procedure_run::Entity::insert(model.into_active_model())
            .exec_without_returning(self.store.write())
            .await?;
        Ok(())
    }

    /// The run of an id.
    pub async fn find(&self, id: impl Into<RunId>) -> Result<Option<RunRecord>, StoreError> {
        let found = procedure_run::Entity::find()
            .filter(id.into().row())
            .one(self.store.read())
            .await?;
        found.map(RunRecord::try_from).transpose()
    }

    /// The run of a kind that a cookie opens.
    pub async fn find_by_cookie(
        &self,
        kind: RunKind,
        cookie_hash: Sha256Digest,
    ) -> Result<Option<RunRecord>, StoreError> {
        let found = procedure_run::Entity::find()
            .filter(procedure_run::Column::CookieHash.eq(cookie_hash))
            .filter(procedure_run::Column::Kind.eq(kind))
            .one(self.store.read())
            .await?;
        found.map(RunRecord::try_from).transpose()
    }

    /// Writes down what a look at the run has found out, for the next look: no act, so the version stays. `false`: an act
    /// has moved the run on since that version, or is about to; then the finding is left out.
    pub async fn note(
        &self,
        id: impl Into<RunId>,
        version: u64,
        state: &JsonText,
    ) -> Result<bool, StoreError> {
        let change = procedure_run::ActiveModel {
            state: ActiveValue::Set(state.clone()),
            ..Default::default()
        };
        let result = procedure_run::Entity::update_many()
            .set(change)
            .filter(id.into().row())
            .filter(procedure_run::Column::Version.eq(stored_count(version)))
            .filter(procedure_run::Column::BusyAct.is_null())
            .exec(self.store.write())
            .await?;
        Ok(result.rows_affected == 1)
    }

    /// The linkages that came from one pushed request and have not ended, latest first, at most
    /// [`MAX_OF_REQUEST`]: a browser that arrives again with the cookie of one of them goes on there.
    pub async fn of_request(&self, request_uri_hash: Sha256Digest) -> Result<Vec<RunRecord>, StoreError> {
        let found = procedure_run::Entity::find()
            .filter(procedure_run::Column::RequestUriHash.eq(request_uri_hash))
            .filter(procedure_run::Column::Kind.eq(RunKind::Linkage))
            .filter(procedure_run::Column::EndedAt.is_null())
            .order_by_desc(procedure_run::Column::StartedAt)
            .order_by_desc(procedure_run::Column::Id)
            .limit(MAX_OF_REQUEST)
            .all(self.store.read())
            .await?;
        found.into_iter().map(RunRecord::try_from).collect()
    }
}

impl TryFrom<procedure_run::Model> for RunRecord {
    type Error = StoreError;

    fn try_from(model: procedure_run::Model) -> Result<Self, StoreError> {
        Ok(Self {
            id: RunId::new(model.kind, model.id),
            partner_id: model.partner_id.map(PartnerId::new),
            user_id: model.user_id.map(Into::into),
            request_uri_hash: model.request_uri_hash,
            key_id: model.key_id,
            cookie: CookieMark {
                counter: read_count(model.cookie_counter)?,
                hash: model.cookie_hash,
            },
            state: model.state,
            version: read_count(model.version)?,
            started_at: model.started_at.into(),
            expires_at: model.expires_at.into(),
            ended_at: model.ended_at.map(Into::into),
        })
    }
}
