//! Keys of partners at their `jwks_uri` (RFC 7591, 2): fetched when needed, kept for a while, renewed when a key is used
//! that is not among them. Not here: fetching (`partner_documents`), and what makes keys good (`renkei_oauth::jwks`).

use super::partner_documents::{Document, FetchError, PartnerDocuments};
use renkei_oauth::client::RegistrationError;
use renkei_oauth::mutual_tls::PeerCertificate;
use renkei_oauth::parameters::Parameters;
use renkei_oauth::registration::RegisteredKeys;
use renkei_oauth::signed_jwt::claimed_key_id;
use renkei_procedure::time::Instant;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// However short an answer says that it may be kept.
const SHORTEST_LIFETIME: Duration = Duration::from_mins(5);
/// However long, and where it says nothing.
const LONGEST_LIFETIME: Duration = Duration::from_hours(1);
/// How long keys stay good while nobody answers at their address: a key that the partner took out is refused by then.
const LONGEST_WITHOUT_NEWS: Duration = Duration::from_hours(24);
/// Nothing that a caller shows makes us ask an address more often than this.
const BETWEEN_ATTEMPTS: Duration = Duration::from_mins(1);

/// What a request was signed with, or shows, that must be among a partner's keys. Nothing of it is believed yet.
#[derive(Default)]
pub(crate) struct ShownKeys<'a> {
    key_ids: Vec<String>,
    certificate: Option<&'a PeerCertificate>,
}

impl<'a> ShownKeys<'a> {
    /// Of a direct request: its client assertion and its request object name keys, its connection has a certificate.
    pub(crate) fn of_form(form: &Parameters, certificate: Option<&'a PeerCertificate>) -> Self {
        let signed = ["client_assertion", "request"].into_iter();
        let key_ids = signed
            .filter_map(|name| claimed_key_id(form.get(name)?))
            .collect();
        Self { key_ids, certificate }
    }

    /// Of a request object that came by the browser.
    pub(crate) fn of_request_object(request: Option<&str>) -> Self {
        Self {
            key_ids: request.and_then(claimed_key_id).into_iter().collect(),
            certificate: None,
        }
    }

    /// Whether these keys leave nothing unknown. A certificate counts only where the partner authenticates by it.
    fn are_among(&self, keys: &RegisteredKeys, by_certificate: bool, now: Instant) -> bool {
        let known = |certificate| keys.has_certificate(certificate, now.unix_seconds());
        self.key_ids.iter().all(|kid| keys.has_key(kid))
            && (!by_certificate || self.certificate.is_none_or(known))
    }
}

/// Which keys are needed.
pub(crate) struct Wanted<'a> {
    /// The partner's `jwks_uri`.
    pub(crate) address: &'a str,
    /// What the request shows.
    pub(crate) shown: &'a ShownKeys<'a>,
    /// Whether the partner authenticates by a certificate of its keys (RFC 8705, 2.2).
    pub(crate) by_certificate: bool,
}

/// The keys that were fetched, by address.
pub(crate) struct PartnerKeys {
    documents: PartnerDocuments,
    held: Mutex<HashMap<String, Arc<Held>>>,
}

#[derive(Default)]
struct Held {
    state: Mutex<State>,
    /// Held while somebody asks, so that others wait for that answer.
    flight: tokio::sync::Mutex<()>,
}

#[derive(Default, Clone)]
struct State {
    fetched: Option<Fetched>,
    asked_at: Option<Instant>,
}

#[derive(Clone)]
struct Fetched {
    keys: Arc<RegisteredKeys>,
    at: Instant,
    fresh_until: Instant,
}

impl State {
    /// The keys, where there is no reason to ask or it was asked a moment ago.
    fn settled(&self, wanted: &Wanted<'_>, now: Instant) -> Option<RegisteredKeys> {
        let sufficient = self.fetched.as_ref().is_some_and(|fetched| {
            now < fetched.fresh_until && wanted.shown.are_among(&fetched.keys, wanted.by_certificate, now)
        });
        let asked = self
            .asked_at
            .is_some_and(|asked| now < asked.plus(BETWEEN_ATTEMPTS));
        (sufficient || asked).then(|| self.usable(now))
    }

    fn usable(&self, now: Instant) -> RegisteredKeys {
        self.fetched
            .as_ref()
            .filter(|fetched| now < fetched.at.plus(LONGEST_WITHOUT_NEWS))
            .map_or_else(RegisteredKeys::unreadable, |fetched| (*fetched.keys).clone())
    }
}

impl Held {
    fn state(&self) -> State {
        self.state.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn settle(&self, answer: Option<Fetched>, now: Instant) -> RegisteredKeys {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.asked_at = Some(now);
        if answer.is_some() {
            state.fetched = answer;
        }
        state.usable(now)
    }
}

impl PartnerKeys {
    /// None yet.
    pub(crate) fn new(documents: PartnerDocuments) -> Self {
        Self {
            documents,
            held: Mutex::default(),
        }
    }

    /// The keys at an address: unreadable ones where there is no answer and there has been none for a day.
    pub(crate) async fn at(&self, wanted: &Wanted<'_>, now: Instant) -> RegisteredKeys {
        let held = self.held(wanted.address, now);
        if let Some(keys) = held.state().settled(wanted, now) {
            return keys;
        }
        let _flight = held.flight.lock().await;
        // Somebody may have asked while we waited.
        if let Some(keys) = held.state().settled(wanted, now) {
            return keys;
        }
        let answer = match self.documents.fetch(wanted.address).await {
            Ok(document) => fetched(&document, now).inspect_err(|error| {
                tracing::warn!(address = wanted.address, error, "a partner's keys cannot be used");
            }),
            Err(error) => {
                tracing::warn!(address = wanted.address, %error, "a partner's keys cannot be fetched");
                Err("")
            }
        };
        held.settle(answer.ok(), now)
    }

    /// Asks an address as for the first time: whoever registers it is told at once where it does not work.
    pub(crate) async fn fetch(&self, address: &str, now: Instant) -> Option<RegisteredKeys> {
        let held = self.held(address, now);
        let _flight = held.flight.lock().await;
        let document = self.documents.fetch(address).await.ok()?;
        let answer = fetched(&document, now).ok()?;
        Some(held.settle(Some(answer), now))
    }

    /// Some other document of a partner, which is not kept.
    pub(crate) async fn document(&self, address: &str) -> Result<Document, FetchError> {
        self.documents.fetch(address).await
    }

    fn held(&self, address: &str, now: Instant) -> Arc<Held> {
        let mut all = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(held) = all.get(address) {
            return Arc::clone(held);
        }
        // Addresses that nobody has asked for a day, such as those of partners that are gone, are forgotten.
        all.retain(|_, held| {
            let asked = held.state().asked_at;
            asked.is_none_or(|asked| now < asked.plus(LONGEST_WITHOUT_NEWS))
        });
        let held = Arc::<Held>::default();
        all.insert(address.to_owned(), Arc::clone(&held));
        held
    }
}

fn fetched(document: &Document, now: Instant) -> Result<Fetched, &'static str> {
    let text = std::str::from_utf8(&document.body).map_err(|_| "not UTF-8")?;
    let keys = RegisteredKeys::parse(text).map_err(RegistrationError::description)?;
    let lifetime = document.max_age.unwrap_or(LONGEST_LIFETIME);
    Ok(Fetched {
        keys: Arc::new(keys),
        at: now,
        fresh_until: now.plus(lifetime.clamp(SHORTEST_LIFETIME, LONGEST_LIFETIME)),
    })
}
