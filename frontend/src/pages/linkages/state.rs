//! What the page of linkages knows and does: the customer's session, its acts and their answers.
//! Not here: what it looks like (`super`, `list`).

use crate::acts::{Acts, Outcome};
use crate::api;
use crate::browser;
use crate::components::frame::{Announcer, use_announcer};
use crate::components::heading::HEADING;
use crate::deadline::Deadline;
use crate::language::{Tongue, fill, use_tongue, words};
use crate::pages::error::told;
use crate::reaction::spawn;
use crate::trouble::Trouble;
use leptos::prelude::*;
use renkei_shared::customers::{CustomerAnswer, CustomerSessionView, CustomerStepView, PermittedLinkage};
use renkei_shared::linkage::{CertificateResultAct, PlainAct};
use renkei_shared::problem::ProblemDocument;
use serde::Serialize;
use std::mem::discriminant;

const PATH: &str = "/api/customer-session";

/// HTTP 401: there is no session, or it is over.
const NO_SESSION: u16 = 401;

/// How much of the page there is.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Stage {
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
pub(super) struct Nothing {}

/// What the page knows. Copies are the same knowledge.
#[derive(Clone, Copy)]
pub(super) struct State {
    pub(super) stage: RwSignal<Stage>,
    pub(super) view: RwSignal<Option<CustomerSessionView>>,
    pub(super) deadline: RwSignal<Deadline>,
    pub(super) withdrawing: RwSignal<Option<PermittedLinkage>>,
    pub(super) acts: Acts,
    announcer: Announcer,
    tongue: Tongue,
}

impl State {
    pub(super) fn new() -> Self {
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

    pub(super) fn begin(self, certificate_code: Option<String>) {
        spawn(async move {
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

    pub(super) fn refresh(self) {
        if self.acts.is_busy() {
            return;
        }
        spawn(async move {
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

    /// The one-time code may be what was not answered: then the shell still stands.
    fn show_something(self) {
        if self.stage.get_untracked() == Stage::Loading {
            self.show(Stage::Inside);
        }
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
            Outcome::Unanswered => self.show_something(),
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
        spawn(async move {
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

    pub(super) fn log_in(self) {
        self.acts
            .perform("certificate", |version, act_id| PlainAct { version, act_id });
    }
}

async fn fetch() -> Result<CustomerSessionView, api::Failure> {
    api::parse(&api::get(PATH).await?)
}
