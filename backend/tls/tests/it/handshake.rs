//! Any certificate, or none, reaches HTTP; possession is proved; nothing is resumed.
//! Not here: what the judge thinks of certificates (`judgement`).

use std::sync::Arc;

use rcgen::{KeyPair, date_time_ymd};
use renkei_tls::LiveTls;
use rustls::HandshakeKind;
use rustls::version::{TLS12, TLS13};
use rustls_pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::client::{Client, certified, closed, connect, options, request, start, telling};
use crate::pki::{Authority, Files};

fn live(files: &Files) -> Arc<LiveTls> {
    Arc::new(LiveTls::load(files.paths()).unwrap())
}

#[tokio::test]
async fn every_kind_of_certificate_gets_an_answer_over_http() {
    let files = Files::new();
    let revoked = files.clients.client(3, |_| {});
    files.write("client-ca.crl.pem", &files.clients.crl(&[&revoked.serial]));
    let live = live(&files);
    let server = start(live.certificate(), telling(live), options().one_request_each()).await;
    let cases = [
        (files.clients.client(1, |_| {}), "Accepted"),
        (
            files
                .clients
                .client(2, |params| params.not_after = date_time_ymd(2021, 1, 1)),
            "Expired",
        ),
        (
            files
                .clients
                .client(4, |params| params.not_before = date_time_ymd(2060, 1, 1)),
            "NotYetValid",
        ),
        (revoked, "Revoked"),
        (Authority::new("Elsewhere").client(5, |_| {}), "UnknownIssuer"),
        (files.servers.server(&["localhost"]), "Unsuitable"),
    ];
    for version in [&TLS12, &TLS13] {
        for (leaf, expected) in &cases {
            let mut client = Client::new(files.roots()).with(leaf);
            client.versions = vec![version];
            let mut stream = client.connect(server.address, "c1.cert.localhost").await.unwrap();
            let answer = request(&mut stream).await;
            let told = format!("{expected} certificates=1 name=c1.cert.localhost peer=127.0.0.1");
            assert!(answer.ends_with(&told), "{answer}");
            assert!(
                answer.to_ascii_lowercase().contains("connection: close"),
                "{answer}"
            );
            assert!(closed(&mut stream).await);
        }
        let mut client = Client::new(files.roots());
        client.versions = vec![version];
        let mut stream = client.connect(server.address, "c2.cert.localhost").await.unwrap();
        assert!(
            request(&mut stream)
                .await
                .contains("Missing certificates=0 name=c2.cert.localhost")
        );
    }
}

#[tokio::test]
async fn a_certificate_that_webpki_cannot_read_still_gets_an_answer() {
    let files = Files::new();
    let live = live(&files);
    let server = start(live.certificate(), telling(live), options().one_request_each()).await;
    let certificate = CertificateDer::from_pem_slice(include_bytes!("fixtures/version1.pem")).unwrap();
    let key = PrivateKeyDer::from_pem_slice(include_bytes!("fixtures/version1.key.pem")).unwrap();
    let client = Client::new(files.roots()).with_identity(certified(vec![certificate], key));
    let mut stream = client.connect(server.address, "c1.cert.localhost").await.unwrap();
    assert!(request(&mut stream).await.contains("Unsuitable certificates=1"));
}

