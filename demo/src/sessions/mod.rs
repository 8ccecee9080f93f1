//! Who is at the browser, and what was linked there.
//! Not here: OAuth; a session only keeps what linking hands it.

mod cookie;
mod store;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

pub use self::cookie::SessionId;
pub use self::store::{OpenSession, Sessions};
use crate::linking::{Link, PendingLink};

/// At most so many runs are remembered at once, the newest ones.
const MAX_PENDING: usize = 5;

/// The content of a session.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct SessionState {
    pending: Vec<PendingLink>,
    links: BTreeMap<String, Link>,
    notice: Option<Notice>,
}

/// Something to say once on the next page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Notice {
    /// 連携が完了しました.
    Linked,
    /// 連携はキャンセルされました.
    Cancelled,
    /// 連携を解除しました.
    Unlinked,
    /// 連携が終了しています.
    Ended,
    /// The bank ended the run with this error code.
    Failed(String),
}

impl SessionState {
    /// Remembers a run at the bank.
    pub fn begin(&mut self, pending: PendingLink, now: OffsetDateTime) {
        self.pending.retain(|known| !known.is_stale(now));
        if self.pending.len() >= MAX_PENDING {
            self.pending.remove(0);
        }
        self.pending.push(pending);
    }

    /// Takes out the run that an answer belongs to: each is answered once.
    pub fn take_pending(&mut self, state: &str, now: OffsetDateTime) -> Option<PendingLink> {
        let at = self.pending.iter().position(|pending| pending.has_state(state))?;
        Some(self.pending.remove(at)).filter(|pending| !pending.is_stale(now))
    }

    /// The link of a registration.
    pub fn link(&self, client_id: &str) -> Option<&Link> {
        self.links.get(client_id)
    }

    /// Keeps a new or renewed link.
    pub fn keep(&mut self, client_id: &str, link: Link) {
        self.links.insert(client_id.to_owned(), link);
    }

    /// Forgets a link and its tokens.
    pub fn forget(&mut self, client_id: &str) {
        self.links.remove(client_id);
    }

    /// Leaves a notice for the next page.
    pub fn notify(&mut self, notice: Notice) {
        self.notice = Some(notice);
    }

    /// Takes the notice.
    pub fn take_notice(&mut self) -> Option<Notice> {
        self.notice.take()
    }

    fn is_empty(&self) -> bool {
        self.pending.is_empty() && self.links.is_empty() && self.notice.is_none()
    }
}
