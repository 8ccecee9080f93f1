//! The page's heading, which is also the document's title and the place where the focus goes on a new step.

use crate::browser;
use crate::components::element::{El, classed};
use crate::institution::use_institution;
use crate::language::{fill, use_tongue, words};
use crate::reaction::react;
use crate::trouble::Trouble;
use leptos::prelude::*;

/// Id of the one heading of level 1.
pub(crate) const HEADING: &str = "heading";

/// The heading. An open trouble shows in the document's title, too.
pub(crate) fn heading(text: Signal<String>, trouble: Option<RwSignal<Option<Trouble>>>) -> El {
    let (tongue, institution) = (use_tongue(), use_institution());
    react(move || {
        let locale = tongue.locale();
        let failed = trouble.is_some_and(|trouble| trouble.with(Option::is_some));
        let title = if failed {
            words!(titles.document_in_trouble)
        } else {
            words!(titles.document)
        };
        browser::set_title(&fill(
            title(locale),
            &[("page", &text.get()), ("institution", &institution.name(locale))],
        ));
    });
    classed("h1", "heading")
        .attr("id", HEADING)
        .attr("tabindex", "-1")
        .tell(text)
}
