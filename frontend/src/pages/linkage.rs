//! The page of one procedure: loads the linkage, shows the step at which it stands, follows each act's answer.
//! Not here: the steps' bodies, and any rule about which step follows which.

use crate::acts::{Acts, Outcome};
use crate::api;
use crate::browser;
use crate::components::deadline::{DeadlineWarning, ticking, time_left};
use crate::components::dialog::ConfirmDialog;
use crate::components::error_summary::ErrorSummary;
use crate::components::frame::{Announcer, use_announcer};
use crate::components::heading::{HEADING, Heading};
use crate::components::progress::ProgressBar;
use crate::deadline::{Deadline, Left};
use crate::language::{Tongue, Words, fill, say, tell, use_tongue, words};
use crate::pages::error::{ErrorPage, told};
use crate::steps::business_selection::BusinessSelection;
use crate::steps::certificate_login::CertificateLogin;
use crate::steps::ended::{self, Ended};
use crate::steps::password::{Password, PasswordWords};
use crate::steps::permission::Permission;
use crate::steps::pin_registration::PinRegistration;
use crate::steps::pin_result::PinResult;
use crate::steps::returning::Returning;
use crate::trouble::Trouble;
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;
use renkei_shared::linkage::{
    ActAnswer, CertificateResultAct, CustomerView, LinkageView, PartnerView, PlainAct, Progress, StepView,
};
use renkei_shared::problem::ProblemDocument;
use std::mem::discriminant;
use std::sync::Arc;
use wasm_bindgen_futures::spawn_local;

/// So long the customer reads where the journey goes before it goes there.
const RETURN_PAUSE: i32 = 1_500;

/// How much of the page there is.
#[derive(Debug, Clone, PartialEq)]
enum Stage {
    /// The static shell still stands.
    Loading,
    /// The linkage's step.
    Standing,
    /// Nothing can be shown but why.
    Lost(Trouble),
}

/// What the page knows. Copies are the same knowledge.
#[derive(Clone, Copy)]
struct State {
    path: StoredValue<String>,
    stage: RwSignal<Stage>,
    view: RwSignal<Option<Arc<LinkageView>>>,
    deadline: RwSignal<Deadline>,
    leaving: RwSignal<bool>,
    acts: Acts,
    announcer: Announcer,
    tongue: Tongue,
}

/// The page for the linkage that the address names.
#[component]
pub(crate) fn LinkagePage() -> impl IntoView {
    let params = use_params_map();
    let id = Memo::new(move |_| params.with(|params| params.get("id").unwrap_or_default()));
    move || view! { <Procedure id=id.get() /> }
}

