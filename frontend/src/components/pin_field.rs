//! One inquiry PIN: hidden as it is typed, never remembered by the browser, its toggle named after its account.

use crate::language::{fill, tell, words};
use leptos::prelude::*;

/// What the field has to know of its row.
#[derive(Clone, Copy)]
pub(crate) struct PinEntryState {
    /// The row is ticked.
    pub(crate) ticked: RwSignal<bool>,
    /// The PIN is shown in the clear.
    pub(crate) shown: RwSignal<bool>,
}

/// The field of the account whose text is `account`. What is typed stays in the input until it is sent.
#[component]
pub(crate) fn PinField(
    id: String,
    account: Signal<String>,
    entry: PinEntryState,
    message: Signal<Option<String>>,
) -> impl IntoView {
    let PinEntryState { ticked, shown } = entry;
    let name = tell(move |locale| fill(words!(accounts.pin_name)(locale), &[("account", &account.get())]));
    let toggle_name = tell(move |locale| {
        let account = account.get();
        if shown.get() {
            fill(words!(accounts.hide_name)(locale), &[("account", &account)])
        } else {
            fill(words!(accounts.show_name)(locale), &[("account", &account)])
        }
    });
    let toggle_text = tell(move |locale| {
        let text = if shown.get() {
            words!(accounts.hide)
        } else {
            words!(accounts.show)
        };
        text(locale).to_owned()
    });
    let message_id = format!("{id}-message");
    let described = {
        let message_id = message_id.clone();
        move || message.with(Option::is_some).then(|| message_id.clone())
    };
    view! {
        <div class="pin" class=("field--invalid", move || message.with(Option::is_some))>
            <div class="field__with-toggle">
                // Longer than four: a maximum would silently cut what was pasted, and the check could not tell.
                <input
                    id=id
                    class="field__input pin__input"
                    type=move || if shown.get() { "text" } else { "password" }
                    inputmode="numeric"
                    autocomplete="off"
                    maxlength="32"
                    aria-label=name
                    aria-describedby=described
                    aria-invalid=move || message.with(Option::is_some).then_some("true")
                    on:input=move |event| {
                        if !event_target_value(&event).is_empty() {
                            ticked.set(true);
                        }
                    }
                />
                <button
                    type="button"
                    class="field__toggle"
                    aria-label=toggle_name
                    on:click=move |_| shown.update(|shown| *shown = !*shown)
                >
                    {toggle_text}
                </button>
            </div>
            <super::field::FieldMessage id=message_id message=message />
        </div>
    }
}
