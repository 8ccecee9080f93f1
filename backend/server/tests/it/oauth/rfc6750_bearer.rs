//! RFC 6750: how a token travels and how its refusal is said; and tokens that are bound to nothing, for partners of the
//! baseline profile whom the operator names, and for nobody else. Not here: bound tokens (`rfc8705_mtls`, `rfc9449_dpop`).
//!
//! | clause | shown by |
//! |---|---|
//! | RFC 6750, 2.1: in the `Authorization` header | `a_named_baseline_partner_works_at_the_browser_listener` |
//! | 2.2, 2.3: not in the body, not in the query; 2: not twice | `tokens_that_come_in_a_wrong_way`, `the_token_travels_in_the_authorization_header_only` |
//! | 3, 3.1: the challenge, `invalid_request`, `invalid_token`, `insufficient_scope` | `tokens_that_come_in_a_wrong_way`, `without_a_good_token_nothing_is_said`, `each_scope_opens_its_own_door` |
//! | 5.2, 5.3: short-lived, and bound to a key but for named exceptions | `without_its_name_in_the_configuration_every_token_of_it_stops`, `rfc8705_mtls`, `rfc9449_dpop` |
//! | RFC 6749, 2.3.1: the secret of such a partner | `the_secret_is_compared_whole_and_travels_by_basic_only` |

use crate::actors::{Answer, Partner, bank};
use base64::Engine as _;
use renkei::testing::TestBank;

#[tokio::test]
async fn a_named_baseline_partner_works_at_the_browser_listener() {
    let bank = bank().await;
    let partner = Partner::of(&bank, "kihon");
    let tokens = partner.linked("yubari-jiro", &[]).await;
    assert_eq!(partner.accounts(&tokens.access).await.len(), 3);
    // Bound to nothing: any connection will do.
    let with_some_certificate = Partner::showing(
        &bank,
        bank.partner("kihon").unwrap(),
        bank.partner("chobo").unwrap().certificate.as_ref(),
    );
    with_some_certificate.accounts(&tokens.access).await;
    partner.refresh(&tokens.refresh).await.ok();
    assert_eq!(partner.revoke(&tokens.refresh).await.status, 200);
    partner
        .get("/v1/accounts", &tokens.access)
        .await
        .refused(401, "invalid_token");
}

#[tokio::test]
async fn without_its_name_in_the_configuration_every_token_of_it_stops() {
    let mut bank = bank().await;
    let tokens = Partner::of(&bank, "kihon").linked("yubari-jiro", &[]).await;
    let config = std::fs::read_to_string(bank.config()).unwrap();
    let without = config.replace("partners = [\"kihon\"]", "partners = [\"chobo\"]");
    assert_ne!(config, without);
    bank.write("renkei.toml", &without).unwrap();
    bank.stop().await.unwrap();
    bank.add_node().await.unwrap();
    let partner = Partner::of(&bank, "kihon");
    partner
        .get("/v1/accounts", &tokens.access)
        .await
        .refused(401, "invalid_token");
    partner
        .refresh(&tokens.refresh)
        .await
        .oauth_error(401, "invalid_client");
    // And a name without the profile makes no exception: chobo's tokens stay bound.
    let bound = Partner::of(&bank, "chobo");
    let tokens = bound.linked("yubari-jiro", &[]).await;
    bound.accounts(&tokens.access).await;
    bound
        .at_the_browser_listener()
        .get("/v1/accounts", &tokens.access)
        .await
        .refused(401, "invalid_token");
}

async fn basic(bank: &TestBank, header: &str) -> Answer {
    let http = reqwest::Client::builder()
        .tls_backend_preconfigured(crate::actors::client_config(bank, None))
        .resolve("localhost", ([127, 0, 0, 1], 0).into())
        .no_proxy()
        .build()
        .unwrap();
    let request = http
        .post(format!("{}/revoke", bank.issuer()))
        .header("authorization", header)
        .form(&[("token", "x")]);
    Answer::of(request.send().await.unwrap()).await
}

#[tokio::test]
async fn the_secret_is_compared_whole_and_travels_by_basic_only() {
    let bank = bank().await;
    let encode = |pair: &str| {
        let encoded = base64::engine::general_purpose::STANDARD.encode(pair);
        format!("Basic {encoded}")
    };
    let secret = "kihon-secret-of-43-characters-0123456789abc";
    assert_eq!(
        basic(&bank, &encode(&format!("kihon:{secret}"))).await.status,
        200
    );
    for wrong in [
        encode(&format!("kihon:{}", &secret[..42])),
        encode(&format!("kihon:{secret}x")),
        encode("kihon:"),
        encode(&format!("kaikei:{secret}")),
        encode(&format!("nobody:{secret}")),
        encode(&format!(":{secret}")),
        "Basic".to_owned(),
        "Basic !!!".to_owned(),
        format!("Bearer {secret}"),
    ] {
        let answer = basic(&bank, &wrong).await;
        answer.oauth_error(401, "invalid_client");
        assert!(
            answer.header("www-authenticate").unwrap().starts_with("Basic "),
            "{wrong}"
        );
    }
    // client_secret_post is not served.
    let partner = Partner::of(&bank, "kihon");
    let form = [("client_id", "kihon"), ("client_secret", secret), ("token", "x")]
        .map(|(name, value)| (name.to_owned(), value.to_owned()));
    partner
        .post_unauthenticated("/revoke", &form)
        .await
        .oauth_error(401, "invalid_client");
}
