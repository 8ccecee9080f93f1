//! The whole view of the current step, made from the state each time it is asked for.
//! Not here: rules; a view only says what is.

use super::inquiry_accounts::{KnownAccounts, known_accounts, label};
use super::permission_view::{business_selection_view, permission_view};
use super::pin_states::standing;
use super::{StoredLinkage, preflight, reply};
use crate::login::{login_view, password_view};
use crate::services::Services;
use crate::web::problem::Problem;
use renkei_oauth::openid::UiLocale;
use renkei_procedure::accounts::PinOutcome;
use renkei_procedure::identity::LinkageId;
use renkei_procedure::linkage::{BusinessesChosen, Step, progress};
use renkei_procedure::login::Login;
use renkei_procedure::time::Instant;
use renkei_shared::linkage::{
    AccountRow, CustomerView, EndReason, EndedView, LinkageView, PartnerView, PinRegistrationView,
    PinResultView, ReturningView, StepView,
};
use renkei_shared::problem::{Explanation, ProblemCode};
use renkei_shared::vocabulary::{Language, RegistrationStatus};
use renkei_store::{PartnerRecord, UserRecord};
use std::time::Duration;

/// The view at this moment.
pub(super) async fn view(
    app: &Services,
    id: LinkageId,
    version: u64,
    state: &StoredLinkage,
) -> Result<LinkageView, Problem> {
    let now = app.ambient.now();
    let linkage = &state.linkage;
    let partner = app
        .store
        .partners()
        .find(&linkage.terms().partner)
        .await?
        .ok_or(ProblemCode::PartnerSuspended)?;
    let user = match linkage.user() {
        Some(user) => app.store.users().find(user).await?,
        None => None,
    };
    let step = step_view(app, id, version, state, &partner, user.as_ref(), now).await?;
    let ended = matches!(step, StepView::Ended(_));
    let deadline = linkage.deadline();
    Ok(LinkageView {
        id: id.to_string(),
        version,
        expires_at: deadline.expires_at().to_japan_rfc3339(),
        remaining_seconds: now.until(deadline.expires_at()).as_secs(),
        extendable: !ended && deadline.extendable(&app.config.procedure.time_limits()),
        progress: progress(linkage),
        partner: partner_view(&partner),
        customer: user.filter(|_| !ended).map(|user| CustomerView {
            company: user.company,
            name: user.name,
        }),
        ui_locale: state.request.authentication().ui_locale().map(language),
        step,
    })
}

const fn language(asked: UiLocale) -> Language {
    match asked {
        UiLocale::Ja => Language::Ja,
        UiLocale::En => Language::En,
    }
}

fn partner_view(partner: &PartnerRecord) -> PartnerView {
    PartnerView {
        name: partner.name.clone(),
        legal_name: partner.legal_name.clone(),
        registration_number: partner.registration_number.clone(),
        purpose: partner.purpose.clone(),
        complaint_contact: partner.complaint_contact.clone(),
    }
}

