//! Refresh tokens that stay (FAPI 2.0 Security Profile, 5.3.2.1, advises against rotation), and those that are replaced at
//! each use where the partner has chosen so (RFC 9700, 4.14.2), with a time of grace for lost answers.
//!
//! | clause | shown by |
//! |---|---|
//! | FAPI 2.0, 5.3.2.1: no rotation, unless there is need | `without_a_choice_a_refresh_token_stays` |
//! | RFC 6749, 6: each use answers a new token, where the partner rotates | `each_use_answers_a_new_token`, `a_partner_that_turns_rotation_off_keeps_what_it_has` |
//! | FAPI 2.0, 5.3.2.1: the old token works on for a while | `a_lost_answer_does_not_lose_the_permission`, `many_uses_at_once_are_many_lost_answers`, `the_time_of_grace_is_the_operators_to_choose` |
//! | RFC 9700, 4.14.2: a replaced token that comes again after its grace ends the permission; within it, it is refused once its successor is in use | `a_token_that_comes_again_after_its_grace_ends_the_permission` |
//! | RFC 6749, 10.4: bound to the client | `a_replaced_token_in_strange_hands_changes_nothing` |

use crate::actors::{NewPartner, Partner, Tokens, bank, bank_of_two_nodes, reconfigure};
use futures_util::future::join_all;
use renkei::testing::TestBank;
use renkei_store::AuditFilter;
use std::time::Duration;

async fn rotating(bank: &TestBank) -> Partner<'_> {
    let new = NewPartner::fapi2("kaiten").member("refresh_token_rotation", true);
    new.register(bank).await.with_dpop()
}

async fn refreshed(partner: &Partner<'_>, token: &str) -> Tokens {
    Tokens::of(&partner.refresh(token).await.ok())
}

async fn is_over(partner: &Partner<'_>, tokens: &[&Tokens]) {
    for tokens in tokens {
        partner
            .refresh(&tokens.refresh)
            .await
            .oauth_error(400, "invalid_grant");
        partner
            .get("/v1/accounts", &tokens.access)
            .await
            .refused(401, "invalid_token");
    }
}

#[tokio::test]
async fn without_a_choice_a_refresh_token_stays() {
    let bank = bank().await;
    let partner = Partner::of(&bank, "chobo");
    let tokens = partner.linked("yubari-jiro", &[]).await;
    for _ in 0..3 {
        bank.clock().advance(Duration::from_hours(24 * 20));
        let answer = partner.refresh(&tokens.refresh).await.ok();
        assert_eq!(answer.get("refresh_token"), None, "{answer}");
        partner.accounts(answer["access_token"].as_str().unwrap()).await;
    }
}

#[tokio::test]
async fn each_use_answers_a_new_token() {
    let bank = bank().await;
    let partner = rotating(&bank).await;
    let mut tokens = partner.linked("yubari-jiro", &[]).await;
    for _ in 0..4 {
        let next = refreshed(&partner, &tokens.refresh).await;
        assert_ne!(next.refresh, tokens.refresh);
        partner.accounts(&next.access).await;
        bank.clock().advance(Duration::from_hours(24 * 7));
        tokens = next;
    }
    // However often it is renewed, it does not outlive the permission.
    bank.clock().advance(Duration::from_hours(24 * 70));
    is_over(&partner, &[&tokens]).await;
}

#[tokio::test]
async fn a_lost_answer_does_not_lose_the_permission() {
    let bank = bank().await;
    let partner = rotating(&bank).await;
    let first = partner.linked("yubari-jiro", &[]).await;
    // Two answers get lost; nearly a day later the partner tries once more.
    let lost = refreshed(&partner, &first.refresh).await;
    let lost_too = refreshed(&partner, &first.refresh).await;
    bank.clock().advance(Duration::from_secs(86_399));
    let second = refreshed(&partner, &first.refresh).await;
    // The first use of a successor ends the grace, and the successors that got lost.
    let third = refreshed(&partner, &second.refresh).await;
    for revoked in [&lost, &lost_too] {
        partner
            .refresh(&revoked.refresh)
            .await
            .oauth_error(400, "invalid_grant");
    }
    // That was no reuse: the permission goes on.
    partner.accounts(&third.access).await;
    refreshed(&partner, &third.refresh).await;
}

