//! Dynamic client registration (RFC 7591) behind an operator's initial access token.
//! Not here: each member by itself, which `renkei-oauth` tests, and management (`rfc7592_management`).
//!
//! | clause | test |
//! |---|---|
//! | off unless the operator wants it, and announced so | `registration_is_off_unless_the_operator_enables_it` |
//! | 1.2, 3: the initial access token | `only_a_usable_initial_access_token_registers` |
//! | 2: defaults; 3.2.1: the answer, its secret, `no-store` | `a_client_registers_and_works` |
//! | 2: a secret where the method needs one, for the profile that may have one | `a_secret_is_for_the_baseline_profile` |
//! | 2: unknown members are ignored, `jwks_uri` is read | `documents_of_a_registration_are_fetched` |
//! | 2.3: software statements | `registrations_that_are_refused` |
//! | 3.1: JSON only | `bodies_that_are_not_read` |
//! | 3.2.2: each error code; a refusal costs no use of the token | `registrations_that_are_refused` |
//! | 5: what customers see comes from the operator | `customers_are_told_what_the_operator_said` |
//! | RFC 8705, 2.1.2: a subject is one client's | `a_certificate_subject_is_one_clients` |
//! | the operator's commands | `the_operator_makes_lists_and_revokes_tokens` |

use crate::actors::{
    Browser, NewPartner, Registrar, SigningKey, Site, key_and_credentials, random_text, terms,
};
use renkei::testing::{Credentials, Options, TestBank};
use renkei_procedure::identity::PartnerId;
use renkei_store::AuditFilter;
use reqwest::Method;
use serde_json::{Value, json};
use std::process::Command;
use std::time::Duration;

pub(super) async fn bank() -> TestBank {
    let options = Options {
        registration: true,
        private_addresses: vec!["127.0.0.1"],
        ..Options::default()
    };
    TestBank::start_with(options).await.unwrap()
}

/// A registration as it should be.
pub(super) fn registration(key: &SigningKey) -> Value {
    json!({
        "redirect_uris": ["https://self.example/callback"],
        "jwks": { "keys": [key.public()] },
    })
}

async fn metadata(bank: &TestBank) -> Value {
    let browser = Browser::showing(bank, None);
    browser.get("/.well-known/oauth-authorization-server").await.ok()
}

#[tokio::test]
async fn registration_is_off_unless_the_operator_enables_it() {
    let off = crate::actors::bank().await;
    let registrar = Registrar::new(&off);
    let token = registrar.initial_token().await;
    let (key, _) = key_and_credentials();
    let answer = registrar.register(&token, &registration(&key)).await;
    answer.refused(404, "not_found");
    let one = registrar
        .call(Method::GET, "/register/kaikei", Some(&token), None)
        .await;
    one.refused(404, "not_found");
    assert!(metadata(&off).await.get("registration_endpoint").is_none());

    let on = bank().await;
    assert_eq!(
        metadata(&on).await["registration_endpoint"],
        format!("{}/register", on.issuer())
    );
}

#[tokio::test]
async fn only_a_usable_initial_access_token_registers() {
    let bank = bank().await;
    let registrar = Registrar::new(&bank);
    let (key, _) = key_and_credentials();
    let body = registration(&key);
    let answer = registrar.call(Method::POST, "/register", None, Some(&body)).await;
    assert_eq!((answer.status, answer.json()), (401, json!({})));
    assert_eq!(answer.header("www-authenticate"), Some("Bearer realm=\"renkei\""));

    let short = registrar
        .initial_token_on(&terms(), 1, Duration::from_secs(60))
        .await;
    let access_token = {
        let registered = registrar.registered(&short, &body).await;
        registered.token
    };
    let expired = registrar
        .initial_token_on(&terms(), 1, Duration::from_secs(60))
        .await;
    bank.clock().advance(Duration::from_secs(60));
    for (what, token) in [
        ("unknown", random_text()),
        ("used up", short),
        ("expired", expired),
        ("a registration access token", access_token),
    ] {
        let answer = registrar.register(&token, &body).await;
        assert_eq!(
            (answer.status, &answer.json()["error"]),
            (401, &json!("invalid_token")),
            "{what}"
        );
        let challenge = answer.header("www-authenticate").unwrap();
        assert!(challenge.starts_with("Bearer ") && challenge.contains("error=\"invalid_token\""));
        assert_eq!(answer.header("cache-control"), Some("no-store"));
    }
    for malformed in ["Basic YTpi", "Bearer", "Bearer a b"] {
        let request = registrar
            .request(Method::POST, "/register")
            .header("authorization", malformed)
            .header("content-type", "application/json")
            .body(body.to_string());
        let status = request.send().await.unwrap().status();
        assert!(status == 400 || status == 401, "{malformed}");
    }
    assert_eq!(bank.store().partners().list().await.unwrap().len(), 4);
}

