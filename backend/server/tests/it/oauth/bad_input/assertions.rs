//! Client authentication at the direct endpoints: assertions that are expired, of the future, reused, of another client,
//! signed anew, unsigned or signed with the wrong kind of key; and two methods at once.
//! Not here: one clause after the other (`rfc7523_private_key_jwt`, `rfc8705_mtls`).

use super::{assert_unchanged, contents, told};
use crate::actors::{Answer, NewPartner, Partner, SigningKey, bank, changed, form, random_text, unsigned};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jsonwebtoken::{Algorithm, EncodingKey};
use renkei::testing::Credentials;
use reqwest::Method;
use serde_json::{Value, json};

const PATHS: [&str; 4] = ["/par", "/token", "/revoke", "/introspect"];

fn body(partner: &Partner<'_>, path: &str) -> Vec<(String, String)> {
    match path {
        "/par" => partner.request("s", &random_text()),
        "/token" => form(&[("grant_type", "client_credentials")]),
        _ => form(&[("token", "x")]),
    }
}

/// Signs with HMAC under bytes that everybody knows (RFC 8725, 2.1).
fn hmac(header: &Value, claims: &Value, secret: &[u8]) -> String {
    let message = unsigned(header, claims);
    let key = EncodingKey::from_secret(secret);
    let signature = jsonwebtoken::crypto::sign(message.as_bytes(), &key, Algorithm::HS256).unwrap();
    format!("{message}.{signature}")
}

/// What is no good, of a JWT that would be with this header and these claims.
pub(super) fn forgeries(key: &SigningKey, header: &Value, claims: &Value) -> Vec<(&'static str, String)> {
    let with = |name: &str, value: Value| {
        let mut header = header.clone();
        header[name] = value;
        header
    };
    let good = key.sign(header, claims);
    let (message, signature) = good.rsplit_once('.').unwrap();
    let stranger = SigningKey::generate(Algorithm::ES256, key.kid());
    let rsa = SigningKey::generate(Algorithm::PS256, key.kid());
    let none = with("alg", json!("none"));
    let by_hmac = with("alg", json!("HS256"));
    let public = key.public().to_string();
    let mut embedded = with("jwk", stranger.bare());
    embedded.as_object_mut().unwrap().remove("kid");
    vec![
        ("nothing", "x".to_owned()),
        ("dots", "..".to_owned()),
        ("without signature", message.to_owned()),
        ("with an empty signature", format!("{message}.")),
        ("none", format!("{}.", unsigned(&none, claims))),
        (
            "none in other letters",
            format!("{}.", unsigned(&with("alg", json!("nOnE")), claims)),
        ),
        (
            "none with a signature",
            format!("{}.{signature}", unsigned(&none, claims)),
        ),
        (
            "HS256 under the public key",
            hmac(&by_hmac, claims, public.as_bytes()),
        ),
        (
            "HS256 under its coordinate",
            hmac(&by_hmac, claims, key.public()["x"].as_str().unwrap().as_bytes()),
        ),
        ("HS256 under nothing", hmac(&by_hmac, claims, b"")),
        ("HS256 under the client id", hmac(&by_hmac, claims, b"kagi")),
        ("signed anew by another key", stranger.sign(header, claims)),
        (
            "another key and another algorithm",
            rsa.sign(&with("alg", json!("PS256")), claims),
        ),
        (
            "the algorithm of another key",
            key.sign(&with("alg", json!("EdDSA")), claims),
        ),
        (
            "an algorithm that is too weak",
            rsa.sign(&with("alg", json!("RS256")), claims),
        ),
        (
            "a kid that nobody has",
            key.sign(&with("kid", json!("nobody")), claims),
        ),
        ("a kid of another type", key.sign(&with("kid", json!(1)), claims)),
        (
            "a kid that is a path",
            key.sign(&with("kid", json!("../../etc/passwd")), claims),
        ),
        ("its own key in the header", stranger.sign(&embedded, claims)),
        (
            "a key set elsewhere",
            stranger.sign(&with("jku", json!("https://evil.example/jwks")), claims),
        ),
        (
            "a critical extension",
            key.sign(&with("crit", json!(["b64"])), claims),
        ),
        (
            "another purpose",
            key.sign(&with("typ", json!("dpop+jwt")), claims),
        ),
        ("encrypted", format!("{good}.AAAA.AAAA")),
        ("another claim under the signature", {
            let mut claims = claims.clone();
            claims["forged"] = json!(true);
            format!("{}.{signature}", unsigned(header, &claims))
        }),
        ("larger than anybody reads", {
            let mut claims = claims.clone();
            claims["padding"] = json!("x".repeat(7_000));
            key.sign(header, &claims)
        }),
    ]
}

