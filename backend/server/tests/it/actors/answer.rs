//! An answer of the bank, whole.
//! Not here: sending requests.

use reqwest::header::{HeaderMap, HeaderName};
use serde_json::Value;

/// Status, headers and body.
#[derive(Debug, Clone)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    pub(crate) async fn of(response: reqwest::Response) -> Self {
        Self {
            status: response.status().as_u16(),
            headers: response.headers().clone(),
            body: response.bytes().await.unwrap().to_vec(),
        }
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body)
            .unwrap_or_else(|error| panic!("{error}: {} {}", self.status, self.text()))
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .get(HeaderName::try_from(name).unwrap())
            .map(|value| value.to_str().unwrap())
    }

    /// The problem code, after a look at the rest of the document (RFC 9457).
    pub(crate) fn code(&self) -> String {
        assert_eq!(
            self.header("content-type"),
            Some("application/problem+json"),
            "{} {}",
            self.status,
            self.text()
        );
        let document = self.json();
        assert_eq!(document["status"], self.status);
        let code = document["code"].as_str().unwrap().to_owned();
        assert_eq!(document["type"], format!("urn:renkei:problem:{code}"));
        for language in ["ja", "en"] {
            for part in ["what", "why", "remedy"] {
                assert!(
                    !document[language][part].as_str().unwrap().is_empty(),
                    "{document}"
                );
            }
        }
        code
    }

    /// The body without what names this one request: what can be compared with another answer.
    pub(crate) fn comparable(&self) -> Value {
        let mut document = self.json();
        if let Some(members) = document.as_object_mut() {
            let id = members.remove("request_id");
            assert!(id.is_none() || id.as_ref().and_then(Value::as_str) == self.header("x-request-id"));
        }
        document
    }

    /// Asserts the status and the problem code.
    #[track_caller]
    pub(crate) fn refused(&self, status: u16, code: &str) {
        assert_eq!(
            (self.status, self.code().as_str()),
            (status, code),
            "{}",
            self.text()
        );
    }

    /// Asserts an OAuth error (RFC 6749 section 5.2).
    #[track_caller]
    pub(crate) fn oauth_error(&self, status: u16, error: &str) {
        assert_eq!(self.status, status, "{}", self.text());
        assert_eq!(self.json()["error"], error, "{}", self.text());
        assert_eq!(self.header("cache-control"), Some("no-store"));
    }

    /// Asserts success, and answers the body.
    #[track_caller]
    pub(crate) fn ok(&self) -> Value {
        assert_eq!(self.status, 200, "{}", self.text());
        self.json()
    }

    /// Asserts a page for people.
    #[track_caller]
    pub(crate) fn is_page(&self, status: u16, code: &str) {
        assert_eq!(self.status, status, "{}", self.text());
        assert_eq!(self.header("content-type"), Some("text/html; charset=utf-8"));
        let text = self.text();
        assert!(
            text.contains("<h1 class=") && text.contains(&format!(">{code}<")),
            "{text}"
        );
    }

    /// Where a redirect leads.
    #[track_caller]
    pub(crate) fn location(&self) -> String {
        assert_eq!(self.status, 303, "{}", self.text());
        self.header("location").unwrap().to_owned()
    }

    pub(crate) fn set_cookies(&self) -> Vec<String> {
        let all = self.headers.get_all("set-cookie").iter();
        all.map(|value| value.to_str().unwrap().to_owned()).collect()
    }
}

/// Where it does not matter how a request ends.
pub(crate) trait NeverMind {
    fn never_mind(self);
}

impl<T, E> NeverMind for Result<T, E> {
    fn never_mind(self) {}
}
