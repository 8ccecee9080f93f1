//! The description of the accounts API: served, checked in, and true of what is answered.
//! Not here: OAuth's metadata (`oauth::rfc8414_metadata`).

use crate::actors::{Browser, Partner, bank};
use renkei_shared::problem::ProblemCode;
use serde_json::Value;

#[tokio::test]
async fn what_is_checked_in_is_what_is_served() {
    let bank = bank().await;
    let served = Browser::showing(&bank, None).get("/openapi.json").await;
    assert_eq!(served.status, 200);
    assert_eq!(served.header("content-type"), Some("application/json"));
    let checked_in = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/openapi.json");
    let checked_in = std::fs::read_to_string(checked_in).unwrap();
    assert!(
        served.text() == checked_in,
        "docs/openapi.json is out of date: cargo run -p renkei -- openapi > docs/openapi.json"
    );
}

/// Every member that is answered is described, and every required member is answered.
fn assert_described(schemas: &Value, name: &str, answer: &Value) {
    let schema = &schemas[name];
    let described = schema["properties"]
        .as_object()
        .unwrap_or_else(|| panic!("{name}: {schema}"));
    let answered = answer.as_object().unwrap();
    for member in answered.keys() {
        assert!(described.contains_key(member), "{name}.{member} is not described");
    }
    for member in schema["required"].as_array().unwrap() {
        assert!(
            answered.contains_key(member.as_str().unwrap()),
            "{name}.{member} is missing"
        );
    }
}

#[tokio::test]
async fn every_error_is_described_as_a_problem_with_a_known_code() {
    let bank = bank().await;
    let document = Browser::showing(&bank, None).get("/openapi.json").await.ok();
    assert_eq!(document["servers"][0]["url"], "https://{authority}");
    let schemas = &document["components"]["schemas"];
    let codes: Vec<&str> = schemas["ProblemCode"]["enum"]
        .as_array()
        .unwrap()
        .iter()
        .map(|code| code.as_str().unwrap())
        .collect();
    for (path, item) in document["paths"].as_object().unwrap() {
        let responses = item["get"]["responses"].as_object().unwrap();
        for status in ["400", "401", "403", "default"] {
            assert!(responses.contains_key(status), "{path} {status}");
        }
        for (status, response) in responses.iter().filter(|(status, _)| *status != "200") {
            assert_eq!(
                response["content"]["application/problem+json"]["schema"]["$ref"],
                "#/components/schemas/Problem",
                "{path} {status}"
            );
            // The description names the codes between backticks.
            let named = response["description"]
                .as_str()
                .unwrap()
                .split('`')
                .skip(1)
                .step_by(2);
            for code in named {
                assert!(codes.contains(&code), "{path} {status} {code}");
                let known = ProblemCode::ALL.iter().find(|known| known.as_str() == code);
                let own = known.unwrap().status().to_string();
                assert!(status == "default" || *status == own, "{path} {status} {code}");
            }
        }
    }

    let partner = Partner::of(&bank, "chobo");
    let tokens = partner.linked("yubari-jiro", &[]).await;
    let id = partner.account_id(&tokens.access, "1230001").await;
    for (path, token, code) in [
        (
            format!("/v1/accounts/{id}/statement?limit=0"),
            tokens.access.as_str(),
            "parameter_invalid",
        ),
        (format!("/v1/accounts/{id}/balance"), "nonsense", "invalid_token"),
        (
            "/v1/accounts/nobody/balance".to_owned(),
            &tokens.access,
            "not_found",
        ),
    ] {
        let answer = partner.get(&path, token).await;
        assert_eq!(answer.code(), code);
        assert!(codes.contains(&code));
        let problem = answer.json();
        assert_described(schemas, "Problem", &problem);
        assert_described(schemas, "Texts", &problem["ja"]);
        if let Some(field) = problem["fields"].get(0) {
            assert_described(schemas, "FieldProblem", field);
        }
    }
}

#[tokio::test]
async fn the_answers_are_as_described() {
    let bank = bank().await;
    let document = Browser::showing(&bank, None).get("/openapi.json").await.ok();
    let schemas = &document["components"]["schemas"];
    let paths: Vec<&str> = document["paths"]
        .as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect();
    assert_eq!(
        paths,
        [
            "/v1/accounts",
            "/v1/accounts/{id}/balance",
            "/v1/accounts/{id}/statement",
            "/v1/accounts/{id}/transfers"
        ]
    );
    let partner = Partner::of(&bank, "chobo");
    let tokens = partner.linked("yubari-jiro", &[]).await;
    let id = partner.account_id(&tokens.access, "1230001").await;
    let get = async |path: &str| partner.get(path, &tokens.access).await.ok();
    let list = get("/v1/accounts").await;
    assert_described(schemas, "AccountList", &list);
    assert_described(schemas, "Account", &list["accounts"][0]);
    assert_described(
        schemas,
        "BalanceAnswer",
        &get(&format!("/v1/accounts/{id}/balance")).await,
    );
    let statement = get(&format!("/v1/accounts/{id}/statement")).await;
    assert_described(schemas, "StatementAnswer", &statement);
    assert_described(schemas, "StatementRow", &statement["entries"][0]);
    let transfers = get(&format!("/v1/accounts/{id}/transfers?from=2026-08-01")).await;
    assert_described(schemas, "TransfersAnswer", &transfers);
    assert_described(schemas, "TransferRow", &transfers["entries"][0]);
}
