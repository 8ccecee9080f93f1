//! 入出金明細帳: a range of days in one table, searched and downloaded.
//! Not here: incoming transfers; the reading of ranges, which both share, is here.

use std::sync::Arc;

use axum::extract::{Path, Query, State};
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::http::{HeaderMap, HeaderValue};
use axum::response::{IntoResponse as _, Response};
use maud::{Markup, html};
use serde::Deserialize;
use time::{Date, OffsetDateTime};
use unicode_normalization::UnicodeNormalization as _;

use super::words;
use super::{Site, Trouble, access, layout};
use crate::accounts::export::statement_csv;
use crate::accounts::{Account, Direction, Range, Statement, StatementEntry, iso, parse_iso};
use crate::sessions::SessionId;

/// What is shown when nothing is chosen.
const DEFAULT_DAYS: i64 = 30;

/// The form above the table.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Choice {
    #[serde(default)]
    from: String,
    #[serde(default)]
    to: String,
    #[serde(default)]
    q: String,
}

impl Choice {
    /// The chosen days; an empty field is filled in.
    pub(super) fn range(&self, now: OffsetDateTime) -> Result<Range, Trouble> {
        let read = |text: &str| {
            if text.is_empty() {
                return Ok(None);
            }
            parse_iso(text)
                .map(Some)
                .ok_or(Trouble::BadInput("日付は 2027-01-31 の形で入力してください。"))
        };
        let to = read(&self.to)?.unwrap_or(words::day_in_japan(now));
        let default_from = to.checked_sub(time::Duration::days(DEFAULT_DAYS)).unwrap_or(to);
        let from = read(&self.from)?.unwrap_or(default_from);
        if from > to {
            return Err(Trouble::BadInput("開始日は終了日より後にできません。"));
        }
        Ok(Range { from, to })
    }
}

pub(super) async fn show(
    State(site): State<Arc<Site>>,
    headers: HeaderMap,
    Path((client_id, account_id)): Path<(String, String)>,
    Query(choice): Query<Choice>,
) -> Result<Markup, Trouble> {
    let range = choice.range((site.now)())?;
    let access = access::open(&site, SessionId::from_headers(&headers), &client_id).await?;
    let account = access.account(&account_id).await?;
    let statement = access.api.statement(&account_id, range).await?;
    let wanted = searchable(&choice.q);
    let found: Vec<(&StatementEntry, String)> = statement
        .entries
        .iter()
        .map(|entry| (entry, searchable_entry(entry)))
        .filter(|(_, text)| text.contains(&wanted))
        .collect();
    let base = format!("/links/{client_id}/accounts");
    let download = format!(
        "{base}/{account_id}/statement.csv?from={}&to={}",
        iso(range.from),
        iso(range.to)
    );
    let content = html! {
        p.account { (account.label()) @if let Some(memo) = &account.memo { " " span.memo { (memo) } } }
        (range_form(range, Some(&choice.q)))
        (history_note(statement.history_from))
        div.above {
            p role="status" data-count="" { (found.len()) "件" }
            a.button.secondary href=(download) download="" { "CSVをダウンロード" }
        }
        @if found.is_empty() {
            p { "該当する明細はありません。" }
        } @else {
            div.scroll { (table(&found)) }
        }
        p { a href=(base) { "口座一覧へ戻る" } }
    };
    Ok(layout::page("入出金明細", &content))
}

fn table(found: &[(&StatementEntry, String)]) -> Markup {
    let text = |value: &Option<String>| value.clone().unwrap_or_default();
    html! {
        table data-filtered="" {
            thead {
                tr {
                    th scope="col" { "日付" }
                    th scope="col" { "摘要" }
                    th scope="col" { "相手先" }
                    th.number scope="col" { "入金" }
                    th.number scope="col" { "出金" }
                    th.number scope="col" { "残高" }
                }
            }
            tbody {
                @for (entry, searched) in found {
                    tr data-text=(searched) {
                        td { (iso(entry.booked_on)) }
                        td { (text(&entry.summary)) @if let Some(memo) = &entry.memo { " " small { (memo) } } }
                        td { (text(&entry.counterparty)) }
                        td.number { @if entry.kind == Direction::Deposit { (entry.amount.grouped()) } }
                        td.number { @if entry.kind == Direction::Withdrawal { (entry.amount.grouped()) } }
                        td.number { (entry.balance_after.grouped()) }
                    }
                }
            }
        }
    }
}

