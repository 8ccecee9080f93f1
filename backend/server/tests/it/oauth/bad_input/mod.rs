//! Bad input at each endpoint of OAuth: the right error, and nothing changed, which is shown by the whole database before
//! and after. Not here: broken HTTP (`bad_wire`), and what makes single values bad (`renkei-oauth`).
//!
//! | endpoint | parameters, methods, types, sizes | JWTs | two methods at once | tokens |
//! |---|---|---|---|---|
//! | each | `methods_media_types_and_sizes`, `parameters_of_the_wrong_kind`, `headers_of_100_kilobytes` | | | |
//! | `/jwks`, metadata | `documents_are_read_and_nothing_else` | | | |
//! | `/par` | `forms` | `assertions`, `request_objects`, `rfc9449_dpop` | `assertions` | |
//! | `/token` | `forms` | `assertions`, `rfc9449_dpop` | `assertions` | |
//! | `/revoke`, `/introspect` | `forms` | `assertions` | `assertions` | |
//! | `/userinfo`, `/grants/{id}`, `/v1/…` | `resources` | `resources`, `rfc9449_dpop` | `resources` | `resources` |
//! | `/register` | `registrations_that_change_nothing`, `rfc7591_registration` | | | `resources` |
//! | `/authorize` | `arrivals` | `request_objects` | | |

mod arrivals;
mod assertions;
mod forms;
mod request_objects;
mod resources;

use crate::actors::{Answer, Browser, NewPartner, Partner, Tokens};
use crate::secrets::dump::dump;
use renkei::testing::TestBank;
use std::collections::BTreeMap;

/// The whole database: how often each cell (table and column, value) stands there.
pub(in crate::oauth) type Contents = BTreeMap<(String, String), usize>;

/// Everything that the database holds: how often each value stands in each column.
pub(in crate::oauth) async fn contents(bank: &TestBank) -> Contents {
    let mut contents = BTreeMap::new();
    for cell in dump(bank).await {
        *contents.entry(cell).or_insert(0) += 1;
    }
    contents
}

/// Asserts that nothing has changed.
pub(super) async fn assert_unchanged(
    bank: &TestBank,
    before: &BTreeMap<(String, String), usize>,
    what: &str,
) {
    let after = contents(bank).await;
    let changed: Vec<_> = after
        .iter()
        .filter(|(cell, count)| before.get(*cell) != Some(count))
        .chain(before.iter().filter(|(cell, _)| !after.contains_key(*cell)))
        .collect();
    assert!(changed.is_empty(), "{what}: {changed:?}");
}

/// Partners, and a permission of one of them whose code is not redeemed, and of one whose code is.
pub(super) struct Scene<'b> {
    /// By its certificate, so that authenticating leaves no trace.
    pub(super) partner: Partner<'b>,
    pub(super) tokens: Tokens,
    /// Of another linkage.
    pub(super) code: String,
    pub(super) verifier: String,
}

impl<'b> Scene<'b> {
    pub(super) async fn of(bank: &'b TestBank) -> Self {
        let certificate = bank.pki().partners.client("scene").unwrap();
        let new = NewPartner::by_certificate("scene", "tls_client_auth", certificate);
        let partner = new
            .member("tls_client_auth_subject_dn", "CN=scene")
            .register(bank)
            .await;
        let tokens = partner.linked("yubari-jiro", &[]).await;
        let browser = Browser::of(bank, "sorachi-taro");
        let (attempt, mut wizard) = partner.link(&browser).await;
        wizard.log_in(bank, "sorachi-taro").await;
        wizard.reach_permission(&crate::actors::SORACHI_PINS).await;
        let returned = wizard.permit().await;
        Self {
            partner,
            tokens,
            code: returned.code().to_owned(),
            verifier: attempt.verifier,
        }
    }

    /// What was good before is good still.
    pub(super) async fn still_works(&self) {
        self.partner.accounts(&self.tokens.access).await;
        self.partner.refresh(&self.tokens.refresh).await.ok();
        self.partner.tokens(&self.code, &self.verifier).await;
    }
}

/// Status and error code of an OAuth answer.
#[track_caller]
pub(super) fn told(answer: &Answer, expected: (u16, &str), what: &str) {
    let error = answer.json()["error"].as_str().map(str::to_owned);
    assert_eq!(
        (answer.status, error.as_deref()),
        (expected.0, Some(expected.1)),
        "{what}: {}",
        answer.text()
    );
    let description = answer.json()["error_description"]
        .as_str()
        .unwrap_or_default()
        .to_owned();
    // RFC 6749, 5.2: the characters that a description may hold.
    let allowed = |b: u8| matches!(b, 0x20..=0x21 | 0x23..=0x5b | 0x5d..=0x7e);
    assert!(
        !description.is_empty() && description.bytes().all(allowed),
        "{what}: {description}"
    );
}
