//! The time that is left: unobtrusive until two minutes before the end, then a polite warning with the way to extend it.

use crate::browser;
use crate::components::button::{SMALL, plain_button};
use crate::components::element::{classed, dynamic};
use crate::components::frame::use_announcer;
use crate::deadline::{Deadline, Left};
use crate::language::{Locale, Words, fill, tell, use_tongue, words};
use crate::reaction::react;
use leptos::prelude::*;
use std::time::Duration;

const TICK: Duration = Duration::from_secs(1);

/// After the end the server is asked at most once in so many ticks.
const ASK_AGAIN_TICKS: u32 = 5;

/// What is left at each second, as a signal. `ask` has the server say how it stands: when the time is up, and when the
/// clocks have jumped, so that neither sleep nor a clock that was set makes this page say what is not so.
pub(crate) fn ticking(deadline: RwSignal<Deadline>, ask: Callback<()>) -> Memo<Left> {
    let now = RwSignal::new(browser::now());
    let left = Memo::new(move |_| deadline.get().left(now.get()));
    let since_asked = StoredValue::new(ASK_AGAIN_TICKS);
    let before = StoredValue::new(browser::reading());
    let tick = move || {
        let reading = browser::reading();
        let jumped = reading.jumped_since(before.get_value());
        before.set_value(reading);
        // A page that nobody sees is run seldom, and looks anew when it is seen again.
        if jumped && browser::is_visible() {
            ask.run(());
            return;
        }
        now.set(reading.monotonic);
        if left.get_untracked() != Left::Over {
            since_asked.set_value(ASK_AGAIN_TICKS);
        } else if since_asked.get_value() < ASK_AGAIN_TICKS {
            since_asked.update_value(|ticks| *ticks += 1);
        } else {
            since_asked.set_value(0);
            ask.run(());
        }
    };
    if let Ok(interval) = set_interval_with_handle(tick, TICK) {
        on_cleanup(move || interval.clear());
    }
    left
}

/// The time for the strip below the header.
pub(crate) fn time_left(left: Memo<Left>) -> Signal<String> {
    tell(move |locale| describe(left.get(), locale))
}

fn describe(left: Left, locale: Locale) -> String {
    match left {
        Left::Minutes(minutes) => fill(words!(strip.minutes)(locale), &[("minutes", &minutes)]),
        Left::Seconds(seconds) => fill(
            words!(strip.seconds)(locale),
            &[("minutes", &(seconds / 60)), ("seconds", &(seconds % 60))],
        ),
        Left::Over => fill(words!(strip.seconds)(locale), &[("minutes", &0), ("seconds", &0)]),
    }
}

/// The warning. `extend` is what its button does, where there is something to extend.
pub(crate) fn deadline_warning(
    left: Memo<Left>,
    warning: Signal<Words>,
    extendable: Signal<bool>,
    extend: Callback<()>,
) -> AnyView {
    let tongue = use_tongue();
    let announcer = use_announcer();
    let short = Memo::new(move |_| left.get().is_short());
    // Once when it begins; a region that changed each second would never stop talking.
    react(move || {
        if short.get() {
            announcer.announce(warning.get_untracked()(tongue.locale()));
        }
    });
    let text = tell(move |locale| warning.get()(locale).to_owned());
    dynamic(move || {
        let notice = classed("div", "alert alert--warning deadline-warning")
            .child(classed("p", "alert__text").tell(text))
            .maybe(
                extendable
                    .get()
                    .then(|| plain_button(SMALL, words!(deadline.extend), move || extend.run(()))),
            );
        short.get().then(|| notice.view())
    })
}
