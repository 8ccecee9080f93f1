//! The cookies that bind a linkage or a customer session to one browser (RFC 6265bis, `__Host-` prefix).
//! Not here: the values' making (`renkei-vault`) and meaning.

use axum::http::{HeaderMap, HeaderValue, header};

/// The value of the one cookie of this name; two of one name are a sign of tampering and count as none.
pub(crate) fn read<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let mut values = headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|line| line.to_str().ok())
        .flat_map(|line| line.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .filter(|(key, _)| *key == name)
        .map(|(_, value)| value);
    let first = values.next()?;
    values.next().is_none().then_some(first)
}

/// Sets a session cookie. `SameSite=Lax`, because the way back from the certificate's host is cross-site.
pub(crate) fn set(name: &str, value: &str) -> Option<HeaderValue> {
    let mut header =
        HeaderValue::try_from(format!("{name}={value}; Path=/; Secure; HttpOnly; SameSite=Lax")).ok()?;
    header.set_sensitive(true);
    Some(header)
}

/// Removes it.
pub(crate) fn clear(name: &str) -> Option<HeaderValue> {
    HeaderValue::try_from(format!(
        "{name}=; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=0"
    ))
    .ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_cookie_of_a_name_is_read_and_two_are_none() {
        let mut headers = HeaderMap::new();
        headers.insert(header::COOKIE, HeaderValue::from_static("a=1; __Host-x=2;b=3"));
        assert_eq!(read(&headers, "__Host-x"), Some("2"));
        assert_eq!(read(&headers, "x"), None);
        headers.append(header::COOKIE, HeaderValue::from_static("__Host-x=4"));
        assert_eq!(read(&headers, "__Host-x"), None);
    }
}
