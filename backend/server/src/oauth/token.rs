//! The token endpoint (RFC 6749, 3.2): a code is redeemed once, a refresh token as long as the permission lasts.
//! Not here: the checks (`renkei_oauth::token`), and the one atomic act of redemption (`renkei-store`).

use super::authentication::{authenticate, peer_certificate};
use super::body::{Form, Refusal};
use super::{binding, dpop};
use crate::audit;
use crate::linkage::StoredLinkage;
use crate::services::App;
use axum::extract::State;
use axum::http::{HeaderMap, Method};
use axum::{Extension, Json};
use renkei_oauth::client_authentication::AuthenticatedClient;
use renkei_oauth::dpop::VerifiedProof;
use renkei_oauth::error::{ErrorCode, OAuthError};
use renkei_oauth::metadata::paths;
use renkei_oauth::mutual_tls::PeerCertificate;
use renkei_oauth::opaque::OpaqueValue;
use renkei_oauth::scope::Scopes;
use renkei_oauth::sender_constraint::SenderConstraint;
use renkei_oauth::token::{CodeRedemption, IssuedTokens, RefreshRequest, TokenRequest, TokenResponse};
use renkei_procedure::identity::{GrantId, PartnerId};
use renkei_procedure::time::Instant;
use renkei_store::{GrantRecord, NewAccessToken, NewRefreshToken, NewTokens, Redemption, Sha256Digest};
use renkei_tls::PeerCertificates;
use std::time::Duration;

pub(super) async fn token(
    State(app): State<App>,
    Extension(peer): Extension<PeerCertificates>,
    headers: HeaderMap,
    Form(form): Form,
) -> Result<Json<TokenResponse>, Refusal> {
    let client = authenticate(&app, &headers, &form, &peer).await?;
    let certificate = peer_certificate(&peer);
    let proof = dpop::proof(&app, &headers, &Method::POST, paths::TOKEN).await?;
    let constraint = SenderConstraint::establish(&client, certificate.as_ref(), proof.as_ref())?;
    let issue = Issue {
        app: &app,
        client: &client,
        certificate: certificate.as_ref(),
        proof: proof.as_ref(),
        constraint,
    };
    match TokenRequest::read(&form)? {
        TokenRequest::AuthorizationCode(redemption) => issue.by_code(&redemption).await,
        TokenRequest::RefreshToken(refresh) => issue.by_refresh(&refresh).await,
        TokenRequest::ClientCredentials(_) => {
            Err(OAuthError::new(ErrorCode::UnsupportedGrantType, "not served yet").into())
        }
    }
    .map(Json)
}

struct Issue<'a> {
    app: &'a App,
    client: &'a AuthenticatedClient,
    certificate: Option<&'a PeerCertificate>,
    proof: Option<&'a VerifiedProof>,
    constraint: SenderConstraint,
}

