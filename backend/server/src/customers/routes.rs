//! The addresses under `/api/customer-session`: parse, call, answer.
//! Not here: what acts do (`acts`).

use super::acts::{Act, carry_out};
use super::view::view;
use crate::linkage::PASSWORD_LIMIT;
use crate::login::attempt_url;
use crate::receipt::{language, receipt};
use crate::runs::{
    ActId, Claim, Key, OneTimeValues, Presented, RunState as _, StoredOutcome, Turn, TurnEnd, issue,
};
use crate::services::App;
use crate::web::error_page::error_page;
use crate::web::json::ActBody;
use crate::web::problem::Problem;
use crate::web::segment::Segment;
use axum::extract::{DefaultBodyLimit, RawQuery, State};
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use renkei_procedure::customer_session::CustomerSession;
use renkei_procedure::identity::{CustomerSessionId, GrantId};
use renkei_procedure::login::TypedPassword;
use renkei_shared::customers::{CustomerAnswer, CustomerSessionView, WithdrawAct};
use renkei_shared::linkage::{CertificateResultAct, PasswordAct, PlainAct, Redirect};
use renkei_shared::problem::ProblemCode;
use renkei_store::{JsonText, NewRun, RunRecord};
use serde::Deserialize;
use tracing::Instrument as _;

