//! Tokens at resources, in whatever wrong way they come, and bodies at the registration endpoint.
//! Not here: proofs (`rfc9449_dpop`), registrations one by one (`rfc7591_registration`).

use super::super::rfc7591_registration;
use super::{Scene, assert_unchanged, contents, told};
use crate::actors::{Answer, Browser, Registrar, bank, key_and_credentials};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use reqwest::Method;
use serde_json::json;

#[tokio::test]
async fn tokens_that_come_in_a_wrong_way() {
    let bank = bank().await;
    let scene = Scene::of(&bank).await;
    let (partner, access) = (&scene.partner, scene.tokens.access.clone());
    let grant = scene.tokens.answer["grant_id"].as_str().unwrap();
    let unsigned = format!(
        "{}.{}.",
        STANDARD.encode("{\"alg\":\"none\"}"),
        STANDARD.encode("{\"sub\":\"x\"}")
    );
    let before = contents(&bank).await;
    let none: Option<&str> = None;
    for (method, path) in [
        (Method::GET, "/userinfo".to_owned()),
        (Method::POST, "/userinfo".to_owned()),
        (Method::GET, format!("/grants/{grant}")),
        (Method::DELETE, format!("/grants/{grant}")),
        (Method::GET, "/v1/accounts".to_owned()),
        (Method::GET, "/v1/accounts/x/balance".to_owned()),
    ] {
        for (what, headers, status, error) in [
            ("nothing", vec![], 401, none),
            (
                "Basic",
                vec![format!("Basic {}", STANDARD.encode("a:b"))],
                401,
                none,
            ),
            ("no scheme", vec![access.clone()], 401, none),
            ("another scheme", vec![format!("Token {access}")], 401, none),
            (
                "no token",
                vec!["Bearer".to_owned()],
                400,
                Some("invalid_request"),
            ),
            (
                "an empty token",
                vec!["Bearer ".to_owned()],
                400,
                Some("invalid_request"),
            ),
            (
                "two tokens",
                vec![format!("Bearer {access} {access}")],
                400,
                Some("invalid_request"),
            ),
            (
                "a list",
                vec![format!("Bearer {access}, Bearer x")],
                400,
                Some("invalid_request"),
            ),
            (
                "quotes",
                vec![format!("Bearer \"{access}\"")],
                400,
                Some("invalid_request"),
            ),
            (
                "twice",
                vec![format!("Bearer {access}"), format!("Bearer {access}")],
                400,
                Some("invalid_request"),
            ),
            (
                "two schemes",
                vec![format!("Bearer {access}"), format!("DPoP {access}")],
                400,
                Some("invalid_request"),
            ),
            (
                "a long token",
                vec![format!("Bearer {}", "x".repeat(1_025))],
                400,
                Some("invalid_request"),
            ),
            (
                "nonsense",
                vec!["Bearer x".to_owned()],
                401,
                Some("invalid_token"),
            ),
            (
                "an unsigned JWT",
                vec![format!("Bearer {}", unsigned.replace('=', ""))],
                401,
                Some("invalid_token"),
            ),
            (
                "a refresh token",
                vec![format!("Bearer {}", scene.tokens.refresh)],
                401,
                Some("invalid_token"),
            ),
            (
                "a code",
                vec![format!("Bearer {}", scene.code)],
                401,
                Some("invalid_token"),
            ),
            (
                "without a proof",
                vec![format!("DPoP {access}")],
                401,
                Some("invalid_dpop_proof"),
            ),
        ] {
            let mut request = partner.call(method.clone(), &path);
            for header in &headers {
                request = request.header("authorization", header);
            }
            let answer = Answer::of(request.send().await.unwrap()).await;
            assert_eq!(answer.status, status, "{method} {path} {what}: {}", answer.text());
            let challenges = answer.headers.get_all("www-authenticate").iter();
            let challenges: Vec<&str> = challenges.map(|value| value.to_str().unwrap()).collect();
            assert_eq!(challenges.len(), 2, "{path} {what}");
            let said = challenges.iter().any(|challenge| challenge.contains("error="));
            assert_eq!(said, error.is_some(), "{path} {what} {challenges:?}");
            if let Some(error) = error {
                let told = format!("error=\"{error}\"");
                assert!(
                    challenges.iter().any(|challenge| challenge.contains(&told)),
                    "{path} {what} {challenges:?}"
                );
            }
        }
        // Neither in the query nor in a form.
        let separator = if path.contains('?') { '&' } else { '?' };
        let in_query = partner.call(method.clone(), &format!("{path}{separator}access_token={access}"));
        let in_form = partner.call(method, &path).form(&[("access_token", &access)]);
        for request in [in_query, in_form] {
            assert_eq!(request.send().await.unwrap().status(), 401, "{path}");
        }
    }
    for (path, methods) in [
        ("/userinfo", vec![Method::PUT, Method::PATCH, Method::DELETE]),
        ("/grants/x", vec![Method::POST, Method::PUT, Method::PATCH]),
        (
            "/v1/accounts",
            vec![Method::POST, Method::PUT, Method::PATCH, Method::DELETE],
        ),
    ] {
        for method in methods {
            let answer = partner.ask(method, path, &access, &[]).await;
            answer.refused(405, "method_not_allowed");
        }
    }
    for path in ["/grants/", "/grants", "/grants/a/b"] {
        assert_eq!(
            partner.ask(Method::GET, path, &access, &[]).await.status,
            404,
            "{path}"
        );
    }
    assert_unchanged(&bank, &before, "tokens").await;
    scene.still_works().await;
}

