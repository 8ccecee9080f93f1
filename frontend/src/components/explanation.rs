//! 事象・原因・対処: what happened, why, and what to do, with the code that support asks for.

use crate::components::element::{El, classed, el};
use crate::language::{Words, tell, use_tongue, words};
use leptos::prelude::*;
use renkei_shared::problem::{Explanation, Texts};

/// Why and what to do, for a place whose heading says already what happened.
pub(crate) fn own_reasons(why: Words, remedy: Words) -> El {
    let own = |words: Words| tell(move |locale| words(locale).to_owned());
    rows(own(why), own(remedy))
}

/// The same of an explanation, with its code and the request's id.
pub(crate) fn reasons(explanation: &Explanation, request_id: Option<&str>) -> El {
    let code = match request_id {
        Some(id) => format!("{} / {id}", explanation.code),
        None => explanation.code.clone(),
    };
    rows(
        part(explanation, |texts| &texts.why),
        part(explanation, |texts| &texts.remedy),
    )
    .child(
        classed("div", "reasons__row reasons__row--code")
            .child(el("dt").say(words!(trouble.code)))
            .child(el("dd").child(el("code").text(code))),
    )
}

fn rows(why: Signal<String>, remedy: Signal<String>) -> El {
    classed("dl", "reasons")
        .child(row(words!(trouble.why), why))
        .child(row(words!(trouble.remedy), remedy))
}

fn row(label: Words, text: Signal<String>) -> El {
    classed("div", "reasons__row")
        .child(el("dt").say(label))
        .child(el("dd").tell(text))
}

/// One of the three texts of an explanation, following the language.
pub(crate) fn part(explanation: &Explanation, which: fn(&Texts) -> &str) -> Signal<String> {
    let tongue = use_tongue();
    let explanation = explanation.clone();
    Signal::derive(move || which(explanation.texts(tongue.language())).to_owned())
}

/// What happened, following the language.
pub(crate) fn what(explanation: &Explanation) -> Signal<String> {
    part(explanation, |texts| &texts.what)
}
