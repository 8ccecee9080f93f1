//! What the demo says to the person who started it.
//! Not here: what it tells programs (`report`).

use super::certificates::{Certificates, FAULTS, P12_PASSWORD};
use super::configuration::Settings;
use super::report;
use super::users::USERS;

/// What to open, what to import, who to be.
pub(crate) fn text(settings: &Settings, certificates: &Certificates, browser_opened: bool) -> String {
    let start = settings.partner_app_url();
    let authority = certificates.server_authority();
    let mut lines = vec![
        String::new(),
        "準備ができました / Ready".to_owned(),
        String::new(),
        format!("  ここから始めます / Start here:        {start}/"),
        format!(
            "  連携中のサービス / Your linkages:     {}/linkages",
            settings.issuer()
        ),
        String::new(),
    ];
    if browser_opened {
        lines.push("  開いたブラウザには電子証明書が入っています。".to_owned());
        lines.push("  The browser that opened already holds the certificates.".to_owned());
    } else {
        lines.push("  ブラウザに読み込むもの / Import into your browser:".to_owned());
        lines.push(format!(
            "  1. 認証局（信頼する） / authority to trust:  {}",
            authority.display()
        ));
        lines.push(format!(
            "  2. 電子証明書 / certificate:                 {}",
            certificates.user(USERS[0].key).p12.display()
        ));
        lines.push(format!(
            "     パスワード / its password:                {P12_PASSWORD}"
        ));
    }
    lines.push(String::new());
    lines.push("  利用者 / Users (電子証明書 certificate — ログインパスワード login password):".to_owned());
    for user in &USERS {
        let note = if user.may_link {
            ""
        } else {
            "  ※連携不可 / may not link"
        };
        lines.push(format!(
            "    {}（{}） {}.p12 — {}{note}",
            user.name, user.company, user.key, user.password
        ));
    }
    let faulty: Vec<String> = FAULTS.iter().map(|(_, name, _)| format!("{name}.p12")).collect();
    if let Some(folder) = certificates.faulty("expired").p12.parent() {
        lines.push(format!(
            "    使えない証明書 / bad ones: {}/{{{}}}",
            folder.display(),
            faulty.join(",")
        ));
    }
    lines.push(String::new());
    lines.push(format!(
        "  口座と照会用暗証番号 / Accounts and inquiry PINs: {}",
        report::path(&settings.folder).display()
    ));
    lines.push("  終わるとき / To stop: Ctrl-C".to_owned());
    lines.push(String::new());
    lines.join("\n")
}
