//! Public keys and sets of them: ours as published, a client's as registered, and their names (RFC 7517, RFC 7518, RFC 7638).
//! Not here: private keys, which stay in the vault, and `jwks_uri` of clients, which needs the network.

mod suitability;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::jwk::{Jwk, KeyAlgorithm, PublicKeyUse, ThumbprintHash};
use jsonwebtoken::{Algorithm, DecodingKey};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use self::suitability::suitable_algorithm;
use crate::opaque::sha256_from_base64url;

/// The signature algorithms that are accepted and announced (FAPI 2.0 Security Profile, 5.4.1).
pub const ALGORITHMS: [Algorithm; 3] = [Algorithm::PS256, Algorithm::ES256, Algorithm::EdDSA];
/// Their names, for metadata.
pub const ALGORITHM_NAMES: [&str; 3] = ["PS256", "ES256", "EdDSA"];
/// The most keys of one client.
const MAX_KEYS: usize = 20;
/// Members that only a private or symmetric key has (RFC 7518, 6).
const PRIVATE_MEMBERS: [&str; 8] = ["d", "p", "q", "dp", "dq", "qi", "oth", "k"];
/// Members of a public key that we publish.
const PUBLIC_MEMBERS: [&str; 9] = ["kty", "kid", "use", "alg", "crv", "x", "y", "n", "e"];

/// Why a key or key set cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// The text is no JSON Web Key (Set).
    #[error("not a JSON Web Key Set")]
    Malformed,
    /// The key holds private members; whoever sent it must replace the key.
    #[error("the key set holds a private or symmetric key")]
    Private,
    /// Not an RSA key of 2048 to 8192 bits, a P-256 key or an Ed25519 key for signatures, or a degenerate one.
    #[error(
        "a key must be RSA (2048 to 8192 bits, PS256), EC P-256 (ES256) or Ed25519 (EdDSA), for signatures"
    )]
    Unsuitable,
    /// Two keys bear the same `kid`, or one of several bears none.
    #[error("where there are several keys, each needs a kid of its own")]
    AmbiguousKid,
    /// There is no key, or there are too many.
    #[error("a key set holds between 1 and 20 keys")]
    Count,
}

/// The SHA-256 thumbprint of a public key (RFC 7638): its name in `cnf.jkt` and `dpop_jkt` (RFC 9449, 6.1 and 10).
/// Serialised it is base64url without padding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct JwkThumbprint([u8; 32]);

/// The text is no thumbprint.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a thumbprint is 43 characters of base64url")]
pub struct MalformedThumbprint;

impl JwkThumbprint {
    /// The thumbprint as stored.
    pub const fn from_bytes(stored: [u8; 32]) -> Self {
        Self(stored)
    }

    /// The bytes to store.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// The form on the wire: base64url without padding.
    pub fn to_base64url(self) -> String {
        URL_SAFE_NO_PAD.encode(self.0)
    }

    /// Reads the form on the wire.
    pub fn parse(text: &str) -> Option<Self> {
        sha256_from_base64url(text).map(Self)
    }
}

impl From<JwkThumbprint> for String {
    fn from(thumbprint: JwkThumbprint) -> Self {
        thumbprint.to_base64url()
    }
}

impl TryFrom<String> for JwkThumbprint {
    type Error = MalformedThumbprint;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text).ok_or(MalformedThumbprint)
    }
}

/// A public key that may be published or used for verification.
#[derive(Clone, Debug)]
pub struct PublicJwk {
    kid: Option<String>,
    algorithm: Algorithm,
    key: DecodingKey,
    thumbprint: JwkThumbprint,
    members: Map<String, Value>,
}

impl PublicJwk {
    /// Reads one key and refuses private members, foreign key types and weak keys.
    pub fn from_value(value: &Value) -> Result<Self, KeyError> {
        let members = value.as_object().ok_or(KeyError::Malformed)?;
        if PRIVATE_MEMBERS.iter().any(|name| members.contains_key(*name)) {
            return Err(KeyError::Private);
        }
        let jwk: Jwk = serde_json::from_value(value.clone()).map_err(|_| KeyError::Malformed)?;
        if !matches!(jwk.common.public_key_use, None | Some(PublicKeyUse::Signature)) {
            return Err(KeyError::Unsuitable);
        }
        let algorithm = suitable_algorithm(&jwk.algorithm).ok_or(KeyError::Unsuitable)?;
        if jwk
            .common
            .key_algorithm
            .is_some_and(|named| named != KeyAlgorithm::from(algorithm))
        {
            return Err(KeyError::Unsuitable);
        }
        let key = DecodingKey::from_jwk(&jwk).map_err(|_| KeyError::Unsuitable)?;
        let thumbprint = jwk.thumbprint(ThumbprintHash::SHA256).ok();
        let thumbprint = thumbprint.and_then(|text| JwkThumbprint::parse(&text));
        let members = members
            .iter()
            .filter(|(name, _)| PUBLIC_MEMBERS.contains(&name.as_str()))
            .map(|(name, value)| (name.clone(), value.clone()))
            .collect();
        Ok(Self {
            kid: jwk.common.key_id,
            algorithm,
            key,
            thumbprint: thumbprint.ok_or(KeyError::Unsuitable)?,
            members,
        })
    }