#[tokio::test]
async fn a_certificate_without_its_key_does_not_pass_the_handshake() {
    let files = Files::new();
    let live = live(&files);
    let stolen = files.clients.client(1, |_| {});
    let version1 = CertificateDer::from_pem_slice(include_bytes!("fixtures/version1.pem")).unwrap();
    for (config, name) in [
        (live.certificate(), "c1.cert.localhost"),
        (live.partner(), "localhost"),
    ] {
        let server = start(config, telling(Arc::clone(&live)), options()).await;
        for chain in [stolen.chain.clone(), vec![version1.clone()]] {
            for version in [&TLS12, &TLS13] {
                let own_key = KeyPair::generate().unwrap().serialize_der();
                let thief = certified(chain.clone(), PrivateKeyDer::Pkcs8(own_key.into()));
                let mut client = Client::new(files.roots()).with_identity(thief);
                client.versions = vec![version];
                // In TLS 1.3 the client believes to be done before the server has looked at the signature.
                if let Ok(mut stream) = client.connect(server.address, name).await {
                    let _ = stream.write_all(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n").await;
                    let mut answer = Vec::new();
                    let ended = stream.read_to_end(&mut answer).await;
                    assert!(ended.is_err(), "{}", String::from_utf8_lossy(&answer));
                }
            }
        }
    }
}

#[tokio::test]
async fn sessions_are_never_resumed_where_certificates_count() {
    let files = Files::new();
    let live = live(&files);
    for version in [&TLS12, &TLS13] {
        for (config, name, second) in [
            (live.certificate(), "c1.cert.localhost", HandshakeKind::Full),
            (live.partner(), "localhost", HandshakeKind::Full),
            // The same client resumes where it may: it is the server that keeps it from doing so above.
            (live.browser(), "localhost", HandshakeKind::Resumed),
        ] {
            let server = start(config, telling(Arc::clone(&live)), options()).await;
            let mut client = Client::new(files.roots()).with(&files.clients.client(1, |_| {}));
            client.versions = vec![version];
            let config = client.config();
            for expected in [HandshakeKind::Full, second] {
                let mut stream = connect(Arc::clone(&config), server.address, name).await.unwrap();
                request(&mut stream).await;
                assert_eq!(
                    stream.get_ref().1.handshake_kind(),
                    Some(expected),
                    "{name} {version:?}"
                );
            }
        }
    }
}

#[tokio::test]
async fn each_listener_negotiates_what_it_should() {
    let files = Files::new();
    let live = live(&files);
    for (config, name, expected) in [
        (live.browser(), "localhost", &b"h2"[..]),
        (live.certificate(), "c1.cert.localhost", b"http/1.1"),
        (live.partner(), "localhost", b"h2"),
    ] {
        let server = start(config, telling(Arc::clone(&live)), options()).await;
        let mut client = Client::new(files.roots());
        client.alpn = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        let stream = client.connect(server.address, name).await.unwrap();
        assert_eq!(stream.get_ref().1.alpn_protocol(), Some(expected));
    }
}

#[tokio::test]
async fn the_certificate_listener_names_our_authorities_and_the_others_do_not_ask_by_name() {
    use std::sync::Mutex;

    #[derive(Debug, Default)]
    struct Asked(Mutex<Option<Vec<Vec<u8>>>>);
    impl rustls::client::ResolvesClientCert for Asked {
        fn resolve(
            &self,
            hints: &[&[u8]],
            _: &[rustls::SignatureScheme],
        ) -> Option<Arc<rustls::sign::CertifiedKey>> {
            *self.0.lock().unwrap() = Some(hints.iter().map(|hint| hint.to_vec()).collect());
            None
        }
        fn has_certs(&self) -> bool {
            true
        }
    }

    let files = Files::new();
    let live = live(&files);
    for (config, name, expected) in [
        (live.certificate(), "c1.cert.localhost", Some(1)),
        (live.partner(), "localhost", Some(0)),
        (live.browser(), "localhost", None),
    ] {
        let server = start(config, telling(Arc::clone(&live)), options()).await;
        let asked = Arc::new(Asked::default());
        let mut config = (*Client::new(files.roots()).config()).clone();
        config.client_auth_cert_resolver = Arc::clone(&asked) as Arc<dyn rustls::client::ResolvesClientCert>;
        connect(Arc::new(config), server.address, name).await.unwrap();
        let hints = asked.0.lock().unwrap().take();
        assert_eq!(hints.as_ref().map(Vec::len), expected);
        if let Some([hint]) = hints.as_deref() {
            let name = "空知信用組合".as_bytes();
            assert!(hint.windows(name.len()).any(|part| part == name));
        }
    }
}
