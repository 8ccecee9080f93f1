//! The whole journey by the real binary at its most talkative, and then a search of everything that it wrote, logs and
//! database, for every secret that was used. Not here: what travels in answers (each door's own tests).

pub(crate) mod dump;

use crate::actors::{Browser, Partner, Process, SORACHI_PINS, Wizard, act_id, log, log_in, row, sha256};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use renkei::testing::{Adapter, Credentials, Options, TestBank, system_now};
use serde_json::{Value, json};

/// A wrong PIN that is typed on the way.
const WRONG_PIN: &str = "9075";

/// The forms in which a text could have been written down.
fn forms(secret: &str) -> Vec<String> {
    vec![
        secret.to_owned(),
        hex::encode(secret),
        STANDARD_NO_PAD.encode(secret),
        URL_SAFE_NO_PAD.encode(secret),
        url::form_urlencoded::byte_serialize(secret.as_bytes()).collect(),
    ]
}

/// Unkeyed digests, by which ten thousand PINs are guessed at once.
fn digests(secret: &str) -> Vec<String> {
    let digest = sha256(secret);
    vec![
        hex::encode(&digest),
        STANDARD.encode(&digest),
        URL_SAFE_NO_PAD.encode(&digest),
    ]
}

/// Whether four digits stand by themselves, and not within a number, an id or a time.
fn stands_alone(text: &str, pin: &str) -> bool {
    let bytes = text.as_bytes();
    text.match_indices(pin).any(|(at, _)| {
        let joins = |byte: Option<&u8>| {
            byte.is_some_and(|byte| byte.is_ascii_alphanumeric() || b"-_.:+/".contains(byte))
        };
        !joins(at.checked_sub(1).and_then(|before| bytes.get(before))) && !joins(bytes.get(at + pin.len()))
    })
}

#[test]
fn the_search_itself_finds_what_is_there() {
    assert!(stands_alone("pin=1234 ", "1234") && stands_alone("[\"1234\"]", "1234"));
    assert!(!stands_alone("2026-11-20T10:00:00.1234Z", "1234") && !stands_alone("ab1234", "1234"));
    assert_eq!(
        digests("abc")[0],
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    );
}

