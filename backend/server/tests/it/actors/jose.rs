//! Keys of partners with their JWKs and thumbprints, JWTs with any header and claims, and JWTs of the bank, verified by
//! its published keys. Not here: what a JWT is for.

use super::partner::{base64url, sha256};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::jwk::JwkSet;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Validation};
use rcgen::{KeyPair, PKCS_ECDSA_P256_SHA256, PKCS_ED25519, PKCS_RSA_SHA256};
use serde_json::{Value, json};

/// A key that signs.
#[derive(Clone)]
pub(crate) struct SigningKey {
    pub(crate) algorithm: Algorithm,
    pub(crate) pem: String,
    encoding: EncodingKey,
    public: Value,
}

impl SigningKey {
    /// A fresh key of ES256, EdDSA or PS256 (2048 bits).
    pub(crate) fn generate(algorithm: Algorithm, kid: &str) -> Self {
        let kind = match algorithm {
            Algorithm::ES256 => &PKCS_ECDSA_P256_SHA256,
            Algorithm::EdDSA => &PKCS_ED25519,
            Algorithm::PS256 => &PKCS_RSA_SHA256,
            other => panic!("{other:?}"),
        };
        Self::of(
            algorithm,
            &KeyPair::generate_for(kind).unwrap().serialize_pem(),
            kid,
        )
    }

    /// The key of a PEM file, whichever kind it is.
    pub(crate) fn from_pem(pem: &str, kid: &str) -> Self {
        let key = KeyPair::from_pem(pem).unwrap();
        let algorithm = if key.is_compatible(&PKCS_ECDSA_P256_SHA256) {
            Algorithm::ES256
        } else if key.is_compatible(&PKCS_ED25519) {
            Algorithm::EdDSA
        } else {
            Algorithm::PS256
        };
        Self::of(algorithm, pem, kid)
    }

    fn of(algorithm: Algorithm, pem: &str, kid: &str) -> Self {
        let bytes = pem.as_bytes();
        let encoding = match algorithm {
            Algorithm::ES256 => EncodingKey::from_ec_pem(bytes),
            Algorithm::EdDSA => EncodingKey::from_ed_pem(bytes),
            _ => EncodingKey::from_rsa_pem(bytes),
        }
        .unwrap();
        let mut public = public_half(&KeyPair::from_pem(pem).unwrap(), algorithm);
        public["alg"] = json!(format!("{algorithm:?}"));
        public["kid"] = json!(kid);
        Self {
            algorithm,
            pem: pem.to_owned(),
            encoding,
            public,
        }
    }

    /// The public half, with `kid` and `alg`.
    pub(crate) const fn public(&self) -> &Value {
        &self.public
    }

    pub(crate) fn kid(&self) -> &str {
        self.public["kid"].as_str().unwrap()
    }

    /// The public half and nothing else, as a DPoP proof bears it.
    pub(crate) fn bare(&self) -> Value {
        let mut jwk = json!({});
        for name in ["crv", "e", "kty", "n", "x", "y"] {
            if let Some(member) = self.public.get(name) {
                jwk[name] = member.clone();
            }
        }
        jwk
    }

    /// RFC 7638: the members of the bare key in the order of their names are what serde_json writes.
    pub(crate) fn thumbprint(&self) -> String {
        let bare: std::collections::BTreeMap<String, Value> = serde_json::from_value(self.bare()).unwrap();
        base64url(&sha256(&serde_json::to_string(&bare).unwrap()))
    }

    /// A JWT with `alg`, `kid` and, where given, `typ`.
    pub(crate) fn jwt(&self, typ: Option<&str>, claims: &Value) -> String {
        let mut header = json!({ "alg": format!("{:?}", self.algorithm), "kid": self.kid() });
        if let Some(typ) = typ {
            header["typ"] = json!(typ);
        }
        self.sign(&header, claims)
    }

    /// A JWT with this header, whatever it says.
    pub(crate) fn sign(&self, header: &Value, claims: &Value) -> String {
        let message = unsigned(header, claims);
        let signature =
            jsonwebtoken::crypto::sign(message.as_bytes(), &self.encoding, self.algorithm).unwrap();
        format!("{message}.{signature}")
    }
}

fn public_half(key: &KeyPair, algorithm: Algorithm) -> Value {
    let raw = key.public_key_raw();
    match algorithm {
        // An uncompressed point: 0x04, then x and y of 32 bytes each (SEC 1 section 2.3.3).
        Algorithm::ES256 => {
            json!({ "kty": "EC", "crv": "P-256", "x": base64url(&raw[1..33]), "y": base64url(&raw[33..]) })
        }
        Algorithm::EdDSA => json!({ "kty": "OKP", "crv": "Ed25519", "x": base64url(raw) }),
        // RSAPublicKey (RFC 8017 appendix A.1.1) of 2048 bits: lengths take two octets, n a leading zero.
        _ => json!({ "kty": "RSA", "n": base64url(&raw[9..9 + 256]), "e": base64url(&raw[9 + 256 + 2..]) }),
    }
}

/// Header and claims, without a signature.
pub(crate) fn unsigned(header: &Value, claims: &Value) -> String {
    let part = |value: &Value| base64url(value.to_string().as_bytes());
    format!("{}.{}", part(header), part(claims))
}

/// Header and claims, unverified.
pub(crate) fn opened(jwt: &str) -> (Value, Value) {
    let mut parts = jwt.split('.').map(|part| {
        let bytes = URL_SAFE_NO_PAD.decode(part).unwrap();
        serde_json::from_slice(&bytes).unwrap_or(Value::Null)
    });
    (parts.next().unwrap(), parts.next().unwrap())
}

/// Header and claims of a JWT that one of these keys has signed. Times and audience are for the test to look at: the
/// bank's clock is not the system's.
#[track_caller]
pub(crate) fn verified(jwt: &str, jwks: &Value) -> (Value, Value) {
    let (header, _) = opened(jwt);
    let keys: JwkSet = serde_json::from_value(jwks.clone()).unwrap();
    let kid = header["kid"].as_str().unwrap_or_else(|| panic!("{header}"));
    let key = keys.find(kid).unwrap_or_else(|| panic!("{header} {jwks}"));
    let algorithm = jsonwebtoken::decode_header(jwt).unwrap().alg;
    assert_eq!(
        serde_json::to_value(key.common.key_algorithm).unwrap(),
        header["alg"],
        "{header}"
    );
    let mut validation = Validation::new(algorithm);
    validation.required_spec_claims.clear();
    validation.validate_exp = false;
    validation.validate_aud = false;
    let decoded =
        jsonwebtoken::decode::<Value>(jwt, &DecodingKey::from_jwk(key).unwrap(), &validation).unwrap();
    (header, decoded.claims)
}
