//! The client configuration endpoint (RFC 7592, 2): a partner that registered itself reads, replaces and ends its
//! registration. Not here: registering. The registration access token stays the same for the registration's life.

use super::admission::admit;
use super::refused::Refused;
use super::terms::Terms;
use super::{Answer, JsonBody, SUBJECT_TAKEN, hash_of_secret, offer};
use crate::audit;
use crate::oauth::clients::registered;
use crate::services::{App, Services};
use crate::web::segment::Segment;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use renkei_oauth::bearer::{BearerError, token_from_headers};
use renkei_oauth::client::ClientSecretHash;
use renkei_oauth::error::{ErrorCode, OAuthError};
use renkei_oauth::opaque::OpaqueValue;
use renkei_oauth::registration::{CurrentCredentials, RegistrationResponse, read_update};
use renkei_procedure::identity::PartnerId;
use renkei_store::{PartnerRecord, RegistrationUpdate, SecretChange, Sha256Digest, StoreError};

pub(in crate::oauth) async fn read(
    State(app): State<App>,
    Segment(client_id): Segment,
    headers: HeaderMap,
) -> Result<Response, Refused> {
    let (record, access_token) = open(&app, &client_id, &headers).await?;
    let answer = Answer {
        record: &record,
        metadata: &registered(&record)?,
        secret: None,
        access_token: &access_token,
    };
    Ok(answer.respond(&app, RegistrationResponse::KNOWN))
}

pub(in crate::oauth) async fn update(
    State(app): State<App>,
    Segment(client_id): Segment,
    headers: HeaderMap,
    body: Result<JsonBody, Refused>,
) -> Result<Response, Refused> {
    let now = app.ambient.now();
    let (record, access_token) = open(&app, &client_id, &headers).await?;
    let JsonBody(body) = body?;
    let terms: Terms = record
        .registration_terms
        .as_ref()
        .ok_or(StoreError::Corrupt("registration_terms"))?
        .decode()?;
    let terms = terms.for_registration(record.profile);
    let secret_so_far = record
        .secret_hash
        .map(|hash| ClientSecretHash::from_bytes(*hash.as_bytes()));
    let current = CurrentCredentials {
        client_id: &client_id,
        secret: secret_so_far.as_ref(),
    };
    let algorithms = app.signing.algorithms(now);
    let metadata = read_update(&body, current, &terms, &offer(&algorithms))?;
    let needs_secret = metadata.auth_method(terms.profile).needs_secret();
    let new_secret = if needs_secret && record.secret_hash.is_none() {
        Some(OpaqueValue::from_secret_bytes(&app.ambient.random()?))
    } else {
        None
    };
    let change = match &new_secret {
        Some(secret) => SecretChange::Replace(hash_of_secret(secret)),
        None if needs_secret => SecretChange::Keep,
        None => SecretChange::Remove,
    };
    let record = PartnerRecord {
        secret_hash: match change {
            SecretChange::Keep => record.secret_hash,
            SecretChange::Replace(hash) => Some(hash),
            SecretChange::Remove => None,
        },
        ..record
    };
    let record = admit(&app, record, &metadata).await?;
    let written = RegistrationUpdate {
        registration: record.registration.clone(),
        certificate_subject: record.certificate_subject,
        secret: change,
    };
    match app
        .store
        .partners()
        .update_registration(&record.client_id, &written)
        .await
    {
        Ok(true) => {}
        // It has deregistered in the meantime.
        Ok(false) => return Err(BearerError::InvalidToken.into()),
        Err(StoreError::Conflict) => return Err(SUBJECT_TAKEN.into()),
        Err(error) => return Err(error.into()),
    }
    let event = audit::event("partner_registration_changed", now).partner(&record.client_id);
    audit::append_if_possible(&app, event).await;
    let answer = Answer {
        record: &record,
        metadata: &metadata,
        secret: new_secret.as_ref(),
        access_token: &access_token,
    };
    Ok(answer.respond(&app, RegistrationResponse::KNOWN))
}

pub(in crate::oauth) async fn delete(
    State(app): State<App>,
    Segment(client_id): Segment,
    headers: HeaderMap,
) -> Result<StatusCode, Refused> {
    let now = app.ambient.now();
    let (record, _) = open(&app, &client_id, &headers).await?;
    let grants = app
        .store
        .partners()
        .deregister(&record.client_id, now)
        .await?
        .ok_or(BearerError::InvalidToken)?;
    let event = audit::event("partner_deregistered", now)
        .partner(&record.client_id)
        .detail("grants_ended", grants);
    audit::append_if_possible(&app, event).await;
    Ok(RegistrationResponse::DELETED)
}

/// The partner whose registration access token this is. An unknown client and a wrong token are answered alike, and a
/// suspended partner is told that it may not (RFC 7592, 2.1).
async fn open(
    app: &Services,
    client_id: &str,
    headers: &HeaderMap,
) -> Result<(PartnerRecord, OpaqueValue), Refused> {
    let token = token_from_headers(headers)?;
    // What cannot be a client id is not asked for: PostgreSQL takes no NUL in a text.
    if !client_id.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(BearerError::InvalidToken.into());
    }
    let record = app
        .store
        .partners()
        .find_by_registration_token(&PartnerId::new(client_id), Sha256Digest::new(token.sha256()))
        .await?
        .ok_or(BearerError::InvalidToken)?;
    if record.suspended_at.is_some() {
        let error = OAuthError::new(ErrorCode::UnauthorizedClient, "this client is suspended");
        return Err(Refused::with_status(StatusCode::FORBIDDEN, error));
    }
    Ok((record, token))
}
