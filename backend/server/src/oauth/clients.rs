//! From a partner on file to a client of OAuth.
//! Not here: what a client must be like (`renkei_oauth::registration` and `client`).

use super::partner_keys::{ShownKeys, Wanted};
use crate::config::Config;
use crate::services::Services;
use renkei_oauth::client::{ClientMetadata, ClientSecretHash, Profile, RegistrationError};
use renkei_oauth::registration::{
    OperatorExceptions, RegisteredKeys, RegisteredMetadata, TokenEndpointAuthMethod,
};
use renkei_oauth::scope::Scopes;
use renkei_procedure::identity::PartnerId;
use renkei_shared::vocabulary::{Business, SCOPES};
use renkei_store::{PartnerProfile, PartnerRecord, Sha256Digest, StoreError};
use std::sync::Arc;

/// Why a partner on file is no client.
#[derive(Debug, thiserror::Error)]
pub(crate) enum UnusablePartner {
    #[error("its registration cannot be read")]
    Unreadable(#[source] StoreError),
    #[error("the scopes are not all of this server's")]
    UnknownScope,
    #[error("the scopes name no business: balance, statement, transfers")]
    NoBusiness,
    #[error(transparent)]
    Registration(#[from] RegistrationError),
}

/// The rules that a partner lives under.
pub(crate) const fn profile(stored: PartnerProfile) -> Profile {
    match stored {
        PartnerProfile::Fapi2 => Profile::Fapi2,
        PartnerProfile::Baseline => Profile::Baseline,
    }
}

/// The operator's exceptions, by name.
pub(crate) fn exceptions(config: &Config) -> OperatorExceptions<'_> {
    OperatorExceptions {
        bearer: &config.bearer_exceptions.partners,
        pkce: &config.pkce_exceptions.partners,
    }
}

/// Whether these scopes are all known here and name a business, without which no linkage could be permitted.
pub(crate) fn check_scopes(scopes: &Scopes) -> Result<(), UnusablePartner> {
    if !scopes.iter().all(|scope| SCOPES.contains(&scope)) {
        return Err(UnusablePartner::UnknownScope);
    }
    if !scopes.iter().any(|scope| Business::from_scope(scope).is_some()) {
        return Err(UnusablePartner::NoBusiness);
    }
    Ok(())
}

/// What a partner on file has registered.
pub(crate) fn registered(record: &PartnerRecord) -> Result<RegisteredMetadata, UnusablePartner> {
    record.registration.decode().map_err(UnusablePartner::Unreadable)
}

/// What is kept of a registered certificate subject, so that no two partners have the same.
pub(crate) fn certificate_subject(
    registered: &RegisteredMetadata,
) -> Result<Option<Sha256Digest>, RegistrationError> {
    let subject = registered.subject()?;
    Ok(subject
        .and_then(|subject| subject.fingerprint())
        .map(Sha256Digest::new))
}

/// The client that a partner on file is, by what it has registered. `fetched` are the keys at its `jwks_uri`, where it
/// has one.
pub(crate) fn client_metadata(
    record: &PartnerRecord,
    registered: RegisteredMetadata,
    fetched: Option<RegisteredKeys>,
    exceptions: &OperatorExceptions<'_>,
) -> Result<ClientMetadata, UnusablePartner> {
    let secret = record
        .secret_hash
        .map(|hash| ClientSecretHash::from_bytes(*hash.as_bytes()));
    let registration = registered.into_registration(
        record.client_id.as_str(),
        profile(record.profile),
        fetched,
        exceptions,
        secret,
    )?;
    if !registration.scopes.is_empty() {
        check_scopes(&registration.scopes)?;
    }
    Ok(ClientMetadata::try_from(registration)?.in_sector(record.sector.clone()))
}

/// A partner that may act now, as the client that it is.
pub(crate) struct ActiveClient {
    pub(crate) partner: PartnerRecord,
    pub(crate) metadata: Arc<ClientMetadata>,
}

/// Looks a client up; none where it is unknown, suspended, or on file in a form that cannot be used.
pub(crate) async fn find(app: &Services, client_id: &str) -> Result<Option<ActiveClient>, StoreError> {
    find_showing(app, client_id, &ShownKeys::default()).await
}

/// The same for a request that was signed, or that shows a certificate: keys at a `jwks_uri` are fetched anew where
/// these are not among them.
pub(crate) async fn find_showing(
    app: &Services,
    client_id: &str,
    shown: &ShownKeys<'_>,
) -> Result<Option<ActiveClient>, StoreError> {
    let Some(partner) = app.store.partners().find(&PartnerId::new(client_id)).await? else {
        return Ok(None);
    };
    if partner.suspended_at.is_some() {
        return Ok(None);
    }
    match client_of(app, &partner, shown).await {
        Ok(metadata) => Ok(Some(ActiveClient {
            partner,
            metadata: Arc::new(metadata),
        })),
        Err(error) => {
            tracing::error!(%error, client_id, "a partner on file cannot be used");
            Ok(None)
        }
    }
}

async fn client_of(
    app: &Services,
    partner: &PartnerRecord,
    shown: &ShownKeys<'_>,
) -> Result<ClientMetadata, UnusablePartner> {
    let registered = registered(partner)?;
    let fetched = match &registered.jwks_uri {
        Some(address) => {
            let method = registered.auth_method(profile(partner.profile));
            let wanted = Wanted {
                address,
                shown,
                by_certificate: method == TokenEndpointAuthMethod::SelfSignedTlsClientAuth,
            };
            Some(app.partner_keys.at(&wanted, app.ambient.now()).await)
        }
        None => None,
    };
    client_metadata(partner, registered, fetched, &exceptions(&app.config))
}
