//! 手順3 「登録」: each ticked row is checked with the core on its own, and a PIN that passes is sealed at once, so that
//! nothing that follows can undo it. Not here: which rows may be sent (`renkei_procedure::linkage`).

use super::inquiry_accounts::KnownAccounts;
use crate::services::{App, Services};
use crate::web::problem::Problem;
use futures_util::StreamExt as _;
use futures_util::stream;
use renkei_bank::port::{CoreError, PinVerdict};
use renkei_procedure::accounts::PinOutcome;
use renkei_procedure::identity::{AccountId, LinkageId, UserId};
use renkei_procedure::inquiry_pin::InquiryPin;
use renkei_procedure::linkage::PinSelection;
use renkei_procedure::pin_check::{CoreVerdict, PinToKeep, judge};
use renkei_procedure::time::Instant;
use renkei_shared::linkage::PinEntry;
use renkei_shared::problem::{FieldProblem, ProblemCode, ProblemDocument};
use renkei_store::{InquiryAccountRecord, NewRegisteredPin, Undisclosed};
use std::time::Duration;

/// How many rows are with the core at the same moment.
pub(super) const PARALLEL_CHECKS: usize = 8;
/// Most rows that one submission may hold.
const MOST_ROWS: usize = 2_000;
/// For how long a PIN that the core has accepted needs no new proof before inquiries of one account run side by side.
const PROVEN_FOR: Duration = Duration::from_mins(1);

/// Until when a PIN counts as proven that the core has accepted now.
pub(crate) fn proven_until(now: Instant) -> Instant {
    now.plus(PROVEN_FOR)
}

/// A row whose account id and PIN have the right form.
pub(crate) struct PinRow {
    pub(crate) account: AccountId,
    pin: InquiryPin,
}

/// Reads the rows; every malformed PIN is named, and no try is spent.
pub(crate) fn read_rows(entries: Vec<PinEntry>) -> Result<Vec<PinRow>, Problem> {
    if entries.len() > MOST_ROWS {
        return Err(ProblemCode::RequestTooLarge.into());
    }
    let mut rows = Vec::with_capacity(entries.len());
    let mut malformed = Vec::new();
    for entry in entries {
        let Ok(account) = entry.account_id.parse() else {
            return Err(ProblemCode::AccountNotSelectable.into());
        };
        match InquiryPin::parse(entry.pin.expose()) {
            Ok(pin) => rows.push(PinRow { account, pin }),
            Err(_) => malformed.push(FieldProblem {
                field: entry.account_id.clone(),
                explanation: ProblemCode::PinMalformed.explain(),
            }),
        }
    }
    if malformed.is_empty() {
        Ok(rows)
    } else {
        Err(ProblemDocument::new(ProblemCode::PinMalformed)
            .with_fields(malformed)
            .into())
    }
}

/// Checks every selected row and seals what passes.
pub(crate) async fn register(
    app: &App,
    user: UserId,
    linkage: LinkageId,
    selection: &PinSelection,
    rows: Vec<PinRow>,
    accounts: &KnownAccounts,
) -> Vec<(AccountId, PinOutcome)> {
    let known = |row: &PinRow| {
        let record = accounts.records.iter().find(|record| record.id == row.account)?;
        selection
            .accounts()
            .contains(&row.account)
            .then(|| record.clone())
    };
    let checks = rows
        .into_iter()
        .filter_map(|row| known(&row).map(|record| (row, record)));
    stream::iter(checks)
        .map(|(row, record)| async move { (record.id, register_one(app, user, linkage, row, &record).await) })
        .buffer_unordered(PARALLEL_CHECKS)
        .collect()
        .await
}

async fn register_one(
    app: &Services,
    user: UserId,
    linkage: LinkageId,
    row: PinRow,
    record: &InquiryAccountRecord,
) -> PinOutcome {
    let verdict = verdict(app.core.verify_pin(&record.core_account, &row.pin).await);
    let accepted = match judge(row.account, row.pin, verdict) {
        Ok(accepted) => accepted,
        Err(outcome) => return outcome,
    };
    let kept = keep(app, user, linkage, &accepted, app.ambient.now())
        .await
        .is_ok();
    if !kept {
        tracing::error!(account = %row.account, %linkage, "an accepted PIN could not be kept");
    }
    accepted.outcome(kept)
}

/// What the core's answer to a PIN check says of the PIN.
fn verdict(answer: Result<PinVerdict, CoreError>) -> CoreVerdict {
    match answer {
        Ok(PinVerdict::Accepted) => CoreVerdict::Accepted,
        Ok(PinVerdict::Refused { remaining_tries }) | Err(CoreError::PinRefused { remaining_tries }) => {
            CoreVerdict::Refused { remaining_tries }
        }
        Ok(PinVerdict::Locked) | Err(CoreError::PinLocked) => CoreVerdict::Locked,
        Err(CoreError::Closed { .. }) => CoreVerdict::Closed,
        Err(error) if error.pin_may_have_been_counted() => CoreVerdict::Unknown,
        Err(error) => {
            tracing::warn!(error = %error, "the core does not check a PIN");
            CoreVerdict::Unavailable
        }
    }
}

async fn keep(
    app: &Services,
    user: UserId,
    linkage: LinkageId,
    accepted: &PinToKeep,
    now: Instant,
) -> Result<(), Problem> {
    let sealed = app.vault.seal(accepted, user, app.ambient.rng())?;
    app.store
        .registered_pins()
        .put(&NewRegisteredPin {
            user_id: user,
            account_id: accepted.account(),
            sealed: Undisclosed::new(sealed.as_str()),
            registered_at: now,
            linkage_id: Some(linkage),
            proven_until: Some(proven_until(now)),
        })
        .await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use renkei_bank::port::Unavailability;

    #[test]
    fn only_the_cores_yes_is_a_yes() {
        let refused = CoreVerdict::Refused { remaining_tries: 2 };
        let unavailable = CoreError::Unavailable {
            reason: Unavailability::TimedOut,
        };
        for (answer, expected) in [
            (Ok(PinVerdict::Accepted), CoreVerdict::Accepted),
            (Ok(PinVerdict::Refused { remaining_tries: 2 }), refused),
            (Ok(PinVerdict::Locked), CoreVerdict::Locked),
            (Err(CoreError::PinRefused { remaining_tries: 2 }), refused),
            (Err(CoreError::PinLocked), CoreVerdict::Locked),
            (Err(CoreError::Closed { reopens_at: None }), CoreVerdict::Closed),
            (Err(CoreError::OutcomeUnknown), CoreVerdict::Unknown),
            (Err(CoreError::Malformed { what: "-" }), CoreVerdict::Unknown),
            (Err(unavailable), CoreVerdict::Unavailable),
            (Err(CoreError::UnknownUser), CoreVerdict::Unavailable),
            (Err(CoreError::UnknownAccount), CoreVerdict::Unavailable),
        ] {
            assert_eq!(verdict(answer.clone()), expected, "{answer:?}");
        }
    }
}
