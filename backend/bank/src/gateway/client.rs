//! Renkei's end of the contract: a core behind a gateway.
//! Not here: whether a page keeps the contract (`answer`).
//!
//! A request that carries a PIN is sent once, whatever happens: the core may have counted it. Only the two GETs are
//! repeated, once, where no connection came about or the gateway answered 502, 503 or 504.

use super::answer;
use super::bearer::BearerToken;
use super::wire::{AccountsAnswer, PinBody, Problem, ProblemCode, StatementBody, is_key};
use crate::port::{
    Balance, CoreAccount, CoreBanking, CoreError, PinState, PinVerdict, StatementPage, StatementQuery,
    Unavailability,
};
use async_trait::async_trait;
use renkei_procedure::identity::{CoreAccountKey, CoreUserKey};
use renkei_procedure::inquiry_pin::InquiryPin;
use renkei_shared::secret::SecretText;
use reqwest::header::{AUTHORIZATION, HeaderValue};
use reqwest::{Client, Method, StatusCode};
use rustls::{ClientConfig, RootCertStore};
use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, PrivateKeyDer};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::sync::Arc;
use std::time::Duration;
use url::{Host, Url};
use zeroize::Zeroizing;

/// The largest answer that is read, in bytes: ten times a page of 1,000 rows.
const LARGEST_ANSWER: usize = 4 << 20;

/// How to reach a gateway. At least one of token and certificate is needed.
pub struct GatewayConfig {
    /// Its address, above which the paths of the contract lie; plain HTTP only on the loopback interface.
    pub url: Url,
    /// PEM of the certificate authorities that its certificate must come from; without any, HTTPS reaches nobody.
    pub ca_pem: Vec<u8>,
    /// The token to send.
    pub bearer_token: Option<BearerToken>,
    /// PEM of the certificate chain, leaf first, and its PKCS#8 private key to show in the TLS handshake.
    pub client_identity_pem: Option<Zeroizing<Vec<u8>>>,
    /// How long a connection may take, TLS included.
    pub connect_timeout: Duration,
    /// How long a whole request may take, connecting and reading included.
    pub total_timeout: Duration,
}

/// Why no client can be made of a configuration.
#[derive(Debug, thiserror::Error)]
pub enum GatewayConfigError {
    /// PINs would cross a network in the clear.
    #[error("the gateway's URL must be https, or http on the loopback interface")]
    Insecure,
    /// Nothing says who Renkei is.
    #[error("the gateway needs a bearer token or a client certificate")]
    NoCredentials,
    /// The certificate authorities are not PEM certificates, or none is there.
    #[error("the gateway's certificate authorities cannot be read")]
    CertificateAuthorities,
    /// The client certificate and its key are not readable PEM, or do not belong together.
    #[error("the client certificate for the gateway cannot be used")]
    ClientIdentity,
    /// The HTTP library refused.
    #[error("the HTTP client cannot be set up: {0}")]
    Http(#[from] reqwest::Error),
}

/// A core behind a gateway; clones share connections.
#[derive(Clone)]
pub struct GatewayClient {
    http: Client,
    url: Url,
    authorization: Option<HeaderValue>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Carries {
    Nothing,
    Pin,
}

struct Failure {
    error: CoreError,
    /// Whether a request without a PIN may be sent again.
    passing: bool,
}

impl Failure {
    const fn lasting(error: CoreError) -> Self {
        Self {
            error,
            passing: false,
        }
    }

    const fn malformed(what: &'static str) -> Self {
        Self::lasting(CoreError::Malformed { what })
    }

    /// The request was under way and no answer came that says what became of it.
    const fn unanswered(carries: Carries, reason: Unavailability, passing: bool) -> Self {
        match carries {
            Carries::Pin => Self::lasting(CoreError::OutcomeUnknown),
            Carries::Nothing => Self {
                error: CoreError::Unavailable { reason },
                passing,
            },
        }
    }

