//! A try at the certificate listener, and its judgement.
//! Not here: queries; those are in `repository`.

use crate::column::instant::Micros;
use crate::{JsonText, RunKind, Sha256Digest};
use sea_orm::entity::prelude::*;

#[derive(Debug, Clone, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "certificate_attempts")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) id: Uuid,
    #[sea_orm(unique)]
    pub(crate) attempt_hash: Sha256Digest,
    pub(crate) subject_kind: RunKind,
    pub(crate) subject_id: Uuid,
    pub(crate) created_at: Micros,
    pub(crate) expires_at: Micros,
    pub(crate) judgement: Option<JsonText>,
    #[sea_orm(unique)]
    pub(crate) result_hash: Option<Sha256Digest>,
    pub(crate) result_expires_at: Option<Micros>,
    pub(crate) consumed_at: Option<Micros>,
}

#[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
