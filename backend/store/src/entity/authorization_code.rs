//! An authorization code.
//! Not here: queries; those are in `repository`.

use crate::Sha256Digest;
use crate::column::instant::Micros;
use sea_orm::entity::prelude::*;

#[derive(Debug, Clone, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "authorization_codes")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) code_hash: Sha256Digest,
    pub(crate) grant_id: Uuid,
    pub(crate) linkage_id: Uuid,
    pub(crate) client_id: String,
    pub(crate) issued_at: Micros,
    pub(crate) expires_at: Micros,
    pub(crate) redeemed_at: Option<Micros>,
}

#[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
