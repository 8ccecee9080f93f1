//! Pages that the server renders itself, where no linkage exists that the app could show: a bad authorization
//! request, a stray visit to the certificate listener. Not here: problems of the app's own endpoints.

use super::headers::PAGE_POLICY;
use super::page::page;
use axum::http::{StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use renkei_shared::problem::{ProblemCode, Texts};
use std::fmt::Write as _;

/// An HTML page that explains a problem in both languages.
pub(crate) fn error_page(code: ProblemCode) -> Response {
    let explanation = code.explain();
    let mut content = String::from("<h1>API連携認証（利用登録）</h1>");
    section(&mut content, "ja", ["事象", "原因", "対処"], &explanation.ja);
    section(
        &mut content,
        "en",
        ["What happened", "Why", "What to do"],
        &explanation.en,
    );
    let _ = write!(content, "<p class=\"explanation__code\">{}</p>", explanation.code);
    let status = StatusCode::from_u16(code.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    (
        status,
        [(header::CONTENT_SECURITY_POLICY, PAGE_POLICY)],
        Html(page(&content, None)),
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
