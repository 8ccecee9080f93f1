//! The registration endpoint (RFC 7591, 3): a partner registers itself by an initial access token of the operator's.
//! Not here: what a registration may say (`renkei_oauth::registration`), and its management (`management`).

mod admission;
mod management;
mod refused;
pub(crate) mod terms;

pub(super) use self::management::{delete, read, update};

use self::admission::{admit, invalid_metadata};
use self::refused::Refused;
use self::terms::Terms;
use crate::audit;
use crate::services::{App, Services};
use crate::web::media_type::is_media_type;
use axum::Json;
use axum::body::Bytes;
use axum::extract::{FromRequest, Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use jsonwebtoken::Algorithm;
use renkei_oauth::authorization_details;
use renkei_oauth::bearer::{BearerError, token_from_headers};
use renkei_oauth::client::ClientSecretHash;
use renkei_oauth::error::{ErrorCode, OAuthError};
use renkei_oauth::metadata::paths;
use renkei_oauth::opaque::OpaqueValue;
use renkei_oauth::registration::{
    IssuedSecret, Management, RegisteredMetadata, RegistrationOffer, RegistrationResponse, read_request,
};
use renkei_procedure::identity::PartnerId;
use renkei_store::{JsonText, PartnerRecord, SelfRegistration, Sha256Digest, StoreError};
use uuid::Uuid;

const SUBJECT_TAKEN: OAuthError =
    invalid_metadata("another client is registered with this tls_client_auth subject");

/// A registration on its way in: JSON, and not yet read.
pub(super) struct JsonBody(Bytes);

impl<S: Send + Sync> FromRequest<S> for JsonBody {
    type Rejection = Refused;

    async fn from_request(request: Request, state: &S) -> Result<Self, Refused> {
        if !is_media_type(request.headers(), "application/json") {
            let error = OAuthError::new(
                ErrorCode::InvalidRequest,
                "the content type must be application/json",
            );
            return Err(Refused::with_status(StatusCode::UNSUPPORTED_MEDIA_TYPE, error));
        }
        let bytes = Bytes::from_request(request, state).await.map_err(|rejection| {
            let error = OAuthError::new(ErrorCode::InvalidRequest, "the body cannot be read");
            Refused::with_status(rejection.status(), error)
        })?;
        Ok(Self(bytes))
    }
}

/// What this server can do for a client.
fn offer(signing_algorithms: &[Algorithm]) -> RegistrationOffer<'_> {
    RegistrationOffer {
        signing_algorithms,
        authorization_details_types: &[authorization_details::TYPE],
    }
}

pub(super) async fn register(
    State(app): State<App>,
    headers: HeaderMap,
    body: Result<JsonBody, Refused>,
) -> Result<Response, Refused> {
    let now = app.ambient.now();
    let token = token_from_headers(&headers)?;
    let token_hash = Sha256Digest::new(token.sha256());
    let initial = app
        .store
        .initial_access_tokens()
        .find_usable(token_hash, now)
        .await?
        .ok_or(BearerError::InvalidToken)?;
    let JsonBody(body) = body?;
    let terms: Terms = initial.terms.decode()?;
    let algorithms = app.signing.algorithms(now);
    let metadata = read_request(
        &body,
        &terms.for_registration(terms.profile()),
        &offer(&algorithms),
    )?;
    let secret = issue_secret(&app, &terms, &metadata)?;
    let access_token = OpaqueValue::from_secret_bytes(&app.ambient.random()?);
    let client_id = Uuid::from_bytes(app.ambient.random()?).simple().to_string();
    let record = PartnerRecord {
        client_id: PartnerId::new(&client_id),
        name: terms.name.clone(),
        legal_name: terms.legal_name.clone(),
        registration_number: terms.registration_number.clone(),
        purpose: terms.purpose.clone(),
        complaint_contact: terms.complaint_contact.clone(),
        profile: terms.profile(),
        businesses: terms.businesses(),
        registration: JsonText::encode(&metadata)?,
        sector: metadata.sector(&client_id),
        certificate_subject: None,
        secret_hash: secret.as_ref().map(hash_of_secret),
        registration_token_hash: Some(Sha256Digest::new(access_token.sha256())),
        registered_by: Some(initial.id),
        registration_terms: Some(initial.terms),
        created_at: now,
        suspended_at: None,
    };
    let record = admit(&app, record, &metadata).await?;
    match app
        .store
        .partners()
        .insert_registered(&record, token_hash, now)
        .await
    {
        Ok(SelfRegistration::Registered(_)) => {}
        Ok(SelfRegistration::TokenUnusable) => return Err(BearerError::InvalidToken.into()),
        Err(StoreError::Conflict) => return Err(SUBJECT_TAKEN.into()),
        Err(error) => return Err(error.into()),
    }
    let event = audit::event("partner_registered", now)
        .partner(&record.client_id)
        .detail("initial_access_token", initial.id.to_string());
    audit::append_if_possible(&app, event).await;
    let answer = Answer {
        record: &record,
        metadata: &metadata,
        secret: secret.as_ref(),
        access_token: &access_token,
    };
    Ok(answer.respond(&app, RegistrationResponse::CREATED))
}

/// A secret for a client that needs one and is allowed to: `admit` refuses it to others.
fn issue_secret(
    app: &Services,
    terms: &Terms,
    metadata: &RegisteredMetadata,
) -> Result<Option<OpaqueValue>, Refused> {
    let profile = terms.for_registration(terms.profile()).profile;
    if metadata.auth_method(profile).needs_secret() {
        Ok(Some(OpaqueValue::from_secret_bytes(&app.ambient.random()?)))
    } else {
        Ok(None)
    }
}

fn hash_of_secret(secret: &OpaqueValue) -> Sha256Digest {
    Sha256Digest::new(*ClientSecretHash::of(secret.expose()).as_bytes())
}

/// What a partner learns of its registration.
struct Answer<'a> {
    record: &'a PartnerRecord,
    metadata: &'a RegisteredMetadata,
    /// One that was just made: later only its hash is known.
    secret: Option<&'a OpaqueValue>,
    access_token: &'a OpaqueValue,
}

impl Answer<'_> {
    fn respond(&self, app: &Services, status: StatusCode) -> Response {
        let client_id = self.record.client_id.as_str();
        let uri = app.issuer.join(&format!("{}/{client_id}", paths::REGISTER));
        let body = RegistrationResponse::new(
            client_id,
            self.record.created_at.unix_seconds(),
            self.secret.map(|secret| IssuedSecret {
                secret,
                expires_at: None,
            }),
            Management {
                uri: &uri,
                access_token: self.access_token,
            },
            self.metadata,
        );
        (status, [(header::CACHE_CONTROL, "no-store")], Json(body)).into_response()
    }
}
