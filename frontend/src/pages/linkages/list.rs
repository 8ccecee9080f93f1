//! The list itself: a card for each permission, and the dialog that tells what its withdrawal means.

use super::state::State;
use crate::components::button::{SECONDARY, act_button, button_row};
use crate::components::dialog::{Question, confirm_dialog, dialog_body};
use crate::components::element::{El, classed, el, worded};
use crate::components::facts::{business_list, fact, fact_of, facts};
use crate::components::receipt_link::{receipt_link, receipt_name};
use crate::dates;
use crate::language::{Locale, Words, account_text, fill, tell, words};
use crate::pages::linkage::customer_name;
use crate::reaction::react;
use leptos::prelude::*;
use renkei_shared::customers::{LinkagesView, PermittedLinkage, WithdrawAct};
use renkei_shared::linkage::PlainAct;

/// So many accounts are shown without being asked for.
const ACCOUNTS_SHOWN: usize = 5;

/// The permissions in force, newest first, as they came.
pub(super) fn list(data: LinkagesView, state: State) -> Vec<El> {
    let acts = state.acts;
    let customer = state
        .view
        .with_untracked(|view| view.as_ref().and_then(|view| view.customer.clone()));
    let number = data.linkages.len();
    let mut parts: Vec<El> = customer
        .map(|customer| classed("p", "customer").tell(customer_name(customer)))
        .into_iter()
        .collect();
    if number == 0 {
        parts.push(
            classed("div", "alert alert--info")
                .child(worded("p", "alert__text", words!(linkages.empty)))
                .child(worded("p", "alert__text", words!(linkages.empty_detail))),
        );
    } else {
        let count = tell(move |locale| fill(words!(linkages.count)(locale), &[("n", &number)]));
        parts.push(el("p").say(words!(linkages.lead)));
        parts.push(el("p").tell(count));
        let cards = data.linkages.into_iter().map(|linkage| card(linkage, state));
        parts.push(classed("ul", "linkages").children(cards));
    }
    let log_out = move || acts.perform("logout", |version, act_id| PlainAct { version, act_id });
    parts.push(button_row().child(act_button(
        SECONDARY,
        words!(linkages.logout),
        acts,
        "logout",
        log_out,
    )));
    parts
}

fn card(linkage: PermittedLinkage, state: State) -> El {
    let PermittedLinkage {
        grant_id,
        reference,
        partner_name,
        partner_legal_name,
        businesses,
        accounts,
        permitted_at,
        last_day,
        last_access_at,
    } = linkage.clone();
    let title_id = format!("linkage-{grant_id}");
    let permitted = tell(move |locale| dates::moment(&permitted_at, locale));
    let until = tell(move |locale| {
        fill(
            words!(permission.until)(locale),
            &[("date", &dates::day(&last_day, locale))],
        )
    });
    let last_access = tell(move |locale| match &last_access_at {
        Some(time) => dates::moment(time, locale),
        None => words!(linkages.never)(locale).to_owned(),
    });
    let number = accounts.len();
    let account_count = tell(move |locale| fill(words!(linkages.account_count)(locale), &[("n", &number)]));
    let accounts = accounts
        .into_iter()
        .map(|account| el("li").tell(account_text(account)));
    let accounts = classed("details", "linkage__accounts")
        .attr_when("open", "", Signal::derive(move || number <= ACCOUNTS_SHOWN))
        .child(el("summary").tell(account_count))
        .child(classed("ul", "facts__list").children(accounts));
    let text = |text: Signal<String>| el("span").tell(text);
    let receipt = format!("/api/customer-session/linkages/{grant_id}/receipt");
    let receipt = receipt_link(receipt, Some(receipt_name(partner_name.clone())));
    let reference = classed("span", "reference").text(reference);
    let facts = facts()
        .child(fact_of(words!(receipt.reference), reference))
        .child(fact(words!(linkages.legal_name), partner_legal_name))
        .child(fact_of(words!(linkages.businesses), business_list(&businesses)))
        .child(fact_of(words!(linkages.accounts), accounts))
        .child(fact_of(words!(linkages.permitted_at), text(permitted)))
        .child(fact_of(words!(linkages.last_day), text(until)))
        .child(fact_of(words!(linkages.last_access), text(last_access)));
    classed("li", "panel linkage")
        .attr_owned("aria-labelledby", title_id.clone())
        .child(
            classed("h2", "panel__title")
                .attr_owned("id", title_id)
                .text(partner_name),
        )
        .child(facts)
        .child(button_row().child(receipt).child(withdraw_button(linkage, state)))
}

fn withdraw_button(linkage: PermittedLinkage, state: State) -> El {
    let partner = linkage.partner_name.clone();
    let name = tell(move |locale| fill(words!(linkages.withdraw_name)(locale), &[("partner", &partner)]));
    worded("button", "button button--danger", words!(linkages.withdraw))
        .attr("type", "button")
        .attr("aria-haspopup", "dialog")
        .attr_told("aria-label", name)
        .on("click", move |_| {
            if !state.acts.is_busy() {
                state.withdrawing.set(Some(linkage.clone()));
            }
        })
}

/// Tells what a withdrawal means before it happens.
pub(super) fn dialog(state: State) -> AnyView {
    let State {
        withdrawing, acts, ..
    } = state;
    let open = RwSignal::new(false);
    react(move || open.set(withdrawing.with(Option::is_some)));
    let about = move |words: Words| {
        tell(move |locale: Locale| {
            withdrawing.with(|linkage| {
                let Some(linkage) = linkage else {
                    return String::new();
                };
                let values: [(&str, &dyn std::fmt::Display); 2] = [
                    ("partner", &linkage.partner_name),
                    ("legal_name", &linkage.partner_legal_name),
                ];
                fill(words(locale), &values)
            })
        })
    };
    let consequences = classed("ul", "remarks")
        .child(el("li").tell(about(words!(linkages.dialog_stops))))
        .child(el("li").tell(about(words!(linkages.dialog_kept))))
        .child(el("li").tell(about(words!(linkages.dialog_again))));
    let question = Question {
        id: "withdraw-dialog",
        title: about(words!(linkages.dialog_title)),
        body: dialog_body().child(consequences),
        stay: words!(linkages.dialog_stay),
        go: words!(linkages.dialog_withdraw),
    };
    confirm_dialog(question, open, move || {
        let grant_id =
            withdrawing.with_untracked(|linkage| linkage.as_ref().map(|linkage| linkage.grant_id.clone()));
        if let Some(grant_id) = grant_id {
            acts.perform("withdraw", |version, act_id| WithdrawAct {
                version,
                act_id,
                grant_id,
            });
        }
    })
}
