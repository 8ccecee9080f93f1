//! The gate before each account: a PIN on file that the core may have stopped accepting must not be sent by many calls
//! at once, or a partner's polling would lock the account.
//!
//! ```text
//! not proven ── one call at a time, on all nodes (a lease in the store) ──▶ accepted: proven for a minute
//!                                                                      └──▶ refused: never sent again (未登録)
//! proven ────── one call at a time on each node: fewer nodes than the core allows wrong tries
//! ```
//! Not here: registering PINs (`linkage::pins`).

use crate::linkage::proven_until;
use crate::services::Services;
use crate::web::problem::Problem;
use renkei_bank::port::CoreError;
use renkei_procedure::identity::{AccountId, UserId};
use renkei_procedure::inquiry_pin::InquiryPin;
use renkei_procedure::time::Instant;
use renkei_shared::problem::ProblemCode;
use renkei_store::{PinGate, PinLease, RegisteredPinRecord, Undisclosed};
use renkei_vault::sealed_pin::SealedPin;
use std::time::Duration;
use tokio::sync::OwnedSemaphorePermit;
use uuid::Uuid;

/// How long a call waits for its turn.
const PATIENCE: Duration = Duration::from_secs(10);
/// How long a lease holds where its owner never gives it back; after a check whose outcome nobody knows it is left to
/// run out, so that polling spends at most one try in that time.
const LEASE: Duration = Duration::from_secs(60);
/// How often a call looks whether the lease is free.
const LOOK_AGAIN: Duration = Duration::from_millis(25);

/// Leave to ask the core once with the PIN on file.
pub(super) struct Pass {
    pin: InquiryPin,
    observed: RegisteredPinRecord,
    lease: Option<PinLease>,
    _turn: OwnedSemaphorePermit,
}

/// Waits for the account's turn and opens its PIN.
pub(super) async fn enter(app: &Services, user: UserId, account: AccountId) -> Result<Pass, Problem> {
    let turn = tokio::time::timeout(PATIENCE, app.turnstiles.of(account).acquire_owned())
        .await
        .map_err(|_| ProblemCode::CoreUnavailable)?
        .map_err(|_| ProblemCode::InternalError)?;
    let known = app.store.registered_pins().find(user, account).await?;
    let known = known
        .filter(|pin| pin.refused_at.is_none())
        .ok_or(ProblemCode::AccountRegistrationRequired)?;
    let (observed, lease) = if is_proven(&known, app) {
        (known, None)
    } else {
        let lease = take_lease(app, user, account).await?;
        if is_proven(lease.pin(), app) {
            // Somebody has proved it while this call waited.
            let proven = lease.pin().proven_until;
            app.store
                .registered_pins()
                .release_pin_lease(&lease, proven)
                .await?;
            (lease.pin().clone(), None)
        } else {
            (lease.pin().clone(), Some(lease))
        }
    };
    let pin = SealedPin::from_text(observed.sealed.as_str())
        .and_then(|sealed| app.vault.open(&sealed, user, account))
        .map_err(|error| {
            tracing::error!(%error, "a sealed PIN cannot be opened");
            ProblemCode::InternalError
        })?;
    Ok(Pass {
        pin,
        observed,
        lease,
        _turn: turn,
    })
}

fn is_proven(pin: &RegisteredPinRecord, app: &Services) -> bool {
    pin.proven_until.is_some_and(|until| app.ambient.now() < until)
}

async fn take_lease(app: &Services, user: UserId, account: AccountId) -> Result<PinLease, Problem> {
    let owner = Uuid::from_bytes(app.ambient.random()?);
    let began = tokio::time::Instant::now();
    loop {
        let now = app.ambient.now();
        match app
            .store
            .registered_pins()
            .acquire_pin_lease(user, account, owner, now, now.plus(LEASE))
            .await?
        {
            PinGate::Acquired(lease) => return Ok(lease),
            PinGate::Unregistered => return Err(ProblemCode::AccountRegistrationRequired.into()),
            PinGate::Busy if began.elapsed() < PATIENCE => tokio::time::sleep(LOOK_AGAIN).await,
            PinGate::Busy => return Err(ProblemCode::CoreUnavailable.into()),
        }
    }
}

impl Pass {
    /// The PIN, for the one question.
    pub(super) const fn pin(&self) -> &InquiryPin {
        &self.pin
    }

    /// Draws the consequences of the core's answer, and hands it on.
    pub(super) async fn settle<T>(self, app: &Services, answer: Result<T, CoreError>) -> Result<T, Problem> {
        let pins = app.store.registered_pins();
        let now = app.ambient.now();
        match answer {
            Ok(value) => {
                if let Some(lease) = &self.lease {
                    pins.release_pin_lease(lease, Some(proven_until(now))).await?;
                }
                self.reseal(app).await?;
                Ok(value)
            }
            Err(CoreError::PinRefused { .. } | CoreError::PinLocked) => {
                self.retire(app, now).await?;
                if let Some(lease) = &self.lease {
                    pins.release_pin_lease(lease, None).await?;
                }
                Err(ProblemCode::AccountRegistrationRequired.into())
            }
            Err(error) if error.pin_may_have_been_counted() => {
                tracing::warn!(%error, "the outcome of an inquiry is unknown");
                Err(ProblemCode::CoreUnavailable.into())
            }
            Err(error) => {
                if let Some(lease) = &self.lease {
                    pins.release_pin_lease(lease, None).await?;
                }
                Err(match error {
                    CoreError::Closed { .. } => ProblemCode::CoreClosed,
                    CoreError::UnknownAccount | CoreError::UnknownUser => ProblemCode::NotFound,
                    error => {
                        tracing::warn!(%error, "the core does not answer an inquiry");
                        ProblemCode::CoreUnavailable
                    }
                }
                .into())
            }
        }
    }

    /// Never sends the refused PIN again, for whichever user of the account it is on file: each further try would
    /// count at the core.
    async fn retire(&self, app: &Services, now: Instant) -> Result<(), Problem> {
        let pins = app.store.registered_pins();
        pins.mark_refused(&self.observed, now).await?;
        for other in pins.list_for_account(self.observed.account_id).await? {
            let same = SealedPin::from_text(other.sealed.as_str())
                .and_then(|sealed| app.vault.open(&sealed, other.user_id, other.account_id))
                .is_ok_and(|pin| pin.expose() == self.pin.expose());
            if same {
                pins.mark_refused(&other, now).await?;
            }
        }
        Ok(())
    }

    /// After a rotation of the vault's keys, a PIN in use is sealed anew under the active one.
    async fn reseal(&self, app: &Services) -> Result<(), Problem> {
        let Ok(sealed) = SealedPin::from_text(self.observed.sealed.as_str()) else {
            return Ok(());
        };
        if app.vault.needs_resealing(&sealed) {
            let (user, account) = (self.observed.user_id, self.observed.account_id);
            let anew = app.vault.reseal(&sealed, user, account, app.ambient.rng())?;
            app.store
                .registered_pins()
                .reseal(&self.observed, &Undisclosed::new(anew.as_str()))
                .await?;
        }
        Ok(())
    }
}
