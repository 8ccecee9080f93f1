//! The whole view of the current step, made from the state each time it is asked for.
//! Not here: rules; a view only says what is.

use super::StoredLinkage;
use super::inquiry_accounts::{KnownAccounts, known_accounts, label};
use super::pin_states::standing;
use crate::login::{certificate_view, login_view, remaining_tries};
use crate::services::Services;
use crate::web::problem::Problem;
use renkei_procedure::accounts::PinOutcome;
use renkei_procedure::identity::LinkageId;
use renkei_procedure::linkage::{BusinessesChosen, Step, progress};
use renkei_procedure::login::Login;
use renkei_procedure::permission::{PERMISSION_DAYS, PermissionPeriod, last_day_before};
use renkei_procedure::time::{Instant, JapanDate};
use renkei_shared::linkage::{
    AccountRow, BusinessSelectionView, CustomerView, EndReason, EndedView, LinkageView, PartnerView,
    PasswordView, PermissionAccount, PermissionView, PinRegistrationView, PinResultView, ReplacedPermission,
    ReturningView, StepView,
};
use renkei_shared::problem::{Explanation, ProblemCode};
use renkei_shared::vocabulary::RegistrationStatus;
use renkei_store::{PartnerRecord, UserRecord};

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
    let step = step_view(app, state, &partner, user.as_ref(), now).await?;
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
        step,
    })
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
    state: &StoredLinkage,
    partner: &PartnerRecord,
    user: Option<&UserRecord>,
    now: Instant,
) -> Result<StepView, Problem> {
    let linkage = &state.linkage;
    if state.is_redeemed(app).await? {
        return Ok(StepView::Ended(EndedView {
            reason: EndReason::Completed,
            return_url: None,
        }));
    }
    let way_back = || Some(state.request.cancelled().location(&app.issuer));
    if let Some(reason) = linkage.end(now) {
        return Ok(StepView::Ended(EndedView {
            reason,
            return_url: way_back(),
        }));
    }
    if partner.suspended_at.is_some() {
        return Ok(StepView::Ended(EndedView {
            reason: EndReason::PartnerSuspended,
            return_url: way_back(),
        }));
    }
    let accounts = match linkage.user() {
        Some(user) => known_accounts(app, user).await?,
        None => KnownAccounts::default(),
    };
    Ok(match linkage.step() {
        Step::Login(Login::Certificate { failure }) => {
            StepView::CertificateLogin(login_view(app, failure.as_ref()))
        }
        Step::Login(Login::Password(verified)) => StepView::Password(PasswordView {
            certificate: certificate_view(verified.certificate()),
            remaining_tries: user.map_or(0, |user| remaining_tries(app, user)),
        }),
        Step::BusinessSelection(_) => StepView::BusinessSelection(BusinessSelectionView {
            businesses: linkage.terms().businesses.iter().copied().collect(),
        }),
        Step::PinRegistration(chosen) => StepView::PinRegistration(PinRegistrationView {
            accounts: entry_rows(state, chosen, &accounts),
            can_skip: accounts.standing.any_registered(),
        }),
        Step::PinResult(chosen) => StepView::PinResult(PinResultView {
            accounts: rows(state, chosen, &accounts),
            can_confirm: accounts.standing.any_registered(),
            can_add_more: accounts.standing.any_unregistered(),
        }),
        Step::Permission { chosen, .. } => {
            StepView::Permission(permission_view(app, state, chosen, &accounts, now).await?)
        }
        Step::Returning { permitted, .. } => StepView::Returning(ReturningView {
            last_day: permitted.period().last_day().to_string(),
        }),
        Step::Ended(reason) => StepView::Ended(EndedView {
            reason: *reason,
            return_url: way_back(),
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

fn explain(outcome: PinOutcome) -> Option<Explanation> {
    let problem = outcome.problem()?;
    Some(match outcome {
        PinOutcome::Wrong { remaining_tries } => problem.explain_with_tries(remaining_tries),
        _ => problem.explain(),
    })
}

async fn permission_view(
    app: &Services,
    state: &StoredLinkage,
    chosen: &BusinessesChosen,
    accounts: &KnownAccounts,
    now: Instant,
) -> Result<PermissionView, Problem> {
    let partner = &state.linkage.terms().partner;
    let replaced = app
        .store
        .grants()
        .in_force(chosen.login().user(), partner, now)
        .await?;
    Ok(PermissionView {
        businesses: chosen.businesses().iter().copied().collect(),
        accounts: accounts
            .records
            .iter()
            .filter(|record| accounts.standing.is_registered(record.id))
            .map(|record| PermissionAccount {
                account_id: record.id.to_string(),
                label: label(record),
                memo: record.memo.clone(),
            })
            .collect(),
        period_days: PERMISSION_DAYS,
        last_day: PermissionPeriod::from(now).last_day().to_string(),
        history_from: history_from(now, app.config.procedure.history_months).map(|day| day.to_string()),
        replaces: replaced.map(|grant| ReplacedPermission {
            permitted_on: grant.permitted_at.japan_date().to_string(),
            last_day: last_day_before(grant.expires_at).to_string(),
        }),
    })
}

/// The first day of the month so many months back: from there the core keeps statements.
fn history_from(now: Instant, months: u32) -> Option<JapanDate> {
    let today = now.japan_date().date();
    let months_ad = today
        .year()
        .checked_mul(12)?
        .checked_add(i32::from(u8::from(today.month())))?
        .checked_sub(1)?;
    let begin = months_ad.checked_sub(i32::try_from(months).ok()?)?;
    let month = time::Month::try_from(u8::try_from(begin.rem_euclid(12)).ok()?.checked_add(1)?).ok()?;
    time::Date::from_calendar_date(begin.div_euclid(12), month, 1)
        .ok()
        .map(JapanDate::new)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn history_begins_with_a_month() {
        let now = Instant::from_unix_seconds(1_795_300_000); // 2026-11-22 in Japan
        assert_eq!(history_from(now, 13).unwrap().to_string(), "2025-10-01");
        assert_eq!(history_from(now, 0).unwrap().to_string(), "2026-11-01");
        assert_eq!(history_from(now, 11).unwrap().to_string(), "2025-12-01");
    }
}
