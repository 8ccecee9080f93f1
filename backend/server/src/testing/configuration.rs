//! The configuration file of a test's bank, as an operator would write it.
//! Not here: reading it (`crate::config`).

use super::options::{Adapter, Options};
use std::fmt::Write as _;

/// Where the bank listens, and what it connects to.
pub(super) struct Places<'a> {
    pub(super) browser: u16,
    pub(super) certificate: u16,
    pub(super) partner: u16,
    pub(super) metrics: u16,
    pub(super) gateway: Option<u16>,
    pub(super) database_url: &'a str,
}

pub(super) fn text(places: &Places<'_>, options: &Options) -> String {
    let Places {
        browser,
        certificate,
        partner,
        metrics,
        gateway,
        database_url,
    } = places;
    let core = match (options.adapter, gateway) {
        (Adapter::Gateway, Some(port)) => format!(
            "adapter = \"gateway\"\nurl = \"http://127.0.0.1:{port}\"\ntoken_file = \"gateway-token\"\n\
             timeout_seconds = 5\n"
        ),
        _ => "adapter = \"simulator\"\nstate = \"simulator.json\"\n".to_owned(),
    };
    let frontend = options
        .frontend_origin
        .map_or_else(String::new, |origin| format!("frontend_origin = {origin:?}"));
    let mut text = format!(
        r#"issuer = "https://localhost:{browser}"
{frontend}
[listeners]
browser = "127.0.0.1:{browser}"
certificate = "127.0.0.1:{certificate}"
partner = "127.0.0.1:{partner}"
metrics = "127.0.0.1:{metrics}"
[tls]
browser_certificate = "browser.pem"
browser_key = "browser.key.pem"
certificate_certificate = "certificate.pem"
certificate_key = "certificate.key.pem"
partner_certificate = "partner.pem"
partner_key = "partner.key.pem"
[client_certificates]
ca = "client-ca.pem"
crls = ["client-ca.crl.pem"]
base_domain = "cert.localhost"
public_port = {certificate}
[partner_certificates]
ca = "partner-ca.pem"
crls = ["partner-ca.crl.pem"]
partner_url = "https://localhost:{partner}"
[database]
url = '''{database_url}'''
[vault]
keys = "vault-keys.toml"
[signing]
keys = "signing-keys.toml"
[core]
{core}"#
    );
    // Writing to a string cannot fail.
    let _ = writeln!(
        text,
        "[bearer_exceptions]\npartners = {bearer:?}\n[pkce_exceptions]\npartners = {pkce:?}\n\
         [partner_keys]\nprivate_addresses = {addresses:?}\nca = \"server-ca.pem\"\n\
         [registration]\nenabled = {registration}",
        bearer = options.bearer_exceptions,
        pkce = options.pkce_exceptions,
        addresses = options.private_addresses,
        registration = options.registration,
    );
    text
}
