//! `cargo xtask fuzz`: every fuzz target for a given time, summed up in a table.
//! Not here: the targets and what they check (`fuzz/`).

mod report;

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, io};

use anyhow::{Context, Result, bail};

use self::report::Report;
use crate::interrupt::Interrupt;
use crate::process;
use crate::toolchain::{Tool, ensure_nightly, ensure_tool, path_with_tools};
use crate::workspace::Workspace;

const CARGO_FUZZ: Tool = Tool {
    package: "cargo-fuzz",
    program: "cargo-fuzz",
    version: "0.13.2",
    arguments: &["--locked"],
};

/// Bounds of one target: the longest input in bytes (the longest JWT is read as a whole), memory, seconds for one input.
const BOUNDS: [&str; 3] = ["-max_len=16384", "-rss_limit_mb=1024", "-timeout=10"];

/// What to run.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// How long each target runs; 0 repeats the corpora only.
    #[arg(long, default_value_t = 60)]
    seconds: u32,
    /// Only these targets.
    #[arg(long, value_delimiter = ',')]
    target: Vec<String>,
    /// Put what was found into fuzz/corpus, made as small as the same coverage allows.
    #[arg(long)]
    keep: bool,
}

/// The folders of one target.
struct Corpora {
    /// What runs on this machine found.
    found: PathBuf,
    /// What was kept of it, in the repository.
    kept: PathBuf,
    /// What was written by hand, in the repository.
    seeds: PathBuf,
}

/// Runs the targets one after another, each even where one before crashed.
pub(crate) fn run(options: &Options, interrupt: &Interrupt) -> Result<()> {
    let workspace = Workspace::find()?;
    let reports = reports(&workspace, options, interrupt)?;
    let failed: Vec<_> = reports.iter().filter_map(Report::complaint).collect();
    if failed.is_empty() {
        return Ok(());
    }
    bail!("{}", failed.join("\n"))
}

/// Repeats the corpora of all targets: each target must still build, and get through whatever was kept for it. Answers
/// how many did and how many did not.
pub(crate) fn repeat(workspace: &Workspace, interrupt: &Interrupt) -> Result<(u32, u32)> {
    let options = Options {
        seconds: 0,
        target: Vec::new(),
        keep: false,
    };
    let reports = reports(workspace, &options, interrupt)?;
    for complaint in reports.iter().filter_map(Report::complaint) {
        eprintln!("{complaint}");
    }
    let clean = reports.iter().filter(|report| report.is_clean()).count();
    Ok((u32::try_from(clean)?, u32::try_from(reports.len() - clean)?))
}

fn reports(workspace: &Workspace, options: &Options, interrupt: &Interrupt) -> Result<Vec<Report>> {
    let targets = chosen(&all_targets(workspace)?, &options.target)?;
    ensure_nightly(workspace, interrupt)?;
    ensure_tool(workspace, &CARGO_FUZZ, false, interrupt)?;
    for target in &targets {
        println!("==> building {target}");
        process::run(cargo_fuzz(workspace, "build")?.arg(target), interrupt)?;
    }
    let mut reports = Vec::new();
    for target in targets {
        println!("==> {target}, {} s", options.seconds);
        let report = fuzz(workspace, &target, options.seconds, interrupt)?;
        if options.keep && report.is_clean() {
            keep(workspace, &target, interrupt)?;
        }
        reports.push(report);
    }
    println!("\n{}", report::table(&reports));
    Ok(reports)
}

/// The targets that there are: one a file.
fn all_targets(workspace: &Workspace) -> Result<BTreeSet<String>> {
    let folder = workspace.fuzz().join("fuzz_targets");
    let names = entries(&folder)?.into_iter().filter_map(|path| {
        let is_source = path.extension().is_some_and(|extension| extension == "rs");
        is_source.then(|| path.file_stem()?.to_str().map(str::to_owned))?
    });
    Ok(names.collect())
}

fn chosen(all: &BTreeSet<String>, wanted: &[String]) -> Result<Vec<String>> {
    if let Some(unknown) = wanted.iter().find(|name| !all.contains(*name)) {
        let names: Vec<&str> = all.iter().map(String::as_str).collect();
        bail!("there is no target {unknown}; there are {}", names.join(", "));
    }
    let is_wanted = |name: &&String| wanted.is_empty() || wanted.contains(name);
    Ok(all.iter().filter(is_wanted).cloned().collect())
}

