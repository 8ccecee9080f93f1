//! One inquiry PIN: hidden as it is typed, never remembered by the browser, its toggle named after its account.

use crate::components::element::{El, classed};
use crate::components::field::{Fault, ToggleWords, hidden_input, toggle};
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
pub(crate) fn pin_field(id: String, account: Signal<String>, entry: PinEntryState, fault: Fault) -> El {
    let PinEntryState { ticked, shown } = entry;
    let named = move |text: &str| fill(text, &[("account", &account.get())]);
    let words = ToggleWords {
        text: tell(move |locale| {
            if shown.get() {
                words!(accounts.hide)(locale)
            } else {
                words!(accounts.show)(locale)
            }
            .to_owned()
        }),
        name: tell(move |locale| {
            named(if shown.get() {
                words!(accounts.hide_name)(locale)
            } else {
                words!(accounts.show_name)(locale)
            })
        }),
    };
    let line = format!("{id}-message");
    // Longer than four: a maximum would silently cut what was pasted, and the check could not tell.
    let input = hidden_input("field__input pin__input", shown)
        .attr_owned("id", id)
        .attr("inputmode", "numeric")
        .attr("autocomplete", "off")
        .attr("maxlength", "32")
        .attr_told(
            "aria-label",
            tell(move |locale| named(words!(accounts.pin_name)(locale))),
        )
        .on("input", move |event| {
            if !event_target_value(&event).is_empty() {
                ticked.set(true);
            }
        });
    fault
        .around("div", "pin")
        .child(
            classed("div", "field__with-toggle")
                .child(fault.mark(input, line.clone(), None))
                .child(toggle(shown, words)),
        )
        .child(fault.line(line))
}
