//! The list itself: a card for each permission, and the dialog that tells what its withdrawal means.

use super::state::State;
use crate::components::button::{ActButton, Weight};
use crate::components::dialog::ConfirmDialog;
use crate::dates;
use crate::language::{Locale, Words, account_text, fill, say, tell, vocabulary, words};
use leptos::prelude::*;
use renkei_shared::customers::{LinkagesView, PermittedLinkage, WithdrawAct};
use renkei_shared::linkage::PlainAct;

/// The permissions in force, newest first, as they came.
pub(super) fn list(data: LinkagesView, state: State) -> AnyView {
    let acts = state.acts;
    let customer = state
        .view
        .with_untracked(|view| view.as_ref().and_then(|view| view.customer.clone()));
    let greeting = customer.map(|customer| {
        let text = tell(move |locale| {
            let (company, name) = (customer.company.as_str(), customer.name.as_str());
            fill(
                words!(strip.customer_name)(locale),
                &[("company", &company), ("name", &name)],
            )
        });
        view! { <p class="customer">{text}</p> }
    });
    let number = data.linkages.len();
    let content = if number == 0 {
        view! {
            <div class="alert alert--info">
                <p class="alert__text">{say(words!(linkages.empty))}</p>
                <p class="alert__text">{say(words!(linkages.empty_detail))}</p>
            </div>
        }
        .into_any()
    } else {
        let count = tell(move |locale| fill(words!(linkages.count)(locale), &[("n", &number)]));
        let cards = data
            .linkages
            .into_iter()
            .map(|linkage| card(linkage, state))
            .collect_view();
        view! {
            <p>{say(words!(linkages.lead))}</p>
            <p>{count}</p>
            <ul class="linkages">{cards}</ul>
        }
        .into_any()
    };
    let log_out =
        Callback::new(move |()| acts.perform("logout", |version, act_id| PlainAct { version, act_id }));
    view! {
        {greeting}
        {content}
        <div class="button-row">
            <ActButton
                label=words!(linkages.logout)
                acts=acts
                act="logout"
                weight=Weight::Secondary
                press=log_out
            />
        </div>
    }
    .into_any()
}

fn card(linkage: PermittedLinkage, state: State) -> AnyView {
    let PermittedLinkage {
        grant_id,
        partner_name,
        partner_legal_name,
        businesses,
        accounts,
        ..
    } = linkage.clone();
    let PermittedLinkage {
        permitted_at,
        last_day,
        last_access_at,
        ..
    } = linkage.clone();
    let title_id = format!("linkage-{grant_id}");
    let button_name = {
        let partner = partner_name.clone();
        tell(move |locale| fill(words!(linkages.withdraw_name)(locale), &[("partner", &partner)]))
    };
    let businesses = businesses.into_iter().map(|business| {
        view! { <li>{tell(move |locale| business.label(vocabulary(locale)).to_owned())}</li> }
    });
    let number = accounts.len();
    let account_count = tell(move |locale| fill(words!(linkages.account_count)(locale), &[("n", &number)]));
    let accounts = accounts
        .into_iter()
        .map(|account| view! { <li>{account_text(account)}</li> });
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
    let acts = state.acts;
    let ask = move |_| {
        if !acts.is_busy() {
            state.withdrawing.set(Some(linkage.clone()));
        }
    };
    view! {
        <li class="panel linkage" aria-labelledby=title_id>
            <h2 id=title_id.clone() class="panel__title">
                {partner_name}
            </h2>
            <dl class="facts">
                {fact(words!(linkages.legal_name), partner_legal_name.into_any())}
                {fact(
                    words!(linkages.businesses),
                    view! { <ul class="facts__list">{businesses.collect_view()}</ul> }.into_any(),
                )}
                {fact(
                    words!(linkages.accounts),
                    view! {
                        <details class="linkage__accounts" open=number <= 5>
                            <summary>{account_count}</summary>
                            <ul class="facts__list">{accounts.collect_view()}</ul>
                        </details>
                    }
                        .into_any(),
                )}
                {fact(words!(linkages.permitted_at), permitted.into_any())}
                {fact(words!(linkages.last_day), until.into_any())}
                {fact(words!(linkages.last_access), last_access.into_any())}
            </dl>
            <div class="button-row">
                <button
                    type="button"
                    class="button button--danger"
                    aria-label=button_name
                    aria-haspopup="dialog"
                    on:click=ask
                >
                    {say(words!(linkages.withdraw))}
                </button>
            </div>
        </li>
    }
    .into_any()
}

fn fact(label: Words, value: AnyView) -> AnyView {
    view! {
        <div class="facts__row">
            <dt>{say(label)}</dt>
            <dd>{value}</dd>
        </div>
    }
    .into_any()
}

/// Tells what a withdrawal means before it happens.
pub(super) fn dialog(state: State) -> AnyView {
    let State {
        withdrawing, acts, ..
    } = state;
    let open = RwSignal::new(false);
    Effect::new(move |_| open.set(withdrawing.with(Option::is_some)));
    let with_partner = move |text: fn(Locale, &PermittedLinkage) -> String| {
        tell(move |locale| {
            withdrawing.with(|linkage| {
                linkage
                    .as_ref()
                    .map(|linkage| text(locale, linkage))
                    .unwrap_or_default()
            })
        })
    };
    let title = with_partner(|locale, linkage| {
        fill(
            words!(linkages.dialog_title)(locale),
            &[("partner", &linkage.partner_name)],
        )
    });
    let stops = with_partner(|locale, linkage| {
        fill(
            words!(linkages.dialog_stops)(locale),
            &[("partner", &linkage.partner_name)],
        )
    });
    let kept = with_partner(|locale, linkage| {
        fill(
            words!(linkages.dialog_kept)(locale),
            &[("legal_name", &linkage.partner_legal_name)],
        )
    });
    let again = with_partner(|locale, linkage| {
        fill(
            words!(linkages.dialog_again)(locale),
            &[("partner", &linkage.partner_name)],
        )
    });
    let withdraw = Callback::new(move |()| {
        if let Some(grant_id) =
            withdrawing.with_untracked(|linkage| linkage.as_ref().map(|linkage| linkage.grant_id.clone()))
        {
            acts.perform("withdraw", |version, act_id| WithdrawAct {
                version,
                act_id,
                grant_id,
            });
        }
    });
    view! {
        <ConfirmDialog
            open=open
            id="withdraw-dialog"
            title=title
            stay=words!(linkages.dialog_stay)
            go=words!(linkages.dialog_withdraw)
            confirm=withdraw
        >
            <ul class="remarks">
                <li>{stops}</li>
                <li>{kept}</li>
                <li>{again}</li>
            </ul>
        </ConfirmDialog>
    }
    .into_any()
}
