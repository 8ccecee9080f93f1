//! 「連携中のサービス」: the login, the list, and the withdrawal that tells its consequences first.

use crate::fixtures;
use crate::page::{
    Page, Reply, all, appears, button, heading, one, press, says, text, texts, type_into, until,
};
use renkei_shared::customers::{CustomerSessionView, CustomerStepView, LinkagesView, PermittedLinkage};
use renkei_shared::linkage::{CustomerView, PasswordView};
use renkei_shared::problem::{ProblemCode, ProblemDocument};
use renkei_shared::vocabulary::Business;
use wasm_bindgen_test::wasm_bindgen_test;

fn session(version: u64, step: CustomerStepView) -> CustomerSessionView {
    CustomerSessionView {
        version,
        expires_at: "2026-11-22T16:00:00+09:00".into(),
        remaining_seconds: 600,
        customer: Some(CustomerView {
            company: "空知商事株式会社".into(),
            name: "空知太郎".into(),
        }),
        step,
    }
}

fn permitted(id: &str, partner: &str) -> PermittedLinkage {
    PermittedLinkage {
        grant_id: id.into(),
        reference: format!("20261122-7K3M-{id}ZZ"),
        partner_name: partner.into(),
        partner_legal_name: "株式会社空知会計".into(),
        businesses: vec![Business::Statement],
        accounts: fixtures::accounts()
            .into_iter()
            .map(|account| account.label)
            .collect(),
        permitted_at: "2026-11-22T09:05:00+09:00".into(),
        last_day: "2027-02-20".into(),
        last_access_at: None,
    }
}

fn list(version: u64, linkages: Vec<PermittedLinkage>) -> CustomerSessionView {
    session(version, CustomerStepView::Linkages(LinkagesView { linkages }))
}

#[wasm_bindgen_test]
async fn without_a_session_the_login_is_offered() {
    Page::open("/", |_| {
        let problem = ProblemDocument::new(ProblemCode::SessionRequired);
        Reply::Answer(problem.status, serde_json::to_value(problem).unwrap())
    });
    heading("連携中のサービス").await;
    assert_eq!(
        web_sys::window().unwrap().location().pathname().unwrap(),
        "/linkages"
    );
    button("電子証明書ログイン");
    assert!(all("[role=alert]").is_empty(), "not being logged in is no error");
}

#[wasm_bindgen_test]
async fn the_password_leads_to_the_list() {
    let page = Page::open("/linkages", |seen| {
        if seen.what.ends_with("/password") {
            return Reply::ok(&list(2, vec![permitted("g1", "会計ソフト")]));
        }
        let password = PasswordView {
            certificate: fixtures::certificate(),
            notices: Vec::new(),
            remaining_tries: 5,
        };
        Reply::ok(&session(1, CustomerStepView::Password(password)))
    });
    heading("連携中のサービス").await;
    type_into("ログインパスワード", "secret");
    press("ログイン");
    until("the list", || text().contains("1件の連携があります。")).await;
    assert_eq!(page.act().body["password"], "secret");
    for part in [
        "会計ソフト",
        "株式会社空知会計",
        "入出金明細照会",
        "2026年11月22日 9:05",
        "2027年2月20日まで",
        "まだアクセスはありません",
        "20261122-7K3M-g1ZZ",
    ] {
        assert!(text().contains(part), "{part}");
    }
    let receipt = one("a[aria-label='控えを保存：会計ソフト']").unwrap();
    assert_eq!(
        receipt.get_attribute("href").as_deref(),
        Some("/api/customer-session/linkages/g1/receipt?lang=ja")
    );
    assert!(texts("li").contains(&"豊洲支店(456) 普通 1000314".to_owned()));
}

#[wasm_bindgen_test]
async fn a_withdrawal_tells_its_consequences_and_takes_the_row_away() {
    let page = Page::open("/linkages", |seen| {
        let rest = vec![permitted("g2", "資金繰りクラウド")];
        if seen.what.ends_with("/withdraw") {
            return Reply::ok(&list(5, rest));
        }
        let all = [vec![permitted("g1", "会計ソフト")], rest].concat();
        Reply::ok(&list(4, all))
    });
    until("the list", || text().contains("2件の連携があります。")).await;
    one("[aria-label='連携を解除する：会計ソフト']").unwrap().click();
    let dialog = appears("dialog[open]").await;
    for part in [
        "会計ソフトとの連携を解除しますか？",
        "直ちに口座情報を取得できなくなります",
        "株式会社空知会計に残ります",
    ] {
        assert!(says(&dialog).contains(part), "{part}");
    }
    press("解除しない");
    until("the dialog shut", || one("dialog[open]").is_none()).await;
    assert!(page.acts().is_empty(), "asking withdraws nothing");
    one("[aria-label='連携を解除する：会計ソフト']").unwrap().click();
    appears("dialog[open]").await;
    press("解除する");
    until("the row gone", || text().contains("1件の連携があります。")).await;
    assert_eq!(page.act().what, "POST /api/customer-session/withdraw");
    assert_eq!(
        (&page.act().body["grant_id"], &page.act().body["version"]),
        (&"g1".into(), &4.into())
    );
    until("the announcement", || {
        text().contains("会計ソフトとの連携を解除しました。")
    })
    .await;
    assert!(one("[aria-label='連携を解除する：会計ソフト']").is_none());
}
