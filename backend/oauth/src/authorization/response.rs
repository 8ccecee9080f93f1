//! Answers of the authorization endpoint: where they go, what they say, in which form (RFC 6749, 4.1.2; RFC 9207; JARM).
//! Not here: what is asked for, and the signature of JARM, which the server puts between [`Prepared::ToSign`] and delivery.

use std::fmt;

use serde::{Deserialize, Serialize};
use url::form_urlencoded;

use crate::client::ClientMetadata;
use crate::error::OAuthError;
use crate::issuer_identification::Issuer;
use crate::jarm::JarmClaims;
use crate::parameters::{Parameters, is_visible_ascii};
use crate::response_mode::{Carrier, ResponseMode};

/// The longest `state`, in bytes.
const MAX_STATE: usize = 2048;

/// Where a client is answered, and how. It exists only for redirect URIs that are registered, so that nothing is ever
/// sent elsewhere (RFC 6749, 4.1.2.1).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct ReplyAddress {
    client_id: String,
    redirect_uri: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    state: Option<String>,
    #[serde(default, rename = "response_mode")]
    mode: ResponseMode,
}

impl ReplyAddress {
    /// The address that a request names; `None` when its redirect URI is not registered. A `state` that breaks the
    /// grammar is not sent back, and a defective `response_mode` counts as none.
    pub(super) fn find(client: &ClientMetadata, parameters: &Parameters) -> Option<Self> {
        let redirect_uri = parameters
            .get("redirect_uri")
            .filter(|uri| client.has_redirect_uri(uri))?;
        let state = parameters
            .get("state")
            .filter(|state| is_visible_ascii(state, MAX_STATE));
        Some(Self {
            client_id: client.client_id().to_owned(),
            redirect_uri: redirect_uri.to_owned(),
            state: state.map(str::to_owned),
            mode: ResponseMode::for_errors(parameters),
        })
    }

    /// Complains of what [`ReplyAddress::find`] passed over.
    pub(super) fn check(&self, parameters: &Parameters) -> Result<(), OAuthError> {
        ResponseMode::from_parameters(parameters)?;
        if parameters.get("state").is_some() && self.state.is_none() {
            return Err(OAuthError::invalid_request(
                "state must be at most 2048 visible ASCII characters",
            ));
        }
        Ok(())
    }

    pub(super) fn client_id(&self) -> &str {
        &self.client_id
    }

    pub(super) fn redirect_uri(&self) -> &str {
        &self.redirect_uri
    }

    pub(super) const fn mode(&self) -> ResponseMode {
        self.mode
    }

    /// An answer with these parameters and `state`; the issuer joins them when it is prepared.
    pub(super) fn answer(
        &self,
        parameters: impl IntoIterator<Item = (&'static str, String)>,
        issuer: &Issuer,
    ) -> AuthorizationResponse {
        let state = self.state.clone().map(|state| ("state", state));
        AuthorizationResponse {
            parameters: parameters.into_iter().chain(state).collect(),
            issuer: issuer.as_str().to_owned(),
            to: self.clone(),
        }
    }
}

/// An error for the client, which goes to a URI that is known to be its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ErrorRedirect {
    to: ReplyAddress,
    error: OAuthError,
}

impl ErrorRedirect {
    pub(super) const fn new(to: ReplyAddress, error: OAuthError) -> Self {
        Self { to, error }
    }

    /// The error.
    pub const fn error(&self) -> &OAuthError {
        &self.error
    }

    /// The answer (RFC 6749, 4.1.2.1), in the response mode that was asked for.
    pub fn response(&self, issuer: &Issuer) -> AuthorizationResponse {
        let parameters = [
            ("error", self.error.code().as_str().to_owned()),
            ("error_description", self.error.description().to_owned()),
        ];
        self.to.answer(parameters, issuer)
    }
}

/// An answer, not yet in the form in which it travels. Debug shows neither code nor state.
#[derive(Clone)]
pub struct AuthorizationResponse {
    to: ReplyAddress,
    issuer: String,
    parameters: Vec<(&'static str, String)>,
}

impl AuthorizationResponse {
    /// Where it goes.
    pub fn redirect_uri(&self) -> &str {
        &self.to.redirect_uri
    }

    /// Gives the answer its form at `now`, in seconds since 1970; a JARM mode wants a signature first.
    pub fn prepare(self, now: i64) -> Prepared {
        let Self {
            to,
            issuer,
            mut parameters,
        } = self;
        if to.mode.is_signed() {
            return Prepared::ToSign(UnsignedResponse {
                claims: JarmClaims::new(&issuer, &to.client_id, parameters, now),
                to,
            });
        }
        parameters.push(("iss", issuer));
        Prepared::Ready(Delivery::new(&to, parameters))
    }
}

/// What the server does next with an answer.
#[derive(Debug)]
pub enum Prepared {
    /// Deliver it.
    Ready(Delivery),
    /// Sign its claims, then deliver it.
    ToSign(UnsignedResponse),
}

/// An answer whose response mode is one of JARM's.
#[derive(Debug)]
pub struct UnsignedResponse {
    to: ReplyAddress,
    claims: JarmClaims,
}

impl UnsignedResponse {
    /// What to sign, with the `typ` [`crate::jarm::TYPE`].
    pub const fn claims(&self) -> &JarmClaims {
        &self.claims
    }

