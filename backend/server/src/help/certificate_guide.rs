//! 電子証明書の取り込み方法: the words of the guide, in both languages, browser by browser.
//! Not here: how they are laid out (`super`). Menu names are those of the systems in each language.

use renkei_shared::vocabulary::Language;

/// The guide in one language.
pub(super) struct Guide {
    pub(super) title: &'static str,
    pub(super) lead: &'static str,
    pub(super) other: OtherLanguage,
    pub(super) print: &'static str,
    pub(super) contents: &'static str,
    pub(super) sections: &'static [Section],
}

/// The way to the same guide in the other language.
pub(super) struct OtherLanguage {
    pub(super) address: &'static str,
    pub(super) code: &'static str,
    pub(super) name: &'static str,
}

/// A part of it.
pub(super) struct Section {
    pub(super) id: &'static str,
    pub(super) title: &'static str,
    pub(super) lead: &'static [&'static str],
    /// What introduces the names of the issuers, where they belong.
    pub(super) issuers: Option<&'static str>,
    /// What to do, in this order.
    pub(super) steps: &'static [&'static str],
    /// What to know besides.
    pub(super) remarks: &'static [&'static str],
}

/// The guide in this language.
pub(super) const fn of(language: Language) -> &'static Guide {
    match language {
        Language::Ja => &JA,
        Language::En => &EN,
    }
}

