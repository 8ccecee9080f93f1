//! The receipt's words in both languages.
//! Not here: where they stand (`page`).

use renkei_shared::vocabulary::Language;

/// What the receipt says around its facts.
pub(super) struct Words {
    pub(super) lang: &'static str,
    pub(super) title: &'static str,
    pub(super) lead: &'static str,
    pub(super) reference: &'static str,
    pub(super) customer: &'static str,
    pub(super) permitted_at: &'static str,
    pub(super) period: &'static str,
    pub(super) until: &'static str,
    pub(super) target: &'static str,
    pub(super) history: &'static str,
    pub(super) history_from: &'static str,
    pub(super) accounts: &'static str,
    pub(super) partner: &'static str,
    pub(super) legal_name: &'static str,
    pub(super) registration: &'static str,
    pub(super) purpose: &'static str,
    pub(super) complaints: &'static str,
    pub(super) notes: &'static str,
    pub(super) withdraw: &'static str,
    pub(super) kept: &'static str,
    pub(super) read_only: &'static str,
    pub(super) replaced: &'static str,
}

/// In a language.
pub(super) const fn words(language: Language) -> &'static Words {
    match language {
        Language::Ja => &JAPANESE,
        Language::En => &ENGLISH,
    }
}

const JAPANESE: Words = Words {
    lang: "ja",
    title: "情報アクセス許可の控え",
    lead: "下記の内容で、お客様の口座情報へのアクセスを許可されました。",
    reference: "受付番号",
    customer: "許可された方",
    permitted_at: "許可した日時",
    period: "許可期間",
    until: "{date}まで",
    target: "認可対象",
    history: "照会できる明細の期間",
    history_from: "{date}以降の明細",
    accounts: "許可の対象となる口座",
    partner: "API連携先",
    legal_name: "事業者名",
    registration: "登録番号",
    purpose: "利用目的",
    complaints: "お問い合わせ・苦情の窓口",
    notes: "ご確認ください",
    withdraw: "許可はいつでも取り消せます。「連携中のサービス」の画面から解除してください。",
    kept: "許可の期間中に取得された口座情報は、許可の終了後もAPI連携先に残る場合があります。取り扱いはAPI連携先へお問い合わせください。",
    read_only: "許可されるのは照会のみです。振込などの取引は行われません。",
    replaced: "この控えは許可した時点の内容です。現在の状況は「連携中のサービス」の画面で確認してください。",
};

const ENGLISH: Words = Words {
    lang: "en",
    title: "Receipt of a permission",
    lead: "You have permitted access to your account information as follows.",
    reference: "Reference number",
    customer: "Permitted by",
    permitted_at: "Permitted at (Japan time)",
    period: "Permission period",
    until: "Until {date}",
    target: "Permitted target",
    history: "Period that statements cover",
    history_from: "Statements from {date} on",
    accounts: "Accounts that the permission covers",
    partner: "Service",
    legal_name: "Company",
    registration: "Registration number",
    purpose: "Purpose",
    complaints: "Enquiries and complaints",
    notes: "Please note",
    withdraw: "You may withdraw the permission at any time, on the page “Linked services”.",
    kept: "Account information fetched during the permission may stay with the service after its end. Please ask the service how it is handled.",
    read_only: "Only inquiries are permitted. No transfers or other transactions are made.",
    replaced: "This receipt says what was permitted at the time. For how it stands now, see the page “Linked services”.",
};
