//! Forgetting what has run out, in small batches, so that tables grow with living grants and not with traffic.
//! Not here: what has run out (`renkei_store`).

use crate::services::Services;
use renkei_procedure::time::Instant;
use renkei_store::{Forgettable, ForgottenKind, StoreError};
use std::sync::Arc;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

const PAUSE: Duration = Duration::from_secs(60);
/// Rows of a kind that go at once; the writer is free again after each batch.
const BATCH: u64 = 200;
/// What has run out is remembered this long: an act could be repeated for as long.
const REMEMBERED: Duration = Duration::from_hours(24);

pub(super) async fn run(app: Arc<Services>, shutdown: CancellationToken) {
    loop {
        tokio::select! {
            () = shutdown.cancelled() => return,
            () = tokio::time::sleep(PAUSE) => {}
        }
        sweep(&app, &shutdown).await;
    }
}

/// Deletes what has run out by now, batch after batch.
pub(crate) async fn sweep(app: &Services, shutdown: &CancellationToken) {
    let now = app.ambient.now();
    let retention = days(app.config.oauth.grant_retention_days);
    let what = Forgettable {
        spent: now,
        remembered: earlier(now, REMEMBERED),
        grants: Some(earlier(now, retention.max(REMEMBERED))),
        audit: Some(earlier(
            now,
            days(app.config.audit.retention_days).max(REMEMBERED),
        )),
    };
    for kind in ForgottenKind::ALL {
        if let Err(error) = forget(app, kind, &what, shutdown).await {
            tracing::warn!(?kind, %error, "housekeeping failed");
        }
    }
}

/// The writer is given back after each batch, and whoever waits for it has it first (its queue is fair).
async fn forget(
    app: &Services,
    kind: ForgottenKind,
    what: &Forgettable,
    shutdown: &CancellationToken,
) -> Result<(), StoreError> {
    let mut forgotten = 0;
    while !shutdown.is_cancelled() {
        match app.store.housekeeping().delete_expired(kind, what, BATCH).await? {
            0 => break,
            rows => forgotten += rows,
        }
    }
    if forgotten > 0 {
        tracing::debug!(?kind, rows = forgotten, "forgot what has run out");
    }
    Ok(())
}

const fn days(number: u32) -> Duration {
    Duration::from_hours(24).saturating_mul(number)
}

fn earlier(now: Instant, by: Duration) -> Instant {
    let by = i64::try_from(by.as_micros()).unwrap_or(i64::MAX);
    Instant::from_unix_micros(now.unix_micros().saturating_sub(by))
}
