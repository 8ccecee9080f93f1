//! The issuer identifier and its place in authorization responses (RFC 9207; form by RFC 8414, 2).
//! Not here: the rest of the authorization response.

use std::fmt;

use url::Url;

/// Our issuer identifier: an `https` URL without query and fragment, and without a final slash so
/// that every party compares the same text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Issuer(String);

/// The text cannot be an issuer identifier.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("an issuer is an https URL with a host and without query, fragment, user or final slash")]
pub struct MalformedIssuer;

impl Issuer {
    /// Reads an issuer identifier (RFC 8414, 2). The text is kept as it is: identifiers are compared
    /// by simple string comparison (RFC 9207, 2.4).
    pub fn parse(text: &str) -> Result<Self, MalformedIssuer> {
        let url = Url::parse(text).map_err(|_| MalformedIssuer)?;
        let plain = url.scheme() == "https"
            && url.has_host()
            && url.query().is_none()
            && url.fragment().is_none()
            && url.username().is_empty()
            && url.password().is_none();
        if !plain || text.ends_with('/') || !text.starts_with("https://") || !text.is_ascii() {
            return Err(MalformedIssuer);
        }
        Ok(Self(text.to_owned()))
    }

    /// The identifier, to be put into `iss` and compared with `aud`.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The URL of something below the issuer; `path` begins with a slash.
    pub fn join(&self, path: &str) -> String {
        format!("{}{path}", self.0)
    }
}

impl fmt::Display for Issuer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_plain_https_urls_are_issuers() {
        assert_eq!(
            Issuer::parse("https://localhost:8443").unwrap().join("/token"),
            "https://localhost:8443/token"
        );
        for text in [
            "",
            "localhost",
            "http://localhost",
            "https://localhost/",
            "https://localhost?x",
            "https://localhost#x",
            "https://user@localhost",
            "https://localhost:8443/a?b=c",
            " https://localhost",
            "HTTPS://localhost",
            "https://銀行.example",
        ] {
            assert_eq!(Issuer::parse(text), Err(MalformedIssuer), "{text}");
        }
    }
}
