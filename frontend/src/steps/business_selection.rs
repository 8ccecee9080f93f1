//! 手順2: the choice of businesses. Nothing is ticked beforehand.

use crate::acts::Acts;
use crate::components::button::{ButtonRow, SubmitButton};
use crate::components::field::{FieldMessage, message_at};
use crate::language::{Words, fill, say, tell, vocabulary, words};
use crate::steps::CancelButton;
use crate::trouble::{FieldTrouble, Message, Trouble};
use leptos::prelude::*;
use renkei_shared::linkage::{BusinessSelectionView, BusinessesAct};
use renkei_shared::vocabulary::Business;

const GROUP: &str = "businesses";

/// The step.
#[component]
pub(crate) fn BusinessSelection(
    view: BusinessSelectionView,
    partner: String,
    acts: Acts,
    cancel: Callback<()>,
) -> impl IntoView {
    let choices: Vec<(Business, RwSignal<bool>)> = view
        .businesses
        .into_iter()
        .map(|business| (business, RwSignal::new(false)))
        .collect();
    let first = choices
        .first()
        .map(|(business, _)| id(*business))
        .unwrap_or_default();
    let message = message_at(acts, first.clone());
    let lead = tell(move |locale| fill(words!(businesses.lead)(locale), &[("partner", &partner)]));
    let boxes = choices
        .iter()
        .map(|(business, ticked)| choice(*business, *ticked))
        .collect_view();
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
    view! {
        <form
            novalidate
            on:submit=move |event| {
                event.prevent_default();
                submit();
            }
        >
            <p class="lead">{lead}</p>
            <fieldset
                id=GROUP
                class="choices"
                class=("field--invalid", move || message.with(Option::is_some))
                aria-describedby="businesses-hint businesses-message"
            >
                <legend class="choices__legend">{say(words!(businesses.legend))}</legend>
                <p id="businesses-hint" class="field__hint">
                    {say(words!(businesses.hint))}
                </p>
                <FieldMessage id="businesses-message".to_owned() message=message />
                {boxes}
            </fieldset>
            <ButtonRow>
                <CancelButton cancel=Some(cancel) />
                <SubmitButton label=words!(buttons.next) acts=acts act="businesses" />
            </ButtonRow>
        </form>
    }
}

fn id(business: Business) -> String {
    format!("business-{}", business.scope())
}

fn choice(business: Business, ticked: RwSignal<bool>) -> AnyView {
    let id = id(business);
    let hint_id = format!("{id}-hint");
    let label = tell(move |locale| business.label(vocabulary(locale)).to_owned());
    view! {
        <div class="choices__choice" class=("choices__choice--ticked", ticked)>
            <input
                type="checkbox"
                class="checkbox__box"
                id=id.clone()
                aria-describedby=hint_id.clone()
                prop:checked=ticked
                on:change=move |event| ticked.set(event_target_checked(&event))
            />
            <div>
                <label class="checkbox__label" for=id>
                    {label}
                </label>
                <p id=hint_id class="field__hint">
                    {say(describe(business))}
                </p>
            </div>
        </div>
    }
    .into_any()
}

fn describe(business: Business) -> Words {
    match business {
        Business::Balance => words!(businesses.balance),
        Business::Statement => words!(businesses.statement),
        Business::Transfers => words!(businesses.transfers),
    }
}
