//! The real binary in a process of its own, as talkative as an operator can make it.
//! Not here: what is asked of it.

use renkei::testing::TestBank;
use std::fs::File;
use std::process::{Child, Command};
use std::time::Duration;

/// Ends the child whatever becomes of the test.
pub(crate) struct Process(Child);

impl Drop for Process {
    fn drop(&mut self) {
        self.0.kill().ok();
        self.0.wait().ok();
    }
}

impl Process {
    pub(crate) fn start(bank: &TestBank) -> Self {
        let log = File::options()
            .create(true)
            .append(true)
            .open(bank.path("server.log"))
            .unwrap();
        let child = Command::new(env!("CARGO_BIN_EXE_renkei"))
            .env_clear()
            .envs([
                (
                    "RENKEI_LOG",
                    "trace,hyper=trace,h2=trace,sqlx=trace,sea_orm=trace,rustls=trace,axum=trace",
                ),
                ("RUST_BACKTRACE", "1"),
            ])
            .args(["serve", "--config"])
            .arg(bank.config())
            .stdout(log.try_clone().unwrap())
            .stderr(log)
            .spawn()
            .unwrap();
        Self(child)
    }

    /// Sends a signal, such as `HUP`.
    pub(crate) fn signal(&self, name: &str) {
        let sent = Command::new("kill")
            .args(["-s", name, &self.0.id().to_string()])
            .status();
        assert!(sent.unwrap().success());
    }

    /// Whether it has ended, and well; waits for it.
    pub(crate) async fn ends_well(&mut self) -> bool {
        for _ in 0..600 {
            if let Some(status) = self.0.try_wait().unwrap() {
                return status.success();
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        false
    }

    pub(crate) async fn ready(&mut self, bank: &TestBank) {
        let address = ("127.0.0.1", bank.metrics_port());
        for _ in 0..600 {
            if tokio::net::TcpStream::connect(address).await.is_ok() {
                // Somebody who connects and says nothing is worth a line at DEBUG: proof that it is listened to.
                let port: u16 = bank.issuer().rsplit(':').next().unwrap().parse().unwrap();
                drop(tokio::net::TcpStream::connect(("127.0.0.1", port)).await.unwrap());
                return;
            }
            assert!(self.0.try_wait().unwrap().is_none(), "{}", log(bank));
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("not ready: {}", log(bank));
    }
}

/// All that it has said so far.
pub(crate) fn log(bank: &TestBank) -> String {
    String::from_utf8_lossy(&std::fs::read(bank.path("server.log")).unwrap()).into_owned()
}
