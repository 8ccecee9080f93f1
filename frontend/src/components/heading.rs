//! The page's heading, which is also the document's title and the place where the focus goes on a new step.

use crate::browser;
use crate::components::element::{El, classed};
use crate::language::{use_tongue, words};
use crate::reaction::react;
use crate::trouble::Trouble;
use leptos::prelude::*;

/// Id of the one heading of level 1.
pub(crate) const HEADING: &str = "heading";

/// The heading. An open trouble shows in the document's title, too.
pub(crate) fn heading(text: Signal<String>, trouble: Option<RwSignal<Option<Trouble>>>) -> El {
    let tongue = use_tongue();
    react(move || {
        let locale = tongue.locale();
        let failed = trouble.is_some_and(|trouble| trouble.with(Option::is_some));
        let prefix = if failed {
            words!(trouble.title_prefix)(locale)
        } else {
            ""
        };
        browser::set_title(&format!(
            "{prefix}{}｜{}",
            text.get(),
            words!(institution)(locale)
        ));
    });
    classed("h1", "heading")
        .attr("id", HEADING)
        .attr("tabindex", "-1")
        .tell(text)
}
