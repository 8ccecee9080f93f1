//! The token endpoint: redeeming codes and refresh tokens, and tokens of a client's own (RFC 6749, 4.1.3, 4.4, 5.1 and 6).
//! Not here: making, storing and spending codes and tokens.

use serde::Serialize;

use crate::authorization::AuthorizationRequest;
use crate::authorization_details::{self, AuthorizationDetails, Business};
use crate::client::ClientMetadata;
use crate::client_authentication::AuthenticatedClient;
use crate::error::{ErrorCode, OAuthError};
use crate::grant_management;
use crate::jwks::JwkThumbprint;
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
    /// `grant_type=client_credentials`.
    ClientCredentials(ClientCredentialsRequest),
}

/// Every `grant_type` that is served, for metadata.
pub const GRANT_TYPES: [&str; 3] = ["authorization_code", "refresh_token", "client_credentials"];

impl TokenRequest {
    /// Reads the form of an authenticated client.
    pub fn read(form: &Parameters) -> Result<Self, OAuthError> {
        match form.require("grant_type", "grant_type is missing")? {
            "authorization_code" => CodeRedemption::read(form).map(Self::AuthorizationCode),
            "refresh_token" => RefreshRequest::read(form).map(Self::RefreshToken),
            "client_credentials" => ClientCredentialsRequest::read(form).map(Self::ClientCredentials),
            _ => Err(OAuthError::new(
                ErrorCode::UnsupportedGrantType,
                "grant_type must be authorization_code, refresh_token or client_credentials",
            )),
        }
    }
}

/// The redemption of a code (RFC 6749, 4.1.3; RFC 7636, 4.5).
#[derive(Debug)]
pub struct CodeRedemption {
    code: OpaqueValue,
    redirect_uri: String,
    code_verifier: Option<CodeVerifier>,
}

impl CodeRedemption {
    fn read(form: &Parameters) -> Result<Self, OAuthError> {
        let code_verifier = match form.get("code_verifier") {
            Some(text) => Some(CodeVerifier::parse(text).ok_or(OAuthError::invalid_request(
                "code_verifier must be 43 to 128 characters of letters, digits, hyphen, dot, underscore or tilde",
            ))?),
            None => None,
        };
        if form.get("authorization_details").is_some() {
            return Err(OAuthError::new(
                ErrorCode::InvalidAuthorizationDetails,
                "a code is redeemed for all that was granted; narrow it with the refresh token",
            ));
        }
        Ok(Self {
            code: OpaqueValue::presented(form.require("code", "code is missing")?),
            redirect_uri: form
                .require("redirect_uri", "redirect_uri is missing")?
                .to_owned(),
            code_verifier,
        })
    }

    /// The code, to be looked up by its hash.
    pub const fn code(&self) -> &OpaqueValue {
        &self.code
    }

    /// Checks the redemption against the request that the code was issued for: same client, same
    /// redirect URI, matching verifier, and the key that `dpop_jkt` named (RFC 9449, 10), where `proof_key` is that of the
    /// DPoP proof. Do this before the code is spent, so that a stolen code in another client's hands changes nothing; and
    /// revoke on a replay only when this passes as far as the client ([`AuthenticatedClient::must_own`]).
    pub fn check(
        &self,
        client: &AuthenticatedClient,
        issued_for: &AuthorizationRequest,
        proof_key: Option<JwkThumbprint>,
    ) -> Result<(), OAuthError> {
        let refuse = |description| Err(OAuthError::new(ErrorCode::InvalidGrant, description));
        client.must_own(issued_for.client_id())?;
        if self.redirect_uri != issued_for.redirect_uri() {
            return refuse("redirect_uri or code_verifier does not belong to this code");
        }
        match (issued_for.code_challenge(), &self.code_verifier) {
            (None, None) => {}
            (Some(challenge), Some(verifier)) if challenge.matches(verifier) => {}
            (Some(_), Some(_)) => {
                return refuse("redirect_uri or code_verifier does not belong to this code");
            }
            (Some(_), None) => return Err(OAuthError::invalid_request("code_verifier is missing")),
            // RFC 9700, 2.1.1: else an attacker's request without PKCE could take the place of the client's.
            (None, Some(_)) => return refuse("a code_verifier came for a code without code_challenge"),
        }
        if issued_for.dpop_jkt().is_some() && issued_for.dpop_jkt() != proof_key {
            return refuse("this code is bound by dpop_jkt to another key than that of the DPoP proof");
        }
        Ok(())
    }
}

/// The use of a refresh token (RFC 6749, 6).
#[derive(Debug)]
pub struct RefreshRequest {
    refresh_token: OpaqueValue,
    scope: Option<Scopes>,
    authorization_details: Option<AuthorizationDetails>,
}

fn read_scope(form: &Parameters) -> Result<Option<Scopes>, OAuthError> {
    let scope = form.get("scope").map(Scopes::parse).transpose();
    scope.map_err(|_| OAuthError::new(ErrorCode::InvalidScope, "scope is malformed"))
}

