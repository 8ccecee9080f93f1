//! `renkei simulator`: a look into the simulated core banking system, and its faults; for demos and tests.
//! Not here: the simulator (`renkei_bank::simulator`).

use super::say;
use crate::ambient::Ambient;
use anyhow::{Context as _, bail};
use clap::Subcommand;
use renkei_bank::simulator::{ClosedHours, DEFAULT_PIN_TRIES, Faults, Simulator};
use renkei_procedure::identity::CoreAccountKey;
use renkei_procedure::inquiry_pin::InquiryPin;
use renkei_shared::vocabulary::AccountType;
use std::path::PathBuf;

#[derive(Debug, clap::Args)]
pub(crate) struct StateFile {
    /// The simulator's state file, as named under `[core]` in the configuration; a running server notices the change.
    #[arg(long)]
    state: PathBuf,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Account {
    /// 店番.
    #[arg(long)]
    branch: String,
    /// 科目: 1, 2 or 4.
    #[arg(long = "type", default_value = "1")]
    account_type: String,
    /// 口座番号.
    #[arg(long)]
    number: String,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Print users, accounts and PINs of the demo as JSON.
    Describe {
        #[command(flatten)]
        state: StateFile,
    },
    /// Switch faults: what is named is on, everything else is off.
    SetFaults {
        #[command(flatten)]
        state: StateFile,
        /// Every answer comes so many milliseconds late.
        #[arg(long, default_value_t = 0)]
        delay_milliseconds: u64,
        /// Nothing is answered.
        #[arg(long)]
        down: bool,
        /// Outside the hours of service.
        #[arg(long)]
        closed: bool,
        /// PINs are checked and counted, but the answer is lost.
        #[arg(long)]
        lose_pin_answers: bool,
    },
    /// Change an account's PIN, as at the counter.
    ChangePin {
        #[command(flatten)]
        state: StateFile,
        #[command(flatten)]
        account: Account,
        /// The new PIN.
        #[arg(long)]
        pin: String,
    },
    /// Lock an account's PIN.
    LockPin {
        #[command(flatten)]
        state: StateFile,
        #[command(flatten)]
        account: Account,
    },
    /// Unlock an account's PIN, as at the counter.
    UnlockPin {
        #[command(flatten)]
        state: StateFile,
        #[command(flatten)]
        account: Account,
    },
}

impl StateFile {
    fn open(&self, ambient: &Ambient) -> anyhow::Result<Simulator> {
        Simulator::open(&self.state, ambient.clock(), DEFAULT_PIN_TRIES)
            .with_context(|| format!("cannot open {}", self.state.display()))
    }
}

impl Account {
    fn key(&self, simulator: &Simulator) -> anyhow::Result<CoreAccountKey> {
        AccountType::from_code(&self.account_type)
            .and_then(|kind| simulator.find_account(&self.branch, kind, &self.number))
            .context("there is no such account")
    }
}

impl Command {
    pub(crate) fn run(self, ambient: &Ambient) -> anyhow::Result<()> {
        match self {
            Self::Describe { state } => say(state.open(ambient)?.describe()?),
            Self::SetFaults {
                state,
                delay_milliseconds,
                down,
                closed,
                lose_pin_answers,
            } => {
                let closed = closed.then_some(ClosedHours { reopens_at: None });
                state.open(ambient)?.set_faults(Faults {
                    delay_milliseconds,
                    down,
                    closed,
                    lose_pin_answers,
                })?;
                say("The faults are set.");
            }
            Self::ChangePin { state, account, pin } => {
                let simulator = state.open(ambient)?;
                let Ok(pin) = InquiryPin::parse(&pin) else {
                    bail!("a PIN has four digits")
                };
                simulator.change_pin(&account.key(&simulator)?, &pin)?;
                say("The PIN is changed.");
            }
            Self::LockPin { state, account } => {
                let simulator = state.open(ambient)?;
                simulator.lock_pin(&account.key(&simulator)?)?;
                say("The PIN is locked.");
            }
            Self::UnlockPin { state, account } => {
                let simulator = state.open(ambient)?;
                simulator.unlock_pin(&account.key(&simulator)?)?;
                say("The PIN is unlocked.");
            }
        }
        Ok(())
    }
}
