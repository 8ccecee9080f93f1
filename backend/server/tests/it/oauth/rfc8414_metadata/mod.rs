//! Authorization server metadata (RFC 8414; OpenID Connect Discovery 1.0): everything that is announced is tried, and
//! what is not announced is refused. Not here: the document's making (`renkei-oauth`), and each feature in depth.
//!
//! | members | test |
//! |---|---|
//! | all of them: none is announced that no line of this table names | `nothing_is_announced_that_these_tests_do_not_try` |
//! | `issuer`, `authorization_endpoint`, `token_endpoint`, `pushed_authorization_request_endpoint`, `revocation_endpoint`, `introspection_endpoint`, `userinfo_endpoint`, `grant_management_endpoint`, `mtls_endpoint_aliases`, `jwks_uri`, `protected_resources` | `both_addresses_give_one_document_and_every_address_in_it_is_there` |
//! | `registration_endpoint` | `partners_register_where_the_document_says` |
//! | `..._endpoint_auth_methods_supported` | `clients::each_method_authenticates_at_each_endpoint` |
//! | `..._endpoint_auth_signing_alg_values_supported` | `clients::each_algorithm_of_assertions_is_taken_and_no_other` |
//! | `request_object_signing_alg_values_supported`, `request_parameter_supported`, `request_uri_parameter_supported`, `require_request_uri_registration`, `require_signed_request_object` | `clients::each_algorithm_of_request_objects_is_taken_and_no_other`, `clients::requests_by_reference_are_not_fetched` |
//! | `dpop_signing_alg_values_supported`, `tls_client_certificate_bound_access_tokens` | `clients::tokens_are_bound_by_each_algorithm_of_proofs_and_by_certificates` |
//! | `grant_types_supported` | `clients::each_grant_type_is_served_and_no_other` |
//! | `require_pushed_authorization_requests` | `requests::pushing_is_required_of_those_who_must` |
//! | `response_types_supported`, `code_challenge_methods_supported` | `requests::codes_with_s256_and_nothing_else` |
//! | `response_modes_supported`, `authorization_response_iss_parameter_supported` | `requests::each_response_mode_brings_the_answer` |
//! | `prompt_values_supported`, `ui_locales_supported`, `claims_parameter_supported` | `requests::each_prompt_value_is_taken_and_no_other`, `requests::each_language_is_spoken`, `answers::each_claim_is_supplied` |
//! | `scopes_supported`, `authorization_details_types_supported`, `grant_management_actions_supported`, `grant_management_action_required` | `requests::each_scope_is_granted_and_no_other`, `requests::each_type_of_details_is_taken_and_no_other`, `requests::each_action_on_grants_is_served_and_no_other` |
//! | `claims_supported`, `claim_types_supported`, `acr_values_supported`, `subject_types_supported` | `answers::each_claim_is_supplied`, `answers::subjects_are_pairwise` |
//! | `id_token_...`, `userinfo_...`, `authorization_...`, `introspection_signing_alg_values_supported` | `answers::each_algorithm_of_ours_signs_everything` |

mod answers;
mod clients;
mod requests;

use crate::actors::{Answer, Browser, Registrar, bank, client_config, key_and_credentials};
use renkei::testing::{Options, TestBank};
use reqwest::Method;
use serde_json::{Value, json};

/// The document.
async fn document(bank: &TestBank) -> Value {
    let browser = Browser::showing(bank, None);
    browser.get("/.well-known/oauth-authorization-server").await.ok()
}

/// The texts of a member that is a list.
async fn announced(bank: &TestBank, member: &str) -> Vec<String> {
    let document = document(bank).await;
    serde_json::from_value(document[member].clone()).unwrap_or_else(|_| panic!("{member} in {document}"))
}

#[tokio::test]
async fn nothing_is_announced_that_these_tests_do_not_try() {
    let options = Options {
        registration: true,
        ..Options::default()
    };
    let bank = TestBank::start_with(options).await.unwrap();
    let document = document(&bank).await;
    let table = include_str!("mod.rs");
    let lines: Vec<&str> = table.lines().filter(|line| line.starts_with("//! |")).collect();
    let named = |member: &str| {
        let exactly = |line: &&str| line.contains(&format!("`{member}`"));
        let as_one_of = |ending: &str| {
            let group = if ending == "_signing_alg_values_supported" {
                format!("`{}_...`", member.trim_end_matches(ending))
            } else {
                format!("`...{ending}`")
            };
            member.ends_with(ending) && table.contains(&group)
        };
        lines.iter().any(exactly)
            || as_one_of("_endpoint_auth_methods_supported")
            || as_one_of("_endpoint_auth_signing_alg_values_supported")
            || as_one_of("_signing_alg_values_supported")
    };
    for member in document.as_object().unwrap().keys() {
        assert!(named(member), "{member}");
    }
    for none in [
        "acr",
        "check_session_iframe",
        "end_session_endpoint",
        "grant_management_x",
    ] {
        assert!(!named(none), "{none}");
    }
}

