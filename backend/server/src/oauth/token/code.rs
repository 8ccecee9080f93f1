//! Redeeming a code (RFC 6749, 4.1.3): once, by its client, with its verifier and key; a replay takes back what it issued.
//! Not here: the tokens (`answer`).

use super::Exchange;
use super::answer::whole_of;
use crate::audit;
use crate::linkage::StoredLinkage;
use crate::oauth::body::Refusal;
use renkei_oauth::client::GrantType;
use renkei_oauth::dpop::VerifiedProof;
use renkei_oauth::error::OAuthError;
use renkei_oauth::token::{CodeRedemption, TokenResponse};
use renkei_procedure::identity::GrantId;
use renkei_store::{NewTokens, Redemption, Sha256Digest};

impl Exchange<'_> {
    pub(super) async fn by_code(&self, redemption: &CodeRedemption) -> Result<TokenResponse, Refusal> {
        let store = &self.app.store;
        let hash = Sha256Digest::new(redemption.code().sha256());
        let code = store
            .authorization_codes()
            .find(hash)
            .await?
            .ok_or(OAuthError::invalid_grant())?;
        self.client.must_own(code.client_id.as_str())?;
        if code.redeemed_at.is_some() {
            return Err(self.replayed(hash, code.grant_id).await?);
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
            .filter(|_| self.now < code.expires_at)
            .ok_or(OAuthError::invalid_grant())?;

        let prepared = self
            .prepare(&grant, whole_of(&grant)?, linkage.request.nonce())
            .await?;
        let may_refresh = self.client.metadata().may_use(GrantType::RefreshToken);
        let refresh = may_refresh.then(|| self.refresh_token(&grant)).transpose()?;
        let (refresh_token, refresh) = refresh.unzip();
        let event = audit::event("code_redeemed", self.now)
            .linkage(code.linkage_id)
            .user(Some(grant.user_id))
            .partner(&self.partner)
            .detail("grant", grant.id.to_string());
        let tokens = NewTokens {
            audit: vec![event.build(self.app)?],
            access: prepared.record.clone(),
            refresh,
        };
        match store
            .authorization_codes()
            .redeem(hash, &self.partner, &tokens, self.now)
            .await?
        {
            Redemption::Redeemed(grant) => Ok(self.respond(&prepared, refresh_token.as_ref(), &grant)),
            Redemption::Replayed { grant_id } => Err(self.replayed(hash, grant_id).await?),
            Redemption::Unknown | Redemption::Expired | Redemption::GrantEnded => {
                Err(OAuthError::invalid_grant().into())
            }
        }
    }

    /// RFC 6749, 4.1.2: a code that comes twice from its client takes back what it issued.
    async fn replayed(&self, hash: Sha256Digest, grant: GrantId) -> Result<Refusal, Refusal> {
        let codes = self.app.store.authorization_codes();
        if codes.revoke_issued(hash, &self.partner, self.now).await? {
            tracing::warn!(client_id = %self.partner, "a code was replayed: its grant is revoked");
            let event = audit::event("code_replayed", self.now)
                .partner(&self.partner)
                .detail("grant", grant.to_string());
            // The grant is revoked whether or not the trail can be written; the log has it too.
            audit::append_if_possible(self.app, event).await;
        }
        Ok(OAuthError::invalid_grant().into())
    }
}
