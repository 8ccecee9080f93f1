//! What a request wants of the login and of what is said about it (OpenID Connect Core 1.0, 3.1.2.1).
//! Not here: `scope` and the rest of the authorization request.

use serde::{Deserialize, Serialize};

use super::claims_request::ClaimsRequest;
use super::prompt;
use crate::client::ClientMetadata;
use crate::error::{ErrorCode, OAuthError};
use crate::parameters::{Parameters, is_visible_ascii};

/// The longest `nonce`, in bytes (FAPI 2.0: 64 must pass).
const MAX_NONCE: usize = 512;

/// A language of our pages that `ui_locales` may name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum UiLocale {
    /// `ja` and its variants.
    Ja,
    /// `en` and its variants.
    En,
}

impl UiLocale {
    /// The first of the listed language tags (RFC 5646) whose language we have. Whatever else is listed is ignored: an
    /// unknown locale is no error (OpenID Connect Core 1.0, 3.1.2.1).
    fn first_of(tags: &str) -> Option<Self> {
        tags.split(' ').find_map(|tag| {
            let language = tag.split('-').next().unwrap_or_default();
            if language.eq_ignore_ascii_case("ja") {
                Some(Self::Ja)
            } else if language.eq_ignore_ascii_case("en") {
                Some(Self::En)
            } else {
                None
            }
        })
    }
}

/// The parameters of OpenID Connect that have an effect here. The others are bounded in length like every parameter and
/// then ignored, neither kept nor logged: `login_hint`, `id_token_hint` and `display` (a login always asks who it is, and
/// the pages fit every display), `acr_values` and `claims_locales` (there is one context class and no text to translate).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct AuthenticationRequest {
    #[serde(skip_serializing_if = "Option::is_none")]
    nonce: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    max_age: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    ui_locale: Option<UiLocale>,
    #[serde(skip_serializing_if = "ClaimsRequest::is_empty")]
    claims: ClaimsRequest,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    prompt_none: bool,
}

impl AuthenticationRequest {
    /// Checks and takes the parameters, with or without the scope `openid`.
    pub(crate) fn from_parameters(
        client: &ClientMetadata,
        parameters: &Parameters,
    ) -> Result<Self, OAuthError> {
        if parameters.get("registration").is_some() {
            return Err(OAuthError::new(
                ErrorCode::RegistrationNotSupported,
                "registration is not supported; register the client beforehand",
            ));
        }
        let nonce = parameters.get("nonce");
        if nonce.is_some_and(|nonce| !is_visible_ascii(nonce, MAX_NONCE)) {
            return Err(OAuthError::invalid_request(
                "nonce must be at most 512 visible ASCII characters",
            ));
        }
        let max_age = parameters.get("max_age").map(read_max_age).transpose()?;
        let claims = parameters.get("claims").map(ClaimsRequest::parse).transpose()?;
        let prompt_none = parameters.get("prompt").map(prompt::is_none).transpose()?;
        Ok(Self {
            nonce: nonce.map(str::to_owned),
            max_age: max_age.or(client.preferences().default_max_age),
            ui_locale: parameters.get("ui_locales").and_then(UiLocale::first_of),
            claims: claims.unwrap_or_default(),
            prompt_none: prompt_none.unwrap_or_default(),
        })
    }

    /// The error that the authorization endpoint answers because no login here could meet the request. A pushed request
    /// is accepted nonetheless: these are answers about an authentication (OpenID Connect Core 1.0, 3.1.2.6).
    pub(crate) const fn refusal(&self) -> Option<OAuthError> {
        if self.prompt_none {
            Some(OAuthError::new(
                ErrorCode::LoginRequired,
                "every linkage begins with a login, so that prompt none cannot be met",
            ))
        } else if self.claims.wants_another_acr() {
            Some(OAuthError::new(
                ErrorCode::UnmetAuthenticationRequirements,
                "the essential acr is not one of this server",
            ))
        } else {
            None
        }
    }

    /// The `nonce`, for the id_token.
    pub fn nonce(&self) -> Option<&str> {
        self.nonce.as_deref()
    }

    /// The most seconds since the login, by the request or by the registration. Each linkage logs in anew.
    pub const fn max_age(&self) -> Option<u32> {
        self.max_age
    }

    /// The language that the pages begin with.
    pub const fn ui_locale(&self) -> Option<UiLocale> {
        self.ui_locale
    }

    /// The claims asked for by name.
    pub const fn claims(&self) -> &ClaimsRequest {
        &self.claims
    }
}

fn read_max_age(text: &str) -> Result<u32, OAuthError> {
    let digits = text.bytes().all(|b| b.is_ascii_digit());
    text.parse()
        .ok()
        .filter(|_| digits)
        .ok_or(OAuthError::invalid_request(
            "max_age must be a non-negative integer below 4294967296",
        ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::client::ClientPreferences;
    use crate::test_clients::{baseline_client, baseline_registration};

    fn read(query: &str) -> Result<AuthenticationRequest, OAuthError> {
        AuthenticationRequest::from_parameters(&baseline_client(), &Parameters::from_query(query))
    }

    #[test]
    fn the_first_language_that_we_have() {
        for (tags, expected) in [
            ("ja", Some(UiLocale::Ja)),
            ("fr-CA+en-GB+ja", Some(UiLocale::En)),
            ("JA-jp+en", Some(UiLocale::Ja)),
            ("de+fr", None),
            ("english", None),
            ("+-+%E9%AB%99", None),
        ] {
            let request = read(&format!("ui_locales={tags}")).unwrap();
            assert_eq!(request.ui_locale(), expected, "{tags}");
        }
    }

    #[test]
    fn hints_are_ignored_and_not_kept() {
        let secret = "yamada@kaikei.example";
        let query = format!(
            "login_hint={secret}&id_token_hint={secret}&display={secret}&acr_values={secret}&x={secret}"
        );
        let request = read(&query).unwrap();
        assert_eq!(request, AuthenticationRequest::default());
        assert_eq!(serde_json::to_string(&request).unwrap(), "{}");
    }

    #[test]
    fn a_nonce_has_up_to_512_characters() {
        for (length, good) in [(1, true), (64, true), (512, true), (513, false)] {
            let nonce = "n".repeat(length);
            let request = read(&format!("nonce={nonce}"));
            assert_eq!(request.is_ok(), good, "{length}");
            if let Ok(request) = request {
                assert_eq!(request.nonce(), Some(nonce.as_str()));
            }
        }
    }

    #[test]
    fn max_age_is_a_non_negative_integer_or_the_registered_one() {
        for (text, expected) in [
            ("0", Some(0)),
            ("3600", Some(3600)),
            ("4294967295", Some(u32::MAX)),
        ] {
            assert_eq!(read(&format!("max_age={text}")).unwrap().max_age(), expected);
        }
        for text in [
            "-1",
            "%2B1",
            "1.5",
            "1e3",
            "0x10",
            "4294967296",
            "%EF%BC%91",
            "%201",
        ] {
            assert!(read(&format!("max_age={text}")).is_err(), "{text}");
        }
        let mut registration = baseline_registration();
        registration.preferences = ClientPreferences {
            default_max_age: Some(60),
            ..ClientPreferences::default()
        };
        let client = ClientMetadata::try_from(registration).unwrap();
        for (query, expected) in [("", 60), ("max_age=5", 5)] {
            let request =
                AuthenticationRequest::from_parameters(&client, &Parameters::from_query(query)).unwrap();
            assert_eq!(request.max_age(), Some(expected), "{query}");
        }
    }
}
