//! A partner's own access token (RFC 6749, 4.4), for the grant management API and nothing else.
//! Not here: that API (`oauth::grants`).

use super::Exchange;
use super::answer::seconds_left;
use crate::oauth::binding;
use crate::oauth::body::Refusal;
use renkei_oauth::token::{ClientCredentialsRequest, IssuedTokens, TokenResponse};
use renkei_store::{NewAccessToken, Sha256Digest};

impl Exchange<'_> {
    pub(super) async fn for_itself(
        &self,
        request: &ClientCredentialsRequest,
    ) -> Result<TokenResponse, Refusal> {
        let scopes = request.scopes(self.client.metadata())?;
        let token = self.secret()?;
        let record = NewAccessToken {
            token_hash: Sha256Digest::new(token.sha256()),
            grant_id: None,
            client_id: self.partner.clone(),
            binding: binding::to_store(self.constraint.confirmation()),
            scope: scopes.to_string(),
            authorization_details: None,
            issued_at: self.now,
            expires_at: self.now.plus(self.lifetime()),
        };
        self.app.store.tokens().insert_access(&record).await?;
        let issued = IssuedTokens {
            access_token: &token,
            expires_in: seconds_left(&record),
            // RFC 6749, 4.4.3: there is nothing to refresh.
            refresh_token: None,
            scopes: &scopes,
            id_token: None,
            authorization_details: None,
            grant_id: None,
            permission_expires_at: None,
        };
        Ok(TokenResponse::new(&issued, &self.constraint))
    }
}