/// A command of cargo-fuzz on the nightly compiler, with a target folder of its own: its flags would make everything
/// else be built anew.
fn cargo_fuzz(workspace: &Workspace, subcommand: &str) -> Result<Command> {
    let mut command = Command::new("rustup");
    command
        .args(["run", "nightly", "cargo", "fuzz", subcommand, "--fuzz-dir"])
        .arg(workspace.fuzz())
        .current_dir(workspace.root())
        .env("PATH", path_with_tools(workspace)?)
        .env("CARGO_TARGET_DIR", build_folder(workspace));
    // Of the cargo that runs us.
    for variable in ["CARGO", "RUSTC", "RUSTUP_TOOLCHAIN", "LD_LIBRARY_PATH"] {
        command.env_remove(variable);
    }
    Ok(command)
}

fn build_folder(workspace: &Workspace) -> PathBuf {
    env::var_os("CARGO_TARGET_DIR")
        .map_or_else(|| workspace.target(), PathBuf::from)
        .join("fuzz")
}

fn corpora(workspace: &Workspace, target: &str) -> Corpora {
    Corpora {
        found: build_folder(workspace).join("corpus").join(target),
        kept: workspace.fuzz().join("corpus").join(target),
        seeds: workspace.fuzz().join("seeds").join(target),
    }
}

fn fuzz(workspace: &Workspace, target: &str, seconds: u32, interrupt: &Interrupt) -> Result<Report> {
    let Corpora { found, kept, seeds } = corpora(workspace, target);
    for folder in [&found, &kept] {
        fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
    }
    let log = build_folder(workspace).join(format!("{target}.log"));
    let mut command = cargo_fuzz(workspace, "run")?;
    command.arg(target).args([&found, &kept]);
    if seeds.is_dir() {
        command.arg(seeds);
    }
    command
        .args(["--", "-print_final_stats=1"])
        .args(BOUNDS)
        .arg(if seconds == 0 {
            "-runs=0".to_owned()
        } else {
            format!("-max_total_time={seconds}")
        });
    let dictionary = workspace
        .fuzz()
        .join("dictionaries")
        .join(format!("{target}.dict"));
    if dictionary.is_file() {
        let mut argument = OsString::from("-dict=");
        argument.push(dictionary);
        command.arg(argument);
    }
    command.stderr(File::create(&log).with_context(|| format!("cannot write {}", log.display()))?);
    let before = entries(&found)?.len();
    let (status, _) = process::capture(&mut command, false, interrupt)?;
    let added = entries(&found)?.len().saturating_sub(before);
    let text = fs::read(&log).with_context(|| format!("cannot read {}", log.display()))?;
    let text = String::from_utf8_lossy(&text);
    Ok(Report::read(target, &text, status.success(), added, log))
}

/// Adds what was found to what is kept, and drops what adds no coverage.
fn keep(workspace: &Workspace, target: &str, interrupt: &Interrupt) -> Result<()> {
    let Corpora { found, kept, .. } = corpora(workspace, target);
    for input in entries(&found)? {
        let name = input.file_name().unwrap_or_default();
        fs::copy(&input, kept.join(name)).with_context(|| format!("cannot copy {}", input.display()))?;
    }
    println!("==> {target}, minimising");
    let mut command = cargo_fuzz(workspace, "cmin")?;
    // How often a line runs does not count, only whether, and the smallest set is looked for: that keeps the corpus
    // small enough for the repository.
    command
        .arg(target)
        .arg(&kept)
        .args(["--", "-set_cover_merge=1", "-use_counters=0"])
        .args(BOUNDS);
    let log = build_folder(workspace).join(format!("{target}.cmin.log"));
    command.stderr(File::create(&log).with_context(|| format!("cannot write {}", log.display()))?);
    process::run(&mut command, interrupt)
}

fn entries(folder: &Path) -> Result<Vec<PathBuf>> {
    let read = || -> io::Result<Vec<PathBuf>> {
        fs::read_dir(folder)?
            .map(|entry| entry.map(|entry| entry.path()))
            .collect()
    };
    read().with_context(|| format!("cannot list {}", folder.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets_are_chosen_by_name() {
        let all = BTreeSet::from(["dpop_proof".to_owned(), "request_object".to_owned()]);
        assert_eq!(chosen(&all, &[]).unwrap(), ["dpop_proof", "request_object"]);
        assert_eq!(
            chosen(&all, &["request_object".to_owned()]).unwrap(),
            ["request_object"]
        );
        let error = chosen(&all, &["dpop".to_owned()]).unwrap_err().to_string();
        assert!(error.contains("dpop_proof, request_object"), "{error}");
    }
}
