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
        let config = bank.config().display().to_string();
        Self::begin(bank, "server.log", &["serve", "--config", &config])
    }

    /// The bank's core behind a gateway in a process of its own, in the place of the one that the bank has begun: the
    /// configuration names it from now on. It writes to `gateway.log`.
    pub(crate) async fn start_gateway(bank: &TestBank) -> Self {
        let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let address = free.local_addr().unwrap().to_string();
        drop(free);
        let (state, token) = (
            bank.path("simulator.json").display().to_string(),
            bank.path("gateway-token").display().to_string(),
        );
        let arguments = [
            "gateway",
            "--listen",
            &address,
            "--state",
            &state,
            "--token-file",
            &token,
        ];
        let gateway = Self::begin(bank, "gateway.log", &arguments);
        for _ in 0..600 {
            if tokio::net::TcpStream::connect(&address).await.is_ok() {
                break;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        let config = std::fs::read_to_string(bank.config()).unwrap();
        let (before, rest) = config.split_once("url = \"http://").unwrap();
        let (_, after) = rest.split_once('"').unwrap();
        std::fs::write(
            bank.config(),
            format!("{before}url = \"http://{address}\"{after}"),
        )
        .unwrap();
        gateway
    }

    fn begin(bank: &TestBank, log: &str, arguments: &[&str]) -> Self {
        let log = File::options()
            .create(true)
            .append(true)
            .open(bank.path(log))
            .unwrap();
        let child = Command::new(env!("CARGO_BIN_EXE_renkei"))
            .env_clear()
            .envs([
                (
                    "RENKEI_LOG",
                    "trace,hyper=trace,h2=trace,sqlx=trace,sea_orm=trace,rustls=trace",
                ),
                ("RUST_BACKTRACE", "1"),
            ])
            .args(arguments)
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

/// All that the server has said so far.
pub(crate) fn log(bank: &TestBank) -> String {
    log_in(bank, "server.log")
}

/// All that a process has said so far.
pub(crate) fn log_in(bank: &TestBank, name: &str) -> String {
    String::from_utf8_lossy(&std::fs::read(bank.path(name)).unwrap()).into_owned()
}
