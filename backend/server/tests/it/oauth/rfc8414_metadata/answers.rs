//! What metadata announces of what we say: claims, subjects, and the algorithms of our signatures.
//! Not here: requests (`requests`) and clients (`clients`).

use super::{announced, document};
use crate::actors::{Browser, NewPartner, Partner, bank, form, random_text, verified};
use serde_json::{Value, json};

const OPENID: (&str, Option<&str>) = ("scope", Some("openid accounts balance"));

async fn id_token(partner: &Partner<'_>, answer: &Value) -> (Value, Value) {
    verified(answer["id_token"].as_str().unwrap(), &partner.jwks().await)
}

#[tokio::test]
async fn each_algorithm_of_ours_signs_everything() {
    let bank = bank().await;
    let algorithms = announced(&bank, "id_token_signing_alg_values_supported").await;
    assert_eq!(algorithms, ["ES256", "PS256", "EdDSA"]);
    for other in ["userinfo", "authorization", "introspection"] {
        let member = format!("{other}_signing_alg_values_supported");
        assert_eq!(announced(&bank, &member).await, algorithms);
    }
    for (client_id, algorithm) in ["one", "two", "three"].into_iter().zip(&algorithms) {
        let mut new = NewPartner::fapi2(client_id);
        for what in ["id_token", "userinfo", "authorization", "introspection"] {
            new = new.member(&format!("{what}_signed_response_alg"), algorithm.as_str());
        }
        let partner = new.register(&bank).await.with_dpop();
        let browser = Browser::of(&bank, "yubari-jiro");
        let (attempt, mut wizard) = partner
            .link_with(&browser, &[OPENID, ("response_mode", Some("jwt"))])
            .await;
        wizard.log_in(&bank, "yubari-jiro").await;
        wizard.reach_permission(&[]).await;
        let returned = wizard.permit().await;
        let jwks = partner.jwks().await;
        let by = |jwt: &str| {
            let (header, _) = verified(jwt, &jwks);
            assert_eq!(header["alg"], json!(algorithm), "{header}");
        };
        by(returned.get("response"));
        let code = partner.unsealed(&returned).await;
        let tokens = partner.tokens(code.code(), &attempt.verifier).await;
        by(tokens.answer["id_token"].as_str().unwrap());
        by(&partner.get("/userinfo", &tokens.access).await.text());
        let introspected = partner
            .post_accepting(
                "/introspect",
                &form(&[("token", &tokens.access)]),
                "application/token-introspection+jwt",
            )
            .await;
        by(&introspected.text());
    }
    for other in ["RS256", "HS256", "none", "ES384"] {
        let refused = NewPartner::fapi2("other")
            .member("id_token_signed_response_alg", other)
            .try_register(&bank)
            .await;
        assert!(refused.is_err(), "{other}");
    }
}

#[tokio::test]
async fn each_claim_is_supplied() {
    let bank = bank().await;
    let document = document(&bank).await;
    assert_eq!(document["claims_parameter_supported"], true);
    assert_eq!(document["claim_types_supported"], json!(["normal"]));
    let claims = announced(&bank, "claims_supported").await;
    let acr = announced(&bank, "acr_values_supported").await;
    let partner = NewPartner::fapi2("claims").register(&bank).await.with_dpop();
    let asked = json!({
        "id_token": { "acr": { "essential": true, "values": acr } },
        "userinfo": { "acr": null, "amr": null, "auth_time": null },
    })
    .to_string();
    let nonce = random_text();
    let changes = [OPENID, ("nonce", Some(nonce.as_str())), ("claims", Some(&asked))];
    let tokens = partner.linked_with("yubari-jiro", &[], &changes).await;
    let (_, said) = id_token(&partner, &tokens.answer).await;
    for claim in &claims {
        assert!(said.get(claim).is_some_and(|value| !value.is_null()), "{claim}");
    }
    // And nothing else but the hash of the token beside it.
    let mut names: Vec<&String> = said.as_object().unwrap().keys().collect();
    names.retain(|name| *name != "at_hash" && !claims.contains(name));
    assert!(names.is_empty(), "{names:?}");
    assert_eq!(acr.len(), 1);
    assert_eq!(said["acr"], json!(acr[0]));
    let userinfo = partner.get("/userinfo", &tokens.access).await.ok();
    for claim in ["sub", "acr", "amr", "auth_time"] {
        assert_eq!(userinfo[claim], said[claim], "{claim}");
    }

    // A level that is not announced cannot be met.
    let other = json!({ "id_token": { "acr": { "essential": true, "value": "urn:other" } } }).to_string();
    let attempt = partner.begin_with(&[OPENID, ("claims", Some(&other))]).await;
    let location = Browser::showing(&bank, None).get(&attempt.url).await.location();
    let returned = crate::actors::Returned::read(&location);
    assert_eq!(returned.get("error"), "unmet_authentication_requirements");
}

#[tokio::test]
async fn subjects_are_pairwise() {
    let bank = bank().await;
    assert_eq!(announced(&bank, "subject_types_supported").await, ["pairwise"]);
    let mut subjects = Vec::new();
    for client_id in ["here", "there"] {
        let partner = NewPartner::fapi2(client_id).register(&bank).await.with_dpop();
        let tokens = partner.linked_with("yubari-jiro", &[], &[OPENID]).await;
        let (_, said) = id_token(&partner, &tokens.answer).await;
        subjects.push(said["sub"].clone());
    }
    assert_ne!(subjects[0], subjects[1]);
    let public = NewPartner::fapi2("public")
        .member("subject_type", "public")
        .try_register(&bank)
        .await;
    assert!(public.is_err());
}
