//! `（n/m）`: which page of how many, counted here because pages are conditional.
//! Not here: titles.

use super::{BusinessPolicy, Linkage, Step};
use crate::login::Login;
use renkei_shared::linkage::Progress;

/// Counts the pages of this linkage as far as they are known: until the accounts are known, the pages of PIN
/// registration count as coming.
pub fn progress(linkage: &Linkage) -> Progress {
    let selection = u8::from(linkage.terms().policy == BusinessPolicy::Choose);
    let pins_shown = match linkage.step() {
        Step::Permission { pins_shown, .. } | Step::Returning { pins_shown, .. } => *pins_shown,
        _ => true,
    };
    let pins = if pins_shown { 2 } else { 0 };
    let before_pins = 2_u8.saturating_add(selection);
    let total = before_pins.saturating_add(pins).saturating_add(1);
    let current = match linkage.step() {
        Step::Login(Login::Certificate { .. }) => 1,
        Step::Login(Login::Password(_)) => 2,
        Step::BusinessSelection(_) => 3,
        Step::PinRegistration(_) => before_pins.saturating_add(1),
        Step::PinResult(_) => before_pins.saturating_add(2),
        Step::Permission { .. } | Step::Returning { .. } | Step::Ended(_) => total,
    };
    Progress { current, total }
}
