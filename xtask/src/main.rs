//! Chores of this repository: `cargo xtask demo`, `test`, `spa`, `fuzz`, `guides`, `bench-ui`, `lighthouse`.
//! Not here: anything that runs in production.
#![allow(clippy::print_stdout, reason = "what a chore says goes to the terminal")]

use std::process::ExitCode;

use clap::{Parser, Subcommand};

mod clock;
mod demo;
mod files;
mod fuzz;
mod guides;
mod interrupt;
mod measure;
mod pki;
mod process;
mod random;
mod spa;
mod test;
mod toolchain;
mod workspace;

/// Chores of this repository.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Cli {
    #[command(subcommand)]
    chore: Chore,
}

#[derive(Subcommand)]
enum Chore {
    /// Build everything and run Renkei with demo data, a demo PKI and the demo accounting software.
    Demo(demo::Options),
    /// Run everything that CI runs; ends with `N passed, N failed`.
    Test(test::Options),
    /// Build the front end for release into target/spa, where the server embeds it from.
    Spa,
    /// Run the fuzz targets of what reads bytes from the network before anybody is authenticated.
    Fuzz(fuzz::Options),
    /// Write the guides' tables of problems anew from the catalogue.
    Guides,
    /// Measure the pages in a real browser beside plain pages of the same content; prints a table.
    BenchUi(measure::BenchOptions),
    /// Let Lighthouse judge the permission page; prints its scores and what keeps one below 100.
    Lighthouse,
}

fn main() -> ExitCode {
    let outcome = interrupt::Interrupt::listen().and_then(|interrupt| match Cli::parse().chore {
        Chore::Demo(options) => demo::run(&options, &interrupt),
        Chore::Test(options) => test::run(&options, &interrupt),
        Chore::Spa => workspace::Workspace::find().and_then(|workspace| {
            toolchain::ensure_wasm_target(&workspace, &interrupt)?;
            spa::build(&workspace, &interrupt)
        }),
        Chore::Fuzz(options) => fuzz::run(&options, &interrupt),
        Chore::Guides => guides::write(),
        Chore::BenchUi(options) => measure::bench_ui(&options, &interrupt),
        Chore::Lighthouse => measure::lighthouse(&interrupt),
    });
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) if error.is::<interrupt::Interrupted>() => {
            eprintln!("{error}");
            ExitCode::from(130)
        }
        Err(error) => {
            eprintln!("\nerror: {error:#}");
            ExitCode::FAILURE
        }
    }
}
