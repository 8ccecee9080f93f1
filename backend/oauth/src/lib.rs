//! The OAuth 2.0 rules of Renkei, one module per RFC: they parse, check and build.
//! No framework, no table, no clock and no ambient randomness belongs here; the server brings those.
//!
//! | module | source |
//! |---|---|
//! | [`parameters`] | RFC 6749, 3.1 and 3.2 and appendix B |
//! | [`scope`] | RFC 6749, 3.3 |
//! | [`error`] | RFC 6749, 4.1.2.1 and 5.2 |
//! | [`authorization`] | RFC 6749, 4.1 |
//! | [`token`] | RFC 6749, 4.1.3, 5.1 and 6 |
//! | [`client`], [`client_authentication`] | RFC 6749, 2; RFC 7523; RFC 8705, 2 |
//! | [`bearer`] | RFC 6750 |
//! | [`revocation`] | RFC 7009 |
//! | [`jwks`] | RFC 7517 |
//! | [`registration`] | RFC 7591, RFC 7592, OpenID Connect Registration 1.0 |
//! | [`introspection`] | RFC 7662 |
//! | [`pkce`] | RFC 7636 |
//! | [`metadata`] | RFC 8414, OpenID Connect Discovery 1.0 |
//! | [`mutual_tls`] | RFC 8705 |
//! | [`pushed_authorization`] | RFC 9126 |
//! | [`issuer_identification`] | RFC 9207 |
//! | [`jwt_introspection`] | RFC 9701 |
//! | [`protected_resource`] | RFC 9728 |
//! | [`distinguished_name`] | RFC 4514, RFC 5280 7.1 |

pub mod authorization;
pub mod bearer;
pub mod client;
pub mod client_authentication;
pub mod distinguished_name;
pub mod error;
pub mod introspection;
pub mod issuer_identification;
pub mod jwks;
pub mod jwt_introspection;
pub mod metadata;
pub mod mutual_tls;
pub mod opaque;
pub mod parameters;
pub mod pkce;
pub mod protected_resource;
pub mod pushed_authorization;
pub mod registration;
pub mod revocation;
pub mod scope;
pub mod token;

#[cfg(test)]
mod test_clients;
