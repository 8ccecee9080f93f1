//! Reads the server's answers: what `renkei-shared` serialises, field by field, through the browser's own JSON parser.
//! Not here: what is sent (`api`), and what the fields mean.
//!
//! The derived readers of serde weigh an eighth of all that a customer has to load, for flattened and tagged types above
//! all. These read the same types: a field that is added there does not compile here until it is read, and each test in
//! `tests/it` sends what serde wrote.

use js_sys::{Array, Reflect};
use renkei_shared::customers::{
    CustomerAnswer, CustomerSessionView, CustomerStepView, LinkagesView, PermittedLinkage,
};
use renkei_shared::linkage::{
    AccountRow, AccountStanding, ActAnswer, BusinessSelectionView, CertificateFailureView,
    CertificateLoginView, CertificateView, CustomerView, EarlierPermission, EndReason, EndedView,
    LinkageView, Notice, PartnerView, PasswordView, PermissionAccount, PermissionView, PinRegistrationView,
    PinResultView, Progress, Redirect, Relation, ReturningView, Severity, StepView,
};
use renkei_shared::problem::{Explanation, FieldProblem, ProblemDocument, Texts};
use renkei_shared::vocabulary::{AccountLabel, AccountType, Business, Language, RegistrationStatus};
use wasm_bindgen::JsValue;

/// A type that the server sends.
pub(crate) trait Wire: Sized {
    /// Reads a value; nothing where it is not what it should be. Members that we do not know are passed over.
    fn read(value: &Value) -> Option<Self>;
}

/// A parsed JSON value.
pub(crate) struct Value(JsValue);

/// Reads JSON.
pub(crate) fn parse<T: Wire>(json: &str) -> Option<T> {
    T::read(&Value(js_sys::JSON::parse(json).ok()?))
}

impl Value {
    fn member(&self, name: &str) -> Self {
        Self(Reflect::get(&self.0, &JsValue::from_str(name)).unwrap_or(JsValue::UNDEFINED))
    }

    fn text(&self, name: &str) -> Option<String> {
        self.member(name).0.as_string()
    }

    fn flag(&self, name: &str) -> Option<bool> {
        self.member(name).0.as_bool()
    }

    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a float cast saturates, and no number of ours comes near 2^53"
    )]
    fn number(&self, name: &str) -> Option<u64> {
        self.member(name).0.as_f64().map(|number| number as u64)
    }

    fn small<T: TryFrom<u64>>(&self, name: &str) -> Option<T> {
        self.number(name)?.try_into().ok()
    }

    fn part<T: Wire>(&self, name: &str) -> Option<T> {
        T::read(&self.member(name))
    }

    /// `null` or absent is nothing; anything else must be readable.
    #[expect(clippy::option_option, reason = "unreadable and absent are two things")]
    fn optional<T: Wire>(&self, name: &str) -> Option<Option<T>> {
        let member = self.member(name);
        if member.0.is_null() || member.0.is_undefined() {
            Some(None)
        } else {
            T::read(&member).map(Some)
        }
    }

    fn list<T: Wire>(&self, name: &str) -> Option<Vec<T>> {
        let member = self.member(name);
        let array = Array::is_array(&member.0).then(|| Array::from(&member.0))?;
        let mut items = Vec::with_capacity(usize::try_from(array.length()).unwrap_or_default());
        for index in 0..array.length() {
            items.push(T::read(&Self(array.get(index)))?);
        }
        Some(items)
    }
}

impl Wire for String {
    fn read(value: &Value) -> Option<Self> {
        value.0.as_string()
    }
}

impl Wire for u32 {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a float cast saturates, and counts of tries are small"
    )]
    fn read(value: &Value) -> Option<Self> {
        value.0.as_f64().map(|number| number as Self)
    }
}

impl Wire for ActAnswer {
    fn read(value: &Value) -> Option<Self> {
        Some(match value.text("redirect_to") {
            Some(redirect_to) => Self::Redirect(Redirect { redirect_to }),
            None => Self::View(Box::new(LinkageView::read(value)?)),
        })
    }
}

impl Wire for CustomerAnswer {
    fn read(value: &Value) -> Option<Self> {
        Some(match value.text("redirect_to") {
            Some(redirect_to) => Self::Redirect(Redirect { redirect_to }),
            None => Self::View(Box::new(CustomerSessionView::read(value)?)),
        })
    }
}

impl Wire for LinkageView {
    fn read(value: &Value) -> Option<Self> {
        Some(Self {
            id: value.text("id")?,
            version: value.number("version")?,
            expires_at: value.text("expires_at")?,
            remaining_seconds: value.number("remaining_seconds")?,
            extendable: value.flag("extendable")?,
            progress: value.part("progress")?,
            partner: value.part("partner")?,
            customer: value.optional("customer")?,
            ui_locale: value.optional("ui_locale")?,
            step: StepView::read(value)?,
        })
    }
}

