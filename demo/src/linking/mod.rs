//! The OAuth client: from the button 「銀行口座を連携する」 to tokens, their renewal and their revocation.
//! Not here: sessions, pages, and the accounts that the tokens open.
//!
//! The library (`oauth2`) builds and reads every request it knows. What it lacks is one plain request
//! each: metadata ([`discovery`]) and the pushed authorization request ([`pushed_request`]).

mod answer;
mod client_assertion;
mod discovery;
mod pushed_request;
mod registration;
mod tokens;

use std::time::Duration;

use oauth2::{
    AuthorizationCode, CsrfToken, PkceCodeChallenge, PkceCodeVerifier, RequestTokenError, Scope,
    StandardRevocableToken,
};
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use url::Url;

pub use self::answer::{Answer, AnswerError, Outcome};
use self::discovery::Endpoints;
pub use self::registration::Registration;
pub use self::tokens::Link;
use self::tokens::{Client, TokenAnswer};
use crate::config::Config;
use crate::transport::{BankHttp, Unreachable};

/// How long the customer may take at the bank: its hard limit and some.
const PENDING_LIFETIME: Duration = Duration::from_secs(4 * 3600);

/// The OAuth client with all its registrations at one bank.
pub struct Linking {
    issuer: String,
    redirect_uri: String,
    accounts_api: Option<Url>,
    registrations: Vec<Registration>,
}

/// What is remembered while the customer is at the bank.
#[derive(Debug, Serialize, Deserialize)]
pub struct PendingLink {
    /// The registration it was begun with.
    pub client_id: String,
    state: CsrfToken,
    verifier: PkceCodeVerifier,
    begun_at: i64,
}

impl PendingLink {
    /// Whether the bank's answer belongs to this one.
    pub fn has_state(&self, state: &str) -> bool {
        self.state.secret() == state
    }

    /// Whether no answer will come any more.
    pub fn is_stale(&self, now: OffsetDateTime) -> bool {
        let age = now.unix_timestamp().saturating_sub(self.begun_at);
        u64::try_from(age).is_ok_and(|age| age > PENDING_LIFETIME.as_secs())
    }
}

impl LinkError {
    /// The code that a later page can put into words.
    pub fn code(&self) -> &str {
        match self {
            Self::Refused { code } => code,
            Self::Unreachable(_) => "temporarily_unavailable",
            Self::Ended => "invalid_grant",
            Self::Unexpected(_) => "unexpected_answer",
        }
    }
}

