//! 手順5: the permission. It names who asks, for what, for how long; nothing is ticked beforehand.
//! Accounts are left out by ticking 「除外する」, so that even the accounts are never ticked for the customer.

mod covered;
mod summary;

use crate::acts::Acts;
use crate::components::account_table::sheet::{account_header, body, cell, memo_cell, row, table};
use crate::components::button::{SECONDARY, act_button, button_row, submit_button};
use crate::components::element::{El, classed, el, worded};
use crate::components::facts::{business_list, fact, fact_of, facts};
use crate::components::field::{Fault, checkbox, checkbox_label};
use crate::dates;
use crate::language::{account_text, fill, tell, words};
use crate::steps::{cancel_button, form};
use crate::trouble::{FieldTrouble, Message, Trouble};
pub(crate) use covered::LeftOut;
use covered::{Covered, count};
use leptos::prelude::*;
use renkei_shared::linkage::{
    EarlierPermission, PartnerView, PermissionAct, PermissionView, PlainAct, Relation,
};
use renkei_shared::vocabulary::Business;
use summary::summary;

const INTENT: &str = "intent";

/// The step.
pub(crate) fn permission(
    view: PermissionView,
    partner: PartnerView,
    left_out: LeftOut,
    acts: Acts,
    cancel: Callback<()>,
) -> Vec<El> {
    let PermissionView {
        businesses,
        accounts,
        period_days,
        last_day,
        history_from,
        replaces,
    } = view;
    // The core may have refused every PIN on file since the last step: then only registering leads on.
    let add_more = accounts.is_empty().then(|| {
        let press = move || acts.perform("add-more", |version, act_id| PlainAct { version, act_id });
        act_button(SECONDARY, words!(result.add_more), acts, "add-more", press)
    });
    let covered: Vec<Covered> = accounts
        .into_iter()
        .map(|account| Covered::new(account, left_out))
        .collect();
    left_out.remember(&covered);
    let shown_day = last_day.clone();
    let in_short = count(&covered, words!(permission.summary_count));
    let accounts = account_panel(&covered, acts);
    let intent = RwSignal::new(false);
    let submit = move || {
        let account_ids = included(&covered);
        let faults = faults(&covered, &account_ids, intent.get_untracked());
        if faults.is_empty() {
            acts.perform("permission", |version, act_id| PermissionAct {
                version,
                act_id,
                account_ids,
                intent: true,
                last_day: Some(shown_day.clone()),
            });
        } else {
            acts.trouble().set(Some(Trouble::Fields(faults)));
        }
    };
    let buttons = button_row()
        .child(cancel_button(cancel))
        .maybe(add_more)
        .child(submit_button(words!(permission.permit), acts, "permission"));
    let replaced = replaces.map(|replaced| notice(replaced, partner.name.clone()));
    let form = form(submit)
        .child(worded("p", "lead", words!(permission.lead)))
        .child(summary(
            &partner,
            &businesses,
            in_short,
            period_days,
            last_day.clone(),
        ))
        .child(requester(partner))
        .child(content(&businesses, period_days, last_day, history_from))
        .child(accounts)
        .child(notes())
        .child(confirmation(intent, acts))
        .child(buttons);
    replaced.into_iter().chain([form]).collect()
}

fn panel() -> El {
    classed("section", "panel")
}

/// Who asks, as the law wants the customer to know it.
fn requester(partner: PartnerView) -> El {
    panel()
        .child(worded("h2", "panel__title", words!(permission.partner)))
        .child(
            facts()
                .child(fact(words!(permission.service), partner.name))
                .child(fact(words!(permission.legal_name), partner.legal_name))
                .child(fact(words!(permission.registration), partner.registration_number))
                .child(fact(words!(permission.purpose), partner.purpose))
                .child(fact(words!(permission.complaints), partner.complaint_contact)),
        )
}

/// 認可対象 and 許可期間.
fn content(businesses: &[Business], period_days: u16, last_day: String, history_from: Option<String>) -> El {
    let period = tell(move |locale| fill(words!(permission.period_value)(locale), &[("days", &period_days)]));
    let until = tell(move |locale| {
        fill(
            words!(permission.until)(locale),
            &[("date", &dates::day(&last_day, locale))],
        )
    });
    let history = tell(move |locale| match &history_from {
        Some(from) => fill(
            words!(permission.history_value)(locale),
            &[("date", &dates::day(from, locale))],
        ),
        None => words!(permission.history_unknown)(locale).to_owned(),
    });
    let target = el("div")
        .child(worded("p", "facts__main", words!(permission.target_value)))
        .child(business_list(businesses));
    let period = el("div")
        .child(classed("p", "facts__main").tell(period))
        .child(el("p").tell(until));
    panel()
        .child(worded("h2", "panel__title", words!(permission.content)))
        .child(
            classed("dl", "facts facts--strong")
                .child(fact_of(words!(permission.target), target))
                .child(fact_of(words!(permission.period), period))
                .child(fact_of(words!(permission.history), el("span").tell(history))),
        )
}

