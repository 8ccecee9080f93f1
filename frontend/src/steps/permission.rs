//! 手順5: the permission. It names who asks, for what, for how long; nothing is ticked beforehand.
//! Accounts are left out by ticking 「除外する」, so that even the accounts are never ticked for the customer.

use crate::acts::Acts;
use crate::components::button::{ActButton, ButtonRow, SubmitButton, Weight};
use crate::components::field::{Checkbox, FieldMessage, message_at};
use crate::dates;
use crate::language::{Words, account_text, fill, say, tell, vocabulary, words};
use crate::steps::CancelButton;
use crate::trouble::{FieldTrouble, Message, Trouble};
use leptos::prelude::*;
use renkei_shared::linkage::{
    PartnerView, PermissionAccount, PermissionAct, PermissionView, PlainAct, ReplacedPermission,
};
use renkei_shared::vocabulary::Business;

const INTENT: &str = "intent";

/// An account with the customer's choice to leave it out.
#[derive(Clone)]
struct Covered {
    account: PermissionAccount,
    excluded: RwSignal<bool>,
}

impl Covered {
    fn id(&self) -> String {
        format!("exclude-{}", self.account.account_id)
    }
}

/// The step.
#[component]
pub(crate) fn Permission(
    view: PermissionView,
    partner: PartnerView,
    acts: Acts,
    cancel: Callback<()>,
) -> impl IntoView {
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
        view! {
            <ActButton
                label=words!(result.add_more)
                acts=acts
                act="add-more"
                weight=Weight::Secondary
                press=Callback::new(move |()| {
                    acts.perform("add-more", |version, act_id| PlainAct { version, act_id });
                })
            />
        }
    });
    let covered: Vec<Covered> = accounts
        .into_iter()
        .map(|account| Covered {
            account,
            excluded: RwSignal::new(false),
        })
        .collect();
    let covered = StoredValue::new(covered);
    let intent = RwSignal::new(false);
    let submit = move || {
        let account_ids = covered.with_value(|covered| included(covered));
        let faults = faults(covered, &account_ids, intent.get_untracked());
        if faults.is_empty() {
            acts.perform("permission", |version, act_id| PermissionAct {
                version,
                act_id,
                account_ids,
                intent: true,
            });
        } else {
            acts.trouble().set(Some(Trouble::Fields(faults)));
        }
    };
    let content = content(&businesses, period_days, last_day, history_from);
    let replaced = replaces.map(|replaced| warning(replaced, partner.name.clone()));
    view! {
        {replaced}
        <form
            novalidate
            on:submit=move |event| {
                event.prevent_default();
                submit();
            }
        >
            <p class="lead">{say(words!(permission.lead))}</p>
            {requester(partner)}
            {content}
            <section class="panel">
                <h2 class="panel__title">{say(words!(permission.accounts))}</h2>
                <p>{say(words!(permission.accounts_lead))}</p>
                {account_list(covered, acts)}
            </section>
            {notes()}
            {confirmation(intent, acts)}
            <ButtonRow>
                <CancelButton cancel=Some(cancel) />
                {add_more}
                <SubmitButton label=words!(permission.permit) acts=acts act="permission" />
            </ButtonRow>
        </form>
    }
}

/// Who asks, as the law wants the customer to know it.
fn requester(partner: PartnerView) -> AnyView {
    view! {
            <section class="panel">
                <h2 class="panel__title">{say(words!(permission.partner))}</h2>
                <dl class="facts">
                    {fact(words!(permission.service), partner.name)}
                    {fact(words!(permission.legal_name), partner.legal_name)}
                    {fact(words!(permission.registration), partner.registration_number)}
                    {fact(words!(permission.purpose), partner.purpose)}
                    {fact(words!(permission.complaints), partner.complaint_contact)}
                </dl>
            </section>
    }
    .into_any()
}

