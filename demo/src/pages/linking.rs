//! The two acts of the home page: begin a linkage, end it.
//! Not here: the bank's answer, which comes to the callback.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::response::Redirect;
use maud::{Markup, html};

use super::forms::CheckedForm;
use super::words::BANK;
use super::{Site, Trouble, access, layout};
use crate::linking::LinkError;
use crate::sessions::Notice;

pub(super) async fn begin(
    State(site): State<Arc<Site>>,
    Path(client_id): Path<String>,
    CheckedForm(id): CheckedForm,
) -> Result<Markup, Trouble> {
    let registration = site.registration(&client_id)?;
    let now = (site.now)();
    let (pending, address) = site.linking.begin(registration, now).await?;
    let mut session = site.sessions.find_or_make(&id).await;
    session.begin(pending, now);
    access::save(&session).await;
    let content = html! {
        p { (BANK) "のページへ移動しています。" }
        p { a href=(address) { "進まないときは、こちらを押してください" } }
    };
    Ok(layout::leading_on(
        "銀行のページへ移動します",
        address.as_str(),
        &content,
    ))
}

pub(super) async fn unlink(
    State(site): State<Arc<Site>>,
    Path(client_id): Path<String>,
    CheckedForm(id): CheckedForm,
) -> Result<Redirect, Trouble> {
    let registration = site.registration(&client_id)?;
    let mut session = site.sessions.find(&id).await.ok_or(Trouble::NotLinked)?;
    let link = session.link(&client_id).ok_or(Trouble::NotLinked)?;
    match site.linking.unlink(registration, link, (site.now)()).await {
        Ok(()) | Err(LinkError::Ended) => {}
        // While the bank does not confirm, the permission stands: keeping the link keeps the button.
        Err(error) => return Err(Trouble::UnlinkFailed(error)),
    }
    session.forget(&client_id);
    session.notify(Notice::Unlinked);
    access::save(&session).await;
    Ok(Redirect::to("/"))
}
