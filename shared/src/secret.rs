//! Text that a person typed in secret, on its short way from a field to the check.
//! Not here: keys, tokens and sealed PINs, which never leave the server.

use serde::{Deserialize, Serialize};
use std::fmt;
use zeroize::{Zeroize, ZeroizeOnDrop};

/// A password or PIN as typed. It serialises (it must travel once), but it neither prints nor compares,
/// and its memory is cleared when it is dropped.
#[derive(Clone, Default, Zeroize, ZeroizeOnDrop, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SecretText(String);

impl SecretText {
    /// Takes over what was typed.
    pub const fn new(text: String) -> Self {
        Self(text)
    }

    /// Shows the text to the one piece of code that must check it.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for SecretText {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("SecretText(…)")
    }
}
