//! The acts of a run: claimed before they spend anything, and answered the same when they are repeated.
//! Not here: which act is allowed; `renkei-procedure` decides that.
//!
//! ```text
//!            claim                        complete: version + 1, outcome kept
//!   free ─────────────▶ busy(act, lease) ─────────────────────────────────────▶ free
//!     ▲                  │ │                fail: version as it was, outcome kept
//!     └──────────────────┘ └─ lease runs out ─▶ the next claim writes the act down as interrupted
//!       release: as if nothing had been
//! ```
//!
//! An act is claimed before it spends anything (a password try, a PIN check), so that a double click spends once.
//! Whoever repeats an act with the same id gets its stored outcome.

use super::{CookieMark, RunId, RunRecord, Runs};
use crate::entity::{procedure_act, procedure_run};
use crate::repository::audit::{self, NewAuditEvent};
use crate::repository::authorization_codes::{self, CodePut, NewAuthorizationCode};
use crate::repository::grants::{self, NewGrant};
use crate::repository::{pushed_requests, stored_count};
use crate::transaction::{Ending, settle};
use crate::{JsonText, Sha256Digest, StoreError};
use renkei_procedure::identity::{GrantId, UserId};
use renkei_procedure::time::Instant;
use sea_orm::sea_query::{LockType, OnConflict};
use sea_orm::{
    ActiveValue, ColumnTrait, ConnectionTrait, DatabaseTransaction, EntityTrait, IntoActiveModel,
    QueryFilter, QuerySelect,
};

/// An act that wants to begin.
#[derive(Debug, Clone, Copy)]
pub struct ClaimRequest<'a> {
    /// Of which run.
    pub run: RunId,
    /// The version that the page saw.
    pub version: u64,
    /// The page's id of the act.
    pub act_id: &'a str,
    /// Which act it is, such as `password`.
    pub kind: &'a str,
    /// Now.
    pub now: Instant,
    /// Until when the act may take.
    pub lease_until: Instant,
}

/// What became of a claim.
#[derive(Debug, Clone)]
pub enum ClaimOutcome {
    /// The act is yours: go on, then `complete`, `fail` or `release`.
    Claimed(Box<ClaimedRun>),
    /// The act has been done before; this was its outcome.
    Replay(JsonText),
    /// The act was begun before and nobody knows how far it came. It is over; the page should look again.
    Interrupted,
    /// The id is that of an act of another kind, done or under way: its outcome is no answer to this one.
    OtherKind,
    /// An act of the same version is under way.
    InProgress {
        /// Whether it is this very act, sent twice: then its outcome is to come.
        same_act: bool,
    },
    /// The page saw an older version.
    Stale {
        /// The version now.
        current_version: u64,
    },
    /// No such run.
    Unknown,
}

/// Proof that an act is claimed. Made by [`Runs::claim`] only.
#[derive(Debug, Clone)]
pub struct ClaimedRun {
    record: RunRecord,
    act_id: String,
    kind: String,
}

impl ClaimedRun {
    /// The run as it stands under the claim.
    pub const fn record(&self) -> &RunRecord {
        &self.record
    }

    /// The act.
    pub fn act_id(&self) -> &str {
        &self.act_id
    }

    fn act(&self) -> (&str, &str) {
        (&self.act_id, &self.kind)
    }
}

/// What a completed act makes of the run.
#[derive(Debug, Clone)]
pub struct RunUpdate {
    /// The new state.
    pub state: JsonText,
    /// Who has logged in.
    pub user_id: Option<UserId>,
    /// The cookie from now on.
    pub cookie: CookieMark,
    /// When its time is up.
    pub expires_at: Instant,
    /// When it ended, if it has.
    pub ended_at: Option<Instant>,
}

impl RunUpdate {
    /// Everything as it was, but for the state.
    pub const fn of(record: &RunRecord, state: JsonText) -> Self {
        Self {
            state,
            user_id: record.user_id,
            cookie: record.cookie,
            expires_at: record.expires_at,
            ended_at: record.ended_at,
        }
    }
}

/// What else comes into being together with the completion, or not at all.
#[derive(Debug, Clone, Default)]
pub struct Effects {
    /// SHA-256 of the `request_uri` of the pushed request that the customer's decision, be it yes or no, consumes.
    pub consume_request: Option<Sha256Digest>,
    /// A grant, not yet active.
    pub grant: Option<NewGrant>,
    /// A code for it, which takes the place of an unredeemed one of the same linkage.
    pub code: Option<NewAuthorizationCode>,
    /// The end of an earlier grant.
    pub withdrawal: Option<Withdrawal>,
    /// What the audit trail says of it.
    pub audit: Vec<NewAuditEvent>,
}

/// The customer takes a grant back.
#[derive(Debug, Clone)]
pub struct Withdrawal {
    /// Which one.
    pub grant: GrantId,
    /// Whose it must be.
    pub user: UserId,
    /// What the audit trail says of it, if it had not ended before.
    pub audit: NewAuditEvent,
}

