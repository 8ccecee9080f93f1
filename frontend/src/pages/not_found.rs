//! The page for an address that leads nowhere.

use crate::browser;
use crate::components::heading::Heading;
use crate::language::{say, words};
use leptos::prelude::*;

/// The page.
#[component]
pub(crate) fn NotFoundPage() -> impl IntoView {
    browser::retire_shell();
    view! {
        <div class="page__column">
            <Heading title=Signal::derive(|| words!(titles.not_found)) />
            <p class="lead">{say(words!(not_found.body))}</p>
            <p>{say(words!(not_found.remedy))}</p>
            <p>
                <a href="/linkages">{say(words!(not_found.linkages))}</a>
            </p>
        </div>
    }
}
