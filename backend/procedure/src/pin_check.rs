//! What the core's verdict makes of a PIN that was typed: an outcome to be told, and only where the PIN is the one on
//! file, the proof that it may be kept. Not here: asking the core (`renkei-bank`), and sealing (`renkei-vault`).

use crate::accounts::PinOutcome;
use crate::identity::AccountId;
use crate::inquiry_pin::InquiryPin;

/// What is known of a PIN once the core was asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CoreVerdict {
    /// It is the PIN on file with the cooperative.
    Accepted,
    /// It is not, and that was counted.
    Refused {
        /// Wrong PINs until the core's lock.
        remaining_tries: u32,
    },
    /// The account's PIN is locked, whatever was typed.
    Locked,
    /// Nothing: it is outside the hours of service.
    Closed,
    /// Nothing: the core could not be asked.
    Unavailable,
    /// Nothing, though a try may have been counted.
    Unknown,
}

/// A PIN that may be sealed, with its account. It neither prints nor compares, as the PIN in it.
pub struct PinToKeep {
    account: AccountId,
    pin: InquiryPin,
}

/// Judges one row of 手順3 「登録」.
///
/// # Errors
/// What the customer is told of a PIN that may not be kept.
pub fn judge(account: AccountId, pin: InquiryPin, verdict: CoreVerdict) -> Result<PinToKeep, PinOutcome> {
    Err(match verdict {
        CoreVerdict::Accepted => return Ok(PinToKeep { account, pin }),
        CoreVerdict::Refused { remaining_tries } => PinOutcome::Wrong { remaining_tries },
        CoreVerdict::Locked => PinOutcome::Locked,
        CoreVerdict::Closed => PinOutcome::Closed,
        CoreVerdict::Unavailable => PinOutcome::Unavailable,
        CoreVerdict::Unknown => PinOutcome::Unknown,
    })
}

impl PinToKeep {
    /// A PIN that was on file with the cooperative's earlier system, for which the operator answers: the core is not
    /// asked, so that no try is spent.
    pub const fn brought_in_by_operator(account: AccountId, pin: InquiryPin) -> Self {
        Self { account, pin }
    }

    /// Whose PIN it is.
    pub const fn account(&self) -> AccountId {
        self.account
    }

    /// The PIN, for sealing.
    pub const fn pin(&self) -> &InquiryPin {
        &self.pin
    }

    /// What the customer is told once it was kept, or could not be.
    pub const fn outcome(&self, kept: bool) -> PinOutcome {
        if kept {
            PinOutcome::Accepted
        } else {
            PinOutcome::NotKept
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pin_is_kept_where_the_core_accepts_it_and_nowhere_else() {
        let account = AccountId::from_random([1; 16]);
        let judged = |verdict| judge(account, InquiryPin::parse("1234").unwrap(), verdict);
        let Ok(accepted) = judged(CoreVerdict::Accepted) else {
            panic!("it is the PIN on file");
        };
        assert_eq!((accepted.account(), accepted.pin().expose()), (account, b"1234"));
        assert_eq!(accepted.outcome(true), PinOutcome::Accepted);
        assert_eq!(accepted.outcome(false), PinOutcome::NotKept);
        for (verdict, outcome) in [
            (
                CoreVerdict::Refused { remaining_tries: 3 },
                PinOutcome::Wrong { remaining_tries: 3 },
            ),
            (CoreVerdict::Locked, PinOutcome::Locked),
            (CoreVerdict::Closed, PinOutcome::Closed),
            (CoreVerdict::Unavailable, PinOutcome::Unavailable),
            (CoreVerdict::Unknown, PinOutcome::Unknown),
        ] {
            assert_eq!(judged(verdict).err(), Some(outcome));
        }
    }
}
