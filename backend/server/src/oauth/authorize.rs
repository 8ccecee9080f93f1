//! The authorization endpoint (RFC 6749, 3.1; RFC 9126, 4): a valid request begins a linkage; an invalid one ends on a
//! page here, or with a redirect where the redirect URI is known to be good. Not here: the wizard (`linkage`).

use super::clients;
use super::partner_keys::ShownKeys;
use crate::linkage::arrival::arrive;
use crate::services::App;
use crate::web::error_page::error_page;
use crate::web::problem::Problem;
use axum::extract::{RawQuery, State};
use axum::http::{Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use renkei_oauth::authorization::{
    AuthorizationCall, AuthorizationFailure, AuthorizationRequest, Delivery, PageError, Prepared,
};
use renkei_procedure::identity::PartnerId;
use renkei_shared::problem::ProblemCode;
use renkei_store::{PartnerRecord, Sha256Digest};

pub(super) async fn authorize(State(app): State<App>, method: Method, RawQuery(query): RawQuery) -> Response {
    // A look without taking: HEAD must not use the request up (RFC 9110, 9.2.1).
    if method == Method::HEAD {
        return StatusCode::NO_CONTENT.into_response();
    }
    match begin(&app, &query.unwrap_or_default()).await {
        Ok((partner, request, hash)) => match arrive(&app, &partner, request, hash).await {
            Ok(response) => response,
            Err(problem) => failed(&problem),
        },
        Err(Failure::Problem(problem)) => failed(&problem),
        Err(Failure::Authorization(AuthorizationFailure::Page(error))) => {
            tracing::info!(code = error.code(), "an authorization request was refused");
            error_page(ProblemCode::AuthorizationRequestInvalid)
        }
        Err(Failure::Authorization(AuthorizationFailure::Redirect(redirect))) => {
            match redirect
                .response(&app.issuer)
                .prepare(app.ambient.now().unix_seconds())
            {
                Prepared::Ready(Delivery::Redirect(url)) => {
                    (StatusCode::SEE_OTHER, [(header::LOCATION, url)]).into_response()
                }
                _ => error_page(ProblemCode::InternalError),
            }
        }
    }
}

fn failed(problem: &Problem) -> Response {
    let code = if problem.document().status == 403 {
        ProblemCode::PartnerSuspended
    } else {
        ProblemCode::InternalError
    };
    error_page(code)
}

enum Failure {
    Problem(Problem),
    Authorization(AuthorizationFailure),
}

impl<E: Into<Problem>> From<E> for Failure {
    fn from(error: E) -> Self {
        Self::Problem(error.into())
    }
}

fn page(error: PageError) -> Failure {
    Failure::Authorization(error.into())
}

async fn begin(
    app: &App,
    query: &str,
) -> Result<(PartnerRecord, AuthorizationRequest, Option<Sha256Digest>), Failure> {
    let call = AuthorizationCall::from_query(query).map_err(page)?;
    let partner_id = PartnerId::new(call.client_id());
    let shown = ShownKeys::of_request_object(call.request_object());
    let Some(client) = clients::find_showing(app, call.client_id(), &shown).await? else {
        let suspended = app
            .store
            .partners()
            .find(&partner_id)
            .await?
            .is_some_and(|p| p.suspended_at.is_some());
        return Err(if suspended {
            ProblemCode::PartnerSuspended.into()
        } else {
            page(PageError::UnknownClient)
        });
    };
    let hash = call.request_uri().map(|uri| Sha256Digest::new(uri.sha256()));
    let request = match hash {
        Some(hash) => {
            let stored = app
                .store
                .pushed_requests()
                .find(hash, &partner_id, app.ambient.now())
                .await?;
            let stored = stored.map(|stored| stored.decode()).transpose()?;
            call.resume_pushed(&client.metadata, stored)
        }
        None => call.check_direct(&client.metadata),
    }
    .map_err(Failure::Authorization)?;
    if let Err(error) = super::require_business(&request) {
        return Err(Failure::Authorization(AuthorizationFailure::Redirect(
            request.refuse(error),
        )));
    }
    Ok((client.partner, request, hash))
}
