//! Each step as the customer finds it: labels to the letter of the procedure guide, and nothing decided beforehand.
//! Not here: the login (`login`).

use crate::fixtures::{self, FIRST, SECOND};
use crate::page::{
    Page, Reply, all, appears, button, document, field, focused, heading, one, press, says, text, texts,
    until,
};
use renkei_shared::linkage::{AccountStanding, EndReason, Relation, StepView};
use renkei_shared::problem::ProblemCode;
use renkei_shared::vocabulary::Language;
use wasm_bindgen_test::wasm_bindgen_test;

/// Shows one step and waits for its heading.
pub(crate) async fn show(current: u8, step: StepView, title: &str) -> Page {
    let view = fixtures::view(1, current, step);
    let page = Page::open("/linkages/t", move |_| Reply::ok(&view));
    heading(title).await;
    assert_eq!(
        document().title(),
        format!("{title}｜空知しんくみビジネスバンキング")
    );
    assert!(
        document().get_element_by_id("shell").is_none(),
        "the shell is gone"
    );
    assert!(
        text().contains("空知しんくみビジネスバンキング API連携認証"),
        "whose page it is"
    );
    assert!(
        text().contains("お問い合わせ：窓口 電話 0133（平日）"),
        "whom to ask"
    );
    assert!(!text().contains('{'), "a value was not filled in: {}", text());
    page
}

fn nothing_is_ticked() {
    assert!(all("input[type=checkbox]:checked").is_empty());
}

#[wasm_bindgen_test]
async fn business_selection() {
    show(
        3,
        fixtures::business_selection(),
        "API連携認証（認可業務選択）（利用登録）（3/6）",
    )
    .await;
    assert_eq!(texts("legend"), ["利用業務を選択"]);
    for label in ["残高照会", "入出金明細照会", "振込入金明細照会"] {
        field(label);
    }
    nothing_is_ticked();
    button("次へ");
}

#[wasm_bindgen_test]
async fn pin_registration() {
    let step = fixtures::pin_registration(fixtures::accounts());
    show(4, step, "API連携認証（照会用暗証番号登録）（利用登録）（4/6）").await;
    assert_eq!(
        texts("thead th"),
        [
            "登録状況",
            "照会用口座",
            "口座メモ",
            "照会用暗証番号（半角数字4桁）"
        ]
    );
    assert_eq!(
        texts("tbody td:nth-child(1)"),
        ["未登録", "未登録", "登録済み", "登録済み*"]
    );
    assert_eq!(
        texts("tbody th"),
        [
            FIRST,
            SECOND,
            "インターネット支店(202) 普通 2222222",
            "豊洲支店(456) 普通 1000314"
        ]
    );
    assert_eq!(texts("tbody tr:nth-child(3) td"), ["登録済み", "-", "-"]);
    for account in [FIRST, SECOND] {
        assert_eq!(field(account).type_(), "checkbox");
        let pin = field(&format!("照会用暗証番号 {account}"));
        assert_eq!(
            (pin.type_(), pin.autocomplete()),
            ("password".into(), "off".into())
        );
        assert_eq!(pin.get_attribute("inputmode").as_deref(), Some("numeric"));
    }
    assert_eq!(all("tbody input").len(), 4, "registered accounts take nothing");
    nothing_is_ticked();
    for label in ["登録", "登録せずに次へ", "API連携をキャンセル"] {
        button(label);
    }
    assert!(
        text().contains("* 「登録済み*」は、この手続きの中で"),
        "the asterisk is explained"
    );
}

#[wasm_bindgen_test]
async fn a_locked_pin_takes_nothing_and_says_who_unlocks_it() {
    let mut accounts = fixtures::accounts();
    accounts[0].pin_locked = true;
    show(
        4,
        fixtures::pin_registration(accounts),
        "API連携認証（照会用暗証番号登録）（利用登録）（4/6）",
    )
    .await;
    assert!(all("tbody tr:nth-child(1) input").is_empty());
    assert!(says(&one("tbody tr:nth-child(1)").unwrap()).contains("窓口で解除"));
}

#[wasm_bindgen_test]
async fn the_tries_left_are_said_once() {
    let mut accounts = fixtures::accounts();
    accounts[0].remaining_tries = Some(3);
    accounts[0].problem = Some(ProblemCode::PinNoLongerAccepted.explain());
    accounts[1].remaining_tries = Some(2);
    accounts[1].problem = Some(ProblemCode::PinWrong.explain_with_tries(2));
    show(
        4,
        fixtures::pin_registration(accounts),
        "API連携認証（照会用暗証番号登録）（利用登録）（4/6）",
    )
    .await;
    let rows = texts("tbody tr");
    assert!(rows[0].contains("使用できなくなりました。") && rows[0].contains("残り3回"));
    assert!(rows[1].contains("あと2回") && !rows[1].contains("残り2回"));
}

