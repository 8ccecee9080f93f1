//! What the operator states by name: clients that may do without something that the rules ask for (FAPI 2.0; RFC 9700, 2.1.1).
//! Not here: what follows from an exception.

/// The operator's statement, by name, that a client may use unbound bearer tokens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BearerException {
    client_id: String,
}

impl BearerException {
    /// The exception for this client, if the operator's list names it.
    pub fn find<S: AsRef<str>>(stated_by_operator: &[S], client_id: &str) -> Option<Self> {
        stated_by_operator
            .iter()
            .any(|name| name.as_ref() == client_id)
            .then(|| Self {
                client_id: client_id.to_owned(),
            })
    }

    /// Whether it was stated for this client: exceptions are personal.
    pub(super) fn is_for(&self, client_id: &str) -> bool {
        self.client_id == client_id
    }
}

/// The operator's statement, by name, that a baseline client may do without PKCE (RFC 9700, 2.1.1 lets confidential
/// clients of OpenID Connect use `nonce` in its place).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PkceException {
    client_id: String,
}

impl PkceException {
    /// The exception for this client, if the operator's list names it.
    pub fn find<S: AsRef<str>>(stated_by_operator: &[S], client_id: &str) -> Option<Self> {
        stated_by_operator
            .iter()
            .any(|name| name.as_ref() == client_id)
            .then(|| Self {
                client_id: client_id.to_owned(),
            })
    }

    /// Whether it was stated for this client: exceptions are personal.
    pub(super) fn is_for(&self, client_id: &str) -> bool {
        self.client_id == client_id
    }
}
