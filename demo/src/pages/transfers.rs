//! 振込入金明細: incoming transfers with their senders.
//! Not here: the statement, whose range form it borrows.

use std::sync::Arc;

use axum::extract::{Path, Query, State};
use axum::http::HeaderMap;
use maud::{Markup, html};

use super::statement::{Choice, history_note, range_form};
use super::{Site, Trouble, access, layout};
use crate::accounts::{TransferEntry, iso};
use crate::sessions::SessionId;

pub(super) async fn show(
    State(site): State<Arc<Site>>,
    headers: HeaderMap,
    Path((client_id, account_id)): Path<(String, String)>,
    Query(choice): Query<Choice>,
) -> Result<Markup, Trouble> {
    let range = choice.range((site.now)())?;
    let access = access::open(&site, SessionId::from_headers(&headers), &client_id).await?;
    let account = access.account(&account_id).await?;
    let transfers = access.api.transfers(&account_id, range).await?;
    let content = html! {
        p.account { (account.label()) }
        (range_form(range, None))
        (history_note(transfers.history_from))
        div.above { p role="status" { (transfers.entries.len()) "件" } }
        @if transfers.entries.is_empty() {
            p { "該当する振込入金はありません。" }
        } @else {
            div.scroll { (table(&transfers.entries)) }
        }
        p { a href={ "/links/" (client_id) "/accounts" } { "口座一覧へ戻る" } }
    };
    Ok(layout::page("振込入金明細", &content))
}

fn table(entries: &[TransferEntry]) -> Markup {
    let text = |value: &Option<String>| value.clone().unwrap_or_default();
    html! {
        table {
            thead {
                tr {
                    th scope="col" { "日付" }
                    th scope="col" { "振込依頼人" }
                    th scope="col" { "振込元" }
                    th scope="col" { "摘要" }
                    th scope="col" { "EDI情報" }
                    th.number scope="col" { "金額" }
                }
            }
            tbody {
                @for entry in entries {
                    tr {
                        td { (iso(entry.booked_on)) }
                        td { (text(&entry.sender_name)) }
                        td { (text(&entry.sender_bank)) " " (text(&entry.sender_branch)) }
                        td { (text(&entry.summary)) }
                        td { (text(&entry.edi)) }
                        td.number { (entry.amount.grouped()) }
                    }
                }
            }
        }
    }
}
