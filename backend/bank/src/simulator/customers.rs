//! The demo's users and their accounts, the procedure guide's own four among them.
//! Not here: what moves on the accounts (`movements`), and what changed since (`state`).
//!
//! PINs: the guide's four accounts have 1234, 2345, 3456, 4567; every other account has the last four digits of its
//! number.

use renkei_procedure::identity::{CoreAccountKey, CoreUserKey};
use renkei_shared::vocabulary::AccountType;

use crate::port::CoreAccount;

/// How much moves on an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Activity {
    /// Most working days several rows.
    Brisk,
    /// Some rows a week.
    Steady,
    /// A row now and then.
    Quiet,
    /// Interest only.
    Dormant,
}

pub(super) struct DemoAccount {
    pub(super) account: CoreAccount,
    pub(super) pin: String,
    /// Whether the demo starts with its PIN already registered with Renkei.
    pub(super) registered: bool,
    pub(super) activity: Activity,
    /// Whether the day of 3,000 rows is this account's.
    pub(super) has_busy_day: bool,
}

pub(super) struct DemoUser {
    pub(super) key: CoreUserKey,
    pub(super) accounts: Vec<DemoAccount>,
}

const GUIDE_MEMO: &str = "口座メモ5678901234567890";

pub(super) fn demo_users() -> Vec<DemoUser> {
    let users = [
        ("sorachi-taro", sorachi()),
        ("hokkai-hanako", hokkai()),
        ("yubari-jiro", yubari()),
        ("bibai-saburo", bibai()),
        // Known to the core, but not a single account may be asked for.
        ("takikawa-goro", Vec::new()),
    ];
    users
        .into_iter()
        .map(|(key, accounts)| DemoUser {
            key: CoreUserKey::new(key),
            accounts,
        })
        .collect()
}

struct Spec<'a> {
    key: u32,
    branch: (&'a str, &'a str),
    account_type: AccountType,
    number: String,
    holder: &'a str,
    memo: Option<String>,
    activity: Activity,
}

impl Spec<'_> {
    fn open(self) -> DemoAccount {
        let pin = self.number.chars().skip(3).collect();
        DemoAccount {
            account: CoreAccount {
                key: CoreAccountKey::new(format!("A{:010}", self.key)),
                branch_code: self.branch.0.to_owned(),
                branch_name: self.branch.1.to_owned(),
                account_type: self.account_type,
                account_number: self.number,
                holder_name: self.holder.to_owned(),
                memo: self.memo,
            },
            pin,
            registered: false,
            activity: self.activity,
            has_busy_day: false,
        }
    }
}

/// The account table of the guide, row by row. Its 豊洲支店 account reads 登録済み* there because it was registered
/// during the procedure that was photographed; so it starts unregistered.
fn sorachi() -> Vec<DemoAccount> {
    let rows = [
        (
            1,
            ("001", "インターネット支店"),
            "2000002",
            Some(GUIDE_MEMO),
            "1234",
            Activity::Brisk,
        ),
        (
            2,
            ("202", "インターネット支店"),
            "1111111",
            None,
            "2345",
            Activity::Quiet,
        ),
        (
            3,
            ("202", "インターネット支店"),
            "2222222",
            None,
            "3456",
            Activity::Steady,
        ),
        (
            4,
            ("456", "豊洲支店"),
            "1000314",
            Some(GUIDE_MEMO),
            "4567",
            Activity::Steady,
        ),
    ];
    rows.into_iter()
        .map(|(key, branch, number, memo, pin, activity)| {
            let spec = Spec {
                key,
                branch,
                account_type: AccountType::Ordinary,
                number: number.to_owned(),
                holder: "空知商事株式会社",
                memo: memo.map(str::to_owned),
                activity,
            };
            DemoAccount {
                pin: pin.to_owned(),
                registered: key == 3,
                has_busy_day: key == 1,
                ..spec.open()
            }
        })
        .collect()
}

const BRANCHES: [(&str, &str); 30] = [
    ("101", "札幌支店"),
    ("102", "札幌西支店"),
    ("103", "旭川支店"),
    ("104", "函館支店"),
    ("105", "帯広支店"),
    ("106", "釧路支店"),
    ("107", "北見支店"),
    ("108", "小樽支店"),
    ("109", "室蘭支店"),
    ("110", "苫小牧支店"),
    ("111", "岩見沢支店"),
    ("112", "滝川支店"),
    ("113", "深川支店"),
    ("114", "砂川支店"),
    ("115", "美唄支店"),
    ("116", "芦別支店"),
    ("117", "赤平支店"),
    ("118", "歌志内支店"),
    ("119", "三笠支店"),
    ("120", "夕張支店"),
    ("121", "留萌支店"),
    ("122", "稚内支店"),
    ("123", "名寄支店"),
    ("124", "富良野支店"),
    ("125", "網走支店"),
    ("126", "紋別支店"),
    ("127", "根室支店"),
    ("128", "千歳支店"),
    ("129", "江別支店"),
    ("130", "倶知安支店"),
];

const MEMOS: [Option<&str>; 12] = [
    Some("サッポロ配送センター"),
    None,
    Some("ｻｯﾎﾟﾛ倉庫"),
    Some("髙﨑工務店様 専用"),
    Some("給与"),
    None,
    Some("ﾆｾｺ・ｸｯﾁｬﾝ売上"),
    Some("社会保険料・税金の引き落とし用口座です。"),
    Some("山﨑（髙橋）分"),
    None,
    Some("EC sales / No.7"),
    Some("旅費精算①"),
];

