//! The steps that cargo and its kin can do alone.
//! Not here: the browser (`playwright`), the cluster (`postgres`).

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use anyhow::Result;

use super::count::Count;
use super::debian;
use super::postgres::Cluster;
use crate::interrupt::Interrupt;
use crate::toolchain::{Tool, cargo, ensure_tool, ensure_wasm_target, path_with_tools};
use crate::workspace::Workspace;
use crate::{files, fuzz, process};

const FRONTEND: [&str; 4] = [
    "--package",
    "renkei-frontend",
    "--target",
    "wasm32-unknown-unknown",
];
/// What has tests.
const BACKEND: [&str; 3] = ["--workspace", "--exclude", "renkei-frontend"];
/// The packages whose tests use a database, told which by RENKEI_TEST_DATABASE_URL.
const DATABASE_PACKAGES: [&str; 3] = ["renkei-store", "renkei", "xtask"];

/// What the front-end tests run in.
const BROWSER: [debian::Program; 2] = [("chromium", "chromium"), ("chromedriver", "chromium-driver")];

const NEXTEST: Tool = Tool {
    package: "cargo-nextest",
    program: "cargo-nextest",
    version: "0.9.151",
    arguments: &[
        "--locked",
        "--no-default-features",
        "--features",
        "default-no-update",
    ],
};
const DENY: Tool = Tool {
    package: "cargo-deny",
    program: "cargo-deny",
    version: "0.20.2",
    arguments: &["--locked"],
};
// `--locked` does not build from the index.
const WASM_BINDGEN: Tool = Tool {
    package: "wasm-bindgen-cli",
    program: "wasm-bindgen-test-runner",
    version: "0.2.130",
    arguments: &[],
};
const TRUNK: Tool = Tool {
    package: "trunk",
    program: "trunk",
    version: "0.21.14",
    arguments: &["--locked", "--no-default-features", "--features", "rustls"],
};

/// A command that passes or fails as one.
fn one(command: &mut Command, interrupt: &Interrupt) -> Result<Count> {
    process::run(command, interrupt)?;
    Ok(Count::PASSED)
}

pub(super) fn fmt(workspace: &Workspace, interrupt: &Interrupt) -> Result<Count> {
    // Workspaces of their own.
    for manifest in [
        workspace.root().join("docs/examples/rust/Cargo.toml"),
        workspace.fuzz().join("Cargo.toml"),
    ] {
        let mut apart = cargo(workspace);
        apart.args(["fmt", "--check", "--manifest-path"]).arg(manifest);
        process::run(&mut apart, interrupt)?;
    }
    one(cargo(workspace).args(["fmt", "--all", "--check"]), interrupt)
}

pub(super) fn deny(workspace: &Workspace, interrupt: &Interrupt) -> Result<Count> {
    let tool = ensure_tool(workspace, &DENY, false, interrupt)?;
    let mut command = Command::new(tool);
    command
        .args(["check", "licenses", "bans", "sources"])
        .current_dir(workspace.root());
    one(&mut command, interrupt)
}

pub(super) fn clippy(workspace: &Workspace, interrupt: &Interrupt) -> Result<Count> {
    let mut command = cargo(workspace);
    command.args([
        "clippy",
        "--workspace",
        "--exclude",
        "renkei-frontend",
        "--all-targets",
    ]);
    one(command.args(["--", "--deny", "warnings"]), interrupt)
}

pub(super) fn clippy_wasm(workspace: &Workspace, interrupt: &Interrupt) -> Result<Count> {
    ensure_wasm_target(workspace, interrupt)?;
    let mut command = cargo(workspace);
    command.arg("clippy").args(FRONTEND).arg("--all-targets");
    one(command.args(["--", "--deny", "warnings"]), interrupt)
}

pub(super) fn fuzz(workspace: &Workspace, interrupt: &Interrupt) -> Result<Count> {
    let (passed, failed) = fuzz::repeat(workspace, interrupt)?;
    Ok(Count { passed, failed })
}

pub(super) fn sqlite(workspace: &Workspace, interrupt: &Interrupt) -> Result<Count> {
    run_tests(workspace, None, interrupt)
}

