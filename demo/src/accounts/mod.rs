//! The accounts API of the bank as its client sees it: accounts, balance, statement, incoming transfers.
//! Not here: how tokens are got ([`AccessTokens`] brings them) and how rows are shown.

pub mod export;
mod model;

use std::future::Future;

use http::header::{ACCEPT, AUTHORIZATION};
use http::{HeaderValue, StatusCode};
use oauth2::{AccessToken, HttpResponse};
use serde::de::DeserializeOwned;
use time::Date;
use url::Url;

pub use self::model::{
    Account, Balance, Direction, Money, Range, Statement, StatementEntry, TransferEntry, Transfers,
};
use self::model::{AccountList, Page, Problem};
use crate::linking::LinkError;
use crate::transport::BankHttp;

/// More pages than this are no statement but a circle.
const MAX_PAGES: usize = 10_000;
/// Rows asked for at once: the most that the API gives, so that a day of thousands takes few calls.
const ROWS_PER_PAGE: u32 = 1000;
const ISO_DATE: &[time::format_description::BorrowedFormatItem<'_>] =
    time::macros::format_description!("[year]-[month]-[day]");

/// Where access tokens come from.
pub trait AccessTokens: Sync {
    /// A token that should serve now.
    fn current(&self) -> impl Future<Output = Result<AccessToken, LinkError>> + Send;

    /// Another token, because this one was refused.
    fn after_refusal(
        &self,
        refused: &AccessToken,
    ) -> impl Future<Output = Result<AccessToken, LinkError>> + Send;
}

/// Why the bank's data is not there.
#[derive(Debug, thiserror::Error)]
pub enum ApiError {
    /// No token, or the bank cannot be reached.
    #[error(transparent)]
    Link(#[from] LinkError),
    /// The account's inquiry PIN must be registered again (`account_registration_required`).
    #[error("the account must be registered again")]
    RegistrationRequired,
    /// The bank answers with a problem document (RFC 9457).
    #[error("the bank answers {status}: {code}")]
    Problem {
        /// The HTTP status.
        status: StatusCode,
        /// The bank's stable code.
        code: String,
        /// What happened, in the bank's words.
        title: String,
        /// More of it.
        detail: String,
    },
    /// The answer is not what the API's description says.
    #[error("unexpected answer of the bank: {0}")]
    Unexpected(&'static str),
}

/// A client of the accounts API.
pub struct AccountsApi<T> {
    http: BankHttp,
    base: Url,
    tokens: T,
}

impl<T: AccessTokens> AccountsApi<T> {
    /// A client for the API below `base`, which ends with `/v1/`.
    pub const fn new(http: BankHttp, base: Url, tokens: T) -> Self {
        Self { http, base, tokens }
    }

    /// The accounts of the permission.
    ///
    /// # Errors
    /// See [`ApiError`].
    pub async fn accounts(&self) -> Result<Vec<Account>, ApiError> {
        let list: AccountList = self.get(&["accounts"], &[]).await?;
        Ok(list.accounts)
    }

    /// The balance of an account.
    ///
    /// # Errors
    /// See [`ApiError`].
    pub async fn balance(&self, account_id: &str) -> Result<Balance, ApiError> {
        self.get(&["accounts", account_id, "balance"], &[]).await
    }

    /// The whole statement of a range of days: every row, page after page.
    ///
    /// # Errors
    /// See [`ApiError`].
    pub async fn statement(&self, account_id: &str, range: Range) -> Result<Statement, ApiError> {
        let (history_from, entries) = self
            .all_pages(&["accounts", account_id, "statement"], range)
            .await?;
        Ok(Statement {
            history_from,
            entries,
        })
    }

    /// All incoming transfers of a range of days.
    ///
    /// # Errors
    /// See [`ApiError`].
    pub async fn transfers(&self, account_id: &str, range: Range) -> Result<Transfers, ApiError> {
        let (history_from, entries) = self
            .all_pages(&["accounts", account_id, "transfers"], range)
            .await?;
        Ok(Transfers {
            history_from,
            entries,
        })
    }

    async fn all_pages<E: DeserializeOwned + Send>(
        &self,
        path: &[&str],
        range: Range,
    ) -> Result<(Option<Date>, Vec<E>), ApiError> {
        let mut entries = Vec::new();
        let mut history_from = None;
        let mut cursor: Option<String> = None;
        for _ in 0..MAX_PAGES {
            let mut query = vec![
                ("from", iso(range.from)),
                ("to", iso(range.to)),
                ("limit", ROWS_PER_PAGE.to_string()),
            ];
            query.extend(cursor.clone().map(|cursor| ("cursor", cursor)));
            let page: Page<E> = self.get(path, &query).await?;
            entries.extend(page.entries);
            history_from = history_from.or(page.history_from);
            match page.next_cursor {
                None => return Ok((history_from, entries)),
                next if next == cursor => return Err(ApiError::Unexpected("the cursor stands still")),
                next => cursor = next,
            }
        }
        Err(ApiError::Unexpected("the statement does not end"))
    }

    async fn get<A: DeserializeOwned>(&self, path: &[&str], query: &[(&str, String)]) -> Result<A, ApiError> {
        let url = self.url(path, query)?;
        let token = self.tokens.current().await?;
        let mut answer = self.fetch(&url, &token).await?;
        if answer.status() == StatusCode::UNAUTHORIZED {
            // RFC 6750, 3.1: a refused token may be renewed once.
            let token = self.tokens.after_refusal(&token).await?;
            answer = self.fetch(&url, &token).await?;
        }
        read(&answer)
    }

    async fn fetch(&self, url: &Url, token: &AccessToken) -> Result<HttpResponse, ApiError> {
        let mut bearer = HeaderValue::try_from(format!("Bearer {}", token.secret()))
            .map_err(|_| ApiError::Unexpected("the token is not usable in a header"))?;
        bearer.set_sensitive(true);
        let request = http::Request::builder()
            .uri(url.as_str())
            .header(AUTHORIZATION, bearer)
            .header(ACCEPT, HeaderValue::from_static("application/json"))
            .body(Vec::new())
            .map_err(|_| ApiError::Unexpected("the address of the API is unusable"))?;
        Ok(self.http.send(request).await.map_err(LinkError::from)?)
    }

    fn url(&self, path: &[&str], query: &[(&str, String)]) -> Result<Url, ApiError> {
        let mut url = self.base.clone();
        url.path_segments_mut()
            .map_err(|()| ApiError::Unexpected("the address of the API is unusable"))?
            .pop_if_empty()
            .extend(path);
        if !query.is_empty() {
            url.query_pairs_mut().extend_pairs(query);
        }
        Ok(url)
    }
}

fn read<A: DeserializeOwned>(answer: &HttpResponse) -> Result<A, ApiError> {
    let status = answer.status();
    if status == StatusCode::OK {
        return serde_json::from_slice(answer.body())
            .map_err(|_| ApiError::Unexpected("the answer does not have the described form"));
    }
    let problem: Problem = serde_json::from_slice(answer.body()).unwrap_or_default();
    match problem.code.as_str() {
        "account_registration_required" => Err(ApiError::RegistrationRequired),
        _ if status == StatusCode::UNAUTHORIZED => Err(LinkError::Ended.into()),
        _ => Err(ApiError::Problem {
            status,
            code: problem.code,
            title: problem.title,
            detail: problem.detail,
        }),
    }
}

/// A date as the API and forms write it.
pub fn iso(date: Date) -> String {
    date.format(ISO_DATE).unwrap_or_default()
}

/// Reads a date as the API and forms write it.
pub fn parse_iso(text: &str) -> Option<Date> {
    Date::parse(text, ISO_DATE).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(status: u16, body: &str) -> HttpResponse {
        http::Response::builder()
            .status(status)
            .body(body.as_bytes().to_vec())
            .unwrap()
    }

    #[test]
    fn problems_are_told_apart() {
        let read = |status, body| read::<Balance>(&answer(status, body)).unwrap_err();
        let registration = read(
            409,
            r#"{"code":"account_registration_required","title":"t","new":1}"#,
        );
        assert!(matches!(registration, ApiError::RegistrationRequired));
        assert!(matches!(
            read(401, r#"{"code":"invalid_token"}"#),
            ApiError::Link(LinkError::Ended)
        ));
        let closed = read(
            503,
            r#"{"type":"x","title":"閉店中","status":503,"detail":"朝まで","code":"core_closed"}"#,
        );
        assert!(
            matches!(closed, ApiError::Problem { code, title, .. } if code == "core_closed" && title == "閉店中")
        );
        assert!(matches!(read(502, "<html>"), ApiError::Problem { code, .. } if code.is_empty()));
        assert!(matches!(read(200, "{}"), ApiError::Unexpected(_)));
    }
}