/// What became of a completion.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Completion {
    /// Done; the run has this version now.
    Done {
        /// The version now.
        version: u64,
    },
    /// The lease ran out and somebody else has gone on: nothing was written.
    LeaseLost,
    /// The pushed request was consumed by another linkage: nothing was written.
    RequestConsumed,
    /// The linkage's code has been redeemed already, so there can be no other: nothing was written.
    CodeAlreadyRedeemed,
}

impl Runs<'_> {
    /// Begins an act, or says what became of it. Of any number of claims at the same moment one gets the act.
    pub async fn claim(&self, request: ClaimRequest<'_>) -> Result<ClaimOutcome, StoreError> {
        let transaction = self.store.begin().await?;
        let ending = claim(&transaction, request).await;
        settle(transaction, ending).await
    }

    /// Ends an act that has moved the run on: the new state, the outcome and the effects come together or not at all.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] where an effect names something unknown, or the cookie is another run's.
    pub async fn complete(
        &self,
        claimed: &ClaimedRun,
        update: RunUpdate,
        outcome: &JsonText,
        effects: &Effects,
        now: Instant,
    ) -> Result<Completion, StoreError> {
        let transaction = self.store.begin().await?;
        let ending = complete(&transaction, claimed, update, outcome, effects, now).await;
        settle(transaction, ending).await
    }

    /// Ends an act that leaves the run as it was but whose outcome holds, such as a wrong password.
    /// `false`: the lease ran out and somebody else has gone on; nothing was written.
    pub async fn fail(
        &self,
        claimed: &ClaimedRun,
        outcome: &JsonText,
        now: Instant,
    ) -> Result<bool, StoreError> {
        let transaction = self.store.begin().await?;
        let ending = fail(&transaction, claimed, outcome, now).await;
        settle(transaction, ending).await
    }

    /// Gives an act that goes on more time. `false`: the lease ran out and somebody else has gone on.
    pub async fn renew(&self, claimed: &ClaimedRun, lease_until: Instant) -> Result<bool, StoreError> {
        let longer = procedure_run::ActiveModel {
            busy_until: ActiveValue::Set(Some(lease_until.into())),
            ..Default::default()
        };
        let renewed = procedure_run::Entity::update_many()
            .set(longer)
            .filter(claimed.record.id.row())
            .filter(procedure_run::Column::BusyAct.eq(claimed.act_id.as_str()))
            .exec(self.store.write())
            .await?;
        Ok(renewed.rows_affected == 1)
    }

    /// Gives an act up as if it had never begun, where nothing was spent: the same act may be tried again.
    pub async fn release(&self, claimed: &ClaimedRun) -> Result<(), StoreError> {
        set_free(self.store.write(), claimed.record.id, &claimed.act_id)
            .await
            .map(drop)
    }
}

async fn claim(
    database: &DatabaseTransaction,
    request: ClaimRequest<'_>,
) -> Result<Ending<ClaimOutcome>, StoreError> {
    let ClaimRequest {
        run,
        version,
        act_id,
        kind,
        now,
        lease_until,
    } = request;
    let locked = procedure_run::Entity::find()
        .filter(run.row())
        .lock(LockType::NoKeyUpdate)
        .one(database)
        .await?;
    let Some(model) = locked else {
        return Ok(Ending::Undo(ClaimOutcome::Unknown));
    };
    let record = RunRecord::try_from(model.clone())?;

    let done = procedure_act::Entity::find_by_id((run.uuid(), act_id.to_owned()))
        .one(database)
        .await?;
    if let Some(act) = done {
        return Ok(Ending::Undo(if act.kind == kind {
            act.outcome
                .map_or(ClaimOutcome::Interrupted, ClaimOutcome::Replay)
        } else {
            ClaimOutcome::OtherKind
        }));
    }
    let stale = ClaimOutcome::Stale {
        current_version: record.version,
    };
    if let (Some(busy_act), Some(busy_kind), Some(busy_until)) =
        (&model.busy_act, &model.busy_kind, model.busy_until)
    {
        let other_kind = busy_act == act_id && busy_kind != kind;
        if Instant::from(busy_until) > now {
            if other_kind {
                return Ok(Ending::Undo(ClaimOutcome::OtherKind));
            }
            let another_of_an_older_page = busy_act != act_id && record.version != version;
            return Ok(Ending::Undo(if another_of_an_older_page {
                stale
            } else {
                ClaimOutcome::InProgress {
                    same_act: busy_act == act_id,
                }
            }));
        }
        write_outcome(database, run, (busy_act, busy_kind), None, now).await?;
        set_free(database, run, busy_act).await?;
        if busy_act == act_id {
            return Ok(Ending::Keep(if other_kind {
                ClaimOutcome::OtherKind
            } else {
                ClaimOutcome::Interrupted
            }));
        }
    }
    if record.version != version {
        return Ok(Ending::Keep(stale));
    }
    let busy = procedure_run::ActiveModel {
        busy_act: ActiveValue::Set(Some(act_id.to_owned())),
        busy_kind: ActiveValue::Set(Some(kind.to_owned())),
        busy_until: ActiveValue::Set(Some(lease_until.into())),
        ..Default::default()
    };
    procedure_run::Entity::update_many()
        .set(busy)
        .filter(run.row())
        .exec(database)
        .await?;
    Ok(Ending::Keep(ClaimOutcome::Claimed(Box::new(ClaimedRun {
        record,
        act_id: act_id.to_owned(),
        kind: kind.to_owned(),
    }))))
}

