//! The certificate listener: every judgement becomes a page that explains, each try has a host name of its own, the way
//! back works once. Not here: what an attacker makes of it (`certificate_attack`).

use crate::actors::{Answer, Browser, Partner, Wizard, act_id, bank, client_config, connect};
use renkei::testing::{Authority, Leaf, TestBank};
use rustls::HandshakeKind;
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

/// A try with this certificate; answers the view after it.
async fn try_with(bank: &TestBank, wizard: &mut Wizard<'_>, certificate: Option<&Leaf>) -> Value {
    let url = wizard.ask_for_certificate().await;
    let back = Browser::showing(bank, certificate)
        .show_certificate(&url)
        .await
        .location();
    let own = format!("{}/linkages/{}?certificate_result=", bank.issuer(), wizard.id);
    let code = back
        .strip_prefix(&own)
        .unwrap_or_else(|| panic!("{back}"))
        .to_owned();
    wizard.act("certificate-result", json!({ "code": code })).await
}

#[tokio::test]
async fn whatever_is_wrong_with_a_certificate_is_explained_and_another_may_be_chosen() {
    let bank = bank().await;
    let clients = &bank.pki().clients;
    let revoked = clients.client("失効 済子").unwrap();
    bank.write(
        "client-ca.crl.pem",
        &clients.revocation_list(&[&revoked]).unwrap(),
    )
    .unwrap();
    bank.reload_tls().await.unwrap();
    let cases = [
        (None, "certificate_missing"),
        (
            Some(clients.client_between("期限 切子", 2020, 2021).unwrap()),
            "certificate_expired",
        ),
        (
            Some(clients.client_between("未来 花子", 2080, 2090).unwrap()),
            "certificate_not_yet_valid",
        ),
        (Some(revoked), "certificate_revoked"),
        (
            Some(Authority::new("Another CA").unwrap().client("他行 太郎").unwrap()),
            "certificate_unknown_issuer",
        ),
        (
            // The same name for the authority, but another key.
            Some(
                Authority::new("Sorachi Client CA")
                    .unwrap()
                    .client("空知 太郎")
                    .unwrap(),
            ),
            "certificate_unknown_issuer",
        ),
        (
            Some(clients.client_of_wrong_usage("用途 違子").unwrap()),
            "certificate_unsuitable",
        ),
        (
            Some(clients.client("未登録 太郎").unwrap()),
            "certificate_unbound",
        ),
    ];
    let partner = Partner::of(&bank, "kaikei");
    let browser = Browser::of(&bank, "sorachi-taro");
    let (_, mut wizard) = partner.link(&browser).await;
    for (certificate, code) in &cases {
        let view = try_with(&bank, &mut wizard, certificate.as_ref()).await;
        assert_eq!(view["step"], "certificate_login", "{code}");
        assert_eq!(view["customer"], json!(null));
        let failure = &view["data"]["failure"];
        assert_eq!(failure["explanation"]["code"], *code);
        if certificate.is_some() {
            for member in ["subject", "serial", "issuer", "not_before", "not_after"] {
                assert!(
                    !failure["certificate"][member].as_str().unwrap().is_empty(),
                    "{failure}"
                );
            }
        } else {
            assert_eq!(failure["certificate"], json!(null));
        }
        // and nothing was won by it.
        wizard
            .attempt("password", json!({ "password": "x" }))
            .await
            .refused(409, "step_mismatch");
    }
    let bibai = &bank.user("bibai-saburo").unwrap().certificate;
    let view = try_with(&bank, &mut wizard, Some(bibai)).await;
    assert_eq!(
        view["data"]["failure"]["explanation"]["code"],
        "linking_not_allowed"
    );
    assert_eq!(view["data"]["failure"]["certificate"]["subject"], "CN=美唄 三郎");

    let view = wizard.certificate().await;
    assert_eq!(view["step"], "password");
    // A wrong choice may be taken back, and until the password another certificate may be chosen.
    let view = try_with(&bank, &mut wizard, None).await;
    assert_eq!(
        view["data"]["failure"]["explanation"]["code"],
        "certificate_missing"
    );
    wizard.log_in(&bank, "sorachi-taro").await;
}

