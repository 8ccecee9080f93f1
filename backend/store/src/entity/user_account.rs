//! Which accounts the core lists for a user, in its order.
//! Not here: queries; those are in `repository`.

use sea_orm::entity::prelude::*;

#[derive(Debug, Clone, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "user_accounts")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) user_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) account_id: Uuid,
    pub(crate) position: i64,
}

#[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
pub(crate) enum Relation {
    #[sea_orm(
        belongs_to = "super::inquiry_account::Entity",
        from = "Column::AccountId",
        to = "super::inquiry_account::Column::Id"
    )]
    InquiryAccount,
}

impl Related<super::inquiry_account::Entity> for Entity {
    fn to() -> RelationDef {
        Relation::InquiryAccount.def()
    }
}

impl ActiveModelBehavior for ActiveModel {}
