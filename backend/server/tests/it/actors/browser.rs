//! The customer's browser: it keeps cookies, sends what a page sends, and shows a certificate where it is asked to.
//! Not here: what the customer does with it (`wizard`).

use super::answer::Answer;
use super::tls::{client_config, http_client};
use super::wizard::Wizard;
use renkei::testing::{Leaf, TestBank};
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use rustls::ClientConfig;
use serde_json::Value;
use std::collections::BTreeMap;
use std::sync::Mutex;

/// A browser.
pub(crate) struct Browser {
    origin: String,
    http: reqwest::Client,
    certificates: ClientConfig,
    cookies: Mutex<BTreeMap<String, String>>,
}

impl Browser {
    /// With this certificate in its store.
    pub(crate) fn with(bank: &TestBank, certificate: &Leaf) -> Self {
        Self::showing(bank, Some(certificate))
    }

    /// The browser of a user, with the user's certificate.
    pub(crate) fn of(bank: &TestBank, login_name: &str) -> Self {
        Self::with(bank, &bank.user(login_name).unwrap().certificate)
    }

    /// With this certificate in its store, or none.
    pub(crate) fn showing(bank: &TestBank, certificate: Option<&Leaf>) -> Self {
        Self {
            origin: bank.issuer(),
            http: http_client(client_config(bank, None)),
            certificates: client_config(bank, certificate),
            cookies: Mutex::default(),
        }
    }

    /// Follows a link to the bank.
    pub(crate) async fn get(&self, url: &str) -> Answer {
        let request = self.http.get(self.absolute(url)).headers(self.cookie_header());
        self.keep(Answer::of(request.send().await.unwrap()).await)
    }

    /// Sends an act, as the page's script does.
    pub(crate) async fn post(&self, path: &str, body: &Value) -> Answer {
        self.post_with(path, body, &self.page_headers()).await
    }

    /// Sends an act with headers of the test's own, cookies included.
    pub(crate) async fn post_with(&self, path: &str, body: &Value, headers: &HeaderMap) -> Answer {
        let request = self.post_request(path, body, headers);
        self.keep(Answer::of(request.send().await.unwrap()).await)
    }

    pub(crate) fn post_request(
        &self,
        path: &str,
        body: &Value,
        headers: &HeaderMap,
    ) -> reqwest::RequestBuilder {
        self.http
            .post(self.absolute(path))
            .headers(headers.clone())
            .json(body)
    }

    /// Any request with any body, as the page would send it.
    pub(crate) fn request(&self, method: reqwest::Method, path: &str) -> reqwest::RequestBuilder {
        self.http
            .request(method, self.absolute(path))
            .headers(self.page_headers())
    }

    /// Cookies, origin and the marker header.
    pub(crate) fn page_headers(&self) -> HeaderMap {
        let mut headers = self.cookie_header();
        headers.insert("origin", HeaderValue::try_from(&self.origin).unwrap());
        headers.insert("x-renkei-csrf", HeaderValue::from_static("1"));
        headers
    }

    /// A page of another site posts a form here: without the bank's cookies, which are `SameSite=Lax`.
    pub(crate) async fn submit(&self, path: &str, form: &[(String, String)]) -> Answer {
        let request = self.http.post(self.absolute(path)).form(form);
        let request = request.header("origin", "https://partner.example");
        self.keep(Answer::of(request.send().await.unwrap()).await)
    }

    /// Visits the certificate listener: another site, so without the bank's cookies, and with a handshake of its own.
    pub(crate) async fn show_certificate(&self, url: &str) -> Answer {
        let http = http_client(self.certificates.clone());
        Answer::of(http.get(url).send().await.unwrap()).await
    }

    /// Arrives with an authorization request.
    pub(crate) async fn arrive(&self, url: &str) -> Wizard<'_> {
        let answer = self.get(url).await;
        let location = answer.location();
        let id = location
            .strip_prefix(&format!("{}/linkages/", self.origin))
            .unwrap_or_else(|| panic!("{location}"));
        Wizard::new(self, id)
    }

    /// Keeps the cookies of an answer.
    pub(crate) fn keep(&self, answer: Answer) -> Answer {
        let mut cookies = self.cookies.lock().unwrap();
        for line in answer.set_cookies() {
            let (pair, attributes) = line.split_once(';').unwrap();
            let (name, value) = pair.split_once('=').unwrap();
            if attributes.contains("Max-Age=0") {
                cookies.remove(name);
            } else {
                cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        drop(cookies);
        answer
    }

    /// All cookies, to be given to another browser or back to this one.
    pub(crate) fn cookies(&self) -> BTreeMap<String, String> {
        self.cookies.lock().unwrap().clone()
    }

    pub(crate) fn set_cookies(&self, cookies: BTreeMap<String, String>) {
        *self.cookies.lock().unwrap() = cookies;
    }

    fn cookie_header(&self) -> HeaderMap {
        let pairs: Vec<String> = self
            .cookies()
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        let mut headers = HeaderMap::new();
        if !pairs.is_empty() {
            let name = HeaderName::from_static("cookie");
            headers.insert(name, HeaderValue::try_from(pairs.join("; ")).unwrap());
        }
        headers
    }

    fn absolute(&self, url: &str) -> String {
        if url.starts_with('/') {
            format!("{}{url}", self.origin)
        } else {
            url.to_owned()
        }
    }
}
