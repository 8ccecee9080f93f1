//! The DTOs of `/api/customer-session`: login to 「連携中のサービス」, the list of linkages, withdrawal.
//! Not here: the procedure's own views (`linkage`).

use crate::linkage::{CertificateLoginView, CustomerView, PasswordView};
use crate::vocabulary::{AccountLabel, Business};
use serde::{Deserialize, Serialize};

/// What `GET /api/customer-session` answers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CustomerSessionView {
    /// Goes up with each act that changed something.
    pub version: u64,
    /// When the session ends, RFC 3339 in Japan time.
    pub expires_at: String,
    /// Seconds until then by the server's clock.
    pub remaining_seconds: u64,
    /// Who has logged in.
    pub customer: Option<CustomerView>,
    /// The step and its data: `"step"` and `"data"` on the wire.
    #[serde(flatten)]
    pub step: CustomerStepView,
}

/// Where the customer stands on the way to the list.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "step", content = "data", rename_all = "snake_case")]
pub enum CustomerStepView {
    /// The certificate comes first, as in the procedure.
    CertificateLogin(CertificateLoginView),
    /// Then the password.
    Password(PasswordView),
    /// 「連携中のサービス」
    Linkages(LinkagesView),
}

/// 「連携中のサービス」: the permissions in force.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LinkagesView {
    /// Newest first.
    pub linkages: Vec<PermittedLinkage>,
}

/// One permission in force.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PermittedLinkage {
    /// The grant's id.
    pub grant_id: String,
    /// 受付番号.
    pub reference: String,
    /// The service's name.
    pub partner_name: String,
    /// The company behind it.
    pub partner_legal_name: String,
    /// What may be used.
    pub businesses: Vec<Business>,
    /// Which accounts can be seen.
    pub accounts: Vec<AccountLabel>,
    /// When it was permitted, RFC 3339 in Japan time.
    pub permitted_at: String,
    /// Its last day, `YYYY-MM-DD`, Japan time.
    pub last_day: String,
    /// When the partner last asked for data, RFC 3339 in Japan time.
    pub last_access_at: Option<String>,
}

/// What an act of the customer session answers: a redirect to the certificate listener, or the next view.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum CustomerAnswer {
    /// To the certificate listener.
    Redirect(crate::linkage::Redirect),
    /// The next view.
    View(Box<CustomerSessionView>),
}

/// Body of `withdraw`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WithdrawAct {
    /// See [`crate::linkage::PlainAct::version`].
    pub version: u64,
    /// See [`crate::linkage::PlainAct::act_id`].
    pub act_id: String,
    /// [`PermittedLinkage::grant_id`].
    pub grant_id: String,
}
