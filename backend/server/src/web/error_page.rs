//! Pages that the server renders itself, where no linkage exists that the app could show: a bad authorization
//! request, a stray visit to the certificate listener. Not here: problems of the app's own endpoints.

use super::headers::PAGE_POLICY;
use super::spa;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use maud::{DOCTYPE, Markup, html};
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
        page(&code.explain(), way_back),
    )
        .into_response()
}

/// The classes are those of the app's own frame, so that both look alike.
fn page(explanation: &Explanation, way_back: Option<&str>) -> Markup {
    let (ja, en) = (&explanation.ja, &explanation.en);
    html! {
        (DOCTYPE)
        html lang="ja" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                meta name="robots" content="noindex";
                title { (ja.what) "｜空知しんくみビジネスバンキング" }
                @if let Some(style) = spa::style_sheet() {
                    link rel="stylesheet" href=(style);
                }
            }
            body {
                header class="site-header" {
                    div class="site-header__inner" { p class="site-header__name" { "空知しんくみビジネスバンキング" } }
                }
                main class="page" {
                    div class="page__column" {
                        h1 class="heading" { (ja.what) }
                        (notice(ja, ["原因", "対処", "お問い合わせ用コード"], &explanation.code))
                        @if let Some(page) = way_back {
                            div class="button-row" { a class="button button--primary" href=(page) { "手続きの画面へ戻る / Back to the procedure" } }
                        }
                        div lang="en" {
                            h2 { (en.what) }
                            (notice(en, ["Why", "What to do", "Code for enquiries"], &explanation.code))
                        }
                    }
                }
                footer class="site-footer" { p class="site-footer__inner" { "空知しんくみビジネスバンキング　API連携認証" } }
            }
        }
    }
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
