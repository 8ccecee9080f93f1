//! The frame of pages that the server renders itself, where the app has nothing to show.
//! Not here: what stands in them (`error_page`, `form_post`).

use super::spa;
use std::fmt::Write as _;

/// A whole page around its content. `script` is the address of its one script, if it has one.
pub(super) fn page(content: &str, script: Option<&str>) -> String {
    let mut page = String::from("<!doctype html>\n<html lang=\"ja\"><head><meta charset=\"utf-8\">");
    page.push_str("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">");
    page.push_str("<title>API連携認証（利用登録）｜空知しんくみビジネスバンキング</title>");
    if let Some(style) = spa::style_sheet() {
        let _ = write!(page, "<link rel=\"stylesheet\" href=\"{style}\">");
    }
    if let Some(script) = script {
        let _ = write!(page, "<script src=\"{script}\" defer></script>");
    }
    page.push_str("</head><body><header class=\"site-header\"><p class=\"site-header__name\">空知しんくみビジネスバンキング</p></header>");
    let _ = writeln!(page, "<main class=\"page\">{content}</main></body></html>");
    page
}

/// Text for an element or a quoted attribute (HTML Standard, 13.3).
pub(super) fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            other => escaped.push(other),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_breaks_out_of_an_attribute() {
        assert_eq!(
            escaped("a\"><script>'&amp;髙"),
            "a&quot;&gt;&lt;script&gt;&#39;&amp;amp;髙"
        );
    }
}
