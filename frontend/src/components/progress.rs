//! `（n/m）` as a bar of m parts: seen as a bar, heard as a list.

use crate::components::element::{El, classed};
use crate::language::{Locale, fill, tell, words};
use renkei_shared::linkage::Progress;
use std::cmp::Ordering;

/// The bar above the heading.
pub(crate) fn progress_bar(Progress { current, total }: Progress) -> El {
    classed("ol", "progress")
        .attr_said("aria-label", words!(progress.label))
        .children((1..=total).map(|number| part(number, current)))
}

fn part(number: u8, current: u8) -> El {
    let (class, words) = match number.cmp(&current) {
        Ordering::Less => ("progress__part progress__part--reached", words!(progress.done)),
        Ordering::Equal => ("progress__part progress__part--reached", words!(progress.current)),
        Ordering::Greater => ("progress__part", words!(progress.ahead)),
    };
    let text = tell(move |locale| fill(words(locale), &[("number", &number)]));
    let part = classed("li", class).child(classed("span", "visually-hidden").tell(text));
    if number == current {
        part.attr("aria-current", "step")
    } else {
        part
    }
}

/// A title with its `（n/m）`.
pub(crate) fn numbered(title: &str, progress: Progress, locale: Locale) -> String {
    let Progress { current, total } = progress;
    fill(
        words!(progress.numbered)(locale),
        &[("title", &title), ("current", &current), ("total", &total)],
    )
}