/// What was used, each with its name.
#[derive(Default)]
struct Secrets(Vec<(&'static str, String)>);

impl Secrets {
    fn keep(&mut self, name: &'static str, value: impl Into<String>) {
        self.0.push((name, value.into()));
    }

    fn keep_cookies(&mut self, browser: &Browser) {
        for value in browser.cookies().into_values() {
            self.keep("cookie", value.rsplit('.').next().unwrap());
        }
    }

    fn keep_credentials(&mut self, partner: &Partner<'_>) {
        match &partner.registered.credentials {
            Credentials::ClientSecretBasic { secret } => {
                self.keep("client secret", secret);
                self.keep("basic credentials", STANDARD.encode(format!("kihon:{secret}")));
            }
            Credentials::PrivateKeyJwt { key_pem, .. } => {
                self.keep("partner's key", key_pem.lines().nth(1).unwrap());
            }
            _ => {}
        }
    }

    fn keep_keys(&mut self, bank: &TestBank) {
        let files = [
            "vault-keys.toml",
            "signing-keys.toml",
            "browser.key.pem",
            "certificate.key.pem",
            "partner.key.pem",
        ];
        for file in files {
            let text = std::fs::read_to_string(bank.path(file)).unwrap();
            let words = text.split(|c: char| c.is_whitespace() || "\"'\\".contains(c));
            let keys: Vec<&str> = words
                .filter(|word| word.len() >= 32 && !word.contains("---"))
                .collect();
            assert!(!keys.is_empty(), "{file}");
            for key in keys {
                self.keep("key of the server", key);
            }
        }
    }

    /// Certificate and password, with wrong and malformed ones before the right one.
    async fn log_in(&mut self, bank: &TestBank, wizard: &mut Wizard<'_>) {
        let browser = wizard.browser;
        let url = wizard.ask_for_certificate().await;
        self.keep("attempt token", url.rsplit('=').next().unwrap());
        let back = browser.show_certificate(&url).await.location();
        let code = back.rsplit('=').next().unwrap();
        wizard.act("certificate-result", json!({ "code": code })).await;
        self.keep("certificate code", code);
        self.keep_cookies(browser);
        // Wrong ones are secrets as well: they are often the right one of something else.
        let wrong = "my-other-password-77";
        wizard
            .attempt("password", json!({ "password": wrong }))
            .await
            .refused(422, "password_wrong");
        self.keep("wrong password", wrong);
        let malformed = "{\"password\": \"my-malformed-password-91\", ";
        let request = browser.request(reqwest::Method::POST, &wizard.path("password"));
        let request = request.header("content-type", "application/json").body(malformed);
        assert_eq!(request.send().await.unwrap().status(), 400);
        self.keep("malformed password", "my-malformed-password-91");
        let password = &bank.user("sorachi-taro").unwrap().password;
        wizard.password(password).await;
        self.keep("password", password);
        self.keep_cookies(browser);
    }

    /// The journey to the first statement, by one partner.
    async fn link(&mut self, bank: &TestBank, browser: &Browser, client_id: &'static str) {
        bank.clock().set(system_now());
        let partner = Partner::of(bank, client_id);
        self.keep_credentials(&partner);
        let attempt = partner.begin().await;
        if let Some((_, uri)) = attempt.url.split_once("request_uri%3A") {
            self.keep("request_uri", uri);
        }
        self.keep("code_verifier", &attempt.verifier);
        if matches!(partner.registered.credentials, Credentials::PrivateKeyJwt { .. }) {
            let assertion = partner.assertion(|_| {});
            let form = [("token".to_owned(), "x".to_owned())];
            assert_eq!(
                partner.post_asserting("/revoke", &form, &assertion).await.status,
                200
            );
            self.keep("client assertion", assertion.rsplit('.').next().unwrap());
        }
        let mut wizard = browser.arrive(&attempt.url).await;
        self.keep_cookies(browser);
        self.log_in(bank, &mut wizard).await;
        let mut view = wizard.view().await;
        if view["step"] == "business_selection" {
            view = wizard.businesses(&["balance", "statement", "transfers"]).await;
        }
        if view["step"] == "pin_registration" {
            let wrong = json!({ "account_id": row(&view, "2000002")["account_id"], "pin": WRONG_PIN });
            wizard.act("inquiry-pins", json!({ "pins": [wrong] })).await;
            wizard.act("add-more", json!({})).await;
        }
        wizard.reach_permission(&SORACHI_PINS).await;
        let returned = wizard.permit().await;
        self.keep("authorization code", returned.code());
        let tokens = partner.tokens(returned.code(), &attempt.verifier).await;
        self.keep("refresh token", &tokens.refresh);
        let refreshed = partner.refresh(&tokens.refresh).await.ok();
        for access in [&tokens.access, refreshed["access_token"].as_str().unwrap()] {
            self.keep("access token", access);
            let id = partner.account_id(access, "2000002").await;
            for what in ["balance", "statement", "transfers"] {
                let path = format!("/v1/accounts/{id}/{what}");
                partner.get(&path, access).await.ok();
            }
        }
        if client_id == "chobo" {
            assert_eq!(partner.revoke(&tokens.refresh).await.status, 200);
        }
    }

    /// 「連携中のサービス」: its own login, the withdrawal of the newest permission, and the way out.
    async fn withdraw(&mut self, bank: &TestBank, browser: &Browser) {
        let mut version = 1;
        let mut act = async |act: &str, data: Value| {
            let mut body = json!({ "version": version, "act_id": act_id() });
            body.as_object_mut()
                .unwrap()
                .extend(data.as_object().unwrap().clone());
            let path = format!("/api/customer-session/{act}");
            let answer = browser.post(&path, &body).await.ok();
            version = answer["version"].as_u64().unwrap_or(version + 1);
            answer
        };
        browser.post("/api/customer-session/start", &json!({})).await.ok();
        self.keep_cookies(browser);
        let url = act("certificate", json!({})).await["redirect_to"].clone();
        let url = url.as_str().unwrap();
        self.keep("attempt token", url.rsplit('=').next().unwrap());
        let back = browser.show_certificate(url).await.location();
        let code = back.rsplit('=').next().unwrap();
        act("certificate-result", json!({ "code": code })).await;
        self.keep("certificate code", code);
        self.keep_cookies(browser);
        let password = &bank.user("sorachi-taro").unwrap().password;
        let list = act("password", json!({ "password": password })).await;
        self.keep_cookies(browser);
        let linkages = list["data"]["linkages"].as_array().unwrap();
        assert_eq!(linkages.len(), 2, "kaikei and kihon; chobo has revoked its own");
        let left = act("withdraw", json!({ "grant_id": linkages[0]["grant_id"] })).await;
        assert_eq!(left["data"]["linkages"].as_array().unwrap().len(), 1);
        assert!(browser.cookies().contains_key("__Host-renkei-customer"));
        act("logout", json!({})).await;
    }
}

/// What was written down somewhere.
struct Written {
    log: String,
    cells: Vec<(String, String)>,
}

impl Written {
    fn assert_without(&self, text: &str, name: &str) {
        assert!(!self.log.contains(text), "{name} is in the log");
        for (place, cell) in &self.cells {
            assert!(!cell.contains(text), "{name} is in {place}");
        }
    }

    fn assert_without_pin(&self, pin: &str) {
        for line in self.log.lines() {
            assert!(!stands_alone(line, pin), "a PIN is in the log: {line}");
        }
        for (place, cell) in &self.cells {
            assert!(!stands_alone(cell, pin), "a PIN is in {place}: {cell}");
        }
        for digest in digests(pin) {
            self.assert_without(&digest, "a digest of a PIN");
        }
    }
}

#[tokio::test]
async fn no_secret_of_the_journey_is_in_the_logs_or_in_the_database() {
    search_after_the_journey(Adapter::Simulator).await;
}

#[tokio::test]
async fn nor_where_the_core_is_behind_a_gateway_which_writes_a_log_of_its_own() {
    search_after_the_journey(Adapter::Gateway).await;
}

async fn search_after_the_journey(adapter: Adapter) {
    let options = Options {
        adapter,
        nodes: 0,
        ..Options::default()
    };
    let mut bank = TestBank::start_with(options).await.unwrap();
    bank.release_ports().unwrap();
    let gateway = match adapter {
        Adapter::Simulator => None,
        Adapter::Gateway => Some(Process::start_gateway(&bank).await),
    };
    let mut server = Process::start(&bank);
    server.ready(&bank).await;
    let mut secrets = Secrets::default();
    let browser = Browser::of(&bank, "sorachi-taro");
    for client_id in ["kaikei", "chobo", "kihon"] {
        secrets.link(&bank, &browser, client_id).await;
    }
    secrets.withdraw(&bank, &browser).await;
    drop(server);
    secrets.keep_keys(&bank);
    let of_server = log(&bank);
    let mut log = of_server.clone();
    if let Some(gateway) = gateway {
        drop(gateway);
        let token = std::fs::read_to_string(bank.path("gateway-token")).unwrap();
        secrets.keep("token of the gateway", token.trim());
        let of_gateway = log_in(&bank, "gateway.log");
        // One connection was this test's own; the others are the server's.
        let connections = of_gateway.matches(" TRACE axum::serve: ").count();
        assert!(connections > 1, "asked, and at its most talkative: {of_gateway}");
        log.push_str(&of_gateway);
    }
    assert!(secrets.0.len() > 50, "{}", secrets.0.len());

    let written = Written {
        log,
        cells: dump::dump(&bank).await,
    };
    assert!(written.log.contains("DEBUG"), "it was talkative");
    // The private listener is axum's own, which no cap concerns.
    assert!(
        of_server.contains(" TRACE axum::serve: "),
        "at trace level: {of_server}"
    );
    assert!(written.cells.len() > 300, "{}", written.cells.len());
    for (name, secret) in &secrets.0 {
        assert!(secret.len() >= 16, "{name} is too short to be searched for");
        for form in forms(secret) {
            written.assert_without(&form, name);
        }
        if name.contains("password") {
            for digest in digests(secret) {
                written.assert_without(&digest, &format!("a digest of {name}"));
            }
        }
    }
    // What the database must hold, the log must not.
    let of_the_database_alone = |place: &str| place.ends_with(".password_hash") || place.ends_with(".sealed");
    let held: Vec<_> = written
        .cells
        .iter()
        .filter(|(place, _)| of_the_database_alone(place))
        .collect();
    assert_eq!(
        held.len(),
        4 + 7,
        "users, and the PINs of sorachi-taro and yubari-jiro"
    );
    for (place, cell) in held {
        assert!(!written.log.contains(cell), "{place} is in the log");
    }
    for (_, pin) in SORACHI_PINS {
        written.assert_without_pin(pin);
    }
    written.assert_without_pin(WRONG_PIN);
}