/// Why linking, renewing or unlinking did not work.
#[derive(Debug, thiserror::Error)]
pub enum LinkError {
    /// The bank did not answer.
    #[error(transparent)]
    Unreachable(#[from] Unreachable),
    /// The bank refused, with this error code.
    #[error("the bank refused: {code}")]
    Refused {
        /// The OAuth error code, cleaned.
        code: String,
    },
    /// The permission has ended: the refresh token serves no more.
    #[error("the permission has ended")]
    Ended,
    /// The bank's answer is not what the standards say.
    #[error("unexpected answer of the bank: {0}")]
    Unexpected(&'static str),
}

impl Linking {
    /// Reads keys and certificates of the registrations.
    ///
    /// # Errors
    /// A file cannot be read or holds nothing usable.
    pub fn new(config: &Config) -> anyhow::Result<Self> {
        let registrations = config
            .registrations
            .iter()
            .map(|registration| Registration::new(registration, &config.ca_certificate))
            .collect::<anyhow::Result<_>>()?;
        Ok(Self {
            issuer: config.issuer.clone(),
            redirect_uri: config.redirect_uri(),
            accounts_api: config.accounts_api.clone(),
            registrations,
        })
    }

    /// The registrations; the first is the main one.
    pub fn registrations(&self) -> &[Registration] {
        &self.registrations
    }

    /// The registration of this name.
    pub fn registration(&self, client_id: &str) -> Option<&Registration> {
        self.registrations
            .iter()
            .find(|registration| registration.client_id() == client_id)
    }

    /// The bank's issuer identifier.
    pub fn issuer(&self) -> &str {
        &self.issuer
    }

    /// Pushes an authorization request and answers what to remember and where to send the browser.
    ///
    /// # Errors
    /// The bank is unreachable or refuses.
    pub async fn begin(
        &self,
        registration: &Registration,
        now: OffsetDateTime,
    ) -> Result<(PendingLink, Url), LinkError> {
        let endpoints = self.endpoints(registration).await?;
        let client = self.client(registration, &endpoints)?;
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let (whole_request, state) = client
            .authorize_url(|| CsrfToken::new_random_len(32))
            .add_scopes(registration.scopes().map(|scope| Scope::new(scope.to_owned())))
            .set_pkce_challenge(challenge)
            .url();
        let request_uri =
            pushed_request::push(registration, &endpoints, &self.issuer, &whole_request, now).await?;
        // RFC 9126, 4: the browser carries nothing but the reference.
        let mut leave_for = endpoints.authorization;
        leave_for
            .query_pairs_mut()
            .append_pair("client_id", registration.client_id())
            .append_pair("request_uri", &request_uri);
        let pending = PendingLink {
            client_id: registration.client_id().to_owned(),
            state,
            verifier,
            begun_at: now.unix_timestamp(),
        };
        Ok((pending, leave_for))
    }

    /// Redeems the code (RFC 6749, 4.1.3).
    ///
    /// # Errors
    /// The bank is unreachable or refuses.
    pub async fn complete(
        &self,
        registration: &Registration,
        pending: PendingLink,
        code: String,
        now: OffsetDateTime,
    ) -> Result<Link, LinkError> {
        let endpoints = self.endpoints(registration).await?;
        let client = self.client(registration, &endpoints)?;
        let mut request = client
            .exchange_code(AuthorizationCode::new(code))
            .set_pkce_verifier(pending.verifier);
        for (name, value) in registration.assertion_parameters(&self.issuer, now)? {
            request = request.add_extra_param(name, value);
        }
        let answer = request
            .request_async(registration.http())
            .await
            .map_err(|error| refusal(&error))?;
        Link::from_answer(&answer, registration.scopes(), now)
    }

    /// Renews the access token (RFC 6749, 6).
    ///
    /// # Errors
    /// [`LinkError::Ended`] when the permission is over; the bank is unreachable or refuses otherwise.
    pub async fn renew(
        &self,
        registration: &Registration,
        link: &Link,
        now: OffsetDateTime,
    ) -> Result<Link, LinkError> {
        let refresh_token = link.refresh_token().ok_or(LinkError::Ended)?;
        let endpoints = self.endpoints(registration).await?;
        let client = self.client(registration, &endpoints)?;
        let mut request = client.exchange_refresh_token(refresh_token);
        for (name, value) in registration.assertion_parameters(&self.issuer, now)? {
            request = request.add_extra_param(name, value);
        }
        let answer: TokenAnswer = request
            .request_async(registration.http())
            .await
            .map_err(|error| match refusal(&error) {
                LinkError::Refused { code } if code == "invalid_grant" => LinkError::Ended,
                other => other,
            })?;
        link.renewed(&answer, now)
    }

    /// Revokes the refresh token, and with it the permission (RFC 7009).
    ///
    /// # Errors
    /// The bank is unreachable or refuses; then the permission still stands.
    pub async fn unlink(
        &self,
        registration: &Registration,
        link: &Link,
        now: OffsetDateTime,
    ) -> Result<(), LinkError> {
        let endpoints = self.endpoints(registration).await?;
        let client = self.client(registration, &endpoints)?;
        let token = match link.refresh_token() {
            Some(token) => StandardRevocableToken::RefreshToken(token.clone()),
            None => StandardRevocableToken::AccessToken(link.access_token().clone()),
        };
        let mut request = client
            .revoke_token(token)
            .map_err(|_| LinkError::Unexpected("the revocation endpoint is not https"))?;
        for (name, value) in registration.assertion_parameters(&self.issuer, now)? {
            request = request.add_extra_param(name, value);
        }
        request
            .request_async(registration.http())
            .await
            .map_err(|error| refusal(&error))
    }

    /// Where this registration reaches the accounts API.
    ///
    /// # Errors
    /// The bank is unreachable or its metadata cannot be used.
    pub async fn accounts_api(&self, registration: &Registration) -> Result<(BankHttp, Url), LinkError> {
        let base = match &self.accounts_api {
            Some(configured) => configured.clone(),
            None => self.endpoints(registration).await?.accounts_api(),
        };
        Ok((registration.http().clone(), base))
    }

    async fn endpoints(&self, registration: &Registration) -> Result<Endpoints, LinkError> {
        registration.endpoints(&self.issuer).await
    }

    fn client(&self, registration: &Registration, endpoints: &Endpoints) -> Result<Client, LinkError> {
        registration.client(endpoints, &self.redirect_uri)
    }
}

/// Reduces an error of the library to what may be shown and logged: its `Debug` may hold whole answers.
fn refusal<T>(error: &RequestTokenError<Unreachable, oauth2::StandardErrorResponse<T>>) -> LinkError
where
    T: oauth2::ErrorResponseType + std::fmt::Display + 'static,
{
    match error {
        RequestTokenError::ServerResponse(answer) => LinkError::Refused {
            code: answer::clean_code(&answer.error().to_string()),
        },
        RequestTokenError::Request(unreachable) => {
            LinkError::Unreachable(Unreachable(unreachable.to_string().into()))
        }
        RequestTokenError::Parse(..) => LinkError::Unexpected("neither tokens nor an OAuth error"),
        RequestTokenError::Other(_) => LinkError::Unexpected("status or content type is wrong"),
    }
}
