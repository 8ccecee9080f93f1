//! The `claims` parameter (OpenID Connect Core 1.0, 5.5).
//! Not here: the claims themselves (`id_token`, `userinfo`). What is asked for in vain and is not essential is ignored.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::authentication_context::ACR;
use super::subject::Subject;
use crate::error::OAuthError;

/// The most claims of one member.
const MAX_CLAIMS: usize = 50;

/// A claim that UserInfo holds when it is asked for, beside `sub`. id_tokens hold them always.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Claim {
    /// The authentication context class.
    Acr,
    /// The authentication methods.
    Amr,
    /// When the customer logged in.
    AuthTime,
}

impl Claim {
    /// Every one of them.
    pub const ALL: [Self; 3] = [Self::Acr, Self::Amr, Self::AuthTime];

    /// Its name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Acr => "acr",
            Self::Amr => "amr",
            Self::AuthTime => "auth_time",
        }
    }
}

/// What of a `claims` parameter has an effect.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ClaimsRequest {
    #[serde(skip_serializing_if = "Option::is_none")]
    sub: Option<Subject>,
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    userinfo: BTreeSet<Claim>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    wants_another_acr: bool,
}

#[derive(Deserialize)]
struct Members {
    #[serde(default)]
    id_token: Option<Map<String, Value>>,
    #[serde(default)]
    userinfo: Option<Map<String, Value>>,
}

/// How one claim is asked for (OpenID Connect Core 1.0, 5.5.1). Other members are ignored, as it says.
#[derive(Default, Deserialize)]
struct Wanted {
    #[serde(default)]
    essential: bool,
    value: Option<Value>,
    values: Option<Vec<Value>>,
}

impl ClaimsRequest {
    /// Reads the JSON of the parameter.
    ///
    /// # Errors
    /// `invalid_request` when it is not the JSON that OpenID Connect Core 1.0, 5.5 describes, or asks for two customers.
    pub fn parse(json: &str) -> Result<Self, OAuthError> {
        const MALFORMED: OAuthError = OAuthError::invalid_request(
            "claims must be a JSON object with the members id_token and userinfo",
        );
        let object: Map<String, Value> = serde_json::from_str(json).map_err(|_| MALFORMED)?;
        let members = Members::deserialize(Value::Object(object)).map_err(|_| MALFORMED)?;
        let id_token = members.id_token.unwrap_or_default();
        let userinfo = members.userinfo.unwrap_or_default();
        if id_token.len().max(userinfo.len()) > MAX_CLAIMS {
            return Err(OAuthError::invalid_request("claims asks for too many claims"));
        }
        let mut request = Self::default();
        for (name, value) in &id_token {
            let wanted = Wanted::read(value)?;
            match name.as_str() {
                "sub" => request.want_subject(wanted)?,
                "acr" => request.wants_another_acr = wanted.excludes(ACR),
                _ => {}
            }
        }
        for (name, value) in &userinfo {
            let wanted = Wanted::read(value)?;
            if name == "sub" {
                request.want_subject(wanted)?;
            }
            let known = Claim::ALL.into_iter().find(|claim| claim.name() == name);
            request.userinfo.extend(known);
        }
        Ok(request)
    }

    fn want_subject(&mut self, wanted: Wanted) -> Result<(), OAuthError> {
        if wanted.values.is_some() {
            return Err(OAuthError::invalid_request(
                "claims may ask for one sub by value only",
            ));
        }
        let Some(value) = wanted.value else { return Ok(()) };
        let subject =
            value
                .as_str()
                .and_then(|text| Subject::parse(text).ok())
                .ok_or(OAuthError::invalid_request(
                    "the sub in claims must be 1 to 255 visible ASCII characters",
                ))?;
        match self.sub.replace(subject) {
            Some(before) if self.sub.as_ref() != Some(&before) => Err(OAuthError::invalid_request(
                "claims asks for two different values of sub",
            )),
            _ => Ok(()),
        }
    }

    /// Whether nothing is asked for that has an effect.
    pub(super) fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Whether this is the customer asked for, or none is (OpenID Connect Core 1.0, 5.5.1).
    pub fn accepts(&self, customer: &Subject) -> bool {
        self.sub.as_ref().is_none_or(|wanted| wanted == customer)
    }

    /// Whether one customer is asked for.
    pub const fn names_customer(&self) -> bool {
        self.sub.is_some()
    }

    /// The claims that UserInfo is to hold beside `sub`.
    pub const fn userinfo(&self) -> &BTreeSet<Claim> {
        &self.userinfo
    }

    /// The same, with what UserInfo was to hold before.
    #[must_use]
    pub fn with_userinfo_of(mut self, before: &Self) -> Self {
        self.userinfo.extend(&before.userinfo);
        self
    }

    /// Whether an `acr` is essential that is not ours (OpenID Connect Core 1.0, 5.5.1.1).
    pub(super) const fn wants_another_acr(&self) -> bool {
        self.wants_another_acr
    }
}

