//! Who did what, when.
//! Not here: queries; those are in `repository`.

use crate::JsonText;
use crate::column::instant::Micros;
use sea_orm::entity::prelude::*;

#[derive(Debug, Clone, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "audit_events")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) id: Uuid,
    pub(crate) at: Micros,
    pub(crate) kind: String,
    pub(crate) linkage_id: Option<Uuid>,
    pub(crate) user_id: Option<Uuid>,
    pub(crate) partner_id: Option<String>,
    pub(crate) detail: JsonText,
}

#[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
