//! The account pages: balances, whole statements, tokens that end, problems in words.

use axum::http::StatusCode;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use serde_json::json;

use crate::bank::Bank;
use crate::browser::Browser;

const LIST: &str = "/links/kaikei/accounts";
const STATEMENT: &str = "/links/kaikei/accounts/a1/statement?from=2027-01-01&to=2027-01-31";

async fn linked(bank: &Bank) -> Browser {
    let mut browser = Browser::new(&bank.config());
    browser.link(bank).await;
    browser
}

#[tokio::test]
async fn accounts_with_balances() {
    let bank = Bank::start();
    let list = linked(&bank).await.get(LIST).await;
    assert_eq!(list.status, StatusCode::OK, "{}", list.body);
    for text in [
        "インターネット支店(001) 普通 2000002",
        "1,234,567円",
        "2027年1月31日 9:00時点",
        "&lt;b&gt;給与&lt;/b&gt;",
        "札幌支店(202) 普通 1111111",
        "この口座は照会用暗証番号の再登録が必要です。",
    ] {
        assert!(list.body.contains(text), "{text}: {}", list.body);
    }
    assert!(!list.body.contains("access-1"));
    assert_eq!(
        bank.seen("/balance").len(),
        1,
        "an account without a PIN is not asked"
    );
}

#[tokio::test]
async fn a_statement_is_whole() {
    let bank = Bank::start();
    let mut browser = linked(&bank).await;
    let page = browser.get(STATEMENT).await.body;
    assert!(page.contains(">6件<"), "{page}");
    for row in 0..6 {
        assert_eq!(
            page.matches(&format!("<td>ｶ)ﾄﾘﾋｷｻｷ{row}</td>")).count(),
            1,
            "row {row}"
        );
    }
    assert!(page.contains("2025年12月1日以降の明細を取得できます。"));
    let asked = bank.seen("/statement");
    let cursors: Vec<Option<&str>> = asked
        .iter()
        .map(|seen| seen.form.get("cursor").map(String::as_str))
        .collect();
    assert_eq!(cursors, [None, Some("1"), Some("2")]);
    assert!(
        asked
            .iter()
            .all(|seen| seen.form["from"] == "2027-01-01" && seen.form["to"] == "2027-01-31")
    );

    let found = browser
        .get(&format!(
            "{STATEMENT}&q=%E3%83%88%E3%83%AA%E3%83%92%E3%82%AD%E3%82%B5%E3%82%AD3"
        ))
        .await;
    assert!(
        found.body.contains(">1件<"),
        "トリヒキサキ3 finds ﾄﾘﾋｷｻｷ3: {}",
        found.body
    );

    let bad = browser
        .get("/links/kaikei/accounts/a1/statement?from=2027-02-01&to=2027-01-01")
        .await;
    assert_eq!(bad.status, StatusCode::BAD_REQUEST);
    let unknown = browser.get("/links/kaikei/accounts/zz/statement").await;
    assert_eq!(unknown.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn the_download() {
    let bank = Bank::start();
    let file = linked(&bank)
        .await
        .get(&STATEMENT.replace("statement?", "statement.csv?"))
        .await;
    assert_eq!(file.headers[CONTENT_TYPE], "text/csv; charset=utf-8");
    assert_eq!(
        file.headers[CONTENT_DISPOSITION],
        "attachment; filename=\"statement_001_2000002_20270101_20270131.csv\""
    );
    assert!(file.body.starts_with('\u{feff}'));
    assert_eq!(file.body.lines().count(), 7);
    assert!(
        file.body.contains("2027-01-05,'=振込,ｶ)ﾄﾘﾋｷｻｷ1,,,1001,5000\r\n"),
        "{}",
        file.body
    );
}

#[tokio::test]
async fn incoming_transfers() {
    let bank = Bank::start();
    let page = linked(&bank)
        .await
        .get("/links/kaikei/accounts/a1/transfers")
        .await
        .body;
    assert!(
        page.contains("髙﨑商店") && page.contains("50,000") && page.contains("北海道銀行 本店"),
        "{page}"
    );
}

#[tokio::test]
async fn an_ended_access_token_is_renewed() {
    let bank = Bank::start();
    bank.set(|bank| bank.expires_in = 0);
    let mut browser = linked(&bank).await;
    bank.set(|bank| bank.expires_in = 300);
    assert_eq!(browser.get(LIST).await.status, StatusCode::OK);
    let requests = bank.seen("/token");
    assert_eq!(
        requests.len(),
        2,
        "redeemed once, renewed once, for several calls"
    );
    assert_eq!(requests[1].form["grant_type"], "refresh_token");
    assert_eq!(requests[1].form["refresh_token"], "refresh-secret");
}

#[tokio::test]
async fn a_refused_access_token_is_renewed_once() {
    let bank = Bank::start();
    let mut browser = linked(&bank).await;
    // The bank forgets the token, as after a restart.
    bank.set(|bank| bank.issued += 1);
    assert_eq!(browser.get(LIST).await.status, StatusCode::OK);
    assert_eq!(bank.seen("/token").len(), 2);
    // Now it refuses whatever comes: no endless renewing.
    bank.set(|bank| bank.refuse_access = true);
    assert_eq!(browser.get(LIST).await.location(), "/");
    assert_eq!(bank.seen("/token").len(), 3);
}

#[tokio::test]
async fn an_ended_permission_is_said_and_forgotten() {
    let bank = Bank::start();
    let mut browser = linked(&bank).await;
    bank.set(|bank| {
        bank.refuse_access = true;
        bank.token_error.insert("refresh_token", "invalid_grant");
    });
    assert_eq!(browser.get(LIST).await.location(), "/");
    let home = browser.get("/").await.body;
    assert!(
        home.contains("連携が終了しています。") && home.contains(">銀行口座を連携する</button>"),
        "{home}"
    );
    assert_eq!(browser.get(LIST).await.location(), "/", "nothing is linked");
}

#[tokio::test]
async fn problems_in_words() {
    let bank = Bank::start();
    let mut browser = linked(&bank).await;
    for (status, problem, shown, said) in [
        (
            403,
            json!({"code": "account_registration_required", "title": "t"}),
            409,
            "照会用暗証番号の再登録が必要です",
        ),
        (
            503,
            json!({"code": "core_closed", "title": "closed"}),
            502,
            "銀行のサービス時間外です。（core_closed）",
        ),
        (
            403,
            json!({"code": "insufficient_scope", "title": "<b>"}),
            403,
            "業務を選び直してください",
        ),
        (
            503,
            json!({"code": "new_code", "title": "<b>新しい", "detail": "事情"}),
            502,
            "&lt;b&gt;新しい 事情（new_code）",
        ),
        (500, json!("?"), 502, "（500）"),
    ] {
        bank.set(|bank| bank.problem = Some((status, problem)));
        let page = browser.get(STATEMENT).await;
        assert_eq!(page.status.as_u16(), shown);
        assert!(
            page.body.contains(said) && !page.body.contains("<b>"),
            "{said}: {}",
            page.body
        );
    }
}
