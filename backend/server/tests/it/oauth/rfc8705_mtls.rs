//! RFC 8705: clients that authenticate by certificate, and tokens bound to one.
//! Not here: judging certificates in depth (`renkei-tls`).
//!
//! | clause | shown by |
//! |---|---|
//! | 2.1: the subject of a good chain | `the_registered_subject_of_the_right_authority_authenticates`, `a_stale_revocation_list_of_partners_fails_closed` |
//! | 2.1.2: DN (as parsed, RFC 4514), SAN dns, uri, ip, email | `each_form_of_subject_names_its_own_certificate` |
//! | 2.1.2: exactly one of them | `a_registration_has_one_subject_and_one_only` |
//! | 2.2: `self_signed_tls_client_auth` | `a_self_signed_certificate_is_known_by_itself`, `jwks_uri` |
//! | 3: tokens bound to the certificate | `a_token_works_with_the_certificate_that_it_is_bound_to_and_nowhere_else`, `without_a_certificate_no_bound_token_is_issued` |
//! | 3.1, 3.2: `x5t#S256` in introspection | `rfc7662_introspection` |
//! | 3.4: `tls_client_certificate_bound_access_tokens` | `rfc9449_dpop` |
//! | 5: `mtls_endpoint_aliases` | `rfc8414_metadata` |
//! | 6.3, 7.1: a certificate of one client never serves another; a renewed one serves its client | `a_stolen_refresh_token_is_worthless_to_another_client`, `without_a_certificate_no_bound_token_is_issued` |

use crate::actors::{Browser, NewPartner, Partner, SigningKey, bank, form, random_text};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rcgen::{CertificateParams, DistinguishedName, DnType, SanType};
use renkei::testing::{Authority, Leaf, TestBank};
use serde_json::{Value, json};

fn showing<'b>(bank: &'b TestBank, client_id: &str, certificate: Option<&Leaf>) -> Partner<'b> {
    Partner::showing(bank, bank.partner(client_id).unwrap(), certificate)
}

#[tokio::test]
async fn the_registered_subject_of_the_right_authority_authenticates() {
    let bank = bank().await;
    let partners = &bank.pki().partners;
    let good = Partner::of(&bank, "chobo");
    let request = good.request("s", &random_text());
    assert_eq!(good.post("/par", &request).await.status, 201);
    // A renewed certificate of the same subject, too.
    let renewed = showing(&bank, "chobo", Some(&partners.client("chobo").unwrap()));
    assert_eq!(renewed.post("/par", &request).await.status, 201);

    let revoked = partners.client("chobo").unwrap();
    bank.write(
        "partner-ca.crl.pem",
        &partners.revocation_list(&[&revoked]).unwrap(),
    )
    .unwrap();
    let before_reload = showing(&bank, "chobo", Some(&revoked));
    assert_eq!(before_reload.post("/par", &request).await.status, 201);
    bank.reload_tls().await.unwrap();
    let mut bad = vec![
        Some(revoked),
        None,
        Some(partners.client("kaikei").unwrap()),
        Some(partners.client("CHOBO 2").unwrap()),
        Some(partners.client_between("chobo", 2020, 2021).unwrap()),
        Some(partners.client_between("chobo", 2080, 2090).unwrap()),
        Some(partners.client_of_wrong_usage("chobo").unwrap()),
        Some(
            Authority::new("Sorachi Partner CA")
                .unwrap()
                .client("chobo")
                .unwrap(),
        ),
        // The customers' authority is none for partners.
        Some(bank.pki().clients.client("chobo").unwrap()),
    ];
    for certificate in bad.drain(..) {
        let partner = showing(&bank, "chobo", certificate.as_ref());
        let mut form = request.clone();
        for path in ["/par", "/token", "/revoke"] {
            form.push(("token".to_owned(), random_text()));
            let answer = partner.post_unauthenticated(path, &request).await;
            answer.oauth_error(401, "invalid_client");
        }
    }
    // The connection that was open before the reload is judged anew.
    before_reload
        .post("/par", &request)
        .await
        .oauth_error(401, "invalid_client");
    // At the browser listener no certificate is asked for.
    Partner::of(&bank, "chobo")
        .at_the_browser_listener()
        .post("/par", &request)
        .await
        .oauth_error(401, "invalid_client");
    assert_eq!(good.post("/par", &request).await.status, 201);
}