async fn step_view(
    app: &Services,
    id: LinkageId,
    version: u64,
    state: &StoredLinkage,
    partner: &PartnerRecord,
    user: Option<&UserRecord>,
    now: Instant,
) -> Result<StepView, Problem> {
    let linkage = &state.linkage;
    let grant = state.grant(app).await?;
    if let Some(grant) = grant.as_ref().filter(|grant| grant.activated_at.is_some()) {
        return Ok(StepView::Ended(EndedView {
            reason: EndReason::Completed,
            return_url: None,
            reference: Some(grant.reference.to_string()),
        }));
    }
    let suspended = partner.suspended_at.map(|_| EndReason::PartnerSuspended);
    if let Some(reason) = linkage.end(now).or(suspended) {
        return Ok(StepView::Ended(EndedView {
            reason,
            return_url: reply::way_back(app, id, state).await?,
            reference: None,
        }));
    }
    let accounts = match linkage.user() {
        Some(user) => known_accounts(app, user).await?.eligible(linkage),
        None => KnownAccounts::default(),
    };
    Ok(match linkage.step() {
        Step::Login(Login::Certificate { failure }) => {
            StepView::CertificateLogin(login_view(app, failure.as_ref()))
        }
        Step::Login(Login::Password(verified)) => {
            let core = match user {
                Some(user) => Some(preflight::core_answer(app, id, version, state, user).await?),
                None => None,
            };
            StepView::Password(password_view(app, verified, user, core, now))
        }
        Step::BusinessSelection(login) => {
            StepView::BusinessSelection(business_selection_view(app, state, login.user(), now).await?)
        }
        Step::PinRegistration(chosen) => StepView::PinRegistration(PinRegistrationView {
            accounts: entry_rows(state, chosen, &accounts),
            can_skip: accounts.standing.any_registered(),
        }),
        Step::PinResult(chosen) => StepView::PinResult(PinResultView {
            accounts: result_rows(state, chosen, &accounts),
            can_confirm: accounts.standing.any_registered(),
            can_add_more: accounts.standing.any_unregistered(),
        }),
        Step::Permission { chosen, .. } => {
            StepView::Permission(permission_view(app, state, chosen, accounts, now).await?)
        }
        Step::Returning {
            permitted,
            code_issued_at,
            ..
        } => StepView::Returning(ReturningView {
            reference: grant.ok_or(ProblemCode::InternalError)?.reference.to_string(),
            last_day: permitted.period().last_day().to_string(),
            way_back_seconds: {
                let lifetime = Duration::from_secs(app.config.oauth.code_seconds);
                now.until(code_issued_at.plus(lifetime)).as_secs()
            },
        }),
        Step::Ended(reason) => StepView::Ended(EndedView {
            reason: *reason,
            return_url: reply::way_back(app, id, state).await?,
            reference: None,
        }),
    })
}

fn rows(state: &StoredLinkage, chosen: &BusinessesChosen, accounts: &KnownAccounts) -> Vec<AccountRow> {
    accounts
        .records
        .iter()
        .map(|record| {
            let registered = accounts.standing.is_registered(record.id);
            let pin = (!registered).then(|| {
                standing(
                    chosen.outcomes().get(&record.id).copied(),
                    state.pin_states.get(&record.id).copied(),
                )
            });
            AccountRow {
                account_id: record.id.to_string(),
                label: label(record),
                memo: record.memo.clone(),
                status: match (registered, chosen.registered_now(record.id)) {
                    (false, _) => RegistrationStatus::Unregistered,
                    (true, false) => RegistrationStatus::Registered,
                    (true, true) => RegistrationStatus::RegisteredNow,
                },
                pin_locked: pin.is_some_and(|pin| pin.locked),
                remaining_tries: pin.and_then(|pin| pin.remaining_tries),
                problem: pin.and_then(|pin| pin.outcome).and_then(explain),
            }
        })
        .collect()
}

/// The rows where a PIN is to be entered: of an account whose PIN on file is refused they say why another one is due.
fn entry_rows(state: &StoredLinkage, chosen: &BusinessesChosen, accounts: &KnownAccounts) -> Vec<AccountRow> {
    let mut rows = rows(state, chosen, accounts);
    for (row, record) in rows.iter_mut().zip(&accounts.records) {
        if row.problem.is_none() && !row.pin_locked && accounts.refused.contains(&record.id) {
            row.problem = Some(ProblemCode::PinNoLongerAccepted.explain());
        }
    }
    rows
}

/// The rows with what came of each: those that did not succeed first, otherwise in the cooperative's order.
fn result_rows(
    state: &StoredLinkage,
    chosen: &BusinessesChosen,
    accounts: &KnownAccounts,
) -> Vec<AccountRow> {
    let mut rows = rows(state, chosen, accounts);
    rows.sort_by_key(|row| row.problem.is_none());
    rows
}

fn explain(outcome: PinOutcome) -> Option<Explanation> {
    let problem = outcome.problem()?;
    Some(match outcome {
        PinOutcome::Wrong { remaining_tries } => problem.explain_with_tries(remaining_tries),
        _ => problem.explain(),
    })
}