/// 認可対象 and 許可期間.
fn content(
    businesses: &[Business],
    period_days: u16,
    last_day: String,
    history_from: Option<String>,
) -> AnyView {
    let period = tell(move |locale| fill(words!(permission.period_value)(locale), &[("days", &period_days)]));
    let until = tell(move |locale| {
        fill(
            words!(permission.until)(locale),
            &[("date", &dates::day(&last_day, locale))],
        )
    });
    view! {
            <section class="panel">
                <h2 class="panel__title">{say(words!(permission.content))}</h2>
                <dl class="facts facts--strong">
                    <div class="facts__row">
                        <dt>{say(words!(permission.target))}</dt>
                        <dd>
                            <p class="facts__main">{say(words!(permission.target_value))}</p>
                            {business_list(businesses)}
                        </dd>
                    </div>
                    <div class="facts__row">
                        <dt>{say(words!(permission.period))}</dt>
                        <dd>
                            <p class="facts__main">{period}</p>
                            <p>{until}</p>
                        </dd>
                    </div>
                    <div class="facts__row">
                        <dt>{say(words!(permission.history))}</dt>
                        <dd>{history(history_from)}</dd>
                    </div>
                </dl>
            </section>
    }
    .into_any()
}

/// What the customer should know before permitting.
fn notes() -> AnyView {
    view! {
            <section class="panel panel--quiet">
                <h2 class="panel__title">{say(words!(permission.notes))}</h2>
                <ul class="remarks">
                    <li>{say(words!(permission.note_login))}</li>
                    <li>{say(words!(permission.note_read_only))}</li>
                    <li>
                        {say(words!(permission.note_withdraw_before))}
                        <a href="/linkages" target="_blank" rel="noopener">
                            {say(words!(titles.linkages))}
                            <span class="visually-hidden">{say(words!(frame.new_tab))}</span>
                        </a> {say(words!(permission.note_withdraw_after))}
                    </li>
                    <li>{say(words!(permission.note_kept))}</li>
                </ul>
            </section>
    }
    .into_any()
}

/// 意思確認.
fn confirmation(intent: RwSignal<bool>, acts: Acts) -> AnyView {
    let message = message_at(acts, INTENT.to_owned());
    view! {
            <div
                class="intent"
                role="group"
                aria-labelledby="intent-title"
                class=("field--invalid", move || message.with(Option::is_some))
            >
                <p id="intent-title" class="intent__title">
                    {say(words!(permission.intent))}
                </p>
                <div>
                    <FieldMessage id="intent-message".to_owned() message=message />
                    <Checkbox
                        id=INTENT.to_owned()
                        label=words!(permission.intent_label)
                        ticked=intent
                        described_by=Signal::derive(move || {
                            message.with(Option::is_some).then(|| "intent-message".to_owned())
                        })
                        invalid=Signal::derive(move || message.with(Option::is_some))
                    />
                </div>
            </div>
    }
    .into_any()
}

fn included(covered: &[Covered]) -> Vec<String> {
    let kept = covered.iter().filter(|covered| !covered.excluded.get_untracked());
    kept.map(|covered| covered.account.account_id.clone()).collect()
}

