//! A browser with one cookie, in front of the site's router.

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::header::{CONTENT_TYPE, COOKIE, HOST, LOCATION, ORIGIN, SET_COOKIE};
use axum::http::{HeaderMap, Request, StatusCode};
use renkei_demo::Config;
use tower::ServiceExt as _;

pub(crate) const HOST_NAME: &str = "kaikei.localhost:8446";
const SITE: &str = "https://kaikei.localhost:8446";

pub(crate) struct Browser {
    site: Router,
    pub(crate) cookie: Option<String>,
}

pub(crate) struct Shown {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

impl Shown {
    pub(crate) fn location(&self) -> &str {
        assert_eq!(self.status, StatusCode::SEE_OTHER, "{}", self.body);
        self.headers[LOCATION].to_str().unwrap()
    }

    /// The first value of an attribute after a marker in the page.
    pub(crate) fn after(&self, marker: &str) -> String {
        let (_, rest) = self
            .body
            .split_once(marker)
            .unwrap_or_else(|| panic!("no {marker} in {}", self.body));
        rest.split('"').next().unwrap().replace("&amp;", "&")
    }
}

impl Browser {
    pub(crate) fn new(config: &Config) -> Self {
        Self {
            site: renkei_demo::pages::router(renkei_demo::site(config).unwrap()),
            cookie: None,
        }
    }

    /// The same browser after the site was started again.
    pub(crate) fn after_restart(self, config: &Config) -> Self {
        Self {
            cookie: self.cookie,
            ..Self::new(config)
        }
    }

    pub(crate) async fn send(&mut self, request: Request<Body>) -> Shown {
        let response = self.site.clone().oneshot(request).await.unwrap();
        if let Some(cookie) = response.headers().get(SET_COOKIE) {
            self.cookie = cookie.to_str().unwrap().split(';').next().map(str::to_owned);
        }
        let (status, headers) = (response.status(), response.headers().clone());
        let body = to_bytes(response.into_body(), usize::MAX).await.unwrap();
        Shown {
            status,
            headers,
            body: String::from_utf8(body.to_vec()).unwrap(),
        }
    }

    pub(crate) async fn get(&mut self, path: &str) -> Shown {
        let mut request = Request::get(path).header(HOST, HOST_NAME);
        if let Some(cookie) = &self.cookie {
            request = request.header(COOKIE, cookie);
        }
        self.send(request.body(Body::empty()).unwrap()).await
    }

    pub(crate) async fn post(&mut self, path: &str, origin: Option<&str>, body: String) -> Shown {
        let mut request = Request::post(path)
            .header(HOST, HOST_NAME)
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded");
        if let Some(cookie) = &self.cookie {
            request = request.header(COOKIE, cookie);
        }
        if let Some(origin) = origin {
            request = request.header(ORIGIN, origin);
        }
        self.send(request.body(Body::from(body)).unwrap()).await
    }

    /// Presses a button of the home page.
    pub(crate) async fn press(&mut self, action: &str) -> Shown {
        let home = self.get("/").await;
        assert!(
            home.body.contains(&format!("action=\"{action}\"")),
            "{}",
            home.body
        );
        let token = home.after("name=\"csrf\" value=\"");
        self.post(action, Some(SITE), format!("csrf={token}")).await
    }

    /// Goes to the bank with this registration and answers the `state` that was pushed.
    pub(crate) async fn leave_for_bank(&mut self, bank: &super::bank::Bank, client_id: &str) -> String {
        let leaving = self.press(&format!("/links/{client_id}")).await;
        assert_eq!(leaving.status, StatusCode::OK, "{}", leaving.body);
        bank.seen("/par").pop().unwrap().form["state"].clone()
    }

    /// Links and ends on the home page.
    pub(crate) async fn link(&mut self, bank: &super::bank::Bank) {
        let state = self.leave_for_bank(bank, "kaikei").await;
        let returned = self
            .get(&answer("code=the-code", &state, Some(&bank.issuer)))
            .await;
        assert_eq!(returned.location(), "/");
    }
}

/// The path and query by which the bank answers.
pub(crate) fn answer(outcome: &str, state: &str, issuer: Option<&str>) -> String {
    let mut query = url::form_urlencoded::Serializer::new(format!("{outcome}&"));
    query.append_pair("state", state);
    if let Some(issuer) = issuer {
        query.append_pair("iss", issuer);
    }
    format!("/callback?{}", query.finish())
}
