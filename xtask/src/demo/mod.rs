//! `cargo xtask demo`: Renkei, its core banking system and an accounting package, running on this machine.
//! Not here: tests that use it.

mod accounts;
mod browser;
mod certificates;
mod children;
mod configuration;
mod database;
mod given;
mod greeting;
mod partner_secrets;
mod partners;
mod ports;
mod probe;
mod readiness;
mod report;
mod schema;
mod users;

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result, bail};

use self::accounts::Description;
use self::browser::Browser;
use self::certificates::Certificates;
use self::children::Children;
use self::configuration::{Settings, write_toml};
use self::ports::Ports;
use self::report::Report;
use self::schema::{Age, Schema};
use crate::interrupt::Interrupt;
use crate::workspace::Workspace;
use crate::{clock, files, process, spa, toolchain};

const GLANCE: Duration = Duration::from_millis(100);

/// How the demo runs.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// Do not open a browser.
    #[arg(long)]
    no_browser: bool,
    /// The first of six ports: browser, certificate, partner mTLS, partner app, metrics, gateway.
    #[arg(long, default_value_t = 8443, value_name = "N")]
    port_base: u16,
    /// Keep the data there instead of in SQLite below target/demo: `postgres://...` or `sqlite://...`.
    #[arg(long, value_name = "URL", value_parser = given::database_url)]
    database_url: Option<String>,
    /// Forget what earlier demos left: data, keys and certificates.
    #[arg(long)]
    reset: bool,
    /// Where `trunk serve` answers, such as `http://localhost:8080`.
    #[arg(long, value_name = "ORIGIN", value_parser = given::frontend_origin)]
    frontend_origin: Option<String>,
}

/// Runs the demo until somebody stops it.
pub(crate) fn run(options: &Options, interrupt: &Interrupt) -> Result<()> {
    let workspace = Workspace::find()?;
    let folder = workspace.demo();
    files::make_private_folder(&folder)?;
    let _running = claim(&folder)?;
    files::remove(&report::path(&folder))?;
    let ports = Ports::from_base(options.port_base)?;
    ports.check_free()?;

    let settings = Settings {
        database_url: database_url(options, &folder),
        frontend_origin: options.frontend_origin.clone(),
        folder,
        ports,
    };
    let schema = Schema::of(&workspace, &settings.database_url)?;
    if options.reset {
        println!("Forgetting what earlier demos left");
        forget(&settings, &["data", "pki", "log", "browser"], interrupt)?;
    } else if is_outdated(options, &settings, &schema)? {
        println!("The demo's database was made by another version: forgetting what earlier demos left in it");
        forget(&settings, &["data"], interrupt)?;
    }

    toolchain::ensure_wasm_target(&workspace, interrupt)?;
    spa::build(&workspace, interrupt)?;
    let programs = Programs::build(&workspace, interrupt)?;
    let certificates = Certificates::ensure(&settings.folder.join("pki"), clock::now())?;
    settings.write(&certificates)?;
    let prepared = prepare(&programs, &settings, interrupt)?;
    schema.note(&settings.folder)?;

    println!("Starting");
    let mut children = Children::default();
    programs.start(&settings, &mut children)?;
    readiness::wait(&settings, &certificates, &mut children, interrupt)?;
    let published = Report::gather(&settings, &certificates, &prepared)?.publish(&settings.folder)?;

    let browser = open_browser(options, &settings, &certificates, interrupt)?;
    println!("{}", greeting::text(&settings, &certificates, browser.is_some()));
    while !interrupt.requested() {
        children.check()?;
        thread::sleep(GLANCE);
    }
    println!("\n終了しています / Stopping");
    drop(published);
    drop(browser);
    drop(children);
    Ok(())
}

/// Empties the database and removes these parts of the demo's folder.
fn forget(settings: &Settings, parts: &[&str], interrupt: &Interrupt) -> Result<()> {
    database::forget(&settings.database_url, interrupt)?;
    for part in parts {
        files::remove(&settings.folder.join(part))?;
    }
    Ok(())
}

/// Whether the demo's own database is one that this version cannot use. Somebody else's is not ours to empty unasked.
fn is_outdated(options: &Options, settings: &Settings, schema: &Schema) -> Result<bool> {
    let age = schema.age(&settings.folder);
    if options.database_url.is_none() {
        return Ok(age != Age::Present && settings.data().exists());
    }
    if age == Age::Old {
        bail!("the database was made by another version of the demo: empty it with --reset");
    }
    Ok(false)
}

