//! The page of one procedure: the strip, the step at which the linkage stands, the dialog that cancels.
//! Not here: the steps' bodies (`crate::steps`) and what the page does with answers (`state`).

mod state;
mod strip;

use crate::browser;
use crate::components::deadline::ticking;
use crate::components::dialog::{Question, confirm_dialog, dialog_body};
use crate::components::element::{classed, dynamic, el, sequence};
use crate::components::error_summary::error_summary;
use crate::components::heading::heading;
use crate::components::progress::{numbered, progress_bar};
use crate::language::{Words, tell, words};
use crate::pages::error::error_page;
use crate::steps::business_selection::business_selection;
use crate::steps::certificate_login::certificate_login;
use crate::steps::ended::{self, ended};
use crate::steps::password::{PasswordWords, password};
use crate::steps::permission::{LeftOut, permission};
use crate::steps::pin_registration::pin_registration;
use crate::steps::pin_result::pin_result;
use crate::steps::returning::returning;
use leptos::prelude::*;
use renkei_shared::linkage::{PlainAct, StepView};
use state::{Stage, State};
pub(in crate::pages) use strip::customer_name;
use strip::{strip, warning};

/// The page for the linkage with this id.
pub(crate) fn linkage_page(id: &str) -> AnyView {
    let state = State::new(id);
    state.begin(browser::take_certificate_result());
    let wake = window_event_listener(leptos::ev::visibilitychange, move |_| {
        // The page's clock may have stood still while the computer slept.
        if browser::is_visible() && state.stage.get_untracked() == Stage::Standing {
            state.refresh();
        }
    });
    on_cleanup(move || wake.remove());
    dynamic(move || match state.stage.get() {
        Stage::Loading => None,
        Stage::Lost(trouble) => Some(error_page(&trouble)),
        Stage::Standing => Some(standing(state)),
    })
}

/// The page around the step.
fn standing(state: State) -> AnyView {
    let State { view, acts, .. } = state;
    let cancelling = RwSignal::new(false);
    let left_out = LeftOut::new();
    let ask_to_cancel = Callback::new(move |()| {
        if !acts.is_busy() {
            cancelling.set(true);
        }
    });
    // A memo: what is set to the same again must not build the step anew, for input would be lost.
    let step = Memo::new(move |_| view.with(|view| view.as_ref().map(|view| view.step.clone())));
    let progress = Memo::new(move |_| {
        view.with(|view| view.as_ref().map(|view| view.progress))
            .filter(|_| step.with(|step| step.as_ref().is_some_and(is_numbered)))
    });
    let text = tell(move |locale| {
        let title = step.with(|step| step.as_ref().map_or(words!(titles.linkage), title));
        match progress.get() {
            Some(progress) => numbered(title(locale), progress, locale),
            None => title(locale).to_owned(),
        }
    });
    let open = Signal::derive(move || step.with(|step| !matches!(step, None | Some(StepView::Ended(_)))));
    let over = Callback::new(move |()| {
        // A procedure that is over has no time to be up.
        if open.get_untracked() {
            state.refresh();
        }
    });
    let left = ticking(state.deadline, over);
    let page = classed("div", "page__column")
        .dynamic(move || progress.get().map(|progress| progress_bar(progress).view()))
        .child(error_summary(acts))
        .child(heading(text, Some(acts.trouble())))
        .dynamic(move || step.get().map(|step| body(step, state, left_out, ask_to_cancel)));
    let question = Question {
        id: "cancel-dialog",
        title: tell(|locale| words!(cancel.title)(locale).to_owned()),
        body: dialog_body()
            .child(el("p").say(words!(cancel.body)))
            .child(el("p").say(words!(cancel.kept))),
        stay: words!(cancel.stay),
        go: words!(cancel.leave),
    };
    let cancel = move || acts.perform("cancel", |version, act_id| PlainAct { version, act_id });
    vec![
        strip(state, left, open).view(),
        dynamic(move || open.get().then(|| warning(state, left))),
        page.view(),
        confirm_dialog(question, cancelling, cancel),
    ]
    .into_any()
}

/// A step's body.
fn body(step: StepView, state: State, left_out: LeftOut, cancel: Callback<()>) -> AnyView {
    let acts = state.acts;
    match step {
        StepView::CertificateLogin(data) => {
            let press = move || acts.perform("certificate", |version, act_id| PlainAct { version, act_id });
            sequence(certificate_login(
                data,
                words!(certificate.lead),
                acts,
                press,
                Some(cancel),
            ))
        }
        StepView::Password(data) => {
            let texts = PasswordWords {
                lead: words!(password.lead),
                button: words!(password.button),
            };
            sequence(password(data, texts, acts, Some(cancel)))
        }
        StepView::BusinessSelection(data) => {
            let partner = state.partner().map(|partner| partner.name).unwrap_or_default();
            business_selection(data, partner, acts, cancel).view()
        }
        StepView::PinRegistration(data) => pin_registration(data, acts, cancel).view(),
        StepView::PinResult(data) => sequence(pin_result(data, acts, cancel)),
        StepView::Permission(data) => {
            let parts = state
                .partner()
                .map(|partner| permission(data, partner, left_out, acts, cancel));
            sequence(parts.into_iter().flatten())
        }
        StepView::Returning(data) => {
            let partner = state.partner().map(|partner| partner.name).unwrap_or_default();
            let depart = Callback::new(move |()| state.depart());
            sequence(returning(data, partner, state.receipt(), acts, depart))
        }
        StepView::Ended(data) => sequence(ended(data, state.receipt())),
    }
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
