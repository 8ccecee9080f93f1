//! Client authentication at the direct endpoints: exactly one method, and the one registered (RFC 6749, 2.3; RFC 7523; RFC 8705, 2).
//! Not here: looking clients up, judging certificate chains, and remembering used assertions; the server does these.
//!
//! The order of things:
//! 1. [`PresentedCredentials::extract`] from headers, form and connection;
//! 2. the server looks up [`PresentedCredentials::client_id`] (a suspended client counts as unknown);
//! 3. [`PresentedCredentials::verify`] answers an [`Authentication`];
//! 4. for an assertion the server records [`PendingAuthentication::assertion_use`] in its replay store
//!    and says to [`PendingAuthentication::recorded`] whether it was new.

mod basic;
mod decoy;

use std::sync::Arc;

use http::HeaderMap;
use http::header::AUTHORIZATION;
use zeroize::Zeroizing;

use crate::client::{AuthenticationMethod, ClientMetadata, ClientSecretHash, MAX_CLIENT_ID};
use crate::client_assertion::{self, AssertionUse};
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
    Secret(Transport, Zeroizing<String>),
    Certificate(PeerCertificate),
}

/// How a secret came: each is a method of its own (RFC 6749, 2.3.1).
#[derive(Clone, Copy, PartialEq, Eq)]
enum Transport {
    Basic,
    Post,
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
        let secret = form.get("client_secret");
        if usize::from(header.is_some()) + usize::from(assertion.is_some()) + usize::from(secret.is_some())
            > 1
        {
            return Err(OAuthError::invalid_request(
                "more than one client authentication method",
            ));
        }
        let form_client_id = form.get("client_id");
        let (client_id, method) = if let Some(header) = header {
            let (client_id, secret) = basic::decode(header).ok_or(OAuthError::invalid_client())?;
            (client_id, Presented::Secret(Transport::Basic, secret))
        } else if let Some(jwt) = assertion {
            // Without client_id the assertion names the client (RFC 7521, 4.2); it is verified later.
            let subject = client_assertion::claimed_subject(jwt).ok_or(OAuthError::invalid_client())?;
            (subject, Presented::Assertion(Zeroizing::new(jwt.to_owned())))
        } else if let Some(secret) = secret {
            let client_id = form.require("client_id", "client_secret needs client_id beside it")?;
            let secret = Zeroizing::new(secret.to_owned());
            (client_id.to_owned(), Presented::Secret(Transport::Post, secret))
        } else {
            let (client_id, certificate) = form_client_id
                .zip(certificate)
                .ok_or(OAuthError::invalid_client())?;
            (client_id.to_owned(), Presented::Certificate(certificate.clone()))
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
        let client = client.filter(|client| client.client_id() == self.client_id);
        match &self.method {
            Presented::Secret(transport, secret) => {
                let stored = client
                    .as_deref()
                    .and_then(|client| stored_secret(client, *transport));
                let good = stored.map_or_else(
                    || {
                        // The same work where there is no such client or it has no secret.
                        let _ = ClientSecretHash::from_bytes([0; 32]).matches(secret);
                        false
                    },
                    |stored| stored.matches(secret),
                );
                client
                    .filter(|_| good)
                    .map(Authentication::complete)
                    .ok_or(OAuthError::invalid_client())
            }
            Presented::Certificate(shown) => client
                .filter(|client| has_certificate(client, shown, chain, now))
                .map(Authentication::complete)
                .ok_or(OAuthError::invalid_client()),
            Presented::Assertion(jwt) => {
                let used = decoy::keys().and_then(|stand_ins| {
                    client_assertion::verify(jwt, client.as_deref(), stand_ins, &self.client_id, issuer, now)
                });
                let (metadata, used) = client.zip(used).ok_or(OAuthError::invalid_client())?;
                Ok(Authentication::AwaitsReplayCheck(PendingAuthentication {
                    metadata,
                    used,
                }))
            }
        }
    }
}

/// The secret of a client that is registered for this way of sending it.
fn stored_secret(client: &ClientMetadata, transport: Transport) -> Option<&ClientSecretHash> {
    match (transport, client.authentication()) {
        (Transport::Basic, AuthenticationMethod::ClientSecretBasic { secret })
        | (Transport::Post, AuthenticationMethod::ClientSecretPost { secret }) => Some(secret),
        _ => None,
    }
}

/// RFC 8705, 2: the certificate is the client's, by a good chain and its subject, or as one that was registered.
fn has_certificate(
    client: &ClientMetadata,
    shown: &PeerCertificate,
    chain: Option<&VerifiedChain>,
    now: i64,
) -> bool {
    match client.authentication() {
        AuthenticationMethod::TlsClientAuth { subject } => {
            chain.is_some_and(|chain| chain.certificate().der() == shown.der() && chain.has_subject(subject))
        }
        AuthenticationMethod::SelfSignedTlsClientAuth { certificates } => certificates.admit(shown, now),
        _ => false,
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

impl Authentication {
    fn complete(metadata: Arc<ClientMetadata>) -> Self {
        Self::Complete(AuthenticatedClient { metadata })
    }
}

/// A good assertion that still needs the replay check (RFC 7523, 3, item 7).
#[derive(Debug)]
pub struct PendingAuthentication {
    metadata: Arc<ClientMetadata>,
    used: AssertionUse,
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