async fn complete(
    database: &DatabaseTransaction,
    claimed: &ClaimedRun,
    update: RunUpdate,
    outcome: &JsonText,
    effects: &Effects,
    now: Instant,
) -> Result<Ending<Completion>, StoreError> {
    let run = claimed.record.id;
    let version = claimed.record.version.saturating_add(1);
    let change = procedure_run::ActiveModel {
        state: ActiveValue::Set(update.state),
        user_id: ActiveValue::Set(update.user_id.map(|id| id.as_uuid())),
        cookie_hash: ActiveValue::Set(update.cookie.hash),
        cookie_counter: ActiveValue::Set(stored_count(update.cookie.counter)),
        version: ActiveValue::Set(stored_count(version)),
        expires_at: ActiveValue::Set(update.expires_at.into()),
        ended_at: ActiveValue::Set(update.ended_at.map(Into::into)),
        busy_act: ActiveValue::Set(None),
        busy_kind: ActiveValue::Set(None),
        busy_until: ActiveValue::Set(None),
        ..Default::default()
    };
    let moved = procedure_run::Entity::update_many()
        .set(change)
        .filter(run.row())
        .filter(procedure_run::Column::BusyAct.eq(claimed.act_id.as_str()))
        .filter(procedure_run::Column::Version.eq(stored_count(claimed.record.version)))
        .exec(database)
        .await?;
    if moved.rows_affected == 0 {
        return Ok(Ending::Undo(Completion::LeaseLost));
    }
    write_outcome(database, run, claimed.act(), Some(outcome), now).await?;
    if let Some(request_uri_hash) = effects.consume_request
        && !pushed_requests::consume(database, request_uri_hash, now).await?
    {
        return Ok(Ending::Undo(Completion::RequestConsumed));
    }
    if let Some(grant) = &effects.grant {
        grants::insert(database, grant).await?;
    }
    if let Some(code) = &effects.code
        && authorization_codes::put(database, code).await? == CodePut::AlreadyRedeemed
    {
        return Ok(Ending::Undo(Completion::CodeAlreadyRedeemed));
    }
    if let Some(Withdrawal { grant, user, audit }) = &effects.withdrawal
        && grants::withdraw(database, *grant, *user, now).await?
    {
        audit::append(database, std::slice::from_ref(audit)).await?;
    }
    audit::append(database, &effects.audit).await?;
    Ok(Ending::Keep(Completion::Done { version }))
}

async fn fail(
    database: &DatabaseTransaction,
    claimed: &ClaimedRun,
    outcome: &JsonText,
    now: Instant,
) -> Result<Ending<bool>, StoreError> {
    if !set_free(database, claimed.record.id, &claimed.act_id).await? {
        return Ok(Ending::Undo(false));
    }
    write_outcome(database, claimed.record.id, claimed.act(), Some(outcome), now).await?;
    Ok(Ending::Keep(true))
}

/// `false`: the act does not hold the run.
async fn set_free(database: &impl ConnectionTrait, run: RunId, act_id: &str) -> Result<bool, StoreError> {
    let free = procedure_run::ActiveModel {
        busy_act: ActiveValue::Set(None),
        busy_kind: ActiveValue::Set(None),
        busy_until: ActiveValue::Set(None),
        ..Default::default()
    };
    let freed = procedure_run::Entity::update_many()
        .set(free)
        .filter(run.row())
        .filter(procedure_run::Column::BusyAct.eq(act_id))
        .exec(database)
        .await?;
    Ok(freed.rows_affected == 1)
}

/// What has been written of an act stays; without an outcome the act was interrupted.
async fn write_outcome(
    database: &impl ConnectionTrait,
    run: RunId,
    (act_id, kind): (&str, &str),
    outcome: Option<&JsonText>,
    now: Instant,
) -> Result<(), StoreError> {
    let act = procedure_act::Model {
        run_id: run.uuid(),
        act_id: act_id.to_owned(),
        kind: kind.to_owned(),
        outcome: outcome.cloned(),
        at: now.into(),
    };
    let key = [procedure_act::Column::RunId, procedure_act::Column::ActId];
    procedure_act::Entity::insert(act.into_active_model())
        .on_conflict(OnConflict::columns(key).do_nothing().to_owned())
        .exec_without_returning(database)
        .await?;
    Ok(())
}
