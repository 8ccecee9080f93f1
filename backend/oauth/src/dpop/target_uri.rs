//! The URI that a proof names, in a form that can be compared (RFC 9449, 4.3, item 9; RFC 3986, 6.2.2 and 6.2.3).
//! Not here: which URIs are ours.

use url::Url;

use crate::parameters::is_visible_ascii;

/// The longest URI that is read, in bytes.
const MAX_URI: usize = 2048;

/// An `https` URI without query and fragment, normalised: case of scheme and host, default port, dot segments and
/// percent-encoding make no difference. The path's case and its final slash do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TargetUri(String);

impl TargetUri {
    /// Reads a URI and drops its query and fragment; `None` for what is no `https` URI with a host and without user.
    pub fn parse(text: &str) -> Option<Self> {
        // The parser is a browser's: it would repair what RFC 3986 does not know.
        if !is_visible_ascii(text, MAX_URI)
            || text.contains([' ', '\\', '"', '<', '>', '^', '`', '{', '|', '}'])
        {
            return None;
        }
        let (scheme, rest) = text.split_once("://")?;
        if !scheme.eq_ignore_ascii_case("https") || rest.starts_with(['/', '?', '#', '@']) {
            return None;
        }
        let url = Url::parse(text).ok()?;
        if !url.has_host() || !url.username().is_empty() || url.password().is_some() {
            return None;
        }
        let port = url.port().map(|port| format!(":{port}")).unwrap_or_default();
        let path = normalise_percent_encoding(url.path())?;
        Some(Self(format!("https://{}{port}{path}", url.host_str()?)))
    }
}

/// Hexadecimal digits in capitals, and unreserved characters as themselves (RFC 3986, 6.2.2.1 and 6.2.2.2).
fn normalise_percent_encoding(path: &str) -> Option<String> {
    let mut normalised = String::with_capacity(path.len());
    let mut rest = path;
    while let Some((before, encoded)) = rest.split_once('%') {
        let digits = encoded.get(..2)?;
        if !digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
            return None;
        }
        normalised.push_str(before);
        let byte = u8::from_str_radix(digits, 16).ok()?;
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            normalised.push(char::from(byte));
        } else {
            normalised.push('%');
            normalised.push_str(&digits.to_ascii_uppercase());
        }
        rest = encoded.get(2..)?;
    }
    normalised.push_str(rest);
    Some(normalised)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_uri_in_other_letters() {
        let ours = TargetUri::parse("https://bank.example/v1/token~x").unwrap();
        for text in [
            "HTTPS://Bank.EXAMPLE/v1/token~x",
            "https://bank.example:443/v1/token~x",
            "https://bank.example:/v1/token~x",
            "https://bank.example/v1/token~x?query",
            "https://bank.example/v1/token~x?query#fragment",
            "https://bank.example/v1/token~x#fragment",
            "https://bank.example/v1/./token~x",
            "https://bank.example/v1/x/../token~x",
            "https://bank.example/v1/x/%2e%2E/token~x",
            "https://bank.example/v1/%74oken%7ex",
        ] {
            assert_eq!(TargetUri::parse(text).as_ref(), Some(&ours), "{text}");
        }
        assert_eq!(
            TargetUri::parse("https://bank.example"),
            TargetUri::parse("https://bank.example/?a")
        );
        assert_eq!(
            TargetUri::parse("https://bank.example/%e9%ab%99%2f"),
            TargetUri::parse("https://bank.example/%E9%AB%99%2F")
        );
    }

    #[test]
    fn other_uris() {
        let ours = TargetUri::parse("https://bank.example/v1/token").unwrap();
        for text in [
            "https://bank.example/v1/token/",
            "https://bank.example/V1/token",
            "https://bank.example/v1//token",
            "https://bank.example/v1%2Ftoken",
            "https://bank.example/v1/token%3Fx",
            "https://bank.example/v1/token;x",
            "https://bank.example:8443/v1/token",
            "https://bank.example./v1/token",
            "https://bank.example.evil.example/v1/token",
            "https://evil.example/v1/token",
            "https://evil.example/?https://bank.example/v1/token",
        ] {
            let other = TargetUri::parse(text).unwrap();
            assert_ne!(other, ours, "{text}");
        }
    }

    #[test]
    fn no_uris_of_requests() {
        let long = format!("https://bank.example/{}", "a".repeat(MAX_URI));
        for text in [
            "",
            "/v1/token",
            "bank.example/v1/token",
            "//bank.example/v1/token",
            "http://bank.example/v1/token",
            "https:bank.example/v1/token",
            "https:/bank.example/v1/token",
            "https:///bank.example/v1/token",
            "https:\\\\bank.example/v1/token",
            "https://bank.example\\v1\\token",
            "https://user@bank.example/v1/token",
            "https://user:word@bank.example/v1/token",
            "https://@bank.example/v1/token",
            "https://:443/v1/token",
            "https://bank.example:65536/v1/token",
            " https://bank.example/v1/token",
            "https://bank.example/v1/to\nken",
            "https://bank.example/v1/to\tken",
            "https://bank.example/v1/to ken",
            "https://bank.example/%",
            "https://bank.example/%4",
            "https://bank.example/%zz",
            "https://bank.example/%+4",
            "https://銀行.example/",
            "https://bank.example/口座",
            &long,
        ] {
            assert_eq!(TargetUri::parse(text), None, "{text:?}");
        }
    }

    proptest::proptest! {
        #[test]
        fn normalised_is_normal(tail in "[a-zA-Z0-9/.%~?#:@-]{0,40}") {
            if let Some(uri) = TargetUri::parse(&format!("https://Bank.example/{tail}")) {
                proptest::prop_assert_eq!(TargetUri::parse(&uri.0), Some(uri.clone()));
            }
        }
    }
}
