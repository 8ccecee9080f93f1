//! The document at `sector_identifier_uri` (OpenID Connect Registration 1.0, 5).
//! Not here: fetching it, and making pairwise subjects.

use crate::client::RegistrationError;

/// Checks that the document, a JSON array, lists each of the redirect URIs.
pub fn check_sector_document(json: &[u8], redirect_uris: &[String]) -> Result<(), RegistrationError> {
    let listed: Vec<String> =
        serde_json::from_slice(json).map_err(|_| RegistrationError::SectorIdentifier)?;
    if redirect_uris.iter().all(|uri| listed.contains(uri)) {
        Ok(())
    } else {
        Err(RegistrationError::SectorIdentifier)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_redirect_uri_must_be_listed() {
        let uris = ["https://a.example/1".to_owned(), "https://b.example/2".to_owned()];
        for (document, good) in [
            (r#"["https://b.example/2","https://a.example/1","x"]"#, true),
            (r#"["https://a.example/1"]"#, false),
            (r#"["https://a.example/1","https://b.example/2/"]"#, false),
            ("[]", false),
            ("{}", false),
            ("[1]", false),
            ("", false),
        ] {
            assert_eq!(
                check_sector_document(document.as_bytes(), &uris).is_ok(),
                good,
                "{document}"
            );
        }
    }
}
