//! Reading a registration from the wire: a JSON object, each member once, those that we do not know ignored (RFC 7591, 2 and 3.1).
//! Not here: what the members mean together.

use std::fmt;

use serde::de::{Deserialize, Deserializer, Error as _, MapAccess, Visitor};
use serde_json::{Map, Value};

use super::metadata::RegisteredMetadata;
use crate::error::{ErrorCode, OAuthError};

/// The members that are read, each with the answer to a value that is not served.
pub(super) const MEMBERS: [(&str, &str); 30] = [
    ("redirect_uris", "redirect_uris must be a list of texts"),
    (
        "token_endpoint_auth_method",
        "token_endpoint_auth_method must be private_key_jwt, tls_client_auth, self_signed_tls_client_auth, client_secret_basic or client_secret_post",
    ),
    (
        "token_endpoint_auth_signing_alg",
        "token_endpoint_auth_signing_alg must be PS256, ES256 or EdDSA",
    ),
    (
        "grant_types",
        "grant_types may hold authorization_code, refresh_token and client_credentials",
    ),
    ("response_types", "response_types may hold code only"),
    ("client_name", "client_name must be a text"),
    ("client_uri", "client_uri must be a text"),
    ("jwks", "jwks must be an object"),
    ("jwks_uri", "jwks_uri must be a text"),
    (
        "scope",
        "scope must be a text of scope tokens parted by one space",
    ),
    (
        "tls_client_auth_subject_dn",
        "tls_client_auth_subject_dn must be a text",
    ),
    (
        "tls_client_auth_san_dns",
        "tls_client_auth_san_dns must be a text",
    ),
    (
        "tls_client_auth_san_uri",
        "tls_client_auth_san_uri must be a text",
    ),
    ("tls_client_auth_san_ip", "tls_client_auth_san_ip must be a text"),
    (
        "tls_client_auth_san_email",
        "tls_client_auth_san_email must be a text",
    ),
    (
        "tls_client_certificate_bound_access_tokens",
        "tls_client_certificate_bound_access_tokens must be true or false",
    ),
    (
        "dpop_bound_access_tokens",
        "dpop_bound_access_tokens must be true or false",
    ),
    (
        "require_pushed_authorization_requests",
        "require_pushed_authorization_requests must be true or false",
    ),
    (
        "require_signed_request_object",
        "require_signed_request_object must be true or false",
    ),
    (
        "request_object_signing_alg",
        "request_object_signing_alg must be PS256, ES256 or EdDSA",
    ),
    (
        "authorization_signed_response_alg",
        "authorization_signed_response_alg must be PS256, ES256 or EdDSA",
    ),
    (
        "id_token_signed_response_alg",
        "id_token_signed_response_alg must be PS256, ES256 or EdDSA",
    ),
    (
        "userinfo_signed_response_alg",
        "userinfo_signed_response_alg must be PS256, ES256 or EdDSA",
    ),
    (
        "introspection_signed_response_alg",
        "introspection_signed_response_alg must be PS256, ES256 or EdDSA",
    ),
    ("subject_type", "subject_type must be pairwise"),
    ("sector_identifier_uri", "sector_identifier_uri must be a text"),
    (
        "default_max_age",
        "default_max_age must be a whole number of seconds",
    ),
    ("application_type", "application_type must be web"),
    (
        "authorization_details_types",
        "authorization_details_types must be a list of texts",
    ),
    (
        "refresh_token_rotation",
        "refresh_token_rotation must be true or false",
    ),
];

pub(super) const fn invalid_metadata(description: &'static str) -> OAuthError {
    OAuthError::new(ErrorCode::InvalidClientMetadata, description)
}

/// The members of the body. One that is `null` counts as omitted (RFC 7592, 2.2).
pub(super) fn members(body: &[u8]) -> Result<Map<String, Value>, OAuthError> {
    let Ok(Members(mut members)) = serde_json::from_slice(body) else {
        return Err(invalid_metadata(
            "the body must be a JSON object with each member once",
        ));
    };
    members.retain(|_, value| !value.is_null());
    if members.values().any(has_control_character) {
        return Err(invalid_metadata("a text holds control characters"));
    }
    Ok(members)
}

/// The members that we know, each of its type and with values that are served.
pub(super) fn metadata(members: &Map<String, Value>) -> Result<RegisteredMetadata, OAuthError> {
    let mut known = Map::new();
    for (name, description) in MEMBERS {
        let Some(value) = members.get(name) else { continue };
        let alone = Map::from_iter([(name.to_owned(), value.clone())]);
        if typed(alone).is_none() {
            let code = match name {
                "redirect_uris" => ErrorCode::InvalidRedirectUri,
                _ => ErrorCode::InvalidClientMetadata,
            };
            return Err(OAuthError::new(code, description));
        }
        known.insert(name.to_owned(), value.clone());
    }
    typed(known).ok_or(invalid_metadata("the registration is malformed"))
}

fn typed(members: Map<String, Value>) -> Option<RegisteredMetadata> {
    serde_json::from_value(Value::Object(members)).ok()
}

fn has_control_character(value: &Value) -> bool {
    let in_text = |text: &str| text.chars().any(char::is_control);
    match value {
        Value::String(text) => in_text(text),
        Value::Array(items) => items.iter().any(has_control_character),
        Value::Object(members) => members
            .iter()
            .any(|(name, value)| in_text(name) || has_control_character(value)),
        _ => false,
    }
}

/// An object none of whose members comes twice: which of the two would count?
struct Members(Map<String, Value>);

impl<'de> Deserialize<'de> for Members {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(MembersVisitor)
    }
}

struct MembersVisitor;

impl<'de> Visitor<'de> for MembersVisitor {
    type Value = Members;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Members, A::Error> {
        let mut members = Map::new();
        while let Some((name, value)) = access.next_entry::<String, Value>()? {
            if members.insert(name, value).is_some() {
                return Err(A::Error::custom("a member comes twice"));
            }
        }
        Ok(Members(members))
    }
}
