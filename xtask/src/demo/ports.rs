//! The six ports of the demo.
//! Not here: who listens on them.

use std::io::ErrorKind;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, TcpListener};

use anyhow::{Context, Result, bail};
use serde::Serialize;

/// One after the other from the base on.
#[derive(Clone, Copy, Debug, Serialize)]
pub(crate) struct Ports {
    /// Pages, JSON endpoints, OAuth.
    pub(crate) browser: u16,
    /// Client certificates of customers.
    pub(crate) certificate: u16,
    /// Partners by mutual TLS.
    pub(crate) partner_mtls: u16,
    /// The demo's accounting software.
    pub(crate) partner_app: u16,
    /// Health and metrics, plain HTTP.
    pub(crate) metrics: u16,
    /// The simulator as a gateway.
    pub(crate) gateway: u16,
}

impl Ports {
    /// The ports from `base` on.
    pub(crate) fn from_base(base: u16) -> Result<Self> {
        let port = |offset| {
            base.checked_add(offset)
                .with_context(|| format!("--port-base {base} leaves no room for six ports"))
        };
        Ok(Self {
            browser: port(0)?,
            certificate: port(1)?,
            partner_mtls: port(2)?,
            partner_app: port(3)?,
            metrics: port(4)?,
            gateway: port(5)?,
        })
    }

    /// Fails, naming them, where ports are taken.
    pub(crate) fn check_free(&self) -> Result<()> {
        let taken: Vec<String> = [
            (self.browser, "browser"),
            (self.certificate, "certificate"),
            (self.partner_mtls, "partner mTLS"),
            (self.partner_app, "partner app"),
            (self.metrics, "metrics"),
            (self.gateway, "gateway"),
        ]
        .into_iter()
        .filter(|(port, _)| is_taken(*port))
        .map(|(port, purpose)| format!("{port} ({purpose})"))
        .collect();
        if !taken.is_empty() {
            bail!(
                "ports are taken by other programs: {}; choose others with --port-base",
                taken.join(", ")
            );
        }
        Ok(())
    }
}

/// IPv6 counts too: a browser that finds `localhost` there would talk to the other program.
fn is_taken(port: u16) -> bool {
    [IpAddr::V4(Ipv4Addr::LOCALHOST), IpAddr::V6(Ipv6Addr::LOCALHOST)]
        .into_iter()
        .any(|address| {
            matches!(TcpListener::bind((address, port)), Err(error) if error.kind() == ErrorKind::AddrInUse)
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_taken_port_is_named() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let mut ports = Ports::from_base(8443).unwrap();
        ports.metrics = port;
        let message = ports.check_free().unwrap_err().to_string();
        assert!(message.contains(&format!("{port} (metrics)")), "{message}");
    }

    #[test]
    fn six_ports_must_fit() {
        assert!(Ports::from_base(65_531).is_err());
        assert_eq!(Ports::from_base(65_530).unwrap().gateway, 65_535);
    }
}
