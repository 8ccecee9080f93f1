//! The receipt of a permission: what was permitted to whom until when, as a file that a customer keeps.
//! Not here: who may have it; that is the doors' (`linkage`, `customers`).

mod page;
mod words;

use crate::linkage::inquiry_accounts::label;
use crate::services::Services;
use crate::web::problem::Problem;
use axum::extract::FromRequestParts;
use axum::http::header;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use renkei_procedure::identity::{GrantId, UserId};
use renkei_procedure::permission::last_day_before;
use renkei_procedure::reference::Reference;
use renkei_shared::problem::ProblemCode;
use renkei_shared::vocabulary::{AccountLabel, Business, Language};
use renkei_store::{PartnerRecord, UserRecord, WholeGrant};

/// `?lang=ja` or `?lang=en`; Japanese where it is absent.
pub(crate) struct ReceiptLanguage(Language);

impl<S: Send + Sync> FromRequestParts<S> for ReceiptLanguage {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        match parts.uri.query() {
            None | Some("lang=ja") => Ok(Self(Language::Ja)),
            Some("lang=en") => Ok(Self(Language::En)),
            Some(_) => Err(ProblemCode::ParameterInvalid.into()),
        }
    }
}

/// What stands on the receipt.
struct Receipt {
    reference: Reference,
    user: UserRecord,
    partner: PartnerRecord,
    businesses: Vec<Business>,
    accounts: Vec<AccountLabel>,
    permitted_at: String,
    last_day: String,
    from_date: Option<String>,
    management: String,
}

/// The receipt of a grant for the user who gave it; of another's there is none.
pub(crate) async fn receipt(
    app: &Services,
    grant: GrantId,
    user: UserId,
    ReceiptLanguage(language): ReceiptLanguage,
) -> Result<Response, Problem> {
    let whole = app.store.grants().whole(grant).await?;
    let whole = whole
        .filter(|whole| whole.grant.user_id == user)
        .ok_or(ProblemCode::NotFound)?;
    let user = app.store.users().find(user).await?.ok_or(ProblemCode::NotFound)?;
    let receipt = Receipt::of(whole, user, format!("{}/linkages", app.config.pages_origin()));
    let file = format!("attachment; filename=\"renkei-{}.html\"", receipt.reference);
    let page = page::page(&receipt, language);
    Ok(([(header::CONTENT_DISPOSITION, file)], page).into_response())
}

impl Receipt {
    fn of(whole: WholeGrant, user: UserRecord, management: String) -> Self {
        let grant = whole.grant;
        Self {
            reference: Reference::of(grant.id, grant.permitted_at),
            user,
            partner: whole.partner,
            businesses: grant
                .businesses
                .iter()
                .filter_map(|scope| Business::from_scope(scope))
                .collect(),
            accounts: whole.accounts.iter().map(label).collect(),
            permitted_at: grant.permitted_at.to_japan_rfc3339(),
            last_day: last_day_before(grant.expires_at).to_string(),
            from_date: grant.from_date.map(|day| day.to_string()),
            management,
        }
    }
}