#[tokio::test]
async fn a_stale_revocation_list_of_partners_fails_closed() {
    let bank = bank().await;
    let partner = Partner::of(&bank, "chobo");
    let request = partner.request("s", &random_text());
    let stale = bank.pki().partners.revocation_list_until(&[], 2022).unwrap();
    bank.write("partner-ca.crl.pem", &stale).unwrap();
    bank.reload_tls().await.unwrap();
    partner
        .post("/par", &request)
        .await
        .oauth_error(401, "invalid_client");
}

#[tokio::test]
async fn a_token_works_with_the_certificate_that_it_is_bound_to_and_nowhere_else() {
    let bank = bank().await;
    for client_id in ["kaikei", "chobo"] {
        let partner = Partner::of(&bank, client_id);
        let tokens = partner.linked("yubari-jiro", &[]).await;
        let id = partner.account_id(&tokens.access, "1230001").await;
        let paths = ["/v1/accounts".to_owned(), format!("/v1/accounts/{id}/balance")];

        let twin = bank.pki().partners.client(client_id).unwrap();
        let other_partner = bank
            .partner(if client_id == "kaikei" { "chobo" } else { "kaikei" })
            .unwrap();
        let thieves = [
            showing(&bank, client_id, None),
            showing(&bank, client_id, Some(&twin)),
            showing(&bank, client_id, other_partner.certificate.as_ref()),
            Partner::of(&bank, client_id).at_the_browser_listener(),
        ];
        for path in &paths {
            for thief in &thieves {
                let answer = thief.get(path, &tokens.access).await;
                answer.refused(401, "invalid_token");
                assert!(
                    answer
                        .header("www-authenticate")
                        .unwrap()
                        .contains("invalid_token")
                );
            }
            partner.get(path, &tokens.access).await.ok();
        }
    }
}

#[tokio::test]
async fn without_a_certificate_no_bound_token_is_issued() {
    let bank = bank().await;
    let partner = Partner::of(&bank, "kaikei");
    let browser = Browser::of(&bank, "yubari-jiro");
    let (attempt, mut wizard) = partner.link(&browser).await;
    wizard.log_in(&bank, "yubari-jiro").await;
    wizard.businesses(&["balance"]).await;
    let returned = wizard.permit().await;
    for without in [
        showing(&bank, "kaikei", None),
        Partner::of(&bank, "kaikei").at_the_browser_listener(),
    ] {
        without
            .redeem(returned.code(), &attempt.verifier)
            .await
            .oauth_error(400, "invalid_request");
    }
    let tokens = partner.tokens(returned.code(), &attempt.verifier).await;
    showing(&bank, "kaikei", None)
        .refresh(&tokens.refresh)
        .await
        .oauth_error(400, "invalid_request");

    // A new certificate of the partner: its next token is bound to that one (section 7.1).
    let renewed = bank.pki().partners.client("kaikei").unwrap();
    let with_renewed = showing(&bank, "kaikei", Some(&renewed));
    let fresh = with_renewed.refresh(&tokens.refresh).await.ok();
    let access = fresh["access_token"].as_str().unwrap();
    with_renewed.accounts(access).await;
    partner
        .get("/v1/accounts", access)
        .await
        .refused(401, "invalid_token");
}

#[tokio::test]
async fn a_stolen_refresh_token_is_worthless_to_another_client() {
    let bank = bank().await;
    let (partner, thief) = (Partner::of(&bank, "kaikei"), Partner::of(&bank, "chobo"));
    let tokens = partner.linked("yubari-jiro", &[]).await;
    thief
        .refresh(&tokens.refresh)
        .await
        .oauth_error(400, "invalid_grant");
    thief
        .refresh(&tokens.access)
        .await
        .oauth_error(400, "invalid_grant");
    partner
        .refresh(&tokens.access)
        .await
        .oauth_error(400, "invalid_grant");
    partner.refresh(&tokens.refresh).await.ok();
}

/// Whether the partner is taken for itself; what it asks for does nothing.
async fn is_known(partner: &Partner<'_>) -> bool {
    let answer = partner.post("/revoke", &form(&[("token", "x")])).await;
    if answer.status != 200 {
        answer.oauth_error(401, "invalid_client");
    }
    answer.status == 200
}

