//! The checked authorization request, read from parameters however they came (RFC 6749, 4.1.1 and the extensions that each member names).
//! Not here: how the parameters came (`call`, `pushed_authorization`), and the form of the answer (`response`).

use serde::{Deserialize, Serialize};

use super::response::{AuthorizationResponse, ErrorRedirect, ReplyAddress};
use crate::authorization_details::AuthorizationDetails;
use crate::client::{ClientMetadata, Profile};
use crate::error::{ErrorCode, OAuthError};
use crate::grant_management::{self, GrantManagement};
use crate::issuer_identification::Issuer;
use crate::jwks::JwkThumbprint;
use crate::opaque::OpaqueValue;
use crate::openid::{AuthenticationRequest, OPENID, Subject};
use crate::parameters::Parameters;
use crate::pkce::CodeChallenge;
use crate::response_mode::ResponseMode;
use crate::scope::Scopes;

/// A checked authorization request. The server keeps it (serialised) with the linkage from arrival to return; members
/// that are newer than a stored request have defaults.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuthorizationRequest {
    #[serde(flatten)]
    to: ReplyAddress,
    scopes: Scopes,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    code_challenge: Option<CodeChallenge>,
    #[serde(flatten)]
    authentication: AuthenticationRequest,
    #[serde(default, skip_serializing_if = "Option::is_none", with = "stored_thumbprint")]
    dpop_jkt: Option<JwkThumbprint>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    authorization_details: Option<AuthorizationDetails>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    grant_management: Option<GrantManagement>,
}

impl AuthorizationRequest {
    /// Checks the parameters of a request whose client is known and which is answered directly (RFC 9126, 2.1): a bad
    /// redirect URI is an invalid request like any other.
    pub fn read(client: &ClientMetadata, parameters: &Parameters) -> Result<Self, OAuthError> {
        let to = ReplyAddress::find(client, parameters).ok_or(OAuthError::invalid_request(
            "redirect_uri is missing or not registered for this client",
        ))?;
        Self::from_parameters(client, to, parameters)
    }

    pub(super) fn from_parameters(
        client: &ClientMetadata,
        to: ReplyAddress,
        parameters: &Parameters,
    ) -> Result<Self, OAuthError> {
        to.check(parameters)?;
        let response_type = parameters.require("response_type", "response_type is missing")?;
        if response_type != "code" {
            return Err(OAuthError::new(
                ErrorCode::UnsupportedResponseType,
                "response_type must be code",
            ));
        }
        let authorization_details = AuthorizationDetails::from_parameters(client, parameters)?;
        let scopes = requested_scopes(client, parameters, authorization_details.as_ref())?;
        let authentication = AuthenticationRequest::from_parameters(client, parameters)?;
        let dpop_jkt = match parameters.get("dpop_jkt") {
            Some(text) => Some(JwkThumbprint::parse(text).ok_or(OAuthError::invalid_request(
                "dpop_jkt must be 43 characters of base64url",
            ))?),
            None => None,
        };
        let code_challenge = code_challenge(client, parameters, &scopes, &authentication)?;
        Ok(Self {
            to,
            scopes,
            code_challenge,
            authentication,
            dpop_jkt,
            authorization_details,
            grant_management: GrantManagement::from_parameters(parameters)?,
        })
    }

    /// What must not stand in a request object (RFC 9101, 4), and whose it must be (RFC 9101, 5; RFC 9126, 3).
    pub(crate) fn misplaced(client: &ClientMetadata, signed: &Parameters) -> Option<OAuthError> {
        let refuse = |description| Some(OAuthError::new(ErrorCode::InvalidRequestObject, description));
        if signed.get("request").is_some() || signed.get("request_uri").is_some() {
            return refuse("request and request_uri must not stand in a request object");
        }
        if signed.get("client_id") != Some(client.client_id()) {
            return refuse("client_id of the request object must be the client that sends it");
        }
        None
    }

    /// The answer to a request that should have been signed (RFC 9101, 10.5).
    pub(crate) const fn unsigned() -> OAuthError {
        OAuthError::invalid_request("this client must send its requests in signed request objects")
    }

