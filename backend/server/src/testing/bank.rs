//! The bank of one test: prepared by the operator's own commands, served by one node or several on the same addresses.
//! Not here: PKI, registrations and configuration themselves.

use super::clock::TestClock;
use super::configuration::{self, Places};
use super::options::{Adapter, Options};
use super::pki::{Pki, write};
use super::registrations::{
    RegisteredPartner, RegisteredUser, owner_only, write_partners, write_pins, write_users,
};
use crate::ambient::Ambient;
use crate::cli::Arguments;
use crate::config::Config;
use crate::services::{App, Services};
use crate::serving::{Bound, housekeeping};
use anyhow::{Context as _, bail};
use clap::Parser as _;
use renkei_bank::gateway::{BearerToken, server};
use renkei_bank::simulator::{DEFAULT_PIN_TRIES, Simulator};
use renkei_store::Store;
use renkei_store::testing::TestDatabase;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tempfile::TempDir;
use tokio::runtime::Runtime;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

/// The four listeners; they outlive the nodes, so that a restarted bank is found where it was.
struct Sockets {
    browser: TcpListener,
    certificate: TcpListener,
    partner: TcpListener,
    metrics: TcpListener,
}

impl Sockets {
    fn bind() -> anyhow::Result<Self> {
        Ok(Self {
            browser: bind()?,
            certificate: bind()?,
            partner: bind()?,
            metrics: bind()?,
        })
    }

    fn shared(&self) -> anyhow::Result<Self> {
        Ok(Self {
            browser: self.browser.try_clone()?,
            certificate: self.certificate.try_clone()?,
            partner: self.partner.try_clone()?,
            metrics: self.metrics.try_clone()?,
        })
    }

    /// For the runtime on which this is called.
    fn into_listeners(self) -> std::io::Result<[tokio::net::TcpListener; 4]> {
        Ok([
            tokio::net::TcpListener::from_std(self.browser)?,
            tokio::net::TcpListener::from_std(self.certificate)?,
            tokio::net::TcpListener::from_std(self.partner)?,
            tokio::net::TcpListener::from_std(self.metrics)?,
        ])
    }
}

fn bind() -> anyhow::Result<TcpListener> {
    let socket = TcpListener::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, 0)))?;
    socket.set_nonblocking(true)?;
    Ok(socket)
}

fn port(socket: &TcpListener) -> anyhow::Result<u16> {
    Ok(socket.local_addr()?.port())
}

/// A node runs on threads of its own, so that it can be ended like a process.
struct Node {
    runtime: Option<Runtime>,
    app: App,
    shutdown: CancellationToken,
    serving: JoinHandle<()>,
}

