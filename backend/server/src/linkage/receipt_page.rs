//! `/linkages/{id}/receipt`: the receipt of the permission that came of a linkage, for the browser that gave it.
//! Not here: what stands in it (`crate::receipt`).

use super::StoredLinkage;
use crate::receipt::{language, receipt};
use crate::runs::{Key, Presented};
use crate::services::App;
use crate::web::error_page::error_page;
use crate::web::problem::Problem;
use crate::web::segment::Segment;
use axum::extract::{RawQuery, State};
use axum::http::HeaderMap;
use axum::response::Response;
use renkei_procedure::identity::LinkageId;
use renkei_shared::problem::ProblemCode;
use renkei_shared::vocabulary::Language;

/// The receipt, as a file.
pub(super) async fn receipt_page(
    State(app): State<App>,
    Segment(id): Segment,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Response {
    match receipt_of(&app, &id, language(query.as_deref()), &headers).await {
        Ok(response) => response,
        Err(problem) if problem.document().status < 500 => error_page(ProblemCode::NotFound),
        Err(_) => error_page(ProblemCode::InternalError),
    }
}

async fn receipt_of(
    app: &App,
    id: &str,
    language: Language,
    headers: &HeaderMap,
) -> Result<Response, Problem> {
    let id: LinkageId = id.parse().map_err(|_| ProblemCode::NotFound)?;
    let record = app.store.runs().find(id).await?.ok_or(ProblemCode::NotFound)?;
    // The cookie before the login proves nothing of the customer.
    if Key::Linkage(id).presented(app, headers, &record) != Some(Presented::Current) {
        return Err(ProblemCode::NotFound.into());
    }
    let state: StoredLinkage = record.state.decode()?;
    let grant = state.grant(app).await?.ok_or(ProblemCode::NotFound)?;
    // What was never handed over in time has come to nothing.
    if grant.activated_at.is_none() && state.linkage.end(app.ambient.now()).is_some() {
        return Err(ProblemCode::NotFound.into());
    }
    receipt(app, &grant, language).await
}
