//! What the partner is told of a linkage, and the browser's way there. One-time values in it are derived each time anew, so
//! that the same act is answered by the same thing and nothing is stored in the clear. Not here: what acts do.

use super::StoredLinkage;
use crate::delivery::deliver;
use crate::runs::OneTimeValues;
use crate::services::Services;
use crate::web::problem::Problem;
use renkei_oauth::authorization::{AuthorizationResponse, Delivery};
use renkei_oauth::error::{ErrorCode, OAuthError};
use renkei_oauth::grant_management::invalid_grant_id;
use renkei_oauth::opaque::OpaqueValue;
use renkei_procedure::identity::{LinkageId, PartnerId};
use renkei_procedure::linkage::Step;
use renkei_procedure::time::Instant;
use renkei_shared::linkage::EndReason;
use renkei_shared::problem::ProblemCode;
use renkei_store::{NewAuthorizationCode, Sha256Digest};
use std::time::Duration;

/// The answer with the code, where one is due.
pub(super) fn permitted(
    app: &Services,
    values: &OneTimeValues<'_>,
    state: &StoredLinkage,
) -> Result<AuthorizationResponse, Problem> {
    let Step::Returning { code_number, .. } = state.linkage.step() else {
        return Err(ProblemCode::LinkageEnded.into());
    };
    Ok(state.request.permit(&code(values, *code_number)?, &app.issuer))
}

/// The answer that nothing was permitted, and why.
pub(super) fn refused(app: &Services, state: &StoredLinkage) -> AuthorizationResponse {
    let request = &state.request;
    let why = match state.linkage.step() {
        Step::Ended(EndReason::OtherCustomer) => request.other_customer(),
        Step::Ended(EndReason::GrantEnded) => request.refuse(invalid_grant_id()),
        Step::Ended(EndReason::GrantOfAnother) => request.refuse(OAuthError::new(
            ErrorCode::AccessDenied,
            "the customer who logged in is not the one who gave the grant",
        )),
        Step::Ended(EndReason::NoAccountOffered) => request.refuse(OAuthError::new(
            ErrorCode::AccessDenied,
            "the customer has none of the accounts asked for",
        )),
        _ => request.cancelled(),
    };
    why.response(&app.issuer)
}

/// Where the browser goes with an answer: to the partner, or to the page of ours that posts it. `None`: nowhere, the
/// partner does not answer there any more.
pub(super) async fn address(
    app: &Services,
    id: LinkageId,
    state: &StoredLinkage,
    response: AuthorizationResponse,
) -> Result<Option<String>, Problem> {
    let delivery = deliver(app, state.request.client_id(), response).await?;
    Ok(delivery.map(|delivery| match delivery {
        Delivery::Redirect(url) => url,
        Delivery::FormPost { .. } => return_page(app, id),
    }))
}

/// The page that hands an answer over. It is never the front-end developer's.
pub(super) fn return_page(app: &Services, id: LinkageId) -> String {
    format!("{}/linkages/{id}/return", app.issuer.as_str())
}

/// The way back to the partner with an error, to be shown on a page for as long as the page stands; where there is one.
pub(super) async fn way_back(
    app: &Services,
    id: LinkageId,
    state: &StoredLinkage,
) -> Result<Option<String>, Problem> {
    if state.request.response_mode().is_signed() {
        // A signature has an end; the page signs when it is called.
        return Ok(Some(return_page(app, id)));
    }
    address(app, id, state, refused(app, state)).await
}

fn code(values: &OneTimeValues<'_>, number: u32) -> Result<OpaqueValue, Problem> {
    Ok(OpaqueValue::presented(values.code(number)?.expose()))
}

/// The code that hands the result over, to be stored by its hash: the same while it lives, the next once it died
/// unredeemed.
pub(super) async fn next_code(
    app: &Services,
    id: LinkageId,
    values: &OneTimeValues<'_>,
    state: &mut StoredLinkage,
    now: Instant,
) -> Result<NewAuthorizationCode, Problem> {
    let lifetime = Duration::from_secs(app.config.oauth.code_seconds);
    let redeemed = state.is_redeemed(app).await?;
    let hand_over = state.linkage.hand_over(redeemed, lifetime, now)?;
    let request = &state.request;
    Ok(NewAuthorizationCode {
        code_hash: Sha256Digest::new(code(values, hand_over.code_number)?.sha256()),
        grant_id: state.grant.ok_or(ProblemCode::InternalError)?,
        linkage_id: id,
        client_id: PartnerId::new(request.client_id()),
        issued_at: hand_over.code_issued_at,
        expires_at: hand_over.code_issued_at.plus(lifetime),
    })
}
