//! TLS material that must be refused when it is read.
//! Not here: what happens to a running server then (`reload`).

use renkei_tls::{TlsError, TlsMaterial};

use crate::pki::{Authority, Files};

fn refusal(files: &Files) -> TlsError {
    TlsMaterial::load(&files.paths()).unwrap_err()
}

#[test]
fn good_material_loads() {
    TlsMaterial::load(&Files::new().paths()).unwrap();
}

#[test]
fn a_revocation_file_without_a_list_is_refused() {
    let files = Files::new();
    for text in ["", "not PEM at all", &files.clients.pem()] {
        files.write("client-ca.crl.pem", text);
        assert!(
            matches!(
                refusal(&files),
                TlsError::NothingFound {
                    wanted: "certificate revocation list",
                    ..
                }
            ),
            "{text:?}"
        );
    }
}

#[test]
fn a_truncated_or_corrupt_revocation_list_is_refused() {
    let files = Files::new();
    let list = files.clients.crl(&[]);
    files.write("client-ca.crl.pem", &list[..list.len() / 2]);
    assert!(matches!(refusal(&files), TlsError::MalformedPem { .. }));
    files.write(
        "client-ca.crl.pem",
        "-----BEGIN X509 CRL-----\nAAAA\n-----END X509 CRL-----\n",
    );
    assert!(matches!(refusal(&files), TlsError::RevocationListUnusable { .. }));
}

#[test]
fn no_revocation_list_configured_is_refused() {
    let files = Files::new();
    let mut paths = files.paths();
    paths.clients.crls.clear();
    assert!(matches!(
        TlsMaterial::load(&paths).unwrap_err(),
        TlsError::NoRevocationLists { .. }
    ));
}

#[test]
fn a_revocation_list_of_somebody_else_is_refused() {
    let files = Files::new();
    files.write("client-ca.crl.pem", &Authority::new("Other CA").crl(&[]));
    assert!(matches!(refusal(&files), TlsError::RevocationListMissing { .. }));
    // The same name, another key.
    files.write("client-ca.crl.pem", &Authority::new("Client CA").crl(&[]));
    let error = refusal(&files);
    assert!(
        matches!(&error, TlsError::RevocationListMissing { issuer, .. } if issuer == "CN=Client CA,O=空知信用組合")
    );
}

#[test]
fn authorities_that_are_none_are_refused() {
    let files = Files::new();
    files.write("client-ca.pem", "");
    assert!(matches!(
        refusal(&files),
        TlsError::NothingFound {
            wanted: "certificate",
            ..
        }
    ));
    let leaf = files.clients.client(1, |_| {});
    files.write(
        "client-ca.pem",
        &(files.clients.pem() + &crate::pki::pem_of(&leaf.chain[0])),
    );
    assert!(matches!(
        refusal(&files),
        TlsError::NotAnAuthority { position: 2, .. }
    ));
}

#[test]
fn a_key_of_another_certificate_is_refused_and_not_quoted() {
    let files = Files::new();
    let other = files.servers.server(&["localhost"]);
    files.write("partner.key.pem", &other.key.serialize_pem());
    let error = refusal(&files);
    assert!(matches!(error, TlsError::KeyMismatch { .. }));
    let key = other.key.serialize_pem();
    let secret = key.lines().nth(1).unwrap();
    assert!(!format!("{error} {error:?}").contains(secret));
}

#[test]
fn missing_files_and_keys_are_named() {
    let files = Files::new();
    files.write("browser.key.pem", &files.servers.pem());
    assert!(matches!(
        refusal(&files),
        TlsError::NothingFound {
            wanted: "private key",
            ..
        }
    ));
    std::fs::remove_file(files.folder.path().join("client-ca.pem")).unwrap();
    let error = refusal(&files);
    assert!(error.to_string().contains("client-ca.pem"));
}
