//! 手順2: the choice of businesses. Nothing is ticked beforehand but what an earlier permission says that is continued.

use crate::acts::Acts;
use crate::components::button::{button_row, submit_button};
use crate::components::element::{El, classed, el, worded};
use crate::components::field::{Fault, checkbox, checkbox_label};
use crate::language::{Words, fill, tell, vocabulary, words};
use crate::steps::{cancel_button, form};
use crate::trouble::{FieldTrouble, Message, Trouble};
use leptos::prelude::*;
use renkei_shared::linkage::{BusinessSelectionView, BusinessesAct, Relation};
use renkei_shared::vocabulary::Business;

/// The step.
pub(crate) fn business_selection(
    view: BusinessSelectionView,
    partner: String,
    acts: Acts,
    cancel: Callback<()>,
) -> El {
    let BusinessSelectionView {
        businesses,
        permitted,
        continues,
    } = view;
    let relation = continues.map(|earlier| earlier.relation);
    let choices: Vec<(Business, RwSignal<bool>)> = businesses
        .into_iter()
        .map(|business| (business, RwSignal::new(permitted.contains(&business))))
        .collect();
    let first = choices
        .first()
        .map(|(business, _)| id(*business))
        .unwrap_or_default();
    let fault = Fault::of(acts, first.clone());
    let lead = tell(move |locale| fill(words!(businesses.lead)(locale), &[("partner", &partner)]));
    let group = fault
        .around("fieldset", "choices")
        .attr("aria-describedby", "businesses-hint businesses-message")
        .child(worded("legend", "choices__legend", words!(businesses.legend)))
        .child(worded("p", "field__hint", words!(businesses.hint)).attr("id", "businesses-hint"))
        .child(fault.line("businesses-message".to_owned()))
        .children(choices.iter().map(|(business, ticked)| {
            let kept = relation == Some(Relation::Merge) && permitted.contains(business);
            choice(*business, *ticked, kept)
        }));
    let submit = move || {
        let ticked = choices.iter().filter(|(_, ticked)| ticked.get_untracked());
        let businesses: Vec<Business> = ticked.map(|(business, _)| *business).collect();
        if businesses.is_empty() {
            acts.trouble().set(Some(Trouble::Fields(vec![FieldTrouble {
                target: first.clone(),
                account: None,
                message: Message::Own(words!(businesses.required)),
            }])));
            return;
        }
        acts.perform("businesses", |version, act_id| BusinessesAct {
            version,
            act_id,
            businesses,
        });
    };
    let buttons = button_row().child(cancel_button(cancel)).child(submit_button(
        words!(buttons.next),
        acts,
        "businesses",
    ));
    let continued = relation.and_then(|relation| match relation {
        Relation::Anew => None,
        Relation::Replace => Some(words!(businesses.renews)),
        Relation::Merge => Some(words!(businesses.merges)),
    });
    form(submit)
        .child(classed("p", "lead").tell(lead))
        .maybe(continued.map(|text| el("p").say(text)))
        .child(group)
        .child(buttons)
}

fn id(business: Business) -> String {
    format!("business-{}", business.scope())
}

/// One business; what an earlier permission keeps cannot be taken out.
fn choice(business: Business, ticked: RwSignal<bool>, kept: bool) -> El {
    let id = id(business);
    let hint = format!("{id}-hint");
    let label = tell(move |locale| business.label(vocabulary(locale)).to_owned());
    let tick = checkbox(id.clone(), ticked).attr_owned("aria-describedby", hint.clone());
    let tick = if kept { tick.attr("disabled", "") } else { tick };
    let tag = kept.then(|| worded("span", "tag", words!(permission.kept)));
    el("div")
        .class_when("choices__choice", "choices__choice--ticked", ticked.into())
        .child(tick)
        .child(
            el("div")
                .child(checkbox_label(id).tell(label))
                .maybe(tag)
                .child(worded("p", "field__hint", describe(business)).attr_owned("id", hint)),
        )
}

fn describe(business: Business) -> Words {
    match business {
        Business::Balance => words!(businesses.balance),
        Business::Statement => words!(businesses.statement),
        Business::Transfers => words!(businesses.transfers),
    }
}
