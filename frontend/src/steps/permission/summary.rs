//! The permission in short, to be understood in ten seconds: who, what, which accounts, until when, how to withdraw.
//! Not here: the particulars (`super`).

use crate::components::element::{El, classed, el, worded};
use crate::components::facts::{business_list, fact_of, facts};
use crate::dates;
use crate::language::{fill, tell, words};
use leptos::prelude::*;
use renkei_shared::linkage::PartnerView;
use renkei_shared::vocabulary::Business;

/// The whole in a few lines: who, what, which accounts, until when, how to withdraw.
pub(super) fn summary(
    partner: &PartnerView,
    businesses: &[Business],
    count: Signal<String>,
    period_days: u16,
    last_day: String,
) -> El {
    let service = el("div")
        .child(classed("p", "facts__main").text(partner.name.clone()))
        .child(el("p").text(partner.legal_name.clone()));
    let until = tell(move |locale| {
        let values: [(&str, &dyn std::fmt::Display); 2] =
            [("date", &dates::day(&last_day, locale)), ("days", &period_days)];
        fill(words!(permission.summary_until)(locale), &values)
    });
    classed("section", "summary")
        .attr("aria-labelledby", "summary-title")
        .child(worded("h2", "summary__title", words!(permission.summary)).attr("id", "summary-title"))
        .child(
            facts()
                .child(fact_of(words!(permission.summary_whom), service))
                .child(fact_of(
                    words!(permission.summary_what),
                    business_list(businesses),
                ))
                .child(fact_of(
                    words!(permission.summary_accounts),
                    el("span").tell(count),
                ))
                .child(fact_of(
                    words!(permission.summary_end),
                    classed("p", "facts__main").tell(until),
                ))
                .child(fact_of(
                    words!(permission.summary_withdraw),
                    el("span").say(words!(permission.summary_withdraw_how)),
                )),
        )
}
