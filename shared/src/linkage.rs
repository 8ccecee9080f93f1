//! The DTOs of `/api/linkages/{id}`: the whole view of the current step, and the body of each act.
//! Not here: which act is allowed when; `renkei-procedure` decides that and the page renders what it is told.

use crate::problem::Explanation;
use crate::secret::SecretText;
use crate::vocabulary::{AccountLabel, Business, Language, RegistrationStatus};
use serde::{Deserialize, Serialize};

/// The whole view of a linkage at its current step: what `GET /api/linkages/{id}` answers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LinkageView {
    /// The linkage's id, as in the page's address.
    pub id: String,
    /// Goes up with each act that changed something; an act must name the version that it saw.
    pub version: u64,
    /// When the time is up, RFC 3339 in Japan time.
    pub expires_at: String,
    /// Seconds until `expires_at` by the server's clock, so that the page needs no right clock of its own.
    pub remaining_seconds: u64,
    /// Whether `extend` would still give more time.
    pub extendable: bool,
    /// `（n/m）`.
    pub progress: Progress,
    /// Who asks.
    pub partner: PartnerView,
    /// Who has logged in, from the certificate step on.
    pub customer: Option<CustomerView>,
    /// The language that the partner asks for (`ui_locales` of OpenID Connect); what the customer has chosen goes before.
    pub ui_locale: Option<Language>,
    /// The step and its data: `"step"` and `"data"` on the wire.
    #[serde(flatten)]
    pub step: StepView,
}

/// `（n/m）`: which page of how many this is, counted by the server because steps are conditional.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Progress {
    /// n, from 1.
    pub current: u8,
    /// m.
    pub total: u8,
}

/// The partner as the customer must be able to know it (電子決済等代行業者).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PartnerView {
    /// The service's name, such as `会計ソフト`.
    pub name: String,
    /// The company's legal name.
    pub legal_name: String,
    /// 登録番号 of the electronic payment intermediary, such as `北海道財務局長（電代）第1号`.
    pub registration_number: String,
    /// What the data is used for.
    pub purpose: String,
    /// Where complaints go: a telephone number or mail address.
    pub complaint_contact: String,
}

/// The customer who has logged in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CustomerView {
    /// The company.
    pub company: String,
    /// The user of the company.
    pub name: String,
}

/// The step at which the linkage stands, with all that its page shows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "step", content = "data", rename_all = "snake_case")]
pub enum StepView {
    /// 手順1①
    CertificateLogin(CertificateLoginView),
    /// 手順1②
    Password(PasswordView),
    /// 手順2
    BusinessSelection(BusinessSelectionView),
    /// 手順3
    PinRegistration(PinRegistrationView),
    /// 手順4
    PinResult(PinResultView),
    /// 手順5
    Permission(PermissionView),
    /// Permitted; the result has yet to be handed back to the partner (act `return`).
    Returning(ReturningView),
    /// Over: cancelled, out of time, or handed back.
    Ended(EndedView),
}

/// A client certificate as a person can recognise it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CertificateView {
    /// Subject, RFC 4514 form.
    pub subject: String,
    /// Serial number, hexadecimal with colons.
    pub serial: String,
    /// Issuer, RFC 4514 form.
    pub issuer: String,
    /// First day of validity, RFC 3339 in Japan time.
    pub not_before: String,
    /// End of validity, RFC 3339 in Japan time.
    pub not_after: String,
}

/// Data of 手順1①.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CertificateLoginView {
    /// Names of the issuers whose certificates are accepted, as the browser's dialog will show them.
    pub accepted_issuers: Vec<String>,
    /// What happened at the last try, if it did not succeed.
    pub failure: Option<CertificateFailureView>,
}

/// Why the last certificate was not accepted.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CertificateFailureView {
    /// What happened, why, and what to do.
    pub explanation: Explanation,
    /// The certificate that was received, if one was.
    pub certificate: Option<CertificateView>,
}

