//! What metadata announces of clients' credentials, signatures and grants.
//! Not here: what a request may say (`requests`), and what we sign (`answers`).

use super::{announced, document};
use crate::actors::{
    Browser, Dpop, NewPartner, Partner, SigningKey, bank, base64url, form, random_text, unsigned,
};
use jsonwebtoken::Algorithm;
use renkei::testing::{Authority, TestBank};
use serde_json::{Value, json};
use std::sync::Arc;

const ALGORITHMS: [(&str, Algorithm); 3] = [
    ("PS256", Algorithm::PS256),
    ("ES256", Algorithm::ES256),
    ("EdDSA", Algorithm::EdDSA),
];

/// A partner for each announced method, or a panic where there is one that the test does not know.
async fn by_method<'b>(bank: &'b TestBank, method: &str) -> Partner<'b> {
    let new = match method {
        "private_key_jwt" => NewPartner::fapi2("by-key"),
        "tls_client_auth" => {
            let leaf = bank.pki().partners.client("by-subject").unwrap();
            NewPartner::by_certificate("by-subject", method, leaf)
                .member("tls_client_auth_subject_dn", "CN=by-subject")
        }
        "self_signed_tls_client_auth" => {
            let leaf = Authority::new("self").unwrap().client("self").unwrap();
            let jwk = SigningKey::from_pem(&leaf.key_pem, "tls").public().clone();
            NewPartner::by_certificate("self-signed", method, leaf).member("jwks", json!({ "keys": [jwk] }))
        }
        "client_secret_basic" => NewPartner::baseline("by-basic", method),
        "client_secret_post" => NewPartner::baseline("by-post", method),
        other => panic!("{other} is announced and not tried"),
    };
    let bound = method.starts_with("client_secret");
    let new = if bound {
        new.member("dpop_bound_access_tokens", true)
    } else {
        new
    };
    new.register(bank).await.with_dpop()
}

#[tokio::test]
async fn each_method_authenticates_at_each_endpoint() {
    let bank = bank().await;
    let methods = announced(&bank, "token_endpoint_auth_methods_supported").await;
    assert_eq!(methods.len(), 5);
    for endpoint in ["revocation", "introspection"] {
        let member = format!("{endpoint}_endpoint_auth_methods_supported");
        assert_eq!(announced(&bank, &member).await, methods);
    }
    for method in &methods {
        let partner = by_method(&bank, method).await;
        let own = partner.client_credentials(Some("grant_management_query")).await;
        assert_eq!(own.status, 200, "{method} {}", own.text());
        assert_eq!(partner.introspect("x").await.ok(), json!({ "active": false }));
        assert_eq!(partner.revoke("x").await.status, 200, "{method}");
        let pushed = partner.post("/par", &partner.request("s", &random_text())).await;
        assert_eq!(pushed.status, 201, "{method} {}", pushed.text());
    }
    // Other methods of RFC 7591 and OpenID Connect: a public client, and an assertion by a secret.
    let kihon = Partner::of(&bank, "kihon");
    for path in ["/token", "/revoke", "/introspect", "/par"] {
        let nobody = kihon
            .post_unauthenticated(path, &form(&[("client_id", "kihon"), ("token", "x")]))
            .await;
        nobody.oauth_error(401, "invalid_client");
        let renkei::testing::Credentials::ClientSecretBasic { secret } = &kihon.registered.credentials else {
            panic!("kihon has a secret");
        };
        let by_secret = hmac(
            secret.as_bytes(),
            &json!({ "alg": "HS256" }),
            &claims(&kihon, "kihon"),
        );
        kihon
            .post_asserting(path, &form(&[("token", "x")]), &by_secret)
            .await
            .oauth_error(401, "invalid_client");
    }
}

fn claims(partner: &Partner<'_>, client_id: &str) -> Value {
    let now = partner.bank.clock().now().unix_seconds();
    json!({
        "iss": client_id, "sub": client_id, "aud": partner.bank.issuer(), "jti": random_text(),
        "iat": now, "exp": now + 60,
    })
}

fn hmac(secret: &[u8], header: &Value, claims: &Value) -> String {
    use aws_lc_rs::hmac::{HMAC_SHA256, Key, sign};
    let message = unsigned(header, claims);
    let tag = sign(&Key::new(HMAC_SHA256, secret), message.as_bytes());
    format!("{message}.{}", base64url(tag.as_ref()))
}

