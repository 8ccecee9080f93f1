//! RFC 6749 sections 4.1.2 and 4.1.3, and RFC 9700 section 4.5: a code lives a minute, works once, and a replay takes back
//! what it issued. Not here: PKCE (`rfc7636_pkce`).
//!
//! | clause | shown by |
//! |---|---|
//! | RFC 6749, 4.1.2: a code lives a minute at most (FAPI 2.0 Security Profile, 5.3.2.1) | `a_code_lives_a_minute` |
//! | 4.1.2: it works once; RFC 9700, 4.5: a replay takes back what it issued | `a_replay_by_the_client_revokes_what_was_issued`, `of_twenty_redemptions_at_once_one_succeeds_and_the_replays_take_it_back` |
//! | 4.1.2: bound to the client | `a_code_in_another_clients_hands_changes_nothing`, `a_replay_by_anybody_else_changes_nothing` |
//! | 4.1.3: `redirect_uri` is the request's | `the_redirect_uri_must_be_the_requests_and_a_wrong_one_does_not_burn_the_code` |
//! | the permission behind the code | `a_permission_withdrawn_before_the_code_came_gives_no_token`, `a_late_code_of_a_second_linkage_does_not_end_the_first` |

use crate::actors::{Attempt, Browser, Partner, Returned, bank, bank_of_two_nodes};
use futures_util::future::join_all;
use renkei::testing::TestBank;
use std::time::Duration;

async fn permitted(bank: &TestBank, partner: &Partner<'_>) -> (Attempt, Returned) {
    let browser = Browser::of(bank, "yubari-jiro");
    let (attempt, mut wizard) = partner.link(&browser).await;
    wizard.log_in(bank, "yubari-jiro").await;
    wizard.reach_permission(&[]).await;
    let returned = wizard.permit().await;
    (attempt, returned)
}

#[tokio::test]
async fn of_twenty_redemptions_at_once_one_succeeds_and_the_replays_take_it_back() {
    let bank = bank_of_two_nodes().await;
    let partner = Partner::of(&bank, "kaikei");
    let (attempt, returned) = permitted(&bank, &partner).await;
    let answers = join_all((0..20).map(|_| partner.redeem(returned.code(), &attempt.verifier))).await;
    let (won, lost): (Vec<_>, Vec<_>) = answers.iter().partition(|answer| answer.status == 200);
    assert_eq!(
        won.len(),
        1,
        "{:?}",
        answers.iter().map(|answer| answer.status).collect::<Vec<_>>()
    );
    for answer in lost {
        answer.oauth_error(400, "invalid_grant");
    }
    let tokens = won[0].json();
    let access = tokens["access_token"].as_str().unwrap();
    partner
        .get("/v1/accounts", access)
        .await
        .refused(401, "invalid_token");
    partner
        .refresh(tokens["refresh_token"].as_str().unwrap())
        .await
        .oauth_error(400, "invalid_grant");
}

#[tokio::test]
async fn a_replay_by_the_client_revokes_what_was_issued() {
    let bank = bank().await;
    let partner = Partner::of(&bank, "chobo");
    let (attempt, returned) = permitted(&bank, &partner).await;
    let tokens = partner.tokens(returned.code(), &attempt.verifier).await;
    partner.accounts(&tokens.access).await;
    bank.clock().advance(Duration::from_secs(300));
    partner
        .redeem(returned.code(), &attempt.verifier)
        .await
        .oauth_error(400, "invalid_grant");
    partner
        .get("/v1/accounts", &tokens.access)
        .await
        .refused(401, "invalid_token");
    partner
        .refresh(&tokens.refresh)
        .await
        .oauth_error(400, "invalid_grant");
}

