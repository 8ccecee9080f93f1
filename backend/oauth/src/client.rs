//! What the server knows of a registered client, checked once when it is read (RFC 6749, 2; RFC 7591, 2 for the names).
//! Not here: where registrations are stored, and dynamic registration.

use aws_lc_rs::constant_time::verify_slices_are_equal;
use jsonwebtoken::Algorithm;
use url::Url;

use crate::distinguished_name::DistinguishedName;
use crate::jwks::ClientKeys;
use crate::opaque::sha256;
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

/// How a client proves who it is.
#[derive(Clone, Debug)]
pub enum AuthenticationMethod {
    /// `private_key_jwt` (RFC 7523), by the client's registered keys.
    PrivateKeyJwt,
    /// `tls_client_auth` by subject name (RFC 8705, 2.1).
    TlsClientAuth {
        /// The registered `tls_client_auth_subject_dn`.
        subject: DistinguishedName,
    },
    /// `client_secret_basic` (RFC 6749, 2.3.1), for [`Profile::Baseline`] only.
    ClientSecretBasic {
        /// The hash of the secret.
        secret: ClientSecretHash,
    },
}

impl AuthenticationMethod {
    /// The name in metadata (RFC 8414; RFC 8705, 2.1.1).
    pub const fn name(&self) -> &'static str {
        match self {
            Self::PrivateKeyJwt => "private_key_jwt",
            Self::TlsClientAuth { .. } => "tls_client_auth",
            Self::ClientSecretBasic { .. } => "client_secret_basic",
        }
    }
}

/// The SHA-256 of a client secret. Secrets are made by us with 256 bits, so neither salt nor a slow
/// hash adds anything.
#[derive(Clone)]
pub struct ClientSecretHash([u8; 32]);

impl ClientSecretHash {
    /// The hash to store for a new secret.
    pub fn of(secret: &str) -> Self {
        Self(sha256(secret.as_bytes()))
    }

    /// The hash as stored.
    pub const fn from_bytes(stored: [u8; 32]) -> Self {
        Self(stored)
    }

    /// The bytes to store.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// Whether this is the secret, in constant time.
    pub fn matches(&self, secret: &str) -> bool {
        verify_slices_are_equal(&self.0, &sha256(secret.as_bytes())).is_ok()
    }
}

impl std::fmt::Debug for ClientSecretHash {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ClientSecretHash(..)")
    }
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

/// The operator's statement, by name, that a client may use unbound bearer tokens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BearerException {
    client_id: String,
}

impl BearerException {
    /// The exception for this client, if the operator's list names it.
    pub fn find<S: AsRef<str>>(stated_by_operator: &[S], client_id: &str) -> Option<Self> {
        stated_by_operator
            .iter()
            .any(|name| name.as_ref() == client_id)
            .then(|| Self {
                client_id: client_id.to_owned(),
            })
    }
}

/// The operator's statement, by name, that a baseline client may do without PKCE (RFC 9700, 2.1.1 lets confidential
/// clients of OpenID Connect use `nonce` in its place).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PkceException {
    client_id: String,
}

impl PkceException {
    /// The exception for this client, if the operator's list names it.
    pub fn find<S: AsRef<str>>(stated_by_operator: &[S], client_id: &str) -> Option<Self> {
        stated_by_operator
            .iter()
            .any(|name| name.as_ref() == client_id)
            .then(|| Self {
                client_id: client_id.to_owned(),
            })
    }
}

/// What a client asks of us beyond the rules that it lives under; the names are those of its metadata
/// (RFC 7591, 2 and the specification named at each).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ClientPreferences {
    /// Only pushed requests count (RFC 9126, 6). FAPI 2.0 clients always live under this.
    pub require_pushed_authorization_requests: bool,
    /// Only requests in a signed request object count (RFC 9101, 10.5).
    pub require_signed_request_object: bool,
    /// The only algorithm of its request objects (OpenID Connect Registration 1.0, 2).
    pub request_object_signing_alg: Option<Algorithm>,
    /// How JARM answers are signed (JARM, 3).
    pub authorization_signed_response_alg: Option<Algorithm>,
    /// How id_tokens are signed (OpenID Connect Registration 1.0, 2).
    pub id_token_signed_response_alg: Option<Algorithm>,
    /// How UserInfo is signed; `None`: it is plain JSON (OpenID Connect Registration 1.0, 2).
    pub userinfo_signed_response_alg: Option<Algorithm>,
    /// How introspection answers are signed where the client asks for a JWT (RFC 9701, 6).
    pub introspection_signed_response_alg: Option<Algorithm>,
    /// Seconds after which the customer must log in anew, where a request does not say
    /// (OpenID Connect Registration 1.0, 2). Renkei's customers always do.
    pub default_max_age: Option<u32>,
    /// What pairwise subjects are made for (OpenID Connect Core 1.0, 8.1), where it is not the one host of the redirect URIs.
    pub sector_identifier: Option<String>,
    /// Each use of a refresh token answers a new one (off by default: FAPI 2.0 Security Profile, 5.3.2.1).
    pub refresh_token_rotation: bool,
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

