//! The cookie that binds a run to one browser. Its value is derived from the run's id and a counter, and only its
//! hash is stored; the counter goes up when the value must change (after login, at the end).
//! Not here: cookie syntax (`web::cookies`), and the derivation (`one_time`).

use super::OneTimeValues;
use crate::services::Services;
use crate::web::cookies;
use crate::web::problem::Problem;
use axum::http::{HeaderMap, HeaderValue};
use renkei_procedure::identity::{CustomerSessionId, LinkageId, UserId};
use renkei_procedure::time::Instant;
use renkei_store::{RunId, RunRecord, Sha256Digest};
use renkei_vault::derived::{Purpose, fingerprint};
use serde::Serialize;
use serde::de::DeserializeOwned;

/// What a run keeps as its state.
pub(crate) trait RunState: Serialize + DeserializeOwned + Send + Sync {
    /// When its time is up.
    fn expires_at(&self) -> Instant;
    /// Who has logged in, for audit.
    fn user(&self) -> Option<UserId>;
    /// Whether it is over for good.
    fn is_over(&self) -> bool;
}

/// A run's id with what its cookie is called and derived for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Key {
    Linkage(LinkageId),
    CustomerSession(CustomerSessionId),
}

/// Which cookie a request bore.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Presented {
    /// The one that is in force.
    Current,
    /// The one before it: good for nothing but repeating the very act that changed it, whose answer was lost.
    Previous,
}

const CUSTOMER_COOKIE: &str = "__Host-renkei-customer";

impl Key {
    pub(crate) const fn run(self) -> RunId {
        match self {
            Self::Linkage(id) => RunId::Linkage(id),
            Self::CustomerSession(id) => RunId::CustomerSession(id),
        }
    }

    /// The id as bytes, from which one-time values are derived.
    pub(crate) const fn bytes(&self) -> &[u8; 16] {
        match self {
            Self::Linkage(id) => id.as_bytes(),
            Self::CustomerSession(id) => id.as_bytes(),
        }
    }

    /// What its cookie's value is derived for.
    pub(super) const fn cookie_purpose(self) -> Purpose {
        match self {
            Self::Linkage(_) => Purpose::LinkageCookie,
            Self::CustomerSession(_) => Purpose::CustomerCookie,
        }
    }

    fn name(self) -> String {
        match self {
            Self::Linkage(id) => format!("__Host-renkei-linkage-{id}"),
            Self::CustomerSession(_) => CUSTOMER_COOKIE.to_owned(),
        }
    }

    /// The customer session that the request's cookie names; there is one in a browser.
    pub(crate) fn customer_session(headers: &HeaderMap) -> Option<Self> {
        let (id, _) = cookies::read(headers, CUSTOMER_COOKIE)?.split_once('.')?;
        id.parse().ok().map(Self::CustomerSession)
    }

    fn token(self, headers: &HeaderMap) -> Option<&str> {
        let value = cookies::read(headers, &self.name())?;
        match self {
            Self::Linkage(_) => Some(value),
            Self::CustomerSession(_) => value.split_once('.').map(|(_, token)| token),
        }
    }

    /// Whether the request bears a cookie of this run.
    pub(crate) fn presented(
        self,
        app: &Services,
        headers: &HeaderMap,
        record: &RunRecord,
    ) -> Option<Presented> {
        let shown = Sha256Digest::new(fingerprint(self.token(headers)?));
        // Hashes of 256 random bits are compared: how long that takes tells nothing about the bits.
        if shown == record.cookie.hash {
            return Some(Presented::Current);
        }
        let previous = record.cookie.counter.checked_sub(1)?;
        let values = OneTimeValues::of(app, self, record)?;
        (shown == values.mark(previous).ok()?.hash).then_some(Presented::Previous)
    }

    /// `Set-Cookie` that removes the cookie.
    pub(crate) fn clear(self) -> Option<HeaderValue> {
        cookies::clear(&self.name())
    }
}

/// `Set-Cookie` with the value of this counter.
pub(crate) fn issue(values: &OneTimeValues<'_>, counter: u64) -> Result<Option<HeaderValue>, Problem> {
    let (key, token) = (values.key(), values.cookie(counter)?);
    Ok(match key {
        Key::Linkage(_) => cookies::set(&key.name(), token.expose()),
        Key::CustomerSession(id) => cookies::set(&key.name(), &format!("{id}.{}", token.expose())),
    })
}
