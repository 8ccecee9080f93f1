//! Decoding of query and form parameters (RFC 6749, 3.1, 3.2 and appendix B), before any of them is believed.
//! Not here: what a single parameter means.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use url::form_urlencoded;
use zeroize::Zeroizing;

use crate::error::OAuthError;

/// The longest name, in bytes.
pub const MAX_NAME: usize = 128;
/// The longest value, in bytes: a client assertion with a large RSA key fits several times.
pub const MAX_VALUE: usize = 8 * 1024;
/// The parameters whose values may be longer: rich requests name up to 1,000 accounts (RFC 9396), plainly or within a
/// request object (RFC 9101).
const LARGE: [&str; 2] = ["authorization_details", "request"];
/// The longest value of those, in bytes.
pub const MAX_LARGE_VALUE: usize = 60 * 1024;
/// The most parameters of one request.
pub const MAX_COUNT: usize = 64;

/// Decoded parameters, each name once, none empty. Debug shows the names only.
#[derive(Clone, Default)]
pub struct Parameters {
    values: BTreeMap<String, Zeroizing<String>>,
    defects: BTreeSet<String>,
    too_many: bool,
}

impl Parameters {
    /// Reads a form body (`application/x-www-form-urlencoded`, UTF-8) and refuses it when any
    /// parameter is defective: doubled, oversized, with control characters or not UTF-8.
    pub fn from_form(body: &[u8]) -> Result<Self, OAuthError> {
        Self::collect(form_urlencoded::parse(body)).sound()
    }

    /// Reads a query and sets defective parameters aside, for the authorization endpoint: there the
    /// client may still have to be told by a redirect (RFC 6749, 4.1.2.1).
    pub fn from_query(query: &str) -> Self {
        Self::collect(form_urlencoded::parse(query.as_bytes()))
    }

    /// Takes decoded parameters from elsewhere, such as a verified request object (RFC 9101, 4), and refuses them under
    /// the same limits as a form.
    pub fn from_pairs(
        pairs: impl IntoIterator<Item = (impl AsRef<str>, impl AsRef<str>)>,
    ) -> Result<Self, OAuthError> {
        Self::collect(pairs).sound()
    }

    fn sound(self) -> Result<Self, OAuthError> {
        match self.first_defect() {
            Some(defect) => Err(defect),
            None => Ok(self),
        }
    }

    fn collect(pairs: impl IntoIterator<Item = (impl AsRef<str>, impl AsRef<str>)>) -> Self {
        let mut parameters = Self::default();
        for (index, (name, value)) in pairs.into_iter().enumerate() {
            if index >= MAX_COUNT {
                parameters.too_many = true;
                break;
            }
            parameters.take(name.as_ref(), value.as_ref());
        }
        // RFC 6749, 3.1: a parameter without a value counts as omitted. Only now, so that `a=&a=1` is a repeat.
        parameters.values.retain(|_, value| !value.is_empty());
        parameters
    }

    fn take(&mut self, name: &str, value: &str) {
        if self.defects.contains(name) {
            return;
        }
        let longest = if LARGE.contains(&name) {
            MAX_LARGE_VALUE
        } else {
            MAX_VALUE
        };
        if name.len() > MAX_NAME || value.len() > longest || !is_text(name) || !is_text(value) {
            self.set_aside(name);
            return;
        }
        match self.values.entry(name.to_owned()) {
            Entry::Vacant(entry) => {
                entry.insert(Zeroizing::new(value.to_owned()));
            }
            Entry::Occupied(_) => self.set_aside(name),
        }
    }

    fn set_aside(&mut self, name: &str) {
        self.values.remove(name);
        self.defects.insert(name.to_owned());
    }

    /// The value, if the parameter is there and not empty.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.values.get(name).map(|value| value.as_str())
    }

    /// The value, or `invalid_request` with the given description.
    pub fn require(&self, name: &str, missing: &'static str) -> Result<&str, OAuthError> {
        self.get(name).ok_or(OAuthError::invalid_request(missing))
    }

    /// Whether this parameter came, but doubled or unreadable.
    pub fn is_defective(&self, name: &str) -> bool {
        self.defects.contains(name)
    }

    /// The answer to the defects, if there are any.
    pub fn first_defect(&self) -> Option<OAuthError> {
        if self.too_many {
            return Some(OAuthError::invalid_request("too many parameters"));
        }
        if self.defects.is_empty() {
            return None;
        }
        Some(OAuthError::invalid_request(
            "a parameter is repeated, too long, or holds control characters or bytes that are not UTF-8",
        ))
    }
}

