//! A fresh Chromium profile that trusts the demo's authority and holds the demo's certificates, good and bad.
//! Not here: tests in a browser (e2e/).

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Result;

use super::certificates::{Certificates, FAULTS, P12_PASSWORD};
use super::users::USERS;
use crate::files;
use crate::interrupt::Interrupt;
use crate::process::{self, Group};

const BROWSERS: [&str; 4] = [
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
];

/// A browser and the tools for its certificate store.
pub(crate) struct Browser {
    program: PathBuf,
    certutil: PathBuf,
    pk12util: PathBuf,
}

impl Browser {
    /// What this machine has; otherwise why no browser is opened, for the person at the terminal.
    pub(crate) fn find() -> Result<Self, &'static str> {
        if env::var_os("DISPLAY").is_none() && env::var_os("WAYLAND_DISPLAY").is_none() {
            return Err("画面がないためブラウザは開きません / no display, so no browser is opened");
        }
        let program = BROWSERS.iter().find_map(|name| process::find(name));
        match (program, process::find("certutil"), process::find("pk12util")) {
            (Some(program), Some(certutil), Some(pk12util)) => Ok(Self {
                program,
                certutil,
                pk12util,
            }),
            _ => Err(
                "Chromium か NSS の道具がないためブラウザは開きません / no Chromium or no NSS tools \
                      (Debian: chromium libnss3-tools), so no browser is opened",
            ),
        }
    }

    /// Makes the profile and opens `url`.
    pub(crate) fn open(
        &self,
        folder: &Path,
        certificates: &Certificates,
        url: &str,
        interrupt: &Interrupt,
    ) -> Result<Group> {
        files::remove(folder)?;
        let home = folder.join("home");
        let store = home.join(".pki/nssdb");
        files::make_private_folder(&store)?;
        let database = format!("sql:{}", store.display());

        let mut new = Command::new(&self.certutil);
        process::output(new.args(["-N", "--empty-password", "-d", &database]), interrupt)?;
        let mut trust = Command::new(&self.certutil);
        trust
            .args(["-A", "-n", "Renkei demo", "-t", "C,,", "-d", &database, "-i"])
            .arg(certificates.server_authority());
        process::output(&mut trust, interrupt)?;

        let good = USERS.iter().map(|user| certificates.user(user.key));
        let bad = FAULTS.iter().map(|(_, name, _)| certificates.faulty(name));
        for certificate in good.chain(bad) {
            let mut import = Command::new(&self.pk12util);
            import
                .args(["-d", &database, "-K", "", "-W", P12_PASSWORD, "-i"])
                .arg(&certificate.p12);
            process::output(&mut import, interrupt)?;
        }

        let mut browser = Command::new(&self.program);
        browser
            .env("HOME", &home)
            .arg(format!("--user-data-dir={}", folder.join("profile").display()))
            .args([
                "--no-first-run",
                "--no-default-browser-check",
                "--disable-background-networking",
                "--disable-component-update",
            ])
            .stdout(std::process::Stdio::null())
            .stderr(std::process::Stdio::null());
        if rustix::process::geteuid().is_root() {
            // Chromium's sandbox refuses to run as root.
            browser.arg("--no-sandbox");
        }
        Group::start(browser.arg(url))
    }
}
