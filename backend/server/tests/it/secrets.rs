//! The whole journey by the real binary at its most talkative, and then a search of everything that it wrote, logs and
//! database, for every secret that was used. Not here: what travels in answers (each door's own tests).

use crate::actors::{Browser, Partner, SORACHI_PINS, row, sha256};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use renkei::testing::{Credentials, Options, TestBank, system_now};
use sea_orm::{ConnectionTrait as _, Database, DatabaseBackend, Statement};
use serde_json::json;
use std::fs::File;
use std::process::{Child, Command};
use std::time::Duration;

/// Ends the child whatever becomes of the test.
struct Server(Child);

impl Drop for Server {
    fn drop(&mut self) {
        self.0.kill().ok();
        self.0.wait().ok();
    }
}

impl Server {
    fn start(bank: &TestBank, format: &str) -> Self {
        let log = File::options()
            .create(true)
            .append(true)
            .open(bank.path("server.log"))
            .unwrap();
        let child = Command::new(env!("CARGO_BIN_EXE_renkei"))
            .env_clear()
            .envs([
                (
                    "RENKEI_LOG",
                    "trace,hyper=trace,h2=trace,sqlx=trace,sea_orm=trace,rustls=trace,axum=trace",
                ),
                ("RENKEI_LOG_FORMAT", format),
                ("RUST_BACKTRACE", "1"),
            ])
            .args(["serve", "--config"])
            .arg(bank.config())
            .stdout(log.try_clone().unwrap())
            .stderr(log)
            .spawn()
            .unwrap();
        Self(child)
    }