#[tokio::test]
async fn assertions_that_authenticate_nobody() {
    let bank = bank().await;
    let partner = NewPartner::fapi2("kagi").register(&bank).await.with_dpop();
    let other = Partner::of(&bank, "kaikei");
    let key = partner.key();
    let header = json!({ "alg": "ES256", "kid": key.kid(), "typ": "JWT" });
    let now = bank.clock().now().unix_seconds();
    let used = partner.assertion(|_| {});
    assert_eq!(
        partner
            .post_asserting("/revoke", &body(&partner, "/revoke"), &used)
            .await
            .status,
        200
    );
    let before = contents(&bank).await;
    let changes: Vec<(&str, Vec<(&str, Value)>)> = vec![
        ("expired", vec![("exp", json!(now - 11))]),
        ("without an end", vec![("exp", Value::Null)]),
        ("for hours", vec![("exp", json!(now + 7_200))]),
        ("an end of another type", vec![("exp", json!("tomorrow"))]),
        ("of the future", vec![("nbf", json!(now + 61))]),
        ("issued in the future", vec![("iat", json!(now + 61))]),
        ("for another server", vec![("aud", json!("https://bank.example"))]),
        (
            "for the token endpoint",
            vec![("aud", json!(format!("{}/token", bank.issuer())))],
        ),
        ("for us in a list", vec![("aud", json!([bank.issuer()]))]),
        ("for nobody", vec![("aud", Value::Null)]),
        ("of another issuer", vec![("iss", json!("kaikei"))]),
        ("about another client", vec![("sub", json!("kaikei"))]),
        (
            "of another client",
            vec![("iss", json!("kaikei")), ("sub", json!("kaikei"))],
        ),
        (
            "of nobody",
            vec![("iss", json!("nobody")), ("sub", json!("nobody"))],
        ),
        ("without a name", vec![("jti", Value::Null)]),
        ("with an empty name", vec![("jti", json!(""))]),
        ("with a name of another type", vec![("jti", json!(7))]),
    ];
    for path in PATHS {
        // Only the assertion says who it is.
        let fields = changed(body(&partner, path), &[("client_id", None)]);
        let mut bad: Vec<(&str, String)> = forgeries(&key, &header, &partner.claims());
        for (what, changes) in &changes {
            let mut claims = partner.claims();
            for (name, value) in changes {
                claims[*name] = value.clone();
                if value.is_null() {
                    claims.as_object_mut().unwrap().remove(*name);
                }
            }
            bad.push((what, key.sign(&header, &claims)));
        }
        bad.push(("used before", used.clone()));
        bad.push((
            "another client's key",
            other.key().sign(&header, &partner.claims()),
        ));
        for (what, assertion) in bad {
            let answer = partner.post_asserting(path, &fields, &assertion).await;
            // What is too long for a parameter is told so; everything else is told alike.
            let long = assertion.len() > 8 * 1024;
            let expected = if long {
                (400, "invalid_request")
            } else {
                (401, "invalid_client")
            };
            told(&answer, expected, &format!("{path} {what}"));
            if !long {
                assert_eq!(
                    answer.json()["error_description"],
                    "client authentication failed",
                    "{what}"
                );
            }
        }
    }
    assert_unchanged(&bank, &before, "assertions").await;
    partner.client_credentials(None).await.ok();
}

/// A request with a form and these `Authorization` headers.
async fn send(partner: &Partner<'_>, path: &str, fields: &[(String, String)], headers: &[String]) -> Answer {
    let mut request = partner.call(Method::POST, path).form(fields);
    for header in headers {
        request = request.header("authorization", header);
    }
    Answer::of(request.send().await.unwrap()).await
}

