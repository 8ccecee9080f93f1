//! From what is written to the client that it makes (RFC 7591, 2): the one bridge to `client`.
//! Not here: the checks that hold for every client, which `ClientMetadata` makes.

use jsonwebtoken::Algorithm;

use super::keys::RegisteredKeys;
use super::metadata::RegisteredMetadata;
use super::values::TokenEndpointAuthMethod;
use crate::client::{
    AuthenticationMethod, BearerException, ClientPreferences, ClientRegistration, ClientSecretHash,
    PkceException, Profile, RegistrationError, TokenBinding, host_of,
};

/// The operator's lists of clients, by identifier, that may do without something.
#[derive(Clone, Copy, Debug, Default)]
pub struct OperatorExceptions<'a> {
    /// Those that may have unbound tokens.
    pub bearer: &'a [String],
    /// Those that may do without PKCE.
    pub pkce: &'a [String],
}

impl RegisteredMetadata {
    /// The registration that this makes. `fetched` are the keys at `jwks_uri`, where there is one; `secret` is the
    /// hash of the client secret, where one was issued.
    ///
    /// # Errors
    /// Where members contradict each other, or need something that is not there. The result still has to
    /// become a `ClientMetadata`.
    pub fn into_registration(
        self,
        client_id: &str,
        profile: Profile,
        fetched: Option<RegisteredKeys>,
        exceptions: &OperatorExceptions<'_>,
        secret: Option<ClientSecretHash>,
    ) -> Result<ClientRegistration, RegistrationError> {
        self.check(profile)?;
        let keys = match &self.jwks {
            Some(set) => Some(RegisteredKeys::from_set(set)?),
            None => fetched.filter(|_| self.jwks_uri.is_some()),
        };
        Ok(ClientRegistration {
            client_id: client_id.to_owned(),
            profile,
            authentication: self.authentication(profile, keys.as_ref(), secret)?,
            keys: keys.map(RegisteredKeys::into_keys),
            scopes: self.scope.clone().unwrap_or_default(),
            token_binding: self.token_binding(client_id, profile, exceptions)?,
            pkce_exception: PkceException::find(exceptions.pkce, client_id),
            preferences: self.preferences()?,
            redirect_uris: self.redirect_uris,
        })
    }

    fn authentication(
        &self,
        profile: Profile,
        keys: Option<&RegisteredKeys>,
        secret: Option<ClientSecretHash>,
    ) -> Result<AuthenticationMethod, RegistrationError> {
        let secret = || secret.ok_or(RegistrationError::SecretMissing);
        Ok(match self.auth_method(profile) {
            TokenEndpointAuthMethod::PrivateKeyJwt => AuthenticationMethod::PrivateKeyJwt,
            TokenEndpointAuthMethod::TlsClientAuth => AuthenticationMethod::TlsClientAuth {
                subject: self.subject()?.ok_or(RegistrationError::SubjectCount)?,
            },
            TokenEndpointAuthMethod::SelfSignedTlsClientAuth => {
                AuthenticationMethod::SelfSignedTlsClientAuth {
                    certificates: keys.ok_or(RegistrationError::Certificates)?.certificates()?,
                }
            }
            TokenEndpointAuthMethod::ClientSecretBasic => {
                AuthenticationMethod::ClientSecretBasic { secret: secret()? }
            }
            TokenEndpointAuthMethod::ClientSecretPost => {
                AuthenticationMethod::ClientSecretPost { secret: secret()? }
            }
        })
    }

    fn token_binding(
        &self,
        client_id: &str,
        profile: Profile,
        exceptions: &OperatorExceptions<'_>,
    ) -> Result<TokenBinding, RegistrationError> {
        if self.tls_client_certificate_bound_access_tokens {
            return Ok(TokenBinding::Mtls);
        }
        if self.dpop_bound_access_tokens {
            return Ok(TokenBinding::Dpop);
        }
        match profile {
            // FAPI 2.0 binds every token; the client leaves open how.
            Profile::Fapi2 => Ok(TokenBinding::MtlsOrDpop),
            Profile::Baseline => BearerException::find(exceptions.bearer, client_id)
                .map(TokenBinding::Bearer)
                .ok_or(RegistrationError::UnboundTokens),
        }
    }

    fn preferences(&self) -> Result<ClientPreferences, RegistrationError> {
        let sector_identifier = self
            .sector_identifier_uri
            .as_deref()
            .map(|uri| host_of(uri).ok_or(RegistrationError::Url))
            .transpose()?;
        Ok(ClientPreferences {
            grant_types: self.grant_types.clone().unwrap_or_default(),
            token_endpoint_auth_signing_alg: self.token_endpoint_auth_signing_alg.map(Algorithm::from),
            authorization_details_types: self.authorization_details_types.clone(),
            require_pushed_authorization_requests: self.require_pushed_authorization_requests,
            require_signed_request_object: self.require_signed_request_object,
            request_object_signing_alg: self.request_object_signing_alg.map(Algorithm::from),
            authorization_signed_response_alg: self.authorization_signed_response_alg.map(Algorithm::from),
            id_token_signed_response_alg: self.id_token_signed_response_alg.map(Algorithm::from),
            userinfo_signed_response_alg: self.userinfo_signed_response_alg.map(Algorithm::from),
            introspection_signed_response_alg: self.introspection_signed_response_alg.map(Algorithm::from),
            default_max_age: self.default_max_age,
            sector_identifier,
            refresh_token_rotation: self.refresh_token_rotation,
        })
    }
}
