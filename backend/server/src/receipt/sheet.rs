//! The sheet itself: one HTML document that needs nothing beside it.
//! Not here: its headers.

use super::Content;
use super::words::Words;
use crate::institution::Institution;
use crate::linkage::inquiry_accounts::label;
use maud::{DOCTYPE, Markup, PreEscaped, html};
use renkei_procedure::permission::last_day_before;
use renkei_procedure::time::Instant;
use renkei_shared::dates;
use renkei_shared::vocabulary::{Business, Language};
use renkei_store::InquiryAccountRecord;

const STYLE: &str = include_str!("receipt.css");
/// The default's main colour, as it stands in the style.
const COLOUR: &str = "#0017c1";

/// The style that stands in the document, in the institution's colour.
pub(super) fn style(institution: &Institution) -> String {
    match institution.colour_on_paper() {
        Some(colour) => STYLE.replace(COLOUR, &colour),
        None => STYLE.to_owned(),
    }
}

/// The document.
pub(super) fn sheet(content: &Content<'_>, language: Language, style: &str, policy: &str) -> Markup {
    let words = Words::of(language);
    let Content {
        grant,
        user,
        partner,
        accounts,
        linkages,
        institution,
        now,
    } = content;
    let japan_time = |text: &str, time: Instant| {
        text.replace("{time}", &dates::moment(&time.to_japan_rfc3339(), language))
    };
    let last_day = dates::day(&last_day_before(grant.expires_at).to_string(), language);
    let businesses = grant
        .businesses
        .iter()
        .filter_map(|scope| Business::from_scope(scope));
    html! {
        (DOCTYPE)
        html lang=(words.tag) {
            head {
                meta charset="utf-8";
                meta http-equiv="Content-Security-Policy" content=(policy);
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="robots" content="noindex";
                title { (words.title) " " (grant.reference) }
                style { (PreEscaped(style)) }
            }
            body {
                header { strong { (institution.name.of(language)) } }
                main {
                    h1 { (words.title) }
                    p { (words.lead) }
                    p class="reference" { (words.reference) strong { (grant.reference) } (words.reference_use) }
                    h2 { (words.permission) }
                    dl {
                        (row(words.permitted_at, &japan_time(words.japan_time, grant.permitted_at)))
                        (row(words.period, &words.until.replace("{date}", &last_day)))
                        (row(words.standing, words.standing_of(grant.status(*now))))
                        div { dt { (words.businesses) } dd { ul {
                            @for business in businesses { li { (business.label(language)) } }
                        } } }
                        div { dt { (words.accounts) } dd { ul {
                            @for account in accounts { li { (account_text(account, words, language)) } }
                        } } }
                    }
                    h2 { (words.customer) }
                    dl { (row(words.company, &user.company)) (row(words.user, &user.name)) }
                    h2 { (words.partner) }
                    dl {
                        (row(words.service, &partner.name))
                        (row(words.legal_name, &partner.legal_name))
                        (row(words.registration, &partner.registration_number))
                        (row(words.purpose, &partner.purpose))
                        (row(words.contact, &partner.complaint_contact))
                    }
                    h2 { (words.afterwards) }
                    dl {
                        (row(words.withdrawal, &words.how_to_withdraw.replace("{address}", linkages)))
                        (row(words.data, &words.what_becomes_of_data.replace("{legal_name}", &partner.legal_name)))
                        (row(words.secrets, words.never_passed))
                    }
                }
                footer {
                    p { (japan_time(words.made, *now)) }
                    @if let Some(contact) = institution.contact_text(language) { p { (contact) } }
                }
            }
        }
    }
}

fn row(label: &str, value: &str) -> Markup {
    html! { div { dt { (label) } dd { (value) } } }
}

fn account_text(account: &InquiryAccountRecord, words: &Words, language: Language) -> String {
    let label = label(account).display(language);
    match &account.memo {
        Some(memo) => words
            .account_with_memo
            .replace("{label}", &label)
            .replace("{memo}", memo),
        None => label,
    }
}
