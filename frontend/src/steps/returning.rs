//! Between the permission and the partner: the result is handed back, the session here is closed.

use crate::dates;
use crate::language::{fill, say, tell, words};
use leptos::prelude::*;

/// The step. It leaves by itself; nothing is to be pressed.
#[component]
pub(crate) fn Returning(partner: String, last_day: Option<String>) -> impl IntoView {
    let detail = tell(move |locale| fill(words!(returning.detail)(locale), &[("partner", &partner)]));
    let until = last_day.map(|last_day| {
        let text = tell(move |locale| {
            fill(
                words!(returning.until)(locale),
                &[("date", &dates::day(&last_day, locale))],
            )
        });
        view! { <p>{text}</p> }
    });
    view! {
        <div class="returning" role="status">
            <p class="lead">{say(words!(returning.lead))}</p>
            <p>{detail}</p>
            {until}
        </div>
    }
}
