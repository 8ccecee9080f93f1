//! One act of a run: claimed before it spends anything, ended by completion, failure or release, answered once and
//! for all. Not here: what acts do.

use super::{ActId, Key, OneTimeValues, Presented, RunState, issue};
use crate::services::Services;
use crate::web::problem::Problem;
use axum::http::{HeaderMap, HeaderValue};
use renkei_procedure::time::Instant;
use renkei_shared::problem::{ProblemCode, ProblemDocument};
use renkei_store::{
    ClaimOutcome, ClaimRequest, ClaimedRun, Completion, CookieMark, Effects, JsonText, RunRecord, RunUpdate,
    Sha256Digest,
};
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// How long an act holds its run without a sign of life; then somebody else may go on.
const LEASE: Duration = Duration::from_secs(30);
/// How often an act gives the sign.
const SIGN_OF_LIFE: Duration = Duration::from_secs(10);
/// How long the second of two equal requests waits for the outcome of the first.
const PATIENCE: Duration = Duration::from_secs(20);
/// How often it looks.
const LOOK_AGAIN: Duration = Duration::from_millis(40);

/// How a finished act is remembered. Nothing secret: a redirect is made again from what it was made of.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum StoredOutcome {
    /// The procedure moved on: answer where it stands.
    View,
    /// To the certificate listener, by the try of this number.
    Certificate { number: u32 },
    /// Back to the partner with the result.
    HandOver,
    /// Back to the partner with `access_denied`.
    Cancelled,
    /// Logged out.
    LoggedOut,
    /// A problem.
    Problem(Box<ProblemDocument>),
}

/// What a successful act makes of the run.
pub(crate) struct Moved {
    pub(crate) outcome: StoredOutcome,
    /// The cookie changes: after login, and at the end.
    pub(crate) new_cookie: bool,
    pub(crate) effects: Effects,
    /// The pushed request that this act answers, for the first time or not at all.
    pub(crate) answers: Option<AnsweredRequest>,
}

/// A pushed request that an act consumes.
pub(crate) struct AnsweredRequest {
    pub(crate) request_uri_hash: Sha256Digest,
    /// What to say where another linkage has answered it before.
    pub(crate) otherwise: ProblemDocument,
}

impl Moved {
    pub(crate) fn to(outcome: StoredOutcome) -> Self {
        Self {
            outcome,
            new_cookie: false,
            effects: Effects::default(),
            answers: None,
        }
    }

    pub(crate) fn with_new_cookie(mut self) -> Self {
        self.new_cookie = true;
        self
    }
}

/// What became of the wish to act.
pub(crate) enum Claim<'a, S> {
    /// Go on.
    Turn(Box<Turn<'a, S>>),
    /// The act was done before: the same answer, from the state as it stands.
    Replay(Box<TurnEnd<'a, S>>),
}

/// An act under way.
pub(crate) struct Turn<'a, S> {
    claimed: ClaimedRun,
    /// The run's one-time values.
    pub(crate) values: OneTimeValues<'a>,
    /// The state; acts change it in place.
    pub(crate) state: S,
    /// When the act began.
    pub(crate) now: Instant,
}

/// An act's hold on its run.
pub(crate) struct Hold(ClaimedRun);

impl Hold {
    /// Works, and gives signs of life meanwhile: after a crash the run is free again in half a minute, however long
    /// the work would have taken.
    pub(crate) async fn during<T>(self, app: &Services, work: impl Future<Output = T>) -> T {
        let signs = async {
            loop {
                tokio::time::sleep(SIGN_OF_LIFE).await;
                let until = app.ambient.now().plus(LEASE);
                if let Err(error) = app.store.runs().renew(&self.0, until).await {
                    tracing::warn!(%error, "an act could not keep its hold");
                }
            }
        };
        tokio::select! {
            result = work => result,
            never = signs => never,
        }
    }
}

