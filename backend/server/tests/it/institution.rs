//! Another institution's name, contact and colours, by configuration alone.
//! Not here: which colours are refused (`renkei::institution`), and the app's own pages (`e2e`).

use crate::actors::{Browser, Partner, SORACHI_PINS, bank, reconfigure};
use renkei::testing::TestBank;

const ISHIKARI: &str = r##"
[institution]
name = { ja = "石狩しんくみ<法人>", en = "Ishikari & Co" }
help = { ja = "証明書の更新は窓口で承ります。", en = "Certificates are renewed at the counter." }
[institution.contact]
name = { ja = "ヘルプデスク", en = "Help desk" }
telephone = "0133-00-0000"
hours = { ja = "平日9時〜17時", en = "weekdays 9:00 to 17:00" }
[institution.colours.light]
primary = "#0b5d2a"
[institution.colours.dark]
primary = "#8fd7a8"
"##;

async fn ishikari() -> TestBank {
    let mut bank = bank().await;
    reconfigure(&mut bank, ISHIKARI).await;
    bank
}

/// The address of the institution's style sheet in a page.
fn style(page: &str) -> &str {
    let (_, rest) = page.split_once("/assets/institution-").unwrap();
    rest.split('"').next().unwrap()
}

#[tokio::test]
async fn pages_of_the_server_bear_its_name_and_say_whom_to_ask() {
    let bank = ishikari().await;
    let browser = Browser::showing(&bank, None);
    let page = browser.get("/authorize?client_id=nobody").await;
    assert_eq!(page.status, 400);
    assert_eq!(page.header("content-type"), Some("text/html; charset=utf-8"));
    let text = page.text();
    for part in [
        "｜石狩しんくみ&lt;法人&gt;</title>",
        "<p lang=\"ja\">お問い合わせ：ヘルプデスク　電話 0133-00-0000（平日9時〜17時）</p>",
        "<p lang=\"en\">Contact: Help desk, telephone 0133-00-0000 (weekdays 9:00 to 17:00)</p>",
        "証明書の更新は窓口で承ります。",
        "Certificates are renewed at the counter.",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
    assert!(!text.contains("空知") && !text.contains("Sorachi"), "{text}");

    let guide = browser.get("/help/certificate?lang=en").await;
    let text = guide.text();
    assert!(text.contains("｜Ishikari &amp; Co</title>"), "{text}");
    assert!(text.contains("Contact: Help desk"));
    assert!(!text.contains("ヘルプデスク"), "one language is enough there");
}

#[tokio::test]
async fn its_colours_are_a_style_sheet_that_never_grows_old() {
    let bank = ishikari().await;
    let browser = Browser::showing(&bank, None);
    let page = browser.get("/help/certificate").await;
    let address = format!("/assets/institution-{}", style(&page.text()));
    let style = browser.get(&address).await;
    assert_eq!(style.status, 200);
    assert_eq!(style.header("content-type"), Some("text/css; charset=utf-8"));
    assert_eq!(
        style.header("cache-control"),
        Some("public, max-age=31536000, immutable")
    );
    assert!(style.text().contains("--primary:#0b5d2a;"), "{}", style.text());
    let another = browser.get("/assets/institution-0000000000000000.css").await;
    assert_eq!(another.status, 404);
}

#[tokio::test]
async fn its_receipts_bear_its_name_and_colour() {
    let bank = ishikari().await;
    let partner = Partner::of(&bank, "kaikei");
    let browser = Browser::of(&bank, "sorachi-taro");
    let (_, mut wizard) = partner.link(&browser).await;
    wizard.log_in(&bank, "sorachi-taro").await;
    wizard.reach_permission(&SORACHI_PINS).await;
    wizard.permit().await;
    let receipt = browser.get(&format!("/linkages/{}/receipt", wizard.id)).await;
    let text = receipt.text();
    for part in [
        "<strong>石狩しんくみ&lt;法人&gt;</strong>",
        "お問い合わせ：ヘルプデスク",
        "3px solid #0b5d2a",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
    assert!(
        !text.contains("#0017c1") && !text.contains("空知しんくみビジネス"),
        "{text}"
    );
}

#[tokio::test]
async fn without_the_table_it_is_the_default_and_nothing_is_linked() {
    let bank = bank().await;
    let browser = Browser::showing(&bank, None);
    let page = browser.get("/authorize?client_id=nobody").await;
    let text = page.text();
    assert!(
        text.contains("｜空知しんくみビジネスバンキング</title>"),
        "{text}"
    );
    assert!(!text.contains("institution-") && !text.contains("お問い合わせ："));
}

#[tokio::test]
async fn colours_that_nobody_can_read_keep_the_server_from_starting() {
    let mut bank = bank().await;
    let text = std::fs::read_to_string(bank.config()).unwrap();
    let faint = ISHIKARI.replace("#0b5d2a", "#ffd43d");
    bank.write("renkei.toml", &format!("{text}\n{faint}\n")).unwrap();
    bank.stop().await.unwrap();
    let error = format!("{:#}", bank.add_node().await.unwrap_err());
    assert!(
        error.contains("institution.colours.light: on_primary on primary has a contrast of 1."),
        "{error}"
    );
    assert!(error.contains("4.5:1 or more is needed"), "{error}");
}
