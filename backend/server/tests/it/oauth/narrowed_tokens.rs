//! Tokens for less than the permission, and what the accounts API makes of them and of the permission's first day.
//! Not here: asking for a permission in detail (`rfc9396_rar`).
//!
//! | clause | shown by |
//! |---|---|
//! | RFC 6749, 6: a narrower `scope` at refresh | `fewer_scopes_are_fewer_answers` |
//! | RFC 9396, 6, 6.1: narrower `authorization_details` at refresh | `a_token_can_be_had_for_less` |
//! | RFC 9396, 6: nothing beyond what was granted | `nothing_is_had_beyond_the_permission` |
//! | RFC 9396, 7, 9.2: token and introspection answers say what the token is for | `a_token_can_be_had_for_less` |
//! | RFC 9396, 9: resources obey | `a_token_can_be_had_for_less`, `no_statement_begins_before_the_permitted_day` |

use crate::actors::{NewPartner, Partner, Tokens, bank};
use renkei::testing::TestBank;
use serde_json::{Value, json};

/// A permission for balances and statements from 1 October on.
async fn linked(bank: &TestBank) -> (Partner<'_>, Tokens) {
    let partner = NewPartner::fapi2("kagi").register(bank).await.with_dpop();
    let details = json!([{
        "type": "renkei_statements", "businesses": ["balance", "statement"], "from_date": "2026-10-01",
    }]);
    let details = details.to_string();
    let changes = [("scope", None), ("authorization_details", Some(details.as_str()))];
    let tokens = partner.linked_with("yubari-jiro", &[], &changes).await;
    (partner, tokens)
}

async fn for_less(partner: &Partner<'_>, tokens: &Tokens, details: &Value) -> Value {
    let details = json!([details]).to_string();
    let more = [("authorization_details", details.as_str())];
    partner.refresh_with(&tokens.refresh, &more).await.ok()
}

fn access(answer: &Value) -> &str {
    answer["access_token"].as_str().unwrap()
}

#[tokio::test]
async fn no_statement_begins_before_the_permitted_day() {
    let bank = bank().await;
    let (partner, tokens) = linked(&bank).await;
    let id = partner.account_id(&tokens.access, "1230001").await;
    let statement = async |query: &str| {
        let path = format!("/v1/accounts/{id}/statement{query}");
        partner.get(&path, &tokens.access).await
    };
    // Today is 2026-11-20: 30 days back is a day that is permitted.
    let page = statement("").await.ok();
    assert_eq!(
        (&page["from"], &page["permitted_from"]),
        (&json!("2026-10-21"), &json!("2026-10-01"))
    );
    let page = statement("?from=2026-10-01").await.ok();
    assert_eq!(page["from"], "2026-10-01");
    // Where 30 days back is not, the page begins with the first day that is.
    let page = statement("?to=2026-10-05").await.ok();
    assert_eq!(
        (&page["from"], &page["to"]),
        (&json!("2026-10-01"), &json!("2026-10-05"))
    );
    for query in [
        "?from=2026-09-30",
        "?from=2026-09-30&to=2026-10-05",
        "?to=2026-09-30",
    ] {
        statement(query).await.refused(403, "day_not_permitted");
    }
    let path = format!("/v1/accounts/{id}/transfers");
    partner
        .get(&path, &tokens.access)
        .await
        .refused(403, "insufficient_scope");
    // Whoever has not been limited is told of no first day.
    let other = Partner::of(&bank, "chobo");
    let whole = other.linked("yubari-jiro", &[]).await;
    let id = other.account_id(&whole.access, "1230001").await;
    let path = format!("/v1/accounts/{id}/statement?from=2026-08-01");
    assert_eq!(
        other.get(&path, &whole.access).await.ok()["permitted_from"],
        Value::Null
    );
}

