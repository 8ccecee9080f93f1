//! Tests of `renkei_statements`: what is read, what is refused, what is granted, what may be narrowed.

use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::client::ClientRegistration;
use crate::test_clients::baseline_registration;

const ONE: &str = "11111111-1111-4111-8111-111111111111";
const TWO: &str = "22222222-2222-4222-8222-222222222222";

fn parse(value: &Value) -> AuthorizationDetails {
    AuthorizationDetails::parse(&value.to_string()).unwrap_or_else(|error| panic!("{value}: {error}"))
}

fn details(businesses: &[&str], accounts: Option<&[&str]>, from_date: Option<&str>) -> AuthorizationDetails {
    let mut element = json!({"type": TYPE, "businesses": businesses});
    if let Some(accounts) = accounts {
        element["accounts"] = json!(accounts);
    }
    if let Some(from_date) = from_date {
        element["from_date"] = json!(from_date);
    }
    parse(&json!([element]))
}

#[test]
fn what_is_written_is_canonical_and_survives_storage() {
    let read = details(
        &["transfers", "balance", "transfers"],
        Some(&[TWO, ONE, TWO]),
        Some("2028-02-29"),
    );
    let expected = json!([{
        "type": TYPE, "businesses": ["balance", "transfers"], "accounts": [ONE, TWO], "from_date": "2028-02-29"
    }]);
    assert_eq!(serde_json::to_value(&read).unwrap(), expected);
    assert_eq!(
        serde_json::from_value::<AuthorizationDetails>(expected).unwrap(),
        read
    );
    let least = details(&["statement"], None, None);
    assert_eq!(
        serde_json::to_value(&least).unwrap(),
        json!([{"type": TYPE, "businesses": ["statement"]}])
    );
}

