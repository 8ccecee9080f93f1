//! Sending an act: one at a time, one id for each intent, sent again with the same id when no answer came.
//! Not here: what the acts mean and what becomes of their answers (`pages`).

use crate::api::{self, Failure};
use crate::browser;
use crate::reaction::{react, spawn};
use crate::trouble::Trouble;
use leptos::prelude::*;
use renkei_shared::problem::{ProblemCode, ProblemDocument};
use serde::Serialize;
use zeroize::Zeroizing;

/// Pauses before an unanswered act is sent again by itself, in milliseconds.
const RETRY_PAUSES: [i32; 2] = [800, 2_500];

/// So long a page that is being left takes no further act, in milliseconds.
const HOLD: i32 = 15_000;

/// How often an act is asked after that is still being worked on, and the pause between, in milliseconds.
const IN_PROGRESS_TRIES: usize = 20;
const IN_PROGRESS_PAUSE: i32 = 1_000;

/// What an act came to, for the page that owns it.
#[derive(Debug, Clone)]
pub(crate) enum Outcome {
    /// Done: the act's name and the raw answer.
    Answered(&'static str, String),
    /// Refused; the page may have to fetch the view anew.
    Refused(Box<ProblemDocument>),
    /// No answer, or none that can be read; what to say stands in [`Acts::trouble`] already.
    Unanswered,
}

/// An act that is on its way. Its body may hold a password or PINs: it is cleared when it is dropped.
struct Intent {
    act: &'static str,
    body: Zeroizing<String>,
}

/// The hand that sends acts. Copies are the same hand.
#[derive(Clone, Copy)]
pub(crate) struct Acts {
    base: StoredValue<String>,
    version: StoredValue<u64>,
    busy: RwSignal<Option<&'static str>>,
    trouble: RwSignal<Option<Trouble>>,
    unanswered: StoredValue<Option<Intent>>,
    settle: Callback<Outcome>,
}

impl Acts {
    /// `base` is the path under which the acts lie; `settle` is told what each came to.
    pub(crate) fn new(base: String, settle: Callback<Outcome>) -> Self {
        Self {
            base: StoredValue::new(base),
            version: StoredValue::new(0),
            busy: RwSignal::new(None),
            trouble: RwSignal::new(None),
            unanswered: StoredValue::new(None),
            settle,
        }
    }

    /// The version that the page shows.
    pub(crate) fn set_version(self, version: u64) {
        self.version.set_value(version);
    }

    /// The act that is on its way, as a signal.
    pub(crate) fn busy(self) -> Option<&'static str> {
        self.busy.get()
    }

    /// Whether an act is on its way at this moment.
    pub(crate) fn is_busy(self) -> bool {
        self.busy.get_untracked().is_some()
    }

    /// Stays busy until [`Acts::release`]: what came of an act is still being looked up.
    pub(crate) fn occupy(self, act: &'static str) {
        self.busy.set(Some(act));
    }

    /// Is busy no more.
    pub(crate) fn release(self) {
        let _ = self.busy.try_set(None);
    }

    /// Stays busy: the page is about to be left. Not for ever, as the customer may stop the browser from leaving.
    pub(crate) fn hold(self, act: &'static str) {
        self.occupy(act);
        spawn(async move {
            browser::pause(HOLD).await;
            self.release();
        });
    }

    /// What the customer must be told, as a signal.
    pub(crate) fn trouble(self) -> RwSignal<Option<Trouble>> {
        self.trouble
    }

    /// Forgets what could have been sent again.
    pub(crate) fn forget(self) {
        self.unanswered.set_value(None);
    }

    /// Sends an act under a fresh id, unless one is on its way already.
    /// `make` builds its body from the version and the id.
    pub(crate) fn perform<T: Serialize>(self, act: &'static str, make: impl FnOnce(u64, String) -> T) {
        if self.is_busy() {
            return;
        }
        let body = api::body(&make(self.version.get_value(), browser::random_uuid()));
        self.dispatch(Intent { act, body });
    }

    /// Sends the unanswered act again: the same body, so the same id, so nothing happens twice.
    pub(crate) fn resend(self) {
        if self.is_busy() {
            return;
        }
        if let Some(intent) = self.unanswered.try_update_value(Option::take).flatten() {
            self.dispatch(intent);
        }
    }

    /// Has something done each time when this act is over, whatever it came to: fields with secrets are emptied then.
    pub(crate) fn when_over(self, act: &'static str, then: impl Fn() + 'static) {
        let mut was_busy = false;
        react(move || {
            let busy = self.busy() == Some(act);
            if was_busy && !busy {
                then();
            }
            was_busy = busy;
        });
    }

    fn dispatch(self, intent: Intent) {
        self.forget();
        self.busy.set(Some(intent.act));
        self.trouble.set(None);
        let path = self.base.with_value(|base| format!("{base}/{}", intent.act));
        spawn(async move {
            let result = deliver(&path, &intent.body).await;
            // The page may be gone by now, and its signals with it.
            if self.busy.try_set(None).is_some() {
                return;
            }
            match result {
                Ok(json) => self.settle.run(Outcome::Answered(intent.act, json)),
                Err(Failure::Problem(problem)) => self.settle.run(Outcome::Refused(problem)),
                Err(failure) => {
                    let resendable = failure == Failure::Unreachable;
                    if resendable {
                        self.unanswered.set_value(Some(intent));
                    }
                    self.trouble.set(Some(match failure {
                        Failure::Unreachable => Trouble::Unreachable { resendable },
                        failure => failure.into(),
                    }));
                    self.settle.run(Outcome::Unanswered);
                }
            }
        });
    }
}

/// Sends until an answer comes or patience ends.
async fn deliver(path: &str, body: &str) -> Result<String, Failure> {
    let mut pauses = RETRY_PAUSES.into_iter();
    let mut asked_after = 0;
    loop {
        let result = api::post(path, body).await;
        let pause = match &result {
            Err(Failure::Unreachable) => pauses.next(),
            Err(Failure::Problem(problem)) if is_in_progress(problem) && asked_after < IN_PROGRESS_TRIES => {
                asked_after += 1;
                Some(IN_PROGRESS_PAUSE)
            }
            _ => None,
        };
        let Some(pause) = pause else { return result };
        browser::pause(pause).await;
    }
}

fn is_in_progress(problem: &ProblemDocument) -> bool {
    problem.explanation.code == ProblemCode::ActInProgress.as_str()
}
