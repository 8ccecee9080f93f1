//! The check of ログインパスワード: the try is counted first and the password hashed after, so that tries at the same
//! moment can never be more than the lock allows. Not here: the form of a password (`renkei_procedure::login`).

use crate::services::Services;
use crate::web::problem::Problem;
use renkei_procedure::identity::UserId;
use renkei_procedure::login::{PasswordHash, PasswordMatch, TypedPassword};
use renkei_procedure::time::Instant;
use renkei_shared::problem::{ProblemCode, ProblemDocument};
use renkei_store::{TryOutcome, UserRecord};

/// How many wrong passwords remain.
pub(crate) fn remaining_tries(app: &Services, user: &UserRecord) -> u32 {
    if user.locked_at.is_some() {
        return 0;
    }
    app.config
        .procedure
        .password_tries
        .saturating_sub(user.failed_passwords)
}

/// Spends a try; a match gives all tries back.
pub(crate) async fn check_password(
    app: &Services,
    user: UserId,
    typed: TypedPassword,
    now: Instant,
) -> Result<PasswordMatch, Problem> {
    let tries = app.config.procedure.password_tries;
    let remaining = match app.store.users().begin_password_try(user, tries, now).await? {
        TryOutcome::Locked => return Err(ProblemCode::UserLocked.into()),
        TryOutcome::Allowed {
            remaining_after_failure,
        } => remaining_after_failure,
    };
    let record = app.store.users().find(user).await?.ok_or(ProblemCode::NotFound)?;
    let stored = PasswordHash::from_stored(record.password_hash.as_str().to_owned());
    let _permit = app
        .hashing
        .acquire()
        .await
        .map_err(|_| ProblemCode::InternalError)?;
    let matched = tokio::task::spawn_blocking(move || stored.verify(&typed))
        .await
        .map_err(|_| ProblemCode::InternalError)?;
    match matched {
        Some(matched) => {
            app.store.users().password_try_succeeded(user).await?;
            Ok(matched)
        }
        None if remaining == 0 => Err(ProblemCode::UserLocked.into()),
        None => Err(ProblemDocument::with_remaining_tries(ProblemCode::PasswordWrong, remaining).into()),
    }
}
