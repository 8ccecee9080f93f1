//! The partner's server: it authenticates as it is registered, pushes requests, redeems codes, asks for accounts.
//! Not here: what the customer does in between.

use super::answer::Answer;
use super::browser::Browser;
use super::credentials::JWT_BEARER;
use super::dpop::Dpop;
use super::returned::{Attempt, Returned, Tokens};
use super::tls::{client_config, http_client};
use super::wizard::Wizard;
use aws_lc_rs::digest;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::Algorithm;
use renkei::testing::{Credentials, Leaf, RegisteredPartner, TestBank};
use reqwest::{Method, RequestBuilder};
use serde_json::Value;
use std::sync::Arc;
use url::Url;

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

/// A partner's server.
pub(crate) struct Partner<'b> {
    pub(crate) bank: &'b TestBank,
    pub(crate) registered: &'b RegisteredPartner,
    /// Where it calls: the mutual-TLS listener where it has a certificate, else the browser listener.
    pub(crate) base: String,
    /// Its DPoP key, where it uses one: `/par`, `/token` and resources get proofs then.
    pub(crate) dpop: Option<Arc<Dpop>>,
    http: reqwest::Client,
}

pub(super) type Form = Vec<(String, String)>;

/// Parameters as the forms take them.
pub(crate) fn form(pairs: &[(&str, &str)]) -> Form {
    let own = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
    pairs.iter().map(own).collect()
}

