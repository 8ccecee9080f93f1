//! The page's heading, which is also the document's title and the place where the focus goes on a new step.

use crate::browser;
use crate::components::progress::suffix;
use crate::language::{Words, use_tongue, words};
use crate::trouble::Trouble;
use leptos::prelude::*;
use renkei_shared::linkage::Progress;

/// Id of the one heading of level 1.
pub(crate) const HEADING: &str = "heading";

/// The heading, with `（n/m）` where there is progress; an open trouble shows in the document's title, too.
#[component]
pub(crate) fn Heading(
    #[prop(into)] title: Signal<Words>,
    #[prop(into, optional)] progress: MaybeProp<Progress>,
    #[prop(optional)] trouble: Option<RwSignal<Option<Trouble>>>,
) -> impl IntoView {
    let tongue = use_tongue();
    let text = Signal::derive(move || {
        let locale = tongue.locale();
        let suffix = progress
            .get()
            .map(|progress| suffix(progress, locale))
            .unwrap_or_default();
        format!("{}{suffix}", title.get()(locale))
    });
    Effect::new(move |_| {
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
    view! {
        <h1 id=HEADING tabindex="-1" class="heading">
            {text}
        </h1>
    }
}
