//! Dynamic client registration and its management (RFC 7591; RFC 7592; OpenID Connect Registration 1.0).
//! Not here: initial and registration access tokens, storage, and what a client must be like (`client`).
//!
//! [`RegisteredMetadata`] is the one form in which a client is written: in the operator's file and in the database by
//! serde, which refuses unknown members, and at the registration endpoint by [`read_request`] and [`read_update`],
//! which ignore them (RFC 7591, 2). [`RegisteredMetadata::into_registration`] is the one way from there to a client.

mod client_registration;
mod keys;
mod metadata;
mod reading;
mod request;
mod response;
mod sector;
mod values;

use jsonwebtoken::Algorithm;

pub use self::client_registration::OperatorExceptions;
pub use self::keys::RegisteredKeys;
pub use self::metadata::RegisteredMetadata;
pub use self::request::{CurrentCredentials, read_request, read_update};
pub use self::response::{IssuedSecret, Management, RegistrationResponse};
pub use self::sector::check_sector_document;
pub use self::values::{
    ApplicationType, ResponseType, SigningAlgorithm, SubjectType, TokenEndpointAuthMethod,
};
use crate::client::Profile;
use crate::scope::Scopes;

/// What the operator fixed with an initial access token. No registration and no update goes beyond it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RegistrationTerms {
    /// The rules that the client lives under.
    pub profile: Profile,
    /// What it may ask for at most, the businesses included; all of it where it does not say.
    pub scopes: Scopes,
}

/// What this server can do for a client that registers.
#[derive(Clone, Copy, Debug)]
pub struct RegistrationOffer<'a> {
    /// The algorithms that we sign with; the first is taken where a client does not say.
    pub signing_algorithms: &'a [Algorithm],
    /// The types of authorization details that are served (RFC 9396, 10).
    pub authorization_details_types: &'a [&'a str],
}

#[cfg(test)]
mod tests;
