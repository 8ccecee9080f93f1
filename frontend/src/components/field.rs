//! Fields: the login password and the labelled checkbox, each with its error beside it.

use crate::acts::Acts;
use crate::components::element::{El, classed, dynamic, el, worded};
use crate::language::{Words, tell, use_tongue, words};
use leptos::prelude::*;

/// What is wrong with a field, while something is.
#[derive(Clone, Copy)]
pub(crate) struct Fault(Signal<Option<String>>);

impl Fault {
    /// Of the field with this id, as the trouble of these acts tells it.
    pub(crate) fn of(acts: Acts, target: String) -> Self {
        let trouble = acts.trouble();
        let tongue = use_tongue();
        Self(Signal::derive(move || {
            let locale = tongue.locale();
            trouble.with(|trouble| Some(trouble.as_ref()?.of_field(&target)?.text(locale)))
        }))
    }

    /// Whether something is wrong.
    pub(crate) fn exists(self) -> Signal<bool> {
        Signal::derive(move || self.0.with(Option::is_some))
    }

    /// The line that shows it, under this id.
    pub(crate) fn line(self, id: String) -> AnyView {
        dynamic(move || {
            let text = self.0.get()?;
            Some(
                classed("p", "field__message")
                    .attr_owned("id", id.clone())
                    .text(text)
                    .view(),
            )
        })
    }

    /// Marks the element around the field.
    pub(crate) fn around(self, tag: &'static str, class: &'static str) -> El {
        el(tag).class_when(class, "field--invalid", self.exists())
    }

    /// Marks the field itself and points to the line, after what describes the field anyway.
    pub(crate) fn mark(self, field: El, line: String, described: Option<&'static str>) -> El {
        let description = move || match (self.0.with(Option::is_some), described) {
            (true, Some(described)) => Some(format!("{line} {described}")),
            (true, None) => Some(line.clone()),
            (false, described) => described.map(str::to_owned),
        };
        field
            .attr_when("aria-invalid", "true", self.exists())
            .attr_live("aria-describedby", Signal::derive(description))
    }
}

/// What the toggle beside a hidden field is called, seen and heard.
#[derive(Clone, Copy)]
pub(crate) struct ToggleWords {
    /// On the button.
    pub(crate) text: Signal<String>,
    /// Its accessible name, which names the field.
    pub(crate) name: Signal<String>,
}

/// Shows or hides what stands in a field.
pub(crate) fn toggle(shown: RwSignal<bool>, words: ToggleWords) -> El {
    classed("button", "field__toggle")
        .attr("type", "button")
        .attr_told("aria-label", words.name)
        .tell(words.text)
        .on("click", move |_| shown.update(|shown| *shown = !*shown))
}

/// An input that hides what stands in it unless it is `shown`.
pub(crate) fn hidden_input(class: &'static str, shown: RwSignal<bool>) -> El {
    let kind = move || Some(if shown.get() { "text" } else { "password" }.to_owned());
    classed("input", class).attr_live("type", Signal::derive(kind))
}

/// Id of the password's input.
pub(crate) const PASSWORD: &str = "password";

/// The login password. Password managers, which file it under `account_name`, and pasting work.
pub(crate) fn password_field(
    acts: Acts,
    shown: RwSignal<bool>,
    account_name: String,
    hint: Signal<String>,
) -> El {
    let fault = Fault::of(acts, PASSWORD.to_owned());
    let either = move |show: Words, hide: Words| {
        tell(move |locale| if shown.get() { hide(locale) } else { show(locale) }.to_owned())
    };
    let words = ToggleWords {
        text: either(words!(password.show_short), words!(password.hide_short)),
        name: either(words!(password.show), words!(password.hide)),
    };
    let account = el("input")
        .attr("type", "text")
        .attr("name", "username")
        .attr("autocomplete", "username")
        .attr_owned("value", account_name)
        .attr("hidden", "")
        .attr("readonly", "");
    let input = hidden_input("field__input", shown)
        .attr("id", PASSWORD)
        .attr("name", "password")
        .attr("autocomplete", "current-password")
        .attr("autocapitalize", "off")
        .attr("spellcheck", "false");
    let input = fault.mark(input, "password-message".to_owned(), Some("password-hint"));
    fault
        .around("div", "field")
        .child(worded("label", "field__label", words!(password.label)).attr("for", PASSWORD))
        .child(classed("p", "field__hint").attr("id", "password-hint").tell(hint))
        .child(fault.line("password-message".to_owned()))
        .child(account)
        .child(
            classed("div", "field__with-toggle")
                .child(input)
                .child(toggle(shown, words)),
        )
}

/// A checkbox without its label.
pub(crate) fn checkbox(id: String, ticked: RwSignal<bool>) -> El {
    classed("input", "checkbox__box")
        .attr("type", "checkbox")
        .attr_owned("id", id)
        .ticked(ticked)
}

/// A checkbox's label.
pub(crate) fn checkbox_label(id: String) -> El {
    classed("label", "checkbox__label").attr_owned("for", id)
}
