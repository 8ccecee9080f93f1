//! A small PKI for tests: authorities, certificates with one fault each, revocation lists.
//! Not here: anything that is asserted.

use std::time::Duration;

use rcgen::{
    BasicConstraints, CertificateParams, CertificateRevocationListParams, CertifiedIssuer, DnType,
    ExtendedKeyUsagePurpose, IsCa, KeyIdMethod, KeyPair, KeyUsagePurpose, RevokedCertParams, SerialNumber,
    date_time_ymd,
};
use renkei_tls::{AuthorityPaths, ClientCertificateJudge, KeyPairPaths, TlsPaths};
use rustls::RootCertStore;
use rustls_pki_types::{CertificateDer, PrivateKeyDer, UnixTime};
use time::OffsetDateTime;

/// The day on which the tests judge: 2030-06-01.
pub(crate) const NOW: UnixTime = UnixTime::since_unix_epoch(Duration::from_secs(1_906_502_400));

pub(crate) struct Authority {
    issuer: CertifiedIssuer<'static, KeyPair>,
}

pub(crate) struct Leaf {
    pub(crate) chain: Vec<CertificateDer<'static>>,
    pub(crate) key: KeyPair,
    pub(crate) serial: SerialNumber,
}

impl Leaf {
    pub(crate) fn key_der(&self) -> PrivateKeyDer<'static> {
        PrivateKeyDer::Pkcs8(self.key.serialize_der().into())
    }
}

pub(crate) fn days(from: (i32, u8, u8), to: (i32, u8, u8)) -> (OffsetDateTime, OffsetDateTime) {
    (
        date_time_ymd(from.0, from.1, from.2),
        date_time_ymd(to.0, to.1, to.2),
    )
}

impl Authority {
    pub(crate) fn new(name: &str) -> Self {
        let mut params = ca_params(name);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        Self {
            issuer: CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap(),
        }
    }

    pub(crate) fn subordinate(&self, name: &str) -> Self {
        let issuer =
            CertifiedIssuer::signed_by(ca_params(name), KeyPair::generate().unwrap(), &self.issuer).unwrap();
        Self { issuer }
    }

    pub(crate) fn pem(&self) -> String {
        self.issuer.pem()
    }

    pub(crate) fn der(&self) -> CertificateDer<'static> {
        self.issuer.der().clone()
    }

    /// A client certificate as it should be, after `change`.
    pub(crate) fn client(&self, serial: u64, change: impl FnOnce(&mut CertificateParams)) -> Leaf {
        let mut params = CertificateParams::default();
        (params.not_before, params.not_after) = days((2020, 1, 1), (2090, 1, 1));
        params.distinguished_name.remove(DnType::CommonName);
        params
            .distinguished_name
            .push(DnType::OrganizationName, "空知商事株式会社");
        params.distinguished_name.push(DnType::CommonName, "空知 太郎");
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
        params.serial_number = Some(SerialNumber::from(serial));
        params.use_authority_key_identifier_extension = true;
        change(&mut params);
        self.leaf(params)
    }

    pub(crate) fn server(&self, names: &[&str]) -> Leaf {
        let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
        let mut params = CertificateParams::new(names).unwrap();
        (params.not_before, params.not_after) = days((2020, 1, 1), (2090, 1, 1));
        params.serial_number = Some(SerialNumber::from(1));
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        self.leaf(params)
    }

    fn leaf(&self, params: CertificateParams) -> Leaf {
        let key = KeyPair::generate().unwrap();
        let certificate = params.signed_by(&key, &self.issuer).unwrap();
        Leaf {
            chain: vec![certificate.der().clone()],
            key,
            serial: params.serial_number.unwrap(),
        }
    }

    /// A revocation list valid through 2089.
    pub(crate) fn crl(&self, revoked: &[&SerialNumber]) -> String {
        self.crl_until(revoked, date_time_ymd(2089, 1, 1))
    }

    pub(crate) fn crl_until(&self, revoked: &[&SerialNumber], next_update: OffsetDateTime) -> String {
        CertificateRevocationListParams {
            this_update: date_time_ymd(2021, 1, 1),
            next_update,
            crl_number: SerialNumber::from(1),
            issuing_distribution_point: None,
            revoked_certs: revoked
                .iter()
                .map(|serial| RevokedCertParams {
                    serial_number: (*serial).clone(),
                    revocation_time: date_time_ymd(2021, 1, 1),
                    reason_code: None,
                    invalidity_date: None,
                })
                .collect(),
            key_identifier_method: KeyIdMethod::Sha256,
        }
        .signed_by(&self.issuer)
        .unwrap()
        .pem()
        .unwrap()
    }
}

