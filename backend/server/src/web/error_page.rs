//! Pages that the server renders itself, where no linkage exists that the app could show: a bad authorization
//! request, a stray visit to the certificate listener. Not here: problems of the app's own endpoints.

use super::headers::PAGE_POLICY;
use super::spa;
use axum::http::{StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use renkei_shared::problem::{ProblemCode, Texts};
use std::fmt::Write as _;

/// An HTML page that explains a problem in both languages.
pub(crate) fn error_page(code: ProblemCode) -> Response {
    let explanation = code.explain();
    let mut page = String::from("<!doctype html>\n<html lang=\"ja\"><head><meta charset=\"utf-8\">");
    page.push_str("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">");
    page.push_str("<title>API連携認証（利用登録）｜空知しんくみビジネスバンキング</title>");
    if let Some(style) = spa::style_sheet() {
        let _ = write!(page, "<link rel=\"stylesheet\" href=\"{style}\">");
    }
    page.push_str("</head><body><header class=\"site-header\"><p class=\"site-header__name\">空知しんくみビジネスバンキング</p></header>");
    page.push_str("<main class=\"page\"><h1>API連携認証（利用登録）</h1>");
    section(&mut page, "ja", ["事象", "原因", "対処"], &explanation.ja);
    section(
        &mut page,
        "en",
        ["What happened", "Why", "What to do"],
        &explanation.en,
    );
    let _ = writeln!(
        page,
        "<p class=\"explanation__code\">{}</p></main></body></html>",
        explanation.code
    );
    let status = StatusCode::from_u16(code.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    (
        status,
        [(header::CONTENT_SECURITY_POLICY, PAGE_POLICY)],
        Html(page),
    )
        .into_response()
}

fn section(page: &mut String, language: &str, [what, why, remedy]: [&str; 3], texts: &Texts) {
    let _ = write!(
        page,
        "<section class=\"explanation\" lang=\"{language}\"><dl>\
         <dt>{what}</dt><dd>{}</dd><dt>{why}</dt><dd>{}</dd><dt>{remedy}</dt><dd>{}</dd></dl></section>",
        texts.what, texts.why, texts.remedy
    );
}