static JA: Guide = Guide {
    title: "電子証明書の取り込み方法",
    lead: "信用組合からお渡しした電子証明書のファイル（拡張子 .p12 または .pfx）を、お使いのパソコン・ブラウザに取り込む手順です。",
    other: OtherLanguage {
        address: "/help/certificate?lang=en",
        code: "en",
        name: "English",
    },
    print: "このページは、ブラウザの印刷機能（WindowsはCtrl+P、Macは⌘+P）で印刷できます。",
    contents: "目次",
    sections: &[
        Section {
            id: "before",
            title: "取り込む前に",
            lead: &[
                "電子証明書のファイル（.p12 または .pfx）と、ファイルのパスワードをご用意ください。ファイルのパスワードは、ログインパスワードとは異なります。信用組合からの案内をご確認ください。",
                "API連携の手続きを行うパソコンとブラウザに取り込んでください。電子証明書の保管場所は、次のように異なります。",
            ],
            issuers: Some("ご利用いただけるのは、次の発行者の電子証明書です。"),
            steps: &[],
            remarks: &[
                "WindowsのChrome・Edgeは、Windowsの証明書ストアに取り込んだ電子証明書を使用します。",
                "MacのChrome・Edge・Safariは、キーチェーンに取り込んだ電子証明書を使用します。",
                "Firefoxは、Firefox自身に取り込んだ電子証明書を使用します。新しい版のFirefoxでは、WindowsやMacに取り込んだものも使用できます。",
            ],
        },
        Section {
            id: "windows",
            title: "Windows：Chrome・Edge",
            lead: &[],
            issuers: None,
            steps: &[
                "電子証明書のファイルをダブルクリックします。「証明書のインポート ウィザード」が開きます。",
                "「保存場所」で「現在のユーザー」を選択し、「次へ」を押します。",
                "「ファイル名」に電子証明書のファイルが表示されていることを確認し、「次へ」を押します。",
                "「パスワード」にファイルのパスワードを入力し、「次へ」を押します。「このキーをエクスポート可能にする」は選択しないでください。",
                "「証明書の種類に基づいて、自動的に証明書ストアを選択する」が選択されていることを確認し、「次へ」を押します。",
                "「完了」を押します。「正しくインポートされました。」と表示されたら「OK」を押します。",
                "Chrome・Edgeのウィンドウをすべて閉じ、開き直します。",
            ],
            remarks: &[
                "取り込みの確認：Windowsの検索で「ユーザー証明書の管理」を開き、「個人」の「証明書」に、ご自身の証明書があることを確認します。",
            ],
        },
        Section {
            id: "macos",
            title: "Mac：Chrome・Edge・Safari",
            lead: &[],
            issuers: None,
            steps: &[
                "Spotlight検索（⌘+スペース）で「キーチェーンアクセス」を開きます。",
                "左側の「デフォルトキーチェーン」で「ログイン」を選択します。",
                "メニューバーの「ファイル」から「読み込む」を選択し、電子証明書のファイルを開きます。",
                "ファイルのパスワードを入力し、「OK」を押します。",
                "「自分の証明書」を選択し、ご自身の証明書が表示されていることを確認します。",
                "ブラウザを終了し（⌘+Q）、開き直します。",
            ],
            remarks: &[
                "電子証明書ログインのときに、キーチェーンのパスワードを求められることがあります。Macにログインするときのパスワードを入力し、「許可」または「常に許可」を押してください。",
            ],
        },
        Section {
            id: "firefox-windows",
            title: "Windows：Firefox",
            lead: &[],
            issuers: None,
            steps: &[
                "右上のメニュー（三本線）から「設定」を開きます。",
                "「プライバシーとセキュリティ」の「証明書」で、「証明書を表示」を押します。",
                "「あなたの証明書」を選択し、「インポート」を押します。",
                "電子証明書のファイルを選択し、「開く」を押します。",
                "ファイルのパスワードを入力し、「ログイン」または「OK」を押します。",
                "「あなたの証明書」の一覧に、ご自身の証明書が表示されたら「OK」を押します。",
            ],
            remarks: &["Firefoxのプライマリパスワードを設定している場合は、途中で入力を求められます。"],
        },
        Section {
            id: "firefox-macos",
            title: "Mac：Firefox",
            lead: &[],
            issuers: None,
            steps: &[
                "メニューバーの「Firefox」から「設定」を開きます。",
                "「プライバシーとセキュリティ」の「証明書」で、「証明書を表示」を押します。",
                "「あなたの証明書」を選択し、「読み込む」を押します。",
                "電子証明書のファイルを選択し、「開く」を押します。",
                "ファイルのパスワードを入力し、「ログイン」または「OK」を押します。",
                "「あなたの証明書」の一覧に、ご自身の証明書が表示されたら「OK」を押します。",
            ],
            remarks: &["Firefoxのプライマリパスワードを設定している場合は、途中で入力を求められます。"],
        },
        Section {
            id: "after",
            title: "取り込んだ後に",
            lead: &[],
            issuers: None,
            steps: &[
                "API連携の手続きの画面に戻ります。ブラウザを開き直した場合は、API連携先の画面からもう一度はじめてください。",
                "「電子証明書ログイン」を押し、証明書の選択画面で、取り込んだ証明書を選択して「OK」を押します。",
                "電子証明書のファイルは、ほかの人が使用できない場所に保管してください。",
            ],
            remarks: &[],
        },
        Section {
            id: "trouble",
            title: "証明書の選択画面が表示されないとき",
            lead: &[
                "選択できる電子証明書がないと、ブラウザは選択画面を表示しません。次の点をご確認ください。",
            ],
            issuers: None,
            steps: &[],
            remarks: &[
                "取り込んだパソコン・ブラウザで手続きを行っていますか。",
                "Windows・Macに、取り込んだときと同じユーザーでログインしていますか。",
                "電子証明書の有効期限は切れていませんか。切れている場合は、信用組合で更新の手続きを行ってください。",
                "取り込んだ後に、ブラウザを開き直しましたか。",
                "シークレットウィンドウなど、特別な状態のウィンドウを使用していませんか。",
            ],
        },
    ],
};

