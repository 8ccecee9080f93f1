//! The pushed authorization request (RFC 9126), which the library lacks: one plain POST.
//! The library still builds the request: the query of its authorization URL is what gets pushed.

use http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE};
use http::{HeaderValue, Method, StatusCode};
use oauth2::HttpRequest;
use serde::Deserialize;
use time::OffsetDateTime;
use url::{Url, form_urlencoded};

use super::answer::clean_code;
use super::discovery::Endpoints;
use super::{LinkError, Registration};

#[derive(Deserialize)]
struct Pushed {
    request_uri: String,
}

#[derive(Deserialize)]
struct Refused {
    error: String,
}

/// Pushes the parameters of `whole_request` and answers the `request_uri`:
///
/// ```http
/// POST /par HTTP/1.1
/// Content-Type: application/x-www-form-urlencoded
///
/// response_type=code&client_id=...&redirect_uri=...&scope=...&state=...&code_challenge=...&code_challenge_method=S256
/// ```
pub(super) async fn push(
    registration: &Registration,
    endpoints: &Endpoints,
    issuer: &str,
    whole_request: &Url,
    now: OffsetDateTime,
) -> Result<String, LinkError> {
    let body = form_urlencoded::Serializer::new(String::new())
        .extend_pairs(whole_request.query_pairs())
        .extend_pairs(registration.assertion_parameters(issuer, now)?)
        .finish();
    let mut builder = http::Request::builder()
        .method(Method::POST)
        .uri(endpoints.pushed_authorization_request.as_str())
        .header(
            CONTENT_TYPE,
            HeaderValue::from_static("application/x-www-form-urlencoded"),
        )
        .header(ACCEPT, HeaderValue::from_static("application/json"));
    if let Some(basic) = registration.basic_authorization() {
        builder = builder.header(AUTHORIZATION, basic);
    }
    let request: HttpRequest = builder
        .body(body.into_bytes())
        .map_err(|_| LinkError::Unexpected("the PAR endpoint is no usable URL"))?;
    let answer = registration.http().send(request).await?;
    if answer.status() == StatusCode::CREATED {
        return serde_json::from_slice::<Pushed>(answer.body())
            .map(|pushed| pushed.request_uri)
            .map_err(|_| LinkError::Unexpected("the answer to the pushed request cannot be read"));
    }
    match serde_json::from_slice::<Refused>(answer.body()) {
        Ok(refused) => Err(LinkError::Refused {
            code: clean_code(&refused.error),
        }),
        Err(_) => Err(LinkError::Unexpected(
            "the pushed request was refused without an OAuth error",
        )),
    }
}
