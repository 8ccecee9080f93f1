//! 「控えを保存」: the receipt of a permission, as a file.
//! Not here: what stands in it; the server renders it.

use crate::components::button::SECONDARY;
use crate::components::element::{El, worded};
use crate::language::{code, tell, use_tongue, words};
use leptos::prelude::*;

/// The link to the receipt at `path`, in the page's language; `name` tells it from the others where there are several.
pub(crate) fn receipt_link(path: String, name: Option<Signal<String>>) -> El {
    let tongue = use_tongue();
    let address = Signal::derive(move || format!("{path}?lang={}", code(tongue.locale())));
    let link = worded("a", SECONDARY, words!(receipt.save))
        .attr_told("href", address)
        .attr("download", "");
    match name {
        Some(name) => link.attr_told("aria-label", name),
        None => link,
    }
}

/// Its accessible name where several partners' receipts stand on one page.
pub(crate) fn receipt_name(partner: String) -> Signal<String> {
    tell(move |locale| crate::language::fill(words!(receipt.save_name)(locale), &[("partner", &partner)]))
}
