//! Request objects, by value at `/authorize` and in pushed requests (RFC 9101; FAPI 2.0 Message Signing, 5.3).
//! Not here: the same parameters unsigned (`authorization_parameters`).
#![no_main]

use std::sync::Arc;

use libfuzzer_sys::{Corpus, fuzz_target};
use renkei_fuzz::answers::{assert_accepted, assert_failure, assert_plain};
use renkei_fuzz::jwt::{Recipe, assert_signed, forgeries, numeric_date};
use renkei_fuzz::{ISSUER, NOW, clients};
use renkei_oauth::authorization::AuthorizationCall;
use renkei_oauth::client::ClientMetadata;
use renkei_oauth::error::ErrorCode;
use renkei_oauth::parameters::Parameters;
use renkei_oauth::pushed_authorization;
use renkei_oauth::request_object::{self, MAX_LIFETIME, RequestObject};
use serde_json::{Value, json};
use url::form_urlencoded;

const TYPES: [Option<&str>; 3] = [None, Some("jwt"), Some("oauth-authz-req+jwt")];
/// Claims about the JWT itself.
const JWT_CLAIMS: [&str; 7] = ["iss", "sub", "aud", "exp", "nbf", "iat", "jti"];

fuzz_target!(
    init: {
        let claims = json!({
            "iss": "fapi2", "client_id": "fapi2", "aud": ISSUER, "nbf": NOW, "exp": NOW + 300,
            "response_type": "code", "redirect_uri": "https://kaikei.example/callback", "scope": "accounts",
            "code_challenge": "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM", "code_challenge_method": "S256"
        });
        let text = format!("EdDSA fapi2\n{{\"alg\":\"EdDSA\"}}\n{claims}");
        let good = Recipe::read(text.as_bytes()).and_then(|recipe| recipe.token()).unwrap();
        let client = clients::find("fapi2").unwrap();
        let object = request_object::verify(&good, client, clients::issuer(), NOW).expect("good objects get through");
        assert!(push(client, &good, object.parameters()), "good requests get through");
    },
    |input: &[u8]| -> Corpus {
        let Some((recipe, token)) = Recipe::read(input).and_then(|recipe| Some((recipe, recipe.token()?))) else {
            return Corpus::Reject;
        };
        // The word after the signer names the client beside the object.
        let Some(client) = recipe.words().next().and_then(clients::find) else {
            return Corpus::Reject;
        };
        match request_object::verify(&token, client, clients::issuer(), NOW) {
            Ok(object) => {
                check(&recipe, &token, client, &object);
                push(client, &token, object.parameters());
                arrive(client, &token, object.parameters());
            }
            Err(error) => {
                assert_plain(&error);
                assert_eq!(error.code(), ErrorCode::InvalidRequestObject);
            }
        }
        Corpus::Keep
    }
);

/// What must hold of an object that was accepted.
fn check(recipe: &Recipe<'_>, token: &str, client: &Arc<ClientMetadata>, object: &RequestObject) {
    let (key, header, claims) = assert_signed(token, &TYPES);
    assert!(client.client_id() != "signing" || key.algorithm() == "EdDSA");
    assert!(
        header
            .get("kid")
            .is_none_or(|kid| kid.is_null() || kid == key.algorithm())
    );
    assert_eq!(
        (&claims["iss"], &claims["client_id"]),
        (&client.client_id().into(), &client.client_id().into())
    );
    let for_us = match &claims["aud"] {
        Value::Array(audiences) => audiences.contains(&ISSUER.into()),
        audience => audience == ISSUER,
    };
    assert!(for_us, "accepted for another server");
    let date = |name: &str| numeric_date(&claims, name).map(f64::floor);
    let (begins, expires) = (date("nbf").expect("no nbf"), date("exp").expect("no exp"));
    #[expect(clippy::cast_precision_loss, reason = "these numbers are exact")]
    let (now, longest) = (NOW as f64, MAX_LIFETIME as f64);
    assert!(begins <= now + 10.0 && now - 10.0 < expires && begins < expires && expires - begins <= longest);
    assert!(date("iat").is_none_or(|issued| issued <= now + 10.0));
    assert!(claims.get("request").is_none() && claims.get("request_uri").is_none());
    if let Some(used) = object.request_object_use() {
        assert!(used.client_id == client.client_id() && claims["jti"] == used.jti.as_str());
        #[expect(clippy::cast_precision_loss, reason = "bounded above")]
        let kept = used.keep_until as f64;
        assert!(kept >= expires + 10.0, "the record must outlive the object");
    }
    for (name, value) in claims.as_object().unwrap() {
        let expected = sent(&claims, name).filter(|_| !JWT_CLAIMS.contains(&name.as_str()));
        assert_eq!(
            object.parameters().get(name).map(str::to_owned),
            expected,
            "{name} = {value}"
        );
    }

    let verify = |token: &str| request_object::verify(token, client, clients::issuer(), NOW);
    if let Some(rewritten) = recipe.rewritten() {
        let again = verify(&rewritten).expect("the same claims, written otherwise");
        assert_eq!(again.request_object_use(), object.request_object_use());
        for name in claims.as_object().unwrap().keys() {
            assert_eq!(again.parameters().get(name), object.parameters().get(name));
        }
    }
    for forged in forgeries(token) {
        assert!(verify(&forged).is_err(), "forged: {forged}");
    }
    for other in clients::all()
        .iter()
        .filter(|other| other.client_id() != client.client_id())
    {
        let crossed = request_object::verify(token, other, clients::issuer(), NOW);
        assert!(crossed.is_err(), "accepted from {} too", other.client_id());
    }
}

/// A claim as it would stand in a form: the text of a string, the JSON of everything else.
fn sent(claims: &Value, name: &str) -> Option<String> {
    let value = claims.get(name).filter(|value| !value.is_null())?;
    let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    (!text.is_empty()).then_some(text)
}

/// In a pushed request; answers whether it was accepted.
fn push(client: &ClientMetadata, token: &str, signed: &Parameters) -> bool {
    let Some(authenticated) = clients::authenticated(client.client_id()) else {
        return false;
    };
    // What stands beside the object must have no effect.
    let form = [
        ("client_id", client.client_id()),
        ("request", token),
        ("scope", "beside"),
        ("prompt", "none"),
    ];
    let Ok(form) = Parameters::from_pairs(form) else {
        return false;
    };
    match pushed_authorization::read(authenticated, &form, Some(signed)) {
        Ok(request) => {
            assert_accepted(&request, client, &|name| signed.get(name).map(str::to_owned));
            true
        }
        Err(error) => {
            assert_plain(&error);
            false
        }
    }
}

/// By value at the authorization endpoint.
fn arrive(client: &ClientMetadata, token: &str, signed: &Parameters) {
    let query = form_urlencoded::Serializer::new(String::new())
        .extend_pairs([
            ("client_id", client.client_id()),
            ("request", token),
            ("scope", "beside"),
        ])
        .finish();
    let call = AuthorizationCall::from_query(&query).unwrap();
    assert_eq!(call.request_object(), Some(token));
    let sent = |name: &str| signed.get(name).map(str::to_owned);
    match call.check_signed(client, signed) {
        Ok(request) => {
            assert!(!client.must_push_requests());
            assert_accepted(&request, client, &sent);
        }
        Err(failure) => assert_failure(&failure, client, &sent),
    }
}