/// Why a registration is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RegistrationError {
    /// The identifier is empty, longer than 128 or not made of letters, digits and `-._~`.
    #[error("client_id must be 1 to 128 letters, digits or -._~")]
    ClientId,
    /// There is no redirect URI, or one is no absolute https URL without fragment and user.
    #[error(
        "redirect_uris must be absolute https URLs without fragment and user, at most 2000 characters each"
    )]
    RedirectUri,
    /// No scope.
    #[error("a client needs at least one scope")]
    Scope,
    /// client_secret_basic outside the baseline profile.
    #[error("client_secret_basic is for the baseline profile only")]
    WeakAuthentication,
    /// private_key_jwt, or signed requests, without keys.
    #[error("private_key_jwt and signed requests need jwks or jwks_uri")]
    KeysMissing,
    /// No PKCE outside the baseline profile, or by another client's exception.
    #[error("only baseline clients that the operator names may do without PKCE")]
    PkceMissing,
    /// Bearer tokens outside the baseline profile, or by another client's exception.
    #[error("unbound tokens are for baseline clients that the operator names as an exception")]
    UnboundTokens,
}

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
        if redirect_uris.is_empty() || !redirect_uris.iter().all(|uri| is_redirect_uri(uri)) {
            return Err(RegistrationError::RedirectUri);
        }
        if scopes.is_empty() {
            return Err(RegistrationError::Scope);
        }
        let baseline = *profile == Profile::Baseline;
        if matches!(authentication, AuthenticationMethod::ClientSecretBasic { .. }) && !baseline {
            return Err(RegistrationError::WeakAuthentication);
        }
        let needs_keys = matches!(authentication, AuthenticationMethod::PrivateKeyJwt)
            || preferences.require_signed_request_object;
        if needs_keys && keys.is_none() {
            return Err(RegistrationError::KeysMissing);
        }
        if let Some(exception) = pkce_exception
            && (!baseline || exception.client_id != *client_id)
        {
            return Err(RegistrationError::PkceMissing);
        }
        if let TokenBinding::Bearer(exception) = token_binding
            && (!baseline || exception.client_id != *client_id)
        {
            return Err(RegistrationError::UnboundTokens);
        }
        Ok(Self(registration))
    }
}

/// RFC 6749, 3.1.2: absolute, without fragment; FAPI 2.0: https.
fn is_redirect_uri(text: &str) -> bool {
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
mod tests {
    use super::*;
    use crate::test_clients::{baseline_registration, fapi2_registration};

    fn refused(registration: ClientRegistration) -> RegistrationError {
        ClientMetadata::try_from(registration).unwrap_err()
    }

    #[test]
    fn sound_registrations_pass() {
        assert!(ClientMetadata::try_from(fapi2_registration()).is_ok());
        assert!(ClientMetadata::try_from(baseline_registration()).is_ok());
    }

    #[test]
    fn client_ids_that_are_refused() {
        for client_id in ["", "a b", "a:b", "会計", "a\n", &"a".repeat(MAX_CLIENT_ID + 1)] {
            let registration = ClientRegistration {
                client_id: client_id.to_owned(),
                ..fapi2_registration()
            };
            assert_eq!(
                refused(registration),
                RegistrationError::ClientId,
                "{client_id:?}"
            );
        }
    }

    #[test]
    fn redirect_uris_that_are_refused() {
        for uri in [
            "",
            "/callback",
            "http://kaikei.example/callback",
            "https://kaikei.example/callback#x",
            "https://kaikei.example/callback#",
            "https://user@kaikei.example/callback",
            "https://kaikei.example/call back",
            "https://kaikei.example\\@bank.example/",
            "javascript:alert(1)",
            "com.example:/callback",
            "https://会計.example/",
        ] {
            let registration = ClientRegistration {
                redirect_uris: vec![uri.to_owned()],
                ..fapi2_registration()
            };
            assert_eq!(refused(registration), RegistrationError::RedirectUri, "{uri:?}");
        }
        let none = ClientRegistration {
            redirect_uris: vec![],
            ..fapi2_registration()
        };
        assert_eq!(refused(none), RegistrationError::RedirectUri);
    }

    #[test]
    fn fapi2_has_neither_secrets_nor_unbound_tokens() {
        let secret = ClientRegistration {
            authentication: AuthenticationMethod::ClientSecretBasic {
                secret: ClientSecretHash::of("s"),
            },
            ..fapi2_registration()
        };
        assert_eq!(refused(secret), RegistrationError::WeakAuthentication);
        let exception = BearerException::find(&[fapi2_registration().client_id], "fapi2").unwrap();
        let unbound = ClientRegistration {
            token_binding: TokenBinding::Bearer(exception),
            ..fapi2_registration()
        };
        assert_eq!(refused(unbound), RegistrationError::UnboundTokens);
    }

    #[test]
    fn an_exception_is_stated_by_name_and_is_personal() {
        assert_eq!(BearerException::find(&["other"], "baseline"), None);
        assert_eq!(BearerException::find::<&str>(&[], "baseline"), None);
        let of_other = BearerException::find(&["other"], "other").unwrap();
        let registration = ClientRegistration {
            token_binding: TokenBinding::Bearer(of_other),
            ..baseline_registration()
        };
        assert_eq!(refused(registration), RegistrationError::UnboundTokens);
    }

    #[test]
    fn no_scope_no_client() {
        let registration = ClientRegistration {
            scopes: Scopes::default(),
            ..fapi2_registration()
        };
        assert_eq!(refused(registration), RegistrationError::Scope);
    }

    #[test]
    fn redirect_uris_are_compared_character_by_character() {
        let client = ClientMetadata::try_from(fapi2_registration()).unwrap();
        assert!(client.has_redirect_uri("https://kaikei.example/callback"));
        for uri in [
            "https://kaikei.example/callback/",
            "https://kaikei.example/callback?x=1",
            "https://KAIKEI.example/callback",
            "https://kaikei.example:443/callback",
            "https://kaikei.example/%63allback",
        ] {
            assert!(!client.has_redirect_uri(uri), "{uri}");
        }
    }

    #[test]
    fn a_secret_matches_its_hash_only() {
        let hash = ClientSecretHash::of("correct");
        assert!(ClientSecretHash::from_bytes(*hash.as_bytes()).matches("correct"));
        assert!(!hash.matches("wrong") && !hash.matches(""));
    }
}