/// The routes of 「連携中のサービス」.
pub(crate) fn routes() -> Router<App> {
    Router::new()
        .route("/api/customer-session", get(show))
        .route("/api/customer-session/start", post(start))
        .route("/api/customer-session/certificate", post(certificate))
        .route(
            "/api/customer-session/certificate-result",
            post(certificate_result),
        )
        .route(
            "/api/customer-session/password",
            post(password).layer(DefaultBodyLimit::max(PASSWORD_LIMIT)),
        )
        .route(
            "/api/customer-session/linkages/{grant_id}/receipt",
            get(receipt_of_linkage),
        )
        .route("/api/customer-session/withdraw", post(withdraw))
        .route("/api/customer-session/logout", post(logout))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Start {}

/// Begins a login; an earlier session of this browser is left behind.
async fn start(State(app): State<App>, ActBody(Start {}): ActBody<Start>) -> Result<Response, Problem> {
    let now = app.ambient.now();
    let id = CustomerSessionId::from_random(app.ambient.random()?);
    let values = OneTimeValues::begin(&app, Key::CustomerSession(id));
    let state = CustomerSession::begin(&app.config.procedure.time_limits(), now);
    app.store
        .runs()
        .insert(&NewRun {
            id: id.into(),
            partner_id: None,
            user_id: None,
            request_uri_hash: None,
            key_id: Some(values.key_id()),
            cookie: values.mark(0)?,
            state: JsonText::encode(&state)?,
            started_at: now,
            expires_at: state.expires_at(),
        })
        .await?;
    let answer = CustomerAnswer::View(Box::new(view(&app, 1, &state).await?));
    Ok(with_cookie(answer, issue(&values, 0)?))
}

fn with_cookie(answer: CustomerAnswer, cookie: Option<HeaderValue>) -> Response {
    let mut response = Json(answer).into_response();
    if let Some(cookie) = cookie {
        response.headers_mut().insert(header::SET_COOKIE, cookie);
    }
    response
}

/// The session that the request's cookie opens.
async fn session(app: &App, headers: &HeaderMap) -> Result<RunRecord, Problem> {
    let key = Key::customer_session(headers).ok_or(ProblemCode::SessionRequired)?;
    let record = app
        .store
        .runs()
        .find(key.run())
        .await?
        .ok_or(ProblemCode::SessionRequired)?;
    if key.presented(app, headers, &record) == Some(Presented::Current) {
        Ok(record)
    } else {
        Err(ProblemCode::SessionRequired.into())
    }
}

async fn show(State(app): State<App>, headers: HeaderMap) -> Result<Json<CustomerSessionView>, Problem> {
    let record = session(&app, &headers).await?;
    Ok(Json(view(&app, record.version, &record.state.decode()?).await?))
}

/// 「控えを保存」 of a permission of the customer's own.
async fn receipt_of_linkage(
    State(app): State<App>,
    Segment(grant_id): Segment,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Response {
    let found = async {
        let state: CustomerSession = session(&app, &headers).await?.state.decode()?;
        let user = state.logged_in(app.ambient.now())?.user();
        let id: GrantId = grant_id.parse().map_err(|_| ProblemCode::NotFound)?;
        let grant = app.store.grants().find(id).await?;
        let grant = grant.filter(|grant| grant.user_id == user);
        receipt(
            &app,
            &grant.ok_or(ProblemCode::NotFound)?,
            language(query.as_deref()),
        )
        .await
    };
    // A browser follows a link here, so what it is told is a page.
    found.await.unwrap_or_else(|problem: Problem| {
        let code = match problem.document().status {
            401 => ProblemCode::SessionRequired,
            400..500 => ProblemCode::NotFound,
            _ => ProblemCode::InternalError,
        };
        error_page(code)
    })
}

/// Claims, carries out and answers, to the end even if the browser goes away.
async fn act(
    app: App,
    headers: HeaderMap,
    version: u64,
    act_id: String,
    act: Act,
) -> Result<Response, Problem> {
    let key = Key::customer_session(&headers).ok_or(ProblemCode::SessionRequired)?;
    let act_id = ActId::check(act_id)?;
    let work = async move {
        let claim = Turn::claim(&app, key, &headers, version, &act_id, act.name()).await;
        let end = match claim.map_err(no_session)? {
            Claim::Turn(mut turn) => {
                let hold = turn.hold();
                let result = hold.during(&app, carry_out(&app, key, &mut turn, act)).await;
                turn.end(&app, result).await?
            }
            Claim::Replay(end) => *end,
        };
        let cookie = end.cookie.clone();
        Ok(with_cookie(answer(&app, end).await?, cookie))
    };
    tokio::spawn(work.in_current_span())
        .await
        .map_err(|_| ProblemCode::InternalError)?
}

/// A session that is not there is not a page that is not there: the customer logs in again.
fn no_session(problem: Problem) -> Problem {
    if problem.document().status == ProblemCode::NotFound.status() {
        ProblemCode::SessionRequired.into()
    } else {
        problem
    }
}

async fn answer(app: &App, end: TurnEnd<'_, CustomerSession>) -> Result<CustomerAnswer, Problem> {
    let redirect_to = match end.outcome {
        StoredOutcome::View => {
            return Ok(CustomerAnswer::View(Box::new(
                view(app, end.version, &end.state).await?,
            )));
        }
        StoredOutcome::Certificate { number } => attempt_url(app, &end.values, number)?,
        StoredOutcome::LoggedOut | StoredOutcome::Cancelled | StoredOutcome::HandOver => {
            format!("{}/linkages", app.config.pages_origin())
        }
        StoredOutcome::Problem(problem) => return Err(Problem::from(*problem)),
    };
    Ok(CustomerAnswer::Redirect(Redirect { redirect_to }))
}

async fn certificate(
    State(app): State<App>,
    headers: HeaderMap,
    ActBody(body): ActBody<PlainAct>,
) -> Result<Response, Problem> {
    act(app, headers, body.version, body.act_id, Act::Certificate).await
}

async fn certificate_result(
    State(app): State<App>,
    headers: HeaderMap,
    ActBody(body): ActBody<CertificateResultAct>,
) -> Result<Response, Problem> {
    act(
        app,
        headers,
        body.version,
        body.act_id,
        Act::CertificateResult { code: body.code },
    )
    .await
}

async fn password(
    State(app): State<App>,
    headers: HeaderMap,
    ActBody(body): ActBody<PasswordAct>,
) -> Result<Response, Problem> {
    let typed = TypedPassword::check(body.password).map_err(|_| ProblemCode::PasswordMalformed)?;
    act(app, headers, body.version, body.act_id, Act::Password(typed)).await
}

async fn withdraw(
    State(app): State<App>,
    headers: HeaderMap,
    ActBody(body): ActBody<WithdrawAct>,
) -> Result<Response, Problem> {
    let grant = body.grant_id.parse().map_err(|_| ProblemCode::NotFound)?;
    act(app, headers, body.version, body.act_id, Act::Withdraw(grant)).await
}

async fn logout(
    State(app): State<App>,
    headers: HeaderMap,
    ActBody(body): ActBody<PlainAct>,
) -> Result<Response, Problem> {
    act(app, headers, body.version, body.act_id, Act::Logout).await
}
