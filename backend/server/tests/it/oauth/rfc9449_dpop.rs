//! RFC 9449: tokens bound to a key that the partner proves with each request. A proof by itself: `renkei-oauth`.
//!
//! | clause | shown by |
//! |---|---|
//! | 4.2, 4.3: what a proof must be | `a_proof_that_is_wrong_in_one_thing_gets_no_token`, `a_proof_that_is_wrong_in_one_thing_opens_nothing_and_changes_nothing`, `what_a_proof_may_be` |
//! | 4.3 item 1: one header | `a_proof_that_is_wrong_in_one_thing_gets_no_token` |
//! | 5: `token_type`, bound access and refresh tokens | `every_algorithm_from_the_request_to_the_answer`, `a_refresh_token_stays_with_its_key` |
//! | 5.2: `dpop_bound_access_tokens` | `who_has_registered_for_one_binding_gets_no_other` |
//! | 6.1, 6.2: `cnf` with `jkt` | `every_algorithm_from_the_request_to_the_answer`, `thumbprints_are_those_of_rfc_7638` |
//! | 7.1: the scheme, `ath`, challenges | `at_resources_a_token_needs_its_key` |
//! | 7.2: no way back to bearer | `at_resources_a_token_needs_its_key` |
//! | 8, 8.1, 8.2: nonces of the server | `without_a_nonce_of_ours_there_is_no_token`, `nonces_live_for_two_windows`, `where_a_nonce_is_only_offered_none_is_needed_and_a_wrong_one_is_refused` |
//! | 9: nonces at resources | `resources_ask_for_nonces_too` |
//! | 10, 10.1: a code is bound to a key | `a_code_is_bound_to_the_key_of_its_request` |
//! | 11.6: asymmetric algorithms only | `what_a_proof_may_be` |
//! | 11.1: replay; no records of strangers | `who_cannot_say_who_it_is_leaves_no_record_of_a_proof`, `a_proof_works_once_on_all_nodes`, `a_proof_works_once_at_resources` |

use super::bad_input::{Contents, contents};
use crate::actors::{
    Answer, Attempt, Browser, Dpop, NewPartner, Partner, Returned, SigningKey, bank, bank_of_two_nodes,
    base64url, form, random_text, reconfigure, sha256, unsigned,
};
use futures_util::future::join_all;
use jsonwebtoken::Algorithm;
use renkei::testing::TestBank;
use reqwest::Method;
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;

/// A partner without a certificate, which has a key and knows a nonce.
async fn partner(bank: &TestBank) -> Partner<'_> {
    let partner = NewPartner::fapi2("kagi").register(bank).await.with_dpop();
    partner.client_credentials(None).await.ok();
    partner
}

async fn permitted(partner: &Partner<'_>) -> (Attempt, Returned) {
    let browser = Browser::of(partner.bank, "yubari-jiro");
    let (attempt, mut wizard) = partner.link(&browser).await;
    wizard.log_in(partner.bank, "yubari-jiro").await;
    wizard.reach_permission(&[]).await;
    (attempt, wizard.permit().await)
}

fn own_token() -> Vec<(String, String)> {
    form(&[("grant_type", "client_credentials")])
}

#[tokio::test]
async fn every_algorithm_from_the_request_to_the_answer() {
    let bank = bank().await;
    for (client_id, algorithm) in [
        ("es", Algorithm::ES256),
        ("ed", Algorithm::EdDSA),
        ("ps", Algorithm::PS256),
    ] {
        let partner = NewPartner::fapi2(client_id).register(&bank).await;
        let partner = partner.with_dpop_of(Arc::new(Dpop::new(algorithm)));
        let tokens = partner.linked("yubari-jiro", &[]).await;
        assert_eq!(tokens.answer["token_type"], "DPoP");
        let thumbprint = partner.dpop().key.thumbprint();
        for token in [&tokens.access, &tokens.refresh] {
            let about = partner.introspect(token).await.ok();
            assert_eq!(about["active"], true);
            assert_eq!(about["cnf"], json!({ "jkt": thumbprint }), "{about}");
        }
        let of_access = partner.introspect(&tokens.access).await.ok();
        assert_eq!(of_access["token_type"], "DPoP");
        assert_eq!(partner.accounts(&tokens.access).await.len(), 3);
        let fresh = partner.refresh(&tokens.refresh).await.ok();
        assert_eq!(fresh["token_type"], "DPoP");
        let fresh = fresh["access_token"].as_str().unwrap().to_owned();
        // Either listener will do, and the proof names the one that it is sent to.
        let mut elsewhere = partner;
        elsewhere.base = bank.partner_url();
        elsewhere.accounts(&fresh).await;
    }
}