    fn of_transport(error: &reqwest::Error, carries: Carries) -> Self {
        if error.is_connect() {
            // Nothing was sent, so this holds for a PIN as well.
            let reason = Unavailability::Unreachable;
            return Self {
                error: CoreError::Unavailable { reason },
                passing: true,
            };
        }
        let reason = if error.is_timeout() {
            Unavailability::TimedOut
        } else {
            Unavailability::Unreachable
        };
        Self::unanswered(carries, reason, false)
    }
}

impl GatewayClient {
    /// Sets up a client; nothing is sent yet.
    pub fn new(config: GatewayConfig) -> Result<Self, GatewayConfigError> {
        if !is_secure(&config.url) {
            return Err(GatewayConfigError::Insecure);
        }
        if config.bearer_token.is_none() && config.client_identity_pem.is_none() {
            return Err(GatewayConfigError::NoCredentials);
        }
        let http = Client::builder()
            .tls_backend_preconfigured(tls(&config)?)
            .connect_timeout(config.connect_timeout)
            .timeout(config.total_timeout)
            // A redirect would carry the PIN to somebody else.
            .redirect(reqwest::redirect::Policy::none())
            .referer(false)
            .retry(reqwest::retry::never())
            .no_proxy()
            .http1_only()
            .build()?;
        let authorization = config.bearer_token.and_then(|token| {
            let text = Zeroizing::new(format!("Bearer {}", token.expose()));
            let mut value = HeaderValue::from_str(&text).ok()?;
            value.set_sensitive(true);
            Some(value)
        });
        Ok(Self {
            http,
            url: config.url,
            authorization,
        })
    }

    fn address(&self, segments: [&str; 4]) -> Result<Url, Failure> {
        let mut url = self.url.clone();
        url.path_segments_mut()
            .map_err(|()| Failure::malformed("the gateway's address"))?
            .pop_if_empty()
            .extend(segments);
        Ok(url)
    }

    async fn get<A: DeserializeOwned>(&self, segments: [&str; 4]) -> Result<A, CoreError> {
        let once = async || {
            self.exchange(Method::GET, segments, None::<&()>, Carries::Nothing)
                .await
        };
        let answer = match once().await {
            Err(failure) if failure.passing => once().await,
            answer => answer,
        };
        answer.map_err(|failure| failure.error)
    }

    async fn post_pin<B: Serialize, A: DeserializeOwned>(
        &self,
        account: &CoreAccountKey,
        inquiry: &str,
        body: &B,
    ) -> Result<A, CoreError> {
        let segments = ["v1", "accounts", known_account(account)?, inquiry];
        let answer = self
            .exchange(Method::POST, segments, Some(body), Carries::Pin)
            .await;
        answer.map_err(|failure| failure.error)
    }

    async fn exchange<B: Serialize, A: DeserializeOwned>(
        &self,
        method: Method,
        segments: [&str; 4],
        body: Option<&B>,
        carries: Carries,
    ) -> Result<A, Failure> {
        let mut request = self.http.request(method, self.address(segments)?);
        if let Some(authorization) = &self.authorization {
            request = request.header(AUTHORIZATION, authorization.clone());
        }
        if let Some(body) = body {
            request = request.json(body);
        }
        let response = request
            .send()
            .await
            .map_err(|error| Failure::of_transport(&error, carries))?;
        let status = response.status();
        let text = read(response, carries).await?;
        if status == StatusCode::OK {
            return serde_json::from_slice(&text).map_err(|_| Failure::malformed("the JSON of an answer"));
        }
        let failure = refusal(status, &text, carries);
        tracing::warn!(%status, error = %failure.error, resource = segments[3], "the gateway refused");
        Err(failure)
    }
}

async fn read(mut response: reqwest::Response, carries: Carries) -> Result<Vec<u8>, Failure> {
    let mut text = Vec::new();
    while let Some(chunk) = response
        .chunk()
        .await
        .map_err(|error| Failure::of_transport(&error, carries))?
    {
        if text.len() + chunk.len() > LARGEST_ANSWER {
            return Err(Failure::malformed("an answer of more than 4 MiB"));
        }
        text.extend_from_slice(&chunk);
    }
    Ok(text)
}

/// What an answer other than 200 means. Only a problem document of the contract proves that a PIN was not counted.
fn refusal(status: StatusCode, text: &[u8], carries: Carries) -> Failure {
    let may_pass = matches!(
        status,
        StatusCode::BAD_GATEWAY | StatusCode::SERVICE_UNAVAILABLE | StatusCode::GATEWAY_TIMEOUT
    );
    let out_of_order = Unavailability::OutOfOrder;
    let problem = serde_json::from_slice::<Problem>(text)
        .ok()
        .filter(|problem| problem.status == status.as_u16());
    let Some(problem) = problem else {
        return match status {
            StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => credentials_refused(),
            _ if status.is_server_error() => Failure::unanswered(carries, out_of_order, may_pass),
            _ => Failure::malformed("a refusal without a problem document"),
        };
    };
    match (problem.code, carries) {
        (ProblemCode::UnknownUser, Carries::Nothing) => Failure::lasting(CoreError::UnknownUser),
        (ProblemCode::UnknownAccount, _) => Failure::lasting(CoreError::UnknownAccount),
        (ProblemCode::PinRefused, Carries::Pin) => match problem.remaining_tries {
            Some(remaining_tries @ 1..) => Failure::lasting(CoreError::PinRefused { remaining_tries }),
            _ => Failure::malformed("a refused PIN without the tries that remain"),
        },
        (ProblemCode::PinLocked, Carries::Pin) => Failure::lasting(CoreError::PinLocked),
        (ProblemCode::Closed, _) => Failure::lasting(CoreError::Closed {
            reopens_at: problem.reopens_at,
        }),
        (ProblemCode::Unavailable, _) => Failure {
            error: CoreError::Unavailable { reason: out_of_order },
            passing: may_pass,
        },
        (ProblemCode::OutcomeUnknown, _) => Failure::unanswered(carries, out_of_order, may_pass),
        (ProblemCode::Unauthorized, _) => credentials_refused(),
        _ => Failure::malformed("a problem that this request cannot have"),
    }
}

const fn credentials_refused() -> Failure {
    Failure::lasting(CoreError::Unavailable {
        reason: Unavailability::CredentialsRefused,
    })
}

fn known_account(account: &CoreAccountKey) -> Result<&str, CoreError> {
    Some(account.as_str())
        .filter(|key| is_key(key))
        .ok_or(CoreError::UnknownAccount)
}

fn is_secure(url: &Url) -> bool {
    let loopback = match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    };
    url.scheme() == "https" || (url.scheme() == "http" && loopback)
}

/// The provider is named, so that no other one in the process can take its place.
fn tls(config: &GatewayConfig) -> Result<ClientConfig, GatewayConfigError> {
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_slice_iter(&config.ca_pem) {
        let certificate = certificate.map_err(|_| GatewayConfigError::CertificateAuthorities)?;
        roots
            .add(certificate)
            .map_err(|_| GatewayConfigError::CertificateAuthorities)?;
    }
    if config.url.scheme() == "https" && roots.is_empty() {
        return Err(GatewayConfigError::CertificateAuthorities);
    }
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let builder = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|_| GatewayConfigError::ClientIdentity)?
        .with_root_certificates(roots);
    let Some(identity) = &config.client_identity_pem else {
        return Ok(builder.with_no_client_auth());
    };
    let chain: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(identity).collect();
    let key = PrivateKeyDer::from_pem_slice(identity).map_err(|_| GatewayConfigError::ClientIdentity)?;
    chain
        .ok()
        .and_then(|chain| builder.with_client_auth_cert(chain, key).ok())
        .ok_or(GatewayConfigError::ClientIdentity)
}

