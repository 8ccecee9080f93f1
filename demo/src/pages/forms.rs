//! The check of every form: it must come from a page of this very session (CSRF).
//! Not here: what the forms do.

use axum::Form;
use axum::extract::{FromRequest, Request};
use axum::http::header::ORIGIN;
use serde::Deserialize;

use std::sync::Arc;

use super::{Site, Trouble};
use crate::sessions::SessionId;

/// The session of a form that was checked; no handler of a POST works without.
pub(super) struct CheckedForm(pub(super) SessionId);

#[derive(Deserialize)]
struct Token {
    csrf: String,
}

impl FromRequest<Arc<Site>> for CheckedForm {
    type Rejection = Trouble;

    async fn from_request(request: Request, site: &Arc<Site>) -> Result<Self, Trouble> {
        let id = SessionId::from_headers(request.headers()).ok_or(Trouble::ForgedForm)?;
        // Browsers send Origin with every POST; one that differs is another site.
        if request
            .headers()
            .get(ORIGIN)
            .is_some_and(|origin| origin.as_bytes() != site.origin.as_bytes())
        {
            return Err(Trouble::ForgedForm);
        }
        let Form(token) = Form::<Token>::from_request(request, site)
            .await
            .map_err(|_| Trouble::ForgedForm)?;
        if id.accepts_form(&token.csrf) {
            Ok(Self(id))
        } else {
            Err(Trouble::ForgedForm)
        }
    }
}
