//! Client assertions: JWTs signed by the client's registered key (RFC 7523, 3; FAPI 2.0 Security Profile, 5.3.2.1 and 5.4.1).
//! Not here: which method a client uses (`client_authentication`), and the memory of used assertions (the server).

use serde::Deserialize;
use serde_json::Value;

use crate::client::{AuthenticationMethod, ClientMetadata};
use crate::issuer_identification::Issuer;
use crate::jwks::{ClientKeys, PublicJwk};
use crate::signed_jwt::{CLOCK_TOLERANCE, NumericDate, SignedJwt, is_recordable_jti, unverified_claims};

/// How far ahead `exp` may lie, in seconds, since each assertion is remembered until then. An hour is
/// what a widespread client library uses when nothing is set.
pub const MAX_ASSERTION_LIFETIME: i64 = 3600;
/// A JWT of another purpose, such as a request object, is no assertion.
const TYPES: [Option<&str>; 3] = [None, Some("JWT"), Some("client-authentication+jwt")];

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

#[derive(Deserialize)]
struct Claims {
    iss: String,
    sub: String,
    aud: Value,
    exp: NumericDate,
    nbf: Option<NumericDate>,
    iat: Option<NumericDate>,
    jti: String,
}

#[derive(Deserialize)]
struct Subject {
    sub: String,
}

/// The client that an assertion claims to come from, unverified.
pub(crate) fn claimed_subject(jwt: &str) -> Option<String> {
    unverified_claims::<Subject>(jwt).map(|claims| claims.sub)
}

/// Verifies signature and claims; `None` for any fault. The audience is our issuer identifier as one string: an array
/// is refused, even with one element (FAPI 2.0 Security Profile, 5.3.2.1). For a client that is unknown, or that has no
/// such key, a signature is verified all the same, by one of `stand_ins`, so that the time tells nothing.
pub(crate) fn verify(
    jwt: &str,
    client: Option<&ClientMetadata>,
    stand_ins: &ClientKeys,
    client_id: &str,
    issuer: &Issuer,
    now: i64,
) -> Option<AssertionUse> {
    let jwt = SignedJwt::read(jwt, &TYPES).ok()?;
    let registered = client.and_then(|client| registered_key(client, &jwt));
    let key = registered.or_else(|| stand_ins.find(None, jwt.algorithm()))?;
    let claims = jwt.verify_by::<Claims>(key).ok();
    registered?;
    let claims = claims?;
    let for_us = claims.iss == client_id && claims.sub == client_id && claims.aud == issuer.as_str();
    let expires = claims.exp.seconds();
    let in_time = !claims.exp.is_over(now)
        && expires <= now.saturating_add(MAX_ASSERTION_LIFETIME + CLOCK_TOLERANCE)
        && claims.nbf.is_none_or(|nbf| !nbf.is_ahead(now))
        && claims.iat.is_none_or(|iat| !iat.is_ahead(now));
    (for_us && in_time && is_recordable_jti(&claims.jti)).then(|| AssertionUse {
        client_id: claims.sub,
        jti: claims.jti,
        keep_until: expires.saturating_add(CLOCK_TOLERANCE),
    })
}

/// The key of a client that authenticates by assertion, with the one algorithm it registered, if it did.
fn registered_key<'a>(client: &'a ClientMetadata, jwt: &SignedJwt<'_>) -> Option<&'a PublicJwk> {
    let only = client.preferences().token_endpoint_auth_signing_alg;
    if !matches!(client.authentication(), AuthenticationMethod::PrivateKeyJwt)
        || only.is_some_and(|only| only != jwt.algorithm())
    {
        return None;
    }
    jwt.key_among(client.keys()?)
}
