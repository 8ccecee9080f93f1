//! What the server knows of a registered client, checked once when it is read (RFC 6749, 2; RFC 7591, 2 for the names).
//! Not here: where registrations are stored, and how they are written (`registration`).

mod authentication;
mod exceptions;
mod preferences;
mod registration_error;

use std::borrow::Cow;

use url::Url;

pub use self::authentication::{AuthenticationMethod, ClientSecretHash};
pub use self::exceptions::{BearerException, PkceException};
pub use self::preferences::{ClientPreferences, GrantType, GrantTypes};
pub use self::registration_error::RegistrationError;
use crate::jwks::ClientKeys;
use crate::parameters::is_visible_ascii;
use crate::scope::Scopes;

/// The longest client identifier, in bytes.
pub const MAX_CLIENT_ID: usize = 128;

/// Which rules a client lives under.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Profile {
    /// FAPI 2.0 Security Profile: PAR, strong client authentication, sender-constrained tokens.
    Fapi2,
    /// Plain OAuth with PKCE, for packages that cannot do more.
    Baseline,
}

/// What the access tokens of a client are bound to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TokenBinding {
    /// The client's certificate: `tls_client_certificate_bound_access_tokens` (RFC 8705, 3.4).
    Mtls,
    /// A key that the client proves: `dpop_bound_access_tokens` (RFC 9449, 5.2).
    Dpop,
    /// Whichever of the two a token request brings; a DPoP proof goes before the certificate.
    MtlsOrDpop,
    /// Nothing, by an exception of the operator, unless a token request brings a DPoP proof.
    Bearer(BearerException),
}

/// A registration as read from storage or from the operator's file, unchecked.
#[derive(Clone, Debug)]
pub struct ClientRegistration {
    /// The client identifier (RFC 6749, 2.2).
    pub client_id: String,
    /// The rules it lives under.
    pub profile: Profile,
    /// How it authenticates.
    pub authentication: AuthenticationMethod,
    /// Its public keys, from `jwks` or fetched from `jwks_uri` (RFC 7591, 2).
    pub keys: Option<ClientKeys>,
    /// Where answers may be sent; compared character by character.
    pub redirect_uris: Vec<String>,
    /// What it may ask for.
    pub scopes: Scopes,
    /// What its access tokens are bound to.
    pub token_binding: TokenBinding,
    /// Set where the operator lets it do without PKCE.
    pub pkce_exception: Option<PkceException>,
    /// What it asks of us.
    pub preferences: ClientPreferences,
}

/// A checked registration. Everything that reaches a rule of this crate is one of these.
#[derive(Clone, Debug)]
pub struct ClientMetadata(ClientRegistration);

impl TryFrom<ClientRegistration> for ClientMetadata {
    type Error = RegistrationError;

    fn try_from(registration: ClientRegistration) -> Result<Self, Self::Error> {
        let ClientRegistration {
            client_id,
            profile,
            authentication,
            keys,
            redirect_uris,
            scopes,
            token_binding,
            pkce_exception,
            preferences,
        } = &registration;
        let unreserved = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b'_' | b'~');
        if client_id.is_empty() || client_id.len() > MAX_CLIENT_ID || !client_id.bytes().all(unreserved) {
            return Err(RegistrationError::ClientId);
        }
        if redirect_uris.is_empty() || !redirect_uris.iter().all(|uri| is_plain_https_url(uri)) {
            return Err(RegistrationError::RedirectUri);
        }
        if scopes.is_empty() {
            return Err(RegistrationError::Scope);
        }
        let baseline = *profile == Profile::Baseline;
        if authentication.is_by_secret() && !baseline {
            return Err(RegistrationError::WeakAuthentication);
        }
        let needs_keys = matches!(authentication, AuthenticationMethod::PrivateKeyJwt)
            || preferences.require_signed_request_object;
        if needs_keys && keys.is_none() {
            return Err(RegistrationError::KeysMissing);
        }
        if let Some(exception) = pkce_exception
            && (!baseline || !exception.is_for(client_id))
        {
            return Err(RegistrationError::PkceMissing);
        }
        if let TokenBinding::Bearer(exception) = token_binding
            && (!baseline || !exception.is_for(client_id))
        {
            return Err(RegistrationError::UnboundTokens);
        }
        // OpenID Connect Core 1.0, 8.1: with several hosts a pairwise subject needs a sector of its own.
        if scopes.contains("openid")
            && preferences.sector_identifier.is_none()
            && single_host(redirect_uris).is_none()
        {
            return Err(RegistrationError::SectorIdentifier);
        }
        Ok(Self(registration))
    }
}

