//! A partner of a test's own, brought in by the operator's command beside those that every bank has.
//! Not here: what it does then (`partner`).

use super::jose::SigningKey;
use super::partner::{Partner, random_text};
use jsonwebtoken::Algorithm;
use renkei::testing::{Credentials, Leaf, RegisteredPartner, TestBank};
use serde_json::{Value, json};

/// Every scope that there is.
pub(crate) const EVERY_SCOPE: &str =
    "openid accounts balance statement transfers grant_management_query grant_management_revoke";

/// A partner that is about to be registered.
pub(crate) struct NewPartner {
    client_id: &'static str,
    profile: &'static str,
    businesses: &'static str,
    credentials: Credentials,
    certificate: Option<Leaf>,
    /// In the names of RFC 7591.
    members: Value,
}

impl NewPartner {
    /// FAPI 2.0, `private_key_jwt` with ES256, every scope and grant type, tokens bound to whatever comes; without a
    /// certificate it calls at the browser listener.
    pub(crate) fn fapi2(client_id: &'static str) -> Self {
        Self::signing(client_id, Algorithm::ES256)
    }

    /// The same with a key of this algorithm.
    pub(crate) fn signing(client_id: &'static str, algorithm: Algorithm) -> Self {
        let key = SigningKey::generate(algorithm, &format!("{client_id}-key"));
        let new = Self {
            client_id,
            profile: "fapi2",
            businesses: "fixed",
            credentials: Credentials::PrivateKeyJwt {
                key_pem: key.pem.clone(),
                key_id: key.kid().to_owned(),
            },
            certificate: None,
            members: json!({
                "redirect_uris": [format!("https://{client_id}.example/callback")],
                "scope": EVERY_SCOPE,
                "grant_types": ["authorization_code", "refresh_token", "client_credentials"],
            }),
        };
        new.member("token_endpoint_auth_method", "private_key_jwt")
            .member("jwks", json!({ "keys": [key.public()] }))
    }

    /// Baseline, with a secret that travels by `client_secret_basic` or `client_secret_post`.
    pub(crate) fn baseline(client_id: &'static str, method: &str) -> Self {
        let secret = random_text();
        let credentials = match method {
            "client_secret_post" => Credentials::ClientSecretPost { secret },
            _ => Credentials::ClientSecretBasic { secret },
        };
        let mut new = Self::fapi2(client_id);
        new.profile = "baseline";
        new.credentials = credentials;
        new.without("jwks").member("token_endpoint_auth_method", method)
    }

    /// FAPI 2.0 by the certificate given: `tls_client_auth` with a member for its subject, or
    /// `self_signed_tls_client_auth` with the certificate itself in `jwks`.
    pub(crate) fn by_certificate(client_id: &'static str, method: &str, certificate: Leaf) -> Self {
        let mut new = Self::fapi2(client_id);
        new.credentials = match method {
            "self_signed_tls_client_auth" => Credentials::SelfSignedTlsClientAuth,
            _ => Credentials::TlsClientAuth,
        };
        new.without("jwks")
            .member("token_endpoint_auth_method", method)
            .certificate(certificate)
    }

    /// Shows this certificate at the mutual-TLS listener.
    pub(crate) fn certificate(mut self, certificate: Leaf) -> Self {
        self.certificate = Some(certificate);
        self
    }

    /// Sets a member of the registration.
    pub(crate) fn member(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.members[name] = value.into();
        self
    }

    /// Leaves a member out.
    pub(crate) fn without(mut self, name: &str) -> Self {
        self.members.as_object_mut().unwrap().remove(name);
        self
    }

    /// Under the rules of baseline, whatever it does beyond them.
    pub(crate) const fn baseline_rules(mut self) -> Self {
        self.profile = "baseline";
        self
    }

    /// Under the rules of this profile.
    pub(crate) const fn profile(mut self, profile: &'static str) -> Self {
        self.profile = profile;
        self
    }

    /// Registers it, or says why not.
    pub(crate) async fn try_register(self, bank: &TestBank) -> anyhow::Result<Partner<'_>> {
        let Self { client_id, .. } = self;
        let mut entry = json!({
            "client_id": client_id, "name": format!("{client_id} 会計"), "legal_name": format!("{client_id} 株式会社"),
            "registration_number": "北海道財務局長（電代）第2号", "purpose": "会計帳簿の作成",
            "complaint_contact": "011-000-0000", "profile": self.profile, "businesses": self.businesses,
            "registration": self.members,
        });
        if let Credentials::ClientSecretBasic { secret } | Credentials::ClientSecretPost { secret } =
            &self.credentials
        {
            let file = format!("{client_id}.secret");
            bank.write(&file, secret)?;
            std::fs::set_permissions(
                bank.path(&file),
                std::os::unix::fs::PermissionsExt::from_mode(0o600),
            )?;
            entry["client_secret_file"] = json!(file);
        }
        let file = format!("{client_id}.toml");
        bank.write(&file, &toml::to_string(&json!({ "partner": [entry] }))?)?;
        let (config, file) = (
            bank.config().display().to_string(),
            bank.path(&file).display().to_string(),
        );
        bank.renkei(&["partner", "add", "--config", &config, &file])
            .await?;
        let redirect_uri = self.members["redirect_uris"][0].as_str().unwrap().to_owned();
        let registered = RegisteredPartner {
            client_id,
            redirect_uri,
            credentials: self.credentials,
            certificate: self.certificate,
        };
        // It lives as long as the test's process, like those of the bank live as long as the bank.
        let registered: &'static RegisteredPartner = Box::leak(Box::new(registered));
        Ok(Partner::showing(
            bank,
            registered,
            registered.certificate.as_ref(),
        ))
    }

    pub(crate) async fn register(self, bank: &TestBank) -> Partner<'_> {
        self.try_register(bank).await.unwrap()
    }
}
