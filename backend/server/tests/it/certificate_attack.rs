//! The lured victim: somebody who follows an attacker's link to the certificate listener, with a good certificate,
//! authenticates nobody but themselves. Not here: the door's ordinary work (`certificate_door`).

use crate::actors::{Browser, Partner, Wizard, bank};
use serde_json::json;

fn code_of(back: &str) -> String {
    back.split_once("?certificate_result=").unwrap().1.to_owned()
}

#[tokio::test]
async fn a_victims_certificate_does_not_move_the_attackers_linkage() {
    let bank = bank().await;
    let partner = Partner::of(&bank, "kaikei");
    let attacker = Browser::showing(&bank, None);
    let victim = Browser::of(&bank, "sorachi-taro");

    let (_, mut lured_into) = partner.link(&attacker).await;
    let url = lured_into.ask_for_certificate().await;
    // The victim follows the attacker's address and picks the certificate.
    let back = victim.show_certificate(&url).await;
    let location = back.location();
    assert!(
        back.set_cookies().is_empty(),
        "the certificate's host gives no cookie"
    );
    assert!(location.starts_with(&format!("{}/linkages/{}?", bank.issuer(), lured_into.id)));

    // The attacker's linkage stands where it stood, and the attacker has no code.
    assert_eq!(lured_into.view().await["step"], "certificate_login");
    lured_into
        .attempt("password", json!({ "password": "x" }))
        .await
        .refused(409, "step_mismatch");
    for guess in [
        "",
        "x",
        &url[url.len() - 43..],
        lured_into.id.as_str(),
        &"A".repeat(43),
    ] {
        lured_into
            .attempt("certificate-result", json!({ "code": guess }))
            .await
            .refused(422, "certificate_result_invalid");
    }
    // A second visit of the attacker's own to the same address brings no second code.
    attacker
        .show_certificate(&url)
        .await
        .is_page(422, "certificate_result_invalid");

    // The victim's browser has the code but not the cookie.
    let as_victim = Wizard::new(&victim, &lured_into.id);
    as_victim.look().await.refused(404, "not_found");
    as_victim
        .attempt("certificate-result", json!({ "code": code_of(&location) }))
        .await
        .refused(404, "not_found");
    assert_eq!(lured_into.view().await["step"], "certificate_login");
    assert_eq!(lured_into.view().await["customer"], json!(null));
}

#[tokio::test]
async fn a_victim_with_a_linkage_of_their_own_cannot_use_the_attackers_code_for_it() {
    let bank = bank().await;
    let partner = Partner::of(&bank, "kaikei");
    let attacker = Browser::of(&bank, "yubari-jiro");
    let victim = Browser::of(&bank, "sorachi-taro");
    let (_, mut attackers) = partner.link(&attacker).await;
    let (_, mut own) = partner.link(&victim).await;

    // Lured to the attacker's address with a certificate of their own.
    let url = attackers.ask_for_certificate().await;
    let code = code_of(&victim.show_certificate(&url).await.location());
    own.attempt("certificate-result", json!({ "code": code }))
        .await
        .refused(422, "certificate_result_invalid");

    // Handed a code that the attacker made with the attacker's certificate (login CSRF).
    let code = attackers.certificate_code().await;
    own.attempt("certificate-result", json!({ "code": code }))
        .await
        .refused(422, "certificate_result_invalid");
    assert_eq!(own.view().await["customer"], json!(null));

    let view = own.certificate().await;
    assert_eq!(view["customer"]["name"], "空知 太郎");
}

#[tokio::test]
async fn a_planted_cookie_is_worth_nothing_after_the_login() {
    let bank = bank().await;
    let partner = Partner::of(&bank, "kaikei");
    // The attacker arrives, and gets the cookie into the victim's browser somehow.
    let attacker = Browser::showing(&bank, None);
    let (_, fixed) = partner.link(&attacker).await;
    let victim = Browser::of(&bank, "sorachi-taro");
    victim.set_cookies(attacker.cookies());
    let mut wizard = fixed.seen_by(&victim);
    wizard.certificate().await;
    fixed.look().await.refused(410, "answer_lost");
    wizard
        .password(&bank.user("sorachi-taro").unwrap().password)
        .await;
    fixed.look().await.refused(404, "not_found");
    fixed.attempt("extend", json!({})).await.refused(404, "not_found");
}

#[tokio::test]
async fn a_code_of_a_customer_session_opens_no_linkage_and_the_other_way_round() {
    let bank = bank().await;
    let partner = Partner::of(&bank, "kaikei");
    let browser = Browser::of(&bank, "sorachi-taro");
    let (_, mut wizard) = partner.link(&browser).await;
    browser.post("/api/customer-session/start", &json!({})).await.ok();

    let answer = browser
        .post(
            "/api/customer-session/certificate",
            &json!({ "version": 1, "act_id": "session-1" }),
        )
        .await
        .ok();
    let url = answer["redirect_to"].as_str().unwrap();
    let of_session = code_of(&browser.show_certificate(url).await.location());
    wizard
        .attempt("certificate-result", json!({ "code": of_session }))
        .await
        .refused(422, "certificate_result_invalid");

    let of_linkage = wizard.certificate_code().await;
    browser
        .post(
            "/api/customer-session/certificate-result",
            &json!({ "version": 2, "act_id": "session-2", "code": of_linkage }),
        )
        .await
        .refused(422, "certificate_result_invalid");
}