type Change = fn(&mut Value, &mut Value);

/// What is wrong with a proof of `POST` to an address, in one thing each.
const WRONG: [(&str, Change); 26] = [
    ("typ of another JWT", |header, _| header["typ"] = json!("JWT")),
    ("no typ", |header, _| {
        drop(header.as_object_mut().unwrap().remove("typ"));
    }),
    ("no key", |header, _| {
        drop(header.as_object_mut().unwrap().remove("jwk"));
    }),
    ("key by name", |header, _| header["jwk"] = json!("dpop")),
    ("another key", |header, _| {
        header["jwk"] = SigningKey::generate(Algorithm::ES256, "k").bare();
    }),
    ("private key", |header, _| header["jwk"]["d"] = json!("AAAA")),
    ("symmetric key", |header, _| {
        header["jwk"] = json!({ "kty": "oct", "k": "AAAA" });
    }),
    ("algorithm of another key", |header, _| {
        header["alg"] = json!("EdDSA");
    }),
    ("RS256", |header, _| header["alg"] = json!("RS256")),
    ("HS256", |header, _| header["alg"] = json!("HS256")),
    ("none", |header, _| header["alg"] = json!("none")),
    ("critical extension", |header, _| header["crit"] = json!(["exp"])),
    ("no jti", |_, claims| {
        drop(claims.as_object_mut().unwrap().remove("jti"));
    }),
    ("empty jti", |_, claims| claims["jti"] = json!("")),
    ("jti of another type", |_, claims| claims["jti"] = json!(1)),
    ("long jti", |_, claims| claims["jti"] = json!("j".repeat(256))),
    ("no htm", |_, claims| {
        drop(claims.as_object_mut().unwrap().remove("htm"));
    }),
    ("htm of another request", |_, claims| claims["htm"] = json!("GET")),
    ("htm in small letters", |_, claims| claims["htm"] = json!("post")),
    ("no htu", |_, claims| {
        drop(claims.as_object_mut().unwrap().remove("htu"));
    }),
    ("htu of another path", |_, claims| {
        claims["htu"] = json!(claims["htu"].as_str().unwrap().replace("/token", "/par"));
    }),
    ("htu of another host", |_, claims| {
        claims["htu"] = json!("https://bank.example/token");
    }),
    ("htu without TLS", |_, claims| {
        claims["htu"] = json!(claims["htu"].as_str().unwrap().replace("https", "http"));
    }),
    ("no iat", |_, claims| {
        drop(claims.as_object_mut().unwrap().remove("iat"));
    }),
    ("61 seconds old", |_, claims| {
        claims["iat"] = json!(claims["iat"].as_i64().unwrap() - 61);
    }),
    ("11 seconds ahead", |_, claims| {
        claims["iat"] = json!(claims["iat"].as_i64().unwrap() + 11);
    }),
];

#[tokio::test]
async fn a_proof_that_is_wrong_in_one_thing_gets_no_token() {
    let bank = bank().await;
    let partner = partner(&bank).await;
    let (attempt, returned) = permitted(&partner).await;
    let redemption = partner.redemption(returned.code(), &attempt.verifier);
    let url = partner.url("/token");
    let proof = |change: Change| partner.dpop().proof_but(&bank, "POST", &url, None, change);
    let refused = |answer: Answer, what: &str| {
        assert_eq!(answer.status, 400, "{what}: {}", answer.text());
        assert_eq!(answer.json()["error"], "invalid_dpop_proof", "{what}");
        assert!(answer.header("dpop-nonce").is_some(), "{what}");
    };
    for (what, change) in WRONG {
        let wrong = proof(change);
        refused(partner.post_proving("/token", &redemption, &[&wrong]).await, what);
    }
    let good = proof(|_, _| {});
    let (message, signature) = good.rsplit_once('.').unwrap();
    let changed = signature.replacen(|c| c != 'A', "A", 1);
    let other = proof(|_, claims| claims["jti"] = json!("another"));
    let (header, claims) = crate::actors::opened(&good);
    let mut none = header;
    none["alg"] = json!("none");
    for (what, wrong) in [
        ("nothing", String::new()),
        ("no JWT", "proof".to_owned()),
        ("signature changed", format!("{message}.{changed}")),
        ("signature of another proof", {
            let (_, signature) = other.rsplit_once('.').unwrap();
            format!("{message}.{signature}")
        }),
        ("no signature", format!("{message}.")),
        ("two parts", message.to_owned()),
        ("unsigned", format!("{}.", unsigned(&none, &claims))),
        ("four parts", format!("{good}.AAAA")),
        ("space before", format!("x {good}")),
    ] {
        refused(partner.post_proving("/token", &redemption, &[&wrong]).await, what);
    }
    let second = proof(|_, _| {});
    let two = partner
        .post_proving("/token", &redemption, &[&good, &second])
        .await;
    refused(two, "two headers");
    // None of them has used the code up.
    partner.post_proving("/token", &redemption, &[&good]).await.ok();
}

