//! A refresh token.
//! Not here: queries; those are in `repository`.

use crate::Sha256Digest;
use crate::column::instant::Micros;
use sea_orm::entity::prelude::*;

#[derive(Debug, Clone, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "refresh_tokens")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) token_hash: Sha256Digest,
    pub(crate) grant_id: Uuid,
    pub(crate) client_id: String,
    pub(crate) x5t_s256: Option<Sha256Digest>,
    pub(crate) jkt: Option<Sha256Digest>,
    pub(crate) issued_at: Micros,
    pub(crate) predecessor_hash: Option<Sha256Digest>,
    pub(crate) replaced_at: Option<Micros>,
    pub(crate) grace_until: Option<Micros>,
    pub(crate) revoked_at: Option<Micros>,
}

#[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
pub(crate) enum Relation {
    #[sea_orm(
        belongs_to = "super::grant::Entity",
        from = "Column::GrantId",
        to = "super::grant::Column::Id"
    )]
    Grant,
    #[sea_orm(
        belongs_to = "super::partner::Entity",
        from = "Column::ClientId",
        to = "super::partner::Column::ClientId"
    )]
    Partner,
}

impl Related<super::grant::Entity> for Entity {
    fn to() -> RelationDef {
        Relation::Grant.def()
    }
}

impl Related<super::partner::Entity> for Entity {
    fn to() -> RelationDef {
        Relation::Partner.def()
    }
}

impl ActiveModelBehavior for ActiveModel {}
