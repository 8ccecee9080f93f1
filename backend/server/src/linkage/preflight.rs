//! What the core says before the password: asked when 手順1② is shown, within a time, and noted with the linkage, so that
//! not each look at the page asks again. Not here: what follows from it (`renkei_procedure::preflight`).

use super::StoredLinkage;
use super::inquiry_accounts::{RefreshError, known_accounts, refresh_accounts};
use crate::services::Services;
use crate::web::problem::Problem;
use futures_util::stream::{self, StreamExt as _};
use renkei_bank::port::CoreError;
use renkei_procedure::identity::{CoreAccountKey, LinkageId};
use renkei_procedure::preflight::{CoreAnswer, CoreSaid};
use renkei_store::{JsonText, UserRecord};
use std::time::Duration;
use tokio::time::Instant as Moment;

/// For how long the customer waits for the page at most; what the core has not said by then, the page does not say.
const PATIENCE: Duration = Duration::from_secs(2);
/// How many accounts the core is asked about at the same moment.
const PARALLEL_QUESTIONS: usize = 16;

/// What the core has said lately, or says now.
pub(super) async fn core_answer(
    app: &Services,
    id: LinkageId,
    version: u64,
    state: &StoredLinkage,
    user: &UserRecord,
) -> Result<CoreAnswer, Problem> {
    let now = app.ambient.now();
    if let Some(said) = state.core_said.filter(|said| said.still_holds(now)) {
        return Ok(said.answer);
    }
    let answer = ask(app, state, user).await?;
    let noted = StoredLinkage {
        core_said: Some(CoreSaid { answer, at: now }),
        ..state.clone()
    };
    // Where an act came between, the next look asks again.
    app.store
        .runs()
        .note(id, version, &JsonText::encode(&noted)?)
        .await?;
    Ok(answer)
}

async fn ask(app: &Services, state: &StoredLinkage, user: &UserRecord) -> Result<CoreAnswer, Problem> {
    let until = Moment::now() + PATIENCE;
    let listing = refresh_accounts(&app.store, app.core.as_ref(), user, &app.ambient);
    match tokio::time::timeout_at(until, listing).await {
        Err(_) => Ok(CoreAnswer::Silent),
        Ok(Err(RefreshError::Core(CoreError::Closed { reopens_at }))) => {
            Ok(CoreAnswer::Closed { reopens_at })
        }
        Ok(Err(RefreshError::Core(error))) => {
            tracing::warn!(%error, "the core does not list accounts before the password");
            Ok(CoreAnswer::Unavailable)
        }
        Ok(Err(error)) => Err(error.into()),
        Ok(Ok(listed)) => {
            let eligible = known_accounts(app, user.id).await?.eligible(&state.linkage);
            let keys = eligible.records.into_iter().map(|record| record.core_account);
            Ok(CoreAnswer::Accounts {
                all: listed.len(),
                locked: locked(app, keys.collect(), until).await,
            })
        }
    }
}

/// How many of these accounts have a locked PIN, as far as the core says so in time. It spends no try.
async fn locked(app: &Services, accounts: Vec<CoreAccountKey>, until: Moment) -> usize {
    stream::iter(accounts)
        .map(|account| async move { app.core.pin_state(&account).await })
        .buffer_unordered(PARALLEL_QUESTIONS)
        .take_until(tokio::time::sleep_until(until))
        .filter(|said| std::future::ready(said.as_ref().is_ok_and(|state| state.locked)))
        .count()
        .await
}
