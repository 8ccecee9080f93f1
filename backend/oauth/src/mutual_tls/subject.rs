//! The subject by which a client's certificate is known, in each form that can be registered (RFC 8705, 2.1.2).
//! Not here: the chain of the certificate, and self-signed ones.

use serde::Serialize;

use super::PeerCertificate;
use super::alternative_name::AlternativeName;
use crate::distinguished_name::DistinguishedName;
use crate::opaque::sha256;

/// The one registered subject of a client that uses `tls_client_auth`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CertificateSubject(Form);

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
enum Form {
    Name(DistinguishedName),
    Alternative(AlternativeName),
}

/// The text is no subject that a certificate could have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("malformed certificate subject")]
pub struct MalformedSubject;

impl CertificateSubject {
    /// `tls_client_auth_subject_dn`: a distinguished name by RFC 4514, compared as parsed.
    pub fn distinguished_name(text: &str) -> Result<Self, MalformedSubject> {
        DistinguishedName::parse(text)
            .map(|name| Self(Form::Name(name)))
            .map_err(|_| MalformedSubject)
    }

    /// `tls_client_auth_san_dns`: a host name, compared without regard to case and without wildcards.
    pub fn dns(text: &str) -> Result<Self, MalformedSubject> {
        AlternativeName::dns(text).map(Self::alternative)
    }

    /// `tls_client_auth_san_uri`: compared character by character.
    pub fn uri(text: &str) -> Result<Self, MalformedSubject> {
        AlternativeName::uri(text).map(Self::alternative)
    }

    /// `tls_client_auth_san_ip`: an address, compared as such.
    pub fn ip(text: &str) -> Result<Self, MalformedSubject> {
        AlternativeName::ip(text).map(Self::alternative)
    }

    /// `tls_client_auth_san_email`: the local part is compared exactly, the domain without regard to case.
    pub fn email(text: &str) -> Result<Self, MalformedSubject> {
        AlternativeName::email(text).map(Self::alternative)
    }

    /// The same for two subjects exactly when they are equal, however they were written: what a database keeps
    /// unique, so that no two clients share a certificate. `None` never comes about: each form can be written down.
    pub fn fingerprint(&self) -> Option<[u8; 32]> {
        serde_json::to_vec(&self.0).ok().map(|form| sha256(&form))
    }

    const fn alternative(name: AlternativeName) -> Self {
        Self(Form::Alternative(name))
    }