#[tokio::test]
async fn a_replay_by_anybody_else_changes_nothing() {
    let bank = bank().await;
    let (partner, other) = (Partner::of(&bank, "chobo"), Partner::of(&bank, "kaikei"));
    let (attempt, returned) = permitted(&bank, &partner).await;
    let tokens = partner.tokens(returned.code(), &attempt.verifier).await;
    let mut form = partner.redemption(returned.code(), &attempt.verifier);
    form.push(("client_id".to_owned(), "chobo".to_owned()));
    let without_certificate = Partner::showing(&bank, bank.partner("chobo").unwrap(), None);
    without_certificate
        .post_unauthenticated("/token", &form)
        .await
        .oauth_error(401, "invalid_client");
    other
        .redeem(returned.code(), &attempt.verifier)
        .await
        .oauth_error(400, "invalid_grant");
    partner.accounts(&tokens.access).await;
    partner.refresh(&tokens.refresh).await.ok();
}

#[tokio::test]
async fn a_code_in_another_clients_hands_changes_nothing() {
    let bank = bank().await;
    let (partner, thief) = (Partner::of(&bank, "chobo"), Partner::of(&bank, "kaikei"));
    let (attempt, returned) = permitted(&bank, &partner).await;
    thief
        .redeem(returned.code(), &attempt.verifier)
        .await
        .oauth_error(400, "invalid_grant");
    let mut form = partner.redemption(returned.code(), &attempt.verifier);
    form.push(("client_id".to_owned(), "kaikei".to_owned()));
    thief
        .post("/token", &form)
        .await
        .oauth_error(400, "invalid_grant");
    let tokens = partner.tokens(returned.code(), &attempt.verifier).await;
    partner.accounts(&tokens.access).await;
}

#[tokio::test]
async fn a_code_lives_a_minute() {
    let bank = bank().await;
    let partner = Partner::of(&bank, "chobo");
    let (attempt, late) = permitted(&bank, &partner).await;
    bank.clock().advance(Duration::from_secs(60));
    partner
        .redeem(late.code(), &attempt.verifier)
        .await
        .oauth_error(400, "invalid_grant");
    let (attempt, in_time) = permitted(&bank, &partner).await;
    bank.clock().advance(Duration::from_micros(59_999_999));
    partner.tokens(in_time.code(), &attempt.verifier).await;
}

#[tokio::test]
async fn a_late_code_of_a_second_linkage_does_not_end_the_first() {
    let bank = bank().await;
    let partner = Partner::of(&bank, "chobo");
    let first = partner.linked("yubari-jiro", &[]).await;
    let (attempt, late) = permitted(&bank, &partner).await;
    bank.clock().advance(Duration::from_secs(61));
    partner
        .redeem(late.code(), &attempt.verifier)
        .await
        .oauth_error(400, "invalid_grant");
    partner.accounts(&first.access).await;
}

#[tokio::test]
async fn the_redirect_uri_must_be_the_requests_and_a_wrong_one_does_not_burn_the_code() {
    let bank = bank().await;
    let partner = Partner::of(&bank, "chobo");
    let (attempt, returned) = permitted(&bank, &partner).await;
    for wrong in [
        "https://chobo.example/callback",
        "https://chobo.example/callback?from=bank&x=1",
        "https://evil.example/callback",
    ] {
        let mut form = partner.redemption(returned.code(), &attempt.verifier);
        form.retain(|(name, _)| name != "redirect_uri");
        form.push(("redirect_uri".to_owned(), wrong.to_owned()));
        partner
            .post("/token", &form)
            .await
            .oauth_error(400, "invalid_grant");
    }
    partner.tokens(returned.code(), &attempt.verifier).await;
}

#[tokio::test]
async fn a_permission_withdrawn_before_the_code_came_gives_no_token() {
    let bank = bank().await;
    let partner = Partner::of(&bank, "chobo");
    let (attempt, returned) = permitted(&bank, &partner).await;
    let user = bank
        .store()
        .users()
        .find_by_login_name("yubari-jiro")
        .await
        .unwrap()
        .unwrap();
    let code = renkei_store::Sha256Digest::new(crate::actors::sha256(returned.code()).try_into().unwrap());
    let stored = bank
        .store()
        .authorization_codes()
        .find(code)
        .await
        .unwrap()
        .unwrap();
    let now = bank.clock().now();
    assert!(
        bank.store()
            .grants()
            .withdraw(stored.grant_id, user.id, now)
            .await
            .unwrap()
    );
    partner
        .redeem(returned.code(), &attempt.verifier)
        .await
        .oauth_error(400, "invalid_grant");
}
