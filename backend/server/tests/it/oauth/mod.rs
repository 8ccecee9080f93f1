//! OAuth as partners meet it, one module an RFC.
//! Not here: the customer's procedure, and the accounts API behind the tokens.

mod authorization_code;
mod bearer_exception;
mod jwks_uri;
mod rfc6749_authorization;
mod rfc7009_revocation;
mod rfc7523_private_key_jwt;
mod rfc7591_registration;
mod rfc7592_management;
mod rfc7636_pkce;
mod rfc8414_metadata;
mod rfc8705_mtls;
mod rfc9126_par;
mod rfc9207_iss;
mod rfc9728_protected_resource;
