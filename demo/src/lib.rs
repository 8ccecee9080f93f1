//! 会計ソフト, the demo API partner: an accounting package's web page and its OAuth client, as a partner would write it.
//! It knows Renkei only by the wire (RFC 8414 metadata, OAuth, the accounts API); no crate of Renkei belongs here.
//!
//! | folder | holds |
//! |---|---|
//! | [`linking`] | the OAuth client: discovery, PAR, redemption, refresh, revocation |
//! | [`accounts`] | the accounts API as seen by a client, and the CSV export |
//! | [`sessions`] | who is at the browser, and what was linked there |
//! | [`pages`] | the web pages |
//! | [`transport`] | TLS to the bank, and the site's own TLS listener |

pub mod accounts;
mod clock;
mod config;
pub mod linking;
pub mod pages;
pub mod sessions;
pub mod transport;

use std::future::Future;
use std::sync::Arc;

pub use self::config::{AuthMethod, Config, RegistrationConfig};
use self::linking::Linking;
use self::pages::Site;
use self::sessions::Sessions;

/// Runs the site until `stop` completes.
///
/// # Errors
/// A file of the configuration cannot be read or used, or the address cannot be bound.
pub async fn serve(config: Config, stop: impl Future<Output = ()> + Send + 'static) -> anyhow::Result<()> {
    let listener = transport::listener::Listener::bind(&config)?;
    let site = site(&config)?;
    tracing::info!(url = %config.public_url, issuer = %config.issuer, "the demo partner is ready");
    listener.run(pages::router(site), stop).await
}

/// Puts the site together.
///
/// # Errors
/// A file of the configuration cannot be read or used.
pub fn site(config: &Config) -> anyhow::Result<Arc<Site>> {
    let linking = Linking::new(config)?;
    let sessions = Sessions::open(&config.state_dir)?;
    Ok(Arc::new(Site::new(config, linking, sessions, clock::now)))
}
