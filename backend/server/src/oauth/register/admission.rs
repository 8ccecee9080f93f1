//! Whether what a partner says of itself makes a client: its documents are fetched, its scopes and subject looked at.
//! Not here: reading what it says (`renkei_oauth::registration`), and writing it down (`super`).

use super::refused::Refused;
use crate::oauth::clients::{
    UnusablePartner, certificate_subject, check_scopes, client_metadata, exceptions,
};
use crate::services::Services;
use renkei_oauth::error::{ErrorCode, OAuthError};
use renkei_oauth::registration::{RegisteredMetadata, check_sector_document};
use renkei_store::{JsonText, PartnerRecord};

pub(super) const fn invalid_metadata(description: &'static str) -> OAuthError {
    OAuthError::new(ErrorCode::InvalidClientMetadata, description)
}

/// The record with this registration, as it may be written: it makes a client, now.
pub(super) async fn admit(
    app: &Services,
    record: PartnerRecord,
    metadata: &RegisteredMetadata,
) -> Result<PartnerRecord, Refused> {
    let scopes = metadata.scope.clone().unwrap_or_default();
    check_scopes(&scopes)
        .map_err(|_| invalid_metadata("scope must name at least one of balance, statement, transfers"))?;
    let record = PartnerRecord {
        registration: JsonText::encode(metadata)?,
        certificate_subject: certificate_subject(metadata).map_err(OAuthError::from)?,
        ..record
    };
    let fetched = match &metadata.jwks_uri {
        Some(address) => {
            let fetched = app.partner_keys.fetch(address, app.ambient.now()).await;
            Some(fetched.ok_or(invalid_metadata(
                "the keys at jwks_uri cannot be fetched or cannot be used",
            ))?)
        }
        None => None,
    };
    if let Some(address) = &metadata.sector_identifier_uri {
        let document = app
            .partner_keys
            .document(address)
            .await
            .map_err(|_| invalid_metadata("the document at sector_identifier_uri cannot be fetched"))?;
        check_sector_document(&document.body, &metadata.redirect_uris).map_err(OAuthError::from)?;
    }
    match client_metadata(&record, metadata.clone(), fetched, &exceptions(&app.config)) {
        Ok(_) => Ok(record),
        Err(UnusablePartner::Registration(error)) => Err(OAuthError::from(error).into()),
        Err(error) => Err(error.into()),
    }
}
