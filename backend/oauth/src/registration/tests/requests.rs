//! Requests to register (RFC 7591, 3.1 and 3.2.2).

use super::*;
use crate::error::OAuthError;

fn read_as(profile: Profile, document: &Value) -> Result<RegisteredMetadata, OAuthError> {
    read_request(document.to_string().as_bytes(), &terms(profile), &OFFER)
}

fn read(document: &Value) -> Result<RegisteredMetadata, OAuthError> {
    read_as(Profile::Fapi2, document)
}

#[test]
fn defaults_are_said() {
    let keys = jwks();
    let asked = with(minimal(), "jwks", keys.clone());
    let expected = |method: &str, pushed: bool| {
        json!({
            "redirect_uris": ["https://kaikei.example/callback"],
            "token_endpoint_auth_method": method,
            "grant_types": ["authorization_code", "refresh_token"],
            "response_types": ["code"],
            "jwks": keys,
            "scope": "accounts balance openid",
            "tls_client_certificate_bound_access_tokens": false,
            "dpop_bound_access_tokens": false,
            "require_pushed_authorization_requests": pushed,
            "require_signed_request_object": false,
            "authorization_signed_response_alg": "PS256",
            "id_token_signed_response_alg": "PS256",
            "introspection_signed_response_alg": "PS256",
            "subject_type": "pairwise",
            "application_type": "web",
            "refresh_token_rotation": false
        })
    };
    for (profile, method, pushed) in [
        (Profile::Fapi2, "private_key_jwt", true),
        (Profile::Baseline, "client_secret_basic", false),
    ] {
        let metadata = read_as(profile, &asked).unwrap();
        assert_eq!(serde_json::to_value(&metadata).unwrap(), expected(method, pushed));
    }
}

#[test]
fn unknown_members_and_nulls_count_as_omitted() {
    let plain = minimal();
    let mut rich = plain.clone();
    for (name, value) in [
        ("logo_uri", json!("http://kaikei.example/logo.png")),
        ("client_name#ja", json!("会計")),
        ("client_id", json!("mine")),
        ("contacts", json!([1])),
        ("scope", Value::Null),
        ("software_statement", Value::Null),
        ("userinfo_signed_response_alg", Value::Null),
    ] {
        rich[name] = value;
    }
    assert_eq!(read(&rich).unwrap(), read(&plain).unwrap());
}

#[test]
fn values_that_are_served() {
    for (name, value) in [
        ("token_endpoint_auth_signing_alg", json!("EdDSA")),
        ("id_token_signed_response_alg", json!("ES256")),
        ("userinfo_signed_response_alg", json!("PS256")),
        ("request_object_signing_alg", json!("EdDSA")),
        ("scope", json!("balance")),
        ("scope", json!("")),
        ("response_types", json!(["code"])),
        ("grant_types", json!(["authorization_code"])),
        ("grant_types", json!(["client_credentials", "authorization_code"])),
        ("authorization_details_types", json!(["renkei_statements"])),
        ("authorization_details_types", json!([])),
        ("default_max_age", json!(0)),
        ("client_name", json!("髙﨑会計")),
        ("client_uri", json!("https://kaikei.example/?a=b")),
        ("dpop_bound_access_tokens", json!(true)),
        ("refresh_token_rotation", json!(true)),
    ] {
        let outcome = read(&with(minimal(), name, value.clone()));
        assert!(outcome.is_ok(), "{name} = {value}: {outcome:?}");
    }
}

