//! The gateway's end of the contract over any core: how the simulator is run as a gateway.
//! Not here: TLS and the socket; whoever serves the router brings them.

use super::bearer::BearerToken;
use super::wire::{AccountsAnswer, PROBLEM_TYPE, PinBody, Problem, ProblemCode, StatementBody};
use crate::port::{Balance, CoreBanking, CoreError, PinState, PinVerdict, StatementPage, StatementQuery};
use axum::extract::rejection::JsonRejection;
use axum::extract::{DefaultBodyLimit, Path, Request, State};
use axum::http::header::{AUTHORIZATION, CACHE_CONTROL, CONTENT_TYPE, WWW_AUTHENTICATE};
use axum::http::{HeaderValue, StatusCode};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use renkei_procedure::identity::{CoreAccountKey, CoreUserKey};
use renkei_procedure::inquiry_pin::InquiryPin;
use renkei_procedure::time::Instant;
use renkei_shared::secret::SecretText;
use std::sync::Arc;

/// The largest request of the contract is far smaller.
const LARGEST_BODY: usize = 4_096;

type Core = Arc<dyn CoreBanking>;

/// The paths of the contract, each only for who bears the token, and `/healthz` for everyone.
pub fn router(core: Arc<dyn CoreBanking>, token: BearerToken) -> Router {
    let contract = Router::new()
        .route("/v1/users/{user}/accounts", get(accounts))
        .route("/v1/accounts/{account}/pin-state", get(pin_state))
        .route("/v1/accounts/{account}/pin-verification", post(verify_pin))
        .route("/v1/accounts/{account}/balance-inquiry", post(balance))
        .route("/v1/accounts/{account}/statement-inquiry", post(statement))
        .layer(DefaultBodyLimit::max(LARGEST_BODY))
        .layer(middleware::from_fn_with_state(token, require_token))
        .with_state(core);
    Router::new()
        .merge(contract)
        .route("/healthz", get(|| async { StatusCode::NO_CONTENT }))
        .fallback(|| async { Refusal::new(StatusCode::NOT_FOUND, ProblemCode::NotFound, "no such resource") })
        .layer(middleware::map_response(forbid_caching))
}

async fn require_token(State(token): State<BearerToken>, request: Request, next: Next) -> Response {
    let authorization = request
        .headers()
        .get(AUTHORIZATION)
        .and_then(|value| value.to_str().ok());
    // The scheme is case-insensitive (RFC 9110 section 11.1).
    let presented = authorization.and_then(|value| value.split_once(' '));
    if presented
        .is_some_and(|(scheme, presented)| scheme.eq_ignore_ascii_case("bearer") && token.is(presented))
    {
        return next.run(request).await;
    }
    let refusal = Refusal::new(
        StatusCode::UNAUTHORIZED,
        ProblemCode::Unauthorized,
        "a bearer token is required",
    );
    ([(WWW_AUTHENTICATE, "Bearer")], refusal).into_response()
}

async fn forbid_caching(mut response: Response) -> Response {
    response
        .headers_mut()
        .insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

async fn accounts(
    State(core): State<Core>,
    Path(user): Path<String>,
) -> Result<Json<AccountsAnswer>, Refusal> {
    Ok(Json(AccountsAnswer {
        accounts: core.accounts(&CoreUserKey::new(user)).await?,
    }))
}

async fn pin_state(State(core): State<Core>, Path(account): Path<String>) -> Result<Json<PinState>, Refusal> {
    Ok(Json(core.pin_state(&CoreAccountKey::new(account)).await?))
}

async fn verify_pin(
    State(core): State<Core>,
    Path(account): Path<String>,
    body: Result<Json<PinBody>, JsonRejection>,
) -> Result<Json<PinVerdict>, Refusal> {
    let Json(body) = body?;
    Ok(Json(
        core.verify_pin(&CoreAccountKey::new(account), &pin(&body.pin)?)
            .await?,
    ))
}

async fn balance(
    State(core): State<Core>,
    Path(account): Path<String>,
    body: Result<Json<PinBody>, JsonRejection>,
) -> Result<Json<Balance>, Refusal> {
    let Json(body) = body?;
    Ok(Json(
        core.balance(&CoreAccountKey::new(account), &pin(&body.pin)?)
            .await?,
    ))
}

async fn statement(
    State(core): State<Core>,
    Path(account): Path<String>,
    body: Result<Json<StatementBody>, JsonRejection>,
) -> Result<Json<StatementPage>, Refusal> {
    let Json(StatementBody {
        pin: text,
        kind,
        from,
        to,
        after,
        limit,
    }) = body?;
    let query = StatementQuery {
        kind,
        from,
        to,
        after,
        limit,
    };
    Ok(Json(
        core.statement(&CoreAccountKey::new(account), &pin(&text)?, &query)
            .await?,
    ))
}

/// Four ASCII digits; the full-width ones that people type are converted long before a gateway sees them.
fn pin(text: &SecretText) -> Result<InquiryPin, Refusal> {
    let ascii = Some(text.expose()).filter(|text| text.is_ascii());
    ascii
        .and_then(|text| InquiryPin::parse(text).ok())
        .ok_or_else(|| Refusal::malformed(StatusCode::BAD_REQUEST))
}

/// An error answer; it never repeats what was sent, for a PIN may stand there.
struct Refusal(Problem);

impl Refusal {
    fn new(status: StatusCode, code: ProblemCode, title: &str) -> Self {
        let title = title.to_owned();
        Self(Problem {
            title,
            status: status.as_u16(),
            code,
            remaining_tries: None,
            reopens_at: None,
        })
    }

    fn malformed(status: StatusCode) -> Self {
        Self::new(
            status,
            ProblemCode::MalformedRequest,
            "the request is not of the form of the contract",
        )
    }

    fn with_remaining_tries(mut self, remaining_tries: u32) -> Self {
        self.0.remaining_tries = Some(remaining_tries);
        self
    }

    fn with_reopening(mut self, reopens_at: Option<Instant>) -> Self {
        self.0.reopens_at = reopens_at;
        self
    }
}

impl From<JsonRejection> for Refusal {
    fn from(rejection: JsonRejection) -> Self {
        Self::malformed(rejection.status())
    }
}

impl From<CoreError> for Refusal {
    fn from(error: CoreError) -> Self {
        let title = error.to_string();
        let refusal = |status, code| Self::new(status, code, &title);
        match error {
            CoreError::PinRefused { remaining_tries } => {
                refusal(StatusCode::CONFLICT, ProblemCode::PinRefused).with_remaining_tries(remaining_tries)
            }
            CoreError::PinLocked => refusal(StatusCode::LOCKED, ProblemCode::PinLocked),
            CoreError::UnknownUser => refusal(StatusCode::NOT_FOUND, ProblemCode::UnknownUser),
            CoreError::UnknownAccount => refusal(StatusCode::NOT_FOUND, ProblemCode::UnknownAccount),
            CoreError::Closed { reopens_at } => {
                refusal(StatusCode::SERVICE_UNAVAILABLE, ProblemCode::Closed).with_reopening(reopens_at)
            }
            CoreError::Unavailable { .. } => {
                refusal(StatusCode::SERVICE_UNAVAILABLE, ProblemCode::Unavailable)
            }
            CoreError::OutcomeUnknown | CoreError::Malformed { .. } => {
                refusal(StatusCode::GATEWAY_TIMEOUT, ProblemCode::OutcomeUnknown)
            }
        }
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.0.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        (status, [(CONTENT_TYPE, PROBLEM_TYPE)], Json(self.0)).into_response()
    }
}
