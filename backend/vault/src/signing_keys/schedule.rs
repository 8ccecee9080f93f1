//! From when to when a signing key signs and is published, and what it therefore is at a given time.
//! Not here: which of several keys signs (`SigningKeys`), and how times stand in the file (`document`).

/// The times of a key, in seconds since 1970 (UTC). Each `until` is exclusive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Schedule {
    publish_from: Option<i64>,
    sign_from: i64,
    sign_until: Option<i64>,
    publish_until: Option<i64>,
}

/// What a key is at a given time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum KeyStatus {
    /// Its time to sign is still to come; partners fetch it meanwhile.
    Next,
    /// Signs whatever is signed with its algorithm.
    Active,
    /// Signs no more, but what it signed is still about.
    Retiring,
    /// No longer published: it may be dropped.
    Gone,
}

impl KeyStatus {
    /// The word for operators.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Next => "next",
            Self::Active => "active",
            Self::Retiring => "retiring",
            Self::Gone => "gone",
        }
    }
}

impl Schedule {
    /// Takes the times if they are in order: published, signing, no longer signing, no longer published. The end of
    /// publication needs an end of signing, for nobody could verify what is signed later.
    pub(super) fn new(
        publish_from: Option<i64>,
        sign_from: i64,
        sign_until: Option<i64>,
        publish_until: Option<i64>,
    ) -> Option<Self> {
        let in_order = publish_from.is_none_or(|from| from <= sign_from)
            && sign_until.is_none_or(|until| sign_from <= until)
            && publish_until.is_none_or(|gone| sign_until.is_some_and(|until| until <= gone));
        in_order.then_some(Self {
            publish_from,
            sign_from,
            sign_until,
            publish_until,
        })
    }

    /// From when it is published; none: since it stands in the file.
    pub const fn publish_from(&self) -> Option<i64> {
        self.publish_from
    }

    /// From when it may sign.
    pub const fn sign_from(&self) -> i64 {
        self.sign_from
    }

    /// When it stops signing, if that is settled.
    pub const fn sign_until(&self) -> Option<i64> {
        self.sign_until
    }

    /// When it leaves the published set, if that is settled.
    pub const fn publish_until(&self) -> Option<i64> {
        self.publish_until
    }

    pub(super) fn is_published(&self, now: i64) -> bool {
        self.publish_from.is_none_or(|from| from <= now) && !self.is_gone(now)
    }

    pub(super) fn may_sign(&self, now: i64) -> bool {
        self.sign_from <= now && self.sign_until.is_none_or(|until| now < until)
    }

    pub(super) const fn is_next(&self, now: i64) -> bool {
        now < self.sign_from
    }

    pub(super) fn is_gone(&self, now: i64) -> bool {
        self.publish_until.is_some_and(|until| until <= now)
    }

    /// `signs`: whether it is the one among its algorithm's keys that signs.
    pub(super) fn status(&self, signs: bool, now: i64) -> KeyStatus {
        if self.is_gone(now) {
            KeyStatus::Gone
        } else if signs {
            KeyStatus::Active
        } else if self.is_next(now) {
            KeyStatus::Next
        } else {
            KeyStatus::Retiring
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_must_be_in_order() {
        for (publish_from, sign_until, publish_until, fits) in [
            (None, None, None, true),
            (Some(10), None, None, true),
            (Some(11), None, None, false),
            (None, Some(10), None, true),
            (None, Some(9), None, false),
            (None, Some(20), Some(20), true),
            (None, Some(20), Some(19), false),
            (None, None, Some(99), false),
        ] {
            let schedule = Schedule::new(publish_from, 10, sign_until, publish_until);
            assert_eq!(
                schedule.is_some(),
                fits,
                "{publish_from:?} {sign_until:?} {publish_until:?}"
            );
        }
    }

    #[test]
    fn each_time_counts_to_the_second() {
        let schedule = Schedule::new(Some(10), 20, Some(30), Some(40)).unwrap();
        for (now, published, signs) in [
            (9, false, false),
            (10, true, false),
            (19, true, false),
            (20, true, true),
            (29, true, true),
            (30, true, false),
            (39, true, false),
            (40, false, false),
        ] {
            assert_eq!(schedule.is_published(now), published, "{now}");
            assert_eq!(schedule.may_sign(now), signs, "{now}");
        }
    }

    #[test]
    fn the_status_follows_from_the_times() {
        let schedule = Schedule::new(Some(10), 20, Some(30), Some(40)).unwrap();
        for (now, signs, status) in [
            (9, false, KeyStatus::Next),
            (19, false, KeyStatus::Next),
            (20, true, KeyStatus::Active),
            (20, false, KeyStatus::Retiring),
            (30, false, KeyStatus::Retiring),
            (40, false, KeyStatus::Gone),
        ] {
            assert_eq!(schedule.status(signs, now), status, "{now} {signs}");
        }
    }
}
