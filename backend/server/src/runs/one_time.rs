//! The one-time values of a run: cookies, tries at the certificate listener, authorization codes. They are derived under
//! the vault's key that the run began with, so that a new active key does not part an answer from its repetition.
//! Not here: for how long a value holds, and how cookies are set (`cookie`).

use super::Key;
use crate::services::Services;
use crate::web::problem::Problem;
use renkei_shared::problem::ProblemCode;
use renkei_store::{CookieMark, RunRecord, Sha256Digest};
use renkei_vault::derived::{OneTimeValue, Purpose};
use renkei_vault::keyring::{KeyId, Vault};

/// A run's one-time values. It is made only where the vault has the run's key.
pub(crate) struct OneTimeValues<'a> {
    vault: &'a Vault,
    key: Key,
    key_id: KeyId,
}

impl<'a> OneTimeValues<'a> {
    /// Of a run that begins now, under the active key.
    pub(crate) fn begin(app: &'a Services, key: Key) -> Self {
        Self {
            vault: &app.vault,
            key,
            key_id: app.vault.active_key().clone(),
        }
    }

    /// Of a run that is kept. Nothing where the vault no longer has its key: then its cookie opens it no more.
    pub(crate) fn of(app: &'a Services, key: Key, record: &RunRecord) -> Option<Self> {
        let key_id = match &record.key_id {
            Some(text) => text.parse().ok()?,
            None => app.vault.active_key().clone(),
        };
        let values = Self {
            vault: &app.vault,
            key,
            key_id,
        };
        values.cookie(record.cookie.counter).is_ok().then_some(values)
    }

    /// Whose they are.
    pub(crate) const fn key(&self) -> Key {
        self.key
    }

    /// The key's name, to be kept with the run.
    pub(crate) fn key_id(&self) -> String {
        self.key_id.as_str().to_owned()
    }

    /// The value of the cookie of this counter.
    pub(super) fn cookie(&self, counter: u64) -> Result<OneTimeValue, Problem> {
        self.derive(self.key.cookie_purpose(), &counter.to_be_bytes())
    }

    /// The mark by which the store knows the cookie of this counter.
    pub(crate) fn mark(&self, counter: u64) -> Result<CookieMark, Problem> {
        Ok(CookieMark {
            counter,
            hash: Sha256Digest::new(self.cookie(counter)?.fingerprint()),
        })
    }

    /// What names the try of this number at the certificate listener.
    pub(crate) fn certificate_attempt(&self, number: u32) -> Result<OneTimeValue, Problem> {
        self.derive(Purpose::CertificateAttempt, &number.to_be_bytes())
    }

    /// The authorization code of this number, of a linkage.
    pub(crate) fn code(&self, number: u32) -> Result<OneTimeValue, Problem> {
        self.derive(Purpose::AuthorizationCode, &number.to_be_bytes())
    }

    fn derive(&self, purpose: Purpose, part: &[u8]) -> Result<OneTimeValue, Problem> {
        self.vault
            .derive_under(&self.key_id, purpose, &[self.key.bytes(), part])
            .map_err(|error| {
                tracing::error!(%error, "a run's key is gone");
                ProblemCode::InternalError.into()
            })
    }
}