    /// The delivery of the signed claims (JARM, 2.3).
    pub fn finish(self, jwt: String) -> Delivery {
        Delivery::new(&self.to, vec![("response", jwt)])
    }
}

/// How the browser brings an answer to the client. Debug shows the redirect URI only.
#[derive(Clone, PartialEq, Eq)]
pub enum Delivery {
    /// Redirect to this URL.
    Redirect(String),
    /// Answer a page that posts these fields to `action`, with `Cache-Control: no-store`
    /// (Form Post Response Mode, 2 and 4).
    FormPost {
        /// The registered redirect URI.
        action: String,
        /// Names and values, to be escaped for HTML.
        fields: Vec<(&'static str, String)>,
    },
}

impl Delivery {
    fn new(to: &ReplyAddress, parameters: Vec<(&'static str, String)>) -> Self {
        let uri = &to.redirect_uri;
        match to.mode.carrier() {
            Carrier::Form => Self::FormPost {
                action: uri.clone(),
                fields: parameters,
            },
            // Registered redirect URIs have no fragment of their own.
            Carrier::Fragment => Self::Redirect(format!("{uri}#{}", encode(&parameters))),
            Carrier::Query => Self::Redirect(with_query(uri, &parameters)),
        }
    }
}

impl fmt::Debug for AuthorizationResponse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "AuthorizationResponse({}, ..)", self.to.redirect_uri)
    }
}

impl fmt::Debug for Delivery {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Redirect(url) => {
                let end = url.find(['?', '#']).unwrap_or(url.len());
                write!(f, "Redirect({}..)", url.get(..end).unwrap_or_default())
            }
            Self::FormPost { action, .. } => write!(f, "FormPost({action}, ..)"),
        }
    }
}

fn encode(parameters: &[(&'static str, String)]) -> String {
    form_urlencoded::Serializer::new(String::new())
        .extend_pairs(parameters)
        .finish()
}

/// Adds to the query that the redirect URI may already have (RFC 6749, 3.1.2), leaving its text as registered.
fn with_query(redirect_uri: &str, parameters: &[(&'static str, String)]) -> String {
    let separator = match redirect_uri.split_once('?') {
        None => "?",
        Some((_, existing)) if existing.is_empty() || existing.ends_with('&') => "",
        Some(_) => "&",
    };
    format!("{redirect_uri}{separator}{}", encode(parameters))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const ISSUER: &str = "https://localhost:8443";

    fn answer(uri: &str, mode: &str) -> AuthorizationResponse {
        let to = ReplyAddress {
            client_id: "kaikei".to_owned(),
            redirect_uri: uri.to_owned(),
            state: Some("s&1".to_owned()),
            mode: ResponseMode::parse(mode).unwrap(),
        };
        to.answer([("code", "a code".to_owned())], &Issuer::parse(ISSUER).unwrap())
    }

    fn deliver(uri: &str, mode: &str) -> Delivery {
        match answer(uri, mode).prepare(1_000) {
            Prepared::Ready(delivery) => delivery,
            Prepared::ToSign(unsigned) => {
                assert_eq!(
                    serde_json::to_value(unsigned.claims()).unwrap(),
                    json!({"iss": ISSUER, "aud": "kaikei", "exp": 1_300, "code": "a code", "state": "s&1"})
                );
                unsigned.finish("a.b.c".to_owned())
            }
        }
    }

    #[test]
    fn each_mode_has_its_form() {
        const URI: &str = "https://a.example/cb?x=1";
        let plain = "code=a+code&state=s%261&iss=https%3A%2F%2Flocalhost%3A8443";
        for (mode, expected) in [
            ("query", format!("{URI}&{plain}")),
            ("fragment", format!("{URI}#{plain}")),
            ("jwt", format!("{URI}&response=a.b.c")),
            ("query.jwt", format!("{URI}&response=a.b.c")),
            ("fragment.jwt", format!("{URI}#response=a.b.c")),
        ] {
            assert_eq!(deliver(URI, mode), Delivery::Redirect(expected), "{mode}");
        }
        let form = |fields: &[(&'static str, &str)]| Delivery::FormPost {
            action: URI.to_owned(),
            fields: fields
                .iter()
                .map(|(name, value)| (*name, (*value).to_owned()))
                .collect(),
        };
        assert_eq!(
            deliver(URI, "form_post"),
            form(&[("code", "a code"), ("state", "s&1"), ("iss", ISSUER)])
        );
        assert_eq!(deliver(URI, "form_post.jwt"), form(&[("response", "a.b.c")]));
    }

    #[test]
    fn the_registered_redirect_uri_keeps_its_text() {
        for (uri, start) in [
            ("https://a.example", "https://a.example?code="),
            ("https://a.example/?", "https://a.example/?code="),
            ("https://a.example/?x=%7e&", "https://a.example/?x=%7e&code="),
            ("https://a.example/?x", "https://a.example/?x&code="),
        ] {
            let Delivery::Redirect(url) = deliver(uri, "query") else {
                panic!("a query is a redirect");
            };
            assert!(url.starts_with(start), "{url}");
        }
    }

    #[test]
    fn nothing_shows_the_code() {
        for mode in crate::response_mode::RESPONSE_MODES {
            let uri = "https://a.example/cb";
            let shown = format!(
                "{:?} {:?} {:?}",
                answer(uri, mode),
                answer(uri, mode).prepare(1),
                deliver(uri, mode)
            );
            assert!(!shown.contains("a code") && !shown.contains("a+code") && !shown.contains("a.b.c"));
            assert!(shown.contains(uri));
        }
    }
}