/// What is wrong with a proof wherever it is sent: the others name another request of `POST /token` alone.
fn wrong_everywhere() -> impl Iterator<Item = (&'static str, Change)> {
    let of_the_token_endpoint = ["htm of another request", "htu of another path"];
    WRONG
        .into_iter()
        .filter(move |(what, _)| !of_the_token_endpoint.contains(what))
}

#[tokio::test]
async fn a_proof_that_is_wrong_in_one_thing_opens_nothing_and_changes_nothing() {
    let bank = bank().await;
    let partner = partner(&bank).await;
    let scope = [("scope", Some("openid accounts balance statement"))];
    let tokens = partner.linked_with("yubari-jiro", &[], &scope).await;
    let own = partner.client_credentials(None).await.ok();
    let grant = format!("/grants/{}", tokens.answer["grant_id"].as_str().unwrap());
    let own = own["access_token"].as_str().unwrap();
    let request = partner.request("s", &random_text());
    let pushed = partner.url("/par");
    // Client assertions are used up by the refusals, and nothing else.
    let without_replays = |mut contents: Contents| {
        contents.retain(|(table, _), _| !table.starts_with("replays"));
        contents
    };
    let before = without_replays(contents(&bank).await);
    for (what, change) in wrong_everywhere() {
        let proof = partner.dpop().proof_but(&bank, "POST", &pushed, None, change);
        let answer = partner.post_proving("/par", &request, &[&proof]).await;
        assert_eq!(answer.status, 400, "/par: {what}: {}", answer.text());
        assert_eq!(answer.json()["error"], "invalid_dpop_proof", "/par: {what}");
    }
    for (method, path, token) in [
        (Method::GET, "/v1/accounts", tokens.access.as_str()),
        (Method::GET, "/userinfo", &tokens.access),
        (Method::POST, "/userinfo", &tokens.access),
        (Method::GET, &grant, own),
        (Method::DELETE, &grant, own),
    ] {
        let url = partner.url(path);
        for (what, change) in wrong_everywhere() {
            let proof = partner
                .dpop()
                .proof_but(&bank, method.as_str(), &url, Some(token), change);
            let request = partner
                .call(method.clone(), path)
                .header("authorization", format!("DPoP {token}"))
                .header("dpop", proof);
            let answer = Answer::of(request.send().await.unwrap()).await;
            assert_eq!(answer.status, 401, "{method} {path}: {what}: {}", answer.text());
            let mut challenges = answer.headers.get_all("www-authenticate").iter();
            let told = challenges.any(|value| value.to_str().unwrap().contains("invalid_dpop_proof"));
            assert!(told, "{method} {path}: {what}");
        }
    }
    assert_eq!(without_replays(contents(&bank).await), before);
    partner.accounts(&tokens.access).await;
}

