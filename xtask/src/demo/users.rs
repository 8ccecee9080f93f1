//! The demo's customers: who they are, and what proves it.
//! Not here: their accounts, which the simulator knows, and their certificates' files (`certificates`).

use crate::pki::Subject;

/// What the person may do in the bank's eyes.
#[derive(Clone, Copy, Debug, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Role {
    /// マスター
    Master,
    /// 管理者
    Administrator,
    /// 一般
    Ordinary,
}

/// A customer of the demo.
#[derive(Clone, Copy, Debug)]
pub(crate) struct User {
    /// Login name, and the key in the core banking system.
    pub(crate) key: &'static str,
    /// The person.
    pub(crate) name: &'static str,
    /// The company.
    pub(crate) company: &'static str,
    /// Role in the company.
    pub(crate) role: Role,
    /// Whether the company lets the person link.
    pub(crate) may_link: bool,
    /// Login password.
    pub(crate) password: &'static str,
}

impl User {
    /// The subject of the person's certificate.
    pub(crate) const fn subject(&self) -> Subject<'static> {
        Subject {
            organization: self.company,
            common_name: self.name,
        }
    }
}

/// The demo's customers. The passwords guard nothing but made-up data on this machine.
pub(crate) const USERS: [User; 4] = [
    User {
        key: "sorachi-taro",
        name: "空知 太郎",
        company: "空知商事株式会社",
        role: Role::Master,
        may_link: true,
        password: "sorachi-no-yuki-2026",
    },
    User {
        key: "hokkai-hanako",
        name: "北海 花子",
        company: "北海物産株式会社",
        role: Role::Administrator,
        may_link: true,
        password: "hokkai-no-umi-2026",
    },
    User {
        key: "yubari-jiro",
        name: "夕張 次郎",
        company: "夕張工業株式会社",
        role: Role::Ordinary,
        may_link: true,
        password: "yubari-no-natsu-2026",
    },
    User {
        key: "bibai-saburo",
        name: "美唄 三郎",
        company: "美唄運輸株式会社",
        role: Role::Ordinary,
        may_link: false,
        password: "bibai-no-haru-2026",
    },
];

/// The user whose name the certificates with a fault bear.
pub(crate) const FAULTY_COMPANY: &str = "空知商事株式会社";
