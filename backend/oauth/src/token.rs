//! The token endpoint: redeeming codes and refresh tokens (RFC 6749, 4.1.3, 5.1 and 6).
//! Not here: making, storing and spending codes and tokens.

use serde::Serialize;

use crate::authorization::AuthorizationRequest;
use crate::client_authentication::AuthenticatedClient;
use crate::error::{ErrorCode, OAuthError};
use crate::opaque::OpaqueValue;
use crate::parameters::Parameters;
use crate::pkce::CodeVerifier;
use crate::scope::Scopes;
use crate::sender_constraint::SenderConstraint;

/// A request at the token endpoint.
#[derive(Debug)]
pub enum TokenRequest {
    /// `grant_type=authorization_code`.
    AuthorizationCode(CodeRedemption),
    /// `grant_type=refresh_token`.
    RefreshToken(RefreshRequest),
}

impl TokenRequest {
    /// Reads the form of an authenticated client.
    pub fn read(form: &Parameters) -> Result<Self, OAuthError> {
        match form.require("grant_type", "grant_type is missing")? {
            "authorization_code" => CodeRedemption::read(form).map(Self::AuthorizationCode),
            "refresh_token" => RefreshRequest::read(form).map(Self::RefreshToken),
            _ => Err(OAuthError::new(
                ErrorCode::UnsupportedGrantType,
                "grant_type must be authorization_code or refresh_token",
            )),
        }
    }
}

/// The redemption of a code (RFC 6749, 4.1.3; RFC 7636, 4.5).
#[derive(Debug)]
pub struct CodeRedemption {
    code: OpaqueValue,
    redirect_uri: String,
    code_verifier: CodeVerifier,
}

impl CodeRedemption {
    fn read(form: &Parameters) -> Result<Self, OAuthError> {
        let verifier = form.require("code_verifier", "code_verifier is missing")?;
        Ok(Self {
            code: OpaqueValue::presented(form.require("code", "code is missing")?),
            redirect_uri: form.require("redirect_uri", "redirect_uri is missing")?.to_owned(),
            code_verifier: CodeVerifier::parse(verifier).ok_or(OAuthError::invalid_request(
                "code_verifier must be 43 to 128 characters of letters, digits, hyphen, dot, underscore or tilde",
            ))?,
        })
    }

    /// The code, to be looked up by its hash.
    pub const fn code(&self) -> &OpaqueValue {
        &self.code
    }

    /// Checks the redemption against the request that the code was issued for: same client, same
    /// redirect URI, matching verifier. Do this before the code is spent, so that a stolen code in
    /// another client's hands changes nothing; and revoke on a replay only when this passes as far as
    /// the client ([`AuthenticatedClient::must_own`]).
    pub fn check(
        &self,
        client: &AuthenticatedClient,
        issued_for: &AuthorizationRequest,
    ) -> Result<(), OAuthError> {
        client.must_own(issued_for.client_id())?;
        if self.redirect_uri != issued_for.redirect_uri()
            || !issued_for.code_challenge().matches(&self.code_verifier)
        {
            return Err(OAuthError::new(
                ErrorCode::InvalidGrant,
                "redirect_uri or code_verifier does not belong to this code",
            ));
        }
        Ok(())
    }
}

/// The use of a refresh token (RFC 6749, 6).
#[derive(Debug)]
pub struct RefreshRequest {
    refresh_token: OpaqueValue,
    scope: Option<Scopes>,
}

impl RefreshRequest {
    fn read(form: &Parameters) -> Result<Self, OAuthError> {
        let refresh_token = form.require("refresh_token", "refresh_token is missing")?;
        let scope = form.get("scope").map(Scopes::parse).transpose();
        Ok(Self {
            refresh_token: OpaqueValue::presented(refresh_token),
            scope: scope.map_err(|_| OAuthError::new(ErrorCode::InvalidScope, "scope is malformed"))?,
        })
    }

    /// The refresh token, to be looked up by its hash.
    pub const fn refresh_token(&self) -> &OpaqueValue {
        &self.refresh_token
    }

    /// The scopes of the new access token: those granted, or fewer if the client asks for fewer.
    pub fn scopes(&self, granted: &Scopes) -> Result<Scopes, OAuthError> {
        match &self.scope {
            None => Ok(granted.clone()),
            Some(asked) if asked.is_subset_of(granted) => Ok(asked.clone()),
            Some(_) => Err(OAuthError::new(
                ErrorCode::InvalidScope,
                "scope goes beyond what was granted",
            )),
        }
    }
}

/// A successful answer (RFC 6749, 5.1), with `Cache-Control: no-store`.
#[derive(Serialize)]
pub struct TokenResponse {
    access_token: String,
    token_type: &'static str,
    expires_in: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    refresh_token: Option<String>,
    scope: Scopes,
    permission_expires_at: String,
}

/// What the server decided about the tokens it issues.
pub struct IssuedTokens<'a> {
    /// The new access token.
    pub access_token: &'a OpaqueValue,
    /// Its lifetime in seconds.
    pub expires_in: u32,
    /// The refresh token, if one is handed out.
    pub refresh_token: Option<&'a OpaqueValue>,
    /// What the access token permits.
    pub scopes: &'a Scopes,
    /// When the customer's permission ends, RFC 3339.
    pub permission_expires_at: &'a str,
}

