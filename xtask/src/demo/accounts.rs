//! The demo's accounts as the simulator describes them.
//! Not here: making them up; the simulator does.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};

use super::configuration::{Settings, write_toml};
use crate::files;
use crate::interrupt::Interrupt;
use crate::process;

/// What `renkei simulator describe` prints.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Description {
    users: Vec<CoreUser>,
    /// The day with thousands of rows.
    pub(crate) busy_day: BusyDay,
}

#[derive(Clone, Debug, Deserialize)]
struct CoreUser {
    core_user: String,
    accounts: Vec<Account>,
}

/// An account with thousands of rows on one day.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub(crate) struct BusyDay {
    /// Which account.
    account: serde_json::Value,
    /// Which day, `YYYY-MM-DD`.
    date: String,
}

/// An inquiry account.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub(crate) struct Account {
    /// 店番, 3 digits.
    pub(crate) branch_code: String,
    /// Name of the branch.
    pub(crate) branch_name: String,
    /// 科目: 普通 1, 当座 2, 貯蓄 4.
    #[serde(rename = "type")]
    pub(crate) kind: String,
    /// 口座番号, 7 digits.
    pub(crate) number: String,
    /// 口座メモ.
    pub(crate) memo: Option<String>,
    /// 照会用暗証番号, 4 digits.
    pub(crate) pin: String,
    /// Whether the PIN was registered before the demo began.
    pub(crate) registered: bool,
}

impl Description {
    /// Asks the simulator.
    pub(crate) fn ask(renkei: &Path, settings: &Settings, interrupt: &Interrupt) -> Result<Self> {
        let mut command = Command::new(renkei);
        command
            .args(["simulator", "describe", "--state"])
            .arg(settings.simulator());
        let text = process::output(&mut command, interrupt)?;
        serde_json::from_str(&text).context("cannot read what the simulator says of its accounts")
    }

    /// A user's accounts, by the user's key.
    pub(crate) fn accounts(&self, core_user: &str) -> Vec<Account> {
        let user = self.users.iter().find(|user| user.core_user == core_user);
        user.map(|user| user.accounts.clone()).unwrap_or_default()
    }

    /// Has the PINs sealed that were registered before the demo began.
    pub(crate) fn import_pins(
        &self,
        renkei: &Path,
        settings: &Settings,
        interrupt: &Interrupt,
    ) -> Result<()> {
        #[derive(Serialize)]
        struct Entry<'a> {
            user: &'a str,
            branch_code: &'a str,
            #[serde(rename = "type")]
            kind: &'a str,
            number: &'a str,
            pin: &'a str,
        }
        #[derive(Serialize)]
        struct Pins<'a> {
            pin: Vec<Entry<'a>>,
        }
        let registered = self.users.iter().flat_map(|user| {
            let accounts = user.accounts.iter().filter(|account| account.registered);
            accounts.map(|account| Entry {
                user: &user.core_user,
                branch_code: &account.branch_code,
                kind: &account.kind,
                number: &account.number,
                pin: &account.pin,
            })
        });
        let pins = Pins {
            pin: registered.collect(),
        };
        write_toml(&settings.pins(), &pins)?;
        let mut command = Command::new(renkei);
        command
            .args(["pin", "import", "--config"])
            .arg(settings.renkei())
            .arg(settings.pins());
        let imported = process::run(&mut command, interrupt);
        files::remove(&settings.pins())?;
        imported
    }
}
