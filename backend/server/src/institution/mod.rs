//! The institution as customers see it: its names, whom they can ask, its colours; from `[institution]` of the
//! configuration. Not here: the pages on which they stand (`crate::web`, `crate::receipt`).

mod colours;
mod contrast;
pub(crate) mod look;
mod scheme;

use colours::Colours;
use renkei_shared::vocabulary::Language;
use serde::Deserialize;

/// What is wrong with `[institution]`.
#[derive(Debug, thiserror::Error, PartialEq)]
pub(crate) enum InstitutionError {
    /// A text is missing in a language, or cannot stand on a page.
    #[error("{field}: must be one line of 1 to {LONGEST} characters")]
    Text {
        /// Which.
        field: String,
    },
    /// Some customers could not read it.
    #[error(
        "institution.colours.{scheme}: {front} on {back} has a contrast of {measured:.2}:1; {needed}:1 or more is needed"
    )]
    Contrast {
        /// Light or dark.
        scheme: &'static str,
        /// The colour of the text or sign.
        front: &'static str,
        /// What is behind it.
        back: &'static str,
        /// As it is.
        measured: f32,
        /// As it must be (WCAG 2.2, 1.4.3 and 1.4.11).
        needed: f32,
    },
}

/// Longer texts do not fit on a telephone's screen.
const LONGEST: usize = 200;

/// A text in both languages.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Bilingual {
    /// Japanese.
    pub ja: String,
    /// English.
    pub en: String,
}

impl Bilingual {
    /// The text in a language.
    pub(crate) fn of(&self, language: Language) -> &str {
        match language {
            Language::Ja => &self.ja,
            Language::En => &self.en,
        }
    }

    fn check(&self, field: &str) -> Result<(), InstitutionError> {
        check_text(&format!("{field}.ja"), &self.ja)?;
        check_text(&format!("{field}.en"), &self.en)
    }
}

fn check_text(field: &str, text: &str) -> Result<(), InstitutionError> {
    let fits = !text.trim().is_empty() && text.chars().count() <= LONGEST && !text.contains(char::is_control);
    fits.then_some(()).ok_or_else(|| InstitutionError::Text {
        field: field.to_owned(),
    })
}

/// Whom a customer can ask.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Contact {
    /// The desk.
    pub name: Bilingual,
    /// As it is dialled.
    pub telephone: String,
    /// When somebody answers.
    pub hours: Bilingual,
}

/// `[institution]`. What is absent is as for the institution that Renkei was made for, but the contact: nobody's
/// customers are to be sent to somebody else's telephone.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Institution {
    /// The name of its internet banking, as it stands in the head of each page.
    pub name: Bilingual,
    /// Whom a customer can ask, said in the foot of each page.
    pub contact: Option<Contact>,
    /// What else helps, beside it.
    pub help: Option<Bilingual>,
    /// Its own colours.
    pub colours: Option<Colours>,
}

impl Default for Institution {
    fn default() -> Self {
        Self {
            name: Bilingual {
                ja: "空知しんくみビジネスバンキング".to_owned(),
                en: "Sorachi Shinkumi Business Banking".to_owned(),
            },
            contact: None,
            help: None,
            colours: None,
        }
    }
}

impl Institution {
    /// Whether every customer can read it in both languages.
    pub(crate) fn check(&self) -> Result<(), InstitutionError> {
        self.name.check("institution.name")?;
        if let Some(contact) = &self.contact {
            contact.name.check("institution.contact.name")?;
            check_text("institution.contact.telephone", &contact.telephone)?;
            contact.hours.check("institution.contact.hours")?;
        }
        if let Some(help) = &self.help {
            help.check("institution.help")?;
        }
        self.colours.as_ref().map_or(Ok(()), Colours::check)
    }

    /// The contact as one sentence.
    pub(crate) fn contact_text(&self, language: Language) -> Option<String> {
        let Contact {
            name,
            telephone,
            hours,
        } = self.contact.as_ref()?;
        let (name, hours) = (name.of(language), hours.of(language));
        Some(match language {
            Language::Ja => format!("お問い合わせ：{name}　電話 {telephone}（{hours}）"),
            Language::En => format!("Contact: {name}, telephone {telephone} ({hours})"),
        })
    }

