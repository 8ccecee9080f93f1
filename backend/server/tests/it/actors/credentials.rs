//! How a partner shows who it is, and signs what it asks for: assertions, secrets, request objects.
//! Not here: certificates, which travel with the connection (`partner`).

use super::jose::SigningKey;
use super::partner::{Form, Partner, random_text};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use renkei::testing::Credentials;
use serde_json::{Value, json};

pub(super) const JWT_BEARER: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

impl Partner<'_> {
    /// The key of its assertions and request objects.
    pub(crate) fn key(&self) -> SigningKey {
        let Credentials::PrivateKeyJwt { key_pem, key_id } = &self.registered.credentials else {
            panic!("{} has no key of that kind", self.id());
        };
        SigningKey::from_pem(key_pem, key_id)
    }

    /// A request object (RFC 9101) as it should be, after `change` of header and claims.
    pub(crate) fn request_object(
        &self,
        request: &[(String, String)],
        change: impl FnOnce(&mut Value, &mut Value),
    ) -> String {
        let key = self.key();
        let now = self.bank.clock().now().unix_seconds();
        let mut header = json!({
            "alg": format!("{:?}", key.algorithm), "kid": key.kid(), "typ": "oauth-authz-req+jwt",
        });
        let mut claims = json!({
            "iss": self.id(), "aud": self.bank.issuer(), "jti": random_text(), "iat": now, "nbf": now, "exp": now + 300,
        });
        for (name, value) in request {
            claims[name] = json!(value);
        }
        change(&mut header, &mut claims);
        key.sign(&header, &claims)
    }

    /// A client assertion (RFC 7523 section 3) as it should be, after `change`.
    pub(crate) fn assertion(&self, change: impl FnOnce(&mut Value)) -> String {
        let mut claims = self.claims();
        change(&mut claims);
        self.key().jwt(Some("JWT"), &claims)
    }

    /// The claims of a good assertion.
    pub(crate) fn claims(&self) -> Value {
        let now = self.bank.clock().now().unix_seconds();
        json!({
            "iss": self.id(), "sub": self.id(), "aud": self.bank.issuer(), "jti": random_text(),
            "iat": now, "exp": now + 60,
        })
    }

    /// Adds what authenticates to a form; answers the header where that is the way.
    pub(crate) fn authenticate(&self, form: &mut Form) -> Option<String> {
        let mut add = |name: &str, value: &str| form.push((name.to_owned(), value.to_owned()));
        match &self.registered.credentials {
            Credentials::PrivateKeyJwt { .. } => {
                add("client_assertion_type", JWT_BEARER);
                add("client_assertion", &self.assertion(|_| {}));
            }
            Credentials::TlsClientAuth | Credentials::SelfSignedTlsClientAuth => {
                if !form.iter().any(|(name, _)| name == "client_id") {
                    form.push(("client_id".to_owned(), self.id().to_owned()));
                }
            }
            Credentials::ClientSecretBasic { secret } => {
                let basic = STANDARD.encode(format!("{}:{secret}", self.id()));
                return Some(format!("Basic {basic}"));
            }
            Credentials::ClientSecretPost { secret } => {
                form.retain(|(name, _)| name != "client_id");
                form.push(("client_id".to_owned(), self.id().to_owned()));
                form.push(("client_secret".to_owned(), secret.clone()));
            }
        }
        None
    }
}
