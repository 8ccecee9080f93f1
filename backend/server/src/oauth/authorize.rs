//! The authorization endpoint (RFC 6749, 3.1; RFC 9101, 5; RFC 9126, 4; OpenID Connect Core 1.0, 3.1.2.1): a valid request
//! begins a linkage; an invalid one ends on a page here, or is told to the client where the redirect URI is known to be
//! good. Not here: the wizard (`linkage`).

use super::clients;
use super::partner_keys::ShownKeys;
use crate::delivery::deliver;
use crate::linkage::arrival::{arrive, resume};
use crate::linkage::terms::{TermsError, terms};
use crate::services::App;
use crate::web::error_page::error_page;
use crate::web::form_post::form_post;
use crate::web::media_type::is_media_type;
use crate::web::problem::Problem;
use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use renkei_oauth::authorization::{
    AuthorizationCall, AuthorizationFailure, AuthorizationRequest, Delivery, ErrorRedirect, PageError,
};
use renkei_oauth::client::ClientMetadata;
use renkei_oauth::request_object;
use renkei_procedure::identity::PartnerId;
use renkei_shared::problem::ProblemCode;
use renkei_store::{PartnerRecord, Sha256Digest};

/// The request in the query.
pub(super) async fn by_query(
    State(app): State<App>,
    method: Method,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Response {
    // A look that changes nothing (RFC 9110, 9.2.1).
    if method == Method::HEAD {
        return StatusCode::NO_CONTENT.into_response();
    }
    authorize(&app, &headers, &query.unwrap_or_default()).await
}

/// The request in a form (OpenID Connect Core 1.0, 3.1.2.1). What stands in the query beside it counts for nothing.
pub(super) async fn by_form(
    State(app): State<App>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Response {
    if !is_media_type(&headers, super::body::FORM) {
        return error_page(ProblemCode::MediaTypeUnsupported);
    }
    let form = match body {
        Ok(form) => form,
        Err(rejection) if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE => {
            return error_page(ProblemCode::RequestTooLarge);
        }
        Err(_) => return error_page(ProblemCode::AuthorizationRequestInvalid),
    };
    // A form is ASCII: whatever else it says is percent-encoded (URL Standard, 5.2).
    match std::str::from_utf8(&form) {
        Ok(form) => authorize(&app, &headers, form).await,
        Err(_) => error_page(ProblemCode::AuthorizationRequestInvalid),
    }
}

async fn authorize(app: &App, headers: &HeaderMap, parameters: &str) -> Response {
    match begin(app, headers, parameters).await {
        Ok(response) => response,
        Err(Failure::Problem(problem)) => failed(&problem),
        Err(Failure::Page(error)) => {
            tracing::info!(code = error.code(), "an authorization request was refused");
            error_page(ProblemCode::AuthorizationRequestInvalid)
        }
        Err(Failure::Client(client_id, error)) => match told(app, &client_id, &error).await {
            Ok(response) => response,
            Err(problem) => failed(&problem),
        },
    }
}

fn failed(problem: &Problem) -> Response {
    error_page(match problem.document().status {
        403 => ProblemCode::PartnerSuspended,
        429 => ProblemCode::TooManyRequests,
        _ => ProblemCode::InternalError,
    })
}

/// The error as the client is told, in the response mode that it asked for.
async fn told(app: &App, client_id: &str, error: &ErrorRedirect) -> Result<Response, Problem> {
    tracing::info!(
        client_id,
        code = error.error().code().as_str(),
        "an authorization request was refused"
    );
    let answer = deliver(app, client_id, error.response(&app.issuer)).await?;
    Ok(match answer {
        Some(Delivery::Redirect(url)) => (StatusCode::SEE_OTHER, [(header::LOCATION, url)]).into_response(),
        Some(Delivery::FormPost { action, fields }) => form_post(&action, &fields),
        None => error_page(ProblemCode::AuthorizationRequestInvalid),
    })
}

enum Failure {
    Problem(Problem),
    Page(PageError),
    /// The client, and what it is told.
    Client(String, ErrorRedirect),
}

impl<E: Into<Problem>> From<E> for Failure {
    fn from(error: E) -> Self {
        Self::Problem(error.into())
    }
}

async fn begin(app: &App, headers: &HeaderMap, parameters: &str) -> Result<Response, Failure> {
    let call = AuthorizationCall::from_query(parameters).map_err(Failure::Page)?;
    let refused = |failure| match failure {
        AuthorizationFailure::Page(error) => Failure::Page(error),
        AuthorizationFailure::Redirect(error) => Failure::Client(call.client_id().to_owned(), error),
    };
    let (partner, client) = client(app, &call).await?;
    let hash = call.request_uri().map(|uri| Sha256Digest::new(uri.sha256()));
    let request = match hash {
        Some(hash) => {
            if let Some(response) = resume(app, headers, &partner.client_id, hash).await? {
                return Ok(response);
            }
            let stored = pushed(app, &partner, hash).await?;
            call.resume_pushed(&client, stored)
        }
        None => match call.request_object() {
            Some(object) => {
                let now = app.ambient.now().unix_seconds();
                match request_object::verify(object, &client, &app.issuer, now) {
                    // Not recorded against replay: to load the address anew is the customer's right, and a replayed
                    // object is the same request again.
                    Ok(object) => call.check_signed(&client, object.parameters()),
                    Err(error) => Err(call.refuse_request_object(&client, error)),
                }
            }
            None => call.check_direct(&client),
        },
    }
    .map_err(refused)?;
    match terms(app, &partner, &request).await {
        Ok(terms) => Ok(arrive(app, terms, request, hash).await?),
        Err(TermsError::Refused(error)) => Err(refused(request.refuse(error).into())),
        Err(TermsError::Store(error)) => Err(error.into()),
    }
}

async fn client(
    app: &App,
    call: &AuthorizationCall,
) -> Result<(PartnerRecord, std::sync::Arc<ClientMetadata>), Failure> {
    let client_id = call.client_id();
    let shown = ShownKeys::of_request_object(call.request_object());
    if let Some(client) = clients::find_showing(app, client_id, &shown).await? {
        return Ok((client.partner, client.metadata));
    }
    let partner = app.store.partners().find(&PartnerId::new(client_id)).await?;
    Err(if partner.is_some_and(|partner| partner.suspended_at.is_some()) {
        ProblemCode::PartnerSuspended.into()
    } else {
        Failure::Page(PageError::UnknownClient)
    })
}

/// The pushed request, looked at and not taken: it is consumed when the customer permits or denies
/// (FAPI 2.0 Security Profile, 5.3.2.2).
async fn pushed(
    app: &App,
    partner: &PartnerRecord,
    hash: Sha256Digest,
) -> Result<Option<AuthorizationRequest>, Problem> {
    let stored = app
        .store
        .pushed_requests()
        .find(hash, &partner.client_id, app.ambient.now())
        .await?;
    Ok(stored.map(|stored| stored.decode()).transpose()?)
}
