//! Token revocation (RFC 7009).
//! Not here: finding and ending the token and its grant. An unknown token, and one of another client,
//! is answered 200 like a revoked one and changes nothing (2.2).

use crate::error::OAuthError;
use crate::opaque::OpaqueValue;
use crate::parameters::Parameters;

/// What kind of token the client says it is; only a hint where to look first (RFC 7009, 2.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenTypeHint {
    /// An access token.
    AccessToken,
    /// A refresh token: its revocation ends the access tokens of the same grant too (RFC 7009, 2.1).
    RefreshToken,
}

/// A request at the revocation endpoint.
#[derive(Debug)]
pub struct RevocationRequest {
    token: OpaqueValue,
    hint: Option<TokenTypeHint>,
}

impl RevocationRequest {
    /// Reads the form of an authenticated client. An unknown hint is ignored (RFC 7009, 2.2.1 leaves
    /// `unsupported_token_type` for tokens that cannot be revoked; we have none).
    pub fn read(form: &Parameters) -> Result<Self, OAuthError> {
        let hint = match form.get("token_type_hint") {
            Some("access_token") => Some(TokenTypeHint::AccessToken),
            Some("refresh_token") => Some(TokenTypeHint::RefreshToken),
            _ => None,
        };
        Ok(Self {
            token: OpaqueValue::presented(form.require("token", "token is missing")?),
            hint,
        })
    }

    /// The token, to be looked up by its hash.
    pub const fn token(&self) -> &OpaqueValue {
        &self.token
    }

    /// Where to look first.
    pub const fn hint(&self) -> Option<TokenTypeHint> {
        self.hint
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_token_and_hint() {
        for (body, hint) in [
            ("token=t", None),
            (
                "token=t&token_type_hint=access_token",
                Some(TokenTypeHint::AccessToken),
            ),
            (
                "token=t&token_type_hint=refresh_token",
                Some(TokenTypeHint::RefreshToken),
            ),
            ("token=t&token_type_hint=id_token", None),
        ] {
            let request = RevocationRequest::read(&Parameters::from_form(body.as_bytes()).unwrap()).unwrap();
            assert_eq!(request.hint(), hint, "{body}");
            assert_eq!(request.token().expose(), "t");
        }
        for body in ["", "token=", "token_type_hint=access_token"] {
            let form = Parameters::from_form(body.as_bytes()).unwrap();
            assert_eq!(
                RevocationRequest::read(&form).unwrap_err().body().error,
                "invalid_request"
            );
        }
    }
}
