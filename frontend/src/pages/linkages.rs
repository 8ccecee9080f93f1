//! 「連携中のサービス」: login, the list of what is permitted, and its withdrawal.
//! Not here: the procedure that leads to a permission (`linkage`).

use crate::acts::{Acts, Outcome};
use crate::api;
use crate::browser;
use crate::components::button::{ActButton, Weight};
use crate::components::deadline::{DeadlineWarning, ticking};
use crate::components::dialog::ConfirmDialog;
use crate::components::error_summary::ErrorSummary;
use crate::components::frame::{Announcer, use_announcer};
use crate::components::heading::{HEADING, Heading};
use crate::dates;
use crate::deadline::Deadline;
use crate::language::{Tongue, Words, account_text, fill, say, tell, use_tongue, vocabulary, words};
use crate::pages::error::{ErrorPage, told};
use crate::steps::certificate_login::CertificateLogin;
use crate::steps::password::{Password, PasswordWords};
use crate::trouble::Trouble;
use leptos::prelude::*;
use renkei_shared::customers::{
    CustomerAnswer, CustomerSessionView, CustomerStepView, LinkagesView, PermittedLinkage, WithdrawAct,
};
use renkei_shared::linkage::{CertificateLoginView, CertificateResultAct, PlainAct};
use renkei_shared::problem::ProblemDocument;
use serde::Serialize;
use std::mem::discriminant;
use wasm_bindgen_futures::spawn_local;

const PATH: &str = "/api/customer-session";

/// HTTP 401: there is no session, or it is over.
const NO_SESSION: u16 = 401;

/// How much of the page there is.
#[derive(Debug, Clone, PartialEq)]
enum Stage {
    /// The static shell still stands.
    Loading,
    /// No session: the customer may begin one.
    Outside,
    /// A session, at one of its steps.
    Inside,
    /// Nothing can be shown but why.
    Lost(Trouble),
}

/// `start` takes an empty object: there is no version yet.
#[derive(Serialize)]
struct Nothing {}

#[derive(Clone, Copy)]
struct State {
    stage: RwSignal<Stage>,
    view: RwSignal<Option<CustomerSessionView>>,
    deadline: RwSignal<Deadline>,
    withdrawing: RwSignal<Option<PermittedLinkage>>,
    acts: Acts,
    announcer: Announcer,
    tongue: Tongue,
}

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

impl State {
    fn new() -> Self {
        let state = StoredValue::new(None::<Self>);
        let settle = Callback::new(move |outcome| {
            if let Some(state) = state.get_value() {
                state.settle(outcome);
            }
        });
        let this = Self {
            stage: RwSignal::new(Stage::Loading),
            view: RwSignal::new(None),
            deadline: RwSignal::new(Deadline::after(browser::now(), 0)),
            withdrawing: RwSignal::new(None),
            acts: Acts::new(PATH.to_owned(), settle),
            announcer: use_announcer(),
            tongue: use_tongue(),
        };
        state.set_value(Some(this));
        this
    }

    fn begin(self, certificate_code: Option<String>) {
        spawn_local(async move {
            match fetch().await {
                Ok(view) => {
                    let awaits = matches!(view.step, CustomerStepView::CertificateLogin(_));
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
                        _ => self.show(Stage::Inside),
                    }
                }
                Err(failure) => self.failed(failure),
            }
        });
    }

    fn refresh(self) {
        if self.acts.is_busy() {
            return;
        }
        spawn_local(async move {
            match fetch().await {
                Ok(view) if !self.acts.is_busy() => self.take(view),
                Err(api::Failure::Problem(problem)) if problem.status == NO_SESSION => self.log_out(problem),
                _ => {}
            }
        });
    }

    fn show(self, stage: Stage) {
        if self.stage.get_untracked() != stage {
            self.stage.set(stage);
        }
        browser::retire_shell();
    }

    fn failed(self, failure: api::Failure) {
        match failure {
            api::Failure::Problem(problem) if problem.status == NO_SESSION => self.show(Stage::Outside),
            failure => self.show(Stage::Lost(failure.into())),
        }
    }

    /// The session is over: what it showed goes, and why is said.
    fn log_out(self, problem: Box<ProblemDocument>) {
        let was_inside = self.stage.get_untracked() == Stage::Inside;
        self.view.set(None);
        self.withdrawing.set(None);
        self.show(Stage::Outside);
        if was_inside {
            self.acts.trouble().set(Some(Trouble::Problem(problem)));
        }
    }

    fn take(self, view: CustomerSessionView) {
        self.acts.set_version(view.version);
        self.deadline
            .set(Deadline::after(browser::now(), view.remaining_seconds));
        let moved = self.view.with_untracked(|old| {
            old.as_ref()
                .is_some_and(|old| discriminant(&old.step) != discriminant(&view.step))
        });
        self.view.set(Some(view));
        if moved {
            self.acts.forget();
            browser::focus_soon(HEADING);
        }
    }

    fn settle(self, outcome: Outcome) {
        match outcome {
            Outcome::Answered(act, json) => match api::parse::<CustomerAnswer>(&json) {
                Ok(CustomerAnswer::View(view)) => self.answered(act, *view),
                Ok(CustomerAnswer::Redirect(redirect)) => {
                    self.acts.hold(act);
                    if act == "certificate" {
                        browser::assign(&redirect.redirect_to);
                    } else {
                        browser::replace(&redirect.redirect_to);
                    }
                }
                Err(failure) => self.acts.trouble().set(Some(failure.into())),
            },
            Outcome::Refused(problem) if problem.status == NO_SESSION => self.log_out(problem),
            Outcome::Refused(problem) => self.refused(problem),
        }
    }

    fn answered(self, act: &'static str, view: CustomerSessionView) {
        self.take(view);
        match act {
            // The customer has pressed 「電子証明書ログイン」 already: the session was only the way to it.
            "start" => self.log_in(),
            "withdraw" => {
                if let Some(linkage) = self.withdrawing.get_untracked() {
                    let partner = linkage.partner_name.as_str();
                    let locale = self.tongue.now();
                    self.announcer
                        .announce(fill(words!(linkages.withdrawn)(locale), &[("partner", &partner)]));
                    self.withdrawing.set(None);
                    browser::focus_soon(HEADING);
                }
            }
            _ => {}
        }
        if act != "start" {
            self.show(Stage::Inside);
        }
    }

    fn refused(self, problem: Box<ProblemDocument>) {
        spawn_local(async move {
            match fetch().await {
                Ok(view) => {
                    self.take(view);
                    self.show(Stage::Inside);
                }
                Err(api::Failure::Problem(gone)) if gone.status == NO_SESSION => self.show(Stage::Outside),
                Err(_) => {}
            }
            browser::retire_shell();
            self.acts.trouble().set(Some(told(problem)));
        });
    }

    fn log_in(self) {
        self.acts
            .perform("certificate", |version, act_id| PlainAct { version, act_id });
    }
}

async fn fetch() -> Result<CustomerSessionView, api::Failure> {
    api::parse(&api::get(PATH).await?)
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

fn list(data: LinkagesView, state: State) -> AnyView {
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
fn dialog(state: State) -> AnyView {
    let State {
        withdrawing, acts, ..
    } = state;
    let open = RwSignal::new(false);
    Effect::new(move |_| open.set(withdrawing.with(Option::is_some)));
    let with_partner = move |text: fn(crate::language::Locale, &PermittedLinkage) -> String| {
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
