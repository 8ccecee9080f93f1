//! Making authorities, certificates and revocation lists for demos.
//! Not here: which ones the demo needs (`demo::certificates`).

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use p12_keystore::{EncryptionAlgorithm, KeyStore, KeyStoreEntry, MacAlgorithm, PrivateKey, PrivateKeyChain};
use rcgen::{
    BasicConstraints, CertificateParams, CertificateRevocationListParams, CertifiedIssuer, DnType,
    ExtendedKeyUsagePurpose, IsCa, KeyIdMethod, KeyPair, KeyUsagePurpose, RevocationReason,
    RevokedCertParams, SerialNumber,
};
use time::{Duration, OffsetDateTime};

use crate::files;

/// Key derivation rounds, as many as OpenSSL makes; a demo's password needs no more.
const P12_ITERATIONS: u32 = 2048;

/// A subject's name: organisation and common name, country Japan.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Subject<'a> {
    /// `O`.
    pub(crate) organization: &'a str,
    /// `CN`.
    pub(crate) common_name: &'a str,
}

impl Subject<'_> {
    /// As an RFC 4514 string. The demo's names hold nothing that needs escaping.
    pub(crate) fn rfc4514(&self) -> String {
        format!("CN={},O={},C=JP", self.common_name, self.organization)
    }
}

/// From when until when.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Period {
    /// First instant.
    pub(crate) from: OffsetDateTime,
    /// Last instant.
    pub(crate) to: OffsetDateTime,
}

impl Period {
    /// `days` from `now` on, and an hour before it for clocks that are slow.
    pub(crate) fn days(now: OffsetDateTime, days: i64) -> Self {
        Self {
            from: now - Duration::HOUR,
            to: now + Duration::days(days),
        }
    }
}

/// A certification authority.
pub(crate) struct Authority {
    issuer: CertifiedIssuer<'static, KeyPair>,
    issued: u64,
}

/// Paths of a certificate in its forms.
#[derive(Clone, Debug)]
pub(crate) struct CertificateFiles {
    /// The certificate, PEM.
    pub(crate) certificate_pem: PathBuf,
    /// Its private key, PKCS #8 in PEM.
    pub(crate) key_pem: PathBuf,
    /// Both in a PKCS #12 file, as browsers import them.
    pub(crate) p12: PathBuf,
}

impl CertificateFiles {
    /// `NAME.pem`, `NAME.key.pem` and `NAME.p12` in a folder.
    pub(crate) fn named(folder: &Path, name: &str) -> Self {
        Self {
            certificate_pem: folder.join(format!("{name}.pem")),
            key_pem: folder.join(format!("{name}.key.pem")),
            p12: folder.join(format!("{name}.p12")),
        }
    }
}

/// A certificate with its private key.
pub(crate) struct Identity {
    certificate: rcgen::Certificate,
    key: KeyPair,
    serial: SerialNumber,
}

impl Authority {
    /// A self-signed authority.
    pub(crate) fn new(subject: Subject<'_>, period: Period) -> Result<Self> {
        let mut params = params(subject, period);
        params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        let issuer = CertifiedIssuer::self_signed(params, KeyPair::generate()?)?;
        Ok(Self { issuer, issued: 0 })
    }

    /// A server's certificate for DNS names.
    pub(crate) fn server(&mut self, names: &[&str], period: Period) -> Result<Identity> {
        let first = names.first().context("a server certificate needs a name")?;
        let subject = Subject {
            organization: "Renkei demo",
            common_name: first,
        };
        let mut params = params(subject, period);
        params.subject_alt_names = names
            .iter()
            .map(|name| Ok(rcgen::SanType::DnsName((*name).try_into()?)))
            .collect::<Result<_, rcgen::Error>>()?;
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        self.issue(params)
    }

    /// A client's certificate.
    pub(crate) fn client(&mut self, subject: Subject<'_>, period: Period) -> Result<Identity> {
        let mut params = params(subject, period);
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
        self.issue(params)
    }

