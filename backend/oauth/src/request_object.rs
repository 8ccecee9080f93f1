//! Request objects: authorization requests as a JWT that the client signed (RFC 9101; FAPI 2.0 Message Signing, 5.3).
//! Not here: what the parameters mean, `request_uri` (`pushed_authorization`), and the memory of used objects.
//!
//! Only what stands in the object counts (RFC 9101, 6.3): whoever gets one continues with [`RequestObject::parameters`]
//! alone. Of the parameters beside it, `client_id` chose the client whose keys verify the object, and at the pushed
//! authorization endpoint there may be those of client authentication; all others are ignored.

use std::fmt;

use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value};

use crate::client::ClientMetadata;
use crate::error::{ErrorCode, OAuthError};
use crate::issuer_identification::Issuer;
use crate::parameters::Parameters;
use crate::signed_jwt::{CLOCK_TOLERANCE, NumericDate, SignedJwt, is_recordable_jti};

/// How long after `nbf` an object may expire, and how long ago `nbf` may be, in seconds (FAPI 2.0 Message Signing, 5.3.1).
pub const MAX_LIFETIME: i64 = 3600;
/// RFC 9101, 10.8: the explicit type; clients of OpenID Connect Core 1.0, 6.1 say `JWT` or nothing.
const TYPES: [Option<&str>; 3] = [None, Some("JWT"), Some(TYPE)];
const TYPE: &str = "oauth-authz-req+jwt";
/// Claims about the JWT itself (RFC 7519, 4.1), which are no parameters.
const JWT_CLAIMS: [&str; 7] = ["iss", "sub", "aud", "exp", "nbf", "iat", "jti"];

/// A request object that the client signed for us and for now. Only [`verify`] makes one.
#[derive(Clone, Debug)]
pub struct RequestObject {
    parameters: Parameters,
    used: Option<RequestObjectUse>,
}

/// The use of a request object that bears a `jti`, for a replay store: unique by client and `jti`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestObjectUse {
    /// The client.
    pub client_id: String,
    /// The object's identifier, at most 255 characters of any kind.
    pub jti: String,
    /// Seconds since the epoch; from then on the object is refused by its age and the record may go.
    pub keep_until: i64,
}

impl RequestObject {
    /// The request, to be read as if it had come as a form.
    pub const fn parameters(&self) -> &Parameters {
        &self.parameters
    }

    /// The request, without the object.
    pub fn into_parameters(self) -> Parameters {
        self.parameters
    }

    /// What may be recorded against replay, where the object bears a `jti`. No specification demands it: a replayed object
    /// is a new request with the same `state`, `nonce` and `code_challenge`.
    pub const fn request_object_use(&self) -> Option<&RequestObjectUse> {
        self.used.as_ref()
    }
}

#[derive(Deserialize)]
struct Claims {
    iss: String,
    sub: Option<String>,
    aud: Value,
    exp: NumericDate,
    nbf: NumericDate,
    iat: Option<NumericDate>,
    jti: Option<String>,
    client_id: String,
}

