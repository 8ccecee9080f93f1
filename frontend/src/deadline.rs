//! The arithmetic of the time that is left, on the page's own monotonic clock.
//! Not here: reading the clocks (`browser`) and showing the time (`components::deadline`).

/// From this many seconds before the end on, the page warns (WCAG 2.2.1 asks for 20; PRODUCT.md for 2 minutes).
pub(crate) const WARNING_SECONDS: u64 = 120;

/// The clocks may disagree by so much, and a tick may come so late, before the page asks the server, in milliseconds.
const JUMP: f64 = 5_000.0;

/// What the two clocks of a page say at one moment, in milliseconds. The monotonic one may stand still while the computer
/// sleeps; the other one jumps when somebody sets it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Reading {
    /// `performance.now()`
    pub(crate) monotonic: f64,
    /// `Date.now()`
    pub(crate) wall: f64,
}

impl Reading {
    /// Whether more happened since an earlier reading than a second of ticking: sleep, a clock that was set, or a page
    /// that was not run. Then nobody here knows what time it is.
    pub(crate) fn jumped_since(self, earlier: Self) -> bool {
        let (monotonic, wall) = (self.monotonic - earlier.monotonic, self.wall - earlier.wall);
        (wall - monotonic).abs() > JUMP || monotonic > JUMP
    }

    /// Whether both clocks agree that an earlier reading is no more than so many milliseconds old.
    pub(crate) fn is_within(self, milliseconds: f64, earlier: Self) -> bool {
        let (monotonic, wall) = (self.monotonic - earlier.monotonic, self.wall - earlier.wall);
        monotonic <= milliseconds && (0.0..=milliseconds).contains(&wall)
    }
}

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

    #[wasm_bindgen_test(unsupported = test)]
    fn sleep_and_clocks_that_are_set_are_noticed() {
        let before = Reading {
            monotonic: 60_000.0,
            wall: 1_795_300_000_000.0,
        };
        let after = |monotonic: f64, wall: f64| Reading {
            monotonic: before.monotonic + monotonic,
            wall: before.wall + wall,
        };
        for (what, monotonic, wall, jumped) in [
            ("a tick", 1_000.0, 1_000.0, false),
            ("a late tick", 3_500.0, 3_502.0, false),
            ("a clock that is nudged", 1_000.0, -1_500.0, false),
            (
                "sleep for which the monotonic clock stood still",
                1_000.0,
                3_600_000.0,
                true,
            ),
            ("sleep for which it went on", 3_600_000.0, 3_600_000.0, true),
            ("a clock put forward", 1_000.0, 61_000.0, true),
            ("a clock put back", 1_000.0, -3_600_000.0, true),
        ] {
            assert_eq!(after(monotonic, wall).jumped_since(before), jumped, "{what}");
        }
        assert!(after(9_000.0, 9_000.0).is_within(10_000.0, before));
        for (monotonic, wall) in [(11_000.0, 11_000.0), (1_000.0, 60_000.0), (1_000.0, -60_000.0)] {
            assert!(!after(monotonic, wall).is_within(10_000.0, before));
        }
    }
}
