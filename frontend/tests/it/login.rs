//! The login as the customer finds it: what will be asked for, what went wrong, what would fail later.
//! Not here: the steps after it (`steps`), and sending (`acts`).

use crate::fixtures;
use crate::page::{all, appears, button, field, focused, one, press, says, text, texts, until};
use crate::steps::show;
use renkei_shared::linkage::Severity;
use renkei_shared::problem::ProblemCode;
use wasm_bindgen_test::wasm_bindgen_test;

#[wasm_bindgen_test]
async fn certificate_login() {
    show(1, fixtures::certificate_login(), "API連携認証（利用登録）（1/6）").await;
    for label in ["電子証明書ログイン", "API連携をキャンセル"] {
        button(label);
    }
    assert!(
        text().contains("CN=Sorachi Shinkumi Client CA"),
        "the accepted issuers are named"
    );
    assert!(text().contains("API連携先に伝わることはありません"));
    let drawing = one(".dialog-drawing").unwrap();
    assert_eq!(drawing.get_attribute("aria-hidden").as_deref(), Some("true"));
    assert!(says(&drawing).contains("CN=Sorachi Shinkumi Client CA"));
    assert!(
        says(&one("figcaption").unwrap())
            .contains("発行者が「CN=Sorachi Shinkumi Client CA」の証明書を選択し"),
        "what is drawn is also said"
    );
    assert_eq!(texts(".facts--narrow dt"), ["発行者", "保管場所"]);
    let guide = one(".guide-link a").unwrap();
    assert_eq!(
        guide.get_attribute("href").as_deref(),
        Some("/help/certificate?lang=ja")
    );
    assert!(says(&guide).contains("新しいタブ"));
}

#[wasm_bindgen_test]
async fn a_certificate_that_was_refused_is_shown_and_explained() {
    show(
        1,
        fixtures::certificate_failure(),
        "API連携認証（利用登録）（1/6）",
    )
    .await;
    let alert = appears("[role=alert]").await;
    for part in [
        "電子証明書の有効期限が切れています。",
        "CN=sorachi-taro",
        "4A:7F",
        "2026年3月31日 23:59",
        "更新済み",
        "別の証明書を選ぶには",
        "電子証明書の取り込み方法",
    ] {
        assert!(says(&alert).contains(part), "{part}");
    }
    until("the focus on the explanation", || focused() == alert.id()).await;
    button("電子証明書ログイン");
}

#[wasm_bindgen_test]
async fn password() {
    show(2, fixtures::password(5), "API連携認証（利用登録）（2/6）").await;
    let input = field("ログインパスワード");
    assert_eq!(
        (input.type_(), input.autocomplete()),
        ("password".into(), "current-password".into())
    );
    button("API連携");
    assert!(text().contains("残り5回"));
}

#[wasm_bindgen_test]
async fn what_would_fail_later_stands_before_the_password() {
    let notices = [
        (Severity::Warning, ProblemCode::PasswordExpiring),
        (Severity::Information, ProblemCode::CertificateExpiring),
    ];
    let page = show(
        2,
        fixtures::password_after(5, &notices),
        "API連携認証（利用登録）（2/6）",
    )
    .await;
    let warning = says(&one(".alert--warning").unwrap());
    for part in ["2026年12月31日", "原因", "対処", "password_expiring"] {
        assert!(warning.contains(part), "{part}: {warning}");
    }
    assert!(says(&one(".alert--info").unwrap()).contains("電子証明書の有効期限が近づいています"));
    assert!(all("[role=alert]").is_empty(), "they interrupt nobody");
    let order = one(".alert--info")
        .unwrap()
        .compare_document_position(&field("ログインパスワード"));
    assert_eq!(order & 4, 4, "the field follows the notices");
    press("English");
    until("the notice in English", || {
        says(&one(".alert--warning").unwrap()).contains("31 December 2026")
    })
    .await;
    drop(page);
}

#[wasm_bindgen_test]
async fn what_blocks_leaves_nothing_to_type_and_a_way_out() {
    for code in [ProblemCode::PasswordExpired, ProblemCode::CoreUnavailable] {
        let step = fixtures::password_after(5, &[(Severity::Blocking, code)]);
        show(2, step, "API連携認証（利用登録）（2/6）").await;
        let alert = says(&appears("[role=alert]").await);
        assert!(alert.contains(code.as_str()), "{alert}");
        assert!(all("input").is_empty(), "nothing to type in vain");
        for label in ["API連携をキャンセル", "もう一度確認する"] {
            button(label);
        }
    }
}

#[wasm_bindgen_test]
async fn a_locked_user_is_told_who_unlocks() {
    show(2, fixtures::password(0), "API連携認証（利用登録）（2/6）").await;
    assert!(says(&appears("[role=alert]").await).contains("ロックの解除を依頼してください"));
    assert!(all("input").is_empty(), "nothing to type in vain");
    button("API連携をキャンセル");
}
