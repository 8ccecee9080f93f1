//! The page that posts an answer to the partner (OAuth 2.0 Form Post Response Mode, 2 and 4; JARM, 2.3.3).
//! Not here: what is posted (`crate::delivery`), and who is shown the page.

use super::page::Page;
use axum::Router;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use maud::html;
use url::Url;

/// Submits the form; an address of its own, so that no script stands in the page.
const SCRIPT: &str = include_str!("form_post.js");
const SCRIPT_ADDRESS: &str = "/assets/form-post.js";

/// The script's route.
pub(super) fn script_routes<S: Clone + Send + Sync + 'static>() -> Router<S> {
    Router::new().route(SCRIPT_ADDRESS, get(script))
}

async fn script() -> impl IntoResponse {
    (
        [
            (header::CONTENT_TYPE, "text/javascript; charset=utf-8"),
            (header::CACHE_CONTROL, "public, max-age=86400"),
        ],
        SCRIPT,
    )
}

/// A page with these fields, which posts them to a registered redirect URI by itself, or by its button where scripts
/// are off. It is never stored, and its form may be sent nowhere else.
pub(crate) fn form_post(action: &str, fields: &[(&'static str, String)]) -> Response {
    let content = html! {
        h1 class="heading" { "API連携先へ戻ります" }
        p { "結果をAPI連携先へ引き渡しています。画面が切り替わらない場合は、ボタンを押してください。" }
        p lang="en" { "The result is being handed to the service. If the page does not change, press the button." }
        form id="form-post" method="post" action=(action) {
            @for (name, value) in fields {
                input type="hidden" name=(name) value=(value);
            }
            div class="button-row" {
                button class="button button--primary" type="submit" {
                    "API連携先へ戻る / " span lang="en" { "Return to the service" }
                }
            }
        }
    };
    let mut response = Page::bilingual("API連携先へ戻ります", Some(SCRIPT_ADDRESS), content).into_response();
    let headers = response.headers_mut();
    if let Ok(policy) = HeaderValue::try_from(policy(action)) {
        headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// Browsers hold `form-action` against each redirect that follows the post, too: the partner's page that is posted to
/// may lead on within its origin.
fn policy(action: &str) -> String {
    // A registered redirect URI is an absolute https URL.
    let origin =
        Url::parse(action).map_or_else(|_| "'none'".to_owned(), |url| url.origin().ascii_serialization());
    format!(
        "default-src 'none'; script-src 'self'; style-src 'self'; base-uri 'none'; object-src 'none'; \
         frame-ancestors 'none'; form-action {origin}"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_form_may_be_sent_to_the_partner_only() {
        for (action, origin) in [
            ("https://kaikei.example/callback?x=1", "https://kaikei.example"),
            (
                "https://kaikei.example:8446/callback",
                "https://kaikei.example:8446",
            ),
            ("not a URL", "'none'"),
        ] {
            let policy = policy(action);
            assert!(policy.ends_with(&format!("form-action {origin}")), "{policy}");
        }
    }
}