#[tokio::test]
async fn what_a_proof_may_be() {
    let bank = bank().await;
    let partner = partner(&bank).await;
    let url = partner.url("/token");
    let good: [(&str, Change); 8] = [
        ("60 seconds old", |_, claims| {
            claims["iat"] = json!(claims["iat"].as_i64().unwrap() - 60);
        }),
        ("10 seconds ahead", |_, claims| {
            claims["iat"] = json!(claims["iat"].as_i64().unwrap() + 10);
        }),
        ("iat with a fraction", |_, claims| {
            claims["iat"] = json!(claims["iat"].as_f64().unwrap() + 0.5);
        }),
        ("htu with a query", |_, claims| {
            claims["htu"] = json!(format!("{}?x=1#y", claims["htu"].as_str().unwrap()));
        }),
        ("host in capitals", |_, claims| {
            claims["htu"] = json!(claims["htu"].as_str().unwrap().replace("localhost", "LOCALHOST"));
        }),
        ("longest jti", |_, claims| claims["jti"] = json!("髙".repeat(255))),
        ("claims that mean nothing here", |_, claims| {
            claims["ath"] = json!("whatever");
        }),
        (
            "an x that begins with zero is none of ours to judge",
            |header, _| header["jwk"]["use"] = json!("sig"),
        ),
    ];
    for (what, change) in good {
        let proof = partner.dpop().proof_but(&bank, "POST", &url, None, change);
        let answer = partner.post_proving("/token", &own_token(), &[&proof]).await;
        assert_eq!(answer.status, 200, "{what}: {}", answer.text());
    }
    // The alias of the mutual-TLS listener is the same endpoint (RFC 8705, 5).
    let alias = format!("{}/token", bank.partner_url());
    let proof = partner.dpop().proof(&bank, "POST", &alias, None);
    partner.post_proving("/token", &own_token(), &[&proof]).await.ok();
}

#[tokio::test]
async fn without_a_nonce_of_ours_there_is_no_token() {
    let bank = bank().await;
    let partner = partner(&bank).await;
    let (attempt, returned) = permitted(&partner).await;
    let redemption = partner.redemption(returned.code(), &attempt.verifier);
    let url = partner.url("/token");
    let ours = partner.dpop().nonce().unwrap();
    for nonce in [
        None,
        Some(String::new()),
        Some(random_text()),
        Some(format!("{ours}x")),
        Some("n".repeat(5_000)),
    ] {
        partner.dpop().set_nonce(nonce.clone());
        let proof = partner.dpop().proof(&bank, "POST", &url, None);
        let answer = partner.post_proving("/token", &redemption, &[&proof]).await;
        answer.oauth_error(400, "use_dpop_nonce");
        assert_eq!(answer.header("dpop-nonce"), Some(ours.as_str()), "{nonce:?}");
        let pushed = partner.request("s", &random_text());
        let proof = partner.dpop().proof(&bank, "POST", &partner.url("/par"), None);
        let answer = partner.post_proving("/par", &pushed, &[&proof]).await;
        answer.oauth_error(400, "use_dpop_nonce");
    }
    // And with it, everything goes its way.
    let answer = partner.redeem(returned.code(), &attempt.verifier).await;
    answer.ok();
    assert_eq!(
        answer.header("dpop-nonce"),
        Some(ours.as_str()),
        "given with each answer"
    );
    // Whoever has no key is not bothered with nonces.
    let bound_by_certificate = Partner::of(&bank, "kaikei");
    let request = bound_by_certificate.request("s", &random_text());
    let answer = bound_by_certificate.post("/par", &request).await;
    assert_eq!((answer.status, answer.header("dpop-nonce")), (201, None));
}

#[tokio::test]
async fn nonces_live_for_two_windows() {
    let bank = bank().await;
    let partner = partner(&bank).await;
    let first = partner.dpop().nonce().unwrap();
    let token = async || {
        let proof = partner.dpop().proof(&bank, "POST", &partner.url("/token"), None);
        partner.post_proving("/token", &own_token(), &[&proof]).await
    };
    bank.clock().advance(Duration::from_secs(300));
    let answer = token().await;
    answer.ok();
    let second = answer.header("dpop-nonce").unwrap().to_owned();
    assert_ne!(first, second, "a good answer brings the next nonce");
    bank.clock().advance(Duration::from_secs(300));
    token().await.oauth_error(400, "use_dpop_nonce");
    partner.dpop().set_nonce(Some(second));
    token().await.ok();
}

