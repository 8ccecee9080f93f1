//! 口座一覧 with balances, a page of fifty at a time.
//! Not here: rows of statements.

use std::sync::Arc;

use axum::extract::{Path, Query, State};
use axum::http::HeaderMap;
use futures_util::future::join_all;
use maud::{Markup, html};
use serde::Deserialize;

use super::access::{self, Access};
use super::words;
use super::{Site, Trouble, layout};
use crate::accounts::{Account, ApiError, Balance};
use crate::linking::LinkError;
use crate::sessions::SessionId;

const ACCOUNTS_PER_PAGE: usize = 50;
/// Balances asked for at the same time: the bank's core is not ours to flood.
const AT_ONCE: usize = 8;

#[derive(Deserialize)]
pub(super) struct Paging {
    #[serde(default)]
    page: usize,
}

pub(super) async fn show(
    State(site): State<Arc<Site>>,
    headers: HeaderMap,
    Path(client_id): Path<String>,
    Query(paging): Query<Paging>,
) -> Result<Markup, Trouble> {
    let access = access::open(&site, SessionId::from_headers(&headers), &client_id).await?;
    let accounts = access.api.accounts().await?;
    let pages = accounts.len().div_ceil(ACCOUNTS_PER_PAGE).max(1);
    let page = paging.page.clamp(1, pages);
    let shown: Vec<&Account> = accounts
        .iter()
        .skip((page - 1) * ACCOUNTS_PER_PAGE)
        .take(ACCOUNTS_PER_PAGE)
        .collect();
    let balances = balances(&access, &shown).await?;
    let base = format!("/links/{client_id}/accounts");
    let content = html! {
        p { (accounts.len()) "口座が連携されています。" }
        div.scroll {
            table {
                thead {
                    tr {
                        th scope="col" { "口座" }
                        th scope="col" { "口座メモ" }
                        @if access.permits_balance {
                            th.number scope="col" { "現在残高" }
                            th.number scope="col" { "支払可能残高" }
                        }
                        th scope="col" { "明細" }
                    }
                }
                tbody {
                    @for (account, balance) in shown.iter().zip(&balances) {
                        tr {
                            th scope="row" { (account.label()) }
                            td { (account.memo.as_deref().unwrap_or_default()) }
                            @if access.permits_balance { (balance_cells(account, balance.as_ref())) }
                            td { (links(&access, &base, account)) }
                        }
                    }
                }
            }
        }
        @if pages > 1 {
            nav.pages aria-label="口座一覧のページ" {
                @for number in 1..=pages {
                    @if number == page {
                        span aria-current="page" { (number) }
                    } @else {
                        a href={ (base) "?page=" (number) } { (number) }
                    }
                }
            }
        }
        p { a href="/" { "ホームへ戻る" } }
    };
    Ok(layout::page("口座一覧", &content))
}

type Shown = Option<Result<Balance, ApiError>>;

/// The balances of these accounts; an account that cannot be asked has its reason instead.
async fn balances(access: &Access<'_>, accounts: &[&Account]) -> Result<Vec<Shown>, Trouble> {
    let mut balances = Vec::with_capacity(accounts.len());
    for some in accounts.chunks(AT_ONCE) {
        let asked = some.iter().map(|account| async {
            if !access.permits_balance || account.needs_registration() {
                return None;
            }
            Some(access.api.balance(&account.account_id).await)
        });
        balances.extend(join_all(asked).await);
    }
    let ended = |shown: &Shown| matches!(shown, Some(Err(ApiError::Link(LinkError::Ended))));
    if balances.iter().any(ended) {
        Err(LinkError::Ended.into())
    } else {
        Ok(balances)
    }
}

fn balance_cells(account: &Account, balance: Option<&Result<Balance, ApiError>>) -> Markup {
    let error = match balance {
        Some(Ok(balance)) => {
            return html! {
                td.number { (balance.current.grouped()) "円" small { (words::time_of(&balance.as_of)) "時点" } }
                td.number { @if let Some(available) = &balance.available { (available.grouped()) "円" } @else { "-" } }
            };
        }
        Some(Err(error)) => words::api_error(error),
        None if account.needs_registration() => words::api_error(&ApiError::RegistrationRequired),
        None => return html! { td.number { "-" } td.number { "-" } },
    };
    html! { td.problem colspan="2" { strong { (error.what) } " " (error.remedy) } }
}

fn links(access: &Access<'_>, base: &str, account: &Account) -> Markup {
    let label = account.label();
    html! {
        @if access.permits_statement {
            a.inline href={ (base) "/" (account.account_id) "/statement" } aria-label={ (label) "の入出金明細" } { "入出金明細" }
        }
        @if access.permits_transfers {
            a.inline href={ (base) "/" (account.account_id) "/transfers" } aria-label={ (label) "の振込入金明細" } { "振込入金明細" }
        }
    }
}
