//! Tokens as the bank hands them out, and the link they make (RFC 6749, 5.1; `permission_expires_at` is the bank's own).
//! Not here: where links are kept.

use oauth2::basic::{
    BasicErrorResponse, BasicRevocationErrorResponse, BasicTokenIntrospectionResponse, BasicTokenType,
};
use oauth2::{
    AccessToken, EndpointNotSet, EndpointSet, ExtraTokenFields, RefreshToken, StandardRevocableToken,
    StandardTokenResponse, TokenResponse as _,
};
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use super::LinkError;

/// Renew this many seconds before the end, so that a token does not end on its way.
const EARLY: i64 = 30;
/// What a token lives if the bank does not say, in seconds.
const UNSAID_LIFETIME: i64 = 60;

/// What the bank adds to the token answer.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct PermissionFields {
    permission_expires_at: Option<String>,
}

impl ExtraTokenFields for PermissionFields {}

pub(super) type TokenAnswer = StandardTokenResponse<PermissionFields, BasicTokenType>;

/// The library's client with our token answer and all endpoints set.
pub(super) type Client = oauth2::Client<
    BasicErrorResponse,
    TokenAnswer,
    BasicTokenIntrospectionResponse,
    StandardRevocableToken,
    BasicRevocationErrorResponse,
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointSet,
    EndpointSet,
>;

/// A linkage from this side: tokens and what they permit. Debug shows no token.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Link {
    access_token: AccessToken,
    access_ends_at: i64,
    refresh_token: Option<RefreshToken>,
    scopes: Vec<String>,
    permission_ends_at: Option<i64>,
}

impl Link {
    pub(super) fn from_answer<'a>(
        answer: &TokenAnswer,
        asked: impl Iterator<Item = &'a str>,
        now: OffsetDateTime,
    ) -> Result<Self, LinkError> {
        if *answer.token_type() != BasicTokenType::Bearer {
            return Err(LinkError::Unexpected("the token is of an unknown type"));
        }
        let lifetime = answer
            .expires_in()
            .and_then(|lifetime| i64::try_from(lifetime.as_secs()).ok());
        let permission_ends_at = answer
            .extra_fields()
            .permission_expires_at
            .as_deref()
            .and_then(|text| OffsetDateTime::parse(text, &Rfc3339).ok())
            .map(OffsetDateTime::unix_timestamp);
        Ok(Self {
            access_token: answer.access_token().clone(),
            access_ends_at: now
                .unix_timestamp()
                .saturating_add(lifetime.unwrap_or(UNSAID_LIFETIME)),
            refresh_token: answer.refresh_token().cloned(),
            // RFC 6749, 5.1: without scope, all that was asked for.
            scopes: match answer.scopes() {
                Some(scopes) => scopes.iter().map(|scope| scope.to_string()).collect(),
                None => asked.map(str::to_owned).collect(),
            },
            permission_ends_at,
        })
    }

    /// The link after a renewal; what the answer leaves out stays (RFC 6749, 6).
    pub(super) fn renewed(&self, answer: &TokenAnswer, now: OffsetDateTime) -> Result<Self, LinkError> {
        let mut link = Self::from_answer(answer, self.scopes.iter().map(String::as_str), now)?;
        link.refresh_token = link.refresh_token.or_else(|| self.refresh_token.clone());
        link.permission_ends_at = link.permission_ends_at.or(self.permission_ends_at);
        Ok(link)
    }

    /// The access token.
    pub const fn access_token(&self) -> &AccessToken {
        &self.access_token
    }

    pub(super) const fn refresh_token(&self) -> Option<&RefreshToken> {
        self.refresh_token.as_ref()
    }

    /// Whether the access token is at its end.
    pub fn needs_renewal(&self, now: OffsetDateTime) -> bool {
        self.access_ends_at - EARLY <= now.unix_timestamp()
    }

    /// Whether this business was permitted.
    pub fn permits(&self, scope: &str) -> bool {
        self.scopes.iter().any(|known| known == scope)
    }

    /// What was permitted.
    pub fn scopes(&self) -> impl Iterator<Item = &str> {
        self.scopes.iter().map(String::as_str)
    }

    /// When the permission ends (exclusive), if the bank said so.
    pub fn permission_ends_at(&self) -> Option<OffsetDateTime> {
        self.permission_ends_at
            .and_then(|seconds| OffsetDateTime::from_unix_timestamp(seconds).ok())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};
    use time::macros::datetime;

    use super::*;

    const NOW: OffsetDateTime = datetime!(2027-01-15 12:00 UTC);

    fn answer(json: &Value) -> TokenAnswer {
        serde_json::from_value(json.clone()).unwrap()
    }

    fn full() -> Value {
        json!({
            "access_token": "at", "token_type": "Bearer", "expires_in": 300, "refresh_token": "rt",
            "scope": "accounts balance", "permission_expires_at": "2027-04-16T00:00:00+09:00", "unknown": 1
        })
    }

    #[test]
    fn a_whole_answer() {
        let link = Link::from_answer(&answer(&full()), std::iter::empty(), NOW).unwrap();
        assert_eq!(link.permission_ends_at(), Some(datetime!(2027-04-15 15:00 UTC)));
        assert!(link.permits("balance") && !link.permits("statement"));
        assert!(!link.needs_renewal(NOW + time::Duration::seconds(269)));
        assert!(link.needs_renewal(NOW + time::Duration::seconds(270)));
        let shown = format!("{link:?}");
        assert!(!shown.contains("\"at\"") && !shown.contains("\"rt\""), "{shown}");
    }

    #[test]
    fn a_renewal_keeps_what_it_does_not_bring() {
        let link = Link::from_answer(&answer(&full()), std::iter::empty(), NOW).unwrap();
        let short = answer(&json!({"access_token": "at2", "token_type": "bearer", "expires_in": 300}));
        let renewed = link.renewed(&short, NOW).unwrap();
        assert_eq!(renewed.access_token().secret(), "at2");
        assert_eq!(renewed.refresh_token().unwrap().secret(), "rt");
        assert_eq!(renewed.permission_ends_at(), link.permission_ends_at());
        assert!(renewed.permits("balance"));
    }

    #[test]
    fn an_unknown_token_type_is_refused() {
        let mut json = full();
        json["token_type"] = "DPoP".into();
        assert!(Link::from_answer(&answer(&json), std::iter::empty(), NOW).is_err());
    }
}
