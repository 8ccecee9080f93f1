//! Forgetting what has run out, in small batches, so that tables grow with living grants and not with traffic.
//! Not here: what has run out (`renkei_store`).

use crate::services::App;
use renkei_procedure::time::Instant;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

const PAUSE: Duration = Duration::from_secs(60);
/// Rows that go at once; the writer is free again after each batch.
const BATCH: u64 = 200;
/// What has run out is remembered this long: an act could be repeated for as long.
const REMEMBERED: Duration = Duration::from_hours(24);

pub(super) async fn run(app: App, shutdown: CancellationToken) {
    loop {
        tokio::select! {
            () = shutdown.cancelled() => return,
            () = tokio::time::sleep(PAUSE) => {}
        }
        let before = Instant::from_unix_micros(
            app.ambient
                .now()
                .unix_micros()
                .saturating_sub(i64::try_from(REMEMBERED.as_micros()).unwrap_or(0)),
        );
        loop {
            match app.store.housekeeping().delete_expired(before, BATCH).await {
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