/// The form for days, and for words where there is a search.
pub(super) fn range_form(range: Range, searched: Option<&str>) -> Markup {
    html! {
        form.range method="get" {
            label { "開始日" input type="date" name="from" value=(iso(range.from)); }
            label { "終了日" input type="date" name="to" value=(iso(range.to)); }
            @if let Some(words) = searched {
                label { "検索" input type="search" name="q" value=(words) maxlength="100" data-filter=""; }
            }
            button.primary type="submit" { "表示" }
        }
    }
}

/// Gaps must be visible: the bank says from when on it has history.
pub(super) fn history_note(history_from: Option<Date>) -> Markup {
    html! {
        @if let Some(day) = history_from {
            p.note { (words::date(day)) "以降の明細を取得できます。" }
        }
    }
}

/// Half-width kana, full-width letters and capitals are found by their plain forms.
fn searchable(text: &str) -> String {
    text.trim().nfkc().collect::<String>().to_lowercase()
}

fn searchable_entry(entry: &StatementEntry) -> String {
    let texts = [&entry.summary, &entry.counterparty, &entry.memo]
        .into_iter()
        .flatten()
        .map(String::as_str);
    let amounts = [entry.amount.as_str(), entry.balance_after.as_str()];
    searchable(&texts.chain(amounts).collect::<Vec<_>>().join(" "))
}

pub(super) async fn download(
    State(site): State<Arc<Site>>,
    headers: HeaderMap,
    Path((client_id, account_id)): Path<(String, String)>,
    Query(choice): Query<Choice>,
) -> Result<Response, Trouble> {
    let range = choice.range((site.now)())?;
    let access = access::open(&site, SessionId::from_headers(&headers), &client_id).await?;
    let account = access.account(&account_id).await?;
    let Statement { entries, .. } = access.api.statement(&account_id, range).await?;
    let csv = statement_csv(&entries).map_err(|_| Trouble::Internal)?;
    let disposition = format!("attachment; filename=\"{}\"", file_name(&account, range));
    let disposition = HeaderValue::try_from(disposition).map_err(|_| Trouble::Internal)?;
    let headers = [
        (CONTENT_TYPE, HeaderValue::from_static("text/csv; charset=utf-8")),
        (CONTENT_DISPOSITION, disposition),
    ];
    Ok((headers, csv).into_response())
}

/// Only digits of the account get into the name, whatever the bank sent.
fn file_name(account: &Account, range: Range) -> String {
    let digits = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
    format!(
        "statement_{}_{}_{}_{}.csv",
        digits(&account.branch_code),
        digits(&account.account_number),
        digits(&iso(range.from)),
        digits(&iso(range.to))
    )
}

#[cfg(test)]
mod tests {
    use time::macros::{date, datetime};

    use super::*;

    fn range(from: &str, to: &str) -> Result<Range, Trouble> {
        let choice = Choice {
            from: from.to_owned(),
            to: to.to_owned(),
            q: String::new(),
        };
        choice.range(datetime!(2027-01-31 15:00 UTC))
    }

    #[test]
    fn days_are_filled_in_and_checked() {
        let default = range("", "").unwrap();
        assert_eq!(
            default,
            Range {
                from: date!(2027 - 01 - 02),
                to: date!(2027 - 02 - 01)
            }
        );
        let chosen = range("2026-12-31", "2027-01-01").unwrap();
        assert_eq!(
            chosen,
            Range {
                from: date!(2026 - 12 - 31),
                to: date!(2027 - 01 - 01)
            }
        );
        for (from, to) in [
            ("2027-01-02", "2027-01-01"),
            ("yesterday", ""),
            ("", "2027-02-30"),
            ("2027/01/01", ""),
        ] {
            assert!(
                matches!(range(from, to), Err(Trouble::BadInput(_))),
                "{from} {to}"
            );
        }
    }

    #[test]
    fn half_and_full_width_are_found() {
        let entry: StatementEntry = serde_json::from_value(serde_json::json!({
            "booked_on": "2027-01-05", "kind": "deposit", "amount": "1000", "balance_after": "2000",
            "summary": "振込", "counterparty": "ｶ)ｻｯﾎﾟﾛ ＡＢＣ", "memo": "請求書12"
        }))
        .unwrap();
        let text = searchable_entry(&entry);
        for wanted in [
            "サッポロ",
            "ｻｯﾎﾟﾛ",
            "abc",
            "ＡＢＣ",
            "1000",
            "１０００",
            "請求書",
            "",
        ] {
            assert!(text.contains(&searchable(wanted)), "{wanted}");
        }
        assert!(!text.contains(&searchable("函館")));
    }
}
