//! Between the permission and the partner: the result is handed back, the session here is closed.

use crate::components::element::{El, classed, el, worded};
use crate::dates;
use crate::language::{fill, tell, words};

/// The step. It leaves by itself; nothing is to be pressed.
pub(crate) fn returning(partner: String, last_day: Option<String>) -> El {
    let detail = tell(move |locale| fill(words!(returning.detail)(locale), &[("partner", &partner)]));
    let until = last_day.map(|last_day| {
        el("p").tell(tell(move |locale| {
            fill(
                words!(returning.until)(locale),
                &[("date", &dates::day(&last_day, locale))],
            )
        }))
    });
    classed("div", "returning")
        .attr("role", "status")
        .child(worded("p", "lead", words!(returning.lead)))
        .child(el("p").tell(detail))
        .maybe(until)
}