#[tokio::test]
async fn registrations_that_change_nothing() {
    let bank = rfc7591_registration::bank().await;
    let registrar = Registrar::new(&bank);
    let token = registrar.initial_token().await;
    let (key, _) = key_and_credentials();
    let good = rfc7591_registration::registration(&key);
    let registered = registrar.registered(&token, &good).await;
    let path = format!("/register/{}", registered.client_id);
    let before = contents(&bank).await;
    for (what, token, status, error) in [
        ("no token", None, 401, "invalid_token"),
        ("nonsense", Some("x"), 401, "invalid_token"),
        (
            "a registration's own token",
            Some(registered.token.as_str()),
            401,
            "invalid_token",
        ),
    ] {
        let answer = registrar
            .call(Method::POST, "/register", token, Some(&good))
            .await;
        assert_eq!(answer.status, status, "{what} {}", answer.text());
        if token.is_some() {
            told(&answer, (status, error), what);
        }
        for method in [Method::GET, Method::PUT, Method::DELETE] {
            let token = token.filter(|token| *token != registered.token);
            let answer = registrar.call(method, &path, token, Some(&good)).await;
            assert_eq!(answer.status, 401, "{what}");
        }
    }
    for (what, name, value, error) in [
        (
            "no redirect URI",
            "redirect_uris",
            json!([]),
            "invalid_redirect_uri",
        ),
        (
            "a redirect URI that is none",
            "redirect_uris",
            json!(["callback"]),
            "invalid_redirect_uri",
        ),
        (
            "a redirect URI without TLS",
            "redirect_uris",
            json!(["http://self.example/"]),
            "invalid_redirect_uri",
        ),
        (
            "redirect URIs of another type",
            "redirect_uris",
            json!("https://self.example/"),
            "invalid_redirect_uri",
        ),
        (
            "a scope beyond the terms",
            "scope",
            json!("transfers"),
            "invalid_client_metadata",
        ),
        (
            "a scope of another type",
            "scope",
            json!(["accounts"]),
            "invalid_client_metadata",
        ),
        (
            "keys of another type",
            "jwks",
            json!([]),
            "invalid_client_metadata",
        ),
        (
            "a symmetric key",
            "jwks",
            json!({"keys": [{"kty": "oct", "k": "AAAA"}]}),
            "invalid_client_metadata",
        ),
        (
            "an unknown algorithm",
            "id_token_signed_response_alg",
            json!("none"),
            "invalid_client_metadata",
        ),
        (
            "HS256",
            "request_object_signing_alg",
            json!("HS256"),
            "invalid_client_metadata",
        ),
        (
            "a method that is not served",
            "token_endpoint_auth_method",
            json!("none"),
            "invalid_client_metadata",
        ),
    ] {
        let mut body = good.clone();
        body[name] = value.clone();
        let answer = registrar.register(&token, &body).await;
        told(&answer, (400, error), what);
        let body = registered.update(|body| body[name] = value);
        let answer = registrar
            .call(Method::PUT, &path, Some(&registered.token), Some(&body))
            .await;
        told(&answer, (400, error), what);
    }
    let own = registered.update(|_| {});
    for (method, path, token, good) in [
        (Method::POST, "/register", token.as_str(), good.to_string()),
        (
            Method::PUT,
            path.as_str(),
            registered.token.as_str(),
            own.to_string(),
        ),
    ] {
        let request = || registrar.request(method.clone(), path);
        let json = Some("application/json");
        let twice = good.replacen(
            '{',
            "{\"client_uri\":\"https://a.example/\",\"client_uri\":\"https://a.example/\",",
            1,
        );
        let long = good.replacen(
            '{',
            &format!("{{\"client_uri\":\"https://{}/\",", "a".repeat(70_000)),
            1,
        );
        for (what, media_type, body, status, error) in [
            ("no media type", None, good.clone(), 415, "invalid_request"),
            (
                "another charset",
                Some("application/json; charset=Shift_JIS"),
                good.clone(),
                415,
                "invalid_request",
            ),
            ("too large", json, long, 413, "invalid_request"),
            ("a member twice", json, twice, 400, "invalid_client_metadata"),
            ("no object", json, "[]".to_owned(), 400, "invalid_client_metadata"),
        ] {
            let mut request = request().bearer_auth(token).body(body);
            if let Some(media_type) = media_type {
                request = request.header("content-type", media_type);
            }
            let answer = Answer::of(request.send().await.unwrap()).await;
            told(&answer, (status, error), &format!("{method} {path}: {what}"));
        }
        let doubled = request()
            .bearer_auth(token)
            .bearer_auth(token)
            .header("content-type", "application/json")
            .body(good);
        let answer = Answer::of(doubled.send().await.unwrap()).await;
        told(
            &answer,
            (400, "invalid_request"),
            &format!("{method} {path}: two tokens"),
        );
    }
    assert_unchanged(&bank, &before, "registrations").await;
}

#[tokio::test]
async fn documents_are_read_and_nothing_else() {
    let bank = bank().await;
    let scene = Scene::of(&bank).await;
    let before = contents(&bank).await;
    for path in [
        "/jwks",
        "/openapi.json",
        "/.well-known/openid-configuration",
        "/.well-known/oauth-authorization-server",
        "/.well-known/oauth-protected-resource/v1",
    ] {
        for method in [Method::POST, Method::PUT, Method::PATCH, Method::DELETE] {
            let request = scene.partner.call(method.clone(), path);
            let answer = Answer::of(request.send().await.unwrap()).await;
            let at_this_listener = answer.status != 404;
            assert!(
                answer.status == 405 || !at_this_listener,
                "{method} {path}: {} {}",
                answer.status,
                answer.text()
            );
            let browser = Browser::showing(&bank, None);
            let request = browser.request(method.clone(), path);
            let answer = Answer::of(request.send().await.unwrap()).await;
            assert_eq!(answer.status, 405, "{method} {path}");
        }
    }
    assert_unchanged(&bank, &before, "documents").await;
}
