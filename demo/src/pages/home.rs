//! The home page: link a bank account, or see what is linked.
//! Not here: the accounts.

use std::sync::Arc;

use axum::extract::State;
use axum::http::HeaderMap;
use axum::http::header::SET_COOKIE;
use axum::response::{IntoResponse as _, Response};
use maud::{Markup, html};

use super::words::{self, BANK, Words};
use super::{Site, Trouble, access, layout};
use crate::linking::{Link, Registration};
use crate::sessions::{Notice, SessionId};

pub(super) async fn show(State(site): State<Arc<Site>>, headers: HeaderMap) -> Result<Response, Trouble> {
    let known = SessionId::from_headers(&headers);
    let id = known.clone().or_else(SessionId::new).ok_or(Trouble::Internal)?;
    let mut session = site.sessions.find(&id).await;
    let mut notice = None;
    if let Some(session) = &mut session {
        notice = session.take_notice();
        if notice.is_some() {
            access::save(session).await;
        }
    }
    let link_of = |registration: &Registration| {
        session
            .as_ref()
            .and_then(|session| session.link(registration.client_id()))
    };
    let cards = html! {
        @if let Some(notice) = &notice { (announce(notice)) }
        @for (index, registration) in site.linking.registrations().iter().enumerate() {
            @match link_of(registration) {
                Some(link) => (linked(registration, link, &id)),
                None => (unlinked(registration, index == 0, &id)),
            }
        }
    };
    let mut response = layout::page("銀行口座の連携", &cards).into_response();
    if known.is_none() {
        response
            .headers_mut()
            .insert(SET_COOKIE, id.set_cookie().ok_or(Trouble::Internal)?);
    }
    Ok(response)
}

fn announce(notice: &Notice) -> Markup {
    let plain = |what: &str, remedy| Words {
        what: what.to_owned(),
        remedy,
    };
    match notice {
        Notice::Linked => layout::message("success", &plain("銀行口座の連携が完了しました。", "")),
        Notice::Unlinked => layout::message(
            "success",
            &plain(
                "連携を解除しました。",
                "会計ソフトは、この銀行の口座情報をこれ以上取得しません。",
            ),
        ),
        Notice::Cancelled => layout::message(
            "info",
            &plain(
                "連携はキャンセルされました。",
                "口座情報は会計ソフトに渡されていません。いつでも連携をやり直せます。",
            ),
        ),
        Notice::Ended => layout::message("info", &words::link_error(&crate::linking::LinkError::Ended)),
        Notice::Failed(code) => layout::message("error", &words::refused(code)),
    }
}

fn unlinked(registration: &Registration, is_main: bool, id: &SessionId) -> Markup {
    // The main one bears the plain label; further ones say which they are, so that each button is unique.
    let label = if is_main {
        "銀行口座を連携する".to_owned()
    } else {
        format!("銀行口座を連携する（{}）", registration.name())
    };
    html! {
        section.card {
            h2 { (registration.name()) }
            p { (BANK) "の口座を連携すると、残高や入出金明細を自動で取り込めます。" }
            p.note { "銀行のページで手続きを行います。電子証明書やログインパスワードが会計ソフトに渡ることはありません。" }
            div.actions {
                (layout::button(&format!("/links/{}", registration.client_id()), &label, "primary", id))
            }
        }
    }
}

fn linked(registration: &Registration, link: &Link, id: &SessionId) -> Markup {
    let path = format!("/links/{}", registration.client_id());
    html! {
        section.card {
            h2 { (registration.name()) " " span.badge { "連携中" } }
            dl {
                div { dt { "連携先の銀行" } dd { (BANK) } }
                @if let Some(end) = link.permission_ends_at() {
                    @let last = words::last_day_before(end);
                    div {
                        dt { "許可の終了日" }
                        dd { time datetime=(crate::accounts::iso(last)) { (words::date(last)) } "まで" }
                    }
                }
                div {
                    dt { "取得できる情報" }
                    dd { (link.scopes().map(words::scope).collect::<Vec<_>>().join("、")) }
                }
            }
            div.actions {
                a.button.primary href={ (path) "/accounts" } { "口座一覧を見る" }
                (layout::button(&path, "連携をやり直す", "secondary", id))
                (layout::button(&format!("{path}/unlink"), "連携を解除", "danger", id))
            }
            p.note { "解除すると、会計ソフトは口座情報を取得できなくなります。取り込み済みのデータは会計ソフトに残ります。" }
        }
    }
}
