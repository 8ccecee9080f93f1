//! `cargo xtask test`: everything that CI runs, step by step, counted.
//! Not here: the tests themselves.

mod count;
mod debian;
pub(crate) mod playwright;
mod postgres;
mod real_clients;
mod steps;

use std::time::{Duration, Instant};

use anyhow::{Result, bail};
use clap::ValueEnum;

use self::count::Count;
use crate::interrupt::{Interrupt, Interrupted};
use crate::workspace::Workspace;

/// What to run.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// Only these steps.
    #[arg(long, value_enum, value_delimiter = ',')]
    only: Vec<Step>,
    /// All but these steps.
    #[arg(long, value_enum, value_delimiter = ',', conflicts_with = "only")]
    skip: Vec<Step>,
}

/// A step, in the order in which they run: what fails quickly comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Step {
    /// Formatting.
    Fmt,
    /// Licences, bans and sources of dependencies.
    Deny,
    /// Lints of everything but the front end.
    Clippy,
    /// Lints of the front end, for WebAssembly.
    ClippyWasm,
    /// The front end as the server embeds it: before the tests of the server, which serve it.
    Spa,
    /// Unit and integration tests; the database is SQLite.
    Sqlite,
    /// Tests that use a database, on a temporary PostgreSQL.
    Postgres,
    /// The fuzz targets, with the inputs that were kept for them; only where it is named: it needs the nightly compiler.
    Fuzz,
    /// Tests of the front end, as WebAssembly.
    Wasm,
    /// The front end as its developers build it.
    Trunk,
    /// The whole journey in a real browser.
    E2e,
}

impl Step {
    const fn title(self) -> &'static str {
        match self {
            Self::Fmt => "formatting",
            Self::Deny => "dependencies: licences, bans, sources",
            Self::Clippy => "lints",
            Self::ClippyWasm => "lints of the front end",
            Self::Sqlite => "unit and integration tests, SQLite",
            Self::Postgres => "tests that use a database, PostgreSQL",
            Self::Fuzz => "fuzz targets, with the inputs kept for them",
            Self::Wasm => "front-end tests, WebAssembly",
            Self::Trunk => "front end by trunk",
            Self::Spa => "front end for release",
            Self::E2e => "end to end in a browser",
        }
    }

    fn run(self, workspace: &Workspace, interrupt: &Interrupt) -> Result<Count> {
        match self {
            Self::Fmt => steps::fmt(workspace, interrupt),
            Self::Deny => steps::deny(workspace, interrupt),
            Self::Clippy => steps::clippy(workspace, interrupt),
            Self::ClippyWasm => steps::clippy_wasm(workspace, interrupt),
            Self::Sqlite => steps::sqlite(workspace, interrupt),
            Self::Postgres => steps::postgres(workspace, interrupt),
            Self::Fuzz => steps::fuzz(workspace, interrupt),
            Self::Wasm => steps::wasm(workspace, interrupt),
            Self::Trunk => steps::trunk(workspace, interrupt),
            Self::Spa => steps::spa(workspace, interrupt),
            Self::E2e => playwright::run(workspace, interrupt),
        }
    }
}

/// Runs the steps, each even where one before failed, and sums up.
pub(crate) fn run(options: &Options, interrupt: &Interrupt) -> Result<()> {
    let workspace = Workspace::find()?;
    let wanted = |step: &Step| {
        if options.only.is_empty() {
            *step != Step::Fuzz && !options.skip.contains(step)
        } else {
            options.only.contains(step)
        }
    };
    let steps: Vec<Step> = Step::value_variants().iter().copied().filter(wanted).collect();
    let mut results = Vec::new();
    for (index, step) in steps.iter().enumerate() {
        println!("\n==> [{}/{}] {}", index + 1, steps.len(), step.title());
        let start = Instant::now();
        let count = match step.run(&workspace, interrupt) {
            Ok(count) => count,
            Err(error) if error.is::<Interrupted>() => return Err(error),
            Err(error) => {
                eprintln!("error: {error:#}");
                Count::FAILED
            }
        };
        let spent = start.elapsed();
        println!("    {count} in {}", Spent(spent));
        results.push((*step, count, spent));
    }

    println!("\n==> summary");
    for (step, count, spent) in &results {
        let mark = if count.failed == 0 { "ok  " } else { "FAIL" };
        println!("    {mark} {:<45} {count} in {}", step.title(), Spent(*spent));
    }
    let total: Count = results.iter().map(|(_, count, _)| *count).sum();
    println!("{total}");
    if total.failed > 0 {
        bail!("not everything passed");
    }
    Ok(())
}

struct Spent(Duration);

impl std::fmt::Display for Spent {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let seconds = self.0.as_secs();
        write!(formatter, "{}m{:02}s", seconds / 60, seconds % 60)
    }
}
