//! Above the step: who asks, who is asked, how much time is left, and the warning when that is little.

use super::state::State;
use crate::components::deadline::{deadline_warning, time_left};
use crate::components::element::{El, classed, el};
use crate::deadline::Left;
use crate::language::{Words, fill, tell, words};
use leptos::prelude::*;
use renkei_shared::linkage::{CustomerView, PartnerView, PlainAct};

/// Who asks, who is asked, and how much time is left.
pub(super) fn strip(state: State, left: Memo<Left>, open: Signal<bool>) -> El {
    let customer = Signal::derive(move || {
        state
            .view
            .with(|view| view.as_ref().and_then(|view| view.customer.clone()))
    });
    let time = time_left(left);
    let partner = state.partner().map(|PartnerView { name, legal_name, .. }| {
        let value = el("dd")
            .child(el("strong").text(name))
            .child(classed("span", "strip__legal").text(legal_name));
        item("strip__item", words!(strip.partner)).child(value)
    });
    let items = classed("dl", "strip__inner")
        .maybe(partner)
        .dynamic(move || {
            let text = customer_name(customer.get()?);
            Some(
                item("strip__item", words!(strip.customer))
                    .child(el("dd").tell(text))
                    .view(),
            )
        })
        .dynamic(move || {
            let item = item("strip__item strip__item--time", words!(strip.time_left));
            open.get().then(|| item.child(el("dd").tell(time)).view())
        });
    classed("div", "strip")
        .attr("role", "region")
        .attr_said("aria-label", words!(strip.label))
        .child(items)
}

/// The customer by company and name.
pub(in crate::pages) fn customer_name(customer: CustomerView) -> Signal<String> {
    let CustomerView { company, name } = customer;
    tell(move |locale| {
        fill(
            words!(strip.customer_name)(locale),
            &[("company", &company), ("name", &name)],
        )
    })
}

fn item(class: &'static str, label: Words) -> El {
    classed("div", class).child(el("dt").say(label))
}

/// The warning before the time is up, with the way to extend it.
pub(super) fn warning(state: State, left: Memo<Left>) -> AnyView {
    let extendable = Signal::derive(move || {
        state
            .view
            .with(|view| view.as_ref().is_some_and(|view| view.extendable))
    });
    let text = Signal::derive(move || -> Words {
        if extendable.get() {
            words!(deadline.warning)
        } else {
            words!(deadline.warning_final)
        }
    });
    let acts = state.acts;
    let extend =
        Callback::new(move |()| acts.perform("extend", |version, act_id| PlainAct { version, act_id }));
    deadline_warning(left, text, extendable, extend)
}
