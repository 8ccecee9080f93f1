//! Permissions given: pending until their code is redeemed, then active, then ended or run out.
//! Not here: for how long and to what a permission holds; `renkei-procedure` decides that.

mod management;

use super::accounts::InquiryAccountRecord;
use super::partners::PartnerRecord;
use super::{repository, stored_count};
use crate::column::instant::Micros;
use crate::column::word::words;
use crate::entity::{grant, grant_account, inquiry_account, partner};
use crate::{JsonText, StoreError};
use renkei_procedure::identity::{AccountId, GrantId, LinkageId, PartnerId, UserId};
use renkei_procedure::reference::GrantReference;
use renkei_procedure::time::{Instant, JapanDate};
use sea_orm::sea_query::LockType;
use sea_orm::{
    ActiveValue, ColumnTrait, Condition, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter,
    QueryOrder, QuerySelect,
};
use std::collections::HashMap;
use std::time::Duration;
use uuid::Uuid;

words! {
    /// Why a grant ended before its time.
    pub enum EndReason {
        /// The customer withdrew it.
        Withdrawn = "withdrawn",
        /// A newer grant of the same user and partner took its place.
        Replaced = "replaced",
        /// The partner revoked its refresh token (RFC 7009), or the grant itself (Grant Management for OAuth 2.0).
        RevokedByPartner = "revoked_by_partner",
        /// Its authorization code came a second time (RFC 6749 section 4.1.2).
        CodeReplayed = "code_replayed",
        /// A refresh token that had been replaced came again (RFC 9700 section 4.14.2).
        RefreshReused = "refresh_reused",
        /// The partner deregistered (RFC 7592 section 2.3).
        Deregistered = "deregistered",
        /// The operator ended it.
        EndedByOperator = "ended_by_operator",
    }
}

/// A grant to be written; it is pending until its code is redeemed.
#[derive(Debug, Clone)]
pub struct NewGrant {
    /// The id.
    pub id: GrantId,
    /// `grant_id` of Grant Management for OAuth 2.0: random, or that of the grant which this one will replace.
    pub public_id: String,
    /// 受付番号, by which customers and staff name it.
    pub reference: GrantReference,
    /// Who permits.
    pub user_id: UserId,
    /// Whom.
    pub partner_id: PartnerId,
    /// In which linkage.
    pub linkage_id: LinkageId,
    /// The grant in force whose place it will take under the same public id.
    pub continues: Option<GrantId>,
    /// Which businesses, by scope.
    pub businesses: Vec<String>,
    /// The whole scope of its tokens (RFC 6749 section 3.3).
    pub scope: String,
    /// `authorization_details` as granted (RFC 9396).
    pub authorization_details: Option<JsonText>,
    /// The earliest day of which statements may be read.
    pub from_date: Option<JapanDate>,
    /// What the request asked UserInfo for (`claims` of OpenID Connect); the linkage, which knew it, is soon forgotten.
    pub claims: Option<JsonText>,
    /// When the customer logged in (`auth_time` of OpenID Connect).
    pub auth_time: Instant,
    /// How the customer logged in (`acr` of OpenID Connect).
    pub acr: String,
    /// Which accounts, in the order of the permission page.
    pub accounts: Vec<AccountId>,
    /// When it was given.
    pub permitted_at: Instant,
    /// Until when it holds, exclusive.
    pub expires_at: Instant,
}

/// A grant as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GrantRecord {
    /// The id.
    pub id: GrantId,
    /// `grant_id` of Grant Management for OAuth 2.0; it goes on to the grant that takes this one's place.
    pub public_id: String,
    /// 受付番号, by which customers and staff name it.
    pub reference: GrantReference,
    /// Who permits.
    pub user_id: UserId,
    /// Whom.
    pub partner_id: PartnerId,
    /// In which linkage.
    pub linkage_id: LinkageId,
    /// Which businesses, by scope.
    pub businesses: Vec<String>,
    /// The whole scope of its tokens.
    pub scope: String,
    /// `authorization_details` as granted (RFC 9396).
    pub authorization_details: Option<JsonText>,
    /// The earliest day of which statements may be read.
    pub from_date: Option<JapanDate>,
    /// What the request asked UserInfo for (`claims` of OpenID Connect); the linkage, which knew it, is soon forgotten.
    pub claims: Option<JsonText>,
    /// When the customer logged in.
    pub auth_time: Instant,
    /// How the customer logged in.
    pub acr: String,
    /// When it was given.
    pub permitted_at: Instant,
    /// Until when it holds, exclusive.
    pub expires_at: Instant,
    /// When its code was redeemed.
    pub activated_at: Option<Instant>,
    /// When and why it ended before its time.
    pub ended: Option<(Instant, EndReason)>,
    /// When the partner last used it, to the minute.
    pub last_access_at: Option<Instant>,
}