#[test]
fn values_that_are_refused() {
    let long_list: Vec<String> = (0..21).map(|n| format!("https://kaikei.example/{n}")).collect();
    let metadata = "invalid_client_metadata";
    let redirect = "invalid_redirect_uri";
    for (name, value, code) in [
        ("redirect_uris", Value::Null, redirect),
        ("redirect_uris", json!([]), redirect),
        ("redirect_uris", json!("https://kaikei.example/"), redirect),
        ("redirect_uris", json!([1]), redirect),
        ("redirect_uris", json!(["http://kaikei.example/"]), redirect),
        ("redirect_uris", json!(["kaikei://callback"]), redirect),
        ("redirect_uris", json!(["https://kaikei.example/#a"]), redirect),
        ("redirect_uris", json!(long_list), redirect),
        ("token_endpoint_auth_method", json!("none"), metadata),
        ("token_endpoint_auth_method", json!("client_secret_jwt"), metadata),
        ("token_endpoint_auth_method", json!(["private_key_jwt"]), metadata),
        ("token_endpoint_auth_method", json!("tls_client_auth"), metadata),
        ("token_endpoint_auth_signing_alg", json!("RS256"), metadata),
        ("token_endpoint_auth_signing_alg", json!("HS256"), metadata),
        ("grant_types", json!(["implicit"]), metadata),
        ("grant_types", json!(["password"]), metadata),
        ("grant_types", json!([]), metadata),
        ("grant_types", json!(["client_credentials"]), metadata),
        ("response_types", json!(["code id_token"]), metadata),
        ("response_types", json!(["token"]), metadata),
        ("response_types", json!([]), metadata),
        ("client_name", json!(""), metadata),
        ("client_name", json!("a".repeat(201)), metadata),
        ("client_name", json!("a\nb"), metadata),
        ("client_name", json!("a\u{0}b"), metadata),
        ("client_name", json!(1), metadata),
        ("client_uri", json!("javascript:alert(1)"), metadata),
        ("jwks", json!([]), metadata),
        ("jwks_uri", json!("https://kaikei.example/jwks"), metadata),
        ("scope", json!("accounts transfers"), metadata),
        ("scope", json!("accounts  balance"), metadata),
        ("scope", json!(["accounts"]), metadata),
        ("tls_client_auth_san_dns", json!("kaikei.example"), metadata),
        ("dpop_bound_access_tokens", json!("true"), metadata),
        ("require_signed_request_object", json!(1), metadata),
        ("request_object_signing_alg", json!("none"), metadata),
        ("id_token_signed_response_alg", json!("RS256"), metadata),
        ("id_token_signed_response_alg", json!("EdDSA"), metadata),
        ("userinfo_signed_response_alg", json!("EdDSA"), metadata),
        ("authorization_signed_response_alg", json!("none"), metadata),
        ("introspection_signed_response_alg", json!("EdDSA"), metadata),
        ("subject_type", json!("public"), metadata),
        ("sector_identifier_uri", json!("http://kaikei.example/"), metadata),
        ("default_max_age", json!(-1), metadata),
        ("default_max_age", json!(1.5), metadata),
        ("default_max_age", json!("600"), metadata),
        ("application_type", json!("native"), metadata),
        ("authorization_details_types", json!(["payments"]), metadata),
        (
            "authorization_details_types",
            json!("renkei_statements"),
            metadata,
        ),
        (
            "software_statement",
            json!("not a JWT"),
            "invalid_software_statement",
        ),
        (
            "software_statement",
            json!("e30.e30."),
            "invalid_software_statement",
        ),
        ("software_statement", json!({}), "invalid_software_statement"),
        (
            "software_statement",
            json!("e30.e30.AAAA"),
            "unapproved_software_statement",
        ),
    ] {
        let outcome = read(&with(minimal(), name, value.clone()));
        let error = outcome.expect_err(&format!("{name} = {value}"));
        assert_eq!(error.body().error, code, "{name} = {value}");
        assert_eq!(error.status().as_u16(), 400);
        assert!(!error.description().contains(['"', '\\']) && error.description().is_ascii());
    }
}

#[test]
fn members_that_contradict_each_other() {
    let subject = json!({
        "redirect_uris": ["https://kaikei.example/callback"],
        "token_endpoint_auth_method": "tls_client_auth",
        "tls_client_auth_san_dns": "kaikei.example"
    });
    assert!(read(&subject).is_ok());
    for (what, document) in [
        ("no subject", without(subject.clone(), "tls_client_auth_san_dns")),
        (
            "two subjects",
            with(subject.clone(), "tls_client_auth_subject_dn", json!("CN=kaikei")),
        ),
        (
            "malformed subject",
            with(
                subject.clone(),
                "tls_client_auth_san_dns",
                json!("*.kaikei.example"),
            ),
        ),
        (
            "two bindings",
            with(
                with(subject, "dpop_bound_access_tokens", json!(true)),
                "tls_client_certificate_bound_access_tokens",
                json!(true),
            ),
        ),
    ] {
        let error = read(&document).expect_err(what);
        assert_eq!(error.body().error, "invalid_client_metadata", "{what}");
    }
}

#[test]
fn bodies_that_are_refused() {
    for body in [
        "",
        "[]",
        "null",
        "\"a\"",
        "{",
        "{} {}",
        r#"{"redirect_uris": ["https://a.example/"], "redirect_uris": ["https://b.example/"]}"#,
        r#"{"x": 1, "x": 1}"#,
        r#"{"x": "a\u0000b"}"#,
        r#"{"x": [{"a\u0007": 1}]}"#,
    ] {
        let error = read_request(body.as_bytes(), &terms(Profile::Fapi2), &OFFER).unwrap_err();
        assert_eq!(error.body().error, "invalid_client_metadata", "{body}");
    }
    let deep = "[".repeat(10_000);
    assert!(read_request(deep.as_bytes(), &terms(Profile::Fapi2), &OFFER).is_err());
}

proptest::proptest! {
    #[test]
    fn no_body_makes_it_panic(name in proptest::sample::select(MEMBERS.map(|(name, _)| name).to_vec()), text in "\\PC{0,40}") {
        let document = with(minimal(), name, json!([text.clone()]));
        let _ = read(&document);
        let _ = read(&with(minimal(), name, json!(text)));
        let _ = read_request(text.as_bytes(), &terms(Profile::Baseline), &OFFER);
    }
}
