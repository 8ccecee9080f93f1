//! The demo's PKI: which authorities and certificates there are, and when they are made anew.
//! Not here: how a certificate is made (`pki`).

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};
use time::{Duration, OffsetDateTime};

use super::partner_secrets::PartnerSecrets;
use super::partners::{AuthMethod, PARTNERS};
use super::users::{FAULTY_COMPANY, USERS};
use crate::files;
use crate::pki::{Authority, CertificateFiles, Identity, Period, Subject};

/// Opens every PKCS #12 file of the demo.
pub(crate) const P12_PASSWORD: &str = "renkei-demo";

/// Raise it when what is made here changes.
const EDITION: u32 = 2;
const AUTHORITY_DAYS: i64 = 3650;
const CERTIFICATE_DAYS: i64 = 397;
/// After this long everything is made anew, well before anything expires.
const RENEWAL_DAYS: i64 = 300;

/// What is wrong with a certificate of the demo.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Fault {
    /// Its validity has ended.
    Expired,
    /// Its validity has not begun.
    NotYetValid,
    /// It is on the revocation list.
    Revoked,
    /// Another authority issued it.
    UnknownIssuer,
    /// Good, but nobody's.
    Unbound,
}

/// Every fault, with the file's name and the name on the certificate, by which a person picks it.
pub(crate) const FAULTS: [(Fault, &str, &str); 5] = [
    (Fault::Expired, "expired", "空知 太郎（期限切れ）"),
    (Fault::NotYetValid, "not-yet-valid", "空知 太郎（有効期間前）"),
    (Fault::Revoked, "revoked", "空知 太郎（失効済み）"),
    (Fault::UnknownIssuer, "unknown-issuer", "空知 太郎（他の認証局）"),
    (Fault::Unbound, "unbound", "空知 太郎（利用者なし）"),
];

/// Where the demo's certificates are.
#[derive(Clone, Debug)]
pub(crate) struct Certificates {
    folder: PathBuf,
}

#[derive(Serialize, Deserialize)]
struct Made {
    edition: u32,
    /// Seconds since the epoch.
    at: i64,
}

impl Certificates {
    /// Takes what is there, or makes everything where something is missing, old or of another edition.
    pub(crate) fn ensure(folder: &Path, now: OffsetDateTime) -> Result<Self> {
        let certificates = Self {
            folder: folder.to_owned(),
        };
        if !certificates.fresh(now) {
            println!("Making the demo's certificates in {}", folder.display());
            files::remove(folder)?;
            for part in ["servers", "users", "faulty", "partners"] {
                files::make_private_folder(&folder.join(part))?;
            }
            files::make_private_folder(folder)?;
            certificates.make(now).context("making the demo's certificates")?;
            let made = Made {
                edition: EDITION,
                at: now.unix_timestamp(),
            };
            files::write_private(&certificates.stamp(), &serde_json::to_vec(&made)?)?;
        }
        Ok(certificates)
    }

    fn stamp(&self) -> PathBuf {
        self.folder.join("made.json")
    }

    fn fresh(&self, now: OffsetDateTime) -> bool {
        let made = fs::read(self.stamp())
            .ok()
            .and_then(|bytes| serde_json::from_slice::<Made>(&bytes).ok());
        made.is_some_and(|made| {
            let age = now.unix_timestamp() - made.at;
            made.edition == EDITION && (0..Duration::days(RENEWAL_DAYS).whole_seconds()).contains(&age)
        })
    }

    fn make(&self, now: OffsetDateTime) -> Result<()> {
        let long = Period::days(now, AUTHORITY_DAYS);
        let usual = Period::days(now, CERTIFICATE_DAYS);

        let mut servers = authority("空知しんくみ サーバー認証局（デモ）", long)?;
        for (name, hosts) in [
            ("localhost", &["localhost"][..]),
            ("certificate", &["cert.localhost", "*.cert.localhost"]),
            (
                "partner-app",
                &["kaikei.localhost", "kyuyo.localhost", "keihi.localhost"],
            ),
        ] {
            servers.server(hosts, usual)?.write_pem(&self.server(name))?;
        }
        files::write_public(&self.server_authority(), servers.certificate_pem().as_bytes())?;

        self.make_clients(now, long, usual)?;

        let mut partners = authority("空知しんくみ API連携先認証局（デモ）", long)?;
        for partner in &PARTNERS {
            let identity = match partner.auth_method {
                AuthMethod::SelfSignedTlsClientAuth => Identity::self_signed(partner.subject(), usual)?,
                _ => partners.client(partner.subject(), usual)?,
            };
            identity.write_pem(&self.partner(partner.client_id))?;
            self.partner_secrets(partner.client_id).make(partner)?;
        }
        self.write_authority("partner-ca", &partners, &partners.revocation_list(&[], usual)?)
    }

