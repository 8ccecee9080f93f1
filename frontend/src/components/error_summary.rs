//! The error summary on top of a step: an alert that takes the focus and leads to each field at fault.

use crate::acts::Acts;
use crate::browser;
use crate::components::explanation::{Reasons, reasons, what};
use crate::language::{say, tell, use_tongue, words};
use crate::trouble::{FieldTrouble, Trouble};
use leptos::prelude::*;

const SUMMARY: &str = "error-summary";

/// Shows the trouble of these acts, if there is one.
#[component]
pub(crate) fn ErrorSummary(acts: Acts) -> impl IntoView {
    let trouble = acts.trouble();
    Effect::new(move |_| {
        if trouble.with(Option::is_some) {
            browser::focus_soon(SUMMARY);
        }
    });
    move || {
        trouble.get().map(|trouble| {
            view! {
                <section id=SUMMARY class="alert alert--error" role="alert" tabindex="-1" aria-labelledby="error-title">
                    {content(&trouble, acts)}
                </section>
            }
        })
    }
}

fn content(trouble: &Trouble, acts: Acts) -> AnyView {
    match trouble {
        Trouble::Fields(fields) => view! {
            <h2 id="error-title" class="alert__title">
                {say(words!(trouble.fields))}
            </h2>
            <ul class="alert__list">{fields.iter().cloned().map(link).collect_view()}</ul>
        }
        .into_any(),
        Trouble::Problem(problem) => view! {
            <h2 id="error-title" class="alert__title">
                {what(&problem.explanation)}
            </h2>
            {reasons(&problem.explanation, problem.request_id.as_deref())}
        }
        .into_any(),
        Trouble::Unreachable { resendable: true } => view! {
            <h2 id="error-title" class="alert__title">
                {say(words!(trouble.unreachable_what))}
            </h2>
            <Reasons
                why=tell(|locale| words!(trouble.unreachable_why)(locale).to_owned())
                remedy=tell(|locale| words!(trouble.unreachable_remedy)(locale).to_owned())
            />
            <button type="button" class="button button--secondary button--small" on:click=move |_| acts.resend()>
                {say(words!(buttons.resend))}
            </button>
        }
        .into_any(),
        Trouble::Unreachable { resendable: false } => reloadable(
            words!(trouble.unreachable_what),
            words!(trouble.unreachable_why),
            words!(trouble.offline_remedy),
        ),
        Trouble::Unreadable => reloadable(
            words!(trouble.unreadable_what),
            words!(trouble.unreadable_why),
            words!(trouble.unreadable_remedy),
        ),
    }
}

fn reloadable(
    what: crate::language::Words,
    why: crate::language::Words,
    remedy: crate::language::Words,
) -> AnyView {
    view! {
        <h2 id="error-title" class="alert__title">
            {say(what)}
        </h2>
        <Reasons why=tell(move |locale| why(locale).to_owned()) remedy=tell(move |locale| remedy(locale).to_owned()) />
        <button type="button" class="button button--secondary button--small" on:click=|_| browser::reload()>
            {say(words!(buttons.reload))}
        </button>
    }
    .into_any()
}

/// A link to the field. It moves the focus and leaves the address alone.
fn link(field: FieldTrouble) -> AnyView {
    let tongue = use_tongue();
    let FieldTrouble {
        target,
        account,
        message,
    } = field;
    let href = format!("#{target}");
    let text = tell(move |locale| match &account {
        Some(account) => format!(
            "{} — {}",
            account.display(tongue.language()),
            message.text(locale)
        ),
        None => message.text(locale),
    });
    view! {
        <li>
            <a
                href=href
                on:click=move |event| {
                    event.prevent_default();
                    browser::focus(&target);
                }
            >
                {text}
            </a>
        </li>
    }
    .into_any()
}