    /// Refuses at the authorization endpoint what no login here could meet (OpenID Connect Core 1.0, 3.1.2.6).
    pub(super) fn arrive(self) -> Result<Self, ErrorRedirect> {
        match self.authentication.refusal() {
            Some(error) => Err(self.refuse(error)),
            None => Ok(self),
        }
    }

    /// Binds a pushed request to the key of the DPoP proof that came with it (RFC 9449, 10.1).
    ///
    /// # Errors
    /// `invalid_request` when `dpop_jkt` names another key.
    pub fn bind_to_key(mut self, proof_key: JwkThumbprint) -> Result<Self, OAuthError> {
        if self.dpop_jkt.is_some_and(|named| named != proof_key) {
            return Err(OAuthError::invalid_request(
                "dpop_jkt does not name the key of the DPoP proof",
            ));
        }
        self.dpop_jkt = Some(proof_key);
        Ok(self)
    }

    /// The client that asks.
    pub fn client_id(&self) -> &str {
        self.to.client_id()
    }

    /// Where the answer goes.
    pub fn redirect_uri(&self) -> &str {
        self.to.redirect_uri()
    }

    /// How the answer travels.
    pub const fn response_mode(&self) -> ResponseMode {
        self.to.mode()
    }

    /// All that the client asks for within its registration: by `scope`, and by the businesses of its
    /// `authorization_details`.
    pub const fn scopes(&self) -> &Scopes {
        &self.scopes
    }

    /// The PKCE challenge; only clients that the operator exempts come without.
    pub const fn code_challenge(&self) -> Option<&CodeChallenge> {
        self.code_challenge.as_ref()
    }

    /// Whether an id_token is due (OpenID Connect Core 1.0, 3.1.2.1).
    pub fn is_openid(&self) -> bool {
        self.scopes.contains(OPENID)
    }

    /// What the client wants of the login and of what is said about it.
    pub const fn authentication(&self) -> &AuthenticationRequest {
        &self.authentication
    }

    /// The `nonce`, for id_tokens (OpenID Connect Core 1.0, 3.1.2.1).
    pub fn nonce(&self) -> Option<&str> {
        self.authentication.nonce()
    }

    /// The key that the code is bound to (RFC 9449, 10).
    pub const fn dpop_jkt(&self) -> Option<JwkThumbprint> {
        self.dpop_jkt
    }

    /// The rich request, whose accounts and first day limit the permission (RFC 9396).
    pub const fn authorization_details(&self) -> Option<&AuthorizationDetails> {
        self.authorization_details.as_ref()
    }

    /// What is to happen to which grant (Grant Management for OAuth 2.0).
    pub const fn grant_management(&self) -> Option<&GrantManagement> {
        self.grant_management.as_ref()
    }

    /// Whether this is the customer whom the request wants (OpenID Connect Core 1.0, 5.5.1); to be asked after the
    /// login.
    ///
    /// # Errors
    /// The answer [`AuthorizationRequest::other_customer`] when it is another.
    pub fn accepts(&self, customer: &Subject) -> Result<(), ErrorRedirect> {
        if self.authentication.claims().accepts(customer) {
            Ok(())
        } else {
            Err(self.other_customer())
        }
    }

    /// Whether the request wants one customer and no other (OpenID Connect Core 1.0, 5.5.1).
    pub fn names_customer(&self) -> bool {
        self.authentication.claims().names_customer()
    }

    /// The answer `login_required` where another customer has logged in than the one asked for.
    pub fn other_customer(&self) -> ErrorRedirect {
        self.refuse(OAuthError::new(
            ErrorCode::LoginRequired,
            "the customer who logged in is not the one asked for",
        ))
    }

    /// The answer after permission, with `code`, `state` and `iss` (RFC 6749, 4.1.2; RFC 9207).
    pub fn permit(&self, code: &OpaqueValue, issuer: &Issuer) -> AuthorizationResponse {
        self.to.answer([("code", code.expose().to_owned())], issuer)
    }

    /// The answer with an error for this request, such as `access_denied`.
    pub fn refuse(&self, error: OAuthError) -> ErrorRedirect {
        ErrorRedirect::new(self.to.clone(), error)
    }

