//! The acts: each takes the step that it needs, or refuses and changes nothing.
//! Not here: who may act (the cookie), in which version (the store), and what the core says (`renkei-bank`).

use super::{BusinessPolicy, BusinessesChosen, Linkage, Step};
use crate::accounts::{Accounts, PinOutcome};
use crate::deadline::TimeLimits;
use crate::identity::AccountId;
use crate::login::{CertificateJudged, CertificateVerified, Login, PasswordMatch, PasswordVerified};
use crate::permission::{Kept, PermissionPeriod, Permitted, first_day};
use crate::time::{Instant, JapanDate};
use renkei_shared::linkage::EndReason;
use renkei_shared::problem::ProblemCode;
use renkei_shared::vocabulary::Business;
use std::collections::BTreeSet;
use std::time::Duration;

/// An act was refused; the linkage is as it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("refused: {}", .0.as_str())]
pub struct ActRefused(pub ProblemCode);

const WRONG_STEP: ActRefused = ActRefused(ProblemCode::StepMismatch);

/// Rows whose PINs may be checked with the core: at least one, each once, each of this user and unregistered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PinSelection {
    accounts: BTreeSet<AccountId>,
}

impl PinSelection {
    /// The rows.
    pub const fn accounts(&self) -> &BTreeSet<AccountId> {
        &self.accounts
    }
}

/// Why a customer who has logged in cannot give what the request is after. The linkage ends with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unserved {
    /// The request names another customer (OpenID Connect Core 1.0, 5.5.1).
    OtherCustomer,
    /// The permission to be continued is another customer's (Grant Management for OAuth 2.0).
    GrantOfAnother,
    /// The permission to be continued has ended meanwhile.
    GrantEnded,
}

impl Unserved {
    const fn reason(self) -> EndReason {
        match self {
            Self::OtherCustomer => EndReason::OtherCustomer,
            Self::GrantOfAnother => EndReason::GrantOfAnother,
            Self::GrantEnded => EndReason::GrantEnded,
        }
    }
}

/// Which authorization code hands the result back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HandOver {
    /// Counts the codes of this linkage, from 1.
    pub code_number: u32,
    /// When this code was issued.
    pub code_issued_at: Instant,
}

impl Linkage {
    fn open(&self, now: Instant) -> Result<(), ActRefused> {
        match self.end(now) {
            None => Ok(()),
            Some(EndReason::TimedOut) => Err(ActRefused(ProblemCode::DeadlinePassed)),
            Some(_) => Err(ActRefused(ProblemCode::LinkageEnded)),
        }
    }

    /// 「電子証明書ログイン」: the number of this try, from 1. A certificate may be chosen again until the password
    /// has been accepted.
    ///
    /// # Errors
    /// At another step, or when the linkage is over.
    pub fn begin_certificate(&mut self, now: Instant) -> Result<u32, ActRefused> {
        self.open(now)?;
        let Step::Login(_) = self.step else {
            return Err(WRONG_STEP);
        };
        self.certificate_attempts = self.certificate_attempts.saturating_add(1);
        Ok(self.certificate_attempts)
    }

    /// The judgement that the browser with this linkage's cookie has collected.
    ///
    /// # Errors
    /// At another step, or when the linkage is over. A refused certificate is no error here: the page explains it.
    pub fn certificate_judged(&mut self, judged: CertificateJudged, now: Instant) -> Result<(), ActRefused> {
        self.open(now)?;
        let Step::Login(_) = self.step else {
            return Err(WRONG_STEP);
        };
        self.step = Step::Login(Login::after_certificate(judged.for_linking()));
        Ok(())
    }

    /// The certificate's proof, where the password is due.
    ///
    /// # Errors
    /// At another step, or when the linkage is over.
    pub fn expects_password(&self, now: Instant) -> Result<&CertificateVerified, ActRefused> {
        self.open(now)?;
        match &self.step {
            Step::Login(login) => login.awaiting_password().ok_or(WRONG_STEP),
            _ => Err(WRONG_STEP),
        }
    }

    /// 「API連携」 with the right password. The linkage ends here where it cannot come to anything: for the reason given,
    /// or because none of the accounts that the request names is this customer's.
    ///
    /// # Errors
    /// At another step, or when the linkage is over.
    pub fn password_matched(
        &mut self,
        matched: PasswordMatch,
        served: Result<(), Unserved>,
        accounts: &Accounts,
        now: Instant,
    ) -> Result<(), ActRefused> {
        let login = self.expects_password(now)?.clone().with_password(matched, now);
        let eligible = self.eligible(accounts);
        self.step = match (served, self.terms.policy) {
            (Err(why), _) => Step::Ended(why.reason()),
            _ if self.terms.accounts.is_some() && eligible.all().is_empty() => {
                Step::Ended(EndReason::NoAccountOffered)
            }
            (Ok(()), BusinessPolicy::Choose) => Step::BusinessSelection(login),
            (Ok(()), BusinessPolicy::Fixed) => {
                after_businesses(login, self.terms.businesses.clone(), &eligible)
            }
        };
        Ok(())
    }

