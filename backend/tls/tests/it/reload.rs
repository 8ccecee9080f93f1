//! Material replaced while connections are open.
//! Not here: which material is refused (`material`).

use std::sync::Arc;

use renkei_tls::{LiveTls, TlsError};

use crate::client::{Client, options, request, start, telling};
use crate::pki::Files;

#[tokio::test]
async fn a_revocation_reaches_a_connection_that_is_open() {
    let files = Files::new();
    let live = Arc::new(LiveTls::load(files.paths()).unwrap());
    let server = start(live.partner(), telling(Arc::clone(&live)), options()).await;
    let leaf = files.clients.client(7, |_| {});
    let mut stream = Client::new(files.roots())
        .with(&leaf)
        .connect(server.address, "localhost")
        .await
        .unwrap();
    assert!(request(&mut stream).await.contains("Accepted"));
    files.write("client-ca.crl.pem", &files.clients.crl(&[&leaf.serial]));
    assert!(request(&mut stream).await.contains("Accepted"));
    live.reload().unwrap();
    assert!(request(&mut stream).await.contains("Revoked"));
}

#[tokio::test]
async fn bad_material_changes_nothing_at_all() {
    let files = Files::new();
    let leaf = files.clients.client(7, |_| {});
    files.write("client-ca.crl.pem", &files.clients.crl(&[&leaf.serial]));
    let live = Arc::new(LiveTls::load(files.paths()).unwrap());
    let server = start(live.browser(), telling(Arc::clone(&live)), options()).await;
    let certificate = live.browser().load_full();

    // A good new server certificate, and a revocation list that is none: neither may come into use.
    files.write_pair("browser", &files.servers.server(&["localhost", "new.localhost"]));
    files.write("client-ca.crl.pem", "");
    assert!(matches!(
        live.reload().unwrap_err(),
        TlsError::NothingFound { .. }
    ));
    assert!(Arc::ptr_eq(&certificate, &live.browser().load_full()));
    assert!(matches!(
        live.client_judge().judge(&leaf.chain, crate::pki::NOW),
        renkei_tls::Judgement::Refused {
            reason: renkei_tls::RefusalReason::Revoked,
            ..
        }
    ));
    let client = Client::new(files.roots());
    client.connect(server.address, "localhost").await.unwrap();
    assert!(client.connect(server.address, "new.localhost").await.is_err());

    files.write("client-ca.crl.pem", &files.clients.crl(&[]));
    live.reload().unwrap();
    client.connect(server.address, "new.localhost").await.unwrap();
}
