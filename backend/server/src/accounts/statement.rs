//! `GET /v1/accounts/{id}/statement` and `/transfers`: 入出金明細照会 and 振込入金明細照会, page by page.
//! Not here: the gate before the account (`pin_gate`).

use super::access::{Access, Refusal};
use super::answer::answer;
use super::cursor::Cursor;
use super::pin_gate;
use super::query::{check_names, invalid, wrong};
use super::wire::{StatementAnswer, StatementRow, TransferRow, TransfersAnswer};
use crate::audit;
use crate::oauth::resource::ResourceCall;
use crate::services::App;
use crate::web::problem::Problem;
use crate::web::segment::Segment;
use axum::extract::{RawQuery, State};
use axum::response::Response;
use renkei_bank::port::{
    EntryKind, EntryPosition, MAX_STATEMENT_LIMIT, StatementEntry, StatementKind, StatementPage,
    StatementQuery,
};
use renkei_oauth::parameters::Parameters;
use renkei_procedure::time::{Instant, JapanDate};
use renkei_shared::problem::ProblemCode;
use std::sync::Arc;
use tracing::Instrument as _;

/// What a question may say.
const PARAMETERS: [&str; 4] = ["from", "to", "cursor", "limit"];
/// Rows in a page where the partner does not say.
const DEFAULT_LIMIT: u32 = 100;
/// Days back where the partner does not say.
const DEFAULT_DAYS: i64 = 30;

/// Deposits and withdrawals of one account, oldest first. Follow `next_cursor` until there is none: rows that come in
/// meanwhile are neither lost nor doubled.
#[utoipa::path(
    get, path = "/v1/accounts/{id}/statement", tag = "accounts",
    params(("id" = String, Path, description = "`account_id` from the list"),
        ("from" = Option<String>, Query, description = "first day, YYYY-MM-DD; where absent, 30 days before `to` or the first permitted day, whichever is later"),
        ("to" = Option<String>, Query, description = "last day, inclusive; today (Japan) where absent"),
        ("cursor" = Option<String>, Query, description = "`next_cursor` of the page before"),
        ("limit" = Option<u32>, Query, description = "rows in a page, 1 to 1000; 100 where absent")),
    responses((status = 200, content((StatementAnswer = "application/json"), (String = "application/jwt"))), (status = 400, description = "`parameter_invalid` or `request_malformed`"),
        (status = 401, description = "`invalid_token`"),
        (status = 403, description = "`insufficient_scope`, `account_registration_required` or `day_not_permitted`"),
        (status = 404, description = "`not_found`"),
        (status = 503, description = "`core_closed` or `core_unavailable`")),
    security(("mtls_bound_token" = ["statement"]), ("dpop_bound_token" = ["statement"]))
)]
pub(crate) async fn statement(
    State(app): State<App>,
    Segment(id): Segment,
    RawQuery(query): RawQuery,
    call: ResourceCall,
) -> Result<Response, Refusal> {
    let access = Access::check(&app, &call, "statement").await?;
    let page = fetch(Arc::clone(&app), access.clone(), id, query, StatementKind::All).await?;
    let content = StatementAnswer {
        account_id: page.account_id,
        from: page.query.from.to_string(),
        to: page.query.to.to_string(),
        permitted_from: access.first_day().map(|day| day.to_string()),
        history_from: page.answer.history_from.to_string(),
        entries: page.answer.entries.into_iter().map(statement_row).collect(),
        next_cursor: page.next_cursor,
    };
    answer(&app, &call, &access, &content)
}