#[test]
fn details_that_are_refused() {
    let with = |name: &str, value: Value| {
        let mut element = json!({"type": TYPE, "businesses": ["balance"]});
        element[name] = value;
        json!([element])
    };
    let good = with("from_date", json!("2026-04-01"));
    assert!(AuthorizationDetails::parse(&good.to_string()).is_ok());
    let many: Vec<String> = (0..=MAX_ACCOUNTS as u128)
        .map(|i| Uuid::from_u128(i).to_string())
        .collect();
    assert!(AuthorizationDetails::parse(&with("accounts", json!(many[1..])).to_string()).is_ok());
    for value in [
        json!([]),
        json!({}),
        json!("renkei_statements"),
        json!([good[0], good[0]]),
        json!([[good[0]]]),
        json!([[TYPE, ["balance"]]]),
        json!([{"type": TYPE}]),
        json!([{"businesses": ["balance"]}]),
        with("type", json!("payment_initiation")),
        with("type", json!(1)),
        with("businesses", json!([])),
        with("businesses", json!("balance")),
        with("businesses", json!(["accounts"])),
        with("businesses", json!(["Balance"])),
        with("businesses", json!([1])),
        with("businesses", Value::Null),
        with("accounts", json!([])),
        with("accounts", json!(many)),
        with("accounts", Value::Null),
        with("accounts", json!(ONE)),
        with("accounts", json!([1])),
        with("accounts", json!([ONE.replace('-', "")])),
        with("accounts", json!([ONE, "ABCDEF01-1111-4111-8111-111111111111"])),
        with("accounts", json!([format!("{{{ONE}}}")])),
        with("from_date", Value::Null),
        with("from_date", json!(20_260_401)),
        with("from_date", json!("2026-4-1")),
        with("from_date", json!("2026-02-29")),
        with("from_date", json!("2026-13-01")),
        with("from_date", json!("+2026-04-01")),
        with("from_date", json!("2026-04-01T00:00:00Z")),
        with("from_date", json!("")),
        with("locations", json!(["https://localhost:8445"])),
        with("actions", json!(["read"])),
    ] {
        let error = AuthorizationDetails::parse(&value.to_string()).unwrap_err();
        assert_eq!(error.body().error, "invalid_authorization_details", "{value}");
    }
    for text in [
        "",
        "{",
        &format!(r#"[{{"type": "{TYPE}", "businesses": ["balance"], "businesses": ["statement"]}}]"#),
        &"[".repeat(300),
    ] {
        let error = AuthorizationDetails::parse(text).unwrap_err();
        assert_eq!(error.body().error, "invalid_authorization_details", "{text}");
    }
}

#[test]
fn businesses_must_be_registered_and_bring_the_list_of_accounts() {
    let parameters = Parameters::from_query(&format!(
        "authorization_details=[{{\"type\":\"{TYPE}\",\"businesses\":[\"balance\",\"transfers\"]}}]"
    ));
    for (registered, expected) in [
        ("accounts balance transfers", Some("accounts balance transfers")),
        ("transfers balance", Some("balance transfers")),
        ("accounts balance", None),
        ("accounts", None),
    ] {
        let registered = Scopes::parse(registered).unwrap();
        let client = ClientMetadata::try_from(ClientRegistration {
            scopes: registered.clone(),
            ..baseline_registration()
        });
        let read = AuthorizationDetails::from_parameters(&client.unwrap(), &parameters);
        match (read, expected) {
            (Ok(Some(details)), Some(expected)) => {
                let scopes: Vec<_> = details.scopes(&registered).collect();
                assert_eq!(scopes.join(" "), expected);
            }
            (Err(error), None) => assert_eq!(error.code(), ErrorCode::InvalidAuthorizationDetails),
            (read, _) => panic!("{registered}: {read:?}"),
        }
    }
}

#[test]
fn what_is_granted_says_what_the_customer_chose() {
    let asked = details(&["balance", "statement"], None, Some("2026-04-01"));
    let accounts = [TWO, ONE].map(|id| Uuid::parse_str(id).unwrap());
    let granted = asked
        .granted(
            &Scopes::parse("accounts statement transfers openid").unwrap(),
            accounts,
        )
        .unwrap();
    let expected = details(&["statement", "transfers"], Some(&[ONE, TWO]), Some("2026-04-01"));
    assert_eq!(granted, expected);
    assert_eq!(asked.granted(&Scopes::parse("accounts").unwrap(), accounts), None);
}

#[test]
fn a_token_may_ask_for_fewer_and_never_for_more() {
    let granted = details(&["balance", "statement"], Some(&[ONE, TWO]), Some("2026-04-01"));
    for (fewer, expected) in [
        (
            details(&["balance"], None, None),
            Some(details(&["balance"], Some(&[ONE, TWO]), Some("2026-04-01"))),
        ),
        (
            details(&["statement"], Some(&[TWO]), Some("2026-05-01")),
            Some(details(&["statement"], Some(&[TWO]), Some("2026-05-01"))),
        ),
        (granted.clone(), Some(granted.clone())),
        (details(&["transfers"], None, None), None),
        (details(&["balance", "transfers"], None, None), None),
        (
            details(
                &["balance"],
                Some(&["33333333-3333-4333-8333-333333333333"]),
                None,
            ),
            None,
        ),
        (details(&["balance"], None, Some("2026-03-31")), None),
    ] {
        assert_eq!(granted.narrowed_to(&fewer).ok(), expected, "{fewer:?}");
    }
}

proptest! {
    #[test]
    fn parsing_never_panics(text in r#"[{}\[\]":,a-z_0-9-]{0,120}"#) {
        let _ = AuthorizationDetails::parse(&text);
    }
}

#[test]
fn what_is_said_of_a_token_reaches_no_further_than_its_scope() {
    let json =
        r#"[{"type":"renkei_statements","businesses":["balance","statement"],"from_date":"2026-04-01"}]"#;
    let details = AuthorizationDetails::parse(json).unwrap();
    let within = |scope: &str| {
        let within = details.within(&Scopes::parse(scope).unwrap());
        within.map(|details| serde_json::to_string(&details).unwrap())
    };
    assert_eq!(
        within("accounts balance statement transfers").as_deref(),
        Some(json)
    );
    assert_eq!(
        within("openid statement").as_deref(),
        Some(r#"[{"type":"renkei_statements","businesses":["statement"],"from_date":"2026-04-01"}]"#)
    );
    assert_eq!(within("accounts transfers"), None);
}
