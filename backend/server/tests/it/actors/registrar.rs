//! A partner that registers itself (RFC 7591) and looks after its registration (RFC 7592).
//! Not here: partners of the operator's file (`registration`), and what a registered one does (`partner`).

use super::answer::Answer;
use super::jose::SigningKey;
use super::partner::{Partner, random_text, sha256};
use super::tls::{client_config, http_client};
use jsonwebtoken::Algorithm;
use renkei::testing::{Credentials, Leaf, RegisteredPartner, TestBank};
use renkei_store::{JsonText, NewInitialAccessToken, Sha256Digest};
use reqwest::Method;
use serde_json::{Value, json};
use std::time::Duration;
use uuid::Uuid;

/// The terms that a test's initial access tokens carry unless it wants others.
pub(crate) fn terms() -> Value {
    json!({
        "name": "自分で登録する会計", "legal_name": "自分で登録する株式会社",
        "registration_number": "北海道財務局長（電代）第9号", "purpose": "会計帳簿の作成",
        "complaint_contact": "011-000-0009", "profile": "fapi2", "businesses": "fixed",
        "scopes": "accounts balance statement openid",
    })
}

/// Somebody at the registration endpoint.
pub(crate) struct Registrar<'b> {
    bank: &'b TestBank,
    http: reqwest::Client,
}

impl<'b> Registrar<'b> {
    pub(crate) fn new(bank: &'b TestBank) -> Self {
        Self {
            bank,
            http: http_client(client_config(bank, None)),
        }
    }

    /// An initial access token with the usual terms, for as many registrations as a test needs.
    pub(crate) async fn initial_token(&self) -> String {
        self.initial_token_on(&terms(), 100, Duration::from_hours(24))
            .await
    }

    /// One with these terms, uses and lifetime.
    pub(crate) async fn initial_token_on(&self, terms: &Value, uses: u64, lifetime: Duration) -> String {
        let token = random_text();
        let now = self.bank.clock().now();
        let new = NewInitialAccessToken {
            id: Uuid::from_u128(u128::from_be_bytes(sha256(&token)[..16].try_into().unwrap())),
            token_hash: Sha256Digest::new(sha256(&token).try_into().unwrap()),
            terms: JsonText::encode(terms).unwrap(),
            created_at: now,
            expires_at: now.plus(lifetime),
            uses,
        };
        self.bank
            .store()
            .initial_access_tokens()
            .insert(&new)
            .await
            .unwrap();
        token
    }

    /// A registration with a body that is JSON.
    pub(crate) async fn register(&self, token: &str, body: &Value) -> Answer {
        self.call(Method::POST, "/register", Some(token), Some(body))
            .await
    }

    /// Registers with success: the answer, and the way to it.
    pub(crate) async fn registered(&self, token: &str, body: &Value) -> Registered {
        let answer = self.register(token, body).await;
        assert_eq!(answer.status, 201, "{}", answer.text());
        Registered::of(answer.json())
    }

    /// A call of the registration endpoints; `path` may be a whole address.
    pub(crate) async fn call(
        &self,
        method: Method,
        path: &str,
        token: Option<&str>,
        body: Option<&Value>,
    ) -> Answer {
        let mut request = self.request(method, path);
        if let Some(token) = token {
            request = request.bearer_auth(token);
        }
        if let Some(body) = body {
            request = request
                .header("content-type", "application/json")
                .body(body.to_string());
        }
        Answer::of(request.send().await.unwrap()).await
    }

    /// A call that the test makes up.
    pub(crate) fn request(&self, method: Method, path: &str) -> reqwest::RequestBuilder {
        let url = if path.starts_with("https://") {
            path.to_owned()
        } else {
            format!("{}{path}", self.bank.issuer())
        };
        self.http.request(method, url)
    }
}

/// What a partner knows of its own registration.
pub(crate) struct Registered {
    pub(crate) answer: Value,
    pub(crate) client_id: String,
    pub(crate) uri: String,
    pub(crate) token: String,
}

impl Registered {
    fn of(answer: Value) -> Self {
        let text = |name: &str| answer[name].as_str().unwrap().to_owned();
        Self {
            client_id: text("client_id"),
            uri: text("registration_client_uri"),
            token: text("registration_access_token"),
            answer,
        }
    }

    /// The registration as an update sends it back (RFC 7592 section 2.2), after changes.
    pub(crate) fn update(&self, change: impl FnOnce(&mut Value)) -> Value {
        let mut body = self.answer.clone();
        let members = body.as_object_mut().unwrap();
        for ours in [
            "registration_access_token",
            "registration_client_uri",
            "client_secret_expires_at",
            "client_id_issued_at",
        ] {
            members.remove(ours);
        }
        change(&mut body);
        body
    }

    /// The partner, to act with these credentials and this certificate.
    pub(crate) fn partner<'b>(
        &self,
        bank: &'b TestBank,
        credentials: Credentials,
        certificate: Option<Leaf>,
    ) -> Partner<'b> {
        let redirect_uri = self.answer["redirect_uris"][0].as_str().unwrap().to_owned();
        // It lives as long as the test's process, like those of the bank live as long as the bank.
        let registered: &'static RegisteredPartner = Box::leak(Box::new(RegisteredPartner {
            client_id: Box::leak(self.client_id.clone().into_boxed_str()),
            redirect_uri,
            credentials,
            certificate,
        }));
        Partner::showing(bank, registered, registered.certificate.as_ref())
    }
}

/// A key, with the credentials that go with it.
pub(crate) fn key_and_credentials() -> (SigningKey, Credentials) {
    let key = SigningKey::generate(Algorithm::ES256, "own-key");
    let credentials = Credentials::PrivateKeyJwt {
        key_pem: key.pem.clone(),
        key_id: key.kid().to_owned(),
    };
    (key, credentials)
}