/// Incoming transfers of one account, oldest first, paged like the statement.
#[utoipa::path(
    get, path = "/v1/accounts/{id}/transfers", tag = "accounts",
    params(("id" = String, Path, description = "`account_id` from the list"),
        ("from" = Option<String>, Query, description = "first day, YYYY-MM-DD; where absent, 30 days before `to` or the first permitted day, whichever is later"),
        ("to" = Option<String>, Query, description = "last day, inclusive; today (Japan) where absent"),
        ("cursor" = Option<String>, Query, description = "`next_cursor` of the page before"),
        ("limit" = Option<u32>, Query, description = "rows in a page, 1 to 1000; 100 where absent")),
    responses((status = 200, content((TransfersAnswer = "application/json"), (String = "application/jwt"))), (status = 400, description = "`parameter_invalid` or `request_malformed`"),
        (status = 401, description = "`invalid_token`"),
        (status = 403, description = "`insufficient_scope`, `account_registration_required` or `day_not_permitted`"),
        (status = 404, description = "`not_found`"),
        (status = 503, description = "`core_closed` or `core_unavailable`")),
    security(("mtls_bound_token" = ["transfers"]), ("dpop_bound_token" = ["transfers"]))
)]
pub(crate) async fn transfers(
    State(app): State<App>,
    Segment(id): Segment,
    RawQuery(query): RawQuery,
    call: ResourceCall,
) -> Result<Response, Refusal> {
    let access = Access::check(&app, &call, "transfers").await?;
    let kind = StatementKind::IncomingTransfers;
    let page = fetch(Arc::clone(&app), access.clone(), id, query, kind).await?;
    let content = TransfersAnswer {
        account_id: page.account_id,
        from: page.query.from.to_string(),
        to: page.query.to.to_string(),
        permitted_from: access.first_day().map(|day| day.to_string()),
        history_from: page.answer.history_from.to_string(),
        entries: page.answer.entries.into_iter().map(transfer_row).collect(),
        next_cursor: page.next_cursor,
    };
    answer(&app, &call, &access, &content)
}

struct Page {
    account_id: String,
    query: StatementQuery,
    answer: StatementPage,
    next_cursor: Option<String>,
}

async fn fetch(
    app: App,
    access: Access,
    id: String,
    query: Option<String>,
    kind: StatementKind,
) -> Result<Page, Refusal> {
    let account = access.account(&app, &id).await?;
    let query = read_query(
        &query.unwrap_or_default(),
        &id,
        kind,
        access.now,
        access.first_day(),
    )?;
    // A PIN is under way from here on: its outcome must be kept even if the partner hangs up.
    let work = async move {
        let pass = pin_gate::enter(&app, access.grant.user_id, account.id).await?;
        let answer = app
            .core
            .statement(&account.core_account, pass.pin(), &query)
            .await;
        let answer = pass.settle(&app, answer).await?;
        let event = audit::event("statement_read", access.now)
            .user(Some(access.grant.user_id))
            .partner(&access.grant.partner_id)
            .detail("account", account.id.to_string())
            .detail("from", query.from.to_string())
            .detail("to", query.to.to_string())
            .detail("rows", answer.entries.len());
        audit::append(&app, event).await?;
        access.touch(&app).await?;
        let next_cursor = answer
            .next
            .map(|after| {
                Cursor {
                    account_id: id.clone(),
                    kind,
                    from: query.from,
                    to: query.to,
                    after,
                }
                .encode()
            })
            .transpose()?;
        Ok(Page {
            account_id: id,
            query,
            answer,
            next_cursor,
        })
    };
    tokio::spawn(work.in_current_span())
        .await
        .map_err(|_| ProblemCode::InternalError)?
}

