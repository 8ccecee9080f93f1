//! Sending acts: what is sent, what is not, what happens when no answer comes or the answer is no.

use crate::fixtures::{self, FIRST, SECOND};
use crate::page::{
    Page, Reply, Seen, appears, button, field, focused, heading, one, pause, press, says, text, type_into,
    until,
};
use renkei_shared::linkage::{EndReason, LinkageView, PermissionView, StepView};
use renkei_shared::problem::{ProblemCode, ProblemDocument};
use serde_json::json;
use std::cell::Cell;
use std::rc::Rc;
use wasm_bindgen::JsCast as _;
use wasm_bindgen_test::wasm_bindgen_test;

const PASSWORD_PAGE: &str = "API連携認証（利用登録）（2/6）";
const PIN_PAGE: &str = "API連携認証（照会用暗証番号登録）（利用登録）（4/6）";
const RESULT_PAGE: &str = "API連携認証（照会用暗証番号登録結果）（5/6）";
const PERMISSION_PAGE: &str = "API連携認証（情報アクセス許可）（利用登録）（6/6）";

fn at(version: u64, step: StepView) -> LinkageView {
    let current = match step {
        StepView::CertificateLogin(_) => 1,
        StepView::Password(_) => 2,
        StepView::BusinessSelection(_) => 3,
        StepView::PinRegistration(_) => 4,
        StepView::PinResult(_) => 5,
        _ => 6,
    };
    fixtures::view(version, current, step)
}

fn pins(version: u64) -> LinkageView {
    at(version, fixtures::pin_registration(fixtures::accounts()))
}

fn refusal(code: ProblemCode) -> Reply {
    Reply::Answer(
        code.status(),
        serde_json::to_value(ProblemDocument::new(code)).unwrap(),
    )
}

fn is_act(seen: &Seen) -> bool {
    seen.what.starts_with("POST ")
}

#[wasm_bindgen_test]
async fn typing_a_pin_ticks_its_row_and_only_ticked_rows_are_sent() {
    let page = Page::open("/linkages/t", |seen| {
        Reply::ok(&if is_act(seen) {
            at(8, fixtures::pin_result())
        } else {
            pins(7)
        })
    });
    heading(PIN_PAGE).await;
    type_into(&format!("照会用暗証番号 {FIRST}"), "１２３４");
    until("the tick", || field(FIRST).checked()).await;
    type_into(&format!("照会用暗証番号 {SECOND}"), "5678");
    until("the second tick", || field(SECOND).checked()).await;
    field(SECOND).click();
    press("登録");
    heading(RESULT_PAGE).await;
    let act = page.act();
    assert_eq!(act.what, "POST /api/linkages/t/inquiry-pins");
    assert_eq!(act.csrf.as_deref(), Some("1"));
    assert_eq!(act.body["version"], 7);
    assert_eq!(act.body["pins"], json!([{"account_id": "a1", "pin": "１２３４"}]));
    until("the focus on the heading", || focused() == "heading").await;
    assert!(
        !says(&one("[aria-live]").unwrap()).is_empty(),
        "the move is announced"
    );
}

#[wasm_bindgen_test]
async fn what_cannot_be_a_pin_is_told_and_not_sent() {
    let page = Page::open("/linkages/t", |_| Reply::ok(&pins(1)));
    heading(PIN_PAGE).await;
    press("登録");
    let summary = appears("[role=alert]").await;
    assert!(says(&summary).contains("登録する口座を選択してください。"));
    until("the focus on the summary", || focused() == summary.id()).await;
    type_into(&format!("照会用暗証番号 {FIRST}"), "12a4");
    type_into(&format!("照会用暗証番号 {SECOND}"), "123");
    press("登録");
    until("both faults", || {
        let text = one("[role=alert]")
            .map(|summary| says(&summary))
            .unwrap_or_default();
        text.contains("数字で入力") && text.contains("4桁で入力")
    })
    .await;
    let input = field(&format!("照会用暗証番号 {SECOND}"));
    assert_eq!(input.get_attribute("aria-invalid").as_deref(), Some("true"));
    let message = input.get_attribute("aria-describedby").unwrap();
    assert_eq!(
        says(&one(&format!("#{message}")).unwrap()),
        "照会用暗証番号は4桁で入力してください。"
    );
    assert!(crate::page::document().title().starts_with("エラー："));
    assert!(page.acts().is_empty());
}

