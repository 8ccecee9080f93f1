//! The rows of an account: thirteen months and the running one, balances that follow from one another, and pages of them.
//! Not here: what happens on a day (`movements`).

use super::customers::{Activity, DemoAccount};
use super::movements::{self, BUSY_DAY_ROWS, Movement, Occasion};
use super::parties::{COLLECTORS, COMPANIES, PERSONS, SENDING_BRANCHES};
use crate::port::{
    Balance, EntryKind, EntryPosition, MAX_STATEMENT_LIMIT, StatementEntry, StatementKind, StatementPage,
    StatementQuery, TransferDetails, Yen,
};
use renkei_procedure::time::{Instant, JapanDate};
use std::time::Duration;
use time::macros::date;
use time::{Date, Month, Weekday};

/// All accounts were opened on this day; every balance is the sum of what came since.
const OPENED_ON: Date = date!(2020 - 04 - 01);
const MONTHS_OF_HISTORY: i32 = 13;
const TRANSFER_FEE: i64 = 330;
const SWEEP_ABOVE: i64 = 30_000_000;
const SWEEP_DOWN_TO: i64 = 12_000_000;
/// Days from a Friday to the Monday.
const LONGEST_CLEARING: u16 = 3;

#[derive(Debug, Clone, Copy)]
struct Row {
    position: EntryPosition,
    booked_at: Instant,
    amount: i64,
    balance_after: i64,
    occasion: Occasion,
}

/// An account's rows up to the end of one day; those later than "now" are held back when asked.
pub(super) struct History {
    day: JapanDate,
    from: JapanDate,
    balance_before: i64,
    rows: Vec<Row>,
}

/// The first day of which rows are kept: the first of the month thirteen months back, or the day of opening.
pub(super) fn history_from(today: JapanDate) -> JapanDate {
    JapanDate::new(first_of_month(today.date(), MONTHS_OF_HISTORY).max(OPENED_ON))
}

/// The day that is made busy where a simulator starts today: the 10th of the month before, complete and long in history.
pub(super) fn busy_day_for(today: JapanDate) -> JapanDate {
    JapanDate::new(first_of_month(today.date(), 1)).plus_days(9)
}

fn first_of_month(date: Date, months_back: i32) -> Date {
    let months = date.year() * 12 + i32::from(u8::from(date.month())) - 1 - months_back;
    let month = u8::try_from(months.rem_euclid(12) + 1)
        .ok()
        .and_then(|number| Month::try_from(number).ok());
    Date::from_calendar_date(months.div_euclid(12), month.unwrap_or(Month::January), 1).unwrap_or(Date::MIN)
}

impl History {
    /// Reckons from the opening on; a few thousand days, so the caller keeps the result for the day.
    pub(super) fn build(demo: &DemoAccount, today: JapanDate, busy_day: JapanDate) -> Self {
        let from = history_from(today);
        let mut balance = opening_balance(demo.activity);
        let mut history = Self {
            day: today,
            from,
            balance_before: balance,
            rows: Vec::new(),
        };
        let mut day = JapanDate::new(OPENED_ON);
        while day <= today {
            let mut rows = rows_of_day(day, movements::ordinary(demo, day), balance);
            if demo.has_busy_day && day == busy_day {
                rows = with_busy_rows(demo, day, &rows, balance);
            }
            balance = rows.last().map_or(balance, |row| row.balance_after);
            if day < from {
                history.balance_before = balance;
            } else {
                history.rows.extend(rows);
            }
            day = day.plus_days(1);
        }
        history
    }

    /// The day up to which it was built.
    pub(super) const fn day(&self) -> JapanDate {
        self.day
    }

    fn booked_by(&self, now: Instant) -> &[Row] {
        &self.rows[..self.rows.partition_point(|row| row.booked_at <= now)]
    }

    pub(super) fn balance(&self, now: Instant) -> Balance {
        let booked = self.booked_by(now);
        let current = booked.last().map_or(self.balance_before, |row| row.balance_after);
        let today = now.japan_date();
        let recent = booked
            .iter()
            .rev()
            .take_while(|row| row.position.date.plus_days(LONGEST_CLEARING) > today);
        let uncleared: i64 = recent
            .filter(|row| row.value_on() > today)
            .map(|row| row.amount)
            .sum();
        Balance {
            current: current.into(),
            available: (current - uncleared).into(),
            as_of: Instant::from_unix_seconds(now.unix_seconds()),
        }
    }

    pub(super) fn page(&self, query: &StatementQuery, now: Instant) -> StatementPage {
        let booked = self.booked_by(now);
        let begin = booked.partition_point(|row| {
            row.position.date < query.from || query.after.is_some_and(|after| row.position <= after)
        });
        let wanted = |row: &&Row| query.kind == StatementKind::All || row.occasion.is_incoming_transfer();
        let limit = usize::try_from(query.limit.clamp(1, MAX_STATEMENT_LIMIT)).unwrap_or(1);
        let mut rest = booked[begin..]
            .iter()
            .take_while(|row| row.position.date <= query.to)
            .filter(wanted);
        let entries: Vec<StatementEntry> = rest.by_ref().take(limit).map(Row::entry).collect();
        let more = rest.next().is_some();
        let next = entries.last().filter(|_| more).map(|entry| entry.position);
        StatementPage {
            history_from: self.from,
            entries,
            next,
        }
    }
}

const fn opening_balance(activity: Activity) -> i64 {
    match activity {
        Activity::Brisk => 8_000_000,
        Activity::Steady => 3_000_000,
        Activity::Quiet => 800_000,
        Activity::Dormant => 123_456,
    }
}

