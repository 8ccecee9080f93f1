//! Bad input at OAuth's direct endpoints: RFC 6749 errors, and nothing changes.
//! Not here: authorization requests (`arrival`), client authentication (`oauth`).

use crate::actors::{Answer, Partner, bank};

#[tokio::test]
async fn forms_have_a_type_a_limit_and_each_parameter_once() {
    let bank = bank().await;
    let partner = Partner::of(&bank, "chobo").at_the_browser_listener();
    let http = reqwest_client(&bank);
    for path in ["/par", "/token", "/revoke"] {
        let url = format!("{}{path}", partner.base);
        for content_type in ["application/json", "text/plain", "multipart/form-data", ""] {
            let request = http.post(&url).header("content-type", content_type).body("{}");
            let answer = Answer::of(request.send().await.unwrap()).await;
            answer.oauth_error(415, "invalid_request");
        }
        let form = |body: Vec<u8>| {
            let request = http
                .post(&url)
                .header("content-type", "application/x-www-form-urlencoded");
            request.body(body).send()
        };
        let large = Answer::of(form(vec![b'a'; 65 * 1024]).await.unwrap()).await;
        large.oauth_error(413, "invalid_request");
        for body in [
            "grant_type=a&grant_type=b".to_owned(),
            "client_id=chobo&client_id=chobo".to_owned(),
            "token=a%00b".to_owned(),
            "token=a%0Ab".to_owned(),
            "token=%FF".to_owned(),
            format!("token={}", "x".repeat(9_000)),
            (0..65).map(|n| n.to_string() + "=1&").collect(),
        ] {
            let answer = Answer::of(form(body.clone().into_bytes()).await.unwrap()).await;
            assert_eq!(answer.status, 400, "{body}");
            answer.oauth_error(400, "invalid_request");
        }
        let raw = Answer::of(form(b"\xff=\xfe&a".to_vec()).await.unwrap()).await;
        raw.oauth_error(400, "invalid_request");
        // Nothing at all is no client.
        let empty = Answer::of(form(Vec::new()).await.unwrap()).await;
        empty.oauth_error(401, "invalid_client");
    }
}

#[tokio::test]
async fn grant_requests_lack_nothing() {
    let bank = bank().await;
    let partner = Partner::of(&bank, "kaikei");
    let code = ["code", "x"];
    let verifier = ["code_verifier", "a-verifier-of-at-least-forty-three-characters"];
    let uri = ["redirect_uri", "https://kaikei.example/callback"];
    let by_code = ["grant_type", "authorization_code"];
    for (form, error) in [
        (vec![], "invalid_request"),
        (vec![["grant_type", "password"]], "unsupported_grant_type"),
        (vec![["grant_type", "client_credentials"]], "unauthorized_client"),
        (vec![["grant_type", "implicit"]], "unsupported_grant_type"),
        (vec![by_code, verifier, uri], "invalid_request"),
        // Whether a verifier is due is known with the code, and this one is not.
        (vec![by_code, code, uri], "invalid_grant"),
        (vec![by_code, code, verifier], "invalid_request"),
        (
            vec![by_code, code, uri, ["code_verifier", "short"]],
            "invalid_request",
        ),
        (vec![by_code, code, verifier, uri], "invalid_grant"),
        (vec![["grant_type", "refresh_token"]], "invalid_request"),
        (
            vec![["grant_type", "refresh_token"], ["refresh_token", "x"]],
            "invalid_grant",
        ),
        (
            vec![
                ["grant_type", "refresh_token"],
                ["refresh_token", "x"],
                ["scope", "a\"b"],
            ],
            "invalid_scope",
        ),
    ] {
        let form: Vec<(String, String)> = form
            .iter()
            .map(|[name, value]| ((*name).to_owned(), (*value).to_owned()))
            .collect();
        let answer = partner.post("/token", &form).await;
        answer.oauth_error(400, error);
    }
    partner
        .post("/revoke", &[])
        .await
        .oauth_error(400, "invalid_request");
}

#[tokio::test]
async fn a_refresh_asks_for_no_more_than_was_granted() {
    let bank = bank().await;
    let partner = Partner::of(&bank, "kaikei");
    let browser = crate::actors::Browser::of(&bank, "yubari-jiro");
    let (attempt, mut wizard) = partner.link(&browser).await;
    wizard.log_in(&bank, "yubari-jiro").await;
    wizard.businesses(&["balance", "statement"]).await;
    let returned = wizard.permit().await;
    let tokens = partner.tokens(returned.code(), &attempt.verifier).await;
    let refresh = async |scope: &str| {
        let form = [
            ("grant_type", "refresh_token"),
            ("refresh_token", tokens.refresh.as_str()),
            ("scope", scope),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned()));
        partner.post("/token", &form).await
    };
    refresh("accounts transfers")
        .await
        .oauth_error(400, "invalid_scope");
    refresh("accounts openid").await.oauth_error(400, "invalid_scope");
    let less = refresh("accounts balance").await.ok();
    assert_eq!(less["scope"], "accounts balance");
    let access = less["access_token"].as_str().unwrap();
    let id = partner.account_id(access, "1230001").await;
    partner
        .get(&format!("/v1/accounts/{id}/statement"), access)
        .await
        .refused(403, "insufficient_scope");
    let all = partner.refresh(&tokens.refresh).await.ok();
    assert_eq!(
        all["scope"], "accounts balance statement",
        "the grant is as it was"
    );
}

fn reqwest_client(bank: &renkei::testing::TestBank) -> reqwest::Client {
    reqwest::Client::builder()
        .tls_backend_preconfigured(crate::actors::client_config(bank, None))
        .resolve("localhost", ([127, 0, 0, 1], 0).into())
        .no_proxy()
        .build()
        .unwrap()
}
