//! What tokens are bound to: a certificate, a DPoP key, or nothing by exception (RFC 8705, 3; RFC 9449, 6; RFC 7800, 3.1).
//! Not here: certificates (`mutual_tls`) and proofs (`dpop`) themselves.

use serde::{Deserialize, Serialize};

use crate::bearer::BearerError;
use crate::client::{AuthenticationMethod, TokenBinding};
use crate::client_authentication::AuthenticatedClient;
use crate::dpop::{DpopError, VerifiedProof};
use crate::error::{ErrorCode, OAuthError};
use crate::jwks::JwkThumbprint;
use crate::mutual_tls::{CertificateThumbprint, PeerCertificate};

/// What a token is bound to. Only an authenticated client with its certificate or its proof, or a stated exception,
/// make one; no token is issued without.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SenderConstraint(Confirmation);

impl SenderConstraint {
    /// The constraint for tokens issued now to this client over this connection (RFC 8705, 3; RFC 9449, 5), as its
    /// [`TokenBinding`] says.
    ///
    /// # Errors
    /// `invalid_request` when a certificate is needed and none was shown, `invalid_dpop_proof` when a proof is needed and
    /// none came.
    pub fn establish(
        client: &AuthenticatedClient,
        certificate: Option<&PeerCertificate>,
        proof: Option<&VerifiedProof>,
    ) -> Result<Self, OAuthError> {
        let shown = certificate.map(|shown| Confirmation::Certificate(shown.thumbprint()));
        let proven = proof.map(|proof| Confirmation::Key(proof.thumbprint()));
        let confirmation = match client.metadata().token_binding() {
            TokenBinding::Mtls => shown.ok_or(OAuthError::new(
                ErrorCode::InvalidRequest,
                "tokens of this client are bound to a client certificate, and none was shown; use mtls_endpoint_aliases",
            )),
            TokenBinding::Dpop => proven.ok_or(
                DpopError::InvalidProof("tokens of this client are bound by DPoP, and no proof came").into(),
            ),
            TokenBinding::MtlsOrDpop => proven.or(shown).ok_or(OAuthError::new(
                ErrorCode::InvalidRequest,
                "tokens of this client are bound to a DPoP key or a client certificate, and neither came",
            )),
            TokenBinding::Bearer(_) => Ok(proven.unwrap_or(Confirmation::Unbound)),
        };
        confirmation.map(Self)
    }

    /// What to store with the token.
    pub const fn confirmation(&self) -> Confirmation {
        self.0
    }

    /// The `token_type` of the answer (RFC 9449, 5). A certificate-bound token is of type `Bearer` (RFC 8705, 3).
    pub const fn token_type(&self) -> &'static str {
        match self.0 {
            Confirmation::Key(_) => "DPoP",
            Confirmation::Certificate(_) | Confirmation::Unbound => "Bearer",
        }
    }
}

/// The stored form of a constraint; serialised it is the content of `cnf`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Members", into = "Members")]
pub enum Confirmation {
    /// `x5t#S256` (RFC 8705, 3.1).
    Certificate(CertificateThumbprint),
    /// `jkt` (RFC 9449, 6.1).
    Key(JwkThumbprint),
    /// No member: the token works for whoever bears it while its client's exception stands.
    Unbound,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Members {
    #[serde(rename = "x5t#S256", default, skip_serializing_if = "Option::is_none")]
    x5t_s256: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    jkt: Option<JwkThumbprint>,
}

impl From<Confirmation> for Members {
    fn from(confirmation: Confirmation) -> Self {
        let (x5t_s256, jkt) = match confirmation {
            Confirmation::Certificate(thumbprint) => (Some(thumbprint.to_base64url()), None),
            Confirmation::Key(thumbprint) => (None, Some(thumbprint)),
            Confirmation::Unbound => (None, None),
        };
        Self { x5t_s256, jkt }
    }
}

impl TryFrom<Members> for Confirmation {
    type Error = &'static str;

