//! A registered partner, the OAuth client.
//! Not here: queries; those are in `repository`.

use crate::column::instant::Micros;
use crate::{BusinessesMode, JsonText, PartnerProfile, Sha256Digest};
use sea_orm::entity::prelude::*;

#[derive(Debug, Clone, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "partners")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) client_id: String,
    pub(crate) name: String,
    pub(crate) legal_name: String,
    pub(crate) registration_number: String,
    pub(crate) purpose: String,
    pub(crate) complaint_contact: String,
    pub(crate) profile: PartnerProfile,
    pub(crate) businesses: BusinessesMode,
    pub(crate) registration: JsonText,
    pub(crate) sector: String,
    pub(crate) certificate_subject: Option<Sha256Digest>,
    pub(crate) secret_hash: Option<Sha256Digest>,
    pub(crate) registration_token_hash: Option<Sha256Digest>,
    pub(crate) registered_by: Option<Uuid>,
    pub(crate) registration_terms: Option<JsonText>,
    pub(crate) created_at: Micros,
    pub(crate) suspended_at: Option<Micros>,
    pub(crate) deleted_at: Option<Micros>,
}

#[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
