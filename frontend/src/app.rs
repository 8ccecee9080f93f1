//! The application's root: language, announcements, the frame of every page, and which page an address leads to.
//! Not here: the pages.
//!
//! Every page is a document of its own and a link loads it, so three addresses are told apart here by hand:
//! leptos_router would be a tenth of all that a customer has to load.

use crate::browser;
use crate::components::frame::{Announcer, frame};
use crate::institution::Institution;
use crate::language::Tongue;
use crate::pages::linkage::linkage_page;
use crate::pages::linkages::linkages_page;
use crate::pages::not_found::not_found_page;
use leptos::prelude::*;

/// The customer's list of linkages; `/` leads there.
const LINKAGES: &str = "/linkages";

/// Puts the application into the page. It stays hidden behind the static shell until a page has something to show.
pub(crate) fn mount() {
    if let Some(place) = browser::mount_point() {
        leptos::mount::mount_to(place, app).forget();
    }
}

/// What an address leads to.
#[derive(Debug, PartialEq, Eq)]
enum Address {
    Start,
    Linkages,
    Linkage(String),
    Nowhere,
}

impl Address {
    fn read(path: &str) -> Self {
        match path.strip_prefix(LINKAGES) {
            None if path == "/" => Self::Start,
            Some("" | "/") => Self::Linkages,
            Some(rest) => match rest.strip_prefix('/') {
                Some(id) if !id.contains('/') => Self::Linkage(id.to_owned()),
                _ => Self::Nowhere,
            },
            None => Self::Nowhere,
        }
    }
}

fn app() -> AnyView {
    Tongue::provide();
    Institution::provide();
    Announcer::provide();
    frame(match Address::read(&browser::path()) {
        Address::Start => {
            browser::rename(LINKAGES);
            linkages_page()
        }
        Address::Linkages => linkages_page(),
        Address::Linkage(id) => linkage_page(&id),
        Address::Nowhere => not_found_page(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use wasm_bindgen_test::wasm_bindgen_test;

    #[wasm_bindgen_test(unsupported = test)]
    fn an_address_leads_to_one_page() {
        for (path, address) in [
            ("/", Address::Start),
            ("/linkages", Address::Linkages),
            ("/linkages/", Address::Linkages),
            ("/linkages/01J9", Address::Linkage("01J9".into())),
            ("/linkages/01J9/more", Address::Nowhere),
            ("/linkagesx", Address::Nowhere),
            ("/elsewhere", Address::Nowhere),
            ("", Address::Nowhere),
        ] {
            assert_eq!(Address::read(path), address, "{path}");
        }
    }
}
