//! The session cookie, and the token against forged requests that is derived from it.
//! Not here: what the session holds.

use std::fmt;

use aws_lc_rs::constant_time::verify_slices_are_equal;
use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::header::COOKIE;
use http::{HeaderMap, HeaderValue};

/// `__Host-`: only this very host over https can have set it (RFC 6265bis, 4.1.3.2).
const NAME: &str = "__Host-kaikei";
/// 90 days, as long as a permission.
const MAX_AGE: u32 = 90 * 24 * 3600;

/// The secret in the cookie, 256 random bits. It is neither printed nor stored.
#[derive(Clone, PartialEq, Eq)]
pub struct SessionId(String);

impl SessionId {
    /// A new one; `None` if the system has no randomness.
    pub fn new() -> Option<Self> {
        let mut bytes = [0; 32];
        aws_lc_rs::rand::fill(&mut bytes).ok()?;
        Some(Self(URL_SAFE_NO_PAD.encode(bytes)))
    }

    /// Reads the cookie of a request; a doubled or malformed one does not count.
    pub fn from_headers(headers: &HeaderMap) -> Option<Self> {
        let mut found = headers
            .get_all(COOKIE)
            .iter()
            .filter_map(|header| header.to_str().ok())
            .flat_map(|header| header.split(';'))
            .filter_map(|pair| pair.trim().split_once('='))
            .filter(|(name, _)| *name == NAME)
            .map(|(_, value)| value);
        let value = found.next().filter(|value| {
            value.len() == 43
                && value
                    .bytes()
                    .all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
        })?;
        if found.next().is_some() {
            None
        } else {
            Some(Self(value.to_owned()))
        }
    }

    /// The header that sets the cookie. `Lax`, because the bank sends the browser back from another site.
    pub fn set_cookie(&self) -> Option<HeaderValue> {
        let cookie = format!(
            "{NAME}={}; Path=/; Max-Age={MAX_AGE}; Secure; HttpOnly; SameSite=Lax",
            self.0
        );
        let mut header = HeaderValue::try_from(cookie).ok()?;
        header.set_sensitive(true);
        Some(header)
    }

    /// What stands for the session on disk.
    pub(super) fn storage_name(&self) -> String {
        hex::encode(self.derive("storage"))
    }

    /// The token that each form carries; only pages of this session know it.
    pub fn form_token(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.derive("form"))
    }

    /// Whether a form came from a page of this session.
    pub fn accepts_form(&self, token: &str) -> bool {
        verify_slices_are_equal(self.form_token().as_bytes(), token.as_bytes()).is_ok()
    }

    fn derive(&self, purpose: &str) -> Vec<u8> {
        digest(&SHA256, format!("{purpose}\0{}", self.0).as_bytes())
            .as_ref()
            .to_vec()
    }
}

impl fmt::Debug for SessionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SessionId(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(cookies: &[&str]) -> HeaderMap {
        cookies
            .iter()
            .map(|cookie| (COOKIE, HeaderValue::from_str(cookie).unwrap()))
            .collect()
    }

    #[test]
    fn a_cookie_comes_back() {
        let id = SessionId::new().unwrap();
        let set = id.set_cookie().unwrap();
        let pair = set.to_str().unwrap().split(';').next().unwrap().to_owned();
        assert!(
            set.to_str()
                .unwrap()
                .ends_with("; Path=/; Max-Age=7776000; Secure; HttpOnly; SameSite=Lax")
        );
        let back = SessionId::from_headers(&headers(&["a=b", &format!("x=y; {pair}")])).unwrap();
        assert_eq!(back, id);
        assert!(
            SessionId::from_headers(&headers(&[&pair, &pair])).is_none(),
            "doubled"
        );
        assert_ne!(id, SessionId::new().unwrap());
    }

    #[test]
    fn malformed_cookies_do_not_count() {
        for cookie in [
            "",
            "__Host-kaikei",
            "__Host-kaikei=",
            "__Host-kaikei=short",
            "kaikei=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
            "__Host-kaikei=../../AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        ] {
            assert!(SessionId::from_headers(&headers(&[cookie])).is_none(), "{cookie}");
        }
    }

    #[test]
    fn the_form_token_belongs_to_the_session_and_is_not_its_name() {
        let (a, b) = (SessionId::new().unwrap(), SessionId::new().unwrap());
        assert!(a.accepts_form(&a.form_token()));
        assert!(!a.accepts_form(&b.form_token()) && !a.accepts_form(""));
        assert!(!a.form_token().contains(&a.0) && !a.storage_name().contains(&a.0));
    }
}
