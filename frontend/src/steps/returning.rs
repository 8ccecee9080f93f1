//! Between the permission and the partner: the result is handed back, the session here is closed. The page goes on by
//! itself, unless the customer wants to keep the receipt or to read on (WCAG 2.2.1, 2.2.2).

use crate::acts::Acts;
use crate::browser;
use crate::components::button::{PRIMARY, QUIET, act_button, button_row, plain_button};
use crate::components::element::{El, classed, el, worded};
use crate::components::facts::{fact_of, facts};
use crate::components::frame::use_announcer;
use crate::components::receipt_link::receipt_link;
use crate::dates;
use crate::institution::use_institution;
use crate::language::{fill, tell, use_tongue, words};
use leptos::prelude::*;
use renkei_shared::linkage::ReturningView;
use std::time::Duration;

/// So many seconds the customer has to read before the page goes on.
const SECONDS: u32 = 5;
const SECOND: Duration = Duration::from_secs(1);

/// Id of the heading-like line that takes the focus when the button that had it goes.
const NOTICE: &str = "returning-notice";

/// When the page goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Going {
    /// In so many seconds.
    In(u32),
    /// When the customer says so.
    WhenAsked,
    /// Now; where it does not come to that, the button is still there.
    Now,
}

/// The step. `go` leads to the partner.
pub(crate) fn returning(
    view: ReturningView,
    partner: String,
    receipt: String,
    acts: Acts,
    go: Callback<()>,
) -> Vec<El> {
    let ReturningView {
        reference, last_day, ..
    } = view;
    let going = RwSignal::new(Going::In(SECONDS));
    count_down(going, go);
    announce(&partner);
    let stop = move || {
        if matches!(going.get_untracked(), Going::In(_)) {
            going.set(Going::WhenAsked);
            browser::focus_soon(NOTICE);
        }
    };
    let still = Signal::derive(move || going.get() == Going::WhenAsked);
    let notice = tell(move |locale| {
        let partner: (&str, &dyn std::fmt::Display) = ("partner", &partner);
        match going.get() {
            Going::In(seconds) => fill(
                words!(returning.going_in)(locale),
                &[partner, ("seconds", &seconds)],
            ),
            Going::WhenAsked => fill(words!(returning.stopped)(locale), &[partner]),
            Going::Now => fill(words!(returning.going)(locale), &[partner]),
        }
    });
    let until = tell(move |locale| {
        fill(
            words!(permission.until)(locale),
            &[("date", &dates::day(&last_day, locale))],
        )
    });
    let institution = use_institution();
    let lead = tell(move |locale| {
        fill(
            words!(returning.lead)(locale),
            &[("institution", &institution.name(locale))],
        )
    });
    let press = move || {
        going.set(Going::Now);
        go.run(());
    };
    vec![
        el("div")
            .class_when("returning", "returning--still", still)
            .child(classed("p", "lead").tell(lead))
            .child(
                classed("p", "returning__notice")
                    .attr("id", NOTICE)
                    .attr("tabindex", "-1")
                    .tell(notice),
            ),
        classed("div", "returning__facts").child(
            facts()
                .child(fact_of(
                    words!(receipt.reference),
                    classed("strong", "reference").text(reference),
                ))
                .child(fact_of(words!(permission.period), el("span").tell(until))),
        ),
        worded("p", "field__hint", words!(receipt.hint)),
        button_row()
            .dynamic(move || {
                let counting = matches!(going.get(), Going::In(_));
                counting.then(|| plain_button(QUIET, words!(returning.stop), stop).view())
            })
            .child(receipt_link(receipt, None).on("click", move |_| stop()))
            .child(act_button(PRIMARY, words!(returning.go), acts, "return", press)),
    ]
}

fn count_down(going: RwSignal<Going>, go: Callback<()>) {
    let tick = move || {
        if let Going::In(seconds) = going.get_untracked() {
            if seconds > 1 {
                going.set(Going::In(seconds.saturating_sub(1)));
            } else {
                going.set(Going::Now);
                go.run(());
            }
        }
    };
    if let Ok(interval) = set_interval_with_handle(tick, SECOND) {
        on_cleanup(move || interval.clear());
    }
}

/// Once; a region that counted aloud would never stop talking.
fn announce(partner: &str) {
    let locale = use_tongue().now();
    let text = fill(
        words!(returning.announced)(locale),
        &[("partner", &partner), ("seconds", &SECONDS)],
    );
    use_announcer().announce(text);
}
