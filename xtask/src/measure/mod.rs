//! Measurements of the pages in a real browser: printed, never asserted, and no part of `cargo xtask test`.
//! Not here: what is measured (e2e/measure).

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::interrupt::Interrupt;
use crate::test::playwright;
use crate::workspace::Workspace;
use crate::{process, toolchain};

/// How the server is built that the benchmark talks to.
#[derive(clap::Args)]
pub(crate) struct BenchOptions {
    /// Optimise the server as for a release; takes some ten minutes to build.
    #[arg(long)]
    release: bool,
}

/// Our pages beside pages of the same content that somebody wrote by hand.
pub(crate) fn bench_ui(options: &BenchOptions, interrupt: &Interrupt) -> Result<()> {
    let workspace = Workspace::find()?;
    playwright::prepare(&workspace, interrupt)?;
    println!("Building a server that has the plain pages, too (feature `testing`)");
    let mut cargo = toolchain::cargo(&workspace);
    cargo.args(["build", "--package", "renkei", "--features", "testing"]);
    if options.release {
        cargo.arg("--release");
    }
    let built = toolchain::build(&mut cargo, interrupt)?;
    let folder = workspace.target().join("bench-ui");
    fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
    // The demo's own build goes where cargo has put this one.
    let server = folder.join("renkei");
    fs::copy(toolchain::program(&built, "renkei")?, &server).context("cannot keep the server")?;
    let profile = if options.release { "release" } else { "dev" };
    measure(
        &workspace,
        "bench",
        &[
            ("RENKEI_BINARY", &server),
            ("RENKEI_BENCH_PROFILE", Path::new(profile)),
        ],
        interrupt,
    )?;
    show(&workspace.target().join("bench-ui.txt"))
}

/// What Lighthouse says of the permission page.
pub(crate) fn lighthouse(interrupt: &Interrupt) -> Result<()> {
    let workspace = Workspace::find()?;
    playwright::prepare(&workspace, interrupt)?;
    playwright::install(&workspace.root().join("e2e/measure/lighthouse"), interrupt)?;
    measure(&workspace, "lighthouse", &[], interrupt)?;
    show(&workspace.target().join("lighthouse.txt"))
}

fn measure(
    workspace: &Workspace,
    what: &str,
    variables: &[(&str, &Path)],
    interrupt: &Interrupt,
) -> Result<()> {
    let mut run = Command::new("npx");
    run.args(["playwright", "test", "--project=measure"])
        .current_dir(workspace.root().join("e2e"))
        .env("RENKEI_MEASURE", what)
        .envs(variables.iter().copied());
    let (status, _) = process::capture(&mut run, true, interrupt)?;
    if !status.success() {
        bail!("the measurement did not come to its end");
    }
    Ok(())
}

fn show(report: &Path) -> Result<()> {
    let text = fs::read_to_string(report).with_context(|| format!("no {}", report.display()))?;
    println!("\n{text}");
    Ok(())
}
