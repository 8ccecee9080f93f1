//! `/linkages/{id}/return`: hands the partner's answer over where no address can carry it. It is made anew each time from
//! what the linkage says, and nothing is changed by it. Not here: the acts that lead there (`answer`).

use super::{StoredLinkage, reply};
use crate::delivery::deliver;
use crate::runs::{Key, OneTimeValues, Presented};
use crate::services::App;
use crate::web::error_page::error_page;
use crate::web::form_post::form_post;
use crate::web::problem::Problem;
use crate::web::segment::Segment;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use renkei_oauth::authorization::Delivery;
use renkei_procedure::identity::LinkageId;
use renkei_procedure::linkage::Step;
use renkei_shared::problem::ProblemCode;
use std::time::Duration;

/// The page, for the browser of the linkage.
pub(super) async fn return_page(
    State(app): State<App>,
    Segment(id): Segment,
    headers: HeaderMap,
) -> Response {
    match hand_over(&app, &id, &headers).await {
        Ok(response) => response,
        Err(problem) if problem.document().status < 500 => error_page(ProblemCode::NotFound),
        Err(_) => error_page(ProblemCode::InternalError),
    }
}

async fn hand_over(app: &App, id: &str, headers: &HeaderMap) -> Result<Response, Problem> {
    let id: LinkageId = id.parse().map_err(|_| ProblemCode::NotFound)?;
    let key = Key::Linkage(id);
    let record = app.store.runs().find(id).await?.ok_or(ProblemCode::NotFound)?;
    let presented = key
        .presented(app, headers, &record)
        .ok_or(ProblemCode::NotFound)?;
    let values = OneTimeValues::of(app, key, &record).ok_or(ProblemCode::NotFound)?;
    let state: StoredLinkage = record.state.decode()?;
    let response = match outcome(app, &state, presented).await? {
        Outcome::Permitted => reply::permitted(app, &values, &state)?,
        Outcome::Refused => reply::refused(app, &state),
        Outcome::Open => return Ok(see_other(format!("{}/linkages/{id}", app.config.pages_origin()))),
    };
    Ok(match deliver(app, state.request.client_id(), response).await? {
        Some(Delivery::Redirect(url)) => see_other(url),
        Some(Delivery::FormPost { action, fields }) => form_post(&action, &fields),
        None => error_page(ProblemCode::AuthorizationRequestInvalid),
    })
}

enum Outcome {
    Permitted,
    Refused,
    /// The linkage's own page knows what to do: it says that all is done, or asks for the next code.
    Open,
}

/// The code goes to nobody but the browser that has gone through the procedure to its end, while the linkage lasts.
/// Whoever comes here without one is on the way back.
async fn outcome(app: &App, state: &StoredLinkage, presented: Presented) -> Result<Outcome, Problem> {
    let Step::Returning { code_issued_at, .. } = state.linkage.step() else {
        return Ok(Outcome::Refused);
    };
    if presented == Presented::Previous {
        return Ok(Outcome::Refused);
    }
    if state.is_redeemed(app).await? {
        return Ok(Outcome::Open);
    }
    let now = app.ambient.now();
    let partner = app.store.partners().find(&state.linkage.terms().partner).await?;
    let suspended = partner.is_none_or(|partner| partner.suspended_at.is_some());
    if suspended || state.linkage.end(now).is_some() {
        return Ok(Outcome::Refused);
    }
    let code_dies_at = code_issued_at.plus(Duration::from_secs(app.config.oauth.code_seconds));
    Ok(if now < code_dies_at {
        Outcome::Permitted
    } else {
        Outcome::Open
    })
}

fn see_other(url: String) -> Response {
    (StatusCode::SEE_OTHER, [(header::LOCATION, url)]).into_response()
}
