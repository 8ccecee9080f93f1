//! Registrations, keys and certificates that the unit tests of this crate share.
//! Nothing here exists outside tests.

use std::sync::Arc;

use aws_lc_rs::encoding::AsDer as _;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::{KeyPair as RsaKeyPair, KeySize};
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair as _, RsaPublicKeyComponents,
};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use rcgen::{CertificateParams, DistinguishedName as RcgenName, DnType, KeyPair};
use serde_json::{Value, json};

use crate::client::{
    AuthenticationMethod, BearerException, ClientMetadata, ClientPreferences, ClientRegistration,
    ClientSecretHash, Profile, TokenBinding,
};
use crate::client_authentication::AuthenticatedClient;
use crate::jwks::{JwkThumbprint, PublicJwk};
use crate::mutual_tls::CertificateSubject;
use crate::scope::Scopes;

pub(crate) const SECRET: &str = "a-secret-of-the-baseline-client";

pub(crate) fn fapi2_registration() -> ClientRegistration {
    ClientRegistration {
        client_id: "fapi2".to_owned(),
        profile: Profile::Fapi2,
        authentication: AuthenticationMethod::TlsClientAuth {
            subject: CertificateSubject::distinguished_name("CN=fapi2,O=Kaikei").unwrap(),
        },
        keys: None,
        redirect_uris: vec!["https://kaikei.example/callback".to_owned()],
        scopes: Scopes::parse("accounts balance statement").unwrap(),
        token_binding: TokenBinding::Mtls,
        pkce_exception: None,
        preferences: ClientPreferences::default(),
    }
}

pub(crate) fn baseline_registration() -> ClientRegistration {
    ClientRegistration {
        client_id: "baseline".to_owned(),
        profile: Profile::Baseline,
        authentication: AuthenticationMethod::ClientSecretBasic {
            secret: ClientSecretHash::of(SECRET),
        },
        keys: None,
        redirect_uris: vec!["https://kaikei.example/callback?from=bank".to_owned()],
        scopes: Scopes::parse("accounts balance").unwrap(),
        token_binding: TokenBinding::Bearer(BearerException::find(&["baseline"], "baseline").unwrap()),
        pkce_exception: None,
        preferences: ClientPreferences::default(),
    }
}

pub(crate) fn fapi2_client() -> Arc<ClientMetadata> {
    Arc::new(fapi2_registration().try_into().unwrap())
}

pub(crate) fn baseline_client() -> Arc<ClientMetadata> {
    Arc::new(baseline_registration().try_into().unwrap())
}

pub(crate) fn authenticated(client: &Arc<ClientMetadata>) -> AuthenticatedClient {
    AuthenticatedClient::for_tests(Arc::clone(client))
}

/// A fresh self-signed certificate `CN=<name>,O=Kaikei`, DER.
pub(crate) fn certificate_named(name: &str) -> Vec<u8> {
    let mut params = CertificateParams::default();
    params.distinguished_name = RcgenName::new();
    params.distinguished_name.push(DnType::OrganizationName, "Kaikei");
    params.distinguished_name.push(DnType::CommonName, name);
    params
        .self_signed(&KeyPair::generate().unwrap())
        .unwrap()
        .der()
        .to_vec()
}

/// A key pair that signs JWTs.
pub(crate) struct TestKey {
    algorithm: Algorithm,
    signer: EncodingKey,
    public: Value,
}

