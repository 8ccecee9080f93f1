//! What an act answers: the next view, or where the browser goes. Redirects with a one-time value are made again from
//! what they were derived from, so that the same act answers the same thing and nothing is stored in the clear.
//! Not here: what acts do.

use super::{StoredLinkage, view};
use crate::login::attempt_url;
use crate::runs::{Key, StoredOutcome};
use crate::services::Services;
use crate::web::problem::Problem;
use renkei_oauth::authorization::AuthorizationRequest;
use renkei_oauth::opaque::OpaqueValue;
use renkei_oauth::scope::Scopes;
use renkei_procedure::identity::{LinkageId, PartnerId};
use renkei_procedure::linkage::Step;
use renkei_procedure::time::Instant;
use renkei_shared::linkage::{ActAnswer, Redirect};
use renkei_shared::problem::ProblemCode;
use renkei_shared::vocabulary::Business;
use renkei_store::{NewAuthorizationCode, Sha256Digest};
use renkei_vault::derived::Purpose;
use std::collections::BTreeSet;
use std::time::Duration;

/// The answer to an act of this outcome.
pub(super) async fn answer(
    app: &Services,
    id: LinkageId,
    version: u64,
    state: &StoredLinkage,
    outcome: StoredOutcome,
) -> Result<ActAnswer, Problem> {
    let redirect_to = match outcome {
        StoredOutcome::View | StoredOutcome::LoggedOut => {
            return Ok(ActAnswer::View(Box::new(
                view::view(app, id, version, state).await?,
            )));
        }
        StoredOutcome::Certificate { number } => attempt_url(app, Key::Linkage(id), number),
        StoredOutcome::HandOver => hand_over_url(app, id, state)?,
        StoredOutcome::Cancelled => state.request.cancelled().location(&app.issuer),
        StoredOutcome::Problem(problem) => return Err(Problem::from(*problem)),
    };
    Ok(ActAnswer::Redirect(Redirect { redirect_to }))
}

fn code(app: &Services, id: LinkageId, number: u32) -> OpaqueValue {
    let value = app
        .vault
        .derive(
            Purpose::AuthorizationCode,
            &[id.as_bytes(), &number.to_be_bytes()],
        )
        .value;
    OpaqueValue::presented(value.expose())
}

fn hand_over_url(app: &Services, id: LinkageId, state: &StoredLinkage) -> Result<String, Problem> {
    let Step::Returning { code_number, .. } = state.linkage.step() else {
        return Err(ProblemCode::LinkageEnded.into());
    };
    Ok(state.request.permit(&code(app, id, *code_number), &app.issuer))
}

/// The code that hands the result over, to be stored by its hash: the same while it lives, the next once it died
/// unredeemed.
pub(super) async fn next_code(
    app: &Services,
    id: LinkageId,
    state: &mut StoredLinkage,
    now: Instant,
) -> Result<NewAuthorizationCode, Problem> {
    let lifetime = Duration::from_secs(app.config.oauth.code_seconds);
    let redeemed = state.is_redeemed(app).await?;
    let hand_over = state.linkage.hand_over(redeemed, lifetime, now)?;
    let request = &state.request;
    Ok(NewAuthorizationCode {
        code_hash: Sha256Digest::new(code(app, id, hand_over.code_number).sha256()),
        grant_id: state.grant.ok_or(ProblemCode::InternalError)?,
        linkage_id: id,
        client_id: PartnerId::new(request.client_id()),
        redirect_uri: request.redirect_uri().to_owned(),
        code_challenge: String::from(request.code_challenge().clone()),
        binding: None,
        nonce: request.nonce().map(ToOwned::to_owned),
        issued_at: hand_over.code_issued_at,
        expires_at: hand_over.code_issued_at.plus(lifetime),
    })
}

/// The scope of the tokens: `accounts` and whatever else was asked for that is no business, and the businesses chosen.
pub(super) fn granted_scope(request: &AuthorizationRequest, chosen: &BTreeSet<Business>) -> String {
    let granted = request
        .scopes()
        .iter()
        .filter(|scope| Business::from_scope(scope).is_none_or(|business| chosen.contains(&business)));
    Scopes::from_tokens(granted)
        .map(|scopes| scopes.to_string())
        .unwrap_or_default()
}