#[tokio::test]
async fn two_methods_at_once_and_halves_of_one() {
    let bank = bank().await;
    let by_key = NewPartner::fapi2("kagi").register(&bank).await;
    let by_basic = NewPartner::baseline("basic", "client_secret_basic")
        .member("dpop_bound_access_tokens", true)
        .register(&bank)
        .await;
    let by_post = NewPartner::baseline("post", "client_secret_post")
        .member("dpop_bound_access_tokens", true)
        .register(&bank)
        .await;
    let secret = |partner: &Partner<'_>| match &partner.registered.credentials {
        Credentials::ClientSecretBasic { secret } | Credentials::ClientSecretPost { secret } => {
            secret.clone()
        }
        _ => panic!(),
    };
    let basic = |id: &str, secret: &str| format!("Basic {}", STANDARD.encode(format!("{id}:{secret}")));
    let of_basic = basic("basic", &secret(&by_basic));
    let before = contents(&bank).await;
    let kind = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
    for path in PATHS {
        let assertion = by_key.assertion(|_| {});
        let asserting: Vec<(&str, &str)> =
            vec![("client_assertion_type", kind), ("client_assertion", &assertion)];
        let secret_post = secret(&by_post);
        let posting: Vec<(&str, &str)> = vec![("client_id", "post"), ("client_secret", &secret_post)];
        let both = [asserting.clone(), posting.clone()].concat();
        let invalid = (400, "invalid_request");
        let nobody = (401, "invalid_client");
        for (what, fields, headers, expected) in [
            (
                "Basic and assertion",
                asserting.clone(),
                vec![of_basic.clone()],
                invalid,
            ),
            (
                "Basic and secret",
                posting.clone(),
                vec![of_basic.clone()],
                invalid,
            ),
            ("assertion and secret", both, vec![], invalid),
            (
                "Basic twice",
                vec![],
                vec![of_basic.clone(), of_basic.clone()],
                invalid,
            ),
            (
                "Basic and Bearer",
                vec![],
                vec![of_basic.clone(), "Bearer x".to_owned()],
                invalid,
            ),
            (
                "assertion without its type",
                vec![("client_assertion", assertion.as_str())],
                vec![],
                invalid,
            ),
            (
                "type without assertion",
                vec![("client_assertion_type", kind)],
                vec![],
                invalid,
            ),
            (
                "assertion of another type",
                vec![
                    (
                        "client_assertion_type",
                        "urn:ietf:params:oauth:client-assertion-type:saml2-bearer",
                    ),
                    ("client_assertion", assertion.as_str()),
                ],
                vec![],
                invalid,
            ),
            (
                "secret without a name",
                vec![("client_secret", secret_post.as_str())],
                vec![],
                invalid,
            ),
            (
                "name without a secret",
                vec![("client_id", "post")],
                vec![],
                nobody,
            ),
            (
                "another name beside Basic",
                vec![("client_id", "post")],
                vec![of_basic.clone()],
                invalid,
            ),
            (
                "another name beside an assertion",
                [asserting.clone(), vec![("client_id", "post")]].concat(),
                vec![],
                invalid,
            ),
            (
                "the secret of Basic in the form",
                vec![("client_id", "basic"), ("client_secret", &secret(&by_basic))],
                vec![],
                nobody,
            ),
            (
                "the secret of the form by Basic",
                vec![],
                vec![basic("post", &secret_post)],
                nobody,
            ),
            ("a secret for a key", vec![], vec![basic("kagi", "kagi")], nobody),
            ("Bearer", vec![], vec!["Bearer x".to_owned()], nobody),
            ("nothing", vec![], vec![], nobody),
        ] {
            let mut form = body(&by_basic, path);
            form.retain(|(name, _)| name != "client_id");
            form.extend(crate::actors::form(&fields));
            let answer = send(&by_key, path, &form, &headers).await;
            told(&answer, expected, &format!("{path} {what}"));
            let challenged = answer.header("www-authenticate").is_some();
            assert_eq!(challenged, expected == nobody, "{path} {what}");
        }
    }
    assert_unchanged(&bank, &before, "methods").await;
    for partner in [by_basic, by_post] {
        let partner = partner.with_dpop();
        assert_eq!(partner.introspect("x").await.status, 200);
        partner.client_credentials(None).await.ok();
    }
}