#[tokio::test]
async fn where_a_nonce_is_only_offered_none_is_needed_and_a_wrong_one_is_refused() {
    let mut bank = bank().await;
    reconfigure(&mut bank, "[oauth]\ndpop_nonce = \"offered\"").await;
    let partner = NewPartner::fapi2("kagi").register(&bank).await.with_dpop();
    let first = partner.post_once("/token", &own_token()).await;
    first.ok();
    let ours = first.header("dpop-nonce").unwrap().to_owned();
    partner.dpop().set_nonce(Some(ours));
    partner.post_once("/token", &own_token()).await.ok();
    partner.dpop().set_nonce(Some(random_text()));
    partner
        .post_once("/token", &own_token())
        .await
        .oauth_error(400, "use_dpop_nonce");
}

#[tokio::test]
async fn a_proof_works_once_on_all_nodes() {
    let bank = bank_of_two_nodes().await;
    let partner = partner(&bank).await;
    let proof = partner.dpop().proof(&bank, "POST", &partner.url("/token"), None);
    let own = own_token();
    let proofs = [proof.as_str()];
    let answers = join_all((0..16).map(|_| partner.post_proving("/token", &own, &proofs))).await;
    let (good, replayed): (Vec<_>, Vec<_>) = answers.iter().partition(|answer| answer.status == 200);
    assert_eq!(good.len(), 1);
    for answer in replayed {
        answer.oauth_error(400, "invalid_dpop_proof");
    }
    // Its jti in the hands of another key is another proof.
    let (header, claims) = crate::actors::opened(&proof);
    let other = Dpop::new(Algorithm::ES256);
    let mut header = header;
    header["jwk"] = other.key.bare();
    let same_jti = other.key.sign(&header, &claims);
    partner.post_proving("/token", &own, &[&same_jti]).await.ok();
    // Once the record is forgotten, the proof is too old.
    bank.clock().advance(Duration::from_secs(62));
    bank.keep_house().await;
    partner
        .post_proving("/token", &own, &[&proof])
        .await
        .oauth_error(400, "invalid_dpop_proof");
}

#[tokio::test]
async fn who_cannot_say_who_it_is_leaves_no_record_of_a_proof() {
    let bank = bank().await;
    let partner = partner(&bank).await;
    let proof = partner.dpop().proof(&bank, "POST", &partner.url("/token"), None);
    let stranger = partner
        .call(Method::POST, "/token")
        .form(&own_token())
        .header("dpop", &proof);
    Answer::of(stranger.send().await.unwrap())
        .await
        .oauth_error(401, "invalid_client");
    partner.post_proving("/token", &own_token(), &[&proof]).await.ok();
}

/// Asks for the accounts with this header and these proofs.
async fn ask(partner: &Partner<'_>, authorization: &str, proofs: &[&str]) -> Answer {
    let mut request = partner
        .call(Method::GET, "/v1/accounts")
        .header("authorization", authorization);
    for proof in proofs {
        request = request.header("dpop", *proof);
    }
    Answer::of(request.send().await.unwrap()).await
}

fn challenges(answer: &Answer) -> [String; 2] {
    let values = answer.headers.get_all("www-authenticate").iter();
    let texts: Vec<String> = values.map(|value| value.to_str().unwrap().to_owned()).collect();
    texts.try_into().unwrap_or_else(|texts| panic!("{texts:?}"))
}