    /// What else helps.
    pub(crate) fn help_text(&self, language: Language) -> Option<&str> {
        self.help.as_ref().map(|help| help.of(language))
    }

    /// Its main colour on paper, `#rrggbb`, where it has one of its own.
    pub(crate) fn colour_on_paper(&self) -> Option<String> {
        self.colours
            .as_ref()
            .map(|colours| colours.on_white().to_string())
    }

    /// What stands at the foot of each page.
    pub(crate) fn footer(&self, language: Language) -> String {
        let name = self.name.of(language);
        match language {
            Language::Ja => format!("{name}　API連携認証"),
            Language::En => format!("{name} · API linkage"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WHOLE: &str = r##"
        name = { ja = "石狩しんくみ", en = "Ishikari Shinkumi" }
        help = { ja = "証明書の更新は窓口で承ります。", en = "Certificates are renewed at the counter." }
        [contact]
        name = { ja = "ヘルプデスク", en = "Help desk" }
        telephone = "0133-00-0000"
        hours = { ja = "平日9時〜17時", en = "weekdays 9:00 to 17:00" }
        [colours.light]
        primary = "#0b5d2a"
        [colours.dark]
        primary = "#8fd7a8"
    "##;

    fn read(text: &str) -> Result<Institution, toml::de::Error> {
        toml::from_str(text)
    }

    #[test]
    fn nothing_is_needed_and_nobody_else_is_named_as_the_contact() {
        let institution = read("").unwrap();
        institution.check().unwrap();
        assert_eq!(institution, Institution::default());
        assert_eq!(institution.contact_text(Language::Ja), None);
    }

    #[test]
    fn all_of_it_is_read_and_said_in_both_languages() {
        let institution = read(WHOLE).unwrap();
        institution.check().unwrap();
        for (language, contact, footer) in [
            (
                Language::Ja,
                "お問い合わせ：ヘルプデスク　電話 0133-00-0000（平日9時〜17時）",
                "石狩しんくみ　API連携認証",
            ),
            (
                Language::En,
                "Contact: Help desk, telephone 0133-00-0000 (weekdays 9:00 to 17:00)",
                "Ishikari Shinkumi · API linkage",
            ),
        ] {
            assert_eq!(institution.contact_text(language).as_deref(), Some(contact));
            assert_eq!(institution.footer(language), footer);
        }
    }

    #[test]
    fn a_text_that_does_not_fit_or_lacks_a_language_is_refused() {
        assert!(read("name = { ja = \"石狩しんくみ\" }").is_err());
        assert!(read("nmae = { ja = \"a\", en = \"a\" }").is_err());
        for (old, new, field) in [
            ("\"石狩しんくみ\"", "\" \"", "institution.name.ja"),
            ("0133-00-0000", "0133\\n", "institution.contact.telephone"),
            ("Help desk", "", "institution.contact.name.en"),
        ] {
            let error = read(&WHOLE.replace(old, new)).unwrap().check().unwrap_err();
            assert_eq!(
                error,
                InstitutionError::Text {
                    field: field.to_owned()
                }
            );
        }
        let long = read(&WHOLE.replace("Ishikari", &"I".repeat(200))).unwrap();
        assert!(
            long.check()
                .unwrap_err()
                .to_string()
                .starts_with("institution.name.en")
        );
    }

    #[test]
    fn a_colour_that_cannot_be_read_is_refused_with_what_was_measured() {
        let error = read(&WHOLE.replace("#0b5d2a", "#ffd43d"))
            .unwrap()
            .check()
            .unwrap_err();
        let text = error.to_string();
        assert!(
            text.starts_with("institution.colours.light: on_primary on primary has a contrast of 1."),
            "{text}"
        );
        assert!(text.ends_with("4.5:1 or more is needed"), "{text}");
        assert!(read(&WHOLE.replace("#0b5d2a", "green")).is_err());
        assert!(read(&WHOLE.replace("#0b5d2a", "#0b5d2a; } body {")).is_err());
    }
}
