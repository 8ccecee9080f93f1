//! FAPI 2.0 Message Signing (Final), clause by clause, with the test that shows each, and the whole way with everything
//! signed. Not here: the security profile beneath (`fapi2_security_profile`).
//!
//! | clause | shown by |
//! |---|---|
//! | 5.3.1: request objects at `/par` (RFC 9101, RFC 9126) | `a_signed_request_is_read_like_a_form`, `what_stands_beside_the_object_counts_for_nothing` |
//! | all of it together | `everything_is_signed_from_one_end_to_the_other` |
//! | 5.3.1: by value, for whoever need not push | `by_value_it_works_like_a_plain_request` |
//! | 5.3.1: the issuer is the audience | `what_is_wrong_with_an_object_is_refused` |
//! | 5.3.1: `nbf` no longer ago than 60 minutes, `exp` no further on | `what_is_wrong_with_an_object_is_refused` |
//! | 5.3.1: `exp` and `nbf` are required; `typ` may be said | `what_is_wrong_with_an_object_is_refused`, `pushed_objects_that_are_no_good` |
//! | 5.3.1: who has registered for it is refused without | `whoever_must_sign_is_refused_without`, `an_unsigned_request_of_a_signing_partner_begins_nothing` |
//! | 5.4.1: JARM in all its modes | `every_mode_carries_one_signed_answer`, `form_post` |
//! | 5.4.1: errors are signed as well | `what_is_refused_is_signed_as_well`, `an_error_on_arrival_is_signed` |
//! | 5.4.1: by the registered algorithm | `the_algorithm_is_the_one_that_the_client_registered` |
//! | 5.5.1: introspection answers (RFC 9701) | `rfc9701_jwt_introspection` |
//! | 5.6: HTTP messages | not served; answers of the accounts API are signed in our own form: `signed_answers` |
//! | FAPI 2.0 Security Profile, 5.4.1: algorithms | `forgeries_of_every_kind_of_jwt`, `objects_by_the_browser_that_are_no_good` |
//! | metadata of all this | `rfc8414_metadata` |

use crate::actors::{
    Browser, NewPartner, Partner, Returned, Tokens, bank, form, opened, random_text, verified,
};
use jsonwebtoken::Algorithm;
use reqwest::Method;
use serde_json::json;

/// A partner that signs and wants everything signed, by one algorithm.
fn signing(client_id: &'static str, algorithm: Algorithm, name: &str) -> NewPartner {
    NewPartner::signing(client_id, algorithm)
        .member("require_signed_request_object", true)
        .member("request_object_signing_alg", name)
        .member("authorization_signed_response_alg", name)
        .member("introspection_signed_response_alg", name)
        .member("id_token_signed_response_alg", name)
        .member("userinfo_signed_response_alg", name)
}