/// No control characters; U+FFFD is what the decoder makes of bytes that are not UTF-8.
fn is_text(text: &str) -> bool {
    !text.chars().any(|c| c.is_control() || c == '\u{fffd}')
}

/// `VSCHAR` and nothing else (RFC 6749, appendix A), at most `max` bytes.
pub(crate) fn is_visible_ascii(text: &str, max: usize) -> bool {
    text.len() <= max && text.bytes().all(|b| (0x20..=0x7e).contains(&b))
}

impl fmt::Debug for Parameters {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Parameters")
            .field("names", &self.values.keys().collect::<Vec<_>>())
            .field("defects", &self.defects)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn decodes_and_treats_empty_as_omitted() {
        let form = Parameters::from_form("a=1+2&b=%E9%AB%99&c=&d".as_bytes()).unwrap();
        assert_eq!(form.get("a"), Some("1 2"));
        assert_eq!(form.get("b"), Some("髙"));
        assert_eq!(form.get("c"), None);
        assert_eq!(form.get("d"), None);
        assert!(form.require("c", "c is missing").is_err());
    }

    #[test]
    fn refuses_defective_forms() {
        let long_value = format!("a={}", "x".repeat(MAX_VALUE + 1));
        let long_name = format!("{}=1", "x".repeat(MAX_NAME + 1));
        let many = (0..=MAX_COUNT)
            .map(|i| format!("p{i}=1"))
            .collect::<Vec<_>>()
            .join("&");
        for body in [
            "a=1&a=2",
            "a=1&a=1",
            "a=&a=1",
            "a=1&a=2&a=3",
            "a=%00",
            "a=x%0Ay",
            "a=%7F",
            "a=%C2%85",
            "%00=1",
            "a=%FF",
            "a=%C3%28",
            &long_value,
            &long_name,
            &many,
        ] {
            let error = Parameters::from_form(body.as_bytes()).unwrap_err();
            assert_eq!(
                error.body().error,
                "invalid_request",
                "{}",
                &body[..body.len().min(40)]
            );
        }
    }

    #[test]
    fn rich_requests_and_request_objects_may_be_larger() {
        for (name, length, good) in [
            ("state", MAX_VALUE, true),
            ("state", MAX_VALUE + 1, false),
            ("authorization_details", MAX_LARGE_VALUE, true),
            ("authorization_details", MAX_LARGE_VALUE + 1, false),
            ("request", MAX_LARGE_VALUE, true),
            ("request", MAX_LARGE_VALUE + 1, false),
            ("request_uri", MAX_VALUE + 1, false),
        ] {
            let body = format!("{name}={}", "x".repeat(length));
            assert_eq!(
                Parameters::from_form(body.as_bytes()).is_ok(),
                good,
                "{name} {length}"
            );
        }
    }

    #[test]
    fn a_query_keeps_what_is_sound() {
        let query = Parameters::from_query("client_id=a&state=1&state=2&x=%00");
        assert_eq!(query.get("client_id"), Some("a"));
        assert_eq!(query.get("state"), None);
        assert!(query.is_defective("state"));
        assert!(query.first_defect().is_some());
    }

    #[test]
    fn pairs_from_elsewhere_live_under_the_same_limits() {
        let sound = Parameters::from_pairs([("a", "1"), ("b", "")]).unwrap();
        assert_eq!((sound.get("a"), sound.get("b")), (Some("1"), None));
        let many = (0..=MAX_COUNT).map(|index| (format!("p{index}"), "1".to_owned()));
        assert!(Parameters::from_pairs(many).is_err());
        let long = "x".repeat(MAX_VALUE + 1);
        for pairs in [
            [("a", "1"), ("a", "2")],
            [("a", "\n"), ("b", "")],
            [("a", &long), ("b", "")],
        ] {
            assert!(Parameters::from_pairs(pairs).is_err());
        }
    }

    #[test]
    fn debug_shows_no_value() {
        let form = Parameters::from_form(b"client_secret=hidden").unwrap();
        let shown = format!("{form:?}");
        assert!(shown.contains("client_secret") && !shown.contains("hidden"));
    }

    proptest! {
        #[test]
        fn never_panics_and_never_lets_control_characters_pass(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
            if let Ok(form) = Parameters::from_form(&bytes) {
                for value in form.values.values() {
                    prop_assert!(!value.is_empty() && !value.chars().any(char::is_control));
                }
            }
        }
    }
}
