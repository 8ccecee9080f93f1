//! RFC 9396, rich authorization requests of the type `renkei_statements`: businesses, accounts, first day.
//!
//! | clause | test |
//! |---|---|
//! | RFC 9396, 2: JSON array, `type`; 5: unknown types, members and values | `what_the_type_does_not_know_is_refused` |
//! | 3: beside `scope`, in pushed and signed requests | `the_permission_page_offers_what_the_details_name`, `rfc9101_jar` |
//! | 5: accounts that are unknown or another partner's | `accounts_that_the_partner_does_not_know_are_refused` |
//! | 4, 7: what is granted is what the customer permitted | `the_permission_page_offers_what_the_details_name`, `the_customer_permits_less` |
//! | 7: granted details in the token answer | `the_permission_page_offers_what_the_details_name` |
//! | accounts beside those that are named | `accounts_that_are_not_named_can_neither_be_registered_nor_permitted` |
//! | accounts of another customer | `a_customer_without_these_accounts_is_told_and_sent_back` |
//!
//! Not here: narrower tokens at refresh (RFC 9396, 6), and the accounts API's obedience.

use crate::actors::{Browser, Partner, Returned, SORACHI_PINS, bank, changed, random_text, row};
use renkei::testing::TestBank;
use renkei_procedure::identity::PartnerId;
use renkei_store::GrantRecord;
use serde_json::{Value, json};

async fn grant(bank: &TestBank, login_name: &str, client_id: &str) -> GrantRecord {
    let user = bank.store().users().find_by_login_name(login_name).await;
    let user = user.unwrap().unwrap().id;
    let partner = PartnerId::new(client_id);
    let grants = bank.store().grants();
    let found = grants.in_force(user, &partner, bank.clock().now()).await;
    found.unwrap().unwrap()
}

fn numbers(view: &Value) -> Vec<&str> {
    let rows = view["data"]["accounts"].as_array().unwrap();
    rows.iter()
        .map(|row| row["account_number"].as_str().unwrap())
        .collect()
}

#[tokio::test]
async fn what_the_type_does_not_know_is_refused() {
    let bank = bank().await;
    let partner = Partner::of(&bank, "kaikei");
    let id = "6f0e2c1a-6a53-4f0c-9a3e-2f4f5d1b7c10";
    let many: Vec<String> = (0..1_001)
        .map(|n| format!("6f0e2c1a-6a53-4f0c-9a3e-{n:012}"))
        .collect();
    for details in [
        json!({}),
        json!([]),
        json!([{}]),
        json!([{ "type": "payment_initiation" }]),
        json!([{ "type": "renkei_statements" }]),
        json!([{ "type": "renkei_statements", "businesses": [] }]),
        json!([{ "type": "renkei_statements", "businesses": ["payments"] }]),
        json!([{ "type": "renkei_statements", "businesses": "balance" }]),
        json!([{ "type": "renkei_statements", "businesses": ["balance"], "actions": ["read"] }]),
        json!([{ "type": "renkei_statements", "businesses": ["balance"], "accounts": [] }]),
        json!([{ "type": "renkei_statements", "businesses": ["balance"], "accounts": ["2000002"] }]),
        json!([{ "type": "renkei_statements", "businesses": ["balance"], "accounts": [id.to_uppercase()] }]),
        json!([{ "type": "renkei_statements", "businesses": ["balance"], "accounts": many }]),
        json!([{ "type": "renkei_statements", "businesses": ["balance"], "from_date": "2026-4-1" }]),
        json!([{ "type": "renkei_statements", "businesses": ["balance"], "from_date": "2026-02-30" }]),
        json!([{ "type": "renkei_statements", "businesses": ["balance"], "from_date": null }]),
        json!([
            { "type": "renkei_statements", "businesses": ["balance"] },
            { "type": "renkei_statements", "businesses": ["statement"] }
        ]),
    ] {
        let request = partner.request("s", &random_text());
        let request = changed(request, &[("authorization_details", Some(&details.to_string()))]);
        let answer = partner.post("/par", &request).await;
        assert_eq!(answer.status, 400, "{details}: {}", answer.text());
        assert_eq!(
            answer.json()["error"],
            "invalid_authorization_details",
            "{details}"
        );
    }
}

