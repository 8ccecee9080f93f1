//! 控え: what a customer has permitted, as a file to keep. Made anew each time from what is on file.
//! Not here: whose receipt a browser may have (`linkage`, `customers`).

mod sheet;
mod words;

use crate::institution::Institution;
use crate::services::App;
use crate::web::problem::Problem;
use aws_lc_rs::digest::{SHA256, digest};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse as _, Response};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use renkei_procedure::time::Instant;
use renkei_shared::problem::ProblemCode;
use renkei_shared::vocabulary::Language;
use renkei_store::{GrantRecord, InquiryAccountRecord, PartnerRecord, UserRecord};
use url::form_urlencoded;

/// The language that an address asks for by `?lang=`: Japanese, unless it is English.
pub(crate) fn language(query: Option<&str>) -> Language {
    let mut parameters = form_urlencoded::parse(query.unwrap_or_default().as_bytes());
    match parameters.find(|(name, _)| name == "lang") {
        Some((_, value)) if value == "en" => Language::En,
        _ => Language::Ja,
    }
}

/// All that stands in a receipt.
struct Content<'a> {
    grant: &'a GrantRecord,
    user: UserRecord,
    partner: PartnerRecord,
    accounts: Vec<InquiryAccountRecord>,
    /// 「連携中のサービス」.
    linkages: String,
    institution: &'a Institution,
    now: Instant,
}

/// The receipt of a grant, to be saved. The caller has seen to it that the grant is the customer's.
pub(crate) async fn receipt(app: &App, grant: &GrantRecord, language: Language) -> Result<Response, Problem> {
    let user = app.store.users().find(grant.user_id).await?;
    let partner = app.store.partners().find(&grant.partner_id).await?;
    let content = Content {
        grant,
        user: user.ok_or(ProblemCode::NotFound)?,
        partner: partner.ok_or(ProblemCode::NotFound)?,
        accounts: app.store.grants().accounts(grant.id).await?,
        linkages: format!("{}/linkages", app.config.pages_origin()),
        institution: &app.config.institution,
        now: app.ambient.now(),
    };
    let style = sheet::style(&app.config.institution);
    let policy = policy(&style);
    let mut response = sheet::sheet(&content, language, &style, &policy).into_response();
    let headers = response.headers_mut();
    if let Ok(policy) = HeaderValue::try_from(format!("{policy}; sandbox; frame-ancestors 'none'")) {
        headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    let file = format!("attachment; filename=\"renkei-{}.html\"", grant.reference);
    if let Ok(disposition) = HeaderValue::try_from(file) {
        headers.insert(header::CONTENT_DISPOSITION, disposition);
    }
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(response)
}

/// Nothing runs and nothing is loaded. The file must look the same years later without us, so its style is in it, named
/// by its hash.
fn policy(style: &str) -> String {
    let hash = STANDARD.encode(digest(&SHA256, style.as_bytes()));
    format!("default-src 'none'; style-src 'sha256-{hash}'; base-uri 'none'; form-action 'none'")
}
