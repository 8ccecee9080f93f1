//! The token endpoint (RFC 6749, 3.2): a code is redeemed once, a refresh token as long as the permission lasts, and a
//! partner gets a token of its own for its grants. Not here: the checks (`renkei_oauth::token`), and the one atomic act of
//! redemption (`renkei-store`).

mod answer;
mod code;
mod own;
mod refresh;

use super::authentication::{authenticate, peer_certificate};
use super::body::{Form, Refusal};
use super::dpop;
use crate::services::App;
use axum::extract::State;
use axum::http::{HeaderMap, Method};
use axum::{Extension, Json};
use renkei_oauth::client::GrantType;
use renkei_oauth::client_authentication::AuthenticatedClient;
use renkei_oauth::dpop::VerifiedProof;
use renkei_oauth::error::{ErrorCode, OAuthError};
use renkei_oauth::metadata::paths;
use renkei_oauth::mutual_tls::PeerCertificate;
use renkei_oauth::sender_constraint::SenderConstraint;
use renkei_oauth::token::{TokenRequest, TokenResponse};
use renkei_procedure::identity::PartnerId;
use renkei_procedure::time::Instant;
use renkei_tls::PeerCertificates;

pub(super) async fn token(
    State(app): State<App>,
    Extension(peer): Extension<PeerCertificates>,
    headers: HeaderMap,
    Form(form): Form,
) -> Result<Json<TokenResponse>, Refusal> {
    let client = authenticate(&app, &headers, &form, &peer).await?;
    let request = TokenRequest::read(&form)?;
    if !client.metadata().may_use(grant_type(&request)) {
        return Err(OAuthError::new(
            ErrorCode::UnauthorizedClient,
            "this grant_type is not registered for this client",
        )
        .into());
    }
    let certificate = peer_certificate(&peer);
    let proof = dpop::proof(&app, &headers, &Method::POST, paths::TOKEN).await?;
    let exchange = Exchange {
        app: &app,
        constraint: SenderConstraint::establish(&client, certificate.as_ref(), proof.as_ref())?,
        partner: PartnerId::new(client.client_id()),
        client: &client,
        certificate: certificate.as_ref(),
        proof: proof.as_ref(),
        now: app.ambient.now(),
    };
    match request {
        TokenRequest::AuthorizationCode(redemption) => exchange.by_code(&redemption).await,
        TokenRequest::RefreshToken(refresh) => exchange.by_refresh(&refresh).await,
        TokenRequest::ClientCredentials(request) => exchange.for_itself(&request).await,
    }
    .map(Json)
}

const fn grant_type(request: &TokenRequest) -> GrantType {
    match request {
        TokenRequest::AuthorizationCode(_) => GrantType::AuthorizationCode,
        TokenRequest::RefreshToken(_) => GrantType::RefreshToken,
        TokenRequest::ClientCredentials(_) => GrantType::ClientCredentials,
    }
}

/// A request of an authenticated client, with what its tokens will be bound to.
struct Exchange<'a> {
    app: &'a App,
    client: &'a AuthenticatedClient,
    partner: PartnerId,
    certificate: Option<&'a PeerCertificate>,
    proof: Option<&'a VerifiedProof>,
    constraint: SenderConstraint,
    now: Instant,
}
