//! Linking and unlinking: the good way once, and each answer that must not be believed.

use axum::body::Body;
use axum::http::header::{CONTENT_SECURITY_POLICY, HOST, SET_COOKIE};
use axum::http::{Request, StatusCode};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};

use crate::bank::Bank;
use crate::browser::{Browser, HOST_NAME, answer};

#[tokio::test]
async fn the_good_way() {
    let bank = Bank::start();
    let mut browser = Browser::new(&bank.config());
    let home = browser.get("/").await;
    assert!(
        home.body.contains(">銀行口座を連携する</button>"),
        "{}",
        home.body
    );
    let cookie = home.headers[SET_COOKIE].to_str().unwrap();
    assert!(cookie.starts_with("__Host-kaikei=") && cookie.contains("; Secure; HttpOnly; SameSite=Lax"));

    let leaving = browser.press("/links/kaikei").await;
    assert_eq!(
        leaving.after("content=\"0;url="),
        format!(
            "{}/authorize?client_id=kaikei&request_uri=urn%3Aietf%3Aparams%3Aoauth%3Arequest_uri%3Aabc",
            bank.issuer
        ),
        "the browser carries the reference and nothing else"
    );
    let pushed = &bank.seen("/par")[0].form;
    assert_eq!(pushed["response_type"], "code");
    assert_eq!(pushed["client_id"], "kaikei");
    assert_eq!(pushed["redirect_uri"], "https://kaikei.localhost:8446/callback");
    assert_eq!(pushed["scope"], "accounts balance statement transfers");
    assert_eq!(pushed["code_challenge_method"], "S256");

    let returned = browser
        .get(&answer("code=the-code", &pushed["state"], Some(&bank.issuer)))
        .await;
    assert_eq!(returned.location(), "/", "the code leaves the address bar");
    let redeemed = &bank.seen("/token")[0].form;
    assert_eq!(redeemed["code"], "the-code");
    assert_eq!(redeemed["client_id"], "kaikei");
    assert_eq!(redeemed["redirect_uri"], pushed["redirect_uri"]);
    let hash = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, redeemed["code_verifier"].as_bytes());
    assert_eq!(URL_SAFE_NO_PAD.encode(hash), pushed["code_challenge"]);

    let home = browser.get("/").await.body;
    assert!(
        home.contains("銀行口座の連携が完了しました。") && home.contains("連携中"),
        "{home}"
    );
    assert!(home.contains("2027年4月15日"), "the last whole day: {home}");
    assert!(!home.contains("access-1") && !home.contains("refresh-secret"));
    assert!(!browser.get("/").await.body.contains("完了しました"), "said once");

    // Once used, the answer is nothing any more.
    let again = browser
        .get(&answer("code=the-code", &pushed["state"], Some(&bank.issuer)))
        .await;
    assert_eq!(again.status, StatusCode::BAD_REQUEST);
    assert_eq!(bank.seen("/token").len(), 1);

    assert_eq!(browser.press("/links/kaikei/unlink").await.location(), "/");
    let revoked = &bank.seen("/revoke")[0].form;
    assert_eq!(revoked["token"], "refresh-secret");
    assert_eq!(revoked["token_type_hint"], "refresh_token");
    let home = browser.get("/").await.body;
    assert!(
        home.contains("連携を解除しました。") && home.contains(">銀行口座を連携する</button>"),
        "{home}"
    );
    assert_eq!(
        std::fs::read_dir(bank.config().state_dir).unwrap().count(),
        0,
        "nothing is kept"
    );
}

#[tokio::test]
async fn answers_that_are_not_believed() {
    let bank = Bank::start();
    let config = bank.config();
    let mut browser = Browser::new(&config);
    let mut other = Browser::new(&config);
    let state = browser.leave_for_bank(&bank, "kaikei").await;
    other.get("/").await;
    let issuer = Some(bank.issuer.as_str());
    for (what, path) in [
        ("another state", answer("code=c", "guessed", issuer)),
        ("no state", "/callback?code=c".to_owned()),
        ("nothing", "/callback".to_owned()),
        (
            "code and error",
            answer("code=c&error=access_denied", &state, issuer),
        ),
        ("two codes", answer("code=c&code=d", &state, issuer)),
        (
            "two states",
            format!("{}&state=x", answer("code=c", &state, issuer)),
        ),
    ] {
        let shown = browser.get(&path).await;
        assert_eq!(shown.status, StatusCode::BAD_REQUEST, "{what}");
        assert!(shown.body.contains("安全のため受け付けませんでした"), "{what}");
    }
    // A victim lured to the address of somebody else's run.
    let lured = other.get(&answer("code=c", &state, issuer)).await;
    assert_eq!(lured.status, StatusCode::BAD_REQUEST);
    assert!(bank.seen("/token").is_empty());
    // The owner can still go on.
    assert_eq!(
        browser.get(&answer("code=c", &state, issuer)).await.location(),
        "/"
    );
}

