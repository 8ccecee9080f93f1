//! 「連携中のサービス」: login, the list of what is permitted, and its withdrawal.
//! Not here: the procedure that leads to a permission (`super::linkage`).

mod list;
mod state;

use crate::browser;
use crate::components::deadline::{deadline_warning, ticking};
use crate::components::element::{classed, dynamic, sequence};
use crate::components::error_summary::error_summary;
use crate::components::heading::heading;
use crate::language::{Words, tell, words};
use crate::pages::error::error_page;
use crate::steps::certificate_login::certificate_login;
use crate::steps::password::{PasswordWords, password};
use leptos::prelude::*;
use list::{dialog, list};
use renkei_shared::customers::CustomerStepView;
use renkei_shared::linkage::CertificateLoginView;
use state::{Nothing, Stage, State};

/// The page.
pub(crate) fn linkages_page() -> AnyView {
    let state = State::new();
    state.begin(browser::take_certificate_result());
    let wake = window_event_listener(leptos::ev::visibilitychange, move |_| {
        if browser::is_visible() && state.stage.get_untracked() == Stage::Inside {
            state.refresh();
        }
    });
    on_cleanup(move || wake.remove());
    dynamic(move || match state.stage.get() {
        Stage::Loading => None,
        Stage::Outside => Some(outside(state)),
        Stage::Inside => Some(inside(state)),
        Stage::Lost(trouble) => Some(error_page(&trouble)),
    })
}

/// Without a session: what the page is for, and the login.
fn outside(state: State) -> AnyView {
    let acts = state.acts;
    let press = move || acts.perform("start", |_, _| Nothing {});
    let nothing = CertificateLoginView {
        accepted_issuers: Vec::new(),
        failure: None,
    };
    classed("div", "page__column")
        .child(error_summary(acts))
        .child(heading(title(), Some(acts.trouble())))
        .children(certificate_login(
            nothing,
            words!(linkages.login_lead),
            acts,
            press,
            None,
        ))
        .view()
}

fn inside(state: State) -> AnyView {
    let State { view, acts, .. } = state;
    let step = Memo::new(move |_| view.with(|view| view.as_ref().map(|view| view.step.clone())));
    let left = ticking(state.deadline, Callback::new(move |()| state.refresh()));
    let never = Signal::derive(|| false);
    let warning = Signal::derive(|| -> Words { words!(deadline.session_warning) });
    let page = classed("div", "page__column")
        .child(error_summary(acts))
        .child(heading(title(), Some(acts.trouble())))
        .dynamic(move || step.get().map(|step| body(step, state)));
    vec![
        deadline_warning(left, warning, never, Callback::new(|()| ())),
        page.view(),
        dialog(state),
    ]
    .into_any()
}

fn title() -> Signal<String> {
    tell(|locale| words!(titles.linkages)(locale).to_owned())
}

fn body(step: CustomerStepView, state: State) -> AnyView {
    let acts = state.acts;
    match step {
        CustomerStepView::CertificateLogin(data) => {
            let press = move || state.log_in();
            sequence(certificate_login(
                data,
                words!(linkages.login_lead),
                acts,
                press,
                None,
            ))
        }
        CustomerStepView::Password(data) => {
            let texts = PasswordWords {
                lead: words!(password.lead_session),
                button: words!(password.button_session),
            };
            sequence(password(data, texts, acts, None))
        }
        CustomerStepView::Linkages(data) => sequence(list(data, state)),
    }
}
