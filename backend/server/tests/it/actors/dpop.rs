//! A DPoP key in a partner's hands: it makes proofs (RFC 9449 section 4.2) and remembers the bank's latest nonce.
//! Not here: the requests that bear them.

use super::answer::Answer;
use super::jose::SigningKey;
use super::partner::{base64url, random_text, sha256};
use jsonwebtoken::Algorithm;
use renkei::testing::TestBank;
use serde_json::{Value, json};
use std::sync::Mutex;

/// A key and what the bank last said to it.
pub(crate) struct Dpop {
    pub(crate) key: SigningKey,
    nonce: Mutex<Option<String>>,
}

impl Dpop {
    pub(crate) fn new(algorithm: Algorithm) -> Self {
        Self::of(SigningKey::generate(algorithm, "dpop"))
    }

    pub(crate) const fn of(key: SigningKey) -> Self {
        Self {
            key,
            nonce: Mutex::new(None),
        }
    }

    pub(crate) fn nonce(&self) -> Option<String> {
        self.nonce.lock().unwrap().clone()
    }

    pub(crate) fn set_nonce(&self, nonce: Option<String>) {
        *self.nonce.lock().unwrap() = nonce;
    }

    /// Keeps the nonce of an answer. Whether the request is to be made again with it (sections 8 and 9).
    pub(crate) fn learn(&self, answer: &Answer) -> bool {
        if let Some(nonce) = answer.header("dpop-nonce") {
            self.set_nonce(Some(nonce.to_owned()));
        }
        let demanded = |text: &str| text.contains("use_dpop_nonce");
        match answer.status {
            400 => demanded(&answer.text()),
            401 => answer
                .headers
                .get_all("www-authenticate")
                .iter()
                .any(|value| demanded(value.to_str().unwrap())),
            _ => false,
        }
    }

    /// A proof as it should be, after `change` of header and claims.
    pub(crate) fn proof_but(
        &self,
        bank: &TestBank,
        method: &str,
        url: &str,
        token: Option<&str>,
        change: impl FnOnce(&mut Value, &mut Value),
    ) -> String {
        let mut header = json!({
            "typ": "dpop+jwt", "alg": format!("{:?}", self.key.algorithm), "jwk": self.key.bare(),
        });
        let mut claims = json!({
            "jti": random_text(), "htm": method, "htu": url, "iat": bank.clock().now().unix_seconds(),
        });
        if let Some(token) = token {
            claims["ath"] = json!(base64url(&sha256(token)));
        }
        if let Some(nonce) = self.nonce() {
            claims["nonce"] = json!(nonce);
        }
        change(&mut header, &mut claims);
        self.key.sign(&header, &claims)
    }

    pub(crate) fn proof(&self, bank: &TestBank, method: &str, url: &str, token: Option<&str>) -> String {
        self.proof_but(bank, method, url, token, |_, _| {})
    }
}
