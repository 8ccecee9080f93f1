//! What each act does with the world, around the pure rule that it calls.
//! Not here: claiming and remembering acts (`crate::runs`), bodies and answers (`routes`, `answer`).

use super::continuation::continued;
use super::inquiry_accounts::{KnownAccounts, known_accounts, refresh_accounts};
use super::permission::{Decision, permission};
use super::pins::{self, PinRow};
use super::{StoredLinkage, pin_states, reply};
use crate::audit::{self, Event};
use crate::delivery::answers_at;
use crate::login::{check_password, collect, register_attempt};
use crate::oauth::clients;
use crate::oauth::subject::subject_of;
use crate::runs::{AnsweredRequest, Key, Moved, StoredOutcome, Turn};
use crate::services::App;
use crate::web::problem::Problem;
use renkei_procedure::accounts::PinOutcome;
use renkei_procedure::identity::{AccountId, LinkageId, UserId};
use renkei_procedure::linkage::{Step, Unserved};
use renkei_procedure::login::TypedPassword;
use renkei_shared::problem::{ProblemCode, ProblemDocument};
use renkei_shared::vocabulary::Business;
use renkei_store::{Effects, PartnerRecord};
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
    Permission(Decision),
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
            Self::Permission(_) => "permission",
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
            Self::Permission(_) => "permitted",
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
    turn: &mut Turn<'_, StoredLinkage>,
    act: Act,
) -> Result<Moved, Problem> {
    // The kill switch stops procedures under way, too; leaving one is always possible.
    if !matches!(act, Act::Cancel) {
        let partner = working_partner(app, turn).await?;
        // A permission that could not be handed over is not given.
        if matches!(act, Act::Permission(_) | Act::Return)
            && !answers_at(&partner, turn.state.request.redirect_uri())
        {
            return Err(ProblemCode::AuthorizationRequestInvalid.into());
        }
    }
    // So does the loss of the right to link, where something would come of it.
    if matches!(act, Act::InquiryPins(_) | Act::Permission(_)) && !may_still_link(app, turn).await? {
        return Err(ProblemCode::LinkingNotAllowed.into());
    }
    let before = turn.state.linkage.user();
    let answered_before = is_answered(&turn.state);
    let event = audit::event(act.audit_kind(), turn.now)
        .linkage(id)
        .partner(&turn.state.linkage.terms().partner);
    let (mut moved, mut event) = perform(app, id, turn, act, event).await?;
    if !answered_before && is_answered(&turn.state) {
        moved.answers = answered_request(app, id, turn).await?;
    }
    if let Step::Ended(reason) = turn.state.linkage.step() {
        event = event.detail("ended", serde_json::to_value(reason)?);
    }
    let user = turn.state.linkage.user().or(before);
    moved.effects.audit.push(event.user(user).build(app)?);
    Ok(moved)
}

/// Does what the act is about, and adds to the event what is worth knowing of it.
async fn perform(
    app: &App,
    id: LinkageId,
    turn: &mut Turn<'_, StoredLinkage>,
    act: Act,
    mut event: Event,
) -> Result<(Moved, Event), Problem> {
    let now = turn.now;
    let moved = match act {
        Act::Certificate => {
            let number = turn.state.linkage.begin_certificate(now)?;
            register_attempt(app, &turn.values, number, now).await?;
            Moved::to(StoredOutcome::Certificate { number })
        }
        Act::CertificateResult { code } => {
            let judged = collect(app, Key::Linkage(id), &code, now).await?;
            turn.state.linkage.certificate_judged(judged, now)?;
            // It may be another user now.
            turn.state.core_said = None;
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
        Act::Permission(decision) => return permission(app, id, turn, event, &decision).await,
        Act::Return => {
            let code = reply::next_code(app, id, &turn.values, &mut turn.state, now).await?;
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
    Ok((moved, event))
}

/// Whether the partner's request has its answer: a yes or a no.
fn is_answered(state: &StoredLinkage) -> bool {
    matches!(state.linkage.step(), Step::Returning { .. } | Step::Ended(_))
}

/// The pushed request that the answer consumes. Of several linkages that it led to, one answers it.
async fn answered_request(
    app: &App,
    id: LinkageId,
    turn: &Turn<'_, StoredLinkage>,
) -> Result<Option<AnsweredRequest>, Problem> {
    let Some(request_uri_hash) = turn.request_uri_hash() else {
        return Ok(None);
    };
    let back = reply::way_back(app, id, &turn.state).await?;
    Ok(Some(AnsweredRequest {
        request_uri_hash,
        otherwise: ProblemDocument::new(ProblemCode::RequestAnswered).with_return_url(back),
    }))
}

/// The partner, where nobody has stopped it.
async fn working_partner(app: &App, turn: &Turn<'_, StoredLinkage>) -> Result<PartnerRecord, Problem> {
    let partner = app
        .store
        .partners()
        .find(&turn.state.linkage.terms().partner)
        .await?;
    partner
        .filter(|partner| partner.suspended_at.is_none())
        .ok_or_else(|| ProblemCode::PartnerSuspended.into())
}

async fn may_still_link(app: &App, turn: &Turn<'_, StoredLinkage>) -> Result<bool, Problem> {
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

fn user_of(turn: &Turn<'_, StoredLinkage>) -> Result<UserId, Problem> {
    turn.state
        .linkage
        .user()
        .ok_or_else(|| ProblemCode::StepMismatch.into())
}

async fn accounts_of(app: &App, turn: &Turn<'_, StoredLinkage>) -> Result<KnownAccounts, Problem> {
    match turn.state.linkage.user() {
        Some(user) => known_accounts(app, user).await,
        // Nobody has logged in: let the rule say what is wrong with the step.
        None => Ok(KnownAccounts::default()),
    }
}

async fn password(
    app: &App,
    id: LinkageId,
    turn: &mut Turn<'_, StoredLinkage>,
    typed: TypedPassword,
) -> Result<Moved, Problem> {
    let user = turn.state.linkage.expects_password(turn.now)?.user();
    let record = app.store.users().find(user).await?.ok_or(ProblemCode::NotFound)?;
    // The core first: where it is down or closed, that is said before a password is spent on it.
    refresh_accounts(&app.store, app.core.as_ref(), &record, &app.ambient).await?;
    let matched = check_password(app, Key::Linkage(id), user, typed, turn.now).await?;
    let accounts = known_accounts(app, user).await?;
    let served = served(app, turn, user).await?;
    turn.state
        .linkage
        .password_matched(matched, served, &accounts.standing, turn.now)?;
    pin_states::ask(app, &mut turn.state, &accounts).await;
    let moved = Moved::to(StoredOutcome::View);
    // Where nothing can come of the login, the cookie stays that opens the page which says so.
    Ok(if is_answered(&turn.state) {
        moved
    } else {
        moved.with_new_cookie()
    })
}

/// Whether this customer can give what the request is after.
async fn served(
    app: &App,
    turn: &Turn<'_, StoredLinkage>,
    user: UserId,
) -> Result<Result<(), Unserved>, Problem> {
    let request = &turn.state.request;
    if request.names_customer() {
        let client = clients::find(app, request.client_id()).await?;
        let client = client.ok_or(ProblemCode::PartnerSuspended)?;
        let subject = subject_of::<Problem>(app, &client.metadata, user).await?;
        if request.accepts(&subject).is_err() {
            return Ok(Err(Unserved::OtherCustomer));
        }
    }
    Ok(continued(app, &turn.state, user, turn.now).await?.map(|_| ()))
}
