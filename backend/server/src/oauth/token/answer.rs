//! Tokens under a permission, made ready before they are kept: what fails here has used nothing up.
//! Not here: whether they are due.

use super::Exchange;
use crate::oauth::body::Refusal;
use crate::oauth::subject::subject_of;
use crate::oauth::{binding, signature};
use renkei_oauth::authorization_details::AuthorizationDetails;
use renkei_oauth::error::OAuthError;
use renkei_oauth::opaque::OpaqueValue;
use renkei_oauth::openid::id_token::{self, IdTokenClaims, IdTokenContent};
use renkei_oauth::openid::{CustomerLogin, OPENID};
use renkei_oauth::scope::Scopes;
use renkei_oauth::token::{IssuedTokens, TokenResponse};
use renkei_store::{GrantRecord, JsonText, NewAccessToken, NewRefreshToken, Sha256Digest};
use std::time::Duration;

/// What an access token is to permit.
pub(super) struct Extent {
    pub(super) scopes: Scopes,
    /// Where the request was a rich one.
    pub(super) details: Option<AuthorizationDetails>,
    /// They are fewer than those of the grant.
    pub(super) narrowed: bool,
}

/// The whole of a permission.
pub(super) fn whole_of(grant: &GrantRecord) -> Result<Extent, Refusal> {
    let scopes = Scopes::parse(&grant.scope).map_err(|_| OAuthError::server_error())?;
    let details = grant.authorization_details.as_ref();
    Ok(Extent {
        scopes,
        details: details.map(JsonText::decode).transpose()?,
        narrowed: false,
    })
}

/// An access token that nobody has been given yet, and its id_token.
pub(super) struct Prepared {
    token: OpaqueValue,
    /// As it is to be kept.
    pub(super) record: NewAccessToken,
    extent: Extent,
    id_token: Option<String>,
}

impl Exchange<'_> {
    pub(super) fn secret(&self) -> Result<OpaqueValue, Refusal> {
        Ok(OpaqueValue::from_secret_bytes(&self.app.ambient.random()?))
    }

    /// Makes an access token under a permission, and where `openid` is permitted an id_token with it (OpenID Connect Core
    /// 1.0, 3.1.3.3 and 12.2).
    pub(super) async fn prepare(
        &self,
        grant: &GrantRecord,
        extent: Extent,
        nonce: Option<&str>,
    ) -> Result<Prepared, Refusal> {
        let token = self.secret()?;
        let narrowed = extent.details.as_ref().filter(|_| extent.narrowed);
        let record = NewAccessToken {
            token_hash: Sha256Digest::new(token.sha256()),
            grant_id: Some(grant.id),
            client_id: self.partner.clone(),
            binding: binding::to_store(self.constraint.confirmation()),
            scope: extent.scopes.to_string(),
            authorization_details: narrowed.map(JsonText::encode).transpose()?,
            issued_at: self.now,
            // No token outlives its permission.
            expires_at: self.now.plus(self.lifetime()).min(grant.expires_at),
        };
        let id_token = if extent.scopes.contains(OPENID) {
            Some(self.id_token(grant, &token, nonce).await?)
        } else {
            None
        };
        Ok(Prepared {
            token,
            record,
            extent,
            id_token,
        })
    }

    pub(super) fn lifetime(&self) -> Duration {
        Duration::from_secs(self.app.config.oauth.access_token_seconds)
    }

    async fn id_token(
        &self,
        grant: &GrantRecord,
        access_token: &OpaqueValue,
        nonce: Option<&str>,
    ) -> Result<String, Refusal> {
        let metadata = self.client.metadata();
        let subject = subject_of::<Refusal>(self.app, metadata, grant.user_id).await?;
        let registered = metadata.preferences().id_token_signed_response_alg;
        let signer = signature::Signer::of(self.app, registered)?;
        let content = IdTokenContent {
            issuer: &self.app.issuer,
            client_id: metadata.client_id(),
            subject: &subject,
            login: CustomerLogin::completed_at(grant.auth_time.unix_seconds()),
            nonce,
            access_token,
            algorithm: signer.algorithm(),
        };
        let claims = IdTokenClaims::new(&content, self.now.unix_seconds());
        Ok(signer.sign(id_token::TYPE, &claims)?)
    }

    /// A refresh token, and as it is to be kept.
    pub(super) fn refresh_token(
        &self,
        grant: &GrantRecord,
    ) -> Result<(OpaqueValue, NewRefreshToken), Refusal> {
        let token = self.secret()?;
        let record = NewRefreshToken {
            token_hash: Sha256Digest::new(token.sha256()),
            grant_id: grant.id,
            client_id: self.partner.clone(),
            binding: binding::to_store(self.constraint.confirmation()),
            issued_at: self.now,
        };
        Ok((token, record))
    }

    /// Hands the tokens out.
    pub(super) fn respond(
        &self,
        prepared: &Prepared,
        refresh_token: Option<&OpaqueValue>,
        grant: &GrantRecord,
    ) -> TokenResponse {
        let Extent { scopes, details, .. } = &prepared.extent;
        let details = details.as_ref().and_then(|details| details.within(scopes));
        let issued = IssuedTokens {
            access_token: &prepared.token,
            expires_in: seconds_left(&prepared.record),
            refresh_token,
            scopes,
            id_token: prepared.id_token.as_deref(),
            authorization_details: details.as_ref(),
            grant_id: Some(&grant.public_id),
            permission_expires_at: Some(&grant.expires_at.to_japan_rfc3339()),
        };
        TokenResponse::new(&issued, &self.constraint)
    }
}

pub(super) fn seconds_left(record: &NewAccessToken) -> u32 {
    let left = record.issued_at.until(record.expires_at).as_secs();
    u32::try_from(left).unwrap_or(u32::MAX)
}
