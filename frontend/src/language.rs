//! The language of the page: which one, how to switch it, how to say something in it.
//! Not here: the words themselves (`locales`), and explanations that the server sends in both languages.

use crate::browser;
pub(crate) use crate::i18n::Locale;
use crate::reaction::react;
use leptos::prelude::*;
use renkei_shared::vocabulary::{AccountLabel, Language};
use std::fmt::Display;

/// A text in each language, chosen at the moment of reading.
pub(crate) type Words = fn(Locale) -> &'static str;

/// A key of `locales` as [`Words`]. Plain function pointers keep the module small: a closure type for each text
/// would have the renderer compiled anew for each of them.
macro_rules! words {
    ($($key:tt)+) => {{
        let words: $crate::language::Words = |locale| ::leptos_i18n::td_string!(locale, $($key)+);
        words
    }};
}
pub(crate) use words;

/// The page's language as a signal.
#[derive(Clone, Copy)]
pub(crate) struct Tongue(RwSignal<Locale>);

impl Tongue {
    /// Begins with the language that the shell was painted in, and provides itself to the components below.
    pub(crate) fn provide() -> Self {
        let locale = if browser::page_language() == "en" {
            Locale::en
        } else {
            Locale::ja
        };
        let tongue = Self(RwSignal::new(locale));
        provide_context(tongue);
        react(move || browser::set_page_language(code(tongue.locale())));
        tongue
    }

    /// The current language; whoever reads it is run again when it changes.
    pub(crate) fn locale(self) -> Locale {
        self.0.get()
    }

    /// The language at this moment, for what is said once.
    pub(crate) fn now(self) -> Locale {
        self.0.get_untracked()
    }

    /// The same in the vocabulary's terms.
    pub(crate) fn language(self) -> Language {
        vocabulary(self.locale())
    }

    /// Takes a language that somebody else asks for, unless the customer has chosen one. It is not remembered.
    pub(crate) fn suggest(self, language: Language) {
        let wanted = match language {
            Language::Ja => Locale::ja,
            Language::En => Locale::en,
        };
        if self.now() != wanted && browser::remembered_language().is_none() {
            self.0.set(wanted);
        }
    }

    /// Japanese to English and back; remembered for the next page load.
    pub(crate) fn switch(self) {
        let next = match self.now() {
            Locale::ja => Locale::en,
            Locale::en => Locale::ja,
        };
        browser::remember_language(code(next));
        self.0.set(next);
    }
}

/// The page's language, from anywhere below the application's root.
pub(crate) fn use_tongue() -> Tongue {
    expect_context()
}

/// A text that follows the language.
pub(crate) fn say(words: Words) -> impl Fn() -> &'static str + Copy + Send + Sync + 'static {
    let tongue = use_tongue();
    move || words(tongue.locale())
}

/// A text with something filled in that follows the language.
pub(crate) fn tell(text: impl Fn(Locale) -> String + Send + Sync + 'static) -> Signal<String> {
    let tongue = use_tongue();
    Signal::derive(move || text(tongue.locale()))
}

/// Fills `{name}` in a text of `locales` with a value each.
///
/// Not the interpolation of `leptos_i18n`: it makes a type of each text and a renderer of each type, which weighs
/// several times what the texts do. That both languages name the same values is tested below.
pub(crate) fn fill(text: &str, values: &[(&str, &dyn Display)]) -> String {
    let mut filled = text.to_owned();
    for (name, value) in values {
        filled = filled.replace(&format!("{{{name}}}"), &value.to_string());
    }
    filled
}

/// An account as the pages show it, following the language.
pub(crate) fn account_text(label: AccountLabel) -> Signal<String> {
    tell(move |locale| label.display(vocabulary(locale)))
}

/// The language of a locale in the vocabulary's terms.
pub(crate) const fn vocabulary(locale: Locale) -> Language {
    match locale {
        Locale::ja => Language::Ja,
        Locale::en => Language::En,
    }
}

/// BCP 47 tag.
pub(crate) const fn code(locale: Locale) -> &'static str {
    match locale {
        Locale::ja => "ja",
        Locale::en => "en",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::Value;
    use std::collections::{BTreeMap, BTreeSet};
    use wasm_bindgen_test::wasm_bindgen_test;

    /// The values that each text names, by the text's key.
    fn named(json: &str) -> BTreeMap<String, BTreeSet<String>> {
        let mut found = BTreeMap::new();
        let mut open = vec![(String::new(), serde_json::from_str::<Value>(json).unwrap())];
        while let Some((key, value)) = open.pop() {
            match value {
                Value::Object(members) => {
                    open.extend(
                        members
                            .into_iter()
                            .map(|(name, value)| (format!("{key}.{name}"), value)),
                    );
                }
                Value::String(text) => {
                    let names = text
                        .split('{')
                        .skip(1)
                        .map(|rest| rest.split('}').next().unwrap().to_owned());
                    found.insert(key, names.collect());
                }
                other => panic!("{key}: {other}"),
            }
        }
        found
    }

    #[wasm_bindgen_test(unsupported = test)]
    fn both_languages_have_the_same_texts_with_the_same_values() {
        let japanese = named(include_str!("locales/ja.json"));
        assert!(japanese.len() > 100, "the file is read at all");
        assert_eq!(japanese, named(include_str!("locales/en.json")));
    }

    #[wasm_bindgen_test(unsupported = test)]
    fn no_sentence_is_cut_into_pieces() {
        for json in [include_str!("locales/ja.json"), include_str!("locales/en.json")] {
            for key in named(json).into_keys() {
                let piece = ["_before", "_after", "_prefix", ".prefix", "_suffix", ".suffix"];
                assert!(!piece.iter().any(|end| key.ends_with(end)), "{key}");
            }
            let value: Value = serde_json::from_str(json).unwrap();
            let mut open = vec![&value];
            while let Some(value) = open.pop() {
                match value {
                    Value::Object(members) => open.extend(members.values()),
                    Value::String(text) => {
                        // What begins or ends with a space waits for something to be put beside it.
                        assert_eq!(text.trim_matches(' '), text);
                        assert!(text.matches("{link}").count() <= 1, "{text}");
                    }
                    _ => {}
                }
            }
        }
    }

    #[wasm_bindgen_test(unsupported = test)]
    fn values_are_filled_in() {
        assert_eq!(
            fill("（{current}/{total}）", &[("current", &2), ("total", &5)]),
            "（2/5）"
        );
        assert_eq!(
            fill("{partner}、{partner}", &[("partner", &"会計ソフト")]),
            "会計ソフト、会計ソフト"
        );
    }

    #[wasm_bindgen_test(unsupported = test)]
    fn the_labels_are_those_of_the_procedure_guide() {
        for (words, label) in [
            (words!(certificate.button), "電子証明書ログイン"),
            (words!(password.label), "ログインパスワード"),
            (words!(password.button), "API連携"),
            (words!(businesses.legend), "利用業務を選択"),
            (words!(buttons.next), "次へ"),
            (words!(pins.register), "登録"),
            (words!(pins.skip), "登録せずに次へ"),
            (words!(result.confirm), "確定"),
            (words!(result.add_more), "照会用暗証番号の追加登録"),
            (words!(permission.intent_label), "許可手続きを継続する"),
            (words!(permission.permit), "許可"),
            (words!(permission.target_value), "信用組合 入出金明細帳"),
            (words!(buttons.cancel), "API連携をキャンセル"),
        ] {
            assert_eq!(words(Locale::ja), label);
        }
    }
}
