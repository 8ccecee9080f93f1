//! Grants by name: asking for a new one, for more, or for another in its place (Grant Management for OAuth 2.0, FAPI working
//! group draft). Not here: finding and changing grants. A partner asks after them and ends them at `/grants/{grant_id}`.

use serde::{Deserialize, Serialize};

use crate::authorization_details::AuthorizationDetails;
use crate::error::{ErrorCode, OAuthError};
use crate::parameters::{Parameters, is_visible_ascii};
use crate::scope::Scopes;

/// The scope of asking after a grant (6.1).
pub const GRANT_MANAGEMENT_QUERY: &str = "grant_management_query";
/// The scope of ending a grant (6.1).
pub const GRANT_MANAGEMENT_REVOKE: &str = "grant_management_revoke";
/// The scopes of the grant management API. A client gets them for itself, by `grant_type=client_credentials`.
pub const SCOPES: [&str; 2] = [GRANT_MANAGEMENT_QUERY, GRANT_MANAGEMENT_REVOKE];

/// Every action that is served, for `grant_management_actions_supported` (7.1).
pub const ACTIONS: [&str; 5] = ["create", "merge", "replace", "query", "revoke"];

/// The longest `grant_id`, in bytes.
const MAX_GRANT_ID: usize = 128;

/// The name of a grant as a client presented it; it may be anything.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct GrantId(String);

impl GrantId {
    /// The name, to be looked up among the grants of this client only.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// `grant_management_action` with its `grant_id` (5.2).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "action", content = "grant_id", rename_all = "snake_case")]
pub enum GrantManagement {
    /// A grant beside those that there are.
    Create,
    /// What is permitted now joins what this grant permits.
    Merge(GrantId),
    /// What is permitted now takes the place of what this grant permits.
    Replace(GrantId),
}

impl GrantManagement {
    /// Takes both parameters out of an authorization request.
    pub(crate) fn from_parameters(parameters: &Parameters) -> Result<Option<Self>, OAuthError> {
        let wrong = |description| Err(OAuthError::invalid_request(description));
        let grant_id = parameters.get("grant_id");
        let named = || match grant_id {
            Some(text) if is_visible_ascii(text, MAX_GRANT_ID) => Ok(GrantId(text.to_owned())),
            Some(_) => Err(invalid_grant_id()),
            None => Err(OAuthError::invalid_request("grant_id is missing")),
        };
        Ok(Some(match parameters.get("grant_management_action") {
            None if grant_id.is_some() => return wrong("grant_id needs a grant_management_action"),
            None => return Ok(None),
            Some("create") if grant_id.is_some() => {
                return wrong("grant_management_action create has no grant_id");
            }
            Some("create") => Self::Create,
            Some("merge") => Self::Merge(named()?),
            Some("replace") => Self::Replace(named()?),
            Some(_) => return wrong("grant_management_action must be create, merge or replace"),
        }))
    }

    /// The grant to change.
    pub const fn grant_id(&self) -> Option<&GrantId> {
        match self {
            Self::Create => None,
            Self::Merge(grant_id) | Self::Replace(grant_id) => Some(grant_id),
        }
    }
}

/// The one answer to every grant that this client cannot change: unknown, ended, of another client or another customer (5.5).
pub const fn invalid_grant_id() -> OAuthError {
    OAuthError::new(
        ErrorCode::InvalidGrantId,
        "grant_id is unknown, ended or belongs to another client or customer",
    )
}

/// The answer to a query after a grant (6.3), with `Cache-Control: no-store`.
#[derive(Clone, Debug, Serialize)]
pub struct GrantResource<'a> {
    scopes: Vec<GrantedScope<'a>>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    claims: Vec<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    authorization_details: Option<&'a AuthorizationDetails>,
}

/// Scopes that were granted together. We name no `resources`: there is one.
#[derive(Clone, Debug, Serialize)]
struct GrantedScope<'a> {
    scope: &'a Scopes,
}

impl<'a> GrantResource<'a> {
    /// The state of a grant: its scopes, the claims that UserInfo holds under it, its granted details.
    pub fn new(
        scopes: &'a Scopes,
        claims: impl IntoIterator<Item = &'static str>,
        authorization_details: Option<&'a AuthorizationDetails>,
    ) -> Self {
        Self {
            scopes: vec![GrantedScope { scope: scopes }],
            claims: claims.into_iter().collect(),
            authorization_details,
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(query: &str) -> Result<Option<GrantManagement>, OAuthError> {
        GrantManagement::from_parameters(&Parameters::from_query(query))
    }

    #[test]
    fn actions_and_the_grants_they_need() {
        let id = || GrantId("TSdqirmAxDa0_-DB_1bASQ".to_owned());
        for (query, expected) in [
            ("", None),
            ("grant_management_action=create", Some(GrantManagement::Create)),
            (
                "grant_management_action=merge&grant_id=TSdqirmAxDa0_-DB_1bASQ",
                Some(GrantManagement::Merge(id())),
            ),
            (
                "grant_management_action=replace&grant_id=TSdqirmAxDa0_-DB_1bASQ",
                Some(GrantManagement::Replace(id())),
            ),
        ] {
            let read = read(query).unwrap();
            assert_eq!(read, expected, "{query}");
            let stored = serde_json::to_string(&read).unwrap();
            assert_eq!(
                serde_json::from_str::<Option<GrantManagement>>(&stored).unwrap(),
                expected
            );
        }
    }

    #[test]
    fn actions_that_are_refused() {
        let long = format!("grant_management_action=merge&grant_id={}", "x".repeat(129));
        for (query, code) in [
            ("grant_id=x", "invalid_request"),
            ("grant_id=x&grant_management_action=", "invalid_request"),
            ("grant_management_action=create&grant_id=x", "invalid_request"),
            ("grant_management_action=merge", "invalid_request"),
            ("grant_management_action=replace&grant_id=", "invalid_request"),
            ("grant_management_action=update&grant_id=x", "invalid_request"),
            ("grant_management_action=query&grant_id=x", "invalid_request"),
            ("grant_management_action=revoke&grant_id=x", "invalid_request"),
            ("grant_management_action=Create", "invalid_request"),
            (
                "grant_management_action=merge&grant_id=%E9%AB%99",
                "invalid_grant_id",
            ),
            (&long, "invalid_grant_id"),
        ] {
            assert_eq!(read(query).unwrap_err().body().error, code, "{query}");
        }
    }

    #[test]
    fn the_grant_as_the_draft_writes_it() {
        let scopes = Scopes::parse("openid accounts balance").unwrap();
        let details =
            AuthorizationDetails::parse(r#"[{"type": "renkei_statements", "businesses": ["balance"]}]"#)
                .unwrap();
        assert_eq!(
            serde_json::to_value(GrantResource::new(&scopes, ["auth_time"], Some(&details))).unwrap(),
            json!({
                "scopes": [{"scope": "openid accounts balance"}],
                "claims": ["auth_time"],
                "authorization_details": [{"type": "renkei_statements", "businesses": ["balance"]}]
            })
        );
        assert_eq!(
            serde_json::to_value(GrantResource::new(&scopes, [], None)).unwrap(),
            json!({"scopes": [{"scope": "openid accounts balance"}]})
        );
    }
}
