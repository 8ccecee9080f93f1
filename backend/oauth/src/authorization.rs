//! The authorization endpoint: reading requests and building the redirect that answers them (RFC 6749, 4.1; RFC 9207; RFC 9126, 4).
//! Not here: the customer's procedure between request and answer, and pushed requests themselves.

use serde::{Deserialize, Serialize};
use url::form_urlencoded;

use crate::client::{ClientMetadata, Profile};
use crate::error::{ErrorCode, OAuthError};
use crate::issuer_identification::Issuer;
use crate::opaque::OpaqueValue;
use crate::parameters::{Parameters, is_visible_ascii};
use crate::pkce::CodeChallenge;
use crate::pushed_authorization::RequestUri;
use crate::scope::Scopes;

/// The longest `state`, in bytes.
const MAX_STATE: usize = 2048;
/// The longest `nonce`, in bytes (FAPI 2.0: 64 must pass).
const MAX_NONCE: usize = 512;

/// A checked authorization request. The server keeps it (serialised) with the linkage from arrival to return.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuthorizationRequest {
    client_id: String,
    redirect_uri: String,
    scopes: Scopes,
    code_challenge: CodeChallenge,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    state: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    nonce: Option<String>,
}

/// What must be shown on a page of ours, because nobody can be trusted with a redirect (RFC 6749, 4.1.2.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PageError {
    /// `client_id` is missing, doubled or unreadable.
    #[error("the authorization request does not name a client")]
    MissingClient,
    /// No such client, or it is suspended.
    #[error("the client is not registered or is suspended")]
    UnknownClient,
    /// `redirect_uri` is missing or not registered for this client.
    #[error("the redirect URI is not registered for this client")]
    InvalidRedirectUri,
    /// `request_uri` is unknown, expired, used, of another client, or not ours.
    #[error("the pushed authorization request is unknown, expired or of another client")]
    InvalidRequestUri,
}

impl PageError {
    /// A stable code for the page and for support.
    pub const fn code(self) -> &'static str {
        match self {
            Self::MissingClient => "authorization_client_missing",
            Self::UnknownClient => "authorization_client_unknown",
            Self::InvalidRedirectUri => "authorization_redirect_uri_invalid",
            Self::InvalidRequestUri => "authorization_request_uri_invalid",
        }
    }
}

/// How a request ends that cannot go on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AuthorizationFailure {
    /// Show this on our page.
    Page(PageError),
    /// Tell the client.
    Redirect(ErrorRedirect),
}

impl From<PageError> for AuthorizationFailure {
    fn from(error: PageError) -> Self {
        Self::Page(error)
    }
}

/// An error for the client, by a redirect to a URI that is known to be its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ErrorRedirect {
    redirect_uri: String,
    state: Option<String>,
    error: OAuthError,
}

impl ErrorRedirect {
    /// The error.
    pub const fn error(&self) -> &OAuthError {
        &self.error
    }

    /// The URL to redirect to (RFC 6749, 4.1.2.1; `iss` by RFC 9207).
    pub fn location(&self, issuer: &Issuer) -> String {
        let (code, description) = (self.error.code().as_str(), self.error.description());
        let pairs = [("error", code), ("error_description", description)];
        response_url(&self.redirect_uri, &pairs, self.state.as_deref(), issuer)
    }
}

/// A request as it arrives at the authorization endpoint.
#[derive(Clone, Debug)]
pub struct AuthorizationCall {
    client_id: String,
    kind: CallKind,
}

/// The two ways to bring a request.
#[derive(Clone, Debug)]
enum CallKind {
    Pushed(RequestUri),
    Direct(Parameters),
}

impl AuthorizationCall {
    /// Reads the raw query of the URL (without `?`). Beside `request_uri` every other parameter but
    /// `client_id` is ignored: the pushed request alone counts (RFC 9126, 4; RFC 9101, 6.3).
    pub fn from_query(query: &str) -> Result<Self, PageError> {
        let parameters = Parameters::from_query(query);
        let client_id = parameters
            .get("client_id")
            .ok_or(PageError::MissingClient)?
            .to_owned();
        let kind = if parameters.is_defective("request_uri") {
            return Err(PageError::InvalidRequestUri);
        } else if let Some(text) = parameters.get("request_uri") {
            CallKind::Pushed(RequestUri::parse(text).ok_or(PageError::InvalidRequestUri)?)
        } else {
            CallKind::Direct(parameters)
        };
        Ok(Self { client_id, kind })
    }

