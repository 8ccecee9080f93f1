//! The id of the request that a task answers, for whoever must name it.
//! Not here: making the id, and logging (`request_log`).

tokio::task_local! {
    static CURRENT: String;
}

/// Answers a request under its id.
pub(super) async fn during<T>(id: String, answering: impl Future<Output = T>) -> T {
    CURRENT.scope(id, answering).await
}

/// The id of the request under way.
pub(super) fn current() -> Option<String> {
    CURRENT.try_with(Clone::clone).ok()
}