    fn try_from(members: Members) -> Result<Self, Self::Error> {
        match (members.x5t_s256, members.jkt) {
            (Some(text), None) => CertificateThumbprint::parse(&text)
                .map(Self::Certificate)
                .ok_or("x5t#S256 is no thumbprint"),
            (None, Some(thumbprint)) => Ok(Self::Key(thumbprint)),
            (None, None) => Ok(Self::Unbound),
            (Some(_), Some(_)) => Err("a token is bound to one thing"),
        }
    }
}

impl Confirmation {
    /// Checks the use of a token at a protected resource (RFC 8705, 3; RFC 9449, 7.1 and 7.2): it came with the
    /// certificate or the proof that it is bound to. `proof` is there exactly where the token came under the scheme `DPoP`
    /// ([`crate::dpop::resource::PresentedToken::proof`]), so a bound token under the wrong scheme is refused. A token
    /// without binding passes only while its client's exception stands.
    pub fn check(
        &self,
        binding: &TokenBinding,
        certificate: Option<&PeerCertificate>,
        proof: Option<&VerifiedProof>,
    ) -> Result<(), BearerError> {
        let good = match (self, proof) {
            (Self::Key(bound), Some(proof)) => proof.thumbprint() == *bound,
            (Self::Certificate(bound), None) => certificate.is_some_and(|shown| shown.thumbprint() == *bound),
            (Self::Unbound, None) => matches!(binding, TokenBinding::Bearer(_)),
            (Self::Key(_), None) | (Self::Certificate(_) | Self::Unbound, Some(_)) => false,
        };
        if good {
            Ok(())
        } else {
            Err(BearerError::InvalidToken)
        }
    }

