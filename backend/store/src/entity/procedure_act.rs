//! What an act of a run answered.
//! Not here: queries; those are in `repository`.

use crate::JsonText;
use crate::column::instant::Micros;
use sea_orm::entity::prelude::*;

#[derive(Debug, Clone, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "procedure_acts")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) run_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) act_id: String,
    pub(crate) kind: String,
    pub(crate) outcome: Option<JsonText>,
    pub(crate) at: Micros,
}

#[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
