//! Running other programs so that they end when we do.
//! Not here: which programs, and long-running children of the demo (`demo::children`).

use std::env;
use std::ffi::OsStr;
use std::io::{BufRead, BufReader, Write};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use rustix::process::{Pid, Signal, kill_process_group};

use crate::interrupt::Interrupt;

const GLANCE: Duration = Duration::from_millis(40);
const GRACE: Duration = Duration::from_secs(15);

/// A child in a process group of its own, which is ended with all that it started when this is dropped.
#[derive(Debug)]
pub(crate) struct Group(Child);

impl Group {
    /// Starts the program. The terminal's Ctrl-C reaches us only; we pass it on in good order.
    pub(crate) fn start(command: &mut Command) -> Result<Self> {
        let name = command.get_program().to_string_lossy().into_owned();
        command
            .process_group(0)
            .stdin(Stdio::null())
            .spawn()
            .map(Self)
            .with_context(|| format!("cannot start {name}"))
    }

    /// The child's process id.
    pub(crate) fn id(&self) -> u32 {
        self.0.id()
    }

    /// Its outcome, if it has ended.
    pub(crate) fn ended(&mut self) -> Result<Option<ExitStatus>> {
        self.0.try_wait().context("cannot look after a child")
    }

    fn signal(&self, signal: Signal) {
        // It may have ended meanwhile; there is nobody to tell.
        let _ = kill_process_group(Pid::from_child(&self.0), signal);
    }

    /// Asks it to end; returns at once.
    pub(crate) fn ask_to_end(&mut self) {
        if !matches!(self.0.try_wait(), Ok(Some(_))) {
            self.signal(Signal::TERM);
        }
    }

    fn wait(&mut self, interrupt: &Interrupt) -> Result<ExitStatus> {
        loop {
            if let Some(status) = self.ended()? {
                return Ok(status);
            }
            interrupt.check()?;
            thread::sleep(GLANCE);
        }
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        if matches!(self.0.try_wait(), Ok(Some(_))) {
            return;
        }
        self.signal(Signal::TERM);
        let deadline = Instant::now() + GRACE;
        while Instant::now() < deadline {
            if matches!(self.0.try_wait(), Ok(Some(_))) {
                return;
            }
            thread::sleep(GLANCE);
        }
        self.signal(Signal::KILL);
        let _ = self.0.wait();
    }
}

/// Runs a program to its end with its output on our terminal; fails where it fails.
pub(crate) fn run(command: &mut Command, interrupt: &Interrupt) -> Result<()> {
    let shown = shown(command);
    let status = Group::start(command)?.wait(interrupt)?;
    if !status.success() {
        bail!("{shown}: {status}");
    }
    Ok(())
}

/// Runs a program to its end and answers its standard output, whatever its outcome; the rest goes to our terminal.
/// `echo` shows the standard output as it comes.
pub(crate) fn capture(
    command: &mut Command,
    echo: bool,
    interrupt: &Interrupt,
) -> Result<(ExitStatus, String)> {
    let mut group = Group::start(command.stdout(Stdio::piped()))?;
    let stdout = group.0.stdout.take().context("no standard output")?;
    let reader = thread::spawn(move || {
        let mut text = String::new();
        let mut reader = BufReader::new(stdout);
        let mut line = Vec::new();
        while reader.read_until(b'\n', &mut line).is_ok_and(|read| read > 0) {
            if echo {
                // Our own output may be closed; the program's outcome matters more.
                let _ = std::io::stdout().write_all(&line);
            }
            text.push_str(&String::from_utf8_lossy(&line));
            line.clear();
        }
        text
    });
    let status = group.wait(interrupt)?;
    let text = reader.join().ok().context("reading a program's output failed")?;
    Ok((status, text))
}

/// The standard output of a program that must succeed.
pub(crate) fn output(command: &mut Command, interrupt: &Interrupt) -> Result<String> {
    let shown = shown(command);
    let (status, text) = capture(command, false, interrupt)?;
    if !status.success() {
        bail!("{shown}: {status}");
    }
    Ok(text)
}

/// The program of that name on PATH.
pub(crate) fn find(name: &str) -> Option<PathBuf> {
    env::split_paths(&env::var_os("PATH")?)
        .map(|folder| folder.join(name))
        .find(|path| is_executable(path))
}

fn is_executable(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    path.metadata()
        .is_ok_and(|meta| meta.is_file() && meta.permissions().mode() & 0o111 != 0)
}

/// Program and subcommand, for messages: arguments further on may hold a password.
fn shown(command: &Command) -> String {
    let program = Path::new(command.get_program())
        .file_name()
        .unwrap_or_else(|| command.get_program())
        .to_string_lossy()
        .into_owned();
    let words = command.get_args().filter_map(OsStr::to_str);
    let words = words
        .take_while(|word| !word.starts_with('-') && !word.contains('/'))
        .take(2);
    std::iter::once(program)
        .chain(words.map(str::to_owned))
        .collect::<Vec<_>>()
        .join(" ")
}

#[cfg(test)]
mod tests {
    use rustix::process::test_kill_process;

    use super::*;
    use crate::interrupt::Interrupted;

    fn shell(script: &str) -> Command {
        let mut command = Command::new("sh");
        command.args(["-c", script]);
        command
    }

    #[test]
    fn a_group_takes_along_what_it_started() {
        let mut command = shell("sleep 600 & echo $!; wait");
        let mut group = Group::start(command.stdout(Stdio::piped())).unwrap();
        let mut line = String::new();
        BufReader::new(group.0.stdout.take().unwrap())
            .read_line(&mut line)
            .unwrap();
        let grandchild = Pid::from_raw(line.trim().parse().unwrap()).unwrap();
        assert!(test_kill_process(grandchild).is_ok());
        drop(group);
        // Its new parent may need a moment to bury it.
        let deadline = Instant::now() + Duration::from_secs(10);
        while test_kill_process(grandchild).is_ok() && !is_dead(grandchild) {
            assert!(Instant::now() < deadline, "the grandchild lives on");
            thread::sleep(GLANCE);
        }
    }

    fn is_dead(pid: Pid) -> bool {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", pid.as_raw_nonzero()));
        stat.is_ok_and(|stat| stat.contains(") Z "))
    }

    #[test]
    fn an_interrupt_ends_what_runs() {
        let start = Instant::now();
        let error = run(&mut shell("sleep 600"), &Interrupt::settled(true)).unwrap_err();
        assert!(error.is::<Interrupted>());
        assert!(start.elapsed() < Duration::from_secs(60));
    }

    #[test]
    fn output_and_outcome_are_told() {
        let interrupt = Interrupt::settled(false);
        let (status, text) = capture(&mut shell("echo 空知; exit 3"), false, &interrupt).unwrap();
        assert_eq!((status.code(), text.as_str()), (Some(3), "空知\n"));
        let error = output(&mut shell("exit 1"), &interrupt).unwrap_err();
        assert!(
            !format!("{error:#}").contains("exit 1"),
            "arguments may be secret"
        );
        assert!(run(&mut Command::new("no-such-program-at-all"), &interrupt).is_err());
    }
}
