//! The configuration file of the demo partner: the site, the bank, and how this client is registered there.
//! Not here: the files it names, which their users read.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, ensure};
use serde::Deserialize;
use url::Url;

/// All scopes (= businesses) of the accounts API.
const ALL_SCOPES: [&str; 4] = ["accounts", "balance", "statement", "transfers"];

/// How a registration authenticates at the bank.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AuthMethod {
    /// RFC 8705, 2.1; needs `certificate_pem` and `key_pem`.
    TlsClientAuth,
    /// RFC 7523; needs `signing_key_pem` (P-256, PKCS#8), and a certificate when tokens are bound to one.
    PrivateKeyJwt,
    /// RFC 6749, 2.3.1; needs `client_secret_file`.
    ClientSecretBasic,
}

/// One client registration at the bank.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RegistrationConfig {
    /// The client identifier.
    pub client_id: String,
    /// What the page calls it.
    #[serde(default = "default_name")]
    pub name: String,
    /// How it authenticates.
    #[serde(default = "default_method")]
    pub auth_method: AuthMethod,
    /// Certificate chain for mutual TLS, PEM.
    pub certificate_pem: Option<PathBuf>,
    /// Its private key, PEM.
    pub key_pem: Option<PathBuf>,
    /// Signing key for client assertions, PEM.
    pub signing_key_pem: Option<PathBuf>,
    /// `kid` of the signing key.
    pub key_id: Option<String>,
    /// File with the client secret.
    pub client_secret_file: Option<PathBuf>,
    /// What it asks for.
    #[serde(default = "default_scopes")]
    pub scopes: Vec<String>,
}

/// The checked configuration; all paths are usable as they are.
#[derive(Clone, Debug)]
pub struct Config {
    /// Where to listen.
    pub listen: SocketAddr,
    /// The site as browsers know it: an https origin.
    pub public_url: Url,
    /// The bank's issuer identifier.
    pub issuer: String,
    /// Base URL of the accounts API, if it is not at the host of the endpoints that the client uses.
    pub accounts_api: Option<Url>,
    /// Certificate chain of the site, PEM.
    pub tls_certificate: PathBuf,
    /// Its private key, PEM.
    pub tls_key: PathBuf,
    /// The authorities trusted for the bank's servers, PEM.
    pub ca_certificate: PathBuf,
    /// Where sessions are kept.
    pub state_dir: PathBuf,
    /// Path of the redirect URI.
    pub redirect_path: String,
    /// The registrations, at least one; the first is the main one.
    pub registrations: Vec<RegistrationConfig>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ConfigFile {
    listen: SocketAddr,
    public_url: Url,
    issuer: String,
    accounts_api: Option<Url>,
    tls_certificate: PathBuf,
    tls_key: PathBuf,
    ca_certificate: PathBuf,
    state_dir: PathBuf,
    #[serde(default = "default_redirect_path")]
    redirect_path: String,
    client_id: String,
    #[serde(default = "default_name")]
    name: String,
    #[serde(default = "default_method")]
    auth_method: AuthMethod,
    certificate_pem: Option<PathBuf>,
    key_pem: Option<PathBuf>,
    signing_key_pem: Option<PathBuf>,
    key_id: Option<String>,
    client_secret_file: Option<PathBuf>,
    #[serde(default = "default_scopes")]
    scopes: Vec<String>,
    #[serde(default)]
    registration: Vec<RegistrationConfig>,
}

fn default_name() -> String {
    "会計ソフト".to_owned()
}

const fn default_method() -> AuthMethod {
    AuthMethod::TlsClientAuth
}

fn default_scopes() -> Vec<String> {
    ALL_SCOPES.map(str::to_owned).to_vec()
}

fn default_redirect_path() -> String {
    "/callback".to_owned()
}

impl Config {
    /// Reads the file; relative paths start at its folder.
    ///
    /// # Errors
    /// The file cannot be read, is not the TOML expected, or contradicts itself.
    pub fn read(file: &Path) -> anyhow::Result<Self> {
        let text = std::fs::read_to_string(file).context("cannot be read")?;
        Self::parse(&text, file.parent().unwrap_or(Path::new("")))
    }

    /// Reads the text of a configuration file that lies in `folder`.
    ///
    /// # Errors
    /// It is not the TOML expected, or contradicts itself.
    pub fn parse(text: &str, folder: &Path) -> anyhow::Result<Self> {
        let file: ConfigFile = toml::from_str(text)?;
        let main = RegistrationConfig {
            client_id: file.client_id,
            name: file.name,
            auth_method: file.auth_method,
            certificate_pem: file.certificate_pem,
            key_pem: file.key_pem,
            signing_key_pem: file.signing_key_pem,
            key_id: file.key_id,
            client_secret_file: file.client_secret_file,
            scopes: file.scopes,
        };
        let registrations = std::iter::once(main).chain(file.registration);
        let config = Self {
            listen: file.listen,
            public_url: file.public_url,
            issuer: file.issuer,
            accounts_api: file.accounts_api,
            tls_certificate: folder.join(file.tls_certificate),
            tls_key: folder.join(file.tls_key),
            ca_certificate: folder.join(file.ca_certificate),
            state_dir: folder.join(file.state_dir),
            redirect_path: file.redirect_path,
            registrations: registrations
                .map(|registration| registration.below(folder))
                .collect(),
        };
        config.check()?;
        Ok(config)
    }

