//! The arithmetic of the time that is left, on the page's own monotonic clock.
//! Not here: reading that clock (`browser`) and showing the time (`components::deadline`).

/// From this many seconds before the end on, the page warns (WCAG 2.2.1 asks for 20; PRODUCT.md for 2 minutes).
pub(crate) const WARNING_SECONDS: u64 = 120;

/// When the time is up. Relative times only: the customer's clock may be wrong.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Deadline {
    ends_at: f64,
}

/// How much is left, as much as the page needs to know.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Left {
    /// More than two minutes: whole minutes, rounded to the nearest.
    Minutes(u64),
    /// Two minutes or less: seconds.
    Seconds(u64),
    /// Nothing.
    Over,
}

impl Deadline {
    /// `remaining_seconds` after `now`, the latter in milliseconds of the monotonic clock.
    #[expect(
        clippy::cast_precision_loss,
        reason = "seconds of a procedure are far below 2^52"
    )]
    pub(crate) fn after(now: f64, remaining_seconds: u64) -> Self {
        Self {
            ends_at: now + remaining_seconds as f64 * 1000.0,
        }
    }

    /// What is left at `now`.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a float cast saturates, and what is negative is handled before"
    )]
    pub(crate) fn left(self, now: f64) -> Left {
        let milliseconds = self.ends_at - now;
        if milliseconds <= 0.0 {
            return Left::Over;
        }
        let seconds = (milliseconds / 1000.0).ceil() as u64;
        if seconds > WARNING_SECONDS {
            Left::Minutes((seconds + 30) / 60)
        } else {
            Left::Seconds(seconds)
        }
    }
}

impl Left {
    /// Whether the page should warn now.
    pub(crate) const fn is_short(self) -> bool {
        matches!(self, Self::Seconds(_))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use wasm_bindgen_test::wasm_bindgen_test;

    #[wasm_bindgen_test(unsupported = test)]
    fn minutes_turn_into_seconds_at_the_warning_and_end_at_zero() {
        let deadline = Deadline::after(5_000.0, 600);
        assert_eq!(deadline.left(5_000.0), Left::Minutes(10));
        assert_eq!(
            deadline.left(5_000.0 + 479_000.0),
            Left::Minutes(2),
            "121 s are left"
        );
        assert_eq!(deadline.left(5_000.0 + 480_000.0), Left::Seconds(120));
        assert!(deadline.left(5_000.0 + 480_000.0).is_short());
        assert_eq!(
            deadline.left(5_000.0 + 599_001.0),
            Left::Seconds(1),
            "a begun second counts"
        );
        assert_eq!(deadline.left(5_000.0 + 600_000.0), Left::Over);
        assert_eq!(deadline.left(9_000_000.0), Left::Over, "after sleep");
    }
}
