//! An account as the core last listed it, and the lease of its PIN gate.
//! Not here: queries; those are in `repository`.

use crate::column::instant::Micros;
use sea_orm::entity::prelude::*;

#[derive(Debug, Clone, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "inquiry_accounts")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) id: Uuid,
    #[sea_orm(unique)]
    pub(crate) core_account: String,
    pub(crate) branch_code: String,
    pub(crate) branch_name: String,
    pub(crate) account_type: String,
    pub(crate) account_number: String,
    pub(crate) holder_name: String,
    pub(crate) memo: Option<String>,
    pub(crate) updated_at: Micros,
    pub(crate) pin_lease_owner: Option<Uuid>,
    pub(crate) pin_lease_until: Option<Micros>,
}

#[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
