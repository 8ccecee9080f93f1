//! What every door of HTTP has in common: problem documents, JSON bodies, guards, headers, the page's files.
//! Not here: any route with a meaning of its own.

pub(crate) mod cookies;
pub(crate) mod embedded;
pub(crate) mod error_page;
pub(crate) mod form_post;
pub(crate) mod guard;
pub(crate) mod headers;
pub(crate) mod json;
pub(crate) mod media_type;
pub(crate) mod page;
pub(crate) mod problem;
mod request_id;
pub(crate) mod request_log;
pub(crate) mod segment;
pub(crate) mod spa;
pub(crate) mod stray;