    /// The client to look up; if there is none, answer [`PageError::UnknownClient`].
    pub fn client_id(&self) -> &str {
        &self.client_id
    }

    /// The pushed request to look up, if it is one. The server finds the stored
    /// [`AuthorizationRequest`] by the URI's hash, lets it be used once and in time, and hands it to
    /// [`AuthorizationCall::resume_pushed`].
    pub const fn request_uri(&self) -> Option<&RequestUri> {
        match &self.kind {
            CallKind::Pushed(uri) => Some(uri),
            CallKind::Direct(_) => None,
        }
    }

    /// Goes on with the stored pushed request (`None`: unknown, used or expired), which must be of the
    /// client named in the query (RFC 9126, 2.2 and 4) and still within the client's registration.
    pub fn resume_pushed(
        &self,
        client: &ClientMetadata,
        stored: Option<AuthorizationRequest>,
    ) -> Result<AuthorizationRequest, AuthorizationFailure> {
        let request = stored
            .filter(|request| request.client_id == self.client_id && client.client_id() == self.client_id)
            .ok_or(PageError::InvalidRequestUri)?;
        if !client.has_redirect_uri(&request.redirect_uri) {
            return Err(PageError::InvalidRedirectUri.into());
        }
        if !request.scopes.is_subset_of(client.scopes()) {
            let error = OAuthError::new(
                ErrorCode::InvalidScope,
                "a scope is no longer registered for this client",
            );
            return Err(AuthorizationFailure::Redirect(request.refuse(error)));
        }
        Ok(request)
    }

    /// Checks a request whose parameters are in the query itself, which only baseline clients may send.
    pub fn check_direct(
        &self,
        client: &ClientMetadata,
    ) -> Result<AuthorizationRequest, AuthorizationFailure> {
        let CallKind::Direct(parameters) = &self.kind else {
            return Err(PageError::InvalidRequestUri.into());
        };
        if client.client_id() != self.client_id {
            return Err(PageError::UnknownClient.into());
        }
        let redirect_uri =
            registered_redirect_uri(client, parameters).ok_or(PageError::InvalidRedirectUri)?;
        let refuse = |error| {
            let state = parameters
                .get("state")
                .filter(|state| is_visible_ascii(state, MAX_STATE));
            AuthorizationFailure::Redirect(ErrorRedirect {
                redirect_uri: redirect_uri.to_owned(),
                state: state.map(str::to_owned),
                error,
            })
        };
        if let Some(defect) = parameters.first_defect() {
            return Err(refuse(defect));
        }
        if client.profile() == Profile::Fapi2 {
            return Err(refuse(OAuthError::invalid_request(
                "this client must use pushed authorization requests",
            )));
        }
        AuthorizationRequest::from_parameters(client, redirect_uri, parameters).map_err(refuse)
    }
}

fn registered_redirect_uri<'p>(client: &ClientMetadata, parameters: &'p Parameters) -> Option<&'p str> {
    parameters
        .get("redirect_uri")
        .filter(|uri| client.has_redirect_uri(uri))
}

impl AuthorizationRequest {
    /// Checks the parameters of a request whose client is known, for the pushed and the direct way alike.
    pub(crate) fn read(client: &ClientMetadata, parameters: &Parameters) -> Result<Self, OAuthError> {
        // RFC 9126, 2.1: at the direct endpoint a bad redirect URI is an invalid request like any other.
        let redirect_uri = registered_redirect_uri(client, parameters).ok_or(OAuthError::invalid_request(
            "redirect_uri is missing or not registered for this client",
        ))?;
        Self::from_parameters(client, redirect_uri, parameters)
    }

