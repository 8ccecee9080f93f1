//! `renkei`: the API-linkage authorization system in one binary. Composition and doors are here.
//! Not here: rules (`renkei-procedure`, `renkei-oauth`), tables (`renkei-store`), TLS (`renkei-tls`).

use clap::Parser as _;
use std::process::ExitCode;

#[tokio::main]
async fn main() -> ExitCode {
    let arguments = renkei::cli::Arguments::parse();
    match arguments.run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            #[expect(clippy::print_stderr, reason = "the operator reads it there")]
            {
                eprintln!("renkei: {error:#}");
            }
            ExitCode::FAILURE
        }
    }
}
