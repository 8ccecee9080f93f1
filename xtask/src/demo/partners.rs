//! The demo's partners: one of each way to authenticate, one with fixed businesses; and their secrets.
//! Not here: their TLS certificates (`certificates`), and the files that register them (`configuration`).

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, anyhow};
use aws_lc_rs::encoding::{AsBigEndian, EcPrivateKeyBin};
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rcgen::KeyPair;
use serde::Serialize;
use serde_json::{Value, json};

use crate::pki::Subject;
use crate::{files, random};

/// Every business that the accounts API knows.
const ALL_SCOPES: &[&str] = &["accounts", "balance", "statement", "transfers"];

/// How a partner authenticates.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum AuthMethod {
    /// RFC 7523.
    PrivateKeyJwt,
    /// RFC 8705 section 2.1.
    TlsClientAuth,
    /// RFC 6749 section 2.3.1; for the `baseline` profile only.
    ClientSecretBasic,
}

/// What the partner is held to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Profile {
    /// FAPI 2.0.
    Fapi2,
    /// Plain OAuth 2.0 with PKCE, an exception by name.
    Baseline,
}

/// Whether the customer chooses the businesses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Businesses {
    /// The selection page is shown.
    Choose,
    /// What the partner asks for, all of it.
    Fixed,
}

/// A partner of the demo.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Partner {
    /// Client id.
    pub(crate) client_id: &'static str,
    /// Product name, as customers know it.
    pub(crate) name: &'static str,
    /// The company.
    pub(crate) legal_name: &'static str,
    /// Registration as 電子決済等代行業者.
    pub(crate) registration_number: &'static str,
    /// What the data is for.
    pub(crate) purpose: &'static str,
    /// Where to complain.
    pub(crate) complaint_contact: &'static str,
    /// Profile.
    pub(crate) profile: Profile,
    /// Authentication.
    pub(crate) auth_method: AuthMethod,
    /// Businesses it may ask for.
    pub(crate) scopes: &'static [&'static str],
    /// Selection.
    pub(crate) businesses: Businesses,
}

impl Partner {
    /// The subject of its TLS certificate.
    pub(crate) const fn subject(&self) -> Subject<'static> {
        Subject {
            organization: self.legal_name,
            common_name: self.client_id,
        }
    }
}

/// The demo's partners; the first is the one that the accounting software links with unless told otherwise.
pub(crate) const PARTNERS: [Partner; 3] = [
    Partner {
        client_id: "kaikei-soft",
        name: "会計ソフト",
        legal_name: "空知会計サービス株式会社",
        registration_number: "北海道財務局長（電代）第1号（デモ）",
        purpose: "入出金明細を会計帳簿に取り込むため",
        complaint_contact: "空知会計サービス株式会社 お客様相談窓口 0120-000-001（デモ）",
        profile: Profile::Fapi2,
        auth_method: AuthMethod::PrivateKeyJwt,
        scopes: ALL_SCOPES,
        businesses: Businesses::Choose,
    },
    Partner {
        client_id: "kyuyo-cloud",
        name: "給与クラウド",
        legal_name: "石狩給与クラウド株式会社",
        registration_number: "北海道財務局長（電代）第2号（デモ）",
        purpose: "給与振込の結果を口座の明細で確かめるため",
        complaint_contact: "石狩給与クラウド株式会社 サポートデスク 0120-000-002（デモ）",
        profile: Profile::Fapi2,
        auth_method: AuthMethod::TlsClientAuth,
        scopes: &["accounts", "statement"],
        businesses: Businesses::Fixed,
    },
    Partner {
        client_id: "keihi-note",
        name: "経費ノート",
        legal_name: "天塩経費ノート合同会社",
        registration_number: "北海道財務局長（電代）第3号（デモ）",
        purpose: "経費の支払いを口座の明細と照合するため",
        complaint_contact: "天塩経費ノート合同会社 受付 0120-000-003（デモ）",
        profile: Profile::Baseline,
        auth_method: AuthMethod::ClientSecretBasic,
        scopes: ALL_SCOPES,
        businesses: Businesses::Choose,
    },
];

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
            AuthMethod::PrivateKeyJwt => self.make_signing_key(partner.client_id),
            AuthMethod::ClientSecretBasic => {
                files::write_private(&self.client_secret, random::token()?.as_bytes())
            }
            AuthMethod::TlsClientAuth => Ok(()),
        }
    }

    fn make_signing_key(&self, client_id: &str) -> Result<()> {
        let failed = |_| anyhow!("cannot make a signing key");
        let key = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).map_err(failed)?;
        let pkcs8 = key.to_pkcs8v1().map_err(failed)?;
        let secret: EcPrivateKeyBin<'_> = key.private_key().as_be_bytes().map_err(failed)?;
        // SEC 1 section 2.3.3: an uncompressed point is 4, X, Y.
        let point = key.public_key().as_ref();
        let (x, y) = point
            .get(1..)
            .and_then(|coordinates| coordinates.split_at_checked(32))
            .context("not a P-256 point")?;
        let jwk = json!({
            "kty": "EC",
            "crv": "P-256",
            "use": "sig",
            "alg": "ES256",
            "kid": key_id(client_id),
            "x": URL_SAFE_NO_PAD.encode(x),
            "y": URL_SAFE_NO_PAD.encode(y),
            "d": URL_SAFE_NO_PAD.encode(secret.as_ref()),
        });
        files::write_private(&self.private_jwk, &serde_json::to_vec_pretty(&jwk)?)?;
        let pem = KeyPair::try_from(pkcs8.as_ref())?.serialize_pem();
        files::write_private(&self.signing_key_pem, pem.as_bytes())
    }

    /// The private JWK.
    pub(crate) fn private_jwk(&self) -> Result<Value> {
        let text = fs::read(&self.private_jwk)
            .with_context(|| format!("cannot read {}", self.private_jwk.display()))?;
        Ok(serde_json::from_slice(&text)?)
    }

    /// The JWK set of public keys that the bank is given.
    pub(crate) fn public_jwks(&self) -> Result<Value> {
        let mut jwk = self.private_jwk()?;
        if let Some(members) = jwk.as_object_mut() {
            members.remove("d");
        }
        Ok(json!({ "keys": [jwk] }))
    }

    /// The client secret.
    pub(crate) fn client_secret(&self) -> Result<String> {
        fs::read_to_string(&self.client_secret)
            .with_context(|| format!("cannot read {}", self.client_secret.display()))
    }
}

/// `kid` of a partner's signing key.
pub(crate) fn key_id(client_id: &str) -> String {
    format!("{client_id}-1")
}
