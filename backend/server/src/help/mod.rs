//! The door of the guides for customers, which the server renders itself so that they can be read and printed anywhere.
//! Not here: help within the procedure's own pages (the front end).

mod certificate_guide;

use crate::services::App;
use crate::web::page::Page;
use axum::Router;
use axum::extract::{RawQuery, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use certificate_guide::{Guide, Section};
use maud::{Markup, html};
use renkei_oauth::parameters::Parameters;
use renkei_shared::vocabulary::Language;

/// Nothing runs here; the style sheet is all that is loaded.
const POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; object-src 'none'; \
    frame-ancestors 'none'; form-action 'none'";

/// The guides' routes.
pub(crate) fn routes() -> Router<App> {
    Router::new().route("/help/certificate", get(certificate))
}

/// How a certificate is imported: in the language that `lang` names, otherwise in Japanese.
async fn certificate(State(app): State<App>, RawQuery(query): RawQuery) -> Response {
    let parameters = Parameters::from_query(&query.unwrap_or_default());
    let language = match parameters.get("lang") {
        Some("en") => Language::En,
        _ => Language::Ja,
    };
    let guide = certificate_guide::of(language);
    let issuers = app.tls.client_judge().accepted_issuers();
    (
        [(header::CONTENT_SECURITY_POLICY, POLICY)],
        Page::of(language, guide.title, content(guide, &issuers)),
    )
        .into_response()
}

fn content(guide: &Guide, issuers: &[String]) -> Markup {
    html! {
        article class="guide" {
            h1 class="heading" { (guide.title) }
            p class="lead" { (guide.lead) }
            p class="guide__switch" {
                a href=(guide.other.address) lang=(guide.other.code) hreflang=(guide.other.code) { (guide.other.name) }
            }
            p class="guide__print" { (guide.print) }
            nav class="guide__contents" aria-labelledby="contents" {
                h2 id="contents" { (guide.contents) }
                ol {
                    @for section in guide.sections {
                        li { a href={ "#" (section.id) } { (section.title) } }
                    }
                }
            }
            @for section in guide.sections {
                (part(section, issuers))
            }
        }
    }
}

fn part(section: &Section, issuers: &[String]) -> Markup {
    html! {
        section class="panel" aria-labelledby=(section.id) {
            h2 class="panel__title" id=(section.id) { (section.title) }
            @for paragraph in section.lead {
                p class="guide__text" { (paragraph) }
            }
            @if !section.steps.is_empty() {
                ol class="instructions" {
                    @for step in section.steps { li { span { (step) } } }
                }
            }
            @if !section.remarks.is_empty() {
                ul class="remarks" {
                    @for remark in section.remarks { li { (remark) } }
                }
            }
            @if let Some(label) = section.issuers {
                p class="guide__text" { (label) }
                ul class="remarks" {
                    @for issuer in issuers { li { strong { (issuer) } } }
                }
            }
        }
    }
}
