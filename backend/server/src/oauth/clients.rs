//! From a partner on file to a client of OAuth.
//! Not here: what a client must be like (`renkei_oauth::registration` and `client`).

use crate::config::Config;
use crate::services::Services;
use renkei_oauth::client::{ClientMetadata, ClientSecretHash, Profile, RegistrationError};
use renkei_oauth::registration::{OperatorExceptions, RegisteredKeys, RegisteredMetadata};
use renkei_oauth::scope::Scopes;
use renkei_procedure::identity::PartnerId;
use renkei_shared::vocabulary::{Business, SCOPES};
use renkei_store::{PartnerProfile, PartnerRecord, StoreError};
use std::sync::Arc;

/// Why a partner on file is no client.
#[derive(Debug, thiserror::Error)]
pub(crate) enum UnusablePartner {
    #[error("its registration cannot be read")]
    Unreadable(#[source] StoreError),
    #[error("its scopes are not all of this server's")]
    UnknownScope,
    #[error("its scopes name no business: balance, statement, transfers")]
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

/// The client that a partner on file is. `fetched` are the keys at its `jwks_uri`, where it has one.
pub(crate) fn client_metadata(
    record: &PartnerRecord,
    fetched: Option<RegisteredKeys>,
    exceptions: &OperatorExceptions<'_>,
) -> Result<ClientMetadata, UnusablePartner> {
    let registered: RegisteredMetadata = record
        .registration
        .decode()
        .map_err(UnusablePartner::Unreadable)?;
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
    Ok(ClientMetadata::try_from(registration)?)
}

/// A partner that may act now, as the client that it is.
pub(crate) struct ActiveClient {
    pub(crate) partner: PartnerRecord,
    pub(crate) metadata: Arc<ClientMetadata>,
}

/// Looks a client up; none where it is unknown, suspended, or on file in a form that cannot be used.
pub(crate) async fn find(app: &Services, client_id: &str) -> Result<Option<ActiveClient>, StoreError> {
    let Some(partner) = app.store.partners().find(&PartnerId::new(client_id)).await? else {
        return Ok(None);
    };
    if partner.suspended_at.is_some() {
        return Ok(None);
    }
    match client_metadata(
        &partner,
        Some(RegisteredKeys::unreadable()),
        &exceptions(&app.config),
    ) {
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
