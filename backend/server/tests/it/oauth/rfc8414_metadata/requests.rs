//! What metadata announces of authorization requests: types, modes, prompts, scopes, details, actions.
//! Not here: who sends them (`clients`), and what is signed in answer (`answers`).

use super::{announced, document};
use crate::actors::{Browser, EVERY_SCOPE, NewPartner, Partner, Returned, bank, changed, random_text};
use renkei::testing::TestBank;
use reqwest::Method;
use serde_json::json;

async fn partner(bank: &TestBank) -> Partner<'_> {
    NewPartner::fapi2("asks").register(bank).await.with_dpop()
}

/// Pushes the usual request after changes, and answers the error if there is one.
async fn pushed(partner: &Partner<'_>, changes: &[(&str, Option<&str>)]) -> Result<String, String> {
    let request = changed(partner.request("s", &random_text()), changes);
    let answer = partner.post("/par", &request).await;
    let member = |name: &str| answer.json()[name].as_str().unwrap().to_owned();
    match answer.status {
        201 => Ok(partner.authorization_url(&member("request_uri"))),
        400 => Err(member("error")),
        other => panic!("{other} {}", answer.text()),
    }
}

fn refused(error: &str) -> Result<String, String> {
    Err(error.to_owned())
}

#[tokio::test]
async fn pushing_is_required_of_those_who_must() {
    let bank = bank().await;
    assert_eq!(
        document(&bank).await["require_pushed_authorization_requests"],
        false
    );
    let browser = Browser::showing(&bank, None);
    let direct = async |partner: &Partner<'_>| {
        let url = partner.direct_url(&partner.request("s", &random_text()));
        browser.get(&url).await
    };
    let baseline = direct(&Partner::of(&bank, "kihon")).await;
    assert!(baseline.location().contains("/linkages/"));
    let fapi2 = direct(&partner(&bank).await).await;
    let wrong = if fapi2.status == 303 {
        Returned::read(&fapi2.location()).get("error").to_owned()
    } else {
        fapi2.is_page(400, "authorization_request_invalid");
        "invalid_request".to_owned()
    };
    assert_eq!(wrong, "invalid_request");
}

#[tokio::test]
async fn codes_with_s256_and_nothing_else() {
    let bank = bank().await;
    assert_eq!(announced(&bank, "response_types_supported").await, ["code"]);
    assert_eq!(
        announced(&bank, "code_challenge_methods_supported").await,
        ["S256"]
    );
    let partner = partner(&bank).await;
    assert!(pushed(&partner, &[]).await.is_ok());
    for other in ["token", "id_token", "code id_token", "code token", "none"] {
        let answer = pushed(&partner, &[("response_type", Some(other))]).await;
        assert_eq!(answer, refused("unsupported_response_type"), "{other}");
    }
    for other in [Some("plain"), Some("S512"), None] {
        let answer = pushed(&partner, &[("code_challenge_method", other)]).await;
        assert_eq!(answer, refused("invalid_request"), "{other:?}");
    }
}

#[tokio::test]
async fn each_response_mode_brings_the_answer() {
    let bank = bank().await;
    assert_eq!(
        document(&bank).await["authorization_response_iss_parameter_supported"],
        true
    );
    let modes = announced(&bank, "response_modes_supported").await;
    assert_eq!(modes.len(), 7);
    let partner = partner(&bank).await;
    let browser = Browser::showing(&bank, None);
    for mode in &modes {
        // An answer at once: nobody is logged in.
        let changes = [
            ("response_mode", Some(mode.as_str())),
            ("scope", Some("openid accounts balance")),
            ("prompt", Some("none")),
        ];
        let url = pushed(&partner, &changes).await.unwrap();
        let answer = browser.get(&url).await;
        let returned = if mode.starts_with("form_post") {
            assert_eq!(answer.status, 200, "{mode}");
            Returned::posted(&answer)
        } else {
            let in_fragment = answer.location().contains('#');
            assert_eq!(in_fragment, mode.starts_with("fragment"), "{mode}");
            Returned::read(&answer.location())
        };
        let returned = if mode.ends_with("jwt") {
            partner.unsealed(&returned).await
        } else {
            returned
        };
        assert_eq!(returned.address, partner.registered.redirect_uri, "{mode}");
        assert_eq!(returned.get("error"), "login_required", "{mode}");
        assert_eq!(returned.get("iss"), bank.issuer(), "{mode}");
        assert_eq!(returned.get("state"), "s", "{mode}");
    }
    for other in ["web_message", "okp", "JWT", "post"] {
        let answer = pushed(&partner, &[("response_mode", Some(other))]).await;
        assert_eq!(answer, refused("invalid_request"), "{other}");
    }
}

#[tokio::test]
async fn each_prompt_value_is_taken_and_no_other() {
    let bank = bank().await;
    let partner = partner(&bank).await;
    let browser = Browser::showing(&bank, None);
    let openid = ("scope", Some("openid accounts balance"));
    for prompt in announced(&bank, "prompt_values_supported").await {
        let url = pushed(&partner, &[openid, ("prompt", Some(&prompt))])
            .await
            .unwrap();
        let arrived = browser.get(&url).await.location();
        if prompt == "none" {
            assert_eq!(Returned::read(&arrived).get("error"), "login_required");
        } else {
            assert!(arrived.contains("/linkages/"), "{prompt} {arrived}");
        }
    }
    for other in ["create", "LOGIN", "login none"] {
        let answer = pushed(&partner, &[openid, ("prompt", Some(other))]).await;
        assert_eq!(answer, refused("invalid_request"), "{other}");
    }
}

