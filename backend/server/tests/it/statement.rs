//! Statements and transfers: complete, once, in order, whatever the size of the page and whatever comes in meanwhile.
//! Not here: who may ask (`accounts_api`, `oauth`).

use crate::actors::{Partner, SORACHI_PINS, Tokens, bank};
use renkei_procedure::time::JapanDate;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::time::Duration;

struct Account<'b> {
    partner: Partner<'b>,
    tokens: Tokens,
    id: String,
}

impl Account<'_> {
    async fn page(&self, question: &str) -> Value {
        let path = format!("/v1/accounts/{}/{question}", self.id);
        self.partner.get(&path, &self.tokens.access).await.ok()
    }

    /// Follows the cursors to the end.
    async fn all(&self, what: &str, days: &str, limit: u32) -> Vec<Value> {
        let mut rows = Vec::new();
        let mut next = format!("{what}?{days}&limit={limit}");
        loop {
            let page = self.page(&next).await;
            let entries = page["entries"].as_array().unwrap();
            assert!(entries.len() <= usize::try_from(limit).unwrap());
            rows.extend(entries.iter().cloned());
            let Some(cursor) = page["next_cursor"].as_str() else {
                return rows;
            };
            assert_eq!(
                entries.len(),
                usize::try_from(limit).unwrap(),
                "no page but the last is short"
            );
            next = format!("{what}?cursor={cursor}&limit={limit}");
        }
    }
}

async fn busy_account(bank: &renkei::testing::TestBank) -> (Account<'_>, String) {
    let description = bank.simulator().describe().unwrap();
    let busy = &description["busy_day"];
    let (number, day) = (&busy["account"]["number"], &busy["date"]);
    let partner = Partner::of(bank, "chobo");
    let tokens = partner.linked("sorachi-taro", &SORACHI_PINS).await;
    let id = partner.account_id(&tokens.access, number.as_str().unwrap()).await;
    (Account { partner, tokens, id }, day.as_str().unwrap().to_owned())
}

fn ids(rows: &[Value]) -> Vec<&str> {
    rows.iter().map(|row| row["entry_id"].as_str().unwrap()).collect()
}

fn assert_chain(rows: &[Value]) {
    let yen = |row: &Value, name: &str| row[name].as_str().unwrap().parse::<i64>().unwrap();
    for pair in rows.windows(2) {
        let signed = match pair[1]["kind"].as_str().unwrap() {
            "deposit" => yen(&pair[1], "amount"),
            _ => -yen(&pair[1], "amount"),
        };
        assert_eq!(
            yen(&pair[0], "balance_after") + signed,
            yen(&pair[1], "balance_after"),
            "a row is missing or doubled between {} and {}",
            pair[0]["entry_id"],
            pair[1]["entry_id"]
        );
    }
}

#[tokio::test]
async fn the_day_of_three_thousand_rows_comes_out_complete_and_once_at_any_page_size() {
    let bank = bank().await;
    let (account, day) = busy_account(&bank).await;
    let days = format!("from={day}&to={day}");
    let whole = account.all("statement", &days, 1_000).await;
    assert_eq!(whole.len(), 3_000);
    assert_chain(&whole);
    let distinct: BTreeSet<&str> = ids(&whole).into_iter().collect();
    assert_eq!(distinct.len(), 3_000);
    assert!(ids(&whole).is_sorted(), "oldest first");
    for limit in [999, 250, 61] {
        assert_eq!(
            account.all("statement", &days, limit).await,
            whole,
            "limit {limit}"
        );
    }

    let transfers = account.all("transfers", &days, 500).await;
    let incoming: Vec<&str> = ids(&transfers);
    assert!(transfers.len() > 2_000, "{}", transfers.len());
    assert!(
        incoming.iter().all(|id| distinct.contains(id)),
        "the same ids as in the statement"
    );
    let text = serde_json::to_string(&(&whole, &transfers)).unwrap();
    for name in ["髙", "﨑", "ﾀｶｷﾞ ｲﾁﾛｳ"] {
        assert!(text.contains(name), "{name} as the core has it");
    }
}

