//! The link to a permission's receipt, in the page's language.

use crate::components::element::{El, worded};
use crate::language::{code, tell, words};
use leptos::prelude::*;

/// Downloads the receipt at `path`. `name` says which, where a page has several.
pub(crate) fn receipt_link(path: String, name: Option<Signal<String>>) -> El {
    let link = worded(
        "a",
        "button button--secondary button--small",
        words!(permission.receipt),
    )
    .attr("download", "")
    .attr_told(
        "href",
        tell(move |locale| format!("{path}?lang={}", code(locale))),
    );
    match name {
        Some(name) => link.attr_told("aria-label", name),
        None => link,
    }
}