#[wasm_bindgen_test]
async fn a_wrong_password_leaves_the_field_and_the_tries_are_counted_down() {
    let page = Page::open("/linkages/t", {
        let mut version = 1;
        move |seen| {
            if is_act(seen) {
                version = 2;
                let problem = ProblemDocument::with_remaining_tries(ProblemCode::PasswordWrong, 4);
                return Reply::Answer(422, serde_json::to_value(problem).unwrap());
            }
            Reply::ok(&at(version, fixtures::password(if version == 1 { 5 } else { 4 })))
        }
    });
    heading(PASSWORD_PAGE).await;
    press("表示");
    until("the password shown", || {
        field("ログインパスワード").type_() == "text"
    })
    .await;
    type_into("ログインパスワード", "wrong");
    press("API連携");
    let summary = appears("[role=alert]").await;
    assert!(says(&summary).contains("あと4回"));
    until("the tries", || text().contains("残り4回")).await;
    assert_eq!(field("ログインパスワード").value(), "");
    assert_eq!(field("ログインパスワード").type_(), "password");
    assert_eq!(page.act().body["password"], "wrong");
    type_into("ログインパスワード", "again");
    press("API連携");
    until("the second act", || page.acts().len() == 2).await;
    let acts = page.acts();
    assert_eq!(acts[1].body["version"], 2, "the version has moved on");
    assert_ne!(acts[0].body["act_id"], acts[1].body["act_id"], "another intent");
}

#[wasm_bindgen_test]
async fn an_unanswered_act_is_sent_again_with_the_same_id() {
    let page = Page::open("/linkages/t", {
        let mut hung_up = false;
        move |seen| match (is_act(seen), hung_up) {
            (true, false) => {
                hung_up = true;
                Reply::Nothing
            }
            (true, true) => Reply::ok(&at(3, fixtures::permission())),
            (false, _) => Reply::ok(&at(2, fixtures::pin_result())),
        }
    });
    heading(RESULT_PAGE).await;
    press("確定");
    heading(PERMISSION_PAGE).await;
    let acts = page.acts();
    assert_eq!(acts.len(), 2);
    assert_eq!(acts[0], acts[1]);
}

#[wasm_bindgen_test]
async fn when_patience_ends_the_customer_can_send_the_same_act_again() {
    let reachable = Rc::new(Cell::new(false));
    let page = Page::open("/linkages/t", {
        let reachable = reachable.clone();
        move |seen| match (is_act(seen), reachable.get()) {
            (true, false) => Reply::Nothing,
            (true, true) => Reply::ok(&at(3, fixtures::permission())),
            (false, _) => Reply::ok(&at(2, fixtures::pin_result())),
        }
    });
    heading(RESULT_PAGE).await;
    press("確定");
    until("the offer", || {
        text().contains("サーバーと通信できませんでした。")
    })
    .await;
    reachable.set(true);
    press("もう一度送信する");
    heading(PERMISSION_PAGE).await;
    let acts = page.acts();
    assert!(acts.iter().all(|act| *act == acts[0]), "{acts:?}");
}

