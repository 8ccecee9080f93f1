//! Name resolution: `localhost` and all names below it are this machine (RFC 6761, 6.3), as browsers have it.
//! Not here: other names, which the system resolves.

use std::net::{Ipv4Addr, SocketAddr};

use reqwest::dns::{Addrs, Name, Resolve, Resolving};

/// The system's resolver often does not know `kaikei.localhost`; this one need not ask it.
pub(super) struct LoopbackForLocalhost;

impl Resolve for LoopbackForLocalhost {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            if is_localhost(name.as_str()) {
                let address = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
                return Ok(Box::new(std::iter::once(address)) as Addrs);
            }
            let found: Vec<SocketAddr> = tokio::net::lookup_host((name.as_str(), 0)).await?.collect();
            Ok(Box::new(found.into_iter()) as Addrs)
        })
    }
}

fn is_localhost(name: &str) -> bool {
    let name = name.strip_suffix('.').unwrap_or(name).to_ascii_lowercase();
    name == "localhost" || name.ends_with(".localhost")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_localhost_and_below_is_this_machine() {
        for name in ["localhost", "LOCALHOST.", "kaikei.localhost", "c1.cert.localhost"] {
            assert!(is_localhost(name), "{name}");
        }
        for name in ["", "localhost.example", "notlocalhost", "example"] {
            assert!(!is_localhost(name), "{name}");
        }
    }
}
