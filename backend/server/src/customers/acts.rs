//! What each act of a customer session does with the world, around the pure rule that it calls.
//! Not here: claiming and remembering acts (`crate::runs`).

use crate::audit;
use crate::login::{check_password, collect, register_attempt};
use crate::runs::{Key, Moved, StoredOutcome, Turn};
use crate::services::App;
use crate::web::problem::Problem;
use renkei_procedure::customer_session::CustomerSession;
use renkei_procedure::identity::GrantId;
use renkei_procedure::login::TypedPassword;
use renkei_shared::problem::ProblemCode;
use renkei_store::Withdrawal;

/// An act with its checked input.
pub(super) enum Act {
    Certificate,
    CertificateResult { code: String },
    Password(TypedPassword),
    Withdraw(GrantId),
    Logout,
}

impl Act {
    /// The act's name, as in its address.
    pub(super) const fn name(&self) -> &'static str {
        match self {
            Self::Certificate => "certificate",
            Self::CertificateResult { .. } => "certificate-result",
            Self::Password(_) => "password",
            Self::Withdraw(_) => "withdraw",
            Self::Logout => "logout",
        }
    }
}

/// Carries the act out. On an error the session is as it was.
pub(super) async fn carry_out(
    app: &App,
    key: Key,
    turn: &mut Turn<'_, CustomerSession>,
    act: Act,
) -> Result<Moved, Problem> {
    let now = turn.now;
    match act {
        Act::Certificate => {
            let number = turn.state.begin_certificate(now)?;
            register_attempt(app, &turn.values, number, now).await?;
            Ok(Moved::to(StoredOutcome::Certificate { number }))
        }
        Act::CertificateResult { code } => {
            let judged = collect(app, key, &code, now).await?;
            turn.state.certificate_judged(judged, now)?;
            let user = crate::runs::RunState::user(&turn.state);
            let mut moved = Moved::to(StoredOutcome::View).with_new_cookie();
            let event = audit::event("certificate_judged", now)
                .user(user)
                .detail("accepted", user.is_some());
            moved.effects.audit.push(event.build(app)?);
            Ok(moved)
        }
        Act::Password(typed) => {
            let user = turn.state.expects_password(now)?.user();
            let matched = check_password(app, key, user, typed, now).await?;
            turn.state
                .password_matched(matched, &app.config.procedure.time_limits(), now)?;
            let mut moved = Moved::to(StoredOutcome::View).with_new_cookie();
            moved
                .effects
                .audit
                .push(audit::event("list_opened", now).user(Some(user)).build(app)?);
            Ok(moved)
        }
        Act::Withdraw(grant_id) => {
            let user = turn.state.logged_in(now)?.user();
            let grant = app
                .store
                .grants()
                .find(grant_id)
                .await?
                .filter(|grant| grant.user_id == user);
            let grant = grant.ok_or(ProblemCode::NotFound)?;
            let event = audit::event("withdrawn", now)
                .user(Some(user))
                .partner(&grant.partner_id)
                .detail("grant", grant_id.to_string());
            // Withdrawn twice is withdrawn: the second tab, too, shall see it gone.
            let mut moved = Moved::to(StoredOutcome::View);
            moved.effects.withdrawal = Some(Withdrawal {
                grant: grant_id,
                user,
                audit: event.build(app)?,
            });
            Ok(moved)
        }
        Act::Logout => {
            turn.state.end();
            Ok(Moved::to(StoredOutcome::LoggedOut).with_new_cookie())
        }
    }
}
