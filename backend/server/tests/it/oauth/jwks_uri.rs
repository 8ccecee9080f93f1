//! Keys of partners at their `jwks_uri` (RFC 7591, 2; RFC 8705, 2.2.2; FAPI 2.0 Security Profile, 5.4.2).
//! Not here: which addresses are global unicast, which `oauth::partner_documents` tests by itself.
//!
//! | clause | test |
//! |---|---|
//! | keys by reference authenticate and verify request objects | `keys_at_an_address_authenticate_and_sign_requests` |
//! | the set is kept, and fetched once for many | `a_set_is_fetched_once_for_many_requests` |
//! | a new `kid` is a reason to look again (RFC 7517, 4.5), once a minute | `a_key_that_is_new_is_looked_for_once_a_minute` |
//! | `Cache-Control` counts within bounds (RFC 9111, 5.2.2) | `a_set_is_kept_as_long_as_it_says_within_bounds` |
//! | keys outlive their host, for a day | `keys_stay_while_nobody_answers_and_not_for_ever` |
//! | certificates by reference (RFC 8705, 2.2.2) | `a_self_signed_certificate_is_renewed_at_its_address` |
//! | nothing private is gone to by default | `private_addresses_are_not_gone_to_unless_the_operator_names_them` |
//! | RFC 7517, 5: keys that are for somebody or something else are passed over | `documents_that_are_not_taken` |
//! | redirects, other statuses, large, slow and unreadable documents, unknown authorities | `documents_that_are_not_taken` |

use crate::actors::{Answer, Browser, NewPartner, Partner, SigningKey, Site, form};
use jsonwebtoken::Algorithm;
use renkei::testing::{Authority, Options, TestBank};
use serde_json::{Value, json};
use std::time::Duration;

/// What a site does with the key that it should publish.
type Behaviour<'s> = Box<dyn Fn(&Site, &Value) + 's>;

async fn bank() -> TestBank {
    let options = Options {
        private_addresses: vec!["127.0.0.1"],
        ..Options::default()
    };
    TestBank::start_with(options).await.unwrap()
}

async fn partner<'b>(bank: &'b TestBank, client_id: &'static str, site: &Site) -> Partner<'b> {
    let new = NewPartner::fapi2(client_id)
        .without("jwks")
        .member("jwks_uri", site.url("/jwks.json"));
    let partner = new.register(bank).await;
    site.publish(&[partner.key().public()]);
    partner
}

/// Whether the partner is taken for itself; what it asks for does nothing.
async fn authenticates(partner: &Partner<'_>) -> bool {
    taken(&partner.post("/revoke", &form(&[("token", "x")])).await)
}

async fn authenticates_with(partner: &Partner<'_>, key: &SigningKey) -> bool {
    let assertion = key.jwt(Some("JWT"), &partner.claims());
    taken(
        &partner
            .post_asserting("/revoke", &form(&[("token", "x")]), &assertion)
            .await,
    )
}

#[track_caller]
fn taken(answer: &Answer) -> bool {
    if answer.status == 200 {
        return true;
    }
    answer.oauth_error(401, "invalid_client");
    false
}

#[tokio::test]
async fn keys_at_an_address_authenticate_and_sign_requests() {
    let bank = bank().await;
    let site = Site::open(&bank).await;
    let partner = partner(&bank, "remote", &site).await.with_dpop();
    let tokens = partner.linked("yubari-jiro", &[]).await;
    partner.refresh(&tokens.refresh).await.ok();
    let attempt = partner.begin_signed(&[]).await;
    let browser = Browser::of(&bank, "yubari-jiro");
    browser.arrive(&attempt.url).await;
    assert_eq!(site.asked(), 1);
}

#[tokio::test]
async fn a_set_is_fetched_once_for_many_requests() {
    let bank = bank().await;
    let site = Site::open(&bank).await;
    let partner = partner(&bank, "remote", &site).await;
    let all = (0..20).map(|_| authenticates(&partner));
    for taken in futures_util::future::join_all(all).await {
        assert!(taken);
    }
    assert_eq!(site.asked(), 1);
}

