//! The gateway over TLS: its certificate is checked, and Renkei can show one of its own.

use crate::bench::{Bench, config, first_account, pin, token};
use axum_server::tls_rustls::RustlsConfig;
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, ExtendedKeyUsagePurpose, IsCa, KeyPair};
use renkei_bank::gateway::client::{GatewayClient, GatewayConfig};
use renkei_bank::gateway::server::router;
use renkei_bank::port::{CoreBanking, CoreError, PinVerdict, Unavailability};
use rustls::server::WebPkiClientVerifier;
use rustls::{RootCertStore, ServerConfig};
use rustls_pki_types::PrivateKeyDer;
use std::net::TcpListener;
use std::sync::Arc;
use url::Url;
use zeroize::Zeroizing;

type Issuer = CertifiedIssuer<'static, KeyPair>;

fn authority() -> Issuer {
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap()
}

fn issue(issuer: &Issuer, name: &str, usage: ExtendedKeyUsagePurpose) -> (rcgen::Certificate, KeyPair) {
    let mut params = CertificateParams::new(vec![name.to_owned()]).unwrap();
    params.extended_key_usages = vec![usage];
    let key = KeyPair::generate().unwrap();
    (params.signed_by(&key, issuer).unwrap(), key)
}

/// A gateway that asks for client certificates of `clients`.
fn serve(bench: &Bench, servers: &Issuer, clients: &Issuer) -> Url {
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let mut roots = RootCertStore::empty();
    roots.add(clients.der().clone()).unwrap();
    let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider.clone())
        .build()
        .unwrap();
    let (certificate, key) = issue(servers, "localhost", ExtendedKeyUsagePurpose::ServerAuth);
    let tls = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_client_cert_verifier(verifier)
        .with_single_cert(
            vec![certificate.der().clone()],
            PrivateKeyDer::try_from(key.serialize_der()).unwrap(),
        )
        .unwrap();
    let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    listener.set_nonblocking(true).unwrap();
    let url = format!("https://localhost:{}", listener.local_addr().unwrap().port())
        .parse()
        .unwrap();
    let server = axum_server::from_tcp_rustls(listener, RustlsConfig::from_config(Arc::new(tls))).unwrap();
    let service = router(bench.core.clone(), token()).into_make_service();
    tokio::spawn(async move { server.serve(service).await });
    url
}

fn client(url: Url, servers: &Issuer, identity: Option<(rcgen::Certificate, KeyPair)>) -> GatewayClient {
    let client_identity_pem = identity.map(|(certificate, key)| {
        Zeroizing::new(format!("{}{}", certificate.pem(), key.serialize_pem()).into_bytes())
    });
    GatewayClient::new(GatewayConfig {
        ca_pem: servers.pem().into_bytes(),
        client_identity_pem,
        ..config(url)
    })
    .unwrap()
}

#[tokio::test]
async fn with_the_right_certificates_on_both_sides_it_works() {
    let (bench, servers, clients) = (Bench::direct(), authority(), authority());
    let url = serve(&bench, &servers, &clients);
    let identity = issue(&clients, "renkei", ExtendedKeyUsagePurpose::ClientAuth);
    let verdict = client(url, &servers, Some(identity))
        .verify_pin(&first_account(), &pin("1234"))
        .await;
    assert_eq!(verdict.unwrap(), PinVerdict::Accepted);
}

#[tokio::test]
async fn without_them_it_does_not() {
    let (bench, servers, clients) = (Bench::direct(), authority(), authority());
    let url = serve(&bench, &servers, &clients);
    let good = || Some(issue(&clients, "renkei", ExtendedKeyUsagePurpose::ClientAuth));
    let foreign = Some(issue(&servers, "renkei", ExtendedKeyUsagePurpose::ClientAuth));

    let distrustful = client(url.clone(), &clients, good());
    let outcome = distrustful
        .verify_pin(&first_account(), &pin("0000"))
        .await
        .unwrap_err();
    assert_eq!(
        outcome,
        CoreError::Unavailable {
            reason: Unavailability::Unreachable
        }
    );
    for identity in [None, foreign] {
        assert!(
            client(url.clone(), &servers, identity)
                .verify_pin(&first_account(), &pin("0000"))
                .await
                .is_err()
        );
    }
    assert_eq!(
        bench
            .core
            .pin_state(&first_account())
            .await
            .unwrap()
            .remaining_tries,
        5
    );
}