#[wasm_bindgen_test]
async fn a_second_press_does_nothing_while_the_first_is_on_its_way() {
    let page = Page::open("/linkages/t", |seen| {
        if is_act(seen) {
            return Reply::Late(300, serde_json::to_value(at(3, fixtures::permission())).unwrap());
        }
        Reply::ok(&at(2, fixtures::pin_result()))
    });
    heading(RESULT_PAGE).await;
    press("確定");
    press("確定");
    press("照会用暗証番号の追加登録");
    pause(50).await;
    let confirm = button("確定");
    assert_eq!(confirm.get_attribute("aria-busy").as_deref(), Some("true"));
    assert!(!confirm.has_attribute("disabled"));
    heading(PERMISSION_PAGE).await;
    assert_eq!(page.act().what, "POST /api/linkages/t/confirm");
}

#[wasm_bindgen_test]
async fn an_act_that_is_still_being_worked_on_is_asked_after_with_the_same_id() {
    let page = Page::open("/linkages/t", {
        let mut asked = 0;
        move |seen| {
            if !is_act(seen) {
                return Reply::ok(&at(2, fixtures::pin_result()));
            }
            asked += 1;
            if asked == 1 {
                return refusal(ProblemCode::ActInProgress);
            }
            Reply::ok(&at(3, fixtures::permission()))
        }
    });
    heading(RESULT_PAGE).await;
    press("確定");
    heading(PERMISSION_PAGE).await;
    assert_eq!(page.acts()[0], page.acts()[1]);
}

#[wasm_bindgen_test]
async fn a_stale_page_shows_where_the_procedure_stands_and_says_so() {
    let page = Page::open("/linkages/t", {
        let mut moved = false;
        move |seen| {
            if is_act(seen) {
                moved = true;
                return refusal(ProblemCode::VersionStale);
            }
            Reply::ok(&if moved {
                at(5, fixtures::permission())
            } else {
                at(2, fixtures::pin_result())
            })
        }
    });
    heading(RESULT_PAGE).await;
    press("確定");
    heading(PERMISSION_PAGE).await;
    until("why", || text().contains("画面の内容が最新ではありません。")).await;
    assert_eq!(page.fetches(), 2);
}

#[wasm_bindgen_test]
async fn time_that_is_up_ends_the_page_and_an_extension_keeps_what_was_typed() {
    let page = Page::open("/linkages/t", {
        let mut extended = false;
        move |seen| {
            extended |= is_act(seen);
            let mut view = if extended { pins(2) } else { pins(1) };
            view.remaining_seconds = if extended { 600 } else { 90 };
            Reply::ok(&view)
        }
    });
    heading(PIN_PAGE).await;
    field(&format!("照会用暗証番号 {FIRST}")).set_value("12");
    press("時間を延長する");
    until("more time", || text().contains("約10分")).await;
    assert_eq!(page.act().what, "POST /api/linkages/t/extend");
    assert_eq!(field(&format!("照会用暗証番号 {FIRST}")).value(), "12");

    Page::open("/linkages/t", {
        let mut fetched = 0;
        move |_| {
            fetched += 1;
            let mut view = if fetched == 1 {
                pins(1)
            } else {
                at(2, fixtures::ended(EndReason::TimedOut))
            };
            view.remaining_seconds = u64::from(fetched == 1);
            Reply::ok(&view)
        }
    });
    heading(PIN_PAGE).await;
    heading("手続きの制限時間を過ぎました").await;
}

/// Leaves the one-time code where boot.js leaves it.
fn hand_over_code() {
    let window = web_sys::window().unwrap();
    let descriptor = js_sys::Object::new();
    js_sys::Reflect::set(&descriptor, &"value".into(), &"c0de".into()).unwrap();
    js_sys::Reflect::set(&descriptor, &"configurable".into(), &true.into()).unwrap();
    js_sys::Object::define_property(&window, &"renkeiCertificateResult".into(), &descriptor);
}