#[tokio::test]
async fn without_a_certificate_the_time_tells_the_likely_cause() {
    let bank = bank().await;
    let partner = Partner::of(&bank, "kaikei");
    let browser = Browser::of(&bank, "sorachi-taro");
    let (_, mut wizard) = partner.link(&browser).await;
    let empty_handed = Browser::showing(&bank, None);
    for (waited, code, remedy) in [
        (300, "certificate_missing", "取り込んで"),
        (4_000, "certificate_not_chosen", "選択して「OK」"),
    ] {
        let url = wizard.ask_for_certificate().await;
        bank.clock().advance(Duration::from_millis(waited));
        let back = empty_handed.show_certificate(&url).await.location();
        let (_, result) = back.split_once("?certificate_result=").unwrap();
        let view = wizard.act("certificate-result", json!({ "code": result })).await;
        let explanation = &view["data"]["failure"]["explanation"];
        assert_eq!(explanation["code"], code);
        let told = explanation["ja"]["remedy"].as_str().unwrap();
        assert!(told.contains(remedy), "{told}");
        assert!(
            explanation["ja"]["why"]
                .as_str()
                .unwrap()
                .contains("考えられます"),
            "a likely cause"
        );
    }
    wizard.log_in(&bank, "sorachi-taro").await;
}

#[tokio::test]
async fn a_stale_revocation_list_refuses_everybody_and_says_whose_fault_it_is() {
    let bank = bank().await;
    let stale = bank.pki().clients.revocation_list_until(&[], 2022).unwrap();
    bank.write("client-ca.crl.pem", &stale).unwrap();
    bank.reload_tls().await.unwrap();
    let partner = Partner::of(&bank, "kaikei");
    let browser = Browser::of(&bank, "sorachi-taro");
    let (_, mut wizard) = partner.link(&browser).await;
    let view = wizard.certificate().await;
    assert_eq!(
        view["data"]["failure"]["explanation"]["code"],
        "revocation_list_stale"
    );
    let fresh = bank.pki().clients.revocation_list(&[]).unwrap();
    bank.write("client-ca.crl.pem", &fresh).unwrap();
    bank.reload_tls().await.unwrap();
    assert_eq!(wizard.certificate().await["step"], "password");
}

#[tokio::test]
async fn a_revocation_counts_from_the_reload_on_and_a_bad_list_changes_nothing() {
    let bank = bank().await;
    let partner = Partner::of(&bank, "kaikei");
    let browser = Browser::of(&bank, "sorachi-taro");
    let (_, mut wizard) = partner.link(&browser).await;
    assert_eq!(wizard.certificate().await["step"], "password");

    let own = &bank.user("sorachi-taro").unwrap().certificate;
    let list = bank.pki().clients.revocation_list(&[own]).unwrap();
    bank.write("client-ca.crl.pem", &list).unwrap();
    assert_eq!(wizard.certificate().await["step"], "password", "not read yet");
    bank.reload_tls().await.unwrap();
    let view = wizard.certificate().await;
    assert_eq!(
        view["data"]["failure"]["explanation"]["code"],
        "certificate_revoked"
    );

    for bad in [
        "",
        "no PEM at all",
        &bank.pki().partners.revocation_list(&[]).unwrap(),
    ] {
        bank.write("client-ca.crl.pem", bad).unwrap();
        assert!(bank.reload_tls().await.is_err());
        let view = wizard.certificate().await;
        assert_eq!(
            view["data"]["failure"]["explanation"]["code"],
            "certificate_revoked"
        );
    }
}

#[tokio::test]
async fn each_try_has_a_fresh_host_name() {
    let bank = bank().await;
    let partner = Partner::of(&bank, "kaikei");
    let browser = Browser::of(&bank, "sorachi-taro");
    let (_, mut wizard) = partner.link(&browser).await;
    let mut hosts = std::collections::BTreeSet::new();
    for _ in 0..5 {
        let url = url::Url::parse(&wizard.ask_for_certificate().await).unwrap();
        let host = url.host_str().unwrap().to_owned();
        let label = host.strip_suffix(".cert.localhost").unwrap();
        assert!(label.strip_prefix('c').unwrap().parse::<u32>().is_ok(), "{host}");
        assert_eq!(url.port(), Some(bank.certificate_port()));
        assert!(hosts.insert(host));
    }
    // The same act again answers the same address: what the browser is shown does not depend on a lost answer.
    let id = act_id();
    let first = wizard.attempt_as("certificate", &id, &json!({})).await.ok();
    let again = wizard.attempt_as("certificate", &id, &json!({})).await.ok();
    assert_eq!(first, again);
}

