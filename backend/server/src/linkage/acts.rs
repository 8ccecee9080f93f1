//! What each act does with the world, around the pure rule that it calls.
//! Not here: claiming and remembering acts (`crate::runs`), bodies and answers (`routes`, `answer`).

use super::inquiry_accounts::{KnownAccounts, known_accounts, refresh_accounts};
use super::pins::{self, PinRow};
use super::{StoredLinkage, answer};
use crate::audit;
use crate::login::{check_password, collect, register_attempt};
use crate::runs::{Key, LEASE, Moved, StoredOutcome, Turn};
use crate::services::App;
use crate::web::problem::Problem;
use renkei_procedure::accounts::PinOutcome;
use renkei_procedure::identity::{AccountId, GrantId, LinkageId, UserId};
use renkei_procedure::login::TypedPassword;
use renkei_shared::problem::ProblemCode;
use renkei_shared::vocabulary::Business;
use renkei_store::{Effects, NewGrant};
use std::collections::BTreeSet;
use std::time::Duration;

/// An act with its checked input.
pub(super) enum Act {
    Certificate,
    CertificateResult { code: String },
    Password(TypedPassword),
    Businesses(BTreeSet<Business>),
    InquiryPins(Vec<PinRow>),
    Confirm,
    AddMore,
    Permission { accounts: Vec<AccountId>, intent: bool },
    Return,
    Cancel,
    Extend,
}

impl Act {
    /// How long the act may take: PINs go to the core in turns, and each may keep it waiting to the full.
    pub(super) fn lease(&self, app: &App) -> Duration {
        match self {
            Self::InquiryPins(rows) => {
                let turns = u32::try_from(rows.len().div_ceil(pins::PARALLEL_CHECKS)).unwrap_or(u32::MAX);
                LEASE.saturating_add(app.config.core.timeout().saturating_mul(turns))
            }
            _ => LEASE,
        }
    }

    const fn audit_kind(&self) -> &'static str {
        match self {
            Self::Certificate => "certificate_asked",
            Self::CertificateResult { .. } => "certificate_judged",
            Self::Password(_) => "password_accepted",
            Self::Businesses(_) => "businesses_chosen",
            Self::InquiryPins(_) => "inquiry_pins_checked",
            Self::Confirm => "registration_confirmed",
            Self::AddMore => "registration_continued",
            Self::Permission { .. } => "permitted",
            Self::Return => "handed_over",
            Self::Cancel => "cancelled",
            Self::Extend => "time_extended",
        }
    }
}

/// Carries the act out. On an error the linkage is as it was.
pub(super) async fn carry_out(
    app: &App,
    id: LinkageId,
    turn: &mut Turn<StoredLinkage>,
    act: Act,
) -> Result<Moved, Problem> {
    let now = turn.now;
    let kind = act.audit_kind();
    let before = turn.state.linkage.user();
    let mut event = audit::event(kind, now)
        .linkage(id)
        .partner(&turn.state.linkage.terms().partner);
    let mut moved = match act {
        Act::Certificate => {
            let number = turn.state.linkage.begin_certificate(now)?;
            register_attempt(app, Key::Linkage(id), number, now).await?;
            Moved::to(StoredOutcome::Certificate { number })
        }
        Act::CertificateResult { code } => {
            let judged = collect(app, Key::Linkage(id), &code, now).await?;
            turn.state.linkage.certificate_judged(judged, now)?;
            event = event.detail("accepted", turn.state.linkage.user().is_some());
            // New after login: who planted the cookie before it has nothing afterwards.
            Moved::to(StoredOutcome::View).with_new_cookie()
        }
        Act::Password(typed) => password(app, turn, typed).await?,
        Act::Businesses(chosen) => {
            let accounts = accounts_of(app, turn).await?;
            event = event.detail(
                "businesses",
                chosen.iter().map(|business| business.scope()).collect::<Vec<_>>(),
            );
            turn.state
                .linkage
                .choose_businesses(chosen, &accounts.standing, now)?;
            Moved::to(StoredOutcome::View)
        }
        Act::InquiryPins(rows) => {
            let accounts = accounts_of(app, turn).await?;
            let ids: Vec<AccountId> = rows.iter().map(|row| row.account).collect();
            let selection = turn.state.linkage.select_rows(&ids, &accounts.standing, now)?;
            let user = user_of(turn)?;
            let outcomes = pins::register(app, user, id, &selection, rows, &accounts).await;
            let passed = outcomes
                .iter()
                .filter(|(_, outcome)| *outcome == PinOutcome::Accepted)
                .count();
            event = event.detail("sent", ids.len()).detail("accepted", passed);
            turn.state.linkage.pins_checked(&selection, outcomes)?;
            Moved::to(StoredOutcome::View)
        }
        Act::Confirm => {
            let accounts = accounts_of(app, turn).await?;
            turn.state.linkage.confirm(&accounts.standing, now)?;
            Moved::to(StoredOutcome::View)
        }
        Act::AddMore => {
            let accounts = accounts_of(app, turn).await?;
            turn.state.linkage.add_more(&accounts.standing, now)?;
            Moved::to(StoredOutcome::View)
        }
        Act::Permission { accounts, intent } => {
            event = event.detail("accounts", accounts.len());
            permission(app, id, turn, &accounts, intent).await?
        }
        Act::Return => {
            let code = answer::next_code(app, id, &mut turn.state, now).await?;
            Moved {
                effects: Effects {
                    code: Some(code),
                    ..Effects::default()
                },
                ..Moved::to(StoredOutcome::HandOver)
            }
        }
        Act::Cancel => {
            turn.state.linkage.cancel(now)?;
            Moved::to(StoredOutcome::Cancelled)
        }
        Act::Extend => {
            turn.state
                .linkage
                .extend(&app.config.procedure.time_limits(), now)?;
            Moved::to(StoredOutcome::View)
        }
    };
    let user = turn.state.linkage.user().or(before);
    moved.effects.audit.push(event.user(user).build(app)?);
    Ok(moved)
}

