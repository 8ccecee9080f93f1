//! The bank's answer arrives: believe it only when `state` and `iss` fit, then leave the address bar without it.
//! Not here: what is said afterwards; the home page says it.

use std::sync::Arc;

use axum::extract::{RawQuery, State};
use axum::http::HeaderMap;
use axum::response::Redirect;

use super::{Site, Trouble, access};
use crate::linking::{Answer, Outcome};
use crate::sessions::{Notice, SessionId};

pub(super) async fn receive(
    State(site): State<Arc<Site>>,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Result<Redirect, Trouble> {
    let answer = Answer::from_query(query.as_deref().unwrap_or_default())?;
    let id = SessionId::from_headers(&headers).ok_or(Trouble::UnknownAnswer)?;
    let mut session = site.sessions.find(&id).await.ok_or(Trouble::UnknownAnswer)?;
    let now = (site.now)();
    // RFC 6749, 10.12: an answer to nothing that was asked in this session is not ours.
    let pending = session
        .take_pending(&answer.state, now)
        .ok_or(Trouble::UnknownAnswer)?;
    access::save(&session).await;
    answer.check_issuer(site.linking.issuer())?;
    let notice = match answer.outcome {
        Outcome::Permitted(code) => {
            let client_id = pending.client_id.clone();
            let registration = site.registration(&client_id)?;
            match site.linking.complete(registration, pending, code, now).await {
                Ok(link) => {
                    session.keep(&client_id, link);
                    Notice::Linked
                }
                // Said by the home page, so that the code does not stay in the address bar.
                Err(error) => {
                    tracing::warn!(%error, "a code could not be redeemed");
                    Notice::Failed(error.code().to_owned())
                }
            }
        }
        Outcome::Failed(code) if code == "access_denied" => Notice::Cancelled,
        Outcome::Failed(code) => Notice::Failed(code),
    };
    session.notify(notice);
    access::save(&session).await;
    Ok(Redirect::to("/"))
}
