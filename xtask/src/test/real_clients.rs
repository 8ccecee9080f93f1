//! The partners' own OAuth libraries, installed from their registries as a reader of docs/examples installs them.
//! Not here: the programs (docs/examples), and the test that drives them (e2e/tests/real-clients.spec.ts).

use std::path::Path;
use std::process::Command;

use anyhow::Result;

use super::debian;
use crate::interrupt::Interrupt;
use crate::process;
use crate::toolchain::cargo;
use crate::workspace::Workspace;

const PYTHON: [debian::Program; 1] = [("python3", "python3")];

pub(super) fn install(workspace: &Workspace, interrupt: &Interrupt) -> Result<()> {
    let examples = workspace.root().join("docs/examples");
    install_openid_client(&examples.join("openid-client"), interrupt)?;
    install_authlib(workspace, &examples.join("authlib"), interrupt)?;
    build_rust(workspace, &examples.join("rust"), interrupt)
}

fn install_openid_client(folder: &Path, interrupt: &Interrupt) -> Result<()> {
    let mut install = Command::new("npm");
    install
        .args(["ci", "--no-audit", "--no-fund"])
        .current_dir(folder);
    process::run(&mut install, interrupt)
}

fn install_authlib(workspace: &Workspace, folder: &Path, interrupt: &Interrupt) -> Result<()> {
    debian::ensure(&PYTHON, interrupt)?;
    // Named in e2e/partner/program.ts.
    let environment = workspace.tools().join("authlib");
    let pip = environment.join("bin/pip");
    if !pip.is_file() {
        // Debian has python3 without what `venv` needs.
        let mut ask = Command::new("python3");
        ask.args(["-c", "import ensurepip"]);
        if process::run(&mut ask, interrupt).is_err() {
            interrupt.check()?;
            debian::install(&["python3-venv"], interrupt)?;
        }
        let mut make = Command::new("python3");
        process::run(make.args(["-m", "venv"]).arg(&environment), interrupt)?;
    }
    let mut install = Command::new(pip);
    install
        .args([
            "install",
            "--quiet",
            "--disable-pip-version-check",
            "--requirement",
        ])
        .arg(folder.join("requirements.txt"));
    process::run(&mut install, interrupt)
}

fn build_rust(workspace: &Workspace, folder: &Path, interrupt: &Interrupt) -> Result<()> {
    let mut build = cargo(workspace);
    // It is a workspace of its own; what it shares with ours is not built twice. Named in e2e/partner/program.ts.
    build
        .args(["build", "--locked", "--target-dir"])
        .arg(workspace.target())
        .current_dir(folder);
    process::run(&mut build, interrupt)
}
