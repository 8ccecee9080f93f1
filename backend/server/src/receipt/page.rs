//! The receipt as one file: it needs no other, runs nothing, and prints on a sheet of A4.
//! Not here: its words (`words`).

use super::Receipt;
use super::words::words;
use maud::{DOCTYPE, Markup, PreEscaped, html};
use renkei_shared::dates;
use renkei_shared::vocabulary::Language;

/// A file on the customer's disk has no server beside it, so its style stands in it, and its own policy keeps it to that.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'";

const STYLE: &str = "
:root { color-scheme: light dark; }
body { max-width: 42rem; margin: 2rem auto; padding: 0 1rem; font: 1rem/1.7 system-ui, 'Hiragino Sans', 'Yu Gothic UI', 'Noto Sans CJK JP', sans-serif; }
h1 { font-size: 1.75rem; line-height: 1.5; }
h2 { margin-top: 2rem; font-size: 1.25rem; }
dl { margin: 0; border-top: 1px solid #767676; }
dl div { display: grid; grid-template-columns: minmax(8rem, 14rem) 1fr; gap: 0 1rem; padding: .5rem 0; border-bottom: 1px solid #767676; }
dt { font-weight: bold; }
dd { margin: 0; overflow-wrap: anywhere; }
ul { margin: 0; padding-left: 1.25rem; }
.reference { font-size: 1.25rem; letter-spacing: .05em; }
@media (max-width: 30rem) { dl div { grid-template-columns: 1fr; } }
@media print { body { margin: 0; font-size: 11pt; } dl div, li { break-inside: avoid; } }
";

/// The receipt in a language.
pub(super) fn page(receipt: &Receipt, language: Language) -> Markup {
    let words = words(language);
    let institution = institution(language);
    let reference = receipt.reference.to_string();
    let user = &receipt.user;
    html! {
        (DOCTYPE)
        html lang=(words.lang) {
            head {
                meta charset="utf-8";
                meta http-equiv="Content-Security-Policy" content=(POLICY);
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { (words.title) " " (reference) "｜" (institution) }
                style { (PreEscaped(STYLE)) }
            }
            body {
                p { (institution) }
                h1 { (words.title) }
                p { (words.lead) }
                dl {
                    (row(words.reference, &html! { strong class="reference" { (reference) } }))
                    (row(words.customer, &html! { (user.company) br; (user.name) }))
                    (row(words.permitted_at, &text(&dates::moment(&receipt.permitted_at, language))))
                    (row(words.period, &text(&dated(words.until, &receipt.last_day, language))))
                    (row(words.target, &list(receipt.businesses.iter().map(|business| business.label(language)))))
                    @if let Some(from) = &receipt.from_date {
                        (row(words.history, &text(&dated(words.history_from, from, language))))
                    }
                    (row(words.accounts, &list(receipt.accounts.iter().map(|account| account.display(language)))))
                }
                (partner(receipt, language))
                h2 { (words.notes) }
                ul {
                    li { (words.withdraw) br; (receipt.management) }
                    li { (words.read_only) }
                    li { (words.kept) }
                    li { (words.replaced) }
                }
            }
        }
    }
}

fn partner(receipt: &Receipt, language: Language) -> Markup {
    let words = words(language);
    let partner = &receipt.partner;
    html! {
        h2 { (words.partner) }
        dl {
            (row(words.partner, &text(&partner.name)))
            (row(words.legal_name, &text(&partner.legal_name)))
            (row(words.registration, &text(&partner.registration_number)))
            (row(words.purpose, &text(&partner.purpose)))
            (row(words.complaints, &text(&partner.complaint_contact)))
        }
    }
}

const fn institution(language: Language) -> &'static str {
    match language {
        Language::Ja => "空知しんくみビジネスバンキング",
        Language::En => "Sorachi Shinkumi Business Banking",
    }
}

fn dated(words: &str, date: &str, language: Language) -> String {
    words.replace("{date}", &dates::day(date, language))
}

fn row(label: &str, value: &Markup) -> Markup {
    html! { div { dt { (label) } dd { (value) } } }
}

fn text(text: &str) -> Markup {
    html! { (text) }
}

fn list(items: impl Iterator<Item = impl AsRef<str>>) -> Markup {
    html! { ul { @for item in items { li { (item.as_ref()) } } } }
}