fn travelling(pin: &InquiryPin) -> SecretText {
    SecretText::new(pin.expose().iter().copied().map(char::from).collect())
}

#[async_trait]
impl CoreBanking for GatewayClient {
    async fn accounts(&self, user: &CoreUserKey) -> Result<Vec<CoreAccount>, CoreError> {
        let user = Some(user.as_str())
            .filter(|key| is_key(key))
            .ok_or(CoreError::UnknownUser)?;
        let answer: AccountsAnswer = self.get(["v1", "users", user, "accounts"]).await?;
        answer::accounts(answer.accounts)
    }

    async fn pin_state(&self, account: &CoreAccountKey) -> Result<PinState, CoreError> {
        answer::pin_state(
            self.get(["v1", "accounts", known_account(account)?, "pin-state"])
                .await?,
        )
    }

    async fn verify_pin(&self, account: &CoreAccountKey, pin: &InquiryPin) -> Result<PinVerdict, CoreError> {
        let body = PinBody { pin: travelling(pin) };
        match self.post_pin(account, "pin-verification", &body).await {
            // A gateway that says it as the inquiries do is understood.
            Err(CoreError::PinRefused { remaining_tries }) => Ok(PinVerdict::Refused { remaining_tries }),
            Err(CoreError::PinLocked) => Ok(PinVerdict::Locked),
            answered => answer::verdict(answered?),
        }
    }

    async fn balance(&self, account: &CoreAccountKey, pin: &InquiryPin) -> Result<Balance, CoreError> {
        self.post_pin(account, "balance-inquiry", &PinBody { pin: travelling(pin) })
            .await
    }

    async fn statement(
        &self,
        account: &CoreAccountKey,
        pin: &InquiryPin,
        query: &StatementQuery,
    ) -> Result<StatementPage, CoreError> {
        let StatementQuery {
            kind,
            from,
            to,
            after,
            limit,
        } = *query;
        let body = StatementBody {
            pin: travelling(pin),
            kind,
            from,
            to,
            after,
            limit,
        };
        answer::page(query, self.post_pin(account, "statement-inquiry", &body).await?)
    }
}