/// What the customer should know before permitting.
fn notes() -> El {
    let withdraw = worded("a", "", words!(titles.linkages))
        .attr("href", "/linkages")
        .attr("target", "_blank")
        .attr("rel", "noopener")
        .child(worded("span", "visually-hidden", words!(frame.new_tab)));
    classed("section", "panel panel--quiet")
        .child(worded("h2", "panel__title", words!(permission.notes)))
        .child(
            classed("ul", "remarks")
                .child(el("li").say(words!(permission.note_login)))
                .child(el("li").say(words!(permission.note_read_only)))
                .child(el("li").say_around(words!(permission.note_withdraw), withdraw))
                .child(el("li").say(words!(permission.note_kept))),
        )
}

/// 意思確認.
fn confirmation(intent: RwSignal<bool>, acts: Acts) -> El {
    let fault = Fault::of(acts, INTENT.to_owned());
    let line = "intent-message".to_owned();
    let tick = fault.mark(checkbox(INTENT.to_owned(), intent), line.clone(), None);
    let label = checkbox_label(INTENT.to_owned()).say(words!(permission.intent_label));
    fault
        .around("div", "intent")
        .attr("role", "group")
        .attr("aria-labelledby", "intent-title")
        .child(worded("p", "intent__title", words!(permission.intent)).attr("id", "intent-title"))
        .child(
            el("div")
                .child(fault.line(line))
                .child(classed("span", "checkbox").child(tick).child(label)),
        )
}

/// What the customer has decided; what an earlier permission keeps needs no decision.
fn included(covered: &[Covered]) -> Vec<String> {
    let included = covered
        .iter()
        .filter(|covered| !covered.is_kept() && !covered.excluded.get_untracked());
    included
        .map(|covered| covered.account.account_id.clone())
        .collect()
}

fn faults(covered: &[Covered], account_ids: &[String], intent: bool) -> Vec<FieldTrouble> {
    let mut faults = Vec::new();
    if account_ids.is_empty() && !covered.iter().any(Covered::is_kept) {
        faults.push(FieldTrouble {
            target: covered.first().map(Covered::id).unwrap_or_default(),
            account: None,
            message: Message::Own(words!(permission.account_required)),
        });
    }
    if !intent {
        faults.push(FieldTrouble {
            target: INTENT.to_owned(),
            account: None,
            message: Message::Own(words!(permission.intent_required)),
        });
    }
    faults
}

/// What becomes of an earlier permission.
fn notice(earlier: EarlierPermission, partner: String) -> El {
    let EarlierPermission {
        relation,
        permitted_on,
        last_day,
    } = earlier;
    let (title, told) = match relation {
        Relation::Anew => (words!(permission.replaces_title), words!(permission.replaces)),
        Relation::Replace => (words!(permission.renews_title), words!(permission.renews)),
        Relation::Merge => (words!(permission.merges_title), words!(permission.merges)),
    };
    let text = tell(move |locale| {
        let (on, until) = (dates::day(&permitted_on, locale), dates::day(&last_day, locale));
        let values: [(&str, &dyn std::fmt::Display); 3] =
            [("partner", &partner), ("on", &on), ("until", &until)];
        fill(told(locale), &values)
    });
    classed("section", "alert alert--warning")
        .attr("aria-labelledby", "replaces-title")
        .child(worded("h2", "alert__title", title).attr("id", "replaces-title"))
        .child(classed("p", "alert__text").tell(text))
}

/// The accounts, each of which can be left out.
fn account_panel(covered: &[Covered], acts: Acts) -> El {
    let count = count(covered, words!(permission.included_count));
    let fault = Fault::of(acts, covered.first().map(Covered::id).unwrap_or_default());
    let headers = [
        words!(accounts.account),
        words!(accounts.memo),
        words!(permission.exclude_column),
    ];
    let caption = worded("caption", "visually-hidden", words!(permission.accounts_caption));
    let table = table("account-table account-table--permission", caption, headers)
        .child(body().children(covered.iter().cloned().map(account_row)));
    panel()
        .child(worded("h2", "panel__title", words!(permission.accounts)))
        .child(el("p").say(words!(permission.accounts_lead)))
        .child(fault.line("exclude-message".to_owned()))
        .child(table)
        .child(classed("p", "ticked-count").attr("role", "status").tell(count))
}

fn account_row(covered: Covered) -> El {
    let (id, kept) = (covered.id(), covered.is_kept());
    let (account_id, label_id) = (format!("{id}-account"), format!("{id}-label"));
    let Covered { account, excluded } = covered;
    let header = account_header()
        .child(
            el("span")
                .attr_owned("id", account_id.clone())
                .tell(account_text(account.label)),
        )
        .dynamic(move || {
            excluded
                .get()
                .then(|| worded("span", "tag", words!(permission.excluded)).view())
        });
    let exclude = if kept {
        worded("span", "tag", words!(permission.kept))
    } else {
        let labelled = format!("{label_id} {account_id}");
        classed("span", "checkbox")
            .child(checkbox(id.clone(), excluded).attr_owned("aria-labelledby", labelled))
            .child(
                checkbox_label(id)
                    .attr_owned("id", label_id)
                    .say(words!(permission.exclude)),
            )
    };
    row("account-table__row--excluded", excluded.into())
        .child(header)
        .child(memo_cell(account.memo))
        .child(cell("account-table__exclude", words!(permission.exclude_column)).child(exclude))
}
