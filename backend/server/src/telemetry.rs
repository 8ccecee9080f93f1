//! Logs and metrics of the process.
//! Not here: what is logged where, and audit, which is kept in the database.

use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use tracing::{Level, Metadata};
use tracing_subscriber::EnvFilter;
use tracing_subscriber::filter::filter_fn;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;

/// What is logged where `RENKEI_LOG` does not say otherwise.
const DEFAULT_LEVELS: &str = "info,sqlx=warn,sea_orm=warn,sea_orm_migration=warn";

/// Libraries that write what passes through them at their deeper levels: never deeper than INFO, whatever `RENKEI_LOG`
/// says.
const CAPPED: [&str; 9] = [
    // Each frame with its header fields: cookies, `Authorization`, paths with codes in the query.
    "h2",
    // What h2 is for HTTP/2: messages as they are read and written, and what was wrong with them.
    "hyper",
    // The connections of the gateway's client, by the address that they are pooled under.
    "hyper_util",
    // Each byte read and written, PINs to the gateway included, where a client is made verbose.
    "reqwest",
    // Handshakes in full: the one-time host of a certificate attempt, session tickets, certificates.
    "rustls",
    // Statements, and the configuration of connections.
    "sqlx",
    // Statements with their values: whatever is looked up or stored.
    "sea_orm",
    // As sea_orm.
    "sea_orm_migration",
    // Each request's URI with its query.
    "tower_http",
];

/// Begins to log to standard error: JSON lines where `RENKEI_LOG_FORMAT=json`, text for people otherwise.
pub(crate) fn start_logging() {
    let wanted = std::env::var("RENKEI_LOG").unwrap_or_else(|_| DEFAULT_LEVELS.to_owned());
    let filter = EnvFilter::try_new(&wanted).unwrap_or_else(|_| EnvFilter::new(DEFAULT_LEVELS));
    let registry = tracing_subscriber::registry()
        .with(filter)
        .with(filter_fn(may_be_logged));
    let layer = tracing_subscriber::fmt::layer().with_writer(std::io::stderr);
    // A second start in one process (tests) keeps the first.
    let _ = if std::env::var("RENKEI_LOG_FORMAT").is_ok_and(|format| format == "json") {
        registry.with(layer.json()).try_init()
    } else {
        registry.with(layer.with_ansi(false)).try_init()
    };
}

/// A filter of its own, which no directive of the other can outweigh.
fn may_be_logged(metadata: &Metadata<'_>) -> bool {
    let library = metadata.target().split("::").next().unwrap_or_default();
    *metadata.level() <= Level::INFO || !CAPPED.contains(&library)
}

/// The recorder of metrics; its text is served at `/metrics`.
pub(crate) fn start_metrics() -> PrometheusHandle {
    let recorder = PrometheusBuilder::new().build_recorder();
    let handle = recorder.handle();
    let _ = metrics::set_global_recorder(recorder);
    handle
}