#[tokio::test]
async fn a_key_that_is_new_is_looked_for_once_a_minute() {
    let bank = bank().await;
    let site = Site::open(&bank).await;
    let partner = partner(&bank, "remote", &site).await;
    let old = partner.key();
    assert!(authenticates_with(&partner, &old).await);

    let new = SigningKey::generate(Algorithm::ES256, "new");
    site.publish(&[new.public()]);
    bank.clock().advance(Duration::from_secs(59));
    assert!(!authenticates_with(&partner, &new).await);
    assert_eq!(site.asked(), 1);
    bank.clock().advance(Duration::from_secs(1));
    assert!(authenticates_with(&partner, &new).await);
    assert_eq!(site.asked(), 2);
    assert!(
        !authenticates_with(&partner, &old).await,
        "it is not there any more"
    );

    // Strangers cannot make us ask as often as they like.
    for number in 0..5 {
        let stranger = SigningKey::generate(Algorithm::ES256, &format!("unknown-{number}"));
        assert!(!authenticates_with(&partner, &stranger).await);
    }
    assert_eq!(site.asked(), 2);
    bank.clock().advance(Duration::from_secs(60));
    let stranger = SigningKey::generate(Algorithm::ES256, "unknown");
    assert!(!authenticates_with(&partner, &stranger).await);
    assert_eq!(site.asked(), 3);
    assert!(authenticates_with(&partner, &new).await);
    assert_eq!(site.asked(), 3);
}

#[tokio::test]
async fn a_set_is_kept_as_long_as_it_says_within_bounds() {
    for (cache_control, minutes) in [
        ("max-age=600", 10),
        ("max-age=1", 5),
        ("no-store", 5),
        ("max-age=86400", 60),
        ("public", 60),
    ] {
        let bank = bank().await;
        let site = Site::open(&bank).await;
        let partner = partner(&bank, "remote", &site).await;
        let key = partner.key();
        site.publish_for(&[key.public()], cache_control);
        assert!(authenticates(&partner).await);
        bank.clock().advance(Duration::from_secs(minutes * 60 - 1));
        assert!(authenticates(&partner).await);
        assert_eq!(site.asked(), 1, "{cache_control}");
        // What the partner has taken out is refused from then on.
        let other = SigningKey::generate(Algorithm::ES256, "other");
        site.publish(&[other.public()]);
        bank.clock().advance(Duration::from_secs(1));
        assert!(!authenticates(&partner).await, "{cache_control}");
        assert_eq!(site.asked(), 2, "{cache_control}");
    }
}

#[tokio::test]
async fn keys_stay_while_nobody_answers_and_not_for_ever() {
    let bank = bank().await;
    let site = Site::open(&bank).await;
    let partner = partner(&bank, "remote", &site).await;
    assert!(authenticates(&partner).await);
    site.go_down();
    bank.clock().advance(Duration::from_hours(1));
    assert!(authenticates(&partner).await);
    assert_eq!(site.asked(), 2);
    assert!(authenticates(&partner).await);
    assert_eq!(site.asked(), 2, "not again within a minute");
    // Something else in its place is no news either.
    site.say("200 OK", b"<html>under maintenance</html>");
    bank.clock().advance(Duration::from_hours(22));
    assert!(authenticates(&partner).await);
    bank.clock().advance(Duration::from_hours(1));
    assert!(!authenticates(&partner).await, "a day after the last good answer");
    site.publish(&[partner.key().public()]);
    bank.clock().advance(Duration::from_secs(60));
    assert!(authenticates(&partner).await);
}

#[tokio::test]
async fn a_self_signed_certificate_is_renewed_at_its_address() {
    let bank = bank().await;
    let site = Site::open(&bank).await;
    let leaf = || Authority::new("self").unwrap().client("self").unwrap();
    let (first, second) = (leaf(), leaf());
    let published = |leaf: &renkei::testing::Leaf| {
        let mut jwk = SigningKey::from_pem(&leaf.key_pem, "tls").public().clone();
        let x5c = base64::Engine::encode(&base64::engine::general_purpose::STANDARD, &leaf.certificate_der);
        jwk["x5c"] = json!([x5c]);
        jwk
    };
    site.publish(&[&published(&first)]);
    let certificate = first.clone();
    let partner = NewPartner::by_certificate("selfish", "self_signed_tls_client_auth", certificate)
        .member("jwks_uri", site.url("/jwks.json"))
        .register(&bank)
        .await;
    assert!(authenticates(&partner).await);
    let renewed = Partner::showing(&bank, partner.registered, Some(&second));
    assert!(!authenticates(&renewed).await);
    site.publish(&[&published(&second)]);
    bank.clock().advance(Duration::from_secs(60));
    assert!(authenticates(&renewed).await);
    assert!(!authenticates(&partner).await);
}