    fn issue(&mut self, mut params: CertificateParams) -> Result<Identity> {
        self.issued += 1;
        // Numbers that a person can tell apart in a browser's certificate dialog.
        let serial = SerialNumber::from(0x1000 + self.issued);
        params.serial_number = Some(serial.clone());
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        params.use_authority_key_identifier_extension = true;
        let key = KeyPair::generate()?;
        let certificate = params.signed_by(&key, &self.issuer)?;
        Ok(Identity {
            certificate,
            key,
            serial,
        })
    }

    /// A revocation list in PEM.
    pub(crate) fn revocation_list(&self, revoked: &[&Identity], period: Period) -> Result<String> {
        let list = CertificateRevocationListParams {
            this_update: period.from,
            next_update: period.to,
            crl_number: SerialNumber::from(1),
            issuing_distribution_point: None,
            revoked_certs: revoked
                .iter()
                .map(|identity| RevokedCertParams {
                    serial_number: identity.serial.clone(),
                    revocation_time: period.from,
                    reason_code: Some(RevocationReason::KeyCompromise),
                    invalidity_date: None,
                })
                .collect(),
            key_identifier_method: KeyIdMethod::Sha256,
        };
        Ok(list.signed_by(&self.issuer)?.pem()?)
    }

    /// The authority's certificate in PEM.
    pub(crate) fn certificate_pem(&self) -> String {
        self.issuer.pem()
    }

    /// The authority's private key in PEM.
    pub(crate) fn key_pem(&self) -> String {
        self.issuer.key().serialize_pem()
    }
}

impl Identity {
    /// A client's certificate for which nobody vouches.
    pub(crate) fn self_signed(subject: Subject<'_>, period: Period) -> Result<Self> {
        let mut params = params(subject, period);
        let serial = SerialNumber::from(1);
        params.serial_number = Some(serial.clone());
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
        let key = KeyPair::generate()?;
        let certificate = params.self_signed(&key)?;
        Ok(Self {
            certificate,
            key,
            serial,
        })
    }

    /// Writes certificate and key, PEM.
    pub(crate) fn write_pem(&self, files: &CertificateFiles) -> Result<()> {
        files::write_public(&files.certificate_pem, self.certificate.pem().as_bytes())?;
        files::write_private(&files.key_pem, self.key.serialize_pem().as_bytes())
    }

    /// Writes both as PKCS #12 too.
    ///
    /// Triple DES and SHA-1, which are weak, because they are what every system's import dialog reads; the key
    /// opens nothing but this demo.
    pub(crate) fn write_p12(&self, files: &CertificateFiles, alias: &str, password: &str) -> Result<()> {
        let key = PrivateKey::from_der(self.key.serialized_der())?;
        let certificate = p12_keystore::Certificate::from_der(self.certificate.der())?;
        let mut store = KeyStore::new();
        let chain = PrivateKeyChain::new(alias, key, [certificate]);
        store.add_entry(alias, KeyStoreEntry::PrivateKeyChain(chain));
        let bytes = store
            .writer(password)
            .encryption_algorithm(EncryptionAlgorithm::PbeWithShaAnd3KeyTripleDesCbc)
            .mac_algorithm(MacAlgorithm::HmacSha1)
            .encryption_iterations(P12_ITERATIONS)
            .mac_iterations(P12_ITERATIONS)
            .write()?;
        files::write_private(&files.p12, &bytes)
    }
}

fn params(subject: Subject<'_>, period: Period) -> CertificateParams {
    let mut params = CertificateParams::default();
    params.not_before = period.from;
    params.not_after = period.to;
    // In the order of the encoding, most general first; rcgen's default name would come before all.
    params.distinguished_name = rcgen::DistinguishedName::new();
    params.distinguished_name.push(DnType::CountryName, "JP");
    params
        .distinguished_name
        .push(DnType::OrganizationName, subject.organization);
    params
        .distinguished_name
        .push(DnType::CommonName, subject.common_name);
    params
}