fn named(parts: &[(DnType, &str)]) -> DistinguishedName {
    let mut name = DistinguishedName::new();
    for (kind, value) in parts {
        name.push(kind.clone(), *value);
    }
    name
}

type Change = fn(&mut CertificateParams);

#[tokio::test]
async fn each_form_of_subject_names_its_own_certificate() {
    let bank = bank().await;
    // The form, what is registered, certificates that have it, and one that nearly does.
    let forms: [(&str, &str, &str, Vec<Change>, Change); 5] = [
        (
            "by-dn",
            "tls_client_auth_subject_dn",
            "cn=Kaikei\\, Inc.,O=Sorachi  Soft, C=JP",
            vec![|params| {
                params.distinguished_name = named(&[
                    (DnType::CountryName, "JP"),
                    (DnType::OrganizationName, "SORACHI Soft"),
                    (DnType::CommonName, "Kaikei, Inc."),
                ]);
            }],
            |params| {
                params.distinguished_name = named(&[
                    (DnType::CountryName, "JP"),
                    (DnType::CommonName, "Kaikei, Inc."),
                    (DnType::OrganizationName, "Sorachi Soft"),
                ]);
            },
        ),
        (
            "by-dns",
            "tls_client_auth_san_dns",
            "API.kaikei.example",
            vec![
                |params| {
                    params.subject_alt_names =
                        vec![SanType::DnsName("api.kaikei.example".try_into().unwrap())];
                },
                |params| {
                    params.subject_alt_names = vec![
                        SanType::DnsName("other.example".try_into().unwrap()),
                        SanType::DnsName("api.KAIKEI.example".try_into().unwrap()),
                    ];
                },
            ],
            |params| {
                params.subject_alt_names = vec![SanType::DnsName("*.kaikei.example".try_into().unwrap())];
            },
        ),
        (
            "by-uri",
            "tls_client_auth_san_uri",
            "https://kaikei.example/api",
            vec![|params| {
                params.subject_alt_names =
                    vec![SanType::URI("https://kaikei.example/api".try_into().unwrap())];
            }],
            |params| {
                params.subject_alt_names =
                    vec![SanType::URI("https://kaikei.example/API".try_into().unwrap())];
            },
        ),
        (
            "by-ip",
            "tls_client_auth_san_ip",
            "2001:DB8::1",
            vec![|params| {
                params.subject_alt_names = vec![SanType::IpAddress("2001:db8:0::1".parse().unwrap())];
            }],
            |params| params.subject_alt_names = vec![SanType::DnsName("2001:db8::1".try_into().unwrap())],
        ),
        (
            "by-email",
            "tls_client_auth_san_email",
            "api@Kaikei.example",
            vec![|params| {
                params.subject_alt_names =
                    vec![SanType::Rfc822Name("api@kaikei.example".try_into().unwrap())];
            }],
            |params| {
                params.subject_alt_names =
                    vec![SanType::Rfc822Name("API@kaikei.example".try_into().unwrap())];
            },
        ),
    ];
    let authority = &bank.pki().partners;
    let mut partners = Vec::new();
    for (client_id, member, value, good, nearly) in forms {
        let certificates = good
            .iter()
            .map(|change| authority.client_but(client_id, change).unwrap());
        let mut certificates: Vec<Leaf> = certificates.collect();
        let new = NewPartner::by_certificate(client_id, "tls_client_auth", certificates.remove(0));
        let partner = new.member(member, value).register(&bank).await;
        assert!(is_known(&partner).await, "{client_id}");
        for another in &certificates {
            assert!(is_known(&showing_as(&partner, another)).await, "{client_id}");
        }
        let bad = [
            authority.client_but(client_id, nearly).unwrap(),
            // What looks like the name, as the common name.
            authority.client(value).unwrap(),
            authority.client(client_id).unwrap(),
            // The right name by the wrong authority.
            Authority::new("Sorachi Partner CA")
                .unwrap()
                .client_but(client_id, good[0])
                .unwrap(),
        ];
        for certificate in &bad {
            assert!(!is_known(&showing_as(&partner, certificate)).await, "{client_id}");
        }
        partners.push(partner);
    }
    // And no one's certificate is another's.
    for partner in &partners {
        for other in partners.iter().filter(|other| other.id() != partner.id()) {
            let certificate = other.registered.certificate.as_ref().unwrap();
            assert!(!is_known(&showing_as(partner, certificate)).await);
        }
    }
}