fn hokkai() -> Vec<DemoAccount> {
    (0..300_u32)
        .map(|place| {
            let place_in = |length: usize| usize::try_from(place).unwrap_or(0) % length;
            let account_type = match place {
                _ if place % 7 == 3 => AccountType::Current,
                _ if place % 11 == 5 => AccountType::Savings,
                _ => AccountType::Ordinary,
            };
            let activity = match place % 10 {
                0 => Activity::Steady,
                9 => Activity::Dormant,
                _ => Activity::Quiet,
            };
            Spec {
                key: 1_001 + place,
                branch: BRANCHES[place_in(BRANCHES.len())],
                account_type,
                // 7,919 is prime to a million, so no two numbers are the same.
                number: format!("{:07}", 3_000_000 + (place * 7_919 + 4_321) % 1_000_000),
                holder: "北海物産株式会社",
                memo: MEMOS[place_in(MEMOS.len())].map(str::to_owned),
                activity,
            }
            .open()
        })
        .collect()
}

fn yubari() -> Vec<DemoAccount> {
    let rows = [
        (
            2_001,
            ("120", "夕張支店"),
            AccountType::Ordinary,
            "1230001",
            Some("本口座"),
            Activity::Brisk,
        ),
        (
            2_002,
            ("120", "夕張支店"),
            AccountType::Current,
            "0045678",
            None,
            Activity::Steady,
        ),
        (
            2_003,
            ("101", "札幌支店"),
            AccountType::Savings,
            "1230772",
            Some("ﾕｳﾊﾞﾘ積立"),
            Activity::Quiet,
        ),
    ];
    rows.into_iter()
        .map(|(key, branch, account_type, number, memo, activity)| {
            let spec = Spec {
                key,
                branch,
                account_type,
                number: number.to_owned(),
                holder: "夕張工業株式会社",
                memo: memo.map(str::to_owned),
                activity,
            };
            DemoAccount {
                registered: true,
                ..spec.open()
            }
        })
        .collect()
}

fn bibai() -> Vec<DemoAccount> {
    let rows = [
        (
            3_001,
            ("115", "美唄支店"),
            "1555001",
            Some("運送収入"),
            Activity::Steady,
        ),
        (3_002, ("111", "岩見沢支店"), "1555902", None, Activity::Quiet),
    ];
    rows.into_iter()
        .map(|(key, branch, number, memo, activity)| {
            Spec {
                key,
                branch,
                account_type: AccountType::Ordinary,
                number: number.to_owned(),
                holder: "美唄運輸株式会社",
                memo: memo.map(str::to_owned),
                activity,
            }
            .open()
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use renkei_shared::vocabulary::Language;
    use std::collections::BTreeSet;

    #[test]
    fn the_guides_accounts_are_as_photographed() {
        let users = demo_users();
        let shown: Vec<(String, Option<&str>, bool, &str)> = users[0]
            .accounts
            .iter()
            .map(|demo| {
                let label = demo.account.label().display(Language::Ja);
                (
                    label,
                    demo.account.memo.as_deref(),
                    demo.registered,
                    demo.pin.as_str(),
                )
            })
            .collect();
        let row = |label: &str, memo, registered, pin| (label.to_owned(), memo, registered, pin);
        assert_eq!(
            shown,
            [
                row(
                    "インターネット支店(001) 普通 2000002",
                    Some(GUIDE_MEMO),
                    false,
                    "1234"
                ),
                row("インターネット支店(202) 普通 1111111", None, false, "2345"),
                row("インターネット支店(202) 普通 2222222", None, true, "3456"),
                row("豊洲支店(456) 普通 1000314", Some(GUIDE_MEMO), false, "4567"),
            ]
        );
    }

    #[test]
    fn every_account_is_well_formed_and_one_of_a_kind() {
        let users = demo_users();
        let sizes: Vec<usize> = users.iter().map(|user| user.accounts.len()).collect();
        assert_eq!(sizes, [4, 300, 3, 2, 0]);
        let (mut keys, mut labels) = (BTreeSet::new(), BTreeSet::new());
        for demo in users.iter().flat_map(|user| &user.accounts) {
            let account = &demo.account;
            assert!(keys.insert(account.key.clone()), "{}", account.key);
            assert!(labels.insert(account.label()), "{}", account.label());
            let digits =
                |text: &str, count| text.len() == count && text.bytes().all(|byte| byte.is_ascii_digit());
            assert!(
                digits(&account.branch_code, 3) && digits(&account.account_number, 7) && digits(&demo.pin, 4)
            );
            assert!(
                account
                    .memo
                    .as_ref()
                    .is_none_or(|memo| memo.chars().count() <= 20),
                "{:?}",
                account.memo
            );
        }
        assert_eq!(
            users
                .iter()
                .flat_map(|user| &user.accounts)
                .filter(|demo| demo.has_busy_day)
                .count(),
            1
        );
        assert!(users[2].accounts.iter().all(|demo| demo.registered));
        assert_eq!(users[2].accounts[0].pin, "0001");
    }

    #[test]
    fn the_large_company_has_every_type_of_account_and_hard_names() {
        let users = demo_users();
        let accounts = &users[1].accounts;
        for account_type in [AccountType::Ordinary, AccountType::Current, AccountType::Savings] {
            assert!(
                accounts
                    .iter()
                    .any(|demo| demo.account.account_type == account_type)
            );
        }
        let memos: Vec<&str> = accounts
            .iter()
            .filter_map(|demo| demo.account.memo.as_deref())
            .collect();
        for wanted in ["サッポロ", "ｻｯﾎﾟﾛ", "髙﨑"] {
            assert!(memos.iter().any(|memo| memo.contains(wanted)), "{wanted}");
        }
        assert!(memos.len() < accounts.len());
    }
}
