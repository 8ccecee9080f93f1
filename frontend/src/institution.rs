//! Whose pages these are: the texts that the server has put into the static shell for this institution.
//! Not here: its colours, which a style sheet sets.

use crate::browser;
use crate::language::{Locale, code};
use leptos::prelude::*;

/// The institution's texts, read before the shell is taken away.
#[derive(Clone, Copy)]
pub(crate) struct Institution(StoredValue<[Texts; 2]>);

struct Texts {
    name: String,
    contact: String,
    help: String,
}

impl Texts {
    fn read(locale: Locale) -> Self {
        let text = |name: &str| browser::institution_text(&format!("{name}-{}", code(locale)));
        Self {
            name: text("name"),
            contact: text("contact"),
            help: text("help"),
        }
    }
}

impl Institution {
    /// Reads the shell, and provides itself to the components below.
    pub(crate) fn provide() {
        provide_context(Self(StoredValue::new([
            Texts::read(Locale::ja),
            Texts::read(Locale::en),
        ])));
    }

    /// The name of its internet banking.
    pub(crate) fn name(self, locale: Locale) -> String {
        self.of(locale, |texts| texts.name.clone())
    }

    /// Whom a customer can ask, where the institution says so.
    pub(crate) fn contact(self, locale: Locale) -> String {
        self.of(locale, |texts| texts.contact.clone())
    }

    /// What else helps, where the institution says so.
    pub(crate) fn help(self, locale: Locale) -> String {
        self.of(locale, |texts| texts.help.clone())
    }

    fn of(self, locale: Locale, read: impl Fn(&Texts) -> String) -> String {
        self.0.with_value(|[ja, en]| match locale {
            Locale::ja => read(ja),
            Locale::en => read(en),
        })
    }
}

/// The institution, from anywhere below the application's root.
pub(crate) fn use_institution() -> Institution {
    expect_context()
}
