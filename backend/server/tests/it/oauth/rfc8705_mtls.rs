//! RFC 8705: clients that authenticate by certificate, and tokens bound to one.
//! Not here: judging certificates in depth (`renkei-tls`).

use crate::actors::{Browser, Partner, bank, random_text};
use renkei::testing::{Authority, Leaf, TestBank};

fn showing<'b>(bank: &'b TestBank, client_id: &str, certificate: Option<&Leaf>) -> Partner<'b> {
    Partner::showing(bank, bank.partner(client_id).unwrap(), certificate)
}

#[tokio::test]
async fn the_registered_subject_of_the_right_authority_authenticates() {
    let bank = bank().await;
    let partners = &bank.pki().partners;
    let good = Partner::of(&bank, "chobo");
    let request = good.request("s", &random_text());
    assert_eq!(good.post("/par", &request).await.status, 201);
    // A renewed certificate of the same subject, too.
    let renewed = showing(&bank, "chobo", Some(&partners.client("chobo").unwrap()));
    assert_eq!(renewed.post("/par", &request).await.status, 201);

    let revoked = partners.client("chobo").unwrap();
    bank.write(
        "partner-ca.crl.pem",
        &partners.revocation_list(&[&revoked]).unwrap(),
    )
    .unwrap();
    let before_reload = showing(&bank, "chobo", Some(&revoked));
    assert_eq!(before_reload.post("/par", &request).await.status, 201);
    bank.reload_tls().await.unwrap();
    let mut bad = vec![
        Some(revoked),
        None,
        Some(partners.client("kaikei").unwrap()),
        Some(partners.client("CHOBO 2").unwrap()),
        Some(partners.client_between("chobo", 2020, 2021).unwrap()),
        Some(partners.client_between("chobo", 2080, 2090).unwrap()),
        Some(partners.client_of_wrong_usage("chobo").unwrap()),
        Some(
            Authority::new("Sorachi Partner CA")
                .unwrap()
                .client("chobo")
                .unwrap(),
        ),
        // The customers' authority is none for partners.
        Some(bank.pki().clients.client("chobo").unwrap()),
    ];
    for certificate in bad.drain(..) {
        let partner = showing(&bank, "chobo", certificate.as_ref());
        let mut form = request.clone();
        for path in ["/par", "/token", "/revoke"] {
            form.push(("token".to_owned(), random_text()));
            let answer = partner.post_unauthenticated(path, &request).await;
            answer.oauth_error(401, "invalid_client");
        }
    }
    // The connection that was open before the reload is judged anew.
    before_reload
        .post("/par", &request)
        .await
        .oauth_error(401, "invalid_client");
    // At the browser listener no certificate is asked for.
    Partner::of(&bank, "chobo")
        .at_the_browser_listener()
        .post("/par", &request)
        .await
        .oauth_error(401, "invalid_client");
    assert_eq!(good.post("/par", &request).await.status, 201);
}

#[tokio::test]
async fn a_stale_revocation_list_of_partners_fails_closed() {
    let bank = bank().await;
    let partner = Partner::of(&bank, "chobo");
    let request = partner.request("s", &random_text());
    let stale = bank.pki().partners.revocation_list_until(&[], 2022).unwrap();
    bank.write("partner-ca.crl.pem", &stale).unwrap();
    bank.reload_tls().await.unwrap();
    partner
        .post("/par", &request)
        .await
        .oauth_error(401, "invalid_client");
}

#[tokio::test]
async fn a_token_works_with_the_certificate_that_it_is_bound_to_and_nowhere_else() {
    let bank = bank().await;
    for client_id in ["kaikei", "chobo"] {
        let partner = Partner::of(&bank, client_id);
        let tokens = partner.linked("yubari-jiro", &[]).await;
        let id = partner.account_id(&tokens.access, "1230001").await;
        let paths = ["/v1/accounts".to_owned(), format!("/v1/accounts/{id}/balance")];

        let twin = bank.pki().partners.client(client_id).unwrap();
        let other_partner = bank
            .partner(if client_id == "kaikei" { "chobo" } else { "kaikei" })
            .unwrap();
        let thieves = [
            showing(&bank, client_id, None),
            showing(&bank, client_id, Some(&twin)),
            showing(&bank, client_id, other_partner.certificate.as_ref()),
            Partner::of(&bank, client_id).at_the_browser_listener(),
        ];
        for path in &paths {
            for thief in &thieves {
                let answer = thief.get(path, &tokens.access).await;
                answer.refused(401, "invalid_token");
                assert!(
                    answer
                        .header("www-authenticate")
                        .unwrap()
                        .contains("invalid_token")
                );
            }
            partner.get(path, &tokens.access).await.ok();
        }
    }
}

#[tokio::test]
async fn without_a_certificate_no_bound_token_is_issued() {
    let bank = bank().await;
    let partner = Partner::of(&bank, "kaikei");
    let browser = Browser::of(&bank, "yubari-jiro");
    let (attempt, mut wizard) = partner.link(&browser).await;
    wizard.log_in(&bank, "yubari-jiro").await;
    wizard.businesses(&["balance"]).await;
    let returned = wizard.permit().await;
    for without in [
        showing(&bank, "kaikei", None),
        Partner::of(&bank, "kaikei").at_the_browser_listener(),
    ] {
        without
            .redeem(returned.code(), &attempt.verifier)
            .await
            .oauth_error(400, "invalid_request");
    }
    let tokens = partner.tokens(returned.code(), &attempt.verifier).await;
    showing(&bank, "kaikei", None)
        .refresh(&tokens.refresh)
        .await
        .oauth_error(400, "invalid_request");

    // A new certificate of the partner: its next token is bound to that one (section 7.1).
    let renewed = bank.pki().partners.client("kaikei").unwrap();
    let with_renewed = showing(&bank, "kaikei", Some(&renewed));
    let fresh = with_renewed.refresh(&tokens.refresh).await.ok();
    let access = fresh["access_token"].as_str().unwrap();
    with_renewed.accounts(access).await;
    partner
        .get("/v1/accounts", access)
        .await
        .refused(401, "invalid_token");
}

#[tokio::test]
async fn a_stolen_refresh_token_is_worthless_to_another_client() {
    let bank = bank().await;
    let (partner, thief) = (Partner::of(&bank, "kaikei"), Partner::of(&bank, "chobo"));
    let tokens = partner.linked("yubari-jiro", &[]).await;
    thief
        .refresh(&tokens.refresh)
        .await
        .oauth_error(400, "invalid_grant");
    thief
        .refresh(&tokens.access)
        .await
        .oauth_error(400, "invalid_grant");
    partner
        .refresh(&tokens.access)
        .await
        .oauth_error(400, "invalid_grant");
    partner.refresh(&tokens.refresh).await.ok();
}
