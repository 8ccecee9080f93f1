//! What happens on an account on one day: decided by the account and the day alone, so that the past never changes.
//! Not here: whether the balance allows it, and the numbering of rows (`history`).

use super::chance::Chance;
use super::customers::{Activity, DemoAccount};
use super::parties::{COLLECTORS, COMPANIES, PERSONS, SENDING_BRANCHES};
use renkei_procedure::time::JapanDate;
use time::{Month, Weekday};

/// What a row is about; small, for thousands of them stay in memory. Numbers are places in the lists of `parties`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Occasion {
    Transfer {
        company: usize,
        branch: usize,
        invoice: Option<u32>,
    },
    Order {
        person: usize,
        branch: usize,
        number: u32,
    },
    CardSales,
    Cash,
    Cheque,
    Interest,
    Payment {
        company: usize,
    },
    TransferFee,
    Collection {
        collector: usize,
    },
    Salaries,
    SocialInsurance,
    Repayment,
    CashMachine,
    /// What lies over the ceiling goes to a time deposit; how much, only the balance says.
    Sweep,
    /// The busy day's takings leave again in the evening.
    Transferred,
}

#[derive(Debug, Clone, Copy)]
pub(super) struct Movement {
    /// Seconds after midnight in Japan.
    pub(super) second: u32,
    /// Yen; deposits are positive.
    pub(super) amount: i64,
    pub(super) occasion: Occasion,
}

const HOUR: u32 = 3_600;
/// Nothing but the busy day's evening transfer is booked later.
pub(super) const LAST_ORDINARY_SECOND: u32 = 22 * HOUR;
/// Rows of the busy day, ordinary ones included.
pub(super) const BUSY_DAY_ROWS: usize = 3_000;

/// The movements of an ordinary day, in the order of the clock.
pub(super) fn ordinary(demo: &DemoAccount, day: JapanDate) -> Vec<Movement> {
    let mut chance = Chance::of(demo.account.key.as_str(), day.date().to_julian_day());
    let working_day = !matches!(day.date().weekday(), Weekday::Saturday | Weekday::Sunday);
    let rows = match (demo.activity, working_day) {
        (Activity::Brisk, true) if !chance.one_in(6) => chance.between(1, 7),
        (Activity::Brisk, false) if chance.one_in(4) => 1,
        (Activity::Steady, true) if !chance.one_in(3) => chance.between(1, 3),
        (Activity::Quiet, true) if chance.one_in(5) => 1,
        _ => 0,
    };
    let mut movements: Vec<Movement> = (0..rows).map(|_| everyday(&mut chance, demo.activity)).collect();
    if demo.activity != Activity::Dormant {
        movements.push(Movement {
            second: 9 * HOUR,
            amount: 0,
            occasion: Occasion::Sweep,
        });
    }
    if matches!(demo.activity, Activity::Brisk | Activity::Steady) {
        movements.extend(fixed_dates(&mut chance, day));
    }
    if matches!(day.date().month(), Month::February | Month::August) && day.date().day() == 20 {
        let amount = i64::from(chance.between(1, 900));
        movements.push(Movement {
            second: 6 * HOUR,
            amount,
            occasion: Occasion::Interest,
        });
    }
    movements.sort_by_key(|movement| movement.second);
    movements
}

fn everyday(chance: &mut Chance, activity: Activity) -> Movement {
    let scale = if activity == Activity::Quiet { 1 } else { 3 };
    let thousands = |chance: &mut Chance, most: u32| i64::from(chance.between(3, most * scale)) * 1_000;
    let office = |chance: &mut Chance| chance.between(8 * HOUR + HOUR / 2, 18 * HOUR);
    match chance.below(100) {
        0..40 => Movement {
            // Transfers arrive at night as well.
            second: chance.between(0, LAST_ORDINARY_SECOND),
            amount: thousands(chance, 300) + i64::from(chance.below(1_000)),
            occasion: Occasion::Transfer {
                company: chance.place(COMPANIES.len()),
                branch: chance.place(SENDING_BRANCHES.len()),
                invoice: chance.one_in(3).then(|| chance.between(1, 9_999)),
            },
        },
        40..50 => Movement {
            second: office(chance),
            amount: thousands(chance, 120) + i64::from(chance.below(1_000)),
            occasion: Occasion::CardSales,
        },
        50..57 => Movement {
            second: office(chance),
            amount: thousands(chance, 80),
            occasion: Occasion::Cash,
        },
        57..60 => Movement {
            second: office(chance),
            amount: thousands(chance, 200),
            occasion: Occasion::Cheque,
        },
        60..85 => Movement {
            second: office(chance),
            amount: -thousands(chance, 200) - i64::from(chance.below(1_000)),
            occasion: Occasion::Payment {
                company: chance.place(COMPANIES.len()),
            },
        },
        85..95 => Movement {
            second: office(chance),
            amount: -i64::from(chance.between(2_000, 60_000)),
            occasion: Occasion::Collection {
                collector: chance.place(COLLECTORS.len()),
            },
        },
        _ => Movement {
            second: office(chance),
            amount: -thousands(chance, 60),
            occasion: Occasion::CashMachine,
        },
    }
}

fn fixed_dates(chance: &mut Chance, day: JapanDate) -> Option<Movement> {
    let last_day = day.date().month().length(day.date().year());
    let (hour, low, high, occasion) = match day.date().day() {
        10 => (10, 150, 150, Occasion::Repayment),
        25 => (8, 700, 1_400, Occasion::Salaries),
        27 => (
            11,
            20,
            90,
            Occasion::Collection {
                collector: chance.place(COLLECTORS.len()),
            },
        ),
        number if number == last_day => (13, 180, 320, Occasion::SocialInsurance),
        _ => return None,
    };
    let amount = -1_000 * i64::from(chance.between(low, high));
    Some(Movement {
        second: hour * HOUR,
        amount,
        occasion,
    })
}

/// What comes on the busy day besides the ordinary movements: `count` rows that add up to nothing, so that the days
/// after it are the same whether or not a day is busy.
pub(super) fn busy(demo: &DemoAccount, day: JapanDate, count: usize) -> Vec<Movement> {
    let mut chance = Chance::of("busy day", day.date().to_julian_day());
    let orders = u32::try_from(count.saturating_sub(1)).unwrap_or(0);
    let mut movements: Vec<Movement> = (0..orders)
        .map(|_| Movement {
            second: chance.between(0, LAST_ORDINARY_SECOND),
            amount: i64::from(chance.between(500, 19_800)),
            occasion: Occasion::Order {
                person: 0,
                branch: 0,
                number: 0,
            },
        })
        .collect();
    movements.sort_by_key(|movement| movement.second);
    for (number, movement) in (1..).zip(&mut movements) {
        let (person, branch) = (chance.place(PERSONS.len()), chance.place(SENDING_BRANCHES.len()));
        movement.occasion = Occasion::Order {
            person,
            branch,
            number,
        };
    }
    let takings: i64 = movements.iter().map(|movement| movement.amount).sum();
    debug_assert!(demo.has_busy_day);
    if count > 0 {
        movements.push(Movement {
            second: 23 * HOUR,
            amount: -takings,
            occasion: Occasion::Transferred,
        });
    }
    movements
}
