//! The page of one procedure: the strip, the step at which the linkage stands, the dialog that cancels.
//! Not here: the steps' bodies (`crate::steps`) and what the page does with answers (`state`).

mod state;
mod strip;

use crate::acts::Acts;
use crate::browser;
use crate::components::button::{ActButton, Weight};
use crate::components::deadline::ticking;
use crate::components::dialog::ConfirmDialog;
use crate::components::error_summary::ErrorSummary;
use crate::components::heading::Heading;
use crate::components::progress::ProgressBar;
use crate::language::{Words, say, tell, words};
use crate::pages::error::ErrorPage;
use crate::steps::business_selection::BusinessSelection;
use crate::steps::certificate_login::CertificateLogin;
use crate::steps::ended::{self, Ended};
use crate::steps::password::{Password, PasswordWords};
use crate::steps::permission::Permission;
use crate::steps::pin_registration::PinRegistration;
use crate::steps::pin_result::PinResult;
use crate::steps::returning::Returning;
use leptos::prelude::*;
use renkei_shared::linkage::{PlainAct, StepView};
use state::{Stage, State};
use strip::{strip, warning};

/// The page for the linkage with this id.
#[component]
pub(crate) fn LinkagePage(id: String) -> impl IntoView {
    let state = State::new(&id);
    state.begin(browser::take_certificate_result());
    let wake = window_event_listener(leptos::ev::visibilitychange, move |_| {
        // The page's clock may have stood still while the computer slept.
        if browser::is_visible() && state.stage.get_untracked() == Stage::Standing {
            state.refresh();
        }
    });
    on_cleanup(move || wake.remove());
    move || match state.stage.get() {
        Stage::Loading => ().into_any(),
        Stage::Lost(trouble) => view! { <ErrorPage trouble=trouble /> }.into_any(),
        Stage::Standing => standing(state),
    }
}

/// The page around the step.
fn standing(state: State) -> AnyView {
    let State { view, acts, .. } = state;
    // A memo: what is set to the same again must not build the step anew, for input would be lost.
    let leaving = Memo::new(move |_| state.leaving.get());
    let cancelling = RwSignal::new(false);
    let ask_to_cancel = Callback::new(move |()| {
        if !acts.is_busy() {
            cancelling.set(true);
        }
    });
    let cancel =
        Callback::new(move |()| acts.perform("cancel", |version, act_id| PlainAct { version, act_id }));
    let step = Memo::new(move |_| view.with(|view| view.as_ref().map(|view| view.step.clone())));
    let progress = Memo::new(move |_| {
        view.with(|view| view.as_ref().map(|view| view.progress))
            .filter(|_| !leaving.get() && step.with(|step| step.as_ref().is_some_and(is_numbered)))
    });
    let heading = Signal::derive(move || {
        if leaving.get() {
            return words!(titles.returning);
        }
        step.with(|step| step.as_ref().map_or(words!(titles.linkage), title))
    });
    let open = Signal::derive(move || progress.with(Option::is_some));
    let over = Callback::new(move |()| {
        // A procedure that is over has no time to be up.
        if open.get_untracked() {
            state.refresh();
        }
    });
    let left = ticking(state.deadline, over);
    view! {
        {strip(state, left, open)}
        {move || open.get().then(|| warning(state, left))}
        <div class="page__column">
            {move || progress.get().map(|progress| view! { <ProgressBar progress=progress /> })}
            <ErrorSummary acts=acts />
            <Heading title=heading progress=progress trouble=acts.trouble() />
            {move || {
                if leaving.get() {
                    let partner = state.partner().map(|partner| partner.name).unwrap_or_default();
                    return view! { <Returning partner=partner last_day=last_day(step) /> }.into_any();
                }
                step.get().map(|step| body(step, state, ask_to_cancel)).into_any()
            }}
        </div>
        <ConfirmDialog
            open=cancelling
            id="cancel-dialog"
            title=tell(|locale| words!(cancel.title)(locale).to_owned())
            stay=words!(cancel.stay)
            go=words!(cancel.leave)
            confirm=cancel
        >
            <p>{say(words!(cancel.body))}</p>
            <p>{say(words!(cancel.kept))}</p>
        </ConfirmDialog>
    }
    .into_any()
}

/// A step's body.
fn body(step: StepView, state: State, cancel: Callback<()>) -> AnyView {
    let acts = state.acts;
    match step {
        StepView::CertificateLogin(data) => {
            let press = Callback::new(move |()| {
                acts.perform("certificate", |version, act_id| PlainAct { version, act_id });
            });
            let lead = words!(certificate.lead);
            view! { <CertificateLogin view=data lead=lead acts=acts press=press cancel=Some(cancel) /> }
                .into_any()
        }
        StepView::Password(data) => {
            let texts = PasswordWords {
                lead: words!(password.lead),
                button: words!(password.button),
            };
            view! { <Password view=data texts=texts acts=acts cancel=Some(cancel) /> }.into_any()
        }
        StepView::BusinessSelection(data) => {
            let partner = state.partner().map(|partner| partner.name).unwrap_or_default();
            view! { <BusinessSelection view=data partner=partner acts=acts cancel=cancel /> }.into_any()
        }
        StepView::PinRegistration(data) => {
            view! { <PinRegistration view=data acts=acts cancel=cancel /> }.into_any()
        }
        StepView::PinResult(data) => view! { <PinResult view=data acts=acts cancel=cancel /> }.into_any(),
        StepView::Permission(data) => state
            .partner()
            .map(|partner| view! { <Permission view=data partner=partner acts=acts cancel=cancel /> })
            .into_any(),
        StepView::Returning(_) => returning(acts),
        StepView::Ended(data) => view! { <Ended view=data /> }.into_any(),
    }
}

/// Permitted, but the result could not be fetched at once: the way back must not depend on a reload.
fn returning(acts: Acts) -> AnyView {
    let press =
        Callback::new(move |()| acts.perform("return", |version, act_id| PlainAct { version, act_id }));
    view! {
        <div class="button-row">
            <ActButton
                label=words!(returning.retry)
                acts=acts
                act="return"
                weight=Weight::Primary
                press=press
            />
        </div>
    }
    .into_any()
}

fn last_day(step: Memo<Option<StepView>>) -> Option<String> {
    step.with(|step| match step {
        Some(StepView::Permission(data)) => Some(data.last_day.clone()),
        Some(StepView::Returning(data)) => Some(data.last_day.clone()),
        _ => None,
    })
}

fn is_numbered(step: &StepView) -> bool {
    !matches!(step, StepView::Returning(_) | StepView::Ended(_))
}

fn title(step: &StepView) -> Words {
    match step {
        StepView::CertificateLogin(_) | StepView::Password(_) => words!(titles.linkage),
        StepView::BusinessSelection(_) => words!(titles.businesses),
        StepView::PinRegistration(_) => words!(titles.pins),
        StepView::PinResult(_) => words!(titles.result),
        StepView::Permission(_) => words!(titles.permission),
        StepView::Returning(_) => words!(titles.returning),
        StepView::Ended(data) => ended::title(data.reason),
    }
}