impl TokenResponse {
    /// Builds the answer. The constraint shows that the token is bound or excepted: no token without it.
    pub fn new(issued: &IssuedTokens<'_>, bound_by: &SenderConstraint) -> Self {
        Self {
            access_token: issued.access_token.expose().to_owned(),
            token_type: bound_by.token_type(),
            expires_in: issued.expires_in,
            refresh_token: issued.refresh_token.map(|token| token.expose().to_owned()),
            scope: issued.scopes.clone(),
            permission_expires_at: issued.permission_expires_at.to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::authorization::AuthorizationCall;
    use crate::dpop::VerifiedProof;
    use crate::jwks::JwkThumbprint;
    use crate::test_clients::{authenticated, baseline_client, fapi2_client};

    const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    const REDIRECT: &str = "https%3A%2F%2Fkaikei.example%2Fcallback%3Ffrom%3Dbank";

    fn issued_for() -> AuthorizationRequest {
        let query = format!(
            "client_id=baseline&response_type=code&redirect_uri={REDIRECT}&code_challenge_method=S256\
             &code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
        );
        AuthorizationCall::from_query(&query)
            .unwrap()
            .check_direct(&baseline_client())
            .unwrap()
    }

    fn read(body: &str) -> Result<TokenRequest, OAuthError> {
        TokenRequest::read(&Parameters::from_form(body.as_bytes())?)
    }

    fn redemption(redirect_uri: &str, verifier: &str) -> CodeRedemption {
        let body = format!(
            "grant_type=authorization_code&code=c&redirect_uri={redirect_uri}&code_verifier={verifier}"
        );
        match read(&body).unwrap() {
            TokenRequest::AuthorizationCode(redemption) => redemption,
            TokenRequest::RefreshToken(_) => panic!("a code was redeemed"),
        }
    }

    fn refresh(body: &str) -> RefreshRequest {
        match read(body).unwrap() {
            TokenRequest::RefreshToken(refresh) => refresh,
            TokenRequest::AuthorizationCode(_) => panic!("a token was refreshed"),
        }
    }

    #[test]
    fn a_code_serves_its_client_uri_and_verifier_only() {
        let owner = authenticated(&baseline_client());
        let good = redemption(REDIRECT, VERIFIER);
        assert_eq!(good.code().expose(), "c");
        assert_eq!(good.check(&owner, &issued_for()), Ok(()));
        let other_verifier = VERIFIER.replace('d', "e");
        for (what, client, redemption) in [
            (
                "client",
                authenticated(&fapi2_client()),
                redemption(REDIRECT, VERIFIER),
            ),
            (
                "uri",
                owner.clone(),
                redemption("https%3A%2F%2Fkaikei.example%2Fcallback", VERIFIER),
            ),
            ("verifier", owner, redemption(REDIRECT, &other_verifier)),
        ] {
            let error = redemption.check(&client, &issued_for()).unwrap_err();
            assert_eq!(error.code(), ErrorCode::InvalidGrant, "{what}");
        }
    }

    #[test]
    fn malformed_requests() {
        let good =
            format!("grant_type=authorization_code&code=c&redirect_uri={REDIRECT}&code_verifier={VERIFIER}");
        assert!(read(&good).is_ok());
        for (body, code) in [
            (String::new(), "invalid_request"),
            (
                "grant_type=password&username=a&password=b".to_owned(),
                "unsupported_grant_type",
            ),
            (
                "grant_type=client_credentials".to_owned(),
                "unsupported_grant_type",
            ),
            (good.replace("code=c&", ""), "invalid_request"),
            (good.replace("code=c&", "code=&"), "invalid_request"),
            (good.replace("redirect_uri", "x"), "invalid_request"),
            (good.replace("code_verifier", "x"), "invalid_request"),
            (good.replace(VERIFIER, "short"), "invalid_request"),
            (format!("{good}&code=c"), "invalid_request"),
            ("grant_type=refresh_token".to_owned(), "invalid_request"),
            (
                "grant_type=refresh_token&refresh_token=r&scope=%20".to_owned(),
                "invalid_scope",
            ),
        ] {
            assert_eq!(read(&body).unwrap_err().body().error, code, "{body}");
        }
    }

    #[test]
    fn a_refresh_never_widens() {
        let granted = Scopes::parse("accounts balance").unwrap();
        let all = refresh("grant_type=refresh_token&refresh_token=r");
        assert_eq!(all.refresh_token().expose(), "r");
        assert_eq!(all.scopes(&granted).unwrap(), granted);
        let fewer = refresh("grant_type=refresh_token&refresh_token=r&scope=balance");
        assert_eq!(fewer.scopes(&granted).unwrap().to_string(), "balance");
        let more = refresh("grant_type=refresh_token&refresh_token=r&scope=accounts+transfers");
        assert_eq!(more.scopes(&granted).unwrap_err().code(), ErrorCode::InvalidScope);
    }

    #[test]
    fn the_answer_of_rfc_6749() {
        let client = authenticated(&baseline_client());
        let constraint = SenderConstraint::establish(&client, None, None).unwrap();
        let issued = IssuedTokens {
            access_token: &OpaqueValue::presented("at"),
            expires_in: 300,
            refresh_token: Some(&OpaqueValue::presented("rt")),
            scopes: &Scopes::parse("accounts balance").unwrap(),
            permission_expires_at: "2027-04-15T00:00:00+09:00",
        };
        let json = serde_json::to_value(TokenResponse::new(&issued, &constraint)).unwrap();
        assert_eq!(
            json,
            serde_json::json!({
                "access_token": "at", "token_type": "Bearer", "expires_in": 300, "refresh_token": "rt",
                "scope": "accounts balance", "permission_expires_at": "2027-04-15T00:00:00+09:00"
            })
        );
        let proof = VerifiedProof::for_tests(JwkThumbprint::from_bytes([1; 32]));
        let constraint = SenderConstraint::establish(&client, None, Some(&proof)).unwrap();
        let json = serde_json::to_value(TokenResponse::new(&issued, &constraint)).unwrap();
        assert_eq!(json["token_type"], "DPoP");
    }
}
