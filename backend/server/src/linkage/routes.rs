//! The addresses under `/api/linkages/{id}`: parse, call, answer.
//! Not here: what acts do (`acts`).

use super::acts::Act;
use super::answer::{answered, linkage_id};
use super::leave_page::leave;
use super::permission::Decision;
use super::receipt_page::receipt_page;
use super::return_page::return_page;
use super::{StoredLinkage, pins, reply, view};
use crate::runs::{Key, Presented};
use crate::services::App;
use crate::web::json::ActBody;
use crate::web::problem::Problem;
use crate::web::segment::Segment;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use renkei_procedure::identity::AccountId;
use renkei_procedure::login::TypedPassword;
use renkei_procedure::time::JapanDate;
use renkei_shared::linkage::{
    BusinessesAct, CertificateResultAct, InquiryPinsAct, LinkageView, PasswordAct, PermissionAct, PlainAct,
};
use renkei_shared::problem::{ProblemCode, ProblemDocument};

/// Room for the PINs of the largest company, and not much more.
const PINS_LIMIT: usize = 256 * 1024;
/// Room for an absurd password, so that it can be called malformed.
pub(crate) const PASSWORD_LIMIT: usize = 64 * 1024;

/// The wizard's routes.
pub(crate) fn routes() -> Router<App> {
    Router::new()
        .route("/linkages/{id}/return", get(return_page))
        .route("/linkages/{id}/receipt", get(receipt_page))
        .route("/api/linkages/{id}", get(show))
        .route("/api/linkages/{id}/certificate", post(certificate))
        .route("/api/linkages/{id}/certificate-result", post(certificate_result))
        .route(
            "/api/linkages/{id}/password",
            post(password).layer(DefaultBodyLimit::max(PASSWORD_LIMIT)),
        )
        .route("/api/linkages/{id}/businesses", post(businesses))
        .route(
            "/api/linkages/{id}/inquiry-pins",
            post(inquiry_pins).layer(DefaultBodyLimit::max(PINS_LIMIT)),
        )
        .route("/api/linkages/{id}/confirm", post(confirm))
        .route("/api/linkages/{id}/add-more", post(add_more))
        .route(
            "/api/linkages/{id}/permission",
            post(permission).layer(DefaultBodyLimit::max(PINS_LIMIT)),
        )
        .route("/api/linkages/{id}/return", post(hand_over))
        .route("/api/linkages/{id}/cancel", post(cancel))
        .route("/api/linkages/{id}/extend", post(extend))
}

/// The form of the static shell, which can send no header of its own.
pub(crate) fn form_routes() -> Router<App> {
    Router::new().route("/linkages/{id}", post(leave))
}

async fn show(
    State(app): State<App>,
    Segment(id): Segment,
    headers: HeaderMap,
) -> Result<Json<LinkageView>, Problem> {
    let id = linkage_id(&id)?;
    let key = Key::Linkage(id);
    let record = app.store.runs().find(id).await?.ok_or(ProblemCode::NotFound)?;
    let presented = key
        .presented(&app, &headers, &record)
        .ok_or(ProblemCode::NotFound)?;
    let state: StoredLinkage = record.state.decode()?;
    match presented {
        Presented::Current => Ok(Json(view::view(&app, id, record.version, &state).await?)),
        // It proves that this browser began the linkage, and nothing since: it is shown the way back, and no more.
        Presented::Previous => {
            let back = reply::way_back(&app, id, &state).await?;
            Err(ProblemDocument::new(ProblemCode::AnswerLost)
                .with_return_url(back)
                .into())
        }
    }
}

async fn act(
    app: App,
    id: String,
    headers: HeaderMap,
    version: u64,
    act_id: String,
    act: Act,
) -> Result<Response, Problem> {
    let (answer, cookie) = answered(&app, linkage_id(&id)?, &headers, version, act_id, act).await?;
    let mut response = Json(answer).into_response();
    if let Some(cookie) = cookie {
        response.headers_mut().insert(header::SET_COOKIE, cookie);
    }
    Ok(response)
}

async fn plain(
    app: App,
    id: String,
    headers: HeaderMap,
    body: PlainAct,
    wanted: Act,
) -> Result<Response, Problem> {
    act(app, id, headers, body.version, body.act_id, wanted).await
}

macro_rules! plain_acts {
    ($( $name:ident => $act:expr; )+) => { $(
        async fn $name(
            State(app): State<App>,
            Segment(id): Segment,
            headers: HeaderMap,
            ActBody(body): ActBody<PlainAct>,
        ) -> Result<Response, Problem> {
            plain(app, id, headers, body, $act).await
        }
    )+ };
}

plain_acts! {
    certificate => Act::Certificate;
    confirm => Act::Confirm;
    add_more => Act::AddMore;
    hand_over => Act::Return;
    cancel => Act::Cancel;
    extend => Act::Extend;
}

async fn certificate_result(
    State(app): State<App>,
    Segment(id): Segment,
    headers: HeaderMap,
    ActBody(body): ActBody<CertificateResultAct>,
) -> Result<Response, Problem> {
    act(
        app,
        id,
        headers,
        body.version,
        body.act_id,
        Act::CertificateResult { code: body.code },
    )
    .await
}

async fn password(
    State(app): State<App>,
    Segment(id): Segment,
    headers: HeaderMap,
    ActBody(body): ActBody<PasswordAct>,
) -> Result<Response, Problem> {
    let typed = TypedPassword::check(body.password).map_err(|_| ProblemCode::PasswordMalformed)?;
    act(app, id, headers, body.version, body.act_id, Act::Password(typed)).await
}

async fn businesses(
    State(app): State<App>,
    Segment(id): Segment,
    headers: HeaderMap,
    ActBody(body): ActBody<BusinessesAct>,
) -> Result<Response, Problem> {
    let chosen = body.businesses.into_iter().collect();
    act(
        app,
        id,
        headers,
        body.version,
        body.act_id,
        Act::Businesses(chosen),
    )
    .await
}

async fn inquiry_pins(
    State(app): State<App>,
    Segment(id): Segment,
    headers: HeaderMap,
    ActBody(body): ActBody<InquiryPinsAct>,
) -> Result<Response, Problem> {
    let rows = pins::read_rows(body.pins)?;
    act(
        app,
        id,
        headers,
        body.version,
        body.act_id,
        Act::InquiryPins(rows),
    )
    .await
}

async fn permission(
    State(app): State<App>,
    Segment(id): Segment,
    headers: HeaderMap,
    ActBody(body): ActBody<PermissionAct>,
) -> Result<Response, Problem> {
    let accounts = body
        .account_ids
        .iter()
        .map(|account| {
            account
                .parse::<AccountId>()
                .map_err(|_| ProblemCode::AccountNotSelectable)
        })
        .collect::<Result<_, _>>()?;
    let shown = body.last_day.as_deref().map(|day| {
        // What is no day is no day that this page has shown.
        JapanDate::parse(day).ok_or(ProblemCode::PermissionPeriodChanged)
    });
    act(
        app,
        id,
        headers,
        body.version,
        body.act_id,
        Act::Permission(Decision {
            accounts,
            intent: body.intent,
            shown: shown.transpose()?,
        }),
    )
    .await
}
