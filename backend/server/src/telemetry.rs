//! Logs and metrics of the process.
//! Not here: what is logged where, and audit, which is kept in the database.

use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use tracing_subscriber::EnvFilter;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;

/// What is logged where `RENKEI_LOG` does not say otherwise.
const DEFAULT_LEVELS: &str = "info,sqlx=warn,sea_orm=warn,sea_orm_migration=warn";

/// Modules that write whole requests at their deeper levels, tokens and codes included: never deeper than this,
/// whatever `RENKEI_LOG` says.
const CAPPED: [&str; 9] = [
    "h2=info",
    "hyper=info",
    "hyper_util=info",
    "reqwest=info",
    "rustls=info",
    "sqlx=info",
    "sea_orm=info",
    "sea_orm_migration=info",
    "tower_http=info",
];

/// Begins to log to standard error: JSON lines where `RENKEI_LOG_FORMAT=json`, text for people otherwise.
pub(crate) fn start_logging() {
    let wanted = std::env::var("RENKEI_LOG").unwrap_or_else(|_| DEFAULT_LEVELS.to_owned());
    let mut filter = EnvFilter::try_new(&wanted).unwrap_or_else(|_| EnvFilter::new(DEFAULT_LEVELS));
    if wanted.contains("trace") || wanted.contains("debug") {
        for cap in CAPPED.iter().filter_map(|cap| cap.parse().ok()) {
            filter = filter.add_directive(cap);
        }
    }
    let registry = tracing_subscriber::registry().with(filter);
    let layer = tracing_subscriber::fmt::layer().with_writer(std::io::stderr);
    // A second start in one process (tests) keeps the first.
    let _ = if std::env::var("RENKEI_LOG_FORMAT").is_ok_and(|format| format == "json") {
        registry.with(layer.json()).try_init()
    } else {
        registry.with(layer.with_ansi(false)).try_init()
    };
}

/// The recorder of metrics; its text is served at `/metrics`.
pub(crate) fn start_metrics() -> PrometheusHandle {
    let recorder = PrometheusBuilder::new().build_recorder();
    let handle = recorder.handle();
    let _ = metrics::set_global_recorder(recorder);
    handle
}
