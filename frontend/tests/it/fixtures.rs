//! Views as the server sends them: the accounts are those of the procedure guide.

use renkei_shared::linkage::{
    AccountRow, AccountStanding, BusinessSelectionView, CertificateFailureView, CertificateLoginView,
    CertificateView, CustomerView, EarlierPermission, EndReason, EndedView, LinkageView, Notice, PartnerView,
    PasswordView, PermissionAccount, PermissionView, PinRegistrationView, PinResultView, Progress, Relation,
    ReturningView, Severity, StepView,
};
use renkei_shared::problem::{Filling, ProblemCode};
use renkei_shared::vocabulary::{AccountLabel, AccountType, Business, RegistrationStatus};

/// The account that is not registered yet.
pub(crate) const FIRST: &str = "インターネット支店(001) 普通 2000002";
/// Another one.
pub(crate) const SECOND: &str = "インターネット支店(202) 普通 1111111";

/// 受付番号 of what was permitted.
pub(crate) const REFERENCE: &str = "20261122-7K3M-9QXZ";

/// A view of a linkage at this step.
pub(crate) fn view(version: u64, current: u8, step: StepView) -> LinkageView {
    LinkageView {
        id: "t".into(),
        version,
        expires_at: "2026-11-22T16:00:00+09:00".into(),
        remaining_seconds: 600,
        extendable: true,
        progress: Progress { current, total: 6 },
        partner: PartnerView {
            name: "会計ソフト".into(),
            legal_name: "株式会社空知会計".into(),
            registration_number: "北海道財務局長（電代）第1号".into(),
            purpose: "会計帳簿への取り込み".into(),
            complaint_contact: "0120-000-000".into(),
        },
        customer: Some(CustomerView {
            company: "空知商事株式会社".into(),
            name: "空知太郎".into(),
        }),
        ui_locale: None,
        step,
    }
}

pub(crate) fn certificate_login() -> StepView {
    StepView::CertificateLogin(CertificateLoginView {
        accepted_issuers: vec!["CN=Sorachi Shinkumi Client CA".into()],
        failure: None,
    })
}

pub(crate) fn certificate_failure() -> StepView {
    StepView::CertificateLogin(CertificateLoginView {
        accepted_issuers: Vec::new(),
        failure: Some(CertificateFailureView {
            explanation: ProblemCode::CertificateExpired.explain(),
            certificate: Some(certificate()),
        }),
    })
}

pub(crate) fn certificate() -> CertificateView {
    CertificateView {
        subject: "CN=sorachi-taro".into(),
        serial: "4A:7F".into(),
        issuer: "CN=Sorachi Shinkumi Client CA".into(),
        not_before: "2025-04-01T00:00:00+09:00".into(),
        not_after: "2026-03-31T23:59:59+09:00".into(),
    }
}

pub(crate) fn password(remaining_tries: u32) -> StepView {
    password_after(remaining_tries, &[])
}

/// With these notices before it.
pub(crate) fn password_after(remaining_tries: u32, notices: &[(Severity, ProblemCode)]) -> StepView {
    StepView::Password(PasswordView {
        certificate: certificate(),
        remaining_tries,
        notices: notices
            .iter()
            .map(|(severity, code)| Notice {
                severity: *severity,
                explanation: code.explain_with(&[Filling {
                    name: "date",
                    ja: "2026年12月31日".into(),
                    en: "31 December 2026".into(),
                }]),
            })
            .collect(),
    })
}

pub(crate) fn business_selection() -> StepView {
    StepView::BusinessSelection(BusinessSelectionView {
        businesses: Business::ALL.to_vec(),
        permitted: Vec::new(),
        continues: None,
    })
}

/// With an earlier permission of the first business.
pub(crate) fn business_selection_continued(relation: Relation) -> StepView {
    StepView::BusinessSelection(BusinessSelectionView {
        businesses: Business::ALL.to_vec(),
        permitted: vec![Business::Balance],
        continues: Some(earlier(relation)),
    })
}

fn earlier(relation: Relation) -> EarlierPermission {
    EarlierPermission {
        relation,
        permitted_on: "2026-09-01".into(),
        last_day: "2026-11-30".into(),
    }
}

fn account(
    id: &str,
    branch: (&str, &str),
    number: &str,
    memo: bool,
    status: RegistrationStatus,
) -> AccountRow {
    AccountRow {
        account_id: id.into(),
        label: AccountLabel {
            branch_name: branch.0.into(),
            branch_code: branch.1.into(),
            account_type: AccountType::Ordinary,
            account_number: number.into(),
        },
        memo: memo.then(|| "口座メモ5678901234567890".into()),
        status,
        pin_locked: false,
        remaining_tries: None,
        problem: None,
    }
}

/// The four accounts of the procedure guide as they stand before 手順3.
pub(crate) fn accounts() -> Vec<AccountRow> {
    use RegistrationStatus::{Registered, RegisteredNow, Unregistered};
    vec![
        account("a1", ("インターネット支店", "001"), "2000002", true, Unregistered),
        account(
            "a2",
            ("インターネット支店", "202"),
            "1111111",
            false,
            Unregistered,
        ),
        account("a3", ("インターネット支店", "202"), "2222222", false, Registered),
        account("a4", ("豊洲支店", "456"), "1000314", true, RegisteredNow),
    ]
}

pub(crate) fn pin_registration(accounts: Vec<AccountRow>) -> StepView {
    StepView::PinRegistration(PinRegistrationView {
        accounts,
        can_skip: true,
    })
}

/// The first account registered, the second refused.
pub(crate) fn pin_result() -> StepView {
    let mut accounts = accounts();
    accounts[0].status = RegistrationStatus::RegisteredNow;
    accounts[1].problem = Some(ProblemCode::PinWrong.explain_with_tries(4));
    StepView::PinResult(PinResultView {
        accounts,
        can_confirm: true,
        can_add_more: true,
    })
}

pub(crate) fn permission() -> StepView {
    permission_continued(Relation::Anew, AccountStanding::Included)
}

/// With an earlier permission, the first account standing as said.
pub(crate) fn permission_continued(relation: Relation, first: AccountStanding) -> StepView {
    let registered = accounts()
        .into_iter()
        .filter(|account| account.status.is_registered());
    StepView::Permission(PermissionView {
        businesses: vec![Business::Balance, Business::Statement],
        accounts: registered
            .enumerate()
            .map(|(place, row)| PermissionAccount {
                account_id: row.account_id,
                label: row.label,
                memo: row.memo,
                standing: if place == 0 {
                    first
                } else {
                    AccountStanding::Included
                },
            })
            .collect(),
        period_days: 90,
        last_day: "2027-02-20".into(),
        history_from: Some("2025-10-22".into()),
        replaces: Some(earlier(relation)),
    })
}

/// Permitted, and on the way back.
pub(crate) fn returning() -> StepView {
    StepView::Returning(ReturningView {
        reference: REFERENCE.into(),
        last_day: "2027-02-20".into(),
        way_back_seconds: 60,
    })
}

pub(crate) fn ended(reason: EndReason) -> StepView {
    StepView::Ended(EndedView {
        reason,
        return_url: Some("https://kaikei.localhost:8446/callback".into()),
        reference: None,
    })
}