#[wasm_bindgen_test]
async fn pin_result() {
    show(
        5,
        fixtures::pin_result(),
        "API連携認証（照会用暗証番号登録結果）（5/6）",
    )
    .await;
    assert_eq!(
        texts("tbody td:nth-child(1) .status"),
        ["登録済み*", "未登録", "登録済み", "登録済み*"]
    );
    let refused = texts("tbody tr:nth-child(2) td:nth-child(1)").join("");
    assert!(
        refused.contains("照会用暗証番号が違います。") && refused.contains("あと4回"),
        "{refused}"
    );
    assert_eq!(texts("tbody td:nth-child(4)"), ["-"; 4]);
    for label in ["確定", "照会用暗証番号の追加登録", "API連携をキャンセル"] {
        button(label);
    }
}

#[wasm_bindgen_test]
async fn permission() {
    show(
        6,
        fixtures::permission(),
        "API連携認証（情報アクセス許可）（利用登録）（6/6）",
    )
    .await;
    for part in [
        "認可対象",
        "信用組合 入出金明細帳",
        "許可期間",
        "一定期間(90日)",
        "2027年2月20日まで",
        "意思確認",
        "株式会社空知会計",
        "北海道財務局長（電代）第1号",
        "会計帳簿への取り込み",
        "0120-000-000",
        "2025年10月22日以降",
        "2026年9月1日に許可した連携（2026年11月30日まで）",
        "API連携先に渡ることはありません",
        "この許可の要点",
        "2口座（下の一覧で",
        "いつでも解除できます",
    ] {
        assert!(text().contains(part), "{part}");
    }
    assert_eq!(
        texts("a[href='/linkages']").join("").split('（').next(),
        Some("連携中のサービス")
    );
    field("許可手続きを継続する");
    nothing_is_ticked();
    for label in ["許可", "API連携をキャンセル"] {
        button(label);
    }
}

#[wasm_bindgen_test]
async fn a_permission_that_is_renewed_is_proposed_as_it_was() {
    const TITLE: &str = "API連携認証（認可業務選択）（利用登録）（3/6）";
    show(
        3,
        fixtures::business_selection_continued(Relation::Replace),
        TITLE,
    )
    .await;
    assert!(field("残高照会").checked() && !field("残高照会").disabled());
    assert!(!field("入出金明細照会").checked());

    let step = fixtures::permission_continued(Relation::Replace, AccountStanding::LeftOut);
    show(6, step, "API連携認証（情報アクセス許可）（利用登録）（6/6）").await;
    assert!(text().contains("以前の許可を更新します"));
    assert_eq!(
        all("tbody input:checked").len(),
        1,
        "left out before, so left out now"
    );
    assert!(!field("許可手続きを継続する").checked());
}

#[wasm_bindgen_test]
async fn what_is_added_to_stays_and_is_not_sent() {
    const TITLE: &str = "API連携認証（認可業務選択）（利用登録）（3/6）";
    show(3, fixtures::business_selection_continued(Relation::Merge), TITLE).await;
    assert!(field("残高照会").checked() && field("残高照会").disabled());

    let step = fixtures::permission_continued(Relation::Merge, AccountStanding::Kept);
    let page = show(6, step, "API連携認証（情報アクセス許可）（利用登録）（6/6）").await;
    assert!(text().contains("以前の許可に追加します"));
    assert_eq!(texts("tbody tr:nth-child(1) .tag"), ["許可済み"]);
    assert!(all("tbody tr:nth-child(1) input").is_empty());
    field("許可手続きを継続する").click();
    press("許可");
    until("the act", || !page.acts().is_empty()).await;
    let sent = page.act().body["account_ids"].clone();
    assert_eq!(sent.as_array().map(Vec::len), Some(1), "{sent}");
}

#[wasm_bindgen_test]
async fn the_partner_s_language_goes_before_the_browser_s_and_after_the_customer_s() {
    let remembered = || web_sys::window().unwrap().local_storage().unwrap().unwrap();
    remembered().remove_item("renkei-language").unwrap();
    let mut view = fixtures::view(1, 2, fixtures::password(5));
    view.ui_locale = Some(Language::En);
    let asked = view.clone();
    let _page = Page::open("/linkages/t", move |_| Reply::ok(&asked));
    heading("API linkage (registration) (2/6)").await;
    press("日本語");
    heading("API連携認証（利用登録）（2/6）").await;
    let _page = Page::open("/linkages/t", move |_| Reply::ok(&view));
    heading("API連携認証（利用登録）（2/6）").await;
    remembered().remove_item("renkei-language").unwrap();
}