    fn make_clients(&self, now: OffsetDateTime, long: Period, usual: Period) -> Result<()> {
        let mut clients = authority("空知しんくみ 電子証明書認証局（デモ）", long)?;
        for user in &USERS {
            let identity = clients.client(user.subject(), usual)?;
            identity.write_pem(&self.user(user.key))?;
            identity.write_p12(&self.user(user.key), user.key, P12_PASSWORD)?;
        }
        let mut others = authority("他の認証局（デモ）", long)?;
        let mut revocation_list = None;
        for (fault, name, common_name) in FAULTS {
            let issuer = if fault == Fault::UnknownIssuer {
                &mut others
            } else {
                &mut clients
            };
            let period = match fault {
                Fault::Expired => Period {
                    from: now - Duration::days(CERTIFICATE_DAYS + 30),
                    to: now - Duration::days(30),
                },
                Fault::NotYetValid => Period {
                    from: now + Duration::days(CERTIFICATE_DAYS),
                    to: now + Duration::days(2 * CERTIFICATE_DAYS),
                },
                _ => usual,
            };
            let subject = Subject {
                organization: FAULTY_COMPANY,
                common_name,
            };
            let identity = issuer.client(subject, period)?;
            identity.write_pem(&self.faulty(name))?;
            identity.write_p12(&self.faulty(name), name, P12_PASSWORD)?;
            if fault == Fault::Revoked {
                revocation_list = Some(clients.revocation_list(&[&identity], usual)?);
            }
        }
        let revocation_list = revocation_list.context("no certificate was revoked")?;
        self.write_authority("client-ca", &clients, &revocation_list)
    }

    fn write_authority(&self, name: &str, authority: &Authority, revocation_list: &str) -> Result<()> {
        let file = |ending: &str| self.folder.join(format!("{name}{ending}"));
        files::write_public(&file(".pem"), authority.certificate_pem().as_bytes())?;
        files::write_public(&file(".crl.pem"), revocation_list.as_bytes())?;
        // Kept so that tests can issue and revoke further certificates.
        files::write_private(&file(".key.pem"), authority.key_pem().as_bytes())
    }

    /// The authority of the servers' certificates, which a browser has to trust.
    pub(crate) fn server_authority(&self) -> PathBuf {
        self.folder.join("server-ca.pem")
    }

    /// A server's certificate: `localhost`, `certificate` or `partner-app`.
    pub(crate) fn server(&self, name: &str) -> CertificateFiles {
        CertificateFiles::named(&self.folder.join("servers"), name)
    }

    /// A customer's certificate.
    pub(crate) fn user(&self, key: &str) -> CertificateFiles {
        CertificateFiles::named(&self.folder.join("users"), key)
    }

    /// A certificate with a fault, by the file's name.
    pub(crate) fn faulty(&self, name: &str) -> CertificateFiles {
        CertificateFiles::named(&self.folder.join("faulty"), name)
    }

    /// A partner's certificate.
    pub(crate) fn partner(&self, client_id: &str) -> CertificateFiles {
        CertificateFiles::named(&self.folder.join("partners"), client_id)
    }

    /// What else a partner authenticates with.
    pub(crate) fn partner_secrets(&self, client_id: &str) -> PartnerSecrets {
        PartnerSecrets::named(&self.folder.join("partners"), client_id)
    }

    /// Certificate and revocation list of `client-ca` or `partner-ca`.
    pub(crate) fn authority(&self, name: &str) -> (PathBuf, PathBuf) {
        let file = |ending: &str| self.folder.join(format!("{name}{ending}"));
        (file(".pem"), file(".crl.pem"))
    }
}

fn authority(common_name: &str, period: Period) -> Result<Authority> {
    let subject = Subject {
        organization: "空知しんくみ（デモ）",
        common_name,
    };
    Authority::new(subject, period)
}