/// JWTs that name an algorithm which is not announced, signed as well as that can be done with a registered key.
fn unannounced(key: &SigningKey, typ: &str, claims: impl Fn() -> Value) -> Vec<(&'static str, String)> {
    let header = |alg: &str| json!({ "alg": alg, "kid": key.kid(), "typ": typ });
    let public = key.public().to_string();
    let mut all = vec![
        ("none", format!("{}.", unsigned(&header("none"), &claims()))),
        ("HS256", hmac(public.as_bytes(), &header("HS256"), &claims())),
    ];
    for alg in ["ES384", "ES512", "ES256K", "PS384", "PS512", "Ed448", "Ed25519"] {
        all.push((alg, key.sign(&header(alg), &claims())));
    }
    if key.algorithm == Algorithm::PS256 {
        let pem = jsonwebtoken::EncodingKey::from_rsa_pem(key.pem.as_bytes()).unwrap();
        for (alg, algorithm) in [("RS256", Algorithm::RS256), ("RS512", Algorithm::RS512)] {
            let message = unsigned(&header(alg), &claims());
            let signature = jsonwebtoken::crypto::sign(message.as_bytes(), &pem, algorithm).unwrap();
            all.push((alg, format!("{message}.{signature}")));
        }
    }
    all
}

#[tokio::test]
async fn each_algorithm_of_assertions_is_taken_and_no_other() {
    let bank = bank().await;
    for endpoint in ["token", "revocation", "introspection"] {
        let member = format!("{endpoint}_endpoint_auth_signing_alg_values_supported");
        assert_eq!(announced(&bank, &member).await, ALGORITHMS.map(|(name, _)| name));
    }
    let client_ids = ["ps", "es", "ed"];
    for ((name, algorithm), client_id) in ALGORITHMS.into_iter().zip(client_ids) {
        let partner = NewPartner::signing(client_id, algorithm)
            .register(&bank)
            .await
            .with_dpop();
        for path in ["/revoke", "/introspect"] {
            let answer = partner.post(path, &form(&[("token", "x")])).await;
            assert_eq!(answer.status, 200, "{name} {path} {}", answer.text());
        }
        let pushed = partner.post("/par", &partner.request("s", &random_text())).await;
        assert_eq!(pushed.status, 201, "{name} {}", pushed.text());
        // At the token endpoint the client is known, and its token is not.
        let unknown = form(&[("grant_type", "refresh_token"), ("refresh_token", "x")]);
        partner
            .post("/token", &unknown)
            .await
            .oauth_error(400, "invalid_grant");
        for path in ["/token", "/revoke", "/introspect"] {
            for (other, assertion) in unannounced(&partner.key(), "JWT", || claims(&partner, client_id)) {
                let form = if path == "/token" {
                    unknown.clone()
                } else {
                    form(&[("token", "x")])
                };
                let answer = partner.post_asserting(path, &form, &assertion).await;
                assert_eq!(answer.status, 401, "{name} as {other} {path}");
                answer.oauth_error(401, "invalid_client");
            }
        }
    }
}

#[tokio::test]
async fn each_algorithm_of_request_objects_is_taken_and_no_other() {
    let bank = bank().await;
    let document = document(&bank).await;
    assert_eq!(
        document["request_object_signing_alg_values_supported"],
        json!(ALGORITHMS.map(|(name, _)| name))
    );
    assert_eq!(document["request_parameter_supported"], true);
    assert_eq!(document["require_signed_request_object"], false);
    let browser = Browser::showing(&bank, None);
    for ((name, algorithm), client_id) in ALGORITHMS.into_iter().zip(["ps", "es", "ed"]) {
        let partner = NewPartner::signing(client_id, algorithm).register(&bank).await;
        let request = partner.request("s", &random_text());
        let object = partner.request_object(&request, |_, _| {});
        let pushed = partner.post("/par", &form(&[("request", &object)])).await;
        assert_eq!(pushed.status, 201, "{name} {}", pushed.text());
        let object_claims = || {
            let (_, claims) = crate::actors::opened(&partner.request_object(&request, |_, _| {}));
            claims
        };
        for (other, object) in unannounced(&partner.key(), "oauth-authz-req+jwt", object_claims) {
            let answer = partner.post("/par", &form(&[("request", &object)])).await;
            assert_eq!(answer.status, 400, "{name} as {other}");
            answer.oauth_error(400, "invalid_request_object");
        }
    }
    // By value at the authorization endpoint too, for those who need not push; and required of those who said so.
    let partner = NewPartner::baseline("by-value", "client_secret_basic")
        .member("dpop_bound_access_tokens", true)
        .member("token_endpoint_auth_method", "private_key_jwt");
    let key = SigningKey::generate(Algorithm::ES256, "signs");
    let registered = |new: NewPartner| new.member("jwks", json!({ "keys": [key.public()] }));
    let by_value = registered(partner).register(&bank).await;
    let object = signed_by(&key, &by_value);
    let url = by_value.direct_url(&form(&[("client_id", by_value.id()), ("request", &object)]));
    let arrived = browser.get(&url).await;
    assert!(arrived.location().contains("/linkages/"), "{}", arrived.text());
    let strict =
        registered(NewPartner::fapi2("strict").without("jwks")).member("require_signed_request_object", true);
    let strict = strict.register(&bank).await;
    let assertion = key.jwt(Some("JWT"), &claims(&strict, "strict"));
    let plain = strict
        .post_asserting("/par", &strict.request("s", &random_text()), &assertion)
        .await;
    assert_eq!(plain.status, 400, "{}", plain.text());
}

