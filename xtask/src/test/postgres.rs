//! A PostgreSQL of our own that lives as long as the tests do.
//! Not here: the tests.

use std::fs;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};
use tempfile::TempDir;

use super::debian;
use crate::interrupt::Interrupt;
use crate::{files, process, random};

const USER: &str = "renkei";

/// A running cluster; stopped and removed when dropped.
pub(crate) struct Cluster {
    /// The cluster lives below; the folder outlives it by being dropped later.
    folder: TempDir,
    programs: PathBuf,
    port: u16,
    password: String,
}

impl Cluster {
    /// Makes and starts a cluster, installing PostgreSQL where it is missing and may be installed.
    pub(crate) fn start(interrupt: &Interrupt) -> Result<Self> {
        let programs = if let Some(found) = find_programs() {
            found
        } else {
            debian::install(&["postgresql"], interrupt)?;
            find_programs().context("PostgreSQL was installed but its programs are not to be found")?
        };
        let cluster = Self {
            folder: tempfile::Builder::new().prefix("renkei-postgres-").tempdir()?,
            programs,
            // Free a moment ago; nobody else asks for ports at random meanwhile.
            port: TcpListener::bind("127.0.0.1:0")?.local_addr()?.port(),
            password: random::token()?,
        };
        cluster.make(interrupt)?;
        Ok(cluster)
    }

    /// The URL of its administrator's database.
    pub(crate) fn url(&self) -> String {
        format!(
            "postgres://{USER}:{}@127.0.0.1:{}/postgres",
            self.password, self.port
        )
    }

    fn make(&self, interrupt: &Interrupt) -> Result<()> {
        let password_file = self.folder.path().join("password");
        files::write_private(&password_file, self.password.as_bytes())?;
        if rustix::process::geteuid().is_root() {
            // PostgreSQL refuses to run as root.
            for path in [self.folder.path(), &password_file] {
                let mut command = Command::new("chown");
                process::run(command.arg("postgres").arg(path), interrupt)?;
            }
        }
        let mut initdb = self.command("initdb");
        initdb
            .arg("--pgdata")
            .arg(self.data())
            .args([
                "--username",
                USER,
                "--auth=scram-sha-256",
                "--encoding=UTF8",
                "--locale=C",
                "--no-sync",
            ])
            .arg("--pwfile")
            .arg(&password_file);
        process::output(&mut initdb, interrupt)?;
        let settings = format!(
            "\nport = {}\nlisten_addresses = '127.0.0.1'\nunix_socket_directories = '{}'\nmax_connections = 300\n\
             shared_buffers = 128MB\nfsync = off\nsynchronous_commit = off\nfull_page_writes = off\n",
            self.port,
            self.folder.path().display()
        );
        let file = self.data().join("postgresql.conf");
        let text = fs::read_to_string(&file).context("cannot read postgresql.conf")?;
        fs::write(&file, text + &settings).context("cannot write postgresql.conf")?;
        let log = self.folder.path().join("server.log");
        let mut start = self.command("pg_ctl");
        start
            .args(["start", "--wait", "--silent", "--pgdata"])
            .arg(self.data());
        start.arg("--log").arg(&log);
        process::run(&mut start, interrupt).with_context(|| {
            format!(
                "PostgreSQL does not start: {}",
                fs::read_to_string(&log).unwrap_or_default()
            )
        })?;
        println!("    PostgreSQL listens on 127.0.0.1:{}", self.port);
        Ok(())
    }

    fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// One of PostgreSQL's programs, as a user that it accepts.
    fn command(&self, name: &str) -> Command {
        let program = self.programs.join(name);
        let mut command = if rustix::process::geteuid().is_root() {
            let mut command = Command::new("runuser");
            command.args(["-u", "postgres", "--"]).arg(program);
            command
        } else {
            Command::new(program)
        };
        // Where we are may be closed to that user.
        command.current_dir(self.folder.path());
        command
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        let mut stop = self.command("pg_ctl");
        stop.args(["stop", "--mode=immediate", "--silent", "--pgdata"])
            .arg(self.data());
        // Not interruptible: a cluster left behind is worse than a moment's wait.
        match stop.status() {
            Ok(status) if status.success() => {}
            outcome => eprintln!("cannot stop PostgreSQL: {outcome:?}"),
        }
    }
}

fn find_programs() -> Option<PathBuf> {
    let complete = |folder: &Path| {
        ["initdb", "pg_ctl", "postgres"]
            .iter()
            .all(|name| folder.join(name).is_file())
    };
    let mut installed: Vec<PathBuf> = fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .filter_map(|entry| Some(entry.ok()?.path().join("bin")))
        .collect();
    installed.sort();
    let on_path = process::find("initdb").and_then(|program| Some(program.parent()?.to_owned()));
    installed
        .into_iter()
        .rev()
        .chain(on_path)
        .find(|folder| complete(folder))
}
