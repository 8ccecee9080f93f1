//! The files that the demo's programs are started with.
//! Not here: what stands in the users', partners' and certificates' own modules.

use std::path::{Path, PathBuf};

use anyhow::Result;
use serde::Serialize;
use serde_json::{Value, json};

use super::certificates::Certificates;
use super::partner_secrets::key_id;
use super::partners::{AuthMethod, Businesses, PARTNERS, Partner, Profile, STORY_PARTNERS, TokenBinding};
use super::ports::Ports;
use super::users::{Role, USERS};
use crate::{files, random};

/// Where the demo lives, and what it was told.
#[derive(Clone, Debug)]
pub(crate) struct Settings {
    /// `target/demo`.
    pub(crate) folder: PathBuf,
    /// The ports.
    pub(crate) ports: Ports,
    /// The database.
    pub(crate) database_url: String,
    /// Where `trunk serve` answers.
    pub(crate) frontend_origin: Option<String>,
}

impl Settings {
    /// What survives a restart: database, simulator, keys.
    pub(crate) fn data(&self) -> PathBuf {
        self.folder.join("data")
    }

    /// Logs of the programs.
    pub(crate) fn logs(&self) -> PathBuf {
        self.folder.join("log")
    }

    /// Renkei's configuration.
    pub(crate) fn renkei(&self) -> PathBuf {
        self.folder.join("renkei.toml")
    }

    /// The customers.
    pub(crate) fn users(&self) -> PathBuf {
        self.folder.join("users.toml")
    }

    /// The partners.
    pub(crate) fn partners(&self) -> PathBuf {
        self.folder.join("partners.toml")
    }

    /// The terms of partners that register themselves.
    pub(crate) fn terms(&self) -> PathBuf {
        self.folder.join("terms.toml")
    }

    /// PINs on file before Renkei.
    pub(crate) fn pins(&self) -> PathBuf {
        self.folder.join("pins.toml")
    }

    /// The accounting software's configuration.
    pub(crate) fn demo_partner(&self) -> PathBuf {
        self.folder.join("demo-partner.toml")
    }

    /// The file with the token that the gateway asks for.
    pub(crate) fn gateway_token(&self) -> PathBuf {
        self.folder.join("secrets").join("gateway-token")
    }

    /// State of the embedded simulator.
    pub(crate) fn simulator(&self) -> PathBuf {
        self.data().join("simulator.json")
    }

    /// State of the simulator that runs as a gateway: another one, so that the two do not disturb each other.
    pub(crate) fn gateway_state(&self) -> PathBuf {
        self.data().join("gateway.json")
    }

    /// Issuer identifier and origin of the pages.
    pub(crate) fn issuer(&self) -> String {
        format!("https://localhost:{}", self.ports.browser)
    }

    /// Base of the endpoints at the mutual-TLS listener.
    pub(crate) fn partner_mtls_url(&self) -> String {
        format!("https://localhost:{}", self.ports.partner_mtls)
    }

    /// Origin of the accounting software: another site than the bank, as in life.
    pub(crate) fn partner_app_url(&self) -> String {
        format!("https://kaikei.localhost:{}", self.ports.partner_app)
    }

    /// Where the bank sends the customer back to: the accounting software; for programs an address where nobody answers,
    /// because they read it in the browser.
    pub(crate) fn redirect_uris(&self, partner: &Partner) -> Vec<String> {
        let in_story = PARTNERS
            .iter()
            .take(STORY_PARTNERS)
            .any(|known| known.client_id == partner.client_id);
        vec![if in_story {
            format!("{}/callback", self.partner_app_url())
        } else {
            format!("https://client.localhost:{}/callback", self.ports.partner_app)
        }]
    }

    /// Writes the configuration of everything.
    pub(crate) fn write(&self, certificates: &Certificates) -> Result<()> {
        for folder in [
            &self.folder,
            &self.data(),
            &self.logs(),
            &self.folder.join("secrets"),
        ] {
            files::make_private_folder(folder)?;
        }
        files::write_private(&self.gateway_token(), random::token()?.as_bytes())?;
        write_toml(&self.renkei(), &self.renkei_toml(certificates))?;
        write_toml(&self.users(), &self.users_toml(certificates)?)?;
        write_toml(&self.partners(), &self.partners_toml(certificates)?)?;
        write_toml(&self.demo_partner(), &self.demo_partner_toml(certificates))
    }

    fn renkei_toml(&self, certificates: &Certificates) -> Value {
        let local = |port: u16| format!("127.0.0.1:{port}");
        let own = certificates.server("localhost");
        let wildcard = certificates.server("certificate");
        let (client_ca, client_crl) = certificates.authority("client-ca");
        let (partner_ca, partner_crl) = certificates.authority("partner-ca");
        let bearer: Vec<&str> = PARTNERS
            .iter()
            .filter(|partner| partner.token_binding == TokenBinding::None)
            .map(|partner| partner.client_id)
            .collect();
        let mut configuration = json!({
            "issuer": self.issuer(),
            "listeners": {
                "browser": local(self.ports.browser),
                "certificate": local(self.ports.certificate),
                "partner": local(self.ports.partner_mtls),
                "metrics": local(self.ports.metrics),
            },
            "tls": {
                "browser_certificate": own.certificate_pem,
                "browser_key": own.key_pem,
                "certificate_certificate": wildcard.certificate_pem,
                "certificate_key": wildcard.key_pem,
                "partner_certificate": own.certificate_pem,
                "partner_key": own.key_pem,
            },
            "client_certificates": {
                "ca": client_ca,
                "crls": [client_crl],
                "base_domain": "cert.localhost",
                "public_port": self.ports.certificate,
            },
            "partner_certificates": {
                "ca": partner_ca,
                "crls": [partner_crl],
                "partner_url": self.partner_mtls_url(),
            },
            "database": { "url": self.database_url },
            "vault": { "keys": self.data().join("vault-keys.toml") },
            "signing": { "keys": self.data().join("signing-keys.toml") },
            "core": { "adapter": "simulator", "state": self.simulator() },
            "bearer_exceptions": { "partners": bearer },
            // Partners of this machine may have their keys here.
            "partner_keys": {
                "private_addresses": ["127.0.0.1"],
                "ca": certificates.server_authority(),
            },
            "registration": { "enabled": true },
        });
        if let (Some(origin), Some(members)) = (&self.frontend_origin, configuration.as_object_mut()) {
            members.insert("frontend_origin".to_owned(), json!(origin));
        }
        configuration
    }