fn signed_by(key: &SigningKey, partner: &Partner<'_>) -> String {
    let now = partner.bank.clock().now().unix_seconds();
    let mut claims = json!({
        "iss": partner.id(), "aud": partner.bank.issuer(), "iat": now, "nbf": now, "exp": now + 300,
    });
    for (name, value) in partner.request("s", &random_text()) {
        claims[name] = json!(value);
    }
    key.jwt(Some("oauth-authz-req+jwt"), &claims)
}

#[tokio::test]
async fn requests_by_reference_are_not_fetched() {
    let bank = bank().await;
    let document = document(&bank).await;
    assert_eq!(document["request_uri_parameter_supported"], false);
    assert_eq!(document["require_request_uri_registration"], false);
    let site = crate::actors::Site::open(&bank).await;
    let partner = Partner::of(&bank, "kaikei");
    let mut request = partner.request("s", &random_text());
    request.push(("request_uri".to_owned(), site.url("/request.jwt")));
    partner
        .post("/par", &request)
        .await
        .oauth_error(400, "invalid_request");
    let url = partner.authorization_url(&site.url("/request.jwt"));
    let page = Browser::showing(&bank, None).get(&url).await;
    page.is_page(400, "authorization_request_invalid");
    // Where the client says to whom it belongs, it is told (RFC 9101, 7).
    let beside = form(&[("redirect_uri", &partner.registered.redirect_uri), ("state", "s")]);
    let beside = url::form_urlencoded::Serializer::new(String::new())
        .extend_pairs(beside)
        .finish();
    let answer = Browser::showing(&bank, None)
        .get(&format!("{url}&{beside}"))
        .await;
    let told = crate::actors::Returned::read(&answer.location());
    assert_eq!(
        (told.get("error"), told.get("state")),
        ("request_uri_not_supported", "s")
    );
    assert_eq!(site.asked(), 0);
}

#[tokio::test]
async fn tokens_are_bound_by_each_algorithm_of_proofs_and_by_certificates() {
    let bank = bank().await;
    let document = document(&bank).await;
    assert_eq!(
        document["dpop_signing_alg_values_supported"],
        json!(ALGORITHMS.map(|(name, _)| name))
    );
    assert_eq!(document["tls_client_certificate_bound_access_tokens"], true);
    for ((name, algorithm), client_id) in ALGORITHMS.into_iter().zip(["ps", "es", "ed"]) {
        let dpop = Arc::new(Dpop::new(algorithm));
        let partner = NewPartner::fapi2(client_id).register(&bank).await;
        let partner = partner.with_dpop_of(Arc::clone(&dpop));
        let own = partner.client_credentials(Some("grant_management_query")).await;
        assert_eq!(own.ok()["token_type"], "DPoP", "{name}");
        let url = partner.url("/token");
        for (other, proof) in unannounced(&dpop.key, "dpop+jwt", || {
            json!({ "jti": random_text(), "htm": "POST", "htu": url,
                "iat": bank.clock().now().unix_seconds(), "nonce": dpop.nonce() })
        }) {
            let (mut header, claims) = crate::actors::opened(&proof);
            header["jwk"] = dpop.key.bare();
            let proof = match other {
                "none" => format!("{}.", unsigned(&header, &claims)),
                "HS256" => hmac(dpop.key.public().to_string().as_bytes(), &header, &claims),
                _ => dpop.key.sign(&header, &claims),
            };
            let fields = form(&[("grant_type", "client_credentials")]);
            let answer = partner.post_proving("/token", &fields, &[&proof]).await;
            assert_eq!(answer.status, 400, "{name} as {other} {}", answer.text());
            answer.oauth_error(400, "invalid_dpop_proof");
        }
    }
    let tokens = Partner::of(&bank, "kaikei").linked("yubari-jiro", &[]).await;
    assert_eq!(tokens.answer["token_type"], "Bearer");
    let thief = Partner::showing(&bank, bank.partner("kaikei").unwrap(), None);
    assert_eq!(thief.get("/v1/accounts", &tokens.access).await.status, 401);
}

#[tokio::test]
async fn each_grant_type_is_served_and_no_other() {
    let bank = bank().await;
    let types = announced(&bank, "grant_types_supported").await;
    assert_eq!(
        types,
        ["authorization_code", "refresh_token", "client_credentials"]
    );
    let partner = NewPartner::fapi2("all").register(&bank).await.with_dpop();
    let tokens = partner.linked("yubari-jiro", &[]).await;
    partner.refresh(&tokens.refresh).await.ok();
    partner
        .client_credentials(Some("grant_management_query"))
        .await
        .ok();
    for other in [
        "password",
        "implicit",
        "urn:ietf:params:oauth:grant-type:jwt-bearer",
        "urn:ietf:params:oauth:grant-type:device_code",
        "urn:ietf:params:oauth:grant-type:token-exchange",
        "urn:openid:params:grant-type:ciba",
    ] {
        let answer = partner.post("/token", &form(&[("grant_type", other)])).await;
        answer.oauth_error(400, "unsupported_grant_type");
    }
}
