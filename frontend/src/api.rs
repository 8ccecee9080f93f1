//! The typed way to the server: GET, POST, and what can come back instead of an answer.
//! Not here: when to send and what to do with the answer (`acts`, `pages`).

use crate::wire::{self, Wire};
use gloo_net::http::{Request, RequestBuilder, Response};
use js_sys::Reflect;
use renkei_shared::problem::ProblemDocument;
use renkei_shared::{CSRF_HEADER, CSRF_VALUE};
use serde::Serialize;
use wasm_bindgen::JsValue;
use web_sys::{AbortSignal, RequestInit};
use zeroize::Zeroizing;

/// After this the server counts as unreachable; the core banking system may take some seconds for each PIN.
const TIMEOUT_MILLISECONDS: u32 = 60_000;

/// The Fetch Standard (section 4.6) refuses keepalive requests whose bodies exceed 64 KiB together.
const KEEPALIVE_BODY_LIMIT: usize = 32_768;

/// What came back instead of an answer.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Failure {
    /// No answer, or one of something between us and the server.
    Unreachable,
    /// The server said no and why.
    Problem(Box<ProblemDocument>),
    /// An answer that cannot be read.
    Unreadable,
}

/// Fetches a view.
pub(crate) async fn get(path: &str) -> Result<String, Failure> {
    let request = finish(Request::get(path))
        .build()
        .map_err(|_| Failure::Unreadable)?;
    read(request.send().await).await
}

/// Sends an act's body and answers the raw answer.
pub(crate) async fn post(path: &str, body: &str) -> Result<String, Failure> {
    let request = finish(Request::post(path))
        .header("content-type", "application/json")
        .header(CSRF_HEADER, CSRF_VALUE)
        .body(body)
        .map_err(|_| Failure::Unreadable)?;
    read(keep_alive(request, body.len()).send().await).await
}

/// Reads an answer's body.
pub(crate) fn parse<T: Wire>(json: &str) -> Result<T, Failure> {
    wire::parse(json).ok_or(Failure::Unreadable)
}

/// Writes an act's body; its memory is cleared after use because it may hold a password or PINs.
pub(crate) fn body<T: Serialize>(act: &T) -> Zeroizing<String> {
    Zeroizing::new(serde_json::to_string(act).unwrap_or_default())
}

fn finish(builder: RequestBuilder) -> RequestBuilder {
    builder
        .header("accept", "application/json, application/problem+json")
        .cache(web_sys::RequestCache::NoStore)
        .abort_signal(Some(&AbortSignal::timeout_with_u32(TIMEOUT_MILLISECONDS)))
}

/// Lets the request outlive the page, so that the cookie in its answer is not lost when the customer leaves meanwhile.
fn keep_alive(request: Request, body_length: usize) -> Request {
    if body_length > KEEPALIVE_BODY_LIMIT {
        return request;
    }
    let plain = web_sys::Request::from(request);
    let init = RequestInit::new();
    // web-sys does not know this member of RequestInit yet.
    drop(Reflect::set(
        &init,
        &JsValue::from_str("keepalive"),
        &JsValue::TRUE,
    ));
    web_sys::Request::new_with_request_and_init(&plain, &init)
        .unwrap_or(plain)
        .into()
}

async fn read(answer: Result<Response, gloo_net::Error>) -> Result<String, Failure> {
    let response = answer.map_err(|_| Failure::Unreachable)?;
    let text = response.text().await.map_err(|_| Failure::Unreachable)?;
    if response.ok() {
        return Ok(text);
    }
    match parse::<ProblemDocument>(&text) {
        Ok(problem) => Err(Failure::Problem(Box::new(problem))),
        // A gateway in between answers for a server that it cannot reach.
        Err(_) if (502..=504).contains(&response.status()) => Err(Failure::Unreachable),
        Err(failure) => Err(failure),
    }
}