#[component]
fn Procedure(id: String) -> impl IntoView {
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

impl State {
    fn new(id: &str) -> Self {
        let path = format!("/api/linkages/{id}");
        let state = StoredValue::new(None::<Self>);
        let settle = Callback::new(move |outcome| {
            if let Some(state) = state.get_value() {
                state.settle(outcome);
            }
        });
        let this = Self {
            acts: Acts::new(path.clone(), settle),
            path: StoredValue::new(path),
            stage: RwSignal::new(Stage::Loading),
            view: RwSignal::new(None),
            deadline: RwSignal::new(Deadline::after(browser::now(), 0)),
            leaving: RwSignal::new(false),
            announcer: use_announcer(),
            tongue: use_tongue(),
        };
        state.set_value(Some(this));
        this
    }

    /// The first view; with the one-time code of the certificate listener the act that redeems it comes first,
    /// and the shell stands until its answer is there.
    fn begin(self, certificate_code: Option<String>) {
        spawn_local(async move {
            match self.fetch().await {
                Ok(view) => {
                    let awaits = matches!(view.step, StepView::CertificateLogin(_));
                    self.take(view);
                    match certificate_code {
                        Some(code) if awaits => {
                            self.acts
                                .perform("certificate-result", |version, act_id| CertificateResultAct {
                                    version,
                                    act_id,
                                    code,
                                });
                        }
                        _ => self.stand(),
                    }
                }
                Err(failure) => {
                    self.stage.set(Stage::Lost(failure.into()));
                    browser::retire_shell();
                }
            }
        });
    }

    async fn fetch(self) -> Result<LinkageView, api::Failure> {
        let path = self.path.get_value();
        api::parse(&api::get(&path).await?)
    }

    /// Fetches the view anew without touching what the customer is at, unless the step has moved on.
    fn refresh(self) {
        if self.acts.is_busy() || self.leaving.get_untracked() {
            return;
        }
        spawn_local(async move {
            if let Ok(view) = self.fetch().await
                && !self.acts.is_busy()
            {
                self.take(view);
            }
        });
    }

    /// Shows the step; what stood in the page's place until now goes.
    fn stand(self) {
        if self.stage.get_untracked() != Stage::Standing {
            self.stage.set(Stage::Standing);
        }
        browser::retire_shell();
    }

    /// Takes over a view. Whoever is moved to another step is told: focus, title, and a polite word.
    fn take(self, view: LinkageView) {
        self.acts.set_version(view.version);
        self.deadline
            .set(Deadline::after(browser::now(), view.remaining_seconds));
        let before = self.view.get_untracked();
        let moved = before
            .as_ref()
            .is_some_and(|old| discriminant(&old.step) != discriminant(&view.step));
        let forward = before.is_none_or(|old| view.progress.current >= old.progress.current);
        let Progress { current, total } = view.progress;
        let returning = matches!(view.step, StepView::Returning(_));
        let numbered = !returning && !matches!(view.step, StepView::Ended(_));
        self.view.set(Some(Arc::new(view)));
        if moved {
            self.acts.forget();
            browser::focus_soon(HEADING);
            if numbered {
                let locale = self.tongue.now();
                let text = if forward {
                    fill(
                        words!(progress.moved)(locale),
                        &[("current", &current), ("total", &total)],
                    )
                } else {
                    fill(
                        words!(progress.back)(locale),
                        &[("current", &current), ("total", &total)],
                    )
                };
                self.announcer.announce(text);
            }
        }
        if returning && !self.leaving.get_untracked() {
            self.leaving.set(true);
            self.acts
                .perform("return", |version, act_id| PlainAct { version, act_id });
        }
    }

    fn settle(self, outcome: Outcome) {
        match outcome {
            Outcome::Answered(act, json) => match api::parse::<ActAnswer>(&json) {
                Ok(ActAnswer::View(view)) => {
                    let extended = act == "extend";
                    self.take(*view);
                    if extended {
                        let locale = self.tongue.now();
                        self.announcer.announce(words!(deadline.extended)(locale));
                    }
                    self.stand();
                }
                Ok(ActAnswer::Redirect(redirect)) => self.leave(act, &redirect.redirect_to),
                Err(failure) => self.show_trouble(failure.into()),
            },
            Outcome::Refused(problem) => self.refused(problem),
        }
    }

    /// Follows a redirect. Acts stay blocked: the page is as good as gone.
    fn leave(self, act: &'static str, url: &str) {
        self.acts.hold(act);
        match act {
            "certificate" => browser::assign(url),
            "permission" | "return" => {
                self.leaving.set(true);
                self.stand();
                browser::focus_soon(HEADING);
                let url = url.to_owned();
                spawn_local(async move {
                    browser::pause(RETURN_PAUSE).await;
                    browser::replace(&url);
                });
            }
            _ => browser::replace(url),
        }
    }

    /// The server said no. The version may have moved even so (a wrong password is counted), so the view is fetched
    /// anew before the customer reads why: the step shown is then the true one.
    fn refused(self, problem: Box<ProblemDocument>) {
        self.leaving.set(false);
        spawn_local(async move {
            match self.fetch().await {
                Ok(view) => {
                    let over = matches!(view.step, StepView::Ended(_));
                    self.take(view);
                    // A procedure that is over explains itself.
                    if over {
                        self.stand();
                    } else {
                        self.show_trouble(told(problem));
                    }
                }
                Err(api::Failure::Problem(gone)) => {
                    self.stage.set(Stage::Lost(Trouble::Problem(gone)));
                    browser::retire_shell();
                }
                Err(_) => self.show_trouble(told(problem)),
            }
        });
    }

    fn show_trouble(self, trouble: Trouble) {
        self.stand();
        self.acts.trouble().set(Some(trouble));
    }
}

/// The page around the step.
fn standing(state: State) -> AnyView {
    let State {
        view, acts, leaving, ..
    } = state;
    let cancelling = RwSignal::new(false);
    let ask_to_cancel = Callback::new(move |()| {
        if !acts.is_busy() {
            cancelling.set(true);
        }
    });
    let cancel =
        Callback::new(move |()| acts.perform("cancel", |version, act_id| PlainAct { version, act_id }));
    let step = Memo::new(move |_| view.with(|view| view.as_ref().map(|view| view.step.clone())));
    let progress = Signal::derive(move || {
        view.with(|view| view.as_ref().map(|view| view.progress))
            .filter(|_| !leaving.get() && step.with(|step| step.as_ref().is_some_and(is_numbered)))
    });
    let heading = Signal::derive(move || {
        if leaving.get() {
            return words!(titles.returning);
        }
        step.with(|step| step.as_ref().map_or(words!(titles.linkage), title))
    });
    let left = ticking(state.deadline, Callback::new(move |()| state.refresh()));
    let open = Signal::derive(move || progress.with(Option::is_some));
    view! {
        {strip(state, left, open)}
        {move || open.get().then(|| warning(state, left))}
        <div class="page__column">
            {move || progress.get().map(|progress| view! { <ProgressBar progress=progress /> })}
            <ErrorSummary acts=acts />
            <Heading title=heading progress=progress trouble=acts.trouble() />
            {move || {
                if leaving.get() {
                    let partner = partner(state).map(|partner| partner.name).unwrap_or_default();
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
                acts.perform("certificate", |version, act_id| PlainAct { version, act_id })
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
            let partner = partner(state).map(|partner| partner.name).unwrap_or_default();
            view! { <BusinessSelection view=data partner=partner acts=acts cancel=cancel /> }.into_any()
        }
        StepView::PinRegistration(data) => {
            view! { <PinRegistration view=data acts=acts cancel=cancel /> }.into_any()
        }
        StepView::PinResult(data) => view! { <PinResult view=data acts=acts cancel=cancel /> }.into_any(),
        StepView::Permission(data) => partner(state)
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
            <crate::components::button::ActButton
                label=words!(returning.retry)
                acts=acts
                act="return"
                weight=crate::components::button::Weight::Primary
                press=press
            />
        </div>
    }
    .into_any()
}

/// Who asks, who is asked, and how much time is left.
fn strip(state: State, left: Memo<Left>, open: Signal<bool>) -> AnyView {
    let customer = Memo::new(move |_| {
        state
            .view
            .with(|view| view.as_ref().and_then(|view| view.customer.clone()))
    });
    let time = time_left(left);
    let partner = partner(state);
    view! {
        <div class="strip" role="region" aria-label=say(words!(strip.label))>
            <dl class="strip__inner">
                {partner
                    .map(|PartnerView { name, legal_name, .. }| {
                        view! {
                            <div class="strip__item">
                                <dt>{say(words!(strip.partner))}</dt>
                                <dd>
                                    <strong>{name}</strong>
                                    <span class="strip__legal">{legal_name}</span>
                                </dd>
                            </div>
                        }
                    })}
                {move || {
                    customer
                        .get()
                        .map(|CustomerView { company, name }| {
                            let text = tell(move |locale| {
                                fill(words!(strip.customer_name)(locale), &[("company", &company), ("name", &name)])
                            });
                            view! {
                                <div class="strip__item">
                                    <dt>{say(words!(strip.customer))}</dt>
                                    <dd>{text}</dd>
                                </div>
                            }
                        })
                }}
                {move || {
                    open.get()
                        .then(|| {
                            view! {
                                <div class="strip__item strip__item--time">
                                    <dt>{say(words!(strip.time_left))}</dt>
                                    <dd>{time}</dd>
                                </div>
                            }
                        })
                }}
            </dl>
        </div>
    }
    .into_any()
}

fn warning(state: State, left: Memo<Left>) -> AnyView {
    let extendable = Signal::derive(move || {
        state
            .view
            .with(|view| view.as_ref().is_some_and(|view| view.extendable))
    });
    let text = Signal::derive(move || -> Words {
        if extendable.get() {
            words!(deadline.warning)
        } else {
            words!(deadline.warning_final)
        }
    });
    let acts = state.acts;
    let extend =
        Callback::new(move |()| acts.perform("extend", |version, act_id| PlainAct { version, act_id }));
    view! { <DeadlineWarning left=left warning=text extendable=extendable extend=extend /> }.into_any()
}

fn partner(state: State) -> Option<PartnerView> {
    state
        .view
        .with_untracked(|view| view.as_ref().map(|view| view.partner.clone()))
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
