//! The demo's programs while they run: started with a log each, watched, and ended together.
//! Not here: which programs there are.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::process::{self, Group};

const SHOWN_LINES: usize = 15;

/// The programs, ended when this is dropped.
#[derive(Default)]
pub(crate) struct Children(Vec<Child>);

struct Child {
    name: &'static str,
    log: PathBuf,
    group: Group,
}

impl Children {
    /// Starts a program; what it says goes to `NAME.log` in `logs`.
    pub(crate) fn start(
        &mut self,
        name: &'static str,
        program: &Path,
        arguments: &[&str],
        logs: &Path,
    ) -> Result<()> {
        let log = logs.join(format!("{name}.log"));
        let file = File::create(&log).with_context(|| format!("cannot write {}", log.display()))?;
        let mut command = dying_with_us(program);
        command.args(arguments).stdout(file.try_clone()?).stderr(file);
        let group = Group::start(&mut command)?;
        println!("  {name} (pid {}), log {}", group.id(), log.display());
        self.0.push(Child { name, log, group });
        Ok(())
    }

    /// Fails, with the end of its log, where a program has ended by itself.
    pub(crate) fn check(&mut self) -> Result<()> {
        for child in &mut self.0 {
            if let Some(status) = child.group.ended()? {
                let log = std::fs::read_to_string(&child.log).unwrap_or_default();
                let lines: Vec<&str> = log.lines().collect();
                let last = lines[lines.len().saturating_sub(SHOWN_LINES)..].join("\n");
                bail!(
                    "{} ended ({status}); the end of {}:\n{last}",
                    child.name,
                    child.log.display()
                );
            }
        }
        Ok(())
    }
}

impl Drop for Children {
    fn drop(&mut self) {
        // All at once, so that their times to finish run together; each Group then waits for its own.
        for child in &mut self.0 {
            child.group.ask_to_end();
        }
    }
}

/// Even where we are killed outright the program shall not stay behind: util-linux's `setpriv` asks the kernel for
/// that, where it is installed.
fn dying_with_us(program: &Path) -> Command {
    match process::find("setpriv") {
        Some(setpriv) if cfg!(target_os = "linux") => {
            let mut command = Command::new(setpriv);
            command.args(["--pdeathsig", "TERM", "--"]).arg(program);
            command
        }
        _ => Command::new(program),
    }
}