fn ca_params(name: &str) -> CertificateParams {
    let mut params = CertificateParams::default();
    (params.not_before, params.not_after) = days((2020, 1, 1), (2090, 1, 1));
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    // rcgen's default name stands first otherwise.
    params.distinguished_name.remove(DnType::CommonName);
    params
        .distinguished_name
        .push(DnType::OrganizationName, "空知信用組合");
    params.distinguished_name.push(DnType::CommonName, name);
    params
}

/// The whole PKI in files, as a server would have it.
pub(crate) struct Files {
    pub(crate) folder: tempfile::TempDir,
    pub(crate) servers: Authority,
    pub(crate) clients: Authority,
    pub(crate) partners: Authority,
}

impl Files {
    pub(crate) fn new() -> Self {
        let files = Self {
            folder: tempfile::tempdir().unwrap(),
            servers: Authority::new("Servers CA"),
            clients: Authority::new("Client CA"),
            partners: Authority::new("Partner CA"),
        };
        files.write_pair("browser", &files.servers.server(&["localhost"]));
        files.write_pair("certificate", &files.servers.server(&["*.cert.localhost"]));
        files.write_pair("partner", &files.servers.server(&["localhost"]));
        files.write("client-ca.pem", &files.clients.pem());
        files.write("client-ca.crl.pem", &files.clients.crl(&[]));
        files.write("partner-ca.pem", &files.partners.pem());
        files.write("partner-ca.crl.pem", &files.partners.crl(&[]));
        files
    }

    pub(crate) fn write(&self, name: &str, text: &str) {
        std::fs::write(self.folder.path().join(name), text).unwrap();
    }

    pub(crate) fn write_pair(&self, name: &str, leaf: &Leaf) {
        self.write(&format!("{name}.pem"), &pem_of(&leaf.chain[0]));
        self.write(&format!("{name}.key.pem"), &leaf.key.serialize_pem());
    }

    pub(crate) fn paths(&self) -> TlsPaths {
        let pair = |name: &str| KeyPairPaths {
            certificate: self.folder.path().join(format!("{name}.pem")),
            key: self.folder.path().join(format!("{name}.key.pem")),
        };
        TlsPaths {
            browser: pair("browser"),
            certificate: pair("certificate"),
            partner: pair("partner"),
            clients: self.authority("client-ca"),
            partners: self.authority("partner-ca"),
        }
    }

    fn authority(&self, name: &str) -> AuthorityPaths {
        AuthorityPaths {
            ca: self.folder.path().join(format!("{name}.pem")),
            crls: vec![self.folder.path().join(format!("{name}.crl.pem"))],
        }
    }

    pub(crate) fn roots(&self) -> RootCertStore {
        let mut roots = RootCertStore::empty();
        roots.add(self.servers.der()).unwrap();
        roots
    }
}

/// A judge for `authority` with the revocation lists given.
pub(crate) fn judge(authority: &Authority, crls: &[String]) -> ClientCertificateJudge {
    let folder = tempfile::tempdir().unwrap();
    let ca = folder.path().join("ca.pem");
    let crl = folder.path().join("crl.pem");
    std::fs::write(&ca, authority.pem()).unwrap();
    std::fs::write(&crl, crls.concat()).unwrap();
    ClientCertificateJudge::load(&AuthorityPaths { ca, crls: vec![crl] }).unwrap()
}

pub(crate) fn pem_of(der: &CertificateDer<'_>) -> String {
    use base64::Engine as _;
    let body = base64::engine::general_purpose::STANDARD.encode(der);
    let lines: Vec<&str> = body
        .as_bytes()
        .chunks(64)
        .map(|line| std::str::from_utf8(line).unwrap())
        .collect();
    format!(
        "-----BEGIN CERTIFICATE-----\n{}\n-----END CERTIFICATE-----\n",
        lines.join("\n")
    )
}
