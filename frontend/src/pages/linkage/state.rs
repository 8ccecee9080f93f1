//! What the page of a procedure knows and does: loads the linkage, follows each act's answer, leaves.
//! Not here: what it looks like (`super`), and any rule about which step follows which.

use crate::acts::{Acts, Outcome};
use crate::api;
use crate::browser;
use crate::components::frame::{Announcer, use_announcer};
use crate::components::heading::HEADING;
use crate::deadline::{Deadline, Reading};
use crate::language::{Tongue, fill, use_tongue, words};
use crate::pages::error::told;
use crate::reaction::spawn;
use crate::trouble::Trouble;
use leptos::prelude::*;
use renkei_shared::linkage::{
    ActAnswer, CertificateResultAct, LinkageView, PartnerView, PlainAct, Progress, StepView,
};
use renkei_shared::problem::ProblemDocument;
use std::mem::discriminant;
use std::sync::Arc;

/// How much of the page there is.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Stage {
    /// The static shell still stands.
    Loading,
    /// The linkage's step.
    Standing,
    /// Nothing can be shown but why.
    Lost(Trouble),
}

/// The address at the partner that an act has answered, and when that was.
#[derive(Clone)]
struct WayBack {
    url: String,
    at: Reading,
    /// For how long it is used, in milliseconds.
    good_for: f64,
}

/// What the page knows. Copies are the same knowledge.
#[derive(Clone, Copy)]
pub(super) struct State {
    path: StoredValue<String>,
    pub(super) stage: RwSignal<Stage>,
    pub(super) view: RwSignal<Option<Arc<LinkageView>>>,
    pub(super) deadline: RwSignal<Deadline>,
    way_back: StoredValue<Option<WayBack>>,
    pub(super) acts: Acts,
    announcer: Announcer,
    tongue: Tongue,
}

impl State {
    pub(super) fn new(id: &str) -> Self {
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
            way_back: StoredValue::new(None),
            announcer: use_announcer(),
            tongue: use_tongue(),
        };
        state.set_value(Some(this));
        this
    }

    /// Where the receipt of what was permitted can be had.
    pub(super) fn receipt(self) -> String {
        let path = self.path.get_value();
        format!("{}/receipt", path.strip_prefix("/api").unwrap_or(&path))
    }

    /// Who asks, as the last view said.
    pub(super) fn partner(self) -> Option<PartnerView> {
        self.view
            .with_untracked(|view| view.as_ref().map(|view| view.partner.clone()))
    }

    /// The first view; with the one-time code of the certificate listener the act that redeems it comes first,
    /// and the shell stands until its answer is there.
    pub(super) fn begin(self, certificate_code: Option<String>) {
        spawn(async move {
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
    pub(super) fn refresh(self) {
        if self.acts.is_busy() {
            return;
        }
        spawn(async move {
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
        if let (None, Some(language)) = (&before, view.ui_locale) {
            self.tongue.suggest(language);
        }
        let moved = before
            .as_ref()
            .is_some_and(|old| discriminant(&old.step) != discriminant(&view.step));
        let forward = before.is_none_or(|old| view.progress.current >= old.progress.current);
        let Progress { current, total } = view.progress;
        let numbered = !matches!(view.step, StepView::Returning(_) | StepView::Ended(_));
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
                Ok(ActAnswer::Redirect(redirect)) => self.leave(act, redirect.redirect_to),
                Err(failure) => self.show_trouble(failure.into()),
            },
            Outcome::Refused(problem) => self.refused(problem),
            // Even where nothing stood yet: the one-time code may be what was not answered.
            Outcome::Unanswered => self.stand(),
        }
    }

    /// Follows a redirect. Acts stay blocked: the page is as good as gone.
    fn leave(self, act: &'static str, url: String) {
        if act == "permission" {
            self.show_what_was_permitted(url);
            return;
        }
        self.acts.hold(act);
        if act == "certificate" {
            browser::assign(&url);
        } else {
            browser::replace(&url);
        }
    }

    /// The address is kept while the customer reads what was permitted. Where that cannot be shown, the partner is told all
    /// the same.
    fn show_what_was_permitted(self, url: String) {
        let at = browser::reading();
        self.acts.occupy("permission");
        spawn(async move {
            let view = self.fetch().await;
            self.acts.release();
            match view {
                Ok(view) => {
                    if let StepView::Returning(data) = &view.step {
                        let good_for = used_for(data.way_back_seconds);
                        self.way_back.set_value(Some(WayBack { url, at, good_for }));
                    }
                    self.take(view);
                    self.stand();
                }
                Err(_) => self.leave("return", url),
            }
        });
    }

    /// Goes to the partner: by the address that is known while that is good, or else by another.
    pub(super) fn depart(self) {
        if self.acts.is_busy() {
            return;
        }
        let known = self.way_back.get_value();
        match known.filter(|back| browser::reading().is_within(back.good_for, back.at)) {
            Some(back) => self.leave("return", back.url),
            None => self
                .acts
                .perform("return", |version, act_id| PlainAct { version, act_id }),
        }
    }

    /// The server said no. The version may have moved even so (a wrong password is counted), so the view is fetched
    /// anew before the customer reads why: the step shown is then the true one.
    fn refused(self, problem: Box<ProblemDocument>) {
        // A problem that names the way back leaves nothing else to do.
        if problem.return_url.is_some() {
            self.stage.set(Stage::Lost(Trouble::Problem(problem)));
            browser::retire_shell();
            return;
        }
        spawn(async move {
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

/// Half of the time is left to the partner, who has to redeem what the address holds.
fn used_for(seconds: u64) -> f64 {
    f64::from(u32::try_from(seconds).unwrap_or(u32::MAX)) * 500.0
}
