//! The partner's server: it authenticates as it is registered, pushes requests, redeems codes, asks for accounts.
//! Not here: what the customer does in between.

use super::answer::Answer;
use super::browser::Browser;
use super::tls::{client_config, http_client};
use super::wizard::Wizard;
use aws_lc_rs::digest;
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use renkei::testing::{Credentials, Leaf, RegisteredPartner, TestBank};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use url::Url;

pub(crate) const JWT_BEARER: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

pub(crate) fn base64url(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

pub(crate) fn sha256(text: &str) -> Vec<u8> {
    digest::digest(&digest::SHA256, text.as_bytes()).as_ref().to_vec()
}

/// 43 characters that nobody guesses.
pub(crate) fn random_text() -> String {
    let mut bytes = [0; 32];
    aws_lc_rs::rand::fill(&mut bytes).unwrap();
    base64url(&bytes)
}

/// A linkage that the partner has begun.
pub(crate) struct Attempt {
    /// Where the browser is sent.
    pub(crate) url: String,
    /// The PKCE verifier (RFC 7636 section 4.1).
    pub(crate) verifier: String,
    pub(crate) state: String,
}

/// What came back by the redirect.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Returned {
    /// The redirect URI, as registered.
    pub(crate) address: String,
    pub(crate) parameters: BTreeMap<String, String>,
}

impl Returned {
    /// Splits a redirect, whose query may begin with what the redirect URI already had.
    pub(crate) fn read(location: &str) -> Self {
        let url = Url::parse(location).unwrap();
        let mut parameters = BTreeMap::new();
        for (name, value) in url.query_pairs() {
            let twice = parameters.insert(name.into_owned(), value.into_owned());
            assert_eq!(twice, None, "{location}");
        }
        let (address, _) = location.split_once('?').unwrap();
        Self {
            address: address.to_owned(),
            parameters,
        }
    }

    #[track_caller]
    pub(crate) fn get(&self, name: &str) -> &str {
        self.parameters
            .get(name)
            .unwrap_or_else(|| panic!("no {name} in {self:?}"))
    }

    pub(crate) fn code(&self) -> &str {
        self.get("code")
    }
}

/// What a redemption gave.
#[derive(Debug, Clone)]
pub(crate) struct Tokens {
    pub(crate) access: String,
    pub(crate) refresh: String,
    pub(crate) answer: Value,
}

/// A partner's server.
pub(crate) struct Partner<'b> {
    pub(crate) bank: &'b TestBank,
    pub(crate) registered: &'b RegisteredPartner,
    /// Where it calls: the mutual-TLS listener where it has a certificate, else the browser listener.
    pub(crate) base: String,
    http: reqwest::Client,
}

impl<'b> Partner<'b> {
    pub(crate) fn of(bank: &'b TestBank, client_id: &str) -> Self {
        let registered = bank.partner(client_id).unwrap();
        Self::showing(bank, registered, registered.certificate.as_ref())
    }

    /// The same partner with another certificate, or none.
    pub(crate) fn showing(
        bank: &'b TestBank,
        registered: &'b RegisteredPartner,
        certificate: Option<&Leaf>,
    ) -> Self {
        let by_mutual_tls = registered.certificate.is_some();
        Self {
            bank,
            registered,
            base: if by_mutual_tls {
                bank.partner_url()
            } else {
                bank.issuer()
            },
            http: http_client(client_config(bank, certificate)),
        }
    }

    /// The same partner at the other listener.
    pub(crate) fn at_the_browser_listener(mut self) -> Self {
        self.base = self.bank.issuer();
        self
    }

