//! One registration at the bank: its name, its way to authenticate, its connection.
//! Not here: what is done with it.

use std::path::Path;

use anyhow::Context as _;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::HeaderValue;
use oauth2::{AuthType, AuthUrl, ClientId, ClientSecret, RedirectUrl, RevocationUrl, TokenUrl};
use time::OffsetDateTime;
use tokio::sync::OnceCell;
use url::form_urlencoded;

use super::LinkError;
use super::client_assertion::AssertionKey;
use super::discovery::Endpoints;
use super::tokens::Client;
use crate::config::{AuthMethod, RegistrationConfig};
use crate::transport::{BankHttp, IdentityFiles};

/// A registered client.
pub struct Registration {
    client_id: String,
    name: String,
    scopes: Vec<String>,
    http: BankHttp,
    has_certificate: bool,
    authentication: Authentication,
    endpoints: OnceCell<Endpoints>,
}

enum Authentication {
    /// By the TLS connection; the request only names the client.
    Tls,
    Assertion(AssertionKey),
    Secret(ClientSecret),
}

impl Registration {
    pub(super) fn new(config: &RegistrationConfig, ca_certificate: &Path) -> anyhow::Result<Self> {
        let identity = config.certificate_pem.as_deref().zip(config.key_pem.as_deref());
        let identity = identity.map(|(certificate, key)| IdentityFiles { certificate, key });
        let authentication = match (
            config.auth_method,
            &config.signing_key_pem,
            &config.client_secret_file,
        ) {
            (AuthMethod::PrivateKeyJwt, Some(file), _) => {
                Authentication::Assertion(AssertionKey::read(file, config.key_id.clone())?)
            }
            (AuthMethod::ClientSecretBasic, _, Some(file)) => {
                let secret = std::fs::read_to_string(file)
                    .with_context(|| format!("cannot read {}", file.display()))?;
                Authentication::Secret(ClientSecret::new(secret.trim().to_owned()))
            }
            // The configuration was checked: what a method needs is there.
            _ => Authentication::Tls,
        };
        Ok(Self {
            client_id: config.client_id.clone(),
            name: config.name.clone(),
            scopes: config.scopes.clone(),
            http: BankHttp::new(ca_certificate, identity)?,
            has_certificate: identity.is_some(),
            authentication,
            endpoints: OnceCell::new(),
        })
    }

    /// The client identifier.
    pub fn client_id(&self) -> &str {
        &self.client_id
    }

    /// What the page calls it.
    pub fn name(&self) -> &str {
        &self.name
    }

    pub(super) fn scopes(&self) -> impl Iterator<Item = &str> {
        self.scopes.iter().map(String::as_str)
    }

    pub(super) const fn http(&self) -> &BankHttp {
        &self.http
    }

    /// The bank's endpoints, found once; a failure is tried again at the next need.
    pub(super) async fn endpoints(&self, issuer: &str) -> Result<Endpoints, LinkError> {
        let discover = || Endpoints::discover(&self.http, issuer, self.has_certificate);
        self.endpoints.get_or_try_init(discover).await.cloned()
    }

    /// The library's client for these endpoints. Without a secret it sends `client_id` in the form,
    /// which is what `tls_client_auth` (RFC 8705, 2) and assertions want.
    pub(super) fn client(&self, endpoints: &Endpoints, redirect_uri: &str) -> Result<Client, LinkError> {
        let redirect = RedirectUrl::new(redirect_uri.to_owned())
            .map_err(|_| LinkError::Unexpected("the redirect URI is no URL"))?;
        let mut client = oauth2::Client::new(ClientId::new(self.client_id.clone()))
            .set_auth_type(AuthType::BasicAuth)
            .set_auth_uri(AuthUrl::from_url(endpoints.authorization.clone()))
            .set_token_uri(TokenUrl::from_url(endpoints.token.clone()))
            .set_revocation_url(RevocationUrl::from_url(endpoints.revocation.clone()))
            .set_redirect_uri(redirect);
        if let Authentication::Secret(secret) = &self.authentication {
            client = client.set_client_secret(secret.clone());
        }
        Ok(client)
    }

    /// Form parameters that authenticate a request, for registrations with assertions.
    pub(super) fn assertion_parameters(
        &self,
        issuer: &str,
        now: OffsetDateTime,
    ) -> Result<Vec<(&'static str, String)>, LinkError> {
        match &self.authentication {
            Authentication::Assertion(key) => key.parameters(&self.client_id, issuer, now),
            Authentication::Tls | Authentication::Secret(_) => Ok(Vec::new()),
        }
    }

    /// The `Authorization` header for requests that the library does not make (RFC 6749, 2.3.1).
    pub(super) fn basic_authorization(&self) -> Option<HeaderValue> {
        let Authentication::Secret(secret) = &self.authentication else {
            return None;
        };
        let encode = |text: &str| form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
        let pair = STANDARD.encode(format!("{}:{}", encode(&self.client_id), encode(secret.secret())));
        let mut header = HeaderValue::try_from(format!("Basic {pair}")).ok()?;
        header.set_sensitive(true);
        Some(header)
    }
}