#[tokio::test]
async fn the_way_back_works_once_within_a_minute() {
    let bank = bank().await;
    let partner = Partner::of(&bank, "kaikei");
    let browser = Browser::of(&bank, "sorachi-taro");
    let (_, mut wizard) = partner.link(&browser).await;

    let late = wizard.certificate_code().await;
    bank.clock().advance(Duration::from_secs(60));
    wizard
        .attempt("certificate-result", json!({ "code": late }))
        .await
        .refused(422, "certificate_result_invalid");

    let in_time = wizard.certificate_code().await;
    bank.clock().advance(Duration::from_micros(59_999_999));
    let view = wizard.act("certificate-result", json!({ "code": in_time })).await;
    assert_eq!(view["step"], "password");
    for code in [in_time.as_str(), late.as_str(), "", "nonsense", "a\u{0}b"] {
        wizard
            .attempt("certificate-result", json!({ "code": code }))
            .await
            .refused(422, "certificate_result_invalid");
    }
    assert_eq!(wizard.view().await["step"], "password");
}

#[tokio::test]
async fn a_code_is_of_its_linkage_and_its_latest_use_alone_counts() {
    let bank = bank().await;
    let partner = Partner::of(&bank, "kaikei");
    let browser = Browser::of(&bank, "sorachi-taro");
    let (_, mut one) = partner.link(&browser).await;
    let (_, mut other) = partner.link(&browser).await;
    let code = one.certificate_code().await;
    other
        .attempt("certificate-result", json!({ "code": code }))
        .await
        .refused(422, "certificate_result_invalid");
    let view = one.act("certificate-result", json!({ "code": code })).await;
    assert_eq!(
        view["step"], "password",
        "tried in vain elsewhere, it is still good where it belongs"
    );
    assert_eq!(other.view().await["step"], "certificate_login");
}

#[tokio::test]
async fn an_address_of_a_try_works_once_and_for_five_minutes() {
    let bank = bank().await;
    let partner = Partner::of(&bank, "kaikei");
    let browser = Browser::of(&bank, "sorachi-taro");
    let (_, mut wizard) = partner.link(&browser).await;
    let url = wizard.ask_for_certificate().await;
    browser.show_certificate(&url).await.location();
    browser
        .show_certificate(&url)
        .await
        .is_page(422, "certificate_result_invalid");
    let url = wizard.ask_for_certificate().await;
    bank.clock().advance(Duration::from_mins(5));
    browser
        .show_certificate(&url)
        .await
        .is_page(422, "certificate_result_invalid");
}

async fn by_hand(bank: &TestBank, host: &str, request: &str) -> (u16, String) {
    let identity = &bank.user("sorachi-taro").unwrap().certificate;
    let config = Arc::new(client_config(bank, Some(identity)));
    let mut stream = connect(config, "c1.cert.localhost", bank.certificate_port()).await;
    let request = request.replace("HOST", host);
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await.ok();
    let text = String::from_utf8(answer).unwrap();
    let status = text
        .split(' ')
        .nth(1)
        .unwrap_or_else(|| panic!("{text:?}"))
        .parse()
        .unwrap();
    (status, text)
}

