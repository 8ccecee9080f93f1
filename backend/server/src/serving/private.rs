//! The private listener: is the process alive, can it work, and its metrics. Plain HTTP on a private address.
//! Not here: anything that a customer or partner may see.

use crate::services::App;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use axum::routing::get;
use axum::{Json, Router};
use metrics_exporter_prometheus::PrometheusHandle;
use serde_json::json;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

pub(super) async fn serve(
    listener: TcpListener,
    app: App,
    metrics: Option<PrometheusHandle>,
    shutdown: CancellationToken,
) {
    let routes = Router::new()
        .route("/healthz", get(|| async { "ok\n" }))
        .route("/readyz", get(ready))
        .with_state(app)
        .route(
            "/metrics",
            get(move || std::future::ready(render(metrics.as_ref()))),
        );
    let serving = axum::serve(listener, routes).with_graceful_shutdown(shutdown.cancelled_owned());
    if let Err(error) = serving.await {
        tracing::error!(%error, "the private listener failed");
    }
}

/// Ready means that the database answers. A stale revocation list is reported but does not take the node away: its
/// pages still have to say that the fault is ours.
async fn ready(State(app): State<App>) -> impl IntoResponse {
    let database = app.store.ping().await.is_ok();
    let now = app.ambient.now().unix_seconds();
    let stale: Vec<String> = [app.tls.client_judge(), app.tls.partner_judge()]
        .iter()
        .flat_map(|judge| judge.revocation_lists().to_vec())
        .filter(|list| list.next_update.is_none_or(|next| next <= now))
        .map(|list| list.issuer)
        .collect();
    let status = if database {
        StatusCode::OK
    } else {
        StatusCode::SERVICE_UNAVAILABLE
    };
    (
        status,
        Json(json!({"database": database, "stale_revocation_lists": stale})),
    )
}

fn render(metrics: Option<&PrometheusHandle>) -> impl IntoResponse + use<> {
    let text = metrics.map(PrometheusHandle::render).unwrap_or_default();
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4")], text)
}
