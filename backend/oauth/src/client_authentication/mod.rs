//! Client authentication at the direct endpoints: exactly one method, and the one registered (RFC 6749, 2.3; RFC 7523; RFC 8705, 2.1).
//! Not here: looking clients up, judging certificate chains, and remembering used assertions; the server does these.
//!
//! The order of things:
//! 1. [`PresentedCredentials::extract`] from headers, form and connection;
//! 2. the server looks up [`PresentedCredentials::client_id`] (a suspended client counts as unknown);
//! 3. [`PresentedCredentials::verify`] answers an [`Authentication`];
//! 4. for an assertion the server records [`PendingAuthentication::assertion_use`] in its replay store
//!    and says to [`PendingAuthentication::recorded`] whether it was new.

mod assertion;
mod basic;

use std::sync::Arc;

use http::HeaderMap;
use http::header::AUTHORIZATION;
use zeroize::Zeroizing;

pub use self::assertion::MAX_ASSERTION_LIFETIME;
use crate::client::{AuthenticationMethod, ClientMetadata, ClientSecretHash, MAX_CLIENT_ID};
use crate::error::OAuthError;
use crate::issuer_identification::Issuer;
use crate::mutual_tls::{PeerCertificate, VerifiedChain};
use crate::parameters::{Parameters, is_visible_ascii};

/// `client_assertion_type` (RFC 7523, 2.2).
const JWT_BEARER: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// What a client presented, not yet believed.
pub struct PresentedCredentials {
    client_id: String,
    method: Presented,
}

enum Presented {
    Assertion(Zeroizing<String>),
    Secret(Zeroizing<String>),
    Certificate,
}

impl std::fmt::Debug for PresentedCredentials {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PresentedCredentials")
            .field("client_id", &self.client_id)
            .finish_non_exhaustive()
    }
}

impl PresentedCredentials {
    /// Finds the one method that the request uses (RFC 6749, 2.3: never more than one). A certificate
    /// beside an assertion or a secret is no second method: tokens are bound to it.
    ///
    /// # Errors
    /// `invalid_request` for two methods or half of one, `invalid_client` for none or one not served.
    pub fn extract(
        headers: &HeaderMap,
        form: &Parameters,
        certificate: Option<&PeerCertificate>,
    ) -> Result<Self, OAuthError> {
        let mut authorizations = headers.get_all(AUTHORIZATION).iter();
        let header = authorizations.next();
        if authorizations.next().is_some() {
            return Err(OAuthError::invalid_request("more than one Authorization header"));
        }
        let assertion = match (form.get("client_assertion_type"), form.get("client_assertion")) {
            (None, None) => None,
            (Some(JWT_BEARER), Some(assertion)) => Some(assertion),
            (Some(JWT_BEARER), None) => {
                return Err(OAuthError::invalid_request("client_assertion is missing"));
            }
            (None, Some(_)) => return Err(OAuthError::invalid_request("client_assertion_type is missing")),
            (Some(_), _) => {
                return Err(OAuthError::invalid_request(
                    "client_assertion_type is not supported",
                ));
            }
        };
        let secret_in_form = form.get("client_secret").is_some();
        if usize::from(header.is_some()) + usize::from(assertion.is_some()) + usize::from(secret_in_form) > 1
        {
            return Err(OAuthError::invalid_request(
                "more than one client authentication method",
            ));
        }
        if secret_in_form {
            // client_secret_post is neither announced nor served.
            return Err(OAuthError::invalid_client());
        }
        let form_client_id = form.get("client_id");
        let (client_id, method) = if let Some(header) = header {
            let (client_id, secret) =
                basic::decode(header).ok_or(OAuthError::invalid_client().with_challenge(true))?;
            (client_id, Presented::Secret(secret))
        } else if let Some(jwt) = assertion {
            // Without client_id the assertion names the client (RFC 7521, 4.2); it is verified later.
            let subject = assertion::claimed_subject(jwt).ok_or(OAuthError::invalid_client())?;
            (subject, Presented::Assertion(Zeroizing::new(jwt.to_owned())))
        } else {
            let client_id = form_client_id.filter(|_| certificate.is_some());
            (
                client_id.ok_or(OAuthError::invalid_client())?.to_owned(),
                Presented::Certificate,
            )
        };
        if form_client_id.is_some_and(|named| named != client_id) {
            return Err(OAuthError::invalid_request(
                "client_id is not the client that authenticates",
            ));
        }
        // A name out of a JWT may hold anything; such a one is not registered, and not every database bears it.
        if !is_visible_ascii(&client_id, MAX_CLIENT_ID) {
            return Err(OAuthError::invalid_client());
        }
        Ok(Self { client_id, method })
    }