#[tokio::test]
async fn a_mix_up_is_refused_and_ends_the_run() {
    for issuer in [None, Some("https://evil.example"), Some("")] {
        let bank = Bank::start();
        let mut browser = Browser::new(&bank.config());
        let state = browser.leave_for_bank(&bank, "kaikei").await;
        let shown = browser.get(&answer("code=c", &state, issuer)).await;
        assert_eq!(shown.status, StatusCode::BAD_REQUEST, "{issuer:?}");
        assert!(shown.body.contains("銀行ではありません"), "{issuer:?}");
        let later = browser.get(&answer("code=c", &state, Some(&bank.issuer))).await;
        assert_eq!(later.status, StatusCode::BAD_REQUEST, "the run is over");
        assert!(bank.seen("/token").is_empty());
    }
}

#[tokio::test]
async fn a_cancelled_and_a_failed_run() {
    let bank = Bank::start();
    let mut browser = Browser::new(&bank.config());
    for (error, said) in [
        ("access_denied", "連携はキャンセルされました。"),
        ("server_error", "銀行側の都合で手続きを完了できませんでした。"),
        ("invalid_scope", "（invalid_scope）"),
        ("%3Cscript%3E", "（unknown_error）"),
    ] {
        let state = browser.leave_for_bank(&bank, "kaikei").await;
        let returned = browser
            .get(&answer(&format!("error={error}"), &state, Some(&bank.issuer)))
            .await;
        assert_eq!(returned.location(), "/");
        let home = browser.get("/").await.body;
        assert!(
            home.contains(said) && home.contains(">銀行口座を連携する</button>"),
            "{error}: {home}"
        );
    }
    assert!(bank.seen("/token").is_empty());
}

#[tokio::test]
async fn a_refusing_bank_is_explained() {
    let bank = Bank::start();
    let mut browser = Browser::new(&bank.config());
    bank.set(|bank| bank.par_error = Some("invalid_client"));
    let refused = browser.press("/links/kaikei").await;
    assert_eq!(refused.status, StatusCode::BAD_GATEWAY);
    assert!(refused.body.contains("（invalid_client）") && !refused.body.contains("<b>stub"));
    bank.set(|bank| {
        bank.par_error = None;
        bank.token_error.insert("authorization_code", "invalid_grant");
    });
    browser.link(&bank).await;
    assert!(
        browser
            .get("/")
            .await
            .body
            .contains("手続きの有効時間が過ぎました。")
    );
}

#[tokio::test]
async fn a_bank_that_is_away() {
    let bank = Bank::start();
    let mut config = bank.config();
    config.issuer = "https://localhost:1".to_owned();
    let mut browser = Browser::new(&config);
    let shown = browser.press("/links/kaikei").await;
    assert_eq!(shown.status, StatusCode::BAD_GATEWAY);
    assert!(shown.body.contains("銀行に接続できませんでした。"));
}

#[tokio::test]
async fn forged_forms_are_refused() {
    let bank = Bank::start();
    let config = bank.config();
    let mut browser = Browser::new(&config);
    let token = browser.get("/").await.after("name=\"csrf\" value=\"");
    let foreign = Browser::new(&config)
        .get("/")
        .await
        .after("name=\"csrf\" value=\"");
    for (what, origin, body) in [
        ("no token", None, String::new()),
        ("another session's token", None, format!("csrf={foreign}")),
        (
            "another site",
            Some("https://evil.example"),
            format!("csrf={token}"),
        ),
        ("an opaque origin", Some("null"), format!("csrf={token}")),
    ] {
        let shown = browser.post("/links/kaikei", origin, body).await;
        assert_eq!(shown.status, StatusCode::FORBIDDEN, "{what}");
    }
    let cookie = browser.cookie.take();
    let shown = browser.post("/links/kaikei", None, format!("csrf={token}")).await;
    assert_eq!(shown.status, StatusCode::FORBIDDEN, "no cookie");
    assert!(bank.seen("/par").is_empty());
    browser.cookie = cookie;
    let shown = browser.post("/links/kaikei", None, format!("csrf={token}")).await;
    assert_eq!(shown.status, StatusCode::OK, "the real form");
}