    fn from_parameters(
        client: &ClientMetadata,
        redirect_uri: &str,
        parameters: &Parameters,
    ) -> Result<Self, OAuthError> {
        if parameters.get("request").is_some() {
            return Err(OAuthError::new(
                ErrorCode::RequestNotSupported,
                "request objects are not supported",
            ));
        }
        let response_type = parameters.require("response_type", "response_type is missing")?;
        if response_type != "code" {
            return Err(OAuthError::new(
                ErrorCode::UnsupportedResponseType,
                "response_type must be code",
            ));
        }
        if parameters
            .get("response_mode")
            .is_some_and(|mode| mode != "query")
        {
            return Err(OAuthError::invalid_request("response_mode must be query"));
        }
        let code_challenge = CodeChallenge::from_parameters(parameters)?;
        let text = |name, max, wrong| match parameters.get(name) {
            Some(value) if !is_visible_ascii(value, max) => Err(OAuthError::invalid_request(wrong)),
            value => Ok(value.map(str::to_owned)),
        };
        Ok(Self {
            client_id: client.client_id().to_owned(),
            redirect_uri: redirect_uri.to_owned(),
            scopes: requested_scopes(client, parameters)?,
            code_challenge,
            state: text(
                "state",
                MAX_STATE,
                "state must be at most 2048 visible ASCII characters",
            )?,
            nonce: text(
                "nonce",
                MAX_NONCE,
                "nonce must be at most 512 visible ASCII characters",
            )?,
        })
    }

    /// The client that asks.
    pub fn client_id(&self) -> &str {
        &self.client_id
    }

    /// Where the answer goes.
    pub fn redirect_uri(&self) -> &str {
        &self.redirect_uri
    }

    /// What the client asks for, within its registration.
    pub const fn scopes(&self) -> &Scopes {
        &self.scopes
    }

    /// The PKCE challenge.
    pub const fn code_challenge(&self) -> &CodeChallenge {
        &self.code_challenge
    }

    /// The `nonce`, for id_tokens (OpenID Connect Core 1.0, 3.1.2.1).
    pub fn nonce(&self) -> Option<&str> {
        self.nonce.as_deref()
    }

    /// The redirect after permission, with `code`, `state` and `iss` (RFC 6749, 4.1.2; RFC 9207).
    pub fn permit(&self, code: &OpaqueValue, issuer: &Issuer) -> String {
        response_url(
            &self.redirect_uri,
            &[("code", code.expose())],
            self.state.as_deref(),
            issuer,
        )
    }

    /// The redirect with an error for this request, such as `access_denied`.
    pub fn refuse(&self, error: OAuthError) -> ErrorRedirect {
        ErrorRedirect {
            redirect_uri: self.redirect_uri.clone(),
            state: self.state.clone(),
            error,
        }
    }

    /// The answer when the customer cancels.
    pub fn cancelled(&self) -> ErrorRedirect {
        self.refuse(OAuthError::new(
            ErrorCode::AccessDenied,
            "the customer did not permit the linkage",
        ))
    }
}

/// The requested scopes; none means all registered ones (RFC 6749, 3.3).
fn requested_scopes(client: &ClientMetadata, parameters: &Parameters) -> Result<Scopes, OAuthError> {
    let Some(text) = parameters.get("scope") else {
        return Ok(client.scopes().clone());
    };
    Scopes::parse(text)
        .ok()
        .filter(|scopes| scopes.is_subset_of(client.scopes()))
        .ok_or(OAuthError::new(
            ErrorCode::InvalidScope,
            "scope is malformed or holds a value that is not registered for this client",
        ))
}

/// Adds to the query that the redirect URI may already have (RFC 6749, 3.1.2), leaving its text as registered.
fn response_url(redirect_uri: &str, pairs: &[(&str, &str)], state: Option<&str>, issuer: &Issuer) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.extend_pairs(pairs);
    if let Some(state) = state {
        query.append_pair("state", state);
    }
    query.append_pair("iss", issuer.as_str());
    let separator = match redirect_uri.split_once('?') {
        None => "?",
        Some((_, existing)) if existing.is_empty() || existing.ends_with('&') => "",
        Some(_) => "&",
    };
    format!("{redirect_uri}{separator}{}", query.finish())
}

#[cfg(test)]
mod tests;