    /// Whether the certificate names this subject. A distinguished name is found in the subject only, the other forms
    /// in the subject alternative names only: a common name that looks like a host is none.
    pub(super) fn is_named_by(&self, certificate: &PeerCertificate) -> bool {
        match &self.0 {
            Form::Name(name) => certificate.subject.as_ref() == Some(name),
            Form::Alternative(name) => certificate.alternative_names.contains(name),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::net::IpAddr;

    use rcgen::{CertificateParams, DistinguishedName as RcgenName, DnType, KeyPair, SanType};

    use super::*;

    type Reader = fn(&str) -> Result<CertificateSubject, MalformedSubject>;

    fn certificate(common_name: &str, names: Vec<SanType>) -> PeerCertificate {
        let mut params = CertificateParams::default();
        params.distinguished_name = RcgenName::new();
        params.distinguished_name.push(DnType::CommonName, common_name);
        params.subject_alt_names = names;
        let certificate = params.self_signed(&KeyPair::generate().unwrap()).unwrap();
        PeerCertificate::from_handshake(certificate.der()).unwrap()
    }

    fn rich() -> PeerCertificate {
        certificate(
            "only.common.example",
            vec![
                SanType::DnsName("first.example".try_into().unwrap()),
                SanType::DnsName("API.Kaikei.Example".try_into().unwrap()),
                SanType::DnsName("*.wild.example".try_into().unwrap()),
                SanType::URI("urn:kaikei:Client".try_into().unwrap()),
                SanType::Rfc822Name("Tanto@Kaikei.Example".try_into().unwrap()),
                SanType::IpAddress("192.0.2.7".parse::<IpAddr>().unwrap()),
                SanType::IpAddress("2001:db8::7".parse::<IpAddr>().unwrap()),
            ],
        )
    }

    #[test]
    fn each_form_is_found_where_it_belongs_and_nowhere_else() {
        let certificate = rich();
        let name: Reader = CertificateSubject::distinguished_name;
        let (dns, uri, ip, email): (Reader, Reader, Reader, Reader) = (
            CertificateSubject::dns,
            CertificateSubject::uri,
            CertificateSubject::ip,
            CertificateSubject::email,
        );
        for (read, text, found) in [
            (name, "CN=only.common.example", true),
            (name, "cn=ONLY.common.example", true),
            (name, "CN=first.example", false),
            (dns, "first.example", true),
            (dns, "api.kaikei.example", true),
            (dns, "API.KAIKEI.EXAMPLE", true),
            (dns, "kaikei.example", false),
            (dns, "a.wild.example", false),
            (dns, "wild.example", false),
            (dns, "only.common.example", false),
            (dns, "192.0.2.7", false),
            (uri, "urn:kaikei:Client", true),
            (uri, "urn:kaikei:client", false),
            (uri, "urn:kaikei:Client/", false),
            (ip, "192.0.2.7", true),
            (ip, "192.0.2.70", false),
            (ip, "2001:db8::7", true),
            (ip, "2001:0DB8:0:0:0:0:0:7", true),
            (ip, "::ffff:192.0.2.7", false),
            (email, "Tanto@kaikei.example", true),
            (email, "Tanto@KAIKEI.EXAMPLE", true),
            (email, "tanto@kaikei.example", false),
            (email, "Tanto@other.example", false),
        ] {
            assert_eq!(read(text).unwrap().is_named_by(&certificate), found, "{text}");
        }
    }

    #[test]
    fn subjects_that_are_refused() {
        let long = format!("{}.example", "a".repeat(64));
        let cases: [(Reader, &[&str]); 5] = [
            (CertificateSubject::distinguished_name, &["", "first.example"]),
            (
                CertificateSubject::dns,
                &[
                    "",
                    "*.wild.example",
                    "*",
                    "a..example",
                    ".example",
                    "a.example.",
                    "a b",
                    "a\0.example",
                    "会計.example",
                    "https://a.example",
                    &long,
                ],
            ),
            (
                CertificateSubject::uri,
                &["", "kaikei", "urn:a b", "urn:会計", "//a.example"],
            ),
            (
                CertificateSubject::ip,
                &["", "192.0.2", "192.0.2.256", "192.0.2.0/24", "[::1]", "a.example"],
            ),
            (
                CertificateSubject::email,
                &[
                    "",
                    "kaikei.example",
                    "@kaikei.example",
                    "tanto@",
                    "a b@kaikei.example",
                    "a@b@kaikei.example",
                ],
            ),
        ];
        for (read, texts) in cases {
            for text in texts {
                assert_eq!(read(text), Err(MalformedSubject), "{text:?}");
            }
        }
    }

    #[test]
    fn a_fingerprint_is_the_same_for_equal_subjects_only() {
        let name: Reader = CertificateSubject::distinguished_name;
        let (dns, uri, email): (Reader, Reader, Reader) = (
            CertificateSubject::dns,
            CertificateSubject::uri,
            CertificateSubject::email,
        );
        let ip: Reader = CertificateSubject::ip;
        let subjects: Vec<CertificateSubject> = [
            (name, "CN=a,O=b"),
            (name, "cn=A, o=B"),
            (name, "CN=a+O=b"),
            (name, "O=b,CN=a"),
            (name, "CN=a.example"),
            (dns, "a.example"),
            (dns, "A.example"),
            (uri, "a.example:x"),
            (email, "a@b.example"),
            (email, "a@B.example"),
            (email, "A@b.example"),
            (ip, "2001:db8::1"),
            (ip, "2001:DB8:0::1"),
        ]
        .into_iter()
        .map(|(read, text)| read(text).unwrap())
        .collect();
        for one in &subjects {
            for other in &subjects {
                assert_eq!(
                    one == other,
                    one.fingerprint() == other.fingerprint(),
                    "{one:?} {other:?}"
                );
            }
            assert!(one.fingerprint().is_some());
        }
    }

    #[test]
    fn a_certificate_without_names_is_nobodys() {
        let certificate = certificate("x", vec![]);
        for subject in [
            CertificateSubject::dns("x"),
            CertificateSubject::distinguished_name("CN=y"),
        ] {
            assert!(!subject.unwrap().is_named_by(&certificate));
        }
    }

    proptest::proptest! {
        #[test]
        fn no_certificate_makes_it_panic(changes in proptest::collection::vec((0usize..700, proptest::num::u8::ANY), 1..6)) {
            static DER: std::sync::LazyLock<Vec<u8>> = std::sync::LazyLock::new(|| rich().der().to_vec());
            let mut der = DER.clone();
            for (at, byte) in changes {
                if let Some(place) = der.get_mut(at) {
                    *place = byte;
                }
            }
            let _ = PeerCertificate::from_handshake(&der);
        }
    }
}