#[wasm_bindgen_test]
async fn the_one_time_code_is_redeemed_before_anything_is_shown() {
    hand_over_code();
    let page = Page::open("/linkages/t", |seen| {
        Reply::ok(&if is_act(seen) {
            at(2, fixtures::password(5))
        } else {
            at(1, fixtures::certificate_login())
        })
    });
    heading(PASSWORD_PAGE).await;
    assert_eq!(page.act().what, "POST /api/linkages/t/certificate-result");
    assert_eq!(page.act().body["code"], "c0de");
    let window = web_sys::window().unwrap();
    assert!(
        js_sys::Reflect::get(&window, &"renkeiCertificateResult".into())
            .unwrap()
            .is_undefined()
    );
}

#[wasm_bindgen_test]
async fn permission_needs_the_tick_and_an_account_and_sends_what_was_kept() {
    let page = Page::open("/linkages/t", |seen| {
        if is_act(seen) {
            return refusal(ProblemCode::CoreUnavailable);
        }
        Reply::ok(&at(9, fixtures::permission()))
    });
    heading(PERMISSION_PAGE).await;
    for id in ["exclude-a3", "exclude-a4"] {
        one(&format!("#{id}")).unwrap().click();
    }
    press("許可");
    until("both faults", || {
        text().contains("すべての口座が除外されています。")
            && text().contains("「許可手続きを継続する」を選択してください。")
    })
    .await;
    assert!(page.acts().is_empty());
    one("#exclude-a4").unwrap().click();
    field("許可手続きを継続する").click();
    press("許可");
    until("the refusal", || {
        text().contains("現在、口座の照会ができません。")
    })
    .await;
    assert_eq!(page.act().body["account_ids"], json!(["a4"]));
    assert_eq!(page.act().body["intent"], true);
    assert_eq!(page.act().body["last_day"], "2027-02-20", "as the page shows it");
    assert!(field("許可手続きを継続する").checked(), "a refusal loses nothing");
}

#[wasm_bindgen_test]
async fn a_linkage_that_is_not_here_is_explained() {
    Page::open("/linkages/other", |_| refusal(ProblemCode::NotFound));
    heading("ページまたは手続きが見つかりません。").await;
    assert!(text().contains("API連携先の画面から、もう一度はじめてください。"));
}

#[wasm_bindgen_test]
async fn a_one_time_code_that_was_not_answered_leaves_nobody_before_an_empty_page() {
    hand_over_code();
    Page::open("/linkages/t", |seen| {
        if is_act(seen) {
            Reply::Nothing
        } else {
            Reply::ok(&at(1, fixtures::certificate_login()))
        }
    });
    heading("API連携認証（利用登録）（1/6）").await;
    button("もう一度送信する");
    button("電子証明書ログイン");
}

#[wasm_bindgen_test]
async fn when_the_day_turns_the_decisions_stay_but_the_intent_is_asked_for_again() {
    let on = |version, day: &str| {
        let StepView::Permission(view) = fixtures::permission() else {
            unreachable!()
        };
        let last_day = day.to_owned();
        at(version, StepView::Permission(PermissionView { last_day, ..view }))
    };
    let page = Page::open("/linkages/t", {
        let mut turned = false;
        move |seen| {
            if is_act(seen) {
                turned = true;
                return refusal(ProblemCode::PermissionPeriodChanged);
            }
            Reply::ok(&on(9, if turned { "2027-02-21" } else { "2027-02-20" }))
        }
    });
    heading(PERMISSION_PAGE).await;
    one("#exclude-a4").unwrap().click();
    field("許可手続きを継続する").click();
    press("許可");
    until("the new day", || text().contains("2027年2月21日まで")).await;
    until("why", || text().contains("許可期間の最終日が変わりました。")).await;
    assert_eq!(page.act().body["last_day"], "2027-02-20");
    let excluded = field("許可手続きを継続する");
    assert!(!excluded.checked(), "another period needs another yes");
    let left_out = one("#exclude-a4").unwrap();
    assert!(
        left_out
            .dyn_into::<web_sys::HtmlInputElement>()
            .unwrap()
            .checked()
    );
    assert!(!text().contains("2027年2月20日まで"));
}
