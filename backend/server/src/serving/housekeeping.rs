//! Forgetting what has run out, in small batches, so that tables grow with living grants and not with traffic.
//! Not here: what has run out (`renkei_store`).

use crate::services::App;
use renkei_procedure::time::Instant;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

const PAUSE: Duration = Duration::from_secs(60);
/// Rows that go at once; the writer is free again after each batch.
const BATCH: u64 = 200;
/// What has run out is remembered this long: a code's replay could do harm for as long, and an act be repeated.
const REMEMBERED: Duration = Duration::from_hours(24);

pub(super) async fn run(app: App, shutdown: CancellationToken) {
    loop {
        tokio::select! {
            () = shutdown.cancelled() => return,
            () = tokio::time::sleep(PAUSE) => {}
        }
        let now = app.ambient.now();
        let before = earlier(now, REMEMBERED);
        let retention = Duration::from_hours(24 * app.config.oauth.grant_retention_days);
        let grants_before = earlier(now, retention.max(REMEMBERED));
        loop {
            let housekeeping = app.store.housekeeping();
            match housekeeping
                .delete_expired(before, Some(grants_before), BATCH)
                .await
            {
                Ok(0) => break,
                Ok(rows) => tracing::debug!(rows, "forgot what has run out"),
                Err(error) => {
                    tracing::warn!(%error, "housekeeping failed");
                    break;
                }
            }
            if shutdown.is_cancelled() {
                return;
            }
        }
    }
}

fn earlier(now: Instant, by: Duration) -> Instant {
    let by = i64::try_from(by.as_micros()).unwrap_or(i64::MAX);
    Instant::from_unix_micros(now.unix_micros().saturating_sub(by))
}
