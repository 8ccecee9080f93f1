//! Each judgement of a client certificate.
//! Not here: how a certificate gets to the judge.

use rcgen::{DnType, ExtendedKeyUsagePurpose, date_time_ymd};
use renkei_tls::{
    CertificateSummary, ClientCertificateJudge, DistinguishedName, Judgement, RefusalReason,
    VerifiedCertificate,
};
use rustls_pki_types::{CertificateDer, pem::PemObject};

use crate::pki::{Authority, Leaf, NOW, judge};

fn accepted(judge: &ClientCertificateJudge, leaf: &Leaf) -> VerifiedCertificate {
    match judge.judge(&leaf.chain, NOW) {
        Judgement::Accepted(verified) => verified,
        refused @ Judgement::Refused { .. } => panic!("{refused:?}"),
    }
}

fn refused(
    judge: &ClientCertificateJudge,
    chain: &[CertificateDer<'static>],
) -> (RefusalReason, Option<CertificateSummary>) {
    match judge.judge(chain, NOW) {
        Judgement::Refused { reason, certificate } => (reason, certificate),
        accepted @ Judgement::Accepted(_) => panic!("{accepted:?}"),
    }
}

#[test]
fn a_good_certificate_is_accepted_and_described() {
    let ca = Authority::new("Client CA");
    let judge = judge(&ca, &[ca.crl(&[])]);
    let leaf = ca.client(0x00AB_CDEF, |_| {});
    let verified = accepted(&judge, &leaf);
    assert_eq!(
        verified.summary(),
        &CertificateSummary {
            subject: "CN=空知 太郎,O=空知商事株式会社".to_owned(),
            issuer: "CN=Client CA,O=空知信用組合".to_owned(),
            serial: "00:AB:CD:EF".to_owned(),
            not_before: 1_577_836_800,
            not_after: 3_786_912_000,
        }
    );
    assert_eq!(
        verified.thumbprint(),
        &renkei_tls::sha256_thumbprint(&leaf.chain[0])
    );
    assert_eq!(
        verified.subject(),
        &DistinguishedName::parse("cn=空知 太郎, o=空知商事株式会社").unwrap()
    );
    assert_eq!(judge.accepted_issuers(), ["Client CA"]);
}

#[test]
fn no_certificate_is_missing() {
    let ca = Authority::new("Client CA");
    assert_eq!(
        refused(&judge(&ca, &[ca.crl(&[])]), &[]),
        (RefusalReason::Missing, None)
    );
}

#[test]
fn dates_and_revocation_are_told_apart() {
    let ca = Authority::new("Client CA");
    let expired = ca.client(1, |params| params.not_after = date_time_ymd(2030, 5, 31));
    let early = ca.client(2, |params| params.not_before = date_time_ymd(2030, 6, 2));
    let revoked = ca.client(3, |_| {});
    let good = ca.client(4, |_| {});
    let judge = judge(&ca, &[ca.crl(&[&revoked.serial])]);
    for (leaf, expected) in [
        (&expired, RefusalReason::Expired),
        (&early, RefusalReason::NotYetValid),
        (&revoked, RefusalReason::Revoked),
    ] {
        let (reason, certificate) = refused(&judge, &leaf.chain);
        assert_eq!(reason, expected);
        assert_eq!(certificate.unwrap().subject, "CN=空知 太郎,O=空知商事株式会社");
    }
    accepted(&judge, &good);
}

#[test]
fn a_foreign_certificate_is_foreign_even_when_expired_or_when_its_issuer_bears_the_same_name() {
    let ca = Authority::new("Client CA");
    let other = Authority::new("Other CA");
    let namesake = Authority::new("Client CA");
    let judge = judge(&ca, &[ca.crl(&[])]);
    let expired = other.client(2, |params| params.not_after = date_time_ymd(2029, 1, 1));
    let early = other.client(2, |params| params.not_before = date_time_ymd(2031, 1, 1));
    for leaf in [
        other.client(1, |_| {}),
        namesake.client(1, |_| {}),
        expired,
        early,
    ] {
        let (reason, certificate) = refused(&judge, &leaf.chain);
        assert_eq!(reason, RefusalReason::UnknownIssuer);
        assert!(certificate.is_some());
    }
}

#[test]
fn what_is_not_meant_for_clients_is_unsuitable() {
    let ca = Authority::new("Client CA");
    let judge = judge(&ca, &[ca.crl(&[])]);
    let server = ca.client(1, |params| {
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    });
    assert_eq!(refused(&judge, &server.chain).0, RefusalReason::Unsuitable);
    // The authority's own certificate is no customer's.
    assert_eq!(refused(&judge, &[ca.der()]).0, RefusalReason::Unsuitable);
    let version1 = CertificateDer::from_pem_slice(include_bytes!("fixtures/version1.pem")).unwrap();
    let (reason, certificate) = refused(&judge, &[version1]);
    assert_eq!(reason, RefusalReason::Unsuitable);
    assert_eq!(certificate.unwrap().subject, "CN=Version One");
}

#[test]
fn garbage_is_unsuitable_and_not_described() {
    let ca = Authority::new("Client CA");
    let judge = judge(&ca, &[ca.crl(&[])]);
    let good = ca.client(1, |_| {}).chain.remove(0);
    let mut inputs = vec![vec![], vec![0x30], vec![0xFF; 4096]];
    inputs.extend((0..good.len()).step_by(7).map(|end| good[..end].to_vec()));
    for octets in inputs {
        let (reason, certificate) = refused(&judge, &[CertificateDer::from(octets)]);
        assert_eq!(reason, RefusalReason::Unsuitable);
        assert_eq!(certificate, None);
    }
}

#[test]
fn a_stale_revocation_list_refuses_everybody_and_is_our_fault() {
    let ca = Authority::new("Client CA");
    let good = ca.client(1, |_| {});
    let judge = judge(&ca, &[ca.crl_until(&[], date_time_ymd(2030, 5, 31))]);
    assert_eq!(refused(&judge, &good.chain).0, RefusalReason::RevocationListStale);
    assert_eq!(judge.revocation_lists()[0].next_update, Some(1_906_416_000));
    // The customer's own trouble comes first where there is one: it needs another remedy.
    let expired = ca.client(2, |params| params.not_after = date_time_ymd(2029, 1, 1));
    assert_eq!(refused(&judge, &expired.chain).0, RefusalReason::Expired);
}

#[test]
fn an_intermediate_authority_needs_a_revocation_list_too() {
    let root = Authority::new("Root CA");
    let sub = root.subordinate("Issuing CA");
    let leaf = sub.client(1, |_| {});
    let chain = vec![leaf.chain[0].clone(), sub.der()];
    let without = judge(&root, &[root.crl(&[])]);
    assert_eq!(refused(&without, &chain).0, RefusalReason::RevocationListStale);
    let with = judge(&root, &[root.crl(&[]), sub.crl(&[])]);
    assert!(matches!(with.judge(&chain, NOW), Judgement::Accepted(_)));
    let revoked = judge(&root, &[root.crl(&[]), sub.crl(&[&leaf.serial])]);
    assert_eq!(refused(&revoked, &chain).0, RefusalReason::Revoked);
    // Without the certificate in between nothing leads to the root.
    assert_eq!(refused(&with, &chain[..1]).0, RefusalReason::UnknownIssuer);
}

#[test]
fn what_a_subject_holds_cannot_break_out_of_its_place() {
    let ca = Authority::new("Client CA");
    let judge = judge(&ca, &[ca.crl(&[])]);
    let leaf = ca.client(1, |params| {
        params.distinguished_name.remove(DnType::CommonName);
        params
            .distinguished_name
            .push(DnType::CommonName, "a,O=bank\u{0}\u{202E}");
    });
    let verified = accepted(&judge, &leaf);
    assert_eq!(
        verified.summary().subject,
        "CN=a\\,O=bank\\00\\E2\\80\\AE,O=空知商事株式会社"
    );
    assert_ne!(
        verified.subject(),
        &DistinguishedName::parse("CN=a,O=bank,O=空知商事株式会社").unwrap()
    );
}
