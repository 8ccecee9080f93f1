//! A clock that stands still until a test moves it.
//! Not here: the server's own clock (`ambient`).

use crate::ambient::Ambient;
use renkei_procedure::time::Instant;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

/// 2026-11-20 10:00 in Japan, a Friday.
const BEGIN: i64 = 1_795_136_400_000_000;

/// The clock of a test; clones are the same clock.
#[derive(Debug, Clone)]
pub struct TestClock(Arc<AtomicI64>);

impl Default for TestClock {
    /// It begins at 10:00 Japan time on Friday 2026-11-20.
    fn default() -> Self {
        Self(Arc::new(AtomicI64::new(BEGIN)))
    }
}

impl TestClock {
    /// What it shows.
    pub fn now(&self) -> Instant {
        Instant::from_unix_micros(self.0.load(Ordering::SeqCst))
    }

    /// Moves it on.
    pub fn advance(&self, duration: Duration) {
        self.set(self.now().plus(duration));
    }

    /// Sets it, backwards too.
    pub fn set(&self, now: Instant) {
        self.0.store(now.unix_micros(), Ordering::SeqCst);
    }

    pub(super) fn reader(&self) -> Arc<dyn Fn() -> Instant + Send + Sync> {
        let clock = self.clone();
        Arc::new(move || clock.now())
    }
}

/// What the system's clock shows, for tests with a server in a process of its own.
pub fn system_now() -> Instant {
    Ambient::system().now()
}
