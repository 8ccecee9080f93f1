//! The words of a receipt, in both languages; the type sees to it that neither lacks one.
//! Not here: labels that the pages have, too (`renkei_shared::vocabulary`).

use renkei_shared::vocabulary::Language;
use renkei_store::GrantStatus;

/// The words in one language.
pub(super) struct Words {
    pub(super) tag: &'static str,
    pub(super) title: &'static str,
    pub(super) lead: &'static str,
    pub(super) reference: &'static str,
    pub(super) reference_use: &'static str,
    pub(super) permission: &'static str,
    pub(super) customer: &'static str,
    pub(super) company: &'static str,
    pub(super) user: &'static str,
    pub(super) permitted_at: &'static str,
    /// `{time}`
    pub(super) japan_time: &'static str,
    pub(super) period: &'static str,
    /// `{date}`
    pub(super) until: &'static str,
    pub(super) standing: &'static str,
    pub(super) pending: &'static str,
    pub(super) active: &'static str,
    pub(super) over: &'static str,
    pub(super) partner: &'static str,
    pub(super) service: &'static str,
    pub(super) legal_name: &'static str,
    pub(super) registration: &'static str,
    pub(super) purpose: &'static str,
    pub(super) contact: &'static str,
    pub(super) businesses: &'static str,
    pub(super) accounts: &'static str,
    /// `{label}`, `{memo}`
    pub(super) account_with_memo: &'static str,
    pub(super) afterwards: &'static str,
    pub(super) withdrawal: &'static str,
    /// `{address}`
    pub(super) how_to_withdraw: &'static str,
    pub(super) data: &'static str,
    /// `{legal_name}`
    pub(super) what_becomes_of_data: &'static str,
    pub(super) secrets: &'static str,
    pub(super) never_passed: &'static str,
    /// `{time}`
    pub(super) made: &'static str,
}

impl Words {
    /// Those of a language.
    pub(super) const fn of(language: Language) -> &'static Self {
        match language {
            Language::Ja => &JA,
            Language::En => &EN,
        }
    }

    /// Where the permission stands.
    pub(super) const fn standing_of(&self, status: GrantStatus) -> &'static str {
        match status {
            GrantStatus::Pending => self.pending,
            GrantStatus::Active => self.active,
            GrantStatus::Expired | GrantStatus::Ended(_) => self.over,
        }
    }
}

const JA: Words = Words {
    tag: "ja",
    title: "情報アクセス許可の控え",
    lead: "お客様は、次の内容で口座情報へのアクセスを許可しました。",
    reference: "受付番号",
    reference_use: "お問い合わせの際にお知らせください。",
    permission: "許可の内容",
    customer: "許可したお客様",
    company: "会社名",
    user: "利用者",
    permitted_at: "許可した日時",
    japan_time: "{time}（日本時間）",
    period: "許可期間",
    until: "{date}まで",
    standing: "作成時点の状態",
    pending: "受付済み（API連携先での手続きが完了すると有効になります）",
    active: "有効",
    over: "終了",
    partner: "API連携先",
    service: "サービス名",
    legal_name: "事業者名",
    registration: "登録番号",
    purpose: "利用目的",
    contact: "お問い合わせ・苦情の窓口",
    businesses: "業務（照会のみ）",
    accounts: "口座",
    account_with_memo: "{label}（{memo}）",
    afterwards: "許可のあとについて",
    withdrawal: "許可の取り消し",
    how_to_withdraw: "許可はいつでも取り消せます。「連携中のサービス」（{address}）に電子証明書とログインパスワードでログインし、「連携を解除する」を押してください。",
    data: "取得された情報",
    what_becomes_of_data: "許可の期間中に取得された口座情報は、許可の終了後も{legal_name}に残る場合があります。取り扱いや消去については、同社へお問い合わせください。",
    secrets: "お客様の認証情報",
    never_passed: "電子証明書・ログインパスワード・照会用暗証番号が、API連携先に渡ることはありません。",
    made: "この控えの作成日時：{time}（日本時間）",
};

const EN: Words = Words {
    tag: "en",
    title: "Receipt: permission to access information",
    lead: "You have permitted access to account information as follows.",
    reference: "Reference number",
    reference_use: "Please quote it when you contact us.",
    permission: "What was permitted",
    customer: "Permitted by",
    company: "Company",
    user: "User",
    permitted_at: "Permitted",
    japan_time: "{time} (Japan time)",
    period: "Permission period",
    until: "until {date}",
    standing: "Status when this receipt was made",
    pending: "Received (it takes effect when the service completes the linkage)",
    active: "In force",
    over: "Ended",
    partner: "Service",
    service: "Name of the service",
    legal_name: "Company",
    registration: "Registration number",
    purpose: "Purpose",
    contact: "Inquiries and complaints",
    businesses: "Businesses (inquiries only)",
    accounts: "Accounts",
    account_with_memo: "{label} ({memo})",
    afterwards: "Afterwards",
    withdrawal: "Withdrawal",
    how_to_withdraw: "You can withdraw the permission at any time: log in to “Linked services” ({address}) with your client certificate and login password, and press “Withdraw”.",
    data: "Information fetched",
    what_becomes_of_data: "Account information fetched while the permission lasts may stay with {legal_name} after it ends. Ask the company how it handles and deletes it.",
    secrets: "Your credentials",
    never_passed: "Your certificate, login password and inquiry PINs are not passed to the service.",
    made: "This receipt was made on {time} (Japan time).",
};
