//! DPoP proofs, at the token endpoint and at protected resources (RFC 9449, 4.3 and 7.1).
//! Not here: which token is bound to which key.
#![no_main]

use std::sync::LazyLock;

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::header::AUTHORIZATION;
use http::{HeaderMap, HeaderValue, Method};
use libfuzzer_sys::{Corpus, fuzz_target};
use renkei_fuzz::jwt::{Recipe, assert_signed, forgeries, numeric_date};
use renkei_fuzz::{CANARY, NOW, keys};
use renkei_oauth::dpop::resource::PresentedToken;
use renkei_oauth::dpop::{
    self, DpopError, Expectation, MAX_AGE, NonceRule, PROOF_HEADER, ProofUse, TargetUri,
};
use renkei_oauth::error::OAuthError;
use serde_json::json;
use url::{Url, form_urlencoded};

const ENDPOINT: &str = "https://bank.example/token";
const ALIAS: &str = "https://bank.example:8445/token";
const TOKEN: &str = "an-access-token";
const NONCE: &str = "a-nonce-of-ours";

static URIS: LazyLock<[TargetUri; 2]> =
    LazyLock::new(|| [ENDPOINT, ALIAS].map(|uri| TargetUri::parse(uri).unwrap()));

/// What the first line says beside the signer: whether a nonce is demanded, and whether a token is presented.
#[derive(Clone, Copy)]
struct Situation {
    nonce: bool,
    token: bool,
}

fuzz_target!(
    init: {
        let key = keys::named("EdDSA").unwrap();
        let header = json!({"typ": "dpop+jwt", "alg": "EdDSA", "jwk": key.jwk()});
        let claims = json!({"jti": "1", "htm": "POST", "htu": ENDPOINT, "iat": NOW});
        let text = format!("EdDSA\n{header}\n{claims}");
        let good = Recipe::read(text.as_bytes()).and_then(|recipe| recipe.token()).unwrap();
        let situation = Situation { nonce: false, token: false };
        verify(&good, situation).expect("a good proof must get through");
    },
    |input: &[u8]| -> Corpus {
        let Some((recipe, token)) = Recipe::read(input).and_then(|recipe| Some((recipe, recipe.token()?))) else {
            return Corpus::Reject;
        };
        let situation = Situation { nonce: recipe.says("nonce"), token: recipe.says("token") };
        match verify(&token, situation) {
            Ok(used) => check(&recipe, &token, situation, &used),
            Err(error) => assert_plain(error),
        }
        Corpus::Keep
    }
);

fn assert_plain(error: DpopError) {
    let plain = |byte: u8| matches!(byte, 0x20..=0x7e) && byte != b'"' && byte != b'\\';
    assert!(error.description().bytes().all(plain));
    assert!(
        !format!("{error:?} {error}").contains(CANARY),
        "an error repeats the input"
    );
    assert_eq!(OAuthError::from(error).description(), error.description());
}

/// What must hold of a proof that was accepted.
fn check(recipe: &Recipe<'_>, token: &str, situation: Situation, used: &ProofUse) {
    let (key, header, claims) = assert_signed(token, &[Some("dpop+jwt")]);
    assert_eq!(used.thumbprint, key.thumbprint(), "one key has one name");
    for private in ["d", "k", "p", "q", "dp", "dq", "qi", "oth"] {
        assert!(
            header["jwk"].get(private).is_none(),
            "accepted with a private key"
        );
    }
    assert_eq!(claims["jti"], used.jti.as_str());
    assert!((1..=255).contains(&used.jti.chars().count()) && !used.jti.contains('\0'));
    assert_eq!(claims["htm"], "POST");
    let url = Url::parse(claims["htu"].as_str().unwrap()).expect("accepted with an htu that is no URL");
    // Unreserved characters may come percent-encoded (RFC 3986, 6.2.2.2).
    let path = form_urlencoded::parse(url.path().as_bytes())
        .next()
        .map(|(path, _)| path.into_owned());
    assert_eq!(
        (
            url.scheme(),
            url.host_str(),
            path.as_deref(),
            url.username(),
            url.password()
        ),
        ("https", Some("bank.example"), Some("/token"), "", None)
    );
    assert!(matches!(url.port(), None | Some(8445)));
    #[expect(clippy::cast_precision_loss, reason = "these times are exact")]
    let (now, oldest) = (NOW as f64, (NOW - MAX_AGE) as f64);
    let issued = numeric_date(&claims, "iat")
        .expect("accepted without iat")
        .floor();
    assert!(oldest <= issued && issued <= now + 10.0);
    #[expect(clippy::cast_precision_loss, reason = "bounded above")]
    let kept = used.keep_until as f64;
    #[expect(clippy::cast_precision_loss, reason = "this time is exact")]
    let oldest_age = MAX_AGE as f64;
    assert!(kept > issued + oldest_age, "the record must outlive the proof");
    if situation.token {
        let hash = URL_SAFE_NO_PAD.encode(digest(&SHA256, TOKEN.as_bytes()));
        assert_eq!(claims["ath"], hash.as_str());
    }
    if situation.nonce {
        assert_eq!(claims["nonce"], NONCE);
    }

    if let Some(rewritten) = recipe.rewritten() {
        assert_eq!(
            verify(&rewritten, situation).as_ref(),
            Ok(used),
            "the same claims, written otherwise"
        );
    }
    for forged in forgeries(token) {
        assert!(verify(&forged, situation).is_err(), "forged: {forged}");
    }
}

/// The proof as it comes: in the header of a request with or without an access token.
fn verify(proof: &str, situation: Situation) -> Result<ProofUse, DpopError> {
    let mut headers = HeaderMap::new();
    let Ok(value) = HeaderValue::from_str(proof) else {
        return Err(DpopError::InvalidProof("no header"));
    };
    headers.insert(PROOF_HEADER, value);
    let is_ours = |nonce: &str| {
        assert!(nonce.len() <= 255);
        nonce == NONCE
    };
    let expectation = Expectation {
        method: &Method::POST,
        uris: URIS.as_slice(),
        nonce: if situation.nonce {
            NonceRule::Required(&is_ours)
        } else {
            NonceRule::NotRequired
        },
        now: NOW,
    };
    if !situation.token {
        let pending = dpop::from_request(&headers, &expectation)?.expect("there is a proof");
        let used = pending.proof_use().clone();
        assert_eq!(pending.recorded(true).unwrap().thumbprint(), used.thumbprint);
        return Ok(used);
    }
    let authorization = HeaderValue::try_from(format!("DPoP {TOKEN}")).unwrap();
    headers.insert(AUTHORIZATION, authorization);
    let presented = PresentedToken::from_headers(&headers).unwrap();
    match presented.proof(&headers, &expectation) {
        Ok(pending) => Ok(pending.expect("the scheme demands a proof").proof_use().clone()),
        Err(refusal) => {
            assert_eq!(refusal.status().as_u16(), 401);
            for challenge in refusal.challenges() {
                assert!(!challenge.to_str().unwrap().contains(CANARY));
            }
            Err(dpop::from_request(&headers, &expectation)
                .err()
                .unwrap_or(DpopError::InvalidProof("ath")))
        }
    }
}