#[tokio::test]
async fn a_token_that_comes_again_after_its_grace_ends_the_permission() {
    let bank = bank().await;
    let partner = rotating(&bank).await;
    // Its successor is in use, or not.
    for (round, in_use) in [false, true].into_iter().enumerate() {
        let first = partner.linked("yubari-jiro", &[]).await;
        let second = refreshed(&partner, &first.refresh).await;
        let last = if in_use {
            let third = refreshed(&partner, &second.refresh).await;
            // Another process of the partner's may merely be late.
            partner
                .refresh(&first.refresh)
                .await
                .oauth_error(400, "invalid_grant");
            partner.accounts(&third.access).await;
            third
        } else {
            second
        };
        bank.clock().advance(Duration::from_secs(86_400));
        partner
            .refresh(&first.refresh)
            .await
            .oauth_error(400, "invalid_grant");
        is_over(&partner, &[&last]).await;
        let events = bank
            .store()
            .audit()
            .list(&AuditFilter::default(), 1_000)
            .await
            .unwrap();
        let reuses = events.iter().filter(|event| event.kind == "refresh_token_reused");
        assert_eq!(reuses.count(), round + 1);
    }
}

#[tokio::test]
async fn a_replaced_token_in_strange_hands_changes_nothing() {
    let bank = bank().await;
    let partner = rotating(&bank).await;
    let first = partner.linked("yubari-jiro", &[]).await;
    let second = refreshed(&partner, &first.refresh).await;
    let third = refreshed(&partner, &second.refresh).await;
    let other = NewPartner::fapi2("other").member("refresh_token_rotation", true);
    let other = other.register(&bank).await.with_dpop();
    let with_another_key = Partner::showing(&bank, partner.registered, None).with_dpop();
    for thief in [&other, &with_another_key] {
        for stolen in [&first, &second, &third] {
            thief
                .refresh(&stolen.refresh)
                .await
                .oauth_error(400, "invalid_grant");
        }
    }
    // Nor do requests that are wrong in themselves use a token up.
    partner
        .refresh_with(&third.refresh, &[("scope", "accounts openid")])
        .await
        .oauth_error(400, "invalid_scope");
    let fourth = refreshed(&partner, &third.refresh).await;
    partner.accounts(&fourth.access).await;
}

#[tokio::test]
async fn many_uses_at_once_are_many_lost_answers() {
    let bank = bank_of_two_nodes().await;
    let partner = rotating(&bank).await;
    let first = partner.linked("yubari-jiro", &[]).await;
    let answers = join_all((0..8).map(|_| partner.refresh(&first.refresh))).await;
    let successors: Vec<Tokens> = answers.iter().map(|answer| Tokens::of(&answer.ok())).collect();
    // Of the successors, the first that is used goes on.
    let uses = join_all(successors.iter().map(|tokens| partner.refresh(&tokens.refresh))).await;
    let good: Vec<_> = uses.iter().filter(|answer| answer.status == 200).collect();
    assert_eq!(
        good.len(),
        1,
        "{:?}",
        uses.iter().map(|answer| answer.status).collect::<Vec<_>>()
    );
    partner.accounts(&Tokens::of(&good[0].json()).access).await;
}

#[tokio::test]
async fn a_partner_that_turns_rotation_off_keeps_what_it_has() {
    let bank = bank().await;
    let partner = rotating(&bank).await;
    let first = partner.linked("yubari-jiro", &[]).await;
    let second = refreshed(&partner, &first.refresh).await;
    let dpop = partner.dpop.clone().unwrap();
    // The same registration without the choice.
    let mut file: toml::Table = std::fs::read_to_string(bank.path("kaiten.toml"))
        .unwrap()
        .parse()
        .unwrap();
    let registration = file["partner"][0]["registration"].as_table_mut().unwrap();
    registration.remove("refresh_token_rotation").unwrap();
    bank.write("kaiten.toml", &file.to_string()).unwrap();
    let (config, path) = (
        bank.config().display().to_string(),
        bank.path("kaiten.toml").display().to_string(),
    );
    bank.renkei(&["partner", "add", "--config", &config, &path])
        .await
        .unwrap();
    let partner = Partner::showing(&bank, partner.registered, None).with_dpop_of(dpop);
    for _ in 0..2 {
        let answer = partner.refresh(&second.refresh).await.ok();
        assert_eq!(answer.get("refresh_token"), None);
    }
    // What was replaced before is watched all the same.
    bank.clock().advance(Duration::from_secs(86_400));
    partner
        .refresh(&first.refresh)
        .await
        .oauth_error(400, "invalid_grant");
    partner
        .refresh(&second.refresh)
        .await
        .oauth_error(400, "invalid_grant");
}

#[tokio::test]
async fn the_time_of_grace_is_the_operators_to_choose() {
    let mut bank = bank().await;
    reconfigure(&mut bank, "[oauth]\nrefresh_grace_seconds = 60").await;
    let partner = rotating(&bank).await;
    let first = partner.linked("yubari-jiro", &[]).await;
    let second = refreshed(&partner, &first.refresh).await;
    partner.accounts(&second.access).await;
    bank.clock().advance(Duration::from_secs(60));
    partner
        .refresh(&first.refresh)
        .await
        .oauth_error(400, "invalid_grant");
    is_over(&partner, &[&second]).await;
}
