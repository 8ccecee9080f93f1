//! The check of ログインパスワード: the try is counted first and the password hashed after, so that tries at the same
//! moment can never be more than the lock allows; and what is said before it.
//! Not here: the form of a password (`renkei_procedure::login`), which notices there are (`renkei_procedure::preflight`).

use super::certificate::certificate_view;
use crate::audit;
use crate::runs::Key;
use crate::services::Services;
use crate::web::problem::Problem;
use renkei_procedure::identity::UserId;
use renkei_procedure::login::{CertificateVerified, PasswordHash, PasswordMatch, TypedPassword};
use renkei_procedure::preflight::{CoreAnswer, Facts, notices, password_expired, refuse_expired};
use renkei_procedure::time::Instant;
use renkei_shared::linkage::PasswordView;
use renkei_shared::problem::{ProblemCode, ProblemDocument};
use renkei_store::{TryOutcome, UserRecord};

/// Data of 手順1②. `core` is what the core has said, where something of it matters.
pub(crate) fn password_view(
    app: &Services,
    verified: &CertificateVerified,
    user: Option<&UserRecord>,
    core: Option<CoreAnswer>,
    now: Instant,
) -> PasswordView {
    let facts = Facts {
        certificate_ends: verified.certificate().not_after,
        password_expires: user.and_then(|user| user.password_expires_at),
        core,
    };
    PasswordView {
        certificate: certificate_view(verified.certificate()),
        remaining_tries: user.map_or(0, |user| remaining_tries(app, user)),
        notices: notices(&facts, now),
    }
}

/// How many wrong passwords remain.
fn remaining_tries(app: &Services, user: &UserRecord) -> u32 {
    if user.locked_at.is_some() {
        return 0;
    }
    app.config
        .procedure
        .password_tries
        .saturating_sub(user.failed_passwords)
}

/// Spends a try; a match gives all tries back. A failure is audited. On an expired password none is spent.
pub(crate) async fn check_password(
    app: &Services,
    run: Key,
    user: UserId,
    typed: TypedPassword,
    now: Instant,
) -> Result<PasswordMatch, Problem> {
    let record = app.store.users().find(user).await?.ok_or(ProblemCode::NotFound)?;
    if let Some(expires) = record.password_expires_at
        && password_expired(record.password_expires_at, now)
    {
        return Err(refuse_expired(expires).into());
    }
    let tries = app.config.procedure.password_tries;
    let remaining = match app.store.users().begin_password_try(user, tries, now).await? {
        TryOutcome::Locked => return Err(refused(app, run, user, 0, now).await),
        TryOutcome::Allowed {
            remaining_after_failure,
        } => remaining_after_failure,
    };
    // The try is spent: a fault of ours from here on must not let the same act spend another.
    match verify(app, &record, typed).await {
        Ok(Some(matched)) => Ok(matched),
        Ok(None) => Err(refused(app, run, user, remaining, now).await),
        Err(_) => Err(ProblemCode::ActInterrupted.into()),
    }
}

async fn verify(
    app: &Services,
    record: &UserRecord,
    typed: TypedPassword,
) -> Result<Option<PasswordMatch>, Problem> {
    let stored = PasswordHash::from_stored(record.password_hash.as_str().to_owned());
    let _permit = app
        .hashing
        .acquire()
        .await
        .map_err(|_| ProblemCode::InternalError)?;
    let matched = tokio::task::spawn_blocking(move || stored.verify(&typed))
        .await
        .map_err(|_| ProblemCode::InternalError)?;
    if matched.is_some() {
        app.store.users().password_try_succeeded(record.id).await?;
    }
    Ok(matched)
}

async fn refused(app: &Services, run: Key, user: UserId, remaining: u32, now: Instant) -> Problem {
    let kind = if remaining == 0 {
        "user_locked"
    } else {
        "password_wrong"
    };
    let event = audit::event(kind, now).user(Some(user));
    let event = match run {
        Key::Linkage(id) => event.linkage(id),
        Key::CustomerSession(id) => event.detail("customer_session", id.to_string()),
    };
    audit::append_if_possible(app, event).await;
    if remaining == 0 {
        ProblemCode::UserLocked.into()
    } else {
        ProblemDocument::with_remaining_tries(ProblemCode::PasswordWrong, remaining).into()
    }
}