/// Reads the question. With a cursor the days are the cursor's: they may be repeated, not changed. No day lies before the
/// first one that is permitted.
fn read_query(
    query: &str,
    account_id: &str,
    kind: StatementKind,
    now: Instant,
    first_day: Option<JapanDate>,
) -> Result<StatementQuery, Problem> {
    check_names(Some(query), &PARAMETERS)?;
    let parameters = Parameters::from_query(query);
    for name in PARAMETERS {
        if parameters.is_defective(name) {
            return Err(invalid(name));
        }
    }
    let day = |name| {
        parameters
            .get(name)
            .map(|text| JapanDate::parse(text).ok_or_else(|| invalid(name)))
            .transpose()
    };
    let (from, to) = (day("from")?, day("to")?);
    let permitted = |name, day| match first_day {
        Some(first) if day < first => Err(wrong(ProblemCode::DayNotPermitted, name)),
        _ => Ok(day),
    };
    let from = from.map(|day| permitted("from", day)).transpose()?;
    let limit = match parameters.get("limit") {
        None => DEFAULT_LIMIT,
        Some(text) => text
            .parse()
            .ok()
            .filter(|limit| (1..=MAX_STATEMENT_LIMIT).contains(limit))
            .ok_or_else(|| invalid("limit"))?,
    };
    if let Some(text) = parameters.get("cursor") {
        let cursor = Cursor::decode(text)
            .filter(|cursor| {
                cursor.account_id == account_id
                    && cursor.kind == kind
                    && from.is_none_or(|from| from == cursor.from)
                    && to.is_none_or(|to| to == cursor.to)
            })
            .ok_or_else(|| invalid("cursor"))?;
        permitted("cursor", cursor.from)?;
        return Ok(StatementQuery {
            kind,
            from: cursor.from,
            to: cursor.to,
            after: Some(cursor.after),
            limit,
        });
    }
    let to = permitted("to", to.unwrap_or_else(|| now.japan_date()))?;
    let some_days_back = JapanDate::new(to.date().saturating_sub(time::Duration::days(DEFAULT_DAYS)));
    let from = from.unwrap_or_else(|| first_day.map_or(some_days_back, |first| first.max(some_days_back)));
    if from > to {
        return Err(invalid("from"));
    }
    Ok(StatementQuery {
        kind,
        from,
        to,
        after: None,
        limit,
    })
}

/// The position is unique within the account and never changes.
fn entry_id(position: EntryPosition) -> String {
    format!("{}-{:05}", position.date, position.sequence)
}

fn statement_row(entry: StatementEntry) -> StatementRow {
    StatementRow {
        entry_id: entry_id(entry.position),
        booked_on: entry.booked_on.to_string(),
        value_on: entry.value_on.to_string(),
        kind: match entry.kind {
            EntryKind::Deposit => "deposit",
            EntryKind::Withdrawal => "withdrawal",
        },
        amount: entry.amount.to_string(),
        balance_after: entry.balance_after.to_string(),
        summary: entry.summary,
        counterparty: entry.counterparty,
        memo: entry.transfer.and_then(|transfer| transfer.edi),
    }
}