/// An act that is over.
pub(crate) struct TurnEnd<'a, S> {
    pub(crate) outcome: StoredOutcome,
    pub(crate) version: u64,
    pub(crate) state: S,
    pub(crate) values: OneTimeValues<'a>,
    pub(crate) cookie: Option<HeaderValue>,
}

/// A run that the request's cookie opens.
struct Opened<'a> {
    record: RunRecord,
    presented: Presented,
    values: OneTimeValues<'a>,
}

impl<'a> Opened<'a> {
    async fn by_cookie(app: &'a Services, key: Key, headers: &HeaderMap) -> Result<Self, Problem> {
        let found = app.store.runs().find(key.run()).await?;
        let opened = found.and_then(|record| {
            Some(Self {
                presented: key.presented(app, headers, &record)?,
                values: OneTimeValues::of(app, key, &record)?,
                record,
            })
        });
        opened.ok_or_else(|| ProblemCode::NotFound.into())
    }

    fn replay<S: RunState>(self, outcome: &JsonText) -> Result<Claim<'a, S>, Problem> {
        let state: S = self.record.state.decode()?;
        let cookie = if self.presented == Presented::Previous && !state.is_over() {
            issue(&self.values, self.record.cookie.counter)?
        } else {
            None
        };
        Ok(Claim::Replay(Box::new(TurnEnd {
            outcome: outcome.decode()?,
            version: self.record.version,
            state,
            values: self.values,
            cookie,
        })))
    }
}

