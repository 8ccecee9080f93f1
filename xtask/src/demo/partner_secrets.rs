//! What the demo's partners prove themselves with, besides TLS: signing keys and client secrets.
//! Not here: who the partners are (`partners`), and their TLS certificates (`certificates`).

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use rcgen::{KeyPair, PKCS_ECDSA_P256_SHA256, PKCS_RSA_SHA256};
use rustls_pki_types::CertificateDer;
use rustls_pki_types::pem::PemObject;
use serde_json::{Value, json};
use x509_parser::der_parser::ber::BerObject;
use x509_parser::der_parser::der::parse_der;

use super::partners::{AuthMethod, Partner, SigningAlgorithm};
use crate::pki::CertificateFiles;
use crate::{files, random};

/// Where a partner's secrets are.
#[derive(Clone, Debug)]
pub(crate) struct PartnerSecrets {
    /// The signing key, PKCS #8 in PEM.
    pub(crate) signing_key_pem: PathBuf,
    /// The same as a private JWK (RFC 7517).
    private_jwk: PathBuf,
    /// The client secret.
    pub(crate) client_secret: PathBuf,
}

impl PartnerSecrets {
    /// Their places below a folder.
    pub(crate) fn named(folder: &Path, client_id: &str) -> Self {
        Self {
            signing_key_pem: folder.join(format!("{client_id}.signing-key.pem")),
            private_jwk: folder.join(format!("{client_id}.private-jwk.json")),
            client_secret: folder.join(format!("{client_id}.client-secret")),
        }
    }

    /// Makes what the partner authenticates with, besides its TLS certificate.
    pub(crate) fn make(&self, partner: &Partner) -> Result<()> {
        match partner.auth_method {
            AuthMethod::PrivateKeyJwt => self.make_signing_key(partner),
            AuthMethod::ClientSecretBasic | AuthMethod::ClientSecretPost => {
                files::write_private(&self.client_secret, random::token()?.as_bytes())
            }
            AuthMethod::TlsClientAuth | AuthMethod::SelfSignedTlsClientAuth => Ok(()),
        }
    }

    fn make_signing_key(&self, partner: &Partner) -> Result<()> {
        let kind = match partner.algorithm {
            SigningAlgorithm::Es256 => &PKCS_ECDSA_P256_SHA256,
            SigningAlgorithm::Ps256 => &PKCS_RSA_SHA256,
        };
        let key = KeyPair::generate_for(kind)?;
        let mut jwk = match partner.algorithm {
            SigningAlgorithm::Es256 => ec_private_jwk(&key)?,
            SigningAlgorithm::Ps256 => rsa_private_jwk(&key)?,
        };
        jwk["use"] = json!("sig");
        jwk["alg"] = json!(partner.algorithm.name());
        jwk["kid"] = json!(key_id(partner.client_id));
        files::write_private(&self.private_jwk, &serde_json::to_vec_pretty(&jwk)?)?;
        files::write_private(&self.signing_key_pem, key.serialize_pem().as_bytes())
    }

    /// The private JWK.
    pub(crate) fn private_jwk(&self) -> Result<Value> {
        let text = fs::read(&self.private_jwk)
            .with_context(|| format!("cannot read {}", self.private_jwk.display()))?;
        Ok(serde_json::from_slice(&text)?)
    }

    /// The client secret.
    pub(crate) fn client_secret(&self) -> Result<String> {
        fs::read_to_string(&self.client_secret)
            .with_context(|| format!("cannot read {}", self.client_secret.display()))
    }

    /// The JWK set of public keys that the bank is given, where the partner has any.
    pub(crate) fn public_jwks(&self, partner: &Partner, tls: &CertificateFiles) -> Result<Option<Value>> {
        let jwk = match partner.auth_method {
            AuthMethod::PrivateKeyJwt => {
                let mut jwk = self.private_jwk()?;
                if let Some(members) = jwk.as_object_mut() {
                    members.retain(|name, _| !["d", "p", "q", "dp", "dq", "qi"].contains(&name.as_str()));
                }
                jwk
            }
            AuthMethod::SelfSignedTlsClientAuth => certificate_jwk(partner, tls)?,
            _ => return Ok(None),
        };
        Ok(Some(json!({ "keys": [jwk] })))
    }
}

/// The key of a self-signed certificate, with the certificate (RFC 8705 section 2.2.2).
fn certificate_jwk(partner: &Partner, tls: &CertificateFiles) -> Result<Value> {
    let key = KeyPair::from_pem(&fs::read_to_string(&tls.key_pem)?)?;
    let mut jwk = ec_public_jwk(&key)?;
    jwk["kid"] = json!(key_id(partner.client_id));
    let certificate = CertificateDer::from_pem_file(&tls.certificate_pem)?;
    jwk["x5c"] = json!([STANDARD.encode(certificate)]);
    Ok(jwk)
}

/// RFC 7518 section 6.2.1.
fn ec_public_jwk(key: &KeyPair) -> Result<Value> {
    // SEC 1 section 2.3.3: an uncompressed point is 4, X, Y.
    let (x, y) = key
        .public_key_raw()
        .get(1..)
        .and_then(|coordinates| coordinates.split_at_checked(32))
        .context("not a P-256 point")?;
    Ok(json!({
        "kty": "EC", "crv": "P-256", "x": URL_SAFE_NO_PAD.encode(x), "y": URL_SAFE_NO_PAD.encode(y),
    }))
}

/// RFC 7518 section 6.2.2.
fn ec_private_jwk(key: &KeyPair) -> Result<Value> {
    let mut jwk = ec_public_jwk(key)?;
    let pkcs8 = key.serialized_der();
    let inner = private_key(pkcs8)?;
    // RFC 5915 section 3: version and the key.
    let (_, ec) = parse_der(&inner)?;
    let secret = part(&ec, 1)?.as_slice()?;
    jwk["d"] = json!(URL_SAFE_NO_PAD.encode(secret));
    Ok(jwk)
}

/// RFC 7518 section 6.3.2.
fn rsa_private_jwk(key: &KeyPair) -> Result<Value> {
    let inner = private_key(key.serialized_der())?;
    // RFC 8017 appendix A.1.2: the version, and then the numbers in this order.
    let (_, rsa) = parse_der(&inner)?;
    let mut jwk = json!({ "kty": "RSA" });
    for (at, name) in ["n", "e", "d", "p", "q", "dp", "dq", "qi"]
        .into_iter()
        .enumerate()
    {
        let number = part(&rsa, at + 1)?.as_slice()?;
        let number = number.strip_prefix(&[0]).unwrap_or(number);
        jwk[name] = json!(URL_SAFE_NO_PAD.encode(number));
    }
    Ok(jwk)
}

/// The key within PKCS #8 (RFC 5958 section 2): version, algorithm, key.
fn private_key(pkcs8: &[u8]) -> Result<Vec<u8>> {
    let (_, outer) = parse_der(pkcs8)?;
    Ok(part(&outer, 2)?.as_slice()?.to_vec())
}

fn part<'o, 'd>(sequence: &'o BerObject<'d>, at: usize) -> Result<&'o BerObject<'d>> {
    match sequence.as_sequence()?.get(at) {
        Some(part) => Ok(part),
        None => bail!("a private key has fewer parts than it should"),
    }
}

/// `kid` of a partner's signing key.
pub(crate) fn key_id(client_id: &str) -> String {
    format!("{client_id}-1")
}
