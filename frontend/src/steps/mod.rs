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

use crate::components::button::{PlainButton, Weight};
use crate::language::words;
use leptos::prelude::*;

/// 「API連携をキャンセル」, on each step on the left. The list of linkages has the same login, but nothing to cancel.
#[component]
pub(crate) fn CancelButton(cancel: Option<Callback<()>>) -> impl IntoView {
    cancel.map(
        |cancel| view! { <PlainButton label=words!(buttons.cancel) weight=Weight::Quiet press=cancel /> },
    )
}