/// A form after changes: the value of a name is replaced, or the name dropped where there is none.
pub(crate) fn changed(mut form: Form, changes: &[(&str, Option<&str>)]) -> Form {
    for (name, value) in changes {
        form.retain(|(known, _)| known != name);
        form.extend(value.map(|value| ((*name).to_owned(), value.to_owned())));
    }
    form
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
            dpop: None,
            http: http_client(client_config(bank, certificate)),
        }
    }

    /// The same partner with a DPoP key of its own.
    pub(crate) fn with_dpop(self) -> Self {
        self.with_dpop_of(Arc::new(Dpop::new(Algorithm::ES256)))
    }

    /// The same partner with this DPoP key.
    pub(crate) fn with_dpop_of(mut self, dpop: Arc<Dpop>) -> Self {
        self.dpop = Some(dpop);
        self
    }

    /// Its DPoP key.
    pub(crate) fn dpop(&self) -> &Dpop {
        self.dpop.as_ref().unwrap()
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
        self.begin_with(&[]).await
    }

    /// The same after changes of the request.
    pub(crate) async fn begin_with(&self, changes: &[(&str, Option<&str>)]) -> Attempt {
        let (state, verifier) = (random_text(), random_text());
        let request = changed(self.request(&state, &verifier), changes);
        let by_secret = matches!(
            self.registered.credentials,
            Credentials::ClientSecretBasic { .. } | Credentials::ClientSecretPost { .. }
        );
        let url = if by_secret {
            self.direct_url(&request)
        } else {
            self.push(&request).await
        };
        Attempt { url, verifier, state }
    }

    /// The same by a signed request object (RFC 9101) that is pushed.
    pub(crate) async fn begin_signed(&self, changes: &[(&str, Option<&str>)]) -> Attempt {
        let (state, verifier) = (random_text(), random_text());
        let request = changed(self.request(&state, &verifier), changes);
        let object = self.request_object(&request, |_, _| {});
        let url = self.push(&form(&[("request", &object)])).await;
        Attempt { url, verifier, state }
    }

    /// Pushes a request (RFC 9126) and answers where the browser is sent.
    pub(crate) async fn push(&self, request: &[(String, String)]) -> String {
        let pushed = self.post("/par", request).await;
        assert_eq!(pushed.status, 201, "{}", pushed.text());
        self.authorization_url(pushed.json()["request_uri"].as_str().unwrap())
    }

    /// The address with a whole request in its query.
    pub(crate) fn direct_url(&self, request: &[(String, String)]) -> String {
        Url::parse_with_params(&format!("{}/authorize", self.bank.issuer()), request)
            .unwrap()
            .into()
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
        self.link_with(browser, &[]).await
    }

    /// The same after changes of the request.
    pub(crate) async fn link_with<'w>(
        &self,
        browser: &'w Browser,
        changes: &[(&str, Option<&str>)],
    ) -> (Attempt, Wizard<'w>) {
        let attempt = self.begin_with(changes).await;
        let wizard = browser.arrive(&attempt.url).await;
        (attempt, wizard)
    }

    /// A form with the partner's own authentication; where the bank asks for a DPoP nonce, once more with it.
    pub(crate) async fn post(&self, path: &str, form: &[(String, String)]) -> Answer {
        let answer = self.post_once(path, form).await;
        if self.dpop.as_ref().is_some_and(|dpop| dpop.learn(&answer)) {
            return self.post_once(path, form).await;
        }
        answer
    }

    /// The same, and no second time.
    pub(crate) async fn post_once(&self, path: &str, form: &[(String, String)]) -> Answer {
        let dpop = self.dpop.as_ref().filter(|_| ["/par", "/token"].contains(&path));
        let proof = dpop.map(|dpop| dpop.proof(self.bank, "POST", &self.url(path), None));
        let proofs: Vec<&str> = proof.iter().map(String::as_str).collect();
        self.post_proving(path, form, &proofs).await
    }

    /// A form with the partner's authentication and `Accept`.
    pub(crate) async fn post_accepting(&self, path: &str, form: &[(String, String)], accept: &str) -> Answer {
        let mut form = form.to_vec();
        let authorization = self.authenticate(&mut form);
        let mut request = self.call(Method::POST, path).form(&form).header("accept", accept);
        if let Some(authorization) = authorization {
            request = request.header("authorization", authorization);
        }
        Answer::of(request.send().await.unwrap()).await
    }

    /// A form with the partner's authentication and these proofs, once.
    pub(crate) async fn post_proving(
        &self,
        path: &str,
        form: &[(String, String)],
        proofs: &[&str],
    ) -> Answer {
        let mut form = form.to_vec();
        let authorization = self.authenticate(&mut form);
        let mut request = self.call(Method::POST, path).form(&form);
        if let Some(authorization) = authorization {
            request = request.header("authorization", authorization);
        }
        for proof in proofs {
            request = request.header("dpop", *proof);
        }
        Answer::of(request.send().await.unwrap()).await
    }

    pub(crate) fn url(&self, path: &str) -> String {
        if path.starts_with("https://") {
            path.to_owned()
        } else {
            format!("{}{path}", self.base)
        }
    }

    /// Any request to the bank, over this partner's connection.
    pub(crate) fn call(&self, method: Method, path: &str) -> RequestBuilder {
        self.http.request(method, self.url(path))
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
        let request = self.call(Method::POST, path).form(form);
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
        Tokens::of(&self.redeem(code, verifier).await.ok())
    }

    pub(crate) async fn refresh(&self, refresh_token: &str) -> Answer {
        self.refresh_with(refresh_token, &[]).await
    }

    /// A refresh with more parameters, such as a narrower `scope`.
    pub(crate) async fn refresh_with(&self, refresh_token: &str, more: &[(&str, &str)]) -> Answer {
        let mut fields = form(&[("grant_type", "refresh_token"), ("refresh_token", refresh_token)]);
        fields.extend(form(more));
        self.post("/token", &fields).await
    }

    /// A token of the partner's own (RFC 6749 section 4.4).
    pub(crate) async fn client_credentials(&self, scope: Option<&str>) -> Answer {
        let fields = form(&[("grant_type", "client_credentials")]);
        self.post("/token", &changed(fields, &[("scope", scope)])).await
    }

    pub(crate) async fn revoke(&self, token: &str) -> Answer {
        self.post("/revoke", &form(&[("token", token)])).await
    }

    pub(crate) async fn introspect(&self, token: &str) -> Answer {
        self.post("/introspect", &form(&[("token", token)])).await
    }

    /// Asks the accounts API.
    pub(crate) async fn get(&self, path: &str, access_token: &str) -> Answer {
        self.ask(Method::GET, path, access_token, &[]).await
    }

    /// Asks a resource with a token, under the scheme `DPoP` where the partner has a key; where the bank asks for a
    /// nonce, once more with it.
    pub(crate) async fn ask(
        &self,
        method: Method,
        path: &str,
        access_token: &str,
        headers: &[(&str, &str)],
    ) -> Answer {
        let ask = || async {
            let (address, _) = path.split_once('?').unwrap_or((path, ""));
            let mut request = self.call(method.clone(), path);
            request = match &self.dpop {
                Some(dpop) => {
                    let proof =
                        dpop.proof(self.bank, method.as_str(), &self.url(address), Some(access_token));
                    request
                        .header("authorization", format!("DPoP {access_token}"))
                        .header("dpop", proof)
                }
                None => request.bearer_auth(access_token),
            };
            for (name, value) in headers {
                request = request.header(*name, *value);
            }
            Answer::of(request.send().await.unwrap()).await
        };
        let answer = ask().await;
        if self.dpop.as_ref().is_some_and(|dpop| dpop.learn(&answer)) {
            return ask().await;
        }
        answer
    }

    /// The bank's published keys.
    pub(crate) async fn jwks(&self) -> Value {
        let request = self.http.get(format!("{}/jwks", self.bank.issuer()));
        Answer::of(request.send().await.unwrap()).await.ok()
    }

    /// The parameters of a signed answer (JARM).
    pub(crate) async fn unsealed(&self, returned: &Returned) -> Returned {
        let now = self.bank.clock().now().unix_seconds();
        returned.unsealed(&self.jwks().await, &self.bank.issuer(), self.id(), now)
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
        self.linked_with(login_name, pins, &[]).await
    }

    /// The same after changes of the request.
    pub(crate) async fn linked_with(
        &self,
        login_name: &str,
        pins: &[(&str, &str)],
        changes: &[(&str, Option<&str>)],
    ) -> Tokens {
        let browser = Browser::of(self.bank, login_name);
        let (attempt, mut wizard) = self.link_with(&browser, changes).await;
        wizard.log_in(self.bank, login_name).await;
        wizard.reach_permission(pins).await;
        let returned = wizard.permit().await;
        assert_eq!(returned.get("state"), attempt.state);
        self.tokens(returned.code(), &attempt.verifier).await
    }
}