    async fn ready(&mut self, bank: &TestBank) {
        let address = ("127.0.0.1", bank.metrics_port());
        for _ in 0..600 {
            if tokio::net::TcpStream::connect(address).await.is_ok() {
                return;
            }
            assert!(self.0.try_wait().unwrap().is_none(), "{}", log(bank));
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("not ready: {}", log(bank));
    }
}

fn log(bank: &TestBank) -> String {
    String::from_utf8_lossy(&std::fs::read(bank.path("server.log")).unwrap()).into_owned()
}

/// Every row of every table as text, and the database's files as they are.
async fn dump(bank: &TestBank) -> Vec<(String, String)> {
    let database = Database::connect(bank.database_url()).await.unwrap();
    let backend = database.get_database_backend();
    let tables = match backend {
        DatabaseBackend::Sqlite => {
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
        }
        _ => "SELECT table_name AS name FROM information_schema.tables WHERE table_schema = current_schema()",
    };
    let names: Vec<String> = database
        .query_all_raw(Statement::from_string(backend, tables))
        .await
        .unwrap()
        .iter()
        .map(|row| row.try_get("", "name").unwrap())
        .collect();
    assert!(names.len() >= 15, "{names:?}");
    let mut cells = Vec::new();
    for table in names {
        let columns = match backend {
            DatabaseBackend::Sqlite => format!("SELECT name FROM pragma_table_info('{table}')"),
            _ => format!(
                "SELECT column_name AS name FROM information_schema.columns \
                 WHERE table_schema = current_schema() AND table_name = '{table}'"
            ),
        };
        let columns: Vec<String> = database
            .query_all_raw(Statement::from_string(backend, columns))
            .await
            .unwrap()
            .iter()
            .map(|row| row.try_get("", "name").unwrap())
            .collect();
        for column in columns {
            let text = match backend {
                DatabaseBackend::Sqlite => format!(
                    "SELECT CASE typeof(\"{column}\") WHEN 'blob' THEN lower(hex(\"{column}\")) \
                     ELSE CAST(\"{column}\" AS TEXT) END AS cell FROM \"{table}\""
                ),
                _ => format!("SELECT CAST(\"{column}\" AS TEXT) AS cell FROM \"{table}\""),
            };
            for row in database
                .query_all_raw(Statement::from_string(backend, text))
                .await
                .unwrap()
            {
                let cell: Option<String> = row.try_get("", "cell").unwrap();
                cells.extend(cell.map(|cell| (format!("{table}.{column}"), cell)));
            }
        }
    }
    database.close().await.unwrap();
    cells
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The forms in which a text could have been written down.
fn forms(secret: &str) -> Vec<String> {
    vec![
        secret.to_owned(),
        hex(secret.as_bytes()),
        STANDARD_NO_PAD.encode(secret),
        URL_SAFE_NO_PAD.encode(secret),
        url::form_urlencoded::byte_serialize(secret.as_bytes()).collect(),
    ]
}

/// Unkeyed digests, by which ten thousand PINs are guessed at once.
fn digests(secret: &str) -> Vec<String> {
    let digest = sha256(secret);
    vec![
        hex(&digest),
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

#[tokio::test]
async fn no_secret_of_the_journey_is_in_the_logs_or_in_the_database() {
    let options = Options {
        nodes: 0,
        ..Options::default()
    };
    let mut bank = TestBank::start_with(options).await.unwrap();
    bank.clock().set(system_now());
    bank.release_ports().unwrap();
    let mut server = Server::start(&bank, "text");
    server.ready(&bank).await;

    let mut secrets: Vec<(&str, String)> = Vec::new();
    let pins: Vec<&str> = SORACHI_PINS.iter().map(|(_, pin)| *pin).chain(["9075"]).collect();
    let browser = Browser::of(&bank, "sorachi-taro");
    let cookies = |browser: &Browser, secrets: &mut Vec<(&str, String)>| {
        for value in browser.cookies().into_values() {
            let value = value.rsplit('.').next().unwrap().to_owned();
            secrets.push(("cookie", value));
        }
    };
    for client_id in ["kaikei", "chobo", "kihon"] {
        bank.clock().set(system_now());
        let partner = Partner::of(&bank, client_id);
        let attempt = partner.begin().await;
        if let Some((_, uri)) = attempt.url.split_once("request_uri%3A") {
            secrets.push(("request_uri", uri.to_owned()));
        }
        secrets.push(("code_verifier", attempt.verifier.clone()));
        if client_id == "kaikei" {
            let assertion = partner.assertion(|_| {});
            let signature = assertion.rsplit('.').next().unwrap().to_owned();
            partner
                .post_asserting("/revoke", &[("token".into(), "x".into())], &assertion)
                .await;
            secrets.push(("client assertion", signature));
        }
        let mut wizard = browser.arrive(&attempt.url).await;
        cookies(&browser, &mut secrets);
        let url = wizard.ask_for_certificate().await;
        secrets.push(("attempt token", url.rsplit('=').next().unwrap().to_owned()));
        let back = browser.show_certificate(&url).await.location();
        let code = back.rsplit('=').next().unwrap().to_owned();
        wizard.act("certificate-result", json!({ "code": code })).await;
        secrets.push(("certificate code", code));
        cookies(&browser, &mut secrets);
        // Wrong ones are secrets as well: they are often the right one of something else.
        wizard
            .attempt("password", json!({ "password": "my-other-password-77" }))
            .await
            .refused(422, "password_wrong");
        secrets.push(("wrong password", "my-other-password-77".to_owned()));
        let malformed = format!("{{\"password\": \"malformed-{client_id}-91\", ");
        let request = browser.request(reqwest::Method::POST, &wizard.path("password"));
        let request = request.header("content-type", "application/json").body(malformed);
        assert_eq!(request.send().await.unwrap().status(), 400);
        secrets.push(("malformed password", format!("malformed-{client_id}-91")));
        let password = bank.user("sorachi-taro").unwrap().password.clone();
        let view = wizard.password(&password).await;
        secrets.push(("password", password));
        cookies(&browser, &mut secrets);
        if view["step"] == "business_selection" {
            wizard.businesses(&["balance", "statement", "transfers"]).await;
        }
        if client_id == "kaikei" {
            let view = wizard.view().await;
            let wrong = json!({ "account_id": row(&view, "2000002")["account_id"], "pin": "9075" });
            wizard.act("inquiry-pins", json!({ "pins": [wrong] })).await;
            wizard.act("add-more", json!({})).await;
        }
        wizard.to_permission(&SORACHI_PINS).await;
        let returned = wizard.permit().await;
        secrets.push(("authorization code", returned.code().to_owned()));
        let tokens = partner.tokens(returned.code(), &attempt.verifier).await;
        let refreshed = partner.refresh(&tokens.refresh).await.ok();
        for access in [&tokens.access, refreshed["access_token"].as_str().unwrap()] {
            let id = partner.account_id(access, "2000002").await;
            for what in ["balance", "statement", "transfers"] {
                partner
                    .get(&format!("/v1/accounts/{id}/{what}"), access)
                    .await
                    .ok();
            }
            secrets.push(("access token", access.to_owned()));
        }
        secrets.push(("refresh token", tokens.refresh.clone()));
        if client_id == "chobo" {
            assert_eq!(partner.revoke(&tokens.refresh).await.status, 200);
        }
        match &partner.registered.credentials {
            Credentials::ClientSecretBasic { secret } => {
                secrets.push(("client secret", secret.clone()));
                secrets.push(("basic credentials", STANDARD.encode(format!("kihon:{secret}"))));
            }
            Credentials::PrivateKeyJwt { key_pem, .. } => {
                secrets.push(("partner's key", key_pem.lines().nth(1).unwrap().to_owned()));
            }
            Credentials::TlsClientAuth => {}
        }
    }

    // The list of linkages, too.
    browser.post("/api/customer-session/start", &json!({})).await.ok();
    cookies(&browser, &mut secrets);
    drop(server);

    for file in [
        "vault-keys.toml",
        "signing-keys.toml",
        "browser.key.pem",
        "certificate.key.pem",
        "partner.key.pem",
    ] {
        let text = std::fs::read_to_string(bank.path(file)).unwrap();
        let words = text.split(|c: char| c.is_whitespace() || "\"'\\".contains(c));
        let keys: Vec<&str> = words
            .filter(|word| word.len() >= 32 && !word.contains("---"))
            .collect();
        assert!(!keys.is_empty(), "{file}");
        secrets.extend(keys.into_iter().map(|key| ("key of the server", key.to_owned())));
    }
    assert!(secrets.len() > 50);

    let log = log(&bank);
    assert!(log.contains("TRACE") || log.contains("DEBUG"), "it was talkative");
    let cells = dump(&bank).await;
    assert!(cells.len() > 300, "{}", cells.len());
    for (name, secret) in &secrets {
        assert!(secret.len() >= 16, "{name} is too short to be searched for");
        for form in forms(secret) {
            assert!(!log.contains(&form), "{name} is in the log");
            for (place, cell) in &cells {
                assert!(!cell.contains(&form), "{name} is in {place}");
            }
        }
    }
    for (name, secret) in secrets.iter().filter(|(name, _)| name.contains("password")) {
        for digest in digests(secret) {
            assert!(!log.contains(&digest), "a digest of {name} is in the log");
            for (place, cell) in &cells {
                assert!(!cell.contains(&digest), "a digest of {name} is in {place}");
            }
        }
    }
    for pin in pins {
        for line in log.lines() {
            assert!(!stands_alone(line, pin), "a PIN is in the log: {line}");
        }
        for (place, cell) in &cells {
            assert!(!stands_alone(cell, pin), "a PIN is in {place}: {cell}");
        }
        for digest in digests(pin) {
            assert!(!log.contains(&digest), "a digest of a PIN is in the log");
            for (place, cell) in &cells {
                assert!(!cell.contains(&digest), "a digest of a PIN is in {place}");
            }
        }
    }
}