    /// Which client this claims to be; for the look-up only.
    pub fn client_id(&self) -> &str {
        &self.client_id
    }

    /// Checks the credentials against the registration.
    ///
    /// `client` is `None` for an unknown or suspended client: the answer is the same as for wrong
    /// credentials. `chain` is the certificate of the connection, if the TLS side found its chain good.
    /// `now` is in seconds since the epoch.
    ///
    /// # Errors
    /// `invalid_client`, always the same.
    pub fn verify(
        &self,
        client: Option<Arc<ClientMetadata>>,
        chain: Option<&VerifiedChain>,
        issuer: &Issuer,
        now: i64,
    ) -> Result<Authentication, OAuthError> {
        let by_secret = matches!(self.method, Presented::Secret(_));
        let refused = OAuthError::invalid_client().with_challenge(by_secret);
        let Some(client) = client.filter(|client| client.client_id() == self.client_id) else {
            if let Presented::Secret(secret) = &self.method {
                // The same work as for a known client.
                let _ = ClientSecretHash::from_bytes([0; 32]).matches(secret);
            }
            return Err(refused);
        };
        match (&self.method, client.authentication()) {
            (Presented::Secret(secret), AuthenticationMethod::ClientSecretBasic { secret: stored })
                if stored.matches(secret) =>
            {
                Ok(Authentication::Complete(AuthenticatedClient { metadata: client }))
            }
            (Presented::Certificate, AuthenticationMethod::TlsClientAuth { subject })
                if chain.is_some_and(|chain| chain.has_subject(subject)) =>
            {
                Ok(Authentication::Complete(AuthenticatedClient { metadata: client }))
            }
            (Presented::Assertion(jwt), AuthenticationMethod::PrivateKeyJwt) => {
                let keys = client.keys().ok_or(refused)?;
                let used = assertion::verify(jwt, keys, &self.client_id, issuer, now).ok_or(refused)?;
                Ok(Authentication::AwaitsReplayCheck(PendingAuthentication {
                    metadata: client,
                    used,
                }))
            }
            _ => Err(refused),
        }
    }
}

/// The outcome of good credentials.
#[derive(Debug)]
pub enum Authentication {
    /// The client is authenticated.
    Complete(AuthenticatedClient),
    /// The assertion is good; whether it was used before is for the server's replay store to say.
    AwaitsReplayCheck(PendingAuthentication),
}

/// A good assertion that still needs the replay check (RFC 7523, 3, item 7).
#[derive(Debug)]
pub struct PendingAuthentication {
    metadata: Arc<ClientMetadata>,
    used: AssertionUse,
}

/// The use of an assertion, to be recorded atomically: unique by client and `jti`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AssertionUse {
    /// The client.
    pub client_id: String,
    /// The assertion's identifier, at most 255 characters of any kind.
    pub jti: String,
    /// Seconds since the epoch; from then on the assertion is refused by its age and the record may go.
    pub keep_until: i64,
}

impl PendingAuthentication {
    /// What to record.
    pub const fn assertion_use(&self) -> &AssertionUse {
        &self.used
    }

    /// Finishes the authentication: `first_use` says that the record was new.
    pub fn recorded(self, first_use: bool) -> Result<AuthenticatedClient, OAuthError> {
        if first_use {
            Ok(AuthenticatedClient {
                metadata: self.metadata,
            })
        } else {
            Err(OAuthError::invalid_client())
        }
    }
}

/// A client that proved who it is. Only this module makes one.
#[derive(Clone, Debug)]
pub struct AuthenticatedClient {
    metadata: Arc<ClientMetadata>,
}

impl AuthenticatedClient {
    /// Its registration.
    pub fn metadata(&self) -> &ClientMetadata {
        &self.metadata
    }

    /// Its identifier.
    pub fn client_id(&self) -> &str {
        self.metadata.client_id()
    }

    /// Refuses what belongs to another client with the answer for an unknown grant.
    pub fn must_own(&self, client_id: &str) -> Result<(), OAuthError> {
        if client_id == self.client_id() {
            Ok(())
        } else {
            Err(OAuthError::invalid_grant())
        }
    }

    #[cfg(test)]
    pub(crate) fn for_tests(metadata: Arc<ClientMetadata>) -> Self {
        Self { metadata }
    }
}

#[cfg(test)]
mod tests;
