//! 事象・原因・対処: what happened, why, and what to do, with the code that support asks for.

use crate::language::{say, use_tongue, words};
use leptos::prelude::*;
use renkei_shared::problem::Explanation;

/// Why and what to do, for a place whose heading says already what happened.
#[component]
pub(crate) fn Reasons(
    #[prop(into)] why: Signal<String>,
    #[prop(into)] remedy: Signal<String>,
    #[prop(into, optional)] code: Option<String>,
) -> impl IntoView {
    view! {
        <dl class="reasons">
            <div class="reasons__row">
                <dt>{say(words!(trouble.why))}</dt>
                <dd>{why}</dd>
            </div>
            <div class="reasons__row">
                <dt>{say(words!(trouble.remedy))}</dt>
                <dd>{remedy}</dd>
            </div>
            {code
                .map(|code| {
                    view! {
                        <div class="reasons__row reasons__row--code">
                            <dt>{say(words!(trouble.code))}</dt>
                            <dd>
                                <code>{code}</code>
                            </dd>
                        </div>
                    }
                })}
        </dl>
    }
}

/// One of the three texts of an explanation, following the language.
pub(crate) fn part(
    explanation: &Explanation,
    which: fn(&renkei_shared::problem::Texts) -> &str,
) -> Signal<String> {
    let tongue = use_tongue();
    let explanation = explanation.clone();
    Signal::derive(move || which(explanation.texts(tongue.language())).to_owned())
}

/// What happened, following the language.
pub(crate) fn what(explanation: &Explanation) -> Signal<String> {
    part(explanation, |texts| &texts.what)
}

/// [`Reasons`] of an explanation, with its code and the request's id.
pub(crate) fn reasons(explanation: &Explanation, request_id: Option<&str>) -> AnyView {
    let code = match request_id {
        Some(id) => format!("{} / {id}", explanation.code),
        None => explanation.code.clone(),
    };
    view! {
        <Reasons
            why=part(explanation, |texts| &texts.why)
            remedy=part(explanation, |texts| &texts.remedy)
            code=code
        />
    }
    .into_any()
}
