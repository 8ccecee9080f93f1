//! UserInfo: `sub`, and of the login what the `claims` parameter asked for (OpenID Connect Core 1.0, 5.3.2).
//! Not here: who may ask, and the signature where the client wants a JWT. Names and addresses of customers stay with the bank.

use serde::Serialize;

use super::authentication_context::{ACR, AMR, CustomerLogin};
use super::claims_request::{Claim, ClaimsRequest};
use super::subject::Subject;
use crate::issuer_identification::Issuer;

/// The `typ` of the signed form.
pub const TYPE: &str = "JWT";
/// The media type of the signed form (OpenID Connect Core 1.0, 5.3.2); plain it is `application/json`.
pub const SIGNED_MEDIA_TYPE: &str = "application/jwt";

/// The plain answer.
#[derive(Clone, Debug, Serialize)]
pub struct UserInfo<'a> {
    sub: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    acr: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    amr: Option<[&'static str; 3]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    auth_time: Option<i64>,
}

impl<'a> UserInfo<'a> {
    /// What is said of the customer under a permission that rests on this login and request.
    pub fn new(subject: &'a Subject, login: CustomerLogin, asked: &ClaimsRequest) -> Self {
        let wants = |claim| asked.userinfo().contains(&claim);
        Self {
            sub: subject.as_str(),
            acr: wants(Claim::Acr).then_some(ACR),
            amr: wants(Claim::Amr).then_some(AMR),
            auth_time: wants(Claim::AuthTime).then_some(login.auth_time()),
        }
    }

    /// The claims of the signed form, which names issuer and audience too.
    pub fn to_sign(&self, issuer: &'a Issuer, client_id: &'a str) -> SignedUserInfo<'a> {
        SignedUserInfo {
            iss: issuer.as_str(),
            aud: client_id,
            content: self.clone(),
        }
    }
}

/// The claims to sign for clients with `userinfo_signed_response_alg`.
#[derive(Clone, Debug, Serialize)]
pub struct SignedUserInfo<'a> {
    iss: &'a str,
    aud: &'a str,
    #[serde(flatten)]
    content: UserInfo<'a>,
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn sub_and_what_was_asked_for() {
        let subject = Subject::parse("abc").unwrap();
        let login = CustomerLogin::completed_at(900);
        let issuer = Issuer::parse("https://localhost:8443").unwrap();
        for (asked, expected) in [
            ("{}", json!({"sub": "abc"})),
            (r#"{"userinfo": {"email": null}}"#, json!({"sub": "abc"})),
            (r#"{"id_token": {"acr": null}}"#, json!({"sub": "abc"})),
            (
                r#"{"userinfo": {"acr": null, "amr": null, "auth_time": null}}"#,
                json!({"sub": "abc", "acr": ACR, "amr": AMR, "auth_time": 900}),
            ),
        ] {
            let asked = ClaimsRequest::parse(asked).unwrap();
            let answer = UserInfo::new(&subject, login, &asked);
            assert_eq!(serde_json::to_value(&answer).unwrap(), expected);
            let mut signed = expected;
            signed["iss"] = "https://localhost:8443".into();
            signed["aud"] = "kaikei".into();
            assert_eq!(
                serde_json::to_value(answer.to_sign(&issuer, "kaikei")).unwrap(),
                signed
            );
        }
    }
}
