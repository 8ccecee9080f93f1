//! The guides that the server renders: both languages, nothing that runs, contents that lead somewhere.
//! Not here: how they look (`e2e`).

use crate::actors::{Browser, bank};

#[tokio::test]
async fn the_import_guide_is_there_in_both_languages() {
    let bank = bank().await;
    let browser = Browser::showing(&bank, None);
    for (query, language, title, systems) in [
        ("", "ja", "電子証明書の取り込み方法", "キーチェーンアクセス"),
        (
            "?lang=ja",
            "ja",
            "電子証明書の取り込み方法",
            "証明書のインポート ウィザード",
        ),
        (
            "?lang=en",
            "en",
            "How to import your certificate",
            "Keychain Access",
        ),
        (
            "?lang=xx&lang=en",
            "ja",
            "電子証明書の取り込み方法",
            "あなたの証明書",
        ),
    ] {
        let answer = browser.get(&format!("/help/certificate{query}")).await;
        assert_eq!(answer.status, 200, "{query}");
        assert_eq!(answer.header("content-type"), Some("text/html; charset=utf-8"));
        let text = answer.text();
        assert!(text.contains(&format!("<html lang=\"{language}\"")), "{query}");
        assert!(
            text.contains(&format!("<h1 class=\"heading\">{title}</h1>")),
            "{query}"
        );
        assert!(text.contains(systems), "{query}");
        assert!(
            text.contains("Sorachi Client CA"),
            "the issuer that is accepted is named"
        );
        for place in ["windows", "macos", "firefox-windows", "firefox-macos"] {
            assert!(text.contains(&format!("href=\"#{place}\"")), "{place}");
            assert!(text.contains(&format!("id=\"{place}\"")), "{place}");
        }
        let policy = answer.header("content-security-policy").unwrap();
        assert!(policy.starts_with("default-src 'none'"), "{policy}");
        assert!(
            !policy.contains("script-src") && !policy.contains("unsafe"),
            "{policy}"
        );
        assert!(!text.contains("<script") && !text.contains(" style="), "{query}");
    }
}
