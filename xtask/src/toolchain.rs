//! The compiler's parts and the tools of others that chores need; installed below target/ where they are missing.
//! Not here: Debian packages (`test::debian`).

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

use anyhow::{Context, Result, bail};
use serde::Deserialize;

use crate::interrupt::Interrupt;
use crate::process;
use crate::workspace::Workspace;

const WASM: &str = "wasm32-unknown-unknown";

/// A cargo command in the repository.
pub(crate) fn cargo(workspace: &Workspace) -> Command {
    let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| OsString::from("cargo")));
    command.current_dir(workspace.root());
    // Set by `cargo run` for us; a nested cargo would take our package for its own.
    for variable in [
        "CARGO_MANIFEST_DIR",
        "CARGO_MANIFEST_PATH",
        "CARGO_PKG_NAME",
        "CARGO_PKG_VERSION",
    ] {
        command.env_remove(variable);
    }
    command
}

/// Makes sure that the compiler can make WebAssembly.
pub(crate) fn ensure_wasm_target(workspace: &Workspace, interrupt: &Interrupt) -> Result<()> {
    let mut ask = Command::new("rustc");
    ask.args(["--print", "target-libdir", "--target", WASM])
        .current_dir(workspace.root());
    let folder = process::output(&mut ask, interrupt)?;
    if fs::read_dir(folder.trim()).is_ok_and(|mut entries| entries.next().is_some()) {
        return Ok(());
    }
    println!("Adding the compiler's {WASM} target");
    if process::find("rustup").is_none() {
        bail!("the compiler has no {WASM} target and there is no rustup to add it");
    }
    let mut add = Command::new("rustup");
    add.args(["target", "add", WASM]).current_dir(workspace.root());
    process::run(&mut add, interrupt)
}

/// Makes sure that there is a nightly compiler, which fuzzing needs for its instrumentation.
pub(crate) fn ensure_nightly(workspace: &Workspace, interrupt: &Interrupt) -> Result<()> {
    if process::find("rustup").is_none() {
        bail!("fuzzing needs the nightly compiler and rustup to call it");
    }
    let mut ask = Command::new("rustup");
    ask.args(["toolchain", "list"]).current_dir(workspace.root());
    // Not one of a certain day, such as nightly-2026-05-20-x86_64-unknown-linux-gnu.
    let is_nightly = |name: &str| {
        name.strip_prefix("nightly-")
            .is_some_and(|host| !host.starts_with(|first: char| first.is_ascii_digit()))
    };
    if process::output(&mut ask, interrupt)?.lines().any(is_nightly) {
        return Ok(());
    }
    println!("Installing the nightly compiler (once)");
    let mut install = Command::new("rustup");
    install
        .args(["toolchain", "install", "nightly", "--profile", "minimal"])
        .current_dir(workspace.root());
    process::run(&mut install, interrupt)
}

/// Builds packages and answers the paths of the programs and WebAssembly modules that come out.
pub(crate) fn build(command: &mut Command, interrupt: &Interrupt) -> Result<Vec<PathBuf>> {
    #[derive(Deserialize)]
    struct Message {
        reason: String,
        #[serde(default)]
        filenames: Vec<PathBuf>,
        #[serde(default)]
        target: Option<Target>,
    }
    #[derive(Deserialize)]
    struct Target {
        kind: Vec<String>,
    }
    command.arg("--message-format=json-render-diagnostics");
    let output = process::output(command, interrupt)?;
    let mut programs = Vec::new();
    for line in output.lines().filter(|line| line.starts_with('{')) {
        let message: Message = serde_json::from_str(line).context("cannot read cargo's messages")?;
        let is_program = message
            .target
            .is_some_and(|target| target.kind.iter().any(|kind| kind == "bin"));
        if message.reason == "compiler-artifact" && is_program {
            programs.extend(message.filenames);
        }
    }
    Ok(programs)
}

/// The one of `programs` with that file name.
pub(crate) fn program(programs: &[PathBuf], name: &str) -> Result<PathBuf> {
    programs
        .iter()
        .find(|path| path.file_name().is_some_and(|file| file == name))
        .cloned()
        .with_context(|| format!("cargo built no {name}"))
}