/// Data of 手順1②.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PasswordView {
    /// The certificate that was accepted.
    pub certificate: CertificateView,
    /// How many wrong passwords remain until the lock; 0 when locked.
    pub remaining_tries: u32,
    /// What would fail later, the gravest first: said before the password is asked for.
    pub notices: Vec<Notice>,
}

/// Something that the customer should know before going on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notice {
    /// How grave it is.
    pub severity: Severity,
    /// What it is, why, and what to do.
    #[serde(flatten)]
    pub explanation: Explanation,
}

/// How grave a notice is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// The procedure leads nowhere at the moment: nothing is asked for.
    Blocking,
    /// It can go on, but something of it will fail, or will soon.
    Warning,
    /// Good to know in time.
    Information,
}

/// Data of 手順2.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BusinessSelectionView {
    /// What can be chosen. Nothing is pre-ticked but what an earlier permission, which is continued, permits.
    pub businesses: Vec<Business>,
    /// What the earlier permission permits.
    pub permitted: Vec<Business>,
    /// What becomes of the earlier permission, where one is continued.
    pub continues: Option<EarlierPermission>,
}

/// One row of the account table.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AccountRow {
    /// Stable id of the account within this customer's pages.
    pub account_id: String,
    /// 照会用口座.
    #[serde(flatten)]
    pub label: AccountLabel,
    /// 口座メモ, up to 20 full-width characters.
    pub memo: Option<String>,
    /// 登録状況.
    pub status: RegistrationStatus,
    /// The core has locked the account's PIN: it cannot be registered until the cooperative's counter unlocks it.
    pub pin_locked: bool,
    /// How many wrong PINs remain until the core's lock, where the core has said so.
    pub remaining_tries: Option<u32>,
    /// Why the row is still unregistered after an attempt in this procedure; where a PIN is to be entered, also why the
    /// one on file is good no more.
    pub problem: Option<Explanation>,
}

/// Data of 手順3.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PinRegistrationView {
    /// All inquiry accounts of the user.
    pub accounts: Vec<AccountRow>,
    /// At least one account is registered, so 「登録せずに次へ」 (act `confirm`) leads on.
    pub can_skip: bool,
}

/// Data of 手順4.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PinResultView {
    /// All inquiry accounts of the user, with what came of each: first those that need the customer's attention.
    pub accounts: Vec<AccountRow>,
    /// At least one account is registered, so 「確定」 leads on.
    pub can_confirm: bool,
    /// Something is still unregistered, so 「照会用暗証番号の追加登録」 makes sense.
    pub can_add_more: bool,
}

/// Data of 手順5.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PermissionView {
    /// What will be permitted.
    pub businesses: Vec<Business>,
    /// The registered accounts, of which the customer may leave some out, and those that an earlier permission covers
    /// and this one adds to.
    pub accounts: Vec<PermissionAccount>,
    /// 一定期間(90日).
    pub period_days: u16,
    /// The last calendar day of the permission, if permitted now: `YYYY-MM-DD`, Japan time.
    pub last_day: String,
    /// The first day of statements that may be read, because the core holds none before or the partner asks for none
    /// before: `YYYY-MM-DD`, where it is known.
    pub history_from: Option<String>,
    /// The permission whose place this one takes when the partner redeems the new code.
    pub replaces: Option<EarlierPermission>,
}

/// An account that the permission would cover.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PermissionAccount {
    /// Stable id of the account within this customer's pages.
    pub account_id: String,
    /// 照会用口座.
    #[serde(flatten)]
    pub label: AccountLabel,
    /// 口座メモ.
    pub memo: Option<String>,
    /// How the account stands before the customer decides.
    pub standing: AccountStanding,
}

/// How an account stands on the permission page before the customer decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AccountStanding {
    /// It will be permitted; the customer may leave it out.
    Included,
    /// It is left out, as in the earlier permission that is continued; the customer may take it in.
    LeftOut,
    /// The earlier permission covers it, and this one only adds to that: there is nothing to decide.
    Kept,
}

