//! The certificate listener's door: it judges the certificate that the browser shows, keeps the judgement for the run
//! that sent the browser here, and sends the browser back with a one-time code. It changes no run by itself: a person
//! lured here by somebody else's address authenticates nobody. Not here: TLS and trust (`renkei-tls`).

mod judgement;

use crate::services::App;
use crate::web::error_page::{error_page, error_page_with_way_back};
use crate::web::problem::Problem;
use crate::web::{headers, page, request_log, spa};
use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Extension, Router, middleware};
use renkei_oauth::parameters::Parameters;
use renkei_shared::problem::ProblemCode;
use renkei_store::{CertificateJudgement, JsonText, RunId, Sha256Digest};
use renkei_tls::PeerCertificates;
use renkei_vault::derived::{fingerprint, random_token};
use std::time::Duration;

/// How long the way back may take.
const RESULT_LIFETIME: Duration = Duration::from_secs(60);

/// What the certificate listener serves.
pub(crate) fn service(app: App) -> Router {
    let ambient = app.ambient.clone();
    let transport = headers::StrictTransport::of(&app.config);
    Router::new()
        .route("/certificate", get(certificate))
        .merge(spa::asset_routes())
        .fallback(stray)
        .method_not_allowed_fallback(stray_method)
        .with_state(App::clone(&app))
        .layer(middleware::from_fn_with_state(app, page::frame))
        .layer(middleware::from_fn_with_state(transport, headers::add))
        .layer(middleware::from_fn_with_state(ambient, request_log::log))
}

/// Whoever comes without a try of ours gets words, never a bare TLS alert.
async fn stray() -> Response {
    error_page(ProblemCode::NotFound)
}

async fn stray_method() -> Response {
    error_page(ProblemCode::MethodNotAllowed)
}

async fn certificate(
    State(app): State<App>,
    method: Method,
    host: HeaderMap,
    RawQuery(query): RawQuery,
    peer: Option<Extension<PeerCertificates>>,
) -> Response {
    if method == Method::HEAD {
        return StatusCode::NO_CONTENT.into_response();
    }
    let known_host = host
        .get(header::HOST)
        .and_then(|host| host.to_str().ok())
        .is_some_and(|host| is_ours(host, &app.config.client_certificates.base_domain));
    let parameters = Parameters::from_query(&query.unwrap_or_default());
    let Some(attempt) = parameters.get("attempt").filter(|_| known_host) else {
        return stray().await;
    };
    let peer = peer.map_or_else(PeerCertificates::none, |Extension(peer)| peer);
    match judge(&app, attempt, &peer).await {
        Ok(Judged::Now { back }) => (StatusCode::SEE_OTHER, [(header::LOCATION, back)]).into_response(),
        Ok(Judged::NotAnyMore { page }) => {
            error_page_with_way_back(ProblemCode::CertificateResultInvalid, &page)
        }
        Ok(Judged::Unknown) => error_page(ProblemCode::CertificateResultInvalid),
        Err(_) => error_page(ProblemCode::InternalError),
    }
}

fn is_ours(host: &str, base_domain: &str) -> bool {
    let name = host.split(':').next().unwrap_or_default();
    name.strip_suffix(base_domain)
        .is_some_and(|label| label.len() > 1 && label.ends_with('.'))
}

/// What became of a visit.
enum Judged {
    /// Judged; the browser goes back with a one-time code.
    Now { back: String },
    /// The try is over: its time is up, or it has been judged before. The page that sent the browser can begin another.
    NotAnyMore { page: String },
    /// There never was such a try.
    Unknown,
}

async fn judge(app: &App, attempt: &str, peer: &PeerCertificates) -> Result<Judged, Problem> {
    let now = app.ambient.now();
    let attempts = app.store.certificate_attempts();
    let attempt_hash = Sha256Digest::new(fingerprint(attempt));
    let Some(open) = attempts.find_open(attempt_hash, now).await? else {
        let over = attempts.find(attempt_hash).await?;
        return Ok(over.map_or(Judged::Unknown, |attempt| Judged::NotAnyMore {
            page: page_of(app, attempt.subject),
        }));
    };
    let judged = judgement::judge(app, peer, open.created_at, now).await?;
    let code = random_token(app.ambient.rng())?;
    let judgement = CertificateJudgement {
        judgement: JsonText::encode(&judged)?,
        result_hash: Sha256Digest::new(code.fingerprint()),
        result_expires_at: now.plus(RESULT_LIFETIME),
    };
    let Some(record) = attempts.judge(attempt_hash, &judgement, now).await? else {
        return Ok(Judged::Unknown);
    };
    let page = page_of(app, record.subject);
    Ok(Judged::Now {
        back: format!("{page}?certificate_result={}", code.expose()),
    })
}

fn page_of(app: &App, run: RunId) -> String {
    let origin = app.config.pages_origin();
    match run {
        RunId::Linkage(id) => format!("{origin}/linkages/{id}"),
        RunId::CustomerSession(_) => format!("{origin}/linkages"),
    }
}
