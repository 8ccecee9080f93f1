//! Above the step: who asks, who is asked, how much time is left, and the warning when that is little.

use super::state::State;
use crate::components::deadline::{DeadlineWarning, time_left};
use crate::deadline::Left;
use crate::language::{Words, fill, say, tell, words};
use leptos::prelude::*;
use renkei_shared::linkage::{CustomerView, PartnerView, PlainAct};

/// Who asks, who is asked, and how much time is left.
pub(super) fn strip(state: State, left: Memo<Left>, open: Signal<bool>) -> AnyView {
    let customer = Memo::new(move |_| {
        state
            .view
            .with(|view| view.as_ref().and_then(|view| view.customer.clone()))
    });
    let time = time_left(left);
    let partner = state.partner();
    view! {
        <div class="strip" role="region" aria-label=say(words!(strip.label))>
            <dl class="strip__inner">
                {partner
                    .map(|PartnerView { name, legal_name, .. }| {
                        view! {
                            <div class="strip__item">
                                <dt>{say(words!(strip.partner))}</dt>
                                <dd>
                                    <strong>{name}</strong>
                                    <span class="strip__legal">{legal_name}</span>
                                </dd>
                            </div>
                        }
                    })}
                {move || {
                    customer
                        .get()
                        .map(|CustomerView { company, name }| {
                            let text = tell(move |locale| {
                                fill(words!(strip.customer_name)(locale), &[("company", &company), ("name", &name)])
                            });
                            view! {
                                <div class="strip__item">
                                    <dt>{say(words!(strip.customer))}</dt>
                                    <dd>{text}</dd>
                                </div>
                            }
                        })
                }}
                {move || {
                    open.get()
                        .then(|| {
                            view! {
                                <div class="strip__item strip__item--time">
                                    <dt>{say(words!(strip.time_left))}</dt>
                                    <dd>{time}</dd>
                                </div>
                            }
                        })
                }}
            </dl>
        </div>
    }
    .into_any()
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
    view! { <DeadlineWarning left=left warning=text extendable=extendable extend=extend /> }.into_any()
}
