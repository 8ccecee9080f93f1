//! The frame of pages that the server renders itself, where the app has nothing to show.
//! Not here: what stands in them (`error_page`, `form_post`).

use super::embedded;
use crate::services::{App, Services};
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderValue, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use maud::{DOCTYPE, Markup, html};
use renkei_shared::vocabulary::Language;

/// A page without its frame. Routes answer it as it is: whose page it is knows the listener, which puts the frame
/// around it (`frame`).
#[derive(Clone)]
pub(crate) struct Page {
    /// The one of its title first.
    languages: &'static [Language],
    title: String,
    script: Option<&'static str>,
    content: Markup,
}

impl Page {
    /// A page whose content is in both languages. `script` is the address of its one script, if it has one.
    pub(crate) fn bilingual(title: &str, script: Option<&'static str>, content: Markup) -> Self {
        Self {
            languages: &[Language::Ja, Language::En],
            title: title.to_owned(),
            script,
            content,
        }
    }

    /// A page in one of the languages.
    pub(crate) fn of(language: Language, title: &str, content: Markup) -> Self {
        Self {
            languages: match language {
                Language::Ja => &[Language::Ja],
                Language::En => &[Language::En],
            },
            title: title.to_owned(),
            script: None,
            content,
        }
    }
}

impl IntoResponse for Page {
    fn into_response(self) -> Response {
        let mut response = Response::default();
        response.headers_mut().insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static("text/html; charset=utf-8"),
        );
        response.extensions_mut().insert(self);
        response
    }
}

/// Puts the institution's frame around what a route answers as a [`Page`].
pub(crate) async fn frame(State(app): State<App>, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    if let Some(page) = response.extensions_mut().remove::<Page>() {
        *response.body_mut() = Body::from(page.framed(&app).into_string());
    }
    response
}

impl Page {
    /// The whole document; the classes are those of the app's own frame, so that both look alike.
    fn framed(&self, app: &Services) -> Markup {
        let institution = &app.config.institution;
        let language = self.languages.first().copied().unwrap_or_default();
        let name = institution.name.of(language);
        let styles = embedded::style_sheet().into_iter();
        let styles = styles.chain(app.look.style.as_ref().map(|(address, _)| address.clone()));
        html! {
            (DOCTYPE)
            html lang=(language.tag()) {
                head {
                    meta charset="utf-8";
                    meta name="viewport" content="width=device-width, initial-scale=1";
                    meta name="color-scheme" content="light dark";
                    meta name="robots" content="noindex";
                    title { (self.title) "｜" (name) }
                    @for style in styles {
                        link rel="stylesheet" href=(style);
                    }
                    @if let Some(script) = self.script {
                        script src=(script) defer {}
                    }
                }
                body {
                    header class="site-header" {
                        div class="site-header__inner" { p class="site-header__name" { (name) } }
                    }
                    main class="page" {
                        div class="page__column" { (self.content) }
                    }
                    footer class="site-footer" {
                        div class="site-footer__inner" {
                            p { (institution.footer(language)) }
                            @for language in self.languages.iter().copied() {
                                @if let Some(contact) = institution.contact_text(language) {
                                    p lang=(language.tag()) { (contact) }
                                }
                                @if let Some(help) = institution.help_text(language) {
                                    p lang=(language.tag()) { (help) }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}
