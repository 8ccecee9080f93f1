//! `（n/m）` as a bar of m parts: seen as a bar, heard as a list.

use crate::language::{Locale, fill, say, tell, words};
use leptos::prelude::*;
use renkei_shared::linkage::Progress;

/// The bar above the heading.
#[component]
pub(crate) fn ProgressBar(#[prop(into)] progress: Signal<Progress>) -> impl IntoView {
    view! {
        <ol class="progress" aria-label=say(words!(progress.label))>
            {move || {
                let Progress { current, total } = progress.get();
                (1..=total).map(|number| part(number, current)).collect_view()
            }}
        </ol>
    }
}

fn part(number: u8, current: u8) -> AnyView {
    let ahead = number > current;
    let class = if ahead {
        "progress__part"
    } else {
        "progress__part progress__part--reached"
    };
    let is_current = number == current;
    let text = tell(move |locale| {
        if is_current {
            fill(words!(progress.current)(locale), &[("number", &number)])
        } else if ahead {
            fill(words!(progress.ahead)(locale), &[("number", &number)])
        } else {
            fill(words!(progress.done)(locale), &[("number", &number)])
        }
    });
    view! {
        <li class=class aria-current=is_current.then_some("step")>
            <span class="visually-hidden">{text}</span>
        </li>
    }
    .into_any()
}

/// `（n/m）` behind a title.
pub(crate) fn suffix(progress: Progress, locale: Locale) -> String {
    let Progress { current, total } = progress;
    fill(
        words!(progress.suffix)(locale),
        &[("current", &current), ("total", &total)],
    )
}