#[tokio::test]
async fn everything_is_signed_from_one_end_to_the_other() {
    let bank = bank().await;
    for (client_id, algorithm, name) in [
        ("es", Algorithm::ES256, "ES256"),
        ("ps", Algorithm::PS256, "PS256"),
        ("ed", Algorithm::EdDSA, "EdDSA"),
    ] {
        let partner = signing(client_id, algorithm, name)
            .register(&bank)
            .await
            .with_dpop();
        let jwks = partner.jwks().await;
        let browser = Browser::of(&bank, "yubari-jiro");
        let changes = [
            ("response_mode", Some("jwt")),
            ("scope", Some("openid accounts balance")),
        ];
        let attempt = partner.begin_signed(&changes).await;
        let mut wizard = browser.arrive(&attempt.url).await;
        wizard.log_in(&bank, "yubari-jiro").await;
        wizard.reach_permission(&[]).await;
        let sealed = wizard.permit().await;
        assert_eq!(sealed.parameters.len(), 1, "{sealed:?}");
        assert_eq!(opened(sealed.get("response")).0["alg"], name);
        let returned = partner.unsealed(&sealed).await;
        assert_eq!(returned.get("state"), attempt.state);
        assert_eq!(returned.get("iss"), bank.issuer());
        let tokens: Tokens = partner.tokens(returned.code(), &attempt.verifier).await;
        let (header, id) = verified(tokens.answer["id_token"].as_str().unwrap(), &jwks);
        assert_eq!(header["alg"], name);

        let media_type = "application/token-introspection+jwt";
        let fields = form(&[("token", &tokens.access)]);
        let about = partner.post_accepting("/introspect", &fields, media_type).await;
        let (header, about) = verified(&about.text(), &jwks);
        assert_eq!(header["alg"], name);
        assert_eq!(about["token_introspection"]["sub"], id["sub"]);
        let userinfo = partner.get("/userinfo", &tokens.access).await;
        let (header, userinfo) = verified(&userinfo.text(), &jwks);
        assert_eq!((&header["alg"], &userinfo["sub"]), (&json!(name), &id["sub"]));
        let accept = [("accept", "application/jwt")];
        let accounts = partner
            .ask(Method::GET, "/v1/accounts", &tokens.access, &accept)
            .await;
        let (_, accounts) = verified(&accounts.text(), &jwks);
        assert_eq!(accounts["response"]["accounts"].as_array().unwrap().len(), 3);
    }
}

/// None of the bank's JWTs is good for another purpose than its own.
#[tokio::test]
async fn forgeries_of_every_kind_of_jwt() {
    let bank = bank().await;
    let partner = NewPartner::fapi2("kagi").register(&bank).await.with_dpop();
    let tokens = partner
        .linked_with("yubari-jiro", &[], &[("scope", Some("openid accounts balance"))])
        .await;
    let id_token = tokens.answer["id_token"].as_str().unwrap().to_owned();
    let fields = form(&[("token", &tokens.access)]);
    let about = partner
        .post_accepting("/introspect", &fields, "application/token-introspection+jwt")
        .await
        .text();
    let accept = [("accept", "application/jwt")];
    let accounts = partner
        .ask(Method::GET, "/v1/accounts", &tokens.access, &accept)
        .await;
    let assertion = partner.assertion(|_| {});
    let object = partner.request_object(&partner.request("s", &random_text()), |_, _| {});
    for jwt in [id_token, about, accounts.text(), assertion, object.clone()] {
        // As access token, as assertion, as refresh token, as request object.
        // One that is longer than any token of ours is not looked up.
        let (status, code) = if jwt.len() > 1_024 {
            (400, "request_malformed")
        } else {
            (401, "invalid_token")
        };
        partner.get("/v1/accounts", &jwt).await.refused(status, code);
        if jwt != object {
            let answer = partner.post("/par", &form(&[("request", &jwt)])).await;
            assert_eq!(answer.json()["error"], "invalid_request_object");
        }
        partner.refresh(&jwt).await.oauth_error(400, "invalid_grant");
        let fields = form(&[("token", &jwt)]);
        assert_eq!(
            partner.post("/introspect", &fields).await.ok(),
            json!({ "active": false })
        );
    }
    for jwt in [&tokens.answer["id_token"].as_str().unwrap().to_owned(), &object] {
        partner
            .post_asserting("/revoke", &form(&[("token", "x")]), jwt)
            .await
            .oauth_error(401, "invalid_client");
    }
}

#[tokio::test]
async fn an_unsigned_request_of_a_signing_partner_begins_nothing() {
    let bank = bank().await;
    let partner: Partner<'_> = signing("es", Algorithm::ES256, "ES256").register(&bank).await;
    partner
        .post("/par", &partner.request("s", &random_text()))
        .await
        .oauth_error(400, "invalid_request");
    let browser = Browser::showing(&bank, None);
    let answer = browser
        .get(&partner.direct_url(&partner.request("s", &random_text())))
        .await;
    let returned = Returned::read(&answer.location());
    assert_eq!(returned.get("error"), "invalid_request");
}
