//! A PKI of the test's own: three authorities, server certificates, client certificates with one fault each, revocation
//! lists. Not here: who is registered with which certificate (`registrations`).

use anyhow::Context as _;
use rcgen::{
    BasicConstraints, CertificateParams, CertificateRevocationListParams, CertifiedIssuer, DnType,
    ExtendedKeyUsagePurpose, IsCa, KeyIdMethod, KeyPair, KeyUsagePurpose, RevokedCertParams, SanType,
    SerialNumber, date_time_ymd,
};
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};

/// A certificate with its key.
#[derive(Clone)]
pub struct Leaf {
    /// The certificate, PEM.
    pub certificate_pem: String,
    /// The certificate, DER.
    pub certificate_der: Vec<u8>,
    /// The key, PKCS#8 in PEM.
    pub key_pem: String,
    serial: SerialNumber,
}

/// A certification authority.
pub struct Authority {
    issuer: CertifiedIssuer<'static, KeyPair>,
    next_serial: AtomicU64,
}

impl Authority {
    /// A new root of this name, good from 2020 to 2090.
    pub fn new(name: &str) -> anyhow::Result<Self> {
        let mut params = CertificateParams::default();
        validity(&mut params, 2020, 2090);
        params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        common_name(&mut params, name);
        let issuer = CertifiedIssuer::self_signed(params, KeyPair::generate()?)?;
        Ok(Self {
            issuer,
            next_serial: AtomicU64::new(0x1001),
        })
    }

    /// The root, PEM.
    pub fn pem(&self) -> String {
        self.issuer.pem()
    }

    /// The root, DER.
    pub fn der(&self) -> Vec<u8> {
        self.issuer.der().to_vec()
    }

    /// A client certificate for this name, good from 2020 to 2090.
    pub fn client(&self, name: &str) -> anyhow::Result<Leaf> {
        self.client_but(name, |_| {})
    }

    /// A client certificate that is good between the first days of two years.
    pub fn client_between(&self, name: &str, from: i32, to: i32) -> anyhow::Result<Leaf> {
        self.client_but(name, |params| validity(params, from, to))
    }

    /// A certificate of this name that is meant for servers and not for clients.
    pub fn client_of_wrong_usage(&self, name: &str) -> anyhow::Result<Leaf> {
        self.client_but(name, |params| {
            params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        })
    }

    /// A client certificate that also bears this name as a host (RFC 5280 section 4.2.1.6).
    pub fn client_named(&self, host: &str) -> anyhow::Result<Leaf> {
        let name = SanType::DnsName(host.try_into()?);
        self.client_but(host, |params| params.subject_alt_names = vec![name])
    }

    /// A client certificate for this name after a change, such as another subject or alternative names.
    pub fn client_but(
        &self,
        name: &str,
        change: impl FnOnce(&mut CertificateParams),
    ) -> anyhow::Result<Leaf> {
        let mut params = CertificateParams::default();
        validity(&mut params, 2020, 2090);
        common_name(&mut params, name);
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
        params.use_authority_key_identifier_extension = true;
        change(&mut params);
        self.issue(params)
    }

    /// A server certificate for these host names.
    pub fn server(&self, names: &[&str]) -> anyhow::Result<Leaf> {
        let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
        let mut params = CertificateParams::new(names)?;
        validity(&mut params, 2020, 2090);
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        self.issue(params)
    }

    fn issue(&self, mut params: CertificateParams) -> anyhow::Result<Leaf> {
        let serial = SerialNumber::from(self.next_serial.fetch_add(1, Ordering::Relaxed));
        params.serial_number = Some(serial.clone());
        let key = KeyPair::generate()?;
        let certificate = params.signed_by(&key, &self.issuer)?;
        Ok(Leaf {
            certificate_pem: certificate.pem(),
            certificate_der: certificate.der().to_vec(),
            key_pem: key.serialize_pem(),
            serial,
        })
    }

    /// A revocation list over these certificates that is good until the first day of 2089.
    pub fn revocation_list(&self, revoked: &[&Leaf]) -> anyhow::Result<String> {
        self.revocation_list_until(revoked, 2089)
    }

    /// A revocation list that should have been followed by the next on the first day of this year.
    pub fn revocation_list_until(&self, revoked: &[&Leaf], year: i32) -> anyhow::Result<String> {
        let list = CertificateRevocationListParams {
            this_update: date_time_ymd(2021, 1, 1),
            next_update: date_time_ymd(year, 1, 1),
            crl_number: SerialNumber::from(1),
            issuing_distribution_point: None,
            revoked_certs: revoked
                .iter()
                .map(|leaf| RevokedCertParams {
                    serial_number: leaf.serial.clone(),
                    revocation_time: date_time_ymd(2021, 1, 1),
                    reason_code: None,
                    invalidity_date: None,
                })
                .collect(),
            key_identifier_method: KeyIdMethod::Sha256,
        };
        Ok(list.signed_by(&self.issuer)?.pem()?)
    }
}

fn validity(params: &mut CertificateParams, from: i32, to: i32) {
    params.not_before = date_time_ymd(from, 1, 1);
    params.not_after = date_time_ymd(to, 1, 1);
}

fn common_name(params: &mut CertificateParams, name: &str) {
    // rcgen puts a name of its own first.
    params.distinguished_name.remove(DnType::CommonName);
    params.distinguished_name.push(DnType::CommonName, name);
}

/// The authorities of a bank, with their files and the listeners' certificates in one folder.
pub struct Pki {
    /// Of the listeners.
    pub servers: Authority,
    /// Of customers.
    pub clients: Authority,
    /// Of partners.
    pub partners: Authority,
}

impl Pki {
    pub(super) fn new(folder: &Path) -> anyhow::Result<Self> {
        let pki = Self {
            servers: Authority::new("Sorachi Servers CA")?,
            clients: Authority::new("Sorachi Client CA")?,
            partners: Authority::new("Sorachi Partner CA")?,
        };
        let listeners = [
            ("browser", "localhost"),
            ("certificate", "*.cert.localhost"),
            ("partner", "localhost"),
        ];
        for (listener, host) in listeners {
            let leaf = pki.servers.server(&[host])?;
            write(folder, &format!("{listener}.pem"), &leaf.certificate_pem)?;
            write(folder, &format!("{listener}.key.pem"), &leaf.key_pem)?;
        }
        write(folder, "server-ca.pem", &pki.servers.pem())?;
        for (name, authority) in [("client-ca", &pki.clients), ("partner-ca", &pki.partners)] {
            write(folder, &format!("{name}.pem"), &authority.pem())?;
            write(
                folder,
                &format!("{name}.crl.pem"),
                &authority.revocation_list(&[])?,
            )?;
        }
        Ok(pki)
    }
}

pub(super) fn write(folder: &Path, name: &str, text: &str) -> anyhow::Result<()> {
    let path = folder.join(name);
    std::fs::write(&path, text).with_context(|| format!("cannot write {}", path.display()))
}