/// A tool that `cargo install` can bring.
pub(crate) struct Tool {
    /// Its package.
    pub(crate) package: &'static str,
    /// The program in it that counts.
    pub(crate) program: &'static str,
    /// The version that was tried.
    pub(crate) version: &'static str,
    /// Further arguments of `cargo install`.
    pub(crate) arguments: &'static [&'static str],
}

/// The tool's path: ours below target/tools, or the machine's own unless `pinned`; installed where missing.
pub(crate) fn ensure_tool(
    workspace: &Workspace,
    tool: &Tool,
    pinned: bool,
    interrupt: &Interrupt,
) -> Result<PathBuf> {
    let own = workspace.tools().join("bin").join(tool.program);
    if own.is_file() {
        return Ok(own);
    }
    if !pinned && let Some(found) = process::find(tool.program) {
        return Ok(found);
    }
    println!(
        "Installing {} {} below target/tools (once)",
        tool.package, tool.version
    );
    let mut install = cargo(workspace);
    install
        .arg("install")
        .arg(format!("{}@{}", tool.package, tool.version))
        .args(tool.arguments)
        .arg("--root")
        .arg(workspace.tools())
        .env("CARGO_TARGET_DIR", workspace.tools().join("build"))
        // Building a tool costs more than it will ever run.
        .env("CARGO_PROFILE_RELEASE_LTO", "off")
        .env("CARGO_PROFILE_RELEASE_OPT_LEVEL", "1")
        .env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16")
        .env("CARGO_PROFILE_RELEASE_DEBUG", "false");
    process::run(&mut install, interrupt)?;
    if !own.is_file() {
        bail!("{} was installed but brought no {}", tool.package, tool.program);
    }
    Ok(own)
}

/// PATH with our own tools first.
pub(crate) fn path_with_tools(workspace: &Workspace) -> Result<OsString> {
    let own: &Path = &workspace.tools().join("bin");
    let path = env::var_os("PATH").unwrap_or_default();
    env::join_paths(std::iter::once(own.to_owned()).chain(env::split_paths(&path)))
        .context("PATH cannot be extended")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A workspace whose only package is called `xtask`, with the settings of this one.
    fn little_workspace(folder: &Path) {
        let settings = Workspace::find().unwrap().root().join(".cargo/config.toml");
        for (path, text) in [
            (
                "Cargo.toml",
                "[workspace]\nmembers = [\"xtask\", \"other\"]\nresolver = \"3\"\n",
            ),
            (
                "xtask/Cargo.toml",
                "[package]\nname = \"xtask\"\nversion = \"0.0.0\"\nedition = \"2024\"\n",
            ),
            ("xtask/src/main.rs", "fn main() {}\n"),
            (
                "other/Cargo.toml",
                "[package]\nname = \"other\"\nversion = \"0.0.0\"\nedition = \"2024\"\n",
            ),
            ("other/src/lib.rs", ""),
            (".cargo/config.toml", &fs::read_to_string(settings).unwrap()),
        ] {
            let path = folder.join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
    }

    #[test]
    fn chores_refuse_a_lock_file_that_does_not_fit() {
        let folder = tempfile::tempdir().unwrap();
        little_workspace(folder.path());
        let in_folder = |words: &[&str]| {
            let mut command = cargo(&Workspace::find().unwrap());
            command.current_dir(folder.path()).args(words);
            command.env("CARGO_TARGET_DIR", folder.path().join("target"));
            command.env("CARGO_NET_OFFLINE", "true").output().unwrap()
        };
        assert!(in_folder(&["generate-lockfile"]).status.success());
        assert!(in_folder(&["xtask"]).status.success());
        let lock = || fs::read_to_string(folder.path().join("Cargo.lock")).unwrap();
        let before = lock();

        let manifest = folder.path().join("xtask/Cargo.toml");
        let text = fs::read_to_string(&manifest).unwrap();
        fs::write(
            &manifest,
            text + "[dependencies]\nother = { path = \"../other\" }\n",
        )
        .unwrap();
        let refused = in_folder(&["xtask"]);
        let said = String::from_utf8(refused.stderr).unwrap();
        assert!(!refused.status.success() && said.contains("Cargo.lock"), "{said}");
        assert_eq!(lock(), before);
    }
}
