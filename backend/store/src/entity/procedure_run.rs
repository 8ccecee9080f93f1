//! A linkage or a customer session.
//! Not here: queries; those are in `repository`.

use crate::column::instant::Micros;
use crate::{JsonText, RunKind, Sha256Digest};
use sea_orm::entity::prelude::*;

#[derive(Debug, Clone, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "procedure_runs")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) id: Uuid,
    pub(crate) kind: RunKind,
    pub(crate) partner_id: Option<String>,
    pub(crate) user_id: Option<Uuid>,
    pub(crate) request_uri_hash: Option<Sha256Digest>,
    pub(crate) key_id: Option<String>,
    #[sea_orm(unique)]
    pub(crate) cookie_hash: Sha256Digest,
    pub(crate) cookie_counter: i64,
    pub(crate) state: JsonText,
    pub(crate) version: i64,
    pub(crate) started_at: Micros,
    pub(crate) expires_at: Micros,
    pub(crate) ended_at: Option<Micros>,
    pub(crate) busy_act: Option<String>,
    pub(crate) busy_kind: Option<String>,
    pub(crate) busy_until: Option<Micros>,
}

#[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