impl Wanted {
    fn read(value: &Value) -> Result<Self, OAuthError> {
        if value.is_null() {
            return Ok(Self::default());
        }
        if !value.is_object() {
            return Err(Self::MALFORMED);
        }
        Self::deserialize(value).map_err(|_| Self::MALFORMED)
    }

    const MALFORMED: OAuthError = OAuthError::invalid_request(
        "a claim in claims must be null or an object with essential, value and values",
    );

    /// Whether it is essential and none of its values is this one.
    fn excludes(&self, ours: &str) -> bool {
        let by_value = self.value.as_ref().is_some_and(|value| value != ours);
        let by_values = self
            .values
            .as_ref()
            .is_some_and(|values| !values.iter().any(|value| value == ours));
        self.essential && (by_value || by_values)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn parse(json: &str) -> ClaimsRequest {
        let request = ClaimsRequest::parse(json).unwrap_or_else(|error| panic!("{json}: {error}"));
        let stored = serde_json::to_string(&request).unwrap();
        assert_eq!(serde_json::from_str::<ClaimsRequest>(&stored).unwrap(), request);
        request
    }

    #[test]
    fn only_an_essential_acr_that_is_not_ours_cannot_be_met() {
        let ours = format!("\"{ACR}\"");
        for (acr, another) in [
            ("null".to_owned(), false),
            (r#"{"essential": true}"#.to_owned(), false),
            (r#"{"value": "loa3"}"#.to_owned(), false),
            (r#"{"essential": false, "values": ["loa3"]}"#.to_owned(), false),
            (r#"{"essential": true, "value": "loa3"}"#.to_owned(), true),
            (r#"{"essential": true, "values": ["loa3", 4]}"#.to_owned(), true),
            (r#"{"essential": true, "values": []}"#.to_owned(), true),
            (format!(r#"{{"essential": true, "value": {ours}}}"#), false),
            (
                format!(r#"{{"essential": true, "values": ["loa3", {ours}]}}"#),
                false,
            ),
        ] {
            let request = parse(&format!(r#"{{"id_token": {{"acr": {acr}}}}}"#));
            assert_eq!(request.wants_another_acr(), another, "{acr}");
        }
    }

    #[test]
    fn a_sub_with_a_value_is_kept_wherever_it_stands() {
        let (wanted, other) = (Subject::parse("abc").unwrap(), Subject::parse("abd").unwrap());
        for json in [
            r#"{"id_token": {"sub": {"value": "abc"}}}"#,
            r#"{"userinfo": {"sub": {"value": "abc"}}}"#,
            r#"{"id_token": {"sub": {"value": "abc"}}, "userinfo": {"sub": {"value": "abc"}}}"#,
        ] {
            assert!(parse(json).accepts(&wanted), "{json}");
            assert!(
                !parse(json).accepts(&other) && parse(json).names_customer(),
                "{json}"
            );
        }
        for json in ["{}", r#"{"id_token": {"sub": null}}"#, r#"{"id_token": null}"#] {
            assert!(parse(json).accepts(&other), "{json}");
            assert!(parse(json).is_empty() && !parse(json).names_customer(), "{json}");
        }
    }

    #[test]
    fn userinfo_holds_what_is_known() {
        let request = parse(
            r#"{"userinfo": {"auth_time": {"essential": true}, "email": {"essential": true}, "acr": null},
                "id_token": {"amr": null}, "other": 1}"#,
        );
        let names: Vec<_> = request.userinfo().iter().map(|claim| claim.name()).collect();
        assert_eq!(names, ["acr", "auth_time"]);
    }

    #[test]
    fn claims_that_are_refused() {
        let many: Vec<String> = (0..=MAX_CLAIMS).map(|i| format!("\"c{i}\": null")).collect();
        let many = format!("{{\"userinfo\": {{{}}}}}", many.join(","));
        let deep = "[".repeat(200);
        for json in [
            "",
            "[]",
            "[{}, {}]",
            "null",
            "\"x\"",
            "{",
            r#"{"id_token": []}"#,
            r#"{"userinfo": "x"}"#,
            r#"{"id_token": {"acr": true}}"#,
            r#"{"id_token": {"acr": [true]}}"#,
            r#"{"id_token": {"acr": {"essential": "yes"}}}"#,
            r#"{"id_token": {"acr": {"values": "x"}}}"#,
            r#"{"userinfo": {"email": 1}}"#,
            r#"{"id_token": {"sub": {"value": 1}}}"#,
            r#"{"id_token": {"sub": {"value": ""}}}"#,
            r#"{"id_token": {"sub": {"values": ["a"]}}}"#,
            r#"{"id_token": {"sub": {"value": "a"}}, "userinfo": {"sub": {"value": "b"}}}"#,
            &many,
            &deep,
        ] {
            let error = ClaimsRequest::parse(json).unwrap_err();
            assert_eq!(error.body().error, "invalid_request", "{json}");
        }
    }

    proptest! {
        #[test]
        fn parsing_never_panics(text in r#"[{}\[\]":,a-z_]{0,80}"#) {
            let _ = ClaimsRequest::parse(&text);
        }
    }
}