#[cfg(test)]
mod tests {
    use p12_keystore::{KeyStore, Pkcs12ImportPolicy};
    use rustls_pki_types::pem::PemObject;
    use rustls_pki_types::{CertificateDer, PrivateKeyDer};

    use super::*;

    const DAY: Duration = Duration::DAY;

    fn now() -> OffsetDateTime {
        OffsetDateTime::from_unix_timestamp(1_800_000_000).unwrap()
    }

    #[test]
    fn certificates_stay_until_they_are_old() {
        let folder = tempfile::tempdir().unwrap();
        let pki = folder.path().join("pki");
        let read = || fs::read(pki.join("users/sorachi-taro.pem")).unwrap();
        Certificates::ensure(&pki, now()).unwrap();
        let first = read();
        Certificates::ensure(&pki, now() + DAY * 299).unwrap();
        assert_eq!(read(), first);
        Certificates::ensure(&pki, now() + DAY * 301).unwrap();
        let second = read();
        assert_ne!(second, first);
        // A clock that was wrong when they were made.
        Certificates::ensure(&pki, now()).unwrap();
        assert_ne!(read(), second);
    }

    #[test]
    fn every_file_that_is_promised_is_there_and_fits() {
        let folder = tempfile::tempdir().unwrap();
        let certificates = Certificates::ensure(&folder.path().join("pki"), now()).unwrap();
        let provider = rustls::crypto::aws_lc_rs::default_provider();
        let pairs = USERS
            .iter()
            .map(|user| certificates.user(user.key))
            .chain(FAULTS.iter().map(|(_, name, _)| certificates.faulty(name)));
        let mut seen = Vec::new();
        for files in pairs.clone() {
            let store = KeyStore::from_pkcs12(
                &fs::read(&files.p12).unwrap(),
                P12_PASSWORD,
                Pkcs12ImportPolicy::Strict,
            )
            .unwrap();
            let (_, chain) = store.private_key_chain().unwrap();
            let certificate = CertificateDer::from_pem_file(&files.certificate_pem).unwrap();
            assert_eq!(chain.certs()[0].as_der(), certificate.as_ref());
            seen.push(certificate);
        }
        seen.dedup();
        assert_eq!(seen.len(), 9);
        let servers = ["localhost", "certificate", "partner-app"].map(|name| certificates.server(name));
        let partners = PARTNERS
            .iter()
            .map(|partner| certificates.partner(partner.client_id));
        for files in pairs.chain(servers).chain(partners) {
            let certificate = CertificateDer::from_pem_file(&files.certificate_pem).unwrap();
            let key = PrivateKeyDer::from_pem_file(&files.key_pem).unwrap();
            rustls::sign::CertifiedKey::from_der(vec![certificate], key, &provider).unwrap();
        }
        for partner in &PARTNERS {
            let secrets = certificates.partner_secrets(partner.client_id);
            let tls = certificates.partner(partner.client_id);
            let public = secrets.public_jwks(partner, &tls).unwrap();
            let Some(public) = public else { continue };
            let key = &public["keys"][0];
            for secret in ["d", "p", "q", "dp", "dq", "qi"] {
                assert!(key.get(secret).is_none(), "{secret}");
            }
            if partner.auth_method == AuthMethod::PrivateKeyJwt {
                let private = secrets.private_jwk().unwrap();
                assert!(private["d"].as_str().unwrap().len() >= 43);
                for public in ["kty", "kid", "x", "y", "n", "e"] {
                    assert_eq!(key[public], private[public], "{public}");
                }
            } else {
                assert!(key["x5c"][0].is_string());
            }
        }
    }

    #[test]
    fn keys_and_secrets_are_private() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let certificates = Certificates::ensure(&folder.path().join("pki"), now()).unwrap();
        let secrets = certificates.partner_secrets("keihi-note").client_secret;
        let user = certificates.user("sorachi-taro");
        for path in [
            user.key_pem,
            user.p12,
            secrets,
            folder.path().join("pki/client-ca.key.pem"),
        ] {
            assert_eq!(
                path.metadata().unwrap().permissions().mode() & 0o777,
                0o600,
                "{}",
                path.display()
            );
        }
    }
}
