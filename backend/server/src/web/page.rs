//! The frame of pages that the server renders itself, where the app has nothing to show.
//! Not here: what stands in them (`error_page`, `form_post`).

use super::spa;
use maud::{DOCTYPE, Markup, html};
use renkei_shared::vocabulary::Language;

/// A whole page around its content; the classes are those of the app's own frame, so that both look alike. `script` is
/// the address of its one script, if it has one.
pub(crate) fn page(title: &str, script: Option<&str>, content: &Markup) -> Markup {
    page_in(Language::Ja, title, script, content)
}

/// The same in one of the languages.
pub(crate) fn page_in(language: Language, title: &str, script: Option<&str>, content: &Markup) -> Markup {
    let (code, institution, footer) = match language {
        Language::Ja => (
            "ja",
            "空知しんくみビジネスバンキング",
            "空知しんくみビジネスバンキング　API連携認証",
        ),
        Language::En => (
            "en",
            "Sorachi Shinkumi Business Banking",
            "Sorachi Shinkumi Business Banking · API linkage",
        ),
    };
    html! {
        (DOCTYPE)
        html lang=(code) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                meta name="robots" content="noindex";
                title { (title) "｜" (institution) }
                @if let Some(style) = spa::style_sheet() {
                    link rel="stylesheet" href=(style);
                }
                @if let Some(script) = script {
                    script src=(script) defer {}
                }
            }
            body {
                header class="site-header" {
                    div class="site-header__inner" { p class="site-header__name" { (institution) } }
                }
                main class="page" {
                    div class="page__column" { (content) }
                }
                footer class="site-footer" { p class="site-footer__inner" { (footer) } }
            }
        }
    }
}
