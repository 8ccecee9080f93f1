//! Requests to register (RFC 7591, 3.1) and to change a registration (RFC 7592, 2.2), within the operator's terms.
//! Not here: who asks, and issuing identifiers, secrets and tokens.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::Algorithm;
use serde_json::{Map, Value};

use super::metadata::RegisteredMetadata;
use super::reading::{invalid_metadata, members, metadata};
use super::values::SigningAlgorithm;
use super::{RegistrationOffer, RegistrationTerms};
use crate::client::ClientSecretHash;
use crate::error::{ErrorCode, OAuthError};

/// Members of our answer that must not come back in an update (RFC 7592, 2.2).
const OURS: [&str; 4] = [
    "registration_access_token",
    "registration_client_uri",
    "client_secret_expires_at",
    "client_id_issued_at",
];

/// What the client was given, to be compared with what an update says.
#[derive(Clone, Copy, Debug)]
pub struct CurrentCredentials<'a> {
    /// Its identifier.
    pub client_id: &'a str,
    /// The hash of its secret, if it has one.
    pub secret: Option<&'a ClientSecretHash>,
}

/// Reads a registration request (RFC 7591, 3.1): the metadata to store, with each default said.
///
/// # Errors
/// Those of RFC 7591, 3.2.2.
pub fn read_request(
    body: &[u8],
    terms: &RegistrationTerms,
    offer: &RegistrationOffer<'_>,
) -> Result<RegisteredMetadata, OAuthError> {
    admit(&members(body)?, terms, offer)
}

/// Reads an update (RFC 7592, 2.2): the metadata that replaces what is stored. `terms` are those of the initial
/// access token that the client once registered with.
///
/// # Errors
/// Those of RFC 7591, 3.2.2; `invalid_client_metadata` also where the update is not of this client.
pub fn read_update(
    body: &[u8],
    current: CurrentCredentials<'_>,
    terms: &RegistrationTerms,
    offer: &RegistrationOffer<'_>,
) -> Result<RegisteredMetadata, OAuthError> {
    let members = members(body)?;
    if OURS.iter().any(|name| members.contains_key(*name)) {
        return Err(invalid_metadata(
            "an update must not hold registration_access_token, registration_client_uri, client_secret_expires_at or client_id_issued_at",
        ));
    }
    if members.get("client_id").and_then(Value::as_str) != Some(current.client_id) {
        return Err(invalid_metadata(
            "an update must hold the client_id of the client",
        ));
    }
    let is_current = |presented: &Value| {
        let secret = presented.as_str().zip(current.secret);
        secret.is_some_and(|(presented, secret)| secret.matches(presented))
    };
    if members
        .get("client_secret")
        .is_some_and(|presented| !is_current(presented))
    {
        return Err(invalid_metadata("client_secret is not the one issued"));
    }
    admit(&members, terms, offer)
}

fn admit(
    members: &Map<String, Value>,
    terms: &RegistrationTerms,
    offer: &RegistrationOffer<'_>,
) -> Result<RegisteredMetadata, OAuthError> {
    if let Some(statement) = members.get("software_statement") {
        return Err(refused_statement(statement));
    }
    let asked = metadata(members)?;
    let scopes = match asked.scope.clone().filter(|scopes| !scopes.is_empty()) {
        None => terms.scopes.clone(),
        Some(scopes) if scopes.is_subset_of(&terms.scopes) => scopes,
        Some(_) => {
            return Err(invalid_metadata(
                "scope goes beyond what the operator allows this client",
            ));
        }
    };
    let signatures = [
        asked.authorization_signed_response_alg,
        asked.id_token_signed_response_alg,
        asked.userinfo_signed_response_alg,
        asked.introspection_signed_response_alg,
    ];
    let signable =
        |algorithm: SigningAlgorithm| offer.signing_algorithms.contains(&Algorithm::from(algorithm));
    if !signatures.into_iter().flatten().all(signable) {
        return Err(invalid_metadata(
            "a signed_response_alg is not among the algorithms that this server signs with",
        ));
    }
    let mut details = asked.authorization_details_types.iter().flatten();
    if !details.all(|name| offer.authorization_details_types.contains(&name.as_str())) {
        return Err(invalid_metadata(
            "authorization_details_types names a type that is not served",
        ));
    }
    let signing = offer
        .signing_algorithms
        .iter()
        .find_map(|algorithm| SigningAlgorithm::from_algorithm(*algorithm));
    let admitted = RegisteredMetadata {
        scope: Some(scopes),
        ..asked.with_defaults(terms.profile, signing)
    };
    admitted.check(terms.profile)?;
    Ok(admitted)
}

/// No software statement is accepted: nobody is trusted to make one (RFC 7591, 3.2.2).
fn refused_statement(statement: &Value) -> OAuthError {
    let is_part = |part: &str| !part.is_empty() && URL_SAFE_NO_PAD.decode(part).is_ok();
    let is_jws = |text: &str| text.split('.').count() == 3 && text.split('.').all(is_part);
    if statement.as_str().is_some_and(is_jws) {
        OAuthError::new(
            ErrorCode::UnapprovedSoftwareStatement,
            "this server trusts no issuer of software statements",
        )
    } else {
        OAuthError::new(
            ErrorCode::InvalidSoftwareStatement,
            "software_statement is not a signed JWT",
        )
    }
}
