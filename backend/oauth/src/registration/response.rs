//! What a client learns of its registration (RFC 7591, 3.2.1; RFC 7592, 3).
//! Not here: errors, which are OAuth errors with the codes of RFC 7591.

use http::StatusCode;
use serde::Serialize;

use super::metadata::RegisteredMetadata;
use crate::opaque::OpaqueValue;

/// A new secret of the client.
#[derive(Clone, Copy, Debug)]
pub struct IssuedSecret<'a> {
    /// The secret, shown this once.
    pub secret: &'a OpaqueValue,
    /// When it ends, in seconds since the epoch; `None`: never.
    pub expires_at: Option<i64>,
}

/// How the client reaches its registration (RFC 7592, 3).
#[derive(Clone, Copy, Debug)]
pub struct Management<'a> {
    /// `registration_client_uri`.
    pub uri: &'a str,
    /// The registration access token: a new one, or the one that the request brought.
    pub access_token: &'a OpaqueValue,
}

/// The answer to a registration, a reading and an update, with `Cache-Control: no-store`.
#[derive(Serialize)]
pub struct RegistrationResponse<'a> {
    client_id: &'a str,
    client_id_issued_at: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    client_secret: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    client_secret_expires_at: Option<i64>,
    registration_access_token: &'a str,
    registration_client_uri: &'a str,
    #[serde(flatten)]
    metadata: &'a RegisteredMetadata,
}

impl<'a> RegistrationResponse<'a> {
    /// The status of a registration (RFC 7591, 3.2.1).
    pub const CREATED: StatusCode = StatusCode::CREATED;
    /// The status of a reading and of an update (RFC 7592, 2.1 and 2.2).
    pub const KNOWN: StatusCode = StatusCode::OK;
    /// The status after a deletion, without a body (RFC 7592, 2.3).
    pub const DELETED: StatusCode = StatusCode::NO_CONTENT;

    /// The answer. `issued_at` is in seconds since the epoch; `secret` is there when one was just made: later only
    /// its hash is known.
    pub fn new(
        client_id: &'a str,
        issued_at: i64,
        secret: Option<IssuedSecret<'a>>,
        management: Management<'a>,
        metadata: &'a RegisteredMetadata,
    ) -> Self {
        Self {
            client_id,
            client_id_issued_at: issued_at,
            client_secret: secret.map(|issued| issued.secret.expose()),
            // RFC 7591, 3.2.1: zero means never.
            client_secret_expires_at: secret.map(|issued| issued.expires_at.unwrap_or(0)),
            registration_access_token: management.access_token.expose(),
            registration_client_uri: management.uri,
            metadata,
        }
    }
}
