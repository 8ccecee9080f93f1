//! What the tests stand on: a clock that is turned by hand, a simulator, and that simulator behind a gateway on loopback.

use axum::Router;
use renkei_bank::gateway::BearerToken;
use renkei_bank::gateway::client::{GatewayClient, GatewayConfig};
use renkei_bank::gateway::server::router;
use renkei_bank::port::{Clock, CoreBanking, StatementEntry, StatementKind, StatementQuery};
use renkei_bank::simulator::{DEFAULT_PIN_TRIES, Simulator};
use renkei_procedure::identity::CoreAccountKey;
use renkei_procedure::inquiry_pin::InquiryPin;
use renkei_procedure::time::{Instant, JapanDate};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;
use tokio::net::TcpListener;
use url::Url;

pub(crate) const TOKEN: &str = "test-token-0123456789-0123456789-0123456789";

/// 2026-11-22 12:00 in Japan, unless turned.
#[derive(Clone)]
pub(crate) struct HandClock(Arc<AtomicI64>);

impl HandClock {
    pub(crate) fn new() -> Self {
        Self(Arc::new(AtomicI64::new(
            day("2026-11-22").begin().unix_seconds() + 12 * 3_600,
        )))
    }

    pub(crate) fn set(&self, now: Instant) {
        self.0.store(now.unix_seconds(), Ordering::SeqCst);
    }

    pub(crate) fn now(&self) -> Instant {
        Instant::from_unix_seconds(self.0.load(Ordering::SeqCst))
    }

    pub(crate) fn clock(&self) -> Clock {
        let clock = self.clone();
        Arc::new(move || clock.now())
    }
}

/// A core under test and the simulator that is behind it.
pub(crate) struct Bench {
    pub(crate) core: Arc<dyn CoreBanking>,
    pub(crate) simulator: Simulator,
    pub(crate) clock: HandClock,
}

impl Bench {
    pub(crate) fn direct() -> Self {
        let clock = HandClock::new();
        let simulator = Simulator::in_memory(clock.clock(), DEFAULT_PIN_TRIES).unwrap();
        Self {
            core: Arc::new(simulator.clone()),
            simulator,
            clock,
        }
    }

    pub(crate) async fn through_the_gateway() -> Self {
        let bench = Self::direct();
        let url = serve(router(bench.core, token())).await;
        Self {
            core: Arc::new(client(url)),
            ..bench
        }
    }
}

pub(crate) fn token() -> BearerToken {
    BearerToken::new(TOKEN).unwrap()
}

/// Serves on a free port of loopback until the test's runtime ends.
pub(crate) async fn serve(router: Router) -> Url {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap())
        .parse()
        .unwrap();
    tokio::spawn(async move { axum::serve(listener, router).await });
    url
}

pub(crate) fn config(url: Url) -> GatewayConfig {
    GatewayConfig {
        url,
        ca_pem: Vec::new(),
        bearer_token: Some(token()),
        client_identity_pem: None,
        connect_timeout: Duration::from_secs(2),
        total_timeout: Duration::from_secs(10),
    }
}

pub(crate) fn client(url: Url) -> GatewayClient {
    GatewayClient::new(config(url)).unwrap()
}

pub(crate) fn impatient_client(url: Url) -> GatewayClient {
    GatewayClient::new(GatewayConfig {
        total_timeout: Duration::from_millis(300),
        ..config(url)
    })
    .unwrap()
}

pub(crate) fn day(text: &str) -> JapanDate {
    JapanDate::parse(text).unwrap()
}

pub(crate) fn pin(text: &str) -> InquiryPin {
    InquiryPin::parse(text).unwrap()
}

/// 001 普通 2000002, whose PIN is 1234 and whose busy day is 2026-10-10.
pub(crate) fn first_account() -> CoreAccountKey {
    CoreAccountKey::new("A0000000001")
}

pub(crate) fn query(from: &str, to: &str, limit: u32) -> StatementQuery {
    StatementQuery {
        kind: StatementKind::All,
        from: day(from),
        to: day(to),
        after: None,
        limit,
    }
}

/// Follows the pages of the first account to the end.
pub(crate) async fn all_pages(core: &dyn CoreBanking, query: StatementQuery) -> Vec<StatementEntry> {
    let (mut query, mut rows) = (query, Vec::new());
    loop {
        let page = core
            .statement(&first_account(), &pin("1234"), &query)
            .await
            .unwrap();
        rows.extend(page.entries);
        match page.next {
            Some(next) => query.after = Some(next),
            None => return rows,
        }
    }
}