    /// The only algorithm this key serves.
    pub const fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// The key's name.
    pub fn kid(&self) -> Option<&str> {
        self.kid.as_deref()
    }

    /// Its name by its content (RFC 7638).
    pub const fn thumbprint(&self) -> JwkThumbprint {
        self.thumbprint
    }

    pub(crate) const fn key(&self) -> &DecodingKey {
        &self.key
    }
}

/// The registered keys of a client, for its assertions and request objects.
#[derive(Clone, Debug)]
pub struct ClientKeys(Vec<PublicJwk>);

impl ClientKeys {
    /// Reads a JWK Set that is registered by value (RFC 7517, 5). Each key must be usable: a registration is the moment to
    /// complain.
    pub fn parse(json: &str) -> Result<Self, KeyError> {
        let keys = Self::listed(json)?;
        let keys = keys.iter().map(PublicJwk::from_value);
        Self::distinct(keys.collect::<Result<Vec<_>, _>>()?)
    }

    /// Reads a published set, passing over the keys that are for somebody or something else (RFC 7517, 5). A private key is
    /// not passed over.
    pub fn parse_published(json: &str) -> Result<Self, KeyError> {
        let mut usable = Vec::new();
        for key in Self::listed(json)? {
            match PublicJwk::from_value(&key) {
                Ok(key) => usable.push(key),
                Err(KeyError::Private) => return Err(KeyError::Private),
                Err(_) => {}
            }
        }
        if usable.is_empty() {
            return Err(KeyError::Unsuitable);
        }
        Self::distinct(usable)
    }

    fn listed(json: &str) -> Result<Vec<Value>, KeyError> {
        let mut set: Value = serde_json::from_str(json).map_err(|_| KeyError::Malformed)?;
        let keys = set.get_mut("keys").map(Value::take);
        let Some(Value::Array(keys)) = keys else {
            return Err(KeyError::Malformed);
        };
        if keys.is_empty() || keys.len() > MAX_KEYS {
            return Err(KeyError::Count);
        }
        Ok(keys)
    }

    fn distinct(keys: Vec<PublicJwk>) -> Result<Self, KeyError> {
        let ambiguous = |(index, key): (usize, &PublicJwk)| {
            key.kid.is_none() || keys[..index].iter().any(|other| other.kid == key.kid)
        };
        if keys.len() > 1 && keys.iter().enumerate().any(ambiguous) {
            return Err(KeyError::AmbiguousKid);
        }
        Ok(Self(keys))
    }

    /// The keys of a client whose `jwks_uri` cannot be read at present: no signature verifies by them.
    pub const fn unreadable() -> Self {
        Self(Vec::new())
    }

    /// Whether one of them bears this name.
    pub(crate) fn has(&self, kid: &str) -> bool {
        self.0.iter().any(|key| key.kid() == Some(kid))
    }

    /// The key for a signature: by `kid` if the header names one, else the only key for the algorithm.
    pub(crate) fn find(&self, kid: Option<&str>, algorithm: Algorithm) -> Option<&PublicJwk> {
        let mut fitting = self
            .0
            .iter()
            .filter(|key| key.algorithm == algorithm && (kid.is_none() || kid == key.kid()));
        let found = fitting.next();
        if fitting.next().is_some() { None } else { found }
    }
}

/// The document at `jwks_uri`.
#[derive(Clone, Debug, Serialize)]
pub struct JwkSet {
    keys: Vec<Map<String, Value>>,
}