#[tokio::test]
async fn a_client_registers_and_works() {
    let bank = bank().await;
    let registrar = Registrar::new(&bank);
    let token = registrar.initial_token().await;
    let (key, credentials) = key_and_credentials();
    let mut body = registration(&key);
    body["client_name"] = json!("本物の銀行");
    body["unknown_member"] = json!({ "a": 1 });
    let answer = registrar.register(&token, &body).await;
    assert_eq!(answer.status, 201, "{}", answer.text());
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    assert_eq!(answer.header("content-type"), Some("application/json"));
    let said = answer.json();
    let client_id = said["client_id"].as_str().unwrap();
    for (member, expected) in [
        ("client_id_issued_at", json!(bank.clock().now().unix_seconds())),
        (
            "registration_client_uri",
            json!(format!("{}/register/{client_id}", bank.issuer())),
        ),
        ("redirect_uris", body["redirect_uris"].clone()),
        ("jwks", body["jwks"].clone()),
        ("client_name", body["client_name"].clone()),
        ("token_endpoint_auth_method", json!("private_key_jwt")),
        ("grant_types", json!(["authorization_code", "refresh_token"])),
        ("response_types", json!(["code"])),
        ("scope", terms()["scopes"].clone()),
        ("require_pushed_authorization_requests", json!(true)),
        ("id_token_signed_response_alg", json!("ES256")),
        ("subject_type", json!("pairwise")),
    ] {
        assert_eq!(said[member], expected, "{member}");
    }
    for absent in [
        "client_secret",
        "client_secret_expires_at",
        "unknown_member",
        "jwks_uri",
    ] {
        assert!(said.get(absent).is_none(), "{absent}");
    }

    let second = registrar.registered(&token, &registration(&key)).await;
    assert_ne!(
        second.client_id, client_id,
        "each registration is a client of its own"
    );
    let partner = second.partner(&bank, credentials, None).with_dpop();
    let tokens = partner
        .linked_with("yubari-jiro", &[], &[("scope", Some("accounts balance"))])
        .await;
    partner.accounts(&tokens.access).await;
    partner.refresh(&tokens.refresh).await.ok();

    let filter = AuditFilter {
        partner_id: Some(PartnerId::new(&second.client_id)),
        ..AuditFilter::default()
    };
    let trail = bank.store().audit().list(&filter, 100).await.unwrap();
    assert!(trail.iter().any(|event| event.kind == "partner_registered"));
}

#[tokio::test]
async fn a_secret_is_for_the_baseline_profile() {
    let bank = bank().await;
    let registrar = Registrar::new(&bank);
    let mut baseline = terms();
    baseline["profile"] = json!("baseline");
    let for_baseline = registrar
        .initial_token_on(&baseline, 10, Duration::from_hours(1))
        .await;
    let for_fapi2 = registrar.initial_token().await;
    let bound = |method: Option<&str>| {
        let mut body = json!({
            "redirect_uris": ["https://self.example/callback"], "dpop_bound_access_tokens": true,
        });
        if let Some(method) = method {
            body["token_endpoint_auth_method"] = json!(method);
        }
        body
    };
    for method in [None, Some("client_secret_basic"), Some("client_secret_post")] {
        let registered = registrar.registered(&for_baseline, &bound(method)).await;
        let secret = registered.answer["client_secret"].as_str().unwrap().to_owned();
        assert_eq!(secret.len(), 43);
        assert_eq!(registered.answer["client_secret_expires_at"], 0);
        assert_eq!(
            registered.answer["token_endpoint_auth_method"],
            method.unwrap_or("client_secret_basic")
        );
        let credentials = match method {
            Some("client_secret_post") => Credentials::ClientSecretPost { secret },
            _ => Credentials::ClientSecretBasic { secret },
        };
        let partner = registered.partner(&bank, credentials, None);
        let answer = partner.revoke("x").await;
        assert_eq!(answer.status, 200, "{method:?}");
        // Unbound tokens are the operator's to allow, by name.
        let mut unbound = bound(method);
        unbound["dpop_bound_access_tokens"] = json!(false);
        registrar
            .register(&for_baseline, &unbound)
            .await
            .oauth_error(400, "invalid_client_metadata");
        if method.is_some() {
            registrar
                .register(&for_fapi2, &bound(method))
                .await
                .oauth_error(400, "invalid_client_metadata");
        }
    }
}

