//! How an answer travels from the authorization endpoint to the client (OAuth 2.0 Multiple Response Type Encoding
//! Practices, 2.1; OAuth 2.0 Form Post Response Mode; JARM, 2.3). Not here: the answer, and the claims that JARM signs.

use serde::{Deserialize, Serialize};

use crate::error::OAuthError;
use crate::parameters::Parameters;

/// Every `response_mode` that is served, for metadata.
pub const RESPONSE_MODES: [&str; 7] = [
    "query",
    "fragment",
    "form_post",
    "jwt",
    "query.jwt",
    "fragment.jwt",
    "form_post.jwt",
];

/// A response mode. `jwt` alone is [`ResponseMode::QueryJwt`], the default of `code` (JARM, 2.3.4).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum ResponseMode {
    /// In the query of the redirect URI: the default of `code` (Multiple Response Type Encoding Practices, 2.1).
    #[default]
    #[serde(rename = "query")]
    Query,
    /// In the fragment of the redirect URI.
    #[serde(rename = "fragment")]
    Fragment,
    /// In a form that the browser posts (Form Post Response Mode, 2).
    #[serde(rename = "form_post")]
    FormPost,
    /// As one signed `response` in the query (JARM, 2.3.1).
    #[serde(rename = "query.jwt")]
    QueryJwt,
    /// As one signed `response` in the fragment (JARM, 2.3.2).
    #[serde(rename = "fragment.jwt")]
    FragmentJwt,
    /// As one signed `response` in a form (JARM, 2.3.3).
    #[serde(rename = "form_post.jwt")]
    FormPostJwt,
}

/// The part of a message that carries an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Carrier {
    Query,
    Fragment,
    Form,
}

impl ResponseMode {
    /// Reads a name; `None` if there is no such mode.
    pub fn parse(name: &str) -> Option<Self> {
        Some(match name {
            "query" => Self::Query,
            "fragment" => Self::Fragment,
            "form_post" => Self::FormPost,
            "jwt" | "query.jwt" => Self::QueryJwt,
            "fragment.jwt" => Self::FragmentJwt,
            "form_post.jwt" => Self::FormPostJwt,
            _ => return None,
        })
    }

    /// Takes `response_mode` out of a request.
    pub(crate) fn from_parameters(parameters: &Parameters) -> Result<Self, OAuthError> {
        let Some(name) = parameters.get("response_mode") else {
            return Ok(Self::default());
        };
        Self::parse(name).ok_or(OAuthError::invalid_request(
            "response_mode must be query, fragment, form_post, jwt, query.jwt, fragment.jwt or form_post.jwt",
        ))
    }

    /// The mode of an error answer: the one asked for, or the default where it is itself defective.
    pub(crate) fn for_errors(parameters: &Parameters) -> Self {
        Self::from_parameters(parameters).unwrap_or_default()
    }

    /// Whether the answer is a signed JWT (JARM).
    pub const fn is_signed(self) -> bool {
        matches!(self, Self::QueryJwt | Self::FragmentJwt | Self::FormPostJwt)
    }

    pub(crate) const fn carrier(self) -> Carrier {
        match self {
            Self::Query | Self::QueryJwt => Carrier::Query,
            Self::Fragment | Self::FragmentJwt => Carrier::Fragment,
            Self::FormPost | Self::FormPostJwt => Carrier::Form,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_announced_mode_is_served_and_survives_storage() {
        for name in RESPONSE_MODES {
            let mode = ResponseMode::parse(name).unwrap();
            let stored = serde_json::to_string(&mode).unwrap();
            assert_eq!(serde_json::from_str::<ResponseMode>(&stored).unwrap(), mode);
            assert_eq!(mode.is_signed(), name.ends_with("jwt"), "{name}");
            let kept = if name == "jwt" { "query.jwt" } else { name };
            assert_eq!(stored, format!("\"{kept}\""));
        }
    }

    #[test]
    fn other_modes_are_refused_and_errors_fall_back_to_the_query() {
        for name in [
            "Query",
            "web_message",
            "none",
            "jwt.query",
            "query.jwt.jwt",
            "form-post",
        ] {
            assert_eq!(ResponseMode::parse(name), None, "{name}");
            let parameters = Parameters::from_query(&format!("response_mode={name}"));
            assert!(ResponseMode::from_parameters(&parameters).is_err(), "{name}");
            assert_eq!(ResponseMode::for_errors(&parameters), ResponseMode::Query);
        }
        let doubled = Parameters::from_query("response_mode=form_post&response_mode=form_post");
        assert_eq!(ResponseMode::for_errors(&doubled), ResponseMode::Query);
    }
}