#[tokio::test]
async fn at_resources_a_token_needs_its_key() {
    let bank = bank().await;
    let partner = partner(&bank).await;
    let tokens = partner.linked("yubari-jiro", &[]).await;
    let (access, url) = (&tokens.access, partner.url("/v1/accounts"));
    let under_dpop = format!("DPoP {access}");
    let proof = || partner.dpop().proof(&bank, "GET", &url, Some(access));
    let other = Dpop::new(Algorithm::ES256);
    other.set_nonce(partner.dpop().nonce());
    let wrong = |change: Change| partner.dpop().proof_but(&bank, "GET", &url, Some(access), change);

    for (what, authorization, proofs, error) in [
        ("no proof", &under_dpop, vec![], "invalid_dpop_proof"),
        (
            "two proofs",
            &under_dpop,
            vec![proof(), proof()],
            "invalid_dpop_proof",
        ),
        (
            "no ath",
            &under_dpop,
            vec![partner.dpop().proof(&bank, "GET", &url, None)],
            "invalid_dpop_proof",
        ),
        (
            "ath of another token",
            &under_dpop,
            vec![partner.dpop().proof(&bank, "GET", &url, Some(&tokens.refresh))],
            "invalid_dpop_proof",
        ),
        (
            "htm",
            &under_dpop,
            vec![wrong(|_, claims| claims["htm"] = json!("POST"))],
            "invalid_dpop_proof",
        ),
        (
            "htu",
            &under_dpop,
            vec![wrong(|_, claims| {
                claims["htu"] = json!(format!("{}/x", claims["htu"].as_str().unwrap()));
            })],
            "invalid_dpop_proof",
        ),
        (
            "another key",
            &under_dpop,
            vec![other.proof(&bank, "GET", &url, Some(access))],
            "invalid_token",
        ),
        (
            "as bearer token",
            &format!("Bearer {access}"),
            vec![],
            "invalid_token",
        ),
        (
            "as bearer token with its proof",
            &format!("Bearer {access}"),
            vec![proof()],
            "invalid_token",
        ),
        (
            "refresh token",
            &format!("DPoP {}", tokens.refresh),
            vec![partner.dpop().proof(&bank, "GET", &url, Some(&tokens.refresh))],
            "invalid_token",
        ),
    ] {
        let proofs: Vec<&str> = proofs.iter().map(String::as_str).collect();
        let answer = ask(&partner, authorization, &proofs).await;
        answer.refused(401, "invalid_token");
        let [bearer, dpop] = challenges(&answer);
        let told = format!("error=\"{error}\"");
        let (used, unused) = if authorization.starts_with("Bearer") {
            (&bearer, &dpop)
        } else {
            (&dpop, &bearer)
        };
        assert!(
            used.contains(&told) && !unused.contains("error="),
            "{what}: {bearer} {dpop}"
        );
        assert!(bearer.starts_with("Bearer realm=\"renkei\""));
        assert!(
            dpop.starts_with("DPoP realm=\"renkei\", algs=\"PS256 ES256 EdDSA\""),
            "{dpop}"
        );
    }
    ask(&partner, &under_dpop, &[&proof()]).await.ok();
    ask(&partner, &format!("dpop {access}"), &[&proof()]).await.ok();

    // A token that is bound to a certificate does not become one of a key.
    let by_certificate = Partner::of(&bank, "chobo");
    let bound = by_certificate.linked("yubari-jiro", &[]).await.access;
    let url = by_certificate.url("/v1/accounts");
    let proof = partner.dpop().proof(&bank, "GET", &url, Some(&bound));
    ask(&by_certificate, &format!("DPoP {bound}"), &[&proof])
        .await
        .refused(401, "invalid_token");
    by_certificate.accounts(&bound).await;
}

#[tokio::test]
async fn resources_ask_for_nonces_too() {
    let bank = bank().await;
    let partner = partner(&bank).await;
    let access = partner.linked("yubari-jiro", &[]).await.access;
    let ours = partner.dpop().nonce().unwrap();
    for nonce in [None, Some(random_text())] {
        partner.dpop().set_nonce(nonce);
        for path in ["/v1/accounts", "/userinfo", "/grants/x"] {
            let proof = partner
                .dpop()
                .proof(&bank, "GET", &partner.url(path), Some(&access));
            let request = partner.call(Method::GET, path);
            let request = request
                .header("authorization", format!("DPoP {access}"))
                .header("dpop", proof);
            let answer = Answer::of(request.send().await.unwrap()).await;
            assert_eq!(answer.status, 401, "{path}");
            let [bearer, dpop] = challenges(&answer);
            assert!(
                dpop.contains("error=\"use_dpop_nonce\"") && !bearer.contains("error="),
                "{dpop}"
            );
            assert_eq!(answer.header("dpop-nonce"), Some(ours.as_str()));
        }
    }
    let answer = partner.get("/v1/accounts", &access).await;
    answer.ok();
    assert_eq!(answer.header("dpop-nonce"), Some(ours.as_str()));
}

#[tokio::test]
async fn a_proof_works_once_at_resources() {
    let bank = bank_of_two_nodes().await;
    let partner = partner(&bank).await;
    let access = partner.linked("yubari-jiro", &[]).await.access;
    let proof = partner
        .dpop()
        .proof(&bank, "GET", &partner.url("/v1/accounts"), Some(&access));
    let authorization = format!("DPoP {access}");
    let proofs = [proof.as_str()];
    let answers = join_all((0..8).map(|_| ask(&partner, &authorization, &proofs))).await;
    assert_eq!(answers.iter().filter(|answer| answer.status == 200).count(), 1);
    for answer in answers.iter().filter(|answer| answer.status != 200) {
        answer.refused(401, "invalid_token");
        assert!(challenges(answer)[1].contains("invalid_dpop_proof"));
    }
}