    fn users_toml(&self, certificates: &Certificates) -> Result<Value> {
        #[derive(Serialize)]
        struct Entry {
            login_name: &'static str,
            name: &'static str,
            company: &'static str,
            role: Role,
            may_link: bool,
            core_user: &'static str,
            password_file: PathBuf,
            certificates: Vec<PathBuf>,
        }
        let mut entries = Vec::new();
        for user in &USERS {
            let password_file = self.folder.join("secrets").join(format!("{}.password", user.key));
            files::write_private(&password_file, user.password.as_bytes())?;
            entries.push(Entry {
                login_name: user.key,
                name: user.name,
                company: user.company,
                role: user.role,
                may_link: user.may_link,
                core_user: user.key,
                password_file,
                certificates: vec![certificates.user(user.key).certificate_pem],
            });
        }
        Ok(json!({ "user": entries }))
    }

    /// What a partner registers, in the names of RFC 7591.
    pub(crate) fn registration(&self, partner: &Partner, certificates: &Certificates) -> Result<Value> {
        let secrets = certificates.partner_secrets(partner.client_id);
        let jwks = secrets.public_jwks(partner, &certificates.partner(partner.client_id))?;
        Ok(partner.registration(&self.redirect_uris(partner), jwks.as_ref()))
    }

    fn partners_toml(&self, certificates: &Certificates) -> Result<Value> {
        let mut entries = Vec::new();
        for partner in &PARTNERS {
            let mut entry = json!({
                "client_id": partner.client_id,
                "name": partner.name,
                "legal_name": partner.legal_name,
                "registration_number": partner.registration_number,
                "purpose": partner.purpose,
                "complaint_contact": partner.complaint_contact,
                "profile": partner.profile,
                "businesses": partner.businesses,
                "registration": self.registration(partner, certificates)?,
            });
            if partner.auth_method.is_by_secret() {
                let secrets = certificates.partner_secrets(partner.client_id);
                entry["client_secret_file"] = json!(secrets.client_secret);
            }
            entries.push(entry);
        }
        Ok(json!({ "partner": entries }))
    }

    fn demo_partner_toml(&self, certificates: &Certificates) -> Value {
        let site = certificates.server("partner-app");
        let mut registrations = PARTNERS
            .iter()
            .take(STORY_PARTNERS)
            .map(|partner| registration(partner, certificates));
        let mut configuration = json!({
            "listen": format!("127.0.0.1:{}", self.ports.partner_app),
            "public_url": self.partner_app_url(),
            "issuer": self.issuer(),
            "tls_certificate": site.certificate_pem,
            "tls_key": site.key_pem,
            "ca_certificate": certificates.server_authority(),
            "state_dir": self.data().join("partner"),
            "redirect_path": "/callback",
        });
        if let (Some(Value::Object(main)), Some(members)) =
            (registrations.next(), configuration.as_object_mut())
        {
            members.extend(main);
            members.insert("registration".to_owned(), registrations.collect());
        }
        configuration
    }
}

/// How the accounting software proves to be `partner`.
fn registration(partner: &Partner, certificates: &Certificates) -> Value {
    let tls = certificates.partner(partner.client_id);
    let secrets = certificates.partner_secrets(partner.client_id);
    let name = match partner.businesses {
        Businesses::Choose => partner.name.to_owned(),
        Businesses::Fixed => format!("{}（業務固定）", partner.name),
    };
    let mut registration = json!({
        "client_id": partner.client_id,
        "name": name,
        "auth_method": partner.auth_method,
        "scopes": partner.scopes,
    });
    if let Some(members) = registration.as_object_mut() {
        // A baseline partner's tokens are bound to nothing, so it brings no certificate.
        if partner.profile == Profile::Fapi2 {
            members.insert("certificate_pem".to_owned(), json!(tls.certificate_pem));
            members.insert("key_pem".to_owned(), json!(tls.key_pem));
        }
        match partner.auth_method {
            AuthMethod::PrivateKeyJwt => {
                members.insert("signing_key_pem".to_owned(), json!(secrets.signing_key_pem));
                members.insert("key_id".to_owned(), json!(key_id(partner.client_id)));
            }
            AuthMethod::ClientSecretBasic | AuthMethod::ClientSecretPost => {
                members.insert("client_secret_file".to_owned(), json!(secrets.client_secret));
            }
            AuthMethod::TlsClientAuth | AuthMethod::SelfSignedTlsClientAuth => {}
        }
    }
    registration
}

/// Writes a configuration file, privately: a database's URL may hold a password.
pub(crate) fn write_toml(path: &Path, content: &impl Serialize) -> Result<()> {
    files::write_private(path, toml::to_string_pretty(content)?.as_bytes())
}
