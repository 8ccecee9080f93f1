//! Client assertions: JWTs signed by the client's registered key (RFC 7523, 3; FAPI 2.0 Security Profile, 5.3.2.1 and 5.4.1).
//! Not here: the memory of used assertions.

use jsonwebtoken::{Algorithm, Validation, dangerous};
use serde::Deserialize;
use serde_json::{Number, Value};

use super::AssertionUse;
use crate::client::{AuthenticationMethod, ClientMetadata};
use crate::issuer_identification::Issuer;
use crate::jwks::{ALGORITHMS, ClientKeys, PublicJwk};

/// How far clocks may differ, in seconds (FAPI 2.0: 10 accepted, more than 60 refused).
pub const CLOCK_TOLERANCE: i64 = 10;
/// How far ahead `exp` may lie, in seconds, since each assertion is remembered until then. An hour is
/// what a widespread client library uses when nothing is set.
pub const MAX_ASSERTION_LIFETIME: i64 = 3600;
/// The longest `jti`, in characters.
const MAX_JTI: usize = 255;

#[derive(Deserialize)]
struct Claims {
    iss: String,
    sub: String,
    aud: Value,
    exp: Number,
    nbf: Option<Number>,
    iat: Option<Number>,
    jti: String,
}

#[derive(Deserialize)]
struct Subject {
    sub: String,
}

/// The client that an assertion claims to come from, unverified.
pub(super) fn claimed_subject(jwt: &str) -> Option<String> {
    dangerous::insecure_decode_claims::<Subject>(jwt)
        .ok()
        .map(|claims| claims.sub)
}

/// Verifies signature and claims; `None` for any fault. For a client that is unknown, or that has no such key,
/// a signature is verified all the same, by one of `stand_ins`, so that the time tells nothing.
pub(super) fn verify(
    jwt: &str,
    client: Option<&ClientMetadata>,
    stand_ins: &ClientKeys,
    client_id: &str,
    issuer: &Issuer,
    now: i64,
) -> Option<AssertionUse> {
    let header = jsonwebtoken::decode_header(jwt).ok()?;
    if !ALGORITHMS.contains(&header.alg) || header.crit.is_some() || !is_assertion_type(header.typ.as_deref())
    {
        return None;
    }
    // Keys that the header itself brings (jwk, jku, x5c, x5u) are never looked at.
    let registered = client.and_then(|client| registered_key(client, header.kid.as_deref(), header.alg));
    let key = registered.or_else(|| stand_ins.find(None, header.alg))?;
    let claims = verified_claims(jwt, key.key(), header.alg);
    registered?;
    let claims = claims?;
    let for_us = claims.iss == client_id && claims.sub == client_id && claims.aud == issuer.as_str();
    let expires = seconds(&claims.exp)?;
    let in_time = expires.saturating_add(CLOCK_TOLERANCE) > now
        && expires <= now.saturating_add(MAX_ASSERTION_LIFETIME + CLOCK_TOLERANCE)
        && is_not_ahead(claims.nbf.as_ref(), now)
        && is_not_ahead(claims.iat.as_ref(), now);
    let identified =
        !claims.jti.is_empty() && claims.jti.chars().count() <= MAX_JTI && !claims.jti.contains('\0');
    (for_us && in_time && identified).then(|| AssertionUse {
        client_id: claims.sub,
        jti: claims.jti,
        keep_until: expires.saturating_add(CLOCK_TOLERANCE),
    })
}

/// The key of a client that authenticates by assertion, with the one algorithm it registered, if it did.
fn registered_key<'a>(
    client: &'a ClientMetadata,
    kid: Option<&str>,
    algorithm: Algorithm,
) -> Option<&'a PublicJwk> {
    let only = client.preferences().token_endpoint_auth_signing_alg;
    if !matches!(client.authentication(), AuthenticationMethod::PrivateKeyJwt)
        || only.is_some_and(|only| only != algorithm)
    {
        return None;
    }
    client.keys()?.find(kid, algorithm)
}

fn verified_claims(jwt: &str, key: &jsonwebtoken::DecodingKey, algorithm: Algorithm) -> Option<Claims> {
    #[cfg(test)]
    SIGNATURES_VERIFIED.with(|count| count.set(count.get() + 1));
    let mut validation = Validation::new(algorithm);
    // The library would read the clock of the machine; times and audience are checked by `verify`.
    validation.required_spec_claims.clear();
    validation.validate_exp = false;
    validation.validate_nbf = false;
    validation.validate_aud = false;
    jsonwebtoken::decode::<Claims>(jwt, key, &validation)
        .ok()
        .map(|token| token.claims)
}

/// A JWT of another purpose, such as a request object, is no assertion (RFC 8725, 3.11).
fn is_assertion_type(typ: Option<&str>) -> bool {
    typ.is_none_or(|typ| {
        typ.eq_ignore_ascii_case("jwt") || typ.eq_ignore_ascii_case("client-authentication+jwt")
    })
}

fn is_not_ahead(time: Option<&Number>, now: i64) -> bool {
    time.is_none_or(|time| seconds(time).is_some_and(|time| time <= now.saturating_add(CLOCK_TOLERANCE)))
}

/// A NumericDate, which may have a fraction (RFC 7519, 2); whole seconds, rounded down.
fn seconds(number: &Number) -> Option<i64> {
    if let Some(whole) = number.as_i64() {
        return Some(whole);
    }
    let float = number
        .as_f64()
        .filter(|float| float.is_finite() && float.abs() < 1e15)?;
    // In this range each whole number is exact.
    #[expect(clippy::cast_possible_truncation, reason = "bounded above")]
    Some(float.floor() as i64)
}

#[cfg(test)]
thread_local! {
    /// How many signatures this test has verified.
    pub(super) static SIGNATURES_VERIFIED: std::cell::Cell<u32> = const { std::cell::Cell::new(0) };
}
