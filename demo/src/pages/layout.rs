//! The frame of every page.
//! Not here: what is inside.

use maud::{DOCTYPE, Markup, html};

use super::words::Words;
use crate::sessions::SessionId;

/// A whole page; its title is the heading too.
pub(super) fn page(title: &str, content: &Markup) -> Markup {
    frame(title, None, content)
}

/// A page that leads on to another address by itself.
pub(super) fn leading_on(title: &str, address: &str, content: &Markup) -> Markup {
    frame(title, Some(address), content)
}

fn frame(title: &str, leads_to: Option<&str>, content: &Markup) -> Markup {
    html! {
        (DOCTYPE)
        html lang="ja" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                @if let Some(address) = leads_to {
                    // No redirect: browsers hold the whole chain of redirects after a form against form-action.
                    meta http-equiv="refresh" content={ "0;url=" (address) };
                }
                title { (title) " | 会計ソフト" }
                link rel="icon" href="/assets/icon.svg" type="image/svg+xml";
                link rel="stylesheet" href="/assets/style.css";
                script src="/assets/page.js" defer {}
            }
            body {
                a.skip href="#main" { "本文へ" }
                header.top {
                    a.brand href="/" {
                        img src="/assets/icon.svg" alt="" width="28" height="28";
                        "会計ソフト"
                    }
                    nav aria-label="メインメニュー" { a href="/" { "ホーム" } }
                }
                main #main {
                    h1 { (title) }
                    (content)
                }
                footer.bottom { p { "会計ソフトは、Renkei の接続を試すためのデモ用アプリケーションです。" } }
            }
        }
    }
}

/// A box that tells what happened and what to do.
pub(super) fn message(kind: &str, words: &Words) -> Markup {
    html! {
        div.message.(kind) role=(if kind == "error" { "alert" } else { "status" }) {
            p.what { (words.what) }
            @if !words.remedy.is_empty() { p { (words.remedy) } }
        }
    }
}

/// A form with one button; the token shows that it is ours.
pub(super) fn button(action: &str, label: &str, style: &str, session: &SessionId) -> Markup {
    html! {
        form method="post" action=(action) {
            input type="hidden" name="csrf" value=(session.form_token());
            button.(style) type="submit" { (label) }
        }
    }
}
