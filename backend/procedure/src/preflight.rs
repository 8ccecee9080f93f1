//! What would fail later, said before the password is asked for: which notices arise from which facts at which time.
//! Not here: asking the core (the server does), and refusing an act.

use crate::time::{Instant, JapanDate};
use renkei_shared::linkage::{Notice, Severity};
use renkei_shared::problem::{Explanation, Filling, ProblemCode, ProblemDocument};
use renkei_shared::vocabulary::Language;
use serde::{Deserialize, Serialize};
use std::time::Duration;

const DAY: Duration = Duration::from_hours(24);
/// How long before its end a certificate is spoken of: its renewal takes a visit.
const CERTIFICATE_NOTICE: Duration = DAY.saturating_mul(30);
/// How long before its end a password is spoken of: changing it takes a minute.
const PASSWORD_NOTICE: Duration = DAY.saturating_mul(14);
/// From when on an end that comes near is a warning.
const SOON: Duration = DAY.saturating_mul(7);

/// For how long an answer of the core is good here: locks come and go at the counter.
const ANSWER_HOLDS: Duration = Duration::from_mins(5);
/// A core that did not answer in time is not waited for again at each look at the page.
const SILENCE_HOLDS: Duration = Duration::from_mins(1);
/// A core that is closed or down may be back at any moment; no more than this keeps it from being asked by each look.
const REFUSAL_HOLDS: Duration = Duration::from_secs(5);

/// What the core says before the password.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CoreAnswer {
    /// It has listed the accounts.
    Accounts {
        /// How many the user has.
        all: usize,
        /// How many of those that may be permitted have a locked PIN, as far as the core has said so in time.
        locked: usize,
    },
    /// It is closed.
    Closed {
        /// Until when, where it says so.
        reopens_at: Option<Instant>,
    },
    /// It cannot be asked.
    Unavailable,
    /// It has not answered in time, which proves nothing.
    Silent,
}

/// An answer of the core, with its time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct CoreSaid {
    /// What it said.
    pub answer: CoreAnswer,
    /// When.
    pub at: Instant,
}

impl CoreSaid {
    /// Whether the core need not be asked again yet.
    pub fn still_holds(&self, now: Instant) -> bool {
        let holds = match self.answer {
            CoreAnswer::Accounts { .. } => ANSWER_HOLDS,
            CoreAnswer::Silent => SILENCE_HOLDS,
            CoreAnswer::Closed { .. } | CoreAnswer::Unavailable => REFUSAL_HOLDS,
        };
        self.at <= now && self.at.until(now) < holds
    }
}

/// What is known before the password.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Facts {
    /// When the certificate ends that was shown.
    pub certificate_ends: Instant,
    /// When the login password expires, if it does.
    pub password_expires: Option<Instant>,
    /// What the core said; nothing where nobody needs it.
    pub core: Option<CoreAnswer>,
}

/// Whether a password has expired. With an expired one no try is made.
pub fn password_expired(expires: Option<Instant>, now: Instant) -> bool {
    expires.is_some_and(|expires| expires <= now)
}

/// The refusal of a password that expired at this instant.
pub fn refuse_expired(expires: Instant) -> ProblemDocument {
    document(ProblemCode::PasswordExpired, &[date(last_day(expires))])
}

/// The refusal of what a closed core is needed for, until when as far as it says so.
pub fn refuse_closed(reopens_at: Option<Instant>) -> ProblemDocument {
    match reopens_at {
        Some(at) => document(
            ProblemCode::CoreClosedUntil,
            &[filling("time", |language| at.in_words(language))],
        ),
        None => ProblemDocument::new(ProblemCode::CoreClosed),
    }
}

fn document(code: ProblemCode, fillings: &[Filling]) -> ProblemDocument {
    ProblemDocument {
        explanation: code.explain_with(fillings),
        ..ProblemDocument::new(code)
    }
}

/// The notices, the gravest first.
pub fn notices(facts: &Facts, now: Instant) -> Vec<Notice> {
    let mut notices: Vec<Notice> = [
        password(facts.password_expires, now),
        facts.core.and_then(core),
        certificate(facts.certificate_ends, now),
    ]
    .into_iter()
    .flatten()
    .collect();
    // Of the same gravity they keep the order above.
    notices.sort_by_key(|notice| notice.severity);
    notices
}