/// One demo at a time. The lock goes with the process, however it ends.
fn claim(folder: &Path) -> Result<File> {
    let path = folder.join("lock");
    let file = File::options()
        .create(true)
        .append(true)
        .open(&path)
        .with_context(|| format!("cannot open {}", path.display()))?;
    if file.try_lock().is_err() {
        bail!(
            "a demo is running already (or being prepared) from this folder; stop it first with Ctrl-C, or by the \
             pid in {}",
            report::path(folder).display()
        );
    }
    Ok(file)
}

fn database_url(options: &Options, folder: &Path) -> String {
    options
        .database_url
        .clone()
        .unwrap_or_else(|| format!("sqlite://{}?mode=rwc", folder.join("data/renkei.db").display()))
}

/// The programs that the demo runs.
struct Programs {
    renkei: PathBuf,
    partner: PathBuf,
}

impl Programs {
    fn build(workspace: &Workspace, interrupt: &Interrupt) -> Result<Self> {
        println!("Building renkei and renkei-demo (the first time takes some minutes)");
        let mut cargo = toolchain::cargo(workspace);
        cargo.args(["build", "--package", "renkei", "--package", "renkei-demo"]);
        let built = toolchain::build(&mut cargo, interrupt)?;
        Ok(Self {
            renkei: toolchain::program(&built, "renkei")?,
            partner: toolchain::program(&built, "renkei-demo")?,
        })
    }

    fn start(&self, settings: &Settings, children: &mut Children) -> Result<()> {
        let logs = settings.logs();
        let renkei = settings.renkei().display().to_string();
        let partner = settings.demo_partner().display().to_string();
        children.start("renkei", &self.renkei, &["serve", "--config", &renkei], &logs)?;
        children.start("partner", &self.partner, &["--config", &partner], &logs)?;
        let listen = format!("127.0.0.1:{}", settings.ports.gateway);
        let state = settings.gateway_state().display().to_string();
        let token = settings.gateway_token().display().to_string();
        let gateway = [
            "gateway",
            "--listen",
            &listen,
            "--state",
            &state,
            "--token-file",
            &token,
        ];
        children.start("gateway", &self.renkei, &gateway, &logs)
    }
}

/// What the preparation brought to light.
struct Prepared {
    /// The accounts.
    description: Description,
    /// By which programs may register clients (RFC 7591).
    initial_access_token: String,
}

/// Keys, schema, users, partners, PINs: each command changes what exists and adds what does not.
fn prepare(programs: &Programs, settings: &Settings, interrupt: &Interrupt) -> Result<Prepared> {
    println!("Preparing keys, database, users and partners");
    let renkei = |words: &[&str]| {
        let mut command = Command::new(&programs.renkei);
        command.args(words);
        command
    };
    let configuration = settings.renkei();
    process::run(
        renkei(&["keys", "generate", "--dir"]).arg(settings.data()),
        interrupt,
    )?;
    process::run(renkei(&["migrate", "--config"]).arg(&configuration), interrupt)?;
    let mut users = renkei(&["user", "add", "--config"]);
    process::run(users.arg(&configuration).arg(settings.users()), interrupt)?;
    let mut partners = renkei(&["partner", "add", "--config"]);
    process::run(partners.arg(&configuration).arg(settings.partners()), interrupt)?;
    let description = Description::ask(&programs.renkei, settings, interrupt)?;
    description.import_pins(&programs.renkei, settings, interrupt)?;
    Ok(Prepared {
        description,
        initial_access_token: registration_token(&mut renkei(&[]), settings, interrupt)?,
    })
}

/// A registration token, which the command says last.
fn registration_token(command: &mut Command, settings: &Settings, interrupt: &Interrupt) -> Result<String> {
    write_toml(&settings.terms(), &partners::terms())?;
    command
        .args([
            "partner",
            "registration-token",
            "create",
            "--uses",
            "1000",
            "--config",
        ])
        .arg(settings.renkei())
        .arg("--terms")
        .arg(settings.terms());
    let said = process::output(command, interrupt)?;
    let token = said.lines().last().context("no registration token was made")?;
    Ok(token.to_owned())
}

fn open_browser(
    options: &Options,
    settings: &Settings,
    certificates: &Certificates,
    interrupt: &Interrupt,
) -> Result<Option<process::Group>> {
    if options.no_browser {
        return Ok(None);
    }
    match Browser::find() {
        Ok(browser) => {
            let url = format!("{}/", settings.partner_app_url());
            browser
                .open(&settings.folder.join("browser"), certificates, &url, interrupt)
                .map(Some)
        }
        Err(why) => {
            println!("{why}");
            Ok(None)
        }
    }
}
