//! The operator's commands where they refuse, and the private listener where it tells how the server is.
//! Not here: what the commands do when they succeed, which every other test uses.

use crate::actors::{Browser, Partner, bank};
use renkei::testing::TestBank;
use serde_json::{Value, json};
use std::process::Command;

const PARTNER: &str = "[[partner]]\nclient_id = \"new\"\nname = \"n\"\nlegal_name = \"l\"\n\
    registration_number = \"r\"\npurpose = \"p\"\ncomplaint_contact = \"c\"\nprofile = \"PROFILE\"\n\
    businesses = \"fixed\"\n[partner.registration]\ntoken_endpoint_auth_method = \"METHOD\"\n\
    redirect_uris = [\"REDIRECT\"]\nscope = \"accounts SCOPE\"\n";

async fn add_partner(bank: &TestBank, text: &str) -> anyhow::Result<()> {
    bank.write("new.toml", text)?;
    let (config, file) = (
        bank.config().display().to_string(),
        bank.path("new.toml").display().to_string(),
    );
    bank.renkei(&["partner", "add", "--config", &config, &file]).await
}

#[tokio::test]
async fn a_partner_that_cannot_work_is_not_put_on_file() {
    let bank = bank().await;
    std::fs::copy(bank.path("kihon.secret"), bank.path("new.secret")).unwrap();
    let text = |profile: &str, method: &str, redirect: &str, scope: &str| {
        PARTNER
            .replace("PROFILE", profile)
            .replace("METHOD", method)
            .replace("REDIRECT", redirect)
            .replace("SCOPE", scope)
    };
    let https = "https://new.example/cb";
    let with_secret = |text: String| {
        text.replace(
            "[partner.registration]",
            "client_secret_file = \"new.secret\"\n[partner.registration]",
        )
    };
    let subject = "tls_client_auth_subject_dn = \"CN=new\"\n";
    let by_certificate = text("fapi2", "tls_client_auth", https, "balance");
    let good = by_certificate.clone() + subject;
    let key = "kty = \"EC\"\ncrv = \"P-256\"\nx = \"AAAA\"\ny = \"AAAA\"\n";
    for bad in [
        text("fapi2", "private_key_jwt", https, "balance"),
        text("fapi2", "private_key_jwt", https, "balance") + "jwks = { keys = [] }\n",
        text("fapi2", "private_key_jwt", https, "balance") + "[[partner.registration.jwks.keys]]\n" + key,
        text("fapi2", "private_key_jwt", https, "balance") + "jwks_uri = \"http://new.example/jwks\"\n",
        by_certificate.clone(),
        by_certificate.clone() + "tls_client_auth_subject_dn = \"nonsense\"\n",
        good.clone() + "tls_client_auth_san_dns = \"new.example\"\n",
        with_secret(text("fapi2", "client_secret_basic", https, "balance")),
        with_secret(text("fapi2", "client_secret_post", https, "balance")),
        text("baseline", "client_secret_basic", https, "balance") + "dpop_bound_access_tokens = true\n",
        with_secret(text("baseline", "client_secret_basic", https, "balance")),
        text("fapi2", "none", https, "balance"),
        text("fapi2", "tls_client_auth", "http://new.example/cb", "balance") + subject,
        text("fapi2", "tls_client_auth", "https://new.example/cb#x", "balance") + subject,
        text("fapi2", "tls_client_auth", https, "payments") + subject,
        text("fapi3", "tls_client_auth", https, "balance") + subject,
        good.clone() + "unknown = 1\n",
        good.clone() + "tls_client_certificate_bound_access_tokens = true\ndpop_bound_access_tokens = true\n",
        good.replace("scope = \"accounts balance\"\n", ""),
        good.replace("accounts balance", "accounts"),
        good.replace("accounts balance", "accounts openid"),
        good.replace("client_id = \"new\"", "client_id = \"n w\""),
        good.replace("client_id = \"new\"", "client_id = \"\""),
        // Another partner's certificate.
        good.replace("CN=new", "cn=CHOBO"),
    ] {
        assert!(add_partner(&bank, &bad).await.is_err(), "{bad}");
    }
    let find = || async {
        bank.store()
            .partners()
            .find(&renkei_procedure::identity::PartnerId::new("new"))
            .await
    };
    assert!(find().await.unwrap().is_none());
    add_partner(&bank, &good).await.unwrap();
    assert!(find().await.unwrap().is_some());
}