fn transfer_row(entry: StatementEntry) -> TransferRow {
    let (sender_name, sender_bank, sender_branch, edi) = entry.transfer.map_or_else(
        || {
            (
                entry.counterparty.clone().unwrap_or_default(),
                String::new(),
                String::new(),
                None,
            )
        },
        |transfer| {
            (
                transfer.sender_name,
                transfer.sender_bank,
                transfer.sender_branch,
                transfer.edi,
            )
        },
    );
    TransferRow {
        entry_id: entry_id(entry.position),
        booked_on: entry.booked_on.to_string(),
        amount: entry.amount.to_string(),
        sender_name,
        sender_bank,
        sender_branch,
        summary: entry.summary,
        edi,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ACCOUNT: &str = "0b0e7c1e-9a53-4c8e-8d6e-0d8a3a1f2b3c";

    fn read(query: &str) -> Result<StatementQuery, String> {
        read_from(None, query).map_err(|(_, field)| field)
    }

    fn read_from(first_day: Option<&str>, query: &str) -> Result<StatementQuery, (String, String)> {
        let now = Instant::from_unix_seconds(1_795_300_000); // 2026-11-22 in Japan
        let first_day = first_day.map(|day| JapanDate::parse(day).unwrap());
        read_query(query, ACCOUNT, StatementKind::All, now, first_day).map_err(|problem| {
            let document = problem.document();
            (
                document.explanation.code.clone(),
                document.fields[0].field.clone(),
            )
        })
    }

    #[test]
    fn what_is_not_said_has_defaults() {
        let query = read("").unwrap();
        assert_eq!(
            (query.from.to_string(), query.to.to_string()),
            ("2026-10-23".into(), "2026-11-22".into())
        );
        assert_eq!((query.limit, query.after), (100, None));
        let query = read("from=2026-01-01&to=2026-01-31&limit=1000").unwrap();
        assert_eq!(
            (query.from.to_string(), query.to.to_string(), query.limit),
            ("2026-01-01".into(), "2026-01-31".into(), 1_000)
        );
    }

    #[test]
    fn no_day_lies_before_the_first_permitted_one() {
        let from = |first, query| read_from(Some(first), query).unwrap().from.to_string();
        assert_eq!(from("2026-11-01", ""), "2026-11-01");
        assert_eq!(from("2026-01-01", ""), "2026-10-23", "30 days are enough");
        assert_eq!(from("2026-11-01", "from=2026-11-01&to=2026-11-01"), "2026-11-01");
        let cursor = |from| Cursor {
            account_id: ACCOUNT.into(),
            kind: StatementKind::All,
            from: JapanDate::parse(from).unwrap(),
            to: JapanDate::parse("2026-11-20").unwrap(),
            after: EntryPosition {
                date: JapanDate::parse("2026-11-15").unwrap(),
                sequence: 7,
            },
        };
        let good = cursor("2026-11-01").encode().unwrap();
        assert_eq!(from("2026-11-01", &format!("cursor={good}")), "2026-11-01");
        let earlier = format!("cursor={}", cursor("2026-10-31").encode().unwrap());
        for (query, field) in [
            ("from=2026-10-31", "from"),
            ("to=2026-10-31", "to"),
            ("from=2026-10-31&to=2026-11-30", "from"),
            (earlier.as_str(), "cursor"),
        ] {
            let refused = read_from(Some("2026-11-01"), query).unwrap_err();
            assert_eq!(
                refused,
                ("day_not_permitted".to_owned(), field.to_owned()),
                "{query}"
            );
        }
        // A permission that begins in days to come has no days yet.
        let refused = read_from(Some("2026-12-01"), "").unwrap_err();
        assert_eq!(refused, ("day_not_permitted".to_owned(), "to".to_owned()));
    }

    #[test]
    fn bad_parameters_are_named() {
        for (query, field) in [
            ("from=2026-13-01", "from"),
            ("from=2026-02-02&to=2026-02-01", "from"),
            ("to=yesterday", "to"),
            ("limit=0", "limit"),
            ("limit=1001", "limit"),
            ("limit=-1", "limit"),
            ("from=2026-01-01&from=2026-01-02", "from"),
            ("cursor=abc", "cursor"),
            ("form=2026-01-01", "form"),
        ] {
            assert_eq!(read(query).unwrap_err(), field, "{query}");
        }
    }

    #[test]
    fn a_cursor_serves_its_own_question_only() {
        let day = |text| JapanDate::parse(text).unwrap();
        let cursor = |account: &str, kind| {
            Cursor {
                account_id: account.into(),
                kind,
                from: day("2026-01-01"),
                to: day("2026-01-31"),
                after: EntryPosition {
                    date: day("2026-01-15"),
                    sequence: 7,
                },
            }
            .encode()
            .unwrap()
        };
        let own = cursor(ACCOUNT, StatementKind::All);
        let query = read(&format!("cursor={own}")).unwrap();
        assert_eq!(query.after.unwrap().sequence, 7);
        assert!(read(&format!("cursor={own}&from=2026-01-01&to=2026-01-31")).is_ok());
        assert_eq!(
            read(&format!("cursor={own}&from=2026-01-02")).unwrap_err(),
            "cursor"
        );
        let other_account = cursor("1b0e7c1e-9a53-4c8e-8d6e-0d8a3a1f2b3c", StatementKind::All);
        assert_eq!(read(&format!("cursor={other_account}")).unwrap_err(), "cursor");
        let other_kind = cursor(ACCOUNT, StatementKind::IncomingTransfers);
        assert_eq!(read(&format!("cursor={other_kind}")).unwrap_err(), "cursor");
    }
}
