//! What surrounds every page: institution, language, footer, and the region for polite announcements.

use crate::browser;
use crate::components::element::{El, classed, el, sequence, worded};
use crate::institution::use_institution;
use crate::language::{Locale, code, fill, tell, use_tongue, words};
use leptos::prelude::*;

/// Says things to people who use a screen reader, when they have finished what they are at.
#[derive(Clone, Copy)]
pub(crate) struct Announcer(RwSignal<String>);

impl Announcer {
    /// Provides itself to the components below.
    pub(crate) fn provide() {
        provide_context(Self(RwSignal::new(String::new())));
    }

    /// Announces a text politely. The region is emptied first, or the same text twice would be heard once.
    pub(crate) fn announce(self, text: impl Into<String>) {
        let text = text.into();
        self.0.set(String::new());
        request_animation_frame(move || self.0.set(text));
    }
}

/// The announcer, from anywhere below the application's root.
pub(crate) fn use_announcer() -> Announcer {
    expect_context()
}

/// Header, `main` with the page in it, footer.
pub(crate) fn frame(page: AnyView) -> AnyView {
    let Announcer(announcement) = use_announcer();
    let institution = use_institution();
    let skip = worded("a", "skip-link", words!(skip))
        .attr("href", "#main")
        .on("click", |event| {
            event.prevent_default();
            browser::focus("main");
        });
    let header = classed("header", "site-header").child(
        classed("div", "site-header__inner")
            .child(classed("p", "site-header__name").tell(tell(move |locale| institution.name(locale))))
            .child(language_switch()),
    );
    let main = classed("main", "page")
        .attr("id", "main")
        .attr("tabindex", "-1")
        .child(page);
    let footer = classed("footer", "site-footer").child(
        classed("div", "site-footer__inner")
            .child(el("p").tell(tell(move |locale| {
                fill(
                    words!(frame.footer)(locale),
                    &[("institution", &institution.name(locale))],
                )
            })))
            .child(line(tell(move |locale| institution.contact(locale))))
            .child(line(tell(move |locale| institution.help(locale)))),
    );
    let status = classed("p", "visually-hidden")
        .attr("role", "status")
        .attr("aria-live", "polite")
        .tell(announcement.into());
    sequence([skip, header, main, footer, status])
}

/// A line that is not there while it says nothing.
fn line(text: Signal<String>) -> El {
    let silent = Signal::derive(move || text.with(String::is_empty));
    el("p").attr_when("hidden", "", silent).tell(text)
}

/// A button that bears the name of the other language, in that language.
fn language_switch() -> El {
    let tongue = use_tongue();
    let other = Signal::derive(move || {
        let other = match tongue.locale() {
            Locale::ja => Locale::en,
            Locale::en => Locale::ja,
        };
        code(other).to_owned()
    });
    worded("button", "language-switch", words!(frame.switch_language))
        .attr("type", "button")
        .attr_told("lang", other)
        .on("click", move |_| tongue.switch())
}