    pub(crate) fn id(&self) -> &'static str {
        self.registered.client_id
    }

    /// An authorization request with everything that it needs.
    pub(crate) fn request(&self, state: &str, verifier: &str) -> Vec<(String, String)> {
        let challenge = base64url(&sha256(verifier));
        [
            ("client_id", self.id()),
            ("response_type", "code"),
            ("redirect_uri", &self.registered.redirect_uri),
            ("scope", "accounts balance statement transfers"),
            ("state", state),
            ("code_challenge", &challenge),
            ("code_challenge_method", "S256"),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .to_vec()
    }

    /// Begins a linkage as the partner's profile has it: pushed, or directly where it has no certificate.
    pub(crate) async fn begin(&self) -> Attempt {
        let (state, verifier) = (random_text(), random_text());
        let request = self.request(&state, &verifier);
        let url = if matches!(self.registered.credentials, Credentials::ClientSecretBasic { .. }) {
            Url::parse_with_params(&format!("{}/authorize", self.bank.issuer()), &request)
                .unwrap()
                .into()
        } else {
            let pushed = self.post("/par", &request).await;
            assert_eq!(pushed.status, 201, "{}", pushed.text());
            self.authorization_url(pushed.json()["request_uri"].as_str().unwrap())
        };
        Attempt { url, verifier, state }
    }

    /// The address with a pushed request (RFC 9126 section 4).
    pub(crate) fn authorization_url(&self, request_uri: &str) -> String {
        let parameters = [("client_id", self.id()), ("request_uri", request_uri)];
        Url::parse_with_params(&format!("{}/authorize", self.bank.issuer()), parameters)
            .unwrap()
            .into()
    }

    /// Begins a linkage and lets the browser arrive.
    pub(crate) async fn link<'w>(&self, browser: &'w Browser) -> (Attempt, Wizard<'w>) {
        let attempt = self.begin().await;
        let wizard = browser.arrive(&attempt.url).await;
        (attempt, wizard)
    }

    /// A client assertion (RFC 7523 section 3) as it should be, after `change`.
    pub(crate) fn assertion(&self, change: impl FnOnce(&mut Value)) -> String {
        let Credentials::PrivateKeyJwt { key_pem, key_id } = &self.registered.credentials else {
            panic!("{} does not authenticate by assertion", self.id());
        };
        let key = EncodingKey::from_ec_pem(key_pem.as_bytes()).unwrap();
        let mut header = Header::new(Algorithm::ES256);
        header.kid = Some(key_id.clone());
        let mut claims = self.claims();
        change(&mut claims);
        jsonwebtoken::encode(&header, &claims, &key).unwrap()
    }

    /// The claims of a good assertion.
    pub(crate) fn claims(&self) -> Value {
        let now = self.bank.clock().now().unix_seconds();
        json!({
            "iss": self.id(), "sub": self.id(), "aud": self.bank.issuer(), "jti": random_text(),
            "iat": now, "exp": now + 60,
        })
    }

    /// A form with the partner's own authentication.
    pub(crate) async fn post(&self, path: &str, form: &[(String, String)]) -> Answer {
        match &self.registered.credentials {
            Credentials::PrivateKeyJwt { .. } => {
                let assertion = self.assertion(|_| {});
                self.post_asserting(path, form, &assertion).await
            }
            Credentials::TlsClientAuth => {
                let mut form = form.to_vec();
                if !form.iter().any(|(name, _)| name == "client_id") {
                    form.push(("client_id".to_owned(), self.id().to_owned()));
                }
                self.post_unauthenticated(path, &form).await
            }
            Credentials::ClientSecretBasic { secret } => {
                let basic = STANDARD.encode(format!("{}:{secret}", self.id()));
                let request = self.http.post(format!("{}{path}", self.base)).form(form);
                Answer::of(
                    request
                        .header("authorization", format!("Basic {basic}"))
                        .send()
                        .await
                        .unwrap(),
                )
                .await
            }
        }
    }

    /// A form with an assertion of the test's own.
    pub(crate) async fn post_asserting(&self, path: &str, form: &[(String, String)], jwt: &str) -> Answer {
        let mut form = form.to_vec();
        form.push(("client_assertion_type".to_owned(), JWT_BEARER.to_owned()));
        form.push(("client_assertion".to_owned(), jwt.to_owned()));
        self.post_unauthenticated(path, &form).await
    }

    /// A form as it is.
    pub(crate) async fn post_unauthenticated(&self, path: &str, form: &[(String, String)]) -> Answer {
        let request = self.http.post(format!("{}{path}", self.base)).form(form);
        Answer::of(request.send().await.unwrap()).await
    }

    /// The form that redeems a code.
    pub(crate) fn redemption(&self, code: &str, verifier: &str) -> Vec<(String, String)> {
        [
            ("grant_type", "authorization_code"),
            ("code", code),
            ("code_verifier", verifier),
            ("redirect_uri", &self.registered.redirect_uri),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .to_vec()
    }

    pub(crate) async fn redeem(&self, code: &str, verifier: &str) -> Answer {
        self.post("/token", &self.redemption(code, verifier)).await
    }

    /// Redeems with success.
    pub(crate) async fn tokens(&self, code: &str, verifier: &str) -> Tokens {
        let answer = self.redeem(code, verifier).await.ok();
        let text = |name: &str| {
            answer[name]
                .as_str()
                .unwrap_or_else(|| panic!("{answer}"))
                .to_owned()
        };
        Tokens {
            access: text("access_token"),
            refresh: text("refresh_token"),
            answer: answer.clone(),
        }
    }

    pub(crate) async fn refresh(&self, refresh_token: &str) -> Answer {
        let form = [("grant_type", "refresh_token"), ("refresh_token", refresh_token)]
            .map(|(name, value)| (name.to_owned(), value.to_owned()));
        self.post("/token", &form).await
    }

    pub(crate) async fn revoke(&self, token: &str) -> Answer {
        self.post("/revoke", &[("token".to_owned(), token.to_owned())])
            .await
    }

    /// Asks the accounts API.
    pub(crate) async fn get(&self, path: &str, access_token: &str) -> Answer {
        let request = self.http.get(format!("{}{path}", self.base));
        Answer::of(request.bearer_auth(access_token).send().await.unwrap()).await
    }

    /// The accounts of a permission.
    pub(crate) async fn accounts(&self, access_token: &str) -> Vec<Value> {
        let answer = self.get("/v1/accounts", access_token).await.ok();
        answer["accounts"].as_array().unwrap().clone()
    }

    /// The id by which the partner knows an account.
    pub(crate) async fn account_id(&self, access_token: &str, number: &str) -> String {
        let accounts = self.accounts(access_token).await;
        let found = accounts
            .iter()
            .find(|account| account["account_number"] == number);
        found.unwrap_or_else(|| panic!("no {number} in {accounts:?}"))["account_id"]
            .as_str()
            .unwrap()
            .to_owned()
    }

    /// The whole linkage of a user, with all businesses and accounts.
    pub(crate) async fn linked(&self, login_name: &str, pins: &[(&str, &str)]) -> Tokens {
        let browser = Browser::of(self.bank, login_name);
        let (attempt, mut wizard) = self.link(&browser).await;
        wizard.log_in(self.bank, login_name).await;
        wizard.reach_permission(pins).await;
        let returned = wizard.permit().await;
        assert_eq!(returned.get("state"), attempt.state);
        self.tokens(returned.code(), &attempt.verifier).await
    }
}
