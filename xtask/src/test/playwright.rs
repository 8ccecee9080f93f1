//! The end-to-end tests: Playwright in Debian's Chromium, and a journey in its Firefox, against a demo of their own.
//! Not here: starting that demo, which the tests' own set-up does.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail};

use super::count::Count;
use super::debian;
use super::real_clients;
use super::steps;
use crate::interrupt::Interrupt;
use crate::workspace::Workspace;
use crate::{files, process, spa, toolchain};

const PROGRAMS: [debian::Program; 6] = [
    ("chromium", "chromium"),
    ("firefox-esr", "firefox-esr"),
    ("certutil", "libnss3-tools"),
    ("pk12util", "libnss3-tools"),
    ("Xvfb", "xvfb"),
    ("xdotool", "xdotool"),
];
const JAPANESE_FONT: &str = "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc";

pub(super) fn run(workspace: &Workspace, interrupt: &Interrupt) -> Result<Count> {
    prepare(workspace, interrupt)?;
    steps::ensure_trunk(workspace, interrupt)?;
    real_clients::install(workspace, interrupt)?;

    // Named in playwright.config.ts.
    let folder = workspace.root().join("e2e");
    let report = folder.join("test-results/results.json");
    files::remove(&report)?;
    let mut test = Command::new("npx");
    test.args(["playwright", "test"])
        .current_dir(&folder)
        .env("CI", "1");
    let (status, _) = process::capture(&mut test, true, interrupt)?;
    let json = fs::read_to_string(&report).context("Playwright left no report")?;
    Ok(Count::of_playwright(&json)?.with_outcome(status.success()))
}

/// Makes sure that the browsers, the pages, the programs and Playwright are there.
pub(crate) fn prepare(workspace: &Workspace, interrupt: &Interrupt) -> Result<()> {
    for program in ["node", "npm", "npx"] {
        if process::find(program).is_none() {
            bail!("{program} is missing: the end-to-end tests need Node 20 or newer");
        }
    }
    ensure_packages(interrupt)?;
    // Built here so that the time is not the tests' set-up's, which has a limit.
    spa::build(workspace, interrupt)?;
    let mut build = toolchain::cargo(workspace);
    process::run(
        build.args(["build", "--package", "renkei", "--package", "renkei-demo"]),
        interrupt,
    )?;
    install(&workspace.root().join("e2e"), interrupt)
}

/// Installs what the package in the folder names, and no browser.
pub(crate) fn install(folder: &Path, interrupt: &Interrupt) -> Result<()> {
    let mut install = Command::new("npm");
    install
        .args(["ci", "--no-audit", "--no-fund"])
        .current_dir(folder)
        // The tests use Debian's browsers.
        .env("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")
        .env("PUPPETEER_SKIP_DOWNLOAD", "1");
    process::run(&mut install, interrupt)
}

fn ensure_packages(interrupt: &Interrupt) -> Result<()> {
    debian::ensure(&PROGRAMS, interrupt)?;
    if Path::new(JAPANESE_FONT).is_file() {
        Ok(())
    } else {
        debian::install(&["fonts-noto-cjk"], interrupt)
    }
}
