//! The authorization endpoint: what arrives, what a checked request is, how it is answered (RFC 6749, 4.1; RFC 9101; RFC 9126, 4).
//! Not here: the customer's procedure between request and answer, and pushing itself (`pushed_authorization`).

mod call;
mod request;
mod response;

pub use call::{AuthorizationCall, AuthorizationFailure, PageError};
pub use request::AuthorizationRequest;
pub use response::{AuthorizationResponse, Delivery, ErrorRedirect, Prepared, UnsignedResponse};

#[cfg(test)]
mod tests;