#[tokio::test]
async fn documents_of_a_registration_are_fetched() {
    let bank = bank().await;
    let registrar = Registrar::new(&bank);
    let token = registrar.initial_token().await;
    let (keys, sector) = (Site::open(&bank).await, Site::open(&bank).await);
    let (key, credentials) = key_and_credentials();
    let mut body = registration(&key);
    body.as_object_mut().unwrap().remove("jwks");
    body["jwks_uri"] = json!(keys.url("/jwks.json"));
    let refused = async |body: &Value| {
        let answer = registrar.register(&token, body).await;
        answer.oauth_error(400, "invalid_client_metadata");
    };
    refused(&body).await;
    keys.say("200 OK", b"{}");
    refused(&body).await;
    keys.publish(&[key.public()]);

    // Redirect URIs on two hosts: the sector's document must list them (OpenID Connect Core 1.0, 8.1).
    body["redirect_uris"] = json!(["https://self.example/callback", "https://other.example/callback"]);
    refused(&body).await;
    body["sector_identifier_uri"] = json!(sector.url("/sector.json"));
    refused(&body).await;
    sector.say("200 OK", b"[\"https://self.example/callback\"]");
    refused(&body).await;
    sector.say("200 OK", body["redirect_uris"].to_string().as_bytes());
    let registered = registrar.registered(&token, &body).await;
    let partner = registered.partner(&bank, credentials, None);
    assert_eq!(partner.revoke("x").await.status, 200);

    // Where we do not go, nothing is registered.
    let asked = keys.asked();
    for address in [
        "https://10.0.0.1/jwks.json",
        "https://[::1]/jwks.json",
        "https://169.254.169.254/",
    ] {
        body["jwks_uri"] = json!(address);
        refused(&body).await;
    }
    assert_eq!(keys.asked(), asked);
}

#[tokio::test]
async fn bodies_that_are_not_read() {
    let bank = bank().await;
    let registrar = Registrar::new(&bank);
    let token = registrar.initial_token().await;
    let (key, _) = key_and_credentials();
    let good = registration(&key).to_string();
    let large = format!("{good}{}", " ".repeat(64 * 1024));
    let twice = good.replacen('{', "{\"scope\":\"accounts balance\",\"scope\":\"accounts\",", 1);
    let control = good.replacen('{', "{\"client_name\":\"a\\u0007\",", 1);
    for (what, content_type, body, status, error) in [
        ("no type", None, good.clone(), 415, "invalid_request"),
        (
            "another charset",
            Some("application/json; charset=Shift_JIS"),
            good.clone(),
            415,
            "invalid_request",
        ),
        (
            "a form",
            Some("application/x-www-form-urlencoded"),
            good.clone(),
            415,
            "invalid_request",
        ),
        ("a text", Some("text/plain"), good.clone(), 415, "invalid_request"),
        (
            "too large",
            Some("application/json"),
            large,
            413,
            "invalid_request",
        ),
        (
            "empty",
            Some("application/json"),
            String::new(),
            400,
            "invalid_client_metadata",
        ),
        (
            "an array",
            Some("application/json"),
            "[]".to_owned(),
            400,
            "invalid_client_metadata",
        ),
        (
            "half",
            Some("application/json"),
            good[..good.len() / 2].to_owned(),
            400,
            "invalid_client_metadata",
        ),
        (
            "a member twice",
            Some("application/json"),
            twice,
            400,
            "invalid_client_metadata",
        ),
        (
            "a control character",
            Some("application/json"),
            control,
            400,
            "invalid_client_metadata",
        ),
    ] {
        let mut request = registrar
            .request(Method::POST, "/register")
            .bearer_auth(&token)
            .body(body);
        if let Some(content_type) = content_type {
            request = request.header("content-type", content_type);
        }
        let answer = crate::actors::Answer::of(request.send().await.unwrap()).await;
        assert_eq!(answer.status, status, "{what} {}", answer.text());
        answer.oauth_error(status, error);
    }
    let request = registrar
        .request(Method::POST, "/register")
        .bearer_auth(&token)
        .header("content-type", "Application/JSON; charset=utf-8")
        .body(good);
    assert_eq!(request.send().await.unwrap().status(), 201);
    for method in [Method::GET, Method::PUT, Method::DELETE] {
        let answer = registrar
            .call(method.clone(), "/register", Some(&token), None)
            .await;
        answer.refused(405, "method_not_allowed");
    }
}

