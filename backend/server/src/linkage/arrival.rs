//! Arrival: a partner's valid authorization request becomes a linkage, bound by a cookie to the browser that brought it.
//! Not here: what makes a request valid (`renkei_oauth::authorization`).

use super::StoredLinkage;
use super::pin_states::PinStates;
use crate::audit;
use crate::runs::{Key, issue, mark};
use crate::services::Services;
use crate::web::problem::Problem;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use renkei_oauth::authorization::AuthorizationRequest;
use renkei_procedure::identity::LinkageId;
use renkei_procedure::linkage::{BusinessPolicy, Linkage, PartnerTerms};
use renkei_shared::vocabulary::Business;
use renkei_store::{BusinessesMode, JsonText, NewRun, PartnerRecord};

/// Begins the linkage and sends the browser to its page.
pub(crate) async fn arrive(
    app: &Services,
    partner: &PartnerRecord,
    request: AuthorizationRequest,
) -> Result<Response, Problem> {
    let now = app.ambient.now();
    let id = LinkageId::from_random(app.ambient.random()?);
    let terms = PartnerTerms {
        partner: partner.client_id.clone(),
        policy: match partner.businesses {
            BusinessesMode::Choose => BusinessPolicy::Choose,
            BusinessesMode::Fixed => BusinessPolicy::Fixed,
        },
        businesses: request.scopes().iter().filter_map(Business::from_scope).collect(),
    };
    let linkage = Linkage::arrive(terms, &app.config.procedure.time_limits(), now);
    let expires_at = linkage.deadline().expires_at();
    let key = Key::Linkage(id);
    let state = StoredLinkage {
        linkage,
        request,
        grant: None,
        pin_states: PinStates::new(),
    };
    app.store
        .runs()
        .insert(&NewRun {
            id: id.into(),
            partner_id: Some(partner.client_id.clone()),
            user_id: None,
            cookie: mark(app, key, 0),
            state: JsonText::encode(&state)?,
            started_at: now,
            expires_at,
        })
        .await?;
    audit::append(
        app,
        audit::event("linkage_arrived", now)
            .linkage(id)
            .partner(&partner.client_id),
    )
    .await?;

    let location = format!("{}/linkages/{id}", app.config.pages_origin());
    let mut response = StatusCode::SEE_OTHER.into_response();
    let headers = response.headers_mut();
    if let Ok(location) = HeaderValue::try_from(location) {
        headers.insert(header::LOCATION, location);
    }
    if let Some(cookie) = issue(app, key, 0) {
        headers.insert(header::SET_COOKIE, cookie);
    }
    Ok(response)
}
