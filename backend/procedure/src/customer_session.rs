//! The login to 「連携中のサービス」: certificate, password, then the list. The proofs are the linkage's own.
//! Not here: the list itself, which is read from the store.

use crate::deadline::{Deadline, TimeLimits};
use crate::linkage::ActRefused;
use crate::login::{CertificateJudged, CertificateVerified, Login, PasswordMatch, PasswordVerified};
use crate::time::Instant;
use renkei_shared::problem::ProblemCode;
use serde::{Deserialize, Serialize};

/// A customer's visit to the list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CustomerSession {
    deadline: Deadline,
    certificate_attempts: u32,
    step: CustomerStep,
}

/// Where the visit stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CustomerStep {
    /// Certificate and password.
    Login(Login),
    /// Logged in.
    Linkages(PasswordVerified),
    /// Logged out.
    Ended,
}

impl CustomerSession {
    /// A visit begins.
    pub fn begin(limits: &TimeLimits, now: Instant) -> Self {
        Self {
            deadline: Deadline::begin(limits, now),
            certificate_attempts: 0,
            step: CustomerStep::Login(Login::begin()),
        }
    }

    /// Where it stands.
    pub const fn step(&self) -> &CustomerStep {
        &self.step
    }

    /// Its time limit.
    pub const fn deadline(&self) -> &Deadline {
        &self.deadline
    }

    fn open(&self, now: Instant) -> Result<(), ActRefused> {
        if matches!(self.step, CustomerStep::Ended) || self.deadline.has_passed(now) {
            return Err(ActRefused(ProblemCode::SessionRequired));
        }
        Ok(())
    }

    /// 「電子証明書ログイン」: the number of this try.
    ///
    /// # Errors
    /// [`ActRefused`] at another step, or when the time is up.
    pub fn begin_certificate(&mut self, now: Instant) -> Result<u32, ActRefused> {
        self.open(now)?;
        match self.step {
            CustomerStep::Login(_) => {
                self.certificate_attempts = self.certificate_attempts.saturating_add(1);
                Ok(self.certificate_attempts)
            }
            _ => Err(ActRefused(ProblemCode::StepMismatch)),
        }
    }

    /// The judgement that this browser has collected.
    ///
    /// # Errors
    /// [`ActRefused`] at another step, or when the time is up.
    pub fn certificate_judged(&mut self, judged: CertificateJudged, now: Instant) -> Result<(), ActRefused> {
        self.open(now)?;
        match self.step {
            CustomerStep::Login(_) => {
                self.step = CustomerStep::Login(Login::after_certificate(judged.for_viewing()));
                Ok(())
            }
            _ => Err(ActRefused(ProblemCode::StepMismatch)),
        }
    }

    /// The certificate's proof, where the password is due.
    ///
    /// # Errors
    /// [`ActRefused`] at another step, or when the time is up.
    pub fn expects_password(&self, now: Instant) -> Result<&CertificateVerified, ActRefused> {
        self.open(now)?;
        match &self.step {
            CustomerStep::Login(login) => login.awaiting_password(),
            _ => None,
        }
        .ok_or(ActRefused(ProblemCode::StepMismatch))
    }

    /// The password matched; the full time begins anew.
    ///
    /// # Errors
    /// [`ActRefused`] at another step, or when the time is up.
    pub fn password_matched(
        &mut self,
        matched: PasswordMatch,
        limits: &TimeLimits,
        now: Instant,
    ) -> Result<(), ActRefused> {
        let verified = self.expects_password(now)?.clone();
        self.step = CustomerStep::Linkages(verified.with_password(matched, now));
        self.deadline = Deadline::begin(limits, now);
        Ok(())
    }

    /// The login's proof, where the list may be seen and a permission withdrawn.
    ///
    /// # Errors
    /// [`ActRefused`] before login, or when the time is up.
    pub fn logged_in(&self, now: Instant) -> Result<&PasswordVerified, ActRefused> {
        self.open(now)?;
        match &self.step {
            CustomerStep::Linkages(verified) => Ok(verified),
            _ => Err(ActRefused(ProblemCode::SessionRequired)),
        }
    }

    /// Logs out.
    pub fn end(&mut self) {
        self.step = CustomerStep::Ended;
    }
}