impl JwkSet {
    /// Publishes these keys, only their public members, for signatures.
    pub fn publish<'a>(keys: impl IntoIterator<Item = &'a PublicJwk>) -> Self {
        let with_use = |key: &PublicJwk| {
            let mut members = key.members.clone();
            members.insert("use".to_owned(), "sig".into());
            members
        };
        Self {
            keys: keys.into_iter().map(with_use).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::test_clients::TestKey;

    fn parse(keys: &Value) -> Result<ClientKeys, KeyError> {
        ClientKeys::parse(&json!({ "keys": keys }).to_string())
    }

    #[test]
    fn suitable_keys_are_found_by_kid_or_alone() {
        let ec = TestKey::es256("ec");
        let ed = TestKey::ed25519("ed");
        let keys = parse(&json!([ec.public(), ed.public()])).unwrap();
        assert_eq!(keys.find(Some("ec"), Algorithm::ES256).unwrap().kid(), Some("ec"));
        assert_eq!(keys.find(None, Algorithm::EdDSA).unwrap().kid(), Some("ed"));
        assert!(keys.find(Some("ec"), Algorithm::EdDSA).is_none());
        assert!(keys.find(Some("other"), Algorithm::ES256).is_none());
        assert!(keys.find(None, Algorithm::PS256).is_none());
        let second = TestKey::es256("ec2");
        let keys = parse(&json!([ec.public(), second.public()])).unwrap();
        assert!(
            keys.find(None, Algorithm::ES256).is_none(),
            "without kid it is ambiguous"
        );
    }

    #[test]
    fn key_sets_that_are_refused() {
        let ec = TestKey::es256("ec").public();
        let with = |name: &str, value: &str| {
            let mut key = ec.clone();
            key[name] = value.into();
            key
        };
        let rsa = |bytes: usize| {
            let mut modulus = vec![0xff; bytes];
            modulus[bytes - 1] = 1;
            json!({"kty": "RSA", "e": "AQAB", "n": URL_SAFE_NO_PAD.encode(modulus)})
        };
        let mut nameless = ec.clone();
        nameless.as_object_mut().unwrap().remove("kid");
        let cases = [
            (json!([]), KeyError::Count),
            (json!(vec![ec.clone(); 21]), KeyError::Count),
            (json!([with("d", "AAAA")]), KeyError::Private),
            (json!([{"kty": "oct", "k": "AAAA"}]), KeyError::Private),
            (json!([with("use", "enc")]), KeyError::Unsuitable),
            (json!([with("alg", "ES384")]), KeyError::Unsuitable),
            (json!([with("crv", "P-384")]), KeyError::Unsuitable),
            (json!([with("x", "AAAA")]), KeyError::Unsuitable),
            (json!([rsa(255)]), KeyError::Unsuitable),
            (json!([rsa(1025)]), KeyError::Unsuitable),
            (json!([{"kty": "new"}]), KeyError::Unsuitable),
            (json!([1]), KeyError::Malformed),
            (json!([ec.clone(), ec.clone()]), KeyError::AmbiguousKid),
            (json!([ec.clone(), nameless]), KeyError::AmbiguousKid),
        ];
        for (keys, expected) in cases {
            assert_eq!(parse(&keys).unwrap_err(), expected, "{keys}");
        }
        for text in ["", "[]", "{}", "{\"keys\": 1}"] {
            assert_eq!(
                ClientKeys::parse(text).unwrap_err(),
                KeyError::Malformed,
                "{text}"
            );
        }
        assert!(parse(&json!([rsa(256)])).is_ok());
    }

    #[test]
    fn thumbprints_name_keys_by_their_required_members() {
        // RFC 7638, 3.1; RFC 8037, A.3; RFC 9449, 6.1 with the key of its figure 4.
        let rsa = "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknj\
             hMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvR\
             L5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw";
        for (key, thumbprint) in [
            (
                json!({"kty": "RSA", "n": rsa, "e": "AQAB", "kid": "2011-04-29"}),
                "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs",
            ),
            (
                json!({"kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}),
                "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k",
            ),
            (
                json!({"kty": "EC", "crv": "P-256", "use": "sig", "x": "l8tFrhx-34tV3hRICRDY9zCkDlpBhF42UQUfWVAWBFs",
                    "y": "9VE4jf_Ok_o64zbTTlcuNJajHmt6v9TDVrU0CdvGRDA"}),
                "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I",
            ),
        ] {
            let found = PublicJwk::from_value(&key).unwrap().thumbprint();
            assert_eq!(found.to_base64url(), thumbprint);
            assert_eq!(JwkThumbprint::parse(thumbprint), Some(found));
            let stored = serde_json::to_string(&found).unwrap();
            assert_eq!(serde_json::from_str::<JwkThumbprint>(&stored).unwrap(), found);
        }
        let good = JwkThumbprint::from_bytes([7; 32]).to_base64url();
        for text in [
            "",
            "AAAA",
            &format!("{good}="),
            &format!("{good}A"),
            &good.replace('B', "+"),
        ] {
            assert_eq!(JwkThumbprint::parse(text), None, "{text}");
            assert!(serde_json::from_value::<JwkThumbprint>(json!(text)).is_err());
        }
    }

    #[test]
    fn published_keys_have_public_members_only() {
        let mut key = TestKey::es256("k1").public();
        key["x5c"] = json!(["AAAA"]);
        key["note"] = "internal".into();
        let set = JwkSet::publish([&PublicJwk::from_value(&key).unwrap()]);
        let published = serde_json::to_value(set).unwrap();
        let members: Vec<&String> = published["keys"][0].as_object().unwrap().keys().collect();
        assert_eq!(members, ["alg", "crv", "kid", "kty", "use", "x", "y"]);
    }
}
