//! Client assertions at the direct endpoints, from headers and form to the authenticated client (RFC 7523, 3).
//! Not here: secrets and certificates.
#![no_main]

use std::sync::Arc;

use http::header::AUTHORIZATION;
use http::{HeaderMap, HeaderValue};
use libfuzzer_sys::{Corpus, fuzz_target};
use renkei_fuzz::answers::assert_plain;
use renkei_fuzz::clients::{self, JWT_BEARER};
use renkei_fuzz::jwt::{Recipe, assert_signed, forgeries, good_assertion, numeric_date};
use renkei_fuzz::{ISSUER, NOW};
use renkei_oauth::client::AuthenticationMethod;
use renkei_oauth::client_assertion::{AssertionUse, MAX_ASSERTION_LIFETIME};
use renkei_oauth::client_authentication::{Authentication, PresentedCredentials};
use renkei_oauth::error::{ErrorCode, OAuthError};
use renkei_oauth::parameters::Parameters;

const TYPES: [Option<&str>; 3] = [None, Some("jwt"), Some("client-authentication+jwt")];
const REFUSED: &str = "client authentication failed";

fuzz_target!(
    init: assert!(authenticate(&good_assertion("fapi2"), "").is_ok(), "a good assertion must get through"),
    |input: &[u8]| -> Corpus {
        let Some((recipe, token)) = Recipe::read(input).and_then(|recipe| Some((recipe, recipe.token()?))) else {
            return Corpus::Reject;
        };
        // Words after the signer stand for what comes beside the assertion.
        let beside = recipe.words().next().unwrap_or_default();
        match authenticate(&token, beside) {
            Ok(used) => check(&recipe, &token, beside, &used),
            Err(error) => assert_plain(&error),
        }
        Corpus::Keep
    }
);

/// What must hold of an assertion that authenticated a client.
fn check(recipe: &Recipe<'_>, token: &str, beside: &str, used: &AssertionUse) {
    let client = clients::find(&used.client_id).expect("an unknown client was authenticated");
    assert!(matches!(
        client.authentication(),
        AuthenticationMethod::PrivateKeyJwt
    ));
    assert!(!matches!(beside, "basic" | "secret"), "two methods were accepted");
    let (key, header, claims) = assert_signed(token, &TYPES);
    assert!(used.client_id != "signing" || key.algorithm() == "EdDSA");
    // Each client has one key for each algorithm, and its name is that of the algorithm.
    assert!(
        header
            .get("kid")
            .is_none_or(|kid| kid.is_null() || kid == key.algorithm())
    );
    for (name, expected) in [
        ("iss", used.client_id.as_str()),
        ("sub", &used.client_id),
        ("aud", ISSUER),
        ("jti", &used.jti),
    ] {
        assert_eq!(claims[name], expected, "{name}");
    }
    assert!((1..=255).contains(&used.jti.chars().count()) && !used.jti.contains('\0'));
    #[expect(clippy::cast_precision_loss, reason = "this time is exact")]
    let now = NOW as f64;
    #[expect(clippy::cast_precision_loss, reason = "this time is exact")]
    let longest = (MAX_ASSERTION_LIFETIME + 10) as f64;
    let expires = numeric_date(&claims, "exp")
        .expect("accepted without exp")
        .floor();
    assert!(now - 10.0 < expires && expires <= now + longest);
    for name in ["iat", "nbf"] {
        assert!(
            numeric_date(&claims, name).is_none_or(|date| date.floor() <= now + 10.0),
            "{name}"
        );
    }
    // The record must outlive the assertion.
    #[expect(clippy::cast_precision_loss, reason = "bounded above")]
    let kept = used.keep_until as f64;
    assert!(kept >= expires + 10.0);

    if let Some(rewritten) = recipe.rewritten() {
        assert_eq!(
            authenticate(&rewritten, beside).as_ref(),
            Ok(used),
            "the same claims, written otherwise"
        );
    }
    for forged in forgeries(token) {
        assert!(authenticate(&forged, beside).is_err(), "forged: {forged}");
    }
}

/// The client that authenticates, as far as the replay store.
fn authenticate(token: &str, beside: &str) -> Result<AssertionUse, OAuthError> {
    let mut headers = HeaderMap::new();
    let mut form = vec![("client_assertion_type", JWT_BEARER), ("client_assertion", token)];
    match beside {
        "basic" => drop(headers.insert(AUTHORIZATION, HeaderValue::from_static("Basic ZmFwaTI6eA=="))),
        "secret" => form.push(("client_secret", "x")),
        "named" => form.push(("client_id", "fapi2")),
        _ => {}
    }
    let form = Parameters::from_pairs(form)?;
    let credentials = PresentedCredentials::extract(&headers, &form, None)?;
    assert!(beside != "named" || credentials.client_id() == "fapi2");
    let client = clients::find(credentials.client_id());
    for nobody in [None, clients::find("tls"), clients::find("baseline")] {
        let refused = credentials.verify(nobody.map(Arc::clone), None, clients::issuer(), NOW);
        assert_refused(refused.expect_err("an assertion of nobody was accepted"));
    }
    match credentials.verify(client.map(Arc::clone), None, clients::issuer(), NOW) {
        Ok(Authentication::AwaitsReplayCheck(pending)) => {
            let used = pending.assertion_use().clone();
            assert_eq!(used.client_id, credentials.client_id());
            Ok(used)
        }
        Ok(Authentication::Complete(_)) => panic!("an assertion must await the replay check"),
        Err(error) => {
            assert_refused(error);
            Err(error)
        }
    }
}

/// Whatever is wrong, the answer is the same.
fn assert_refused(error: OAuthError) {
    assert_eq!(
        (error.code(), error.description()),
        (ErrorCode::InvalidClient, REFUSED)
    );
    let challenge = error.www_authenticate();
    assert!(challenge.is_some_and(|challenge| challenge.starts_with("Basic ")));
}