/// Verifies the value of the `request` parameter by the client's registered keys. `client` is the one that `client_id`
/// beside the object names, or that authenticated; `now` is in seconds since the epoch.
///
/// # Errors
/// `invalid_request_object` for any fault, also for an encrypted object: we have no key for these.
pub fn verify(
    request: &str,
    client: &ClientMetadata,
    issuer: &Issuer,
    now: i64,
) -> Result<RequestObject, OAuthError> {
    let keys = client
        .keys()
        .ok_or(invalid("the client has no registered keys for request objects"))?;
    let jwt = SignedJwt::read_large(request, &TYPES).map_err(|error| invalid(error.description()))?;
    let registered = client.preferences().request_object_signing_alg;
    if registered.is_some_and(|algorithm| algorithm != jwt.algorithm()) {
        return Err(invalid(
            "the request object is not signed with the registered request_object_signing_alg",
        ));
    }
    let UniqueMembers(members) = jwt
        .verify_by_registered(keys)
        .map_err(|error| invalid(error.description()))?;
    let claims: Claims = serde_json::from_value(Value::Object(members.clone())).map_err(|_| {
        invalid("the request object needs iss, aud, exp, nbf and client_id, each of the right type")
    })?;
    check(&claims, client, issuer, now)?;
    // RFC 9101, 10.8: an object that says no more of its purpose must not pass for a client assertion.
    if claims.sub.as_deref() == Some(client.client_id())
        && SignedJwt::read_large(request, &[Some(TYPE)]).is_err()
    {
        return Err(invalid(
            "a request object whose sub is the client needs the typ oauth-authz-req+jwt",
        ));
    }
    if members.contains_key("request") || members.contains_key("request_uri") {
        return Err(invalid(
            "request and request_uri must not stand in a request object",
        ));
    }
    let used = claims.jti.map(|jti| RequestObjectUse {
        client_id: claims.client_id,
        jti,
        keep_until: claims.exp.seconds().saturating_add(CLOCK_TOLERANCE),
    });
    Ok(RequestObject {
        parameters: parameters(members)?,
        used,
    })
}

fn check(claims: &Claims, client: &ClientMetadata, issuer: &Issuer, now: i64) -> Result<(), OAuthError> {
    let for_us = match &claims.aud {
        Value::String(audience) => audience == issuer.as_str(),
        Value::Array(audiences) => audiences.iter().any(|audience| audience == issuer.as_str()),
        _ => false,
    };
    let (expires, begins) = (claims.exp.seconds(), claims.nbf.seconds());
    for (good, description) in [
        (
            claims.iss == client.client_id() && claims.client_id == client.client_id(),
            "iss and client_id of the request object must be the client",
        ),
        (for_us, "aud of the request object must be our issuer identifier"),
        (!claims.exp.is_over(now), "the request object is expired"),
        (!claims.nbf.is_ahead(now), "nbf of the request object lies ahead"),
        // Since exp is not over, nbf is then at most 60 minutes ago.
        (
            begins < expires && expires <= begins.saturating_add(MAX_LIFETIME),
            "exp of the request object must be at most 60 minutes after nbf",
        ),
        (
            claims.iat.is_none_or(|iat| !iat.is_ahead(now)),
            "iat of the request object lies ahead",
        ),
        (
            claims.jti.as_deref().is_none_or(is_recordable_jti),
            "jti of the request object must be 1 to 255 characters without NUL",
        ),
    ] {
        if !good {
            return Err(invalid(description));
        }
    }
    Ok(())
}

/// Strings as they are, numbers and booleans as JSON writes them, structures as JSON text, as they would stand in a form
/// (RFC 9101, 4).
fn parameters(members: Map<String, Value>) -> Result<Parameters, OAuthError> {
    let pairs = members
        .into_iter()
        .filter(|(name, _)| !JWT_CLAIMS.contains(&name.as_str()))
        .filter_map(|(name, value)| match value {
            Value::Null => None,
            Value::String(text) => Some((name, text)),
            other => Some((name, other.to_string())),
        });
    Parameters::from_pairs(pairs).map_err(|_| {
        invalid(
            "a parameter of the request object is too long or holds control characters, or there are too many",
        )
    })
}

const fn invalid(description: &'static str) -> OAuthError {
    OAuthError::new(ErrorCode::InvalidRequestObject, description)
}

/// A JSON object that names each member once (RFC 7519, 4), as a form must (RFC 6749, 3.1).
struct UniqueMembers(Map<String, Value>);

impl<'de> Deserialize<'de> for UniqueMembers {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(UniqueMembersVisitor)
    }
}

struct UniqueMembersVisitor;

impl<'de> Visitor<'de> for UniqueMembersVisitor {
    type Value = UniqueMembers;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object without repeated members")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Self::Value, A::Error> {
        let mut members = Map::new();
        while let Some((name, value)) = access.next_entry()? {
            if members.insert(name, value).is_some() {
                return Err(serde::de::Error::custom("a member is repeated"));
            }
        }
        Ok(UniqueMembers(members))
    }
}

#[cfg(test)]
mod tests;
