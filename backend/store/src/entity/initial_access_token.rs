//! What the operator hands to a partner that will register itself.
//! Not here: queries; those are in `repository`.

use crate::column::instant::Micros;
use crate::{JsonText, Sha256Digest};
use sea_orm::entity::prelude::*;

#[derive(Debug, Clone, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "initial_access_tokens")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) id: Uuid,
    #[sea_orm(unique)]
    pub(crate) token_hash: Sha256Digest,
    pub(crate) terms: JsonText,
    pub(crate) created_at: Micros,
    pub(crate) expires_at: Micros,
    pub(crate) uses_left: i64,
}

#[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