/// Where a grant stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GrantStatus {
    /// Given, but its code is not redeemed.
    Pending,
    /// In force.
    Active,
    /// Its time is up.
    Expired,
    /// Ended before its time.
    Ended(EndReason),
}

impl GrantRecord {
    /// Where the grant stands at an instant.
    pub fn status(&self, now: Instant) -> GrantStatus {
        match (self.ended, self.activated_at) {
            (Some((_, reason)), _) => GrantStatus::Ended(reason),
            _ if self.expires_at <= now => GrantStatus::Expired,
            (None, None) => GrantStatus::Pending,
            (None, Some(_)) => GrantStatus::Active,
        }
    }
}

/// A grant in force with all that the customer's page shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GrantInForce {
    /// The grant.
    pub grant: GrantRecord,
    /// Its partner.
    pub partner: PartnerRecord,
    /// Its accounts, in the order of the permission page.
    pub accounts: Vec<InquiryAccountRecord>,
}

/// How exactly the last access is kept; each write costs a transaction.
const ACCESS_GRAIN: Duration = Duration::from_secs(60);

repository! {
    /// Permissions given.
    pub struct Grants;
}

impl Grants<'_> {
    /// The grant of an id.
    pub async fn find(&self, id: GrantId) -> Result<Option<GrantRecord>, StoreError> {
        let found = grant::Entity::find_by_id(id.as_uuid())
            .one(self.store.read())
            .await?;
        found.map(GrantRecord::try_from).transpose()
    }

    /// The grant that customers and staff call so.
    pub async fn find_by_reference(
        &self,
        reference: &GrantReference,
    ) -> Result<Option<GrantRecord>, StoreError> {
        let found = grant::Entity::find()
            .filter(grant::Column::Reference.eq(reference.as_str()))
            .one(self.store.read())
            .await?;
        found.map(GrantRecord::try_from).transpose()
    }

    /// The accounts of a grant, in the order of the permission page.
    pub async fn accounts(&self, id: GrantId) -> Result<Vec<InquiryAccountRecord>, StoreError> {
        let mut by_grant = self.accounts_of(&[id.as_uuid()]).await?;
        Ok(by_grant.remove(&id.as_uuid()).unwrap_or_default())
    }

    /// The grants of a user that are in force, latest first.
    pub async fn in_force_for_user(
        &self,
        user_id: UserId,
        now: Instant,
    ) -> Result<Vec<GrantInForce>, StoreError> {
        let found = grant::Entity::find()
            .find_also_related(partner::Entity)
            .filter(grant::Column::UserId.eq(user_id.as_uuid()))
            .filter(in_force(now))
            .order_by_desc(grant::Column::PermittedAt)
            .all(self.store.read())
            .await?;
        let ids: Vec<Uuid> = found.iter().map(|(grant, _)| grant.id).collect();
        let mut accounts = self.accounts_of(&ids).await?;
        let with_accounts = found.into_iter().map(|(grant, partner)| {
            let accounts = accounts.remove(&grant.id).unwrap_or_default();
            let partner = partner.ok_or(StoreError::Corrupt("grant"))?.into();
            Ok(GrantInForce {
                grant: grant.try_into()?,
                partner,
                accounts,
            })
        });
        with_accounts.collect()
    }

    /// The grant in force of a user and a partner: the one that a new permission would replace.
    pub async fn in_force(
        &self,
        user_id: UserId,
        partner_id: &PartnerId,
        now: Instant,
    ) -> Result<Option<GrantRecord>, StoreError> {
        let found = grant::Entity::find()
            .filter(grant::Column::UserId.eq(user_id.as_uuid()))
            .filter(grant::Column::PartnerId.eq(partner_id.as_str()))
            .filter(in_force(now))
            .one(self.store.read())
            .await?;
        found.map(GrantRecord::try_from).transpose()
    }

    /// The customer withdraws a grant, pending or active. `false`: not this user's, or ended already.
    pub async fn withdraw(&self, id: GrantId, user_id: UserId, now: Instant) -> Result<bool, StoreError> {
        withdraw(self.store.write(), id, user_id, now).await
    }

    /// Ends a grant before its time. `false`: unknown, or ended already.
    pub async fn end(&self, id: GrantId, reason: EndReason, now: Instant) -> Result<bool, StoreError> {
        let row = Condition::all().add(grant::Column::Id.eq(id.as_uuid()));
        end(self.store.write(), row, reason, now).await
    }

    /// Keeps the last access, at most once a minute; in between it costs nothing.
    pub async fn touch_last_access(&self, grant: &GrantRecord, now: Instant) -> Result<(), StoreError> {
        let fresh = |last: Instant| now < last.plus(ACCESS_GRAIN);
        if grant.last_access_at.is_some_and(fresh) {
            return Ok(());
        }
        let access = grant::ActiveModel {
            last_access_at: ActiveValue::Set(Some(now.into())),
            ..Default::default()
        };
        grant::Entity::update_many()
            .set(access)
            .filter(grant::Column::Id.eq(grant.id.as_uuid()))
            .filter(
                Condition::any()
                    .add(grant::Column::LastAccessAt.is_null())
                    .add(grant::Column::LastAccessAt.lt(Micros::from(now))),
            )
            .exec(self.store.write())
            .await?;
        Ok(())
    }

    async fn accounts_of(
        &self,
        grants: &[Uuid],
    ) -> Result<HashMap<Uuid, Vec<InquiryAccountRecord>>, StoreError> {
        let rows = grant_account::Entity::find()
            .find_also_related(inquiry_account::Entity)
            .filter(grant_account::Column::GrantId.is_in(grants.iter().copied()))
            .order_by_asc(grant_account::Column::Position)
            .all(self.store.read())
            .await?;
        let mut by_grant: HashMap<Uuid, Vec<InquiryAccountRecord>> = HashMap::new();
        for (link, account) in rows {
            by_grant
                .entry(link.grant_id)
                .or_default()
                .extend(account.map(InquiryAccountRecord::from));
        }
        Ok(by_grant)
    }
}