#[tokio::test]
async fn a_code_is_bound_to_the_key_of_its_request() {
    let bank = bank().await;
    let without = NewPartner::fapi2("kagi").certificate(bank.pki().partners.client("kagi").unwrap());
    let without = without.register(&bank).await;
    let registered = without.registered;
    let with_key = || Partner::showing(&bank, registered, registered.certificate.as_ref()).with_dpop();
    let (own, other) = (with_key(), with_key());
    let thumbprint = own.dpop().key.thumbprint();
    // By dpop_jkt (section 10), and by a proof at /par (10.1).
    for by_parameter in [true, false] {
        let browser = Browser::of(&bank, "yubari-jiro");
        let (attempt, mut wizard) = if by_parameter {
            without
                .link_with(&browser, &[("dpop_jkt", Some(&thumbprint))])
                .await
        } else {
            own.link(&browser).await
        };
        wizard.log_in(&bank, "yubari-jiro").await;
        wizard.reach_permission(&[]).await;
        let returned = wizard.permit().await;
        for thief in [&other, &without] {
            thief
                .redeem(returned.code(), &attempt.verifier)
                .await
                .oauth_error(400, "invalid_grant");
        }
        own.tokens(returned.code(), &attempt.verifier).await;
    }
    // Both, and they contradict each other.
    let mut request = own.request("s", &random_text());
    request.extend(form(&[("dpop_jkt", &other.dpop().key.thumbprint())]));
    own.post("/par", &request)
        .await
        .oauth_error(400, "invalid_request");
}

#[tokio::test]
async fn a_refresh_token_stays_with_its_key() {
    let bank = bank().await;
    let own = NewPartner::fapi2("kagi").certificate(bank.pki().partners.client("kagi").unwrap());
    let own = own.register(&bank).await.with_dpop();
    let registered = own.registered;
    let again = || Partner::showing(&bank, registered, registered.certificate.as_ref());
    let tokens = own.linked("yubari-jiro", &[]).await;
    for thief in [again(), again().with_dpop()] {
        thief
            .refresh(&tokens.refresh)
            .await
            .oauth_error(400, "invalid_grant");
    }
    let fresh = own.refresh(&tokens.refresh).await.ok();
    own.accounts(fresh["access_token"].as_str().unwrap()).await;
}

#[tokio::test]
async fn who_has_registered_for_one_binding_gets_no_other() {
    let bank = bank().await;
    let leaf = |name| bank.pki().partners.client(name).unwrap();
    let by_key = NewPartner::fapi2("by-key")
        .certificate(leaf("by-key"))
        .member("dpop_bound_access_tokens", true)
        .register(&bank)
        .await;
    by_key
        .client_credentials(None)
        .await
        .oauth_error(400, "invalid_dpop_proof");
    let answer = by_key.with_dpop().client_credentials(None).await.ok();
    assert_eq!(answer["token_type"], "DPoP");
    let by_certificate = NewPartner::fapi2("by-certificate")
        .certificate(leaf("by-certificate"))
        .member("tls_client_certificate_bound_access_tokens", true)
        .register(&bank)
        .await
        .with_dpop();
    let answer = by_certificate.client_credentials(None).await.ok();
    assert_eq!(answer["token_type"], "Bearer");
    by_certificate
        .at_the_browser_listener()
        .client_credentials(None)
        .await
        .oauth_error(400, "invalid_request");
    // Whoever has registered for neither gets what it brings, and nothing without.
    let either = NewPartner::fapi2("either").register(&bank).await;
    either
        .client_credentials(None)
        .await
        .oauth_error(400, "invalid_request");
}

/// RFC 9449's own example of a thumbprint's making: ours are made in the same way.
#[test]
fn thumbprints_are_those_of_rfc_7638() {
    let key = json!({ "crv": "P-256", "kty": "EC",
        "x": "l8tFrhx-34tV3hRICRDY9zCkDlpBhF42UQUfWVAWBFs", "y": "9VE4jf_Ok_o64zbTTlcuNJajHmt6v9TDVrU0CdvGRDA" });
    assert_eq!(
        base64url(&sha256(&key.to_string())),
        "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I"
    );
}