pub(super) fn postgres(workspace: &Workspace, interrupt: &Interrupt) -> Result<Count> {
    let cluster = Cluster::start(interrupt)?;
    run_tests(workspace, Some(&cluster.url()), interrupt)
}

/// Runs tests with nextest, or with cargo alone where nextest cannot be had: all of them, or those that use a
/// database. Both build the same programs, so that the second run builds nothing.
fn run_tests(workspace: &Workspace, database_url: Option<&str>, interrupt: &Interrupt) -> Result<Count> {
    let nextest = match ensure_tool(workspace, &NEXTEST, false, interrupt) {
        Ok(_) => true,
        Err(error) => {
            interrupt.check()?;
            eprintln!("no nextest ({error:#}); running tests with cargo alone");
            false
        }
    };
    let mut command = cargo(workspace);
    command.env("PATH", path_with_tools(workspace)?);
    command.env_remove("RENKEI_TEST_DATABASE_URL");
    if let Some(url) = database_url {
        command.env("RENKEI_TEST_DATABASE_URL", url);
    }
    if !nextest {
        command
            .args(["test", "--no-fail-fast", "--lib", "--bins", "--tests"])
            .args(BACKEND);
        let (status, output) = process::capture(&mut command, true, interrupt)?;
        return Ok(Count::of_libtest(&output).with_outcome(status.success()));
    }
    let report = workspace.target().join("nextest/ci/junit.xml");
    files::remove(&report)?;
    command
        .args(["nextest", "run", "--profile", "ci", "--no-tests", "pass"])
        .args(BACKEND);
    if database_url.is_some() {
        let packages = DATABASE_PACKAGES.map(|package| format!("package({package})"));
        command.args(["-E", &packages.join(" + ")]);
    }
    let (status, _) = process::capture(&mut command, true, interrupt)?;
    match fs::read_to_string(&report) {
        Ok(xml) => Ok(Count::of_junit(&xml)?.with_outcome(status.success())),
        // It did not come to running anything.
        Err(_) => Ok(Count::default().with_outcome(status.success())),
    }
}

pub(super) fn wasm(workspace: &Workspace, interrupt: &Interrupt) -> Result<Count> {
    debian::ensure(&BROWSER, interrupt)?;
    ensure_wasm_target(workspace, interrupt)?;
    let runner = ensure_tool(workspace, &WASM_BINDGEN, true, interrupt)?;
    let mut command = cargo(workspace);
    command
        .arg("test")
        .args(FRONTEND)
        .arg("--no-fail-fast")
        .env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER", runner)
        // For all tests together; some wait as long as a customer would.
        .env("WASM_BINDGEN_TEST_TIMEOUT", "120");
    let (status, output) = process::capture(&mut command, true, interrupt)?;
    Ok(Count::of_libtest(&output).with_outcome(status.success()))
}

/// Trunk and what it calls, in `target/tools/bin`.
pub(super) fn ensure_trunk(workspace: &Workspace, interrupt: &Interrupt) -> Result<PathBuf> {
    ensure_wasm_target(workspace, interrupt)?;
    ensure_tool(workspace, &WASM_BINDGEN, true, interrupt)?;
    ensure_tool(workspace, &TRUNK, true, interrupt)
}

pub(super) fn trunk(workspace: &Workspace, interrupt: &Interrupt) -> Result<Count> {
    let trunk = ensure_trunk(workspace, interrupt)?;
    let mut command = Command::new(trunk);
    command
        .args(["build", "--dist"])
        .arg(workspace.target().join("trunk"))
        .current_dir(workspace.root())
        .env("PATH", path_with_tools(workspace)?)
        // Trunk takes any value of it for a flag of its own, and refuses "1".
        .env_remove("NO_COLOR");
    one(&mut command, interrupt)
}

pub(super) fn spa(workspace: &Workspace, interrupt: &Interrupt) -> Result<Count> {
    ensure_wasm_target(workspace, interrupt)?;
    crate::spa::build(workspace, interrupt)?;
    Ok(Count::PASSED)
}
