//! JWTs as inputs describe them: a line that says who signs, a line with the header, and the claims (RFC 7515, 7.1).
//! Not here: what a header or a claim should be.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::value::RawValue;
use serde_json::{Value, json};

use crate::keys::{self, KnownKey};
use crate::{ISSUER, NOW};

/// An input of the targets that read JWTs:
///
/// ```text
/// EdDSA and further words for the target
/// {"alg": "EdDSA", "kid": "EdDSA"}
/// {"iss": "fapi2", ...}
/// ```
///
/// The first word is the name of a known key's algorithm, or one of `stranger`, `none`, `HS256`, `identity` (an Ed25519
/// signature that no private key is needed for), or `raw`: then the rest of the input is the token.
#[derive(Clone, Copy)]
pub struct Recipe<'a> {
    signer: &'a str,
    words: &'a str,
    header: &'a [u8],
    claims: &'a [u8],
    rest: &'a [u8],
}

impl<'a> Recipe<'a> {
    /// Reads an input; `None` for what describes no JWT.
    pub fn read(input: &'a [u8]) -> Option<Self> {
        let (first, rest) = split_line(input)?;
        let first = std::str::from_utf8(first).ok()?;
        let (signer, words) = first.split_once(' ').unwrap_or((first, ""));
        let (header, claims) = split_line(rest).unwrap_or((rest, &[]));
        Some(Self {
            signer,
            words,
            header,
            claims,
            rest,
        })
    }

    /// Whether the first line has this word after the signer.
    pub fn says(&self, word: &str) -> bool {
        self.words().any(|said| said == word)
    }

    /// The words after the signer.
    pub fn words(&self) -> impl Iterator<Item = &'a str> {
        self.words.split(' ')
    }

    /// The token.
    pub fn token(&self) -> Option<String> {
        if self.signer == "raw" {
            return std::str::from_utf8(self.rest).ok().map(str::to_owned);
        }
        self.token_with_claims(self.claims)
    }

    /// The same with the same claims written by another hand, where they are JSON whose numbers survive that.
    pub fn rewritten(&self) -> Option<String> {
        let claims: Value = serde_json::from_slice(self.claims).ok()?;
        let rewritable = self.signer != "raw" && has_whole_numbers(&claims);
        rewritable.then(|| self.token_with_claims(claims.to_string().as_bytes()))?
    }

    fn token_with_claims(&self, claims: &[u8]) -> Option<String> {
        let message = format!("{}.{}", encode(self.header), encode(claims));
        let signature = match self.signer {
            "stranger" => keys::sign_as_stranger(message.as_bytes()),
            "none" => Vec::new(),
            "HS256" => keys::authenticate_by_public_key(message.as_bytes()),
            "identity" => {
                // The neutral element for R and 0 for S: good under a key that is the neutral element too.
                let mut signature = vec![0; 64];
                signature[0] = 1;
                signature
            }
            name => keys::named(name)?.sign(message.as_bytes()),
        };
        Some(format!("{message}.{}", encode(&signature)))
    }
}

/// Other numbers may differ in the last place after they are read and written.
fn has_whole_numbers(value: &Value) -> bool {
    match value {
        Value::Number(number) => !number.is_f64(),
        Value::Array(values) => values.iter().all(has_whole_numbers),
        Value::Object(members) => members.values().all(has_whole_numbers),
        Value::Null | Value::Bool(_) | Value::String(_) => true,
    }
}

/// What must hold of every JWT that is accepted: three parts, a good signature of a known key by the algorithm that the
/// header names, a `typ` of the purpose, and no critical header parameters. Answers the key, the header and the claims.
pub fn assert_signed(token: &str, types: &[Option<&str>]) -> (&'static KnownKey, Value, Value) {
    let parts: Vec<&str> = token.split('.').collect();
    let [header, claims, signature] = parts[..] else {
        panic!("accepted with {} parts", parts.len());
    };
    let message = &token[..header.len() + 1 + claims.len()];
    let signature = URL_SAFE_NO_PAD
        .decode(signature)
        .expect("accepted with a broken signature");
    let key = keys::all()
        .iter()
        .find(|key| key.has_signed(message.as_bytes(), &signature))
        .expect("accepted without the signature of a known key");
    let header = decode(header);
    assert_eq!(header["alg"], key.algorithm(), "accepted under another algorithm");
    assert!(header.get("crit").is_none(), "accepted with critical parameters");
    let typ = header.get("typ").filter(|typ| !typ.is_null());
    let typ = typ.map(|typ| {
        typ.as_str()
            .expect("accepted with a typ that is no string")
            .to_ascii_lowercase()
    });
    assert!(
        types.contains(&typ.as_deref()),
        "accepted for another purpose: {typ:?}"
    );
    (key, header, decode(claims))
}

/// The members of a header or of claims, but for those that are good JSON and still no value that can be held: deeply
/// nested, numbers out of range, half characters.
fn decode(part: &str) -> Value {
    let json = URL_SAFE_NO_PAD
        .decode(part)
        .expect("accepted with broken base64url");
    let json = std::str::from_utf8(&json).expect("accepted with something else than UTF-8");
    let members: BTreeMap<String, Box<RawValue>> =
        serde_json::from_str(json).expect("accepted with broken JSON");
    let held = |(name, value): (String, Box<RawValue>)| Some((name, serde_json::from_str(value.get()).ok()?));
    Value::Object(members.into_iter().filter_map(held).collect())
}

/// What can be made of a good token without the private key, and must be refused.
pub fn forgeries(token: &str) -> Vec<String> {
    let (message, signature) = token.rsplit_once('.').unwrap_or_default();
    let (header, claims) = message.split_once('.').unwrap_or_default();
    let unsigned = |alg: &str| {
        let mut header = decode(header);
        header["alg"] = alg.into();
        format!("{}.{claims}.", encode(header.to_string().as_bytes()))
    };
    let mut other_claims = decode(claims);
    other_claims["forged"] = true.into();
    let other_claims = encode(other_claims.to_string().as_bytes());
    // The first character, because the last one may hold bits that do not count.
    let flipped = if signature.starts_with('A') { "B" } else { "A" };
    vec![
        format!("{message}."),
        message.to_owned(),
        unsigned("none"),
        unsigned("HS256"),
        format!("{message}.{flipped}{}", signature.get(1..).unwrap_or_default()),
        format!("{header}.{other_claims}.{signature}"),
        format!("{token}.{signature}"),
        format!("{token}="),
    ]
}

/// A `NumericDate` as an independent reader sees it; `None` where the claim is absent or null.
pub fn numeric_date(claims: &Value, name: &str) -> Option<f64> {
    let value = claims.get(name).filter(|value| !value.is_null())?;
    Some(value.as_f64().expect("accepted with a date that is no number"))
}

/// A sound assertion of this client.
pub fn good_assertion(client_id: &str) -> String {
    let claims = json!({"iss": client_id, "sub": client_id, "aud": ISSUER, "jti": "1", "exp": NOW + 60});
    let text = format!("EdDSA\n{}\n{claims}", json!({"alg": "EdDSA", "kid": "EdDSA"}));
    Recipe::read(text.as_bytes())
        .and_then(|recipe| recipe.token())
        .unwrap()
}

fn encode(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

fn split_line(input: &[u8]) -> Option<(&[u8], &[u8])> {
    let end = input.iter().position(|byte| *byte == b'\n')?;
    Some((&input[..end], &input[end + 1..]))
}
