//! The OAuth 2.0 rules of Renkei, one module per RFC, and for RFC 6749 one per endpoint: they parse, check and build.
//! No framework, no table, no clock and no ambient randomness belongs here; the server brings those.
//!
//! | module | source |
//! |---|---|
//! | [`parameters`] | RFC 6749, 3.1 and 3.2 and appendix B |
//! | [`scope`] | RFC 6749, 3.3 |
//! | [`error`] | RFC 6749, 4.1.2.1 and 5.2 |
//! | [`authorization`] | RFC 6749, 4.1; RFC 9101, 5 and 6 |
//! | [`token`] | RFC 6749, 4.1.3, 4.4, 5.1 and 6 |
//! | [`bearer`] | RFC 6750 |
//! | [`revocation`] | RFC 7009 |
//! | [`signed_jwt`] | RFC 7515, RFC 7519, RFC 8725 |
//! | [`jwks`] | RFC 7517, RFC 7638 |
//! | [`client`], [`client_authentication`] | RFC 6749, 2 |
//! | [`client_assertion`] | RFC 7523, 3 |
//! | [`registration`] | RFC 7591, and RFC 7592, which is the same document read and written again; OpenID Connect Registration 1.0 |
//! | [`introspection`] | RFC 7662 |
//! | [`pkce`] | RFC 7636 |
//! | [`metadata`] | RFC 8414, OpenID Connect Discovery 1.0 |
//! | [`mutual_tls`] | RFC 8705, 2 and 3.1 |
//! | [`sender_constraint`] | RFC 8705, 3; RFC 9449, 6; RFC 7800 |
//! | [`request_object`] | RFC 9101; FAPI 2.0 Message Signing, 5.3 |
//! | [`pushed_authorization`] | RFC 9126 |
//! | [`issuer_identification`] | RFC 9207 |
//! | [`dpop`] | RFC 9449 |
//! | [`authorization_details`] | RFC 9396 |
//! | [`openid`] | OpenID Connect Core 1.0 |
//! | [`response_mode`] | OAuth 2.0 Multiple Response Type Encoding Practices; OAuth 2.0 Form Post Response Mode |
//! | [`jarm`] | JWT Secured Authorization Response Mode for OAuth 2.0 (JARM) |
//! | [`grant_management`] | Grant Management for OAuth 2.0 |
//! | [`jwt_introspection`] | RFC 9701 |
//! | [`protected_resource`] | RFC 9728 |
//! | [`content_negotiation`] | RFC 9110, 12.5.1 |
//! | [`signed_response`] | ours, after RFC 9701, 5 |
//! | [`distinguished_name`] | RFC 4514, RFC 5280 7.1 |

pub mod authorization;
pub mod authorization_details;
pub mod bearer;
pub mod client;
pub mod client_assertion;
pub mod client_authentication;
pub mod content_negotiation;
pub mod distinguished_name;
pub mod dpop;
pub mod error;
pub mod grant_management;
pub mod introspection;
pub mod issuer_identification;
pub mod jarm;
pub mod jwks;
pub mod jwt_introspection;
pub mod metadata;
pub mod mutual_tls;
pub mod opaque;
pub mod openid;
pub mod parameters;
pub mod pkce;
pub mod protected_resource;
pub mod pushed_authorization;
pub mod registration;
pub mod request_object;
pub mod response_mode;
pub mod revocation;
pub mod scope;
pub mod sender_constraint;
pub mod signed_jwt;
pub mod signed_response;
pub mod token;

#[cfg(test)]
mod test_clients;
