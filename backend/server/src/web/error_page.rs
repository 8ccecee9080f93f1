//! Pages that the server renders itself, where no linkage exists that the app could show: a bad authorization
//! request, a stray visit to the certificate listener. Not here: problems of the app's own endpoints.

use super::headers::PAGE_POLICY;
use super::page::Page;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use maud::{Markup, html};
use renkei_shared::problem::{Explanation, ProblemCode, Texts};

/// A page that explains a problem in both languages.
pub(crate) fn error_page(code: ProblemCode) -> Response {
    answer(code, None)
}

/// The same with a link to the page from which the browser came.
pub(crate) fn error_page_with_way_back(code: ProblemCode, page: &str) -> Response {
    answer(code, Some(page))
}

fn answer(code: ProblemCode, way_back: Option<&str>) -> Response {
    let status = StatusCode::from_u16(code.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    (
        status,
        [(header::CONTENT_SECURITY_POLICY, PAGE_POLICY)],
        explained(&code.explain(), way_back),
    )
        .into_response()
}

fn explained(explanation: &Explanation, way_back: Option<&str>) -> Page {
    let (ja, en) = (&explanation.ja, &explanation.en);
    let content = html! {
        h1 class="heading" { (ja.what) }
        (notice(ja, ["原因", "対処", "お問い合わせ用コード"], &explanation.code))
        @if let Some(page) = way_back {
            div class="button-row" { a class="button button--primary" href=(page) { "手続きの画面へ戻る / Back to the procedure" } }
        }
        div lang="en" {
            h2 { (en.what) }
            (notice(en, ["Why", "What to do", "Code for enquiries"], &explanation.code))
        }
    };
    Page::bilingual(&ja.what, None, content)
}

fn notice(texts: &Texts, [why, remedy, enquiries]: [&str; 3], code: &str) -> Markup {
    html! {
        div class="alert alert--error" {
            dl class="reasons" {
                div class="reasons__row" { dt { (why) } dd { (texts.why) } }
                div class="reasons__row" { dt { (remedy) } dd { (texts.remedy) } }
                div class="reasons__row reasons__row--code" { dt { (enquiries) } dd { code { (code) } } }
            }
        }
    }
}
