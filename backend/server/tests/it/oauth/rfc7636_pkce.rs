//! RFC 7636: S256 and nothing else; the verifier decides at the token endpoint.
//! Not here: the code's other conditions (`rfc6749_code`).
//!
//! | clause | shown by |
//! |---|---|
//! | RFC 7636, 4.1, 4.2: the challenge, its form, S256 only; 4.4.1: errors | `a_challenge_by_s256_is_required` |
//! | 4.5, 4.6: the verifier decides | `the_wrong_verifier_gets_nothing_and_does_not_burn_the_code` |
//! | 1: a code of another request is of no use | `a_code_is_of_the_verifier_of_its_own_request` |
//! | partners that the operator exempts by name | `whom_the_operator_names_links_without_and_nobody_else`, `only_an_exempt_client_goes_without_pkce_and_only_with_a_nonce`, `a_code_without_challenge_takes_no_verifier_and_one_with_needs_it` |

use crate::actors::{Browser, NewPartner, Partner, Returned, bank, base64url, random_text, sha256};
use renkei::testing::{Options, TestBank};

#[tokio::test]
async fn a_challenge_by_s256_is_required() {
    let bank = bank().await;
    let partner = Partner::of(&bank, "kaikei");
    let good = partner.request("s", &random_text());
    let without = |name: &str| {
        good.iter()
            .filter(|(known, _)| known != name)
            .cloned()
            .collect::<Vec<_>>()
    };
    let with = |name: &str, value: &str| {
        let mut changed = without(name);
        changed.push((name.to_owned(), value.to_owned()));
        changed
    };
    for request in [
        without("code_challenge"),
        without("code_challenge_method"),
        with("code_challenge_method", "plain"),
        with("code_challenge_method", "s256"),
        with("code_challenge", "short"),
        with("code_challenge", &"A".repeat(44)),
        with("code_challenge", &format!("{}=", base64url(&sha256("x")))),
        with("code_challenge", &format!("{}+", &base64url(&sha256("x"))[..42])),
    ] {
        partner
            .post("/par", &request)
            .await
            .oauth_error(400, "invalid_request");
    }
    // The same in the query, for those who may send one.
    let baseline = Partner::of(&bank, "kihon");
    let mut request = baseline.request("s", &random_text());
    request.retain(|(name, _)| !name.starts_with("code_challenge"));
    let url = url::Url::parse_with_params(&format!("{}/authorize", bank.issuer()), &request).unwrap();
    let answer = Browser::showing(&bank, None).get(url.as_str()).await;
    assert_eq!(Returned::read(&answer.location()).get("error"), "invalid_request");
}

#[tokio::test]
async fn the_wrong_verifier_gets_nothing_and_does_not_burn_the_code() {
    let bank = bank().await;
    let partner = Partner::of(&bank, "chobo");
    let browser = Browser::of(&bank, "yubari-jiro");
    let (attempt, mut wizard) = partner.link(&browser).await;
    wizard.log_in(&bank, "yubari-jiro").await;
    let returned = wizard.permit().await;
    let challenge = base64url(&sha256(&attempt.verifier));
    for wrong in [random_text(), challenge, attempt.verifier.to_lowercase() + "x"] {
        partner
            .redeem(returned.code(), &wrong)
            .await
            .oauth_error(400, "invalid_grant");
    }
    // Whoever stole the code cannot take it from its owner by guessing: it is good for the right verifier still.
    partner.tokens(returned.code(), &attempt.verifier).await;
}

#[tokio::test]
async fn a_code_is_of_the_verifier_of_its_own_request() {
    let bank = bank().await;
    let partner = Partner::of(&bank, "chobo");
    let browser = Browser::of(&bank, "yubari-jiro");
    let (first, mut one) = partner.link(&browser).await;
    one.log_in(&bank, "yubari-jiro").await;
    let (second, _) = partner.link(&browser).await;
    let returned = one.permit().await;
    partner
        .redeem(returned.code(), &second.verifier)
        .await
        .oauth_error(400, "invalid_grant");
    partner.tokens(returned.code(), &first.verifier).await;
}

#[tokio::test]
async fn whom_the_operator_names_links_without_and_nobody_else() {
    let options = Options {
        bearer_exceptions: vec!["kihon", "exempt"],
        pkce_exceptions: vec!["exempt"],
        ..Options::default()
    };
    let bank = TestBank::start_with(options).await.unwrap();
    let new =
        NewPartner::baseline("exempt", "client_secret_basic").member("scope", "openid accounts balance");
    let exempt = new.register(&bank).await;
    let browser = Browser::of(&bank, "yubari-jiro");
    let without = [
        ("code_challenge", None),
        ("code_challenge_method", None),
        ("scope", Some("openid accounts balance")),
        ("nonce", Some("a-nonce-that-stands-in-for-the-challenge")),
    ];
    let (_, mut wizard) = exempt.link_with(&browser, &without).await;
    wizard.log_in(&bank, "yubari-jiro").await;
    let returned = wizard.permit().await;
    let redemption = crate::actors::changed(
        exempt.redemption(returned.code(), "none"),
        &[("code_verifier", None)],
    );
    let tokens = exempt.post("/token", &redemption).await.ok();
    exempt.accounts(tokens["access_token"].as_str().unwrap()).await;
    // The exception is that partner's.
    let other = Partner::of(&bank, "kaikei");
    let request = crate::actors::changed(other.request("s", &random_text()), &without[..2]);
    other
        .post("/par", &request)
        .await
        .oauth_error(400, "invalid_request");
}
