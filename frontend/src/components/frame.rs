//! What surrounds every page: institution, language, footer, and the region for polite announcements.

use crate::browser;
use crate::language::{Tongue, code, say, use_tongue, words};
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

/// Header, `main`, footer.
#[component]
pub(crate) fn Frame(children: Children) -> impl IntoView {
    let Announcer(announcement) = expect_context();
    view! {
        <a
            class="skip-link"
            href="#main"
            on:click=|event| {
                event.prevent_default();
                browser::focus("main");
            }
        >
            {say(words!(skip))}
        </a>
        <header class="site-header">
            <div class="site-header__inner">
                <p class="site-header__name">{say(words!(institution))}</p>
                <LanguageSwitch />
            </div>
        </header>
        <main id="main" class="page" tabindex="-1">
            {children()}
        </main>
        <footer class="site-footer">
            <p class="site-footer__inner">{say(words!(frame.footer))}</p>
        </footer>
        <p class="visually-hidden" role="status" aria-live="polite">
            {announcement}
        </p>
    }
}

/// A button that bears the name of the other language, in that language.
#[component]
fn LanguageSwitch() -> impl IntoView {
    let tongue: Tongue = use_tongue();
    let other = move || match code(tongue.locale()) {
        "ja" => "en",
        _ => "ja",
    };
    view! {
        <button type="button" class="language-switch" lang=other on:click=move |_| tongue.switch()>
            {say(words!(frame.switch_language))}
        </button>
    }
}
