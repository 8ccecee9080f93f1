//! The `prompt` parameter (OpenID Connect Core 1.0, 3.1.2.1).
//! Not here: acting on it. Every linkage begins with a login and ends with a permission, so all but `none` are met anyway.

use crate::error::OAuthError;

/// The values that are served, for metadata.
pub const PROMPT_VALUES: [&str; 4] = ["none", "login", "consent", "select_account"];

/// Whether the customer must not be shown anything, which no linkage can do.
///
/// # Errors
/// `invalid_request` for unknown values, and for `none` beside another.
pub(super) fn is_none(text: &str) -> Result<bool, OAuthError> {
    let values = || text.split(' ');
    if !values().all(|value| PROMPT_VALUES.contains(&value)) {
        return Err(OAuthError::invalid_request(
            "prompt must be none, or some of login, consent and select_account",
        ));
    }
    let none = values().any(|value| value == "none");
    if none && values().any(|value| value != "none") {
        return Err(OAuthError::invalid_request("prompt none must stand alone"));
    }
    Ok(none)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn none_stands_alone_and_unknown_values_are_refused() {
        for (text, expected) in [
            ("none", Some(true)),
            ("login", Some(false)),
            ("consent", Some(false)),
            ("select_account", Some(false)),
            ("login consent select_account", Some(false)),
            ("login login", Some(false)),
            ("none login", None),
            ("consent none", None),
            ("create", None),
            ("Login", None),
            ("login,consent", None),
            (" login", None),
            ("login  consent", None),
        ] {
            assert_eq!(is_none(text).ok(), expected, "{text}");
        }
    }
}
