//! How a customer logged in, in the words of `acr`, `amr` and `auth_time` (OpenID Connect Core 1.0, 2; RFC 8176).
//! Not here: logging in, and what a request asks of it (`claims_request`).

use serde::{Deserialize, Serialize};

/// The one authentication context class of this server: a client certificate of the bank, possession of whose key was
/// proved in the TLS handshake, and then the login password.
pub const ACR: &str = "urn:renkei:acr:certificate-and-password";

/// The methods (RFC 8176, 2): a key, a password, and so several factors. Where the key lives is not known to us, so that
/// `hwk` would promise too much.
pub const AMR: [&str; 3] = ["swk", "pwd", "mfa"];

/// A login with both proofs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CustomerLogin {
    auth_time: i64,
}

impl CustomerLogin {
    /// The login that the password completed at this time, in seconds since 1970.
    pub const fn completed_at(auth_time: i64) -> Self {
        Self { auth_time }
    }

    /// When it was, in seconds since 1970.
    pub const fn auth_time(self) -> i64 {
        self.auth_time
    }
}
