//! The error summary on top of a step: an alert that takes the focus and leads to each field at fault.

use crate::acts::Acts;
use crate::browser;
use crate::components::button::{SMALL, plain_button};
use crate::components::element::{El, classed, dynamic, el};
use crate::components::explanation::{own_reasons, reasons, what};
use crate::language::{Words, fill, tell, vocabulary, words};
use crate::reaction::react;
use crate::trouble::{FieldTrouble, Trouble};
use leptos::prelude::*;

const SUMMARY: &str = "error-summary";

/// Shows the trouble of these acts, if there is one.
pub(crate) fn error_summary(acts: Acts) -> AnyView {
    let trouble = acts.trouble();
    react(move || {
        if trouble.with(Option::is_some) {
            browser::focus_soon(SUMMARY);
        }
    });
    dynamic(move || {
        let trouble = trouble.get()?;
        let summary = classed("section", "alert alert--error")
            .attr("id", SUMMARY)
            .attr("role", "alert")
            .attr("tabindex", "-1")
            .attr("aria-labelledby", "error-title");
        Some(content(summary, &trouble, acts).view())
    })
}

fn content(summary: El, trouble: &Trouble, acts: Acts) -> El {
    match trouble {
        Trouble::Fields(fields) => summary
            .child(title().say(words!(trouble.fields)))
            .child(classed("ul", "alert__list").children(fields.iter().cloned().map(link))),
        Trouble::Problem(problem) => summary
            .child(title().tell(what(&problem.explanation)))
            .child(reasons(&problem.explanation, problem.request_id.as_deref())),
        Trouble::Unreachable { resendable: true } => summary
            .child(title().say(words!(trouble.unreachable_what)))
            .child(own_reasons(
                words!(trouble.unreachable_why),
                words!(trouble.unreachable_remedy),
            ))
            .child(plain_button(SMALL, words!(buttons.resend), move || acts.resend())),
        Trouble::Unreachable { resendable: false } => reloadable(
            summary,
            words!(trouble.unreachable_what),
            words!(trouble.unreachable_why),
            words!(trouble.offline_remedy),
        ),
        Trouble::Unreadable => reloadable(
            summary,
            words!(trouble.unreadable_what),
            words!(trouble.unreadable_why),
            words!(trouble.unreadable_remedy),
        ),
    }
}

fn title() -> El {
    classed("h2", "alert__title").attr("id", "error-title")
}

fn reloadable(summary: El, what: Words, why: Words, remedy: Words) -> El {
    summary
        .child(title().say(what))
        .child(own_reasons(why, remedy))
        .child(plain_button(SMALL, words!(buttons.reload), browser::reload))
}

/// A link to the field. It moves the focus and leaves the address alone.
fn link(field: FieldTrouble) -> El {
    let FieldTrouble {
        target,
        account,
        message,
    } = field;
    let text = tell(move |locale| match &account {
        Some(account) => fill(
            words!(trouble.of_account)(locale),
            &[
                ("account", &account.display(vocabulary(locale))),
                ("message", &message.text(locale)),
            ],
        ),
        None => message.text(locale),
    });
    let link = el("a")
        .attr_owned("href", format!("#{target}"))
        .tell(text)
        .on("click", move |event| {
            event.prevent_default();
            browser::reveal(&target);
        });
    el("li").child(link)
}
