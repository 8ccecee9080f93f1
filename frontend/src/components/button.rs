//! Buttons: one that submits, one that acts, and the row at the end of a step.
//! A busy button stays enabled and says `aria-busy`; `Acts` sees to it that a second press does nothing.

use crate::acts::Acts;
use crate::language::{Words, say};
use leptos::prelude::*;

/// How much a button stands out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Weight {
    /// The one way on.
    Primary,
    /// Another way.
    Secondary,
    /// Away from here.
    Quiet,
}

impl Weight {
    const fn class(self) -> &'static str {
        match self {
            Self::Primary => "button button--primary",
            Self::Secondary => "button button--secondary",
            Self::Quiet => "button button--quiet",
        }
    }
}

/// Submits the form around it; busy while `act` is on its way.
#[component]
pub(crate) fn SubmitButton(label: Words, acts: Acts, act: &'static str) -> impl IntoView {
    view! {
        <button type="submit" class=Weight::Primary.class() aria-busy=busy(acts, act)>
            {say(label)}
        </button>
    }
}

/// Does something when pressed; busy while `act` is on its way.
#[component]
pub(crate) fn ActButton(
    label: Words,
    acts: Acts,
    act: &'static str,
    weight: Weight,
    press: Callback<()>,
) -> impl IntoView {
    view! {
        <button type="button" class=weight.class() aria-busy=busy(acts, act) on:click=move |_| press.run(())>
            {say(label)}
        </button>
    }
}

/// Does something in the page itself.
#[component]
pub(crate) fn PlainButton(label: Words, weight: Weight, press: Callback<()>) -> impl IntoView {
    view! {
        <button type="button" class=weight.class() on:click=move |_| press.run(())>
            {say(label)}
        </button>
    }
}

/// The row at the end of a step: the way out on the left, the way on on the right; stacked on phones.
#[component]
pub(crate) fn ButtonRow(children: Children) -> impl IntoView {
    view! { <div class="button-row">{children()}</div> }
}

fn busy(acts: Acts, act: &'static str) -> Signal<Option<&'static str>> {
    Signal::derive(move || (acts.busy() == Some(act)).then_some("true"))
}