impl<'a, S: RunState> Turn<'a, S> {
    /// Claims the act for a request that bears the run's cookie. Whoever does not is told what is told of a run that
    /// does not exist.
    pub(crate) async fn claim(
        app: &'a Services,
        key: Key,
        headers: &HeaderMap,
        version: u64,
        act_id: &ActId,
        kind: &'static str,
    ) -> Result<Claim<'a, S>, Problem> {
        let opened = Opened::by_cookie(app, key, headers).await?;
        if opened.presented == Presented::Previous {
            return Self::claim_replay(app, opened, act_id, kind).await;
        }
        let began = tokio::time::Instant::now();
        loop {
            let now = app.ambient.now();
            let request = ClaimRequest {
                run: key.run(),
                version,
                act_id: act_id.as_str(),
                kind,
                now,
                lease_until: now.plus(LEASE),
            };
            return match app.store.runs().claim(request).await? {
                ClaimOutcome::Claimed(claimed) => {
                    let state = claimed.record().state.decode()?;
                    Ok(Claim::Turn(Box::new(Self {
                        claimed: *claimed,
                        values: opened.values,
                        state,
                        now,
                    })))
                }
                ClaimOutcome::Replay(outcome) => {
                    // Read anew: the act may have changed the cookie since the first look.
                    Opened::by_cookie(app, key, headers).await?.replay(&outcome)
                }
                ClaimOutcome::InProgress { same_act: true } if began.elapsed() < PATIENCE => {
                    tokio::time::sleep(LOOK_AGAIN).await;
                    continue;
                }
                ClaimOutcome::InProgress { .. } => Err(ProblemCode::ActInProgress.into()),
                ClaimOutcome::OtherKind => Err(ProblemCode::RequestMalformed.into()),
                ClaimOutcome::Interrupted => Err(ProblemCode::ActInterrupted.into()),
                ClaimOutcome::Stale { .. } => Err(ProblemCode::VersionStale.into()),
                ClaimOutcome::Unknown => Err(ProblemCode::NotFound.into()),
            };
        }
    }

    /// The cookie before the last may repeat the act that changed it, and nothing else: a claim with a version that
    /// never was cannot take the run.
    async fn claim_replay(
        app: &Services,
        opened: Opened<'a>,
        act_id: &ActId,
        kind: &'static str,
    ) -> Result<Claim<'a, S>, Problem> {
        let now = app.ambient.now();
        let request = ClaimRequest {
            run: opened.record.id,
            version: 0,
            act_id: act_id.as_str(),
            kind,
            now,
            lease_until: now,
        };
        match app.store.runs().claim(request).await? {
            ClaimOutcome::Replay(outcome) => opened.replay(&outcome),
            _ => Err(ProblemCode::NotFound.into()),
        }
    }

    /// The pushed request with which the run began.
    pub(crate) const fn request_uri_hash(&self) -> Option<Sha256Digest> {
        self.claimed.record().request_uri_hash
    }

    /// The act's hold on its run, to be kept while the act goes on.
    pub(crate) fn hold(&self) -> Hold {
        Hold(self.claimed.clone())
    }

    /// Ends the act. A success moves the run on; a refusal is remembered and leaves the run as it was; a fault of
    /// ours, which spent nothing, is forgotten, so that the same act may be tried again.
    pub(crate) async fn end(
        self,
        app: &Services,
        result: Result<Moved, Problem>,
    ) -> Result<TurnEnd<'a, S>, Problem> {
        let now = app.ambient.now();
        match result {
            Ok(moved) => self.complete(app, moved, now).await,
            Err(problem) if problem.document().status < 500 => Err(self.fail(app, problem, now).await?),
            Err(problem) => {
                app.store.runs().release(&self.claimed).await?;
                Err(problem)
            }
        }
    }

    /// Remembers a refusal, and answers what to say.
    async fn fail(&self, app: &Services, problem: Problem, now: Instant) -> Result<Problem, Problem> {
        let outcome = StoredOutcome::Problem(Box::new(problem.document().clone()));
        let outcome = JsonText::encode(&outcome)?;
        if app.store.runs().fail(&self.claimed, &outcome, now).await? {
            Ok(problem)
        } else {
            Ok(ProblemCode::ActInterrupted.into())
        }
    }

    async fn complete(
        self,
        app: &Services,
        mut moved: Moved,
        now: Instant,
    ) -> Result<TurnEnd<'a, S>, Problem> {
        let record = self.claimed.record();
        let cookie = if moved.new_cookie {
            self.values.mark(record.cookie.counter.saturating_add(1))?
        } else {
            record.cookie
        };
        let over = self.state.is_over();
        let update = RunUpdate {
            user_id: self.state.user().or(record.user_id),
            cookie,
            expires_at: self.state.expires_at(),
            ended_at: if over {
                record.ended_at.or(Some(now))
            } else {
                record.ended_at
            },
            state: JsonText::encode(&self.state)?,
        };
        let outcome = JsonText::encode(&moved.outcome)?;
        moved.effects.consume_request = moved.answers.as_ref().map(|answered| answered.request_uri_hash);
        match app
            .store
            .runs()
            .complete(&self.claimed, update, &outcome, &moved.effects, now)
            .await?
        {
            Completion::Done { version } => Ok(TurnEnd {
                outcome: moved.outcome,
                version,
                cookie: set_cookie(&self.values, over, moved.new_cookie, cookie)?,
                state: self.state,
                values: self.values,
            }),
            Completion::LeaseLost => Err(ProblemCode::ActInterrupted.into()),
            Completion::RequestConsumed => {
                let otherwise = moved.answers.map(|answered| answered.otherwise.into());
                let problem = otherwise.unwrap_or_else(|| ProblemCode::RequestAnswered.into());
                Err(self.fail(app, problem, now).await?)
            }
            Completion::CodeAlreadyRedeemed => Err(ProblemCode::LinkageEnded.into()),
        }
    }
}

fn set_cookie(
    values: &OneTimeValues<'_>,
    over: bool,
    changed: bool,
    cookie: CookieMark,
) -> Result<Option<HeaderValue>, Problem> {
    // A linkage that is over keeps its cookie: all that it opens is the page that says so and the way back.
    match (changed, over) {
        (false, _) => Ok(None),
        (true, true) => Ok(values.key().clear()),
        (true, false) => issue(values, cookie.counter),
    }
}
