//! A user of a company.
//! Not here: queries; those are in `repository`.

use crate::column::instant::Micros;
use crate::{Undisclosed, UserRole};
use sea_orm::entity::prelude::*;

#[derive(Debug, Clone, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "users")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) id: Uuid,
    #[sea_orm(unique)]
    pub(crate) login_name: String,
    pub(crate) name: String,
    pub(crate) company: String,
    pub(crate) role: UserRole,
    pub(crate) may_link: bool,
    pub(crate) core_user: String,
    pub(crate) password_hash: Undisclosed,
    pub(crate) failed_passwords: i64,
    pub(crate) locked_at: Option<Micros>,
    pub(crate) password_expires_at: Option<Micros>,
}

#[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
