//! RFC 8414 and OpenID Connect Discovery: what is announced works.
//! Not here: the document's making (`renkei-oauth`).

use crate::actors::{Answer, Browser, Partner, bank, client_config, random_text};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use rcgen::{KeyPair, PKCS_ECDSA_P256_SHA256, PKCS_ED25519, PKCS_RSA_SHA256};
use serde_json::{Value, json};

#[tokio::test]
async fn both_addresses_give_one_document_and_every_address_in_it_is_there() {
    let bank = bank().await;
    let browser = Browser::showing(&bank, None);
    let oauth = browser.get("/.well-known/oauth-authorization-server").await;
    let openid = browser.get("/.well-known/openid-configuration").await;
    assert_eq!(oauth.ok(), openid.ok());
    let document = oauth.json();
    assert_eq!(document["issuer"], bank.issuer());
    assert_eq!(
        document["mtls_endpoint_aliases"]["token_endpoint"],
        format!("{}/token", bank.partner_url())
    );
    assert_eq!(document["code_challenge_methods_supported"], json!(["S256"]));
    assert_eq!(document["tls_client_certificate_bound_access_tokens"], true);

    let http = reqwest::Client::builder()
        .tls_backend_preconfigured(client_config(&bank, None))
        .resolve("localhost", ([127, 0, 0, 1], 0).into())
        .no_proxy()
        .build()
        .unwrap();
    for base in [&document, &document["mtls_endpoint_aliases"]] {
        for endpoint in [
            "token_endpoint",
            "revocation_endpoint",
            "pushed_authorization_request_endpoint",
        ] {
            let url = base[endpoint].as_str().unwrap();
            let answer = Answer::of(http.post(url).form(&[("a", "b")]).send().await.unwrap()).await;
            answer.oauth_error(401, "invalid_client");
        }
    }
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
}

/// The public half of a key, with its algorithm.
fn jwk(key: &KeyPair, algorithm: Algorithm, kid: &str) -> Value {
    let b64 = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
    let raw = key.public_key_raw();
    match algorithm {
        Algorithm::ES256 => {
            json!({ "kty": "EC", "crv": "P-256", "alg": "ES256", "kid": kid, "x": b64(&raw[1..33]), "y": b64(&raw[33..]) })
        }
        Algorithm::EdDSA => {
            json!({ "kty": "OKP", "crv": "Ed25519", "alg": "EdDSA", "kid": kid, "x": b64(raw) })
        }
        _ => {
            // RSAPublicKey (RFC 8017 appendix A.1.1) of 2048 bits: lengths take two octets, n a leading zero.
            let n = &raw[9..9 + 256];
            let e = &raw[9 + 256 + 2..];
            json!({ "kty": "RSA", "alg": "PS256", "kid": kid, "n": b64(n), "e": b64(e) })
        }
    }
}

#[tokio::test]
async fn every_announced_signing_algorithm_authenticates() {
    let bank = bank().await;
    let document = Browser::showing(&bank, None)
        .get("/.well-known/oauth-authorization-server")
        .await
        .ok();
    assert_eq!(
        document["token_endpoint_auth_signing_alg_values_supported"],
        json!(["PS256", "ES256", "EdDSA"])
    );
    let keys = [
        (Algorithm::PS256, KeyPair::generate_for(&PKCS_RSA_SHA256).unwrap()),
        (
            Algorithm::ES256,
            KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256).unwrap(),
        ),
        (Algorithm::EdDSA, KeyPair::generate_for(&PKCS_ED25519).unwrap()),
    ];
    let jwks: Vec<Value> = keys
        .iter()
        .map(|(algorithm, key)| jwk(key, *algorithm, &format!("{algorithm:?}")))
        .collect();
    let text = format!(
        "[[partner]]\nclient_id = \"many-keys\"\nname = \"n\"\nlegal_name = \"l\"\nregistration_number = \"r\"\n\
         purpose = \"p\"\ncomplaint_contact = \"c\"\nprofile = \"fapi2\"\nauth_method = \"private_key_jwt\"\n\
         jwks = '''{}'''\nredirect_uris = [\"https://many.example/cb\"]\nscopes = [\"accounts\", \"balance\"]\n\
         businesses = \"fixed\"\ntoken_binding = \"mtls\"\n",
        json!({ "keys": jwks })
    );
    bank.write("many.toml", &text).unwrap();
    let (config, file) = (
        bank.config().display().to_string(),
        bank.path("many.toml").display().to_string(),
    );
    bank.renkei(&["partner", "add", "--config", &config, &file])
        .await
        .unwrap();

    let partner = Partner::of(&bank, "kaikei");
    for (algorithm, key) in &keys {
        let pem = key.serialize_pem();
        let signing = match algorithm {
            Algorithm::PS256 => EncodingKey::from_rsa_pem(pem.as_bytes()),
            Algorithm::ES256 => EncodingKey::from_ec_pem(pem.as_bytes()),
            _ => EncodingKey::from_ed_pem(pem.as_bytes()),
        }
        .unwrap();
        let mut header = Header::new(*algorithm);
        header.kid = Some(format!("{algorithm:?}"));
        let mut claims = partner.claims();
        claims["iss"] = json!("many-keys");
        claims["sub"] = json!("many-keys");
        let assertion = jsonwebtoken::encode(&header, &claims, &signing).unwrap();
        let mut form = partner.request("s", &random_text());
        form.retain(|(name, _)| name != "client_id" && name != "redirect_uri" && name != "scope");
        form.push(("redirect_uri".to_owned(), "https://many.example/cb".to_owned()));
        let answer = partner.post_asserting("/par", &form, &assertion).await;
        assert_eq!(answer.status, 201, "{algorithm:?} {}", answer.text());

        // RS256 with the RSA key is not announced, and not taken.
        if *algorithm == Algorithm::PS256 {
            header.alg = Algorithm::RS256;
            claims["jti"] = json!(random_text());
            let weaker = jsonwebtoken::encode(&header, &claims, &signing).unwrap();
            let answer = partner.post_asserting("/par", &form, &weaker).await;
            answer.oauth_error(401, "invalid_client");
        }
    }
}

#[tokio::test]
async fn each_announced_method_and_grant_type_works() {
    let bank = bank().await;
    let document = Browser::showing(&bank, None)
        .get("/.well-known/oauth-authorization-server")
        .await
        .ok();
    let methods = document["token_endpoint_auth_methods_supported"]
        .as_array()
        .unwrap()
        .clone();
    let of_method = [
        ("private_key_jwt", "kaikei"),
        ("tls_client_auth", "chobo"),
        ("client_secret_basic", "kihon"),
    ];
    assert_eq!(methods.len(), of_method.len());
    for (method, client_id) in of_method {
        assert!(methods.contains(&json!(method)));
        let partner = Partner::of(&bank, client_id);
        let tokens = partner.linked("yubari-jiro", &[]).await;
        assert_eq!(tokens.answer["scope"], scopes(&document));
        partner.refresh(&tokens.refresh).await.ok();
    }
}

fn scopes(document: &Value) -> String {
    let scopes = document["scopes_supported"].as_array().unwrap();
    let names: Vec<&str> = scopes.iter().map(|scope| scope.as_str().unwrap()).collect();
    names.join(" ")
}
