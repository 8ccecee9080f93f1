//! A native modal dialog that asks before something that cannot be undone.

use crate::browser;
use crate::components::button::{PRIMARY, SECONDARY, button_row, plain_button};
use crate::components::element::{El, classed};
use crate::language::Words;
use crate::reaction::react;
use leptos::prelude::*;

/// What a dialog says.
pub(crate) struct Question {
    /// Distinguishes the dialogs of a page.
    pub(crate) id: &'static str,
    /// What is asked.
    pub(crate) title: Signal<String>,
    /// What it would mean.
    pub(crate) body: El,
    /// The button that leaves all as it is.
    pub(crate) stay: Words,
    /// The button that does it.
    pub(crate) go: Words,
}

/// Asks while `open`. The safe answer comes first and has the focus; Escape means the same.
pub(crate) fn confirm_dialog(
    question: Question,
    open: RwSignal<bool>,
    confirm: impl Fn() + 'static,
) -> AnyView {
    let Question {
        id,
        title,
        body,
        stay,
        go,
    } = question;
    let title_id = format!("{id}-title");
    react(move || browser::show_dialog(id, open.get()));
    // Escape closes it without asking us; the event may come when it is open again already.
    let closed = move |_| {
        if !browser::is_dialog_open(id) {
            open.set(false);
        }
    };
    let go = plain_button(PRIMARY, go, move || {
        open.set(false);
        confirm();
    });
    classed("dialog", "dialog")
        .attr("id", id)
        .attr_owned("aria-labelledby", title_id.clone())
        .on("close", closed)
        .child(
            classed("h2", "dialog__title")
                .attr_owned("id", title_id)
                .tell(title),
        )
        .child(body)
        .child(
            button_row()
                .child(plain_button(SECONDARY, stay, move || open.set(false)))
                .child(go),
        )
        .view()
}

/// Where the body of a question goes.
pub(crate) fn dialog_body() -> El {
    classed("div", "dialog__body")
}