#[tokio::test]
async fn rows_that_come_in_between_pages_are_neither_lost_nor_doubled() {
    let bank = bank().await;
    let description = bank.simulator().describe().unwrap();
    let day = JapanDate::parse(description["busy_day"]["date"].as_str().unwrap()).unwrap();
    bank.clock().set(day.begin().plus(Duration::from_hours(11)));
    let (account, day) = busy_account(&bank).await;

    let days = format!("from={day}&to={day}");
    let at_first = account.all("statement", &days, 1_000).await.len();
    let mut rows = Vec::new();
    let mut next = format!("statement?{days}&limit=200");
    loop {
        let page = account.page(&next).await;
        rows.extend(page["entries"].as_array().unwrap().iter().cloned());
        let Some(cursor) = page["next_cursor"].as_str() else {
            break;
        };
        next = format!("statement?cursor={cursor}&limit=200");
        bank.clock().advance(Duration::from_secs(60));
    }
    assert!(rows.len() > at_first, "rows came in: {at_first}, {}", rows.len());
    assert_chain(&rows);
    let whole = account.all("statement", &days, 1_000).await;
    assert_eq!(rows, whole);
}

#[tokio::test]
async fn the_answer_says_from_when_history_is_known_and_repeats_the_question() {
    let bank = bank().await;
    let (account, _) = busy_account(&bank).await;
    let page = account
        .page("statement?from=2020-01-01&to=2025-10-02&limit=1000")
        .await;
    assert_eq!(page["history_from"], "2025-10-01");
    assert_eq!(
        (&page["from"], &page["to"]),
        (&json!("2020-01-01"), &json!("2025-10-02"))
    );
    assert!(
        page["entries"]
            .as_array()
            .unwrap()
            .iter()
            .all(|row| row["booked_on"].as_str().unwrap() >= "2025-10-01")
    );
    let page = account.page("statement").await;
    assert_eq!(
        (&page["from"], &page["to"]),
        (&json!("2026-10-21"), &json!("2026-11-20"))
    );
    let rows = page["entries"].as_array().unwrap();
    assert!(!rows.is_empty() && rows.len() <= 100);
    for row in rows {
        let amount = row["amount"].as_str().unwrap();
        assert!(
            amount.parse::<u64>().is_ok() && !amount.starts_with('+'),
            "{amount}"
        );
        assert!(JapanDate::parse(row["booked_on"].as_str().unwrap()).is_some());
    }
    // An empty range is empty, and not an error.
    let page = account.page("statement?from=2030-01-01&to=2030-01-02").await;
    assert_eq!(
        (&page["entries"], &page["next_cursor"]),
        (&json!([]), &json!(null))
    );
}

#[tokio::test]
async fn bad_questions_are_named_and_cursors_serve_their_own_question_only() {
    let bank = bank().await;
    let (account, day) = busy_account(&bank).await;
    let page = account
        .page(&format!("statement?from={day}&to={day}&limit=10"))
        .await;
    let cursor = page["next_cursor"].as_str().unwrap();
    let other = account
        .partner
        .account_id(&account.tokens.access, "1111111")
        .await;
    let own = format!("/v1/accounts/{}", account.id);
    for (path, field) in [
        (format!("{own}/statement?from=2026-13-01"), "from"),
        (format!("{own}/statement?from=2026-02-02&to=2026-02-01"), "from"),
        (format!("{own}/statement?to=20260201"), "to"),
        (format!("{own}/statement?limit=0"), "limit"),
        (format!("{own}/statement?limit=1001"), "limit"),
        (format!("{own}/statement?limit=1&limit=2"), "limit"),
        (format!("{own}/statement?form=2026-01-01"), "form"),
        (format!("{own}/transfers?from=2026-01-01&page=2"), "page"),
        (format!("{own}/balance?from=2026-01-01"), "from"),
        ("/v1/accounts?limit=1".to_owned(), "limit"),
        (format!("{own}/statement?cursor=AAAA"), "cursor"),
        (format!("{own}/statement?cursor=%00"), "cursor"),
        (
            format!("{own}/statement?cursor={cursor}&from=2026-01-01"),
            "cursor",
        ),
        (format!("{own}/transfers?cursor={cursor}"), "cursor"),
        (
            format!("/v1/accounts/{other}/statement?cursor={cursor}"),
            "cursor",
        ),
    ] {
        let answer = account.partner.get(&path, &account.tokens.access).await;
        answer.refused(400, "parameter_invalid");
        assert_eq!(answer.json()["fields"][0]["field"], field, "{path}");
    }
}
