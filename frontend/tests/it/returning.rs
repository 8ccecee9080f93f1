//! The way back: what the page says meanwhile, and that it waits for whoever wants it to.

use crate::fixtures::{self, REFERENCE};
use crate::page::{Page, Reply, all, appears, button, field, heading, one, pause, press, says, text, until};
use renkei_shared::linkage::{EndReason, EndedView, StepView};
use renkei_shared::problem::{ProblemCode, ProblemDocument};
use serde_json::json;
use wasm_bindgen_test::wasm_bindgen_test;

const TITLE: &str = "API連携先へ戻ります";

/// A page at this address that stands on the way back; each `return` is refused, or the test would leave its page.
fn on_the_way_back(path: &str) -> Page {
    Page::open(path, |seen| {
        if seen.what.starts_with("POST ") {
            let problem = ProblemDocument::new(ProblemCode::InternalError);
            return Reply::Answer(problem.status, serde_json::to_value(problem).unwrap());
        }
        Reply::ok(&fixtures::view(9, 6, fixtures::returning()))
    })
}

fn tries(page: &Page) -> usize {
    let acts = page.acts();
    acts.iter().filter(|seen| seen.what.ends_with("/return")).count()
}

#[wasm_bindgen_test]
async fn the_page_says_what_happens_and_waits_for_whoever_wants_it_to() {
    let page = on_the_way_back("/linkages/stay");
    heading(TITLE).await;
    for part in [
        "セッションは終了しました。",
        REFERENCE,
        "2027年2月20日まで",
        "会計ソフトの画面へ移動します。",
    ] {
        assert!(text().contains(part), "{part}");
    }
    press("ここで止める");
    until("the stop", || text().contains("自動での移動を止めました。")).await;
    assert!(!says(&one("main").unwrap()).contains("秒後に"));
    let buttons: Vec<String> = all(".page__column .button-row > .button")
        .iter()
        .map(says)
        .collect();
    assert_eq!(buttons, ["控えを保存", "API連携先へ戻る"]);
    pause(1_200).await;
    assert_eq!(tries(&page), 0, "it has stopped");
    press("API連携先へ戻る");
    until("the way back", || tries(&page) == 1).await;
    until("why not", || text().contains("システムでエラーが発生しました。")).await;
}

#[wasm_bindgen_test]
async fn saving_the_receipt_stops_the_clock() {
    let page = on_the_way_back("/linkages/save");
    heading(TITLE).await;
    let receipt = one("main a[download]").unwrap();
    assert_eq!(
        receipt.get_attribute("href").as_deref(),
        Some("/linkages/save/receipt?lang=ja")
    );
    // The test's page cannot download: the press is what counts.
    receipt.remove_attribute("href").unwrap();
    receipt.click();
    until("the stop", || text().contains("自動での移動を止めました。")).await;
    pause(1_200).await;
    assert_eq!(tries(&page), 0);
}

#[wasm_bindgen_test]
async fn a_way_back_that_is_refused_is_offered_and_not_tried_again_and_again() {
    let page = on_the_way_back("/linkages/back");
    heading(TITLE).await;
    press("API連携先へ戻る");
    until("why", || text().contains("システムでエラーが発生しました。")).await;
    assert_eq!(tries(&page), 1);
    pause(1_200).await;
    assert_eq!(tries(&page), 1);
    press("API連携先へ戻る");
    // Through to the end: what comes late would be counted by the next test.
    until("another try", || tries(&page) == 2 && page.fetches() >= 3).await;
}

#[wasm_bindgen_test]
async fn left_alone_the_page_goes_on_by_itself_once() {
    let page = on_the_way_back("/linkages/alone");
    heading(TITLE).await;
    pause(3_000).await;
    assert_eq!(tries(&page), 0, "time to read");
    until("the way back", || tries(&page) == 1).await;
    pause(1_200).await;
    assert_eq!(tries(&page), 1);
}

#[wasm_bindgen_test]
async fn what_was_permitted_is_shown_before_the_page_goes_on() {
    let page = Page::open("/linkages/given", {
        let mut permitted = false;
        move |seen| {
            if seen.what.ends_with("/permission") {
                permitted = true;
                // An address that the test's page can be sent to without being left.
                return Reply::ok(&json!({ "redirect_to": "#at-the-partner" }));
            }
            Reply::ok(&fixtures::view(
                9,
                6,
                if permitted {
                    fixtures::returning()
                } else {
                    fixtures::permission()
                },
            ))
        }
    });
    heading("API連携認証（情報アクセス許可）（利用登録）（6/6）").await;
    field("許可手続きを継続する").click();
    press("許可");
    heading(TITLE).await;
    until("the number", || text().contains(REFERENCE)).await;
    button("ここで止める");
    press("API連携先へ戻る");
    let hash = || web_sys::window().unwrap().location().hash().unwrap();
    until("the address that the permission gave", || {
        hash() == "#at-the-partner"
    })
    .await;
    assert_eq!(tries(&page), 0, "it is still good");
}

#[wasm_bindgen_test]
async fn what_is_complete_can_still_be_filed() {
    let ended = StepView::Ended(EndedView {
        reason: EndReason::Completed,
        return_url: None,
        reference: Some(REFERENCE.into()),
    });
    Page::open("/linkages/done", move |_| {
        Reply::ok(&fixtures::view(9, 6, ended.clone()))
    });
    heading("API連携の手続きは完了しています").await;
    assert!(text().contains(REFERENCE));
    let receipt = appears("main a[download]").await;
    assert_eq!(
        receipt.get_attribute("href").as_deref(),
        Some("/linkages/done/receipt?lang=ja")
    );
    press("English");
    until("the other language", || {
        one("main a[download]").unwrap().get_attribute("href").as_deref()
            == Some("/linkages/done/receipt?lang=en")
    })
    .await;
    press("日本語");
    heading("API連携の手続きは完了しています").await;
}