fn user_of(turn: &Turn<StoredLinkage>) -> Result<UserId, Problem> {
    turn.state
        .linkage
        .user()
        .ok_or_else(|| ProblemCode::StepMismatch.into())
}

async fn accounts_of(app: &App, turn: &Turn<StoredLinkage>) -> Result<KnownAccounts, Problem> {
    match turn.state.linkage.user() {
        Some(user) => known_accounts(app, user).await,
        // Nobody has logged in: let the rule say what is wrong with the step.
        None => Ok(KnownAccounts {
            records: Vec::new(),
            standing: renkei_procedure::accounts::Accounts::default(),
        }),
    }
}

async fn password(app: &App, turn: &mut Turn<StoredLinkage>, typed: TypedPassword) -> Result<Moved, Problem> {
    let user = turn.state.linkage.expects_password(turn.now)?.user();
    let record = app.store.users().find(user).await?.ok_or(ProblemCode::NotFound)?;
    // The core first: where it is down or closed, that is said before a password is spent on it.
    let records = refresh_accounts(&app.store, app.core.as_ref(), &record, &app.ambient).await?;
    let matched = match check_password(app, user, typed, turn.now).await {
        Ok(matched) => matched,
        Err(problem) => {
            let kind = if problem.document().status == ProblemCode::UserLocked.status() {
                "user_locked"
            } else {
                "password_wrong"
            };
            audit::append(app, audit::event(kind, turn.now).user(Some(user))).await?;
            return Err(problem);
        }
    };
    drop(records);
    let accounts = known_accounts(app, user).await?;
    turn.state
        .linkage
        .password_matched(matched, &accounts.standing, turn.now)?;
    Ok(Moved::to(StoredOutcome::View).with_new_cookie())
}

async fn permission(
    app: &App,
    id: LinkageId,
    turn: &mut Turn<StoredLinkage>,
    selected: &[AccountId],
    intent: bool,
) -> Result<Moved, Problem> {
    let accounts = accounts_of(app, turn).await?;
    let permitted = turn
        .state
        .linkage
        .permit(selected, intent, &accounts.standing, turn.now)?;
    let grant_id = GrantId::from_random(app.ambient.random()?);
    turn.state.grant = Some(grant_id);
    // In the order of the page, which is the cooperative's.
    let ordered = accounts
        .standing
        .all()
        .iter()
        .filter(|account| permitted.accounts().contains(account));
    let grant = NewGrant {
        id: grant_id,
        user_id: permitted.user(),
        partner_id: turn.state.linkage.terms().partner.clone(),
        linkage_id: id,
        businesses: permitted
            .businesses()
            .iter()
            .map(|business| business.scope().to_owned())
            .collect(),
        scope: answer::granted_scope(&turn.state.request, permitted.businesses()),
        accounts: ordered.copied().collect(),
        permitted_at: permitted.period().permitted_at(),
        expires_at: permitted.period().expires_at(),
    };
    let code = answer::next_code(app, id, &mut turn.state, turn.now).await?;
    Ok(Moved {
        effects: Effects {
            grant: Some(grant),
            code: Some(code),
            ..Effects::default()
        },
        ..Moved::to(StoredOutcome::HandOver)
    })
}
