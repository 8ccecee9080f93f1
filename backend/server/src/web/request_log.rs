//! One line of log for each request: method, route, status, problem code, time. Never the query, a header or a body:
//! codes and tokens travel there. Not here: audit, which is kept in the database.

use super::problem::ProblemLogged;
use super::request_id;
use crate::ambient::Ambient;
use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderName, HeaderValue, Method};
use axum::middleware::Next;
use axum::response::Response;
use tracing::Instrument as _;

/// By this header an answer names its request, so that support can find it in the log.
static REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Logs the request and gives it an id.
pub(crate) async fn log(State(ambient): State<Ambient>, request: Request, next: Next) -> Response {
    // An id that repeats because randomness failed is a nuisance in a log and nothing worse.
    let id = uuid::Uuid::from_bytes(ambient.random().unwrap_or_default())
        .simple()
        .to_string();
    let method = request.method().clone();
    // The template of the route, not the address: ids and tokens stay out of the log.
    let route = request
        .extensions()
        .get::<MatchedPath>()
        .map_or_else(|| "(none)".to_owned(), |path| path.as_str().to_owned());
    let span = tracing::info_span!("request", id = id.as_str());
    let began = tokio::time::Instant::now();
    let mut response = request_id::during(id.clone(), next.run(request).instrument(span.clone())).await;
    let elapsed = began.elapsed();
    let status = response.status().as_u16();
    let problem = response
        .extensions()
        .get::<ProblemLogged>()
        .map(|problem| problem.0.clone());
    span.in_scope(|| {
        let milliseconds = u64::try_from(elapsed.as_millis()).unwrap_or(u64::MAX);
        if status >= 500 {
            tracing::warn!(%method, route, status, problem, milliseconds, "answered");
        } else {
            tracing::info!(%method, route, status, problem, milliseconds, "answered");
        }
    });
    metrics::counter!("renkei_http_requests_total", "method" => known_method(&method), "route" => route.clone(), "status" => status.to_string())
        .increment(1);
    metrics::histogram!("renkei_http_request_seconds", "route" => route).record(elapsed.as_secs_f64());
    if let Ok(value) = HeaderValue::try_from(id) {
        response.headers_mut().insert(REQUEST_ID.clone(), value);
    }
    response
}

/// Methods are free text (RFC 9110, 9.1): a stranger's must not become a new time series each.
fn known_method(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        _ => "other",
    }
}
