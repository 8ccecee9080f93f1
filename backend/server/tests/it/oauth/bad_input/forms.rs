//! Forms at the direct endpoints: missing, doubled, empty, oversized and wrongly typed parameters, wrong methods, media
//! types and charsets, bodies and headers that are too large. Not here: credentials (`assertions`).

use super::{Scene, assert_unchanged, contents, told};
use crate::actors::{Answer, bank, changed, form, raw_exchange_at};
use reqwest::Method;

type Form = Vec<(String, String)>;
/// Where, what, and what must not be left out of it, with the error that then is due.
type Endpoint = (&'static str, Form, Vec<(&'static str, &'static str)>);

/// A good request of each kind.
fn endpoints(scene: &Scene<'_>) -> Vec<Endpoint> {
    let own = |fields: &[(&str, &str)]| changed(form(fields), &[("client_id", Some("scene"))]);
    let invalid = "invalid_request";
    let pushed = scene
        .partner
        .request("s", "verifier-verifier-verifier-verifier-verifier-43");
    let redemption = changed(
        scene.partner.redemption(&scene.code, &scene.verifier),
        &[("client_id", Some("scene"))],
    );
    let refresh = own(&[
        ("grant_type", "refresh_token"),
        ("refresh_token", &scene.tokens.refresh),
    ]);
    vec![
        (
            "/par",
            pushed,
            vec![
                ("client_id", "invalid_client"),
                ("response_type", invalid),
                ("redirect_uri", invalid),
                ("code_challenge", invalid),
                ("code_challenge_method", invalid),
            ],
        ),
        (
            "/token",
            redemption,
            vec![
                ("client_id", "invalid_client"),
                ("grant_type", invalid),
                ("code", invalid),
                ("redirect_uri", invalid),
                ("code_verifier", invalid),
            ],
        ),
        (
            "/token",
            refresh,
            vec![("grant_type", invalid), ("refresh_token", invalid)],
        ),
        (
            "/token",
            own(&[("grant_type", "client_credentials")]),
            vec![("grant_type", invalid)],
        ),
        (
            "/revoke",
            own(&[("token", &scene.tokens.refresh)]),
            vec![("client_id", "invalid_client"), ("token", invalid)],
        ),
        (
            "/introspect",
            own(&[("token", &scene.tokens.access)]),
            vec![("client_id", "invalid_client"), ("token", invalid)],
        ),
    ]
}

const fn status(error: &str) -> u16 {
    if error.len() == "invalid_client".len() {
        401
    } else {
        400
    }
}

fn encoded(form: &Form) -> String {
    url::form_urlencoded::Serializer::new(String::new())
        .extend_pairs(form)
        .finish()
}

/// A body as it is, with these content types.
async fn post(scene: &Scene<'_>, path: &str, types: &[&str], body: impl Into<reqwest::Body>) -> Answer {
    let mut request = scene.partner.call(Method::POST, path).body(body);
    for media_type in types {
        request = request.header("content-type", *media_type);
    }
    Answer::of(request.send().await.unwrap()).await
}

const FORM: [&str; 1] = ["application/x-www-form-urlencoded"];

#[tokio::test]
async fn parameters_that_are_missing_empty_doubled_oversized_or_no_text() {
    let bank = bank().await;
    let scene = Scene::of(&bank).await;
    let before = contents(&bank).await;
    for (path, good, required) in endpoints(&scene) {
        for (name, error) in required {
            for value in [None, Some("")] {
                let bad = changed(good.clone(), &[(name, value)]);
                let answer = post(&scene, path, &FORM, encoded(&bad)).await;
                told(
                    &answer,
                    (status(error), error),
                    &format!("{path} {name} {value:?}"),
                );
            }
        }
        for (name, value) in &good {
            let doubled = format!(
                "{}&{}",
                encoded(&good),
                encoded(&vec![(name.clone(), value.clone())])
            );
            let doubled_empty = format!("{}&{name}=", encoded(&good));
            let oversized = encoded(&changed(good.clone(), &[(name, Some(&"x".repeat(8 * 1024 + 1)))]));
            let rest = encoded(&changed(good.clone(), &[(name, None)]));
            for (what, body) in [
                ("doubled", doubled),
                ("doubled and once empty", doubled_empty),
                ("oversized", oversized),
                ("NUL", format!("{rest}&{name}=a%00b")),
                ("control character", format!("{rest}&{name}=a%0Ab")),
                ("not UTF-8", format!("{rest}&{name}=%FF%FE")),
                ("half a character", format!("{rest}&{name}=%E9%AB")),
            ] {
                let answer = post(&scene, path, &FORM, body).await;
                told(
                    &answer,
                    (400, "invalid_request"),
                    &format!("{path} {name} {what}"),
                );
            }
        }
        let many: Form = (0..70).map(|n| (format!("p{n}"), "1".to_owned())).collect();
        let many = format!("{}&{}", encoded(&good), encoded(&many));
        told(
            &post(&scene, path, &FORM, many).await,
            (400, "invalid_request"),
            path,
        );
        let long_name = format!("{}&{}=1", encoded(&good), "n".repeat(129));
        told(
            &post(&scene, path, &FORM, long_name).await,
            (400, "invalid_request"),
            path,
        );
        for body in ["", "&&&", "=", "%", "a", "\u{0}"] {
            let answer = post(&scene, path, &FORM, body).await;
            let error = if body == "\u{0}" {
                "invalid_request"
            } else {
                "invalid_client"
            };
            told(&answer, (status(error), error), &format!("{path} {body:?}"));
        }
    }
    assert_unchanged(&bank, &before, "forms").await;
    scene.still_works().await;
}

#[tokio::test]
async fn parameters_of_the_wrong_kind() {
    let bank = bank().await;
    let scene = Scene::of(&bank).await;
    let before = contents(&bank).await;
    let challenge = "c".repeat(43);
    for (index, name, value, error) in [
        (0, "response_type", "token", "unsupported_response_type"),
        (0, "response_type", "code id_token", "unsupported_response_type"),
        (0, "response_mode", "post", "invalid_request"),
        (0, "redirect_uri", "https://evil.example/", "invalid_request"),
        (0, "redirect_uri", "/callback", "invalid_request"),
        (0, "scope", "accounts  balance", "invalid_scope"),
        (0, "scope", "everything", "invalid_scope"),
        (0, "scope", "grant_management_query", "invalid_scope"),
        (0, "code_challenge_method", "plain", "invalid_request"),
        (0, "code_challenge", &challenge[..42], "invalid_request"),
        (0, "code_challenge", "=", "invalid_request"),
        (0, "max_age", "-1", "invalid_request"),
        (0, "max_age", "soon", "invalid_request"),
        (0, "prompt", "none login", "invalid_request"),
        (0, "claims", "{", "invalid_request"),
        (0, "claims", "[]", "invalid_request"),
        (0, "dpop_jkt", "short", "invalid_request"),
        (0, "authorization_details", "{}", "invalid_authorization_details"),
        (
            0,
            "authorization_details",
            "[{\"type\":\"x\"}]",
            "invalid_authorization_details",
        ),
        (0, "grant_management_action", "delete", "invalid_request"),
        (0, "grant_id", "x", "invalid_request"),
        (0, "request", "not.a.jwt", "invalid_request_object"),
        (
            0,
            "request_uri",
            "urn:ietf:params:oauth:request_uri:x",
            "invalid_request",
        ),
        (0, "client_id", "kaikei", "invalid_client"),
        (0, "client_id", "nobody", "invalid_client"),
        (1, "grant_type", "password", "unsupported_grant_type"),
        (
            1,
            "grant_type",
            "urn:ietf:params:oauth:grant-type:jwt-bearer",
            "unsupported_grant_type",
        ),
        (1, "grant_type", "AUTHORIZATION_CODE", "unsupported_grant_type"),
        (1, "code", "x", "invalid_grant"),
        (
            1,
            "redirect_uri",
            "https://scene.example/callback/",
            "invalid_grant",
        ),
        (1, "code_verifier", "short", "invalid_request"),
        (1, "code_verifier", &"x".repeat(129), "invalid_request"),
        (1, "code_verifier", &"x".repeat(43), "invalid_grant"),
        (1, "authorization_details", "[]", "invalid_authorization_details"),
        (1, "client_id", "kaikei", "invalid_client"),
        (2, "refresh_token", "x", "invalid_grant"),
        (2, "refresh_token", &scene.code, "invalid_grant"),
        (2, "refresh_token", &scene.tokens.access, "invalid_grant"),
        (2, "scope", "accounts openid", "invalid_scope"),
        (2, "scope", "\u{9ad9}", "invalid_scope"),
        (
            2,
            "authorization_details",
            "null",
            "invalid_authorization_details",
        ),
        (3, "scope", "accounts", "invalid_scope"),
        (3, "authorization_details", "[]", "invalid_authorization_details"),
    ] {
        let (path, good, _) = endpoints(&scene).swap_remove(index);
        let bad = changed(good, &[(name, Some(value))]);
        let answer = post(&scene, path, &FORM, encoded(&bad)).await;
        told(&answer, (status(error), error), &format!("{path} {name}={value}"));
    }
    assert_unchanged(&bank, &before, "values").await;
    // A token of whatever kind, and hints, are no error where a token is asked about or given back.
    for (path, token) in [("/introspect", "\u{9ad9}"), ("/revoke", "x")] {
        let fields = form(&[
            ("token", token),
            ("token_type_hint", "nonsense"),
            ("client_id", "scene"),
        ]);
        assert_eq!(post(&scene, path, &FORM, encoded(&fields)).await.status, 200);
    }
    assert_unchanged(&bank, &before, "hints").await;
    scene.still_works().await;
}

#[tokio::test]
async fn methods_media_types_and_sizes() {
    let bank = bank().await;
    let scene = Scene::of(&bank).await;
    let before = contents(&bank).await;
    let json = "{\"token\":\"x\"}".to_owned();
    for (path, good, _) in endpoints(&scene) {
        for method in [
            Method::GET,
            Method::HEAD,
            Method::PUT,
            Method::PATCH,
            Method::DELETE,
            Method::OPTIONS,
        ] {
            let request = scene.partner.call(method.clone(), path).form(&good);
            let answer = Answer::of(request.send().await.unwrap()).await;
            assert_eq!(answer.status, 405, "{method} {path}");
            assert_eq!(answer.header("allow"), Some("POST"), "{method} {path}");
        }
        let body = encoded(&good);
        for types in [
            &[][..],
            &[""],
            &["application/json"],
            &["text/plain"],
            &["multipart/form-data; boundary=x"],
            &["application/x-www-form-urlencodedx"],
            &["application/x-www-form-urlencoded, application/json"],
            &["application/x-www-form-urlencoded; charset=Shift_JIS"],
            &["application/x-www-form-urlencoded;charset=\"utf-16\""],
            &[
                "application/x-www-form-urlencoded",
                "application/x-www-form-urlencoded",
            ],
            &["application/x-www-form-urlencoded", "application/json"],
        ] {
            for body in [&body, &json] {
                let answer = post(&scene, path, types, body.clone()).await;
                told(&answer, (415, "invalid_request"), &format!("{path} {types:?}"));
            }
        }
        let large = format!("{body}&x={}", "x".repeat(64 * 1024));
        told(
            &post(&scene, path, &FORM, large).await,
            (413, "invalid_request"),
            path,
        );
    }
    // A charset that is UTF-8 may be named.
    for media_type in [
        "Application/X-WWW-Form-URLEncoded",
        "application/x-www-form-urlencoded; charset=UTF-8",
        "application/x-www-form-urlencoded;charset=\"utf-8\"",
    ] {
        let fields = encoded(&form(&[("token", "x"), ("client_id", "scene")]));
        assert_eq!(
            post(&scene, "/introspect", &[media_type], fields).await.status,
            200
        );
    }
    assert_unchanged(&bank, &before, "methods and types").await;
    scene.still_works().await;
}

#[tokio::test]
async fn headers_of_100_kilobytes() {
    let bank = bank().await;
    let scene = Scene::of(&bank).await;
    let before = contents(&bank).await;
    let browser = bank.issuer();
    let partners = bank.partner_url();
    let certificate = bank.pki().partners.client("scene").unwrap();
    let large = "x".repeat(100_000);
    let many: String = (0..1_000)
        .map(|n| format!("X-Header-{n}: {}\r\n", "x".repeat(86)))
        .collect();
    for (method, path) in [
        ("POST", "/par"),
        ("POST", "/token"),
        ("POST", "/revoke"),
        ("POST", "/introspect"),
        ("POST", "/register"),
        ("PUT", "/register/x"),
        ("GET", "/userinfo"),
        ("GET", "/grants/x"),
        ("GET", "/v1/accounts"),
        ("GET", "/authorize"),
        ("GET", "/jwks"),
        ("GET", "/.well-known/openid-configuration"),
        ("GET", "/.well-known/oauth-authorization-server"),
        ("GET", "/.well-known/oauth-protected-resource/v1"),
    ] {
        for header in [
            format!("X-Header: {large}\r\n"),
            format!("Authorization: Bearer {large}\r\n"),
            format!("Authorization: Basic {large}\r\n"),
            format!("DPoP: {large}\r\n"),
            format!("Cookie: a={large}\r\n"),
            many.clone(),
        ] {
            for (origin, certificate) in [(&browser, None), (&partners, Some(&certificate))] {
                let host = origin.replace("https://", "");
                let request = format!(
                    "{method} {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\
                     Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 7\r\n{header}\r\ntoken=x"
                );
                let answer = raw_exchange_at(&bank, origin, certificate, request.as_bytes()).await;
                assert!(
                    answer.starts_with("HTTP/1.1 431"),
                    "{origin}{path}: {answer:.200}"
                );
            }
        }
        // By HTTP/2 too.
        let request = scene
            .partner
            .call(method.parse().unwrap(), path)
            .header("x-header", &large);
        // The connection may be closed instead of an answer; it is never left hanging.
        match request.send().await {
            Ok(answer) => assert_eq!(answer.status().as_u16(), 431, "{path}"),
            Err(error) => assert!(!error.is_timeout(), "{path}: {error:?}"),
        }
    }
    // As large as they are let in, they are no credentials all the same.
    let proof = "x".repeat(20_000);
    let request = scene.partner.call(Method::POST, "/token").header("dpop", &proof);
    let request = request.form(&endpoints(&scene)[2].1);
    let answer = Answer::of(request.send().await.unwrap()).await;
    told(&answer, (400, "invalid_dpop_proof"), "DPoP");
    assert_unchanged(&bank, &before, "headers").await;
    scene.still_works().await;
}
