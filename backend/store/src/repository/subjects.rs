//! The names by which relying parties know a user, different for each sector (OpenID Connect Core section 8.1).
//! Not here: what a sector is, and how a name is made.

use super::repository;
use crate::StoreError;
use crate::entity::pairwise_subject;
use renkei_procedure::identity::UserId;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ConnectionTrait, EntityTrait, IntoActiveModel};

repository! {
    /// Names of users.
    pub struct Subjects;
}

impl Subjects<'_> {
    /// The name of a user in a sector: the one that it has, or from now on the candidate, which is random.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] where the user is unknown, or the candidate is somebody else's name in the sector.
    pub async fn pairwise(
        &self,
        sector: &str,
        user_id: UserId,
        candidate: &str,
    ) -> Result<String, StoreError> {
        if let Some(known) = lookup(self.store.read(), sector, user_id).await? {
            return Ok(known);
        }
        let model = pairwise_subject::Model {
            sector: sector.to_owned(),
            user_id: user_id.as_uuid(),
            subject: candidate.to_owned(),
        };
        let key = [pairwise_subject::Column::Sector, pairwise_subject::Column::UserId];
        let inserted = pairwise_subject::Entity::insert(model.into_active_model())
            .on_conflict(OnConflict::columns(key).do_nothing().to_owned())
            .exec_without_returning(self.store.write())
            .await?;
        if inserted == 1 {
            return Ok(candidate.to_owned());
        }
        // Somebody was quicker. Names are never taken back.
        lookup(self.store.read(), sector, user_id)
            .await?
            .ok_or(StoreError::Conflict)
    }
}

async fn lookup(
    database: &impl ConnectionTrait,
    sector: &str,
    user_id: UserId,
) -> Result<Option<String>, StoreError> {
    let found = pairwise_subject::Entity::find_by_id((sector.to_owned(), user_id.as_uuid()))
        .one(database)
        .await?;
    Ok(found.map(|row| row.subject))
}