    /// The answer when the customer cancels.
    pub fn cancelled(&self) -> ErrorRedirect {
        self.refuse(OAuthError::new(
            ErrorCode::AccessDenied,
            "the customer did not permit the linkage",
        ))
    }
}

/// What plain OpenID Connect clients ask for by habit (OpenID Connect Core 1.0, 5.4 and 11).
const IGNORED_SCOPES: [&str; 5] = ["profile", "email", "address", "phone", "offline_access"];

/// The scopes asked for, by `scope` and by the businesses of the details. Neither means the registered ones (RFC 6749,
/// 3.3), but not `openid`, which makes another request of it (OpenID Connect Core 1.0, 3.1.2.1), and never those of
/// Grant Management, which no customer gives. Every scope that is not registered is refused, but of those that plain
/// OpenID Connect clients ask for by habit the `baseline` profile makes nothing (OpenID Connect Core 1.0, 5.4 and 11; 3.1.2.1
/// wants unknown ones ignored): the token answer says what was granted.
fn requested_scopes(
    client: &ClientMetadata,
    parameters: &Parameters,
    details: Option<&AuthorizationDetails>,
) -> Result<Scopes, OAuthError> {
    let registered = client.scopes();
    let wrong = OAuthError::new(
        ErrorCode::InvalidScope,
        "scope is malformed or holds a value that is not registered for this client",
    );
    let by_scope = match parameters.get("scope") {
        Some(text) => {
            let asked = Scopes::parse(text).map_err(|_| wrong)?;
            let ignored = |scope: &str| {
                client.profile() == Profile::Baseline
                    && IGNORED_SCOPES.contains(&scope)
                    && !registered.contains(scope)
            };
            Scopes::from_tokens(asked.iter().filter(|scope| !ignored(scope)))
                .ok()
                .filter(|scopes| scopes.is_subset_of(registered))
                .ok_or(wrong)?
        }
        None if details.is_some() => Scopes::default(),
        None => {
            let by_default = registered
                .iter()
                .filter(|scope| *scope != OPENID && !grant_management::SCOPES.contains(scope));
            Scopes::from_tokens(by_default).map_err(|_| wrong)?
        }
    };
    if by_scope
        .iter()
        .any(|scope| grant_management::SCOPES.contains(&scope))
    {
        return Err(OAuthError::new(
            ErrorCode::InvalidScope,
            "the scopes of grant management are for grant_type=client_credentials",
        ));
    }
    let by_details = details.into_iter().flat_map(|details| details.scopes(registered));
    Scopes::from_tokens(by_scope.iter().chain(by_details)).map_err(|_| wrong)
}

/// PKCE, which only an exempt client may leave out, and only where the `nonce` of an OpenID request protects the code in
/// its place (RFC 9700, 2.1.1).
fn code_challenge(
    client: &ClientMetadata,
    parameters: &Parameters,
    scopes: &Scopes,
    authentication: &AuthenticationRequest,
) -> Result<Option<CodeChallenge>, OAuthError> {
    let absent =
        parameters.get("code_challenge").is_none() && parameters.get("code_challenge_method").is_none();
    if !absent || !client.is_pkce_exempt() {
        return CodeChallenge::from_parameters(parameters).map(Some);
    }
    if scopes.contains(OPENID) && authentication.nonce().is_some() {
        return Ok(None);
    }
    Err(OAuthError::invalid_request(
        "without code_challenge, the scope openid and a nonce are required",
    ))
}

/// A thumbprint in its base64url form.
mod stored_thumbprint {
    use serde::de::Error as _;
    use serde::{Deserialize as _, Deserializer, Serialize as _, Serializer};

    use crate::jwks::JwkThumbprint;

    #[expect(clippy::ref_option, reason = "the signature is serde's")]
    pub(super) fn serialize<S: Serializer>(value: &Option<JwkThumbprint>, to: S) -> Result<S::Ok, S::Error> {
        value.map(JwkThumbprint::to_base64url).serialize(to)
    }

    pub(super) fn deserialize<'d, D: Deserializer<'d>>(from: D) -> Result<Option<JwkThumbprint>, D::Error> {
        Option::<String>::deserialize(from)?
            .map(|text| JwkThumbprint::parse(&text).ok_or(D::Error::custom("malformed thumbprint")))
            .transpose()
    }
}
