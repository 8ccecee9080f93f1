//! Waiting until every server of the demo answers.
//! Not here: how a server is asked (`probe`).

use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Result, bail};

use super::certificates::Certificates;
use super::children::Children;
use super::configuration::Settings;
use super::probe;
use crate::interrupt::Interrupt;

const PATIENCE: Duration = Duration::from_secs(60);
const GLANCE: Duration = Duration::from_millis(100);

/// Returns once everything answers; fails where a program ends, or takes too long.
pub(crate) fn wait(
    settings: &Settings,
    certificates: &Certificates,
    children: &mut Children,
    interrupt: &Interrupt,
) -> Result<()> {
    let tls = probe::trusting(&certificates.server_authority())?;
    let ports = settings.ports;
    let deadline = Instant::now() + PATIENCE;
    let mut wait_for = |name: &str, ask: &dyn Fn() -> Result<u16>| -> Result<()> {
        loop {
            interrupt.check()?;
            children.check()?;
            let answer = ask();
            if matches!(answer, Ok(200..400)) {
                return Ok(());
            }
            if Instant::now() > deadline {
                let seen =
                    answer.map_or_else(|error| format!("{error:#}"), |status| format!("status {status}"));
                let logs = settings.logs();
                bail!(
                    "{name} is not ready after {} seconds ({seen}); see {}",
                    PATIENCE.as_secs(),
                    logs.display()
                );
            }
            thread::sleep(GLANCE);
        }
    };
    wait_for("renkei", &|| probe::status(ports.metrics, "/readyz"))?;
    wait_for("the bank's page", &|| {
        probe::status_over_tls(&tls, "localhost", ports.browser, "/")
    })?;
    wait_for("the accounting software", &|| {
        probe::status_over_tls(&tls, "kaikei.localhost", ports.partner_app, "/")
    })?;
    // Without a token it refuses, which is an answer.
    wait_for("the gateway", &|| probe::status(ports.gateway, "/").map(|_| 200))
}
