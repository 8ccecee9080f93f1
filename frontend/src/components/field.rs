//! Fields: the login password and the labelled checkbox, each with its error beside it.

use crate::acts::Acts;
use crate::language::{Words, say, tell, words};
use leptos::prelude::*;

/// The message at the field with this id, while the trouble of these acts is about it.
pub(crate) fn message_at(acts: Acts, target: String) -> Signal<Option<String>> {
    let trouble = acts.trouble();
    let tongue = crate::language::use_tongue();
    Signal::derive(move || {
        let locale = tongue.locale();
        trouble.with(|trouble| Some(trouble.as_ref()?.of_field(&target)?.text(locale)))
    })
}

/// The line that shows a field's message.
#[component]
pub(crate) fn FieldMessage(id: String, message: Signal<Option<String>>) -> impl IntoView {
    move || {
        let id = id.clone();
        message.get().map(|text| {
            view! {
                <p id=id class="field__message">
                    {text}
                </p>
            }
        })
    }
}

/// Id of the password's input.
pub(crate) const PASSWORD: &str = "password";

/// The login password. Password managers and pasting work; `shown` is put back to false on submit.
#[component]
pub(crate) fn PasswordField(
    acts: Acts,
    shown: RwSignal<bool>,
    /// What a password manager files the password under.
    account_name: String,
    #[prop(into)] hint: Signal<String>,
) -> impl IntoView {
    let message = message_at(acts, PASSWORD.to_owned());
    let toggle_name = tell(move |locale| {
        let name = if shown.get() {
            words!(password.hide)
        } else {
            words!(password.show)
        };
        name(locale).to_owned()
    });
    let toggle_text = tell(move |locale| {
        let text = if shown.get() {
            words!(password.hide_short)
        } else {
            words!(password.show_short)
        };
        text(locale).to_owned()
    });
    let described = move || {
        if message.with(Option::is_some) {
            "password-message password-hint"
        } else {
            "password-hint"
        }
    };
    view! {
        <div class="field" class=("field--invalid", move || message.with(Option::is_some))>
            <label class="field__label" for=PASSWORD>
                {say(words!(password.label))}
            </label>
            <p id="password-hint" class="field__hint">
                {hint}
            </p>
            <FieldMessage id="password-message".to_owned() message=message />
            <input type="text" name="username" autocomplete="username" value=account_name hidden readonly />
            <div class="field__with-toggle">
                <input
                    id=PASSWORD
                    class="field__input"
                    name="password"
                    type=move || if shown.get() { "text" } else { "password" }
                    autocomplete="current-password"
                    autocapitalize="off"
                    spellcheck="false"
                    aria-describedby=described
                    aria-invalid=move || message.with(Option::is_some).then_some("true")
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
        </div>
    }
}

/// A checkbox with its label.
#[component]
pub(crate) fn Checkbox(
    id: String,
    label: Words,
    ticked: RwSignal<bool>,
    #[prop(into, optional)] described_by: MaybeProp<String>,
    #[prop(into, optional)] invalid: Signal<bool>,
) -> impl IntoView {
    view! {
        <span class="checkbox">
            <input
                type="checkbox"
                class="checkbox__box"
                id=id.clone()
                prop:checked=ticked
                on:change=move |event| ticked.set(event_target_checked(&event))
                aria-describedby=move || described_by.get()
                aria-invalid=move || invalid.get().then_some("true")
            />
            <label class="checkbox__label" for=id>
                {say(label)}
            </label>
        </span>
    }
}