fn password(expires: Option<Instant>, now: Instant) -> Option<Notice> {
    let expires = expires?;
    if expires <= now {
        return Some(Notice {
            severity: Severity::Blocking,
            explanation: refuse_expired(expires).explanation,
        });
    }
    let left = now.until(expires);
    (left <= PASSWORD_NOTICE).then(|| Notice {
        severity: nearing(left),
        explanation: ProblemCode::PasswordExpiring.explain_with(&[date(last_day(expires))]),
    })
}

/// One that has ended does not come as far as this.
fn certificate(ends: Instant, now: Instant) -> Option<Notice> {
    let left = now.until(ends);
    (left <= CERTIFICATE_NOTICE).then(|| Notice {
        severity: nearing(left),
        explanation: ProblemCode::CertificateExpiring.explain_with(&[date(ends.japan_date())]),
    })
}

fn nearing(left: Duration) -> Severity {
    if left <= SOON {
        Severity::Warning
    } else {
        Severity::Information
    }
}

fn core(answer: CoreAnswer) -> Option<Notice> {
    let (severity, explanation): (Severity, Explanation) = match answer {
        CoreAnswer::Accounts { all: 0, .. } => (Severity::Blocking, ProblemCode::NoInquiryAccount.explain()),
        CoreAnswer::Accounts { locked: 0, .. } | CoreAnswer::Silent => return None,
        CoreAnswer::Accounts { locked, .. } => {
            let count = filling("count", |_| locked.to_string());
            (Severity::Warning, ProblemCode::PinsLocked.explain_with(&[count]))
        }
        CoreAnswer::Closed { reopens_at } => (Severity::Blocking, refuse_closed(reopens_at).explanation),
        CoreAnswer::Unavailable => (Severity::Blocking, ProblemCode::CoreUnavailable.explain()),
    };
    Some(Notice {
        severity,
        explanation,
    })
}

/// The last day on which something is good that ends at this instant, which is mostly a midnight.
fn last_day(ends: Instant) -> JapanDate {
    Instant::from_unix_micros(ends.unix_micros().saturating_sub(1)).japan_date()
}

fn date(day: JapanDate) -> Filling {
    filling("date", |language| day.in_words(language))
}

