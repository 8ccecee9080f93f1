//! From a partner on file to a client of OAuth.
//! Not here: what a client must be like (`renkei_oauth::client`).

use crate::services::Services;
use renkei_oauth::client::{
    AuthenticationMethod, BearerException, ClientMetadata, ClientPreferences, ClientRegistration,
    ClientSecretHash, Profile, TokenBinding,
};
use renkei_oauth::distinguished_name::DistinguishedName;
use renkei_oauth::jwks::ClientKeys;
use renkei_oauth::scope::Scopes;
use renkei_procedure::identity::PartnerId;
use renkei_shared::vocabulary::{Business, SCOPES};
use renkei_store::{ClientAuthMethod, PartnerProfile, PartnerRecord, StoreError};
use std::sync::Arc;

/// Why a partner on file is no client.
#[derive(Debug, thiserror::Error)]
pub(crate) enum UnusablePartner {
    #[error("its scopes are malformed")]
    Scopes,
    #[error("its scopes are not all of this server's")]
    UnknownScope,
    #[error("its scopes name no business: balance, statement, transfers")]
    NoBusiness,
    #[error("its keys cannot be used: {0}")]
    Keys(#[from] renkei_oauth::jwks::KeyError),
    #[error("tls_client_auth needs tls_client_auth_subject_dn")]
    SubjectMissing,
    #[error("tls_client_auth_subject_dn is malformed")]
    Subject,
    #[error("client_secret_basic needs client_secret_file")]
    SecretMissing,
    #[error(
        "token_binding = \"none\" needs the partner to be named under bearer_exceptions in the configuration"
    )]
    NoException,
    #[error(transparent)]
    Registration(#[from] renkei_oauth::client::RegistrationError),
}

/// The client that a partner on file is.
pub(crate) fn client_metadata(
    record: &PartnerRecord,
    bearer_exceptions: &[String],
) -> Result<ClientMetadata, UnusablePartner> {
    let client_id = record.client_id.as_str().to_owned();
    let scopes =
        Scopes::from_tokens(record.scopes.iter().map(String::as_str)).map_err(|_| UnusablePartner::Scopes)?;
    if !scopes.iter().all(|scope| SCOPES.contains(&scope)) {
        return Err(UnusablePartner::UnknownScope);
    }
    if !scopes.iter().any(|scope| Business::from_scope(scope).is_some()) {
        return Err(UnusablePartner::NoBusiness);
    }
    let authentication = match record.auth_method {
        ClientAuthMethod::PrivateKeyJwt => AuthenticationMethod::PrivateKeyJwt,
        ClientAuthMethod::TlsClientAuth => {
            let subject = record
                .tls_client_auth_subject_dn
                .as_deref()
                .ok_or(UnusablePartner::SubjectMissing)?;
            AuthenticationMethod::TlsClientAuth {
                subject: DistinguishedName::parse(subject).map_err(|_| UnusablePartner::Subject)?,
            }
        }
        ClientAuthMethod::ClientSecretBasic => {
            let hash = record
                .secret_hash
                .as_ref()
                .ok_or(UnusablePartner::SecretMissing)?;
            AuthenticationMethod::ClientSecretBasic {
                secret: ClientSecretHash::from_bytes(*hash.as_bytes()),
            }
        }
    };
    let token_binding = match record.token_binding {
        renkei_store::TokenBinding::Mtls => TokenBinding::Mtls,
        renkei_store::TokenBinding::None => TokenBinding::Bearer(
            BearerException::find(bearer_exceptions, &client_id).ok_or(UnusablePartner::NoException)?,
        ),
    };
    Ok(ClientMetadata::try_from(ClientRegistration {
        client_id,
        profile: match record.profile {
            PartnerProfile::Fapi2 => Profile::Fapi2,
            PartnerProfile::Baseline => Profile::Baseline,
        },
        authentication,
        keys: record.jwks.as_deref().map(ClientKeys::parse).transpose()?,
        redirect_uris: record.redirect_uris.clone(),
        scopes,
        token_binding,
        pkce_exception: None,
        preferences: ClientPreferences::default(),
    })?)
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
    match client_metadata(&partner, &app.config.bearer_exceptions.partners) {
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