#[tokio::test]
async fn accounts_that_the_partner_does_not_know_are_refused() {
    let bank = bank().await;
    let partner = Partner::of(&bank, "kaikei");
    let tokens = partner.linked("yubari-jiro", &[]).await;
    let known = partner.account_id(&tokens.access, "1230001").await;
    let other = Partner::of(&bank, "chobo");
    let others_tokens = other.linked("yubari-jiro", &[]).await;
    let others = other.account_id(&others_tokens.access, "1230001").await;
    let details = |accounts: &[&str]| {
        json!([{ "type": "renkei_statements", "businesses": ["balance"], "accounts": accounts }]).to_string()
    };
    let unknown = "6f0e2c1a-6a53-4f0c-9a3e-2f4f5d1b7c10";
    for accounts in [&[unknown][..], &[&others], &[&known, unknown]] {
        let request = partner.request("s", &random_text());
        let request = changed(request, &[("authorization_details", Some(&details(accounts)))]);
        partner
            .post("/par", &request)
            .await
            .oauth_error(400, "invalid_authorization_details");
    }
    partner
        .begin_with(&[("authorization_details", Some(&details(&[&known, &known])))])
        .await;
    // At the authorization endpoint it is told by redirect.
    let direct = Partner::of(&bank, "kihon");
    let request = changed(
        direct.request("s", &random_text()),
        &[("authorization_details", Some(&details(&[&known])))],
    );
    let browser = Browser::showing(&bank, None);
    let answer = browser.get(&direct.direct_url(&request)).await;
    let returned = Returned::read(&answer.location());
    assert_eq!(returned.get("error"), "invalid_authorization_details");
}

#[tokio::test]
async fn the_permission_page_offers_what_the_details_name() {
    let bank = bank().await;
    let partner = Partner::of(&bank, "kaikei");
    let first = partner.linked("sorachi-taro", &SORACHI_PINS).await;
    let named = [
        partner.account_id(&first.access, "2000002").await,
        partner.account_id(&first.access, "1000314").await,
    ];
    let details = json!([{
        "type": "renkei_statements", "businesses": ["balance", "statement"], "accounts": named,
        "from_date": "2026-10-01",
    }]);
    let browser = Browser::of(&bank, "sorachi-taro");
    // `scope` and details come together: `transfers` is asked for by the one, the others by the other.
    let (attempt, mut wizard) = partner
        .link_with(
            &browser,
            &[
                ("scope", Some("transfers")),
                ("authorization_details", Some(&details.to_string())),
            ],
        )
        .await;
    let view = wizard.log_in(&bank, "sorachi-taro").await;
    assert_eq!(
        view["data"]["businesses"],
        json!(["balance", "statement", "transfers"])
    );
    let view = wizard.businesses(&["statement", "transfers"]).await;
    assert_eq!(view["step"], "permission", "all that are named are registered");
    assert_eq!(numbers(&view), ["2000002", "1000314"]);
    assert_eq!(view["data"]["history_from"], "2026-10-01");
    let returned = wizard.permit().await;
    let tokens = partner.tokens(returned.code(), &attempt.verifier).await;
    assert_eq!(tokens.answer["scope"], "transfers accounts statement");
    let granted = &tokens.answer["authorization_details"][0];
    let mut ids = named.to_vec();
    ids.sort();
    assert_eq!(
        granted,
        &json!({
            "type": "renkei_statements", "businesses": ["statement", "transfers"], "accounts": ids,
            "from_date": "2026-10-01",
        })
    );
    let grant = grant(&bank, "sorachi-taro", "kaikei").await;
    assert_eq!(grant.from_date.unwrap().to_string(), "2026-10-01");
    let stored: Value = grant.authorization_details.unwrap().decode().unwrap();
    assert_eq!(&stored[0], granted);
    assert_eq!(partner.accounts(&tokens.access).await.len(), 2);
}

