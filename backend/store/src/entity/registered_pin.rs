//! A sealed inquiry PIN.
//! Not here: queries; those are in `repository`.

use crate::Undisclosed;
use crate::column::instant::Micros;
use sea_orm::entity::prelude::*;

#[derive(Debug, Clone, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "registered_pins")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) user_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) account_id: Uuid,
    pub(crate) sealed: Undisclosed,
    pub(crate) registered_at: Micros,
    pub(crate) linkage_id: Option<Uuid>,
    pub(crate) refused_at: Option<Micros>,
    pub(crate) proven_until: Option<Micros>,
}

#[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