#[tokio::test]
async fn registrations_that_are_refused() {
    let bank = bank().await;
    let registrar = Registrar::new(&bank);
    let token = registrar
        .initial_token_on(&terms(), 1, Duration::from_hours(1))
        .await;
    let (key, _) = key_and_credentials();
    let metadata = "invalid_client_metadata";
    for (member, value, error) in [
        ("redirect_uris", json!([]), "invalid_redirect_uri"),
        (
            "redirect_uris",
            json!("https://self.example/"),
            "invalid_redirect_uri",
        ),
        (
            "redirect_uris",
            json!(["http://self.example/"]),
            "invalid_redirect_uri",
        ),
        (
            "redirect_uris",
            json!(["https://self.example/#a"]),
            "invalid_redirect_uri",
        ),
        (
            "redirect_uris",
            json!(["https://u@self.example/"]),
            "invalid_redirect_uri",
        ),
        ("redirect_uris", json!(["app:/callback"]), "invalid_redirect_uri"),
        ("token_endpoint_auth_method", json!("none"), metadata),
        ("token_endpoint_auth_method", json!("client_secret_jwt"), metadata),
        ("token_endpoint_auth_method", json!("tls_client_auth"), metadata),
        ("token_endpoint_auth_signing_alg", json!("RS256"), metadata),
        ("grant_types", json!(["implicit"]), metadata),
        ("grant_types", json!(["password"]), metadata),
        ("grant_types", json!(["client_credentials"]), metadata),
        ("response_types", json!(["token"]), metadata),
        ("scope", json!("accounts transfers"), metadata),
        ("scope", json!("accounts openid"), metadata),
        ("scope", json!("accounts  balance"), metadata),
        ("scope", json!(["accounts"]), metadata),
        ("jwks", json!({ "keys": [] }), metadata),
        ("jwks", json!(null), metadata),
        ("jwks_uri", json!("https://self.example/jwks"), metadata),
        ("tls_client_auth_subject_dn", json!("CN=a"), metadata),
        ("dpop_bound_access_tokens", json!("yes"), metadata),
        ("id_token_signed_response_alg", json!("RS256"), metadata),
        ("id_token_signed_response_alg", json!("none"), metadata),
        ("subject_type", json!("public"), metadata),
        ("application_type", json!("native"), metadata),
        ("authorization_details_types", json!(["payment"]), metadata),
        ("software_statement", json!("a.b"), "invalid_software_statement"),
        (
            "software_statement",
            json!("e30.e30.AAAA"),
            "unapproved_software_statement",
        ),
    ] {
        let mut body = registration(&key);
        body[member] = value.clone();
        let answer = registrar.register(&token, &body).await;
        assert_eq!(answer.status, 400, "{member} {value} {}", answer.text());
        answer.oauth_error(400, error);
    }
    // None of them has used the one use up.
    registrar.registered(&token, &registration(&key)).await;
}

#[tokio::test]
async fn customers_are_told_what_the_operator_said() {
    let bank = bank().await;
    let registrar = Registrar::new(&bank);
    let token = registrar.initial_token().await;
    let (key, credentials) = key_and_credentials();
    let mut body = registration(&key);
    for lie in ["client_name", "name", "legal_name", "purpose"] {
        body[lie] = json!("本物の銀行");
    }
    let registered = registrar.registered(&token, &body).await;
    let partner = registered.partner(&bank, credentials, None);
    let browser = Browser::of(&bank, "sorachi-taro");
    let (_, mut wizard) = partner
        .link_with(&browser, &[("scope", Some("accounts balance"))])
        .await;
    let view = wizard.view().await.to_string();
    assert!(view.contains(terms()["name"].as_str().unwrap()), "{view}");
    assert!(!view.contains("本物の銀行"), "{view}");
}

