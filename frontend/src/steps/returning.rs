//! Between the permission and the partner: the result is handed back, the session here is closed, and the customer may
//! keep a receipt. Not here: when the page goes on by itself (`pages::linkage::state`).

use crate::acts::Acts;
use crate::components::button::{PRIMARY, QUIET, act_button, button_row, plain_button};
use crate::components::element::{El, classed, el, worded};
use crate::components::facts::{fact, fact_of, facts};
use crate::components::receipt_link::receipt_link;
use crate::dates;
use crate::language::{fill, tell, words};
use leptos::prelude::*;
use renkei_shared::linkage::{PlainAct, ReturningView};

/// So long the page stands before it goes on by itself, in seconds.
pub(crate) const PAUSE_SECONDS: u16 = 5;

/// The step. It goes on by itself unless the customer is `staying`, to keep the receipt or to read.
pub(crate) fn returning(
    view: ReturningView,
    linkage: &str,
    partner: String,
    staying: RwSignal<bool>,
    acts: Acts,
) -> Vec<El> {
    let ReturningView { reference, last_day } = view;
    let until = tell(move |locale| {
        fill(
            words!(permission.until)(locale),
            &[("date", &dates::day(&last_day, locale))],
        )
    });
    let detail = tell(move |locale| {
        let words = if staying.get() {
            words!(returning.waiting)
        } else {
            words!(returning.detail)
        };
        fill(
            words(locale),
            &[("partner", &partner), ("seconds", &PAUSE_SECONDS)],
        )
    });
    let receipt = receipt_link(format!("/api/linkages/{linkage}/receipt"), None)
        .on("click", move |_| staying.set(true));
    let go = move || acts.perform("return", |version, act_id| PlainAct { version, act_id });
    let stay = classed("p", "returning__stay").dynamic(move || {
        let stay = plain_button(QUIET, words!(returning.stay), move || staying.set(true));
        (!staying.get()).then(|| stay.view())
    });
    vec![
        worded("p", "lead", words!(returning.lead)),
        facts()
            .child(fact(words!(permission.reference), reference))
            .child(fact_of(words!(permission.period), el("span").tell(until))),
        classed("p", "returning__receipt").child(receipt),
        el("p").attr("role", "status").tell(detail),
        stay,
        button_row().child(act_button(PRIMARY, words!(returning.go), acts, "return", go)),
    ]
}