fn faults(covered: StoredValue<Vec<Covered>>, account_ids: &[String], intent: bool) -> Vec<FieldTrouble> {
    let mut faults = Vec::new();
    if account_ids.is_empty() {
        faults.push(FieldTrouble {
            target: covered
                .with_value(|covered| covered.first().map(Covered::id))
                .unwrap_or_default(),
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

fn fact(label: Words, value: String) -> AnyView {
    view! {
        <div class="facts__row">
            <dt>{say(label)}</dt>
            <dd>{value}</dd>
        </div>
    }
    .into_any()
}

fn business_list(businesses: &[Business]) -> AnyView {
    let items = businesses.iter().map(|business| {
        let business = *business;
        let label = tell(move |locale| business.label(vocabulary(locale)).to_owned());
        view! { <li>{label}</li> }
    });
    view! { <ul class="facts__list">{items.collect_view()}</ul> }.into_any()
}

fn history(from: Option<String>) -> AnyView {
    match from {
        Some(from) => tell(move |locale| {
            fill(
                words!(permission.history_value)(locale),
                &[("date", &dates::day(&from, locale))],
            )
        })
        .into_any(),
        None => say(words!(permission.history_unknown)).into_any(),
    }
}

fn warning(replaced: ReplacedPermission, partner: String) -> AnyView {
    let ReplacedPermission {
        permitted_on,
        last_day,
    } = replaced;
    let text = tell(move |locale| {
        let (on, until) = (dates::day(&permitted_on, locale), dates::day(&last_day, locale));
        fill(
            words!(permission.replaces)(locale),
            &[("partner", &partner), ("on", &on), ("until", &until)],
        )
    });
    view! {
        <section class="alert alert--warning" aria-labelledby="replaces-title">
            <h2 id="replaces-title" class="alert__title">
                {say(words!(permission.replaces_title))}
            </h2>
            <p class="alert__text">{text}</p>
        </section>
    }
    .into_any()
}

fn account_list(covered: StoredValue<Vec<Covered>>, acts: Acts) -> AnyView {
    let total = covered.with_value(Vec::len);
    let count = tell(move |locale| {
        let kept =
            covered.with_value(|covered| covered.iter().filter(|covered| !covered.excluded.get()).count());
        fill(
            words!(permission.included_count)(locale),
            &[("included", &kept), ("total", &total)],
        )
    });
    let first = covered
        .with_value(|covered| covered.first().map(Covered::id))
        .unwrap_or_default();
    let message = message_at(acts, first);
    let rows = covered.with_value(|covered| covered.iter().cloned().map(account_row).collect_view());
    view! {
        <FieldMessage id="exclude-message".to_owned() message=message />
        <table class="account-table account-table--permission" role="table">
            <caption class="visually-hidden">{say(words!(permission.accounts_caption))}</caption>
            <thead role="rowgroup">
                <tr role="row">
                    <th scope="col" role="columnheader">
                        {say(words!(accounts.account))}
                    </th>
                    <th scope="col" role="columnheader">
                        {say(words!(accounts.memo))}
                    </th>
                    <th scope="col" role="columnheader">
                        {say(words!(permission.exclude_column))}
                    </th>
                </tr>
            </thead>
            <tbody role="rowgroup">{rows}</tbody>
        </table>
        <p class="ticked-count" role="status">
            {count}
        </p>
    }
    .into_any()
}

fn account_row(covered: Covered) -> AnyView {
    let id = covered.id();
    let account_id = format!("{id}-account");
    let label_id = format!("{id}-label");
    let Covered { account, excluded } = covered;
    let class = move || {
        if excluded.get() {
            "account-table__row account-table__row--excluded"
        } else {
            "account-table__row"
        }
    };
    view! {
        <tr role="row" class=class>
            <th
                scope="row"
                role="rowheader"
                class="account-table__account"
                data-label=say(words!(accounts.account))
            >
                <span id=account_id.clone()>{account_text(account.label)}</span>
                {move || {
                    excluded.get().then(|| view! { <span class="tag">{say(words!(permission.excluded))}</span> })
                }}
            </th>
            <td role="cell" class="account-table__memo" data-label=say(words!(accounts.memo))>
                {match account.memo {
                    Some(memo) => memo.into_any(),
                    None => say(words!(accounts.none)).into_any(),
                }}
            </td>
            <td role="cell" class="account-table__exclude" data-label=say(words!(permission.exclude_column))>
                <span class="checkbox">
                    <input
                        type="checkbox"
                        class="checkbox__box"
                        id=id.clone()
                        aria-labelledby=format!("{label_id} {account_id}")
                        prop:checked=excluded
                        on:change=move |event| excluded.set(event_target_checked(&event))
                    />
                    <label id=label_id class="checkbox__label" for=id>
                        {say(words!(permission.exclude))}
                    </label>
                </span>
            </td>
        </tr>
    }
    .into_any()
}