/// An earlier permission for the same partner.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EarlierPermission {
    /// What becomes of it.
    pub relation: Relation,
    /// The day it was given, `YYYY-MM-DD`, Japan time.
    pub permitted_on: String,
    /// Its last day, `YYYY-MM-DD`, Japan time.
    pub last_day: String,
}

/// How a new permission stands to an earlier one for the same partner.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Relation {
    /// The partner asks anew, without a word of the earlier one, which ends.
    Anew,
    /// The partner asks to have the earlier one replaced: its choices are the page's first proposal.
    Replace,
    /// The partner asks to have something added to the earlier one, all of which stays.
    Merge,
}

/// Data of the page between permission and return.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReturningView {
    /// 受付番号: by which the customer and the cooperative name the permission to each other.
    pub reference: String,
    /// The last day of what was permitted, `YYYY-MM-DD`, Japan time.
    pub last_day: String,
    /// For so many seconds the address that the last act answered is still good; after that the act `return` answers
    /// another.
    pub way_back_seconds: u64,
}

/// Data of a linkage that is over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EndedView {
    /// How it ended.
    pub reason: EndReason,
    /// The way back to the partner, with `error=access_denied`; none once a code was redeemed.
    pub return_url: Option<String>,
    /// 受付番号 of the permission, once its code was redeemed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
}

/// How a linkage ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EndReason {
    /// The customer cancelled.
    Cancelled,
    /// The time was up.
    TimedOut,
    /// The partner has redeemed the code.
    Completed,
    /// The partner was suspended by the operator in the meantime.
    PartnerSuspended,
    /// The partner asked for another customer than the one who logged in.
    OtherCustomer,
    /// The permission that the partner wants to continue was given by another customer.
    GrantOfAnother,
    /// The permission that the partner wants to continue has ended.
    GrantEnded,
    /// None of the accounts that the partner names is this customer's.
    NoAccountOffered,
}

/// What every act's body begins with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlainAct {
    /// The version that the page shows.
    pub version: u64,
    /// A fresh id for each intent: the same id again answers the stored outcome and does nothing twice.
    pub act_id: String,
}

/// Body of `certificate-result`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CertificateResultAct {
    /// See [`PlainAct::version`].
    pub version: u64,
    /// See [`PlainAct::act_id`].
    pub act_id: String,
    /// The one-time code that the certificate listener put into its redirect.
    pub code: String,
}

/// Body of `password`.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PasswordAct {
    /// See [`PlainAct::version`].
    pub version: u64,
    /// See [`PlainAct::act_id`].
    pub act_id: String,
    /// ログインパスワード.
    pub password: SecretText,
}

/// Body of `businesses`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BusinessesAct {
    /// See [`PlainAct::version`].
    pub version: u64,
    /// See [`PlainAct::act_id`].
    pub act_id: String,
    /// The ticked ones.
    pub businesses: Vec<Business>,
}

/// Body of `inquiry-pins`.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InquiryPinsAct {
    /// See [`PlainAct::version`].
    pub version: u64,
    /// See [`PlainAct::act_id`].
    pub act_id: String,
    /// The ticked rows.
    pub pins: Vec<PinEntry>,
}

/// One ticked row with its PIN.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PinEntry {
    /// [`AccountRow::account_id`].
    pub account_id: String,
    /// 照会用暗証番号 as typed.
    pub pin: SecretText,
}

/// Body of `permission`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PermissionAct {
    /// See [`PlainAct::version`].
    pub version: u64,
    /// See [`PlainAct::act_id`].
    pub act_id: String,
    /// The accounts that were left ticked.
    pub account_ids: Vec<String>,
    /// 意思確認: 「許可手続きを継続する」 was ticked.
    pub intent: bool,
    /// [`PermissionView::last_day`] as the page showed it. Where the day has turned since, nothing is permitted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_day: Option<String>,
}

/// What an act answers when it succeeds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum ActAnswer {
    /// Leave the page: to the certificate listener, or back to the partner.
    Redirect(Redirect),
    /// The next view.
    View(Box<LinkageView>),
}

/// Where the browser goes next.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Redirect {
    /// An absolute URL.
    pub redirect_to: String,
}
