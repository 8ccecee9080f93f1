//! What each act does with the world, around the pure rule that it calls.
//! Not here: claiming and remembering acts (`crate::runs`), bodies and answers (`routes`, `answer`).

use super::inquiry_accounts::{KnownAccounts, known_accounts, refresh_accounts};
use super::pins::{self, PinRow};
use super::{StoredLinkage, answer, pin_states};
use crate::audit;
use crate::login::{check_password, collect, register_attempt};
use crate::runs::{Key, Moved, StoredOutcome, Turn};
use crate::services::App;
use crate::web::problem::Problem;
use renkei_procedure::accounts::PinOutcome;
use renkei_procedure::identity::{AccountId, GrantId, LinkageId, UserId};
use renkei_procedure::login::TypedPassword;
use renkei_shared::problem::ProblemCode;
use renkei_shared::vocabulary::Business;
use renkei_store::{Effects, NewGrant};
use std::collections::BTreeSet;

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
    /// The act's name, as in its address.
    pub(super) const fn name(&self) -> &'static str {
        match self {
            Self::Certificate => "certificate",
            Self::CertificateResult { .. } => "certificate-result",
            Self::Password(_) => "password",
            Self::Businesses(_) => "businesses",
            Self::InquiryPins(_) => "inquiry-pins",
            Self::Confirm => "confirm",
            Self::AddMore => "add-more",
            Self::Permission { .. } => "permission",
            Self::Return => "return",
            Self::Cancel => "cancel",
            Self::Extend => "extend",
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
    // The kill switch stops procedures under way, too; leaving one is always possible.
    if !matches!(act, Act::Cancel) && is_suspended(app, turn).await? {
        return Err(ProblemCode::PartnerSuspended.into());
    }
    // So does the loss of the right to link, where something would come of it.
    if matches!(act, Act::InquiryPins(_) | Act::Permission { .. }) && !may_still_link(app, turn).await? {
        return Err(ProblemCode::LinkingNotAllowed.into());
    }
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
        Act::Password(typed) => password(app, id, turn, typed).await?,
        Act::Businesses(chosen) => {
            let accounts = accounts_of(app, turn).await?;
            event = event.detail(
                "businesses",
                chosen.iter().map(|business| business.scope()).collect::<Vec<_>>(),
            );
            turn.state
                .linkage
                .choose_businesses(chosen, &accounts.standing, now)?;
            pin_states::ask(app, &mut turn.state, &accounts).await;
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
            turn.state
                .pin_states
                .retain(|account, _| !selection.accounts().contains(account));
            let waited = now.until(app.ambient.now());
            turn.state
                .linkage
                .give_back(&app.config.procedure.time_limits(), waited);
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
            pin_states::ask(app, &mut turn.state, &accounts).await;
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

async fn is_suspended(app: &App, turn: &Turn<StoredLinkage>) -> Result<bool, Problem> {
    let partner = app
        .store
        .partners()
        .find(&turn.state.linkage.terms().partner)
        .await?;
    Ok(partner.is_none_or(|partner| partner.suspended_at.is_some()))
}

async fn may_still_link(app: &App, turn: &Turn<StoredLinkage>) -> Result<bool, Problem> {
    match turn.state.linkage.user() {
        Some(user) => Ok(app
            .store
            .users()
            .find(user)
            .await?
            .is_some_and(|user| user.may_link)),
        // Nobody has logged in: let the rule say what is wrong with the step.
        None => Ok(true),
    }
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
        None => Ok(KnownAccounts::default()),
    }
}

async fn password(
    app: &App,
    id: LinkageId,
    turn: &mut Turn<StoredLinkage>,
    typed: TypedPassword,
) -> Result<Moved, Problem> {
    let user = turn.state.linkage.expects_password(turn.now)?.user();
    let record = app.store.users().find(user).await?.ok_or(ProblemCode::NotFound)?;
    // The core first: where it is down or closed, that is said before a password is spent on it.
    refresh_accounts(&app.store, app.core.as_ref(), &record, &app.ambient).await?;
    let matched = check_password(app, Key::Linkage(id), user, typed, turn.now).await?;
    let accounts = known_accounts(app, user).await?;
    turn.state
        .linkage
        .password_matched(matched, &accounts.standing, turn.now)?;
    pin_states::ask(app, &mut turn.state, &accounts).await;
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
