//! The frame of pages that the server renders itself, where the app has nothing to show.
//! Not here: what stands in them (`error_page`, `form_post`).

use super::spa;
use maud::{DOCTYPE, Markup, html};

/// A whole page around its content; the classes are those of the app's own frame, so that both look alike. `script` is
/// the address of its one script, if it has one.
pub(super) fn page(title: &str, script: Option<&str>, content: &Markup) -> Markup {
    html! {
        (DOCTYPE)
        html lang="ja" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                meta name="robots" content="noindex";
                title { (title) "｜空知しんくみビジネスバンキング" }
                @if let Some(style) = spa::style_sheet() {
                    link rel="stylesheet" href=(style);
                }
                @if let Some(script) = script {
                    script src=(script) defer {}
                }
            }
            body {
                header class="site-header" {
                    div class="site-header__inner" { p class="site-header__name" { "空知しんくみビジネスバンキング" } }
                }
                main class="page" {
                    div class="page__column" { (content) }
                }
                footer class="site-footer" { p class="site-footer__inner" { "空知しんくみビジネスバンキング　API連携認証" } }
            }
        }
    }
}
