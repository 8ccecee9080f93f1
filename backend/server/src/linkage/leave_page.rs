//! `POST /linkages/{id}`: the way back to the partner for browsers in which the application does not run, from a plain form
//! of the static shell. It cancels as the wizard does. Not here: the wizard's own act (`routes`).

use super::acts::Act;
use super::answer::{answered, linkage_id};
use super::{StoredLinkage, reply};
use crate::runs::{Key, Presented};
use crate::services::App;
use crate::web::error_page::error_page;
use crate::web::page::Page;
use crate::web::problem::Problem;
use crate::web::segment::Segment;
use axum::extract::State;
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use maud::html;
use renkei_procedure::identity::LinkageId;
use renkei_procedure::linkage::Step;
use renkei_shared::linkage::{ActAnswer, EndReason};
use renkei_shared::problem::ProblemCode;
use uuid::Uuid;

/// Where the browser can go from here, and what has become of the linkage.
enum Left {
    /// Nothing was permitted. Without a way back, the partner does not answer there any more.
    Cancelled(Option<String>),
    /// It was permitted before: the result is handed back.
    Permitted(String),
    /// The partner has the result.
    Completed,
}

/// Cancels the linkage of the browser's cookie. A page with a link follows and no redirect: browsers hold a policy's
/// `form-action` against each redirect of a form.
pub(super) async fn leave(State(app): State<App>, Segment(id): Segment, headers: HeaderMap) -> Response {
    match left(&app, &id, &headers).await {
        Ok((left, cookie)) => {
            let mut response = told(&left);
            response.headers_mut().extend(cookie);
            response
        }
        Err(problem) if problem.document().status < 500 => error_page(ProblemCode::NotFound),
        Err(_) => error_page(ProblemCode::InternalError),
    }
}

type Cookie = Option<(header::HeaderName, header::HeaderValue)>;

async fn left(app: &App, id: &str, headers: &HeaderMap) -> Result<(Left, Cookie), Problem> {
    let id = linkage_id(id)?;
    let key = Key::Linkage(id);
    let record = app.store.runs().find(id).await?.ok_or(ProblemCode::NotFound)?;
    if key.presented(app, headers, &record) != Some(Presented::Current) {
        return Err(ProblemCode::NotFound.into());
    }
    let state: StoredLinkage = record.state.decode()?;
    if matches!(state.linkage.step(), Step::Ended(_) | Step::Returning { .. }) {
        return Ok((stands(app, id, &state).await?, None));
    }
    let act_id = Uuid::from_bytes(app.ambient.random()?).to_string();
    let (answer, cookie) = answered(app, id, headers, record.version, act_id, Act::Cancel).await?;
    let back = match answer {
        ActAnswer::Redirect(redirect) => Some(redirect.redirect_to),
        ActAnswer::View(_) => None,
    };
    let cookie = cookie.map(|cookie| (header::SET_COOKIE, cookie));
    Ok((Left::Cancelled(back), cookie))
}

/// How a linkage stands in which there is nothing to cancel any more.
async fn stands(app: &App, id: LinkageId, state: &StoredLinkage) -> Result<Left, Problem> {
    Ok(match state.linkage.step() {
        Step::Returning { .. } if state.is_redeemed(app).await? => Left::Completed,
        Step::Returning { .. } => Left::Permitted(reply::return_page(app, id)),
        Step::Ended(EndReason::Completed) => Left::Completed,
        _ => Left::Cancelled(reply::way_back(app, id, state).await?),
    })
}

fn told(left: &Left) -> Response {
    let (ja, en, body_ja, body_en, back) = match left {
        Left::Cancelled(back) => (
            "API連携をキャンセルしました",
            "API linkage was cancelled",
            "口座情報へのアクセスは許可されていません。この手続きで登録した照会用暗証番号は、登録されたままです。",
            "Access to account information is not permitted. Inquiry PINs registered in this procedure stay registered.",
            back.as_ref(),
        ),
        Left::Permitted(back) => (
            "許可の手続きは済んでいます",
            "The permission has been given",
            "結果はまだAPI連携先へ引き渡されていません。許可の取り消しは「連携中のサービス」の画面で行えます。",
            "The result has not been handed back to the service yet. You can withdraw the permission on the page “Linked services”.",
            Some(back),
        ),
        Left::Completed => (
            "API連携の手続きは完了しています",
            "The API linkage is complete",
            "結果はAPI連携先へ引き渡し済みです。この画面は閉じてください。",
            "The result has been handed back to the service. Please close this page.",
            None,
        ),
    };
    let content = html! {
        h1 class="heading" { (ja) }
        p { (body_ja) }
        div lang="en" { h2 { (en) } p { (body_en) } }
        @if let Some(back) = back {
            div class="button-row" {
                a class="button button--primary" href=(back) rel="external noreferrer" {
                    "API連携先へ戻る / " span lang="en" { "Return to the service" }
                }
            }
        }
    };
    (
        [(header::CONTENT_SECURITY_POLICY, crate::web::headers::PAGE_POLICY)],
        Page::bilingual(ja, None, content),
    )
        .into_response()
}
