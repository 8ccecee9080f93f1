//! Chores of this repository: `cargo xtask demo`, `cargo xtask test`, `cargo xtask spa`, `cargo xtask fuzz`,
//! `cargo xtask guides`.
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