#[wasm_bindgen_test]
async fn each_end_says_why_and_leads_back() {
    for (reason, title) in [
        (EndReason::Cancelled, "API連携をキャンセルしました"),
        (EndReason::TimedOut, "手続きの制限時間を過ぎました"),
        (EndReason::Completed, "API連携の手続きは完了しています"),
        (EndReason::PartnerSuspended, "このAPI連携先は現在利用できません"),
        (
            EndReason::OtherCustomer,
            "API連携先が求めているお客様と異なります",
        ),
        (
            EndReason::GrantOfAnother,
            "API連携先が求めているお客様と異なります",
        ),
        (EndReason::GrantEnded, "更新する許可がすでに終了しています"),
        (
            EndReason::NoAccountOffered,
            "API連携先が求めている口座がありません",
        ),
    ] {
        show(6, fixtures::ended(reason), title).await;
        let back = one("a.button").unwrap();
        assert_eq!(says(&back), "API連携先へ戻る");
        assert_eq!(
            back.get_attribute("href").as_deref(),
            Some("https://kaikei.localhost:8446/callback")
        );
        assert!(
            !texts("button").contains(&"API連携をキャンセル".to_owned()),
            "nothing left to cancel"
        );
    }
}

#[wasm_bindgen_test]
async fn every_step_speaks_english_and_keeps_what_was_typed() {
    show(2, fixtures::password(5), "API連携認証（利用登録）（2/6）").await;
    field("ログインパスワード").set_value("typed");
    press("English");
    heading("API linkage (registration) (2/6)").await;
    assert_eq!(field("Login password").value(), "typed");
    assert_eq!(
        document()
            .document_element()
            .unwrap()
            .get_attribute("lang")
            .as_deref(),
        Some("en")
    );
    assert!(
        text().contains("Sorachi Shinkumi Business Banking · API linkage"),
        "whose page it is"
    );
    assert!(
        text().contains("Contact: Counter, telephone 0133 (weekdays)"),
        "whom to ask"
    );
    assert!(!text().contains('{'), "{}", text());
    press("日本語");
    heading("API連携認証（利用登録）（2/6）").await;
    assert_eq!(field("ログインパスワード").value(), "typed");
}

#[wasm_bindgen_test]
async fn hundreds_of_accounts_can_be_searched_without_losing_input() {
    let mut accounts = Vec::new();
    for n in 0..300 {
        let mut account = fixtures::accounts()[n % 4].clone();
        account.account_id = format!("m{n}");
        account.label.account_number = format!("{:07}", 1_000_000 + n);
        if n == 7 {
            account.memo = Some("ｻｯﾎﾟﾛ本店".into());
        }
        accounts.push(account);
    }
    let page = show(
        4,
        fixtures::pin_registration(accounts),
        "API連携認証（照会用暗証番号登録）（利用登録）（4/6）",
    )
    .await;
    field("照会用暗証番号 インターネット支店(001) 普通 1000004").set_value("12");
    // Half-width digits find full-width ones and the other way round.
    crate::page::type_into("口座を検索", "１００００９９");
    until("the search", || all("tbody tr:not([hidden])").len() == 1).await;
    assert!(text().contains("300口座中 1口座を表示"));
    crate::page::type_into("口座を検索", "");
    until("all again", || all("tbody tr:not([hidden])").len() == 300).await;
    field("未登録の口座のみ表示").click();
    until("the unregistered", || all("tbody tr:not([hidden])").len() == 150).await;
    assert_eq!(
        field("照会用暗証番号 インターネット支店(001) 普通 1000004").value(),
        "12"
    );
    field("未登録の口座のみ表示").click();
    for spelling in ["サツポロ", "サッポロ", "さっぽろ", "ｻﾂﾎﾟﾛ"] {
        crate::page::type_into("口座を検索", "");
        until("all again", || all("tbody tr:not([hidden])").len() == 300).await;
        crate::page::type_into("口座を検索", spelling);
        until(spelling, || all("tbody tr:not([hidden])").len() == 1).await;
    }

    // All that are shown, and only those that take a PIN.
    let select = || field("表示中の口座をすべて選択");
    let offered = || one(".search-bar__all:not([hidden])").is_some();
    assert!(!offered(), "the one account that is shown is registered");
    crate::page::type_into("口座を検索", "100010");
    until("ten accounts", || all("tbody tr:not([hidden])").len() == 10).await;
    until("six of them take a PIN", offered).await;
    select().click();
    until("the number", || text().contains("選択中：6口座")).await;
    assert!(select().checked() && !select().indeterminate());
    all("tbody tr:not([hidden]) input[type=checkbox]")[0].click();
    until("neither", || select().indeterminate()).await;
    assert!(!select().checked());
    crate::page::type_into("口座を検索", "");
    until("all again", || all("tbody tr:not([hidden])").len() == 300).await;
    assert!(select().indeterminate() && text().contains("選択中：5口座"));

    // An error leads to its row, also where the filter hides it.
    crate::page::type_into("口座を検索", "1000299");
    until("another account", || {
        text().contains("（うち5口座は表示されていません）")
    })
    .await;
    press("登録");
    let summary = appears("[role=alert]").await;
    let link = all("[role=alert] a")[0].clone();
    assert!(says(&summary).contains("照会用暗証番号を入力してください。"));
    link.click();
    until("the row", || focused().starts_with("pin-m10")).await;
    assert_eq!(all("tbody tr:not([hidden])").len(), 300, "the filter is lifted");
    assert_eq!(field("口座を検索").value(), "");
    assert!(page.acts().is_empty());
}