impl Wire for Language {
    fn read(value: &Value) -> Option<Self> {
        Some(match value.0.as_string()?.as_str() {
            "ja" => Self::Ja,
            "en" => Self::En,
            _ => return None,
        })
    }
}

impl Wire for Progress {
    fn read(value: &Value) -> Option<Self> {
        Some(Self {
            current: value.small("current")?,
            total: value.small("total")?,
        })
    }
}

impl Wire for PartnerView {
    fn read(value: &Value) -> Option<Self> {
        Some(Self {
            name: value.text("name")?,
            legal_name: value.text("legal_name")?,
            registration_number: value.text("registration_number")?,
            purpose: value.text("purpose")?,
            complaint_contact: value.text("complaint_contact")?,
        })
    }
}

impl Wire for CustomerView {
    fn read(value: &Value) -> Option<Self> {
        Some(Self {
            company: value.text("company")?,
            name: value.text("name")?,
        })
    }
}

impl Wire for StepView {
    fn read(value: &Value) -> Option<Self> {
        Some(match value.text("step")?.as_str() {
            "certificate_login" => Self::CertificateLogin(value.part("data")?),
            "password" => Self::Password(value.part("data")?),
            "business_selection" => Self::BusinessSelection(value.part("data")?),
            "pin_registration" => Self::PinRegistration(value.part("data")?),
            "pin_result" => Self::PinResult(value.part("data")?),
            "permission" => Self::Permission(value.part("data")?),
            "returning" => Self::Returning(value.part("data")?),
            "ended" => Self::Ended(value.part("data")?),
            _ => return None,
        })
    }
}

impl Wire for CertificateView {
    fn read(value: &Value) -> Option<Self> {
        Some(Self {
            subject: value.text("subject")?,
            serial: value.text("serial")?,
            issuer: value.text("issuer")?,
            not_before: value.text("not_before")?,
            not_after: value.text("not_after")?,
        })
    }
}

impl Wire for CertificateLoginView {
    fn read(value: &Value) -> Option<Self> {
        Some(Self {
            accepted_issuers: value.list("accepted_issuers")?,
            failure: value.optional("failure")?,
        })
    }
}

impl Wire for CertificateFailureView {
    fn read(value: &Value) -> Option<Self> {
        Some(Self {
            explanation: value.part("explanation")?,
            certificate: value.optional("certificate")?,
        })
    }
}

impl Wire for PasswordView {
    fn read(value: &Value) -> Option<Self> {
        Some(Self {
            certificate: value.part("certificate")?,
            remaining_tries: value.part("remaining_tries")?,
            notices: value.list("notices")?,
        })
    }
}

impl Wire for Notice {
    fn read(value: &Value) -> Option<Self> {
        Some(Self {
            severity: value.part("severity")?,
            explanation: Explanation::read(value)?,
        })
    }
}

impl Wire for Severity {
    fn read(value: &Value) -> Option<Self> {
        Some(match value.0.as_string()?.as_str() {
            "blocking" => Self::Blocking,
            "warning" => Self::Warning,
            "information" => Self::Information,
            _ => return None,
        })
    }
}

impl Wire for BusinessSelectionView {
    fn read(value: &Value) -> Option<Self> {
        Some(Self {
            businesses: value.list("businesses")?,
            permitted: value.list("permitted")?,
            continues: value.optional("continues")?,
        })
    }
}

impl Wire for Business {
    fn read(value: &Value) -> Option<Self> {
        Self::from_scope(&value.0.as_string()?)
    }
}

impl Wire for RegistrationStatus {
    fn read(value: &Value) -> Option<Self> {
        Some(match value.0.as_string()?.as_str() {
            "unregistered" => Self::Unregistered,
            "registered" => Self::Registered,
            "registered_now" => Self::RegisteredNow,
            _ => return None,
        })
    }
}

impl Wire for AccountLabel {
    fn read(value: &Value) -> Option<Self> {
        Some(Self {
            branch_name: value.text("branch_name")?,
            branch_code: value.text("branch_code")?,
            account_type: AccountType::from_code(&value.text("account_type")?)?,
            account_number: value.text("account_number")?,
        })
    }
}

impl Wire for AccountRow {
    fn read(value: &Value) -> Option<Self> {
        Some(Self {
            account_id: value.text("account_id")?,
            label: AccountLabel::read(value)?,
            memo: value.optional("memo")?,
            status: value.part("status")?,
            pin_locked: value.flag("pin_locked")?,
            remaining_tries: value.optional("remaining_tries")?,
            problem: value.optional("problem")?,
        })
    }
}

impl Wire for PinRegistrationView {
    fn read(value: &Value) -> Option<Self> {
        Some(Self {
            accounts: value.list("accounts")?,
            can_skip: value.flag("can_skip")?,
        })
    }
}

impl Wire for PinResultView {
    fn read(value: &Value) -> Option<Self> {
        Some(Self {
            accounts: value.list("accounts")?,
            can_confirm: value.flag("can_confirm")?,
            can_add_more: value.flag("can_add_more")?,
        })
    }
}

