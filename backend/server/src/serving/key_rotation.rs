//! Rotation of the signing keys on the server's own schedule, where the operator has set one.
//! Not here: the rotation itself (`signing`), and the operator's command (`cli::keys`).

use crate::audit;
use crate::services::App;
use renkei_procedure::time::Instant;
use std::sync::Arc;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// How often is looked; a rotation is announced a day ahead, so an hour more or less is nothing.
const PAUSE: Duration = Duration::from_hours(1);

/// Looks at the start and every hour.
pub(super) async fn run(app: App, every: Duration, shutdown: CancellationToken) {
    loop {
        rotate_where_due(&app, every).await;
        tokio::select! {
            () = shutdown.cancelled() => return,
            () = tokio::time::sleep(PAUSE) => {}
        }
    }
}

async fn rotate_where_due(app: &App, every: Duration) {
    let now = app.ambient.now();
    if !app.signing.is_rotation_due(every, now) {
        return;
    }
    let rotating = Arc::clone(app);
    let rotated =
        tokio::task::spawn_blocking(move || rotating.signing.rotate(every, now, &rotating.ambient)).await;
    let successors = match rotated {
        Ok(Ok(successors)) => successors,
        Ok(Err(error)) => {
            tracing::error!(error = format!("{error:#}"), "signing keys stay as they are");
            return;
        }
        Err(error) => {
            tracing::error!(%error, "the rotation of signing keys failed");
            return;
        }
    };
    for successor in successors {
        let algorithm = successor.algorithm.name();
        let sign_from = Instant::from_unix_seconds(successor.sign_from).to_japan_rfc3339();
        tracing::info!(
            algorithm,
            kid = successor.kid,
            sign_from,
            "a signing key was rotated"
        );
        let event = audit::event("signing_key_rotated", now)
            .detail("algorithm", algorithm)
            .detail("kid", successor.kid)
            .detail("sign_from", sign_from)
            .detail("replaces", successor.replaces);
        audit::append_if_possible(app, event).await;
    }
}