fn filling(name: &'static str, value: impl Fn(Language) -> String) -> Filling {
    Filling {
        name,
        ja: value(Language::Ja),
        en: value(Language::En),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 2026-11-20 10:00 in Japan.
    fn now() -> Instant {
        Instant::from_unix_seconds(1_795_136_400)
    }

    fn days(count: u32) -> Instant {
        now().plus(DAY * count)
    }

    /// Nothing is wrong.
    fn fine() -> Facts {
        Facts {
            certificate_ends: days(365),
            password_expires: None,
            core: Some(CoreAnswer::Accounts { all: 4, locked: 0 }),
        }
    }

    fn codes(facts: &Facts) -> Vec<(String, Severity)> {
        notices(facts, now())
            .into_iter()
            .map(|notice| (notice.explanation.code, notice.severity))
            .collect()
    }

    #[test]
    fn where_nothing_is_wrong_nothing_is_said() {
        assert_eq!(codes(&fine()), []);
        let silent = Facts {
            core: Some(CoreAnswer::Silent),
            ..fine()
        };
        assert_eq!(codes(&silent), []);
        assert_eq!(codes(&Facts { core: None, ..fine() }), []);
    }

    #[test]
    fn a_certificate_is_spoken_of_in_its_last_thirty_days() {
        for (left, severity) in [
            (31, None),
            (30, Some(Severity::Information)),
            (8, Some(Severity::Information)),
            (7, Some(Severity::Warning)),
            (0, Some(Severity::Warning)),
        ] {
            let facts = Facts {
                certificate_ends: days(left),
                ..fine()
            };
            let expected: Vec<_> = severity
                .map(|severity| ("certificate_expiring".to_owned(), severity))
                .into_iter()
                .collect();
            assert_eq!(codes(&facts), expected, "{left} days");
        }
        let told = notices(
            &Facts {
                certificate_ends: days(10),
                ..fine()
            },
            now(),
        );
        assert!(told[0].explanation.ja.why.contains("2026年11月30日"));
        assert!(told[0].explanation.en.why.contains("30 November 2026"));
    }

    #[test]
    fn a_password_is_good_through_its_last_day() {
        let midnight = JapanDate::parse("2026-11-21").unwrap().begin();
        let facts = Facts {
            password_expires: Some(midnight),
            ..fine()
        };
        assert_eq!(
            codes(&facts),
            [("password_expiring".to_owned(), Severity::Warning)]
        );
        let told = notices(&facts, now());
        assert!(
            told[0].explanation.ja.why.contains("2026年11月20日"),
            "the last day, not the day after"
        );
        let over = notices(&facts, midnight);
        assert_eq!(over[0].explanation.code, "password_expired");
        assert_eq!(over[0].severity, Severity::Blocking);
        assert!(over[0].explanation.ja.why.contains("2026年11月20日"));
        assert!(password_expired(Some(midnight), midnight));
        assert!(!password_expired(Some(midnight), now()));
        assert!(!password_expired(None, now()));
        for (left, said) in [(15, 0), (14, 1)] {
            let facts = Facts {
                password_expires: Some(days(left)),
                ..fine()
            };
            assert_eq!(codes(&facts).len(), said, "{left} days");
        }
    }

    #[test]
    fn what_the_core_says_becomes_a_notice() {
        let reopens_at = Some(JapanDate::parse("2026-11-21").unwrap().begin());
        for (answer, code, severity) in [
            (
                CoreAnswer::Accounts { all: 0, locked: 0 },
                "no_inquiry_account",
                Severity::Blocking,
            ),
            (
                CoreAnswer::Accounts { all: 4, locked: 2 },
                "pins_locked",
                Severity::Warning,
            ),
            (
                CoreAnswer::Closed { reopens_at: None },
                "core_closed",
                Severity::Blocking,
            ),
            (
                CoreAnswer::Closed { reopens_at },
                "core_closed_until",
                Severity::Blocking,
            ),
            (CoreAnswer::Unavailable, "core_unavailable", Severity::Blocking),
        ] {
            let facts = Facts {
                core: Some(answer),
                ..fine()
            };
            assert_eq!(codes(&facts), [(code.to_owned(), severity)]);
        }
        let locked = notices(
            &Facts {
                core: Some(CoreAnswer::Accounts { all: 4, locked: 2 }),
                ..fine()
            },
            now(),
        );
        assert!(locked[0].explanation.ja.what.contains("2口座"));
        let closed = notices(
            &Facts {
                core: Some(CoreAnswer::Closed { reopens_at }),
                ..fine()
            },
            now(),
        );
        assert!(closed[0].explanation.ja.remedy.contains("2026年11月21日 0:00"));
        assert!(closed[0].explanation.en.remedy.contains("21 November 2026, 0:00"));
    }

    #[test]
    fn the_gravest_comes_first() {
        let facts = Facts {
            certificate_ends: days(20),
            password_expires: Some(days(3)),
            core: Some(CoreAnswer::Unavailable),
        };
        let order: Vec<String> = codes(&facts).into_iter().map(|(code, _)| code).collect();
        assert_eq!(
            order,
            ["core_unavailable", "password_expiring", "certificate_expiring"]
        );
    }

    #[test]
    fn the_core_is_asked_again_where_its_answer_is_old() {
        let said = |answer| CoreSaid { answer, at: now() };
        let answered = said(CoreAnswer::Accounts { all: 4, locked: 0 });
        let closed = said(CoreAnswer::Closed { reopens_at: None });
        for (said, seconds, holds) in [
            (answered, 0, true),
            (answered, 299, true),
            (answered, 300, false),
            (closed, 4, true),
            (closed, 5, false),
            (said(CoreAnswer::Unavailable), 5, false),
            (said(CoreAnswer::Silent), 59, true),
            (said(CoreAnswer::Silent), 60, false),
        ] {
            let later = now().plus(Duration::from_secs(seconds));
            assert_eq!(said.still_holds(later), holds, "{said:?} after {seconds} s");
        }
        assert!(
            !answered.still_holds(Instant::from_unix_seconds(0)),
            "from a clock that went wrong"
        );
    }
}
