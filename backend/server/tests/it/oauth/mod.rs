//! OAuth as partners meet it, one module an RFC.
//! Not here: the customer's procedure, and the accounts API behind the tokens.

mod bad_input;

mod clause_lists;
mod fapi2_message_signing;
mod fapi2_security_profile;
mod form_post;
mod grant_management;
mod grant_management_api;
mod jarm;
mod jwks_uri;
mod narrowed_tokens;
mod openid_authorization;
mod openid_core;
mod refresh_rotation;
mod rfc6749_authorization;
mod rfc6749_client_credentials;
mod rfc6749_code;
mod rfc6750_bearer;
mod rfc7009_revocation;
mod rfc7523_private_key_jwt;
mod rfc7591_registration;
mod rfc7592_management;
mod rfc7636_pkce;
mod rfc7662_introspection;
mod rfc8414_metadata;
mod rfc8705_mtls;
mod rfc9101_jar;
mod rfc9126_par;
mod rfc9207_iss;
mod rfc9396_rar;
mod rfc9449_dpop;
mod rfc9701_jwt_introspection;
mod rfc9728_protected_resource;
mod signed_answers;