fn in_force(now: Instant) -> Condition {
    Condition::all()
        .add(grant::Column::ActivatedAt.is_not_null())
        .add(grant::Column::EndedAt.is_null())
        .add(grant::Column::ExpiresAt.gt(Micros::from(now)))
}

/// Ends the grants of a condition that have not ended. `false`: there were none.
pub(crate) async fn end(
    database: &impl ConnectionTrait,
    which: Condition,
    reason: EndReason,
    now: Instant,
) -> Result<bool, StoreError> {
    let ended = grant::ActiveModel {
        ended_at: ActiveValue::Set(Some(now.into())),
        end_reason: ActiveValue::Set(Some(reason)),
        ..Default::default()
    };
    let result = grant::Entity::update_many()
        .set(ended)
        .filter(which)
        .filter(grant::Column::EndedAt.is_null())
        .exec(database)
        .await?;
    Ok(result.rows_affected > 0)
}

/// Ends the grants of a condition that have not ended, locked in one order, and answers which they were.
/// Inside a transaction of the caller's.
pub(crate) async fn end_all(
    database: &impl ConnectionTrait,
    which: Condition,
    reason: EndReason,
    now: Instant,
) -> Result<Vec<GrantId>, StoreError> {
    let ids: Vec<Uuid> = grant::Entity::find()
        .select_only()
        .column(grant::Column::Id)
        .filter(which)
        .filter(grant::Column::EndedAt.is_null())
        .order_by_asc(grant::Column::Id)
        .lock(LockType::NoKeyUpdate)
        .into_tuple()
        .all(database)
        .await?;
    for some in ids.chunks(1_000) {
        let rows = Condition::all().add(grant::Column::Id.is_in(some.iter().copied()));
        end(database, rows, reason, now).await?;
    }
    Ok(ids.into_iter().map(GrantId::from).collect())
}

