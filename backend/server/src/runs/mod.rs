//! What linkages and customer sessions have in common: a run is opened by its cookie, and moved on act by act, each
//! act once. Not here: what the acts do (`linkage`, `customers`), and how runs are kept (`renkei-store`).

mod act_id;
mod cookie;
mod one_time;
mod turn;

pub(crate) use act_id::ActId;
pub(crate) use cookie::{Key, Presented, RunState, issue};
pub(crate) use one_time::OneTimeValues;
pub(crate) use turn::{AnsweredRequest, Claim, Moved, StoredOutcome, Turn, TurnEnd};