#[tokio::test]
async fn partners_register_where_the_document_says() {
    let options = Options {
        registration: true,
        ..Options::default()
    };
    let bank = TestBank::start_with(options).await.unwrap();
    let endpoint = document(&bank).await["registration_endpoint"]
        .as_str()
        .unwrap()
        .to_owned();
    let registrar = Registrar::new(&bank);
    let initial = registrar.initial_token().await;
    let (key, _) = key_and_credentials();
    let body = json!({
        "redirect_uris": ["https://self.example/callback"],
        "jwks": { "keys": [key.public()] },
    });
    let answer = registrar
        .call(Method::POST, &endpoint, Some(&initial), Some(&body))
        .await;
    assert_eq!(answer.status, 201, "{}", answer.text());
    let uri = answer.json()["registration_client_uri"]
        .as_str()
        .unwrap()
        .to_owned();
    assert!(uri.starts_with(&format!("{endpoint}/")), "{uri}");
}

#[tokio::test]
async fn both_addresses_give_one_document_and_every_address_in_it_is_there() {
    let bank = bank().await;
    let browser = Browser::showing(&bank, None);
    let oauth = browser.get("/.well-known/oauth-authorization-server").await;
    let openid = browser.get("/.well-known/openid-configuration").await;
    assert_eq!(oauth.ok(), openid.ok());
    assert_eq!(oauth.header("content-type"), Some("application/json"));
    assert_eq!(oauth.header("cache-control"), Some("public, max-age=300"));
    let document = oauth.json();
    assert_eq!(document["issuer"], bank.issuer());
    assert!(document.get("registration_endpoint").is_none(), "it is off");

    let http = reqwest::Client::builder()
        .tls_backend_preconfigured(client_config(&bank, None))
        .resolve("localhost", ([127, 0, 0, 1], 0).into())
        .no_proxy()
        .build()
        .unwrap();
    let mut tried = vec!["authorization_endpoint".to_owned()];
    for (base, host) in [
        (&document, bank.issuer()),
        (&document["mtls_endpoint_aliases"], bank.partner_url()),
    ] {
        for (endpoint, url) in base.as_object().unwrap() {
            if !endpoint.ends_with("_endpoint") || endpoint == "authorization_endpoint" {
                continue;
            }
            let url = url.as_str().unwrap();
            assert!(url.starts_with(&format!("{host}/")), "{url}");
            tried.push(endpoint.clone());
            let response = match endpoint.as_str() {
                "userinfo_endpoint" => http.get(url).send().await,
                // A grant is below it.
                "grant_management_endpoint" => http.get(format!("{url}/nobodys")).send().await,
                _ => http.post(url).form(&[("a", "b")]).send().await,
            };
            let answer = Answer::of(response.unwrap()).await;
            if ["userinfo_endpoint", "grant_management_endpoint"].contains(&endpoint.as_str()) {
                assert_eq!(answer.status, 401, "{endpoint}");
                assert!(answer.header("www-authenticate").unwrap().starts_with("Bearer "));
            } else {
                answer.oauth_error(401, "invalid_client");
            }
        }
    }
    // Each of the direct endpoints is at both listeners.
    let aliases = document["mtls_endpoint_aliases"].as_object().unwrap();
    assert_eq!(tried.len(), 1 + 2 * aliases.len());
    browser
        .get(document["authorization_endpoint"].as_str().unwrap())
        .await
        .is_page(400, "authorization_request_invalid");
    let keys = browser.get(document["jwks_uri"].as_str().unwrap()).await.ok();
    let keys = keys["keys"].as_array().unwrap();
    assert!(!keys.is_empty());
    for key in keys {
        assert!(key["kid"].is_string() && key["alg"].is_string());
        for private in ["d", "p", "q", "dp", "dq", "qi", "k"] {
            assert!(key.get(private).is_none(), "{private} is private");
        }
    }
    let resources = [bank.partner_url(), bank.issuer()].map(|base| format!("{base}/v1"));
    assert_eq!(document["protected_resources"], json!(resources));
    for resource in resources {
        let listed = http.get(format!("{resource}/accounts")).send().await.unwrap();
        assert_eq!(listed.status(), 401, "{resource}");
    }
}
