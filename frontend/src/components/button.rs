//! Buttons: one that submits, one that acts, and the row at the end of a step.
//! A busy button stays enabled and says `aria-busy`; `Acts` sees to it that a second press does nothing.

use crate::acts::Acts;
use crate::components::element::{El, classed, worded};
use crate::language::{Words, words};
use leptos::prelude::*;

/// The one way on.
pub(crate) const PRIMARY: &str = "button button--primary";
/// Another way.
pub(crate) const SECONDARY: &str = "button button--secondary";
/// Another way, inside a notice.
pub(crate) const SMALL: &str = "button button--secondary button--small";
/// Away from here.
pub(crate) const QUIET: &str = "button button--quiet";

/// Submits the form around it; busy while `act` is on its way.
pub(crate) fn submit_button(label: Words, acts: Acts, act: &'static str) -> El {
    busy(worded("button", PRIMARY, label).attr("type", "submit"), acts, act)
}

/// Does something when pressed; busy while `act` is on its way.
pub(crate) fn act_button(
    class: &'static str,
    label: Words,
    acts: Acts,
    act: &'static str,
    press: impl Fn() + 'static,
) -> El {
    busy(plain_button(class, label, press), acts, act)
}

/// Does something in the page itself.
pub(crate) fn plain_button(class: &'static str, label: Words, press: impl Fn() + 'static) -> El {
    worded("button", class, label)
        .attr("type", "button")
        .on("click", move |_| press())
}

/// The row at the end of a step: the way out on the left, the way on on the right; stacked on phones.
pub(crate) fn button_row() -> El {
    classed("div", "button-row")
}

/// The way back to the partner, as a row of its own.
pub(crate) fn way_back(url: String) -> El {
    let link = worded("a", PRIMARY, words!(buttons.to_partner))
        .attr_owned("href", url)
        .attr("rel", "external noreferrer");
    button_row().child(link)
}

fn busy(button: El, acts: Acts, act: &'static str) -> El {
    button.attr_when(
        "aria-busy",
        "true",
        Signal::derive(move || acts.busy() == Some(act)),
    )
}
