//! The only door to what is not a function of its input: the clock and the source of randomness.
//! Not here: anything else; rules are given the values that come out of here.

use aws_lc_rs::rand::{SecureRandom, SystemRandom};
use renkei_procedure::time::Instant;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

/// Clock and randomness, handed to whoever needs them.
#[derive(Clone)]
pub(crate) struct Ambient {
    clock: Arc<dyn Fn() -> Instant + Send + Sync>,
    rng: SystemRandom,
}

/// The operating system's source of randomness failed.
#[derive(Debug, Clone, Copy, thiserror::Error)]
#[error("the source of randomness failed")]
pub(crate) struct RandomnessFailed;

impl Ambient {
    /// The system's clock and randomness.
    pub(crate) fn system() -> Self {
        Self {
            clock: Arc::new(system_now),
            rng: SystemRandom::new(),
        }
    }

    /// A clock of the caller's, and the system's randomness.
    #[cfg(feature = "testing")]
    pub(crate) fn with_clock(clock: Arc<dyn Fn() -> Instant + Send + Sync>) -> Self {
        Self {
            clock,
            rng: SystemRandom::new(),
        }
    }

    /// Now.
    pub(crate) fn now(&self) -> Instant {
        (self.clock)()
    }

    /// The clock itself, for the core adapters.
    pub(crate) fn clock(&self) -> Arc<dyn Fn() -> Instant + Send + Sync> {
        Arc::clone(&self.clock)
    }

    /// The source of randomness, for the vault.
    pub(crate) fn rng(&self) -> &dyn SecureRandom {
        &self.rng
    }

    /// Random bytes.
    pub(crate) fn random<const N: usize>(&self) -> Result<[u8; N], RandomnessFailed> {
        let mut bytes = [0; N];
        self.rng.fill(&mut bytes).map_err(|_| RandomnessFailed)?;
        Ok(bytes)
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "the one place that reads the system's clock"
)]
fn system_now() -> Instant {
    let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Instant::from_unix_micros(i64::try_from(since_epoch.as_micros()).unwrap_or(i64::MAX))
}
