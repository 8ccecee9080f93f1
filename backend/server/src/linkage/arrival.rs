//! Arrival: a partner's valid authorization request becomes a linkage, bound by a cookie to the browser that brought it.
//! Whoever brings the same pushed request again in the same browser goes on with the same linkage. Not here: what makes
//! a request valid (`renkei_oauth::authorization`).

use super::StoredLinkage;
use super::pin_states::PinStates;
use crate::audit;
use crate::runs::{Key, OneTimeValues, Presented, issue};
use crate::services::Services;
use crate::web::problem::Problem;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use renkei_oauth::authorization::AuthorizationRequest;
use renkei_procedure::identity::{LinkageId, PartnerId};
use renkei_procedure::linkage::{Linkage, PartnerTerms};
use renkei_procedure::time::Instant;
use renkei_shared::problem::ProblemCode;
use renkei_store::{JsonText, MAX_OF_REQUEST, NewRun, RunId, Sha256Digest};

/// Leads a browser that has begun a linkage of this pushed request back to it, while it is open: the customer may load
/// the partner's link anew as often as it pleases. Answers nothing where another linkage must begin.
///
/// # Errors
/// Where so many linkages of the request are open that no more may begin.
pub(crate) async fn resume(
    app: &Services,
    headers: &HeaderMap,
    partner: &PartnerId,
    request_uri_hash: Sha256Digest,
) -> Result<Option<Response>, Problem> {
    let now = app.ambient.now();
    let runs = app.store.runs().of_request(request_uri_hash).await?;
    let full = u64::try_from(runs.len()).is_ok_and(|open| open >= MAX_OF_REQUEST);
    for run in runs {
        let RunId::Linkage(id) = run.id else { continue };
        let open = run.expires_at > now && run.partner_id.as_ref() == Some(partner);
        if open && Key::Linkage(id).presented(app, headers, &run) == Some(Presented::Current) {
            return Ok(Some(to_page(app, id)));
        }
    }
    if full {
        return Err(ProblemCode::TooManyRequests.into());
    }
    Ok(None)
}

/// Begins the linkage and sends the browser to its page.
pub(crate) async fn arrive(
    app: &Services,
    terms: PartnerTerms,
    request: AuthorizationRequest,
    request_uri_hash: Option<Sha256Digest>,
) -> Result<Response, Problem> {
    let now = app.ambient.now();
    let id = LinkageId::from_random(app.ambient.random()?);
    let partner = terms.partner.clone();
    let event = arrived(id, &partner, &request, now);
    let linkage = Linkage::arrive(terms, &app.config.procedure.time_limits(), now);
    let expires_at = linkage.deadline().expires_at();
    let values = OneTimeValues::begin(app, Key::Linkage(id));
    let state = StoredLinkage {
        linkage,
        request,
        grant: None,
        pin_states: PinStates::new(),
        core_said: None,
    };
    app.store
        .runs()
        .insert(&NewRun {
            id: id.into(),
            partner_id: Some(partner),
            user_id: None,
            request_uri_hash,
            key_id: Some(values.key_id()),
            cookie: values.mark(0)?,
            state: JsonText::encode(&state)?,
            started_at: now,
            expires_at,
        })
        .await?;
    audit::append(app, event).await?;

    let mut response = to_page(app, id);
    if let Some(cookie) = issue(&values, 0)? {
        response.headers_mut().insert(header::SET_COOKIE, cookie);
    }
    Ok(response)
}

fn arrived(id: LinkageId, partner: &PartnerId, request: &AuthorizationRequest, now: Instant) -> audit::Event {
    let event = audit::event("linkage_arrived", now).linkage(id).partner(partner);
    match request.grant_management().and_then(|wanted| wanted.grant_id()) {
        Some(grant) => event.detail("continues", grant.as_str()),
        None => event,
    }
}

fn to_page(app: &Services, id: LinkageId) -> Response {
    let location = format!("{}/linkages/{id}", app.config.pages_origin());
    let mut response = StatusCode::SEE_OTHER.into_response();
    if let Ok(location) = HeaderValue::try_from(location) {
        response.headers_mut().insert(header::LOCATION, location);
    }
    response
}
