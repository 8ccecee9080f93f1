//! The page for an address that leads nowhere.

use crate::browser;
use crate::components::element::{classed, el, worded};
use crate::components::heading::heading;
use crate::language::{tell, words};
use leptos::prelude::AnyView;

/// The page.
pub(crate) fn not_found_page() -> AnyView {
    browser::retire_shell();
    let title = tell(|locale| words!(titles.not_found)(locale).to_owned());
    classed("div", "page__column")
        .child(heading(title, None))
        .child(worded("p", "lead", words!(not_found.body)))
        .child(el("p").say(words!(not_found.remedy)))
        .child(el("p").child(el("a").attr("href", "/linkages").say(words!(not_found.linkages))))
        .view()
}
