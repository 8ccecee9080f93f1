//! Access tokens out of the session, renewed when they end and forgotten when the permission does.
//! Not here: the calls that use them.

use std::sync::Arc;

use oauth2::AccessToken;

use super::{Site, Trouble};
use crate::accounts::{AccessTokens, Account, AccountsApi};
use crate::linking::{LinkError, Registration};
use crate::sessions::{Notice, OpenSession, SessionId};

/// The tokens of one link in one session.
pub(super) struct SessionTokens<'a> {
    site: &'a Site,
    id: SessionId,
    registration: &'a Registration,
}

impl SessionTokens<'_> {
    async fn renew(&self, mut session: OpenSession) -> Result<AccessToken, LinkError> {
        let client_id = self.registration.client_id();
        let link = session.link(client_id).ok_or(LinkError::Ended)?;
        match self
            .site
            .linking
            .renew(self.registration, link, (self.site.now)())
            .await
        {
            Ok(renewed) => {
                let token = renewed.access_token().clone();
                session.keep(client_id, renewed);
                save(&session).await;
                Ok(token)
            }
            Err(LinkError::Ended) => {
                session.forget(client_id);
                session.notify(Notice::Ended);
                save(&session).await;
                Err(LinkError::Ended)
            }
            Err(other) => Err(other),
        }
    }
}

impl AccessTokens for SessionTokens<'_> {
    async fn current(&self) -> Result<AccessToken, LinkError> {
        let session = self.site.sessions.find(&self.id).await.ok_or(LinkError::Ended)?;
        let link = session
            .link(self.registration.client_id())
            .ok_or(LinkError::Ended)?;
        if link.needs_renewal((self.site.now)()) {
            return self.renew(session).await;
        }
        Ok(link.access_token().clone())
    }

    async fn after_refusal(&self, refused: &AccessToken) -> Result<AccessToken, LinkError> {
        let session = self.site.sessions.find(&self.id).await.ok_or(LinkError::Ended)?;
        let link = session
            .link(self.registration.client_id())
            .ok_or(LinkError::Ended)?;
        // Another request of this session may have renewed it meanwhile.
        if link.access_token().secret() != refused.secret() {
            return Ok(link.access_token().clone());
        }
        self.renew(session).await
    }
}

/// The accounts API for a link of this session, and what the link permits.
pub(super) struct Access<'a> {
    pub(super) api: AccountsApi<SessionTokens<'a>>,
    pub(super) permits_balance: bool,
    pub(super) permits_statement: bool,
    pub(super) permits_transfers: bool,
}

/// Opens the accounts API.
///
/// # Errors
/// Nothing is linked in this session, or the bank cannot be reached.
pub(super) async fn open<'a>(
    site: &'a Arc<Site>,
    id: Option<SessionId>,
    client_id: &str,
) -> Result<Access<'a>, Trouble> {
    let registration = site.registration(client_id)?;
    let id = id.ok_or(Trouble::NotLinked)?;
    let session = site.sessions.find(&id).await.ok_or(Trouble::NotLinked)?;
    let link = session.link(client_id).ok_or(Trouble::NotLinked)?;
    let permits = |scope| link.permits(scope);
    let (balance, statement, transfers) = (permits("balance"), permits("statement"), permits("transfers"));
    // The tokens take the session for themselves whenever they need it.
    drop(session);
    let (http, base) = site.linking.accounts_api(registration).await?;
    let tokens = SessionTokens {
        site,
        id,
        registration,
    };
    Ok(Access {
        api: AccountsApi::new(http, base, tokens),
        permits_balance: balance,
        permits_statement: statement,
        permits_transfers: transfers,
    })
}

impl Access<'_> {
    /// One account of the permission.
    pub(super) async fn account(&self, account_id: &str) -> Result<Account, Trouble> {
        let accounts = self.api.accounts().await?;
        accounts
            .into_iter()
            .find(|account| account.account_id == account_id)
            .ok_or(Trouble::NotFound)
    }
}

/// A session that cannot be written still serves until a restart: better than losing the link.
pub(super) async fn save(session: &OpenSession) {
    if let Err(error) = session.save().await {
        tracing::error!(%error, "a session cannot be written");
    }
}
