//! The use of a refresh token (RFC 6749, 6): by its client, with its key, for all of the permission or for less; replaced
//! at each use where the partner has chosen so (RFC 9700, 4.14.2). Not here: the tokens (`answer`).

use super::Exchange;
use super::answer::{Extent, whole_of};
use crate::audit;
use crate::oauth::binding;
use crate::oauth::body::Refusal;
use renkei_oauth::error::OAuthError;
use renkei_oauth::opaque::OpaqueValue;
use renkei_oauth::token::{RefreshRequest, TokenResponse};
use renkei_store::{EndReason, GrantRecord, GrantStatus, RefreshTokenView, Rotation, Sha256Digest};
use std::time::Duration;

impl Exchange<'_> {
    pub(super) async fn by_refresh(&self, request: &RefreshRequest) -> Result<TokenResponse, Refusal> {
        let hash = Sha256Digest::new(request.refresh_token().sha256());
        let tokens = self.app.store.tokens();
        let token = tokens
            .find_refresh(hash)
            .await?
            .ok_or(OAuthError::invalid_grant())?;
        self.client.must_own(token.client_id.as_str())?;
        binding::from_store(token.binding).binds_refresh(self.client, self.certificate, self.proof)?;
        if self.was_replaced_long_ago(&token) {
            return Err(self.reused(&token.grant).await?);
        }
        if !token.holds(self.now) {
            return Err(OAuthError::invalid_grant().into());
        }
        let whole = whole_of(&token.grant)?;
        let details = request.authorization_details(whole.details.as_ref())?;
        let extent = Extent {
            scopes: request.scopes(&whole.scopes)?,
            narrowed: details != whole.details,
            details,
        };
        // An id_token of a refresh needs no nonce (OpenID Connect Core 1.0, 12.2).
        let prepared = self.prepare(&token.grant, extent, None).await?;
        let successor = if self.client.metadata().preferences().refresh_token_rotation {
            Some(self.rotate(hash, &token.grant).await?)
        } else {
            None
        };
        tokens.insert_access(&prepared.record).await?;
        Ok(self.respond(&prepared, successor.as_ref(), &token.grant))
    }

    /// Whether the token was replaced and its grace is over, though its grant is in force.
    fn was_replaced_long_ago(&self, token: &RefreshTokenView) -> bool {
        token.grace_until.is_some_and(|grace| grace <= self.now)
            && token.grant.status(self.now) == GrantStatus::Active
    }

    /// Puts a successor in the place of the token, which works on for the time of grace: an answer may be lost.
    async fn rotate(&self, hash: Sha256Digest, grant: &GrantRecord) -> Result<OpaqueValue, Refusal> {
        let (token, record) = self.refresh_token(grant)?;
        let grace = Duration::from_secs(self.app.config.oauth.refresh_grace_seconds);
        match self
            .app
            .store
            .tokens()
            .rotate_refresh(hash, &record, self.now.plus(grace), self.now)
            .await?
        {
            Rotation::Rotated => Ok(token),
            Rotation::Reused => Err(self.note_reuse(grant).await),
            Rotation::Revoked | Rotation::GrantEnded | Rotation::Unknown => {
                Err(OAuthError::invalid_grant().into())
            }
        }
    }

    /// Somebody holds a token that its rightful holder has long replaced: nobody can tell who is who, so the permission
    /// ends (RFC 9700, 4.14.2), also where the partner has turned rotation off since.
    async fn reused(&self, grant: &GrantRecord) -> Result<Refusal, Refusal> {
        let grants = self.app.store.grants();
        if grants.end(grant.id, EndReason::RefreshReused, self.now).await? {
            return Ok(self.note_reuse(grant).await);
        }
        Ok(OAuthError::invalid_grant().into())
    }

    async fn note_reuse(&self, grant: &GrantRecord) -> Refusal {
        tracing::warn!(client_id = %self.partner, "a replaced refresh token was used: its grant is revoked");
        let event = audit::event("refresh_token_reused", self.now)
            .user(Some(grant.user_id))
            .partner(&self.partner)
            .detail("grant", grant.id.to_string());
        audit::append_if_possible(self.app, event).await;
        OAuthError::invalid_grant().into()
    }
}