    /// Ends the linkage at the permission page, where something has happened since the login.
    ///
    /// # Errors
    /// At another step, or when the linkage is over.
    pub fn give_up(&mut self, why: Unserved, now: Instant) -> Result<(), ActRefused> {
        self.open(now)?;
        let Step::Permission { .. } = self.step else {
            return Err(WRONG_STEP);
        };
        self.step = Step::Ended(why.reason());
        Ok(())
    }

    /// 手順2 「次へ」.
    ///
    /// # Errors
    /// Nothing chosen, something chosen that was not offered, another step, or the linkage is over.
    pub fn choose_businesses(
        &mut self,
        chosen: BTreeSet<Business>,
        accounts: &Accounts,
        now: Instant,
    ) -> Result<(), ActRefused> {
        self.open(now)?;
        let Step::BusinessSelection(login) = &self.step else {
            return Err(WRONG_STEP);
        };
        if chosen.is_empty() {
            return Err(ActRefused(ProblemCode::BusinessRequired));
        }
        if !chosen.is_subset(&self.terms.businesses) {
            return Err(ActRefused(ProblemCode::BusinessNotOffered));
        }
        self.step = after_businesses(login.clone(), chosen, &self.eligible(accounts));
        Ok(())
    }

    /// 手順3 「登録」, before the core is asked: which rows may be sent.
    ///
    /// # Errors
    /// Nothing ticked, a row twice, a row that is not the user's or is registered, another step, or the linkage is
    /// over.
    pub fn select_rows(
        &self,
        rows: &[AccountId],
        accounts: &Accounts,
        now: Instant,
    ) -> Result<PinSelection, ActRefused> {
        self.open(now)?;
        let Step::PinRegistration(_) = self.step else {
            return Err(WRONG_STEP);
        };
        if rows.is_empty() {
            return Err(ActRefused(ProblemCode::AccountRequired));
        }
        let selected: BTreeSet<AccountId> = rows.iter().copied().collect();
        let eligible = self.eligible(accounts);
        if selected.len() != rows.len() || !rows.iter().all(|row| eligible.is_open_for_registration(*row)) {
            return Err(ActRefused(ProblemCode::AccountNotSelectable));
        }
        Ok(PinSelection { accounts: selected })
    }

    /// 手順3 「登録」, after the core was asked: each row on its own; one wrong PIN never undoes the others. The time
    /// limit does not count here: what the core has accepted in time stays registered.
    ///
    /// # Errors
    /// At another step.
    pub fn pins_checked(
        &mut self,
        selection: &PinSelection,
        outcomes: impl IntoIterator<Item = (AccountId, PinOutcome)>,
    ) -> Result<(), ActRefused> {
        let Step::PinRegistration(chosen) = &self.step else {
            return Err(WRONG_STEP);
        };
        let mut chosen = chosen.clone();
        chosen.outcomes.extend(
            outcomes
                .into_iter()
                .filter(|(account, _)| selection.accounts.contains(account)),
        );
        self.step = Step::PinResult(chosen);
        Ok(())
    }

    /// The time for which the core kept the customer waiting does not count.
    pub fn give_back(&mut self, limits: &TimeLimits, waited: Duration) {
        self.deadline.give_back(limits, waited);
    }

    /// 手順4 「確定」, and 手順3 「登録せずに次へ」.
    ///
    /// # Errors
    /// No account is registered at all, another step, or the linkage is over.
    pub fn confirm(&mut self, accounts: &Accounts, now: Instant) -> Result<(), ActRefused> {
        self.open(now)?;
        let (Step::PinRegistration(chosen) | Step::PinResult(chosen)) = &self.step else {
            return Err(WRONG_STEP);
        };
        if !self.eligible(accounts).any_registered() {
            return Err(ActRefused(ProblemCode::NoAccountRegistered));
        }
        self.step = Step::Permission {
            chosen: chosen.clone(),
            pins_shown: true,
        };
        Ok(())
    }

    /// 手順4 「照会用暗証番号の追加登録」; from 手順5 too, where the core may meanwhile have refused every PIN on file.
    ///
    /// # Errors
    /// Nothing is left to register, another step, or the linkage is over.
    pub fn add_more(&mut self, accounts: &Accounts, now: Instant) -> Result<(), ActRefused> {
        self.open(now)?;
        let (Step::PinResult(chosen) | Step::Permission { chosen, .. }) = &self.step else {
            return Err(WRONG_STEP);
        };
        if !self.eligible(accounts).any_unregistered() {
            return Err(WRONG_STEP);
        }
        self.step = Step::PinRegistration(chosen.clone());
        Ok(())
    }