#[tokio::test]
async fn each_language_is_spoken() {
    let bank = bank().await;
    let partner = partner(&bank).await;
    let browser = Browser::showing(&bank, None);
    let languages = announced(&bank, "ui_locales_supported").await;
    assert_eq!(languages, ["ja", "en"]);
    for language in &languages {
        let changes = [
            ("scope", Some("openid accounts balance")),
            ("ui_locales", Some(language.as_str())),
        ];
        let url = pushed(&partner, &changes).await.unwrap();
        let mut wizard = browser.arrive(&url).await;
        assert_eq!(wizard.view().await["ui_locale"], json!(language), "{language}");
    }
    // A wish that cannot be met is no error (OpenID Connect Core 1.0, 3.1.2.1).
    assert!(pushed(&partner, &[("ui_locales", Some("fr"))]).await.is_ok());
}

#[tokio::test]
async fn each_scope_is_granted_and_no_other() {
    let bank = bank().await;
    let scopes = announced(&bank, "scopes_supported").await;
    let mut known: Vec<&str> = EVERY_SCOPE.split(' ').collect();
    let mut sorted: Vec<&str> = scopes.iter().map(String::as_str).collect();
    known.sort_unstable();
    sorted.sort_unstable();
    assert_eq!(sorted, known);
    let partner = partner(&bank).await;
    let of_customers: Vec<&str> = scopes
        .iter()
        .map(String::as_str)
        .filter(|scope| !scope.starts_with("grant_management"))
        .collect();
    let asked = of_customers.join(" ");
    let tokens = partner
        .linked_with("yubari-jiro", &[], &[("scope", Some(&asked))])
        .await;
    let mut granted: Vec<&str> = tokens.answer["scope"].as_str().unwrap().split(' ').collect();
    let mut expected = of_customers.clone();
    granted.sort_unstable();
    expected.sort_unstable();
    assert_eq!(granted, expected);
    for scope in scopes
        .iter()
        .filter(|scope| scope.starts_with("grant_management"))
    {
        let own = partner.client_credentials(Some(scope)).await.ok();
        assert_eq!(&own["scope"], scope);
    }
    for other in ["profile", "email", "offline_access", "payments", "Balance"] {
        let answer = pushed(&partner, &[("scope", Some(&format!("balance {other}")))]).await;
        assert_eq!(answer, refused("invalid_scope"), "{other}");
    }
}

#[tokio::test]
async fn each_type_of_details_is_taken_and_no_other() {
    let bank = bank().await;
    let partner = partner(&bank).await;
    let types = announced(&bank, "authorization_details_types_supported").await;
    assert_eq!(types, ["renkei_statements"]);
    let of_type = |name: &str| json!([{ "type": name, "businesses": ["balance"] }]).to_string();
    for name in types {
        let details = of_type(&name);
        let answer = pushed(&partner, &[("authorization_details", Some(&details))]).await;
        assert!(answer.is_ok(), "{answer:?}");
    }
    for other in ["payment_initiation", "Renkei_Statements", ""] {
        let details = of_type(other);
        let answer = pushed(&partner, &[("authorization_details", Some(&details))]).await;
        assert_eq!(answer, refused("invalid_authorization_details"), "{other}");
    }
}

#[tokio::test]
async fn each_action_on_grants_is_served_and_no_other() {
    let bank = bank().await;
    let document = document(&bank).await;
    assert_eq!(document["grant_management_action_required"], false);
    let actions = announced(&bank, "grant_management_actions_supported").await;
    let partner = partner(&bank).await;
    let tokens = partner.linked("yubari-jiro", &[]).await;
    let grant = tokens.answer["grant_id"].as_str().unwrap();
    let path = format!("/grants/{grant}");
    for action in &actions {
        let asked = [("grant_management_action", Some(action.as_str()))];
        match action.as_str() {
            "create" => assert!(pushed(&partner, &asked).await.is_ok()),
            "merge" | "replace" => {
                let changes = [asked[0], ("grant_id", Some(grant))];
                assert!(pushed(&partner, &changes).await.is_ok(), "{action}");
            }
            "query" | "revoke" => {
                let scope = format!("grant_management_{action}");
                let own = partner.client_credentials(Some(&scope)).await.ok();
                let token = own["access_token"].as_str().unwrap();
                let method = if action == "query" {
                    Method::GET
                } else {
                    Method::DELETE
                };
                let answer = partner.ask(method, &path, token, &[]).await;
                assert!(
                    answer.status == 200 || answer.status == 204,
                    "{action} {}",
                    answer.status
                );
            }
            other => panic!("{other} is announced and not tried"),
        }
    }
    assert_eq!(actions.len(), 5);
    partner
        .refresh(&tokens.refresh)
        .await
        .oauth_error(400, "invalid_grant");
    for other in ["update", "query", "Create"] {
        let answer = pushed(&partner, &[("grant_management_action", Some(other))]).await;
        assert_eq!(answer, refused("invalid_request"), "{other}");
    }
}
