//! Answers that break the contract: none of them passes as a statement, an account or a verdict.

use crate::bench::{client, day, first_account, pin, query};
use renkei_bank::port::{
    CoreBanking, CoreError, EntryPosition, StatementKind, StatementPage, StatementQuery,
};
use renkei_procedure::identity::CoreUserKey;
use serde_json::{Value, json};
use wiremock::{Mock, MockServer, ResponseTemplate};

async fn gateway_that(answers: ResponseTemplate) -> MockServer {
    let server = MockServer::start().await;
    Mock::given(wiremock::matchers::any())
        .respond_with(answers)
        .mount(&server)
        .await;
    server
}

fn row(date: &str, sequence: u32) -> Value {
    json!({
        "position": {"date": date, "sequence": sequence}, "booked_on": date, "value_on": date, "kind": "deposit",
        "amount": "1000", "balance_after": "5000", "summary": "振込", "counterparty": null,
        "transfer": {"sender_name": "ﾀｶﾊｼ", "sender_bank": "ﾎｸﾄ", "sender_branch": "ﾎﾝﾃﾝ", "edi": null},
    })
}

fn page(entries: &[Value], next: Option<EntryPosition>) -> Value {
    json!({"history_from": "2025-10-01", "entries": entries, "next": next})
}

async fn statement(body: Value, query: &StatementQuery) -> Result<StatementPage, CoreError> {
    let server = gateway_that(ResponseTemplate::new(200).set_body_json(body)).await;
    client(server.uri().parse().unwrap())
        .statement(&first_account(), &pin("1234"), query)
        .await
}

#[tokio::test]
async fn a_page_that_could_lose_or_double_a_row_is_refused() {
    let asked = query("2026-10-01", "2026-10-31", 2);
    let after = StatementQuery {
        after: Some(EntryPosition {
            date: asked.from,
            sequence: 5,
        }),
        ..asked
    };
    let transfers = StatementQuery {
        kind: StatementKind::IncomingTransfers,
        ..asked
    };
    let changed = |name: &str, value: Value| {
        let mut row = row("2026-10-02", 1);
        row[name] = value;
        page(&[row], None)
    };
    let position = |date: &str, sequence: u32| EntryPosition {
        date: day(date),
        sequence,
    };
    let (one, two) = (row("2026-10-02", 1), row("2026-10-02", 2));

    let good = page(&[one.clone(), two.clone()], Some(position("2026-10-02", 2)));
    assert_eq!(statement(good, &asked).await.unwrap().entries.len(), 2);
    for (broken, asked) in [
        (page(&[two.clone(), one.clone()], None), &asked),
        (page(&[one.clone(), one.clone()], None), &asked),
        (
            page(&[one.clone(), two.clone(), row("2026-10-03", 1)], None),
            &asked,
        ),
        (page(&[row("2026-09-30", 1)], None), &asked),
        (page(&[row("2026-11-01", 1)], None), &asked),
        (
            page(&[one.clone(), two.clone()], Some(position("2026-10-02", 1))),
            &asked,
        ),
        (page(&[], Some(position("2026-10-02", 1))), &asked),
        (page(&[row("2026-10-01", 5)], None), &after),
        (changed("transfer", Value::Null), &transfers),
        (changed("kind", json!("withdrawal")), &asked),
        (changed("amount", json!("-1000")), &asked),
        (changed("amount", json!(1000)), &asked),
        (changed("amount", json!("1,000")), &asked),
        (changed("balance_after", json!("5000.00")), &asked),
        (changed("booked_on", json!("2026-10-03")), &asked),
        (changed("value_on", json!("2026/10/02")), &asked),
        (changed("kind", json!("gift")), &asked),
        (json!({"entries": [], "next": null}), &asked),
        (json!([]), &asked),
    ] {
        let outcome = statement(broken.clone(), asked).await;
        assert!(
            matches!(outcome, Err(CoreError::Malformed { .. })),
            "{broken} gave {outcome:?}"
        );
    }
}

#[tokio::test]
async fn accounts_and_verdicts_that_break_the_contract_are_refused() {
    let account = |name: &str, value: Value| {
        let mut account = json!({
            "key": "A1", "branch_code": "001", "branch_name": "札幌支店", "account_type": "1",
            "account_number": "1234567", "holder_name": "空知商事株式会社", "memo": null,
        });
        account[name] = value;
        account
    };
    let good = account("memo", json!("髙﨑"));
    for (accounts, accepted) in [
        (vec![good.clone()], true),
        (vec![good.clone(), good.clone()], false),
        (vec![account("branch_code", json!("1"))], false),
        (vec![account("branch_code", json!(1))], false),
        (vec![account("account_number", json!("１２３４５６７"))], false),
        (vec![account("account_type", json!("3"))], false),
        (vec![account("key", json!("A/1"))], false),
        (vec![account("branch_name", json!(""))], false),
    ] {
        let server =
            gateway_that(ResponseTemplate::new(200).set_body_json(json!({"accounts": accounts}))).await;
        let outcome = client(server.uri().parse().unwrap())
            .accounts(&CoreUserKey::new("sorachi-taro"))
            .await;
        assert_eq!(outcome.is_ok(), accepted, "{accounts:?}");
        assert!(accepted || matches!(outcome, Err(CoreError::Malformed { .. })));
    }
    for verdict in [
        json!({"verdict": "refused"}),
        json!({"verdict": "refused", "remaining_tries": 0}),
        json!({"verdict": "maybe"}),
        json!({}),
    ] {
        let server = gateway_that(ResponseTemplate::new(200).set_body_json(&verdict)).await;
        let outcome = client(server.uri().parse().unwrap())
            .verify_pin(&first_account(), &pin("1234"))
            .await
            .unwrap_err();
        assert!(matches!(outcome, CoreError::Malformed { .. }), "{verdict}");
        assert!(outcome.pin_may_have_been_counted());
    }
    for state in [
        json!({"locked": true, "remaining_tries": 1}),
        json!({"locked": false, "remaining_tries": 0}),
    ] {
        let server = gateway_that(ResponseTemplate::new(200).set_body_json(&state)).await;
        let outcome = client(server.uri().parse().unwrap())
            .pin_state(&first_account())
            .await;
        assert!(matches!(outcome, Err(CoreError::Malformed { .. })), "{state}");
    }
}

#[tokio::test]
async fn an_answer_without_end_is_cut_off() {
    let endless = ResponseTemplate::new(200).set_body_bytes(vec![b' '; (4 << 20) + 1]);
    let server = gateway_that(endless).await;
    let outcome = client(server.uri().parse().unwrap())
        .pin_state(&first_account())
        .await;
    assert_eq!(
        outcome.unwrap_err(),
        CoreError::Malformed {
            what: "an answer of more than 4 MiB"
        }
    );
}

#[tokio::test]
async fn problems_that_make_no_sense_are_refused() {
    let problem = |status: u16, code: &str| json!({"title": "", "status": status, "code": code});
    for (status, body) in [
        (409, problem(409, "pin_refused")),
        (404, problem(404, "unknown_user")),
        (404, problem(404, "not_found")),
        (400, problem(400, "malformed_request")),
        (404, problem(410, "unknown_account")),
        (418, problem(418, "teapot")),
        (404, json!("gone")),
    ] {
        let server = gateway_that(ResponseTemplate::new(status).set_body_json(&body)).await;
        let outcome = client(server.uri().parse().unwrap())
            .verify_pin(&first_account(), &pin("1234"))
            .await;
        assert!(
            matches!(outcome, Err(CoreError::Malformed { .. })),
            "{status} {body}: {outcome:?}"
        );
    }
}
