//! 「連携中のサービス」: login, the list of what is permitted, and its withdrawal.
//! Not here: the procedure that leads to a permission (`super::linkage`).

mod list;
mod state;

use crate::browser;
use crate::components::deadline::{DeadlineWarning, ticking};
use crate::components::error_summary::ErrorSummary;
use crate::components::heading::Heading;
use crate::language::{Words, words};
use crate::pages::error::ErrorPage;
use crate::steps::certificate_login::CertificateLogin;
use crate::steps::password::{Password, PasswordWords};
use leptos::prelude::*;
use list::{dialog, list};
use renkei_shared::customers::CustomerStepView;
use renkei_shared::linkage::CertificateLoginView;
use state::{Nothing, Stage, State};

/// The page.
#[component]
pub(crate) fn LinkagesPage() -> impl IntoView {
    let state = State::new();
    state.begin(browser::take_certificate_result());
    let wake = window_event_listener(leptos::ev::visibilitychange, move |_| {
        if browser::is_visible() && state.stage.get_untracked() == Stage::Inside {
            state.refresh();
        }
    });
    on_cleanup(move || wake.remove());
    move || match state.stage.get() {
        Stage::Loading => ().into_any(),
        Stage::Outside => outside(state),
        Stage::Inside => inside(state),
        Stage::Lost(trouble) => view! { <ErrorPage trouble=trouble /> }.into_any(),
    }
}

/// Without a session: what the page is for, and the login.
fn outside(state: State) -> AnyView {
    let acts = state.acts;
    let press = Callback::new(move |()| acts.perform("start", |_, _| Nothing {}));
    let nothing = CertificateLoginView {
        accepted_issuers: Vec::new(),
        failure: None,
    };
    view! {
        <div class="page__column">
            <ErrorSummary acts=acts />
            <Heading title=heading() trouble=acts.trouble() />
            <CertificateLogin view=nothing lead=words!(linkages.login_lead) acts=acts press=press cancel=None />
        </div>
    }
    .into_any()
}

fn inside(state: State) -> AnyView {
    let State { view, acts, .. } = state;
    let step = Memo::new(move |_| view.with(|view| view.as_ref().map(|view| view.step.clone())));
    let left = ticking(state.deadline, Callback::new(move |()| state.refresh()));
    let never = Signal::derive(|| false);
    let warning = Signal::derive(|| -> Words { words!(deadline.session_warning) });
    view! {
        <DeadlineWarning left=left warning=warning extendable=never extend=Callback::new(|()| ()) />
        <div class="page__column">
            <ErrorSummary acts=acts />
            <Heading title=heading() trouble=acts.trouble() />
            {move || step.get().map(|step| body(step, state))}
        </div>
        {dialog(state)}
    }
    .into_any()
}

fn heading() -> Signal<Words> {
    Signal::derive(|| -> Words { words!(titles.linkages) })
}

fn body(step: CustomerStepView, state: State) -> AnyView {
    let acts = state.acts;
    match step {
        CustomerStepView::CertificateLogin(data) => {
            let press = Callback::new(move |()| state.log_in());
            let lead = words!(linkages.login_lead);
            view! { <CertificateLogin view=data lead=lead acts=acts press=press cancel=None /> }.into_any()
        }
        CustomerStepView::Password(data) => {
            let texts = PasswordWords {
                lead: words!(password.lead_session),
                button: words!(password.button_session),
            };
            view! { <Password view=data texts=texts acts=acts cancel=None /> }.into_any()
        }
        CustomerStepView::Linkages(data) => list(data, state),
    }
}
