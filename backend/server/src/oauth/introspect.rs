//! The introspection endpoint (RFC 7662), its answer plain or signed (RFC 9701).
//! Not here: who learns what of a token (`renkei_oauth::introspection`).

use super::authentication::authenticate;
use super::body::{Form, Refusal};
use super::subject::subject_of;
use super::{binding, signature};
use crate::services::{App, Services};
use axum::extract::State;
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use renkei_oauth::authorization_details::AuthorizationDetails;
use renkei_oauth::client_authentication::AuthenticatedClient;
use renkei_oauth::error::OAuthError;
use renkei_oauth::introspection::{IntrospectionRequest, IntrospectionResponse, TokenInForce};
use renkei_oauth::jwt_introspection::{self, IntrospectionClaims};
use renkei_oauth::protected_resource::ProtectedResource;
use renkei_oauth::revocation::TokenTypeHint;
use renkei_oauth::scope::Scopes;
use renkei_oauth::sender_constraint::Confirmation;
use renkei_procedure::time::Instant;
use renkei_store::{GrantRecord, JsonText, Sha256Digest, StoredBinding};
use renkei_tls::PeerCertificates;

pub(super) async fn introspect(
    State(app): State<App>,
    Extension(peer): Extension<PeerCertificates>,
    headers: HeaderMap,
    Form(form): Form,
) -> Result<Response, Refusal> {
    let client = authenticate(&app, &headers, &form, &peer).await?;
    let request = IntrospectionRequest::read(&form)?;
    let answer = match find(&app, &client, &request).await? {
        Some(found) => found.describe(&app, &client).await?,
        None => IntrospectionResponse::inactive(),
    };
    // The form of the answer is the client's to choose; caches are told so although nothing may be stored.
    let vary = [(header::VARY, "Accept")];
    if !jwt_introspection::is_asked_for(&headers) {
        return Ok((vary, Json(answer)).into_response());
    }
    let registered = client.metadata().preferences().introspection_signed_response_alg;
    let now = app.ambient.now().unix_seconds();
    let claims = IntrospectionClaims::new(&app.issuer, &client, now, &answer);
    let jwt = signature::Signer::of(&app, registered)?.sign(jwt_introspection::TYP, &claims)?;
    let media_type = [(header::CONTENT_TYPE, jwt_introspection::MEDIA_TYPE)];
    Ok((vary, media_type, jwt).into_response())
}

/// A token in force of the client that asks, of whichever kind.
struct Found {
    scope: String,
    binding: StoredBinding,
    /// An access token has a type, a refresh token none.
    is_access_token: bool,
    issued_at: Instant,
    expires_at: Instant,
    authorization_details: Option<JsonText>,
    grant: Option<GrantRecord>,
}

/// The hint only says where to look first (RFC 7662, 2.1).
async fn find(
    app: &Services,
    client: &AuthenticatedClient,
    request: &IntrospectionRequest,
) -> Result<Option<Found>, Refusal> {
    let hash = Sha256Digest::new(request.token().sha256());
    if request.hint() == Some(TokenTypeHint::RefreshToken) {
        return Ok(match find_refresh(app, client, hash).await? {
            Some(found) => Some(found),
            None => find_access(app, client, hash).await?,
        });
    }
    Ok(match find_access(app, client, hash).await? {
        Some(found) => Some(found),
        None => find_refresh(app, client, hash).await?,
    })
}

async fn find_access(
    app: &Services,
    client: &AuthenticatedClient,
    hash: Sha256Digest,
) -> Result<Option<Found>, Refusal> {
    let now = app.ambient.now();
    let token = app.store.tokens().find_access(hash).await?;
    let token = token.filter(|token| token.client_id.as_str() == client.client_id() && token.holds(now));
    Ok(token.map(|token| {
        let of_grant = token
            .grant
            .as_ref()
            .and_then(|grant| grant.authorization_details.clone());
        Found {
            scope: token.scope,
            binding: token.binding,
            is_access_token: true,
            issued_at: token.issued_at,
            expires_at: token.expires_at,
            authorization_details: token.authorization_details.or(of_grant),
            grant: token.grant,
        }
    }))
}

async fn find_refresh(
    app: &Services,
    client: &AuthenticatedClient,
    hash: Sha256Digest,
) -> Result<Option<Found>, Refusal> {
    let now = app.ambient.now();
    let token = app.store.tokens().find_refresh(hash).await?;
    let token = token.filter(|token| token.client_id.as_str() == client.client_id() && token.holds(now));
    Ok(token.map(|token| {
        let end = token.grant.expires_at;
        Found {
            scope: token.grant.scope.clone(),
            binding: token.binding,
            is_access_token: false,
            issued_at: token.issued_at,
            expires_at: token.grace_until.map_or(end, |grace| grace.min(end)),
            authorization_details: token.grant.authorization_details.clone(),
            grant: Some(token.grant),
        }
    }))
}

impl Found {
    async fn describe(
        &self,
        app: &Services,
        client: &AuthenticatedClient,
    ) -> Result<IntrospectionResponse, Refusal> {
        let scopes = Scopes::parse(&self.scope).map_err(|_| OAuthError::server_error())?;
        let subject = match &self.grant {
            Some(grant) => Some(subject_of::<Refusal>(app, client.metadata(), grant.user_id).await?),
            None => None,
        };
        let confirmation = binding::from_store(self.binding);
        let token_type = match confirmation {
            Confirmation::Key(_) => "DPoP",
            Confirmation::Certificate(_) | Confirmation::Unbound => "Bearer",
        };
        let details: Option<AuthorizationDetails> = self
            .authorization_details
            .as_ref()
            .map(JsonText::decode)
            .transpose()?;
        let details = details.and_then(|details| details.within(&scopes));
        // The accounts API takes access tokens of customers; everything else is between the partner and this server.
        let audience = if self.is_access_token && self.grant.is_some() {
            ProtectedResource::at(&app.partner_base).identifier()
        } else {
            app.issuer.as_str().to_owned()
        };
        let permission_expires_at = self
            .grant
            .as_ref()
            .map(|grant| grant.expires_at.to_japan_rfc3339());
        let token = TokenInForce {
            client_id: client.client_id(),
            scopes: &scopes,
            token_type: self.is_access_token.then_some(token_type),
            expires_at: self.expires_at.unix_seconds(),
            issued_at: self.issued_at.unix_seconds(),
            not_before: None,
            subject: subject.as_ref().map(renkei_oauth::openid::Subject::as_str),
            audience: &audience,
            issuer: app.issuer.as_str(),
            confirmation: serde_json::to_value(confirmation).ok(),
            authorization_details: details.and_then(|details| serde_json::to_value(details).ok()),
            grant_id: self.grant.as_ref().map(|grant| grant.public_id.as_str()),
            permission_expires_at: permission_expires_at.as_deref(),
        };
        Ok(IntrospectionResponse::about(Some(&token), client))
    }
}