#[tokio::test]
async fn accounts_that_are_not_named_can_neither_be_registered_nor_permitted() {
    let bank = bank().await;
    let partner = Partner::of(&bank, "kaikei");
    // Two of four accounts are registered, and the partner knows of these two.
    let first = partner.linked("sorachi-taro", &SORACHI_PINS[..1]).await;
    let known = partner.account_id(&first.access, "2222222").await;
    let details = json!([{ "type": "renkei_statements", "businesses": ["balance"], "accounts": [known] }]);
    let browser = Browser::of(&bank, "sorachi-taro");
    let (_, mut wizard) = partner
        .link_with(
            &browser,
            &[
                ("scope", None),
                ("authorization_details", Some(&details.to_string())),
            ],
        )
        .await;
    wizard.log_in(&bank, "sorachi-taro").await;
    let view = wizard.businesses(&["balance"]).await;
    assert_eq!(
        (view["step"].as_str(), numbers(&view)),
        (Some("permission"), vec!["2222222"])
    );
    assert_eq!(view["progress"]["total"], 4, "the pages of PINs are left out");

    let other = Browser::of(&bank, "sorachi-taro");
    let (_, mut free) = partner.link(&other).await;
    free.log_in(&bank, "sorachi-taro").await;
    let all = free.businesses(&["balance"]).await;
    let unnamed = row(&all, "2000002")["account_id"].clone();
    let named = row(&all, "2222222")["account_id"].clone();
    for ids in [json!([unnamed]), json!([named, unnamed])] {
        let data = json!({ "account_ids": ids, "intent": true });
        wizard
            .attempt("permission", data)
            .await
            .refused(422, "account_not_selectable");
    }
    wizard
        .attempt("add-more", json!({}))
        .await
        .refused(409, "step_mismatch");
}

#[tokio::test]
async fn the_customer_permits_less() {
    let bank = bank().await;
    let partner = Partner::of(&bank, "chobo");
    let first = partner.linked("yubari-jiro", &[]).await;
    let accounts = partner.accounts(&first.access).await;
    let ids: Vec<&str> = accounts
        .iter()
        .map(|account| account["account_id"].as_str().unwrap())
        .collect();
    let details = json!([{ "type": "renkei_statements", "businesses": ["statement"], "accounts": ids }]);
    let browser = Browser::of(&bank, "yubari-jiro");
    let (attempt, mut wizard) = partner
        .link_with(
            &browser,
            &[
                ("scope", None),
                ("authorization_details", Some(&details.to_string())),
            ],
        )
        .await;
    let view = wizard.log_in(&bank, "yubari-jiro").await;
    let one = row(&view, "1230001")["account_id"].as_str().unwrap().to_owned();
    let returned = wizard.permit_accounts(&[one]).await;
    let tokens = partner.tokens(returned.code(), &attempt.verifier).await;
    let granted = &tokens.answer["authorization_details"][0];
    assert_eq!(granted["businesses"], json!(["statement"]));
    assert_eq!(granted["accounts"].as_array().unwrap().len(), 1);
    let known = partner.accounts(&tokens.access).await;
    assert_eq!(granted["accounts"][0], known[0]["account_id"]);
}

#[tokio::test]
async fn a_customer_without_these_accounts_is_told_and_sent_back() {
    let bank = bank().await;
    let partner = Partner::of(&bank, "kaikei");
    let tokens = partner.linked("yubari-jiro", &[]).await;
    let jiros = partner.account_id(&tokens.access, "1230001").await;
    let details = json!([{ "type": "renkei_statements", "businesses": ["balance"], "accounts": [jiros] }]);
    let browser = Browser::of(&bank, "sorachi-taro");
    let (attempt, mut wizard) = partner
        .link_with(&browser, &[("authorization_details", Some(&details.to_string()))])
        .await;
    let view = wizard.log_in(&bank, "sorachi-taro").await;
    assert_eq!(
        (&view["step"], &view["data"]["reason"]),
        (&json!("ended"), &json!("no_account_offered"))
    );
    let view = wizard.view().await;
    let returned = Returned::read(view["data"]["return_url"].as_str().unwrap());
    assert_eq!(
        (returned.get("error"), returned.get("state")),
        ("access_denied", attempt.state.as_str())
    );
    let again = Browser::showing(&bank, None).get(&attempt.url).await;
    again.is_page(400, "authorization_request_invalid");
}