impl Drop for Node {
    fn drop(&mut self) {
        // What is under way stops where it stands.
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

/// A bank with its customers, partners and core.
pub struct TestBank {
    nodes: Vec<Node>,
    sockets: Option<Sockets>,
    ports: [u16; 4],
    clock: TestClock,
    simulator: Simulator,
    pki: Pki,
    users: Vec<RegisteredUser>,
    partners: Vec<RegisteredPartner>,
    config: PathBuf,
    database: TestDatabase,
    folder: TempDir,
}

impl TestBank {
    /// One node, the simulator in the same process.
    pub async fn start() -> anyhow::Result<Self> {
        Self::start_with(Options::default()).await
    }

    /// A bank as the test wants it.
    pub async fn start_with(options: Options) -> anyhow::Result<Self> {
        let folder = tempfile::tempdir()?;
        let path = folder.path();
        let clock = TestClock::default();
        let database = TestDatabase::create().await?;
        let sockets = Sockets::bind()?;
        let state = path.join("simulator.json");
        let simulator = Simulator::open(&state, clock.reader(), DEFAULT_PIN_TRIES)?;
        let gateway = match options.adapter {
            Adapter::Simulator => None,
            Adapter::Gateway => Some(serve_gateway(path, simulator.clone())?),
        };
        let ports = [
            port(&sockets.browser)?,
            port(&sockets.certificate)?,
            port(&sockets.partner)?,
            port(&sockets.metrics)?,
        ];
        let [browser, certificate, partner, metrics] = ports;
        let places = Places {
            browser,
            certificate,
            partner,
            metrics,
            gateway,
            database_url: database.url(),
        };
        write(path, "renkei.toml", &configuration::text(&places, &options))?;
        let pki = Pki::new(path)?;
        let users = write_users(path, &pki)?;
        let partners = write_partners(path, &pki)?;
        write_pins(path, &simulator.describe()?)?;
        let mut bank = Self {
            nodes: Vec::new(),
            sockets: Some(sockets),
            ports,
            clock,
            simulator,
            pki,
            users,
            partners,
            config: path.join("renkei.toml"),
            database,
            folder,
        };
        let in_folder = |name: &str| bank.folder.path().join(name).display().to_string();
        bank.renkei(&["keys", "generate", "--dir", &in_folder("")])
            .await?;
        bank.renkei(&[
            "user",
            "add",
            "--config",
            &in_folder("renkei.toml"),
            &in_folder("users.toml"),
        ])
        .await?;
        bank.renkei(&[
            "partner",
            "add",
            "--config",
            &in_folder("renkei.toml"),
            &in_folder("partners.toml"),
        ])
        .await?;
        bank.renkei(&[
            "pin",
            "import",
            "--config",
            &in_folder("renkei.toml"),
            &in_folder("pins.toml"),
        ])
        .await?;
        for _ in 0..options.nodes {
            bank.add_node().await?;
        }
        Ok(bank)
    }

    /// Carries out a command of the operator, `renkei …`, at the time that the bank's clock shows.
    pub async fn renkei(&self, arguments: &[&str]) -> anyhow::Result<()> {
        let all = std::iter::once("renkei").chain(arguments.iter().copied());
        Arguments::try_parse_from(all)?.run_at(&self.ambient()).await
    }

    fn ambient(&self) -> Ambient {
        Ambient::with_clock(self.clock.reader())
    }

    /// One more node, on the same addresses, database and keys: each connection goes to one of them.
    pub async fn add_node(&mut self) -> anyhow::Result<()> {
        let sockets = self
            .sockets
            .as_ref()
            .context("the ports were released")?
            .shared()?;
        let config = Config::load(&self.config)?;
        let ambient = self.ambient();
        let shutdown = CancellationToken::new();
        let until = shutdown.clone();
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()?;
        let started = runtime.spawn(async move {
            let app: App = Arc::new(Services::build(config, ambient).await?);
            let bound = Bound::of(sockets.into_listeners()?);
            let serving = tokio::spawn(bound.serve(Arc::clone(&app), None, until));
            anyhow::Ok((app, serving))
        });
        let (app, serving) = match started.await? {
            Ok(started) => started,
            Err(error) => {
                runtime.shutdown_background();
                return Err(error);
            }
        };
        self.nodes.push(Node {
            runtime: Some(runtime),
            app,
            shutdown,
            serving,
        });
        Ok(())
    }

    /// Stops every node as SIGTERM does; connections that come meanwhile wait for the next node.
    pub async fn stop(&mut self) -> anyhow::Result<()> {
        for mut node in self.nodes.drain(..) {
            node.shutdown.cancel();
            (&mut node.serving).await?;
        }
        Ok(())
    }

    /// Ends every node in the middle of whatever it does, as when its process is killed.
    pub fn crash(&mut self) {
        self.nodes.clear();
    }

    /// Reads certificates and revocation lists anew, as SIGHUP does.
    pub async fn reload_tls(&self) -> anyhow::Result<()> {
        for node in &self.nodes {
            let tls = Arc::clone(&node.app.tls);
            tokio::task::spawn_blocking(move || tls.reload()).await??;
        }
        Ok(())
    }

    /// Forgets what has run out, as the server does every minute.
    pub async fn keep_house(&self) {
        for node in &self.nodes {
            housekeeping::sweep(&node.app, &node.shutdown).await;
        }
    }

    /// Gives the ports up, so that a server in a process of its own can have them.
    pub fn release_ports(&mut self) -> anyhow::Result<()> {
        if !self.nodes.is_empty() {
            bail!("nodes are serving");
        }
        self.sockets = None;
        Ok(())
    }

    /// The issuer, which is the origin of the pages too.
    pub fn issuer(&self) -> String {
        let [browser, ..] = self.ports;
        format!("https://localhost:{browser}")
    }

    /// The base of the endpoints at the mutual-TLS listener.
    pub fn partner_url(&self) -> String {
        let [_, _, partner, _] = self.ports;
        format!("https://localhost:{partner}")
    }

    /// The port of the certificate listener.
    pub const fn certificate_port(&self) -> u16 {
        let [_, certificate, _, _] = self.ports;
        certificate
    }

    /// The port of the private listener.
    pub const fn metrics_port(&self) -> u16 {
        let [_, _, _, metrics] = self.ports;
        metrics
    }

    /// The clock of every node and of the core.
    pub const fn clock(&self) -> &TestClock {
        &self.clock
    }

    /// The core, for its faults and counters.
    pub const fn simulator(&self) -> &Simulator {
        &self.simulator
    }

    /// The authorities.
    pub const fn pki(&self) -> &Pki {
        &self.pki
    }

    /// The database, by a connection of the test's own.
    pub const fn store(&self) -> &Store {
        self.database.store()
    }

    /// Where the database is.
    pub fn database_url(&self) -> &str {
        self.database.url()
    }

    /// The configuration file.
    pub fn config(&self) -> &Path {
        &self.config
    }

    /// A file in the bank's folder.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Writes a file into the bank's folder.
    pub fn write(&self, name: &str, text: &str) -> anyhow::Result<()> {
        write(self.folder.path(), name, text)
    }

    /// A user by login name.
    pub fn user(&self, login_name: &str) -> anyhow::Result<&RegisteredUser> {
        let found = self.users.iter().find(|user| user.login_name == login_name);
        found.with_context(|| format!("there is no user {login_name}"))
    }

    /// A partner by client id.
    pub fn partner(&self, client_id: &str) -> anyhow::Result<&RegisteredPartner> {
        let found = self
            .partners
            .iter()
            .find(|partner| partner.client_id == client_id);
        found.with_context(|| format!("there is no partner {client_id}"))
    }
}

/// Serves the simulator by the published contract; answers the port.
fn serve_gateway(folder: &Path, simulator: Simulator) -> anyhow::Result<u16> {
    let token = "gateway-token-of-the-tests-0123456789";
    write(folder, "gateway-token", token)?;
    owner_only(&folder.join("gateway-token"))?;
    let socket = bind()?;
    let port = port(&socket)?;
    let listener = tokio::net::TcpListener::from_std(socket)?;
    let routes = server::router(Arc::new(simulator), BearerToken::new(token)?);
    tokio::spawn(async move { axum::serve(listener, routes).await });
    Ok(port)
}