#[tokio::test]
async fn unlinking_that_the_bank_does_not_confirm_keeps_the_link() {
    let bank = Bank::start();
    let mut browser = Browser::new(&bank.config());
    browser.link(&bank).await;
    bank.set(|bank| bank.revocation_status = Some(503));
    let shown = browser.press("/links/kaikei/unlink").await;
    assert_eq!(shown.status, StatusCode::BAD_GATEWAY);
    assert!(shown.body.contains("連携を解除できませんでした。"));
    assert!(browser.get("/").await.body.contains("連携中"));
}

#[tokio::test]
async fn a_restart_keeps_runs_and_links() {
    let bank = Bank::start();
    let config = bank.config();
    let mut browser = Browser::new(&config);
    let state = browser.leave_for_bank(&bank, "kaikei").await;
    let mut browser = browser.after_restart(&config);
    assert_eq!(
        browser
            .get(&answer("code=c", &state, Some(&bank.issuer)))
            .await
            .location(),
        "/"
    );
    let mut browser = browser.after_restart(&config);
    assert!(browser.get("/").await.body.contains("連携中"));
}

#[tokio::test]
async fn the_other_ways_to_authenticate() {
    let bank = Bank::start();
    let mut browser = Browser::new(&bank.config());
    let home = browser.get("/").await.body;
    assert!(home.contains("銀行口座を連携する（ライト版）"), "{home}");

    let state = browser.leave_for_bank(&bank, "secret").await;
    browser.get(&answer("code=c", &state, Some(&bank.issuer))).await;
    let basic = format!("Basic {}", STANDARD.encode("secret:the+client+secret"));
    assert_eq!(bank.seen("/par")[0].authorization.as_ref(), Some(&basic));
    assert_eq!(bank.seen("/token")[0].authorization.as_ref(), Some(&basic));
    assert_eq!(bank.seen("/par")[0].form["scope"], "accounts");

    let state = browser.leave_for_bank(&bank, "signer").await;
    browser.get(&answer("code=c", &state, Some(&bank.issuer))).await;
    let (pushed, redeemed) = (&bank.seen("/par")[1].form, &bank.seen("/token")[1].form);
    for form in [pushed, redeemed] {
        assert_eq!(
            form["client_assertion_type"],
            "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
        );
        let claims = form["client_assertion"].split('.').nth(1).unwrap();
        let claims: serde_json::Value =
            serde_json::from_slice(&URL_SAFE_NO_PAD.decode(claims).unwrap()).unwrap();
        assert_eq!(claims["aud"], bank.issuer.as_str());
        assert_eq!(
            (&claims["iss"], &claims["sub"]),
            (&"signer".into(), &"signer".into())
        );
    }
    assert_ne!(
        pushed["client_assertion"], redeemed["client_assertion"],
        "each is used once"
    );
}

#[tokio::test]
async fn every_answer_is_guarded() {
    let bank = Bank::start();
    let mut browser = Browser::new(&bank.config());
    for path in [
        "/",
        "/assets/style.css",
        "/assets/page.js",
        "/nowhere",
        "/links/nobody/accounts",
        "/callback",
    ] {
        let shown = browser.get(path).await;
        let policy = shown.headers[CONTENT_SECURITY_POLICY].to_str().unwrap();
        assert!(
            policy.starts_with("default-src 'none'; script-src 'self';") && !policy.contains("unsafe"),
            "{path}"
        );
        assert!(
            !shown.body.contains("<style") && !shown.body.contains(" style="),
            "{path}"
        );
        assert!(
            !shown.body.contains(" onclick=") && !shown.body.contains("<script>"),
            "{path}"
        );
    }
    assert_eq!(browser.get("/nowhere").await.status, StatusCode::NOT_FOUND);
    for host in [
        "evil.example",
        "localhost:8446",
        &format!("{HOST_NAME}.evil.example"),
    ] {
        let request = Request::get("/").header(HOST, host).body(Body::empty()).unwrap();
        assert_eq!(
            browser.send(request).await.status,
            StatusCode::MISDIRECTED_REQUEST,
            "{host}"
        );
    }
}