/// Applies the movements in order. What would overdraw the account is not booked; a payment that is booked costs a fee.
fn rows_of_day(day: JapanDate, movements: Vec<Movement>, balance: i64) -> Vec<Row> {
    let mut booked = Vec::with_capacity(movements.len());
    let mut balance = balance;
    for movement in movements {
        let amount = match movement.occasion {
            Occasion::Sweep if balance > SWEEP_ABOVE => (SWEEP_DOWN_TO - balance) / 100_000 * 100_000,
            _ => movement.amount,
        };
        if amount == 0 || balance + amount < 0 {
            continue;
        }
        balance += amount;
        booked.push(Movement { amount, ..movement });
        if matches!(movement.occasion, Occasion::Payment { .. }) && balance >= TRANSFER_FEE {
            balance -= TRANSFER_FEE;
            booked.push(Movement {
                amount: -TRANSFER_FEE,
                occasion: Occasion::TransferFee,
                ..movement
            });
        }
    }
    let balance_before = balance - booked.iter().map(|movement| movement.amount).sum::<i64>();
    number(day, &booked, balance_before)
}

fn with_busy_rows(demo: &DemoAccount, day: JapanDate, ordinary: &[Row], balance: i64) -> Vec<Row> {
    let second = |row: &Row| u32::try_from(day.begin().until(row.booked_at).as_secs()).unwrap_or(0);
    let ordinary = ordinary.iter().map(|row| Movement {
        second: second(row),
        amount: row.amount,
        occasion: row.occasion,
    });
    let mut all: Vec<Movement> = ordinary.collect();
    all.extend(movements::busy(
        demo,
        day,
        BUSY_DAY_ROWS.saturating_sub(all.len()),
    ));
    // Stable: a fee stays behind its payment.
    all.sort_by_key(|movement| movement.second);
    number(day, &all, balance)
}

fn number(day: JapanDate, booked: &[Movement], balance_before: i64) -> Vec<Row> {
    let mut balance_after = balance_before;
    (1..)
        .zip(booked)
        .map(|(sequence, movement)| {
            balance_after += movement.amount;
            Row {
                position: EntryPosition { date: day, sequence },
                booked_at: day.begin().plus(Duration::from_secs(movement.second.into())),
                amount: movement.amount,
                balance_after,
                occasion: movement.occasion,
            }
        })
        .collect()
}

impl Occasion {
    const fn is_incoming_transfer(self) -> bool {
        matches!(self, Self::Transfer { .. } | Self::Order { .. })
    }

    fn summary(self) -> &'static str {
        match self {
            Self::Transfer { .. } | Self::Order { .. } | Self::Payment { .. } => "振込",
            Self::CardSales => "カード売上",
            Self::Cash => "現金",
            Self::Cheque => "他店券",
            Self::Interest => "決算利息",
            Self::TransferFee => "振込手数料",
            Self::Collection { collector } => COLLECTORS[collector].0,
            Self::Salaries => "給与振込",
            Self::SocialInsurance => "社会保険料",
            Self::Repayment => "証書貸付返済",
            Self::CashMachine => "ATM出金",
            Self::Sweep => "定期預金振替",
            Self::Transferred => "資金移動",
        }
    }

    fn counterparty(self) -> Option<&'static str> {
        match self {
            Self::Transfer { company, .. } | Self::Payment { company } => Some(COMPANIES[company].0),
            Self::Order { person, .. } => Some(PERSONS[person].0),
            Self::Collection { collector } => Some(COLLECTORS[collector].1),
            Self::CardSales => Some("大雪カード株式会社"),
            Self::SocialInsurance => Some("年金事務所"),
            _ => None,
        }
    }

    fn transfer(self) -> Option<TransferDetails> {
        let (sender_name, branch, edi) = match self {
            Self::Transfer {
                company,
                branch,
                invoice,
            } => (
                COMPANIES[company].1,
                branch,
                invoice.map(|number| format!("ｾｲｷﾕｳNO.{number:05}")),
            ),
            Self::Order {
                person,
                branch,
                number,
            } => (PERSONS[person].1, branch, Some(format!("ORDER-{number:05}"))),
            _ => return None,
        };
        let (sender_bank, sender_branch) = SENDING_BRANCHES[branch];
        Some(TransferDetails {
            sender_name: sender_name.to_owned(),
            sender_bank: sender_bank.to_owned(),
            sender_branch: sender_branch.to_owned(),
            edi,
        })
    }
}

impl Row {
    /// A cheque on another bank clears on the next working day; all else counts at once.
    fn value_on(&self) -> JapanDate {
        let day = self.position.date;
        match (self.occasion, day.date().weekday()) {
            (Occasion::Cheque, Weekday::Friday) => day.plus_days(LONGEST_CLEARING),
            (Occasion::Cheque, _) => day.plus_days(1),
            _ => day,
        }
    }

    fn entry(&self) -> StatementEntry {
        StatementEntry {
            position: self.position,
            booked_on: self.position.date,
            value_on: self.value_on(),
            kind: if self.amount < 0 {
                EntryKind::Withdrawal
            } else {
                EntryKind::Deposit
            },
            amount: Yen::from(self.amount.abs()),
            balance_after: self.balance_after.into(),
            summary: self.occasion.summary().to_owned(),
            counterparty: self.occasion.counterparty().map(str::to_owned),
            transfer: self.occasion.transfer(),
        }
    }
}

#[cfg(test)]
#[path = "history_tests.rs"]
mod tests;