#[tokio::test]
async fn stray_visits_get_a_page_and_never_a_bare_error() {
    let bank = bank().await;
    let partner = Partner::of(&bank, "kaikei");
    let browser = Browser::of(&bank, "sorachi-taro");
    let (_, mut wizard) = partner.link(&browser).await;
    let url = url::Url::parse(&wizard.ask_for_certificate().await).unwrap();
    let attempt = url.query().unwrap();
    let port = bank.certificate_port();
    let good_host = format!("{}:{port}", url.host_str().unwrap());
    for (host, line) in [
        (good_host.as_str(), "GET / HTTP/1.1".to_owned()),
        (&good_host, "GET /certificate HTTP/1.1".to_owned()),
        (&good_host, "GET /certificate?attempt= HTTP/1.1".to_owned()),
        (
            &good_host,
            "GET /certificate?attempt=nonsense HTTP/1.1".to_owned(),
        ),
        (&good_host, "GET /certificate?attempt=%00%FF HTTP/1.1".to_owned()),
        (
            &good_host,
            format!("GET /certificate?{attempt}&{attempt} HTTP/1.1"),
        ),
        (&good_host, format!("POST /certificate?{attempt} HTTP/1.1")),
        (&good_host, format!("DELETE /certificate?{attempt} HTTP/1.1")),
        (&good_host, "GET /linkages/1 HTTP/1.1".to_owned()),
        (&good_host, "GET /authorize HTTP/1.1".to_owned()),
        (&good_host, "GET /%FF HTTP/1.1".to_owned()),
        ("localhost", format!("GET /certificate?{attempt} HTTP/1.1")),
        ("cert.localhost", format!("GET /certificate?{attempt} HTTP/1.1")),
        (
            "c1.cert.localhost.example",
            format!("GET /certificate?{attempt} HTTP/1.1"),
        ),
    ] {
        let (status, text) = by_hand(&bank, host, &format!("{line}\r\nHost: HOST\r\n\r\n")).await;
        assert!((400..500).contains(&status), "{line}: {status}");
        assert!(
            text.contains("content-type: text/html; charset=utf-8") && text.contains("<h1 class="),
            "{host} {line}: {text}"
        );
        assert!(
            text.contains("content-security-policy: default-src 'none'"),
            "{text}"
        );
        assert!(!text.to_ascii_lowercase().contains("set-cookie"));
    }
    // Looking at the headers alone takes nothing.
    let head = format!("HEAD /certificate?{attempt} HTTP/1.1\r\nHost: HOST\r\n\r\n");
    assert_eq!(by_hand(&bank, &good_host, &head).await.0, 204);
    let get = format!("GET /certificate?{attempt} HTTP/1.1\r\nHost: HOST\r\n\r\n");
    let (status, text) = by_hand(&bank, &good_host, &get).await;
    assert_eq!(status, 303, "{text}");
    assert!(text.to_ascii_lowercase().contains("connection: close"));
    assert!(text.contains("referrer-policy: no-referrer") && text.contains("cache-control: no-store"));
}

#[tokio::test]
async fn each_connection_is_a_handshake_of_its_own() {
    let bank = bank().await;
    let identity = &bank.user("sorachi-taro").unwrap().certificate;
    for version in [&rustls::version::TLS13, &rustls::version::TLS12] {
        let mut config = client_config(&bank, Some(identity));
        // A browser would offer HTTP/2 as well.
        config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        let versions = restricted(config, version, &bank, identity);
        for _ in 0..3 {
            let mut stream = connect(
                Arc::clone(&versions),
                "c7.cert.localhost",
                bank.certificate_port(),
            )
            .await;
            stream
                .write_all(b"GET / HTTP/1.1\r\nHost: c7.cert.localhost\r\n\r\n")
                .await
                .unwrap();
            let mut answer = Vec::new();
            stream.read_to_end(&mut answer).await.ok();
            assert!(
                answer.starts_with(b"HTTP/1.1 404"),
                "one answer, then the connection is closed"
            );
            let (_, session) = stream.get_ref();
            assert_eq!(session.handshake_kind(), Some(HandshakeKind::Full));
            assert_eq!(session.alpn_protocol(), Some(b"http/1.1".as_slice()));
        }
    }
}

fn restricted(
    config: rustls::ClientConfig,
    version: &'static rustls::SupportedProtocolVersion,
    bank: &TestBank,
    identity: &Leaf,
) -> Arc<rustls::ClientConfig> {
    use rustls_pki_types::pem::PemObject as _;
    use rustls_pki_types::{CertificateDer, PrivateKeyDer};
    let mut roots = rustls::RootCertStore::empty();
    roots.add(CertificateDer::from(bank.pki().servers.der())).unwrap();
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let mut only = rustls::ClientConfig::builder_with_provider(provider)
        .with_protocol_versions(&[version])
        .unwrap()
        .with_root_certificates(roots)
        .with_client_auth_cert(
            vec![CertificateDer::from(identity.certificate_der.clone())],
            PrivateKeyDer::from_pem_slice(identity.key_pem.as_bytes()).unwrap(),
        )
        .unwrap();
    only.alpn_protocols = config.alpn_protocols;
    only.resumption = rustls::client::Resumption::in_memory_sessions(8);
    Arc::new(only)
}

#[tokio::test]
async fn a_failed_answer_of_the_listener_leaves_the_try_open() {
    let bank = bank().await;
    let partner = Partner::of(&bank, "kaikei");
    let browser = Browser::of(&bank, "sorachi-taro");
    let (_, mut wizard) = partner.link(&browser).await;
    let url = wizard.ask_for_certificate().await;
    let answer: Answer = browser
        .show_certificate(&url.replace("attempt=", "attempt=x"))
        .await;
    answer.is_page(422, "certificate_result_invalid");
    browser.show_certificate(&url).await.location();
}