static EN: Guide = Guide {
    title: "How to import your certificate",
    lead: "How to import the certificate file that the cooperative gave you (its name ends in .p12 or .pfx) on your computer and in your browser.",
    other: OtherLanguage {
        address: "/help/certificate?lang=ja",
        code: "ja",
        name: "日本語",
    },
    print: "You can print this page with your browser (Ctrl+P on Windows, ⌘P on a Mac).",
    contents: "Contents",
    sections: &[
        Section {
            id: "before",
            title: "Before you begin",
            lead: &[
                "Have the certificate file (.p12 or .pfx) and its password at hand. The password of the file is not your login password; see what the cooperative sent you.",
                "Import the certificate on the computer and in the browser in which you will carry out the API linkage. Where it is kept differs:",
            ],
            issuers: Some("Certificates of these issuers are accepted."),
            steps: &[],
            remarks: &[
                "Chrome and Edge on Windows use the certificate store of Windows.",
                "Chrome, Edge and Safari on a Mac use the keychain.",
                "Firefox uses certificates imported into Firefox itself. Recent versions can also use those of Windows and of the Mac.",
            ],
        },
        Section {
            id: "windows",
            title: "Windows: Chrome and Edge",
            lead: &[],
            issuers: None,
            steps: &[
                "Double-click the certificate file. The Certificate Import Wizard opens.",
                "Choose Current User as the store location and press Next.",
                "Check that the file name is that of the certificate file and press Next.",
                "Enter the password of the file and press Next. Do not mark the key as exportable.",
                "Check that “Automatically select the certificate store based on the type of certificate” is chosen and press Next.",
                "Press Finish. When the wizard says that the import was successful, press OK.",
                "Close all windows of Chrome and Edge and open the browser again.",
            ],
            remarks: &[
                "To check: search Windows for “Manage user certificates” and see that your certificate stands under Personal, Certificates.",
            ],
        },
        Section {
            id: "macos",
            title: "Mac: Chrome, Edge and Safari",
            lead: &[],
            issuers: None,
            steps: &[
                "Open Keychain Access by Spotlight search (⌘Space).",
                "Choose login under Default Keychains on the left.",
                "Choose File, Import Items in the menu bar and open the certificate file.",
                "Enter the password of the file and press OK.",
                "Choose My Certificates and check that yours is there.",
                "Quit the browser (⌘Q) and open it again.",
            ],
            remarks: &[
                "At the certificate login you may be asked for the keychain's password. Enter the password with which you log in to the Mac, and press Allow or Always Allow.",
            ],
        },
        Section {
            id: "firefox-windows",
            title: "Windows: Firefox",
            lead: &[],
            issuers: None,
            steps: &[
                "Open Settings in the menu at the top right (three lines).",
                "Under Privacy & Security, Certificates, press View Certificates.",
                "Choose Your Certificates and press Import.",
                "Choose the certificate file and press Open.",
                "Enter the password of the file and press Sign in or OK.",
                "When your certificate stands in the list, press OK.",
            ],
            remarks: &["If you have set a primary password in Firefox, you are asked for it on the way."],
        },
        Section {
            id: "firefox-macos",
            title: "Mac: Firefox",
            lead: &[],
            issuers: None,
            steps: &[
                "Open Settings in the Firefox menu of the menu bar.",
                "Under Privacy & Security, Certificates, press View Certificates.",
                "Choose Your Certificates and press Import.",
                "Choose the certificate file and press Open.",
                "Enter the password of the file and press Sign in or OK.",
                "When your certificate stands in the list, press OK.",
            ],
            remarks: &["If you have set a primary password in Firefox, you are asked for it on the way."],
        },
        Section {
            id: "after",
            title: "Afterwards",
            lead: &[],
            issuers: None,
            steps: &[
                "Go back to the page of the API linkage. If you have reopened the browser, start again from the service's page.",
                "Press “Log in with certificate”, choose the imported certificate in the dialog and press OK.",
                "Keep the certificate file where nobody else can use it.",
            ],
            remarks: &[],
        },
        Section {
            id: "trouble",
            title: "If no certificate dialog appears",
            lead: &["A browser shows no dialog where it has no certificate to choose from. Please check:"],
            issuers: None,
            steps: &[],
            remarks: &[
                "Are you using the computer and browser in which you imported it?",
                "Are you logged in to Windows or the Mac as the same user as then?",
                "Has the certificate expired? Then please renew it at the cooperative.",
                "Have you reopened the browser since the import?",
                "Are you using a private window or another special mode?",
            ],
        },
    ],
};

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn both_languages_say_the_same_in_the_same_order() {
        let shape = |guide: &'static Guide| -> Vec<_> {
            guide
                .sections
                .iter()
                .map(|section| {
                    (
                        section.id,
                        section.lead.len(),
                        section.steps.len(),
                        section.remarks.len(),
                        section.issuers.is_some(),
                    )
                })
                .collect()
        };
        assert_eq!(shape(of(Language::Ja)), shape(of(Language::En)));
        let ids: BTreeSet<_> = JA.sections.iter().map(|section| section.id).collect();
        assert_eq!(
            ids.len(),
            JA.sections.len(),
            "a place in the contents leads to one section"
        );
    }
}