pub(crate) fn host_of(url: &str) -> Option<String> {
    Url::parse(url).ok()?.host_str().map(str::to_owned)
}

/// The host that all of these have.
pub(crate) fn single_host(uris: &[String]) -> Option<String> {
    let mut hosts = uris.iter().map(|uri| host_of(uri));
    let first = hosts.next()??;
    hosts.all(|host| host.as_ref() == Some(&first)).then_some(first)
}

/// Absolute, https, without fragment and user (RFC 6749, 3.1.2; FAPI 2.0 Security Profile, 5.3.2.2).
pub(crate) fn is_plain_https_url(text: &str) -> bool {
    let Ok(url) = Url::parse(text) else { return false };
    text.len() <= 2000
        && is_visible_ascii(text, 2000)
        && !text.contains([' ', '#', '\\', '"', '<', '>'])
        && url.scheme() == "https"
        && url.has_host()
        && url.username().is_empty()
        && url.password().is_none()
}

impl ClientMetadata {
    /// The client identifier.
    pub fn client_id(&self) -> &str {
        &self.0.client_id
    }

    /// The rules it lives under.
    pub const fn profile(&self) -> Profile {
        self.0.profile
    }

    /// How it authenticates.
    pub const fn authentication(&self) -> &AuthenticationMethod {
        &self.0.authentication
    }

    /// Its public keys, if it has registered any.
    pub const fn keys(&self) -> Option<&ClientKeys> {
        self.0.keys.as_ref()
    }

    /// Whether the operator lets it do without PKCE.
    pub const fn is_pkce_exempt(&self) -> bool {
        self.0.pkce_exception.is_some()
    }

    /// Whether only its pushed requests count.
    pub fn must_push_requests(&self) -> bool {
        self.0.profile == Profile::Fapi2 || self.0.preferences.require_pushed_authorization_requests
    }

    /// What it asks of us.
    pub const fn preferences(&self) -> &ClientPreferences {
        &self.0.preferences
    }

    /// Whether it may use this grant type; `unauthorized_client` is the answer where it may not (RFC 6749, 5.2).
    pub fn may_use(&self, grant_type: GrantType) -> bool {
        self.0.preferences.grant_types.contains(grant_type)
    }

    /// The same client, known to belong to this sector: that of its first registration, which it keeps.
    #[must_use]
    pub fn in_sector(mut self, sector: String) -> Self {
        self.0.preferences.sector_identifier = Some(sector);
        self
    }

    /// What its pairwise subjects are made for (OpenID Connect Core 1.0, 8.1): its sector, else the registered one, else
    /// the one host of its redirect URIs, else (only without OpenID) the client itself.
    pub fn sector_identifier(&self) -> Cow<'_, str> {
        if let Some(registered) = &self.0.preferences.sector_identifier {
            return Cow::Borrowed(registered);
        }
        single_host(&self.0.redirect_uris).map_or(Cow::Borrowed(self.client_id()), Cow::Owned)
    }

    /// Where answers may be sent.
    pub fn redirect_uris(&self) -> &[String] {
        &self.0.redirect_uris
    }

    /// What it may ask for.
    pub const fn scopes(&self) -> &Scopes {
        &self.0.scopes
    }

    /// What its access tokens are bound to.
    pub const fn token_binding(&self) -> &TokenBinding {
        &self.0.token_binding
    }

    /// Simple string comparison (RFC 3986, 6.2.1; RFC 9700, 2.1).
    pub fn has_redirect_uri(&self, uri: &str) -> bool {
        self.0.redirect_uris.iter().any(|known| known == uri)
    }
}

#[cfg(test)]
mod tests;
