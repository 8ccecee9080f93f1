//! RFC 7009: what a partner gives back stops at the very next call, on every node.
//! Not here: the customer's withdrawal (`customer_session`).
//!
//! | clause | shown by |
//! |---|---|
//! | RFC 7009, 2.1: the client authenticates; a token of another client is not revoked | `another_clients_token_is_answered_the_same_and_left_alone`, `bad_input` |
//! | 2.1: a refresh token takes the access tokens and the permission with it, at the next call on every node | `a_refresh_token_ends_the_permission_and_every_token_of_it` |
//! | 2.1: an access token ends itself alone | `an_access_token_ends_itself_alone` |
//! | 2.2: unknown tokens are answered by 200 | `another_clients_token_is_answered_the_same_and_left_alone` |
//! | 2.2.1: errors | `bad_input::forms` |

use crate::actors::{Partner, bank, bank_of_two_nodes};

#[tokio::test]
async fn a_refresh_token_ends_the_permission_and_every_token_of_it() {
    let bank = bank_of_two_nodes().await;
    let partner = Partner::of(&bank, "kaikei");
    let tokens = partner.linked("yubari-jiro", &[]).await;
    let second = partner.refresh(&tokens.refresh).await.ok();
    let second = second["access_token"].as_str().unwrap();
    for access in [&tokens.access, second] {
        partner.accounts(access).await;
    }
    let answer = partner.revoke(&tokens.refresh).await;
    assert_eq!((answer.status, answer.body.len()), (200, 0));
    for _ in 0..4 {
        // New connections, so that both nodes are asked.
        let anew = Partner::of(&bank, "kaikei");
        for access in [&tokens.access, second] {
            anew.get("/v1/accounts", access)
                .await
                .refused(401, "invalid_token");
        }
        anew.refresh(&tokens.refresh)
            .await
            .oauth_error(400, "invalid_grant");
    }
    assert_eq!(
        partner.revoke(&tokens.refresh).await.status,
        200,
        "again is no error"
    );
}

#[tokio::test]
async fn an_access_token_ends_itself_alone() {
    let bank = bank().await;
    let partner = Partner::of(&bank, "kaikei");
    let tokens = partner.linked("yubari-jiro", &[]).await;
    for hint in [
        None,
        Some("access_token"),
        Some("refresh_token"),
        Some("nonsense"),
    ] {
        let fresh = partner.refresh(&tokens.refresh).await.ok();
        let access = fresh["access_token"].as_str().unwrap();
        partner.accounts(access).await;
        let mut form = vec![("token".to_owned(), access.to_owned())];
        form.extend(hint.map(|hint| ("token_type_hint".to_owned(), hint.to_owned())));
        assert_eq!(partner.post("/revoke", &form).await.status, 200);
        partner
            .get("/v1/accounts", access)
            .await
            .refused(401, "invalid_token");
    }
    partner.accounts(&tokens.access).await;
}

#[tokio::test]
async fn another_clients_token_is_answered_the_same_and_left_alone() {
    let bank = bank().await;
    let (owner, other) = (Partner::of(&bank, "kaikei"), Partner::of(&bank, "chobo"));
    let tokens = owner.linked("yubari-jiro", &[]).await;
    for token in [&tokens.access, &tokens.refresh, "nonsense"] {
        let answer = other.revoke(token).await;
        assert_eq!((answer.status, answer.body.len()), (200, 0));
    }
    owner.accounts(&tokens.access).await;
    owner.refresh(&tokens.refresh).await.ok();

    // Nor does whoever cannot say who they are.
    let form = [("token".to_owned(), tokens.refresh.clone())];
    owner
        .post_unauthenticated("/revoke", &form)
        .await
        .oauth_error(401, "invalid_client");
    owner.refresh(&tokens.refresh).await.ok();
}
