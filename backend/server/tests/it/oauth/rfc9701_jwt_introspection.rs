//! RFC 9701 and FAPI 2.0 Message Signing, 5.5: the answer to an introspection as a JWT that the bank has signed.
//! Not here: what the answer says (`rfc7662_introspection`).
//!
//! | clause | shown by |
//! |---|---|
//! | RFC 9701, 4: asked for by `Accept` | `who_asks_for_a_jwt_gets_one_and_nobody_else` |
//! | RFC 9701, 5: media type, `typ`, `iss`, `aud`, `iat`, `token_introspection` | `the_jwt_says_who_speaks_to_whom` |
//! | RFC 9701, 5: of an inactive token too | `the_jwt_says_who_speaks_to_whom` |
//! | RFC 9701, 6: `introspection_signed_response_alg` | `the_registered_algorithm_signs` |
//! | RFC 9701, 8.1: not to be taken for an access token | `the_jwt_says_who_speaks_to_whom` |
//! | FAPI 2.0 Message Signing, 5.5.1: signed answers, by the algorithms of FAPI | `the_registered_algorithm_signs` |

use crate::actors::{NewPartner, Partner, bank, form, verified};
use serde_json::json;

const MEDIA_TYPE: &str = "application/token-introspection+jwt";

#[tokio::test]
async fn the_jwt_says_who_speaks_to_whom() {
    let bank = bank().await;
    let partner = Partner::of(&bank, "chobo");
    let tokens = partner.linked("yubari-jiro", &[]).await;
    let jwks = partner.jwks().await;
    for token in [tokens.access.as_str(), &tokens.refresh, "nonsense"] {
        let fields = form(&[("token", token)]);
        let plain = partner.introspect(token).await.ok();
        let answer = partner.post_accepting("/introspect", &fields, MEDIA_TYPE).await;
        assert_eq!(answer.status, 200);
        assert_eq!(answer.header("content-type"), Some(MEDIA_TYPE));
        assert_eq!(answer.header("cache-control"), Some("no-store"));
        let (header, claims) = verified(&answer.text(), &jwks);
        assert_eq!(header["typ"], "token-introspection+jwt");
        // Neither sub nor exp of its own.
        assert_eq!(
            claims,
            json!({
                "iss": bank.issuer(), "aud": "chobo", "iat": bank.clock().now().unix_seconds(),
                "token_introspection": plain,
            })
        );
    }
}

#[tokio::test]
async fn who_asks_for_a_jwt_gets_one_and_nobody_else() {
    let bank = bank().await;
    let partner = Partner::of(&bank, "chobo");
    let fields = form(&[("token", "x")]);
    for (accept, content_type) in [
        (MEDIA_TYPE, MEDIA_TYPE),
        (
            "application/token-introspection+jwt, application/json;q=0.5",
            MEDIA_TYPE,
        ),
        ("application/json", "application/json"),
        ("*/*", "application/json"),
        ("application/jwt", "application/json"),
        ("application/token-introspection+jwt;q=0", "application/json"),
        ("text/html", "application/json"),
    ] {
        let answer = partner.post_accepting("/introspect", &fields, accept).await;
        assert_eq!(answer.header("content-type"), Some(content_type), "{accept}");
        assert_eq!(answer.header("vary"), Some("Accept"));
    }
    // An error stays what it is.
    let answer = partner.post_accepting("/introspect", &[], MEDIA_TYPE).await;
    answer.oauth_error(400, "invalid_request");
}

#[tokio::test]
async fn the_registered_algorithm_signs() {
    let bank = bank().await;
    for (client_id, algorithm) in [("es", "ES256"), ("ps", "PS256"), ("ed", "EdDSA")] {
        let partner = NewPartner::fapi2(client_id)
            .member("introspection_signed_response_alg", algorithm)
            .register(&bank)
            .await;
        let fields = form(&[("token", "x")]);
        let answer = partner.post_accepting("/introspect", &fields, MEDIA_TYPE).await;
        let (header, _) = verified(&answer.text(), &partner.jwks().await);
        assert_eq!(header["alg"], algorithm);
    }
}
