//! The members of a registration, and what must hold among them (RFC 7591, 2; the other specifications at each member).
//! Not here: reading them from the wire, and what only the finished client shows.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::values::{ApplicationType, ResponseType, SigningAlgorithm, SubjectType, TokenEndpointAuthMethod};
use crate::client::{
    GrantType, GrantTypes, Profile, RegistrationError, host_of, is_plain_https_url, single_host,
};
use crate::mutual_tls::CertificateSubject;
use crate::scope::Scopes;

/// The most redirect URIs and the most types of authorization details.
const MAX_LIST: usize = 20;
/// The longest name, in characters.
const MAX_TEXT: usize = 200;

/// The registration of a client as it is written, in the names of RFC 7591. What it does not say has a default.
#[expect(clippy::struct_excessive_bools, reason = "the members are those of RFC 7591")]
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RegisteredMetadata {
    /// Where answers may be sent (RFC 7591, 2).
    pub redirect_uris: Vec<String>,
    /// How the client authenticates (RFC 7591, 2); see [`TokenEndpointAuthMethod::default_for`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub token_endpoint_auth_method: Option<TokenEndpointAuthMethod>,
    /// The only algorithm of its assertions (OpenID Connect Registration 1.0, 2).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub token_endpoint_auth_signing_alg: Option<SigningAlgorithm>,
    /// What it may ask the token endpoint for (RFC 7591, 2); by default code and refresh.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub grant_types: Option<GrantTypes>,
    /// What it may ask the authorization endpoint for (RFC 7591, 2).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub response_types: Option<Vec<ResponseType>>,
    /// Its name, for people (RFC 7591, 2).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_name: Option<String>,
    /// Its page, for people (RFC 7591, 2).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_uri: Option<String>,
    /// Its keys by value (RFC 7591, 2).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub jwks: Option<Map<String, Value>>,
    /// Its keys by reference (RFC 7591, 2).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub jwks_uri: Option<String>,
    /// What it may ask for (RFC 7591, 2).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scope: Option<Scopes>,
    /// The subject of its certificate (RFC 8705, 2.1.2).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tls_client_auth_subject_dn: Option<String>,
    /// A host name of its certificate (RFC 8705, 2.1.2).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tls_client_auth_san_dns: Option<String>,
    /// A URI of its certificate (RFC 8705, 2.1.2).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tls_client_auth_san_uri: Option<String>,
    /// An address of its certificate (RFC 8705, 2.1.2).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tls_client_auth_san_ip: Option<String>,
    /// A mailbox of its certificate (RFC 8705, 2.1.2).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tls_client_auth_san_email: Option<String>,
    /// Its tokens are bound to its certificate (RFC 8705, 3.4).
    pub tls_client_certificate_bound_access_tokens: bool,
    /// Its tokens are bound by DPoP, always (RFC 9449, 5.2).
    pub dpop_bound_access_tokens: bool,
    /// Only pushed requests count (RFC 9126, 6).
    pub require_pushed_authorization_requests: bool,
    /// Only signed requests count (RFC 9101, 10.5).
    pub require_signed_request_object: bool,
    /// The only algorithm of its request objects (OpenID Connect Registration 1.0, 2).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request_object_signing_alg: Option<SigningAlgorithm>,
    /// How JARM answers are signed (JARM, 3).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub authorization_signed_response_alg: Option<SigningAlgorithm>,
    /// How id_tokens are signed (OpenID Connect Registration 1.0, 2).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id_token_signed_response_alg: Option<SigningAlgorithm>,
    /// How UserInfo is signed; plain JSON where it does not say (OpenID Connect Registration 1.0, 2).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub userinfo_signed_response_alg: Option<SigningAlgorithm>,
    /// How introspection answers are signed (RFC 9701, 6).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub introspection_signed_response_alg: Option<SigningAlgorithm>,
    /// Which kind of `sub` it gets (OpenID Connect Registration 1.0, 2).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subject_type: Option<SubjectType>,
    /// Whose host its subjects are made for (OpenID Connect Registration 1.0, 5).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sector_identifier_uri: Option<String>,
    /// Seconds after which the customer must log in anew (OpenID Connect Registration 1.0, 2).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub default_max_age: Option<u32>,
    /// What kind of application it is (OpenID Connect Registration 1.0, 2).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub application_type: Option<ApplicationType>,
    /// The types of authorization details that it will use (RFC 9396, 10).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub authorization_details_types: Option<Vec<String>>,
    /// Each refresh answers a new refresh token. A member of ours.
    pub refresh_token_rotation: bool,
}

