//! What this server signs for a client: by the algorithm that the client has registered for it, else by the default.
//! Not here: the keys (`crate::signing`), and what is signed.

use crate::services::Services;
use jsonwebtoken::Algorithm;
use renkei_vault::signing_keys::{SignError, SigningAlgorithm, SigningKeys};
use serde::Serialize;
use std::sync::Arc;

/// The keys of this moment, and the algorithm that is due.
pub(crate) struct Signer {
    keys: Arc<SigningKeys>,
    algorithm: SigningAlgorithm,
    now: i64,
}

impl Signer {
    /// For a client that has registered this algorithm, or none.
    ///
    /// # Errors
    /// [`SignError::NoKey`] where no key is active. That a registered one has none is said by [`Signer::sign`].
    pub(crate) fn of(app: &Services, registered: Option<Algorithm>) -> Result<Self, SignError> {
        let now = app.ambient.now().unix_seconds();
        let keys = app.signing.current();
        let wanted = SigningAlgorithm::ALL
            .into_iter()
            .find(|ours| registered == Some(Algorithm::from(*ours)));
        let algorithm = wanted
            .or_else(|| keys.default_algorithm(now))
            .ok_or(SignError::NoKey)?;
        Ok(Self { keys, algorithm, now })
    }

    /// What the signature will be made with.
    pub(crate) fn algorithm(&self) -> Algorithm {
        self.algorithm.into()
    }

    /// The signed JWT.
    pub(crate) fn sign<C: Serialize>(&self, typ: &str, claims: &C) -> Result<String, SignError> {
        self.keys.sign(typ, Some(self.algorithm), claims, self.now)
    }
}