    fn check(&self) -> anyhow::Result<()> {
        let url = &self.public_url;
        ensure!(
            url.scheme() == "https" && url.path() == "/" && url.query().is_none() && url.fragment().is_none(),
            "public_url must be an https URL without path: the session cookie is bound to it"
        );
        ensure!(self.issuer.starts_with("https://"), "issuer must be an https URL");
        ensure!(
            self.redirect_path.starts_with('/') && !self.redirect_path.contains(['?', '#', '{', '}', '*']),
            "redirect_path must be a plain path"
        );
        for (index, registration) in self.registrations.iter().enumerate() {
            let others = &self.registrations[..index];
            ensure!(
                others
                    .iter()
                    .all(|other| other.client_id != registration.client_id),
                "client_id {} is there twice",
                registration.client_id
            );
            registration.check()?;
        }
        Ok(())
    }

    /// The redirect URI that is registered at the bank.
    pub fn redirect_uri(&self) -> String {
        format!("{}{}", self.origin(), self.redirect_path)
    }

    /// The site's origin, as browsers send it.
    pub fn origin(&self) -> String {
        self.public_url.origin().ascii_serialization()
    }
}

impl RegistrationConfig {
    fn below(self, folder: &Path) -> Self {
        let join = |path: Option<PathBuf>| path.map(|path| folder.join(path));
        Self {
            certificate_pem: join(self.certificate_pem),
            key_pem: join(self.key_pem),
            signing_key_pem: join(self.signing_key_pem),
            client_secret_file: join(self.client_secret_file),
            ..self
        }
    }

    fn check(&self) -> anyhow::Result<()> {
        let id = &self.client_id;
        ensure!(
            !id.is_empty()
                && id
                    .bytes()
                    .all(|b| b.is_ascii_alphanumeric() || b"-._~".contains(&b)),
            "client_id {id:?} must be letters, digits or -._~"
        );
        ensure!(
            self.certificate_pem.is_some() == self.key_pem.is_some(),
            "{id}: certificate_pem and key_pem go together"
        );
        let (present, needed) = match self.auth_method {
            AuthMethod::TlsClientAuth => (self.certificate_pem.is_some(), "certificate_pem and key_pem"),
            AuthMethod::PrivateKeyJwt => (self.signing_key_pem.is_some(), "signing_key_pem"),
            AuthMethod::ClientSecretBasic => (self.client_secret_file.is_some(), "client_secret_file"),
        };
        ensure!(present, "{id}: its auth_method needs {needed}");
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = r#"
        listen = "127.0.0.1:8446"
        public_url = "https://kaikei.localhost:8446"
        issuer = "https://localhost:8443"
        client_id = "kaikei"
        certificate_pem = "kaikei.pem"
        key_pem = "/abs/kaikei.key"
        tls_certificate = "site.pem"
        tls_key = "site.key"
        ca_certificate = "ca.pem"
        state_dir = "state"
        redirect_path = "/callback"
        auth_method = "tls_client_auth"

        [[registration]]
        client_id = "kaikei-light"
        name = "会計ソフト ライト"
        auth_method = "client_secret_basic"
        client_secret_file = "light.secret"
        scopes = ["accounts", "statement"]
    "#;

    fn parse(text: &str) -> anyhow::Result<Config> {
        Config::parse(text, Path::new("/demo"))
    }

    #[test]
    fn a_good_file() {
        let config = parse(GOOD).unwrap();
        assert_eq!(config.redirect_uri(), "https://kaikei.localhost:8446/callback");
        assert_eq!(config.state_dir, Path::new("/demo/state"));
        let [main, light] = &config.registrations[..] else {
            panic!("two registrations")
        };
        assert_eq!(
            main.certificate_pem.as_deref(),
            Some(Path::new("/demo/kaikei.pem"))
        );
        assert_eq!(main.key_pem.as_deref(), Some(Path::new("/abs/kaikei.key")));
        assert_eq!(main.scopes, ALL_SCOPES);
        assert_eq!(light.auth_method, AuthMethod::ClientSecretBasic);
        assert_eq!(light.scopes, ["accounts", "statement"]);
    }

    #[test]
    fn files_that_are_refused() {
        for (from, to) in [
            ("https://kaikei", "http://kaikei"),
            (":8446\"\n        issuer", ":8446/app\"\n        issuer"),
            ("https://localhost:8443", "http://localhost:8443"),
            ("\"/callback\"", "\"callback\""),
            ("\"/callback\"", "\"/call?back\""),
            ("\"kaikei-light\"", "\"kaikei\""),
            ("\"kaikei-light\"", "\"kaikei/light\""),
            ("key_pem = \"/abs/kaikei.key\"", ""),
            ("client_secret_file = \"light.secret\"", ""),
            ("\"tls_client_auth\"", "\"none\""),
            ("state_dir", "unknown_name"),
        ] {
            let text = GOOD.replace(from, to);
            assert_ne!(text, GOOD, "{from}");
            assert!(parse(&text).is_err(), "{from} -> {to}");
        }
    }
}
