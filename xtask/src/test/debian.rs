//! Debian packages that tests need, installed where `apt-get` may.
//! Not here: tools that cargo or npm bring.

use std::process::Command;

use anyhow::{Result, bail};

use crate::interrupt::Interrupt;
use crate::process;

/// A program, and the Debian package that has it.
pub(crate) type Program = (&'static str, &'static str);

/// Installs the packages of the programs that are missing.
pub(crate) fn ensure(programs: &[Program], interrupt: &Interrupt) -> Result<()> {
    let mut missing: Vec<&str> = programs
        .iter()
        .filter(|(program, _)| process::find(program).is_none())
        .map(|(_, package)| *package)
        .collect();
    missing.dedup();
    if missing.is_empty() {
        Ok(())
    } else {
        install(&missing, interrupt)
    }
}

/// Installs packages; fails, naming them, where that is not possible.
pub(crate) fn install(packages: &[&str], interrupt: &Interrupt) -> Result<()> {
    let names = packages.join(" ");
    if process::find("apt-get").is_none() || !rustix::process::geteuid().is_root() {
        bail!("missing Debian packages (or their like): {names}");
    }
    println!("Installing Debian packages: {names}");
    let apt = |words: &[&str]| {
        let mut command = Command::new("apt-get");
        command
            .args(["-qq", "-o", "Dpkg::Use-Pty=0"])
            .args(words)
            .env("DEBIAN_FRONTEND", "noninteractive")
            // Makes invoke-rc.d believe that nothing is to be started: we want programs, no running services.
            .env("RUNLEVEL", "1");
        command
    };
    process::run(&mut apt(&["update"]), interrupt)?;
    process::run(
        apt(&["install", "--yes", "--no-install-recommends"]).args(packages),
        interrupt,
    )
}