#[tokio::test]
async fn secrets_that_others_can_read_are_not_taken() {
    use std::os::unix::fs::PermissionsExt as _;
    let bank = bank().await;
    let path = bank.path("kihon.secret");
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o644)).unwrap();
    let text = std::fs::read_to_string(bank.path("partners.toml")).unwrap();
    let error = add_partner(&bank, &text).await.unwrap_err();
    let message = format!("{error:#}");
    assert!(message.contains("chmod 600"), "{message}");
    assert!(!message.contains("kihon-secret"), "{message}");
}

#[tokio::test]
async fn commands_about_nobody_say_so() {
    let bank = bank().await;
    let config = bank.config().display().to_string();
    let certificate = bank.path("sorachi-taro.pem").display().to_string();
    for arguments in [
        vec!["user", "unlock", "--config", &config, "nobody"],
        vec!["partner", "suspend", "--config", &config, "nobody"],
        vec!["partner", "resume", "--config", &config, "kaikei"],
        vec![
            "certificate",
            "bind",
            "--config",
            &config,
            "--user",
            "nobody",
            "--certificate",
            &certificate,
        ],
        // Bound to somebody else: a certificate is one person's.
        vec![
            "certificate",
            "bind",
            "--config",
            &config,
            "--user",
            "yubari-jiro",
            "--certificate",
            &certificate,
        ],
    ] {
        assert!(bank.renkei(&arguments).await.is_err(), "{arguments:?}");
    }
    bank.renkei(&["partner", "suspend", "--config", &config, "kaikei"])
        .await
        .unwrap();
    assert!(
        bank.renkei(&["partner", "suspend", "--config", &config, "kaikei"])
            .await
            .is_err()
    );
}

#[tokio::test]
async fn an_unbound_certificate_logs_nobody_in_any_more() {
    let bank = bank().await;
    let config = bank.config().display().to_string();
    let certificate = bank.path("yubari-jiro.pem").display().to_string();
    let unbind = [
        "certificate",
        "unbind",
        "--config",
        &config,
        "--certificate",
        &certificate,
    ];
    bank.renkei(&unbind).await.unwrap();
    assert!(bank.renkei(&unbind).await.is_err());
    let partner = Partner::of(&bank, "chobo");
    let browser = Browser::of(&bank, "yubari-jiro");
    let (_, mut wizard) = partner.link(&browser).await;
    let view = wizard.certificate().await;
    assert_eq!(
        view["data"]["failure"]["explanation"]["code"],
        "certificate_unbound"
    );
}

#[tokio::test]
async fn keys_are_never_made_over_existing_ones() {
    let bank = bank().await;
    let read = || {
        ["vault-keys.toml", "signing-keys.toml"].map(|name| std::fs::read_to_string(bank.path(name)).unwrap())
    };
    let before = read();
    let folder = bank.path("").display().to_string();
    bank.renkei(&["keys", "generate", "--dir", &folder])
        .await
        .unwrap();
    assert_eq!(read(), before);
}

/// The real binary, with nothing of this process's environment that could steer it.
fn binary() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_renkei"));
    command.env_clear();
    command
}