impl Wire for PermissionView {
    fn read(value: &Value) -> Option<Self> {
        Some(Self {
            businesses: value.list("businesses")?,
            accounts: value.list("accounts")?,
            period_days: value.small("period_days")?,
            last_day: value.text("last_day")?,
            history_from: value.optional("history_from")?,
            replaces: value.optional("replaces")?,
        })
    }
}

impl Wire for PermissionAccount {
    fn read(value: &Value) -> Option<Self> {
        Some(Self {
            account_id: value.text("account_id")?,
            label: AccountLabel::read(value)?,
            memo: value.optional("memo")?,
            standing: value.part("standing")?,
        })
    }
}

impl Wire for AccountStanding {
    fn read(value: &Value) -> Option<Self> {
        Some(match value.0.as_string()?.as_str() {
            "included" => Self::Included,
            "left_out" => Self::LeftOut,
            "kept" => Self::Kept,
            _ => return None,
        })
    }
}

impl Wire for Relation {
    fn read(value: &Value) -> Option<Self> {
        Some(match value.0.as_string()?.as_str() {
            "anew" => Self::Anew,
            "replace" => Self::Replace,
            "merge" => Self::Merge,
            _ => return None,
        })
    }
}

impl Wire for EarlierPermission {
    fn read(value: &Value) -> Option<Self> {
        Some(Self {
            relation: value.part("relation")?,
            permitted_on: value.text("permitted_on")?,
            last_day: value.text("last_day")?,
        })
    }
}

impl Wire for ReturningView {
    fn read(value: &Value) -> Option<Self> {
        Some(Self {
            reference: value.text("reference")?,
            last_day: value.text("last_day")?,
            way_back_seconds: value.number("way_back_seconds")?,
        })
    }
}

impl Wire for EndedView {
    fn read(value: &Value) -> Option<Self> {
        let reason = match value.text("reason")?.as_str() {
            "cancelled" => EndReason::Cancelled,
            "timed_out" => EndReason::TimedOut,
            "completed" => EndReason::Completed,
            "partner_suspended" => EndReason::PartnerSuspended,
            "other_customer" => EndReason::OtherCustomer,
            "grant_of_another" => EndReason::GrantOfAnother,
            "grant_ended" => EndReason::GrantEnded,
            "no_account_offered" => EndReason::NoAccountOffered,
            _ => return None,
        };
        Some(Self {
            reason,
            return_url: value.optional("return_url")?,
            reference: value.optional("reference")?,
        })
    }
}

impl Wire for CustomerSessionView {
    fn read(value: &Value) -> Option<Self> {
        Some(Self {
            version: value.number("version")?,
            expires_at: value.text("expires_at")?,
            remaining_seconds: value.number("remaining_seconds")?,
            customer: value.optional("customer")?,
            step: match value.text("step")?.as_str() {
                "certificate_login" => CustomerStepView::CertificateLogin(value.part("data")?),
                "password" => CustomerStepView::Password(value.part("data")?),
                "linkages" => {
                    let linkages = value.member("data").list("linkages")?;
                    CustomerStepView::Linkages(LinkagesView { linkages })
                }
                _ => return None,
            },
        })
    }
}

impl Wire for PermittedLinkage {
    fn read(value: &Value) -> Option<Self> {
        Some(Self {
            grant_id: value.text("grant_id")?,
            reference: value.text("reference")?,
            partner_name: value.text("partner_name")?,
            partner_legal_name: value.text("partner_legal_name")?,
            businesses: value.list("businesses")?,
            accounts: value.list("accounts")?,
            permitted_at: value.text("permitted_at")?,
            last_day: value.text("last_day")?,
            last_access_at: value.optional("last_access_at")?,
        })
    }
}

impl Wire for Texts {
    fn read(value: &Value) -> Option<Self> {
        Some(Self {
            what: value.text("what")?,
            why: value.text("why")?,
            remedy: value.text("remedy")?,
        })
    }
}

impl Wire for Explanation {
    fn read(value: &Value) -> Option<Self> {
        Some(Self {
            code: value.text("code")?,
            ja: value.part("ja")?,
            en: value.part("en")?,
        })
    }
}

impl Wire for ProblemDocument {
    fn read(value: &Value) -> Option<Self> {
        Some(Self {
            kind: value.text("type")?,
            title: value.text("title")?,
            status: value.small("status")?,
            explanation: Explanation::read(value)?,
            remaining_tries: value.optional("remaining_tries")?,
            // Left out where there are none.
            fields: value.list("fields").unwrap_or_default(),
            request_id: value.optional("request_id")?,
            return_url: value.optional("return_url")?,
        })
    }
}

impl Wire for FieldProblem {
    fn read(value: &Value) -> Option<Self> {
        Some(Self {
            field: value.text("field")?,
            explanation: Explanation::read(value)?,
        })
    }
}