impl Issue<'_> {
    async fn by_code(&self, redemption: &CodeRedemption) -> Result<TokenResponse, Refusal> {
        let (store, now) = (&self.app.store, self.app.ambient.now());
        let partner = PartnerId::new(self.client.client_id());
        let hash = Sha256Digest::new(redemption.code().sha256());
        let code = store
            .authorization_codes()
            .find(hash)
            .await?
            .ok_or(OAuthError::invalid_grant())?;
        self.client.must_own(code.client_id.as_str())?;
        if code.redeemed_at.is_some() {
            return Err(self.replayed(hash, code.grant_id, now).await?);
        }
        // The request itself went with the linkage; the code stands for it.
        let run = store
            .runs()
            .find(code.linkage_id)
            .await?
            .ok_or(OAuthError::invalid_grant())?;
        let linkage: StoredLinkage = run.state.decode()?;
        let key = self.proof.map(VerifiedProof::thumbprint);
        redemption.check(self.client, &linkage.request, key)?;

        let grant = store
            .grants()
            .find(code.grant_id)
            .await?
            .ok_or(OAuthError::invalid_grant())?;
        let access = OpaqueValue::from_secret_bytes(&self.app.ambient.random()?);
        let refresh = OpaqueValue::from_secret_bytes(&self.app.ambient.random()?);
        let event = audit::event("code_redeemed", now)
            .linkage(code.linkage_id)
            .user(Some(grant.user_id))
            .partner(&partner)
            .detail("grant", grant.id.to_string());
        let tokens = NewTokens {
            audit: vec![event.build(self.app)?],
            access: self.access_token(&access, &grant, &grant.scope, now),
            refresh: Some(NewRefreshToken {
                token_hash: Sha256Digest::new(refresh.sha256()),
                grant_id: grant.id,
                client_id: partner.clone(),
                binding: binding::to_store(self.constraint.confirmation()),
                issued_at: now,
            }),
        };
        match store
            .authorization_codes()
            .redeem(hash, &partner, &tokens, now)
            .await?
        {
            Redemption::Redeemed(grant) => {
                self.respond(&access, Some(&refresh), &grant, &grant.scope, &tokens.access)
            }
            Redemption::Replayed { grant_id } => Err(self.replayed(hash, grant_id, now).await?),
            Redemption::Unknown | Redemption::Expired | Redemption::GrantEnded => {
                Err(OAuthError::invalid_grant().into())
            }
        }
    }

    /// RFC 6749, 4.1.2: a code that comes twice from its client takes back what it issued.
    async fn replayed(&self, hash: Sha256Digest, grant: GrantId, now: Instant) -> Result<Refusal, Refusal> {
        let partner = PartnerId::new(self.client.client_id());
        if self
            .app
            .store
            .authorization_codes()
            .revoke_issued(hash, &partner, now)
            .await?
        {
            tracing::warn!(client_id = %partner, "a code was replayed: its grant is revoked");
            let event = audit::event("code_replayed", now)
                .partner(&partner)
                .detail("grant", grant.to_string());
            // The grant is revoked whether or not the trail can be written; the log has it too.
            audit::append_if_possible(self.app, event).await;
        }
        Ok(OAuthError::invalid_grant().into())
    }

    async fn by_refresh(&self, request: &RefreshRequest) -> Result<TokenResponse, Refusal> {
        let (store, now) = (&self.app.store, self.app.ambient.now());
        let hash = Sha256Digest::new(request.refresh_token().sha256());
        let token = store
            .tokens()
            .find_refresh(hash)
            .await?
            .ok_or(OAuthError::invalid_grant())?;
        self.client.must_own(token.client_id.as_str())?;
        if !token.holds(now) {
            return Err(OAuthError::invalid_grant().into());
        }
        binding::from_store(token.binding).binds_refresh(self.client, self.certificate, self.proof)?;
        let granted = Scopes::parse(&token.grant.scope).map_err(|_| OAuthError::server_error())?;
        let scope = request.scopes(&granted)?.to_string();
        let access = OpaqueValue::from_secret_bytes(&self.app.ambient.random()?);
        let record = self.access_token(&access, &token.grant, &scope, now);
        store.tokens().insert_access(&record).await?;
        self.respond(&access, None, &token.grant, &scope, &record)
    }

    fn access_token(
        &self,
        token: &OpaqueValue,
        grant: &GrantRecord,
        scope: &str,
        now: Instant,
    ) -> NewAccessToken {
        let lifetime = Duration::from_secs(self.app.config.oauth.access_token_seconds);
        NewAccessToken {
            token_hash: Sha256Digest::new(token.sha256()),
            grant_id: Some(grant.id),
            client_id: PartnerId::new(self.client.client_id()),
            binding: binding::to_store(self.constraint.confirmation()),
            scope: scope.to_owned(),
            authorization_details: None,
            issued_at: now,
            // No token outlives its permission.
            expires_at: now.plus(lifetime).min(grant.expires_at),
        }
    }

    fn respond(
        &self,
        access: &OpaqueValue,
        refresh: Option<&OpaqueValue>,
        grant: &GrantRecord,
        scope: &str,
        record: &NewAccessToken,
    ) -> Result<TokenResponse, Refusal> {
        let scopes = Scopes::parse(scope).map_err(|_| OAuthError::server_error())?;
        let expires_in = record.issued_at.until(record.expires_at).as_secs();
        let issued = IssuedTokens {
            access_token: access,
            expires_in: u32::try_from(expires_in).unwrap_or(u32::MAX),
            refresh_token: refresh,
            scopes: &scopes,
            id_token: None,
            authorization_details: None,
            grant_id: None,
            permission_expires_at: Some(&grant.expires_at.to_japan_rfc3339()),
        };
        Ok(TokenResponse::new(&issued, &self.constraint))
    }
}
