//! Facts: a label and its value, row by row.

use crate::components::element::{El, classed, el};
use crate::language::{Words, tell, vocabulary};
use leptos::prelude::AnyView;
use renkei_shared::vocabulary::Business;

/// The list of rows.
pub(crate) fn facts() -> El {
    classed("dl", "facts")
}

/// A row whose value is a text.
pub(crate) fn fact(label: Words, value: String) -> El {
    row(label, el("dd").text(value))
}

/// A row whose value is a text that follows the language.
pub(crate) fn fact_said(label: Words, value: Words) -> El {
    row(label, el("dd").say(value))
}

/// A row whose value is made of elements.
pub(crate) fn fact_of(label: Words, value: impl Into<AnyView>) -> El {
    row(label, el("dd").child(value))
}

fn row(label: Words, value: El) -> El {
    classed("div", "facts__row")
        .child(el("dt").say(label))
        .child(value)
}

/// The businesses as a list.
pub(crate) fn business_list(businesses: &[Business]) -> El {
    let items = businesses.iter().map(|business| {
        let business = *business;
        el("li").tell(tell(move |locale| business.label(vocabulary(locale)).to_owned()))
    });
    classed("ul", "facts__list").children(items)
}
