//! The bank's metadata: where its endpoints are (RFC 8414; RFC 8705, 5 for the mutual-TLS aliases).
//! Not here: any address of our own making.

use http::{Method, StatusCode};
use oauth2::HttpRequest;
use serde::Deserialize;
use url::Url;

use super::LinkError;
use crate::transport::BankHttp;

/// The endpoints as one registration uses them.
#[derive(Clone, Debug)]
pub(super) struct Endpoints {
    pub(super) authorization: Url,
    pub(super) pushed_authorization_request: Url,
    pub(super) token: Url,
    pub(super) revocation: Url,
}

#[derive(Deserialize)]
struct Metadata {
    issuer: String,
    authorization_endpoint: Url,
    #[serde(flatten)]
    direct: DirectEndpoints,
    #[serde(default)]
    mtls_endpoint_aliases: DirectEndpoints,
    #[serde(default)]
    authorization_response_iss_parameter_supported: bool,
}

#[derive(Default, Deserialize)]
struct DirectEndpoints {
    #[serde(rename = "pushed_authorization_request_endpoint")]
    pushed_authorization_request: Option<Url>,
    #[serde(rename = "token_endpoint")]
    token: Option<Url>,
    #[serde(rename = "revocation_endpoint")]
    revocation: Option<Url>,
}

impl Endpoints {
    /// Fetches the metadata. With a client certificate the aliases are used where there are any.
    pub(super) async fn discover(
        http: &BankHttp,
        issuer: &str,
        with_certificate: bool,
    ) -> Result<Self, LinkError> {
        let request = HttpRequest::new(Vec::new());
        let (mut parts, body) = request.into_parts();
        parts.method = Method::GET;
        parts.uri = well_known(issuer)?
            .as_str()
            .parse()
            .map_err(|_| LinkError::Unexpected("the issuer is no usable URL"))?;
        let answer = http.send(HttpRequest::from_parts(parts, body)).await?;
        if answer.status() != StatusCode::OK {
            return Err(LinkError::Unexpected("the metadata is not there"));
        }
        Self::read(answer.body(), issuer, with_certificate)
    }

    fn read(body: &[u8], issuer: &str, with_certificate: bool) -> Result<Self, LinkError> {
        let metadata: Metadata =
            serde_json::from_slice(body).map_err(|_| LinkError::Unexpected("the metadata cannot be read"))?;
        // RFC 8414, 3.3.
        if metadata.issuer != issuer {
            return Err(LinkError::Unexpected("the metadata is of another issuer"));
        }
        if !metadata.authorization_response_iss_parameter_supported {
            return Err(LinkError::Unexpected(
                "the bank does not identify itself in its answers (RFC 9207)",
            ));
        }
        let (direct, alias) = (metadata.direct, metadata.mtls_endpoint_aliases);
        let choose = |plain: Option<Url>, alias: Option<Url>| {
            alias
                .filter(|_| with_certificate)
                .or(plain)
                .filter(|url| url.scheme() == "https")
                .ok_or(LinkError::Unexpected("the metadata lacks an https endpoint"))
        };
        Ok(Self {
            authorization: choose(Some(metadata.authorization_endpoint), None)?,
            pushed_authorization_request: choose(
                direct.pushed_authorization_request,
                alias.pushed_authorization_request,
            )?,
            token: choose(direct.token, alias.token)?,
            revocation: choose(direct.revocation, alias.revocation)?,
        })
    }

    /// The accounts API is at the host where the tokens come from, so that a bound token meets its certificate.
    pub(super) fn accounts_api(&self) -> Url {
        let mut base = self.token.clone();
        base.set_path("/v1/");
        base.set_query(None);
        base
    }
}

/// RFC 8414, 3.1: the well-known part goes between host and path.
fn well_known(issuer: &str) -> Result<Url, LinkError> {
    let mut url = Url::parse(issuer).map_err(|_| LinkError::Unexpected("the issuer is no URL"))?;
    let path = url.path().trim_end_matches('/').to_owned();
    url.set_path(&format!("/.well-known/oauth-authorization-server{path}"));
    Ok(url)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    const ISSUER: &str = "https://bank.example";

    fn document() -> Value {
        json!({
            "issuer": ISSUER,
            "authorization_endpoint": "https://bank.example/authorize",
            "pushed_authorization_request_endpoint": "https://bank.example/par",
            "token_endpoint": "https://bank.example/token",
            "revocation_endpoint": "https://bank.example/revoke",
            "authorization_response_iss_parameter_supported": true,
            "mtls_endpoint_aliases": {"token_endpoint": "https://mtls.bank.example:8445/token"},
            "scopes_supported": ["accounts"]
        })
    }

    fn read(document: &Value, with_certificate: bool) -> Result<Endpoints, LinkError> {
        Endpoints::read(document.to_string().as_bytes(), ISSUER, with_certificate)
    }

    #[test]
    fn aliases_are_for_clients_with_a_certificate() {
        let with = read(&document(), true).unwrap();
        assert_eq!(with.token.as_str(), "https://mtls.bank.example:8445/token");
        assert_eq!(with.accounts_api().as_str(), "https://mtls.bank.example:8445/v1/");
        assert_eq!(
            with.revocation.as_str(),
            "https://bank.example/revoke",
            "no alias, so the plain one"
        );
        let without = read(&document(), false).unwrap();
        assert_eq!(without.token.as_str(), "https://bank.example/token");
        assert_eq!(without.accounts_api().as_str(), "https://bank.example/v1/");
    }

    #[test]
    fn documents_that_are_refused() {
        for (name, value) in [
            ("issuer", json!("https://bank.example/")),
            ("issuer", json!("https://evil.example")),
            ("authorization_endpoint", json!("http://bank.example/authorize")),
            ("token_endpoint", Value::Null),
            ("revocation_endpoint", json!("javascript:alert(1)")),
            ("pushed_authorization_request_endpoint", Value::Null),
            ("authorization_response_iss_parameter_supported", json!(false)),
        ] {
            let mut changed = document();
            changed[name] = value;
            assert!(read(&changed, false).is_err(), "{name}");
        }
        assert!(Endpoints::read(b"<html>", ISSUER, false).is_err());
    }

    #[test]
    fn the_well_known_address() {
        for (issuer, address) in [
            (
                "https://bank.example",
                "https://bank.example/.well-known/oauth-authorization-server",
            ),
            (
                "https://bank.example/a",
                "https://bank.example/.well-known/oauth-authorization-server/a",
            ),
        ] {
            assert_eq!(well_known(issuer).unwrap().as_str(), address);
        }
    }
}
