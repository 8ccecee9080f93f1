//! Client assertions for registrations with `private_key_jwt` (RFC 7523, 2.2 and 3), which the library lacks.
//! Not here: the other methods, which the library or the TLS connection brings.

use std::path::Path;

use anyhow::Context as _;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use serde::Serialize;
use time::OffsetDateTime;

use super::LinkError;

/// How long an assertion is good, in seconds; each is used at once.
const LIFETIME: i64 = 60;

/// The key that signs assertions.
pub(super) struct AssertionKey {
    key: EncodingKey,
    key_id: Option<String>,
}

#[derive(Serialize)]
struct Claims<'a> {
    iss: &'a str,
    sub: &'a str,
    aud: &'a str,
    jti: String,
    iat: i64,
    exp: i64,
}

impl AssertionKey {
    pub(super) fn read(file: &Path, key_id: Option<String>) -> anyhow::Result<Self> {
        let pem = std::fs::read(file).with_context(|| format!("cannot read {}", file.display()))?;
        let key = EncodingKey::from_ec_pem(&pem)
            .with_context(|| format!("{} holds no P-256 key in PKCS#8", file.display()))?;
        Ok(Self { key, key_id })
    }

    /// The form parameters that authenticate one request.
    pub(super) fn parameters(
        &self,
        client_id: &str,
        issuer: &str,
        now: OffsetDateTime,
    ) -> Result<Vec<(&'static str, String)>, LinkError> {
        let mut random = [0; 16];
        aws_lc_rs::rand::fill(&mut random).map_err(|_| LinkError::Unexpected("no randomness"))?;
        let now = now.unix_timestamp();
        let claims = Claims {
            iss: client_id,
            sub: client_id,
            // FAPI 2.0: the issuer, as one string.
            aud: issuer,
            jti: URL_SAFE_NO_PAD.encode(random),
            iat: now,
            exp: now + LIFETIME,
        };
        let mut header = Header::new(Algorithm::ES256);
        header.kid.clone_from(&self.key_id);
        let assertion = jsonwebtoken::encode(&header, &claims, &self.key)
            .map_err(|_| LinkError::Unexpected("the assertion cannot be signed"))?;
        let kind = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer".to_owned();
        Ok(vec![
            ("client_assertion_type", kind),
            ("client_assertion", assertion),
        ])
    }
}
