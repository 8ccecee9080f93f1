//! One file a step: the body of its page, between the heading and the buttons, and the act that it sends.
//! Not here: which step comes next (the server says so) and what surrounds every step (`pages::linkage`).

pub(crate) mod business_selection;
pub(crate) mod certificate_login;
pub(crate) mod ended;
pub(crate) mod password;
pub(crate) mod permission;
pub(crate) mod pin_registration;
pub(crate) mod pin_result;
pub(crate) mod returning;

use crate::components::button::{QUIET, plain_button};
use crate::components::element::{El, el};
use crate::language::words;
use leptos::prelude::*;

/// 「API連携をキャンセル」, on each step on the left. The list of linkages has the same login, but nothing to cancel.
pub(crate) fn cancel_button(cancel: Callback<()>) -> El {
    plain_button(QUIET, words!(buttons.cancel), move || cancel.run(()))
}

/// A form that does `submit` instead of leaving the page. The page checks by itself, so the browser does not.
pub(crate) fn form(submit: impl Fn() + 'static) -> El {
    el("form").attr("novalidate", "").on("submit", move |event| {
        event.prevent_default();
        submit();
    })
}