    /// Checks the use of a refresh token whose access tokens were bound in this way. The client is authenticated, and the
    /// token is its own ([`AuthenticatedClient::must_own`]); what more is needed:
    ///
    /// - Bound to a DPoP key: a proof of the same key. RFC 9449, 5 demands this of public clients only; we demand it of
    ///   all, so that a stolen client key alone does not move a permission to another DPoP key.
    /// - Bound to a certificate: nothing more where the client authenticates with a key of its own, for then the token is
    ///   bound to that key (RFC 8705, 7.1), and a renewed certificate does not end the permission. A client that shows a
    ///   mere secret brings the same certificate. The kind stays: where a client may have either, a proof would bind the new
    ///   tokens to a key that the permission has never seen.
    /// - Unbound: nothing more.
    ///
    /// # Errors
    /// `invalid_grant`.
    pub fn binds_refresh(
        &self,
        client: &AuthenticatedClient,
        certificate: Option<&PeerCertificate>,
        proof: Option<&VerifiedProof>,
    ) -> Result<(), OAuthError> {
        let good = match self {
            Self::Key(bound) => proof.is_some_and(|proof| proof.thumbprint() == *bound),
            Self::Certificate(bound) => {
                let binding = client.metadata().token_binding();
                let changes_kind = proof.is_some() && !matches!(binding, TokenBinding::Mtls);
                let proven = has_key_of_its_own(client.metadata().authentication())
                    || certificate.is_some_and(|shown| shown.thumbprint() == *bound);
                proven && !changes_kind
            }
            Self::Unbound => true,
        };
        if good {
            Ok(())
        } else {
            Err(OAuthError::new(
                ErrorCode::InvalidGrant,
                "the refresh token is bound to another DPoP key or client certificate",
            ))
        }
    }
}

const fn has_key_of_its_own(method: &AuthenticationMethod) -> bool {
    matches!(
        method,
        AuthenticationMethod::PrivateKeyJwt
            | AuthenticationMethod::TlsClientAuth { .. }
            | AuthenticationMethod::SelfSignedTlsClientAuth { .. }
    )
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::client::{BearerException, ClientMetadata, ClientRegistration};
    use crate::test_clients::{
        authenticated, baseline_client, baseline_registration, certificate_named, fapi2_client,
        fapi2_registration,
    };

    const KEY: JwkThumbprint = JwkThumbprint::from_bytes([1; 32]);
    const OTHER_KEY: JwkThumbprint = JwkThumbprint::from_bytes([2; 32]);

    fn certificate() -> PeerCertificate {
        PeerCertificate::from_handshake(&certificate_named("a")).unwrap()
    }

    fn exception() -> TokenBinding {
        TokenBinding::Bearer(BearerException::find(&["baseline"], "baseline").unwrap())
    }

    fn bound_by(registration: ClientRegistration, token_binding: TokenBinding) -> AuthenticatedClient {
        let registration = ClientRegistration {
            token_binding,
            ..registration
        };
        authenticated(&Arc::new(ClientMetadata::try_from(registration).unwrap()))
    }

    #[test]
    fn each_binding_takes_what_it_says() {
        let shown = certificate();
        let certificate_bound = Ok((Confirmation::Certificate(shown.thumbprint()), "Bearer"));
        let key_bound = Ok((Confirmation::Key(KEY), "DPoP"));
        let unbound = Ok((Confirmation::Unbound, "Bearer"));
        let (request, proof) = (Err(ErrorCode::InvalidRequest), Err(ErrorCode::InvalidDpopProof));
        // By what came: nothing, certificate, proof, both.
        for (binding, expected) in [
            (
                TokenBinding::Mtls,
                [request, certificate_bound, request, certificate_bound],
            ),
            (TokenBinding::Dpop, [proof, proof, key_bound, key_bound]),
            (
                TokenBinding::MtlsOrDpop,
                [request, certificate_bound, key_bound, key_bound],
            ),
            (exception(), [unbound, unbound, key_bound, key_bound]),
        ] {
            let client = bound_by(baseline_registration(), binding.clone());
            let proof = VerifiedProof::for_tests(KEY);
            let brought = [
                (None, None),
                (Some(&shown), None),
                (None, Some(&proof)),
                (Some(&shown), Some(&proof)),
            ];
            for ((certificate, proof), expected) in brought.into_iter().zip(expected) {
                let outcome = SenderConstraint::establish(&client, certificate, proof)
                    .map(|constraint| (constraint.confirmation(), constraint.token_type()))
                    .map_err(|error| error.code());
                let what = (certificate.is_some(), proof.is_some());
                assert_eq!(outcome, expected, "{binding:?} {what:?}");
            }
        }
    }

    #[test]
    fn a_bound_token_serves_its_holder_under_its_scheme_only() {
        let (own, other) = (certificate(), certificate());
        let (key, other_key) = (VerifiedProof::for_tests(KEY), VerifiedProof::for_tests(OTHER_KEY));
        let by_certificate = Confirmation::Certificate(own.thumbprint());
        let by_key = Confirmation::Key(KEY);
        // Not even an exception that is stated later opens a bound token.
        for binding in [
            TokenBinding::Mtls,
            TokenBinding::Dpop,
            TokenBinding::MtlsOrDpop,
            exception(),
        ] {
            let excepted = matches!(binding, TokenBinding::Bearer(_));
            for (confirmation, certificate, proof, good) in [
                (by_certificate, Some(&own), None, true),
                (by_certificate, Some(&other), None, false),
                (by_certificate, None, None, false),
                (by_certificate, Some(&own), Some(&key), false),
                (by_certificate, None, Some(&key), false),
                (by_key, None, Some(&key), true),
                (by_key, Some(&own), Some(&key), true),
                (by_key, None, Some(&other_key), false),
                (by_key, None, None, false),
                (by_key, Some(&own), None, false),
                (Confirmation::Unbound, None, None, excepted),
                (Confirmation::Unbound, Some(&own), None, excepted),
                (Confirmation::Unbound, None, Some(&key), false),
            ] {
                let outcome = confirmation.check(&binding, certificate, proof);
                let what = (certificate.is_some(), proof.is_some());
                assert_eq!(outcome.is_ok(), good, "{confirmation:?} {binding:?} {what:?}");
                assert!(good || outcome == Err(BearerError::InvalidToken));
            }
        }
    }

    #[test]
    fn a_bearer_token_ends_with_its_exception() {
        let excepted = baseline_client();
        let constraint = SenderConstraint::establish(&authenticated(&excepted), None, None).unwrap();
        let confirmation = constraint.confirmation();
        assert_eq!(confirmation.check(excepted.token_binding(), None, None), Ok(()));
        assert_eq!(
            confirmation.check(fapi2_client().token_binding(), None, None),
            Err(BearerError::InvalidToken)
        );
    }

    #[test]
    fn refresh_tokens_are_bound_to_client_and_key() {
        let (own, renewed) = (certificate(), certificate());
        let (key, other_key) = (VerifiedProof::for_tests(KEY), VerifiedProof::for_tests(OTHER_KEY));
        let by_certificate = Confirmation::Certificate(own.thumbprint());
        let with_key = bound_by(fapi2_registration(), TokenBinding::MtlsOrDpop);
        let with_certificates_only = bound_by(fapi2_registration(), TokenBinding::Mtls);
        let with_secret = bound_by(baseline_registration(), TokenBinding::MtlsOrDpop);
        for (confirmation, client, certificate, proof, good) in [
            (Confirmation::Key(KEY), &with_key, None, Some(&key), true),
            (Confirmation::Key(KEY), &with_key, None, Some(&other_key), false),
            (Confirmation::Key(KEY), &with_key, Some(&own), None, false),
            (Confirmation::Key(KEY), &with_secret, None, None, false),
            (by_certificate, &with_key, Some(&renewed), None, true),
            (by_certificate, &with_key, None, None, true),
            (by_certificate, &with_key, Some(&own), Some(&key), false),
            (by_certificate, &with_certificates_only, None, Some(&key), true),
            (by_certificate, &with_secret, Some(&own), None, true),
            (by_certificate, &with_secret, Some(&renewed), None, false),
            (by_certificate, &with_secret, None, Some(&key), false),
            (Confirmation::Unbound, &with_secret, None, None, true),
        ] {
            let outcome = confirmation.binds_refresh(client, certificate, proof);
            let expected = if good {
                Ok(())
            } else {
                Err(ErrorCode::InvalidGrant)
            };
            let what = (client.client_id(), certificate.is_some(), proof.is_some());
            assert_eq!(
                outcome.map_err(|error| error.code()),
                expected,
                "{confirmation:?} {what:?}"
            );
        }
    }

    #[test]
    fn the_form_of_cnf() {
        let thumbprint = KEY.to_base64url();
        for (confirmation, json) in [
            (Confirmation::Unbound, "{}".to_owned()),
            (Confirmation::Key(KEY), format!(r#"{{"jkt":"{thumbprint}"}}"#)),
            (
                Confirmation::Certificate(CertificateThumbprint::from_bytes([1; 32])),
                format!(r#"{{"x5t#S256":"{thumbprint}"}}"#),
            ),
        ] {
            assert_eq!(serde_json::to_string(&confirmation).unwrap(), json);
            assert_eq!(serde_json::from_str::<Confirmation>(&json).unwrap(), confirmation);
        }
        for json in [
            "null".to_owned(),
            r#"{"jkt":""}"#.to_owned(),
            r#"{"x5t#S256":"AAAA"}"#.to_owned(),
            r#"{"jwk":{}}"#.to_owned(),
            format!(r#"{{"jkt":"{thumbprint}","x5t#S256":"{thumbprint}"}}"#),
            format!(r#"{{"jkt":"{thumbprint}","jkt":"{thumbprint}"}}"#),
        ] {
            assert!(serde_json::from_str::<Confirmation>(&json).is_err(), "{json}");
        }
    }
}