#[tokio::test]
async fn a_certificate_subject_is_one_clients() {
    let bank = bank().await;
    let registrar = Registrar::new(&bank);
    let token = registrar
        .initial_token_on(&terms(), 2, Duration::from_hours(1))
        .await;
    let by = |member: &str, value: &str| {
        let mut body = json!({
            "redirect_uris": ["https://self.example/callback"], "token_endpoint_auth_method": "tls_client_auth",
        });
        body[member] = json!(value);
        body
    };
    // The operator's `chobo` is CN=chobo, however it is spelt.
    for spelling in ["CN=chobo", "cn=Chobo", "2.5.4.3=chobo", "CN=\\63hobo"] {
        let answer = registrar
            .register(&token, &by("tls_client_auth_subject_dn", spelling))
            .await;
        assert_eq!(answer.status, 400, "{spelling} {}", answer.text());
        answer.oauth_error(400, "invalid_client_metadata");
    }
    // Another form is another subject; then it is taken too, for the operator as well.
    let registered = registrar
        .registered(&token, &by("tls_client_auth_san_dns", "chobo"))
        .await;
    let answer = registrar
        .register(&token, &by("tls_client_auth_san_dns", "CHOBO"))
        .await;
    answer.oauth_error(400, "invalid_client_metadata");
    let leaf = bank.pki().partners.client_named("chobo").unwrap();
    let error = NewPartner::by_certificate("second", "tls_client_auth", leaf.clone())
        .member("tls_client_auth_san_dns", "chobo")
        .try_register(&bank)
        .await
        .err()
        .unwrap();
    assert!(format!("{error:#}").contains("another partner"), "{error:#}");
    let partner = registered.partner(&bank, Credentials::TlsClientAuth, Some(leaf));
    assert_eq!(partner.revoke("x").await.status, 200);
    // The refused ones cost nothing.
    registrar
        .registered(&token, &by("tls_client_auth_san_dns", "keiri"))
        .await;
}

#[tokio::test]
async fn the_operator_makes_lists_and_revokes_tokens() {
    let bank = bank().await;
    bank.clock().set(renkei::testing::system_now());
    let renkei = |arguments: &[&str]| {
        let output = Command::new(env!("CARGO_BIN_EXE_renkei"))
            .args(["partner", "registration-token"])
            .args(arguments)
            .arg("--config")
            .arg(bank.config())
            .output()
            .unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        (output.status.success(), text(output.stdout), text(output.stderr))
    };
    let file = bank.path("terms.toml").display().to_string();
    let written = toml::to_string(&terms()).unwrap();
    for bad in [
        written.replace("accounts balance", "accounts payments"),
        written.replace("accounts balance statement openid", "accounts openid"),
        written.replace("fapi2", "fapi3"),
        written.replace("fixed", "free"),
        written.replace("purpose", "reason"),
        format!("{written}client_id = \"a\"\n"),
    ] {
        assert_ne!(bad, written);
        bank.write("terms.toml", &bad).unwrap();
        let (made, said, _) = renkei(&["create", "--terms", &file]);
        assert!(!made, "{bad} {said}");
    }
    bank.write("terms.toml", &written).unwrap();
    for out_of_range in [["--uses", "0"], ["--days", "0"], ["--days", "366"]] {
        let (made, ..) = renkei(&["create", "--terms", &file, out_of_range[0], out_of_range[1]]);
        assert!(!made, "{out_of_range:?}");
    }
    assert_eq!(renkei(&["list"]).1, "");

    let (made, said, error) = renkei(&["create", "--terms", &file, "--uses", "2", "--days", "3"]);
    assert!(made, "{error}");
    let token = said.lines().last().unwrap();
    let (_, listed, _) = renkei(&["list"]);
    let line: Vec<&str> = listed.trim_end().split('\t').collect();
    let [id, uses, _, name] = line.as_slice() else {
        panic!("{listed}")
    };
    assert_eq!((*uses, *name), ("2", terms()["name"].as_str().unwrap()));
    assert!(said.contains(id) && !listed.contains(token));

    let registrar = Registrar::new(&bank);
    let (key, _) = key_and_credentials();
    registrar.registered(token, &registration(&key)).await;
    assert!(renkei(&["list"]).1.contains("\t1\t"));
    assert!(renkei(&["revoke", id]).0);
    assert!(!renkei(&["revoke", id]).0);
    let answer = registrar.register(token, &registration(&key)).await;
    assert_eq!(answer.status, 401);

    let off = crate::actors::bank().await;
    std::fs::write(off.path("terms.toml"), written).unwrap();
    let (config, file) = (
        off.config().display().to_string(),
        off.path("terms.toml").display().to_string(),
    );
    let made = off
        .renkei(&[
            "partner",
            "registration-token",
            "create",
            "--config",
            &config,
            "--terms",
            &file,
        ])
        .await;
    assert!(made.is_err(), "a token that opens nothing is not made");
}
