//! Tests of the procedure as a whole: random acts, and the seed's own journey.

#![allow(missing_docs, clippy::unwrap_used, clippy::panic)]

mod properties;
mod seed_journey;

use argon2::password_hash::PasswordHasher;
use argon2::password_hash::phc::PasswordHash as PhcString;
use argon2::{Algorithm, Argon2, Params, Version};
use renkei_procedure::identity::{AccountId, PartnerId, UserId};
use renkei_procedure::linkage::{BusinessPolicy, PartnerTerms};
use renkei_procedure::login::{
    CertificateFacts, CertificateFailure, CertificateJudged, CertificateRefusal, PasswordHash, PasswordMatch,
    TypedPassword,
};
use renkei_procedure::time::Instant;
use renkei_shared::secret::SecretText;
use renkei_shared::vocabulary::Business;

const SECRET: &str = "correct horse";

fn start() -> Instant {
    Instant::from_unix_seconds(1_795_300_000)
}

fn account(number: u8) -> AccountId {
    AccountId::from_random([number; 16])
}

fn user() -> UserId {
    UserId::from_random([200; 16])
}

fn terms(policy: BusinessPolicy) -> PartnerTerms {
    PartnerTerms {
        partner: PartnerId::new("kaikei"),
        policy,
        businesses: [Business::Balance, Business::Statement].into(),
        accounts: None,
        from_date: None,
    }
}

fn facts() -> CertificateFacts {
    CertificateFacts {
        subject: "CN=空知 太郎".into(),
        serial: "01:02".into(),
        issuer: "CN=CA".into(),
        not_before: start(),
        not_after: start(),
    }
}

fn good_certificate() -> CertificateJudged {
    CertificateJudged::Accepted {
        user: user(),
        may_link: true,
        certificate: facts(),
    }
}

fn bad_certificate() -> CertificateJudged {
    CertificateJudged::Refused(CertificateFailure {
        refusal: CertificateRefusal::Expired,
        certificate: Some(facts()),
    })
}

/// A true match, by a hash of the cheapest parameters that Argon2 knows.
fn password_match() -> PasswordMatch {
    let cheap = Argon2::new(
        Algorithm::Argon2id,
        Version::V0x13,
        Params::new(8, 1, 1, None).unwrap(),
    );
    let stored: PhcString = cheap
        .hash_password_with_salt(SECRET.as_bytes(), &[1; 16])
        .unwrap();
    let typed = TypedPassword::check(SecretText::new(SECRET.into())).unwrap();
    PasswordHash::from_stored(stored.to_string())
        .verify(&typed)
        .unwrap()
}
