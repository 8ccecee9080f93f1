//! A pushed authorization request.
//! Not here: queries; those are in `repository`.

use crate::column::instant::Micros;
use crate::{JsonText, Sha256Digest};
use sea_orm::entity::prelude::*;

#[derive(Debug, Clone, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "pushed_requests")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) request_uri_hash: Sha256Digest,
    pub(crate) client_id: String,
    pub(crate) request: JsonText,
    pub(crate) created_at: Micros,
    pub(crate) expires_at: Micros,
    pub(crate) consumed_at: Option<Micros>,
}

#[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
