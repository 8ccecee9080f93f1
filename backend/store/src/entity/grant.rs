//! A permission that was given.
//! Not here: queries; those are in `repository`.

use crate::column::day::Day;
use crate::column::instant::Micros;
use crate::{EndReason, JsonText};
use sea_orm::entity::prelude::*;

#[derive(Debug, Clone, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "grants")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) id: Uuid,
    pub(crate) public_id: String,
    pub(crate) reference: String,
    pub(crate) user_id: Uuid,
    pub(crate) partner_id: String,
    pub(crate) linkage_id: Uuid,
    pub(crate) continues: Option<Uuid>,
    pub(crate) businesses: JsonText,
    pub(crate) scope: String,
    pub(crate) authorization_details: Option<JsonText>,
    pub(crate) from_date: Option<Day>,
    pub(crate) claims: Option<JsonText>,
    pub(crate) auth_time: Micros,
    pub(crate) acr: String,
    pub(crate) permitted_at: Micros,
    pub(crate) expires_at: Micros,
    pub(crate) activated_at: Option<Micros>,
    pub(crate) ended_at: Option<Micros>,
    pub(crate) end_reason: Option<EndReason>,
    pub(crate) last_access_at: Option<Micros>,
    pub(crate) cleared_at: Option<Micros>,
}

#[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
pub(crate) enum Relation {
    #[sea_orm(
        belongs_to = "super::partner::Entity",
        from = "Column::PartnerId",
        to = "super::partner::Column::ClientId"
    )]
    Partner,
}

impl Related<super::partner::Entity> for Entity {
    fn to() -> RelationDef {
        Relation::Partner.def()
    }
}

impl ActiveModelBehavior for ActiveModel {}