#[tokio::test]
async fn private_addresses_are_not_gone_to_unless_the_operator_names_them() {
    for addresses in [vec![], vec!["10.0.0.1", "::1"]] {
        let options = Options {
            private_addresses: addresses,
            ..Options::default()
        };
        let bank = TestBank::start_with(options).await.unwrap();
        let site = Site::open(&bank).await;
        let by_name = partner(&bank, "by-name", &site).await;
        assert!(!authenticates(&by_name).await);
        let address = site.url("/jwks.json").replace("localhost", "127.0.0.1");
        let by_address = NewPartner::fapi2("by-address")
            .without("jwks")
            .member("jwks_uri", address)
            .register(&bank)
            .await;
        assert!(!authenticates(&by_address).await);
        assert_eq!(site.asked(), 0, "not even connected to");
    }
}

#[tokio::test]
async fn documents_that_are_not_taken() {
    let bank = bank().await;
    let elsewhere = Site::open(&bank).await;
    let good = |key: &Value| json!({ "keys": [key] }).to_string();
    let large = |size: usize, key: &Value| {
        let padding = " ".repeat(size - good(key).len());
        format!("{}{padding}", good(key))
    };
    let says = |head: &'static str| -> Behaviour<'_> {
        Box::new(move |site, key| site.say(head, good(key).as_bytes()))
    };
    let cases: Vec<(&'static str, bool, Behaviour<'_>)> = vec![
        ("plain", true, says("200 OK")),
        ("status-201", false, says("201 Created")),
        ("status-404", false, says("404 Not Found")),
        ("status-500", false, says("500 Internal Server Error")),
        (
            "redirect",
            false,
            Box::new(|site, key| {
                elsewhere.publish(&[key]);
                let head = format!("302 Found\r\nLocation: {}", elsewhere.url("/jwks.json"));
                site.say(&head, good(key).as_bytes());
            }),
        ),
        (
            "just-fits",
            true,
            Box::new(|site, key| site.say("200 OK", large(256 * 1024, key).as_bytes())),
        ),
        (
            "too-large",
            false,
            Box::new(|site, key| site.say("200 OK", large(256 * 1024 + 1, key).as_bytes())),
        ),
        (
            "stalls-in-the-head",
            false,
            Box::new(|site, _| site.stall("200 OK\r\nX: y", b"")),
        ),
        (
            "stalls-in-the-body",
            false,
            Box::new(|site, key| site.stall("200 OK", good(key).as_bytes())),
        ),
        ("down", false, Box::new(|site, _| site.go_down())),
        ("empty", false, Box::new(|site, _| site.say("200 OK", b""))),
        ("no-keys", false, Box::new(|site, _| site.publish(&[]))),
        ("no-json", false, Box::new(|site, _| site.say("200 OK", b"keys"))),
        (
            "no-utf-8",
            false,
            Box::new(|site, _| site.say("200 OK", b"{\"keys\":[\xff]}")),
        ),
        (
            "foreign-keys",
            true,
            Box::new(|site, key| {
                let mut encryption = key.clone();
                encryption["use"] = json!("enc");
                encryption["kid"] = json!("enc-1");
                let unknown = json!({ "kty": "AKP", "alg": "ML-DSA-44", "kid": "pq-1", "pub": "AAAA" });
                site.publish(&[&encryption, &unknown, key]);
            }),
        ),
        (
            "foreign-keys-alone",
            false,
            Box::new(|site, key| {
                let mut encryption = key.clone();
                encryption["use"] = json!("enc");
                site.publish(&[&encryption]);
            }),
        ),
        (
            "private-key",
            false,
            Box::new(|site, key| {
                let mut key = key.clone();
                key["d"] = json!("AAAA");
                site.publish(&[&key]);
            }),
        ),
    ];
    for (name, expected, behave) in cases {
        let site = Site::open(&bank).await;
        let partner = partner(&bank, name, &site).await;
        behave(&site, partner.key().public());
        assert_eq!(authenticates(&partner).await, expected, "{name}");
        assert_eq!(site.asked(), 1, "{name}");
    }
    assert_eq!(elsewhere.asked(), 0, "a redirect is not followed");

    let stranger = Authority::new("Nobody's CA")
        .unwrap()
        .server(&["localhost"])
        .unwrap();
    let wrong_name = bank.pki().servers.server(&["other.localhost"]).unwrap();
    for (name, certificate) in [("stranger", stranger), ("wrong-name", wrong_name)] {
        let site = Site::with(&certificate).await;
        let partner = partner(&bank, name, &site).await;
        assert!(!authenticates(&partner).await, "{name}");
    }
}