/// The same partner with another certificate.
fn showing_as<'b>(partner: &Partner<'b>, certificate: &Leaf) -> Partner<'b> {
    Partner::showing(partner.bank, partner.registered, Some(certificate))
}

#[tokio::test]
async fn a_registration_has_one_subject_and_one_only() {
    let bank = bank().await;
    let certificate = || bank.pki().partners.client("subject").unwrap();
    let new = || NewPartner::by_certificate("subject", "tls_client_auth", certificate());
    for new in [
        new(),
        new()
            .member("tls_client_auth_subject_dn", "CN=subject")
            .member("tls_client_auth_san_dns", "subject.example"),
        new().member("tls_client_auth_subject_dn", ""),
        new().member("tls_client_auth_subject_dn", "subject"),
        new().member("tls_client_auth_san_dns", "*.example"),
        new().member("tls_client_auth_san_ip", "not an address"),
        new().member("tls_client_auth_san_uri", "no uri"),
        new().member("tls_client_auth_san_email", "nobody"),
        NewPartner::fapi2("subject").member("tls_client_auth_subject_dn", "CN=subject"),
        NewPartner::by_certificate("subject", "self_signed_tls_client_auth", certificate()),
        // chobo has this one already.
        new().member("tls_client_auth_subject_dn", "cn=CHOBO"),
    ] {
        assert!(new.try_register(&bank).await.is_err());
    }
}

/// The key set of a self-signed certificate, with this member for it.
fn key_set(leaf: &Leaf, member: Option<(&str, Value)>) -> Value {
    let mut jwk = SigningKey::from_pem(&leaf.key_pem, "tls").public().clone();
    if let Some((name, value)) = member {
        jwk[name] = value;
    }
    json!({ "keys": [jwk] })
}

#[tokio::test]
async fn a_self_signed_certificate_is_known_by_itself() {
    let bank = bank().await;
    // An authority that nobody here has heard of.
    let stranger = Authority::new("kaikei").unwrap();
    let other = stranger.client("self").unwrap();
    for (client_id, by) in [("self-x5c", "x5c"), ("self-x5t", "x5t#S256"), ("self-key", "")] {
        let leaf = stranger.client("self").unwrap();
        let thumbprint = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, &leaf.certificate_der);
        let member = match by {
            "x5c" => Some((by, json!([STANDARD.encode(&leaf.certificate_der)]))),
            "x5t#S256" => Some((by, json!(crate::actors::base64url(thumbprint.as_ref())))),
            _ => None,
        };
        let jwks = key_set(&leaf, member);
        let new = NewPartner::by_certificate(client_id, "self_signed_tls_client_auth", leaf);
        let partner = new.member("jwks", jwks).register(&bank).await;
        assert!(is_known(&partner).await, "{by}");
        assert!(!is_known(&showing_as(&partner, &other)).await, "{by}");
        assert!(
            !is_known(&Partner::showing(&bank, partner.registered, None)).await,
            "{by}"
        );
        // Whoever has an authority's certificate is not known by that alone.
        let vouched_for = bank.pki().partners.client("self").unwrap();
        assert!(!is_known(&showing_as(&partner, &vouched_for)).await, "{by}");
        // From the request to the accounts; the tokens are bound to the certificate.
        let tokens = partner.linked("yubari-jiro", &[]).await;
        partner.accounts(&tokens.access).await;
        showing_as(&partner, &other)
            .get("/v1/accounts", &tokens.access)
            .await
            .refused(401, "invalid_token");
        partner.refresh(&tokens.refresh).await.ok();
    }
    // One that has run out is no certificate any more, although nobody vouches for its dates.
    let old = stranger.client_between("self", 2020, 2021).unwrap();
    let jwks = key_set(
        &old,
        Some(("x5c", json!([STANDARD.encode(&old.certificate_der)]))),
    );
    let new = NewPartner::by_certificate("self-old", "self_signed_tls_client_auth", old);
    let partner = new.member("jwks", jwks).register(&bank).await;
    assert!(!is_known(&partner).await);
}