impl TestKey {
    pub(crate) fn es256(kid: &str) -> Self {
        let document =
            EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &SystemRandom::new()).unwrap();
        let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, document.as_ref()).unwrap();
        let (x, y) = pair.public_key().as_ref()[1..].split_at(32);
        let public =
            json!({"kty": "EC", "crv": "P-256", "alg": "ES256", "kid": kid, "x": encode(x), "y": encode(y)});
        Self {
            algorithm: Algorithm::ES256,
            signer: EncodingKey::from_ec_der(document.as_ref()),
            public,
        }
    }

    pub(crate) fn ed25519(kid: &str) -> Self {
        let document = Ed25519KeyPair::generate_pkcs8(&SystemRandom::new()).unwrap();
        let pair = Ed25519KeyPair::from_pkcs8(document.as_ref()).unwrap();
        let x = encode(pair.public_key().as_ref());
        let public = json!({"kty": "OKP", "crv": "Ed25519", "alg": "EdDSA", "kid": kid, "x": x});
        Self {
            algorithm: Algorithm::EdDSA,
            signer: EncodingKey::from_ed_der(document.as_ref()),
            public,
        }
    }

    pub(crate) fn ps256(kid: &str) -> Self {
        let pair = RsaKeyPair::generate(KeySize::Rsa2048).unwrap();
        let components: RsaPublicKeyComponents<Vec<u8>> = pair.public_key().into();
        let (n, e) = (encode(&components.n), encode(&components.e));
        let public = json!({"kty": "RSA", "alg": "PS256", "kid": kid, "n": n, "e": e});
        // The signer wants PKCS#1: what follows the 26 bytes of PKCS#8 wrapping around a 2048 bit key.
        let der = pair.as_der().unwrap().as_ref()[26..].to_vec();
        Self {
            algorithm: Algorithm::PS256,
            signer: EncodingKey::from_rsa_der(&der),
            public,
        }
    }

    pub(crate) fn public(&self) -> Value {
        self.public.clone()
    }

    pub(crate) fn kid(&self) -> &str {
        self.public["kid"].as_str().unwrap()
    }

    /// The name of its algorithm.
    pub(crate) fn alg(&self) -> &str {
        self.public["alg"].as_str().unwrap()
    }

    pub(crate) fn thumbprint(&self) -> JwkThumbprint {
        PublicJwk::from_value(&self.public).unwrap().thumbprint()
    }

    pub(crate) fn header(&self) -> Header {
        let mut header = Header::new(self.algorithm);
        header.kid = Some(self.kid().to_owned());
        header
    }

    pub(crate) fn sign(&self, header: &Header, claims: &Value) -> String {
        self.sign_text(header, &claims.to_string())
    }

    /// Signs claims as they are written, JSON or not.
    pub(crate) fn sign_text(&self, header: &Header, claims: &str) -> String {
        self.sign_bytes(
            serde_json::to_string(header).unwrap().as_bytes(),
            claims.as_bytes(),
        )
    }

    /// Signs with a header that no library would write.
    pub(crate) fn sign_raw(&self, header: &Value, claims: &Value) -> String {
        self.sign_bytes(header.to_string().as_bytes(), claims.to_string().as_bytes())
    }

    /// Signs what need not even be text.
    pub(crate) fn sign_bytes(&self, header: &[u8], claims: &[u8]) -> String {
        let message = format!("{}.{}", encode(header), encode(claims));
        let signature = jsonwebtoken::crypto::sign(message.as_bytes(), &self.signer, self.algorithm).unwrap();
        format!("{message}.{signature}")
    }
}

/// What somebody without the private key of `key` can make of a JWT that would be good with this header and these
/// claims, and what the holder must not get away with.
pub(crate) fn forgeries(key: &TestKey, header: &Value, claims: &Value) -> Vec<(&'static str, String)> {
    let with = |name: &str, value: Value| {
        let mut header = header.clone();
        header[name] = value;
        header
    };
    let good = key.sign_raw(header, claims);
    let (message, signature) = good.rsplit_once('.').unwrap();
    let (first, second) = message.split_once('.').unwrap();
    let stranger = TestKey::es256(key.kid());
    let other_claims = {
        let mut claims = claims.clone();
        claims["forged"] = true.into();
        encode(claims.to_string().as_bytes())
    };
    let unsigned = |alg: &str| {
        let header = with("alg", alg.into()).to_string();
        format!("{}.{second}.", encode(header.as_bytes()))
    };
    // Algorithm confusion: the public key as an HMAC secret.
    let hmac = |secret: &[u8]| {
        let header = with("alg", "HS256".into()).to_string();
        let message = format!("{}.{second}", encode(header.as_bytes()));
        let secret = EncodingKey::from_secret(secret);
        let signature = jsonwebtoken::crypto::sign(message.as_bytes(), &secret, Algorithm::HS256).unwrap();
        format!("{message}.{signature}")
    };
    let point = URL_SAFE_NO_PAD.decode(key.public["x"].as_str().unwrap()).unwrap();
    vec![
        ("re-signed", stranger.sign_raw(header, claims)),
        ("none", unsigned("none")),
        ("None", unsigned("None")),
        ("no signature", format!("{message}.")),
        ("HS256 with the JWK", hmac(key.public.to_string().as_bytes())),
        ("HS256 with the bytes of the key", hmac(&point)),
        (
            "another algorithm",
            key.sign_raw(&with("alg", "ES384".into()), claims),
        ),
        (
            "critical header",
            key.sign_raw(&with("crit", json!(["b64"])), claims),
        ),
        ("other claims", format!("{first}.{other_claims}.{signature}")),
        ("cut signature", good[..good.len() - 4].to_owned()),
        ("padded", format!("{good}=")),
        ("two parts", message.to_owned()),
        ("four parts", format!("{good}.x")),
        ("five parts, encrypted", format!("{good}.x.x")),
        ("dots", "..".to_owned()),
        ("empty", String::new()),
        (
            "JSON serialisation",
            json!({"payload": second, "protected": first, "signature": signature}).to_string(),
        ),
        ("100 kB", format!("{message}.{}", "A".repeat(100_000))),
    ]
}

fn encode(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}