#[tokio::test]
async fn variables_override_the_file_and_others_do_not_disturb() {
    let bank = bank().await;
    let partner_list = |variables: &[(&str, &str)]| {
        let mut command = binary();
        command.args(["partner", "list", "--config"]).arg(bank.config());
        command.envs(variables.iter().copied()).output().unwrap()
    };
    let plain = partner_list(&[
        ("RENKEI_LOG", "debug"),
        ("RENKEI_LOG_FORMAT", "json"),
        ("RENKEI_VAULT_KEYS", "x"),
        ("RENKEI_TEST_DATABASE_URL", "x"),
    ]);
    assert!(
        plain.status.success(),
        "{}",
        String::from_utf8_lossy(&plain.stderr)
    );
    let listed = String::from_utf8(plain.stdout).unwrap();
    assert_eq!(listed.lines().count(), 3, "{listed}");
    let elsewhere = partner_list(&[("RENKEI_DATABASE__URL", "sqlite:///nonexistent/renkei.db")]);
    assert!(!elsewhere.status.success());
    let unknown = partner_list(&[("RENKEI_DATABASE__NONSENSE", "1")]);
    assert!(!unknown.status.success());
    assert!(
        String::from_utf8(unknown.stderr)
            .unwrap()
            .to_lowercase()
            .contains("nonsense")
    );
}

#[tokio::test]
async fn a_configuration_that_cannot_hold_is_refused_by_name() {
    let bank = bank().await;
    let config = std::fs::read_to_string(bank.config()).unwrap();
    for (change, named) in [
        ("frontend_origin = \"https://evil.example\"\n", "frontend_origin"),
        (
            "frontend_origin = \"http://example.org:8080\"\n",
            "frontend_origin",
        ),
        ("unknown = 1\n", "unknown"),
    ] {
        bank.write("bad.toml", &format!("{change}{config}")).unwrap();
        let output = binary()
            .args(["partner", "list", "--config"])
            .arg(bank.path("bad.toml"))
            .output()
            .unwrap();
        assert!(!output.status.success(), "{change}");
        assert!(
            String::from_utf8(output.stderr).unwrap().contains(named),
            "{change}"
        );
    }
    for (change, named) in [
        ("[procedure]\ntime_limit_minutes = 2\n", "time_limit_minutes"),
        ("[procedure]\nhard_limit_minutes = 60\n", "hard_limit_minutes"),
        ("[oauth]\ncode_seconds = 61\n", "code_seconds"),
        ("[oauth]\nrequest_uri_seconds = 301\n", "request_uri_seconds"),
    ] {
        bank.write("bad.toml", &format!("{config}{change}")).unwrap();
        let output = binary()
            .args(["partner", "list", "--config"])
            .arg(bank.path("bad.toml"))
            .output()
            .unwrap();
        assert!(!output.status.success(), "{change}");
        assert!(
            String::from_utf8(output.stderr).unwrap().contains(named),
            "{change}"
        );
    }
}

async fn private(bank: &TestBank, path: &str) -> (u16, String) {
    let url = format!("http://127.0.0.1:{}{path}", bank.metrics_port());
    let answer = reqwest::Client::builder()
        .tls_backend_preconfigured(crate::actors::client_config(bank, None))
        .no_proxy()
        .build()
        .unwrap()
        .get(url)
        .send()
        .await
        .unwrap();
    (answer.status().as_u16(), answer.text().await.unwrap())
}

#[tokio::test]
async fn a_stale_revocation_list_is_reported_and_the_node_stays_to_say_so() {
    let bank = bank().await;
    assert_eq!(private(&bank, "/healthz").await, (200, "ok\n".to_owned()));
    let (status, text) = private(&bank, "/readyz").await;
    assert_eq!(status, 200);
    let document: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(
        document,
        json!({ "database": true, "stale_revocation_lists": [] })
    );
    let stale = bank.pki().clients.revocation_list_until(&[], 2022).unwrap();
    bank.write("client-ca.crl.pem", &stale).unwrap();
    bank.reload_tls().await.unwrap();
    let (status, text) = private(&bank, "/readyz").await;
    assert_eq!(status, 200);
    assert!(text.contains("Sorachi Client CA"), "{text}");
    assert_eq!(private(&bank, "/healthz").await.0, 200);
}