#[tokio::test]
async fn a_token_can_be_had_for_less() {
    let bank = bank().await;
    let (partner, tokens) = linked(&bank).await;
    let accounts = partner.accounts(&tokens.access).await;
    assert_eq!(accounts.len(), 3);
    let ids: Vec<&str> = accounts
        .iter()
        .map(|account| account["account_id"].as_str().unwrap())
        .collect();
    let less = json!({
        "type": "renkei_statements", "businesses": ["statement"], "accounts": [ids[1]], "from_date": "2026-11-10",
    });
    let narrowed = for_less(&partner, &tokens, &less).await;
    assert_eq!(narrowed["authorization_details"], json!([less]));
    assert_eq!(narrowed["scope"], "accounts statement");
    let about = partner.introspect(access(&narrowed)).await.ok();
    assert_eq!(about["authorization_details"], json!([less]));
    assert_eq!(about["scope"], "accounts statement");

    let named = partner.accounts(access(&narrowed)).await;
    assert_eq!(named.len(), 1);
    assert_eq!(
        (&named[0]["account_id"], &named[0]["businesses"]),
        (&json!(ids[1]), &json!(["statement"]))
    );
    let get = async |path: String| partner.get(&path, access(&narrowed)).await;
    let page = get(format!("/v1/accounts/{}/statement", ids[1])).await.ok();
    assert_eq!(
        (&page["from"], &page["permitted_from"]),
        (&json!("2026-11-10"), &json!("2026-11-10"))
    );
    get(format!("/v1/accounts/{}/statement?from=2026-11-09", ids[1]))
        .await
        .refused(403, "day_not_permitted");
    get(format!("/v1/accounts/{}/balance", ids[1]))
        .await
        .refused(403, "insufficient_scope");
    for elsewhere in [ids[0], ids[2]] {
        get(format!("/v1/accounts/{elsewhere}/statement"))
            .await
            .refused(404, "not_found");
    }
    // The permission is as it was, and the first token too.
    let whole = partner.refresh(&tokens.refresh).await.ok();
    assert_eq!(
        whole["authorization_details"],
        tokens.answer["authorization_details"]
    );
    for token in [access(&whole), &tokens.access] {
        assert_eq!(partner.accounts(token).await.len(), 3);
    }
    // A cursor of a wider token does not carry a narrower one back.
    let path = format!("/v1/accounts/{}/statement?from=2026-10-01&limit=1", ids[1]);
    let page = partner.get(&path, &tokens.access).await.ok();
    let cursor = page["next_cursor"].as_str().unwrap();
    get(format!("/v1/accounts/{}/statement?cursor={cursor}", ids[1]))
        .await
        .refused(403, "day_not_permitted");
}

#[tokio::test]
async fn nothing_is_had_beyond_the_permission() {
    let bank = bank().await;
    let (partner, tokens) = linked(&bank).await;
    let detail = |changes: Value| {
        let mut detail = json!({ "type": "renkei_statements", "businesses": ["balance"] });
        for (name, value) in changes.as_object().unwrap() {
            detail[name] = value.clone();
        }
        json!([detail]).to_string()
    };
    for (details, scope, error) in [
        (
            Some(detail(json!({ "businesses": ["transfers"] }))),
            None,
            "invalid_authorization_details",
        ),
        (
            Some(detail(json!({ "from_date": "2026-09-30" }))),
            None,
            "invalid_authorization_details",
        ),
        (
            Some(detail(
                json!({ "accounts": ["00000000-0000-4000-8000-000000000000"] }),
            )),
            None,
            "invalid_authorization_details",
        ),
        (
            Some(detail(json!({ "type": "payments" }))),
            None,
            "invalid_authorization_details",
        ),
        (Some("[]".to_owned()), None, "invalid_authorization_details"),
        (Some("{".to_owned()), None, "invalid_authorization_details"),
        (None, Some("transfers"), "invalid_scope"),
        (None, Some("openid"), "invalid_scope"),
        (None, Some("accounts  balance"), "invalid_scope"),
        (Some(detail(json!({}))), Some("statement"), "invalid_scope"),
    ] {
        let mut more = Vec::new();
        more.extend(
            details
                .as_deref()
                .map(|details| ("authorization_details", details)),
        );
        more.extend(scope.map(|scope| ("scope", scope)));
        let answer = partner.refresh_with(&tokens.refresh, &more).await;
        answer.oauth_error(400, error);
    }
    // Where nothing was granted in detail, nothing is to be had in detail.
    let plain = Partner::of(&bank, "chobo");
    let of_plain = plain.linked("yubari-jiro", &[]).await;
    let more = detail(json!({}));
    plain
        .refresh_with(&of_plain.refresh, &[("authorization_details", &more)])
        .await
        .oauth_error(400, "invalid_authorization_details");
    partner.refresh(&tokens.refresh).await.ok();
}

#[tokio::test]
async fn fewer_scopes_are_fewer_answers() {
    let bank = bank().await;
    let (partner, tokens) = linked(&bank).await;
    let id = partner.account_id(&tokens.access, "1230001").await;
    let answer = partner
        .refresh_with(&tokens.refresh, &[("scope", "accounts balance")])
        .await
        .ok();
    assert_eq!(answer["scope"], "accounts balance");
    // The details say the same.
    assert_eq!(
        answer["authorization_details"][0]["businesses"],
        json!(["balance"])
    );
    let about = partner.introspect(access(&answer)).await.ok();
    assert_eq!(about["authorization_details"], answer["authorization_details"]);
    let get = async |what: &str| {
        let path = format!("/v1/accounts/{id}/{what}");
        partner.get(&path, access(&answer)).await
    };
    get("balance").await.ok();
    get("statement").await.refused(403, "insufficient_scope");
    // A token for the list alone names no business.
    let answer = partner
        .refresh_with(&tokens.refresh, &[("scope", "accounts")])
        .await
        .ok();
    assert_eq!(answer.get("authorization_details"), None);
    for account in partner.accounts(access(&answer)).await {
        assert_eq!(account["businesses"], json!([]));
    }
}
