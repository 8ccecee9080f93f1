//! What is shown when a page cannot be shown at all: what happened, why, and what to do.

use crate::browser;
use crate::components::explanation::{Reasons, reasons};
use crate::components::heading::Heading;
use crate::language::{Words, say, tell, use_tongue, words};
use crate::trouble::Trouble;
use leptos::prelude::*;
use renkei_shared::problem::ProblemDocument;

/// The page for a trouble that leaves nothing else to show.
#[component]
pub(crate) fn ErrorPage(trouble: Trouble) -> impl IntoView {
    view! { <div class="page__column">{content(trouble)}</div> }
}

fn content(trouble: Trouble) -> AnyView {
    let tongue = use_tongue();
    match trouble {
        Trouble::Problem(problem) => {
            let explanation = problem.explanation.clone();
            let heading = tell(move |_| explanation.texts(tongue.language()).what.clone());
            let can_reload = problem.status >= 500 || problem.status == 429;
            view! {
                <TitledByProblem text=heading />
                <div class="alert alert--error">{reasons(&problem.explanation, problem.request_id.as_deref())}</div>
                {can_reload.then(reload)}
                {problem.return_url.clone().map(back)}
            }
            .into_any()
        }
        Trouble::Unreachable { .. } => own(
            words!(trouble.unreachable_what),
            words!(trouble.unreachable_why),
            words!(trouble.offline_remedy),
        ),
        Trouble::Unreadable | Trouble::Fields(_) => own(
            words!(trouble.unreadable_what),
            words!(trouble.unreadable_why),
            words!(trouble.unreadable_remedy),
        ),
    }
}

/// A heading in the server's words.
#[component]
fn TitledByProblem(text: Signal<String>) -> impl IntoView {
    let tongue = use_tongue();
    Effect::new(move |_| {
        let institution = words!(institution)(tongue.locale());
        browser::set_title(&format!("{}｜{institution}", text.get()));
    });
    view! {
        <h1 id="heading" tabindex="-1" class="heading">
            {text}
        </h1>
    }
}

fn own(what: Words, why: Words, remedy: Words) -> AnyView {
    view! {
        <Heading title=Signal::derive(move || what) />
        <div class="alert alert--error">
            <Reasons
                why=tell(move |locale| why(locale).to_owned())
                remedy=tell(move |locale| remedy(locale).to_owned())
            />
        </div>
        {reload()}
    }
    .into_any()
}

/// The way back to the partner.
fn back(url: String) -> AnyView {
    view! {
        <div class="button-row">
            <a class="button button--primary" href=url rel="external noreferrer">
                {say(words!(buttons.to_partner))}
            </a>
        </div>
    }
    .into_any()
}

fn reload() -> AnyView {
    view! {
        <div class="button-row">
            <button type="button" class="button button--primary" on:click=|_| browser::reload()>
                {say(words!(buttons.reload))}
            </button>
        </div>
    }
    .into_any()
}

/// A problem at the fields that it names, as far as they are in the page.
pub(crate) fn told(problem: Box<ProblemDocument>) -> Trouble {
    Trouble::told(problem, |id| browser::element(id).is_some())
}