/// `false`: not this user's, or ended already.
pub(crate) async fn withdraw(
    database: &impl ConnectionTrait,
    id: GrantId,
    user_id: UserId,
    now: Instant,
) -> Result<bool, StoreError> {
    let of_user = Condition::all()
        .add(grant::Column::Id.eq(id.as_uuid()))
        .add(grant::Column::UserId.eq(user_id.as_uuid()));
    end(database, of_user, EndReason::Withdrawn, now).await
}

/// Inside a transaction of the caller's. A conflict: the partner is unknown or has deregistered, or the public id
/// belongs to a grant of another user or partner, or the reference to another grant.
pub(crate) async fn insert(database: &impl ConnectionTrait, new: &NewGrant) -> Result<(), StoreError> {
    let partner = partner::Entity::find_by_id(new.partner_id.as_str())
        .filter(partner::Column::DeletedAt.is_null())
        .lock(LockType::Share)
        .one(database)
        .await?;
    let of_another = grant::Entity::find()
        .filter(grant::Column::PublicId.eq(new.public_id.as_str()))
        .filter(
            Condition::any()
                .add(grant::Column::UserId.ne(new.user_id.as_uuid()))
                .add(grant::Column::PartnerId.ne(new.partner_id.as_str())),
        )
        .one(database)
        .await?;
    if partner.is_none() || of_another.is_some() {
        return Err(StoreError::Conflict);
    }
    let model = grant::Model {
        id: new.id.as_uuid(),
        public_id: new.public_id.clone(),
        reference: new.reference.as_str().to_owned(),
        user_id: new.user_id.as_uuid(),
        partner_id: new.partner_id.as_str().to_owned(),
        linkage_id: new.linkage_id.as_uuid(),
        continues: new.continues.map(|continued| continued.as_uuid()),
        businesses: JsonText::encode(&new.businesses)?,
        scope: new.scope.clone(),
        authorization_details: new.authorization_details.clone(),
        from_date: new.from_date.map(Into::into),
        claims: new.claims.clone(),
        auth_time: new.auth_time.into(),
        acr: new.acr.clone(),
        permitted_at: new.permitted_at.into(),
        expires_at: new.expires_at.into(),
        activated_at: None,
        ended_at: None,
        end_reason: None,
        last_access_at: None,
        cleared_at: None,
    };
    grant::Entity::insert(model.into_active_model())
        .exec_without_returning(database)
        .await?;
    let links: Vec<_> = (0u64..)
        .zip(&new.accounts)
        .map(|(position, account_id)| {
            grant_account::Model {
                grant_id: new.id.as_uuid(),
                account_id: account_id.as_uuid(),
                position: stored_count(position),
            }
            .into_active_model()
        })
        .collect();
    // Three parameters a row, of SQLite's 32,766.
    for links in links.chunks(1_000) {
        grant_account::Entity::insert_many(links.to_vec())
            .exec_without_returning(database)
            .await?;
    }
    Ok(())
}

impl TryFrom<grant::Model> for GrantRecord {
    type Error = StoreError;

    fn try_from(model: grant::Model) -> Result<Self, StoreError> {
        Ok(Self {
            id: model.id.into(),
            public_id: model.public_id,
            reference: model
                .reference
                .parse()
                .map_err(|_| StoreError::Corrupt("grant reference"))?,
            user_id: model.user_id.into(),
            partner_id: PartnerId::new(model.partner_id),
            linkage_id: model.linkage_id.into(),
            businesses: model.businesses.decode()?,
            scope: model.scope,
            authorization_details: model.authorization_details,
            from_date: model.from_date.map(Into::into),
            claims: model.claims,
            auth_time: model.auth_time.into(),
            acr: model.acr,
            permitted_at: model.permitted_at.into(),
            expires_at: model.expires_at.into(),
            activated_at: model.activated_at.map(Into::into),
            ended: model.ended_at.map(Into::into).zip(model.end_reason),
            last_access_at: model.last_access_at.map(Into::into),
        })
    }
}