impl RefreshRequest {
    fn read(form: &Parameters) -> Result<Self, OAuthError> {
        let refresh_token = form.require("refresh_token", "refresh_token is missing")?;
        let details = form
            .get("authorization_details")
            .map(AuthorizationDetails::parse)
            .transpose()?;
        Ok(Self {
            refresh_token: OpaqueValue::presented(refresh_token),
            scope: read_scope(form)?,
            authorization_details: details,
        })
    }

    /// The refresh token, to be looked up by its hash.
    pub const fn refresh_token(&self) -> &OpaqueValue {
        &self.refresh_token
    }

    /// The scopes of the new access token: those granted, or fewer if the client asks for fewer, be it by `scope` or by
    /// the businesses of `authorization_details`.
    pub fn scopes(&self, granted: &Scopes) -> Result<Scopes, OAuthError> {
        let refuse = |description| OAuthError::new(ErrorCode::InvalidScope, description);
        let asked = self.scope.as_ref().unwrap_or(granted);
        if !asked.is_subset_of(granted) {
            return Err(refuse("scope goes beyond what was granted"));
        }
        let Some(details) = &self.authorization_details else {
            return Ok(asked.clone());
        };
        let left_out = |scope: &str| {
            Business::ALL
                .iter()
                .any(|business| business.scope() == scope && !details.businesses().contains(business))
        };
        Scopes::from_tokens(asked.iter().filter(|scope| !left_out(scope)))
            .ok()
            .filter(|scopes| !scopes.is_empty())
            .ok_or(refuse("scope and authorization_details have nothing in common"))
    }

    /// The details of the new access token: those granted, or fewer if the client asks for fewer (RFC 9396, 6.1). They
    /// must be stored with the token, which permits no more than they say.
    pub fn authorization_details(
        &self,
        granted: Option<&AuthorizationDetails>,
    ) -> Result<Option<AuthorizationDetails>, OAuthError> {
        match (&self.authorization_details, granted) {
            (None, granted) => Ok(granted.cloned()),
            (Some(fewer), Some(granted)) => granted.narrowed_to(fewer).map(Some),
            (Some(_), None) => Err(authorization_details::beyond()),
        }
    }
}

/// A client's request for a token of its own (RFC 6749, 4.4), which serves the grant management API and nothing else: no
/// customer takes part.
#[derive(Debug)]
pub struct ClientCredentialsRequest {
    scope: Option<Scopes>,
}

impl ClientCredentialsRequest {
    fn read(form: &Parameters) -> Result<Self, OAuthError> {
        if form.get("authorization_details").is_some() {
            return Err(authorization_details::beyond());
        }
        Ok(Self {
            scope: read_scope(form)?,
        })
    }

    /// The scopes of the token: those of grant management that are registered for the client, or fewer if it asks for
    /// fewer.
    ///
    /// # Errors
    /// `unauthorized_client` when none is registered, `invalid_scope` when it asks for others.
    pub fn scopes(&self, client: &ClientMetadata) -> Result<Scopes, OAuthError> {
        let refuse = OAuthError::new(
            ErrorCode::InvalidScope,
            "scope must be of grant_management_query and grant_management_revoke as registered for this client",
        );
        let registered = grant_management::SCOPES
            .into_iter()
            .filter(|scope| client.scopes().contains(scope));
        let registered = Scopes::from_tokens(registered).map_err(|_| refuse)?;
        if registered.is_empty() {
            return Err(OAuthError::new(
                ErrorCode::UnauthorizedClient,
                "this client has no scope of grant management, and client_credentials serves no other",
            ));
        }
        match &self.scope {
            None => Ok(registered),
            Some(asked) if asked.is_subset_of(&registered) => Ok(asked.clone()),
            Some(_) => Err(refuse),
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
    #[serde(skip_serializing_if = "Option::is_none")]
    id_token: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    authorization_details: Option<AuthorizationDetails>,
    #[serde(skip_serializing_if = "Option::is_none")]
    grant_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    permission_expires_at: Option<String>,
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
    /// The signed id_token, where `openid` was granted (OpenID Connect Core 1.0, 3.1.3.3).
    pub id_token: Option<&'a str>,
    /// What the access token permits, where the request was a rich one (RFC 9396, 7).
    pub authorization_details: Option<&'a AuthorizationDetails>,
    /// The name of the grant (Grant Management for OAuth 2.0, 5.4).
    pub grant_id: Option<&'a str>,
    /// When the customer's permission ends, RFC 3339; a client's own token has none.
    pub permission_expires_at: Option<&'a str>,
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
            id_token: issued.id_token.map(str::to_owned),
            authorization_details: issued.authorization_details.cloned(),
            grant_id: issued.grant_id.map(str::to_owned),
            permission_expires_at: issued.permission_expires_at.map(str::to_owned),
        }
    }
}

#[cfg(test)]
mod tests;
