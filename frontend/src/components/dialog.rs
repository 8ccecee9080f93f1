//! A native modal dialog that asks before something that cannot be undone.

use crate::browser;
use crate::components::button::{PlainButton, Weight};
use crate::language::Words;
use leptos::html;
use leptos::prelude::*;

/// Asks. The safe answer comes first and has the focus; Escape means the same.
#[component]
pub(crate) fn ConfirmDialog(
    /// Whether the dialog is open; it closes itself.
    open: RwSignal<bool>,
    /// Distinguishes the ids of several dialogs in a page.
    id: &'static str,
    #[prop(into)] title: Signal<String>,
    stay: Words,
    go: Words,
    confirm: Callback<()>,
    children: Children,
) -> impl IntoView {
    let dialog = NodeRef::<html::Dialog>::new();
    Effect::new(move |_| {
        let open = open.get();
        if let Some(dialog) = dialog.get() {
            browser::show_dialog(&dialog, open);
        }
    });
    // Escape closes it without asking us; the event may come when it is open again already.
    let closed = move |_| {
        if dialog.get_untracked().is_some_and(|dialog| !dialog.open()) {
            open.set(false);
        }
    };
    let title_id = format!("{id}-title");
    let shut = Callback::new(move |()| open.set(false));
    let sure = Callback::new(move |()| {
        open.set(false);
        confirm.run(());
    });
    view! {
        <dialog node_ref=dialog class="dialog" aria-labelledby=title_id on:close=closed>
            <h2 id=title_id.clone() class="dialog__title">
                {title}
            </h2>
            <div class="dialog__body">{children()}</div>
            <div class="button-row">
                <PlainButton label=stay weight=Weight::Secondary press=shut />
                <PlainButton label=go weight=Weight::Primary press=sure />
            </div>
        </dialog>
    }
}
