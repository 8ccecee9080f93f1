//! Requests as they arrive at the authorization endpoint: pushed, plain or signed by value (RFC 6749, 4.1.1; RFC 9101, 5; RFC 9126, 4).
//! Not here: what the parameters mean (`request`), and the verification of request objects (`request_object`).

use super::request::AuthorizationRequest;
use super::response::{ErrorRedirect, ReplyAddress};
use crate::client::ClientMetadata;
use crate::error::{ErrorCode, OAuthError};
use crate::parameters::Parameters;
use crate::pushed_authorization::{self, RequestUri};

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
    /// `request` cannot be believed, and there is no redirect URI beside it.
    #[error("the request object is malformed, expired or not signed by the client")]
    InvalidRequestObject,
}

impl PageError {
    /// A stable code for the page and for support.
    pub const fn code(self) -> &'static str {
        match self {
            Self::MissingClient => "authorization_client_missing",
            Self::UnknownClient => "authorization_client_unknown",
            Self::InvalidRedirectUri => "authorization_redirect_uri_invalid",
            Self::InvalidRequestUri => "authorization_request_uri_invalid",
            Self::InvalidRequestObject => "authorization_request_object_invalid",
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

impl From<ErrorRedirect> for AuthorizationFailure {
    fn from(error: ErrorRedirect) -> Self {
        Self::Redirect(error)
    }
}

/// A request as it arrives at the authorization endpoint.
///
/// The server asks [`AuthorizationCall::request_uri`] first, then [`AuthorizationCall::request_object`], and goes on with
/// [`AuthorizationCall::resume_pushed`], [`AuthorizationCall::check_signed`] or [`AuthorizationCall::check_direct`].
#[derive(Clone, Debug)]
pub struct AuthorizationCall {
    client_id: String,
    kind: CallKind,
}

/// The ways to bring a request.
#[derive(Clone, Debug)]
enum CallKind {
    Pushed(RequestUri),
    /// With a `request_uri` of somebody else's, which nobody fetches.
    ByReference(Parameters),
    /// With `request` (RFC 9101, 5.1); what else is in the query does not count.
    Signed(Parameters),
    Direct(Parameters),
}

impl AuthorizationCall {
    /// Reads the raw query of the URL (without `?`), or the form of a POST (OpenID Connect Core 1.0, 3.1.2.1). Beside
    /// `request_uri` every other parameter but `client_id` is ignored: the pushed request alone counts (RFC 9126, 4;
    /// RFC 9101, 6.3). Only `request` must not stand beside it (RFC 9101, 5). Beside a `request_uri` that is not of this
    /// server's form, a registered `redirect_uri` says where the refusal goes.
    pub fn from_query(query: &str) -> Result<Self, PageError> {
        let parameters = Parameters::from_query(query);
        let client_id = parameters
            .get("client_id")
            .ok_or(PageError::MissingClient)?
            .to_owned();
        let has_request = parameters.get("request").is_some() || parameters.is_defective("request");
        let kind = if parameters.is_defective("request_uri") {
            return Err(PageError::InvalidRequestUri);
        } else if let Some(text) = parameters.get("request_uri") {
            let foreign = !text.starts_with(pushed_authorization::PREFIX);
            match RequestUri::parse(text) {
                Some(uri) if !has_request => CallKind::Pushed(uri),
                None if foreign && !has_request => CallKind::ByReference(parameters),
                _ => return Err(PageError::InvalidRequestUri),
            }
        } else if has_request {
            CallKind::Signed(parameters)
        } else {
            CallKind::Direct(parameters)
        };
        Ok(Self { client_id, kind })
    }

    /// The client to look up; if there is none, answer [`PageError::UnknownClient`].
    pub fn client_id(&self) -> &str {
        &self.client_id
    }

    /// The pushed request to look up, if it is one. The server finds the stored [`AuthorizationRequest`] by the URI's
    /// hash, in time, and hands it to [`AuthorizationCall::resume_pushed`]. It is used up when the customer permits or
    /// denies, not by looking (FAPI 2.0 Security Profile, 5.3.2.2).
    pub const fn request_uri(&self) -> Option<&RequestUri> {
        match &self.kind {
            CallKind::Pushed(uri) => Some(uri),
            CallKind::ByReference(_) | CallKind::Signed(_) | CallKind::Direct(_) => None,
        }
    }

    /// The request object by value, if the request is in one. The server has it verified and hands its parameters to
    /// [`AuthorizationCall::check_signed`], or the error to [`AuthorizationCall::refuse_request_object`].
    pub fn request_object(&self) -> Option<&str> {
        match &self.kind {
            CallKind::Signed(outside) => outside.get("request"),
            CallKind::Pushed(_) | CallKind::ByReference(_) | CallKind::Direct(_) => None,
        }
    }

    /// Goes on with the stored pushed request (`None`: unknown, used or expired), which must be of the
    /// client named in the query (RFC 9126, 2.2 and 4) and still within the client's registration.
    pub fn resume_pushed(
        &self,
        client: &ClientMetadata,
        stored: Option<AuthorizationRequest>,
    ) -> Result<AuthorizationRequest, AuthorizationFailure> {
        let ours = self.request_uri().is_some() && client.client_id() == self.client_id;
        let request = stored
            .filter(|request| ours && request.client_id() == self.client_id)
            .ok_or(PageError::InvalidRequestUri)?;
        if !client.has_redirect_uri(request.redirect_uri()) {
            return Err(PageError::InvalidRedirectUri.into());
        }
        if !request.scopes().is_subset_of(client.scopes()) {
            let error = OAuthError::new(
                ErrorCode::InvalidScope,
                "a scope is no longer registered for this client",
            );
            return Err(request.refuse(error).into());
        }
        Ok(request.arrive()?)
    }

    /// Checks a request whose parameters are in the query itself, which only baseline clients may send.
    pub fn check_direct(
        &self,
        client: &ClientMetadata,
    ) -> Result<AuthorizationRequest, AuthorizationFailure> {
        let parameters = match &self.kind {
            CallKind::Pushed(_) => return Err(PageError::InvalidRequestUri.into()),
            CallKind::ByReference(parameters) => {
                let to = self
                    .reply_address(client, parameters)
                    .map_err(|_| PageError::InvalidRequestUri)?;
                let error = OAuthError::new(
                    ErrorCode::RequestUriNotSupported,
                    "request_uri must be one that this server gave for a pushed request",
                );
                return Err(ErrorRedirect::new(to, error).into());
            }
            // Never believe what stands beside a request object.
            CallKind::Signed(_) => return Err(PageError::InvalidRequestObject.into()),
            CallKind::Direct(parameters) => parameters,
        };
        let to = self.reply_address(client, parameters)?;
        if let Some(defect) = parameters.first_defect() {
            return Err(ErrorRedirect::new(to, defect).into());
        }
        if client.preferences().require_signed_request_object {
            return Err(ErrorRedirect::new(to, AuthorizationRequest::unsigned()).into());
        }
        Self::check(client, to, parameters)
    }

    /// Checks the parameters that a verified request object held (RFC 9101, 6.3); the query beside it counts for nothing.
    pub fn check_signed(
        &self,
        client: &ClientMetadata,
        signed: &Parameters,
    ) -> Result<AuthorizationRequest, AuthorizationFailure> {
        let CallKind::Signed(_) = &self.kind else {
            return Err(PageError::InvalidRequestObject.into());
        };
        let to = self.reply_address(client, signed)?;
        if let Some(defect) = signed
            .first_defect()
            .or(AuthorizationRequest::misplaced(client, signed))
        {
            return Err(ErrorRedirect::new(to, defect).into());
        }
        Self::check(client, to, signed)
    }

    /// The answer to a request object that did not pass: to the client where a registered redirect URI stands beside
    /// it, else on our page.
    pub fn refuse_request_object(&self, client: &ClientMetadata, error: OAuthError) -> AuthorizationFailure {
        let CallKind::Signed(outside) = &self.kind else {
            return PageError::InvalidRequestObject.into();
        };
        match self.reply_address(client, outside) {
            Ok(to) => ErrorRedirect::new(to, error).into(),
            Err(PageError::InvalidRedirectUri) => PageError::InvalidRequestObject.into(),
            Err(other) => other.into(),
        }
    }

    fn reply_address(
        &self,
        client: &ClientMetadata,
        parameters: &Parameters,
    ) -> Result<ReplyAddress, PageError> {
        if client.client_id() != self.client_id {
            return Err(PageError::UnknownClient);
        }
        ReplyAddress::find(client, parameters).ok_or(PageError::InvalidRedirectUri)
    }

    fn check(
        client: &ClientMetadata,
        to: ReplyAddress,
        parameters: &Parameters,
    ) -> Result<AuthorizationRequest, AuthorizationFailure> {
        if client.must_push_requests() {
            let error = OAuthError::invalid_request("this client must use pushed authorization requests");
            return Err(ErrorRedirect::new(to, error).into());
        }
        let request = AuthorizationRequest::from_parameters(client, to.clone(), parameters)
            .map_err(|error| ErrorRedirect::new(to, error))?;
        Ok(request.arrive()?)
    }
}