    /// 手順5 「許可」. What is kept of an earlier permission comes in addition, and needs no choice.
    ///
    /// # Errors
    /// The intent is not confirmed, no account is left, an account that is not registered or that the request does not
    /// name, a last day that is not the one `shown`, another step, or the linkage is over.
    pub fn permit(
        &mut self,
        selected: &[AccountId],
        intent: bool,
        accounts: &Accounts,
        kept: Option<&Kept>,
        shown: Option<JapanDate>,
        now: Instant,
    ) -> Result<Permitted, ActRefused> {
        self.open(now)?;
        let Step::Permission { chosen, pins_shown } = &self.step else {
            return Err(WRONG_STEP);
        };
        if !intent {
            return Err(ActRefused(ProblemCode::IntentRequired));
        }
        // At midnight the period of a page that still stands grows by a day; the customer has not agreed to that.
        let period = PermissionPeriod::from(now);
        if shown.is_some_and(|shown| shown != period.last_day()) {
            return Err(ActRefused(ProblemCode::PermissionPeriodChanged));
        }
        let from_date = first_day(self.terms.from_date, kept);
        let kept = kept.cloned().unwrap_or_default();
        if selected.is_empty() && kept.accounts.is_empty() {
            return Err(ActRefused(ProblemCode::AccountRequired));
        }
        let distinct: BTreeSet<AccountId> = selected.iter().copied().collect();
        let eligible = self.eligible(accounts);
        if distinct.len() != selected.len()
            || !selected.iter().all(|account| eligible.is_registered(*account))
        {
            return Err(ActRefused(ProblemCode::AccountNotSelectable));
        }
        let permitted = Permitted {
            user: chosen.login.user(),
            businesses: chosen.businesses.union(&kept.businesses).copied().collect(),
            accounts: distinct.union(&kept.accounts).copied().collect(),
            period,
            from_date,
            logged_in_at: chosen.login.at(),
        };
        self.step = Step::Returning {
            permitted: permitted.clone(),
            code_number: 1,
            code_issued_at: now,
            pins_shown: *pins_shown,
        };
        Ok(permitted)
    }

    /// Hands the result back: the same code while it lives, the next one if it died unredeemed. Where the partner
    /// has redeemed a code, the linkage is complete.
    ///
    /// # Errors
    /// At another step, or when the linkage is over.
    pub fn hand_over(
        &mut self,
        redeemed: bool,
        code_lifetime: Duration,
        now: Instant,
    ) -> Result<HandOver, ActRefused> {
        self.open(now)?;
        let Step::Returning {
            code_number,
            code_issued_at,
            ..
        } = &mut self.step
        else {
            return Err(WRONG_STEP);
        };
        if redeemed {
            return Err(ActRefused(ProblemCode::LinkageEnded));
        }
        if now >= code_issued_at.plus(code_lifetime) {
            *code_number = code_number.saturating_add(1);
            *code_issued_at = now;
        }
        Ok(HandOver {
            code_number: *code_number,
            code_issued_at: *code_issued_at,
        })
    }

    /// 「API連携をキャンセル」, possible until the permission is given.
    ///
    /// # Errors
    /// After the permission, or when the linkage is over.
    pub fn cancel(&mut self, now: Instant) -> Result<(), ActRefused> {
        self.open(now)?;
        if let Step::Returning { .. } = self.step {
            return Err(WRONG_STEP);
        }
        self.step = Step::Ended(EndReason::Cancelled);
        Ok(())
    }

    /// Gives the full time again.
    ///
    /// # Errors
    /// At the overall limit, or when the linkage is over.
    pub fn extend(&mut self, limits: &TimeLimits, now: Instant) -> Result<(), ActRefused> {
        self.open(now)?;
        self.deadline
            .extend(limits, now)
            .map_err(|_| ActRefused(ProblemCode::ExtensionExhausted))
    }
}

/// 手順3 is skipped when every account is registered.
fn after_businesses(login: PasswordVerified, businesses: BTreeSet<Business>, accounts: &Accounts) -> Step {
    let chosen = BusinessesChosen {
        login,
        businesses,
        outcomes: std::collections::BTreeMap::new(),
    };
    if accounts.any_registered() && !accounts.any_unregistered() {
        Step::Permission {
            chosen,
            pins_shown: false,
        }
    } else {
        Step::PinRegistration(chosen)
    }
}