impl RegisteredMetadata {
    /// How the client authenticates.
    pub fn auth_method(&self, profile: Profile) -> TokenEndpointAuthMethod {
        self.token_endpoint_auth_method
            .unwrap_or(TokenEndpointAuthMethod::default_for(profile))
    }

    /// The same with each default said, as the registration endpoint answers it (RFC 7591, 3.2.1).
    /// `signing` is what we sign with where the client does not say.
    #[must_use]
    pub fn with_defaults(self, profile: Profile, signing: Option<SigningAlgorithm>) -> Self {
        Self {
            token_endpoint_auth_method: Some(self.auth_method(profile)),
            grant_types: self.grant_types.or_else(|| Some(GrantTypes::default())),
            response_types: self.response_types.or_else(|| Some(vec![ResponseType::Code])),
            require_pushed_authorization_requests: self.require_pushed_authorization_requests
                || profile == Profile::Fapi2,
            authorization_signed_response_alg: self.authorization_signed_response_alg.or(signing),
            id_token_signed_response_alg: self.id_token_signed_response_alg.or(signing),
            introspection_signed_response_alg: self.introspection_signed_response_alg.or(signing),
            subject_type: Some(SubjectType::Pairwise),
            application_type: Some(ApplicationType::Web),
            ..self
        }
    }

    /// What must hold among the members, whoever wrote them.
    pub(super) fn check(&self, profile: Profile) -> Result<(), RegistrationError> {
        let redirects = &self.redirect_uris;
        if redirects.is_empty()
            || redirects.len() > MAX_LIST
            || !redirects.iter().all(|uri| is_plain_https_url(uri))
        {
            return Err(RegistrationError::RedirectUri);
        }
        let urls = [&self.client_uri, &self.jwks_uri, &self.sector_identifier_uri];
        if !urls.into_iter().flatten().all(|url| is_plain_https_url(url)) {
            return Err(RegistrationError::Url);
        }
        if self.jwks.is_some() && self.jwks_uri.is_some() {
            return Err(RegistrationError::TwoKeySources);
        }
        if self.tls_client_certificate_bound_access_tokens && self.dpop_bound_access_tokens {
            return Err(RegistrationError::TwoBindings);
        }
        let by_subject = self.auth_method(profile) == TokenEndpointAuthMethod::TlsClientAuth;
        if self.subject()?.is_some() != by_subject {
            return Err(RegistrationError::SubjectCount);
        }
        // RFC 7591, 2.1: the two lists belong together, and redirect URIs are of use to codes only.
        let codes = self
            .grant_types
            .as_ref()
            .is_none_or(|types| types.contains(GrantType::AuthorizationCode));
        if !codes || self.response_types.as_ref().is_some_and(Vec::is_empty) {
            return Err(RegistrationError::GrantTypes);
        }
        let details = self.authorization_details_types.iter().flatten();
        let texts = self.client_name.iter().chain(details.clone());
        if details.count() > MAX_LIST || !texts.into_iter().all(|text| is_short_text(text)) {
            return Err(RegistrationError::Size);
        }
        Ok(())
    }

    /// The sector of a client that registers so (OpenID Connect Core 1.0, 8.1): the host of `sector_identifier_uri`, else
    /// the one host of its redirect URIs, else (only without OpenID) the client itself.
    pub fn sector(&self, client_id: &str) -> String {
        let registered = self.sector_identifier_uri.as_deref().and_then(host_of);
        registered
            .or_else(|| single_host(&self.redirect_uris))
            .unwrap_or_else(|| client_id.to_owned())
    }

    /// The one registered subject of the certificate, if there is one (RFC 8705, 2.1.2).
    ///
    /// # Errors
    /// [`RegistrationError::SubjectCount`] and [`RegistrationError::Subject`].
    pub fn subject(&self) -> Result<Option<CertificateSubject>, RegistrationError> {
        let distinguished_name = self.tls_client_auth_subject_dn.as_deref();
        let mut subjects = [
            distinguished_name.map(CertificateSubject::distinguished_name),
            self.tls_client_auth_san_dns
                .as_deref()
                .map(CertificateSubject::dns),
            self.tls_client_auth_san_uri
                .as_deref()
                .map(CertificateSubject::uri),
            self.tls_client_auth_san_ip.as_deref().map(CertificateSubject::ip),
            self.tls_client_auth_san_email
                .as_deref()
                .map(CertificateSubject::email),
        ]
        .into_iter()
        .flatten();
        let only = subjects.next().transpose();
        if subjects.next().is_some() {
            return Err(RegistrationError::SubjectCount);
        }
        only.map_err(|_| RegistrationError::Subject)
    }
}

fn is_short_text(text: &str) -> bool {
    !text.is_empty() && text.chars().count() <= MAX_TEXT && !text.chars().any(char::is_control)
}
